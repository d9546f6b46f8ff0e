"""What was recorded of a meeting, as the workers of its case may read it; a part of `conversations.facts`."""

from typing import Literal

from msgspec import Struct

Attendee = Literal["client", "parent 1", "parent 2", "child", "other"]
"""Somebody at a meeting, by the role; never a name. The client is one who was referred and has no chat."""


class Held(Struct, frozen=True):
    """What was recorded of a held meeting: minutes, who came, how many workers, whose idea it was to meet the children,
    who has agreed to a family meeting, and the reason's id of everything unusual."""

    lasted: int
    attended: tuple[Attendee, ...]
    workers: int
    children_by: Literal["", "parents", "worker"] = ""
    agreed_by: tuple[Attendee, ...] = ()
    reasons: dict[str, str] = {}
