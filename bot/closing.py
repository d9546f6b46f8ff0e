"""The end of a case and the way back, inside the turn's transaction.

Every parent hears the same words, and what one of them does afterwards shows itself to nobody but the workers.
"""

from datetime import date, timedelta
from sqlite3 import Connection
from typing import assert_never

from bot import notices, parents, requests, screens, survey, upkeep
from bot.clock import HELSINKI
from bot.records import cases, endings, goals, letters, meetings, work
from bot.records.endings import Former
from bot.records.people import Person
from bot.world import World
from conversations import closing_effects as do
from conversations.closing import NOT_SUMMED, SUMMED, TOGETHER, WITHOUT
from conversations.ended import ENDED, NEXT, back_until
from conversations.flow import is_aside
from conversations.staff import FLOWS
from conversations.text import N_

_MORE = N_("Open this chat to read what can help you from here on.")

_SCREENS = tuple(
    {state.name for flow in ("parent", "coparent") for state in FLOWS[flow].states.values() if not is_aside(state)}
)
"""A parent's screens that give way to the end; what is open above them does not."""


def carry_out(db: Connection, world: World, person: Person, effect: do.Closing) -> None:
    """What a worker does about the end of an own case; whether it is theirs was asked before."""
    now = world.clock.now()
    match effect:
        case do.ProposeClosing():
            _propose(db, world, person, effect)
        case do.RecordSummary(case=case, outcome=outcome):
            could = (SUMMED, *NOT_SUMMED) if meetings.was_any_held(db, case) else NOT_SUMMED
            if cases.stage_of(db, case) != "closing" or outcome not in could:
                raise LookupError("the end is not proposed, or no such outcome of it")
            cases.log(db, case, "summed_up", now, detail=outcome, by=person)
        case do.TakeBackClosing(case=case):
            _take_back(db, world, person, case)
        case do.CloseCase(case=case, told=told):
            _close(db, world, person, case, told)
        case _:
            assert_never(effect)


def _propose(db: Connection, world: World, person: Person, effect: do.ProposeClosing) -> None:
    """What was never held does not end together, and what has two parents only with each of them."""
    now, case = world.clock.now(), effect.case
    known = {party.id: party for party in cases.parties(db, case)}
    together = effect.reason == TOGETHER and meetings.was_any_held(db, case)
    if not together and effect.reason not in WITHOUT:
        raise LookupError("the case does not end so")
    if {*effect.agreed} != ({*known} if together and len(known) > 1 else set()):
        raise LookupError("not every parent agrees, or nobody is asked to")
    cases.log(db, case, "closing", now, detail=effect.reason, by=person)
    for party in effect.agreed:
        cases.log(db, case, "end_agreed", now, by=person, party=party)
    notices.tell_staff(db, world, case, "closing", but=person)


def _take_back(db: Connection, world: World, person: Person, case: int) -> None:
    """The case stands where it would without the proposal."""
    now, event = world.clock.now(), "closing_off"
    if "held" in cases.last_details(db, case):
        event = "closing_off_held"
    elif any(kept.status == "agreed" for kept in meetings.open_of(db, case, now)):
        event = "closing_off_agreed"
    cases.log(db, case, event, now, by=person)


def _close(db: Connection, world: World, person: Person, case: int, told: tuple[str, ...]) -> None:
    now, events = world.clock.now(), cases.last_details(db, case)
    if cases.stage_of(db, case) != "closing" or not events.get("summed_up"):
        raise LookupError("the end is not proposed, or nothing was said about the last meeting")
    if meetings.is_any_agreed(db, case):
        raise LookupError("a meeting is still to come, or to be recorded")
    if not {*told} <= {*NEXT}:
        raise LookupError("nothing of the kind is told")
    if events["closing"] == TOGETHER and not endings.all_agree(db, case):
        raise LookupError("a parent has not agreed")
    until = now + timedelta(hours=world.config.life.closed)
    parties = cases.parties(db, case)
    parents.dismiss(db, world, case)
    notices.tell_staff(db, world, case, "closed", but=person)
    upkeep.end(db, world, case)
    cases.log(db, case, "closed", now, detail=events["closing"], by=person)
    survey.ends(db, world, case)
    endings.part(db, case, until, told)
    for party in parties:
        letters.drop_unsent(db, party.chat_id)
        screens.give_way(db, world, party, _SCREENS)
        notices.tell(db, world, party, (ENDED, _MORE, back_until(until.astimezone(HELSINKI).date())))
    screens.to_card(db, world, case, but=person)


def come_back(db: Connection, world: World, person: Person) -> None:
    """A parent comes back: to the same case while it can be opened again or was, otherwise to one of their own.
    Nobody's way back depends on what the other parent has done since."""
    former = endings.former(db, person, world.clock.now())
    if former is None or cases.own_case(db, person) is not None:
        raise LookupError("there is nothing to come back to")
    survey.forget(db, world, person)
    goals.take_back_offers(db, person)
    by = _promised(world)
    stage, here = cases.stage_of(db, former.case), cases.named(db, former.case)[1] == former.association
    if here and stage == "closed":
        _rejoin(db, world, person, former, by)
        _reopen(db, world, person, former.case, by)
    elif here and cases.is_open(db, former.case):
        _rejoin(db, world, person, former, by)
        cases.log(db, former.case, "came_back", world.clock.now(), party=person.id)
        upkeep.conditions_changed(db, world, former.case)
        notices.tell_staff(db, world, former.case, "reopened")
        screens.refresh_case(db, world, former.case)
    else:
        days = world.config.promise.first_meeting_days
        endings.drop(db, person)
        case = cases.open_case(db, former.association, world.clock.now(), days, world.reference)
        cases.add_party(db, case, person, former.answers, invited=former.invited)
        requests.wait(db, world, case)


def _promised(world: World) -> date:
    today = world.clock.now().astimezone(HELSINKI).date()
    return today + timedelta(days=world.config.promise.first_meeting_days)


def _rejoin(db: Connection, world: World, person: Person, former: Former, by: date) -> None:
    """The same answers and number; what was agreed and talked about then may be otherwise now."""
    cases.add_party(db, former.case, person, former.answers, invited=former.invited, number=former.number)
    endings.drop(db, person)
    endings.set_meet_by(db, former.case, person, by)


def _reopen(db: Connection, world: World, person: Person, case: int, by: date) -> None:
    now = world.clock.now()
    cases.log(db, case, "reopened", now, party=person.id)
    endings.reopen(db, case, by)
    if cases.workers(db, case):
        upkeep.week_counts(db, world, case)
        notices.tell_staff(db, world, case, "reopened")
    else:
        cases.log(db, case, "given_back", now, detail="unattended")
        work.to_queue(db, case)
        requests.wait(db, world, case)
    screens.refresh_case(db, world, case)
