"""Every state that a case can come to, as far as its start, its invitation and its meetings go.

They are walked breadth first over the real code, and each rule is looked at after every step.

Two walks, because one over everything at once would be too long: who comes in and how it starts, and the meetings of
two parents. Two states are the same if `key` says so. What must hold stands here in tables of its own and is read from
the rows; nothing of the rule that is checked is called.
"""

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import combinations, cycle, product
from typing import Any, NamedTuple

import msgspec

from bot import casework, effects, parents, requests, upkeep
from bot.clock import HELSINKI, Clock, stamp
from bot.records import cases, people, plans, work
from bot.records.people import Person
from conversations import effects as do
from conversations import meeting_effects as meet
from tests.office_plain import FIRST, OTHER, PAIR, WORKER, Kind, Office
from tests.offices import TOLD
from tests.theatre import NORTH, SOUTH

# The world of the walks: Friday the fourth of December 2026, ten o'clock. Sunday the sixth is Independence Day.


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=HELSINKI)


NOW, EVENING = at(4, 10), at(4, 20)
ALONE, ALONE_TOO, ONE_TIME, OTHER_TIME, BY_PHONE, MOVED = at(4, 13), at(4, 14), at(7, 9), at(7, 10), at(7, 9), at(7, 10)
WORKS = {
    WORKER: {4: (9, 16), 7: (9, 16)},
    PAIR: {4: (9, 16), 7: (9, 13), 8: (9, 16)},
}
"""Who works when; the worker also on Sundays, but no holiday. On Tuesday the eighth the worker is away."""

BUSY = {WORKER: (at(7, 12), at(7, 13)), PAIR: (at(4, 13), at(4, 14))}
"""What each of them has agreed in another case."""

BAD = {
    "past": at(4, 9),
    "too soon": at(4, 11),
    "after work": at(7, 16),
    "over the end of work": at(7, 15, 30),
    "holiday": at(6, 12),
    "free day": at(5, 12),
    "away": at(8, 10),
    "taken": at(7, 11, 30),
    "no full or half hour": at(7, 9, 15),
    "too far ahead": at(21, 10),
}
"""When the worker cannot hold a meeting of an hour."""

_BAD = cycle(BAD.values())

NEEDED = {"phone_safe": "yes", "afraid": "no", "contact_other": "yes", "start": "joint"}
"""What each of two parents must have said for a joint meeting, besides a talk alone."""

WISHES_JOINT = TOLD | {"start": ("joint",), "together": ("together",)}


REMINDERS = {"waiting": {"unclaimed", "long_unclaimed"}, "claimed": {"no_meeting_4", "no_meeting_6"}}


class Parent(NamedTuple):
    person: int
    number: int
    answers: str
    talked: bool


class Held(NamedTuple):
    """A meeting: its times are those that are offered, or the one that is agreed."""

    id: int
    type: str
    status: str
    times: tuple[int, ...]
    minutes: int
    hosts: tuple[int, ...]
    answered: tuple[tuple[int, str | None], ...]

    @property
    def invited(self) -> set[int]:
        return {person for person, _ in self.answered}


class Rows(NamedTuple):
    """One open case."""

    case: int
    status: str
    form: str | None
    workers: tuple[int, ...]
    parents: tuple[Parent, ...]
    link: tuple[bool, bool] | None
    override: tuple[str, int, int | None] | None
    meetings: tuple[Held, ...]
    met: frozenset[int]
    reconsidered: bool
    reminders: frozenset[str]


def open_cases(db: sqlite3.Connection) -> tuple[Rows, ...]:
    """The cases of the workers' association as they stand, but for those that only keep the workers busy."""
    found = db.execute(_OPEN, (NORTH,))
    return tuple(_case(db, *row) for row in found.fetchall())


_OPEN = (
    "SELECT id, status, (SELECT CASE WHEN count(DISTINCT coalesce(form, '')) = 1 THEN max(form) END FROM party"
    " WHERE case_id=cases.id) FROM cases WHERE closed_at IS NULL AND association<>? AND reference NOT LIKE 'BUSY%'"
    " ORDER BY id"
)


def _case(db: sqlite3.Connection, case: int, status: str, form: str | None) -> Rows:
    def rows(sql: str, given: int = case) -> list[Any]:
        return db.execute(sql, (given,)).fetchall()

    told = rows("SELECT person_id, number, answers, talked_alone_at FROM party WHERE case_id=? ORDER BY number")
    link = rows("SELECT person_id, answers FROM invited WHERE case_id=?")
    override = rows("SELECT reason, asked_by, agreed_by FROM override WHERE case_id=?")
    return Rows(
        case,
        status,
        form,
        tuple(person for (person,) in rows("SELECT person_id FROM work WHERE case_id=? ORDER BY part")),
        tuple(Parent(person, number, answers, alone is not None) for person, number, answers, alone in told),
        (link[0][0] is not None, link[0][1] is not None) if link else None,
        tuple(override[0]) if override else None,
        tuple(
            Held(
                meeting,
                kind,
                status,
                (starts,) if starts else tuple(at for (at,) in rows(_SLOTS, meeting)),
                minutes,
                tuple(person for (person,) in rows(_HOSTS, meeting)),
                tuple(rows(_INVITED, meeting)),
            )
            for meeting, kind, status, starts, minutes in rows(_MEETINGS)
        ),
        frozenset(_met_alone(rows(_RECORDED), told)),
        any(cases.has_reconsidered(db, case, person) for person, *_ in told),
        frozenset(kind for (kind,) in rows("SELECT kind FROM reminder WHERE case_id=?")),
    )


def _met_alone(recorded: list[Any], told: list[Any]) -> Iterator[int]:
    """Who of those who have told something came to a recorded individual meeting as its only parent."""
    for kind, attended in recorded:
        came = [number for _, number, *_ in told if f"parent {number}" in json.loads(attended)]
        if kind == "individual" and len(came) == 1:
            yield from (person for person, number, *_ in told if number in came)


_MEETINGS = (
    "SELECT id, type, status, starts_at, minutes FROM meeting WHERE case_id=? AND status IN ('offered', 'agreed')"
    " ORDER BY type, status, starts_at, id"
)
_RECORDED = "SELECT type, attended FROM meeting WHERE case_id=? AND status='held'"
_SLOTS = "SELECT starts_at FROM slot WHERE meeting_id=? ORDER BY 1"
_HOSTS = "SELECT person_id FROM host WHERE meeting_id=? ORDER BY 1"
_INVITED = "SELECT person_id, suits FROM invitee WHERE meeting_id=? ORDER BY 1"


# What must hold, in words of its own


def is_met(parent: Parent) -> bool:
    """What this parent said and a talk alone allow a joint meeting."""
    said = json.loads(parent.answers)
    return parent.talked and all(said.get(question) == [value] for question, value in NEEDED.items())


def may_begin(rows: Rows) -> bool:
    """Both parents meet every condition, or two workers have agreed to an exception and said why."""
    if len(rows.parents) == 2 and all(is_met(parent) for parent in rows.parents):
        return True
    if rows.override is None:
        return False
    reason, asked, agreed = rows.override
    return len(rows.parents) == 2 and bool(reason) and agreed is not None and agreed != asked


def may_meet(rows: Rows) -> bool:
    met = rows.form == "separate" and all(parent.person in rows.met for parent in rows.parents)
    return may_begin(rows) and (rows.form == "joint" or met)


def is_possible(start: int, minutes: int, host: int, now: int) -> bool:
    """Whether somebody is there for a meeting, by the table of this test."""
    begins, ends = (datetime.fromtimestamp(moment, HELSINKI) for moment in (start, start + 60 * minutes))
    opens, closes = WORKS[host].get(begins.day, (24, 24))
    within = opens <= begins.hour and (ends.hour, ends.minute) <= (closes, 0) and begins.minute in (0, 30)
    taken = BUSY[host]
    clear = ends <= taken[0] or taken[1] <= begins
    return within and clear and start >= now + 2 * 3600


def wrong_state(found: tuple[Rows, ...], now: int, chats: dict[int, int]) -> Iterator[str]:
    """What must never be, whatever led to it."""
    spans: list[tuple[int, int, int]] = []
    for rows in found:
        if not rows.reminders <= REMINDERS[rows.status]:
            yield "what is said of a case that stands still is not about how it stands"
        for held in rows.meetings:
            coming = held.status == "offered" or held.times[0] > now
            if coming and rows.status != "claimed":
                yield "a meeting is to come, and nobody has the case"
            if coming and not held.invited <= {parent.person for parent in rows.parents}:
                yield "somebody is invited who is no parent of the case"
            if coming and not {*held.hosts} <= {*rows.workers}:
                yield "somebody holds a meeting who does not work on the case"
            if held.status == "agreed" and coming and held.type != "individual" and not may_meet(rows):
                yield "a joint meeting stands without its conditions"
            spans += [(host, at, at + 60 * held.minutes) for host in held.hosts for at in held.times]
    for (host, since, until), (same, start, end) in combinations(spans, 2):
        if host == same and start < until and since < end:
            yield f"a time of {chats[host]} goes twice"


def wrong_step(
    before: Rows | None, rows: Rows, old: dict[int, Held], now: int, said: str, chats: dict[int, int]
) -> Iterator[str]:
    """What no step may do to a case; a case without a ``before`` was split off another."""
    if rows.form == "joint" and before and before.form != "joint" and not may_begin(rows):
        yield "a joint start is agreed without its conditions"
    if rows.link and not (before and before.link) and before and len(before.parents) == 1:
        said_yes = json.loads(before.parents[0].answers).get("contact_other") == ["yes"]
        if not said_yes or (before.reconsidered and not before.parents[0].talked):
            yield "the other parent is invited without a yes"
    if rows.link and before and not before.link and len(before.parents) != 1:
        yield "somebody is invited as a third parent"
    if rows.override and before and [p[:3] for p in before.parents] != [p[:3] for p in rows.parents]:
        yield "an exception outlives what it was given for"
    for held in rows.meetings:
        known = old.get(held.id)
        changed = known is None or (known.status, known.times) != (held.status, held.times)
        if changed:
            if held.type != "individual" and not may_meet(rows):
                yield "a joint meeting is offered or agreed without its conditions"
            hosts = [chats[host] for host in held.hosts]
            if not hosts or not all(is_possible(t, held.minutes, host, now) for t in held.times for host in hosts):
                yield "a time is offered or agreed at which nobody can be there"
        coming = held.status == "agreed" and held.times[0] > now
        if coming and not held.hosts and (known is None or known.hosts) and "nobody holds" not in said:
            yield "nobody holds a meeting, and nobody was told"


# What everybody can do


Act = Callable[["Walk"], None]


class Walk:
    """One history at a time, in a database that goes back to any state."""

    def __init__(self, begins: Kind, acts: dict[str, Act], prepare: Act) -> None:
        self.office = Office(begins)
        self.db, self.world = self.office.db, self.office.world
        limits = msgspec.structs.replace(self.world.config.meetings, days_ahead=5)
        self.world.config = msgspec.structs.replace(self.world.config, meetings=limits)
        self.world.clock = Clock(NOW)
        people.meet(self.db, OTHER, "en", NOW)
        self.db.execute("UPDATE person SET safe_hours='never' WHERE chat_id IN (?,?)", (FIRST, OTHER))
        for chat in (WORKER, PAIR):
            plans.set_weekday(self.db, self.office.person(chat), 6, (9 * 60, 16 * 60))
        plans.set_day(self.db, self.office.person(PAIR), at(7, 0).date(), (9 * 60, 13 * 60))
        self.ids = {chat: self.office.person(chat) for chat in (FIRST, OTHER, WORKER, PAIR)}
        self.chats = {person.id: chat for chat, person in self.ids.items()}
        self._keep_busy()
        prepare(self)
        self.acts = acts
        self.before: dict[int, Rows] = {}
        self.tried: Counter[str] = Counter()
        self.done: Counter[str] = Counter()

    def _keep_busy(self) -> None:
        """Both workers have meetings in other cases, and one is away on the Tuesday."""
        for chat, (since, _) in BUSY.items():
            other = cases.open_case(self.db, SOUTH, NOW, 7, lambda: f"BUSY{chat}")  # noqa: B023 - it is drawn at once
            cases.claim(self.db, self.ids[chat], other, NOW)
            effect = meet.OfferTimes(other, "individual", 0, "phone", 60, (since,), "other", agreed=True)
            casework.carry_out(self.db, self.world, self.ids[chat], effect)
        work.set_away(self.db, self.ids[WORKER], (at(8, 0).date(), at(8, 0).date()))

    # How an act reads the state

    @property
    def case(self) -> Rows:
        """The case that this walk is about, as it stood before the act: the first that the two workers can see."""
        if not self.before:
            raise LookupError("it is over")
        return next(iter(self.before.values()))

    @property
    def at_work(self) -> Person:
        """A worker of the case, or one who is none."""
        return next((person for person in self.ids.values() if person.id in self.case.workers), self.ids[WORKER])

    def staff(self, effect: do.CaseWork, by: int | None = None) -> None:
        casework.carry_out(self.db, self.world, self.ids[by] if by else self.at_work, effect)

    def own(self, chat: int, effect: do.Effect) -> None:
        effects.carry_out(self.db, self.world, self.ids[chat], effect)

    def one(self, *, kind: str = "", status: str = "agreed") -> Held:
        """The first meeting of that kind."""
        found = [m for m in self.case.meetings if m.status == status and kind in ("", m.type)]
        if not found:
            raise LookupError("no such meeting")
        return found[0]

    def said(self) -> str:
        """What was said since the last look."""
        rows = self.db.execute("DELETE FROM outbox RETURNING params").fetchall()
        return " ".join(params for (params,) in rows if params)

    # Walking

    def key(self, cases: tuple[Rows, ...]) -> str:
        """What makes two states the same."""
        now = stamp(self.world.clock.now())
        found: list[Any] = [self.world.clock.now().day, self.world.clock.now().hour > 12]
        for rows in cases:
            told = [(p.number, is_met(p._replace(talked=True)), _yes(p), p.talked) for p in rows.parents]
            held = [(m.type, m.status, m.times[0] > now, m.hosts, sorted(m.answered)) for m in rows.meetings]
            found.append((rows.status, rows.form, rows.workers, told, rows.link, rows.override, held, rows.met))
        return repr(found)

    def every_state(self) -> list[Rows]:
        """Walk breadth first; the case in every state that was reached."""
        begins = open_cases(self.db)
        seen = {self.key(begins): begins}
        waiting: list[tuple[bytes, datetime, tuple[str, ...]]] = [(self.db.serialize(), NOW, ())]
        for came_from, then, way in waiting:
            state, now = self._go_to(came_from, then, way[-1:]), self.world.clock.now()
            self.before = {rows.case: rows for rows in open_cases(self.db)}
            for name, act in self.acts.items():
                self.world.clock = Clock(now)
                self.db.execute("SAVEPOINT step")
                after = self._after(name, act, way)
                key = self.key(after) if after else ""
                if after and key not in seen:
                    seen[key] = after
                    waiting.append((state, now, (*way, name)))
                self.db.execute("ROLLBACK TO step")
                self.db.execute("RELEASE step")
        return [found[0] for found in seen.values()]

    def is_refused_at_times(self, *names: str) -> bool:
        """Whether each of these acts could be done in some states, and in others not."""
        return all(0 < self.done[name] < self.tried[name] for name in names)

    def _go_to(self, state: bytes, now: datetime, names: tuple[str, ...]) -> bytes:
        """Go to a state by the step that led to it: what is not committed cannot be copied."""
        self.db.close()
        self.db = self.office.db = sqlite3.connect(":memory:", isolation_level=None)
        self.db.deserialize(state)
        self.db.execute("PRAGMA foreign_keys=ON")
        self.world.clock = Clock(now)
        for name in names:
            self.before = {rows.case: rows for rows in open_cases(self.db)}
            self.acts[name](self)
        self.said()
        return self.db.serialize() if names else state

    def _after(self, name: str, act: Act, way: tuple[str, ...]) -> tuple[Rows, ...]:
        """Do something and look at what came of it; nothing where it is refused or no case is left."""
        self.tried[name] += 1
        try:
            act(self)
        except LookupError:
            return ()
        self.done[name] += 1
        now, said, found = stamp(self.world.clock.now()), self.said(), open_cases(self.db)
        wrong, old = (
            [*wrong_state(found, now, self.chats)],
            {m.id: m for rows in self.before.values() for m in rows.meetings},
        )
        for rows in found:
            wrong += wrong_step(self.before.get(rows.case), rows, old, now, said, self.chats)
        assert not wrong, f"{wrong} after {(*way, name)}"
        return found


def _yes(parent: Parent) -> bool:
    return bool(json.loads(parent.answers).get("contact_other") == ["yes"])


def claims(chat: int) -> Act:
    return lambda w: casework.claim(w.db, w.world, w.ids[chat], w.case.case)


def gives_back(chat: int) -> Act:
    return lambda w: w.staff(do.GiveBack(w.case.case, "time"), chat)


def asks(kind: Any) -> Act:
    """The worker asks the colleague, who says yes."""

    def act(w: Walk) -> None:
        by, to = (WORKER, PAIR) if w.at_work == w.ids[WORKER] else (PAIR, WORKER)
        if len(w.case.workers) == 2 or not people.known(w.db, to):
            raise LookupError("there are two, or nobody is left to ask")
        w.staff(do.AskColleague(w.case.case, kind, w.ids[to].id), by)
        w.staff(do.AnswerOffer(w.case.case, accepted=True), to)

    return act


def resigns(chat: int) -> Act:
    def act(w: Walk) -> None:
        if w.ids[chat].id not in w.case.workers:
            raise LookupError("no worker of this case")
        casework.resign(w.db, w.world, w.ids[chat])

    return act


def talks(chat: int) -> Act:
    def act(w: Walk) -> None:
        if next((p.talked for p in w.case.parents if p.person == w.ids[chat].id), True):
            raise LookupError("nobody to talk with, or it is done")
        w.staff(do.RecordTalkAlone(w.case.case, w.ids[chat].id))

    return act


def corrects(chat: int, question: str, value: str) -> Act:
    def act(w: Walk) -> None:
        if w.ids[chat].id not in [p.person for p in w.case.parents]:
            raise LookupError("no such parent")
        w.staff(do.CorrectFact(w.case.case, w.ids[chat].id, question, (value,)))

    return act


def changes(question: str, value: str) -> Act:
    """The first parent changes the own request."""

    def act(w: Walk) -> None:
        case = cases.own_case(w.db, w.ids[FIRST])
        if case is None:
            raise LookupError("no request")
        answers = cases.answers_of(w.db, case, w.ids[FIRST].id)
        if answers.get(question) == (value,):
            raise LookupError("it is so")
        requests.change(w.db, w.world, w.ids[FIRST], cases.named(w.db, case)[1], answers | {question: (value,)})

    return act


def comes(w: Walk) -> None:
    """A worker hands a link over, and it is opened; nobody comes who is in a case."""
    if cases.own_case(w.db, w.ids[OTHER]) is not None or not people.known(w.db, OTHER):
        raise LookupError("the other has come")
    w.staff(do.InviteOther(w.case.case))
    link = re.search(r"start=([\w-]{22})", w.said())
    assert link
    w.own(OTHER, do.OpenInvitation(link[1]))


def withdraws(chat: int) -> Act:
    def act(w: Walk) -> None:
        case = cases.own_case(w.db, w.ids[chat])
        if case is None:
            raise LookupError("no request")
        w.own(chat, do.WithdrawCase())

    return act


def moves_away(w: Walk) -> None:
    """The first parent takes the case to another association, as the missed promise allows."""
    w.own(FIRST, do.MoveCase(NORTH))


def offers(kind: Any, chat: int, *times: datetime, agreed: bool = False, by: int | None = None) -> Act:
    def act(w: Walk) -> None:
        if not chat and any(held.type != "individual" for held in w.case.meetings):
            raise LookupError("one joint meeting at a time is enough here")
        party = w.ids[chat].id if chat else 0
        w.staff(meet.OfferTimes(w.case.case, kind, party, "phone", 60, times, "other", agreed), by)

    return act


def at_a_bad_time(w: Walk) -> None:
    """Each time another one."""
    offers("individual", FIRST, next(_BAD), agreed=True, by=WORKER)(w)


def chooses(chat: int, *times: datetime) -> Act:
    def act(w: Walk) -> None:
        held = next((m for m in w.case.meetings if m.status == "offered" and w.ids[chat].id in m.invited), None)
        if held is None:
            raise LookupError("no offer")
        w.own(chat, meet.ChooseTimes(held.id, times, () if times else ("mon",)))

    return act


def moves(time: datetime, *, agreed: bool) -> Act:
    return lambda w: w.staff(meet.MoveMeeting(w.case.case, w.one().id, (time,), "other", agreed))


def records(w: Walk) -> None:
    """The individual meeting that is over was held, and whoever was invited came."""
    now = stamp(w.world.clock.now())
    over = [m for m in w.case.meetings if m.type == "individual" and m.status == "agreed" and m.times[0] <= now]
    if not over:
        raise LookupError("nothing is over")
    came = tuple(f"parent {p.number}" for p in w.case.parents if p.person in over[0].invited)
    w.staff(meet.RecordMeeting(w.case.case, over[0].id, "individual", "phone", 60, came, 1, "next_open"))  # type: ignore[arg-type]


def cancels(chat: int, kind: str = "") -> Act:
    def act(w: Walk) -> None:
        if chat in (FIRST, OTHER):
            w.own(chat, meet.CancelOwnMeeting(w.one(kind=kind).id))
        else:
            w.staff(meet.CancelMeeting(w.case.case, w.one(kind=kind).id))

    return act


def time_passes(to: datetime) -> Act:
    """The clock goes on, and everything that is due happens."""

    def act(w: Walk) -> None:
        if to <= w.world.clock.now():
            raise LookupError("over")
        w.world.clock = Clock(to)
        casework.remind(w.db, w.world)
        parents.expire(w.db, w.world)
        upkeep.run_due(w.db, w.world)

    return act


WORKERS: dict[str, Act] = {
    "the worker claims": claims(WORKER),
    "the pair claims": claims(PAIR),
    "the worker gives back": gives_back(WORKER),
    "the pair gives back": gives_back(PAIR),
    "a pair is made": asks("pair"),
    "the case is handed over": asks("transfer"),
    "the pair resigns": resigns(PAIR),
}
THE_START: dict[str, Act] = {
    "joint": lambda w: w.staff(meet.AgreeStart(w.case.case, "joint")),
    "separate": lambda w: w.staff(meet.AgreeStart(w.case.case, "separate")),
    "an exception is asked for": lambda w: w.staff(meet.AskOverride(w.case.case, "other"), WORKER),
    "the worker agrees to it": lambda w: w.staff(meet.AnswerOverride(w.case.case, agreed=True), WORKER),
    "the pair agrees to it": lambda w: w.staff(meet.AnswerOverride(w.case.case, agreed=True), PAIR),
    "the exception is dropped": lambda w: w.staff(meet.AnswerOverride(w.case.case, agreed=False)),
}
COMING_IN: dict[str, Act] = {
    "a talk with the first": talks(FIRST),
    "a talk with the other": talks(OTHER),
    "the first allows no contact": corrects(FIRST, "contact_other", "not_yet"),
    "the first allows contact": corrects(FIRST, "contact_other", "yes"),
    "the first allows contact in the chat": changes("contact_other", "yes"),
    "the first forbids contact in the chat": changes("contact_other", "not_yet"),
    "the other wishes apart": corrects(OTHER, "start", "separate"),
    "a link": lambda w: w.staff(do.InviteOther(w.case.case)),
    "the first's own link": lambda w: w.own(FIRST, do.MakeLink()),
    "a link, opened": comes,
    "the link is taken back": lambda w: w.staff(do.RevokeInvitation(w.case.case)),
    "the other answers": lambda w: w.own(OTHER, do.SendAnswers(WISHES_JOINT)),
    "the other declines": lambda w: w.own(OTHER, do.LeaveInvitation("declined")),
    "the other is confirmed": lambda w: w.staff(do.ConfirmGuest(w.case.case, w.ids[OTHER].id)),
    "the other is rejected": lambda w: w.staff(do.RejectGuest(w.case.case, w.ids[OTHER].id)),
    "the first withdraws": withdraws(FIRST),
    "the other withdraws": withdraws(OTHER),
    "the first goes elsewhere": moves_away,
    "the case is ended": lambda w: w.staff(do.EndCase(w.case.case, "not_started", "other")),
}
A_COUPLE: dict[str, Act] = {"both meet by phone": offers("couple", 0, BY_PHONE, agreed=True)}
MEETINGS: dict[str, Act] = {
    "the first is offered a time": offers("individual", FIRST, ALONE),
    "the first agrees by phone": offers("individual", FIRST, ALONE, agreed=True),
    "the other agrees by phone": offers("individual", OTHER, ALONE_TOO, agreed=True),
    "both are offered times": offers("couple", 0, ONE_TIME, OTHER_TIME),
    "the family agrees by phone": offers("family", 0, OTHER_TIME, agreed=True),
    "suits the first": chooses(FIRST, ALONE, OTHER_TIME),
    "suits the other": chooses(OTHER, OTHER_TIME),
    "moved by phone": moves(ONE_TIME, agreed=True),
    "cancelled": cancels(WORKER),
    "the first cancels": cancels(FIRST, "family"),
    "held": records,
    "missed": lambda w: w.staff(meet.MissMeeting(w.case.case, w.one().id)),
    "evening": time_passes(EVENING),
    "a bad time": at_a_bad_time,
}


def at_first(w: Walk) -> None:
    """One parent who applies together, and nothing is agreed."""
    cases.set_answers(w.db, 1, w.ids[FIRST].id, WISHES_JOINT)


def two_who_may(w: Walk) -> None:
    """Two parents who meet every condition."""
    for chat in (FIRST, OTHER):
        cases.set_answers(w.db, 1, w.ids[chat].id, WISHES_JOINT)
        cases.talked_alone(w.db, 1, w.ids[chat].id, NOW)


def test_no_way_into_a_joint_start_or_to_the_other_parent_without_the_conditions() -> None:
    left_out = (
        "the pair claims",
        "the pair gives back",
        "the case is handed over",
        "the first allows no contact",
        "the first's own link",
    )
    acts = {name: act for name, act in (WORKERS | THE_START | COMING_IN | A_COUPLE).items() if name not in left_out}
    walk = Walk(Kind(), acts, at_first)
    states = walk.every_state()
    assert len(states) >= 800
    joint = [rows for rows in states if rows.form == "joint" and rows.status == "claimed"]
    met = [rows for rows in joint if len(rows.parents) == 2 and all(is_met(parent) for parent in rows.parents)]
    excepted = [rows for rows in joint if rows not in met and rows.override and may_begin(rows)]
    for found in (met, excepted):
        assert any(rows.meetings for rows in found)
    assert {len(rows.parents) for rows in states} == {0, 1, 2}
    assert {rows.link for rows in states} == {None, (False, False), (True, False), (True, True)}
    assert any(rows.override and rows.override[2] is None for rows in states)
    assert walk.is_refused_at_times(*acts.keys() - {"the worker agrees to it"})
    assert not walk.done["the worker agrees to it"], "the worker has asked"


def test_no_way_to_a_meeting_without_its_conditions() -> None:
    names = (
        "the worker gives back",
        "the case is handed over",
        "the other wishes apart",
        "the other withdraws",
        "joint",
        "separate",
    )
    acts = {name: (WORKERS | THE_START | COMING_IN)[name] for name in names} | MEETINGS
    walk = Walk(Kind(pair=True, both=True), acts, two_who_may)
    states = walk.every_state()
    assert len(states) >= 1000
    kinds = Counter((rows.form, held.type, held.status) for rows in states for held in rows.meetings)
    for form in ("joint", "separate"):
        for kind, status in product(("individual", "couple"), ("offered", "agreed")):
            assert kinds[form, kind, status], (form, kind, status)
        assert kinds[form, "family", "agreed"]
    loose = [held for rows in states for held in rows.meetings if not held.hosts and held.status == "agreed"]
    assert loose, "somebody took a case over who is not free then"
    assert walk.done["moved by phone"]
    assert walk.is_refused_at_times(*acts.keys() - {"a bad time"})
    assert walk.tried["a bad time"] > 10 * len(BAD)
    assert not walk.done["a bad time"]
