"""The effects about goals and notes (the others: `conversations.effects`). Parents are named by their number in the
case; 0 is both of them, or a client without a chat."""

from msgspec import Struct

from conversations.goal_facts import RatingStage


class AddGoal(Struct, frozen=True, tag=True):
    """A goal that was agreed; the parents it belongs to may read it."""

    case: int
    parent: int
    words: str


class RewordGoal(Struct, frozen=True, tag=True):
    """Say a goal in other words; only before its first rating."""

    case: int
    goal: int
    words: str


class EndGoal(Struct, frozen=True, tag=True):
    """The goal is not followed any more; its ratings stay."""

    case: int
    goal: int


class RateGoal(Struct, frozen=True, tag=True):
    """A rating that was given in a meeting: 0 to 10, None if the goal is no longer relevant."""

    case: int
    goal: int
    parent: int
    stage: RatingStage
    value: int | None


class OfferRating(Struct, frozen=True, tag=True):
    """Let the parents whose goal it is rate it in the chat, each alone."""

    case: int
    goal: int
    stage: RatingStage


class RateOwnGoal(Struct, frozen=True, tag=True):
    """The parent's own answer to an offered rating; only the workers see it."""

    goal: int
    value: int | None


class WriteNote(Struct, frozen=True, tag=True):
    """A short note about a parent, or about both."""

    case: int
    parent: int
    words: str


class DropNote(Struct, frozen=True, tag=True):
    """The writer removes a note."""

    case: int
    note: int


Aiming = AddGoal | RewordGoal | EndGoal | RateGoal | OfferRating
"""What workers do about goals."""

Noting = WriteNote | DropNote
"""What workers do about notes."""
