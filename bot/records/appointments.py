"""Meetings as they are shown: to the workers of a case, to one invited parent, in a worker's own list and calendar."""

from datetime import datetime
from sqlite3 import Connection

import msgspec
from msgspec import Struct

from bot.clock import moment, stamp
from bot.records.meetings import held_as, slots_of
from bot.records.people import Person
from conversations.facts import Ahead, Answered, Appointment, Meeting

_COMING = "m.status='agreed' AND m.starts_at + 60 * m.minutes > ?1"


def of_case(db: Connection, case: int) -> tuple[Meeting, ...]:
    """The meetings of a case for its workers: offered or agreed."""
    return _meetings(db, case, "status IN ('offered', 'agreed')")


def recorded(db: Connection, case: int) -> tuple[Meeting, ...]:
    """The meetings of a case for its workers: held, missed or cancelled."""
    return _meetings(db, case, "status IN ('held', 'missed', 'cancelled') AND starts_at IS NOT NULL")


def _meetings(db: Connection, case: int, which: str) -> tuple[Meeting, ...]:
    rows = db.execute(
        "SELECT id, type, mode, minutes, status, starts_at, promised, sequence, starts_at <= made_at FROM meeting"
        f" WHERE case_id=? AND {which} ORDER BY starts_at IS NULL, starts_at, id",
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
            slots=slots_of(db, meeting),
            parents=_parents(db, case, meeting),
            answers=_answers(db, case, meeting),
            workers=_workers(db, meeting),
            promised=bool(promised),
            sequence=sequence,
            added=bool(added),
            held=held_as(db, meeting),
        )
        for meeting, kind, mode, minutes, status, at, promised, sequence, added in rows
    )


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
        "SELECT m.id, m.type, m.mode, m.minutes, m.starts_at, m.was_at, i.answered_at, p.place_safe"
        " FROM meeting m"
        " JOIN invitee i ON i.meeting_id=m.id AND i.person_id=?2"
        " JOIN party p ON p.case_id=m.case_id AND p.person_id=i.person_id WHERE m.case_id=?3"
        f" AND (m.status='offered' OR {_COMING}) ORDER BY m.starts_at IS NULL, m.starts_at, m.id",
        (stamp(now), person.id, case),
    ).fetchall()
    return tuple(
        Appointment(
            meeting=meeting,
            type=kind,
            mode=mode,
            minutes=minutes,
            starts=moment(at) if at else None,
            was=moment(was) if was else None,
            slots=tuple(at for at in slots_of(db, meeting) if at > now) if at is None else (),
            answered=answered is not None,
            place=address if shown and mode == "onsite" else "",
            workers=_workers(db, meeting) if shown else (),
        )
        for meeting, kind, mode, minutes, at, was, answered, shown in rows
    )


def ahead(db: Connection, person: Person, now: datetime) -> tuple[Ahead, ...]:
    """A worker's coming meetings in open cases."""
    rows = db.execute(
        "SELECT c.id, c.reference, m.starts_at FROM host h JOIN meeting m ON m.id=h.meeting_id JOIN cases c"
        f" ON c.id=m.case_id JOIN work w ON w.case_id=c.id AND w.person_id=h.person_id WHERE h.person_id=?2"
        f" AND c.status='claimed' AND {_COMING} ORDER BY m.starts_at, c.id",
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
