"""Working days and hours: weekends, Finland's holidays, the change to summer time and back."""

from datetime import UTC, date, datetime

import pytest

from bot.clock import HELSINKI, after_working_days, holiday_name, is_working_day, morning_of, working_moment

HOURS = (9, 16)


def at(local: str) -> datetime:
    """A moment by the clock on a wall in Helsinki."""
    return datetime.fromisoformat(local).replace(tzinfo=HELSINKI)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2026-12-04", True),
        ("2026-12-06", False),  # Independence Day, a Sunday: Monday makes up for nothing
        ("2026-12-07", True),
        ("2026-12-24", False),
        ("2026-12-25", False),
        ("2026-12-28", True),
        ("2027-01-01", False),
        ("2027-01-06", False),
        ("2027-03-26", False),
        ("2027-03-29", False),
        ("2027-12-06", False),
    ],
)
def test_holidays_are_no_working_days(day: str, works: bool) -> None:
    assert is_working_day(date.fromisoformat(day)) == works


@pytest.mark.parametrize(("locale", "name"), [("fi", "Jouluaatto"), ("sv", "Julafton"), ("en", "Christmas Eve")])
def test_a_holiday_has_its_name_in_every_language(locale: str, name: str) -> None:
    assert holiday_name(date(2026, 12, 24), locale) == name
    assert holiday_name(date(2026, 12, 23), locale) is None


@pytest.mark.parametrize(
    ("now", "somebody_is_there"),
    [
        ("2026-11-23 08:59", "2026-11-23 09:00"),
        ("2026-11-23 09:00", "2026-11-23 09:00"),
        ("2026-11-23 15:59", "2026-11-23 15:59"),
        ("2026-11-23 16:00", "2026-11-24 09:00"),
        ("2026-11-27 16:30", "2026-11-30 09:00"),
        ("2026-12-05 12:00", "2026-12-07 09:00"),
        ("2026-12-23 17:00", "2026-12-28 09:00"),
        ("2026-12-31 16:00", "2027-01-04 09:00"),
        ("2027-01-05 23:59", "2027-01-07 09:00"),
        ("2027-03-25 16:00", "2027-03-30 09:00"),
        ("2027-03-28 03:30", "2027-03-30 09:00"),
        ("2027-10-31 03:30", "2027-11-01 09:00"),
    ],
)
def test_the_first_moment_at_which_somebody_is_at_work(now: str, somebody_is_there: str) -> None:
    assert working_moment(at(now).astimezone(UTC), HOURS) == at(somebody_is_there)


@pytest.mark.parametrize(
    ("now", "days", "later"),
    [
        ("2026-11-23 10:00", 1, "2026-11-24 10:00"),
        ("2026-11-23 10:00", 2, "2026-11-25 10:00"),
        ("2026-11-27 15:30", 1, "2026-11-30 15:30"),
        ("2026-11-28 12:00", 1, "2026-12-01 09:00"),
        ("2026-12-04 10:00", 1, "2026-12-07 10:00"),
        ("2026-12-23 12:00", 1, "2026-12-28 12:00"),
        ("2026-12-31 12:00", 2, "2027-01-05 12:00"),
        ("2027-03-25 10:00", 1, "2027-03-30 10:00"),
        ("2027-10-29 15:00", 1, "2027-11-01 15:00"),
    ],
)
def test_working_days_later_it_is_the_same_time_of_day(now: str, days: int, later: str) -> None:
    assert after_working_days(at(now).astimezone(UTC), days, HOURS) == at(later)


def test_a_night_in_which_the_clock_is_changed_does_not_move_the_time_of_day() -> None:
    before, after = at("2027-03-25 10:00"), after_working_days(at("2027-03-25 10:00"), 1, HOURS)
    assert (before.astimezone(UTC).hour, after.astimezone(UTC).hour) == (8, 7)
    before, after = at("2027-10-29 10:00"), after_working_days(at("2027-10-29 10:00"), 1, HOURS)
    assert (before.astimezone(UTC).hour, after.astimezone(UTC).hour) == (7, 8)


@pytest.mark.parametrize(
    ("day", "morning"),
    [
        ("2026-11-27", "2026-11-27"),
        ("2026-11-29", "2026-11-27"),
        ("2026-12-06", "2026-12-04"),
        ("2026-12-27", "2026-12-23"),
        ("2027-01-01", "2026-12-31"),
        ("2027-03-29", "2027-03-25"),
        ("2027-10-31", "2027-10-29"),
    ],
)
def test_the_morning_of_a_day_off_is_that_of_the_working_day_before(day: str, morning: str) -> None:
    assert morning_of(date.fromisoformat(day), HOURS) == at(f"{morning} 09:00")
