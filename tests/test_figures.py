"""What staff see of feedback: fixed quarters of the own association, nothing below the smallest number."""

import sqlite3
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import msgspec

from bot.records import feedback
from bot.records.feedback import SHEET, Sheet
from conversations.facts import Role
from conversations.feedback_facts import Audience, Device
from conversations.quarters import over, weeks_of
from tests.theatre import NORTH, SOUTH, Actor, Theatre, theatre

WEEK = "2026-W35"
ROLES: tuple[Role, ...] = ("worker", "lead", "coordinator")


def sheet(audience: Audience = "parent", band: str = "", device: Device = "own", week: str = WEEK) -> Sheet:
    return Sheet(SOUTH, audience, band, device, "1-2", week)


async def answered(stage: Theatre, of: Sheet, *sheets: dict[str, str], asked: int = 0, declined: int = 0) -> None:
    """Real answers, stored as a turn stores them."""

    def work(db: sqlite3.Connection) -> None:
        for value, times in (("asked", asked or len(sheets)), ("declined", declined)):
            for _ in range(times):
                feedback.count(db, of, SHEET, value)
        for values in sheets:
            feedback.store(db, of, values, {})

    await stage.service.database.turn(work)


async def looks(actor: Actor, *labels: str, quarter: str = "July–September 2026") -> str:
    await actor.start()
    await actor.presses("Feedback", *labels, quarter)
    return actor.text


def test_quarters_are_fixed_apart_and_over() -> None:
    for days in range(3000):
        today = date(2024, 1, 1) + timedelta(days=days)
        quarters = over(today)
        weeks = [week for quarter in reversed(quarters) for week in weeks_of(quarter)]
        assert len(quarters) == 4
        assert weeks == sorted(set(weeks)), "none twice"
        first = feedback.first_day(weeks[0])
        assert [feedback.first_day(week) for week in weeks] == [first + timedelta(7 * n) for n in range(len(weeks))]
        ends = feedback.first_day(weeks[-1]) + timedelta(6)
        assert ends < today <= ends + timedelta(7 * 14), "the last one is over, and the next one is not"
    assert weeks_of("2026-4")[-1] == "2026-W53", "its Thursday is the last day of the year"
    assert over(date(2027, 1, 3))[0] == "2026-3"
    assert over(date(2027, 1, 4))[0] == "2026-4"


async def test_every_role_sees_the_same_figures_of_parents(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        sheets = [{"respect": "5", "cooperation": "better"}] * 7 + [{"respect": "4", "cooperation": "apart"}] * 3
        await answered(stage, sheet(), *sheets, *[{"heard": "3"}] * 4, asked=28, declined=2)
        staff = [await stage.staff(role, role) for role in ROLES]
        texts = [await looks(somebody, "Parents, after the service") for somebody in staff]
        assert len({*texts}) == 1
        text = texts[0]
        assert text.startswith("Esimerkkiyhdistys Etelä\nParents, after the service\nJuly–September 2026")
        assert "Asked: 28\nAnswered: 14\nDeclined: 2\nResponse rate: 50 %" in text
        expected = "I was met with respect.\n5: 7 (70 %) · 4: 3 (30 %) · 3: 0 (0 %) · 2: 0 (0 %) · 1: 0 (0 %)"
        assert f"{expected}\n10 answers, mean 4.7" in text
        assert "I was listened to.\nFewer than 5 have answered this." in text
        assert (
            "5 is best. Shown from 5 answers on; per cent and means from 10.\n“Not for my situation” is in no share."
            in text
        )
        await staff[0].presses("Next items")
        page = staff[0].text
        assert "Better: 7\nThe same: 0\nWorse: 0\nNot for my situation: 3\n7 answers" in page
        assert "Asked" not in page
        await staff[0].presses("First items")
        assert staff[0].text == text


async def test_below_the_smallest_number_nothing_is_told(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        nothing = await looks(worker, "Parents, after the service")
        await answered(stage, sheet(), *[{"respect": "1"}] * 4, asked=9, declined=3)
        assert await looks(worker, "Parents, after the service") == nothing
        assert nothing.endswith(
            "July–September 2026\n\nFewer than 5 have answered in this time. Figures are shown from 5 answers on."
        )
        await answered(stage, sheet(), {"respect": "2"})
        text = await looks(worker, "Parents, after the service")
        assert "5: 0 · 4: 0 · 3: 0 · 2: 1 · 1: 4\n5 answers" in text, "neither per cent nor a mean of so few"
        assert "%" not in text.partition("Response rate")[2].partition("\n")[2]


async def test_quarters_bands_devices_audiences_and_associations_are_apart(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, other = await stage.staff("Tuuli"), await stage.staff("Aino", "worker", NORTH)
        child: list[dict[str, str]] = [{"heard": "lot"}, {"heard": "little"}, {"heard": "no"}]
        for of in (
            sheet("child", "7-9", "worker"),
            sheet("child", "7-9", "parent"),
            sheet("child", "10-12", "worker"),
            sheet("child", "7-9", "worker", "2026-W20"),
            sheet("child", "7-9", "worker", "2026-W47"),
        ):
            await answered(stage, of, *child)
        few = "Fewer than 5 have answered in this time."
        for label in ("Children 7–9, worker's phone", "Children 7–9, parent's phone", "Children 10–12, worker's phone"):
            assert few in await looks(worker, "Children", label)
        await answered(stage, sheet("child", "7-9", "worker"), *child)
        label = "Children 7–9, worker's phone"
        text = await looks(worker, "Children", label)
        assert "Were you listened to?\nNo: 2\nA little: 2\nA lot: 2\n6 answers" in text
        assert few in await looks(worker, "Children", label, quarter="April–June 2026")
        assert few in await looks(other, "Children", label)
        assert "October–December 2026" not in worker.buttons, "it is not over"
        await worker.presses("Another quarter")
        assert [b for b in worker.buttons if "20" in b] == [
            *("July–September 2026", "April–June 2026", "January–March 2026", "October–December 2025")
        ]


async def test_children_by_their_ages(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        small = [{"good": "first", "nicest": "play"}] * 9 + [{"good": "second", "nicest": "dont_know"}] * 3
        await answered(stage, sheet("child", "4-6", "worker"), *small)
        text = await looks(worker, "Children", "Children 4–6, worker's phone")
        assert "I felt good: 9\nI felt bad: 3\nI don't know: 0\n12 answers" in text
        assert "mean" not in text
        assert "%" not in text.partition("Response rate")[2].partition("\n")[2], "counts of choices"
        assert "What was nicest?\nNot shown, so that nobody can be recognised." in text, "nine who all said the same"
        tens = [{"heard": "true"}] * 9 + [{"heard": "not"}] * 3 + [{"heard": "dont_know"}] * 2
        await answered(stage, sheet("child", "10-12", "worker"), *tens)
        text = await looks(worker, "Children", "Children 10–12, worker's phone")
        assert "I was listened to.\nTrue: 9 of 12 (75 %)\nI don't know: 2\n12 answers" in text
        old = [{"heard": "true", "overall": "good"}] * 8 + [{"heard": "partly"}] * 2 + [{"heard": "not"}] * 2
        await answered(stage, sheet("child", "13-17", "parent"), *old)
        text = await looks(worker, "Children", "Children 13–17, parent's phone")
        assert "True: 8 of 12 (67 %)\nA little true: 2 (17 %)\nNot true: 2 (17 %)" in text
        await worker.presses("Next items")
        assert "How was it here as a whole?\nNot shown" in worker.text


async def test_after_a_meeting_is_there_when_it_is_not_empty(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await answered(stage, sheet("meeting"), *[{"safe": "5"}] * 4)
        await worker.start()
        await worker.presses("Feedback")
        assert "Parents, after a meeting" not in worker.buttons
        await answered(stage, sheet("meeting"), {"safe": "5"})
        assert "It was safe to talk.\n5: 5" in await looks(worker, "Parents, after a meeting")


async def test_what_was_changed_stands_beside_the_figures_in_the_readers_language(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, finnish = await stage.staff("Tuuli"), await stage.staff("Vesa", language="fi")
        config = stage.service.world.config
        south = next(a for a in config.associations if a.id == SOUTH)
        changed = msgspec.structs.replace(south, changed={"en": "We call sooner."})
        rest = tuple(a for a in config.associations if a.id != SOUTH)
        stage.service.world.config = msgspec.structs.replace(config, associations=(changed, *rest))
        text = await looks(worker, "Parents, after the service")
        assert text.endswith("What we changed because of feedback:\nWe call sooner.")
        await finnish.presses("Palaute", "Vanhemmat, palvelun jälkeen", "heinä–syyskuu 2026")
        assert "We call" not in finnish.text


async def test_without_a_seat_nobody_gets_there(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        parent, worker = await stage.parent(), await stage.staff("Tuuli")
        await answered(stage, sheet(), *[{"respect": "1"}] * 6)
        await parent.types("Feedback")
        assert "Whose feedback" not in parent.text
        await looks(worker, "Parents, after the service")
        gone = partial(_loses_seat, worker.id)
        await stage.service.database.turn(gone)
        await worker.presses("Next items")
        assert "respect" not in worker.text
        assert "Answered" not in worker.text


def _loses_seat(chat: int, db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM seat WHERE person_id=(SELECT id FROM person WHERE chat_id=?)", (chat,))
