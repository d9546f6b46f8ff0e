"""When a worker is at work: the association's hours, the own week, exceptions, holidays, days away."""

import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from sqlite3 import Connection

import pytest

from bot import retention
from bot.database import migrate
from bot.records import people, plans, seats, work
from bot.records.people import Person
from tests.scenes import SHIPPED
from tests.theatre import MONDAY, SOUTH

HOURS = (9, 16)
USUAL = (9 * 60, 16 * 60)
TODAY = MONDAY.date()
TUESDAY, SATURDAY = TODAY + timedelta(days=1), TODAY + timedelta(days=5)
CHRISTMAS_EVE = date(2026, 12, 24)
"""A Thursday."""


@pytest.fixture
def db() -> Iterator[Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("PRAGMA foreign_keys=ON")
    migrate(connection)
    yield connection
    connection.close()


def worker(db: Connection, chat_id: int = 11) -> Person:
    person = people.meet(db, chat_id, "en", MONDAY)
    seats.accept(db, person, seats.invite(db, SOUTH, "worker", MONDAY + timedelta(hours=1)), "Tuuli", MONDAY)
    return person


@pytest.fixture
def tuuli(db: Connection) -> Person:
    return worker(db)


def test_without_a_plan_the_associations_hours_hold_on_working_days(db: Connection, tuuli: Person) -> None:
    assert plans.at_work(db, tuuli.id, TUESDAY, HOURS) == USUAL
    assert plans.at_work(db, tuuli.id, TUESDAY, (8, 24)) == (480, 1440)
    assert plans.at_work(db, tuuli.id, SATURDAY, HOURS) is None
    assert plans.at_work(db, tuuli.id, CHRISTMAS_EVE, HOURS) is None
    assert plans.week(db, tuuli.id, HOURS) == (USUAL,) * 5 + (None,) * 2


def test_the_own_week_comes_before_the_associations_hours(db: Connection, tuuli: Person) -> None:
    plans.set_weekday(db, tuuli, 1, (600, 1170))
    plans.set_weekday(db, tuuli, 5, (600, 720))
    plans.set_weekday(db, tuuli, 3, (600, 720))
    plans.set_weekday(db, tuuli, 3, None)
    assert plans.week(db, tuuli.id, HOURS) == (USUAL, (600, 1170), USUAL, None, USUAL, (600, 720), None)
    assert plans.at_work(db, tuuli.id, TUESDAY, HOURS) == (600, 1170)
    assert plans.at_work(db, tuuli.id, TUESDAY + timedelta(days=2), HOURS) is None
    assert plans.at_work(db, tuuli.id, SATURDAY, HOURS) == (600, 720)
    assert plans.at_work(db, tuuli.id, date(2026, 12, 26), HOURS) is None, "a Saturday, but Boxing Day"


def test_an_exception_comes_before_the_week_and_before_a_holiday(db: Connection, tuuli: Person) -> None:
    plans.set_day(db, tuuli, TUESDAY, None)
    plans.set_day(db, tuuli, CHRISTMAS_EVE, (600, 720))
    plans.set_day(db, tuuli, SATURDAY, (600, 660))
    plans.set_day(db, tuuli, SATURDAY, (600, 720))
    assert plans.at_work(db, tuuli.id, TUESDAY, HOURS) is None
    assert plans.at_work(db, tuuli.id, CHRISTMAS_EVE, HOURS) == (600, 720)
    assert plans.at_work(db, tuuli.id, SATURDAY, HOURS) == (600, 720)
    assert [*plans.exceptions(db, tuuli.id, TODAY)] == [TUESDAY, SATURDAY, CHRISTMAS_EVE]
    plans.drop_day(db, tuuli, TUESDAY)
    assert plans.at_work(db, tuuli.id, TUESDAY, HOURS) == USUAL


def test_days_away_come_before_everything(db: Connection, tuuli: Person) -> None:
    plans.set_day(db, tuuli, TUESDAY, (600, 720))
    work.set_away(db, tuuli, (TODAY, TUESDAY))
    days = plans.days_at_work(db, tuuli.id, TODAY, SATURDAY, HOURS)
    assert days == {TODAY + timedelta(days=n): USUAL for n in (2, 3, 4)}
    work.set_away(db, tuuli, None)
    assert plans.at_work(db, tuuli.id, TUESDAY, HOURS) == (600, 720)


def test_one_day_and_a_range_agree_over_a_year(db: Connection, tuuli: Person) -> None:
    plans.set_weekday(db, tuuli, 6, (600, 720))
    plans.set_day(db, tuuli, SATURDAY, (600, 720))
    work.set_away(db, tuuli, (date(2027, 7, 1), date(2027, 7, 31)))
    last = TODAY + timedelta(days=365)
    days = plans.days_at_work(db, tuuli.id, TODAY, last, HOURS)
    for day in (TODAY + timedelta(days=n) for n in range(366)):
        assert plans.at_work(db, tuuli.id, day, HOURS) == days.get(day)
    assert not [day for day in days if day.month == 7]


def test_a_plan_is_of_one_worker(db: Connection, tuuli: Person) -> None:
    vesa = worker(db, 12)
    plans.set_weekday(db, tuuli, 1, None)
    plans.set_day(db, tuuli, TODAY, None)
    plans.drop_day(db, vesa, TODAY)
    assert plans.at_work(db, vesa.id, TUESDAY, HOURS) == USUAL
    assert plans.at_work(db, vesa.id, TODAY, HOURS) == USUAL
    assert plans.at_work(db, tuuli.id, TODAY, HOURS) is None


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("week_plan", (7, 540, 600)),
        ("week_plan", (0, 600, 600)),
        ("week_plan", (0, 600, 1441)),
        ("week_plan", (0, -1, 600)),
        ("week_plan", (0, 600, None)),
        ("day_plan", ("2026-11-31", 540, 600)),
        ("day_plan", ("tomorrow", 540, 600)),
        ("day_plan", ("2026-11-30", 600, 540)),
        ("day_plan", ("2026-11-30", None, 600)),
    ],
)
def test_what_is_no_plan_is_not_stored(db: Connection, tuuli: Person, table: str, row: tuple[object, ...]) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        db.execute(f"INSERT INTO {table} VALUES (?,?,?,?)", (tuuli.id, *row))


def test_only_somebody_with_a_seat_has_a_plan_and_it_goes_with_the_seat(db: Connection, tuuli: Person) -> None:
    parent = people.meet(db, 13, "en", MONDAY)
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        plans.set_day(db, parent, TODAY, None)
    plans.set_weekday(db, tuuli, 1, None)
    plans.set_day(db, tuuli, TODAY, None)
    work.resign(db, tuuli, MONDAY)
    assert db.execute("SELECT (SELECT count(*) FROM week_plan), (SELECT count(*) FROM day_plan)").fetchone() == (0, 0)


def test_an_exception_goes_when_its_day_is_over_in_finland(db: Connection, tuuli: Person) -> None:
    plans.set_day(db, tuuli, TODAY, None)
    plans.set_day(db, tuuli, TUESDAY, None)
    midnight = MONDAY.replace(hour=22)
    retention.clean(db, midnight - timedelta(seconds=1), SHIPPED)
    assert [*plans.exceptions(db, tuuli.id, TODAY)] == [TODAY, TUESDAY]
    retention.clean(db, midnight, SHIPPED)
    assert [*plans.exceptions(db, tuuli.id, TODAY)] == [TUESDAY]
