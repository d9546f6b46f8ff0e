"""The other parent's way into a case: the link, who opened it, and what they told until a worker confirms.

Every change is a compare-and-set that reports what it came to; who may make it was asked before.
"""

from datetime import datetime
from sqlite3 import Connection
from typing import Literal

import msgspec

from bot.clock import moment, stamp
from bot.records import cases
from bot.records.cases import Answers
from bot.records.people import Person
from bot.records.seats import hashed, new_code
from conversations import contact
from conversations.facts import Guest, Invited, Request

_MADE = "('invited', 'link_made')"
"""The events by which a link is made: by a worker, by a parent."""


def make(db: Connection, case: int, expires_at: datetime) -> str | None:
    """A one-time code for the other parent; None if the case has an invitation already."""
    code = new_code()
    made = db.execute(
        "INSERT INTO invited (case_id, code_hash, expires_at) VALUES (?,?,?) ON CONFLICT (case_id) DO NOTHING",
        (case, hashed(code), stamp(expires_at)),
    ).rowcount
    return code if made else None


def revoke(db: Connection, case: int) -> bool:
    """A link that nobody has opened works no more."""
    return db.execute("DELETE FROM invited WHERE case_id=? AND person_id IS NULL", (case,)).rowcount == 1


def open_link(db: Connection, person: Person, code: str, now: datetime) -> int:
    """Use up a link; the case it belongs to."""
    row = db.execute(
        "UPDATE invited SET person_id=? WHERE code_hash=? AND person_id IS NULL AND expires_at > ? RETURNING case_id",
        (person.id, hashed(code), stamp(now)),
    ).fetchone()
    if row is None:
        raise LookupError("the link is gone")
    return int(row[0])


def of(db: Connection, person: Person) -> Invited | None:
    """What an invited person may know: the association, and whether the answers are sent."""
    row = db.execute(
        "SELECT c.association, i.answers IS NOT NULL FROM invited i JOIN cases c ON c.id=i.case_id WHERE i.person_id=?",
        (person.id,),
    ).fetchone()
    return Invited(row[0], bool(row[1])) if row else None


def guest(db: Connection, case: int) -> Guest | None:
    """How the invitation of a case stands, for its workers."""
    row = db.execute(
        "SELECT i.expires_at, i.person_id, i.answers, p.locale, (SELECT e.name FROM case_event e WHERE"
        f" e.case_id=i.case_id AND e.name IN {_MADE} ORDER BY e.id DESC LIMIT 1)='link_made'"
        " FROM invited i LEFT JOIN person p ON p.id=i.person_id WHERE i.case_id=?",
        (case,),
    ).fetchone()
    if row is None:
        return None
    answers = msgspec.json.decode(row[2], type=Answers) if row[2] else {}
    return Guest(moment(row[0]), row[1], row[2] is not None, answers, row[3] or "fi", bool(row[4]))


def link_of(db: Connection, person: Person, request: Request) -> Literal["no", "may", "made"]:
    """Whether a parent may hand over a link, or a link was made in this case, by whomever. What became of it is never
    looked at: nothing that this parent sees may depend on it."""
    talked = cases.has_talked_alone(db, request.case, person.id)
    anew = cases.has_reconsidered(db, request.case, person.id)
    if request.invited or not contact.hands_over(request.answers, anew, talked):
        return "no"
    made = f"SELECT 1 FROM case_event WHERE case_id=? AND name IN {_MADE}"
    return "made" if db.execute(made, (request.case,)).fetchone() else "may"


def case_of(db: Connection, person: Person) -> int | None:
    """The case whose link a person has opened."""
    row = db.execute("SELECT case_id FROM invited WHERE person_id=?", (person.id,)).fetchone()
    return row[0] if row else None


def answer(db: Connection, person: Person, answers: Answers) -> bool:
    """Keep what an invited person told, once, until a worker confirms who it is."""
    told = "UPDATE invited SET answers=? WHERE person_id=? AND answers IS NULL"
    return db.execute(told, (msgspec.json.encode(answers).decode(), person.id)).rowcount == 1


def take(db: Connection, case: int, person: int) -> Answers | None:
    """End an invitation that has been answered by this person: what was told."""
    row = db.execute(
        "DELETE FROM invited WHERE case_id=? AND person_id=? AND answers IS NOT NULL RETURNING answers", (case, person)
    ).fetchone()
    return msgspec.json.decode(row[0], type=Answers) if row else None


def drop(db: Connection, case: int) -> Person | None:
    """End an invitation however it stands; who had opened its link."""
    row = db.execute("DELETE FROM invited WHERE case_id=? RETURNING person_id", (case,)).fetchone()
    if row is None or row[0] is None:
        return None
    return Person(*db.execute("SELECT id, chat_id, locale FROM person WHERE id=?", (row[0],)).fetchone())


def answered(db: Connection, case: int) -> Person | None:
    """Whoever has sent answers and is not confirmed yet."""
    row = db.execute(
        "SELECT p.id, p.chat_id, p.locale FROM invited i JOIN person p ON p.id=i.person_id"
        " WHERE i.case_id=? AND i.answers IS NOT NULL",
        (case,),
    ).fetchone()
    return Person(*row) if row else None


def keep_until(db: Connection, case: int, until: datetime) -> None:
    """How long sent answers wait for a worker."""
    db.execute("UPDATE invited SET expires_at=? WHERE case_id=? AND answers IS NOT NULL", (stamp(until), case))


def is_opened(db: Connection, case: int) -> bool:
    """Whether somebody has come by the link and is not confirmed yet."""
    return db.execute("SELECT 1 FROM invited WHERE case_id=? AND person_id IS NOT NULL", (case,)).fetchone() is not None


def expired(db: Connection, now: datetime, limit: int = 50) -> list[int]:
    """Cases whose link nobody has opened in time. What was opened has a timer of its own."""
    rows = db.execute(
        "SELECT case_id FROM invited WHERE person_id IS NULL AND expires_at <= ? LIMIT ?", (stamp(now), limit)
    )
    return [case for (case,) in rows.fetchall()]
