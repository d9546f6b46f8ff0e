"""What Telegram sends, reduced to what the service reads. Tolerant: unknown fields and shapes are no errors.

The payload was stored before it comes here; a payload that cannot even be reduced raises and is quarantined.
"""

from typing import Literal

import msgspec
from msgspec import Struct

ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
"""Asked for explicitly at every poll, because Telegram remembers the last list."""


class _Chat(Struct, frozen=True):
    id: int
    type: str = "private"


class _User(Struct, frozen=True):
    id: int
    language_code: str = ""
    first_name: str = ""
    last_name: str = ""


class _Contact(Struct, frozen=True):
    phone_number: str
    user_id: int | None = None


class _Message(Struct, frozen=True):
    message_id: int
    chat: _Chat
    date: int = 0
    sender: _User | None = msgspec.field(default=None, name="from")
    text: str | None = None
    contact: _Contact | None = None
    forward_origin: dict[str, object] | None = None
    migrate_to_chat_id: int | None = None


class _Callback(Struct, frozen=True):
    id: str
    sender: _User = msgspec.field(name="from")
    message: _Message | None = None
    data: str = ""


class _Member(Struct, frozen=True):
    status: str


class _Membership(Struct, frozen=True):
    chat: _Chat
    sender: _User = msgspec.field(name="from")
    new_chat_member: _Member


class _Update(Struct, frozen=True):
    update_id: int
    message: _Message | None = None
    edited_message: _Message | None = None
    callback_query: _Callback | None = None
    my_chat_member: _Membership | None = None


class Incoming(Struct, frozen=True, kw_only=True):
    """One update: who, where, what. ``message_id`` and
    ``date`` (Unix seconds) are the person's own message's, ``pressed`` is the message of a button."""

    kind: Literal["text", "contact", "unreadable", "edited", "press", "member", "moved"]
    chat_id: int
    private: bool
    group: bool
    user_id: int
    language: str = ""
    name: str = ""
    message_id: int | None = None
    date: int = 0
    pressed: int | None = None
    callback_id: str = ""
    text: str = ""
    member: bool = False
    moved_to: int = 0


def read(payload: str | bytes) -> Incoming | None:
    """Reduce one update; None if it is of a kind that the service does not take."""
    update = msgspec.json.decode(payload, type=_Update)
    if update.callback_query:
        return _press(update.callback_query)
    if update.my_chat_member:
        change = update.my_chat_member
        return Incoming(
            kind="member",
            chat_id=change.chat.id,
            private=change.chat.type == "private",
            group=change.chat.type in ("group", "supergroup"),
            user_id=change.sender.id,
            language=change.sender.language_code,
            member=change.new_chat_member.status in ("member", "administrator", "creator"),
        )
    if update.edited_message:
        return _message(update.edited_message, edited=True)
    return _message(update.message, edited=False) if update.message else None


def _press(query: _Callback) -> Incoming | None:
    if query.message is None:
        return None
    return Incoming(
        kind="press",
        chat_id=query.message.chat.id,
        private=query.message.chat.type == "private",
        group=query.message.chat.type in ("group", "supergroup"),
        user_id=query.sender.id,
        language=query.sender.language_code,
        pressed=query.message.message_id,
        callback_id=query.id,
        text=query.data,
    )


def _message(message: _Message, *, edited: bool) -> Incoming | None:
    if message.sender is None:
        return None
    kind: Literal["text", "contact", "unreadable", "edited", "moved"] = "unreadable"
    text = ""
    if message.migrate_to_chat_id:
        kind = "moved"
    elif edited:
        kind = "edited"
    elif message.contact:
        # Somebody else's card is not kept, not even for the length of a turn.
        kind, text = "contact", message.contact.phone_number if message.contact.user_id == message.sender.id else ""
    elif message.text is not None and message.forward_origin is None:
        kind, text = "text", message.text
    return Incoming(
        kind=kind,
        chat_id=message.chat.id,
        private=message.chat.type == "private",
        group=message.chat.type in ("group", "supergroup"),
        user_id=message.sender.id,
        language=message.sender.language_code,
        name=f"{message.sender.first_name} {message.sender.last_name}".strip(),
        message_id=message.message_id,
        date=message.date,
        text=text,
        moved_to=message.migrate_to_chat_id or 0,
    )
