"""What staff may read of cases: lists, the card, its timeline and letters, and counts.

Every read goes through `bot.records.standing`; a case that may not be seen reads like one that does not exist.
"""

from datetime import date, datetime
from sqlite3 import Connection
from typing import Any

import msgspec

from bot.clock import HELSINKI, moment, stamp
from bot.records import appointments, cases, endings, invitations, meetings, promises, standing
from bot.records.cases import Answers
from bot.records.people import Person
from conversations.access import Relation, allowed
from conversations.facts import Card, CaseLine, Happened, Letter, Lines, Offer, Override, Party, Role, Seat
from conversations.joint import Start
from conversations.promise import is_late
from conversations.view import PAGE

_WAITING = "c.association=:association AND c.status='waiting'"
_MINE = "c.status='claimed' AND c.id IN (SELECT case_id FROM work WHERE person_id=:person)"
_URGENT = "c.risk DESC, c.first_meeting_by, c.id"
_LISTS: dict[str, tuple[Relation, str, str]] = {
    "queue": ("queue", _WAITING, _URGENT),
    "newest": ("queue", _WAITING, "c.opened_at DESC, c.id DESC"),
    "mine": ("own", _MINE, _URGENT),
    "today": (
        "own",
        f"{_MINE} AND (NOT EXISTS (SELECT 1 FROM meeting m WHERE m.case_id=c.id AND m.promised=1"
        f" AND m.status IN ('agreed', 'held') AND {meetings.SINCE}) OR EXISTS (SELECT 1 FROM meeting m"
        " WHERE m.case_id=c.id AND m.status='agreed' AND m.starts_at + 60 * m.minutes <= :now))",
        "c.first_meeting_by, c.risk DESC, c.id",
    ),
    "asked": ("asked", "c.id IN (SELECT case_id FROM offer WHERE asked=:person)", _URGENT),
    "unattended": ("unattended", "c.association=:association AND c.status='claimed'", "c.first_meeting_by, c.id"),
}
"""Each list: the relation it shows, what narrows it to an index, and its order."""

_ALONE = (
    "m.type='individual' AND m.status='held'"
    " AND EXISTS (SELECT 1 FROM json_each(m.attended) j WHERE j.value='parent ' || p.number)"
    " AND NOT EXISTS (SELECT 1 FROM json_each(m.attended) j WHERE j.value LIKE 'parent %'"
    " AND j.value<>'parent ' || p.number)"
)
"""The SQL condition that the workers met the parent ``p`` alone at a meeting ``m``: it is recorded as held, and no
other parent came. What is only agreed says nothing of who will come."""


def lines(db: Connection, person: Person, seat: Seat, name: str, now: datetime, page: int) -> Lines:
    """One page of a list of cases."""
    relation, narrow, order = _LISTS[name]
    today = now.astimezone(HELSINKI).date()
    if not allowed(seat.role, "list", relation):
        return Lines()
    total = standing.waiting(db, person, seat.association, today) if relation == "queue" else None
    where = f"{narrow} AND {standing.among((relation,))}"
    return _page(db, person, seat, where, order, today, page, total, now=stamp(now))


def found(db: Connection, person: Person, seat: Seat, reference: str, today: date) -> Lines:
    """The case with a reference, if the person may open it."""
    narrow = f"c.reference=:reference AND {standing.permits(seat.role, 'open')}"
    return _page(db, person, seat, narrow, "c.id", today, 0, reference=reference.strip().lstrip("#").upper())


def _page(
    db: Connection,
    person: Person,
    seat: Seat,
    where: str,
    order: str,
    today: date,
    page: int,
    total: int | None = None,
    **more: str | int,
) -> Lines:
    given = {"association": seat.association, "person": person.id, "today": today.isoformat(), **more}
    source = f"FROM cases c JOIN seat s ON s.person_id=:person WHERE {where}"
    if total is None:
        (total,) = db.execute(f"SELECT count(*) {source}", given).fetchone()
    rows = db.execute(
        f"SELECT c.id, c.reference, c.first_meeting_by, c.risk, c.status {source} ORDER BY {order}"
        f" LIMIT {PAGE} OFFSET :skip",
        {**given, "skip": page * PAGE},
    )
    found = (CaseLine(i, ref, _days_left(by, today), bool(risk), status) for i, ref, by, risk, status in rows)
    return Lines(tuple(found), total or 0)


def counts(db: Connection, person: Person, seat: Seat, now: datetime) -> dict[str, int]:
    """How many open cases of the own association stand in each relation that the role may count; for those who lead
    or coordinate, too, how often the promised week was kept."""
    today = now.astimezone(HELSINKI).date()
    found = standing.counted(db, person, seat.association, today)
    counts: dict[str, int] = {r: n for r, n in found.items() if n and allowed(seat.role, "count", r)}
    if seat.role == "worker":
        return counts
    kept, promised = promises.kept(db, seat.association)
    return counts | {"kept": kept, "promised": promised}


def card(db: Connection, person: Person, case: int, now: datetime, today: date) -> Card | None:
    """A case as this person may see it; None if it is unknown or not theirs to see. Who may only glance at it sees no
    more than the reference, the dates and who was asked to take it."""
    stands = standing.relation(db, person, case, today)
    if stands is None:
        return None
    role, relation = stands
    whole = allowed(role, "open", relation)
    if not whole and not allowed(role, "glance", relation):
        return None
    bare = _glance(db, case, today) | {"relation": relation}
    return _whole(db, person, case, bare, role, now) if whole else Card(**bare)


def _glance(db: Connection, case: int, today: date) -> dict[str, Any]:
    """What everybody may see who may see the case at all."""
    reference, status, stage, opened, by = db.execute(
        "SELECT reference, status, stage, opened_at, first_meeting_by FROM cases WHERE id=?", (case,)
    ).fetchone()
    offer = db.execute(
        "SELECT o.kind, b.name, a.name FROM offer o LEFT JOIN seat b ON b.person_id=o.asked_by"
        " LEFT JOIN seat a ON a.person_id=o.asked WHERE o.case_id=?",
        (case,),
    ).fetchone()
    return {
        "case": case,
        "reference": reference,
        "status": status,
        "stage": stage,
        "opened_at": moment(opened),
        "first_meeting_by": date.fromisoformat(by),
        "days_left": _days_left(by, today),
        "offer": Offer(offer[0], offer[1] or "", offer[2] or "") if offer else None,
    }


def _whole(db: Connection, person: Person, case: int, bare: dict[str, Any], role: Role, now: datetime) -> Card:
    (risk,) = db.execute("SELECT risk FROM cases WHERE id=?", (case,)).fetchone()
    closed = bare["status"] == "closed"
    names = dict(
        db.execute(
            "SELECT w.part, s.name FROM work w JOIN seat s ON s.person_id=w.person_id WHERE w.case_id=?", (case,)
        )
    )
    events = cases.last_details(db, case)
    (letters,) = db.execute("SELECT count(*) FROM letter WHERE case_id=?", (case,)).fetchone()
    referral = db.execute("SELECT answers FROM referral WHERE case_id=?", (case,)).fetchone()
    return Card(
        **bare,
        risk=bool(risk),
        parties=_former(db, case) if closed else _parties(db, case, now),
        override=_override(db, case, person),
        meetings=appointments.of_case(db, case),
        recorded=appointments.recorded(db, case),
        held=meetings.held(db, case),
        met=meetings.was_any_held(db, case),
        begun=meetings.has_begun(db, case),
        guest=invitations.guest(db, case) if allowed(role, "invite", bare["relation"]) else None,
        referral=msgspec.json.decode(referral[0], type=Answers) if referral else {},
        lead=names.get("lead", ""),
        pair=names.get("pair", ""),
        welfare=events.get("welfare", ""),  # type: ignore[arg-type]  # "yes" or "no", as it was recorded
        contacted=_contacted(db, case),
        agreed=meetings.first_is_set(db, case),
        letters=letters,
        closing=events.get("closing", ""),
        agreed_end=endings.agreed_by(db, case),
        summed=events.get("summed_up", ""),
        until=endings.until(db, case),
        may_return=not closed and endings.can_come_back(db, case),
        apart=cases.has_two(db, case),
        calls=endings.calls(db, case) if allowed(role, "call back", bare["relation"]) else (),
    )


def _contacted(db: Connection, case: int) -> bool:
    """Whether every parent has been reached since the case was last in the queue, without a party the client."""
    back = "(SELECT coalesce(max(id), 0) FROM case_event WHERE case_id=?1 AND name IN ('given_back', 'reopened'))"
    reached = f"e.case_id=?1 AND e.name='reached' AND e.id > {back}"
    (contacted,) = db.execute(
        f"SELECT EXISTS (SELECT 1 FROM case_event e WHERE {reached}) AND NOT EXISTS (SELECT 1 FROM party p"
        f" WHERE p.case_id=?1 AND NOT EXISTS (SELECT 1 FROM case_event e WHERE {reached} AND e.parent=p.number))",
        (case,),
    ).fetchone()
    return bool(contacted)


def _parties(db: Connection, case: int, now: datetime) -> tuple[Party, ...]:
    rows = db.execute(
        "SELECT p.person_id, p.answers, w.locale, c.given_at, p.talked_alone_at, w.blocked_at, w.safe_hours,"
        " p.talk_until, p.number, p.form, EXISTS (SELECT 1 FROM invitee i JOIN meeting m ON m.id=i.meeting_id"
        f" WHERE m.case_id=p.case_id AND i.person_id=p.person_id AND {_ALONE} AND {meetings.SINCE})"
        " FROM party p JOIN person w ON w.id=p.person_id LEFT JOIN consent c ON c.person_id=w.id"
        " WHERE p.case_id=? ORDER BY p.number",
        (case,),
    )
    return tuple(
        Party(
            person=person,
            answers=msgspec.json.decode(answers, type=Answers),
            language=locale,
            consented_on=moment(consent).date() if consent else None,
            talked_alone_on=moment(alone).date() if alone else None,
            reachable=blocked is None,
            written_to=hours != "never",
            talk=talk is not None and talk > stamp(now),
            number=number,
            met_alone=bool(met),
            form=form or "",
            reconsidered=cases.has_reconsidered(db, case, person),
        )
        for person, answers, locale, consent, alone, blocked, hours, talk, number, form, met in rows
    )


def _former(db: Connection, case: int) -> tuple[Party, ...]:
    """Who was a party when the case was closed, with what they told; nothing can be done with them."""
    rows = db.execute(
        "SELECT f.person_id, f.answers, p.locale, f.number FROM former f JOIN person p ON p.id=f.person_id"
        " JOIN cases c ON c.id=f.case_id AND c.association=f.association WHERE c.id=? ORDER BY f.number",
        (case,),
    )
    return tuple(
        Party(
            person=person,
            answers=msgspec.json.decode(answers, type=Answers),
            language=locale,
            consented_on=None,
            talked_alone_on=None,
            reachable=False,
            written_to=False,
            talk=False,
            number=number,
        )
        for person, answers, locale, number in rows
    )


def start(db: Connection, case: int, now: datetime) -> Start:
    """What the rule of joint meetings looks at, for the service itself."""
    return Start(_parties(db, case, now), _override(db, case))


def _override(db: Connection, case: int, person: Person | None = None) -> Override | None:
    row = db.execute(
        "SELECT o.reason, s.name, o.agreed_by IS NOT NULL, o.asked_by FROM override o"
        " LEFT JOIN seat s ON s.person_id=o.asked_by WHERE o.case_id=?",
        (case,),
    ).fetchone()
    return Override(row[0], row[1] or "", bool(row[2]), person is not None and person.id == row[3]) if row else None


def needs_reason(db: Connection, case: int, meeting: int, times: tuple[datetime, ...]) -> bool:
    """Whether these times of a meeting would make the first one later than promised."""
    return not meetings.first_is_set(db, case, meeting) and is_late(times, cases.named(db, case)[3])


def timeline(db: Connection, person: Person, case: int, today: date) -> tuple[Happened, ...]:
    """What happened to a case, the newest last."""
    if not standing.may(db, person, "open", case, today):
        return ()
    rows = db.execute(
        "SELECT e.at, e.name, e.detail, s.name, e.parent FROM case_event e LEFT JOIN seat s ON s.person_id=e.person_id"
        " WHERE e.case_id=? ORDER BY e.id",
        (case,),
    )
    return tuple(Happened(moment(at), name, detail or "", by or "", n or 0) for at, name, detail, by, n in rows)


def letters(db: Connection, person: Person, case: int, today: date) -> tuple[Letter, ...]:
    """The practical messages of a case, for its own workers only."""
    if not standing.may(db, person, "work", case, today):
        return ()
    rows = db.execute(
        "SELECT l.at, l.from_us, l.words, p.number FROM letter l JOIN party p ON p.case_id=l.case_id"
        " AND p.person_id=l.party WHERE l.case_id=? ORDER BY l.id",
        (case,),
    )
    return tuple(Letter(moment(at), bool(from_us), words, number) for at, from_us, words, number in rows)


def _days_left(by: str, today: date) -> int:
    return (date.fromisoformat(by) - today).days
