"""The effects about when a worker is there (the others: `conversations.effects`)."""

from datetime import date

from msgspec import Struct

from conversations.facts import Span


class SetAway(Struct, frozen=True, tag=True):
    """The worker is away on these days, both included; no days: back again."""

    days: tuple[date, date] | None


class SetWeekday(Struct, frozen=True, tag=True):
    """The worker's own hours on a weekday (Monday is 0) from now on; no span: a day off."""

    weekday: int
    span: Span | None


class SetDay(Struct, frozen=True, tag=True):
    """The worker's own hours on one date; no span: a day off."""

    day: date
    span: Span | None


class DropDay(Struct, frozen=True, tag=True):
    """No own hours on this date any more: it is as in the worker's usual week."""

    day: date


Absence = SetAway | SetWeekday | SetDay | DropDay
"""The worker's own days and hours."""
