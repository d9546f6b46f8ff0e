"""What became of a meeting, in a few taps: the form is filled in as it was agreed, and asks only about what is unusual.

What was recorded can be corrected in the same form, filled in as it was recorded. What is asked, and what cannot be
recorded so, follows from `conversations.held`. What is chosen counts for the meeting as it stood then; where a
colleague was faster, every step says so and leads back to the case.
"""

from collections.abc import Callable

from msgspec.structs import replace

from conversations import held as rules
from conversations.adding import ADDED_BY_MISTAKE
from conversations.appointments import MODES
from conversations.casework import REASONS, TO_CARD, Effects, case, is_own, own
from conversations.facts import Meeting
from conversations.flow import Depends, Item, Listed, Menu, Option, Scene, State, Target, When, says
from conversations.held import LENGTHS, NEXT, ROLES, WHY, Ground
from conversations.meeting_effects import MissMeeting, RecordMeeting
from conversations.meeting_facts import Attendee, Held
from conversations.meetings import TYPES, chosen_meeting, held_says, is_past
from conversations.text import N_, Paragraph, Text, Words

Values = tuple[tuple[str, Words], ...]


# What is filled in


def _as_it_stands(meeting: Meeting) -> str:
    """The meeting at this point of its life: with any change of it, what was chosen is void."""
    return f"{meeting.meeting}.{meeting.sequence}"


def corrections(scene: Scene) -> tuple[Item, ...]:
    """The way from a held meeting to its correction."""
    meeting = chosen_meeting(scene)
    return (Item(_as_it_stands(meeting), N_("Correct")),) if meeting and meeting.held else ()


def _corrects(scene: Scene) -> bool:
    meeting = chosen_meeting(scene)
    return meeting is not None and meeting.held is not None and scene.answer("corrects") == _as_it_stands(meeting)


def _goes_on(scene: Scene) -> bool:
    """Whether the form can be gone on with: the meeting is to be recorded, or is being corrected."""
    return is_past(scene) or _corrects(scene)


def _given(scene: Scene, name: str) -> str:
    """What was chosen for this meeting as it stands; what was chosen for another one does not count."""
    meeting, (about, _, value) = chosen_meeting(scene), scene.answer(name).partition(":")
    return value if meeting and about == _as_it_stands(meeting) else ""


def _as_given(scene: Scene, values: Values) -> tuple[Item, ...]:
    meeting = chosen_meeting(scene)
    return tuple(Item(f"{_as_it_stands(meeting)}:{value}", label) for value, label in values) if meeting else ()


def _listed(scene: Scene, name: str, otherwise: tuple[Attendee, ...]) -> tuple[Attendee, ...]:
    """The roles that were chosen, "nobody" if all were taken away."""
    given = _given(scene, name)
    return tuple(role for role in ROLES if role in given.split(",")) if given else otherwise


def _ground(scene: Scene) -> Ground:
    card, meeting = own(scene), chosen_meeting(scene)
    assert card, "the form is open"
    assert meeting, "the form is open"
    return rules.ground((party.number for party in card.parties), card.held, meeting.type, meeting.held)


def _effect(scene: Scene, step: str = "") -> RecordMeeting | None:
    """What would be recorded now."""
    meeting = chosen_meeting(scene)
    if meeting is None or not _goes_on(scene):
        return None
    on, was = _ground(scene), meeting.held or _usual(meeting)
    kind = _given(scene, "record_kind") or meeting.type
    came = was.attended if kind == on.kind else rules.expected(kind, meeting.parents, on)
    record = RecordMeeting(
        case=case(scene),
        meeting=meeting.meeting,
        kind=kind,  # type: ignore[arg-type]  # the ids of TYPES
        mode=_given(scene, "record_mode") or meeting.mode,  # type: ignore[arg-type]  # the ids of MODES
        lasted=int(_given(scene, "record_length") or was.lasted),
        attended=_listed(scene, "attended", came),
        workers=2 if (_given(scene, "record_workers") or str(was.workers)) == "2" else 1,
        next_step=step,
        agreed_by=_listed(scene, "record_agreed", was.agreed_by) if kind == "family" else (),
        corrects=_corrects(scene),
    )
    needed = rules.needs(record, on)
    reasons = {what: _given(scene, what) or was.reasons.get(what, "") for what in WHY if what in needed}
    by = _given(scene, "record_children") or was.children_by
    return replace(
        record,
        children_by=by if rules.meets_children(record) else "",
        reasons={what: reason for what, reason in reasons.items() if reason},
    )


def _usual(meeting: Meeting) -> Held:
    """How a meeting went if all was as agreed."""
    return Held(meeting.minutes, (), min(len(meeting.workers), 2) or 1)


# The way through what is unusual


def _open_questions(scene: Scene) -> list[str]:
    """What stands in the way or is still to be asked, in its order."""
    record = _effect(scene)
    if record is None:
        return []
    on = _ground(scene)
    contradiction = rules.contradiction(record, on)
    if contradiction:
        return [f"record_{contradiction}"]
    asked = ["record_agreed"] if record.kind == "family" and _missing(scene) else []
    if rules.meets_children(record) and not record.children_by:
        asked.append("record_children")
    needed = rules.needs(record, on)
    return asked + [what for what in WHY if what in needed and what not in record.reasons]


_UNFIT = ("record_nobody", "record_with_child", "record_childless", "record_both", "record_apart")
_WAY = (*_UNFIT, "record_agreed", "record_children", *WHY, "record_next")


def _onward(after: str = "") -> Depends:
    """To the next question that is still to be asked, and then to the next step."""
    later = _WAY[_WAY.index(after) + 1 :] if after else _WAY
    return Depends(lambda scene: next((q for q in _open_questions(scene) if q in later), "record_next"), later)


def _missing(scene: Scene) -> tuple[Attendee, ...]:
    """Who has not agreed to the family meeting yet."""
    record = _effect(scene)
    return tuple(role for role in rules.to_agree(_ground(scene)) if role not in record.agreed_by) if record else ()


def _agreeing(scene: Scene) -> Values:
    """Whoever is still missing; each adds to those who have agreed."""
    record = _effect(scene)
    agreed = record.agreed_by if record else ()
    return tuple((",".join((*agreed, role)), ROLES[role]) for role in _missing(scene))


def _until_all_agree() -> Depends:
    on = _onward("record_agreed")
    return Depends(
        lambda scene: "record_agreed" if len(_missing(scene)) > 1 else on.on(scene), ("record_agreed", *on.leads_to)
    )


def _asks_agreement(scene: Scene) -> tuple[Paragraph, ...]:
    record = _effect(scene)
    agreed = tuple(ROLES[role] for role in record.agreed_by) if record else ()
    asked = N_("Who has agreed to the family meeting?")
    return (asked, N_("Agreed to the family meeting: {who}", who=agreed)) if agreed else (asked,)


def _whose_wish(scene: Scene) -> Values:
    involved = _ground(scene).involved
    parents = N_("The parents'") if len(involved) > 1 else N_("The parent's")
    return (
        ("parents", N_("The client's") if involved == ("client",) else parents),
        ("worker", N_("The worker's")),
    )


def _asks_both(scene: Scene) -> tuple[Paragraph, ...]:
    asked = N_("In a couple meeting both parents are present. Correct who came, or change the kind.")
    if len(_ground(scene).involved) > 1:
        return (asked,)
    return (asked, N_("A parent who is not in this case counts as another adult."))


def _coming(scene: Scene) -> Values:
    """Everybody who can have come; each turns around whether they did."""
    record = _effect(scene)
    came = record.attended if record else ()
    return tuple(
        (
            ",".join(other for other in ROLES if (other in came) != (other == role)) or "nobody",
            N_("✓ {what}", what=ROLES[role]) if role in came else ROLES[role],
        )
        for role in rules.roles(_ground(scene))
    )


# What is done


def _records(step: str) -> Callable[[Scene], Effects]:
    return lambda scene: (record,) if (record := _effect(scene, step)) else ()


def _missed(how: str) -> Callable[[Scene], Effects]:
    return lambda scene: (MissMeeting(case(scene), int(scene.answer("meeting")), how),)  # type: ignore[arg-type]


def _is_whole(scene: Scene) -> bool:
    return _goes_on(scene) and is_own(scene) and not _open_questions(scene)


def _is_new(scene: Scene) -> bool:
    return _is_whole(scene) and not _corrects(scene)


def _is_correction(scene: Scene) -> bool:
    return _is_whole(scene) and _corrects(scene)


# The steps


def _over(scene: Scene) -> tuple[Paragraph, ...]:
    meeting = chosen_meeting(scene)
    if meeting and meeting.status in ("held", "missed", "cancelled"):
        return (N_("A colleague has recorded this meeting."),)
    return (N_("This meeting cannot be recorded now."),)


def _form(scene: Scene) -> tuple[Paragraph, ...]:
    meeting, record = chosen_meeting(scene), _effect(scene)
    if meeting is None or record is None:
        return _over(scene)
    so_far = Held(record.lasted, record.attended, record.workers, agreed_by=record.agreed_by)
    return (
        (
            N_("{moment} · {type}", moment=meeting.starts or scene.facts.now, type=TYPES[record.kind]),
            *held_says(so_far, record.mode),
        ),
        N_("Is it right? Change what was different."),
    )


_TO_FORM = Option("form", N_("Back to the form"), "record", when=_goes_on)
_AWAY = Option("card", N_("Back to the case"), "card", when=lambda scene: not _goes_on(scene))
_RECORDED = says(N_("Recorded."))
_KIND = Option("kind", N_("Change the kind"), "record_kind", when=_goes_on)
_CAME = Option("attended", N_("Who came"), "attended", when=_goes_on)
_NOBODY = Option("missed", N_("Nobody came"), "record_missed", when=is_past)


def _step(
    name: str, ask: Text | Callable[[Scene], tuple[Paragraph, ...]], *options: Option, listed: Listed | None = None
) -> Menu:
    """One step beside the form; what is chosen from its list is saved under its name."""

    def said(scene: Scene) -> tuple[Paragraph, ...]:
        if not _goes_on(scene):
            return _over(scene)
        return (ask,) if isinstance(ask, Text) else ask(scene)

    return Menu(
        name=name,
        ask=said,
        needs=("card",),
        listed=listed,
        saves=name if listed else "",
        options=(*options, _TO_FORM, _AWAY),
    )


def _rows(values: Callable[[Scene], Values], then: Target) -> Listed:
    return Listed(lambda scene: _as_given(scene, values(scene)) if _goes_on(scene) else (), then)


def _choice(name: str, ask: Text, values: Values, columns: int = 1) -> Menu:
    """One thing of the form that was different."""
    return replace(_step(name, ask, listed=_rows(lambda scene: values, "record")), columns=columns)


def _why(what: str) -> Menu:
    asked, ids = WHY[what]
    reasons = tuple((reason, REASONS[reason]) for reason in ids)
    return _step(what, asked, listed=_rows(lambda scene: reasons, _onward(what)))


def _not_held(how: str, ask: Text) -> Menu:
    yes = Option("yes", N_("Yes, record it"), "meetings", does=_missed(how), when=is_past, says=_RECORDED)
    return _step(f"record_{how}", ask, yes)


def _where(condition: Callable[[Ground], bool]) -> When:
    return lambda scene: _goes_on(scene) and condition(_ground(scene))


RECORDING: tuple[State, ...] = (
    Menu(
        name="record",
        ask=_form,
        needs=("card",),
        looks="meetings",
        columns=2,
        options=(
            Option("held", N_("Yes, it was held"), _onward(), when=is_past, alone=True),
            Option("correct", N_("Yes, correct it so"), _onward(), when=_corrects, alone=True),
            _NOBODY,
            Option("cancelled", N_("It was cancelled"), "record_cancelled", when=is_past),
            Option("length", N_("Another length"), "record_length", when=_goes_on),
            _CAME,
            Option("workers", N_("Workers present"), "record_workers", when=_goes_on),
            _KIND,
            Option("mode", N_("Change the way"), "record_mode", when=_goes_on),
            ADDED_BY_MISTAKE,
            TO_CARD,
        ),
    ),
    _choice(
        "record_length",
        N_("How long did it take?"),
        tuple((str(m), N_("{minutes} minutes", minutes=m)) for m in LENGTHS),
        columns=2,
    ),
    _choice("record_workers", N_("How many workers were there?"), (("1", N_("One")), ("2", N_("Two"))), columns=2),
    _choice("record_kind", N_("What kind of meeting was it?"), tuple(TYPES.items())),
    _choice("record_mode", N_("How did you meet?"), tuple(MODES.items())),
    _step("attended", N_("Who came? Press to add or take away."), listed=_rows(_coming, "record")),
    _not_held("missed", N_("Record that nobody came?")),
    _not_held("cancelled", N_("Record that the meeting was cancelled?")),
    _step("record_nobody", N_("Nobody is marked as present. Correct who came."), _CAME, _NOBODY),
    _step(
        "record_with_child",
        N_("A meeting with children is a family meeting: the parents agree to it. Change the kind or who came."),
        _KIND,
        _CAME,
    ),
    _step("record_childless", N_("No child came to this family meeting. Change the kind or who came."), _KIND, _CAME),
    _step(
        "record_both", N_("Both parents came to this individual meeting. Change the kind or who came."), _KIND, _CAME
    ),
    _step("record_apart", _asks_both, _CAME, _KIND),
    _step(
        "record_agreed",
        _asks_agreement,
        Option("no", N_("Not agreed"), "record_refused", when=_where(lambda on: len(rules.to_agree(on)) == 1)),
        Option(
            "not_all",
            N_("Not everybody has agreed"),
            "record_refused",
            when=_where(lambda on: len(rules.to_agree(on)) > 1),
        ),
        listed=_rows(_agreeing, _until_all_agree()),
    ),
    _step(
        "record_refused",
        N_("Without this agreement it cannot be recorded as a family meeting. Record it as another kind."),
        _KIND,
    ),
    _step(
        "record_children",
        N_("Whose wish was it that the children came?"),
        listed=_rows(_whose_wish, _onward("record_children")),
    ),
    *(_why(what) for what in WHY),
    _step(
        "record_next",
        lambda scene: (N_("Save the correction?") if _corrects(scene) else N_("What is the next step?"),),
        *(Option(step, REASONS[step], "meetings", does=_records(step), when=_is_new, says=_RECORDED) for step in NEXT),
        Option(
            "save", N_("Yes, save it"), "meetings", does=_records(""), when=_is_correction, says=says(N_("Corrected."))
        ),
    ),
)
"""The states around what became of a meeting."""
