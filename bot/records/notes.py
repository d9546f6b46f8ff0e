"""Short notes on a case. They live as long as `life.note` says, and go with the parent they are about."""

from datetime import date, datetime, timedelta
from sqlite3 import Connection

from bot.clock import moment, stamp
from bot.records import standing
from bot.records.people import Person
from conversations.goal_facts import Note


def of_case(db: Connection, person: Person, case: int, today: date) -> tuple[Note, ...]:
    """The notes of a case, the newest first, for its own workers only."""
    if not standing.may(db, person, "work", case, today):
        return ()
    rows = db.execute(
        "SELECT n.id, n.at, s.name, n.parent, n.words, n.person_id IS ?2 FROM note n"
        " LEFT JOIN seat s ON s.person_id=n.person_id WHERE n.case_id=?1 ORDER BY n.at DESC, n.id DESC",
        (case, person.id),
    )
    return tuple(
        Note(note, moment(at), by or "", parent, words, bool(own)) for note, at, by, parent, words, own in rows
    )


def write(db: Connection, person: Person, case: int, parent: int, words: str, now: datetime) -> bool:
    """Keep a note; False if the parent it is about is not there."""
    written = (
        "INSERT INTO note (case_id, parent, person_id, words, at) SELECT ?1, ?2, ?3, ?4, ?5 WHERE CASE ?2"
        " WHEN 0 THEN (SELECT count(*) FROM party WHERE case_id=?1) <> 1"
        " ELSE EXISTS (SELECT 1 FROM party WHERE case_id=?1 AND number=?2) END"
    )
    return db.execute(written, (case, parent, person.id, words, stamp(now))).rowcount == 1


def drop(db: Connection, person: Person, case: int, note: int) -> bool:
    """The writer removes a note."""
    dropped = "DELETE FROM note WHERE id=? AND case_id=? AND person_id=?"
    return db.execute(dropped, (note, case, person.id)).rowcount == 1


def stay(db: Connection, case: int, stays: int) -> None:
    """What is about whoever does not go along to another association alone stays where it is: in the case ``stays``."""
    db.execute(
        "UPDATE note SET case_id=?2 WHERE case_id=?1 AND parent IN (SELECT number FROM party WHERE case_id=?2)",
        (case, stays),
    )


def forget(db: Connection, now: datetime, hours: int) -> None:
    """Remove the notes whose time is over."""
    db.execute("DELETE FROM note WHERE at <= ?", (stamp(now - timedelta(hours=hours)),))


def forget_case(db: Connection, case: int) -> None:
    """A case is over: what is about nobody who can still come back to it goes."""
    db.execute(
        "DELETE FROM note AS n WHERE case_id=?"
        " AND NOT EXISTS (SELECT 1 FROM former f WHERE f.case_id=n.case_id AND f.number=n.parent)",
        (case,),
    )
