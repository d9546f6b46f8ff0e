"""The end of a case: its parties become former ones, who can come back for a while; then all about people goes."""

from datetime import date, datetime, timedelta
from sqlite3 import Connection

import msgspec
from msgspec import Struct

from bot.clock import moment, stamp
from bot.records import cases, goals, people
from bot.records.cases import Answers
from bot.records.people import Person
from conversations.facts import CallWish, Ended


class Former(Struct, frozen=True):
    """A party as it was when the meetings ended."""

    case: int
    association: str
    number: int
    invited: bool
    answers: Answers


def part(db: Connection, case: int, until: datetime, told: tuple[str, ...]) -> None:
    """Every party becomes a former one. What is asked, due or said in a case ends with it."""
    db.execute(
        "INSERT INTO former (person_id, case_id, association, number, invited, answers, told, until)"
        " SELECT p.person_id, p.case_id, c.association, p.number, p.invited, p.answers, ?, ?"
        " FROM party p JOIN cases c ON c.id=p.case_id WHERE c.id=?",
        (msgspec.json.encode(told).decode(), stamp(until), case),
    )
    db.execute("INSERT INTO ending (case_id, until) VALUES (?,?)", (case, stamp(until)))
    for table in ("party", "offer", "reminder", "override"):
        db.execute(f"DELETE FROM {table} WHERE case_id=?", (case,))


def agreed_by(db: Connection, case: int) -> tuple[int, ...]:
    """The numbers of the parents who have agreed to the end as it was last proposed, and are still in the case."""
    agreed: set[int] = set()
    for name, parent in db.execute("SELECT name, parent FROM case_event WHERE case_id=? ORDER BY id", (case,)):
        if name in ("closing", "reopened", "given_back"):
            agreed = set()
        elif name == "end_agreed":
            agreed.add(parent)
        elif name == "parent_left":
            agreed.discard(parent)
    return tuple(sorted(agreed))


def all_agree(db: Connection, case: int) -> bool:
    """Whether every parent of a case has agreed to its end, where there are several who could."""
    numbers = {number for (number,) in db.execute("SELECT number FROM party WHERE case_id=?", (case,))}
    return len(numbers) < 2 or numbers <= {*agreed_by(db, case)}


def of(db: Connection, person: Person, now: datetime) -> Ended | None:
    """What a former party may know of the end."""
    row = db.execute(
        "SELECT association, until, told, invited, case_id, answers, call_at FROM former"
        " WHERE person_id=? AND until > ?",
        (person.id, stamp(now)),
    ).fetchone()
    if row is None:
        return None
    association, until, told, invited, case, answers, call = row
    return Ended(
        association,
        moment(until).date(),
        msgspec.json.decode(told, type=tuple[str, ...]),
        bool(invited),
        goals.of_parent(db, person, case),
        phone=bool(msgspec.json.decode(answers, type=Answers).get("phone")),
        call_on=moment(call).date() if call else None,
    )


def former(db: Connection, person: Person, now: datetime) -> Former | None:
    """What somebody was a party of, as long as they can come back."""
    row = db.execute(
        "SELECT case_id, association, number, invited, answers FROM former WHERE person_id=? AND until > ?",
        (person.id, stamp(now)),
    ).fetchone()
    if row is None:
        return None
    case, association, number, invited, answers = row
    return Former(case, association, number, bool(invited), msgspec.json.decode(answers, type=Answers))


def wish_call(db: Connection, person: Person, phone: str, now: datetime) -> bool:
    """Somebody wishes to be called, at this number if none was known before; False if the wish stands already."""
    row = db.execute("SELECT answers FROM former WHERE person_id=? AND call_at IS NULL", (person.id,)).fetchone()
    if row is None:
        return False
    answers = msgspec.json.decode(row[0], type=Answers)
    if phone and not answers.get("phone"):
        answers["phone"] = (phone,)
    kept = msgspec.json.encode(answers).decode()
    db.execute("UPDATE former SET call_at=?, answers=? WHERE person_id=?", (stamp(now), kept, person.id))
    return True


_THEIRS = "case_id=(SELECT c.id FROM cases c WHERE c.id=?1 AND c.association=former.association)"


def calls(db: Connection, case: int) -> tuple[CallWish, ...]:
    """The former parties of a case who wait for a call."""
    rows = db.execute(
        f"SELECT number, call_at, answers FROM former WHERE {_THEIRS} AND call_at IS NOT NULL ORDER BY number", (case,)
    ).fetchall()
    return tuple(CallWish(number, moment(at).date(), _about_calling(answers)) for number, at, answers in rows)


def _about_calling(answers: str) -> Answers:
    told = msgspec.json.decode(answers, type=Answers)
    return {name: told[name] for name in ("phone", "voicemail", "hours") if name in told}


def called_back(db: Connection, case: int, number: int) -> Person | None:
    """A former party was called; None if nobody waits for it."""
    row = db.execute(
        f"UPDATE former SET call_at=NULL WHERE {_THEIRS} AND number=?2 AND call_at IS NOT NULL RETURNING person_id",
        (case, number),
    ).fetchone()
    return people.by_id(db, row[0]) if row else None


def drop(db: Connection, person: Person) -> None:
    """Somebody is a former party no more. The words about them go with it, unless they are a party again."""
    db.execute("DELETE FROM former WHERE person_id=?", (person.id,))


def can_come_back(db: Connection, case: int) -> bool:
    """Whether a former party of a case may still come back to it."""
    found = "SELECT 1 FROM former f JOIN cases c ON c.id=f.case_id AND c.association=f.association WHERE c.id=?"
    return db.execute(found, (case,)).fetchone() is not None


def until(db: Connection, case: int) -> date | None:
    """How long the people of a closed case are kept; None if it is not closed, or they are gone."""
    row = db.execute("SELECT until FROM ending WHERE case_id=?", (case,)).fetchone()
    return moment(row[0]).date() if row else None


def reopen(db: Connection, case: int, by: date) -> None:
    """A closed case goes on, and its promise counts anew. Of its workers those go on who still work there."""
    db.execute("DELETE FROM ending WHERE case_id=?", (case,))
    db.execute("UPDATE cases SET first_meeting_by=? WHERE id=?", (by.isoformat(), case))
    db.execute(
        "DELETE FROM work WHERE case_id=?1 AND person_id NOT IN (SELECT s.person_id FROM seat s JOIN cases c"
        " ON c.association=s.association WHERE c.id=?1 AND s.role='worker')",
        (case,),
    )
    alone = "(SELECT count(*) FROM work WHERE case_id=?1)=1"
    db.execute(f"UPDATE work SET part='lead' WHERE case_id=?1 AND {alone}", (case,))


def set_meet_by(db: Connection, case: int, person: Person, by: date) -> None:
    """The promised day of a parent who came back is their own: it must not tell when anybody else did."""
    db.execute("UPDATE party SET meet_by=? WHERE case_id=? AND person_id=?", (by.isoformat(), case, person.id))


def forget(db: Connection, now: datetime, draft: timedelta) -> None:
    """What is kept for coming back goes: former parties are forgotten as any visitor, of a case only counts stay."""
    gone = db.execute(
        "DELETE FROM former WHERE until <= ? RETURNING person_id, (SELECT chat_id FROM person p"
        " WHERE p.id=person_id), (SELECT locale FROM person p WHERE p.id=person_id)",
        (stamp(now),),
    ).fetchall()
    for row in gone:
        people.start_timer(db, Person(*row), "draft", now + draft)
    for (case,) in db.execute("DELETE FROM ending WHERE until <= ? RETURNING case_id", (stamp(now),)).fetchall():
        cases.forget_people(db, case)
        db.execute("DELETE FROM work WHERE case_id=?", (case,))
