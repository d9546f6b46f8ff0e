"""A worker's own working hours: the week, exceptions, and that they are nobody else's."""

from pathlib import Path
from sqlite3 import Connection

import pytest

from bot import casework, render
from bot.records import people
from conversations import moves
from conversations.staff import FLOWS
from tests.theatre import Actor, Theatre, theatre


async def week_of(stage: Theatre, name: str) -> list[tuple[int, int | None, int | None]]:
    sql = "SELECT weekday, opens, closes FROM week_plan JOIN seat USING (person_id) WHERE name=? ORDER BY 1"
    return await stage.rows(sql, name)


async def days_of(stage: Theatre, name: str) -> list[tuple[str, int | None, int | None]]:
    sql = "SELECT day, opens, closes FROM day_plan JOIN seat USING (person_id) WHERE name=? ORDER BY 1"
    return await stage.rows(sql, name)


async def next_pages(worker: Actor, number: int) -> None:
    for _ in range(number):
        await worker.presses("Next")


async def test_a_weekday_is_changed_with_four_taps_and_saved_at_once(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli = await stage.staff("Tuuli")
        await tuuli.presses("Working hours")
        assert "• Monday: 9:00–16:00" in tuuli.text
        assert "• Sunday: day off" in tuuli.text
        assert "Exceptions" not in tuuli.text
        assert "Remove an exception" not in tuuli.buttons
        await tuuli.presses("Change a weekday", "Tuesday", "10:00", "18:30")
        assert "• Tuesday: 10:00–18:30" in tuuli.text
        assert tuuli.text.startswith("Saved.")
        await tuuli.presses("Change a weekday", "Friday", "Day off")
        assert "• Friday: day off" in tuuli.text
        assert await week_of(stage, "Tuuli") == [(1, 600, 1110), (4, None, None)]


async def test_what_was_chosen_for_one_day_is_no_answer_for_the_next(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli = await stage.staff("Tuuli")
        await tuuli.presses("Working hours", "Change a weekday", "Tuesday", "10:00", "18:30")
        await tuuli.presses("Change a weekday", "Friday")
        assert "10:00" in tuuli.buttons, "not marked as chosen"
        await tuuli.presses("10:00", "12:00")
        assert await week_of(stage, "Tuuli") == [(1, 600, 1110), (4, 600, 720)]


async def test_work_ends_after_it_begins_also_when_the_beginning_is_changed(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli = await stage.staff("Tuuli")
        await tuuli.presses("Working hours", "Change a weekday", "Monday", "8:00")
        assert "8:30" in tuuli.buttons
        assert "8:00" not in tuuli.buttons
        await tuuli.presses("Back", "16:00")
        assert "16:00" not in tuuli.buttons
        await tuuli.types("17:30")
        assert await week_of(stage, "Tuuli") == [(0, 960, 1050)]


async def test_an_exception_is_added_on_a_holiday_and_removed(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli = await stage.staff("Tuuli")
        await tuuli.presses("Working hours", "Add an exception", "Tue 24 Nov", "Day off", "Add an exception")
        await next_pages(tuuli, 3)
        await tuuli.presses("Thu 24 Dec Christmas Eve", "10:00", "12:00")
        assert "• Tue 24 Nov: day off\n• Thu 24 Dec Christmas Eve: 10:00–12:00" in tuuli.text
        await tuuli.presses("Remove an exception", "Tue 24 Nov: day off", "Remove")
        assert "24 Nov" not in tuuli.text
        assert await days_of(stage, "Tuuli") == [("2026-12-24", 600, 720)]


async def test_the_last_day_that_can_be_chosen_is_sixty_days_ahead(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli = await stage.staff("Tuuli")
        await tuuli.presses("Working hours", "Add an exception")
        assert tuuli.buttons[0] == "Mon 23 Nov"
        await next_pages(tuuli, 7)
        assert "Thu 21 Jan" in tuuli.buttons
        assert "Next" not in tuuli.buttons


async def test_an_exception_that_is_over_is_neither_shown_nor_removed_twice(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli = await stage.staff("Tuuli")
        await tuuli.presses("Working hours", "Add an exception", "Mon 23 Nov", "Day off", "Remove an exception")
        await tuuli.presses("Mon 23 Nov: day off")
        await stage.push(days=1)
        await tuuli.presses("Remove")
        assert render.words(moves.CHANGED, "en") in tuuli.text
        assert "Remove" not in tuuli.buttons
        assert await days_of(stage, "Tuuli") == []
        await tuuli.start()
        await tuuli.presses("Working hours")
        assert "Exceptions" not in tuuli.text


async def test_working_hours_are_ones_own(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli, vesa = await stage.staff("Tuuli"), await stage.staff("Vesa")
        await tuuli.presses("Working hours", "Change a weekday", "Monday", "Day off")
        await tuuli.presses("Add an exception", "Tue 24 Nov", "Day off")
        await vesa.presses("Working hours")
        assert "• Monday: 9:00–16:00" in vesa.text
        assert "24 Nov" not in vesa.text
        await vesa.presses("Change a weekday", "Monday", "11:00", "15:00")
        assert await week_of(stage, "Tuuli") == [(0, None, None)]
        assert await week_of(stage, "Vesa") == [(0, 660, 900)]


@pytest.mark.parametrize("role", ["lead", "coordinator"])
def test_only_workers_have_working_hours(role: str) -> None:
    assert not [name for name in FLOWS[role].states if name.startswith("plan")]
    assert "plan" in FLOWS["worker"].states


async def test_they_go_with_the_seat(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli = await stage.staff("Tuuli")
        await tuuli.presses("Working hours", "Change a weekday", "Monday", "Day off")
        await tuuli.presses("Add an exception", "Tue 24 Nov", "Day off")

        def resign(db: Connection) -> None:
            casework.resign(db, stage.service.world, people.meet(db, tuuli.id, "en", stage.clock.now()))

        await stage.service.database.turn(resign)
        assert await stage.rows("SELECT 1 FROM week_plan UNION ALL SELECT 1 FROM day_plan") == []
        await tuuli.start(await stage.code())
        await tuuli.presses("Working hours")
        assert "• Monday: 9:00–16:00" in tuuli.text
        assert "Exceptions" not in tuuli.text


async def test_what_is_stored_about_a_worker_names_the_working_hours(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli = await stage.staff("Tuuli")
        await tuuli.types("/mydata")
        assert "working hours" not in tuuli.text
        await tuuli.presses("Return", "Working hours", "Change a weekday", "Monday", "Day off")
        await tuuli.types("/mydata")
        assert "• Your own working hours" in tuuli.text
