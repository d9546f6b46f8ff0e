"""What is said about a case that stands still: to whom, when, and once.

Most of it is played on a plain connection with a clock that is pushed; the last tests start the service.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from sqlite3 import Connection, connect

import pytest

from bot import casework, requests
from bot.clock import Clock
from bot.database import migrate
from bot.records import cases, people, reminders, seats, work
from bot.records.people import Person
from bot.service import Service
from bot.world import World
from conversations import effects as do
from conversations import meeting_effects as meet
from conversations.facts import Role
from tests.test_clock import at
from tests.theatre import NORTH, SOUTH, Actor, Theatre, references, settings, theatre
from tests.walks import SHORTEST

STAFF: tuple[tuple[str, Role, str], ...] = (
    ("Tuuli", "worker", SOUTH),
    ("Vesa", "worker", SOUTH),
    ("Päivi", "lead", SOUTH),
    ("Pilvi", "coordinator", SOUTH),
    ("Sade", "worker", NORTH),
    ("Halla", "lead", NORTH),
    ("Usva", "coordinator", NORTH),
)
ANSWERS: dict[str, tuple[str, ...]] = {
    "situation": ("separated",),
    "phone_safe": ("yes",),
    "afraid": ("sometimes",),
    "region": ("uusimaa",),
}


class Office:
    """An association with its people, and one case at a time."""

    def __init__(self, db: Connection, folder: Path) -> None:
        self.db, self.folder = db, folder
        self.people: dict[str, Person] = {}

    def opens(self, local: str) -> int:
        """A parent sends a request at this moment; who heard of that is not asked here."""
        self.world = World(
            settings(self.folder / "bot.sqlite3", 0), Clock(at(local)), "testi_bot", reference=references()
        )
        now = self.world.clock.now()
        for number, (name, role, association) in enumerate(STAFF):
            self.people[name] = people.meet(self.db, 100 + number, "en", now)
            code = seats.invite(self.db, association, role, now + timedelta(hours=1))
            seats.accept(self.db, self.people[name], code, name, now)
        case = cases.open_case(self.db, SOUTH, now, 7, self.world.reference)
        cases.add_party(self.db, case, people.meet(self.db, 11, "en", now), ANSWERS)
        requests.wait(self.db, self.world, case)
        self.heard()
        return case

    def until(self, local: str) -> dict[str, list[str]]:
        """Time goes on; who hears what at that."""
        self.world.clock.push(at(local) - self.world.clock.now())
        if reminders.is_due(self.db, self.world.clock.now()):
            casework.remind(self.db, self.world)
        return self.heard()

    def heard(self) -> dict[str, list[str]]:
        """What has been said since the last time it was asked, by name."""
        names = {person.chat_id: name for name, person in self.people.items()}
        rows = self.db.execute("SELECT chat_id, params FROM outbox WHERE kind='notice' ORDER BY id").fetchall()
        self.db.execute("DELETE FROM outbox")
        said: dict[str, list[str]] = {}
        for chat_id, params in rows:
            if chat_id in names:
                said.setdefault(names[chat_id], []).append(params)
        return said

    def does(self, name: str, effect: do.CaseWork) -> None:
        casework.carry_out(self.db, self.world, self.people[name], effect)
        self.heard()

    def agrees(self, name: str, case: int, local: str) -> None:
        """A first meeting is agreed with the parent by phone."""
        (parent,) = cases.parties(self.db, case)
        self.does(name, meet.OfferTimes(case, "individual", parent.id, "onsite", 60, (at(local),), agreed=True))

    def claims(self, name: str, case: int) -> None:
        casework.claim(self.db, self.world, self.people[name], case)
        self.heard()

    def pair(self, case: int) -> None:
        """Tuuli's work pair is Vesa."""
        self.does("Tuuli", do.AskColleague(case, "pair", self.people["Vesa"].id))
        self.does("Vesa", do.AnswerOffer(case, True))


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    db = connect(":memory:", isolation_level=None)
    db.execute("PRAGMA foreign_keys=ON")
    migrate(db)
    yield Office(db, tmp_path)
    db.close()


def before(local: str) -> str:
    """A minute earlier."""
    return (at(local) - timedelta(minutes=1)).strftime("%Y-%m-%d %H:%M")


@pytest.mark.parametrize(
    ("opened", "lead", "coordinator"),
    [
        ("2026-11-23 10:00", "2026-11-24 10:00", "2026-11-25 10:00"),
        ("2026-11-27 15:30", "2026-11-30 15:30", "2026-12-01 15:30"),
        ("2026-11-28 12:00", "2026-12-01 09:00", "2026-12-02 09:00"),
        ("2026-12-04 10:00", "2026-12-07 10:00", "2026-12-08 10:00"),
        ("2026-12-23 12:00", "2026-12-28 12:00", "2026-12-29 12:00"),
        ("2026-12-31 12:00", "2027-01-04 12:00", "2027-01-05 12:00"),
        ("2027-01-05 20:00", "2027-01-08 09:00", "2027-01-11 09:00"),
        ("2027-03-25 10:00", "2027-03-30 10:00", "2027-03-31 10:00"),
        ("2027-03-28 02:30", "2027-03-31 09:00", "2027-04-01 09:00"),
        ("2027-10-29 15:00", "2027-11-01 15:00", "2027-11-02 15:00"),
        ("2027-10-31 03:30", "2027-11-02 09:00", "2027-11-03 09:00"),
    ],
)
def test_an_unclaimed_case_is_told_to_the_lead_and_then_to_the_coordinator(
    opened: str, lead: str, coordinator: str, office: Office
) -> None:
    office.opens(opened)
    assert office.until(before(lead)) == {}
    heard = office.until(lead)
    assert list(heard) == ["Päivi"]
    assert "K7F2 has waited for a worker for one working day" in heard["Päivi"][0]
    assert office.until(before(coordinator)) == {}
    heard = office.until(coordinator)
    assert list(heard) == ["Pilvi"]
    assert "Esimerkkiyhdistys Etelä: K7F2 has waited" in heard["Pilvi"][0]
    assert office.until("2028-01-10 09:00") == {}


def test_a_coordinator_gets_the_reference_and_the_association_and_nothing_to_press(office: Office) -> None:
    office.opens("2026-11-23 10:00")
    office.until("2026-11-24 10:00")
    (notice,) = office.until("2026-11-25 10:00")["Pilvi"]
    said = json.loads(notice)
    assert set(said) == {"chat_id", "text", "protect_content"}
    assert said["text"] == "Esimerkkiyhdistys Etelä: K7F2 has waited for a worker for two working days."


def test_no_answer_stands_in_a_notice(office: Office) -> None:
    office.opens("2026-11-23 10:00")
    said = [office.until("2026-11-24 10:00"), office.until("2026-11-25 10:00")]
    assert [list(heard) for heard in said] == [["Päivi"], ["Pilvi"]]
    assert not any(word in str(said) for word in ("⚠", "afraid", "uusimaa", "Uusimaa", "risk"))


def test_a_case_that_is_claimed_in_time_is_told_to_nobody(office: Office) -> None:
    case = office.opens("2026-11-24 10:00")
    office.until("2026-11-25 09:59")
    office.claims("Tuuli", case)
    assert office.until("2026-11-26 23:00") == {}


def test_a_case_that_is_given_back_is_counted_anew(office: Office) -> None:
    case = office.opens("2026-11-24 10:00")
    office.claims("Tuuli", case)
    office.until("2026-11-26 14:00")
    office.does("Tuuli", do.GiveBack(case, "time"))
    assert office.until("2026-11-27 13:59") == {}, "no word of a meeting either: nobody has the case"
    assert list(office.until("2026-11-27 14:00")) == ["Päivi"]
    assert list(office.until("2026-11-30 14:00")) == ["Pilvi"]
    office.claims("Vesa", case)
    assert set(office.until("2026-12-01 14:00")) == {"Vesa", "Päivi"}


@pytest.mark.parametrize(
    ("opened", "first", "second"),
    [
        ("2026-11-24 10:00", "2026-11-27 09:00", "2026-11-30 09:00"),  # day 4 is a Saturday
        ("2026-11-25 10:00", "2026-11-27 09:00", "2026-12-01 09:00"),
        ("2026-11-26 10:00", "2026-11-30 09:00", "2026-12-02 09:00"),
        ("2026-12-02 10:00", "2026-12-04 09:00", "2026-12-08 09:00"),  # day 4 is Independence Day
        ("2026-12-22 10:00", "2026-12-23 09:00", "2026-12-28 09:00"),  # day 4 is in the Christmas days
        ("2026-12-28 10:00", "2026-12-31 09:00", ""),  # day 6 is the Sunday after New Year
        ("2027-03-24 10:00", "2027-03-25 09:00", "2027-03-30 09:00"),  # Easter, and summer time begins
        ("2027-10-28 10:00", "2027-11-01 09:00", "2027-11-03 09:00"),  # summer time ends
    ],
)
def test_without_a_meeting_agreed_workers_and_lead_hear_of_it_twice(
    opened: str, first: str, second: str, office: Office
) -> None:
    case = office.opens(opened)
    office.claims("Tuuli", case)
    office.pair(case)
    assert office.until(before(first)) == {}
    heard = office.until(first)
    assert set(heard) == {"Tuuli", "Vesa", "Päivi"}
    assert "no first meeting is agreed yet" in heard["Tuuli"][0]
    if second:
        assert office.until(before(second)) == {}
        heard = office.until(second)
        assert set(heard) == {"Tuuli", "Vesa", "Päivi"}
        assert all("still no first meeting is agreed" in said for (said,) in heard.values())
    assert office.until("2028-01-10 09:00") == {}


@pytest.mark.parametrize("monday", ["2026-11-23 10:00", "2026-12-21 10:00"])
def test_two_words_that_are_due_at_the_same_moment_are_one(monday: str, office: Office) -> None:
    """Day 4 and day 6 of a Monday are told on the same last working morning before the weekend or Christmas."""
    case = office.opens(monday)
    office.claims("Tuuli", case)
    moment = "2026-11-27 09:00" if "11-23" in monday else "2026-12-23 09:00"
    heard = office.until(moment)
    assert {name: len(said) for name, said in heard.items()} == {"Tuuli": 1, "Päivi": 1}
    assert office.until("2028-01-10 09:00") == {}


def test_a_case_that_is_claimed_late_is_told_once_and_by_its_true_date(office: Office) -> None:
    case = office.opens("2026-11-24 10:00")
    office.until("2026-12-03 11:00")
    office.claims("Tuuli", case)
    assert office.until("2026-12-04 08:59") == {}
    heard = office.until("2026-12-04 09:00")
    assert {name: len(said) for name, said in heard.items()} == {"Tuuli": 1, "Päivi": 1}
    assert "It should be held by Tue 1 Dec." in heard["Tuuli"][0]


@pytest.mark.parametrize("agreed", ["2026-11-24 11:00", "2026-11-29 11:00"])
def test_nothing_is_said_after_a_meeting_has_been_agreed(agreed: str, office: Office) -> None:
    case = office.opens("2026-11-24 10:00")
    office.claims("Tuuli", case)
    office.until(agreed)
    office.agrees("Tuuli", case, "2026-11-30 10:00")
    assert office.until("2028-01-10 09:00") == {}


def test_what_was_agreed_before_a_case_was_given_back_binds_nobody(office: Office) -> None:
    case = office.opens("2026-11-24 10:00")
    office.claims("Tuuli", case)
    office.agrees("Tuuli", case, "2026-11-30 10:00")
    office.does("Tuuli", do.GiveBack(case, "time"))
    office.claims("Vesa", case)
    assert set(office.until("2026-11-27 09:00")) == {"Vesa", "Päivi"}


def _withdraw(office: Office, case: int) -> None:
    office.does("Tuuli", do.EndCase(case, "withdrawn"))


def _not_started(office: Office, case: int) -> None:
    office.does("Tuuli", do.EndCase(case, "not_started", "other"))


@pytest.mark.parametrize("ends", [_withdraw, _not_started])
def test_nothing_is_said_of_a_case_that_has_ended(ends: Callable[[Office, int], None], office: Office) -> None:
    case = office.opens("2026-11-24 10:00")
    office.claims("Tuuli", case)
    ends(office, case)
    assert office.until("2028-01-10 09:00") == {}


def test_who_is_away_hears_of_own_cases_only(office: Office) -> None:
    case = office.opens("2026-11-24 10:00")
    office.claims("Tuuli", case)
    office.pair(case)
    day = at("2026-11-27 10:00").date()
    for name in ("Tuuli", "Vesa"):
        work.set_away(office.db, office.people[name], (day, day + timedelta(days=9)))
    assert set(office.until("2026-11-27 09:00")) == {"Tuuli", "Vesa", "Päivi"}
    office.does("Vesa", do.GiveBack(case, "time"))
    casework.carry_out(office.db, office.world, office.people["Tuuli"], do.GiveBack(case, "time"))
    assert set(office.heard()) == {"Päivi"}, "the request is new for those who are there"


def test_after_a_leap_of_the_clock_everything_is_said_once(office: Office) -> None:
    office.opens("2026-11-24 10:00")
    heard = office.until("2027-11-24 10:00")
    assert {name: len(said) for name, said in heard.items()} == {"Päivi": 1, "Pilvi": 1}
    assert office.until("2028-01-10 09:00") == {}


async def test_the_service_says_it_by_its_own_clock_and_not_again_after_a_restart(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:  # Monday 10.00 in Helsinki
        worker, lead = await stage.staff("Tuuli"), await stage.staff("Päivi", "lead")
        coordinator = await stage.staff("Pilvi", "coordinator")
        await stage.parent(*SHORTEST)
        await stage.push(hours=24)
        assert count(lead, "one working day") == 1
        async with restarted(stage):
            await stage.push(minutes=5)
            assert count(lead, "one working day") == 1
            await stage.push(days=30)
            assert count(coordinator, "two working days") == 1
            assert count(worker, "working day") == 0
            assert not await stage.rows("SELECT 1 FROM reminder")


def count(actor: Actor, words: str) -> int:
    return sum(words in message["text"] for message in actor.messages)


@asynccontextmanager
async def restarted(stage: Theatre) -> AsyncIterator[None]:
    """The service is stopped, and another one goes on with the same database."""
    stage.service.stop()
    stage.service = Service(stage.service.world)
    running = asyncio.create_task(stage.service.run())
    await stage.service.ready.wait()
    await stage.settle()
    yield
    stage.service.stop()
    await running


def test_a_case_whose_word_fails_holds_up_no_other(office: Office) -> None:
    office.opens("2026-11-23 10:00")
    office.db.execute("PRAGMA foreign_keys=OFF")
    office.db.execute("INSERT INTO reminder (case_id, kind, due_at) VALUES (999, 'unclaimed', 0)")
    assert set(office.until("2026-11-24 10:00")) == {"Päivi"}
    (due,) = office.db.execute("SELECT due_at FROM reminder WHERE case_id=999").fetchone()
    assert due == at("2026-11-24 11:00").timestamp(), "it is tried again in an hour"
