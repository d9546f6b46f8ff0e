"""What is said, before it is put into words of one language.

A `Text` is an English message id with its parameters; `bot.render` finds the translation, the plural form and the way
a date is written. Nothing in this package ever holds a finished sentence in a language.
"""

from datetime import date, datetime
from typing import Any

from msgspec import Struct


class Text(Struct, frozen=True):
    """One message: an English id with {named} parameters, and its plural id when ``count`` decides the form.

    The same id may need other words for another audience: ``context`` keeps their translations apart.

    A parameter is a str, int, date, datetime (shown in Finland's time), another Text, or a tuple of these (a list).
    """

    id: str
    params: dict[str, Any] = {}
    plural: str = ""
    context: str = ""


Words = Text | str
"""A text to translate, or words that are the same in every language (a name, a reference)."""

Paragraph = Words | tuple[Words, ...]
"""Words that stand alone, or several lines that stand together."""


def N_(message: str, **params: str | int | date | datetime | Text | tuple[Words, ...]) -> Text:
    """Mark a message id for extraction."""
    return Text(message, params)


def C_(context: str, message: str, **params: str | int | date | datetime | Text | tuple[Words, ...]) -> Text:
    """Mark a message id whose translation is for one audience only, such as one age band."""
    return Text(message, params, context=context)


def P_(one: str, many: str, count: int) -> Text:
    """Mark a message id whose form is chosen by ``count``, the only parameter."""
    return Text(one, {"count": count}, many)
