"""A former party's wish to be called, inside the turn's transaction: who hears of it, and that it was heard.

Whoever asks is never told who heard of it: it could depend on what the other parent has done since.
"""

from datetime import date
from sqlite3 import Connection
from typing import assert_never

from bot import notices, screens
from bot.clock import HELSINKI
from bot.records import cases, endings, standing
from bot.records.endings import Former
from bot.records.people import Person
from bot.world import World
from conversations import feedback_effects as do
from conversations.casework import parent_name
from conversations.text import N_

HEARERS = ("call_wanted", "call_unheard", "call_left")
"""Notices about it, the first that anybody hears: its workers, also after the end; the leads; all who work there."""


def carry_out(db: Connection, world: World, person: Person, effect: do.Calling) -> None:
    """Do what a former party wishes, or its worker has done."""
    match effect:
        case do.AskForCall(phone=phone):
            _ask(db, world, person, phone)
        case do.MarkCalled(case=case, parent=parent):
            _called(db, world, person, case, parent)
        case _:
            assert_never(effect)


def _ask(db: Connection, world: World, person: Person, phone: str) -> None:
    now = world.clock.now()
    former = endings.former(db, person, now)
    if former is None:
        raise LookupError("the meetings have not ended")
    if not endings.wish_call(db, person, phone, now):
        return  # the same wish says nothing new
    if cases.named(db, former.case)[1] == former.association:
        cases.log(db, former.case, "call_wanted", now, party=person.id)
        screens.refresh_case(db, world, former.case)
    _tell(db, world, former, now.astimezone(HELSINKI).date())


def _tell(db: Connection, world: World, former: Former, today: date) -> None:
    """Only people of the association that this parent has trusted, wherever the case has gone with the other one."""
    who = parent_name(former.number) if cases.has_two(db, former.case) else N_("a parent")
    for kind in HEARERS:
        action = notices.TOLD[kind][0]
        hearers = standing.hearers(db, former.case, action, today, association=former.association)
        if hearers:
            notices.tell_staff(db, world, former.case, kind, to=hearers, parent=who)
            return


def _called(db: Connection, world: World, person: Person, case: int, parent: int) -> None:
    now = world.clock.now()
    if not standing.may(db, person, "call back", case, now.astimezone(HELSINKI).date()):
        raise LookupError("not allowed")
    caller = endings.called_back(db, case, parent)
    if caller is None:
        raise LookupError("nobody waits for a call")
    cases.audit(db, person, "MarkCalled", case, now)
    cases.log(db, case, "called_back", now, by=person, party=caller.id)
    screens.refresh(db, world, caller, "sent")
    screens.refresh_case(db, world, case, but=person)
