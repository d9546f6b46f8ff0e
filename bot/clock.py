"""What time it is, as a value that is handed in, so that the playground and the tests can push it.

Nothing else in the project reads the machine's clock for a decision about people.
"""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo


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
    for day in (local.date() + timedelta(days=n) for n in range(8)):
        start, end = (datetime.combine(day, time(hour), HELSINKI) for hour in (opens, closes))
        if local < end and (weekend or day.weekday() < 5):
            return max(start, local)
    raise AssertionError("a week has a safe day")


_SAFE_HOURS = {"office": (9, 16, False), "evening": (16, 20, False), "daily": (9, 20, True)}
