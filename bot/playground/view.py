"""What the playground's page shows, as JSON: every phone with its chats, told from its owner's side."""

from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from bot.playground.emulator import Emulator
from bot.playground.world import Chat, Person

ROLES = ("parent", "other parent", "professional", "worker", "worker elsewhere", "lead", "coordinator")
_KINDS = ("text", "photo", "voice", "sticker", "location", "contact", "document")


class Stage(Protocol):
    """Who plays on the emulator; `reset` replaces the emulator by a new one."""

    emulator: Emulator
    roles: dict[int, str]

    async def push(self, by: timedelta) -> None:
        """Move the time on."""

    async def reset(self) -> None:
        """Put everything back to the start."""

    async def add(self, role: str) -> int:
        """Add a phone for somebody of the role and return the person's id."""


def state(stage: Stage) -> dict[str, Any]:
    """Return everything that the page shows."""
    tg = stage.emulator
    return {
        "version": tg.version,
        "now": tg.clock.now().isoformat(),
        "bot": {"username": tg.bot["username"], "name": tg.bot["first_name"]},
        "phones": [_phone(tg, person, stage.roles.get(person.id, "")) for person in tg.people.values()],
        "roles": list(ROLES),
        "commands": _commands(tg),
    }


def _commands(tg: Emulator) -> dict[str, Any]:
    """Return the menu of private chats by language; the key "" is for all other languages."""
    found: dict[str, Any] = {}
    for wanted in ("default", "all_private_chats"):
        found |= {language: menu for (scope, language), menu in tg.commands.items() if scope == wanted}
    return found


def _phone(tg: Emulator, person: Person, role: str) -> dict[str, Any]:
    toast = person.toasts[-1] if person.toasts else None
    return {
        "id": person.id,
        "name": person.name,
        "role": role,
        "language": person.language,
        "blocked": person.blocked,
        "lock_screen": person.notification,
        "toast": toast if toast and toast["text"] else None,
        "chats": [
            _chat(tg, chat, person) for chat in tg.chats.values() if person.id in chat.members and not chat.moved_to
        ],
    }


def _chat(tg: Emulator, chat: Chat, person: Person) -> dict[str, Any]:
    private = chat.kind == "private"
    rows = (chat.keyboard or {}).get("keyboard")
    return {
        "id": chat.id,
        "kind": "private" if private else "group",
        "title": tg.bot["first_name"] if private else chat.title,
        "members": [tg.people[member].name for member in chat.members],
        "bot_is_member": chat.bot_status == "member",
        "messages": [_message(tg, message, person) for message in tg.messages(chat.id)],
        "typing": chat.typing_until is not None and tg.clock.now() < chat.typing_until,
        "reply_keyboard": [[_key(key) for key in row] for row in rows] if rows else None,
    }


def _key(key: Any) -> dict[str, Any]:
    given = key if isinstance(key, dict) else {"text": str(key)}
    return {"label": given.get("text", ""), "request_contact": bool(given.get("request_contact"))}


def _message(tg: Emulator, message: dict[str, Any], person: Person) -> dict[str, Any]:
    kind = next((kind for kind in _KINDS if kind in message), "service")
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return {
        "id": message["message_id"],
        "mine": message["from"]["id"] == person.id,
        "from": message["from"]["first_name"],
        "date": datetime.fromtimestamp(message["date"], UTC).isoformat(),
        "edited": message["edited"],
        "protected": "has_protected_content" in message,
        "kind": kind,
        "text": _words(message, kind),
        "file": _file(tg, message, kind),
        "buttons": [[{"label": button["text"], "url": button.get("url")} for button in row] for row in rows],
        "reply_to": message.get("reply_to_message", {}).get("message_id"),
    }


def _file(tg: Emulator, message: dict[str, Any], kind: str) -> dict[str, Any] | None:
    """What the page needs to show a file of the bot; people's own files have no content."""
    if kind not in ("photo", "document"):
        return None
    sent = message["photo"][-1] if kind == "photo" else message["document"]
    kept = tg.files.get(sent["file_id"])
    if kept is None:
        return None
    size = {name: sent.get(name) for name in ("width", "height")}
    return {"url": f"/api/file/{sent['file_id']}", "name": kept.name, "bytes": len(kept.content), **size}


def _words(message: dict[str, Any], kind: str) -> str:
    if kind == "contact":
        return f"{message['contact']['first_name']}, {message['contact']['phone_number']}"
    if kind != "service":
        return str(message.get("text") or message.get("caption") or "")
    actor = message["from"]["first_name"]
    if "new_chat_members" in message:
        return f"{actor} added {message['new_chat_members'][0]['first_name']}"
    if "left_chat_member" in message:
        gone = message["left_chat_member"]
        return f"{actor} left" if gone["id"] == message["from"]["id"] else f"{actor} removed {gone['first_name']}"
    return "The group became a supergroup"
