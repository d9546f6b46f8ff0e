"""Which goals workers and parents read, and which words a goal can have."""

from pathlib import Path
from typing import Any

from bot.records import goals
from conversations import effects as do
from conversations import goal_effects as aim
from conversations.goal_facts import Goal
from conversations.goals import MOST
from tests.office_plain import FIRST, OTHER, Kind, Office
from tests.offices import claimed, seen
from tests.test_closing import BACK, closing
from tests.test_goals import adds, offers
from tests.test_parents import both
from tests.theatre import MONDAY, theatre

FULL = "Three goals at a time are enough. You can add one when fewer than three are left: end others first."


def of_case(office: Office) -> tuple[Goal, ...]:
    """What the workers read."""
    return goals.of_case(office.db, office.worker, 1, MONDAY.date())


# More than can be added


def test_goals_of_both_become_one_parents_though_these_are_more_than_three() -> None:
    office = Office(Kind(pair=True, both=True))
    for parent in (0, 2):
        for number in range(MOST):
            office.does(aim.AddGoal(1, parent, f"{number} of {parent}"))
    office.does(do.EndCase(1, "withdrawn", party=office.first.id))
    assert [(goal.parent, goal.ended) for goal in of_case(office)] == [(2, False)] * 2 * MOST
    for goal in range(1, 2 * MOST):
        if len([goal for goal in of_case(office) if not goal.ended]) >= MOST:
            office.expects(aim.AddGoal(1, 2, "One more"), allowed=False)
            office.does(aim.EndGoal(1, goal))
    assert len([goal for goal in of_case(office) if not goal.ended]) == MOST - 1
    office.does(aim.AddGoal(1, 2, "One more"))
    office.expects(aim.AddGoal(1, 2, "And another"), allowed=False)


async def test_whose_goals_are_too_many_reads_what_to_do(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        first, _ = await both(stage, worker)
        for number in range(MOST):
            await adds(worker, f"Of both {number}", "Both parents")
            await adds(worker, f"Own {number}", "Parent 2")
        await first.presses("Withdraw the request", "Yes, withdraw it")
        await worker.presses("Open", "Goals")
        assert "Parent 2\n4. Own 1" in worker.text
        for _ in range(4):
            assert FULL in worker.text
            assert "Add a goal" not in worker.buttons
            await worker.presses(next(b for b in worker.buttons if b.startswith("1 · ")), "End this goal")
            await worker.presses("Yes, end it")
        assert FULL not in worker.text
        assert "Add a goal" in worker.buttons


def test_too_many_goals_after_the_way_back_of_one_parent_has_ended() -> None:
    office = Office(Kind(both=True))
    for parent in (0, 2):
        for number in range(MOST):
            office.does(aim.AddGoal(1, parent, f"{number} of {parent}"))
    office.does(aim.EndGoal(1, 1))
    closing(office)
    office.says(OTHER, "/start")
    office.presses(OTHER, *BACK)
    for typed in ("/start", "/delete", "Yes, delete everything"):
        office.says(FIRST, typed)
    assert [goal.parent for goal in of_case(office) if not goal.ended] == [2] * 5
    office.expects(aim.AddGoal(1, 2, "One more"), allowed=False)
    office.passes(1)
    assert [goal.parent for goal in of_case(office) if goal.ended] == [2], "and what was ended is the same parent's"


# Ended goals


def test_ended_goals_are_listed_below_with_their_ratings_as_long_as_their_words_are_there() -> None:
    office = Office(Kind(pair=True, both=True))
    for parent in (0, 1):
        office.does(aim.AddGoal(1, parent, f"Goal of {parent}"))
    office.does(aim.RateGoal(1, 1, 1, "first", 3))
    office.does(aim.RateGoal(1, 1, 2, "first", 9))
    office.does(aim.AddGoal(1, 2, "Goal of 2"))
    for goal in (1, 2):
        office.does(aim.EndGoal(1, goal))
    assert [(goal.words, goal.ended) for goal in of_case(office)] == [
        ("Goal of 2", False),
        ("Goal of 1", True),
        ("Goal of 0", True),
    ]
    office.does(do.EndCase(1, "withdrawn", party=office.first.id))
    last = of_case(office)[-1]
    assert (last.words, last.parent) == ("Goal of 0", 2), "ended goals of both are those of the one who stays, too"
    assert [(rating.parent, rating.value) for rating in last.ratings] == [(2, 9)]
    assert "Goal of 1" not in [goal.words for goal in of_case(office)]


async def test_workers_read_ended_goals_and_parents_do_not(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, lead = await stage.staff("Tuuli"), await stage.staff("Lumi", "lead")
        parent = await claimed(stage, worker)
        await adds(worker, "Calm mornings")
        await adds(worker, "Enough sleep")
        await worker.presses("Goals", "1 · Calm mornings", "First rating", "3", "End this goal", "Yes, end it")
        assert worker.text.endswith("Ended goals:\n\nParent 1\nCalm mornings\n3/10 · First rating, Mon 23 Nov")
        assert worker.text.index("1. Enough sleep") < worker.text.index("Ended goals:")
        assert worker.buttons[:2] == ["1 · Enough sleep", "Add a goal"], "they can only be read"
        await parent.types("/start")
        await parent.presses("My goals")
        assert "Enough sleep" in parent.text
        assert "Calm mornings" not in parent.text
        await lead.start("c-K7F2")
        assert "Calm mornings" not in seen(lead)


async def test_ended_goals_that_do_not_fit_are_said_to_be_left_out(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        for number in range(20):
            await adds(worker, f"{number:02} " + "w" * 117)
            await worker.presses("Goals", f"1 · {number:02} {'w' * 28}…", "End this goal", "Yes, end it")
            await worker.presses("Back to the case")
        await worker.presses("Goals")
        assert "\n19 www" in worker.text
        assert "\n00 www" not in worker.text
        assert worker.text.endswith("Older ended goals do not fit here.")
        assert len(worker.text) < 4096


# What a parent reads


async def test_a_parent_reads_own_goals_and_own_ratings(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        first, other = await both(stage, worker)
        await first.types("/start")
        assert "My goals" not in first.buttons
        before = len(first.messages)
        await adds(worker, "We agree on the weeks", "Both parents")
        assert "My goals" in first.buttons, "the screen that stands there shows it, without a message"
        assert len(first.messages) == before
        await adds(worker, "Enough sleep", "Parent 1")
        await worker.presses("Goals", "1 · We agree on the weeks", "First rating", "Both parents", "4")
        await worker.presses("First rating", "Parent 2", "5", "First rating", "Parent 1", "6", "Back to the goals")
        await worker.presses("2 · Enough sleep", "First rating", "7", "Back to the goals", "Back to the case")
        await offers(worker, "2 · Enough sleep", "Later rating")
        await first.presses("Open", "Rate my goals", "1 · Enough sleep", "8", "My goals")
        assert first.text == (
            "Your goals:\n\n"
            "1. We agree on the weeks\n6/10 · First rating, Mon 23 Nov\n\n"
            "2. Enough sleep\n7/10 · First rating, Mon 23 Nov\n8/10 · Later rating, Mon 23 Nov\n\n"
            "Here you see only your own ratings. Besides you, only the workers see them."
        )
        await other.types("/start")
        await other.presses("My goals")
        assert "1. We agree on the weeks\n5/10 · First rating, Mon 23 Nov\n\nHere you see" in other.text
        assert "Enough sleep" not in seen(other)


async def test_a_parent_who_reads_a_goal_sees_when_it_is_worded_anew_or_ended(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = await claimed(stage, worker)
        await adds(worker, "Calm mornings")
        await parent.types("/start")
        await parent.presses("My goals")
        await worker.presses("Goals", "1 · Calm mornings", "Change the words")
        await worker.types("Calm evenings")
        await worker.presses("Save the words")
        assert "1. Calm evenings" in parent.text
        await worker.presses("End this goal", "Yes, end it")
        assert "You have no goals now." in parent.text
        await parent.presses("Front page")
        assert "My goals" not in parent.buttons


def test_who_comes_later_reads_nothing_of_before() -> None:
    office = Office(Kind(pair=True, both=True))
    for words in ("Followed", "Ended"):
        office.does(aim.AddGoal(1, 0, words))
    office.does(aim.EndGoal(1, 2))
    office.does(do.EndCase(1, "withdrawn", party=office.person(OTHER).id))
    office.says(FIRST, "/start")
    office.presses(FIRST, "My goals")
    assert "Followed" in office.calls[FIRST][-1]
    row: Any = office.db.execute("SELECT count(*) FROM goal WHERE parent=0").fetchone()
    assert row == (0,), "so nothing is of both when another comes"


# Words


async def test_the_words_of_a_goal_stand_on_one_line_and_can_be_seen(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        await worker.presses("Goals", "Add a goal")
        await worker.types("\u200b\u2060")
        assert "Please write it in words, at most 120 characters." in worker.text
        await worker.types("Calm\n\n  \u202emornings\u00a0 \u2028here")
        assert "\nCalm mornings here\n" in worker.text
        await worker.presses("Save the goal")
        assert worker.buttons[0] == "1 · Calm mornings here"
        await worker.presses("1 · Calm mornings here", "Change the words")
        await worker.types("\u2060")
        assert "Please write it in words" in worker.text
        await worker.types("Calm\nevenings")
        await worker.presses("Save the words")
        assert await stage.rows("SELECT words FROM goal") == [("Calm evenings",)]


async def test_a_note_keeps_its_lines_and_cannot_be_empty(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        await worker.presses("Notes", "Write a note")
        await worker.types("\u2066\u2069")
        assert "Please write it in words, at most 500 characters." in worker.text
        await worker.types("One\nTwo\u202e")
        await worker.presses("Save the note")
        assert await stage.rows("SELECT words FROM note") == [("One\nTwo",)]
