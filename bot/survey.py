"""The parents' survey, inside the turn's transaction: who is asked and when, what is counted, and that it is gone.

An answer becomes counts here and is parted from whoever gave it: the invitation goes in the same turn, and with it all
that waited in the conversation. Nothing of it is logged, and no worker hears of it.
"""

from datetime import timedelta
from sqlite3 import Connection
from typing import assert_never

import structlog

from bot import notices, outbox, screens
from bot.database import savepoint
from bot.logs import kind as kind_of
from bot.records import chats, children, feedback, goals, people, surveys
from bot.records.feedback import SHEET, Sheet
from bot.records.people import Person
from bot.records.surveys import Invitation
from bot.world import World
from conversations import feedback_effects as do
from conversations import survey
from conversations.feedback import AFTER_MEETING, PARENTS, PARENTS_TEXTS
from conversations.gates import safe_hours
from conversations.meeting_effects import RecordMeeting
from conversations.staff import FLOWS

log = structlog.get_logger()

MEETING_PAUSE = timedelta(hours=3)
"""After a meeting was recorded, before its parents are asked."""


# Who is asked


def ends(db: Connection, world: World, case: int) -> None:
    """The meetings end: every party will be asked, but for those who are not safe on this phone."""
    due = world.clock.now() + timedelta(days=world.config.feedback.after_days)
    for party in surveys.parties(db, case):
        forget(db, world, party.person)
        if safe_hours(party.answers) != "never":
            surveys.invite(db, party.person, "parent", case, due)


def after_meeting(db: Connection, world: World, recorded: RecordMeeting) -> None:
    """A meeting was held: the parties who came are asked, where that is switched on, but for those who are or will be
    asked already. When the record is corrected, whoever did not come is not asked about it any more."""
    now, wanted = world.clock.now(), world.config.feedback.after_meeting and not recorded.corrects
    for party in surveys.parties(db, recorded.case):
        kept = surveys.get(db, party.person)
        came = f"parent {party.number}" in recorded.attended
        if not came and kept and kept.meeting == recorded.meeting:
            forget(db, world, party.person)
        asked_already = kept is not None and (kept.stage == "waits" or surveys.is_open(kept, now))
        if wanted and came and not asked_already and safe_hours(party.answers) != "never":
            forget(db, world, party.person)
            due = now + MEETING_PAUSE
            surveys.invite(db, party.person, "meeting", recorded.case, due, recorded.meeting)


def forget(db: Connection, world: World, person: Person) -> None:
    """Somebody is not asked any more: what waits to be said or sent of it goes."""
    if not surveys.drop(db, person):
        return
    outbox.drop_surveys(db, person.chat_id)
    own = children.aside(db, person)
    if own and own.flow in FLOWS:
        children.put_aside(db, person, screens.settled(db, world, person, own))
    at = people.conversation(db, person)
    if at is None or at.flow not in FLOWS:
        return
    prompts, rest = chats.prompts(db, person.chat_id), screens.settled(db, world, person, at)
    if prompts and (rest != at or at.state == "sent"):
        screens.show(db, world, person, at, pressed=prompts[-1], priority=outbox.NOTICE)
    elif rest != at:
        people.save_conversation(db, person, rest, world.clock.now())


# What is due


def run_due(db: Connection, world: World) -> None:
    """Ask, remind once, and let go. One that fails is tried again later and holds up no other."""
    now, world.wiped = world.clock.now(), True
    for person in surveys.due(db, now):
        try:
            with savepoint(db):
                _due(db, world, person)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others go on
            log.error("a survey could not be looked after", error=kind_of(error))
            surveys.postpone(db, person, now + timedelta(hours=1))


def _due(db: Connection, world: World, person: Person) -> None:
    kept, hours = surveys.get(db, person), people.safe_hours_of_parent(db, person.chat_id)
    if kept is None or kept.stage == "reminded" or (hours or "never") == "never":
        forget(db, world, person)
    elif kept.stage == "waits":
        _ask(db, world, person, kept)
    else:
        said = (survey.ASKED[kept.kind], survey.AGAIN)
        notices.tell(db, world, person, said, policy="at_most_once", priority=outbox.SURVEY)
        surveys.go_on(db, person, "reminded", kept.until, kept.until)


def _ask(db: Connection, world: World, person: Person, kept: Invitation) -> None:
    times, said = world.config.feedback, (survey.ASKED[kept.kind],)
    asked = notices.tell(db, world, person, said, policy="at_most_once", priority=outbox.SURVEY)
    until = asked + timedelta(days=times.open_days)
    surveys.go_on(db, person, "asked", asked + timedelta(days=times.remind_days), until)
    feedback.count(db, _sheet(world, kept), SHEET, "asked")
    if kept.kind == "parent":
        goals.offer_end(db, person, kept.case)
    screens.refresh(db, world, person, "sent")


def _sheet(world: World, kept: Invitation) -> Sheet:
    return Sheet(kept.association, kept.kind, "", "own", kept.length, feedback.week_of(world.clock.now()))


# What a parent does


def carry_out(db: Connection, world: World, person: Person, effect: do.Parenting) -> None:
    """Do what a parent wishes about feedback."""
    match effect:
        case do.SendSurvey():
            _send(db, world, person, effect)
        case do.DeclineSurvey():
            kept = surveys.get(db, person)
            if kept and surveys.is_open(kept, world.clock.now()):
                _decline(db, world, person, kept)
        case _:
            assert_never(effect)


def _send(db: Connection, world: World, person: Person, effect: do.SendSurvey) -> None:
    kept, now = surveys.get(db, person), world.clock.now()
    if kept is None or not surveys.is_open(kept, now):
        raise LookupError("nobody is asked, or it is over")
    asked = {item.name: item for item in (AFTER_MEETING if kept.kind == "meeting" else PARENTS)}
    known = {name: {value for value, _ in item.scale.values} for name, item in asked.items()}
    texts = {text.name for text in PARENTS_TEXTS} if kept.kind == "parent" else set()
    if not (effect.texts.keys() <= texts and all(v in known.get(name, ()) for name, v in effect.values.items())):
        raise LookupError("no such question or answer")
    if not effect.values and not effect.texts:
        _decline(db, world, person, kept)
        return
    feedback.spend(db, kept.token)
    words = effect.texts if feedback.reader(db, kept.association) else {}
    feedback.store(db, _sheet(world, kept), effect.values, words)
    _done(db, person)


def _decline(db: Connection, world: World, person: Person, kept: Invitation) -> None:
    """Whoever skips everything has said nothing, and is no answer."""
    feedback.count(db, _sheet(world, kept), SHEET, "declined")
    _done(db, person)


def _done(db: Connection, person: Person) -> None:
    """The screen that follows in this turn no longer has what was answered."""
    surveys.drop(db, person)
    outbox.drop_surveys(db, person.chat_id)
    outbox.forget_settled(db, person.chat_id)
