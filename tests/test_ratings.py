"""Ratings of goals: one that was given stays until somebody who has read it replaces it, and the workers hear of it."""

from pathlib import Path

import pytest

from bot import effects
from conversations import effects as do
from conversations import goal_effects as aim
from tests.office_plain import FIRST, OTHER, PAIR, WORKER, Kind, Office
from tests.offices import claimed
from tests.test_goals import adds, offers, ratings
from tests.test_parents import both
from tests.theatre import theatre

GOAL = "1 · Calm mornings"
TOLD = "K7F2: a parent has rated a goal."


# Nothing is replaced unseen


async def test_a_worker_reads_what_stands_before_a_new_number_replaces_it(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        await adds(worker, "Calm mornings")
        await worker.presses("Goals", GOAL, "Later rating")
        assert "Recorded already" not in worker.text
        await worker.presses("4", "First rating")
        assert "Recorded already" not in worker.text, "that was another stage"
        await worker.presses("Back to the goals")
        await stage.push(hours=24 * 30)
        await worker.start("c-K7F2")
        await worker.presses("Goals", GOAL, "Later rating")
        assert "Recorded already: 4/10 · Later rating, Mon 23 Nov\nA new number replaces it." in worker.text
        await worker.presses("6")
        assert "6/10 · Later rating, Wed 23 Dec" in worker.text
        assert await ratings(stage) == [(1, 1, "later", 6, 0)], "of later ones the last counts"


async def test_an_answer_from_the_chat_is_replaced_by_the_parent_alone(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = await claimed(stage, worker)
        await adds(worker, "Calm mornings")
        await offers(worker, GOAL, "First rating")
        await parent.presses("Open", "Rate my goals", GOAL, "8")
        await worker.presses("Open", "Goals", GOAL, "First rating")
        assert "Recorded already: 8/10 · First rating, Mon 23 Nov (in the chat)" in worker.text
        assert "Only the parent can replace an answer from the chat. You can let the parent rate again." in worker.text
        assert not {"3", "No longer relevant"} & {*worker.buttons}
        await worker.types("3")
        assert await ratings(stage) == [(1, 1, "first", 8, 1)]
        await worker.presses("Back to the goals", GOAL, "Let the parent rate")
        assert "Recorded already: 8/10" in worker.text
        assert "A new answer replaces the same rating." in worker.text
        await worker.presses("First rating")
        await parent.presses("Open", "Rate my goals", GOAL, "9")
        assert await ratings(stage) == [(1, 1, "first", 9, 1)]


async def test_who_offers_a_joint_goal_reads_who_has_rated_it(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await both(stage, worker)
        await adds(worker, "Calm mornings", "Both parents")
        await worker.presses("Goals", GOAL, "Let the parent rate")
        assert "Recorded already" not in worker.text
        await worker.presses("Back to the goals", GOAL, "First rating", "Parent 2", "4")
        await worker.presses("First rating", "Both parents", "5", "Let the parent rate")
        assert "Recorded already: 4/10 · First rating, Mon 23 Nov (Parent 2)\nA new answer" in worker.text
        assert "5/10" not in worker.text, "what was given together is in nobody's place"


async def test_a_number_that_is_recorded_takes_the_question_back(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = await claimed(stage, worker)
        await adds(worker, "Calm mornings")
        await offers(worker, GOAL, "First rating")
        await parent.presses("Open", "Rate my goals", GOAL)
        await worker.presses("Goals", GOAL, "Later rating")
        assert "takes the question back" not in worker.text
        await worker.presses("3", "First rating")
        assert "The parent is asked for this in the chat. A number here takes the question back." in worker.text
        assert "8" in parent.buttons, "another stage leaves the question as it is"
        await worker.presses("4")
        assert not {"8", "Rate my goals"} & {*parent.buttons}
        await parent.types("8")
        assert await ratings(stage) == [(1, 1, "first", 4, 0), (1, 1, "later", 3, 0)]


def test_the_records_themselves_keep_an_answer_from_the_chat() -> None:
    office = Office(Kind(pair=True, both=True))
    office.does(aim.AddGoal(1, 0, "Calm mornings"))
    office.does(aim.OfferRating(1, 1, "first"))
    effects.carry_out(office.db, office.world, office.first, aim.RateOwnGoal(1, 8))
    office.expects(aim.RateGoal(1, 1, 1, "first", 4), allowed=False)
    office.does(aim.RateGoal(1, 1, 2, "first", 4))
    office.does(aim.RateGoal(1, 1, 0, "first", 5))
    rows = office.db.execute("SELECT parent, value, own FROM goal_rating ORDER BY parent").fetchall()
    assert rows == [(0, 5, 0), (1, 8, 1), (2, 4, 0)]
    assert not office.db.execute("SELECT 1 FROM goal_offer").fetchall(), "it was recorded what Parent 2 was asked for"


# What is no rating


@pytest.mark.parametrize(
    "effect",
    [
        *(aim.RateGoal(1, 1, 1, "first", value) for value in (-1, 11, 100)),
        aim.RateGoal(1, 1, 1, "middle", 5),  # type: ignore[arg-type]  # on purpose
        aim.RateGoal(1, 1, 1, "", 5),  # type: ignore[arg-type]
        aim.OfferRating(1, 1, "middle"),  # type: ignore[arg-type]
    ],
)
def test_what_is_not_on_the_scale_is_refused(effect: do.CaseWork) -> None:
    office = Office()
    office.does(aim.AddGoal(1, 1, "Calm mornings"))
    office.expects(effect, allowed=False)


@pytest.mark.parametrize("value", [-1, 11])
def test_what_a_parent_cannot_have_pressed_is_refused(value: int) -> None:
    office = Office()
    office.does(aim.AddGoal(1, 1, "Calm mornings"))
    office.does(aim.OfferRating(1, 1, "first"))
    with pytest.raises(LookupError):
        effects.carry_out(office.db, office.world, office.first, aim.RateOwnGoal(1, value))


# Who hears of it


def test_the_workers_of_the_case_hear_of_the_last_answer_that_was_asked_for() -> None:
    office = Office(Kind(pair=True, both=True))
    for goal, words in enumerate(("Calm mornings", "Enough sleep"), 1):
        office.does(aim.AddGoal(1, 0, words))
        office.does(aim.OfferRating(1, goal, "first"))
    office.says(FIRST, "/start")
    office.presses(FIRST, "Rate my goals", GOAL, "8")
    assert not told(office, WORKER)
    office.presses(FIRST, "1 · Enough sleep", "No longer relevant")
    assert told(office, WORKER) == told(office, PAIR) == 1, "one notice for several answers in a row"
    assert not told(office, OTHER)
    assert not told(office, FIRST)
    office.says(OTHER, "/start")
    office.presses(OTHER, "Rate my goals", GOAL, "1", "1 · Enough sleep", "2")
    assert told(office, WORKER) == told(office, PAIR) == 2


def told(office: Office, chat: int) -> int:
    return sum(TOLD in call for call in office.calls.get(chat, []))
