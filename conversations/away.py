"""Days away, set by hand: from, until, back again."""

from datetime import date, timedelta

from conversations.absence_effects import SetAway
from conversations.casework import TO_MENU
from conversations.flow import Item, Listed, Menu, Option, Scene, says
from conversations.text import N_, Paragraph

_DAYS = 31
"""So many days ahead can be chosen."""


def days_from(first: date, number: int = _DAYS) -> tuple[Item, ...]:
    """So many days as rows, the first one included."""
    days = (first + timedelta(days=n) for n in range(number))
    return tuple(Item(day.isoformat(), N_("{day}", day=day)) for day in days)


def _until(scene: Scene) -> tuple[Item, ...]:
    return days_from(_days(scene)[0])


def _days(scene: Scene) -> tuple[date, date]:
    chosen = (scene.answer(name) for name in ("from", "until"))
    first, last = (date.fromisoformat(day) if day else scene.facts.today for day in chosen)
    return first, last


def _away(scene: Scene) -> tuple[Paragraph, ...]:
    away = scene.facts.seat.away if scene.facts.seat else None
    if away is None:
        return (N_("While you are away, you hear of no new requests. Your cases stay yours; your work pair is told."),)
    return (N_("You are away {first} – {last}.", first=away[0], last=away[1]),)


def _is_away(scene: Scene) -> bool:
    return scene.facts.seat is not None and scene.facts.seat.away is not None


AWAY = (
    Menu(
        name="away",
        ask=_away,
        options=(
            Option("set", N_("Choose the days"), "away_from"),
            Option("back", N_("I am back"), "menu", does=lambda scene: (SetAway(None),), when=_is_away),
            TO_MENU,
        ),
    ),
    Menu(
        name="away_from",
        ask=N_("First day away?"),
        listed=Listed(lambda scene: days_from(scene.facts.today), "away_until"),
        saves="from",
        options=(TO_MENU,),
    ),
    Menu(
        name="away_until",
        ask=N_("Last day away?"),
        listed=Listed(_until, "away_check"),
        saves="until",
        options=(TO_MENU,),
    ),
    Menu(
        name="away_check",
        ask=lambda scene: (N_("Away {first} – {last}?", first=_days(scene)[0], last=_days(scene)[1]),),
        options=(
            Option(
                "save",
                N_("Save"),
                "menu",
                does=lambda scene: (SetAway(_days(scene)),),
                says=says(N_("Saved. Your work pairs are told.")),
            ),
            TO_MENU,
        ),
    ),
)
"""The states around being away."""
