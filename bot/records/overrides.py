"""Exceptions to the conditions of a joint meeting: one worker asks with a reason, a second one agrees."""

from sqlite3 import Connection

from bot.records.people import Person


def ask(db: Connection, person: Person, case: int, reason: str) -> bool:
    """Ask for an exception; one question a case at a time."""
    asked = "INSERT INTO override (case_id, reason, asked_by) VALUES (?,?,?) ON CONFLICT DO NOTHING"
    return db.execute(asked, (case, reason, person.id)).rowcount == 1


def agree(db: Connection, person: Person, case: int) -> bool:
    """A second worker agrees to the exception; nobody agrees to their own."""
    agreed = "UPDATE override SET agreed_by=?1 WHERE case_id=?2 AND agreed_by IS NULL AND asked_by<>?1"
    return db.execute(agreed, (person.id, case)).rowcount == 1


def forget(db: Connection, case: int) -> None:
    """An exception stands by two workers of the case: it goes with either of them."""
    db.execute(
        "DELETE FROM override WHERE case_id=?1 AND (asked_by NOT IN (SELECT person_id FROM work WHERE case_id=?1)"
        " OR agreed_by NOT IN (SELECT person_id FROM work WHERE case_id=?1))",
        (case,),
    )


def drop(db: Connection, case: int) -> bool:
    """There is no exception any more."""
    return db.execute("DELETE FROM override WHERE case_id=?", (case,)).rowcount == 1
