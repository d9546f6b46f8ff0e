"""Help now: recognised and answered from memory, before anything is stored and even when nothing can be.

The updates it answers never reach the inbox. The answer carries a button that hides it again, which works from memory
too; nobody has to remember that somebody asked.
"""

from typing import Any

from msgspec import Struct

from bot import render, updates
from bot.config import Config
from conversations.moves import HELP_COMMANDS, IN_DANGER, help_paragraphs
from conversations.text import N_
from conversations.view import HELP_NOW, LANGUAGES

HIDE = "hide"
EMERGENCY = "112"


class Answer(Struct, frozen=True):
    """The calls that answer one request for help, in order."""

    calls: tuple[tuple[str, dict[str, Any]], ...]


def answer(payload: bytes, config: Config, sealed: frozenset[int] = frozenset()) -> Answer | None:
    """The answer to an update that asks for help or hides it, otherwise None; None in chats that are ``sealed``."""
    try:
        incoming = updates.read(payload)
    except ValueError:
        return None
    if incoming is None or not incoming.private or incoming.chat_id in sealed:
        return None
    if incoming.kind == "press":
        return _pressed(incoming, config)
    if incoming.kind != "text":
        return None
    locale = asked_in(incoming)
    if locale is None:
        return None
    asked = {"chat_id": incoming.chat_id, "message_id": incoming.message_id}
    return Answer((message(incoming.chat_id, locale, config), ("deleteMessage", asked)))


def _pressed(incoming: updates.Incoming, config: Config) -> Answer | None:
    seen: dict[str, Any] = {"callback_query_id": incoming.callback_id}
    if incoming.text == HIDE:
        return Answer(
            (
                ("deleteMessage", {"chat_id": incoming.chat_id, "message_id": incoming.pressed}),
                ("answerCallbackQuery", seen),
            )
        )
    for locale in LANGUAGES:
        if incoming.text == render.help_data(locale):
            at_once = {**seen, "text": render.words(IN_DANGER, locale)}
            return Answer((("answerCallbackQuery", at_once), message(incoming.chat_id, locale, config)))
    return None


def asked_in(incoming: updates.Incoming) -> str | None:
    """The language of a typed request for help: the command, its bare word, the emergency
    number, or what stands on the button; None if it is none."""
    said = " ".join(incoming.text.split()).strip("!. ").casefold()
    if said.startswith("/"):
        said = said[1:].partition(" ")[0].partition("@")[0]
    plain = said.replace("ä", "a")
    if plain in HELP_COMMANDS or plain == EMERGENCY:
        return HELP_COMMANDS.get(plain) or render.guess(incoming.language)
    return next((locale for locale in LANGUAGES if said == render.words(HELP_NOW, locale).casefold()), None)


def message(chat_id: int, locale: str, config: Config) -> tuple[str, dict[str, Any]]:
    """The call that shows help now."""
    text = render.paragraphs(help_paragraphs(config.lines, locale), locale)
    return "sendMessage", {
        "chat_id": chat_id,
        "text": text,
        "protect_content": True,
        "disable_notification": True,  # whoever asked is looking at the chat
        "reply_markup": hide(locale),
    }


def hide(locale: str) -> dict[str, Any]:
    """The button under a message that nobody remembers: it removes the message, from memory too."""
    return {"inline_keyboard": [[{"text": render.words(_HIDE, locale), "callback_data": HIDE}]]}


_HIDE = N_("Remove this message")
