"""Parents who are or will be asked for feedback. How an invitation ended stands nowhere: its row just goes.

`bot.records.feedback` keeps what is counted; nothing there leads back to here.
"""

from datetime import datetime, timedelta
from sqlite3 import Connection
from typing import Literal

import msgspec
from msgspec import Struct

from bot.clock import HELSINKI, moment, stamp
from bot.records import feedback
from bot.records.cases import Answers
from bot.records.people import Person
from conversations.feedback_facts import Audience, Survey

Stage = Literal["waits", "asked", "reminded"]

_HOLDS = """(CASE s.kind WHEN 'meeting' THEN EXISTS (SELECT 1 FROM party y WHERE y.person_id=s.person_id)
 ELSE EXISTS (SELECT 1 FROM former f WHERE f.person_id=s.person_id) END)"""
"""The person still is what they were asked as: a party, or one whose meetings have ended."""


class Invitation(Struct, frozen=True):
    """Somebody who is or will be asked; ``until`` then they can answer; after which ``meeting``, or 0."""

    kind: Audience
    association: str
    case: int
    length: str
    token: bytes
    stage: Stage
    until: datetime
    meeting: int = 0


class Party(Struct, frozen=True):
    """Whom to ask: a party of a case with what they told."""

    person: Person
    number: int
    answers: Answers


def parties(db: Connection, case: int) -> list[Party]:
    """The parties of a case."""
    rows = db.execute(
        "SELECT w.id, w.chat_id, w.locale, p.number, p.answers FROM party p JOIN person w ON w.id=p.person_id"
        " WHERE p.case_id=? ORDER BY p.number",
        (case,),
    )
    return [Party(Person(*row[:3]), row[3], msgspec.json.decode(row[4], type=Answers)) for row in rows]


def invite(db: Connection, person: Person, kind: Audience, case: int, due: datetime, meeting: int = 0) -> None:
    """Somebody will be asked, in place of what they were asked before."""
    drop(db, person)
    db.execute(
        "INSERT INTO survey (person_id, association, kind, case_id, meeting_id, length, token, due_at, until)"
        " SELECT ?, association, ?, id, ?, ?, ?, ?, ? FROM cases WHERE id=?",
        (
            person.id,
            kind,
            meeting or None,
            feedback.length_of(db, case),
            feedback.new_token(),
            stamp(due),
            stamp(due),
            case,
        ),
    )


def get(db: Connection, person: Person) -> Invitation | None:
    """How somebody is asked; None if not, or not any more."""
    row = db.execute(
        "SELECT kind, association, case_id, length, token, stage, until, meeting_id FROM survey s"
        f" WHERE person_id=? AND {_HOLDS}",
        (person.id,),
    ).fetchone()
    if row is None:
        return None
    kind, association, case, length, token, stage, until, meeting = row
    return Invitation(kind, association, case, length, token, stage, moment(until), meeting or 0)


def is_open(invitation: Invitation, now: datetime) -> bool:
    """Whether it can be answered now."""
    return invitation.stage != "waits" and now < invitation.until


def of(db: Connection, person: Person, now: datetime) -> Survey | None:
    """What a parent is asked now."""
    kept = get(db, person)
    if kept is None or not is_open(kept, now):
        return None
    reader = feedback.reader(db, kept.association)
    last_whole_day = (kept.until.astimezone(HELSINKI) - timedelta(days=1)).date()
    return Survey(kept.kind, last_whole_day, reader is not None, reader[1] if reader else "")


def go_on(db: Connection, person: Person, stage: Stage, due: datetime, until: datetime) -> None:
    """The next stage has begun; what follows is due then."""
    db.execute(
        "UPDATE survey SET stage=?, due_at=?, until=? WHERE person_id=?",
        (stage, stamp(due), stamp(until), person.id),
    )


def drop(db: Connection, person: Person) -> bool:
    """Somebody is not asked any more; False if they were not."""
    return db.execute("DELETE FROM survey WHERE person_id=?", (person.id,)).rowcount == 1


def is_due(db: Connection, now: datetime) -> bool:
    """Whether anything is due."""
    return bool(due(db, now, 1))


def due(db: Connection, now: datetime, limit: int = 50) -> list[Person]:
    """Whom something is due for, the oldest first."""
    rows = db.execute(
        "SELECT w.id, w.chat_id, w.locale FROM survey s JOIN person w ON w.id=s.person_id WHERE s.due_at <= ?"
        " ORDER BY s.due_at, w.id LIMIT ?",
        (stamp(now), limit),
    )
    return [Person(*row) for row in rows]


def postpone(db: Connection, person: Person, due: datetime) -> None:
    """Try again later."""
    db.execute("UPDATE survey SET due_at=? WHERE person_id=?", (stamp(due), person.id))
