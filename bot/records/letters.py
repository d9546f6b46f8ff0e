"""Practical messages between one party and the workers of the case. They live as long as `life.letter` says."""

from datetime import datetime, timedelta
from sqlite3 import Connection

from bot.clock import stamp


def keep(db: Connection, case: int, party: int, words: str, now: datetime, *, from_us: bool) -> None:
    """Keep a message."""
    db.execute(
        "INSERT INTO letter (case_id, party, from_us, words, at) VALUES (?,?,?,?,?)",
        (case, party, from_us, words, stamp(now)),
    )


def begin_talk(db: Connection, case: int, party: int, until: datetime) -> None:
    """Until then a human has the talk with this party."""
    db.execute("UPDATE party SET talk_until=? WHERE case_id=? AND person_id=?", (stamp(until), case, party))


def end_talk(db: Connection, case: int, party: int) -> None:
    """The bot answers this party again."""
    db.execute("UPDATE party SET talk_until=NULL WHERE case_id=? AND person_id=?", (case, party))


def drop_unsent(db: Connection, chat_id: int) -> None:
    """What still waits for a safe hour is not said any more: the case is over."""
    db.execute("DELETE FROM outbox WHERE chat_id=? AND kind='notice' AND status='waiting'", (chat_id,))


def forget(db: Connection, now: datetime, hours: int) -> None:
    """Remove the messages whose time is over."""
    db.execute("DELETE FROM letter WHERE at <= ?", (stamp(now - timedelta(hours=hours)),))
