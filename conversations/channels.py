"""The channels through which one parent of a case may come to see something because there is another: all of them.

Whatever is not in this list must not pass. The walls tests (`tests/test_walls.py`) compare, byte for byte, all calls to
one parent's chat over pairs of histories that differ in anything else, and name the channels that they hold fixed. A
new channel is written down here first. What a worker writes by hand is no channel of the bot: it is the worker's word.
"""

from typing import Literal

from msgspec import Struct

ChannelId = Literal["invitation", "agreed form", "agreed times", "joint goals", "end"]


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
        passes="to each who is invited: the times that a worker offers and whether both parents are invited; the time"
        " that is agreed, on a full quarter of an hour where both are; that it has moved; that it does not take place,"
        " in the same words whether a worker or either parent has cancelled it, or a condition of it is gone",
        why="people have to meet, and must not wait for somebody who does not come; never who said what, or why",
    ),
    "joint goals": Channel(
        passes="to both: the words of a goal that a worker wrote for both, from then on and until a worker ends it, and"
        " that a worker asks to rate it; each answers alone, and nothing of the other's answer passes, not even whether"
        " there is one, nor that the goal is anybody else's",
        why="a joint goal is agreed with both in a meeting; the worker's form says that both may read it",
    ),
    "end": Channel(
        passes="to both: that the workers have closed the case, what next and until when each can come back, in the"
        " same words; nothing goes on to the other when one of them comes back, deletes or begins anew",
        why="the end concerns both; never who proposed it, or why",
    ),
}
"""The allowed channels between two parents of a case."""
