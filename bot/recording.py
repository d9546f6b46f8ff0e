"""What became of a meeting, as its workers record it. Nothing is recorded of what has not begun."""

from sqlite3 import Connection
from typing import assert_never

from bot import meetings as planning
from bot import survey
from bot.records import cases, meetings, promises
from bot.records.people import Person
from bot.world import World
from conversations import meeting_effects as do
from conversations.recording import needs


def carry_out(db: Connection, world: World, person: Person, effect: do.Recording) -> None:
    """Do what a worker records; whether the case is theirs was asked before."""
    match effect:
        case do.MissMeeting():
            _miss(db, world, person, effect)
        case do.AddMeeting():
            _add(db, world, person, effect)
        case do.RecordMeeting():
            _record(db, world, person, effect)
        case _:
            assert_never(effect)


def _add(db: Connection, world: World, person: Person, effect: do.AddMeeting) -> None:
    if effect.starts > world.clock.now():
        raise LookupError("it has not begun")
    parents = cases.parties(db, effect.case)
    invited = [parent for parent in parents if effect.kind != "individual" or parent.id == effect.party]
    if parents and not invited:
        raise LookupError("no such parent")
    kept = meetings.add(db, effect, world.nonce() + world.nonce(), world.clock.now(), person, invited)
    cases.log(db, kept.case, "agreed", world.clock.now(), detail="afterwards", by=person)


def _record(db: Connection, world: World, person: Person, effect: do.RecordMeeting) -> None:
    kept, now = planning.of_case(db, effect.case, effect.meeting), world.clock.now()
    if kept.starts is None or kept.starts > now:
        raise LookupError("it has not begun")
    missing = needs(effect, meetings.held(db, effect.case)) - {*effect.reasons}
    if missing or (effect.kind == "family" and not effect.children_by) or not meetings.record(db, effect):
        raise LookupError("something is missing, or it is recorded already")
    cases.log(db, effect.case, "held", now, detail=effect.kind, by=person, meeting=kept.id)
    cases.log(db, effect.case, "next_step", now, detail=effect.next_step, by=person)
    for what, reason in sorted(effect.reasons.items()):
        cases.log(db, effect.case, what, now, detail=reason, by=person)
    survey.after_meeting(db, world, effect.case, effect.attended)


def _miss(db: Connection, world: World, person: Person, effect: do.MissMeeting) -> None:
    kept, now = planning.of_case(db, effect.case, effect.meeting), world.clock.now()
    if kept.status != "agreed" or kept.starts is None or kept.starts > now:
        raise LookupError("it has not begun")
    meetings.cancel(db, kept.id, effect.how)
    cases.log(db, kept.case, f"meeting_{effect.how}", now, by=person, meeting=kept.id)
    promises.missed(db, kept.case)
    planning.first_is_lost(db, world, kept.case)
    planning.keep_rule(db, world, kept.case)
