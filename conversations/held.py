"""The rules of what is recorded of a held meeting. The form asks by them, and the shell refuses by them.

They ask and never block: a length outside 45–90 minutes, a couple or family meeting with one worker, and a sixth
individual or couple meeting take a reason. A meeting with children is a family meeting; it takes the recorded agreement
of everybody involved in the case, and whose wish the children's coming was. A couple meeting takes two adults, and an
individual one no second parent; otherwise it is recorded as another kind.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import get_args

from msgspec import Struct

from conversations.casework import parent_name
from conversations.facts import Meeting, MeetingMode, MeetingType
from conversations.meeting_effects import RecordMeeting
from conversations.meeting_facts import Attendee, Held
from conversations.text import N_, Text

MOST_MEETINGS = 5
"""Individual and couple meetings of a case, usually."""

SHORTEST, LONGEST = 45, 90
"""Minutes that a meeting usually takes."""

USUAL = timedelta(minutes=60)
"""How long a meeting is taken to last until it is recorded."""

LENGTHS = (30, 45, 60, 75, 90, 105, 120)
"""Minutes that can be recorded."""

ROLES: dict[Attendee, Text] = {
    "client": N_("The client"),
    "parent 1": parent_name(1),
    "parent 2": parent_name(2),
    "child": N_("Children"),
    "other": N_("Another adult"),
}
"""Who can come to a meeting."""

NEXT = ("next_separate", "next_couple", "next_family", "next_closing", "next_open")
"""The next steps, by their ids."""

WHY: dict[str, tuple[Text, tuple[str, ...]]] = {
    "unusual_length": (N_("Why this length?"), ("parents_wish", "obstacle", "situation", "other")),
    "single_worker": (N_("Why one worker?"), ("pair_absent", "parents_wish", "situation", "other")),
    "sixth_meeting": (N_("Why more than five meetings?"), ("situation", "parents_wish", "other")),
}
"""What takes a reason, and the reasons by their ids."""


class Ground(Struct, frozen=True):
    """What a record is measured by: who is involved in the case, how many individual and couple meetings count before
    this one, and of what kind and how it was recorded if it is corrected."""

    involved: tuple[Attendee, ...]
    before: int
    kind: str = ""
    was: Held | None = None


def ground(numbers: Iterable[int], held: int, kind: str, was: Held | None) -> Ground:
    """The ground of a meeting of this ``kind`` so far, in a case of the parents with these ``numbers`` in which
    ``held`` meetings count. One that counts already keeps its place when it is corrected."""
    involved = tuple(role for number in numbers for role in ROLES if role == f"parent {number}")
    if was and kind != "family":
        held = MOST_MEETINGS if "sixth_meeting" in was.reasons else 0
    return Ground(involved or ("client",), held, kind if was else "", was)


def roles(on: Ground) -> tuple[Attendee, ...]:
    """Who can have come: those of the case, and whoever has been recorded; one of them may have gone since."""
    recorded = on.was.attended if on.was else ()
    return tuple(role for role in ROLES if role in (*on.involved, "child", "other", *recorded))


def expected(kind: str, parents: tuple[int, ...], on: Ground) -> tuple[Attendee, ...]:
    """Who came to such a meeting if all was as usual; an individual one is that of the one of the ``parents`` who was
    invited. Where two were, nobody knows which of them came."""
    alone = len(on.involved) == 1
    if kind == "individual":
        came = [role for role in on.involved if alone or role in [f"parent {number}" for number in parents]]
        return tuple(came) if len(came) == 1 else ()
    second: tuple[Attendee, ...] = ("other",) if alone and kind == "couple" else ()
    return (*on.involved, *(("child",) if kind == "family" else ()), *second)


def to_agree(on: Ground) -> tuple[Attendee, ...]:
    """Whose agreement a family meeting takes; what was recorded stays so, whoever has come to the case since."""
    return (on.was.agreed_by if on.was else ()) or on.involved


def needs(effect: RecordMeeting, on: Ground) -> set[str]:
    """Everything unusual about a meeting, each of which takes a reason."""
    found = set() if SHORTEST <= effect.lasted <= LONGEST else {"unusual_length"}
    if effect.kind != "individual" and effect.workers < 2:
        found.add("single_worker")
    if effect.kind != "family" and on.before >= MOST_MEETINGS:
        found.add("sixth_meeting")
    return found


def meets_children(effect: RecordMeeting) -> bool:
    """Whether it is asked whose wish it was that the children came."""
    return "child" in effect.attended


def contradiction(effect: RecordMeeting, on: Ground) -> str:
    """What does not fit together: held, but "nobody" came; a meeting "with_child" that is no family meeting, or a
    family meeting that is "childless"; an individual meeting of "both" parents, a couple meeting of parents "apart". ""
    if all does."""
    if not effect.attended:
        return "nobody"
    if meets_children(effect) != (effect.kind == "family"):
        return "childless" if effect.kind == "family" else "with_child"
    adults = [role for role in effect.attended if role != "child"]
    if effect.kind == "individual":
        return "both" if len([role for role in adults if role.startswith("parent")]) > 1 else ""
    together = len(adults) > 1 and (on.kind == "couple" or {*on.involved} <= {*adults})
    return "apart" if effect.kind == "couple" and not together else ""


def at_that_time(known: Iterable[Meeting], kind: str, parent: int, starts: datetime) -> Meeting | None:
    """The agreed or held meeting that one of the same ``kind`` beginning then would be once more. Two workers may meet
    the parents apart at the same time: individual ones are the same only with the same ``parent``."""
    for meeting in known:
        if meeting.type != kind or meeting.status not in ("agreed", "held") or meeting.starts is None:
            continue
        whose = kind != "individual" or not meeting.parents or parent in meeting.parents
        lasts = timedelta(minutes=meeting.held.lasted if meeting.held else meeting.minutes)
        if whose and meeting.starts - USUAL < starts < meeting.starts + lasts:
            return meeting
    return None


def is_sound(effect: RecordMeeting, on: Ground) -> bool:
    """Whether it can be recorded: everything in it is a known value, nothing is missing and nothing too much."""
    agreed = {*to_agree(on)} if effect.kind == "family" else set()
    return (
        _is_known(effect, on)
        and not contradiction(effect, on)
        and {*effect.agreed_by} == agreed
        and bool(effect.children_by) == meets_children(effect)
        and {*effect.reasons} == needs(effect, on)
        and all(reason in WHY[what][1] for what, reason in effect.reasons.items())
    )


def _is_known(effect: RecordMeeting, on: Ground) -> bool:
    return (
        effect.kind in get_args(MeetingType)
        and effect.mode in get_args(MeetingMode)
        and effect.lasted in LENGTHS
        and effect.workers in (1, 2)
        and effect.children_by in ("", "parents", "worker")
        and effect.next_step in (("",) if effect.corrects else NEXT)
        and {*effect.attended} <= {*roles(on)}
        and len({*effect.attended}) == len(effect.attended)
    )
