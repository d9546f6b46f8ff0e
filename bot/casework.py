"""Carries out what staff do on a case, each effect in one place, inside the turn's transaction.

Every one of them is asked of `conversations.access` once more here: the screen may be older than the case.
"""

from datetime import date, timedelta
from sqlite3 import Connection
from typing import assert_never

import structlog

from bot import (
    closing,
    goals,
    notices,
    openings,
    outbox,
    parents,
    recording,
    render,
    requests,
    screens,
    start,
    upkeep,
)
from bot import meetings as planning
from bot.clock import HELSINKI, next_safe_moment
from bot.database import savepoint
from bot.logs import kind as kind_of
from bot.records import cases, chats, letters, meetings, notes, people, reminders, seats, standing, work
from bot.records.people import Person
from bot.world import World
from conversations import closing_effects as close
from conversations import effects as do
from conversations import goal_effects as aim
from conversations import meeting_effects as meet
from conversations import moves
from conversations.access import Action
from conversations.gates import safe_hours
from conversations.text import N_

log = structlog.get_logger()

ALLOWED_BY: dict[type[do.CaseWork], tuple[Action, ...]] = {
    do.GiveBack: ("work",),
    do.EndCase: ("work",),
    do.LogContact: ("work",),
    do.RecordTalkAlone: ("work",),
    do.RecordWelfare: ("work",),
    do.CorrectFact: ("work",),
    do.AskColleague: ("work", "assign"),
    do.AnswerOffer: ("answer",),
    do.RevokeOffer: ("work", "assign"),
    do.SwapLead: ("work",),
    do.DeclareConflict: ("declare conflict",),
    do.ReturnToQueue: ("assign",),
    do.Write: ("work",),
    do.EndTalk: ("work",),
    do.InviteOther: ("invite",),
    do.RevokeInvitation: ("invite",),
    do.ConfirmGuest: ("invite",),
    do.RejectGuest: ("invite",),
    meet.AgreeStart: ("work",),
    meet.AskOverride: ("work",),
    meet.AnswerOverride: ("work",),
    meet.OfferTimes: ("work",),
    meet.MoveMeeting: ("work",),
    meet.CancelMeeting: ("work",),
    meet.MissMeeting: ("work",),
    meet.AddMeeting: ("work",),
    meet.RemoveMeeting: ("work",),
    meet.RecordMeeting: ("work",),
    aim.AddGoal: ("work",),
    aim.RewordGoal: ("work",),
    aim.EndGoal: ("work",),
    aim.RateGoal: ("work",),
    aim.OfferRating: ("work",),
    aim.WriteNote: ("work",),
    aim.DropNote: ("work",),
    close.ProposeClosing: ("work",),
    close.RecordSummary: ("work",),
    close.TakeBackClosing: ("work",),
    close.CloseCase: ("work",),
}
"""Which action of the access table each effect is; one of several is enough."""


_MOVES_WORKERS = (do.GiveBack, do.DeclareConflict, do.ReturnToQueue, do.AnswerOffer)

UNTOUCHED = ("phone_safe", "afraid", "region", "association")
"""What nobody corrects for a parent: the own safety, and what decides which association has the case."""


def carry_out(db: Connection, world: World, person: Person, effect: do.CaseWork) -> None:
    """Do it if it is allowed now, otherwise raise LookupError."""
    now, case = world.clock.now(), effect.case
    if not any(standing.may(db, person, action, case, _today(world)) for action in ALLOWED_BY[type(effect)]):
        raise LookupError("not allowed")
    if not cases.is_open(db, case):
        raise LookupError("the case is over")
    cases.audit(db, person, type(effect).__name__, case, now)
    if isinstance(effect, do.Working):
        _work(db, world, person, effect)
    else:
        _elsewhere(db, world, person, effect)
    if isinstance(effect, _MOVES_WORKERS):
        upkeep.restaff(db, world, case)
    screens.refresh_case(db, world, case, but=person)


def _elsewhere(
    db: Connection,
    world: World,
    person: Person,
    effect: parents.Invitation
    | meet.Starting
    | meet.Planning
    | meet.Recording
    | aim.Aiming
    | aim.Noting
    | close.Closing,
) -> None:
    """What has a module of its own is done there."""
    match effect:
        case do.InviteOther() | do.RevokeInvitation() | do.ConfirmGuest() | do.RejectGuest():
            parents.carry_out(db, world, person, effect)
        case meet.AgreeStart() | meet.AskOverride() | meet.AnswerOverride():
            start.carry_out(db, world, person, effect)
        case meet.OfferTimes() | meet.MoveMeeting() | meet.CancelMeeting():
            planning.carry_out(db, world, person, effect)
        case meet.MissMeeting() | meet.AddMeeting() | meet.RemoveMeeting() | meet.RecordMeeting():
            recording.carry_out(db, world, person, effect)
        case aim.AddGoal() | aim.RewordGoal() | aim.EndGoal() | aim.RateGoal() | aim.OfferRating():
            goals.carry_out(db, world, person, effect)
        case aim.WriteNote() | aim.DropNote():
            _note(db, world, person, effect)
        case close.ProposeClosing() | close.RecordSummary() | close.TakeBackClosing() | close.CloseCase():
            closing.carry_out(db, world, person, effect)
        case _:
            assert_never(effect)


def _work(db: Connection, world: World, person: Person, effect: do.Working) -> None:
    """Who works on a case, what they record of it, and its end before it began."""
    now, case = world.clock.now(), effect.case
    match effect:
        case do.GiveBack(reason=reason):
            _left(db, world, person, case, waits=work.leave(db, person, case, reason, now))
        case do.DeclareConflict():
            _conflict(db, world, person, case)
        case do.ReturnToQueue():
            notices.tell_staff(db, world, case, "taken_back")
            cases.log(db, case, "given_back", now, detail="unattended", by=person)
            _left(db, world, person, case, waits=work.to_queue(db, case))
        case do.EndCase():
            _end(db, world, person, effect)
        case do.LogContact(what=what, party=party):
            cases.log(db, case, what, now, by=person, party=party)
        case do.RecordTalkAlone(party=party):
            cases.talked_alone(db, case, party, now)
            cases.log(db, case, "talked_alone", now, by=person, party=party)
        case do.RecordWelfare(notified=notified):
            cases.log(db, case, "welfare", now, detail=notified, by=person)
        case do.CorrectFact():
            _correct(db, world, person, effect)
        case do.AskColleague(kind=kind, colleague=colleague):
            if work.ask(db, person, case, kind, colleague, now):
                notices.tell_staff(db, world, case, f"{kind}_asked")
        case do.AnswerOffer(accepted=accepted, reason=reason):
            _answer(db, world, person, case, accepted, reason)
        case do.RevokeOffer():
            work.revoke(db, person, case, now)
        case do.SwapLead():
            work.swap(db, person, case, now)
        case do.Write(party=party, text=text):
            _write(db, world, person, case, party, text)
        case do.EndTalk(party=party):
            letters.end_talk(db, case, party)
        case _:
            assert_never(effect)


def claim(db: Connection, world: World, person: Person, case: int) -> None:
    """Take a waiting case; the parent's free text is shown to this worker once."""
    now = world.clock.now()
    if not standing.may(db, person, "claim", case, _today(world)) or not cases.claim(db, person, case, now):
        raise LookupError("the case was not there to be claimed")  # the step looked at it in this same transaction
    cases.audit(db, person, "claim", case, now)
    reminders.claimed(db, case, now, openings.hours(db, world, case))
    parents.keep_answers(db, world, case)
    notices.tell_referrer(db, world, case)
    _show_stories(db, world, person, case)
    upkeep.restaff(db, world, case)
    screens.refresh_case(db, world, case, but=person)


def _show_stories(db: Connection, world: World, person: Person, case: int) -> None:
    reference = cases.named(db, case)[0]
    for party in cases.parties(db, case):
        story = people.take_story(db, party.id)
        if not story:
            continue
        head = render.words(N_(moves.STORY_FOR_YOU.id, reference=reference), person.locale)
        for part in (head, *render.pieces(story)):
            params = {"text": part, "protect_content": True}
            outbox.put(db, world.clock.now(), person.chat_id, "story", "sendMessage", params)


def tell_unreachable(db: Connection, world: World) -> None:
    """Workers hear of parents whom the bot can no longer reach; the parent's other messages wait for nobody."""
    for case in cases.newly_unreachable(db):
        notices.tell_staff(db, world, case, "unreachable")
        screens.refresh_case(db, world, case)


def resign(db: Connection, world: World, person: Person) -> int:
    """Somebody leaves the service: seat, chat and cases at once. Returns how many cases nobody works on now. The audit
    log keeps the person's id, because it answers for what was read."""
    now = world.clock.now()
    cases.audit(db, person, "resign", None, now)
    asked = work.questions_to(db, person)
    for case in asked:
        notices.tell_staff(db, world, case, "declined", but=person)
        work.answer(db, person, case, False, "resigned", now)
    association = seats.association_of_user(db, person.chat_id)
    shared, alone = work.resign(db, person, now)
    outbox.remove_messages(db, now, person.chat_id, chats.messages(db, person.chat_id))
    people.forget(db, person, of_staff=True)
    for case in (*shared, *alone):
        notices.tell_staff(db, world, case, "left")
        notices.tell_staff(db, world, case, "unattended")
        upkeep.restaff(db, world, case)
        planning.keep_rule(db, world, case)  # an exception goes with whoever has asked for it or agreed to it
        screens.refresh_case(db, world, case, but=person)
    for case in alone:
        for party in cases.parties(db, case):
            letters.drop_unsent(db, party.chat_id)
        if not any(role == "lead" and where == association for _, _, role, where, _ in seats.everybody(db)):
            cases.log(db, case, "given_back", now, detail="unattended")
            work.to_queue(db, case)  # no lead would ever see it
            requests.wait(db, world, case)
    for case in asked:
        screens.refresh_case(db, world, case, but=person)
    return len(alone)


def _hide_stories(db: Connection, world: World, person: Person) -> None:
    """What parents wrote leaves a worker's chat together with the case."""
    db.execute("DELETE FROM outbox WHERE chat_id=? AND kind='story' AND status='waiting'", (person.chat_id,))
    outbox.remove_messages(db, world.clock.now(), person.chat_id, chats.messages(db, person.chat_id, "story"))


def _left(db: Connection, world: World, person: Person, case: int, *, waits: bool) -> None:
    _hide_stories(db, world, person)
    if waits:
        requests.wait(db, world, case, but=person)
        for party in cases.parties(db, case):
            letters.drop_unsent(db, party.chat_id)
        for party in cases.parties(db, case, invited=False):
            screens.refresh(db, world, party, "sent")
    else:
        notices.tell_staff(db, world, case, "left", but=person)
        notices.tell_staff(db, world, case, "unattended")  # whoever is left may be away


def _conflict(db: Connection, world: World, person: Person, case: int) -> None:
    """Somebody who works on the case leaves it by this, somebody who is asked to says no."""
    if work.asked(db, person, case):
        notices.tell_staff(db, world, case, "declined")
    works = work.part_of(db, person, case) is not None
    waits = work.declare_conflict(db, person, case, world.clock.now())
    if works:
        _left(db, world, person, case, waits=waits)


def _answer(db: Connection, world: World, person: Person, case: int, accepted: bool, reason: str) -> None:
    """Those who hear of it are told first: whoever hands a case over has nothing to do with it afterwards."""
    yes = "handed_over" if work.asked(db, person, case) == "transfer" else "accepted"
    notices.tell_staff(db, world, case, yes if accepted else "declined")
    before = cases.workers(db, case)
    work.answer(db, person, case, accepted, reason, world.clock.now())
    for gone in before:
        if work.part_of(db, gone, case) is None:
            _hide_stories(db, world, gone)
    if reason == "conflict":
        work.declare_conflict(db, person, case, world.clock.now())


def _correct(db: Connection, world: World, person: Person, effect: do.CorrectFact) -> None:
    """A corrected answer counts for the bot too: it writes at the hours that are right."""
    case, party, question = effect.case, effect.party, effect.question
    anew = question != "contact_other" or parents.may(db, case, party, "record anew")
    if question in UNTOUCHED or not anew:
        raise LookupError("this answer is the parent's own")
    answers = cases.answers_of(db, case, party) | {question: effect.values}
    cases.set_answers(db, case, party, answers)
    known = people.by_id(db, party)
    if known:
        people.set_safe_hours(db, known, safe_hours(answers))
    cases.log(db, case, "corrected", world.clock.now(), detail=question, by=person, party=party)
    parents.decided(db, world, case, party)
    upkeep.conditions_changed(db, world, case)


def _end(db: Connection, world: World, person: Person, effect: do.EndCase) -> None:
    found = next((p for p in cases.parties(db, effect.case) if p.id == effect.party), None)
    if effect.status == "not_started" and meetings.was_any_held(db, effect.case):
        raise LookupError("the meetings have begun")
    if found and effect.status == "withdrawn":
        requests.withdraw(db, world, person, effect.case, found)
    else:
        requests.end_for(db, world, person, effect.case, effect.status, effect.reason)


def _write(db: Connection, world: World, person: Person, case: int, party: int, text: str) -> None:
    """The words stand behind the harmless greeting; the other party gets nothing."""
    now = world.clock.now()
    to = next((found for found in cases.parties(db, case) if found.id == party), None)
    hours = people.safe_hours_of_parent(db, to.chat_id) if to else None
    opens = next_safe_moment(hours, now) if hours else None
    if to is None or opens is None:
        raise LookupError("this party is not written to")
    letters.keep(db, case, party, text, now, from_us=True)
    letters.begin_talk(db, case, party, opens + timedelta(hours=world.config.life.talk))
    cases.log(db, case, "wrote", now, by=person, party=party)
    said = (render.DISCREET, text, N_("You can answer by writing here. Only your own workers read it."))
    params = {"text": render.cut(render.paragraphs(said, to.locale)), "protect_content": True}
    outbox.put(db, now, to.chat_id, "notice", "sendMessage", params, priority=outbox.NOTICE, not_before=opens)


def _note(db: Connection, world: World, person: Person, effect: aim.Noting) -> None:
    """A note is written, or removed by its writer. That it was stands in the audit log only."""
    match effect:
        case aim.WriteNote(case=case, parent=parent, words=words):
            done = notes.write(db, person, case, parent, words, world.clock.now())
        case aim.DropNote(case=case, note=note):
            done = notes.drop(db, person, case, note)
        case _:
            assert_never(effect)
    if not done:
        raise LookupError("no such note, or nobody whom it could be about")


def reply(db: Connection, world: World, person: Person, text: str) -> None:
    """What a party wrote while a human has the talk goes to the workers of the case."""
    now, case = world.clock.now(), cases.own_case(db, person)
    if case is None:
        raise LookupError("no case to reply in")
    letters.keep(db, case, person.id, text, now, from_us=False)
    letters.begin_talk(db, case, person.id, now + timedelta(hours=world.config.life.talk))
    cases.log(db, case, "replied", now, party=person.id)
    notices.tell_staff(db, world, case, "reply")
    screens.refresh_case(db, world, case, but=person)


def remind(db: Connection, world: World) -> None:
    """Say what is due about cases that stand still. One that fails is tried again later and holds up no other."""
    now = world.clock.now()
    for case, kind in reminders.due(db, now):
        try:
            with savepoint(db):
                reminders.said(db, case, kind)
                notices.tell_staff(db, world, case, kind)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others go on
            log.error("a reminder could not be said", kind=kind, error=kind_of(error))
            reminders.postpone(db, case, kind, now)


def _today(world: World) -> date:
    return world.clock.now().astimezone(HELSINKI).date()
