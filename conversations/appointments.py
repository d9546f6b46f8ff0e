"""A parent's side of meetings: how it starts, the times that suit, the agreed time and what can be done about it.

Every parent answers alone. What is said here depends on the parent's own answers and on what is let through between
parents: the agreed start, and agreed times.
"""

from conversations.casework import REASONS
from conversations.effects import Effect
from conversations.facts import Appointment, Form
from conversations.flow import AskMany, Does, Item, Listed, Menu, Option, Scene, Skip, State, says
from conversations.meeting_effects import AskToMove, CancelOwnMeeting, ChooseTimes, SendCalendar, ShowPlace
from conversations.promise import missed
from conversations.text import N_, Paragraph, Text, Words

_MODES = {
    "onsite": N_("at the association"),
    "remote": N_("by video"),
    "phone": N_("on the phone"),
}
_WHO = {
    "individual": N_("You meet the worker alone."),
    "couple": N_("Both parents are invited to this meeting."),
    "family": N_("Both parents and the children are invited to this meeting."),
}
_HOW = {
    "onsite": N_("The address is shown when you want to see it."),
    "remote": N_("A worker sends you the way to join."),
    "phone": N_("A worker calls you."),
}
_WISHES = (
    Item("mon", N_("Mondays")),
    Item("tue", N_("Tuesdays")),
    Item("wed", N_("Wednesdays")),
    Item("thu", N_("Thursdays")),
    Item("fri", N_("Fridays")),
    Item("morning", N_("Mornings")),
    Item("afternoon", N_("Afternoons")),
    Item("evening", N_("Evenings")),
)
_ALONE = N_("Choose all that suit. Only the workers see your answer.")
_SAVED = N_("Thank you, your answer is saved. You see here when a time is agreed.")
_CANCEL_REASONS = ("ill", "obstacle")


MODES = {
    "onsite": N_("At the association"),
    "remote": N_("By video"),
    "phone": N_("On the phone"),
}
"""The ways of meeting, as choices."""


def mode_name(mode: str) -> Text:
    """The way of a meeting, within a sentence."""
    return _MODES[mode]


def wish_names(wishes: tuple[str, ...]) -> tuple[Words, ...]:
    """The times that would suit, for the workers."""
    return tuple(item.label for item in _WISHES if item.value in wishes)


def start_says(form: Form) -> Text:
    """The same words for every parent, whatever was wished or told and whoever decided."""
    return N_("We start with a joint meeting.") if form == "joint" else N_("We start with separate meetings.")


def _meetings(scene: Scene) -> tuple[Appointment, ...]:
    return scene.facts.request.meetings if scene.facts.request else ()


def _offer(scene: Scene) -> Appointment | None:
    return next((meeting for meeting in _meetings(scene) if meeting.slots), None)


def _agreed(scene: Scene) -> Appointment | None:
    """The agreed meeting that was chosen."""
    chosen = scene.answer("meeting")
    return next((m for m in _meetings(scene) if m.starts and str(m.meeting) == chosen), None)


# On the screen of the request


def meetings_say(scene: Scene) -> tuple[Paragraph, ...]:
    """How the meetings stand, for the screen of a parent's request."""
    request = scene.facts.request
    if request is None:
        return ()
    said: list[Paragraph] = [start_says(request.form)] if request.form else []
    agreed = [m for m in request.meetings if m.starts]
    said += [N_("Your meeting: {moment}, {mode}.", moment=m.starts, mode=_MODES[m.mode]) for m in agreed if m.starts]
    offer = _offer(scene)
    if offer and offer.answered:
        said.append(_SAVED)
    elif offer:
        said.append(N_("Times are suggested for your meeting. Please choose those that suit you."))
    said += [
        N_("The meeting {moment} is moved. It does not take place then.", moment=m.was)
        for m in request.meetings
        if m.was
    ]
    return tuple(said)


def is_planned(scene: Scene) -> bool:
    """Whether there is a time, or times to choose from."""
    return bool(_meetings(scene))


def is_agreed(scene: Scene) -> bool:
    """Whether there is a time."""
    return any(meeting.starts for meeting in _meetings(scene))


def _agreed_rows(scene: Scene) -> tuple[Item, ...]:
    return tuple(Item(str(m.meeting), N_("{moment}", moment=m.starts)) for m in _meetings(scene) if m.starts)


AGREED = Listed(_agreed_rows, "meeting")
"""The agreed meetings as buttons."""


def _has_offer(scene: Scene) -> bool:
    offer = _offer(scene)
    return offer is not None and not offer.answered


def _has_answered(scene: Scene) -> bool:
    return _offer(scene) is not None and not _has_offer(scene)


OPTIONS = (
    Option("choose", N_("Choose times"), "suits", when=_has_offer),
    Option("again", N_("Change my times"), "suits", when=_has_answered),
)
"""What a parent can do about meetings on the screen of the request."""


# Times that suit


def _suggested(scene: Scene) -> tuple[Paragraph, ...]:
    offer, request = _offer(scene), scene.facts.request
    if offer is None or request is None:
        return (N_("No times are suggested now."),)
    said: list[Paragraph] = [
        N_("Which of these times suit you?"),
        (_WHO[offer.type], N_("{minutes} minutes, {mode}.", minutes=offer.minutes, mode=_MODES[offer.mode])),
    ]
    if missed(scene):
        said.append(
            N_("We aim for {day} at the latest. These times are later, and we are sorry.", day=request.first_meeting_by)
        )
    said.append(_ALONE)
    return tuple(said)


_NONE = N_("None of these suits")


def _slots(scene: Scene) -> tuple[Item, ...]:
    offer = _offer(scene)
    return tuple(Item(at.isoformat(), N_("{moment}", moment=at)) for at in offer.slots) if offer else ()


def _chosen(scene: Scene) -> tuple[Effect, ...]:
    offer = _offer(scene)
    if offer is None:
        return ()
    suits = tuple(at for at in offer.slots if at.isoformat() in scene.answers.get("suits", ()))
    return (ChooseTimes(offer.meeting, suits, scene.answers.get("wishes", ()) if not suits else ()),)


# An agreed meeting


def _meeting(scene: Scene) -> tuple[Paragraph, ...]:
    meeting = _agreed(scene)
    if meeting is None or meeting.starts is None:
        return (N_("This time is no longer agreed."),)
    said: list[Paragraph] = [
        N_("Your meeting: {moment}, {mode}.", moment=meeting.starts, mode=_MODES[meeting.mode]),
        (_WHO[meeting.type], N_("It takes {minutes} minutes.", minutes=meeting.minutes)),
    ]
    shown: list[Words] = [meeting.place] if meeting.place else []
    if meeting.workers:
        shown.append(N_("You meet: {names}", names=meeting.workers))
    if shown:
        said.append(tuple(shown))
    if not meeting.place:
        said.append(_HOW[meeting.mode])
    return tuple(said)


def _is_chosen(scene: Scene) -> bool:
    return _agreed(scene) is not None


def _is_to_come(scene: Scene) -> bool:
    """The chosen meeting has not begun: one that has can be neither moved nor cancelled."""
    meeting = _agreed(scene)
    return meeting is not None and meeting.starts is not None and meeting.starts > scene.facts.now


def _hides_place(scene: Scene) -> bool:
    return _is_chosen(scene) and scene.facts.request is not None and not scene.facts.request.place_safe


def _shows_place(scene: Scene) -> bool:
    return _is_chosen(scene) and not _hides_place(scene)


def _has_place(scene: Scene) -> bool:
    meeting = _agreed(scene)
    return meeting is not None and bool(meeting.place)


def _number(scene: Scene) -> int:
    return int(scene.answer("meeting"))


_KEEP = Option("keep", N_("Back to the meeting"), "meeting")
_HOME = Option("home", N_("Front page"), "sent")
_BEGUN = N_("This time has begun or is over. Please contact the association.")
_CALENDAR_SENT = N_("The calendar file is in the message below. It names no person and no service.")


def _cancel(reason: str = "") -> Does:
    return lambda scene: (CancelOwnMeeting(_number(scene), reason),)


_CANCELLED = says(N_("The meeting is cancelled. The worker hears of it and suggests a new time."))

APPOINTMENTS: tuple[State, ...] = (
    AskMany(
        name="suits",
        ask=_suggested,
        listed=_slots,
        then="sent",
        done=N_("These suit me"),
        does=_chosen,
        skip=Skip("wishes", _NONE),
    ),
    AskMany(
        name="wishes",
        ask=N_("Which times would suit you? A worker then suggests new ones."),
        options=_WISHES,
        then="sent",
        done=N_("Send"),
        does=_chosen,
        columns=2,
    ),
    Menu(
        name="meeting",
        ask=_meeting,
        options=(
            Option("place", N_("Place and worker"), "place", when=_hides_place),
            Option(
                "hide",
                N_("Hide place and worker"),
                "meeting",
                when=_shows_place,
                does=lambda scene: (ShowPlace(shown=False),),
            ),
            Option("calendar", N_("Calendar file"), "calendar", when=_is_chosen),
            Option(
                "move",
                N_("Ask for another time"),
                "meeting",
                when=_is_to_come,
                otherwise=_BEGUN,
                does=lambda scene: (AskToMove(_number(scene)),),
                says=says(N_("The worker hears your wish. This time stands until you hear of a new one.")),
            ),
            Option("cancel", N_("I cannot come"), "cancel", when=_is_to_come, otherwise=_BEGUN),
            _HOME,
        ),
    ),
    Menu(
        name="place",
        ask=N_(
            "If they are shown, anybody who opens this chat can see where you go and whom you meet. "
            "Is that safe on this phone?"
        ),
        options=(
            Option("show", N_("Yes, show it"), "meeting", does=lambda scene: (ShowPlace(shown=True),)),
            Option("keep", N_("No, do not show it"), "meeting"),
        ),
    ),
    Menu(
        name="calendar",
        ask=N_("The file puts the time into your phone's calendar. Others who use that calendar can see it."),
        options=(
            Option(
                "plain",
                N_("Time only"),
                "meeting",
                when=_is_chosen,
                does=lambda scene: (SendCalendar(_number(scene), address=False),),
                says=says(_CALENDAR_SENT),
            ),
            Option(
                "address",
                N_("With the address"),
                "meeting",
                when=_has_place,
                does=lambda scene: (SendCalendar(_number(scene), address=True),),
                says=says(_CALENDAR_SENT),
            ),
            _KEEP,
        ),
    ),
    Menu(
        name="cancel",
        ask=N_("Do you want to cancel this meeting? You need not say why. The others hear only that it is cancelled."),
        options=(
            Option(
                "yes",
                N_("Yes, cancel it"),
                "sent",
                when=_is_to_come,
                otherwise=_BEGUN,
                does=_cancel(),
                says=_CANCELLED,
            ),
            *(
                Option(
                    reason,
                    REASONS[reason],
                    "sent",
                    when=_is_to_come,
                    otherwise=_BEGUN,
                    does=_cancel(reason),
                    says=_CANCELLED,
                )
                for reason in _CANCEL_REASONS
            ),
            _KEEP,
        ),
    ),
)
"""The states around a parent's meetings; they lead back to a state `sent`."""
