"""Adding a meeting that was held without being agreed here: what kind, on which day, when it began."""

from datetime import date, datetime, timedelta

from conversations.casework import TO_CARD, Effects, case, clock, is_own, own, parent_name
from conversations.facts import Meeting
from conversations.flow import Item, Listed, Menu, Option, Scene, State, says
from conversations.held import at_that_time
from conversations.meeting_effects import AddMeeting, RemoveMeeting
from conversations.meetings import TYPES, chosen_meeting, is_past, meeting_name
from conversations.text import N_, Paragraph


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
"""Days of which what was held can be added."""


def _days(scene: Scene) -> tuple[Item, ...]:
    """The last two weeks, but nothing from before the case."""
    card = own(scene)
    first = card.opened_at.date() if card else scene.facts.today
    days = (scene.facts.today - timedelta(days=n) for n in range(_DAYS_BACK))
    return tuple(Item(day.isoformat(), N_("{day}", day=day)) for day in days if day >= first)


def _hours(scene: Scene) -> tuple[Item, ...]:
    minutes = range(8 * 60, 20 * 60 + 1, 30)
    card = own(scene)
    first = card.opened_at if card else scene.facts.now
    return tuple(Item(str(m), clock(m)) for m in minutes if first <= _starts(scene, m) <= scene.facts.now)


def _starts(scene: Scene, minutes: int) -> datetime:
    day = date.fromisoformat(scene.answer("day") or scene.facts.today.isoformat())
    local = scene.facts.now
    return local.replace(
        year=day.year, month=day.month, day=day.day, hour=minutes // 60, minute=minutes % 60, second=0, microsecond=0
    )


def _there_already(scene: Scene) -> Meeting | None:
    """The meeting that would be added once more."""
    card, (kind, _, person) = own(scene), scene.answer("add_what").partition(":")
    if card is None:
        return None
    parent = next((party.number for party in card.parties if str(party.person) == person), 0)
    known = (*card.meetings, *card.recorded)
    return at_that_time(known, kind, parent, _starts(scene, int(scene.answer("add_time") or 0)))


def _is_free(scene: Scene) -> bool:
    return is_own(scene) and _there_already(scene) is None


def _asks(scene: Scene) -> tuple[Paragraph, ...]:
    if _there_already(scene):
        return (N_("There is already a meeting at that time."),)
    return (N_("Add a meeting on {moment}?", moment=_starts(scene, int(scene.answer("add_time") or 0))),)


def _known(scene: Scene) -> tuple[Item, ...]:
    meeting = _there_already(scene)
    return (Item(str(meeting.meeting), meeting_name(meeting)),) if meeting else ()


def _is_mistake(scene: Scene) -> bool:
    meeting = chosen_meeting(scene)
    return meeting is not None and meeting.added and is_past(scene)


def _removes(scene: Scene) -> Effects:
    return (RemoveMeeting(case(scene), int(scene.answer("meeting"))),)


ADDED_BY_MISTAKE = Option("remove", N_("Added by mistake"), "record_remove", when=_is_mistake)
"""The way from the form of a meeting that was added to taking it back."""


def _adds(scene: Scene) -> Effects:
    kind, _, party = scene.answer("add_what").partition(":")
    starts = _starts(scene, int(scene.answer("add_time")))
    return (AddMeeting(case(scene), kind, int(party), starts),)  # type: ignore[arg-type]  # the ids of TYPES


ADDING: tuple[State, ...] = (
    Menu(
        name="add_what",
        ask=N_("What kind of meeting was held?"),
        needs=("card",),
        listed=Listed(_kinds, "add_day"),
        saves="add_what",
        options=(TO_CARD,),
    ),
    Menu(
        name="add_day",
        ask=N_("On which day?"),
        needs=("card",),
        listed=Listed(_days, "add_time"),
        saves="day",
        columns=2,
    ),
    Menu(
        name="add_time",
        ask=lambda scene: (
            N_("When did it begin?")
            if _hours(scene)
            else N_("Only what has begun can be recorded. Choose another day."),
        ),
        needs=("card",),
        listed=Listed(_hours, "add_check"),
        saves="add_time",
        columns=4,
    ),
    Menu(
        name="add_check",
        ask=_asks,
        needs=("card",),
        listed=Listed(_known, "meeting"),
        saves="meeting",
        options=(
            Option(
                "add", N_("Yes, add it"), "meetings", does=_adds, when=_is_free, says=says(N_("Added. Record it now."))
            ),
            TO_CARD,
        ),
    ),
    Menu(
        name="record_remove",
        ask=lambda scene: (
            N_("Remove this meeting? It was added by mistake and counts for nothing.")
            if _is_mistake(scene)
            else N_("This meeting is no longer there."),
        ),
        needs=("card",),
        options=(
            Option("yes", N_("Yes, remove it"), "meetings", does=_removes, when=_is_mistake, says=says(N_("Removed."))),
            TO_CARD,
        ),
    ),
)
"""The states around a meeting that is added afterwards."""
