"""The effects about the end of a case (the others: `conversations.effects`): its workers propose and close it, a parent
comes back."""

from msgspec import Struct


class ProposeClosing(Struct, frozen=True, tag=True):
    """The meetings come to an end: how it was agreed, or why without agreement, by the reason's id. Where there are two
    parents, ``agreed`` are those who agree to it: each of them, or it is not agreed together."""

    case: int
    reason: str
    agreed: tuple[int, ...] = ()


class RecordSummary(Struct, frozen=True, tag=True):
    """The last meeting was summed up and evaluated ("summed"), or the id of the reason why that was not possible."""

    case: int
    outcome: str


class TakeBackClosing(Struct, frozen=True, tag=True):
    """The end is not proposed any more."""

    case: int


class CloseCase(Struct, frozen=True, tag=True):
    """The meetings have ended. ``told`` are the ids of what next, which every parent reads."""

    case: int
    told: tuple[str, ...] = ()


class ComeBack(Struct, frozen=True, tag=True):
    """A parent whose meetings have ended comes back to the workers they had."""


Closing = ProposeClosing | RecordSummary | TakeBackClosing | CloseCase
"""How a case ends, by its workers."""
