"""What somebody opens a chat by: the codes of links and the buttons of notices, looked up for whoever brings them; a
part of `conversations.facts`."""

from typing import Literal

from msgspec import Struct

from conversations.feedback_facts import ChildEntry, WrongCodeEntry


class InvitationEntry(Struct, frozen=True, tag="invitation"):
    """A one-time code that is still good; ``name`` is what its user is called in Telegram."""

    role: Literal["worker", "lead", "coordinator"]
    association: str
    code: str
    name: str


class HandoverEntry(Struct, frozen=True, tag="handover"):
    """A one-time link that a professional handed over and that is still good."""

    code: str


class GuestEntry(Struct, frozen=True, tag="guest"):
    """The link that was made for the other parent, and that is still good."""

    code: str


class CaseEntry(Struct, frozen=True, tag="case"):
    """The button of a notice: a case that the person may open, or the form of a ``meeting`` that is to be recorded."""

    case: int
    meeting: int = 0


class UnknownEntry(Struct, frozen=True, tag="unknown"):
    """A code that never existed, has been used, has expired, or is for somebody else: all look alike."""


Entry = InvitationEntry | HandoverEntry | GuestEntry | CaseEntry | ChildEntry | WrongCodeEntry | UnknownEntry
"""Everything that a link or a notice can lead to."""
