"""What is said, put into the words of a language; what it may look like on Telegram.

Renders when a step commits, with an explicit locale. Telegram's limits that no client library checks are held here:
4096 UTF-16 units of text, 64 bytes of callback data, 200 characters of a toast.
"""

import io
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from bot.clock import HELSINKI
from conversations.text import N_, Paragraph, Text, Words
from conversations.view import HELP, LANGUAGES, Button, Row, Screen

LOCALES = Path(__file__).resolve().parent.parent / "locales"
DEFAULT = next(iter(LANGUAGES))
TEXT_LIMIT = 4096
TOAST_LIMIT = 200

DISCREET = N_("Hello! You can read this in peace when it suits you best. No hurry.")
"""Stands before everything that may light up a locked phone: its first 60 characters say nothing about anybody."""

OPEN = "open"
"""The data of the button under a notice to a parent: it opens the person's own screen, as /start does."""

_WEEKDAYS = {
    "fi": ("ma", "ti", "ke", "to", "pe", "la", "su"),
    "sv": ("mån", "tis", "ons", "tors", "fre", "lör", "sön"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CLOCK = {"fi": "klo {0.hour}.{0.minute:02}", "sv": "kl. {0.hour}.{0.minute:02}", "en": "at {0.hour}:{0.minute:02}"}


@cache
def catalog(locale: str) -> NullTranslations:
    """The translations of a language, read from its .po file; English has none, it stands in the code."""
    path = LOCALES / locale / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=locale))
    compiled.seek(0)
    return Translations(compiled)


def guess(language_code: str) -> str:
    """The language to begin with: that of the person's Telegram if the bot speaks it, otherwise the default."""
    code = language_code.partition("-")[0]
    return code if code in LANGUAGES else DEFAULT


def words(said: Words, locale: str) -> str:
    """One text in one language."""
    if isinstance(said, str):
        return said
    translations = catalog(locale)
    count = said.params.get("count")
    if said.plural and isinstance(count, int):
        form = translations.ngettext(said.id, said.plural, count)
    elif said.context:
        form = str(translations.pgettext(said.context, said.id))
    else:
        form = translations.gettext(said.id)
    return form.format(**{name: _parameter(value, locale) for name, value in said.params.items()})


def _parameter(value: Any, locale: str) -> str:
    match value:
        case Text():
            return words(value, locale)
        case datetime():
            local = value.astimezone(HELSINKI)
            return f"{_day(local.date(), locale)} {_CLOCK[locale].format(local)}"
        case date():
            return _day(value, locale)
        case tuple():
            return ", ".join(_parameter(part, locale) for part in value)
    return str(value)


def _day(day: date, locale: str) -> str:
    weekday = _WEEKDAYS[locale][day.weekday()]
    return f"{weekday} {day.day} {_MONTHS[day.month - 1]}" if locale == "en" else f"{weekday} {day.day}.{day.month}."


def paragraphs(said: Sequence[Paragraph], locale: str) -> str:
    """Paragraphs with an empty line between them."""
    return "\n\n".join(
        "\n".join(words(line, locale) for line in part) if isinstance(part, tuple) else words(part, locale)
        for part in said
        if part
    )


def cut(text: str, limit: int = TEXT_LIMIT) -> str:
    """Text within a limit of UTF-16 units, as Telegram counts them; what is over it ends in "…"."""
    if len(text.encode("utf-16-le")) // 2 <= limit:
        return text
    return text.encode("utf-16-le")[: (limit - 1) * 2].decode("utf-16-le", "ignore") + "…"


def pieces(text: str, size: int = TEXT_LIMIT) -> list[str]:
    """A long text as several messages."""
    half = size // 2  # no character is longer than two UTF-16 units
    return [text[i : i + half] for i in range(0, len(text), half)]


def label(button: Button, locale: str) -> str:
    """What stands on a button."""
    text = words(button.label, locale)
    return f"✓ {text}" if button.marked else text


def keyboard(rows: Sequence[Row], locale: str, nonce: str) -> dict[str, Any]:
    """Telegram's inline keyboard. Its data are a random nonce and an index, but for help now, which must be understood
    without any database and so names itself and the language."""
    drawn, index = [], 0
    for row in rows:
        line = []
        for button in row:
            data = help_data(locale) if button.token == HELP else f"{nonce}.{index}"
            line.append({"text": label(button, locale), "callback_data": data})
            index += 1
        drawn.append(line)
    return {"inline_keyboard": drawn}


def help_data(locale: str) -> str:
    """The data of a help button."""
    return f"{HELP}.{locale}"


def named(screen: Screen, typed: str, locale: str) -> int | None:
    """The place of the button that a typed text names: by its label, or by its number among the choices unless they are
    numbers themselves."""
    plain = " ".join(typed.split()).casefold().rstrip(".")
    labels = [words(button.label, locale).casefold().rstrip(".") for button in screen.buttons]
    for place, button in enumerate(screen.buttons):
        if labels[place] == plain and button.token != HELP:
            return place
    numbers = any(label.isdecimal() for label in labels[: screen.choices])
    if plain.isdecimal() and not numbers and 1 <= int(plain) <= screen.choices:
        return int(plain) - 1
    return None
