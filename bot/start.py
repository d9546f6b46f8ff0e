"""How a case starts: what the workers agree, and an exception to the conditions of a joint meeting."""

from sqlite3 import Connection
from typing import assert_never

from bot import meetings, notices, screens
from bot.records import cards, cases, overrides
from bot.records.people import Person
from bot.world import World
from conversations import meeting_effects as do
from conversations.appointments import start_says
from conversations.facts import Form
from conversations.joint import may_begin_jointly, unmet


def carry_out(db: Connection, world: World, person: Person, effect: do.Starting) -> None:
    """What a worker does about the start; whether the case is theirs was asked before."""
    now = world.clock.now()
    match effect:
        case do.AgreeStart(case=case, form=form):
            _agree(db, world, person, case, form)
        case do.AskOverride(case=case, reason=reason):
            start = cards.start(db, case, now)
            if len(start.parties) < 2 or not unmet(start) or not overrides.ask(db, person, case, reason):
                raise LookupError("there is nothing to ask")
            cases.log(db, case, "override_asked", now, detail=reason, by=person)
            notices.tell_staff(db, world, case, "override_asked", but=person)
        case do.AnswerOverride(case=case, agreed=agreed):
            done = overrides.agree(db, person, case) if agreed else overrides.drop(db, case)
            if not done:
                raise LookupError("nothing was asked")
            meetings.keep_rule(db, world, case)
            what = "override_agreed" if agreed else "override_refused"
            cases.log(db, case, what, now, by=person)
            notices.tell_staff(db, world, case, what, but=person)
        case _:
            assert_never(effect)


def _agree(db: Connection, world: World, person: Person, case: int, form: Form) -> None:
    """Every parent hears it in the same words, which are the same whatever was the reason."""
    if form == "joint" and not may_begin_jointly(cards.start(db, case, world.clock.now())):
        raise LookupError("a joint start misses a condition")
    if not cases.agree_start(db, case, form):
        return
    cases.log(db, case, "start_agreed", world.clock.now(), detail=form, by=person)
    for party in cases.parties(db, case):
        screens.refresh(db, world, party, "sent")
        notices.tell(db, world, party, (start_says(form),))
    meetings.keep_rule(db, world, case)
