"""The emulated Telegram as people use it: who is there, and what they do on their phones. No HTTP here."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from bot.playground.wire import ApiError, commands_in, pieces
from bot.playground.world import Chat, Person, Query, World

__all__ = ["ApiError", "Emulator"]


class Emulator(World):
    """The acts of people, each of which shows in the chat and makes the updates that it makes in Telegram."""

    def add_person(self, name: str, *, language: str = "fi") -> int:
        """Add somebody with an empty private chat; nothing is sent."""
        person = 5_000_000 + next(self._numbers)
        self.people[person] = Person(person, name, language)
        self.chats[person] = Chat(person, "private", name, [person], bot_status="member")
        self.touch()
        return person

    def set_language(self, person: int, language: str) -> None:
        """Change the language of the person's app, which the bot sees with the next update."""
        self.people[person].language = language
        self.touch()

    def add_group(self, title: str, members: list[int]) -> int:
        """Add a group of people, without the bot."""
        group = -(4_000_000 + next(self._numbers))
        self.chats[group] = Chat(group, "group", title, list(members))
        self.touch()
        return group

    def add_bot_to_group(self, group: int, by: int) -> None:
        """Make the bot a member, as the group's member `by` does."""
        where = self._chat(by, group)
        self._bot_becomes(where, "member", self.user(by))
        self._service(where, self.user(by), {"new_chat_members": [self.bot]})

    def remove_bot_from_group(self, group: int, by: int) -> None:
        """Throw the bot out of the group."""
        where = self._chat(by, group)
        self._service(where, self.user(by), {"left_chat_member": self.bot})
        self._bot_becomes(where, "kicked", self.user(by))

    def migrate_group(self, group: int) -> int:
        """Turn the group into a supergroup; the old id is of no use from now on."""
        old = self._chat(self.chats[group].members[0], group)
        new = -(1_000_000_000_000 + next(self._numbers))
        self.chats[new] = Chat(new, "supergroup", old.title, old.members, bot_status=old.bot_status)
        self._service(old, self.user(old.members[0]), {"migrate_to_chat_id": new})
        old.moved_to = new
        self._service(self.chats[new], self.user(old.members[0]), {"migrate_from_chat_id": group})
        return new

    # What people do. `chat` is the private chat with the bot unless a group is named.

    def send_text(self, person: int, text: str, chat: int | None = None, *, reply_to: int | None = None) -> int:
        """Type and send; a text that is too long goes as several messages, of which the last one's id is returned."""
        if not text.strip():
            raise ValueError("an empty text cannot be sent")
        for piece in pieces(text.strip()):
            commands = commands_in(piece)
            content = {"text": piece, **({"entities": commands} if commands else {})}
            message_id = self._say(person, content, chat, reply_to)
        return message_id

    def open_link(self, person: int, payload: str = "") -> None:
        """Follow a deep link and press START, which also lifts a block."""
        self.unblock(person)
        self.send_text(person, f"/start {payload}")

    def press(self, person: int, message_id: int, button: str | tuple[int, int], chat: int | None = None) -> str:
        """Press a displayed button by its label or (row, column); return the query's id, or "" when it is a link."""
        pressed = self._button(person, message_id, button, chat)
        if "callback_data" in pressed:
            return self.press_data(person, message_id, pressed["callback_data"], chat)
        link = urlsplit(pressed.get("url", ""))
        if link.netloc in {"t.me", "telegram.me"} and link.path.strip("/").lower() == self.bot["username"].lower():
            self.open_link(person, parse_qs(link.query).get("start", [""])[0])
        return ""

    def press_data(self, person: int, message_id: int, data: str, chat: int | None = None) -> str:
        """Forge a press with any data, on a message that need not exist any more."""
        where = self._chat(person, chat)
        gone = {"message_id": message_id, "chat": where.described(), "date": 0}
        query_id = str(self.bot["id"] * 2**32 + next(self._numbers))
        self.queries[query_id] = Query(person, self.clock.now())
        query = {
            "id": query_id,
            "from": self.user(person),
            "message": where.messages.get(message_id, gone),
            "chat_instance": str(where.id * 7919),
            "data": data,
        }
        if where.bot_status == "member":
            self.updates.put("callback_query", query)
        self.touch()
        return query_id

    def send_photo(self, person: int, chat: int | None = None) -> int:
        """Send a picture."""
        return self._say(person, {"photo": [{**self.file_ids("photo"), "width": 90, "height": 90}]}, chat)

    def send_voice(self, person: int, chat: int | None = None) -> int:
        """Send a voice message."""
        return self._say(person, {"voice": {**self.file_ids("voice"), "duration": 3, "mime_type": "audio/ogg"}}, chat)

    def send_sticker(self, person: int, chat: int | None = None) -> int:
        """Send a sticker."""
        look = {"type": "regular", "width": 512, "height": 512, "is_animated": False, "is_video": False, "emoji": "🙂"}
        return self._say(person, {"sticker": {**self.file_ids("sticker"), **look}}, chat)

    def send_location(self, person: int, chat: int | None = None) -> int:
        """Send a place: the railway station of Helsinki."""
        return self._say(person, {"location": {"latitude": 60.1719, "longitude": 24.9414}}, chat)

    def send_contact(self, person: int, phone: str, of: int | None = None, chat: int | None = None) -> int:
        """Send a contact card: the own one (of = person), another person's, or of somebody without Telegram."""
        name = {"first_name": self.people[of].name, "user_id": of} if of is not None else {"first_name": "Somebody"}
        return self._say(person, {"contact": {"phone_number": phone, **name}}, chat)

    def forward_text(self, person: int, text: str, chat: int | None = None) -> int:
        """Pass on a text that somebody else wrote."""
        origin = {"type": "hidden_user", "sender_user_name": "Somebody", "date": self.unix_time() - 60}
        return self._say(person, {"text": text, "forward_origin": origin}, chat)

    def edit_text(self, person: int, message_id: int, text: str, chat: int | None = None) -> None:
        """Change an own message."""
        where, old = self._own(person, message_id, chat)
        if "text" not in old:
            raise ValueError("the message has no text")
        self.edit(where, old, {"text": text, "entities": commands_in(text)})
        if self._bot_hears(where, old):
            self.updates.put("edited_message", where.messages[message_id])

    def delete_own(self, person: int, message_id: int, chat: int | None = None) -> None:
        """Delete an own message for everybody; a bot never hears of it."""
        where, _ = self._own(person, message_id, chat)
        del where.messages[message_id]
        self.touch()

    def block(self, person: int) -> None:
        """Stop the bot."""
        self._set_blocked(person, True)

    def unblock(self, person: int) -> None:
        """Let the bot write again."""
        self._set_blocked(person, False)

    def push_update(self, update: dict[str, Any]) -> None:
        """Queue an update of any shape, whatever kinds the bot asked for; its update_id is added."""
        self.updates.put_raw(update)

    def _chat(self, person: int, chat: int | None) -> Chat:
        who = self.people[person]
        where = self.chats[person if chat is None else chat]
        if person not in where.members or where.moved_to:
            raise LookupError("the person is not in this chat")
        if where.kind == "private" and who.blocked:
            raise PermissionError("the person has blocked the bot")
        return where

    def _own(self, person: int, message_id: int, chat: int | None) -> tuple[Chat, dict[str, Any]]:
        where = self._chat(person, chat)
        message = where.messages.get(message_id)
        if message is None or message["from"]["id"] != person:
            raise LookupError("the person has no such message")
        return where, message

    def _button(self, person: int, message_id: int, button: str | tuple[int, int], chat: int | None) -> dict[str, Any]:
        message = self._chat(person, chat).messages.get(message_id, {})
        rows = message.get("reply_markup", {}).get("inline_keyboard", [])
        for row, buttons in enumerate(rows):
            for column, shown in enumerate(buttons):
                if button in (shown["text"], (row, column)):
                    return dict(shown)
        raise LookupError(f"no button {button!r} is displayed on message {message_id}")

    def _say(self, person: int, content: dict[str, Any], chat: int | None, reply_to: int | None = None) -> int:
        where = self._chat(person, chat)
        if reply_to is not None:
            content = {**content, **self.reply_part(where, reply_to)}
        message = self._store(where, self.user(person), content)
        if where.kind == "private":
            self.people[person].started = True
        if where.keyboard and where.keyboard.get("one_time_keyboard"):
            where.keyboard = None
        if self._bot_hears(where, message):
            self.updates.put("message", message)
        return int(message["message_id"])

    def _bot_hears(self, chat: Chat, message: dict[str, Any]) -> bool:
        """Tell whether the bot gets a message: in groups, privacy mode leaves it commands and replies to itself."""
        if chat.kind == "private" or chat.bot_status != "member":
            return chat.kind == "private"
        replied = message.get("reply_to_message")
        if replied and self.is_from_bot(replied):
            return True
        addressed = (command.partition("@")[2].lower() for command in message.get("text", "").split()[:1])
        own = {"", self.bot["username"].lower()}
        return any(entity["offset"] == 0 for entity in commands_in(message.get("text", ""))) and next(addressed) in own

    def _set_blocked(self, person: int, blocked: bool) -> None:
        who = self.people[person]
        if who.blocked != blocked:
            who.blocked = blocked
            old, new = ("member", "kicked") if blocked else ("kicked", "member")
            self._member_update(self.chats[person], self.user(person), old, new)
