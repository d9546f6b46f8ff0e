"""A case that goes to another association: what goes along with one parent, and what stays with whoever does not."""

from collections.abc import Callable
from datetime import datetime
from sqlite3 import Connection

from bot.records import cases, goals, meetings, notes
from bot.records.people import Person
from conversations import life


def split(db: Connection, case: int, person: Person, draw: Callable[[], str]) -> int | None:
    """Before a case goes to another association with one parent: whoever else is or was invited here stays, in a case
    of their own. None if there is nobody else."""
    others = db.execute(
        "SELECT 1 FROM party WHERE case_id=?1 AND person_id<>?2 UNION ALL"
        " SELECT 1 FROM invited WHERE case_id=?1 AND person_id IS NOT NULL",
        (case, person.id),
    ).fetchone()
    if others is None:
        return None
    reference = draw()
    while db.execute("SELECT 1 FROM cases WHERE reference=?", (reference,)).fetchone():
        reference = draw()
    copied = "association, stage, source, sector, opened_at, first_meeting_by, claimed_at"
    (stays,) = db.execute(
        f"INSERT INTO cases (reference, {copied}) SELECT ?, {copied} FROM cases WHERE id=? RETURNING id",
        (reference, case),
    ).fetchone()
    db.execute("UPDATE party SET case_id=? WHERE case_id=? AND person_id<>?", (stays, case, person.id))
    db.execute("UPDATE letter SET case_id=? WHERE case_id=? AND party<>?", (stays, case, person.id))
    db.execute("UPDATE invited SET case_id=? WHERE case_id=?", (stays, case))
    meetings.stay(db, case, stays)
    goals.stay(db, case, stays)
    notes.stay(db, case, stays)
    db.execute("INSERT INTO conflict SELECT ?, chat_id FROM conflict WHERE case_id=?", (stays, case))
    told = "at, name, detail, person_id, parent, meeting"
    of_it = "meeting IN (SELECT id FROM meeting WHERE case_id=?1)"
    db.execute(
        f"INSERT INTO case_event (case_id, {told}) SELECT ?1, {told} FROM case_event WHERE case_id=?2"
        f" AND (meeting IS NULL OR {of_it}) ORDER BY id",
        (stays, case),
    )
    db.execute(f"DELETE FROM case_event WHERE case_id=?2 AND {of_it}", (stays, case))
    for parted in (case, stays):
        cases.sign_risk(db, parted)
        names = db.execute("SELECT name FROM case_event WHERE case_id=? ORDER BY id", (parted,))
        stage = life.replayed(name for (name,) in names.fetchall())
        db.execute("UPDATE cases SET stage=? WHERE id=?", (stage, parted))
    return int(stays)


def move(db: Connection, case: int, association: str, now: datetime) -> None:
    """A case that waits goes to another association, where its start and its goals are agreed anew. What the workers
    noted does not go along."""
    db.execute("UPDATE cases SET association=? WHERE id=? AND status='waiting'", (association, case))
    db.execute("UPDATE party SET form=NULL WHERE case_id=?", (case,))
    goals.forget_words(db, case)
    db.execute("DELETE FROM note WHERE case_id=?", (case,))
    cases.log(db, case, "moved", now)
