"""What is said unasked: bare notices to staff, discreet ones to a parent, a word to a professional who referred.

Who hears what of a case stands in `TOLD` and `conversations.access`, nowhere else.
"""

from collections.abc import Iterable
from datetime import date, datetime
from sqlite3 import Connection
from typing import Any

from bot import outbox, render, screens
from bot.clock import HELSINKI, next_safe_moment
from bot.records import cases, chats, people, referrals, seats, standing
from bot.records.meetings import Kept
from bot.records.people import Person
from bot.world import World
from conversations import moves
from conversations.access import Action
from conversations.facts import Role
from conversations.text import N_, Paragraph, Text

URGENT = ("adult_wanted",)
"""Kinds of notices that go before everything else."""

_UNHEARD = N_("{reference}: {parent} asks to be called, and no worker of the case is there.")

TOLD: dict[str, tuple[Action, Text]] = {
    "new": ("hear of new", moves.NEW_REQUEST),
    "moved": ("hear of moved", moves.MOVED),
    "withdrawn": ("hear of withdrawn", moves.WITHDRAWN),
    "not_started": ("hear of change", N_("{reference} was ended: the meetings were not started.")),
    "closing": ("hear of change", N_("{reference}: a colleague proposes to end the meetings.")),
    "closed": ("hear of change", N_("{reference} was closed.")),
    "reopened": ("hear of change", N_("{reference}: a parent comes back. Please contact this parent.")),
    "parent_left": (
        "hear of withdrawn",
        N_("A parent has withdrawn in the case {reference}. It stays open for the other."),
    ),
    "invite_answered": ("hear of invitation", N_("Somebody has answered by the link in the case {reference}.")),
    "invite_declined": ("hear of invitation", N_("The invitation in the case {reference} was declined.")),
    "invite_over": ("hear of invitation", N_("The invitation in the case {reference} is over without an answer.")),
    "invite_unconfirmed": (
        "hear of invitation",
        N_("The answers by the link in the case {reference} were removed: nobody confirmed in time who it is."),
    ),
    "goal_rated": ("hear of rating", N_("{reference}: a parent has rated a goal.")),
    "reply": ("hear of reply", N_("There is an answer in the case {reference}.")),
    "pair_asked": ("hear of question", N_("A colleague asks you to be the work pair: {reference}")),
    "transfer_asked": ("hear of question", N_("A colleague asks you to take over a case: {reference}")),
    "accepted": ("hear of answer", N_("A colleague said yes: {reference}")),
    "handed_over": ("hear of answer", N_("A colleague has taken over the case {reference}.")),
    "declined": ("hear of answer", N_("A colleague said no: {reference}")),
    "left": ("hear of change", N_("A colleague has left the case {reference}. You are its lead worker.")),
    "taken_back": ("hear of change", N_("{reference} waits in the queue again, because no worker was present.")),
    "away": ("hear of change", N_("Your colleague in the case {reference} is away {first} – {last}")),
    "unattended": ("hear of unattended", N_("No worker is present for the case {reference}.")),
    "unclaimed": ("hear of unclaimed", N_("{reference} has waited for a worker for one working day.")),
    "long_unclaimed": (
        "hear of long unclaimed",
        N_("{association}: {reference} has waited for a worker for two working days."),
    ),
    "no_meeting_4": (
        "hear of no meeting",
        N_("{reference}: no first meeting is agreed yet. It should be held by {day}."),
    ),
    "no_meeting_6": (
        "hear of no meeting",
        N_("{reference}: still no first meeting is agreed. It should be held by {day}."),
    ),
    "moved_away": ("hear of change", N_("{reference}: the parent has gone to another association.")),
    "override_asked": ("hear of change", N_("A colleague asks you to agree to an exception: {reference}")),
    "override_agreed": ("hear of change", N_("A colleague agrees to the exception: {reference}")),
    "override_refused": ("hear of change", N_("There is no exception in the case {reference}.")),
    "time_agreed": ("hear of meeting", N_("{reference}: a meeting is agreed, {at}.")),
    "meeting_cancelled": ("hear of meeting", N_("{reference}: the meeting {at} does not take place.")),
    "none_suits": ("hear of meeting", N_("{reference}: none of the suggested times suits a parent.")),
    "no_common_time": ("hear of meeting", N_("{reference}: no suggested time suits everybody, or it is gone.")),
    "no_reply": ("hear of meeting", N_("{reference}: a parent has not answered the suggested times.")),
    "times_over": ("hear of meeting", N_("{reference}: the suggested times are over. Please offer new ones.")),
    "joint_stuck": (
        "hear of meeting",
        N_("{reference}: the offered joint meeting misses a condition now. Please take it back."),
    ),
    "host_not_there": (
        "hear of meeting",
        N_("{reference}: the meeting {at} is outside the working hours."),
    ),
    "to_record": ("hear of meeting", N_("{reference}: the meeting {at} is over. Please record how it went.")),
    "move_asked": ("hear of meeting", N_("{reference}: a parent asks for another time.")),
    "nobody_holds": ("hear of meeting", N_("{reference}: nobody holds the meeting {at}. Please move it.")),
    "adult_wanted": (
        "hear of child",
        N_("{reference}: somebody who gives feedback asks for an adult now. Please go to them."),
    ),
    "unreachable": ("hear of meeting", N_("{reference}: the bot cannot reach a parent any more.")),
    "call_wanted": ("hear of call", N_("{reference}: {parent} asks to be called.")),
    "call_unheard": ("hear of unheard call", _UNHEARD),
    "call_left": ("hear of left call", _UNHEARD),
    "other_way_remote": ("hear of no meeting", N_("{reference}: the parent wishes a remote meeting, to begin sooner.")),
    "other_way_worker": ("hear of no meeting", N_("{reference}: the parent wishes another worker, to begin sooner.")),
}
"""Each kind of notice to staff: who hears it and how it is worded."""


_OPENS_NOTHING = ("moved", "moved_away", "call_unheard", "call_left")
"""The case opens for nobody who hears of this."""


def tell_staff(
    db: Connection,
    world: World,
    case: int,
    kind: str,
    but: Person | None = None,
    meeting: int = 0,
    to: Iterable[tuple[Person, Role]] | None = None,
    **more: date | datetime | Text,
) -> list[int]:
    """A bare notice to everybody who hears of it, but for whoever did it, or ``to`` some of them: reference,
    association, since when, and a button for those who have something to open: the case, or the form of a
    ``meeting``. Returns the rows that say it to them."""
    now = world.clock.now()
    action, wording = TOLD[kind]
    reference, association, opened, by = cases.named(db, case)
    name = next((a.name for a in world.config.associations if a.id == association), association)
    said = N_(wording.id, reference=reference, association=name, moment=opened, **more, day=by)
    priority = outbox.SAFETY if kind in URGENT else outbox.NOTICE
    hearers = standing.hearers(db, case, action, now.astimezone(HELSINKI).date(), but) if to is None else to
    rows = []
    for worker, role in hearers:
        button = None
        if role != "coordinator" and kind not in _OPENS_NOTHING:
            nonce = world.nonce()
            seats.add_notice_button(db, nonce, worker, case, now, meeting)
            button = {"text": render.words(_OPEN, worker.locale), "callback_data": f"{nonce}.0"}
        rows.append(_put(db, world, worker.chat_id, render.words(said, worker.locale), button, priority))
    if kind in ("new", "moved"):
        link = f"https://t.me/{world.username}?start={seats.CASE_LINK}{reference}"
        for group in chats.groups(db, association):
            open_it = {"text": render.words(_OPEN, render.DEFAULT), "url": link}
            _put(db, world, group, render.words(said, render.DEFAULT), open_it if kind == "new" else None)
    return rows


def tell_parties(db: Connection, world: World, case: int, says: tuple[Paragraph, ...]) -> None:
    """Every parent who asked for it sees it on a screen that still stands, and gets a discreet notice. Whoever was
    invited has not asked for anything that could be taken or waited for."""
    for party in cases.parties(db, case, invited=False):
        screens.refresh(db, world, party, "sent")
        tell(db, world, party, says)


def tell(
    db: Connection,
    world: World,
    person: Person,
    says: tuple[Paragraph, ...],
    about: Kept | None = None,
    policy: outbox.Policy = "at_least_once",
    priority: int = outbox.NOTICE,
) -> datetime:
    """A discreet notice inside the person's safe hours; none to a parent who is never to be written to first, and none
    ``about`` a meeting that will have begun. Returns when it may go."""
    now = world.clock.now()
    opens = next_safe_moment(people.safe_hours_of_parent(db, person.chat_id) or "never", now)
    if opens is None or (about and about.starts and about.starts <= opens):
        return now
    text = render.paragraphs((render.DISCREET, *says), person.locale)
    button = {"text": render.words(_OPEN, person.locale), "callback_data": render.OPEN}
    params = {"text": render.cut(text), "protect_content": True, "reply_markup": {"inline_keyboard": [[button]]}}
    how: dict[str, Any] = {"priority": priority, "not_before": opens, "about": about, "policy": policy}
    outbox.put(db, now, person.chat_id, "notice", "sendMessage", params, **how)
    return opens


def tell_referrer(db: Connection, world: World, case: int) -> None:
    """The professional hears that a worker has the case, and then is forgotten as any visitor."""
    person = referrals.referrer(db, case)
    if person is None:
        return
    referrals.heard(db, case)
    screens.refresh(db, world, person, "received")
    goes = tell(db, world, person, (N_("A worker has the case that you referred."),))
    people.start_timer(db, person, "draft", world.due("draft") + (goes - world.clock.now()))


def tell_at_once(db: Connection, world: World, person: Person, said: Text) -> int:
    """A bare notice to somebody with a seat, before everything else; returns the row that says it."""
    return _put(db, world, person.chat_id, render.words(said, person.locale), None, outbox.SAFETY)


def _put(
    db: Connection,
    world: World,
    chat_id: int,
    text: str,
    button: dict[str, str] | None,
    priority: int = outbox.NOTICE,
) -> int:
    params: dict[str, object] = {"text": text, "protect_content": True}
    if button:
        params["reply_markup"] = {"inline_keyboard": [[button]]}
    return outbox.put(db, world.clock.now(), chat_id, "notice", "sendMessage", params, priority=priority)


_OPEN = N_("Open")
