"""Fixed periods for figures: quarters of a year that are over, made of whole weeks. Pure."""

from datetime import date, timedelta

from conversations.text import N_, Text

SHOWN = 4
"""So many of them can be looked at, the newest first."""

_NAMES = (
    lambda year: N_("January–March {year}", year=year),
    lambda year: N_("April–June {year}", year=year),
    lambda year: N_("July–September {year}", year=year),
    lambda year: N_("October–December {year}", year=year),
)


def name_of(quarter: str) -> Text:
    """A quarter ("2026-3") in words."""
    year, number = quarter.split("-")
    return _NAMES[int(number) - 1](year)


def weeks_of(quarter: str) -> tuple[str, ...]:
    """Its ISO weeks ("2026-W40"); a week belongs to the quarter of its Thursday."""
    return tuple(day.strftime("%G-W%V") for day in _thursdays(quarter))


def quarter_of(week: str) -> str:
    """The quarter of an ISO week."""
    year, number = week.split("-W")
    day = date.fromisocalendar(int(year), int(number), 4)
    return f"{day.year}-{(day.month - 1) // 3 + 1}"


def over(today: date) -> tuple[str, ...]:
    """The last quarters whose weeks are all over."""
    year, number = today.year, (today.month - 1) // 3 + 1
    found: list[str] = []
    while len(found) < SHOWN:
        quarter = f"{year}-{number}"
        if _thursdays(quarter)[-1] + timedelta(days=3) < today:
            found.append(quarter)
        year, number = (year, number - 1) if number > 1 else (year - 1, 4)
    return tuple(found)


def _thursdays(quarter: str) -> list[date]:
    year, number = map(int, quarter.split("-"))
    first = date(year, 3 * number - 2, 1)
    day = first + timedelta(days=(3 - first.weekday()) % 7)
    found = []
    while (day.year, (day.month - 1) // 3 + 1) == (year, number):
        found.append(day)
        day += timedelta(days=7)
    return found
