"""Who works on a case: giving back, work pair, transfer, conflict of interest, days away, leaving the service.

Every change is a compare-and-set that reports what it came to; who may make it was asked before
(`bot.records.standing`).
"""

from datetime import date, datetime
from sqlite3 import Connection

from bot.clock import stamp
from bot.records.cases import log
from bot.records.people import Person


def part_of(db: Connection, person: Person, case: int) -> str | None:
    """Whether somebody is "lead" or "pair" of a case."""
    row = db.execute("SELECT part FROM work WHERE case_id=? AND person_id=?", (case, person.id)).fetchone()
    return row[0] if row else None


def leave(db: Connection, person: Person, case: int, reason: str, now: datetime) -> bool:
    """Leave a case: the work pair takes the lead, without one the case waits again. Whether it waits now."""
    part = part_of(db, person, case)
    if part is None:
        return False
    db.execute("DELETE FROM work WHERE case_id=? AND person_id=?", (case, person.id))
    db.execute("DELETE FROM offer WHERE case_id=? AND asked_by=?", (case, person.id))
    promoted = part == "pair" or db.execute("UPDATE work SET part='lead' WHERE case_id=?", (case,)).rowcount == 1
    if promoted:
        log(db, case, "left", now, detail=reason, by=person)
        return False
    log(db, case, "given_back", now, detail=reason, by=person)
    return to_queue(db, case)


def to_queue(db: Connection, case: int) -> bool:
    """Nobody works on the case any more, and nobody has a talk with its parents. Whether it waits for anybody."""
    db.execute("DELETE FROM work WHERE case_id=?", (case,))
    _end_talks(db, case)
    db.execute("DELETE FROM offer WHERE case_id=?", (case,))
    return db.execute("SELECT 1 FROM cases WHERE id=? AND status='waiting'", (case,)).fetchone() is not None


def stay_with(db: Connection, case: int, stays: int) -> None:
    """The workers stay with whoever does not go along to another association: that case is theirs."""
    db.execute("UPDATE work SET case_id=? WHERE case_id=?", (stays, case))


def ask(db: Connection, person: Person, case: int, kind: str, colleague: int, now: datetime) -> bool:
    """Ask a colleague; one question a case at a time."""
    asked = db.execute(
        "INSERT INTO offer (case_id, kind, asked_by, asked, made_at) VALUES (?,?,?,?,?) ON CONFLICT DO NOTHING",
        (case, kind, person.id, colleague, stamp(now)),
    ).rowcount
    if asked:
        log(db, case, f"{kind}_asked", now, by=person)
    return asked == 1


def asked(db: Connection, person: Person, case: int) -> str | None:
    """What somebody is asked in a case now: "pair", "transfer" or nothing."""
    row = db.execute("SELECT kind FROM offer WHERE case_id=? AND asked=?", (case, person.id)).fetchone()
    return row[0] if row else None


def answer(db: Connection, person: Person, case: int, accepted: bool, reason: str, now: datetime) -> bool:
    """The asked colleague accepts or declines; False if the question is gone."""
    row = db.execute(
        "DELETE FROM offer WHERE case_id=? AND asked=? RETURNING kind, asked_by", (case, person.id)
    ).fetchone()
    if row is None:
        return False
    kind, asked_by = row
    if not accepted:
        log(db, case, f"{kind}_declined", now, detail=reason, by=person)
        return True
    if kind == "transfer":
        given = db.execute("DELETE FROM work WHERE case_id=? AND person_id=?", (case, asked_by)).rowcount
        if not given:  # a lead of the association asked, because nobody is there
            db.execute("DELETE FROM work WHERE case_id=?", (case,))
    part = "lead" if _lead(db, case) is None else "pair"
    db.execute(
        "INSERT INTO work (case_id, person_id, part, since) VALUES (?,?,?,?)", (case, person.id, part, stamp(now))
    )
    log(db, case, "transferred" if kind == "transfer" else "paired", now, by=person)
    return True


def revoke(db: Connection, person: Person, case: int, now: datetime) -> None:
    """Take a question back."""
    row = db.execute("DELETE FROM offer WHERE case_id=? RETURNING kind", (case,)).fetchone()
    if row:
        log(db, case, f"{row[0]}_revoked", now, by=person)


def swap(db: Connection, person: Person, case: int, now: datetime) -> bool:
    """Lead worker and work pair change places."""
    if db.execute("SELECT count(*) FROM work WHERE case_id=?", (case,)).fetchone() != (2,):
        return False
    rows = db.execute("DELETE FROM work WHERE case_id=? RETURNING person_id, part, since", (case,)).fetchall()
    for person_id, part, since in rows:
        db.execute(
            "INSERT INTO work (case_id, person_id, part, since) VALUES (?,?,?,?)",
            (case, person_id, "pair" if part == "lead" else "lead", since),
        )
    log(db, case, "swapped", now, by=person)
    return True


def declare_conflict(db: Connection, person: Person, case: int, now: datetime) -> bool:
    """From now on nothing of the case is read for this person. Whether the case waits again because of it."""
    waits = leave(db, person, case, "conflict", now)
    db.execute("DELETE FROM offer WHERE case_id=? AND ? IN (asked, asked_by)", (case, person.id))
    db.execute("INSERT INTO conflict (case_id, chat_id) VALUES (?,?) ON CONFLICT DO NOTHING", (case, person.chat_id))
    log(db, case, "conflict", now)
    return waits


def set_away(db: Connection, person: Person, days: tuple[date, date] | None) -> None:
    """The days on which somebody is away, both included; None: back again."""
    db.execute("DELETE FROM away WHERE person_id=?", (person.id,))
    if days:
        first, last = (day.isoformat() for day in days)
        db.execute("INSERT INTO away (person_id, first_day, last_day) VALUES (?,?,?)", (person.id, first, last))


def begin_absences(db: Connection, today: date) -> list[Person]:
    """Whose absence has begun and has not been looked at yet."""
    begun = "UPDATE away SET begun=1 WHERE begun=0 AND first_day <= ? RETURNING person_id"
    people = [person for (person,) in db.execute(begun, (today.isoformat(),)).fetchall()]
    found = (db.execute("SELECT id, chat_id, locale FROM person WHERE id=?", (person,)).fetchone() for person in people)
    return [Person(*row) for row in found]


def absence_begins(db: Connection, today: date) -> bool:
    """Whether somebody's absence has begun and has not been looked at yet."""
    found = "SELECT 1 FROM away WHERE begun=0 AND first_day <= ? LIMIT 1"
    return db.execute(found, (today.isoformat(),)).fetchone() is not None


def away_days(db: Connection, person: Person, today: date) -> tuple[date, date] | None:
    """The days on which somebody is or will be away; None if they are over."""
    row = db.execute(
        "SELECT first_day, last_day FROM away WHERE person_id=? AND last_day >= ?", (person.id, today.isoformat())
    ).fetchone()
    return (date.fromisoformat(row[0]), date.fromisoformat(row[1])) if row else None


def cases_of(db: Connection, person: Person) -> list[int]:
    """The open cases somebody works on."""
    rows = db.execute(
        "SELECT c.id FROM work w JOIN cases c ON c.id=w.case_id WHERE w.person_id=? AND c.status='claimed' ORDER BY 1",
        (person.id,),
    )
    return [case for (case,) in rows]


def count(db: Connection, person: int) -> int:
    """How many open cases somebody works on."""
    (number,) = db.execute(
        "SELECT count(*) FROM work w JOIN cases c ON c.id=w.case_id WHERE w.person_id=? AND c.status='claimed'",
        (person,),
    ).fetchone()
    return int(number)


def resign(db: Connection, person: Person, now: datetime) -> tuple[list[int], list[int]]:
    """Somebody leaves the service: work pairs take the lead, cases without one stay for the association's lead.
    Returns the cases that a colleague goes on with, and those that nobody works on now."""
    shared: list[int] = []
    alone: list[int] = []
    for case in cases_of(db, person):
        db.execute("DELETE FROM work WHERE case_id=? AND person_id=?", (case, person.id))
        db.execute("DELETE FROM offer WHERE case_id=? AND asked_by=?", (case, person.id))
        log(db, case, "left", now, detail="resigned")
        taken_on = db.execute("UPDATE work SET part='lead' WHERE case_id=?", (case,)).rowcount
        if not taken_on:
            _end_talks(db, case)
        (shared if taken_on else alone).append(case)
    db.execute("DELETE FROM seat WHERE person_id=?", (person.id,))
    return shared, alone


def questions_to(db: Connection, person: Person) -> list[int]:
    """The cases about which somebody is asked now."""
    return [case for (case,) in db.execute("SELECT case_id FROM offer WHERE asked=? ORDER BY 1", (person.id,))]


def _end_talks(db: Connection, case: int) -> None:
    """Nobody is there to read what the parents write."""
    db.execute("UPDATE party SET talk_until=NULL WHERE case_id=?", (case,))


def _lead(db: Connection, case: int) -> int | None:
    row = db.execute("SELECT person_id FROM work WHERE case_id=? AND part='lead'", (case,)).fetchone()
    return row[0] if row else None
