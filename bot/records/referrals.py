"""Referrals by professionals: what was told without a name, who waits to hear of it, and links for clients."""

from datetime import datetime
from sqlite3 import Connection

import msgspec

from bot.clock import stamp
from bot.records.cases import Answers
from bot.records.people import Person
from bot.records.seats import hashed, new_code


def keep(db: Connection, case: int, person: Person, answers: Answers) -> None:
    """Keep what a professional told, until the case ends."""
    db.execute(
        "INSERT INTO referral (case_id, person_id, answers) VALUES (?,?,?)",
        (case, person.id, msgspec.json.encode(answers).decode()),
    )


def referrer(db: Connection, case: int) -> Person | None:
    """The professional who waits to hear that a worker has the case."""
    row = db.execute(
        "SELECT p.id, p.chat_id, p.locale FROM referral r JOIN person p ON p.id=r.person_id WHERE r.case_id=?", (case,)
    ).fetchone()
    return Person(*row) if row else None


def heard(db: Connection, case: int) -> None:
    """The professional has been told; nothing connects the two any more."""
    db.execute("UPDATE referral SET person_id=NULL WHERE case_id=?", (case,))


def waiting(db: Connection, person: Person) -> bool:
    """Whether a referral of this person has no worker yet."""
    return db.execute("SELECT 1 FROM referral WHERE person_id=?", (person.id,)).fetchone() is not None


def make_link(db: Connection, sector: str, expires_at: datetime) -> str:
    """A one-time code for the client of a professional."""
    code = new_code()
    db.execute(
        "INSERT INTO handover (code_hash, sector, expires_at) VALUES (?,?,?)", (hashed(code), sector, stamp(expires_at))
    )
    return code


def forget_links(db: Connection, now: datetime) -> None:
    """Links that have expired go, used or not."""
    db.execute("DELETE FROM handover WHERE expires_at <= ?", (stamp(now),))


def open_link(db: Connection, person: Person, code: str, now: datetime) -> None:
    """Use up a link; a request that this person sends counts as referred."""
    row = db.execute(
        "UPDATE handover SET used_at=?1 WHERE code_hash=?2 AND used_at IS NULL AND expires_at > ?1 RETURNING sector",
        (stamp(now), hashed(code)),
    ).fetchone()
    if row is None:
        raise LookupError("the link is gone")
    db.execute("UPDATE person SET sector=? WHERE id=?", (row[0], person.id))


def take_sector(db: Connection, person: Person) -> str | None:
    """The sector of the professional whose link this person opened; it counts for one request."""
    (sector,) = db.execute("SELECT sector FROM person WHERE id=?", (person.id,)).fetchone()
    db.execute("UPDATE person SET sector=NULL WHERE id=?", (person.id,))
    return str(sector) if sector else None
