"""The channels through which one parent of a case may come to see something because there is another: all of them.

Whatever is not in this list must not pass. The walls tests (`tests/test_walls.py`) compare, byte for byte, all calls to
one parent's chat over pairs of histories that differ in anything else, and name the channels that they hold fixed. A
new channel is written down here first. What a worker writes by hand is no channel of the bot: it is the worker's word.
"""

from typing import Literal

from msgspec import Struct

ChannelId = Literal["invitation", "agreed form", "agreed times"]


class Channel(Struct, frozen=True):
    """What passes, and why it may."""

    passes: str
    why: str


CHANNELS: dict[ChannelId, Channel] = {
    "invitation": Channel(
        passes="to the other parent: that a named association invites, by a link that still works or no longer does;"
        " nothing goes back to whoever handed it over, not even that it was opened",
        why="a worker decided it, or both parents apply together; without it nobody could come in",
    ),
    "agreed form": Channel(
        passes="to both: the form of the start that the worker has agreed with them, in the same neutral words",
        why="both begin together or know that they do not; one standard sentence for every reason",
    ),
    "agreed times": Channel(
        passes="to each: times that the worker offers, the one that is agreed, that it has moved or is cancelled",
        why="people have to meet; it is always the worker's doing or the time itself, never who said what",
    ),
}
"""The allowed channels between two parents of a case."""
