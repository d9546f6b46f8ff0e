"""Cases and parties. Every read is filtered by who asks; every change is a compare-and-set that reports its success."""

import secrets
from collections.abc import Callable
from datetime import date, datetime, timedelta
from sqlite3 import Connection

import msgspec

from bot.clock import HELSINKI, moment, stamp
from bot.records.people import Person
from conversations.access import Action, Relation, allowed
from conversations.facts import Card, CaseLine, Request, Seat

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Letters and digits that are not mistaken for each other when a reference is read aloud."""

Answers = dict[str, tuple[str, ...]]

_RELATION = "CASE WHEN c.status='waiting' THEN 'queue' WHEN c.lead_worker=:person THEN 'own' ELSE 'colleague''s' END"
_RISK = "(p.phone_safe <> 'yes' OR p.afraid <> 'no' OR p.contact_other <> 'yes')"
"""A sign that a worker talks with the parent alone first: any gate answer but the safe one."""


def open_case(
    db: Connection,
    person: Person,
    association: str,
    answers: Answers,
    now: datetime,
    days: int,
    draw: Callable[[], str],
) -> None:
    """A parent's request becomes a case in the queue; the promise counts from today."""
    by = now.astimezone(HELSINKI).date() + timedelta(days=days)
    reference = draw()
    while db.execute("SELECT 1 FROM cases WHERE reference=?", (reference,)).fetchone():
        reference = draw()
    case = db.execute(
        "INSERT INTO cases (reference, association, source, opened_at, first_meeting_by) VALUES (?,?,'parent',?,?)"
        " RETURNING id",
        (reference, association, stamp(now), by.isoformat()),
    ).fetchone()[0]
    db.execute(
        "INSERT INTO party (case_id, person_id, phone_safe, afraid, contact_other, start_wish, answers)"
        " VALUES (?,?,?,?,?,?,?)",
        (case, person.id, *_told(answers)),
    )
    _log(db, case, "opened", now)


def new_reference() -> str:
    """A reference to draw from: four characters, easy to say on the phone."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(4))


def change_request(db: Connection, person: Person, association: str, answers: Answers, now: datetime) -> bool:
    """Replace what a parent told and which association it is for, only while the case waits."""
    case = _own_case(db, person)
    moved = db.execute("UPDATE cases SET association=? WHERE id=? AND status='waiting'", (association, case)).rowcount
    if case is None or not moved:
        return False
    db.execute(
        "UPDATE party SET phone_safe=?, afraid=?, contact_other=?, start_wish=?, answers=?"
        " WHERE case_id=? AND person_id=?",
        (*_told(answers), case, person.id),
    )
    _log(db, case, "changed", now)
    return True


def _told(answers: Answers) -> tuple[str, ...]:
    def one(name: str, skipped: str) -> str:
        return next(iter(answers.get(name, ())), skipped)

    return (
        one("phone_safe", "skipped"),
        one("afraid", "skipped"),
        one("contact_other", "skipped"),
        one("start", "separate"),
        msgspec.json.encode(answers).decode(),
    )


def withdraw(db: Connection, person: Person, now: datetime) -> bool:
    """End the person's own case; only its dates and association stay."""
    case = _own_case(db, person)
    if case is None:
        return False
    db.execute("UPDATE cases SET status='withdrawn', closed_at=? WHERE id=?", (stamp(now), case))
    db.execute("DELETE FROM party WHERE case_id=? AND person_id=?", (case, person.id))
    _log(db, case, "withdrawn", now)
    return True


def claim(db: Connection, person: Person, seat: Seat, case: int, now: datetime) -> bool:
    """Take a waiting case of the own association; False if somebody was faster."""
    if not allowed(seat.role, "claim", "queue"):
        return False
    won = db.execute(
        "UPDATE cases SET status='claimed', lead_worker=?, claimed_at=?"
        " WHERE id=? AND association=? AND status='waiting'",
        (person.id, stamp(now), case, seat.association),
    ).rowcount
    if won:
        _log(db, case, "claimed", now)
    return won == 1


def request_of(db: Connection, person: Person) -> Request | None:
    """A parent's own open case as the parent may see it."""
    row = db.execute(
        "SELECT c.id, c.reference, c.status, c.association, c.first_meeting_by, p.answers, w.safe_hours"
        " FROM cases c JOIN party p ON p.case_id=c.id JOIN person w ON w.id=p.person_id"
        " WHERE p.person_id=? AND c.status IN ('waiting', 'claimed')",
        (person.id,),
    ).fetchone()
    if row is None:
        return None
    by, answers = date.fromisoformat(row[4]), msgspec.json.decode(row[5], type=Answers)
    return Request(row[0], row[1], row[2], row[3], by, answers, row[6] != "never")


def client_of(db: Connection, case: int) -> Person | None:
    """The parent of a case, None when forgotten."""
    row = db.execute(
        "SELECT p.id, p.chat_id, p.locale FROM party y JOIN person p ON p.id=y.person_id WHERE y.case_id=?", (case,)
    ).fetchone()
    return Person(*row) if row else None


def lines(db: Connection, person: Person, seat: Seat, relation: Relation, today: date) -> tuple[CaseLine, ...]:
    """The cases of the own association in a relation that the role may list: risk first, then the least time left."""
    if not allowed(seat.role, "list", relation):
        return ()
    rows = db.execute(
        f"SELECT c.id, c.reference, c.first_meeting_by, coalesce({_RISK}, 0) FROM cases c"
        " LEFT JOIN party p ON p.case_id=c.id WHERE c.association=:association AND c.status IN ('waiting', 'claimed')"
        f" AND {_RELATION}=:relation ORDER BY 4 DESC, 3, 1",
        {"association": seat.association, "person": person.id, "relation": relation},
    )
    return tuple(CaseLine(i, ref, _days_left(by, today), bool(risk)) for i, ref, by, risk in rows)


def card(db: Connection, person: Person, seat: Seat, case: int, today: date) -> Card | None:
    """A case as this person may see it; None if it is unknown or not theirs to see."""
    row = db.execute(
        f"SELECT c.reference, c.status, c.opened_at, c.first_meeting_by, coalesce({_RISK}, 0), p.answers, w.locale,"
        f" w.blocked_at IS NULL, w.safe_hours, {_RELATION} FROM cases c LEFT JOIN party p ON p.case_id=c.id"
        " LEFT JOIN person w ON w.id=p.person_id WHERE c.id=:case AND c.association=:association",
        {"case": case, "association": seat.association, "person": person.id},
    ).fetchone()
    if row is None:
        return None
    reference, status, opened, by, risk, answers, locale, reachable, hours, relation = row
    whole = allowed(seat.role, "open", relation)
    if not whole and not allowed(seat.role, "count", relation):
        return None
    return Card(
        case=case,
        reference=reference,
        status=status,
        mine=relation == "own",
        opened_at=moment(opened),
        first_meeting_by=date.fromisoformat(by),
        days_left=_days_left(by, today),
        risk=bool(risk) and whole,
        language=locale if whole and locale else "",
        reachable=bool(reachable) or not whole,
        written_to=hours != "never" or not whole,
        answers=msgspec.json.decode(answers, type=Answers) if whole and answers else {},
    )


def counts(db: Connection, seat: Seat) -> dict[str, int]:
    """How many cases of the own association stand in each status."""
    relations: tuple[Relation, ...] = ("queue", "own", "colleague's")
    if not all(allowed(seat.role, "count", relation) for relation in relations):
        return {}
    return dict(
        db.execute("SELECT status, count(*) FROM cases WHERE association=? GROUP BY status", (seat.association,))
    )


def hearers(db: Connection, case: int, action: Action) -> list[Person]:
    """Who is told about something that happens to a case: people of its association, by role and relation."""
    rows = db.execute(
        "SELECT w.id, w.chat_id, w.locale, s.role, CASE WHEN c.status='waiting' THEN 'queue'"
        " WHEN c.lead_worker=w.id THEN 'own' ELSE 'colleague''s' END FROM cases c"
        " JOIN seat s ON s.association=c.association JOIN person w ON w.id=s.person_id WHERE c.id=? ORDER BY w.id",
        (case,),
    ).fetchall()
    return [Person(*row[:3]) for row in rows if allowed(row[3], action, row[4])]


def audit(db: Connection, person: Person, action: str, case: int | None, now: datetime) -> None:
    """Write down who did or looked at what; never what it said."""
    db.execute(
        "INSERT INTO audit (at, person_id, action, case_id) VALUES (?,?,?,?)", (stamp(now), person.id, action, case)
    )


def _own_case(db: Connection, person: Person) -> int | None:
    row = db.execute(
        "SELECT c.id FROM cases c JOIN party p ON p.case_id=c.id"
        " WHERE p.person_id=? AND c.status IN ('waiting', 'claimed')",
        (person.id,),
    ).fetchone()
    return row[0] if row else None


def _log(db: Connection, case: int, name: str, now: datetime) -> None:
    db.execute("INSERT INTO case_event (case_id, at, name) VALUES (?,?,?)", (case, stamp(now), name))


def _days_left(by: str, today: date) -> int:
    return (date.fromisoformat(by) - today).days
