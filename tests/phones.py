"""The small office with the phones' screens: what stands in each chat, and pressing exactly one button of it."""

import json
import sqlite3
from copy import deepcopy
from typing import Any

from msgspec import Struct

from bot import outbox, turns
from bot.outbox import Outcome, Outgoing, Sent, Stale
from bot.records import people
from bot.turns import Toast
from conversations.conversation import Conversation
from tests.office_plain import Kind, Office

Messages = dict[int, dict[str, Any]]


class Moment(Struct):
    """Everything as it is now, to come back to."""

    db: sqlite3.Connection
    chats: dict[int, Messages]
    numbers: dict[int, int]


class Phones(Office):
    """``chats`` are the messages that stand in each chat, by their numbers."""

    def __init__(self, kind: Kind | None = None) -> None:
        super().__init__(kind)
        self.chats: dict[int, Messages] = {}

    def now(self) -> Moment:
        """This moment."""
        copy = sqlite3.connect(":memory:")
        self.db.backup(copy)
        return Moment(copy, deepcopy(self.chats), dict(self.messages))

    def back_to(self, moment: Moment) -> None:
        """Everything as it was then."""
        moment.db.backup(self.db)
        self.chats, self.messages = deepcopy(moment.chats), dict(moment.numbers)

    def at(self, chat: int) -> Conversation:
        """Where a chat's conversation is."""
        found = people.conversation(self.db, self.person(chat))
        assert found
        return found

    def only(self, chat: int) -> tuple[int, dict[str, Any]]:
        """The one message that stands in a chat."""
        ((number, message),) = self.chats[chat].items()
        return number, message

    def labels(self, chat: int) -> list[str]:
        """The buttons of the one message, in their order."""
        return [button["text"] for button in _buttons(self.only(chat)[1])]

    def press(self, chat: int, place: int) -> Toast | None:
        """Press the button in a place of the one message."""
        number, message = self.only(chat)
        return self.press_data(chat, number, _buttons(message)[place]["callback_data"])

    def press_label(self, chat: int, *labels: str) -> None:
        """Press buttons by what stands on them, each on the newest message that shows it."""
        for label in labels:
            found = [
                (number, button["callback_data"])
                for number, message in sorted(self.chats[chat].items())
                for button in _buttons(message)
                if button["text"] == label
            ]
            assert found, (label, self.chats[chat])
            self.press_data(chat, *found[-1])

    def press_data(self, chat: int, number: int, data: str) -> Toast | None:
        """Press any button, also one that does not stand there."""
        message = {"message_id": number, "date": 1, "chat": {"id": chat, "type": "private"}}
        press = {"id": "1", "from": _who(chat), "data": data, "message": message}
        toast = turns.take(self.db, self.world, json.dumps({"update_id": 1, "callback_query": press}))
        self.send()
        return toast

    def sends(self, chat: int, **content: Any) -> None:
        """Somebody sends a message of any kind."""
        number = self.messages[chat] = self.messages.get(chat, 0) + 1
        message = {"message_id": number, "date": 1, "chat": {"id": chat, "type": "private"}, "from": _who(chat)}
        self.chats.setdefault(chat, {})[number] = message | content
        turns.take(self.db, self.world, json.dumps({"update_id": 1, "message": message | content}))
        self.send()

    def send(self) -> None:
        """Carry out every call that is due."""
        now = self.world.clock.now()
        while rows := outbox.take(self.db, now, 32):
            for row in rows:
                outbox.settle(self.db, now, row, self.call(row), self.give_up)

    def call(self, row: Outgoing) -> Outcome:
        """What Telegram does with a call."""
        chat = self.chats.setdefault(row.chat_id, {})
        if row.method in outbox.NEW_MESSAGES:
            number = self.messages[row.chat_id] = self.messages.get(row.chat_id, 0) + 1
            chat[number] = row.params
            return Sent(number)
        if row.method == "editMessageText":
            if row.params["message_id"] not in chat:
                return Stale()
            chat[row.params["message_id"]] = row.params
        else:
            assert row.method == "deleteMessages"
            for gone in row.params["message_ids"]:
                chat.pop(gone, None)
        return Sent()


def _who(chat: int) -> dict[str, Any]:
    return {"id": chat, "is_bot": False, "first_name": "N", "language_code": "en"}


def _buttons(message: dict[str, Any]) -> list[dict[str, str]]:
    return [button for row in message.get("reply_markup", {}).get("inline_keyboard", []) for button in row]
