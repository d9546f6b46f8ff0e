"""When a meeting could be: on which full and half hours everybody is at work and nobody is busy.

A calculation on values; it reads no record. All moments it compares are in UTC, because two datetimes of one time zone
are compared and added by the clock on the wall, which is wrong on the days when that clock changes.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta

from bot.clock import HELSINKI
from conversations.facts import Span

Busy = tuple[datetime, datetime]

_STEP = 30
_DAY = 24 * 60


def free_times(
    at_work: Sequence[Mapping[date, Span]],
    busy: Iterable[Busy],
    minutes: int,
    now: datetime,
    notice: timedelta = timedelta(),
) -> dict[date, tuple[datetime, ...]]:
    """The moments (in UTC) at which a meeting of so many ``minutes`` could begin, by the days that have any.

    ``at_work`` has the days and hours (`bot.records.plans`) of each worker who takes part, ``busy`` what any of them
    has agreed already, from and until. Nothing begins sooner than ``notice`` from now.
    """
    if not at_work:
        return {}
    taken = [(start.astimezone(UTC), end.astimezone(UTC)) for start, end in busy]
    earliest, length = now.astimezone(UTC) + notice, timedelta(minutes=minutes)
    found: dict[date, tuple[datetime, ...]] = {}
    for day in sorted(set(at_work[0]).intersection(*at_work[1:])):
        opens, closes = max(days[day][0] for days in at_work), min(days[day][1] for days in at_work)
        end_of_work = _earlier(day, closes)
        times = tuple(
            start
            for start in _starts(day, opens, closes)
            if start >= earliest
            and start + length <= end_of_work
            and not any(start < until and since < start + length for since, until in taken)
        )
        if times:
            found[day] = times
    return found


def _starts(day: date, opens: int, closes: int) -> Iterable[datetime]:
    """The full and half hours of a span that mean one moment: not the hour that is left out in spring, nor the one that
    comes twice in autumn."""
    for minute in range(opens + -opens % _STEP, closes, _STEP):
        moments = _moments(day, minute)
        if len(moments) == 1:
            yield moments.pop()


def _earlier(day: date, minute: int) -> datetime:
    return min(_moments(day, minute))


def _moments(day: date, minute: int) -> set[datetime]:
    """What a minute of the day in Finland's time may mean: two moments around a change of the clock, else one."""
    later, minute = divmod(minute, _DAY)
    wall = datetime.combine(day + timedelta(days=later), time(*divmod(minute, 60)), HELSINKI)
    return {wall.replace(fold=fold).astimezone(UTC) for fold in (0, 1)}
