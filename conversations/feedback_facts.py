"""Facts about feedback (the others: `conversations.facts`)."""

from datetime import date, datetime
from typing import Literal

from msgspec import Struct

Audience = Literal["parent", "meeting", "child"]
"""Parents after the service, parents after one meeting, children."""

Band = Literal["4-6", "7-9", "10-12", "13-17"]
"""A child's age, as an adult chooses it; no birth date exists anywhere."""

Device = Literal["own", "worker", "parent"]
"""On whose phone the answers were given: a parent's own, or a child's on a worker's or a parent's."""


class Survey(Struct, frozen=True):
    """What a parent is asked about the service, as long as it is open: the whole after the end ("parent"), or three
    items after a "meeting". ``texts`` if somebody is named who reads free texts, ``reader`` who that is."""

    kind: Audience
    until: date
    texts: bool = False
    reader: str = ""


class ChildMode(Struct, frozen=True):
    """The chat is in a child's hands. ``seed`` turns the order of the choices, ``way_out`` are the words an adult
    presses in this order to end it; ``case`` is 0 where it was begun without one; ``reader`` as in `Survey`. It ends
    by itself so many ``minutes`` after the last press. ``adults`` are those elsewhere who would hear at once that the
    child wishes to talk. Once they were ``called``, they are those to whom that is on its way, ``told`` are those whom
    it has reached, and after a while it can be said ``again``. ``answered`` once nothing more is asked. Before
    ``rests_until`` no word of the way out counts."""

    band: Band
    device: Device
    seed: int
    way_out: tuple[str, ...]
    case: int = 0
    texts: bool = False
    reader: str = ""
    association: str = ""
    minutes: int = 30
    answered: bool = False
    called: bool = False
    again: bool = False
    adults: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    rests_until: datetime | None = None


class ChildEntry(Struct, frozen=True, tag="child"):
    """A code by which this chat can be handed over to a child, and that is still good."""

    code: str


class WrongCodeEntry(Struct, frozen=True, tag="wrong code"):
    """Such a code that never existed, has been used, has expired, or was one too many: all look alike."""


class Figures(Struct, frozen=True):
    """The figures of one audience, band and device in a quarter ("2026-3"), as far as they may be shown
    (`conversations.small_cells`): how many were asked, answered and declined, and how often each value of an item was
    chosen. All is empty where fewer than ``smallest`` have answered; ``few`` are the items that fewer have answered,
    ``alike`` those of children whose answers are too much alike."""

    audience: Audience
    band: str
    device: Device
    quarter: str
    smallest: int
    asked: int = 0
    answered: int = 0
    declined: int = 0
    items: dict[str, dict[str, int]] = {}
    few: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()


class Reader(Struct, frozen=True):
    """Somebody of the association who reads the free texts, or could."""

    person: int
    name: str
    named: bool


class WrittenText(Struct, frozen=True):
    """A free text for its reader. ``key`` is known only to whoever reads it; the order of texts says nothing."""

    key: str
    audience: Audience
    band: str
    item: str
    words: str
