"""What became of a meeting, as its workers record it. Nothing is recorded of what has not begun, and nothing that the
form could not have said: what comes here is looked at once more by the same rules."""

from sqlite3 import Connection
from typing import assert_never, get_args

from bot import meetings as planning
from bot import survey, upkeep
from bot.records import appointments, cases, meetings, promises
from bot.records.meetings import Kept
from bot.records.people import Person
from bot.world import World
from conversations import held
from conversations import meeting_effects as do
from conversations.facts import MeetingType


def carry_out(db: Connection, world: World, person: Person, effect: do.Recording) -> None:
    """Do what a worker records; whether the case is theirs was asked before."""
    match effect:
        case do.MissMeeting():
            _miss(db, world, person, effect)
        case do.AddMeeting():
            _add(db, world, person, effect)
        case do.RemoveMeeting():
            _remove(db, world, person, effect)
        case do.RecordMeeting():
            _record(db, world, person, effect)
        case _:
            assert_never(effect)


def _begun(db: Connection, world: World, case: int, meeting: int) -> Kept:
    kept = planning.of_case(db, case, meeting)
    if kept.starts is None or kept.starts > world.clock.now():
        raise LookupError("it has not begun")
    return kept


def _add(db: Connection, world: World, person: Person, effect: do.AddMeeting) -> None:
    now, opened = world.clock.now(), cases.named(db, effect.case)[2]
    if not opened <= effect.starts <= now:
        raise LookupError("it has not begun, or was before the case")
    if effect.kind not in get_args(MeetingType):
        raise LookupError("no such kind")
    parents = cases.parties(db, effect.case)
    invited = [parent for parent in parents if effect.kind != "individual" or parent.id == effect.party]
    if parents and not invited:
        raise LookupError("no such parent")
    known = (*appointments.of_case(db, effect.case), *appointments.recorded(db, effect.case))
    number = cases.number_of(db, effect.case, effect.party)
    if held.at_that_time(known, effect.kind, number, effect.starts):
        raise LookupError("there is already a meeting at that time")
    kept = meetings.add(db, effect, world.nonce() + world.nonce(), now, person, invited)
    cases.log(db, kept.case, "agreed", now, detail="afterwards", by=person)
    upkeep.first_stands(db, kept.case)


def _remove(db: Connection, world: World, person: Person, effect: do.RemoveMeeting) -> None:
    kept = planning.of_case(db, effect.case, effect.meeting)
    if not meetings.remove(db, kept.id):
        raise LookupError("it was agreed here, or is recorded")
    cases.log(db, kept.case, "removed", world.clock.now(), by=person)
    _not_held(db, world, kept.case)


def _not_held(db: Connection, world: World, case: int) -> None:
    """What counted for a meeting that is over does not count any more."""
    promises.missed(db, case)
    planning.first_is_lost(db, world, case)
    planning.keep_rule(db, world, case)


def _record(db: Connection, world: World, person: Person, effect: do.RecordMeeting) -> None:
    kept, now = _begun(db, world, effect.case, effect.meeting), world.clock.now()
    was = meetings.held_as(db, kept.id)
    on = held.ground(meetings.numbers(db, kept.case), meetings.held(db, kept.case), kept.type, was)
    if not held.is_sound(effect, on) or not meetings.record(db, effect):
        raise LookupError("something is missing or unknown, or it is recorded already")
    meetings.came(db, kept.id, {*effect.attended} - {*(was.attended if was else ())})
    event = "held_corrected" if effect.corrects else "held"
    cases.log(db, kept.case, event, now, detail=effect.kind, by=person, meeting=kept.id)
    upkeep.first_stands(db, kept.case)
    if effect.next_step:
        cases.log(db, kept.case, "next_step", now, detail=effect.next_step, by=person)
    for what, reason in sorted(effect.reasons.items()):
        if was is None or was.reasons.get(what) != reason:
            cases.log(db, kept.case, what, now, detail=reason, by=person, meeting=kept.id)
    planning.keep_rule(db, world, kept.case)  # a parent may not have met a worker alone after all
    survey.after_meeting(db, world, effect)


def _miss(db: Connection, world: World, person: Person, effect: do.MissMeeting) -> None:
    kept, now = _begun(db, world, effect.case, effect.meeting), world.clock.now()
    if kept.status != "agreed" or effect.how not in ("missed", "cancelled"):
        raise LookupError("it is recorded already, or in no such way")
    meetings.cancel(db, kept.id, effect.how)
    cases.log(db, kept.case, f"meeting_{effect.how}", now, by=person, meeting=kept.id)
    _not_held(db, world, kept.case)
