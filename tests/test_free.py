"""Free times: inside the hours of all, beside the appointments of all, never in the past, summer time or not."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from bot.clock import HELSINKI
from bot.free import free_times

SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)
TUESDAY = date(2026, 11, 24)
NIGHT = (0, 6 * 60)
MINUTE = timedelta(minutes=1)
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def at(day: date, clock: str) -> datetime:
    """A moment by the clock on a wall in Helsinki."""
    return datetime.combine(day, time.fromisoformat(clock), HELSINKI).astimezone(UTC)


def clocks(times: tuple[datetime, ...]) -> list[str]:
    return [f"{start.astimezone(HELSINKI):%H:%M}" for start in times]


def nine_to(hour: int) -> dict[date, tuple[int, int]]:
    return {TUESDAY: (9 * 60, hour * 60)}


def test_a_meeting_starts_on_full_and_half_hours_and_ends_before_work_does() -> None:
    found = free_times([nine_to(12)], [], 90, LONG_AGO)
    assert {day: clocks(times) for day, times in found.items()} == {TUESDAY: ["09:00", "09:30", "10:00", "10:30"]}
    assert clocks(free_times([{TUESDAY: (555, 660)}], [], 45, LONG_AGO)[TUESDAY]) == ["09:30", "10:00"]


def test_a_pair_meets_when_both_are_there_and_neither_is_busy() -> None:
    busy = [(at(TUESDAY, "12:00"), at(TUESDAY, "13:00"))]
    found = free_times([nine_to(16), {TUESDAY: (660, 1200)}], busy, 60, LONG_AGO)
    assert clocks(found[TUESDAY]) == ["11:00", "13:00", "13:30", "14:00", "14:30", "15:00"]
    assert free_times([nine_to(16), {}], [], 60, LONG_AGO) == {}, "one of them is not there at all"
    assert free_times([], [], 60, LONG_AGO) == {}, "without anybody there is no meeting"


def test_nothing_begins_sooner_than_the_notice() -> None:
    now = at(TUESDAY, "09:10")
    assert clocks(free_times([nine_to(12)], [], 30, now)[TUESDAY])[0] == "09:30"
    assert clocks(free_times([nine_to(12)], [], 30, now, timedelta(hours=2))[TUESDAY]) == ["11:30"]
    assert free_times([nine_to(12)], [], 30, now, timedelta(hours=3)) == {}


def test_in_spring_the_hour_that_is_left_out_is_no_time() -> None:
    times = free_times([{SPRING: NIGHT}], [], 60, LONG_AGO)[SPRING]
    assert clocks(times) == ["00:00", "00:30", "01:00", "01:30", "02:00", "02:30", "04:00", "04:30", "05:00"]
    assert clocks((times[5] + timedelta(hours=1),)) == ["04:30"], "an hour later by the stopwatch"


def test_in_autumn_the_hour_that_comes_twice_is_no_time() -> None:
    times = free_times([{AUTUMN: NIGHT}], [], 60, LONG_AGO)[AUTUMN]
    assert clocks(times) == ["00:00", "00:30", "01:00", "01:30", "02:00", "02:30", "04:00", "04:30", "05:00"]
    assert clocks(free_times([{AUTUMN: (60, 210)}], [], 60, LONG_AGO)[AUTUMN])[-1] == "02:30"
    assert clocks(free_times([{AUTUMN: (60, 210)}], [], 90, LONG_AGO)[AUTUMN])[-1] == "02:00", "03:59 is out of hours"


def test_work_until_midnight() -> None:
    assert clocks(free_times([{TUESDAY: (1380, 1440)}], [], 30, LONG_AGO)[TUESDAY]) == ["23:00", "23:30"]


DAYS = [TUESDAY, TUESDAY + timedelta(days=1), SPRING, SPRING - timedelta(days=1), AUTUMN, AUTUMN - timedelta(days=1)]
SPANS = st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda span: span[0] < span[1])
PLANS = st.lists(st.dictionaries(st.sampled_from(DAYS), SPANS), min_size=1, max_size=3)


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    """A moment on or around one of the days, in either time zone."""
    midnight = datetime.combine(draw(st.sampled_from(DAYS)), time(), HELSINKI).astimezone(UTC)
    moment = midnight + draw(st.integers(-1500, 3000)) * MINUTE
    return moment.astimezone(draw(st.sampled_from([UTC, HELSINKI])))


@st.composite
def appointments(draw: st.DrawFn) -> tuple[datetime, datetime]:
    start = draw(moments())
    return start, start.astimezone(UTC) + draw(st.integers(1, 300)) * MINUTE


@given(PLANS, st.lists(appointments(), max_size=6), st.integers(15, 180), moments(), st.integers(0, 48))
@example([{SPRING: (0, 1440)}], [], 90, LONG_AGO, 0)
@example([{AUTUMN: (0, 1440)}], [], 90, LONG_AGO, 0)
def test_whatever_is_found_fits(
    plans: list[dict[date, tuple[int, int]]],
    busy: list[tuple[datetime, datetime]],
    minutes: int,
    now: datetime,
    hours: int,
) -> None:
    for day, times in free_times(plans, busy, minutes, now, timedelta(hours=hours)).items():
        assert times
        assert list(times) == sorted(set(times))
        for start in times:
            assert start >= now.astimezone(UTC) + timedelta(hours=hours)
            assert start.astimezone(HELSINKI).minute in (0, 30)
            taken = [(since.astimezone(UTC), until.astimezone(UTC)) for since, until in busy]
            for lived in (start + n * MINUTE for n in range(minutes)):
                wall = lived.astimezone(HELSINKI)
                assert wall.date() == day
                assert all(opens <= wall.hour * 60 + wall.minute < closes for opens, closes in (p[day] for p in plans))
                assert not any(since <= lived < until for since, until in taken)
        readings = clocks(times)
        assert len(set(readings)) == len(readings), "no time on the wall means two moments"


@given(PLANS, st.lists(appointments(), max_size=6), st.integers(15, 180), moments())
def test_nothing_that_fits_is_left_out(
    plans: list[dict[date, tuple[int, int]]], busy: list[tuple[datetime, datetime]], minutes: int, now: datetime
) -> None:
    found = free_times(plans, busy, minutes, now)
    taken = [(since.astimezone(UTC), until.astimezone(UTC)) for since, until in busy]
    for day in DAYS:
        if day in (SPRING, AUTUMN) or not all(day in plan for plan in plans):
            continue
        for half in range(48):
            start = at(day, f"{half // 2:02}:{half % 2 * 30:02}")
            fits = all(plan[day][0] <= half * 30 and half * 30 + minutes <= plan[day][1] for plan in plans)
            apart = not any(start < until and since < start + minutes * MINUTE for since, until in taken)
            assert (start in found.get(day, ())) == (fits and apart and start >= now.astimezone(UTC))
