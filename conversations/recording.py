"""What became of a meeting, in a few taps: the form is filled in as it was agreed, and asks only about what is unusual.

The service's rules ask and never block: a length outside 45–90 minutes, a couple or family meeting with one worker, and
a sixth individual or couple meeting take a reason. A family meeting takes the parents' recorded agreement.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from conversations.appointments import MODES, mode_name
from conversations.casework import REASONS, TO_CARD, Effects, case, clock, is_own, own, parent_name
from conversations.flow import Depends, Item, Listed, Menu, Option, Scene, State, says
from conversations.meeting_effects import AddMeeting, MissMeeting, RecordMeeting, Role
from conversations.meetings import TYPES, chosen_meeting, is_past, meeting_name
from conversations.text import N_, Paragraph, Text, Words

MOST_MEETINGS = 5
"""Individual and couple meetings of a case, usually."""

SHORTEST, LONGEST = 45, 90
"""Minutes that a meeting usually takes."""

_LENGTHS = (30, 45, 60, 75, 90, 105, 120)
_ROLES: dict[Role, Text] = {
    "parent 1": parent_name(1),
    "parent 2": parent_name(2),
    "child": N_("Children"),
    "other": N_("Another adult"),
}
_NEXT = ("next_separate", "next_couple", "next_family", "next_closing", "next_open")
_WHY: dict[str, tuple[Text, tuple[str, ...]]] = {
    "unusual_length": (N_("Why this length?"), ("parents_wish", "obstacle", "situation", "other")),
    "single_worker": (N_("Why one worker?"), ("pair_absent", "parents_wish", "situation", "other")),
    "sixth_meeting": (N_("Why more than five meetings?"), ("situation", "parents_wish", "other")),
}
"""What takes a reason, and the reasons by their ids."""


def needs(effect: RecordMeeting, held: int) -> set[str]:
    """Everything unusual about a meeting, each of which takes a reason; ``held`` were recorded before it."""
    found = set() if SHORTEST <= effect.lasted <= LONGEST else {"unusual_length"}
    if effect.kind != "individual" and effect.workers < 2:
        found.add("single_worker")
    if effect.kind != "family" and held >= MOST_MEETINGS:
        found.add("sixth_meeting")
    return found


# What is filled in


def _given(scene: Scene, name: str) -> str:
    """What was chosen for this meeting; what was chosen for another one does not count."""
    meeting, _, value = scene.answer(name).partition(":")
    return value if meeting == scene.answer("meeting") else ""


def _as_given(scene: Scene, values: tuple[tuple[str, Words], ...]) -> tuple[Item, ...]:
    return tuple(Item(f"{scene.answer('meeting')}:{value}", label) for value, label in values)


def _roles(scene: Scene) -> tuple[Role, ...]:
    """Who came: as it was chosen, otherwise those who were invited."""
    chosen = tuple(
        value.partition(":")[2] for value in scene.answers.get("attended", ()) if value.startswith(_prefix(scene))
    )
    meeting = chosen_meeting(scene)
    invited = tuple(f"parent {number}" for number in meeting.parents) if meeting else ()
    if meeting and meeting.type == "family":
        invited = (*invited, "child")
    return tuple(role for role in _ROLES if (role in chosen) != (role in invited))


def _prefix(scene: Scene) -> str:
    return f"{scene.answer('meeting')}:"


def _effect(scene: Scene, step: str = "") -> RecordMeeting | None:
    """What would be recorded now."""
    meeting = chosen_meeting(scene)
    if meeting is None:
        return None
    workers = _given(scene, "record_workers") or str(min(len(meeting.workers), 2) or 1)
    reasons = {what: _given(scene, what) for what in _WHY if _given(scene, what)}
    record = RecordMeeting(
        case=case(scene),
        meeting=meeting.meeting,
        kind=_given(scene, "record_kind") or meeting.type,  # type: ignore[arg-type]  # the ids of TYPES
        mode=_given(scene, "record_mode") or meeting.mode,  # type: ignore[arg-type]  # the ids of MODES
        lasted=int(_given(scene, "record_length") or meeting.minutes),
        attended=_roles(scene),
        workers=2 if workers == "2" else 1,
        next_step=step,
        children_by=_given(scene, "record_children"),  # type: ignore[arg-type]  # the ids of the question
    )
    card = own(scene)
    needed = needs(record, card.held if card else 0)
    kept = {what: reason for what, reason in reasons.items() if what in needed}
    children = record.children_by if record.kind == "family" else ""
    return RecordMeeting(
        record.case,
        record.meeting,
        record.kind,
        record.mode,
        record.lasted,
        record.attended,
        record.workers,
        step,
        children,
        kept,
    )


def _form(scene: Scene) -> tuple[Paragraph, ...]:
    meeting, record = chosen_meeting(scene), _effect(scene)
    if meeting is None or record is None or not is_past(scene):
        return (N_("This meeting cannot be recorded now."),)
    came = tuple(_ROLES[role] for role in record.attended) or (N_("nobody"),)
    return (
        (meeting_name(meeting), TYPES[record.kind]),
        (
            N_("{minutes} minutes, {mode}.", minutes=record.lasted, mode=mode_name(record.mode)),
            N_("Came: {who}", who=came),
            N_("Workers present: {count}", count=record.workers),
        ),
        N_("Is it right? Change what was different."),
    )


# The way through what is unusual


def _open_questions(scene: Scene) -> list[str]:
    """The questions that are still to be asked, in their order."""
    record, card = _effect(scene), own(scene)
    if record is None or card is None:
        return []
    asked = ["record_children"] if record.kind == "family" and not record.children_by else []
    missing = needs(record, card.held)
    return asked + [what for what in _WHY if what in missing and what not in record.reasons]


def _onward(after: str = "") -> Depends:
    """To the next question that is still to be asked, and then to the next step."""
    states = ("record_children", *_WHY, "record_next")
    later = states[states.index(after) + 1 :] if after else states
    return Depends(lambda scene: next((q for q in _open_questions(scene) if q in later), "record_next"), later)


def _why(what: str) -> Menu:
    asked, ids = _WHY[what]
    return Menu(
        name=what,
        ask=asked,
        needs=("card",),
        listed=Listed(lambda scene: _as_given(scene, tuple((r, REASONS[r]) for r in ids)), _onward(what)),
        saves=what,
        options=(_TO_FORM,),
    )


def _choice(name: str, ask: Text, values: tuple[tuple[str, Words], ...], columns: int = 1) -> Menu:
    """One thing of the form that was different."""
    return Menu(
        name=name,
        ask=ask,
        needs=("card",),
        listed=Listed(lambda scene: _as_given(scene, values), "record"),
        saves=name,
        columns=columns,
    )


def _records(step: str) -> Callable[[Scene], Effects]:
    return lambda scene: (record,) if (record := _effect(scene, step)) else ()


def _missed(how: str) -> Callable[[Scene], Effects]:
    return lambda scene: (MissMeeting(case(scene), int(scene.answer("meeting")), how),)  # type: ignore[arg-type]


def _is_whole(scene: Scene) -> bool:
    return is_past(scene) and is_own(scene) and not _open_questions(scene)


_TO_FORM = Option("form", N_("Back to the form"), "record")
_RECORDED = says(N_("Recorded."))
_ADDED = says(N_("Added. Record it now."))

# Adding what was not agreed here


def _kinds(scene: Scene) -> tuple[Item, ...]:
    card = own(scene)
    if card is None:
        return ()
    alone = tuple(
        Item(f"individual:{p.person}", N_("Individual, {parent}", parent=parent_name(p.number))) for p in card.parties
    )
    return (
        *(alone or (Item("individual:0", TYPES["individual"]),)),
        *(Item(f"{kind}:0", TYPES[kind]) for kind in ("couple", "family")),
    )


_DAYS_BACK = 14


def _days(scene: Scene) -> tuple[Item, ...]:
    days = (scene.facts.today - timedelta(days=n) for n in range(_DAYS_BACK))
    return tuple(Item(day.isoformat(), N_("{day}", day=day)) for day in days)


def _hours(scene: Scene) -> tuple[Item, ...]:
    minutes = range(8 * 60, 20 * 60 + 1, 30)
    return tuple(Item(str(m), clock(m)) for m in minutes if _starts(scene, m) <= scene.facts.now)


def _starts(scene: Scene, minutes: int) -> datetime:
    day = date.fromisoformat(scene.answer("day") or scene.facts.today.isoformat())
    local = scene.facts.now
    return local.replace(
        year=day.year, month=day.month, day=day.day, hour=minutes // 60, minute=minutes % 60, second=0, microsecond=0
    )


def _adds(scene: Scene) -> Effects:
    kind, _, party = scene.answer("add_what").partition(":")
    starts = _starts(scene, int(scene.answer("add_time")))
    return (AddMeeting(case(scene), kind, int(party), starts),)  # type: ignore[arg-type]  # the ids of TYPES


RECORDING: tuple[State, ...] = (
    Menu(
        name="record",
        ask=_form,
        needs=("card",),
        looks="meetings",
        columns=2,
        options=(
            Option("held", N_("Yes, it was held"), _onward(), when=is_past),
            Option("missed", N_("Nobody came"), "meetings", does=_missed("missed"), when=is_past, says=_RECORDED),
            Option(
                "cancelled", N_("It was cancelled"), "meetings", does=_missed("cancelled"), when=is_past, says=_RECORDED
            ),
            Option("length", N_("Another length"), "record_length", when=is_past),
            Option("attended", N_("Who came"), "attended", when=is_past),
            Option("workers", N_("Workers present"), "record_workers", when=is_past),
            Option("kind", N_("Another kind"), "record_kind", when=is_past),
            Option("mode", N_("Another way"), "record_mode", when=is_past),
            TO_CARD,
        ),
    ),
    _choice(
        "record_length",
        N_("How long did it take?"),
        tuple((str(m), N_("{minutes} minutes", minutes=m)) for m in _LENGTHS),
        columns=2,
    ),
    _choice("record_workers", N_("How many workers were there?"), (("1", N_("One")), ("2", N_("Two"))), columns=2),
    _choice("record_kind", N_("What kind of meeting was it?"), tuple(TYPES.items())),
    _choice("record_mode", N_("How did you meet?"), tuple(MODES.items())),
    Menu(
        name="attended",
        ask=lambda scene: (
            N_("Came: {who}", who=tuple(_ROLES[role] for role in _roles(scene)) or (N_("nobody"),)),
            N_("Press to add or take away."),
        ),
        needs=("card",),
        listed=Listed(lambda scene: _as_given(scene, tuple(_ROLES.items())), "attended"),
        saves="attended",
        gathers=len(_ROLES),
        columns=2,
        options=(_TO_FORM,),
    ),
    Menu(
        name="record_children",
        ask=N_("Both parents have agreed to the family meeting. Whose wish was it that the children came?"),
        needs=("card",),
        listed=Listed(
            lambda scene: _as_given(scene, (("parents", N_("The parents'")), ("worker", N_("The worker's")))),
            _onward("record_children"),
        ),
        saves="record_children",
        options=(_TO_FORM,),
    ),
    *(_why(what) for what in _WHY),
    Menu(
        name="record_next",
        ask=N_("What is the next step?"),
        needs=("card",),
        options=(
            *(
                Option(step, REASONS[step], "meetings", does=_records(step), when=_is_whole, says=_RECORDED)
                for step in _NEXT
            ),
            _TO_FORM,
        ),
    ),
    Menu(
        name="add_what",
        ask=N_("What kind of meeting was held?"),
        needs=("card",),
        listed=Listed(_kinds, "add_day"),
        saves="add_what",
        options=(TO_CARD,),
    ),
    Menu(name="add_day", ask=N_("On which day?"), listed=Listed(_days, "add_time"), saves="day", columns=2),
    Menu(
        name="add_time",
        ask=lambda scene: (
            N_("When did it begin?")
            if _hours(scene)
            else N_("Only what has begun can be recorded. Choose another day."),
        ),
        listed=Listed(_hours, "add_check"),
        saves="add_time",
        columns=4,
    ),
    Menu(
        name="add_check",
        ask=lambda scene: (
            N_("Add a meeting on {moment}?", moment=_starts(scene, int(scene.answer("add_time") or 0))),
        ),
        needs=("card",),
        options=(
            Option(
                "add", N_("Yes, add it"), "meetings", does=_adds, when=is_own, says=says(N_("Added. Record it now."))
            ),
            TO_CARD,
        ),
    ),
)
"""The states around what became of a meeting."""
