"""What is due about meetings by itself: an agreement, a question asked again, reminders, that it is to be recorded."""

from datetime import datetime
from sqlite3 import Connection

from bot.clock import stamp


def start(db: Connection, meeting: int, kind: str, at: datetime) -> None:
    """Something is due about a meeting; an earlier moment of the same kind is replaced."""
    db.execute(
        "INSERT INTO meeting_due VALUES (?,?,?) ON CONFLICT DO UPDATE SET due_at=excluded.due_at",
        (meeting, kind, stamp(at)),
    )


def stop(db: Connection, meeting: int, *kinds: str) -> None:
    """It is no longer due."""
    db.executemany("DELETE FROM meeting_due WHERE meeting_id=? AND kind=?", [(meeting, kind) for kind in kinds])


def come(db: Connection, now: datetime, limit: int = 50) -> list[tuple[int, str]]:
    """The meetings and kinds whose moment has come, the oldest first."""
    return db.execute(
        "SELECT meeting_id, kind FROM meeting_due WHERE due_at <= ? ORDER BY due_at, meeting_id, kind LIMIT ?",
        (stamp(now), limit),
    ).fetchall()


def has_any_come(db: Connection, now: datetime) -> bool:
    """Whether a moment has come."""
    return db.execute("SELECT 1 FROM meeting_due WHERE due_at <= ? LIMIT 1", (stamp(now),)).fetchone() is not None
