"""What a worker reads of a case's meetings, and the own list of what is agreed."""

from conversations.appointments import mode_name, wish_names
from conversations.casework import TO_MENU, own, parent_name
from conversations.facts import Card, Meeting
from conversations.flow import Item, Listed, Menu, Scene
from conversations.held import ROLES
from conversations.meeting_facts import Held
from conversations.text import N_, P_, Paragraph, Text, Words

TYPES = {
    "individual": N_("Individual meeting"),
    "couple": N_("Couple meeting"),
    "family": N_("Family meeting"),
}
"""The kinds of meetings."""

_SHOWN = 15
"""Recorded meetings that are shown, the last of them."""


def meeting_name(meeting: Meeting) -> Text:
    """One meeting in a list."""
    if meeting.starts:
        return N_("{moment} · {type}", moment=meeting.starts, type=TYPES[meeting.type])
    return N_("Offered · {type}", type=TYPES[meeting.type])


def meetings_says(scene: Scene) -> tuple[Paragraph, ...]:
    """All meetings of a case that are offered or agreed, how many were held, and what was recorded."""
    card = own(scene)
    if card is None:
        return (N_("This case is not available to you."),)
    said: list[Paragraph] = [N_("Meetings of the case {reference}", reference=card.reference)]
    if card.held:
        said.append(N_("Individual and couple meetings held: {count} (1–5)", count=card.held))
    if not card.meetings:
        nothing = N_("No meeting is agreed or offered.")
        said.append(N_("No next meeting is agreed or offered.") if card.met else nothing)
    said += [meeting_says(meeting, card) for meeting in card.meetings]
    if card.recorded:
        said.append((N_("Recorded:"), *(_recorded(meeting) for meeting in card.recorded[-_SHOWN:])))
    return tuple(said)


def _recorded(meeting: Meeting) -> Text:
    """What became of a meeting, as one line."""
    assert meeting.starts, "it had a time"
    what: dict[str, Words] = {"day": N_("{day}", day=meeting.starts.date()), "type": TYPES[meeting.type]}
    if meeting.held:
        return N_(
            "• {day} · {type}: held, {minutes} minutes. Came: {who}",
            minutes=meeting.held.lasted,
            who=tuple(ROLES[role] for role in meeting.held.attended),
            **what,
        )
    if meeting.status == "missed":
        return N_("• {day} · {type}: nobody came", **what)
    return N_("• {day} · {type}: cancelled", **what)


def meeting_says(meeting: Meeting, card: Card) -> tuple[Words, ...]:
    """A meeting with what is known of it, for the workers."""
    lines: list[Words] = [meeting_name(meeting)]
    lines.append(N_("{minutes} minutes, {mode}.", minutes=meeting.minutes, mode=mode_name(meeting.mode)))
    if meeting.workers:
        lines.append(N_("Workers: {names}", names=meeting.workers))
    elif meeting.starts:
        lines.append(N_("Nobody holds this meeting. Please move it."))
    if len(card.parties) > 1 and meeting.type == "individual":
        lines += [parent_name(number) for number in meeting.parents]
    if meeting.slots:
        lines.append(N_("Offered: {times}", times=tuple(N_("{moment}", moment=at) for at in meeting.slots)))
    lines += _answers(meeting)
    return tuple(lines)


def _answers(meeting: Meeting) -> list[Words]:
    lines: list[Words] = []
    for answer in meeting.answers:
        who = parent_name(answer.parent)
        if answer.suits:
            times = tuple(N_("{moment}", moment=at) for at in answer.suits)
            lines.append(N_("{parent}, suits: {times}", parent=who, times=times))
        elif answer.wishes:
            lines.append(N_("{parent}: none suits, would suit: {times}", parent=who, times=wish_names(answer.wishes)))
        else:
            lines.append(N_("{parent}: none suits", parent=who))
    if meeting.slots:
        silent = (number for number in meeting.parents if number not in [answer.parent for answer in meeting.answers])
        lines += [N_("{parent}: no answer yet", parent=parent_name(number)) for number in silent]
    return lines


def rows(scene: Scene) -> tuple[Item, ...]:
    """The meetings of a case as buttons: those that are open, and those that were held, the last of them first."""
    card = own(scene)
    if card is None:
        return ()
    held = (m for m in reversed(card.recorded) if m.held)
    return (
        *(Item(str(m.meeting), meeting_name(m)) for m in card.meetings),
        *(Item(str(m.meeting), N_("✓ {what}", what=meeting_name(m))) for m in held),
    )


def chosen_meeting(scene: Scene) -> Meeting | None:
    """The meeting that was chosen."""
    card, chosen = own(scene), scene.answer("meeting")
    return next((m for m in (*card.meetings, *card.recorded) if str(m.meeting) == chosen), None) if card else None


def one_says(scene: Scene) -> tuple[Paragraph, ...]:
    """The chosen meeting."""
    card, meeting = own(scene), chosen_meeting(scene)
    if card is None or meeting is None:
        return (N_("This meeting is no longer there."),)
    if meeting.held:
        return ((meeting_name(meeting), *held_says(meeting.held, meeting.mode)),)
    return (meeting_says(meeting, card),) if is_open(meeting) else (_recorded(meeting),)


def held_says(held: Held, mode: str) -> tuple[Words, ...]:
    """What is recorded of a held meeting, as lines."""
    lines: list[Words] = [
        N_("{minutes} minutes, {mode}.", minutes=held.lasted, mode=mode_name(mode)),
        N_("Came: {who}", who=tuple(ROLES[role] for role in held.attended) or (N_("nobody"),)),
        N_("Workers present: {count}", count=held.workers),
    ]
    if held.agreed_by:
        lines.append(N_("Agreed to the family meeting: {who}", who=tuple(ROLES[role] for role in held.agreed_by)))
    return tuple(lines)


def is_open(meeting: Meeting) -> bool:
    """Whether it is still to be agreed, held or recorded."""
    return meeting.status in ("offered", "agreed")


def is_ahead(scene: Scene) -> bool:
    """Still to come, or only offered."""
    meeting = chosen_meeting(scene)
    return meeting is not None and is_open(meeting) and (meeting.starts is None or meeting.starts > scene.facts.now)


def is_past(scene: Scene) -> bool:
    """Begun or over, and not recorded yet."""
    meeting = chosen_meeting(scene)
    return meeting is not None and is_open(meeting) and not is_ahead(scene)


def _ahead(scene: Scene) -> tuple[Paragraph, ...]:
    coming = scene.facts.ahead
    if not coming:
        return (N_("No meeting of yours is agreed."),)
    return (P_("You have one agreed meeting.", "You have {count} agreed meetings.", len(coming)),)


AHEAD = Menu(
    name="ahead",
    ask=_ahead,
    needs=("ahead",),
    listed=Listed(
        lambda scene: tuple(
            Item(str(m.case), N_("{moment} · {reference}", moment=m.starts, reference=m.reference))
            for m in scene.facts.ahead
        ),
        "card",
    ),
    saves="case",
    options=(TO_MENU,),
)
"""A worker's own coming meetings."""
