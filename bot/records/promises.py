"""Whether each association kept the promise of the first meeting: looked at once, when the promised day is over."""

from datetime import date, datetime
from sqlite3 import Connection

from bot.clock import HELSINKI, moment, stamp
from bot.records.meetings import SINCE

_OPENING = "(SELECT count(*) FROM case_event e WHERE e.case_id=cases.id AND e.name='reopened')"
"""How often a case has been opened again: each time the promise is given anew, and counted for itself."""

_DUE = f"""first_meeting_by < ? AND NOT EXISTS (
 SELECT 1 FROM promise p WHERE p.case_id=cases.id AND p.opening={_OPENING})"""
_OPEN = "status IN ('waiting', 'claimed')"


def is_due(db: Connection, now: datetime) -> bool:
    """Whether the promised day of an open case is over and nobody has looked yet."""
    return db.execute(f"SELECT 1 FROM cases WHERE {_OPEN} AND {_DUE} LIMIT 1", (_today(now),)).fetchone() is not None


def look(db: Connection, now: datetime) -> None:
    """Write down, for the association that has the case, whether its first meeting was held in time."""
    found = f"SELECT id, {_OPENING}, association, first_meeting_by FROM cases WHERE {_OPEN} AND {_DUE}"
    for case, opening, association, by in db.execute(found, (_today(now),)).fetchall():
        held = db.execute(
            "SELECT min(starts_at) FROM meeting m WHERE case_id=? AND promised=1 AND status IN ('agreed', 'held')"
            f" AND starts_at + 60 * minutes <= ? AND {SINCE}",
            (case, stamp(now)),
        ).fetchone()[0]
        kept = held is not None and moment(held).date() <= date.fromisoformat(by)
        db.execute("INSERT INTO promise VALUES (?,?,?,?)", (case, opening, association, kept))


def missed(db: Connection, case: int) -> None:
    """A meeting that was taken for held was not: the case is looked at once more, as it was last opened."""
    opening = f"(SELECT {_OPENING} FROM cases WHERE id=?1)"
    db.execute(f"DELETE FROM promise WHERE case_id=?1 AND opening={opening}", (case,))


def kept(db: Connection, association: str) -> tuple[int, int]:
    """In how many cases an association has kept its promise, and of how many."""
    found = "SELECT coalesce(sum(kept), 0), count(*) FROM promise WHERE association=?"
    counted: tuple[int, int] = db.execute(found, (association,)).fetchone()
    return counted


def _today(now: datetime) -> str:
    return now.astimezone(HELSINKI).date().isoformat()
