"""When each worker is at work: the usual week, the exceptions for single dates, and what follows for a day.

The first of these decides about a day: the worker is away (never at work); an exception for this very date; a public
holiday (not at work); the worker's own weekday; the association's working hours, Monday to Friday.
"""

from datetime import date, timedelta
from sqlite3 import Connection

from bot.clock import Hours, is_holiday
from bot.records.people import Person
from conversations.facts import Span


def set_weekday(db: Connection, person: Person, weekday: int, span: Span | None) -> None:
    """From now on these are a weekday's hours (Monday is 0); None: not at work."""
    db.execute(
        "INSERT INTO week_plan (person_id, weekday, opens, closes) VALUES (?,?,?,?)"
        " ON CONFLICT DO UPDATE SET opens=excluded.opens, closes=excluded.closes",
        (person.id, weekday, *(span or (None, None))),
    )


def set_day(db: Connection, person: Person, day: date, span: Span | None) -> None:
    """An exception for one date; None: not at work."""
    db.execute(
        "INSERT INTO day_plan (person_id, day, opens, closes) VALUES (?,?,?,?)"
        " ON CONFLICT DO UPDATE SET opens=excluded.opens, closes=excluded.closes",
        (person.id, day.isoformat(), *(span or (None, None))),
    )


def drop_day(db: Connection, person: Person, day: date) -> None:
    """The date is as any other again."""
    db.execute("DELETE FROM day_plan WHERE person_id=? AND day=?", (person.id, day.isoformat()))


def forget(db: Connection, today: date) -> None:
    """Remove the exceptions that are over."""
    db.execute("DELETE FROM day_plan WHERE day < ?", (today.isoformat(),))


def week(db: Connection, person_id: int, default: Hours) -> tuple[Span | None, ...]:
    """The hours of each weekday from Monday on, without exceptions and holidays."""
    usual = (default[0] * 60, default[1] * 60)
    own = {
        weekday: _span(opens, closes)
        for weekday, opens, closes in db.execute(
            "SELECT weekday, opens, closes FROM week_plan WHERE person_id=?", (person_id,)
        )
    }
    return tuple(own.get(weekday, usual if weekday < 5 else None) for weekday in range(7))


def exceptions(db: Connection, person_id: int, first: date, last: date | None = None) -> dict[date, Span | None]:
    """The exceptions from one day until another, both included, in their order."""
    rows = db.execute(
        "SELECT day, opens, closes FROM day_plan WHERE person_id=? AND day BETWEEN ? AND ? ORDER BY day",
        (person_id, first.isoformat(), (last or date.max).isoformat()),
    )
    return {date.fromisoformat(day): _span(opens, closes) for day, opens, closes in rows}


def at_work(db: Connection, person_id: int, day: date, default: Hours) -> Span | None:
    """When a worker of an association with the hours ``default`` is at work on a day; None: not at all."""
    return days_at_work(db, person_id, day, day, default).get(day)


def days_at_work(db: Connection, person_id: int, first: date, last: date, default: Hours) -> dict[date, Span]:
    """The days, from one until another and both included, on which a worker is at work, and when."""
    usual, special = week(db, person_id, default), exceptions(db, person_id, first, last)
    away = db.execute("SELECT first_day, last_day FROM away WHERE person_id=?", (person_id,)).fetchone()
    found: dict[date, Span] = {}
    for day in (first + timedelta(days=n) for n in range((last - first).days + 1)):
        if away and away[0] <= day.isoformat() <= away[1]:
            continue
        span = special[day] if day in special else None if is_holiday(day) else usual[day.weekday()]
        if span:
            found[day] = span
    return found


def _span(opens: int | None, closes: int | None) -> Span | None:
    return None if opens is None or closes is None else (opens, closes)
