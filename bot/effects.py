"""Carries out the effects of a step, each in one place, inside the turn's transaction."""

from datetime import timedelta
from sqlite3 import Connection
from typing import Any, assert_never

from bot import outbox, render, screens
from bot.clock import next_safe_moment
from bot.facts import seat_of
from bot.records import cases, chats, people, seats
from bot.records.people import Person
from bot.world import World
from conversations import effects as do
from conversations import moves
from conversations.access import Action
from conversations.text import N_, Paragraph, Text

HEARD_BY: dict[str, tuple[Action, Text]] = {
    "new": ("hear of new", moves.NEW_REQUEST),
    "moved": ("hear of moved", moves.MOVED),
    "withdrawn": ("hear of withdrawn", moves.WITHDRAWN),
}
"""Each kind of notice to staff: who hears it (`conversations.access`) and how it is worded."""

Answers = dict[str, tuple[str, ...]]


def carry_out(db: Connection, world: World, person: Person, effect: do.Effect, payload: str) -> None:
    """Do what an effect says. ``payload`` is the code with which a door was opened in this turn."""
    now = world.clock.now()
    match effect:
        case do.SetLanguage(locale=locale):
            people.set_language(db, person, locale)
        case do.RecordConsent(version=version):
            people.record_consent(db, person, version, now)
        case do.StartTimer(timer=name):
            people.start_timer(db, person, name, now + timedelta(hours=world.config.life.draft))
        case do.StopTimer(timer=name):
            people.stop_timer(db, person, name)
        case do.KeepStory(text=text):
            people.keep_story(db, person, text)
        case do.OpenCase(association=association, answers=answers):
            days = world.config.promise.first_meeting_days
            cases.open_case(db, person, association, answers, now, days, world.reference)
            people.set_safe_hours(db, person, _safe_hours(answers))
        case do.ChangeRequest(association=association, answers=answers):
            if cases.change_request(db, person, association, answers, now):
                people.set_safe_hours(db, person, _safe_hours(answers))
        case do.WithdrawCase():
            cases.withdraw(db, person, now)
        case do.ClaimCase(case=case):
            _claim(db, world, person, case)
        case do.TellClient(case=case, says=says):
            _tell_client(db, world, case, says)
        case do.NotifyStaff(notice=notice):
            _notify_staff(db, world, person, notice)
        case do.AcceptInvitation():
            seats.accept(db, person, payload, now)
            people.stop_timer(db, person, "draft")
            people.drop_draft(db, person)
        case do.CleanChat():
            helped = world.help_shown.pop(person.chat_id, {})
            outbox.remove_messages(db, now, person.chat_id, [*chats.messages(db, person.chat_id), *helped])
        case do.Forget():
            people.forget(db, person)
        case _:
            assert_never(effect)


def _safe_hours(answers: Answers) -> str:
    """When the bot may write first. Nobody with doubts about the phone is written to unless they asked for it: to be
    reached in this chat, at hours they named. Hours for phone calls are none for this chat."""
    safe, asked = answers.get("phone_safe", ()) == ("yes",), answers.get("reach", ()) == ("chat",)
    hours = next(iter(answers.get("hours", ())), "")
    return (hours or "office") if safe else (hours or "never") if asked else "never"


def _claim(db: Connection, world: World, person: Person, case: int) -> None:
    now, seat = world.clock.now(), seat_of(db, world, person)
    if seat is None or not cases.claim(db, person, seat, case, now):
        raise LookupError("the case was not there to be claimed")  # the step looked at it in this same transaction
    cases.audit(db, person, "claim", case, now)
    client = cases.client_of(db, case)
    story = people.take_story(db, client.id) if client else ""
    if not story:
        return
    card = cases.card(db, person, seat, case, now.date())
    reference = card.reference if card else ""
    for part in (render.words(N_(moves.STORY_FOR_YOU.id, reference=reference), person.locale), *render.pieces(story)):
        params = {"text": part, "protect_content": True}
        outbox.put(db, now, person.chat_id, "story", "sendMessage", params)


def _tell_client(db: Connection, world: World, case: int, says: tuple[Paragraph, ...]) -> None:
    """A discreet notice, inside the parent's safe hours; none to a parent who is never to be written to first."""
    client, now = cases.client_of(db, case), world.clock.now()
    if client:
        screens.refresh(db, world, client, "sent")
    opens = next_safe_moment(people.safe_hours_of_parent(db, client.chat_id) or "never", now) if client else None
    if client is None or opens is None:
        return
    text = render.paragraphs((render.DISCREET, *says), client.locale)
    params = {"text": render.cut(text), "protect_content": True}
    outbox.put(db, now, client.chat_id, "notice", "sendMessage", params, priority=outbox.NOTICE, not_before=opens)


def _notify_staff(db: Connection, world: World, person: Person, notice: str) -> None:
    """A bare notice to everybody who hears of it: reference, association, since when, and a button."""
    request, now = cases.request_of(db, person), world.clock.now()
    if request is None:
        return
    action, wording = HEARD_BY[notice]
    name = next((a.name for a in world.config.associations if a.id == request.association), request.association)
    said = N_(wording.id, reference=request.reference, association=name, moment=now)
    opens = notice != "moved"  # those who hear of that may not open the case any more
    for worker in cases.hearers(db, request.case, action):
        nonce = world.nonce()
        if opens:
            seats.add_notice_button(db, nonce, worker, request.case, now)
        button = {"text": render.words(_OPEN, worker.locale), "callback_data": f"{nonce}.0"}
        _put_notice(db, world, worker.chat_id, render.words(said, worker.locale), button if opens else None)
    if notice != "withdrawn":
        link = f"https://t.me/{world.username}?start={seats.CASE_LINK}{request.reference}"
        for group in chats.groups(db, request.association):
            button = {"text": render.words(_OPEN, render.DEFAULT), "url": link}
            _put_notice(db, world, group, render.words(said, render.DEFAULT), button if opens else None)


def _put_notice(db: Connection, world: World, chat_id: int, text: str, button: dict[str, str] | None) -> None:
    params: dict[str, Any] = {"text": text, "protect_content": True}
    if button:
        params["reply_markup"] = {"inline_keyboard": [[button]]}
    outbox.put(db, world.clock.now(), chat_id, "notice", "sendMessage", params, priority=outbox.NOTICE)


_OPEN = N_("Open")
