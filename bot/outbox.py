"""What is to be sent: rows that were committed together with the turn that caused them, and the rules for sending.

Within a chat one message is under way at a time, the most urgent and then the oldest first. A row is deleted or
emptied of its words as soon as it is settled. What an error means is decided in `settle`, from the table in
docs/architecture.md; the network is not known here.
"""

import json
from base64 import b64encode
from datetime import datetime, timedelta
from sqlite3 import Connection
from typing import Any, Literal

from msgspec import Struct

from bot import render
from bot.clock import next_safe_moment, stamp
from bot.records import chats, children, meetings, people
from bot.records.meetings import Kept

Kind = Literal["prompt", "notice", "story", "farewell", "cleaning"]
Policy = Literal["at_least_once", "at_most_once"]
SAFETY, ANSWER, NOTICE, SURVEY, CLEANING = range(5)
LONGEST_PAUSE = 60
"""Seconds between two tries at most: whoever writes meanwhile waits so long for the answer."""

UNASKED = (NOTICE, SURVEY)
"""What nobody is waiting for in the chat: a new message goes only inside safe hours, an edit never becomes one."""

_FIELDS = {"sendPhoto": "photo", "sendDocument": "document"}
"""Methods that send a file, and the parameter that it is."""

NEW_MESSAGES = {"sendMessage", *_FIELDS}
"""What puts something new into a chat and may light up a phone."""

_KEPT_BACK = (
    "o.kind IN ('notice', 'story') AND EXISTS"
    " (SELECT 1 FROM child x JOIN person p ON p.id=x.person_id WHERE p.chat_id=o.chat_id)"
)
"""What waits for a chat while a child has it: all that does not answer."""

UPLOAD = "upload"
"""The key under which stored parameters have a file: ``{"photo": {"name": …, "base64": …}}``. The Bot API has none of
that name."""


class File(Struct, frozen=True):
    """A small file that goes with a message: what it is called, and its content."""

    name: str
    content: bytes


class Outgoing(Struct, frozen=True):
    """One call to make: a Bot API method with its parameters. What it says ``about`` a meeting, by its id and sequence,
    holds only as long as that does."""

    id: int
    chat_id: int
    method: str
    params: dict[str, Any]
    about: tuple[int, int] | None = None


class Sent(Struct, frozen=True):
    """Done; the id of the new message, if there is one."""

    message_id: int | None = None


class Stale(Struct, frozen=True):
    """The message to edit is not there any more."""


class Wait(Struct, frozen=True):
    """Telegram asks to wait so many seconds; nothing was done."""

    seconds: float


class Moved(Struct, frozen=True):
    """The group has another id now; nothing was done."""

    chat_id: int


class Blocked(Struct, frozen=True):
    """The person has blocked the bot, or the group removed it."""


class Refused(Struct, frozen=True):
    """Telegram will never do this; ``error`` is the kind of refusal."""

    error: str


class NeverLeft(Struct, frozen=True):
    """The network failed before anything was sent."""

    error: str


class Unsure(Struct, frozen=True):
    """The network failed after something may have been sent."""

    error: str


Outcome = Sent | Stale | Wait | Moved | Blocked | Refused | NeverLeft | Unsure


def put(
    db: Connection,
    now: datetime,
    chat_id: int,
    kind: Kind,
    method: str,
    params: dict[str, Any],
    *,
    file: File | None = None,
    priority: int = ANSWER,
    policy: Policy = "at_least_once",
    not_before: datetime | None = None,
    about: Kept | None = None,
) -> int:
    """Commit a call to the outbox, with a file for `sendPhoto` and `sendDocument`. A new prompt takes the place of one
    that has not been sent yet, and so does what is said ``about`` a meeting; it is not sent any more once the meeting
    has changed or begun. Returns the row's id."""
    stored = {"chat_id": chat_id, **params}
    if file is not None:
        stored[UPLOAD] = {_FIELDS[method]: {"name": file.name, "base64": b64encode(file.content).decode()}}
    if about:
        db.execute("DELETE FROM outbox WHERE chat_id=? AND meeting_id=? AND status='waiting'", (chat_id, about.id))
    if kind == "prompt":
        db.execute("DELETE FROM outbox WHERE chat_id=? AND kind='prompt' AND status='waiting'", (chat_id,))
    made = db.execute(
        "INSERT INTO outbox (chat_id, kind, priority, policy, method, params, not_before, made_at, meeting_id,"
        " meeting_sequence) VALUES (?,?,?,?,?,?,?,?,?,?)",
        (
            chat_id,
            kind,
            priority,
            policy,
            method,
            json.dumps(stored, ensure_ascii=False),
            stamp(not_before or now),
            stamp(now),
            about.id if about else None,
            about.sequence if about else None,
        ),
    )
    return made.lastrowid or 0


def remove_messages(db: Connection, now: datetime, chat_id: int, message_ids: list[int]) -> None:
    """Have messages deleted in Telegram (at most 100 a call) and forget their ids."""
    for start in range(0, len(message_ids), 100):
        part = message_ids[start : start + 100]
        put(db, now, chat_id, "cleaning", "deleteMessages", {"message_ids": part}, priority=CLEANING)
        chats.forget_messages(db, chat_id, part)


def take(db: Connection, now: datetime, limit: int) -> list[Outgoing]:
    """Take the next due call of each chat that has none under way and was not asked to wait."""
    rows = db.execute(
        "SELECT id, chat_id, priority, method, params, meeting_id, meeting_sequence FROM outbox WHERE id IN ("
        " SELECT min(priority << 48 | id) & ((1 << 48) - 1) FROM outbox o"
        f" WHERE status='waiting' AND not_before <= ?1 AND NOT ({_KEPT_BACK})"
        " AND NOT EXISTS (SELECT 1 FROM outbox b WHERE b.status='sending' AND b.chat_id=o.chat_id)"
        " AND NOT EXISTS (SELECT 1 FROM chat_hold h WHERE h.chat_id=o.chat_id AND h.until > ?1)"
        " GROUP BY chat_id) ORDER BY priority, id LIMIT ?2",
        (stamp(now), limit),
    ).fetchall()
    taken = []
    for row_id, chat_id, priority, method, params, meeting, sequence in rows:
        about = None if meeting is None else (meeting, sequence)
        if is_void(db, about, now):
            drop(db, row_id)
            continue
        if priority in UNASKED and method in NEW_MESSAGES and _held_back(db, row_id, chat_id, now):
            continue
        db.execute("UPDATE outbox SET status='sending', attempts=attempts+1 WHERE id=?", (row_id,))
        taken.append(Outgoing(row_id, chat_id, method, json.loads(params), about))
    return taken


def is_void(db: Connection, about: tuple[int, int] | None, now: datetime) -> bool:
    """Whether something is said about a meeting that has changed since or has begun."""
    return about is not None and meetings.is_void(db, *about, now)


def drop(db: Connection, row_id: int) -> None:
    """It is not sent at all."""
    db.execute("DELETE FROM outbox WHERE id=?", (row_id,))


def drop_surveys(db: Connection, chat_id: int) -> None:
    """Somebody who waits for a safe hour is not asked any more."""
    db.execute("DELETE FROM outbox WHERE chat_id=? AND priority=? AND status='waiting'", (chat_id, SURVEY))


def forget_settled(db: Connection, chat_id: int) -> None:
    """What was sent to a chat leaves no rows: they would tell which questions were answered by writing."""
    db.execute("DELETE FROM outbox WHERE chat_id=? AND status NOT IN ('waiting', 'sending')", (chat_id,))


def forget_prompts(db: Connection, chat_id: int) -> None:
    """A question that waits to be sent is not asked any more."""
    db.execute("DELETE FROM outbox WHERE chat_id=? AND kind='prompt' AND status='waiting'", (chat_id,))


def asks_still(db: Connection, chat_id: int) -> bool:
    """Whether the question that stands has not been shown yet."""
    waits = "SELECT 1 FROM outbox WHERE chat_id=? AND kind='prompt' AND status IN ('waiting', 'sending')"
    return db.execute(waits, (chat_id,)).fetchone() is not None


def _held_back(db: Connection, row_id: int, chat_id: int, now: datetime) -> bool:
    """Safe hours are looked at once more when something unasked is sent: they may have changed since it was written."""
    hours = people.safe_hours_of_parent(db, chat_id)
    if hours is None:
        return False
    opens = next_safe_moment(hours, now)
    if opens is None:
        db.execute("DELETE FROM outbox WHERE id=?", (row_id,))
    elif opens > now:
        db.execute("UPDATE outbox SET not_before=? WHERE id=?", (stamp(opens), row_id))
    return opens is None or opens > now


def recover(db: Connection) -> None:
    """After a stop in the middle of sending: nobody knows whether these were sent, so their policy decides. A question
    that was followed by another is not asked again."""
    db.execute(
        "UPDATE outbox AS o SET status='sent', params=NULL WHERE status='sending' AND kind='prompt'"
        " AND EXISTS (SELECT 1 FROM outbox n WHERE n.chat_id=o.chat_id AND n.kind='prompt' AND n.id > o.id)"
    )
    db.execute("UPDATE outbox SET status='waiting' WHERE status='sending' AND policy='at_least_once'")
    db.execute("UPDATE outbox SET status='unknown', params=NULL WHERE status='sending'")


class _Row(Struct, frozen=True):
    """A call that has an outcome; ``overtaken`` if it asks and a newer question stands behind it."""

    id: int
    chat_id: int
    kind: str
    priority: int
    policy: Policy
    method: str
    params: str
    attempts: int
    made_at: int
    overtaken: bool


def _called(db: Connection, row_id: int) -> _Row | None:
    later = "SELECT 1 FROM outbox n WHERE n.chat_id=o.chat_id AND n.kind='prompt' AND n.id > o.id"
    row = db.execute(
        "SELECT id, chat_id, kind, priority, policy, method, params, attempts, made_at,"
        f" kind='prompt' AND EXISTS ({later}) FROM outbox o WHERE id=?",
        (row_id,),
    ).fetchone()
    return _Row(*row) if row else None


def settle(db: Connection, now: datetime, called: Outgoing, outcome: Outcome, give_up: timedelta) -> None:
    """Carry out what a call came to. What may have arrived is tried again for ``give_up``, what never left for ever."""
    row = _called(db, called.id)
    if row is None:  # the person was forgotten while it was under way
        if isinstance(outcome, Sent) and outcome.message_id is not None:
            remove_messages(db, now, called.chat_id, [outcome.message_id])
        return
    match outcome:
        case Sent(message_id=message_id):
            _arrived(db, now, row, message_id)
        case Stale() | Wait() | NeverLeft() | Unsure() if row.overtaken:
            _close(db, row.id, "sent")  # a newer question is on its way, this one must not come after it
        case Stale():
            _stale(db, now, row)
        case Wait(seconds=seconds):
            db.execute("UPDATE outbox SET status='waiting', attempts=attempts-1 WHERE id=?", (row.id,))
            chats.hold(db, row.chat_id, stamp(now) + int(seconds) + 1)
        case Moved(chat_id=new):
            chats.moved(db, row.chat_id, new)
            moved = json.dumps({**json.loads(row.params), "chat_id": new}, ensure_ascii=False)
            db.execute("UPDATE outbox SET chat_id=?, params=?, status='waiting' WHERE id=?", (new, moved, row.id))
        case Blocked():
            people.blocked(db, row.chat_id, now)
            _close(db, row.id, "blocked", error="Forbidden")
        case NeverLeft(error=error) | Unsure(error=error) if isinstance(outcome, NeverLeft) or (
            row.policy == "at_least_once" and stamp(now) - row.made_at < give_up.total_seconds()
        ):
            db.execute("UPDATE outbox SET status='waiting', error=? WHERE id=?", (error, row.id))
            # The whole chat waits, so that nothing overtakes what was said before it.
            chats.hold(db, row.chat_id, stamp(now) + min(2**row.attempts, LONGEST_PAUSE))
        case Unsure(error=error):
            _close(db, row.id, "unknown", error=error)
        case Refused(error=error):
            _close(db, row.id, "dead", error=error)


def _arrived(db: Connection, now: datetime, row: _Row, message_id: int | None) -> None:
    if message_id is not None and row.kind in ("notice", "story") and children.is_sealed(db, row.chat_id):
        remove_messages(db, now, row.chat_id, [message_id])  # it was under way when a child got the chat
        db.execute("UPDATE outbox SET status='waiting' WHERE id=?", (row.id,))
        return
    if message_id is not None and row.kind != "farewell":
        chats.saw_message(db, row.chat_id, message_id, row.kind, now)
        if row.overtaken and row.method in NEW_MESSAGES:
            # Sent a second time after a crash, while the person went on: its buttons are dead, so it goes.
            remove_messages(db, now, row.chat_id, [message_id])
    _close(db, row.id, "sent")


def _stale(db: Connection, now: datetime, row: _Row) -> None:
    """The message that it is about is not there as it was."""
    if row.method == "editMessageText" and row.priority not in UNASKED and not children.is_sealed(db, row.chat_id):
        db.execute(
            "UPDATE outbox SET method='sendMessage', params=?, status='waiting' WHERE id=?",
            (_as_new(db, row.chat_id, json.loads(row.params)), row.id),
        )
        return
    messages = json.loads(row.params)["message_ids"] if row.method == "deleteMessages" else []
    if len(messages) > 1:  # one that is too old makes Telegram refuse them all
        for message_id in messages:
            remove_messages(db, now, row.chat_id, [message_id])
    _close(db, row.id, "sent")


def _as_new(db: Connection, chat_id: int, params: dict[str, Any]) -> str:
    """An edit as a new message. It may come later than the press, so it begins as harmlessly as any other."""
    locale = people.locale_of_parent(db, chat_id)
    text = params["text"] if locale is None else f"{render.words(render.DISCREET, locale)}\n\n{params['text']}"
    changed = {name: value for name, value in params.items() if name != "message_id"}
    return json.dumps({**changed, "text": render.cut(text), "protect_content": True}, ensure_ascii=False)


def _close(db: Connection, row_id: int, status: str, *, error: str = "") -> None:
    """Settled: the words go. Of a removal and of a farewell not even the row stays, it may be the last trace of
    somebody who wanted to be forgotten."""
    db.execute("DELETE FROM outbox WHERE id=? AND kind IN ('farewell', 'cleaning')", (row_id,))
    db.execute("UPDATE outbox SET status=?, params=NULL, error=? WHERE id=?", (status, error or None, row_id))
