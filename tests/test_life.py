"""The life of a case: one declared state machine, and a log from which the stage follows."""

import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import get_args

import pytest
from msgspec.structs import replace

from bot import effects
from bot.clock import HELSINKI, stamp
from bot.database import migrate
from bot.records import cases, meetings, people, seats, standing, work
from conversations import closing_effects as end
from conversations import effects as do
from conversations import life
from conversations import meeting_effects as meet
from conversations.facts import MeetingType
from conversations.held import MOST_MEETINGS, ROLES
from tests.office_plain import FIRST, OTHER, PAIR, WORKER, Kind, Office
from tests.offices import TOLD
from tests.theatre import MONDAY, NORTH, SOUTH, references


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    migrate(connection)
    yield connection
    connection.close()


def test_every_stage_can_be_reached_and_left_or_is_an_end() -> None:
    reached, waiting = {"waiting"}, ["waiting"]
    while waiting:
        stage = waiting.pop()
        for moves in life.MOVES.values():
            to = moves.get(stage)  # type: ignore[call-overload]
            if to and to not in reached:
                reached.add(to)
                waiting.append(to)
    assert reached == set(life.STAGES)
    ends = [
        stage for stage in life.STAGES if not any(moves.get(stage, stage) != stage for moves in life.MOVES.values())
    ]
    assert ends == ["withdrawn", "not_started"], "what is closed can be opened again"


def test_every_event_that_moves_a_case_says_who_may_cause_it() -> None:
    assert set(life.BY) == {*life.MOVES, "opened"}


@pytest.mark.parametrize("event", life.MOVES)
@pytest.mark.parametrize("stage", life.STAGES)
def test_the_log_moves_a_case_or_refuses(stage: life.Stage, event: str, db: sqlite3.Connection) -> None:
    case = cases.open_case(db, SOUTH, MONDAY, 7, references())
    ended = 1 if stage in life.ENDED else None
    db.execute("UPDATE cases SET stage=?, closed_at=?", (stage, ended))
    before = db.execute("SELECT count(*) FROM case_event").fetchone()
    if stage in life.MOVES[event]:
        cases.log(db, case, event, MONDAY)
        assert cases.stage_of(db, case) == life.MOVES[event][stage]
    else:
        with pytest.raises(life.Illegal):
            cases.log(db, case, event, MONDAY)
        assert cases.stage_of(db, case) == stage
        assert db.execute("SELECT count(*) FROM case_event").fetchone() == before


# Any history of what workers and parents do


HISTORIES, LENGTH, LEAD = 250, 80, 14

Act = Callable[[Office, int], None]


def by_worker(chat: int, *effects_of: Callable[[Office, int], do.CaseWork]) -> Act:
    def act(office: Office, case: int) -> None:
        for effect in effects_of:
            office.does(effect(office, case), chat)

    return act


def by_parent(chat: int, effect: do.Effect) -> Act:
    def act(office: Office, case: int) -> None:
        person = people.meet(office.db, chat, "en", office.world.clock.now())
        effects.carry_out(office.db, office.world, person, effect)
        office.send()

    return act


def party_of(office: Office, case: int) -> int:
    return next((party.id for party in cases.parties(office.db, case)), 0)


def coming(office: Office, case: int) -> int:
    return next((kept.id for kept in meetings.open_of(office.db, case, office.world.clock.now())), 0)


def agreed(office: Office, case: int) -> do.CaseWork:
    start = (office.world.clock.now() + timedelta(days=1)).astimezone(HELSINKI)
    start = start.replace(hour=10, minute=0, second=0) + timedelta(days=max(0, 7 - start.weekday()) % 7)
    return meet.OfferTimes(case, "individual", party_of(office, case), "phone", 60, (start,), "other", agreed=True)


def joins(office: Office, case: int) -> None:
    office.does(do.AskColleague(case, "pair", office.person(PAIR).id))
    office.does(do.AnswerOffer(case, accepted=True), PAIR)


def passes(office: Office, case: int) -> None:
    office.world.clock.push(timedelta(days=19))
    office.passes(6)


def holds(office: Office, case: int) -> None:
    """A meeting that was held today is added and recorded: of the first parent, or of both."""
    now, kinds = office.world.clock.now(), get_args(MeetingType)
    kind: MeetingType = office.draw.choice(kinds)
    office.does(meet.AddMeeting(case, kind, party_of(office, case), now - timedelta(hours=1)))
    office.does(recorded(office, case, meetings_of(office, case)[-1], kind))


def recorded(office: Office, case: int, meeting: int, kind: MeetingType) -> meet.RecordMeeting:
    """All that such a meeting takes, as long as nobody has corrected anything."""
    there = tuple(role for n in meetings.numbers(office.db, case) for role in ROLES if role == f"parent {n}") or (
        "client",
    )
    sixth = kind != "family" and meetings.held(office.db, case) >= MOST_MEETINGS
    return meet.RecordMeeting(
        case,
        meeting,
        kind,
        "onsite",
        60,
        {
            "individual": there[:1],
            "couple": (*there, *(("other",) if len(there) == 1 else ())),
            "family": (*there, "child"),
        }[kind],
        2,
        "next_open",
        "parents" if kind == "family" else "",
        {"sixth_meeting": "other"} if sixth else {},
        there if kind == "family" else (),
    )


def corrects(office: Office, case: int) -> None:
    """Some held meeting was of another kind after all."""
    held = "SELECT id FROM meeting WHERE case_id=? AND status='held' ORDER BY id"
    meeting, kinds = next(iter(office.db.execute(held, (case,))), (0,))[0], get_args(MeetingType)
    was = meetings.held_as(office.db, meeting)
    record = recorded(office, case, meeting, office.draw.choice(kinds))
    agreed = (was.agreed_by if was and record.kind == "family" else ()) or record.agreed_by
    office.does(replace(record, corrects=True, next_step="", agreed_by=agreed, reasons=was.reasons if was else {}))


def misses(office: Office, case: int) -> None:
    now = office.world.clock.now()
    office.does(meet.AddMeeting(case, "individual", party_of(office, case), now - timedelta(hours=1)))
    office.does(meet.MissMeeting(case, meetings_of(office, case)[-1], "missed"))


def meetings_of(office: Office, case: int) -> list[int]:
    return [meeting for (meeting,) in office.db.execute("SELECT id FROM meeting WHERE case_id=? ORDER BY id", (case,))]


def proposes(office: Office, case: int) -> do.CaseWork:
    """Together where something was held, with each parent where there are two; otherwise without agreement."""
    if not meetings.was_any_held(office.db, case):
        return end.ProposeClosing(case, "contact_lost")
    parents = tuple(party.id for party in cases.parties(office.db, case))
    return end.ProposeClosing(case, "end_agreed", parents if len(parents) > 1 else ())


def sums_up(office: Office, case: int) -> do.CaseWork:
    return end.RecordSummary(case, "summed" if meetings.was_any_held(office.db, case) else "contact_lost")


def closes(office: Office, case: int) -> do.CaseWork:
    return end.CloseCase(case, ("peer_groups",))


def records(office: Office, case: int) -> None:
    """What is over and not recorded is: it was held with the first parent, or nobody came."""
    over = "SELECT id FROM meeting WHERE case_id=? AND status='agreed' AND starts_at <= ?"
    for (meeting,) in office.db.execute(over, (case, stamp(office.world.clock.now()))).fetchall():
        reasons = {"sixth_meeting": "other"}
        held = meet.RecordMeeting(case, meeting, "individual", "onsite", 60, ("parent 1",), 1, "next_open", "", reasons)
        office.does(held if office.draw.random() < 0.5 else meet.MissMeeting(case, meeting, "missed"))


def takes_back(office: Office, case: int) -> None:
    """A lead puts a case back into the queue whose workers are all away."""
    for chat in (WORKER, PAIR):
        people_away(office, chat, away=True)
    try:
        office.does(do.ReturnToQueue(case), LEAD)
    finally:
        for chat in (WORKER, PAIR):
            people_away(office, chat, away=False)


def people_away(office: Office, chat: int, *, away: bool) -> None:
    today = office.world.clock.now().date()
    work.set_away(office.db, office.person(chat), (today, today) if away else None)


ACTS: dict[str, Act] = {
    "claims": lambda o, c: o.claims(c),
    "the pair claims": lambda o, c: o.claims(c, PAIR),
    "joins": joins,
    "gives back": by_worker(WORKER, lambda o, c: do.GiveBack(c, "time")),
    "the pair gives back": by_worker(PAIR, lambda o, c: do.GiveBack(c, "time")),
    "reaches": by_worker(WORKER, lambda o, c: do.LogContact(c, "reached", party_of(o, c))),
    "agrees": by_worker(WORKER, agreed),
    "records": records,
    "the lead takes back": takes_back,
    "holds": holds,
    "misses": misses,
    "corrects": corrects,
    "cancels": by_worker(WORKER, lambda o, c: meet.CancelMeeting(c, coming(o, c))),
    "proposes": by_worker(WORKER, proposes),
    "sums up": by_worker(WORKER, sums_up),
    "goes on": by_worker(WORKER, lambda o, c: end.TakeBackClosing(c)),
    "closes": by_worker(WORKER, closes),
    "ends": by_worker(WORKER, proposes, sums_up, closes),
    "the pair ends": by_worker(PAIR, proposes, sums_up, closes),
    "does not start": by_worker(WORKER, lambda o, c: do.EndCase(c, "not_started", "other")),
    "withdraws for one": by_worker(WORKER, lambda o, c: do.EndCase(c, "withdrawn", party=party_of(o, c))),
    "first withdraws": by_parent(FIRST, do.WithdrawCase()),
    "other withdraws": by_parent(OTHER, do.WithdrawCase()),
    "first comes back": by_parent(FIRST, end.ComeBack()),
    "other comes back": by_parent(OTHER, end.ComeBack()),
    "first asks": by_parent(FIRST, do.OpenCase(SOUTH, TOLD)),
    "other asks": by_parent(OTHER, do.OpenCase(SOUTH, TOLD)),
    "first moves": by_parent(FIRST, do.MoveCase(NORTH)),
    "other moves": by_parent(OTHER, do.MoveCase(SOUTH)),
    "time passes": passes,
}

RARELY = {name for name in ACTS if "withdraws" in name or "moves" in name or "asks" in name or name == "does not start"}
"""What ends a history soon."""


def logs(office: Office) -> dict[int, tuple[str, list[str]]]:
    """The association and the log of every case."""
    found: dict[int, tuple[str, list[str]]] = {}
    for case, where, name in office.db.execute(
        "SELECT c.id, c.association, e.name FROM cases c JOIN case_event e ON e.case_id=c.id ORDER BY e.id"
    ):
        found.setdefault(case, (where, []))[1].append(name)
    return found


def counters_are_right(office: Office) -> None:
    """What is counted of meetings follows from the log of each case alone, also after parents have parted."""
    for case in logs(office):
        said = "SELECT name, detail, meeting FROM case_event WHERE case_id=? ORDER BY id"
        last: dict[int, tuple[str, str]] = {}  # what was said last of each meeting counts
        for name, detail, meeting in office.db.execute(said, (case,)):
            if name in ("held", "held_corrected", "meeting_missed"):
                assert (name == "held_corrected") == (last.get(meeting, ("",))[0] == "held")
                last[meeting] = ("meeting_missed", "") if name == "meeting_missed" else ("held", detail)
        told = Counter(last.values())
        assert meetings.held(office.db, case) == told["held", "individual"] + told["held", "couple"]
        rows = "SELECT status, CASE status WHEN 'held' THEN type ELSE '' END, count(*) FROM meeting WHERE case_id=?"
        kept = office.db.execute(f"{rows} AND status IN ('held', 'missed') GROUP BY 1, 2", (case,))
        assert {(status, kind): count for status, kind, count in kept} == {
            ("missed" if name == "meeting_missed" else name, detail): count
            for (name, detail), count in told.items()
            if name in ("held", "meeting_missed")
        }
        if told["held", "individual"] + told["held", "couple"] + told["held", "family"]:
            assert cases.stage_of(office.db, case) != "not_started"


def everything_was_caused_by_whom_it_may_be(office: Office) -> set[tuple[str, str]]:
    """Who caused each event, as far as the log knows, is one of those who may; what was seen of them. A worker is told
    by the seat; a parent who is gone, or nobody in particular, leaves nothing."""
    logged = (
        "SELECT e.name, s.role, e.parent, e.person_id FROM case_event e LEFT JOIN seat s ON s.person_id=e.person_id"
    )
    seen: set[tuple[str, str]] = set()
    for name, role, parent, person in office.db.execute(logged):
        if name not in life.BY:
            continue
        assert role or person is None, "only staff are logged by who they are"
        could = {role} if role else {"parent"} if parent else {"parent", "professional", "service"}
        assert could & {*life.BY[name]}, (name, could)
        seen.add((name, role or ("parent" if parent else "")))
    return seen


def is_right(office: Office) -> set[life.Stage]:
    """What holds after anything; the stages in which cases are."""
    from_log, found, today = Counter[tuple[str, str]](), logs(office), office.world.clock.now().date()
    for case, (where, names) in found.items():
        assert names[0] == "opened"
        assert names.count("opened") == 1
        stage = life.replayed(names)
        assert cases.stage_of(office.db, case) == stage
        from_log[where, stage] += 1
    rows = office.db.execute("SELECT association, stage, count(*) FROM cases GROUP BY 1, 2").fetchall()
    assert from_log == {(where, stage): count for where, stage, count in rows}
    counted = standing.counted(office.db, office.worker, SOUTH, today)
    assert counted.pop("queue") == from_log[SOUTH, "waiting"]
    assert sum(counted.values()) == sum(from_log[SOUTH, stage] for stage in life.WITH_WORKER)
    for where in (SOUTH, NORTH):
        told = Counter(name for at, names in found.values() if at == where for name in names)
        (opened, held, closed, withdrawn, not_started) = office.db.execute(
            "SELECT count(*), count(claimed_at), sum(stage='closed'), sum(stage='withdrawn'), sum(stage='not_started')"
            " FROM cases WHERE association=?",
            (where,),
        ).fetchone()
        assert told["opened"] == opened
        assert told["closed"] - told["reopened"] == (closed or 0)
        assert (told["withdrawn"], told["not_started"]) == (withdrawn or 0, not_started or 0)
        assert told["claimed"] + told["reopened"] >= held
    counters_are_right(office)
    party = "SELECT p.person_id FROM party p JOIN cases c ON c.id=p.case_id WHERE c.status IN ('waiting', 'claimed')"
    assert not office.db.execute(f"{party} GROUP BY p.person_id HAVING count(*) > 1").fetchall()
    assert not office.db.execute("SELECT 1 FROM party WHERE person_id IN (SELECT person_id FROM former)").fetchall()
    ended = "SELECT 1 FROM party p JOIN cases c ON c.id=p.case_id WHERE c.status NOT IN ('waiting', 'claimed')"
    assert not office.db.execute(ended).fetchall()
    return {life.replayed(names) for _, names in found.values()}


def test_any_history_goes_through_legal_stages_and_the_log_says_it_all() -> None:
    done, refused, stages = Counter[str](), Counter[str](), Counter[life.Stage]()
    causes: set[tuple[str, str]] = set()
    for seed in range(HISTORIES):
        draw = random.Random(seed)
        office = Office(Kind(both=True, claimed=seed % 2 == 0))
        office.draw = draw
        lead = people.meet(office.db, LEAD, "en", MONDAY)
        code = seats.invite(office.db, SOUTH, "lead", MONDAY + timedelta(days=1))
        seats.accept(office.db, lead, code, "Pilvi", MONDAY)
        history: list[str] = []
        for _ in range(LENGTH):
            name = draw.choice([*ACTS])
            if name in RARELY and draw.random() < 0.7:
                continue
            newest = [case for (case,) in office.db.execute("SELECT id FROM cases ORDER BY id DESC LIMIT 3")]
            case = newest[0] if draw.random() < 0.7 else draw.choice(newest)
            history.append(f"{name} {case}")
            office.db.execute("SAVEPOINT act")
            try:
                ACTS[name](office, case)
                done[name] += 1
            except LookupError:
                office.db.execute("ROLLBACK TO act")
                refused[name] += 1
            office.db.execute("RELEASE act")
            try:
                stages.update(is_right(office))
            except (AssertionError, life.Illegal) as error:
                raise AssertionError(f"after {history}") from error
            causes |= everything_was_caused_by_whom_it_may_be(office)
    assert set(done) == set(ACTS)
    assert {name for name, _ in causes} == set(life.BY)
    assert {"worker", "lead", "parent", ""} == {who for _, who in causes}
    assert set(ACTS) - set(refused) <= {"time passes", "first withdraws", "other withdraws"}
    assert set(stages) == {*life.STAGES}
