"""Seats of workers, leads and coordinators, and the one-time doors: invitations and the buttons of notices.

A code is 128 random bits; only its hash is stored, it works once and expires. 128 bits fit a deep link, whose payload
holds at most 64 characters (Bot API, deep linking).
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime
from sqlite3 import Connection

from bot.clock import stamp
from bot.records.people import Person
from conversations.entries import CaseEntry, Entry, GuestEntry, HandoverEntry, InvitationEntry, UnknownEntry
from conversations.facts import Role

CASE_LINK = "c-"
"""A deep link with this prefix and a reference opens a case for those who may see it; it is no secret."""


def new_code(draw: Callable[[], str] = lambda: secrets.token_urlsafe(16)) -> str:
    """A one-time code of 128 random bits that does not look like the link to a case."""
    code = draw()
    while code.startswith(CASE_LINK):
        code = draw()
    return code


def invite(db: Connection, association: str, role: Role, expires_at: datetime) -> str:
    """Make a one-time code."""
    code = new_code()
    db.execute(
        "INSERT INTO invitation (code_hash, association, role, expires_at) VALUES (?,?,?,?)",
        (hashed(code), association, role, stamp(expires_at)),
    )
    return code


def entry(db: Connection, payload: str, name: str, now: datetime) -> Entry:
    """What is behind the payload of a deep link that somebody called ``name`` opened."""
    if payload.startswith(CASE_LINK):
        row = db.execute("SELECT id FROM cases WHERE reference=?", (payload.removeprefix(CASE_LINK),)).fetchone()
        return CaseEntry(row[0] if row else 0)  # unknown and forbidden must look alike, so both are looked up later
    row = db.execute(
        "SELECT role, association FROM invitation WHERE code_hash=? AND used_at IS NULL AND expires_at > ?",
        (hashed(payload), stamp(now)),
    ).fetchone()
    if row:
        return InvitationEntry(row[0], row[1], payload, name)
    link = "SELECT 1 FROM handover WHERE code_hash=? AND used_at IS NULL AND expires_at > ?"
    if db.execute(link, (hashed(payload), stamp(now))).fetchone():
        return HandoverEntry(payload)
    other = "SELECT 1 FROM invited WHERE code_hash=? AND person_id IS NULL AND expires_at > ?"
    if db.execute(other, (hashed(payload), stamp(now))).fetchone():
        return GuestEntry(payload)
    return UnknownEntry()


def accept(db: Connection, person: Person, payload: str, name: str, now: datetime) -> None:
    """Use up a code and take its seat; a code that has just gone is a LookupError."""
    row = db.execute(
        "UPDATE invitation SET used_at=?1 WHERE code_hash=?2 AND used_at IS NULL AND expires_at > ?1"
        " RETURNING association, role",
        (stamp(now), hashed(payload)),
    ).fetchone()
    if row is None:
        raise LookupError("the invitation is gone")
    db.execute(
        "INSERT INTO seat (person_id, association, role, name, taken_at) VALUES (?,?,?,?,?)",
        (person.id, *row, name, stamp(now)),
    )


def seat_of(db: Connection, person: Person) -> tuple[Role, str, str] | None:
    """Role, association and name of a person, None without a seat."""
    return db.execute("SELECT role, association, name FROM seat WHERE person_id=?", (person.id,)).fetchone()  # type: ignore[no-any-return]


def name(db: Connection, chat_id: int, called: str) -> None:
    """Seats that were taken before names were kept get theirs when their people next do something."""
    db.execute(
        "UPDATE seat SET name=? WHERE name='' AND person_id=(SELECT id FROM person WHERE chat_id=?)", (called, chat_id)
    )


def association_of_user(db: Connection, user_id: int) -> str | None:
    """The association of somebody with a seat, by the Telegram user (whose id is that of the private chat)."""
    row = db.execute(
        "SELECT association FROM seat s JOIN person p ON p.id=s.person_id WHERE p.chat_id=?", (user_id,)
    ).fetchone()
    return row[0] if row else None


def leads(db: Connection, association: str) -> list[Person]:
    """The leads of an association."""
    rows = db.execute(
        "SELECT p.id, p.chat_id, p.locale FROM seat s JOIN person p ON p.id=s.person_id"
        " WHERE s.association=? AND s.role='lead' ORDER BY p.id",
        (association,),
    )
    return [Person(*row) for row in rows]


def everybody(db: Connection, association: str | None = None) -> list[tuple[int, str, Role, str, int]]:
    """Everybody with a seat: id, name, role, association and since when (Unix seconds)."""
    return db.execute(
        "SELECT person_id, name, role, association, taken_at FROM seat WHERE association=coalesce(?, association)"
        " ORDER BY association, role, name, person_id",
        (association,),
    ).fetchall()


def add_notice_button(db: Connection, nonce: str, person: Person, case: int, now: datetime, meeting: int = 0) -> None:
    """Remember what the button of a notice opens, and for whom: a case, or a ``meeting`` that is to be recorded."""
    db.execute(
        "INSERT INTO notice_button (nonce, person_id, case_id, made_at, meeting_id) VALUES (?,?,?,?,?)",
        (nonce, person.id, case, stamp(now), meeting or None),
    )


def notice_entry(db: Connection, person: Person, nonce: str) -> Entry | None:
    """What the button of a notice opens: nothing if it is somebody else's; None if it is no notice's button. A meeting
    that has been recorded is not to be recorded any more."""
    row = db.execute(
        "SELECT n.case_id, m.id FROM notice_button n LEFT JOIN meeting m ON m.id=n.meeting_id AND m.case_id=n.case_id"
        " AND m.status='agreed' WHERE n.nonce=? AND n.person_id=?",
        (nonce, person.id),
    ).fetchone()
    if row:
        return CaseEntry(row[0], row[1] or 0)
    somebodys = db.execute("SELECT 1 FROM notice_button WHERE nonce=?", (nonce,)).fetchone()
    return UnknownEntry() if somebodys else None


def hashed(code: str) -> bytes:
    """What is stored of a one-time code."""
    return hashlib.sha256(code.encode()).digest()
