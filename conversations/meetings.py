"""What a worker reads of a case's meetings, and the own list of what is agreed."""

from conversations.appointments import mode_name, wish_names
from conversations.casework import TO_MENU, own, parent_name
from conversations.facts import Card, Meeting
from conversations.flow import Item, Listed, Menu, Scene
from conversations.text import N_, P_, Paragraph, Text, Words

TYPES = {
    "individual": N_("Individual meeting"),
    "couple": N_("Couple meeting"),
    "family": N_("Family meeting"),
}
"""The kinds of meetings."""


def meeting_name(meeting: Meeting) -> Text:
    """One meeting in a list."""
    if meeting.starts:
        return N_("{moment} · {type}", moment=meeting.starts, type=TYPES[meeting.type])
    return N_("Offered · {type}", type=TYPES[meeting.type])


def meetings_says(scene: Scene) -> tuple[Paragraph, ...]:
    """All meetings of a case that are offered or agreed, and how many were held."""
    card = own(scene)
    if card is None:
        return (N_("This case is not available to you."),)
    said: list[Paragraph] = [N_("Meetings of the case {reference}", reference=card.reference)]
    if card.held:
        said.append(N_("Individual and couple meetings held: {count} (1–5)", count=card.held))
    if not card.meetings:
        said.append(N_("No meeting is agreed or offered."))
    said += [meeting_says(meeting, card) for meeting in card.meetings]
    return tuple(said)


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
    """The meetings of a case as buttons."""
    card = own(scene)
    return tuple(Item(str(m.meeting), meeting_name(m)) for m in card.meetings) if card else ()


def chosen_meeting(scene: Scene) -> Meeting | None:
    """The meeting that was chosen."""
    card = own(scene)
    return next((m for m in card.meetings if str(m.meeting) == scene.answer("meeting")), None) if card else None


def one_says(scene: Scene) -> tuple[Paragraph, ...]:
    """The chosen meeting."""
    card, meeting = own(scene), chosen_meeting(scene)
    if card is None or meeting is None:
        return (N_("This meeting is no longer there."),)
    return (meeting_says(meeting, card),)


def is_ahead(scene: Scene) -> bool:
    """Still to come, or only offered."""
    meeting = chosen_meeting(scene)
    return meeting is not None and (meeting.starts is None or meeting.starts > scene.facts.now)


def is_past(scene: Scene) -> bool:
    """Begun or over, and not recorded yet."""
    return chosen_meeting(scene) is not None and not is_ahead(scene)


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
