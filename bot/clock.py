"""What time it is, as a value that is handed in, so that the playground and the tests can push it.

Nothing else in the project reads the machine's clock for a decision about people.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays


class Clock:
    """The current moment in UTC: the machine's time plus everything that was pushed.

    With ``standing_at`` the time stands still there and moves only by `push`.
    """

    def __init__(self, standing_at: datetime | None = None) -> None:
        self._standing_at = standing_at
        self._pushed = timedelta()

    def now(self) -> datetime:
        """Return the moment as an aware datetime in UTC."""
        return (self._standing_at or datetime.now(UTC)) + self._pushed

    def push(self, by: timedelta) -> None:
        """Move the time forward; a negative step is a ValueError because Telegram's time never goes back."""
        if by < timedelta():
            raise ValueError("the clock is only ever pushed forward")
        self._pushed += by


HELSINKI = ZoneInfo("Europe/Helsinki")
_HOLIDAYS = holidays.country_holidays("FI")


def stamp(moment: datetime) -> int:
    """A moment as the database keeps it: whole seconds of Unix time."""
    return int(moment.timestamp())


def moment(stamp: int) -> datetime:
    """A stored moment as an aware datetime in Finland's time."""
    return datetime.fromtimestamp(stamp, HELSINKI)


def next_safe_moment(hours: str, now: datetime) -> datetime | None:
    """The first moment from ``now`` on in which the bot may write first; None for a person to whom it may never. The
    ids of the hours stand in `conversations.questions.SAFE_HOURS`."""
    if hours == "never":
        return None
    opens, closes, weekend = _SAFE_HOURS[hours]
    local = now.astimezone(HELSINKI)
    for day in (local.date() + timedelta(days=n) for n in range(15)):
        start, end = (datetime.combine(day, time(hour), HELSINKI) for hour in (opens, closes))
        if local < end and (weekend or is_working_day(day)):
            return max(start, local)
    raise AssertionError("two weeks have a safe day")


_SAFE_HOURS = {"office": (9, 16, False), "evening": (16, 20, False), "daily": (9, 20, True)}


Hours = tuple[int, int]
"""When an association's workers are at work on working days: opens, closes, as whole hours of Finland's time."""


def is_holiday(day: date) -> bool:
    """Whether a day is one of Finland's public holidays."""
    return day in _HOLIDAYS


def holiday_name(day: date, locale: str) -> str | None:
    """What a public holiday is called in a language; None for any other day."""
    return _named_holidays(locale).get(day)


@cache
def _named_holidays(locale: str) -> holidays.HolidayBase:
    return holidays.country_holidays("FI", language={"sv": "sv_FI", "en": "en_US"}.get(locale, "fi"))


def is_working_day(day: date) -> bool:
    """Monday to Friday, but for Finland's public holidays."""
    return day.weekday() < 5 and not is_holiday(day)


def working_moment(now: datetime, hours: Hours) -> datetime:
    """The first moment from ``now`` on at which somebody is at work."""
    local = now.astimezone(HELSINKI)
    opens, closes = (datetime.combine(local.date(), time(hour), HELSINKI) for hour in hours)
    if is_working_day(local.date()) and local < closes:
        return max(opens, local)
    day = local.date() + timedelta(days=1)
    while not is_working_day(day):
        day += timedelta(days=1)
    return datetime.combine(day, time(hours[0]), HELSINKI)


def after_working_days(now: datetime, days: int, hours: Hours) -> datetime:
    """The same time of day so many working days later; out of hours counts from when somebody is next at work."""
    start = working_moment(now, hours)
    day = start.date()
    for _ in range(days):
        day += timedelta(days=1)
        while not is_working_day(day):
            day += timedelta(days=1)
    return datetime.combine(day, start.timetz().replace(tzinfo=None), HELSINKI)


def morning_of(day: date, hours: Hours) -> datetime:
    """The opening hour of a day, or of the last working day before it."""
    while not is_working_day(day):
        day -= timedelta(days=1)
    return datetime.combine(day, time(hours[0]), HELSINKI)
