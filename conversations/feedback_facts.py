"""Facts about feedback (the others: `conversations.facts`)."""

from datetime import date
from typing import Literal

from msgspec import Struct

from conversations.goal_facts import OwnGoal

Audience = Literal["parent", "meeting", "child"]
"""Parents after the service, parents after one meeting, children."""

Band = Literal["4-6", "7-9", "10-12", "13-17"]
"""A child's age, as an adult chooses it; no birth date exists anywhere."""

Device = Literal["own", "worker", "parent"]
"""On whose phone the answers were given: a parent's own, or a child's on a worker's or a parent's."""


class Survey(Struct, frozen=True):
    """What a parent is asked about the service, as long as it is open: the whole after the end ("parent"), or three
    items after a "meeting". ``texts`` if somebody is named who reads free texts, ``reader`` who that is; ``goals`` are
    those whose rating at the end is asked for; ``changed`` is what the association did because of earlier answers."""

    kind: Audience
    until: date
    texts: bool = False
    reader: str = ""
    goals: tuple[OwnGoal, ...] = ()
    changed: str = ""


class ChildMode(Struct, frozen=True):
    """The chat is in a child's hands. ``seed`` turns the order of the choices, ``way_out`` are the words an adult
    presses in this order to end it; ``case`` is 0 where it was begun without one; ``reader`` as in `Survey`. It ends
    by itself so many ``minutes`` after the last press. ``adults`` are those elsewhere who hear at once that the child
    wishes to talk, ``called`` that they have."""

    band: Band
    device: Device
    seed: int
    way_out: tuple[str, ...]
    case: int = 0
    texts: bool = False
    reader: str = ""
    association: str = ""
    minutes: int = 30
    called: bool = False
    adults: tuple[str, ...] = ()


class ChildEntry(Struct, frozen=True, tag="child"):
    """A code by which this chat can be handed over to a child, and that is still good."""

    code: str


class WrongCodeEntry(Struct, frozen=True, tag="wrong code"):
    """Such a code that never existed, has been used, has expired, or was one too many: all look alike."""


class Figures(Struct, frozen=True):
    """The figures of one audience, band, device and period: how many were asked, answered and declined, and how often
    each value of an item was chosen. Empty where fewer than k have answered."""

    audience: Audience
    band: str
    device: Device
    asked: int
    answered: int
    declined: int
    items: dict[str, dict[str, int]]
