"""What a conversation may know about the world besides its own answers.

The shell loads the facts that the flow and the state name in ``needs`` (and the few that every turn has), already
filtered by who asks. Reading a fact that was not named gives its empty value.
"""

from datetime import date, datetime
from typing import Literal

from msgspec import Struct

Role = Literal["worker", "lead", "coordinator"]


class Association(Struct, frozen=True):
    """A member association as config.toml describes it; ``phone`` is None where no number has been verified."""

    id: str
    name: str
    regions: tuple[str, ...]
    contact: str
    phone: str | None = None


class CrisisLine(Struct, frozen=True):
    """A help line that has been checked: the number as people write it, the hours or ""."""

    name: dict[str, str]
    number: str
    hours: dict[str, str]
    locales: tuple[str, ...]
    audience: Literal["everyone", "children"]


class Seat(Struct, frozen=True):
    """The place a worker, lead or coordinator has in an association."""

    role: Role
    association: str
    association_name: str


class Request(Struct, frozen=True):
    """The person's own open case, as the person may see it. ``written_to`` is False where the bot never writes first,
    and the worker calls or waits."""

    case: int
    reference: str
    status: Literal["waiting", "claimed"]
    association: str
    first_meeting_by: date
    answers: dict[str, tuple[str, ...]]
    written_to: bool = True


class CaseLine(Struct, frozen=True):
    """One line of a worker's list."""

    case: int
    reference: str
    days_left: int
    risk: bool


class Card(Struct, frozen=True):
    """A case as the asking worker may see it."""

    case: int
    reference: str
    status: Literal["waiting", "claimed", "withdrawn"]
    mine: bool
    opened_at: datetime
    first_meeting_by: date
    days_left: int
    risk: bool
    language: str
    reachable: bool
    written_to: bool
    answers: dict[str, tuple[str, ...]]


class InvitationEntry(Struct, frozen=True, tag="invitation"):
    """A one-time code that is still good."""

    role: Role
    association: str


class CaseEntry(Struct, frozen=True, tag="case"):
    """The button of a notice: a case that the person may open."""

    case: int


class UnknownEntry(Struct, frozen=True, tag="unknown"):
    """A code that never existed, has been used, has expired, or is for somebody else: all look alike."""


Entry = InvitationEntry | CaseEntry | UnknownEntry


class Stored(Struct, frozen=True):
    """What is stored about the person, for /tiedot."""

    since: datetime
    consent: str
    consented_at: datetime | None
    draft_answers: int
    texts: int


class Facts(Struct, frozen=True, kw_only=True):
    """Everything a step or a screen may look at."""

    now: datetime
    today: date
    locale: str = "fi"
    associations: tuple[Association, ...] = ()
    lines: tuple[CrisisLine, ...] = ()
    seat: Seat | None = None
    request: Request | None = None
    entry: Entry | None = None
    draft_hours: int = 24
    story_room: int = 0

    queue: tuple[CaseLine, ...] = ()
    mine: tuple[CaseLine, ...] = ()
    counts: dict[str, int] = {}
    card: Card | None = None
    stored: Stored | None = None


ON_DEMAND = ("queue", "mine", "counts", "card", "stored")
"""Facts that are loaded only for a state that names them; the others come with every turn."""
