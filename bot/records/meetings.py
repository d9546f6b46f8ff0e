"""Meetings: what is offered, who answered what, what is agreed, and what is due about it.

Every change is a compare-and-set that reports what it came to, and raises the meeting's sequence: what was written
about an older one is void. Who may make a change was asked before.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from sqlite3 import Connection

import msgspec
from msgspec import Struct

from bot.clock import HELSINKI, moment, stamp
from bot.free import Busy
from bot.records.people import Person
from conversations.facts import Ahead, Answered, Appointment, Meeting
from conversations.meeting_effects import OfferTimes

_COMING = "m.status='agreed' AND m.starts_at + 60 * m.minutes > ?"


class Kept(Struct, frozen=True):
    """A meeting as it is stored, for what follows from it."""

    id: int
    case: int
    type: str
    minutes: int
    status: str
    starts: datetime | None
    sequence: int


def get(db: Connection, meeting: int) -> Kept | None:
    """One meeting."""
    row = db.execute(
        "SELECT id, case_id, type, minutes, status, starts_at, sequence FROM meeting WHERE id=?", (meeting,)
    ).fetchone()
    if row is None:
        return None
    found, case, kind, minutes, status, at, sequence = row
    return Kept(found, case, kind, minutes, status, moment(at) if at else None, sequence)


def make(
    db: Connection, effect: OfferTimes, uid: str, now: datetime, hosts: Iterable[Person], invitees: Iterable[Person]
) -> Kept:
    """A new meeting without times."""
    (meeting,) = db.execute(
        "INSERT INTO meeting (case_id, type, mode, minutes, status, made_at, uid, late_reason)"
        " VALUES (?,?,?,?,'offered',?,?,?) RETURNING id",
        (effect.case, effect.kind, effect.mode, effect.minutes, stamp(now), uid, effect.late or None),
    ).fetchone()
    db.executemany("INSERT INTO host VALUES (?,?)", [(meeting, person.id) for person in hosts])
    db.executemany(
        "INSERT INTO invitee (meeting_id, person_id) VALUES (?,?)", [(meeting, person.id) for person in invitees]
    )
    return _got(db, meeting)


def offer(db: Connection, meeting: int, times: Iterable[datetime], late: str = "") -> Kept:
    """Offer these times instead of what was offered or agreed before; everybody answers anew."""
    db.execute(
        "UPDATE meeting SET status='offered', starts_at=NULL, late_reason=coalesce(?, late_reason) WHERE id=?",
        (late or None, meeting),
    )
    _clear(db, meeting)
    db.executemany("INSERT INTO slot VALUES (?,?)", [(meeting, stamp(start)) for start in times])
    return _changed(db, meeting)


def agree(db: Connection, meeting: int, start: datetime) -> Kept | None:
    """Fix one of the offered times; None if the offer is gone."""
    agreed = db.execute(
        "UPDATE meeting SET status='agreed', starts_at=?2 WHERE id=?1 AND status='offered'"
        " AND EXISTS (SELECT 1 FROM slot WHERE meeting_id=?1 AND starts_at=?2)",
        (meeting, stamp(start)),
    ).rowcount
    if not agreed:
        return None
    _clear(db, meeting)
    return _changed(db, meeting)


def cancel(db: Connection, meeting: int, status: str = "cancelled") -> bool:
    """The meeting does not take place, or did not ("missed"). Of an offer nothing stays."""
    if db.execute("DELETE FROM meeting WHERE id=? AND status='offered'", (meeting,)).rowcount:
        return True
    ended = db.execute("UPDATE meeting SET status=? WHERE id=? AND status='agreed'", (status, meeting)).rowcount
    _clear(db, meeting)
    _changed(db, meeting)
    return ended == 1


def _clear(db: Connection, meeting: int) -> None:
    """What was offered, answered and due belongs to the time before."""
    db.execute("DELETE FROM slot WHERE meeting_id=?", (meeting,))
    db.execute("DELETE FROM meeting_due WHERE meeting_id=?", (meeting,))
    db.execute("UPDATE invitee SET answered_at=NULL, suits=NULL, wishes=NULL WHERE meeting_id=?", (meeting,))


def _changed(db: Connection, meeting: int) -> Kept:
    db.execute("UPDATE meeting SET sequence=sequence+1 WHERE id=?", (meeting,))
    return _got(db, meeting)


def _got(db: Connection, meeting: int) -> Kept:
    kept = get(db, meeting)
    assert kept, "it was written in this transaction"
    return kept


# Who


def hosts(db: Connection, meeting: int) -> list[Person]:
    """The workers who hold it."""
    return _people(db, "host", meeting)


def invitees(db: Connection, meeting: int) -> list[Person]:
    """The parents who are invited."""
    return _people(db, "invitee", meeting)


def _people(db: Connection, table: str, meeting: int) -> list[Person]:
    rows = db.execute(
        f"SELECT p.id, p.chat_id, p.locale FROM {table} x JOIN person p ON p.id=x.person_id WHERE x.meeting_id=?"
        " ORDER BY p.id",
        (meeting,),
    )
    return [Person(*row) for row in rows]


def set_hosts(db: Connection, meeting: int, people: Iterable[Person]) -> None:
    """These workers hold it from now on."""
    db.execute("DELETE FROM host WHERE meeting_id=?", (meeting,))
    db.executemany("INSERT INTO host VALUES (?,?)", [(meeting, person.id) for person in people])


def leave(db: Connection, case: int, person: Person) -> None:
    """A parent is invited to nothing in this case any more."""
    db.execute(
        "DELETE FROM invitee WHERE person_id=? AND meeting_id IN (SELECT id FROM meeting WHERE case_id=?)",
        (person.id, case),
    )


def forget_people(db: Connection, case: int) -> None:
    """The case is over: its meetings stay to be counted, without anybody who was invited or held them."""
    for table in ("invitee", "host"):
        db.execute(f"DELETE FROM {table} WHERE meeting_id IN (SELECT id FROM meeting WHERE case_id=?)", (case,))


def stay(db: Connection, case: int, stays: int) -> None:
    """The meetings of whoever does not go along to another association stay where they are: in the case ``stays``."""
    db.execute(
        "UPDATE meeting SET case_id=?2 WHERE case_id=?1 AND EXISTS (SELECT 1 FROM invitee i JOIN party p"
        " ON p.person_id=i.person_id WHERE i.meeting_id=meeting.id AND p.case_id=?2)",
        (case, stays),
    )


def has_offer(db: Connection, person: Person) -> bool:
    """Whether a parent has times to choose from."""
    found = (
        "SELECT 1 FROM invitee i JOIN meeting m ON m.id=i.meeting_id WHERE i.person_id=? AND m.status='offered' LIMIT 1"
    )
    return db.execute(found, (person.id,)).fetchone() is not None


def taken(db: Connection, people: Iterable[Person], now: datetime, but: int = 0) -> list[Busy]:
    """When somebody of these workers has a meeting, or a time of theirs is offered: it goes to nobody else."""
    spans: list[Busy] = []
    for person in people:
        rows = db.execute(
            "SELECT coalesce(m.starts_at, s.starts_at), m.minutes FROM host h JOIN meeting m ON m.id=h.meeting_id"
            " LEFT JOIN slot s ON s.meeting_id=m.id WHERE h.person_id=? AND m.status IN ('offered', 'agreed')"
            " AND m.id<>? AND coalesce(m.starts_at, s.starts_at) > ?",
            (person.id, but, stamp(now - timedelta(hours=2))),
        )
        spans += [(moment(at), moment(at + 60 * minutes)) for at, minutes in rows]
    return spans


# Answers


def choose(
    db: Connection, person: Person, meeting: int, suits: Iterable[datetime], wishes: tuple[str, ...], now: datetime
) -> bool:
    """Keep a parent's answer, in place of an earlier one; False if the offer is gone or is not theirs."""
    given = [stamp(start) for start in suits]
    return (
        db.execute(
            "UPDATE invitee SET answered_at=?, suits=?, wishes=? WHERE meeting_id=? AND person_id=?"
            " AND meeting_id IN (SELECT id FROM meeting WHERE status='offered')",
            (stamp(now), msgspec.json.encode(given).decode(), msgspec.json.encode(wishes).decode(), meeting, person.id),
        ).rowcount
        == 1
    )


def is_answered(db: Connection, meeting: int) -> bool:
    """Whether everybody who is invited has answered."""
    return not silent(db, meeting)


def is_declined(db: Connection, meeting: int) -> bool:
    """Whether none of the times suits somebody."""
    found = "SELECT 1 FROM invitee WHERE meeting_id=? AND answered_at IS NOT NULL AND suits='[]' LIMIT 1"
    return db.execute(found, (meeting,)).fetchone() is not None


def common(db: Connection, meeting: int) -> list[datetime]:
    """The offered times that suit everybody, the first of them first."""
    rows = db.execute(
        "SELECT s.starts_at FROM slot s WHERE s.meeting_id=?1 AND NOT EXISTS (SELECT 1 FROM invitee i"
        " WHERE i.meeting_id=?1 AND NOT EXISTS (SELECT 1 FROM json_each(i.suits) j WHERE j.value=s.starts_at))"
        " ORDER BY s.starts_at",
        (meeting,),
    )
    return [moment(at) for (at,) in rows]


def silent(db: Connection, meeting: int) -> list[Person]:
    """Who has not answered yet."""
    rows = db.execute(
        "SELECT p.id, p.chat_id, p.locale FROM invitee i JOIN person p ON p.id=i.person_id WHERE i.meeting_id=?"
        " AND i.answered_at IS NULL ORDER BY p.id",
        (meeting,),
    )
    return [Person(*row) for row in rows]


# As it is shown


def open_of(db: Connection, case: int, now: datetime) -> list[Kept]:
    """What is offered in a case, and what is agreed and still to come."""
    rows = db.execute(
        f"SELECT m.id FROM meeting m WHERE m.case_id=?2 AND (m.status='offered' OR {_COMING.replace('?', '?1')})"
        " ORDER BY m.id",
        (stamp(now), case),
    )
    return [_got(db, meeting) for (meeting,) in rows.fetchall()]


def of_case(db: Connection, case: int) -> tuple[Meeting, ...]:
    """The meetings of a case for its workers: offered or agreed."""
    rows = db.execute(
        "SELECT id, type, mode, minutes, status, starts_at FROM meeting WHERE case_id=?"
        " AND status IN ('offered', 'agreed') ORDER BY starts_at IS NULL, starts_at, id",
        (case,),
    ).fetchall()
    return tuple(
        Meeting(
            meeting=meeting,
            type=kind,
            mode=mode,
            minutes=minutes,
            status=status,
            starts=moment(at) if at else None,
            slots=_slots(db, meeting),
            parents=_parents(db, case, meeting),
            answers=_answers(db, case, meeting),
            workers=_workers(db, meeting),
        )
        for meeting, kind, mode, minutes, status, at in rows
    )


def _slots(db: Connection, meeting: int) -> tuple[datetime, ...]:
    rows = db.execute("SELECT starts_at FROM slot WHERE meeting_id=? ORDER BY 1", (meeting,))
    return tuple(moment(at) for (at,) in rows)


def _parents(db: Connection, case: int, meeting: int) -> tuple[int, ...]:
    rows = db.execute(
        "SELECT p.number FROM invitee i JOIN party p ON p.person_id=i.person_id AND p.case_id=? WHERE i.meeting_id=?"
        " ORDER BY 1",
        (case, meeting),
    )
    return tuple(number for (number,) in rows)


def _answers(db: Connection, case: int, meeting: int) -> tuple[Answered, ...]:
    rows = db.execute(
        "SELECT p.number, i.suits, i.wishes FROM invitee i JOIN party p ON p.person_id=i.person_id AND p.case_id=?"
        " WHERE i.meeting_id=? AND i.answered_at IS NOT NULL ORDER BY 1",
        (case, meeting),
    )
    return tuple(
        Answered(
            number,
            tuple(moment(at) for at in msgspec.json.decode(suits, type=list[int])),
            msgspec.json.decode(wishes, type=tuple[str, ...]),
        )
        for number, suits, wishes in rows
    )


def _workers(db: Connection, meeting: int) -> tuple[str, ...]:
    rows = db.execute(
        "SELECT s.name FROM host h JOIN seat s ON s.person_id=h.person_id WHERE h.meeting_id=? ORDER BY 1", (meeting,)
    )
    return tuple(name for (name,) in rows)


def of_parent(db: Connection, person: Person, case: int, now: datetime, address: str) -> tuple[Appointment, ...]:
    """What one parent is offered or has agreed, and nothing of what anybody else answered. ``address`` is that of the
    association, "" unless it may be shown."""
    rows = db.execute(
        "SELECT m.id, m.type, m.mode, m.minutes, m.starts_at, i.answered_at, p.place_safe FROM meeting m"
        " JOIN invitee i ON i.meeting_id=m.id AND i.person_id=?2"
        " JOIN party p ON p.case_id=m.case_id AND p.person_id=i.person_id WHERE m.case_id=?3"
        f" AND (m.status='offered' OR {_COMING.replace('?', '?1')}) ORDER BY m.starts_at IS NULL, m.starts_at, m.id",
        (stamp(now), person.id, case),
    ).fetchall()
    return tuple(
        Appointment(
            meeting=meeting,
            type=kind,
            mode=mode,
            minutes=minutes,
            starts=moment(at) if at else None,
            slots=_slots(db, meeting),
            answered=answered is not None,
            place=address if shown and mode == "onsite" else "",
            workers=_workers(db, meeting) if shown else (),
        )
        for meeting, kind, mode, minutes, at, answered, shown in rows
    )


def has_met(db: Connection, person: Person, case: int, now: datetime) -> bool:
    """Whether a meeting to which this parent was invited has taken place."""
    found = (
        "SELECT 1 FROM invitee i JOIN meeting m ON m.id=i.meeting_id WHERE i.person_id=? AND m.case_id=?"
        " AND m.status='agreed' AND m.starts_at <= ? LIMIT 1"
    )
    return db.execute(found, (person.id, case, stamp(now))).fetchone() is not None


def ahead(db: Connection, person: Person, now: datetime) -> tuple[Ahead, ...]:
    """A worker's coming meetings in open cases."""
    rows = db.execute(
        "SELECT c.id, c.reference, m.starts_at FROM host h JOIN meeting m ON m.id=h.meeting_id JOIN cases c"
        f" ON c.id=m.case_id JOIN work w ON w.case_id=c.id AND w.person_id=h.person_id WHERE h.person_id=?2"
        f" AND c.status='claimed' AND {_COMING.replace('?', '?1')} ORDER BY m.starts_at, c.id",
        (stamp(now), person.id),
    )
    return tuple(Ahead(case, reference, moment(at)) for case, reference, at in rows)


class Entry(Struct, frozen=True):
    """What a calendar entry needs besides the time."""

    uid: str
    made: datetime


def calendar_entry(db: Connection, meeting: int) -> Entry:
    """The entry of a meeting that is there."""
    uid, made = db.execute("SELECT uid, made_at FROM meeting WHERE id=?", (meeting,)).fetchone()
    return Entry(uid, moment(made))


# What is due


def is_void(db: Connection, meeting: int, sequence: int, now: datetime) -> bool:
    """Whether what was written about a meeting no longer holds: it has changed since, or has begun."""
    kept = get(db, meeting)
    return kept is None or kept.sequence != sequence or (kept.starts is not None and kept.starts <= now)


def start_due(db: Connection, meeting: int, kind: str, at: datetime) -> None:
    """Something is due about a meeting; an earlier moment of the same kind is replaced."""
    db.execute(
        "INSERT INTO meeting_due VALUES (?,?,?) ON CONFLICT DO UPDATE SET due_at=excluded.due_at",
        (meeting, kind, stamp(at)),
    )


def stop_due(db: Connection, meeting: int, *kinds: str) -> None:
    """It is no longer due."""
    db.executemany("DELETE FROM meeting_due WHERE meeting_id=? AND kind=?", [(meeting, kind) for kind in kinds])


def due(db: Connection, now: datetime, limit: int = 50) -> list[tuple[int, str]]:
    """The meetings and kinds whose moment has come, the oldest first."""
    return db.execute(
        "SELECT meeting_id, kind FROM meeting_due WHERE due_at <= ? ORDER BY due_at, meeting_id, kind LIMIT ?",
        (stamp(now), limit),
    ).fetchall()


def is_due(db: Connection, now: datetime) -> bool:
    """Whether a moment has come."""
    return db.execute("SELECT 1 FROM meeting_due WHERE due_at <= ? LIMIT 1", (stamp(now),)).fetchone() is not None


# The promise


def kept_promises(db: Connection, association: str, now: datetime) -> tuple[int, int]:
    """Of the cases whose promised week is over or whose first meeting took place: in how many it was held in time, and
    how many they are. Cases that ended before are in neither."""
    rows = db.execute(
        "SELECT c.first_meeting_by, c.closed_at, (SELECT min(m.starts_at) FROM meeting m WHERE m.case_id=c.id"
        " AND m.status='agreed' AND m.starts_at + 60 * m.minutes <= ?) FROM cases c WHERE c.association=?",
        (stamp(now), association),
    )
    kept = all_of_them = 0
    for day, closed, held in rows:
        by, today = date.fromisoformat(day), now.astimezone(HELSINKI).date()
        if held is None and (today <= by or (closed is not None and moment(closed).date() <= by)):
            continue
        all_of_them += 1
        kept += held is not None and moment(held).date() <= by
    return kept, all_of_them
