"""The life of a case and its parties. Every change is a compare-and-set that reports its success; who may make it was
asked before (`bot.records.standing`)."""

import secrets
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from sqlite3 import Connection

import msgspec

from bot.clock import HELSINKI, moment, stamp
from bot.records import appointments, goals, meetings, notes
from bot.records.people import Person
from conversations import life
from conversations.facts import Appointment, Request

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Letters and digits that are not mistaken for each other when a reference is read aloud."""

Answers = dict[str, tuple[str, ...]]

_OPEN = "('waiting', 'claimed')"


def open_case(
    db: Connection,
    association: str,
    now: datetime,
    days: int,
    draw: Callable[[], str],
    *,
    sector: str | None = None,
    risk: bool = False,
) -> int:
    """A new case in the queue; the promise counts from today. ``sector`` is that of a professional who referred."""
    by = now.astimezone(HELSINKI).date() + timedelta(days=days)
    reference = draw()
    while db.execute("SELECT 1 FROM cases WHERE reference=?", (reference,)).fetchone():
        reference = draw()
    source = "professional" if sector else "parent"
    (case,) = db.execute(
        "INSERT INTO cases (reference, association, source, sector, risk, opened_at, first_meeting_by)"
        " VALUES (?,?,?,?,?,?,?) RETURNING id",
        (reference, association, source, sector, risk, stamp(now), by.isoformat()),
    ).fetchone()
    log(db, case, "opened", now)
    return int(case)


def add_party(
    db: Connection, case: int, person: Person, answers: Answers, *, invited: bool = False, number: int = 0
) -> None:
    """A parent of the case, with what that parent told: Parent 1, or Parent 2 where another came before, unless the
    ``number`` is given."""
    taken = [number for (number,) in db.execute("SELECT number FROM party WHERE case_id=?", (case,))]
    number = number or (2 if 1 in taken or (invited and not taken) else 1)
    db.execute(
        "INSERT INTO party"
        " (case_id, person_id, phone_safe, afraid, contact_other, start_wish, answers, number, invited)"
        " VALUES (?,?,?,?,?,?,?,?,?)",
        (case, person.id, *_told(answers), number, invited),
    )
    sign_risk(db, case)


def remove_party(db: Connection, case: int, person: Person) -> None:
    """A parent leaves a case that goes on: what this parent told and wrote goes, and nothing else."""
    db.execute("DELETE FROM letter WHERE case_id=? AND party=?", (case, person.id))
    goals.left(db, case, person)
    db.execute("DELETE FROM party WHERE case_id=? AND person_id=?", (case, person.id))
    sign_risk(db, case)


def set_answers(db: Connection, case: int, party: int, answers: Answers) -> None:
    """Replace what a party told."""
    db.execute(
        "UPDATE party SET phone_safe=?, afraid=?, contact_other=?, start_wish=?, answers=?"
        " WHERE case_id=? AND person_id=?",
        (*_told(answers), case, party),
    )
    sign_risk(db, case)


def talked_alone(db: Connection, case: int, party: int, now: datetime) -> None:
    """A worker has talked with this party alone."""
    db.execute("UPDATE party SET talked_alone_at=? WHERE case_id=? AND person_id=?", (stamp(now), case, party))


def has_talked_alone(db: Connection, case: int, party: int) -> bool:
    """Whether a worker has talked with this party alone."""
    found = "SELECT 1 FROM party WHERE case_id=? AND person_id=? AND talked_alone_at IS NOT NULL"
    return db.execute(found, (case, party)).fetchone() is not None


def has_reconsidered(db: Connection, case: int, party: int) -> bool:
    """Whether a party changed the decision about the other parent to a yes in the chat, and nobody has talked with
    them or recorded it anew since."""
    found = (
        "SELECT max(e.id) FILTER (WHERE e.name='changed'), max(e.id) FILTER (WHERE e.name<>'changed')"
        " FROM case_event e JOIN party p ON p.case_id=e.case_id AND p.number=e.parent WHERE e.case_id=? AND"
        " p.person_id=? AND (e.name='talked_alone' OR e.name IN ('changed', 'corrected') AND e.detail='contact_other')"
    )
    changed, talked = db.execute(found, (case, party)).fetchone()
    return changed is not None and changed > (talked or 0)


def number_of(db: Connection, case: int, person: int) -> int:
    """Which parent of a case somebody is; 0 if none."""
    row = db.execute("SELECT number FROM party WHERE case_id=? AND person_id=?", (case, person)).fetchone()
    return int(row[0]) if row else 0


def answers_of(db: Connection, case: int, party: int) -> Answers:
    """What a party told."""
    row = db.execute("SELECT answers FROM party WHERE case_id=? AND person_id=?", (case, party)).fetchone()
    return msgspec.json.decode(row[0], type=Answers) if row else {}


def sign_risk(db: Connection, case: int) -> None:
    """Any gate answer but the safe one, of any party: a worker talks with the parent alone first."""
    db.execute(
        "UPDATE cases SET risk=EXISTS (SELECT 1 FROM party p WHERE p.case_id=cases.id"
        " AND (p.phone_safe <> 'yes' OR p.afraid <> 'no' OR p.contact_other <> 'yes')) WHERE id=?",
        (case,),
    )


def new_reference() -> str:
    """A reference to draw from: four characters, easy to say on the phone."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(4))


_TALKED_ABOUT = ("phone_safe", "afraid", "contact_other", "start")
"""What a talk alone was about; an answer to it that is changed in the chat needs another talk."""


def change_request(db: Connection, case: int, person: Person, answers: Answers, now: datetime) -> bool:
    """Replace what a parent told, only while the case waits."""
    if not is_waiting(db, case):
        return False
    yes, before = ("yes",), answers_of(db, case, person.id)
    anew = answers.get("contact_other") == yes and before.get("contact_other") != yes
    if any(answers.get(question, ()) != before.get(question, ()) for question in _TALKED_ABOUT):
        db.execute("UPDATE party SET talked_alone_at=NULL WHERE case_id=? AND person_id=?", (case, person.id))
    set_answers(db, case, person.id, answers)
    log(db, case, "changed", now, detail="contact_other" if anew else None, party=person.id)
    return True


def set_association(db: Connection, case: int, person: Person, association: str) -> None:
    """The association that a parent has chosen instead, among what they told."""
    set_answers(db, case, person.id, answers_of(db, case, person.id) | {"association": (association,)})


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


def end(
    db: Connection, case: int, status: str, now: datetime, reason: str | None = None, by: Person | None = None
) -> bool:
    """End an open case before it began; what the parents told goes, only dates, association and reason stay. ``by`` is
    the worker who ends it; that a parent does must not stay, as they go."""
    if not is_open(db, case):
        return False
    forget_people(db, case)
    log(db, case, status, now, detail=reason, by=by)
    return True


def forget_people(db: Connection, case: int) -> None:
    """What people told, wrote and are goes; who can still come back from an earlier end is kept apart."""
    for table in ("party", "offer", "reminder", "letter", "referral", "conflict", "invited", "override"):
        db.execute(f"DELETE FROM {table} WHERE case_id=?", (case,))
    notes.forget_case(db, case)
    goals.forget_words(db, case, of_former=False)
    meetings.forget_people(db, case)


def claim(db: Connection, person: Person, case: int, now: datetime) -> bool:
    """Take a waiting case; False if somebody was faster."""
    if not is_waiting(db, case):
        return False
    log(db, case, "claimed", now, by=person)
    db.execute(
        "INSERT INTO work (case_id, person_id, part, since) VALUES (?,?,'lead',?)", (case, person.id, stamp(now))
    )
    return True


def request_of(db: Connection, person: Person, now: datetime, addresses: Mapping[str, str]) -> Request | None:
    """A parent's own open case as the parent may see it; ``addresses`` are those of the associations by their ids."""
    row = db.execute(
        "SELECT c.id, c.reference, c.status, c.association, coalesce(p.meet_by, c.first_meeting_by), p.answers,"
        " w.safe_hours, p.talk_until, p.invited, p.form, p.place_safe"
        " FROM cases c JOIN party p ON p.case_id=c.id JOIN person w ON w.id=p.person_id"
        f" WHERE p.person_id=? AND c.status IN {_OPEN}",
        (person.id,),
    ).fetchone()
    if row is None:
        return None
    talk = row[7] is not None and row[7] > stamp(now)
    by, answers = date.fromisoformat(row[4]), msgspec.json.decode(row[5], type=Answers)
    met = meetings.has_met(db, person, row[0], now)
    own = appointments.of_parent(db, person, row[0], now, addresses.get(row[3], ""))
    return Request(
        case=row[0],
        reference=row[1],
        status=row[2],
        association=row[3],
        first_meeting_by=by,
        answers=answers,
        written_to=row[6] != "never",
        talk=talk,
        invited=bool(row[8]),
        form=row[9] or "",
        meetings=own,
        place_safe=bool(row[10]),
        goals=goals.of_parent(db, person, row[0]),
        late=not met and _is_late(by, own, now),
        met=met,
    )


def _is_late(by: date, own: tuple[Appointment, ...], now: datetime) -> bool:
    """Whether the first meeting of a parent who has not met yet cannot be held in time, as far as they may know: what
    is agreed or offered to them is later, or there is nothing and the day is over."""
    times = [at for meeting in own for at in ((meeting.starts,) if meeting.starts else meeting.slots)]
    if times:
        return min(times).date() > by
    return moment(stamp(now)).date() > by


def agree_start(db: Connection, case: int, form: str) -> bool:
    """How the case starts from now on; False if every parent knows it so already."""
    return db.execute("UPDATE party SET form=? WHERE case_id=? AND form IS NOT ?", (form, case, form)).rowcount > 0


def set_place_safe(db: Connection, person: Person, safe: bool) -> None:
    """Whether this parent said that place and worker may be shown on this phone."""
    db.execute("UPDATE party SET place_safe=? WHERE person_id=?", (safe, person.id))


_NEWLY_UNREACHABLE = (
    "told_unreachable=0 AND person_id IN (SELECT id FROM person WHERE blocked_at IS NOT NULL)"
    " AND case_id IN (SELECT id FROM cases WHERE status='claimed')"
)


def has_newly_unreachable(db: Connection) -> bool:
    """Whether the bot can no longer reach a parent, and the workers do not know it yet."""
    return db.execute(f"SELECT 1 FROM party WHERE {_NEWLY_UNREACHABLE} LIMIT 1").fetchone() is not None


def newly_unreachable(db: Connection) -> list[int]:
    """The cases of these parents; from now on their workers know."""
    told = f"UPDATE party SET told_unreachable=1 WHERE {_NEWLY_UNREACHABLE} RETURNING case_id"
    return [case for (case,) in db.execute(told).fetchall()]


def parties(db: Connection, case: int, *, invited: bool = True) -> list[Person]:
    """The parents of a case, in the order they came; or only those who asked for it themselves."""
    rows = db.execute(
        "SELECT p.id, p.chat_id, p.locale FROM party y JOIN person p ON p.id=y.person_id"
        " WHERE y.case_id=? AND y.invited <= ? ORDER BY y.number",
        (case, invited),
    )
    return [Person(*row) for row in rows]


def has_two(db: Connection, case: int) -> bool:
    """Whether a case has two parents, or had: then it is said which of them something is about."""
    found = (
        "SELECT EXISTS (SELECT 1 FROM there WHERE case_id=?1 AND number=2) OR EXISTS"
        " (SELECT 1 FROM case_event WHERE case_id=?1 AND (parent=2 OR name='guest_confirmed'))"
    )
    return bool(db.execute(found, (case,)).fetchone()[0])


def workers(db: Connection, case: int) -> list[Person]:
    """Lead worker and work pair."""
    rows = db.execute(
        "SELECT p.id, p.chat_id, p.locale FROM work w JOIN person p ON p.id=w.person_id"
        " WHERE w.case_id=? ORDER BY w.part",
        (case,),
    )
    return [Person(*row) for row in rows]


def named(db: Connection, case: int) -> tuple[str, str, datetime, date]:
    """What may be said of a case in a bare notice: reference, association, and the two dates."""
    reference, association, opened, by = db.execute(
        "SELECT reference, association, opened_at, first_meeting_by FROM cases WHERE id=?", (case,)
    ).fetchone()
    return reference, association, moment(opened), date.fromisoformat(by)


def audit(db: Connection, person: Person, action: str, case: int | None, now: datetime, part: str = "") -> None:
    """Write down who did or looked at what; never what it said."""
    db.execute(
        "INSERT INTO audit (at, person_id, action, case_id, part) VALUES (?,?,?,?,?)",
        (stamp(now), person.id, action, case, part or None),
    )


def last_details(db: Connection, case: int) -> dict[str, str]:
    """The last detail of each kind of event. What was recorded before the case was given back or reopened counts no
    more, and no summary from before the end was proposed."""
    events: dict[str, str] = {}
    for name, detail in db.execute("SELECT name, detail FROM case_event WHERE case_id=? ORDER BY id", (case,)):
        if name in ("given_back", "reopened"):
            events = {kept: events[kept] for kept in ("welfare",) if kept in events}
        if name == "closing":
            events.pop("summed_up", None)
        events[name] = detail or ""
    return events


def last_look(db: Connection, person: Person, case: int) -> str | None:
    """How much of a case a person saw at the last look: "open" or "glance"; None without one."""
    row = db.execute(
        "SELECT action FROM audit WHERE person_id=? AND case_id=? AND action IN ('open', 'glance')"
        " ORDER BY id DESC LIMIT 1",
        (person.id, case),
    ).fetchone()
    return row[0] if row else None


def is_open(db: Connection, case: int) -> bool:
    """Whether something can still be done on a case."""
    return db.execute(f"SELECT 1 FROM cases WHERE id=? AND status IN {_OPEN}", (case,)).fetchone() is not None


def is_waiting(db: Connection, case: int) -> bool:
    """Whether a case stands in the queue."""
    return db.execute("SELECT 1 FROM cases WHERE id=? AND status='waiting'", (case,)).fetchone() is not None


def own_case(db: Connection, person: Person) -> int | None:
    """The open case of which a person is a party."""
    row = db.execute(
        f"SELECT c.id FROM cases c JOIN party p ON p.case_id=c.id WHERE p.person_id=? AND c.status IN {_OPEN}",
        (person.id,),
    ).fetchone()
    return row[0] if row else None


def has_happened(db: Connection, case: int, name: str, since: datetime, parent: int | None = None) -> bool:
    """Whether something has happened to a case since then, or with the parent who has that number."""
    found = "SELECT 1 FROM case_event WHERE case_id=?1 AND name=?2 AND at > ?3 AND (?4 IS NULL OR parent=?4) LIMIT 1"
    return db.execute(found, (case, name, stamp(since), parent)).fetchone() is not None


def with_event(db: Connection, name: str, since: datetime) -> list[int]:
    """The cases to which something has happened since then."""
    found = "SELECT DISTINCT case_id FROM case_event WHERE name=? AND at > ? ORDER BY 1"
    return [case for (case,) in db.execute(found, (name, stamp(since)))]


def log(
    db: Connection,
    case: int,
    name: str,
    now: datetime,
    *,
    detail: str | None = None,
    by: Person | None = None,
    party: int = 0,
    meeting: int | None = None,
) -> None:
    """Something happens to a case: it is written down (a reason's id, who did it, with which parent, at which meeting;
    never words), and moves the case along its life. A `conversations.life.Illegal` if it cannot happen now."""
    stage = stage_of(db, case)
    after = life.after(stage, name)
    db.execute(
        "INSERT INTO case_event (case_id, at, name, detail, person_id, parent, meeting) VALUES (?1,?2,?3,?4,?5,"
        " (SELECT number FROM party WHERE case_id=?1 AND person_id=?6 UNION ALL"
        " SELECT number FROM former WHERE case_id=?1 AND person_id=?6),?7)",
        (case, stamp(now), name, detail or None, by.id if by else None, party, meeting),
    )
    if after == stage:
        return
    ended = after in life.ENDED
    moved = db.execute(
        "UPDATE cases SET stage=?1, closed_at=?2, reason=?3, risk=risk AND ?2 IS NULL, claimed_at=CASE ?1"
        " WHEN 'waiting' THEN NULL WHEN 'claimed' THEN ?4 ELSE claimed_at END WHERE id=?5 AND stage=?6",
        (after, stamp(now) if ended else None, detail if ended else None, stamp(now), case, stage),
    ).rowcount
    assert moved == 1, "nothing comes between two statements of a turn"


def stage_of(db: Connection, case: int) -> life.Stage:
    """Where a case is in its life."""
    (stage,) = db.execute("SELECT stage FROM cases WHERE id=?", (case,)).fetchone()
    return stage  # type: ignore[no-any-return]  # the table allows nothing else
