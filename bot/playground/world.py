"""What the emulated Telegram remembers: people, chats, messages, and what every act of a person or the bot is made of.

Messages are Bot API objects and are replaced, never changed in place: an update that waits in the queue, or an
entry of the call log, keeps what was true when it was made.
"""

import asyncio
import itertools
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.clock import Clock
from bot.playground.limits import FloodLimits
from bot.playground.updates import UpdateQueue
from bot.playground.wire import ApiError, bad_request

CALLS_KEPT = 2000
NOTIFICATION_LENGTH = 120
TYPING_LASTS = timedelta(seconds=5)


@dataclass
class Person:
    """Somebody with a phone. `started` is whether they ever wrote to the bot, which may not write first."""

    id: int
    name: str
    language: str
    started: bool = False
    blocked: bool = False
    toasts: list[dict[str, Any]] = field(default_factory=list)
    notification: dict[str, Any] | None = None


@dataclass
class Chat:
    """A private chat with the bot (its id is the person's), a group or a supergroup."""

    id: int
    kind: str
    title: str
    members: list[int]
    bot_status: str | None = None
    moved_to: int | None = None
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)
    # Messages that carry a reply keyboard can never be edited.
    unchangeable: set[int] = field(default_factory=set)
    keyboard: dict[str, Any] | None = None
    typing_until: datetime | None = None

    def described(self) -> dict[str, Any]:
        """Return the chat as it stands inside messages."""
        named = {"first_name": self.title} if self.kind == "private" else {"title": self.title}
        return {"id": self.id, "type": self.kind, **named}


@dataclass(frozen=True)
class File:
    """What the bot uploaded."""

    name: str
    mime_type: str
    content: bytes


@dataclass
class Query:
    """A press of a button that waits for the bot's answer."""

    person: int
    at: datetime
    answered: bool = False


class World:
    """The state of Telegram; `Emulator` is the people's side of it and `methods.call` the bot's."""

    def __init__(
        self,
        clock: Clock,
        *,
        token: str,
        username: str = "playground_bot",
        name: str = "Playground",
        limits: bool = True,
    ) -> None:
        self.clock = clock
        self.token = token
        self.bot: dict[str, Any] = {
            "id": int(token.split(":", maxsplit=1)[0]),
            "is_bot": True,
            "first_name": name,
            "username": username,
        }
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.queries: dict[str, Query] = {}
        self.files: dict[str, File] = {}
        self.commands: dict[tuple[str, str], list[dict[str, str]]] = {}
        self.settings: dict[tuple[str, str], Any] = {}
        self.updates = UpdateQueue(clock, self.touch)
        self.flood = FloodLimits()
        self.limits = limits
        self.calls: deque[dict[str, Any]] = deque(maxlen=CALLS_KEPT)
        self.call_numbers = itertools.count(1)
        self.fault: Callable[[str, dict[str, Any]], ApiError | None] | None = None
        self.drop_answer: Callable[[str, dict[str, Any]], bool] | None = None
        self.delay: Callable[[str, dict[str, Any]], float] | None = None
        self.version = 0
        self._changed = asyncio.Event()
        self._numbers = itertools.count(1)
        # Private chats and basic groups share one count of messages, as in a bot's own mailbox; a supergroup has
        # its own.
        self._message_ids: dict[int, Iterator[int]] = {0: itertools.count(1)}

    # What can be seen from outside.

    @property
    def polling(self) -> bool:
        """Whether a long poll is parked with nothing waiting for it."""
        return self.updates.parked and not self.waiting()

    def waiting(self) -> int:
        """Return how many updates the bot has not confirmed yet."""
        return self.updates.waiting()

    def messages(self, chat: int) -> list[dict[str, Any]]:
        """Return what the chat shows now, oldest first."""
        return [{**message, "edited": "edit_date" in message} for message in self.chats[chat].messages.values()]

    def last(self, chat: int) -> dict[str, Any] | None:
        """Return the newest message of the bot that is still there."""
        own = [message for message in self.messages(chat) if self.is_from_bot(message)]
        return own[-1] if own else None

    def toasts(self, person: int) -> list[dict[str, Any]]:
        """Return every answer to a button press that the person got; one with an empty text shows nothing."""
        return [{"text": toast["text"], "show_alert": toast["show_alert"]} for toast in self.people[person].toasts]

    def lock_screen(self, person: int) -> dict[str, Any] | None:
        """Return the last notification on the person's locked phone."""
        return self.people[person].notification

    def is_from_bot(self, message: dict[str, Any]) -> bool:
        """Tell whether the bot wrote a message, and may therefore edit it."""
        return bool(message["from"]["id"] == self.bot["id"])

    def touch(self) -> None:
        """Tell everybody in `wait` that something changed."""
        self.version += 1
        self._changed.set()
        self._changed = asyncio.Event()

    async def wait(self, seen: int) -> int:
        """Return the version as soon as it is newer than the one seen."""
        while self.version <= seen:
            await self._changed.wait()
        return self.version

    # What acts and methods are made of.

    def unix_time(self) -> int:
        """Return the clock's time as messages carry it."""
        return int(self.clock.now().timestamp())

    def user(self, person: int) -> dict[str, Any]:
        """Return the person as a Bot API user."""
        who = self.people[person]
        return {"id": who.id, "is_bot": False, "first_name": who.name, "language_code": who.language}

    def file_ids(self, kind: str) -> dict[str, Any]:
        """Return the identifiers of a new file."""
        number = next(self._numbers)
        return {"file_id": f"{kind}-file-{number}", "file_unique_id": f"{kind}{number}", "file_size": 1024}

    def bot_says(self, chat: Chat, content: dict[str, Any], markup: dict[str, Any], *, silent: bool) -> dict[str, Any]:
        """Put a message of the bot into the chat, with its keyboard and the notification it causes."""
        inline = {"reply_markup": markup} if "inline_keyboard" in markup else {}
        message = self._store(chat, self.bot, {**content, **inline})
        if markup and not inline:
            chat.unchangeable.add(message["message_id"])
        if "keyboard" in markup:
            chat.keyboard = markup
        elif markup.get("remove_keyboard"):
            chat.keyboard = None
        chat.typing_until = None
        named = content.get("document", {}).get("file_name")
        shown = content.get("text") or content.get("caption") or named or next(iter(content)).capitalize()
        private = chat.kind == "private"
        for member in chat.members:
            self.people[member].notification = {
                "title": self.bot["first_name"] if private else chat.title,
                "text": (shown if private else f"{self.bot['first_name']}: {shown}")[:NOTIFICATION_LENGTH],
                "at": self.clock.now().isoformat(),
                "silent": silent,
            }
        return message

    def edit(self, chat: Chat, old: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
        """Replace a message by its edited version; a change to nothing removes that part."""
        edited = {**old, **changes, "edit_date": self.unix_time()}
        new = {key: value for key, value in edited.items() if value not in ([], {})}
        chat.messages[old["message_id"]] = new
        self.touch()
        return new

    def bot_leaves(self, group: Chat) -> None:
        """Let the bot go by its own wish."""
        self._service(group, self.bot, {"left_chat_member": self.bot})
        self._bot_becomes(group, "left", self.bot)

    def reply_part(self, chat: Chat, message_id: int) -> dict[str, Any]:
        """Return what a reply carries of the message it answers."""
        answered = chat.messages.get(message_id)
        if answered is None:
            raise bad_request("message to be replied not found")
        return {"reply_to_message": {key: value for key, value in answered.items() if key != "reply_to_message"}}

    def member(self, user: dict[str, Any], status: str) -> dict[str, Any]:
        """Return a user's place in a chat as the Bot API tells it."""
        return {"user": user, "status": status, **({"until_date": 0} if status == "kicked" else {})}

    def _store(self, chat: Chat, sender: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
        ids = self._message_ids.setdefault(chat.id if chat.kind == "supergroup" else 0, itertools.count(1))
        number = next(ids)
        head = {"message_id": number, "from": sender, "chat": chat.described(), "date": self.unix_time()}
        chat.messages[number] = {**head, **content}
        self.touch()
        return chat.messages[number]

    def _service(self, chat: Chat, sender: dict[str, Any], content: dict[str, Any]) -> None:
        message = self._store(chat, sender, content)
        if chat.bot_status == "member":
            self.updates.put("message", message)

    def _bot_becomes(self, chat: Chat, status: str, by: dict[str, Any]) -> None:
        old, chat.bot_status = chat.bot_status or "left", status
        self._member_update(chat, by, old, status)

    def _member_update(self, chat: Chat, by: dict[str, Any], old: str, new: str) -> None:
        change = {"chat": chat.described(), "from": by, "date": self.unix_time()}
        states = {"old_chat_member": self.member(self.bot, old), "new_chat_member": self.member(self.bot, new)}
        self.updates.put("my_chat_member", {**change, **states})
        self.touch()
