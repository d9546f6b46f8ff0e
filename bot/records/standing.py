"""How a case stands to a person with a seat, and whom something concerns: the one rule behind every staff read.

`RELATION` is a SQL expression over `cases c` and `seat s` with the parameter :today. Every read and every change by
staff goes through it and `conversations.access`, so that a conflict of interest or another association needs no filter
of its own anywhere.
"""

from datetime import date
from sqlite3 import Connection
from typing import Literal

from bot.records.people import Person
from conversations.access import Action, Relation, allowed, relations
from conversations.facts import Colleague, Role

_PRESENT = """NOT EXISTS (SELECT 1 FROM away a WHERE a.person_id=s.person_id
 AND :today BETWEEN a.first_day AND a.last_day)"""

RELATION = """CASE
 WHEN c.association <> s.association THEN 'elsewhere'
 WHEN EXISTS (SELECT 1 FROM party y WHERE y.case_id=c.id AND y.person_id=s.person_id) OR EXISTS
  (SELECT 1 FROM former f WHERE f.case_id=c.id AND f.person_id=s.person_id) THEN 'party'
 WHEN EXISTS (SELECT 1 FROM conflict x JOIN person p ON p.chat_id=x.chat_id
  WHERE x.case_id=c.id AND p.id=s.person_id) THEN 'conflict'
 WHEN EXISTS (SELECT 1 FROM work w WHERE w.case_id=c.id AND w.person_id=s.person_id)
  THEN CASE c.status WHEN 'closed' THEN 'closed' ELSE 'own' END
 WHEN c.status NOT IN ('waiting', 'claimed') THEN 'ended'
 WHEN EXISTS (SELECT 1 FROM offer o WHERE o.case_id=c.id AND o.asked=s.person_id) THEN 'asked'
 WHEN c.status='waiting' THEN 'queue'
 WHEN NOT EXISTS (SELECT 1 FROM work w WHERE w.case_id=c.id AND NOT EXISTS
  (SELECT 1 FROM away a WHERE a.person_id=w.person_id AND :today BETWEEN a.first_day AND a.last_day)) THEN 'unattended'
 ELSE 'colleague''s' END"""


_APART = """SELECT x.case_id FROM conflict x JOIN person p ON p.chat_id=x.chat_id WHERE p.id=:person
 UNION SELECT case_id FROM party WHERE person_id=:person UNION SELECT case_id FROM work WHERE person_id=:person
 UNION SELECT case_id FROM offer WHERE asked=:person"""
"""The cases that may stand otherwise to a person than to everybody else with a seat in the same association."""


def waiting(db: Connection, person: Person, association: str, today: date) -> int:
    """How many cases stand in the relation "queue" to somebody, without looking at each of a long queue."""
    given = {"association": association, "person": person.id, "today": today.isoformat()}
    queue = "c.association=:association AND c.status='waiting'"
    (all_of_them,) = db.execute(f"SELECT count(*) FROM cases c WHERE {queue}", given).fetchone()
    (others,) = db.execute(
        f"SELECT count(*) FROM cases c JOIN seat s ON s.person_id=:person WHERE {queue} AND c.id IN ({_APART})"
        f" AND {RELATION} <> 'queue'",
        given,
    ).fetchone()
    return int(all_of_them) - int(others)


def counted(db: Connection, person: Person, association: str, today: date) -> dict[Relation, int]:
    """How many open cases of an association stand in each relation to somebody."""
    rows = db.execute(
        f"SELECT {RELATION}, count(*) FROM cases c JOIN seat s ON s.person_id=:person WHERE c.association=:association"
        f" AND (c.status='claimed' OR c.status='waiting' AND c.id IN ({_APART})) GROUP BY 1",
        {"association": association, "person": person.id, "today": today.isoformat()},
    )
    return {**dict(rows), "queue": waiting(db, person, association, today)}


def among(found: tuple[Relation, ...]) -> str:
    """The SQL condition that a case stands in one of these relations."""
    names = ", ".join("'" + relation.replace("'", "''") + "'" for relation in found)
    return f"{RELATION} IN ({names})"


def permits(role: Role, action: Action) -> str:
    """The SQL condition that a role may do something."""
    return among(relations(role, action))


def relation(db: Connection, person: Person, case: int, today: date) -> tuple[Role, Relation] | None:
    """The person's role and how the case stands to the person; None without a seat or for no such case."""
    return db.execute(  # type: ignore[no-any-return]
        f"SELECT s.role, {RELATION} FROM cases c JOIN seat s ON s.person_id=:person WHERE c.id=:case",
        {"person": person.id, "case": case, "today": today.isoformat()},
    ).fetchone()


def may(db: Connection, person: Person, action: Action, case: int, today: date) -> bool:
    """Whether the person may do this with the case now. Asked by every change in the turn that makes it."""
    stands = relation(db, person, case, today)
    return stands is not None and allowed(stands[0], action, stands[1])


def sight(db: Connection, person: Person, case: int, today: date) -> Literal["open", "glance"] | None:
    """How much of a case the person may look at now: all, its reference and dates, or nothing."""
    if may(db, person, "open", case, today):
        return "open"
    return "glance" if may(db, person, "glance", case, today) else None


def hearers(
    db: Connection, case: int, action: Action, today: date, but: Person | None = None, association: str = ""
) -> list[tuple[Person, Role]]:
    """Who is told about something that happens to a case: by role and relation, but for those who are away, unless it
    is about a case of their own, and whoever did it. Where an ``association`` is named, it is as if the case were still
    there."""
    rows = db.execute(
        f"SELECT w.id, w.chat_id, w.locale, s.role, {RELATION}, {_PRESENT} FROM"
        " (SELECT id, status, coalesce(:association, association) AS association FROM cases WHERE id=:case) c"
        " JOIN seat s ON s.association=c.association JOIN person w ON w.id=s.person_id ORDER BY w.id",
        {"case": case, "today": today.isoformat(), "association": association or None},
    ).fetchall()
    return [
        (Person(*row[:3]), row[3])
        for row in rows
        if allowed(row[3], action, row[4]) and (row[5] or row[4] == "own") and (but is None or row[0] != but.id)
    ]


def reached(db: Connection, person: Person, today: date) -> Literal["now", "later", "away", "blocked"]:
    """Whether somebody with a seat sees at once what is said to them, or later because a child has the chat."""
    blocked, away, child = db.execute(
        "SELECT blocked_at IS NOT NULL, EXISTS (SELECT 1 FROM away a WHERE a.person_id=p.id AND ?2 BETWEEN a.first_day"
        " AND a.last_day), EXISTS (SELECT 1 FROM child c WHERE c.person_id=p.id) FROM person p WHERE p.id=?1",
        (person.id, today.isoformat()),
    ).fetchone()
    return "blocked" if blocked else "away" if away else "later" if child else "now"


def colleagues(db: Connection, person: Person, case: int, today: date) -> tuple[Colleague, ...]:
    """The workers of the case's association who are present and can be asked to work on it, for those who may ask."""
    if not may(db, person, "work", case, today) and not may(db, person, "assign", case, today):
        return ()
    rows = db.execute(
        f"SELECT s.person_id, s.name FROM cases c JOIN seat s ON s.association=c.association WHERE c.id=:case"
        f" AND s.role='worker' AND s.person_id <> :person AND {_PRESENT}"
        f" AND {RELATION} IN ('queue', 'unattended', 'colleague''s') ORDER BY s.name, s.person_id",
        {"case": case, "person": person.id, "today": today.isoformat()},
    )
    return tuple(Colleague(*row) for row in rows)
