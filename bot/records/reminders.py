"""What is said when a case stands still: nobody has taken it, or no first meeting has been agreed.

Each kind is a row with its moment, and is said once. Working days follow Finland's public holidays and the hours of the
association; the promise of the first meeting counts in calendar days.
"""

from datetime import date, datetime, time, timedelta
from sqlite3 import Connection

from bot.clock import HELSINKI, Hours, after_working_days, moment, morning_of, stamp, working_moment

UNCLAIMED = {"unclaimed": 1, "long_unclaimed": 2}
"""Working days that a case waits before somebody is told."""

NO_MEETING = {"no_meeting_4": 4, "no_meeting_6": 6}
"""Days after the first contact by which a first meeting should be agreed."""


def waits(db: Connection, case: int, now: datetime, hours: Hours) -> None:
    """The case waits for a worker from now on."""
    _set(db, case, {kind: after_working_days(now, days, hours) for kind, days in UNCLAIMED.items()})


def claimed(db: Connection, case: int, now: datetime, hours: Hours) -> None:
    """A worker has the case: a meeting has to be agreed. What is past already is said on the next working morning."""
    (opened,) = db.execute(
        "SELECT max(at) FROM case_event WHERE case_id=? AND name IN ('opened', 'reopened')", (case,)
    ).fetchone()
    first: date = moment(opened).date()
    due = {kind: morning_of(first + timedelta(days=days), hours) for kind, days in NO_MEETING.items()}
    tomorrow = datetime.combine(now.astimezone(HELSINKI).date() + timedelta(days=1), time(), HELSINKI)
    soonest = working_moment(tomorrow, hours)
    moments: dict[datetime, str] = {}
    for kind, at in due.items():
        moments.setdefault(max(at, soonest), kind)  # of two on the same morning only the first is said
    _set(db, case, {kind: at for at, kind in moments.items()})


def over(db: Connection, case: int) -> None:
    """Nothing is to be said any more."""
    db.execute("DELETE FROM reminder WHERE case_id=?", (case,))


def due(db: Connection, now: datetime, limit: int = 50) -> list[tuple[int, str]]:
    """The cases and kinds whose moment has come, the oldest first."""
    return db.execute(
        "SELECT case_id, kind FROM reminder WHERE due_at <= ? ORDER BY due_at, case_id LIMIT ?", (stamp(now), limit)
    ).fetchall()


def said(db: Connection, case: int, kind: str) -> None:
    """It is said once."""
    db.execute("DELETE FROM reminder WHERE case_id=? AND kind=?", (case, kind))


def postpone(db: Connection, case: int, kind: str, now: datetime) -> None:
    """It could not be said; try again in an hour."""
    later = stamp(now + timedelta(hours=1))
    db.execute("UPDATE reminder SET due_at=? WHERE case_id=? AND kind=?", (later, case, kind))


def is_due(db: Connection, now: datetime) -> bool:
    """Whether a moment has come."""
    return db.execute("SELECT 1 FROM reminder WHERE due_at <= ? LIMIT 1", (stamp(now),)).fetchone() is not None


def _set(db: Connection, case: int, due: dict[str, datetime]) -> None:
    over(db, case)
    db.executemany(
        "INSERT INTO reminder (case_id, kind, due_at) VALUES (?,?,?)", [(case, k, stamp(at)) for k, at in due.items()]
    )
