"""Facts about goals and notes (the others: `conversations.facts`). Parents are named by their number in the case; 0 is
both of them, or a client without a chat."""

from datetime import date, datetime
from typing import Literal

from msgspec import Struct

RatingStage = Literal["first", "later", "end"]


class Rating(Struct, frozen=True):
    """How a goal was rated: by the parent with that number, or together (0); 0 to 10, None if it is no longer relevant.
    ``own`` if the parent answered in the chat."""

    parent: int
    stage: RatingStage
    value: int | None
    at: date
    own: bool


class OwnGoal(Struct, frozen=True):
    """A goal that is followed, as a parent whose goal it is may see it: whether this parent is ``asked`` to rate it,
    and this parent's own ratings. Nothing tells whether it is anybody else's too."""

    goal: int
    words: str
    asked: bool = False
    ratings: tuple[Rating, ...] = ()


class Goal(Struct, frozen=True):
    """A goal as its case's workers may see it: of the parent with that number, or of both (0). ``asked`` are the
    ratings that were offered and not answered yet, by the numbers of the parents."""

    goal: int
    parent: int
    words: str
    ratings: tuple[Rating, ...] = ()
    asked: dict[int, RatingStage] = {}
    ended: bool = False


class Note(Struct, frozen=True):
    """A short note of a worker about a parent, or about both (0); ``own`` if the person has written it."""

    note: int
    at: datetime
    by: str
    parent: int
    words: str
    own: bool
