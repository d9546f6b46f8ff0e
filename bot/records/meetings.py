"""Meetings: what is offered, who answered what, what is agreed, and what is due about it.

Every change is a compare-and-set that reports what it came to, and raises the meeting's sequence: what was written
about an older one is void. Who may make a change was asked before.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from sqlite3 import Connection

import msgspec
from msgspec import Struct

from bot.clock import moment, stamp
from bot.free import Busy
from bot.records.people import Person
from conversations.meeting_effects import AddMeeting, ChooseTimes, OfferTimes, RecordMeeting
from conversations.meeting_facts import Attendee, Held

SINCE = (
    "coalesce(m.starts_at, m.made_at) >= (SELECT coalesce(max(e.at), 0) FROM case_event e WHERE e.case_id=m.case_id"
    " AND e.name='reopened')"
)
"""The SQL condition that a meeting ``m`` belongs to the case as it was last opened: what was held before a parent came
back counts for what is counted of the case, and for nothing that begins anew."""


class Kept(Struct, frozen=True):
    """A meeting as it is stored, for what follows from it. ``was`` is the agreed time that is being moved."""

    id: int
    case: int
    type: str
    minutes: int
    status: str
    starts: datetime | None
    sequence: int
    was: datetime | None = None


def get(db: Connection, meeting: int) -> Kept | None:
    """One meeting."""
    row = db.execute(
        "SELECT id, case_id, type, minutes, status, starts_at, sequence, was_at FROM meeting WHERE id=?", (meeting,)
    ).fetchone()
    if row is None:
        return None
    found, case, kind, minutes, status, at, sequence, was = row
    return Kept(found, case, kind, minutes, status, moment(at) if at else None, sequence, moment(was) if was else None)


def make(
    db: Connection, effect: OfferTimes, uid: str, now: datetime, hosts: Iterable[Person], invitees: Sequence[Person]
) -> Kept:
    """A new meeting without times. It counts for the promise if somebody is invited who has asked for it, or if a
    professional has."""
    asked = db.execute("SELECT person_id FROM party WHERE case_id=? AND invited=0", (effect.case,)).fetchall()
    promised = not invitees or any((person.id,) in asked for person in invitees)
    (meeting,) = db.execute(
        "INSERT INTO meeting (case_id, type, mode, minutes, status, made_at, uid, promised)"
        " VALUES (?,?,?,?,'offered',?,?,?) RETURNING id",
        (effect.case, effect.kind, effect.mode, effect.minutes, stamp(now), uid, promised),
    ).fetchone()
    db.executemany("INSERT INTO host VALUES (?,?)", [(meeting, person.id) for person in hosts])
    db.executemany(
        "INSERT INTO invitee (meeting_id, person_id) VALUES (?,?)", [(meeting, person.id) for person in invitees]
    )
    return _got(db, meeting)


def offer(db: Connection, meeting: int, times: Iterable[datetime], late: str = "") -> Kept:
    """Offer these times instead of what was offered or agreed before; everybody answers anew."""
    db.execute(
        "UPDATE meeting SET status='offered', was_at=coalesce(starts_at, was_at), starts_at=NULL, late_reason=?"
        " WHERE id=?",
        (late or None, meeting),
    )
    _clear(db, meeting)
    db.executemany("INSERT INTO slot VALUES (?,?)", [(meeting, stamp(start)) for start in times])
    return _changed(db, meeting)


def agree(db: Connection, meeting: int, start: datetime) -> Kept | None:
    """Fix one of the offered times; None if the offer is gone."""
    agreed = db.execute(
        "UPDATE meeting SET status='agreed', starts_at=?2, was_at=NULL WHERE id=?1 AND status='offered'"
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
    db.execute(
        "UPDATE invitee SET answered_at=NULL, suits=NULL, wishes=NULL, move_asked=0 WHERE meeting_id=?", (meeting,)
    )


def _changed(db: Connection, meeting: int) -> Kept:
    db.execute("UPDATE meeting SET sequence=sequence+1 WHERE id=?", (meeting,))
    return _got(db, meeting)


def _got(db: Connection, meeting: int) -> Kept:
    kept = get(db, meeting)
    assert kept, "it was written in this transaction"
    return kept


def add(db: Connection, effect: AddMeeting, uid: str, now: datetime, host: Person, invitees: Sequence[Person]) -> Kept:
    """A meeting that was held without being agreed here."""
    wanted = OfferTimes(effect.case, effect.kind, effect.party, "onsite", 60, (effect.starts,))
    made = make(db, wanted, uid, now, [host], invitees)
    db.execute("UPDATE meeting SET status='agreed', starts_at=? WHERE id=?", (stamp(effect.starts), made.id))
    return _changed(db, made.id)


def remove(db: Connection, meeting: int) -> bool:
    """A meeting that was added and not recorded goes; what was agreed ahead is never made after it began."""
    gone = "DELETE FROM meeting WHERE id=? AND status='agreed' AND starts_at <= made_at"
    return db.execute(gone, (meeting,)).rowcount == 1


def record(db: Connection, effect: RecordMeeting) -> bool:
    """Write down a held meeting, or correct what is written down; False if it is not there to be."""
    recorded = db.execute(
        "UPDATE meeting SET status='held', type=?, mode=?, lasted=?, attended=?, present=?, children_by=?,"
        " agreed_by=?, reasons=? WHERE id=? AND status=?",
        (
            effect.kind,
            effect.mode,
            effect.lasted,
            msgspec.json.encode(effect.attended).decode(),
            effect.workers,
            effect.children_by or None,
            msgspec.json.encode(effect.agreed_by).decode() if effect.agreed_by else None,
            msgspec.json.encode(effect.reasons).decode(),
            effect.meeting,
            "held" if effect.corrects else "agreed",
        ),
    ).rowcount
    _clear(db, effect.meeting)
    _changed(db, effect.meeting)
    return recorded == 1


def came(db: Connection, meeting: int, roles: Iterable[Attendee]) -> None:
    """Parents who came to a meeting are of those whose meeting it is, also where another was invited."""
    db.executemany(
        "INSERT OR IGNORE INTO invitee (meeting_id, person_id) SELECT m.id, p.person_id FROM meeting m"
        " JOIN party p ON p.case_id=m.case_id WHERE m.id=? AND 'parent ' || p.number=?",
        [(meeting, role) for role in roles],
    )


def held_as(db: Connection, meeting: int) -> Held | None:
    """What was recorded of a meeting that was held."""
    row = db.execute(
        "SELECT lasted, attended, present, coalesce(children_by, ''), coalesce(agreed_by, '[]'),"
        " coalesce(reasons, '{}') FROM meeting WHERE id=? AND status='held'",
        (meeting,),
    ).fetchone()
    if row is None:
        return None
    lasted, attended, workers, children, agreed, reasons = row
    came, agreeing = (msgspec.json.decode(roles, type=tuple[Attendee, ...]) for roles in (attended, agreed))
    return Held(lasted, came, workers, children, agreeing, msgspec.json.decode(reasons, type=dict[str, str]))


def held(db: Connection, case: int) -> int:
    """How many individual and couple meetings were held."""
    counted = "SELECT count(*) FROM meeting WHERE case_id=? AND status='held' AND type IN ('individual', 'couple')"
    (number,) = db.execute(counted, (case,)).fetchone()
    return int(number)


def was_any_held(db: Connection, case: int) -> bool:
    """Whether the meetings of a case have begun."""
    return db.execute("SELECT 1 FROM meeting WHERE case_id=? AND status='held' LIMIT 1", (case,)).fetchone() is not None


def has_begun(db: Connection, case: int) -> bool:
    """Whether a meeting was held since the case was last opened."""
    found = f"SELECT 1 FROM meeting m WHERE case_id=? AND status='held' AND {SINCE} LIMIT 1"
    return db.execute(found, (case,)).fetchone() is not None


def is_any_agreed(db: Connection, case: int) -> bool:
    """Whether a meeting is to come or to be recorded."""
    found = "SELECT 1 FROM meeting WHERE case_id=? AND status='agreed' LIMIT 1"
    return db.execute(found, (case,)).fetchone() is not None


# Who


def numbers(db: Connection, case: int) -> tuple[int, ...]:
    """The parents of a case by their numbers."""
    rows = db.execute("SELECT number FROM party WHERE case_id=? ORDER BY number", (case,))
    return tuple(number for (number,) in rows)


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


def held_by(db: Connection, person: Person, now: datetime) -> list[Kept]:
    """The coming meetings that a worker holds."""
    rows = db.execute(
        "SELECT m.id FROM host h JOIN meeting m ON m.id=h.meeting_id WHERE h.person_id=? AND m.status='agreed'"
        " AND m.starts_at > ? ORDER BY m.starts_at, m.id",
        (person.id, stamp(now)),
    )
    return [_got(db, meeting) for (meeting,) in rows.fetchall()]


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


def choose(db: Connection, person: Person, answer: ChooseTimes, now: datetime) -> bool:
    """Keep a parent's answer, in place of an earlier one; False if the offer is gone or is not theirs."""
    given, wishes = [stamp(start) for start in answer.suits], msgspec.json.encode(answer.wishes).decode()
    return (
        db.execute(
            "UPDATE invitee SET answered_at=?, suits=?, wishes=? WHERE meeting_id=? AND person_id=?"
            " AND meeting_id IN (SELECT id FROM meeting WHERE status='offered')",
            (stamp(now), msgspec.json.encode(given).decode(), wishes, answer.meeting, person.id),
        ).rowcount
        == 1
    )


def ask_to_move(db: Connection, person: Person, meeting: int) -> bool:
    """A parent wishes another time; False if they have said so of this time already."""
    asked = "UPDATE invitee SET move_asked=1 WHERE meeting_id=? AND person_id=? AND move_asked=0"
    return db.execute(asked, (meeting, person.id)).rowcount == 1


def keep_slots(db: Connection, meeting: int, usable: set[int]) -> bool:
    """Only these of the offered times are still offered; False if none is left."""
    for at in slots_of(db, meeting):
        if stamp(at) not in usable:
            db.execute("DELETE FROM slot WHERE meeting_id=? AND starts_at=?", (meeting, stamp(at)))
    return bool(slots_of(db, meeting))


def first_is_set(db: Connection, case: int, but: int = 0) -> bool:
    """Whether a meeting that counts for the promise is agreed or was held since the case was opened, other than
    ``but``."""
    stands = "promised=1 AND status IN ('agreed', 'held')"
    found = f"SELECT 1 FROM meeting m WHERE case_id=? AND {stands} AND {SINCE} AND id<>? LIMIT 1"
    return db.execute(found, (case, but)).fetchone() is not None


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


def open_of(db: Connection, case: int, now: datetime) -> list[Kept]:
    """What is offered in a case, and what is agreed and still to come."""
    rows = db.execute(
        "SELECT id FROM meeting WHERE case_id=? AND (status='offered'"
        " OR status='agreed' AND starts_at + 60 * minutes > ?) ORDER BY id",
        (case, stamp(now)),
    )
    return [_got(db, meeting) for (meeting,) in rows.fetchall()]


def slots_of(db: Connection, meeting: int) -> tuple[datetime, ...]:
    """The offered times of a meeting."""
    rows = db.execute("SELECT starts_at FROM slot WHERE meeting_id=? ORDER BY 1", (meeting,))
    return tuple(moment(at) for (at,) in rows)


def has_met(db: Connection, person: Person, case: int, now: datetime) -> bool:
    """Whether a meeting to which this parent was invited has taken place since the case was last opened. Once it is
    recorded it is one only if this very parent came: what it was without them must not show on their screen."""
    came = "EXISTS (SELECT 1 FROM json_each(m.attended) j WHERE j.value='parent ' || p.number)"
    found = (
        "SELECT 1 FROM invitee i JOIN meeting m ON m.id=i.meeting_id JOIN party p ON p.case_id=m.case_id"
        " AND p.person_id=i.person_id WHERE i.person_id=? AND m.case_id=? AND m.starts_at <= ?"
        f" AND (m.status='agreed' OR m.status='held' AND {came}) AND {SINCE} LIMIT 1"
    )
    return db.execute(found, (person.id, case, stamp(now))).fetchone() is not None


def is_void(db: Connection, meeting: int, sequence: int, now: datetime) -> bool:
    """Whether what was written about a meeting no longer holds: it has changed since, or has begun."""
    kept = get(db, meeting)
    return kept is None or kept.sequence != sequence or (kept.starts is not None and kept.starts <= now)
