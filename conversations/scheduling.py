"""The worker's side of meetings to come: offering up to five times, moving, cancelling.

A form is a hub that shows what is chosen so far; everything else on it comes back to it. What is offered and what is
moved are two hubs of the same kind, and one effect each.
"""

from collections.abc import Callable
from datetime import date, datetime

from conversations.appointments import MODES, mode_name
from conversations.casework import REASONS, TO_CARD, Effects, case, clock, is_own, own, parent_name, reasons
from conversations.flow import Depends, Item, Listed, Menu, Option, Scene, State, Tells, When, says
from conversations.joint import may_meet_jointly
from conversations.meeting_effects import CancelMeeting, MoveMeeting, OfferTimes
from conversations.meetings import TYPES, chosen_meeting, is_ahead, is_past, meeting_name, meetings_says, one_says, rows
from conversations.promise import is_late
from conversations.recording import corrections
from conversations.starting import missing, start_of
from conversations.text import N_, Paragraph, Words

MOST = 5
"""Times in one offer."""

LENGTHS = (45, 60, 75, 90)
"""Minutes; the service's meetings take 45 to 90 of them."""

_USUAL = 60
_CANCEL_REASONS = ("ill", "obstacle", "parent_asked")
_LATE_REASONS = ("parents_wish", "no_free_time", "hard_to_reach", "other")


def _cancels(scene: Scene, reason: str) -> Effects:
    return (CancelMeeting(case(scene), int(scene.answer("meeting")), reason),)


def _can_move(scene: Scene) -> bool:
    """It is still to come, its parents choose from no other times, and a joint one has its conditions."""
    card, meeting = own(scene), chosen_meeting(scene)
    if card is None or meeting is None or not is_ahead(scene):
        return False
    asked = {number for other in card.meetings if other.slots for number in other.parents}
    waits = meeting.starts is not None and bool(asked.intersection(meeting.parents))
    return not waits and (meeting.type == "individual" or may_meet_jointly(start_of(card)))


# What can be offered


def _kinds(scene: Scene) -> tuple[Item, ...]:
    """The meetings that can be offered now: to a parent without an open offer, to both only as the rule allows."""
    card = own(scene)
    if card is None:
        return ()
    asked = {number for meeting in card.meetings if meeting.slots for number in meeting.parents}
    found = [
        Item(f"individual:{party.person}", N_("Individual, {parent}", parent=parent_name(party.number)))
        for party in card.parties
        if party.number not in asked
    ]
    if not card.parties:
        found.append(Item("individual:0", TYPES["individual"]))
    if not asked and may_meet_jointly(start_of(card)):
        found += [Item(f"{kind}:0", TYPES[kind]) for kind in ("couple", "family")]
    return tuple(found)


def _what(scene: Scene) -> tuple[Paragraph, ...]:
    card = own(scene)
    if card is None or may_meet_jointly(start_of(card)):
        return (N_("What kind of meeting?"),)
    lines = missing(card) or (N_("• the separate meetings, or an agreed joint start"),)
    return (N_("What kind of meeting?"), (N_("For couple and family meetings is missing:"), *lines))


def _kind(scene: Scene) -> tuple[str, int]:
    """What is offered: the kind, and the parent of an individual meeting."""
    kinds = _kinds(scene)
    chosen = scene.answer("what") or (kinds[0].value if kinds else "individual:0")
    kind, _, party = chosen.partition(":")
    return kind, int(party)


def _mode(scene: Scene) -> str:
    """As it was chosen, otherwise as the parent wished."""
    card, (_, person) = own(scene), _kind(scene)
    wish = next((p.answers.get("mode", ()) for p in card.parties if p.person == person), ()) if card else ()
    wished = wish[0] if wish and wish[0] in ("onsite", "remote", "phone") else "onsite"
    return scene.answer("mode") or wished


def _minutes(scene: Scene) -> int:
    return int(scene.answer("length") or _USUAL)


def _times(scene: Scene) -> tuple[datetime, ...]:
    return tuple(datetime.fromisoformat(at) for at in scene.answers.get("slots", ()))


def _listed(times: tuple[datetime, ...]) -> tuple[Words, ...]:
    return tuple(N_("• {moment}", moment=at) for at in times)


_LATE = N_("A time is later than the promised week. Say why before you offer it.")


def _picked(scene: Scene) -> tuple[Paragraph, ...]:
    times = _times(scene)
    if not times:
        return (N_("Choose up to five times. They are kept free for this meeting."),)
    if not _is_late(scene):
        return (_listed(times),)
    reason = scene.answer("late")
    return (_listed(times), N_("Later than the promised week: {reason}", reason=REASONS[reason]) if reason else _LATE)


def _hub(scene: Scene) -> tuple[Paragraph, ...]:
    kind, person = _kind(scene)
    card = own(scene)
    whom = next((parent_name(p.number) for p in card.parties if p.person == person), None) if card else None
    what = (TYPES[kind], *((whom,) if whom and card and len(card.parties) > 1 else ()))
    how = N_("{minutes} minutes, {mode}.", minutes=_minutes(scene), mode=mode_name(_mode(scene)))
    return ((*what, how), *_picked(scene), *_not_written(scene))


def _not_written(scene: Scene) -> tuple[Paragraph, ...]:
    """Who is invited but is not written to has to be called."""
    kind, person = _kind(scene)
    card = own(scene)
    invited = [p for p in card.parties if kind != "individual" or p.person == person] if card else []
    if any(not p.written_to or not p.reachable for p in invited):
        return (
            N_("The bot does not write to this parent first: agree the time by phone, or wait for an answer here."),
        )
    return ()


def _move_hub(scene: Scene) -> tuple[Paragraph, ...]:
    meeting = chosen_meeting(scene)
    if meeting is None:
        return (N_("This meeting is no longer there."),)
    stay = (N_("The workers stay the same."),) if meeting.workers else ()
    return ((meeting_name(meeting), *stay), *_picked(scene))


def _is_late(scene: Scene) -> bool:
    """Whether the first meeting would be later than promised: there is no other one that counts."""
    card, moved = own(scene), scene.answer("meeting")
    if card is None or any(m.promised and m.starts and str(m.meeting) != moved for m in card.meetings):
        return False
    return is_late(_times(scene), card.first_meeting_by)


def _days(scene: Scene) -> tuple[Item, ...]:
    return tuple(Item(day.day.isoformat(), N_("{day}", day=day.day)) for day in scene.facts.free if day.times)


def _ask_day(scene: Scene) -> tuple[Paragraph, ...]:
    holidays = tuple(N_("{day}: {name}", day=d.day, name=d.holiday) for d in scene.facts.free if d.holiday)
    asked = (
        N_("Which day?") if _days(scene) else N_("No free time was found. Look at the working hours of the workers.")
    )
    return (asked, *(((N_("Public holidays:"), *holidays),) if holidays else ()))


def _starts(scene: Scene) -> tuple[Item, ...]:
    free = next((day.times for day in scene.facts.free if day.day.isoformat() == scene.answer("day")), ())
    chosen = {at for at in _times(scene) if at.date().isoformat() == scene.answer("day")}
    return tuple(Item(at.isoformat(), clock(at.hour * 60 + at.minute)) for at in sorted({*free, *chosen}))


def _ask_time(scene: Scene) -> tuple[Paragraph, ...]:
    day = date.fromisoformat(scene.answer("day") or scene.facts.today.isoformat())
    chosen = N_("What time {day}? A chosen time goes when you press it again.", day=day)
    full = (N_("Five times are chosen. Remove one before you add another."),) if len(_times(scene)) == MOST else ()
    return (chosen, *full)


def _lengths(scene: Scene) -> tuple[Item, ...]:
    return tuple(Item(str(minutes), N_("{minutes} minutes", minutes=minutes)) for minutes in LENGTHS)


# Doing it


def _offers(scene: Scene, *, agreed: bool) -> Effects:
    kind, person = _kind(scene)
    late = scene.answer("late") if _is_late(scene) else ""
    return (
        OfferTimes(case(scene), kind, person, _mode(scene), _minutes(scene), _times(scene), late, agreed),  # type: ignore[arg-type]
    )


def _moves(scene: Scene, *, agreed: bool) -> Effects:
    late = scene.answer("late") if _is_late(scene) else ""
    return (MoveMeeting(case(scene), int(scene.answer("meeting")), _times(scene), late, agreed),)


def _is_ready(scene: Scene) -> bool:
    """Times are chosen, and it is said why they are late."""
    return is_own(scene) and bool(_times(scene)) and (not _is_late(scene) or bool(scene.answer("late")))


def _are_free(scene: Scene) -> bool:
    """No chosen time has gone while the worker was choosing."""
    free = {at for day in scene.facts.free for at in day.times}
    return _is_ready(scene) and set(_times(scene)) <= free


def _still_offered(scene: Scene) -> bool:
    """What was chosen can still be offered: a colleague may have been faster, or a condition is gone."""
    kind, person = _kind(scene)
    return f"{kind}:{person}" in [item.value for item in _kinds(scene)]


def _can_offer(scene: Scene) -> bool:
    card = own(scene)
    return _are_free(scene) and card is not None and bool(card.parties)


def _can_fix(scene: Scene) -> bool:
    return _are_free(scene) and len(_times(scene)) == 1


def _hub_states(name: str, ask: Tells, does: Callable[..., Effects], stands: When, *more: Option) -> tuple[State, ...]:
    """A hub and the states that lead back to it: the day, the time, the reason for a late one. Nothing is done unless
    what it is about still ``stands``."""
    return (
        _hub_menu(name, ask, does, stands, *more),
        Menu(
            name=f"{name}_day",
            ask=_ask_day,
            needs=("card", "free"),
            listed=Listed(_days, f"{name}_time"),
            saves="day",
            columns=2,
        ),
        Menu(
            name=f"{name}_time",
            ask=_ask_time,
            needs=("card", "free"),
            listed=Listed(_starts, name),
            saves="slots",
            gathers=MOST,
            columns=4,
        ),
        Menu(
            name=f"{name}_late",
            ask=N_("Why is the first meeting later than the promised week? The reason is counted."),
            needs=("card",),
            listed=Listed(lambda scene: tuple(Item(r, REASONS[r]) for r in _LATE_REASONS), name),
            saves="late",
        ),
    )


def _hub_menu(name: str, ask: Tells, does: Callable[..., Effects], stands: When, *more: Option) -> Menu:
    return Menu(
        name=name,
        ask=ask,
        needs=("card", "free"),
        looks="meetings",
        saves="slots",
        options=(
            Option("add", N_("Add or remove a time"), f"{name}_day", when=is_own),
            Option(
                "why",
                N_("Why so late?"),
                f"{name}_late",
                when=lambda scene: _is_late(scene) and not _is_ready(scene),
            ),
            Option(
                "send",
                N_("Offer these times"),
                "meetings",
                does=lambda scene: does(scene, agreed=False),
                when=lambda scene: stands(scene) and _can_offer(scene),
                otherwise=_GONE,
                says=says(N_("Offered. You hear when there is an answer.")),
            ),
            Option(
                "fix",
                N_("Agreed by phone"),
                "meetings",
                does=lambda scene: does(scene, agreed=True),
                when=lambda scene: stands(scene) and _can_fix(scene),
                otherwise=_GONE,
                says=says(N_("Recorded. Who is invited hears the agreed time.")),
            ),
            *more,
            TO_CARD,
        ),
    )


_GONE = N_("This is no longer possible: a chosen time is taken, or the case has changed.")

SCHEDULING: tuple[State, ...] = (
    Menu(
        name="meetings",
        ask=meetings_says,
        needs=("card",),
        looks="meetings",
        listed=Listed(rows, "meeting"),
        saves="meeting",
        options=(
            Option(
                "offer",
                N_("Offer times"),
                Depends(lambda scene: "offer_what" if len(_kinds(scene)) > 1 else "offer", ("offer_what", "offer")),
                when=lambda scene: bool(_kinds(scene)),
            ),
            Option("add", N_("Add a held meeting"), "add_what", when=is_own),
            Option("start", N_("The start"), "start", when=is_own),
            TO_CARD,
        ),
    ),
    Menu(
        name="offer_what",
        ask=_what,
        needs=("card",),
        listed=Listed(_kinds, "offer"),
        saves="what",
        options=(TO_CARD,),
    ),
    *_hub_states(
        "offer",
        _hub,
        _offers,
        _still_offered,
        Option("mode", N_("Another way of meeting"), "offer_mode", when=is_own),
        Option("length", N_("Another length"), "offer_length", when=is_own),
    ),
    Menu(
        name="offer_mode",
        ask=N_("How do you meet?"),
        listed=Listed(lambda scene: tuple(Item(mode, label) for mode, label in MODES.items()), "offer"),
        saves="mode",
    ),
    Menu(
        name="offer_length",
        ask=N_("How long does the meeting take?"),
        listed=Listed(_lengths, "offer"),
        saves="length",
        columns=2,
    ),
    Menu(
        name="meeting",
        ask=one_says,
        needs=("card",),
        looks="meetings",
        listed=Listed(corrections, "record"),
        saves="corrects",
        options=(
            Option("move", N_("Other times"), "move", when=_can_move),
            Option("cancel", N_("Cancel"), "cancel_meeting", when=is_ahead),
            Option("record", N_("Record the meeting"), "record", when=is_past),
            Option("meetings", N_("Back to the meetings"), "meetings"),
        ),
    ),
    *_hub_states("move", _move_hub, _moves, _can_move),
    Menu(
        name="cancel_meeting",
        ask=N_("Cancel this? Everybody hears the same: the meeting does not take place. No reason is told."),
        needs=("card",),
        options=(
            Option(
                "yes",
                N_("Yes, cancel it"),
                "meetings",
                does=lambda scene: _cancels(scene, ""),
                when=is_ahead,
                says=says(N_("Recorded.")),
            ),
            *reasons(_CANCEL_REASONS, "meetings", _cancels, when=is_ahead, says=says(N_("Recorded."))),
            TO_CARD,
        ),
    ),
)
"""The states around a case's meetings."""
