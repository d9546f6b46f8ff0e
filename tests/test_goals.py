"""Goals: agreeing them, rating them at first, later and at the end, by workers and by each parent alone."""

from pathlib import Path

import pytest

from bot import effects
from bot.records import cases, goals, parting, people
from conversations import effects as do
from conversations import goal_effects as aim
from conversations.goals import LIMIT, MOST
from conversations.rating import VALUES
from tests.office_plain import FIRST, OTHER, Kind, Office
from tests.offices import CANARY, claimed, events, sent
from tests.test_meetings import news
from tests.test_parents import both
from tests.test_safety import on_disk
from tests.theatre import Actor, Theatre, theatre


async def adds(worker: Actor, words: str, whose: str = "") -> None:
    """A worker whose card is open adds a goal, and is back at the card."""
    await worker.presses("Goals", "Add a goal", *((whose,) if whose else ()))
    await worker.types(words)
    await worker.presses("Save the goal", "Back to the case")


async def offers(worker: Actor, goal: str, stage: str) -> None:
    """A worker whose card is open offers the rating of a goal, and is back at the card."""
    await worker.presses("Goals", goal, "Let the parent rate", stage, "Back to the goals", "Back to the case")


async def ratings(stage: Theatre) -> list[tuple[object, ...]]:
    return await stage.rows(
        "SELECT goal_id, parent, stage, value, own FROM goal_rating ORDER BY 1, 2, instr('first later end', stage)"
    )


# Workers


async def test_a_goal_is_agreed_rated_three_times_and_ended(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        await adds(worker, "The mornings are calm")
        await worker.presses("Goals")
        assert "Parent 1\n1. The mornings are calm" in worker.text
        for label, value in (("First rating", "3"), ("Later rating", "No longer relevant"), ("Rating at the end", "8")):
            await worker.presses("1 · The mornings are calm", label)
            assert "The mornings are calm" in worker.text
            assert [len(row) for row in worker.screen["reply_markup"]["inline_keyboard"][:4]] == [6, 5, 1, 1]
            await worker.presses(value, "Back to the goals")
        assert "3/10 · First rating, Mon 23 Nov" in worker.text
        assert "No longer relevant · Later rating, Mon 23 Nov" in worker.text
        assert await ratings(stage) == [(1, 1, "first", 3, 0), (1, 1, "later", None, 0), (1, 1, "end", 8, 0)]
        await worker.presses("1 · The mornings are calm", "End this goal", "Yes, end it")
        assert "Ended goals:\n\nParent 1\nThe mornings are calm\n3/10 · First rating" in worker.text
        assert "1 · The mornings are calm" not in worker.buttons
        assert len(await ratings(stage)) == 3, "the numbers stay"
        happened = [name for name in await events(stage) if name.startswith("goal")]
        assert happened == ["goal_added", "goal_rated", "goal_rated", "goal_rated", "goal_ended"]


async def test_a_goal_is_worded_anew_only_before_its_first_rating(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        await adds(worker, "Calm mornings")
        await worker.presses("Goals", "1 · Calm mornings", "Change the words")
        await worker.types("Calm evenings")
        assert "The new wording: Calm evenings" in worker.text
        await worker.presses("Save the words", "Back to the goals", "1 · Calm evenings", "First rating", "5")
        assert "Change the words" not in worker.buttons
        await worker.types("Change the words")
        assert "Calm evenings" in worker.text


async def test_a_fourth_goal_is_refused_kindly(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await both(stage, worker)
        for number in range(MOST):
            await adds(worker, f"Goal {number}", "Both parents")
            await adds(worker, f"Own {number}", "Parent 2")
        await worker.presses("Goals")
        assert "Three goals at a time are enough." in worker.text
        await worker.presses("Add a goal")
        assert worker.buttons[:2] == ["Parent 1", "Back to the goals"], "only one has room"
        await worker.presses("Back to the goals", "Back to the case")
        for number in range(MOST):
            await adds(worker, f"Last {number}", "Parent 1")
        await worker.presses("Goals")
        assert "Add a goal" not in worker.buttons
        assert await stage.rows("SELECT parent, count(*) FROM goal GROUP BY 1") == [(0, 3), (1, 3), (2, 3)]


async def test_two_workers_add_the_last_goal_at_once(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli, vesa = await stage.staff("Tuuli"), await stage.staff("Vesa")
        await claimed(stage, tuuli, vesa)
        await adds(tuuli, "One")
        await adds(tuuli, "Two")
        for worker in (tuuli, vesa):
            await worker.presses("Goals", "Add a goal")
            await worker.types("Three")
        await stage.press_at_once([tuuli, vesa], "Save the goal")
        assert await stage.rows("SELECT count(*) FROM goal") == [(3,)]
        assert "Three goals at a time are enough." in tuuli.text + vesa.text
        assert not await stage.rows("SELECT 1 FROM inbox WHERE status<>'done'")


async def test_a_goal_that_is_too_long_is_asked_for_again_and_leaves_the_chat(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        await worker.presses("Goals", "Add a goal")
        await worker.types("w" * (LIMIT + 1))
        assert "in words, at most 120 characters" in worker.text
        await worker.types("w" * LIMIT)
        assert [m for m in worker.messages if m.get("text") == "w" * LIMIT] == [], "what was typed is hidden at once"
        await worker.presses("Save the goal")
        assert "w" * LIMIT in worker.text


async def test_who_works_on_the_case_no_more_adds_and_rates_nothing(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = await claimed(stage, worker)
        await adds(worker, "Calm mornings")
        await worker.presses("Goals", "1 · Calm mornings", "First rating")
        await parent.presses("Withdraw the request", "Yes, withdraw it")
        assert not {"3", "10"} & {*worker.buttons}, "the screen has changed with the case"
        await worker.types("3")
        assert not await ratings(stage)
        assert await stage.rows("SELECT words, ended FROM goal") == [(None, 1)]
        assert not await stage.rows("SELECT 1 FROM inbox WHERE status<>'done'")


def test_a_case_that_is_over_takes_no_goals_no_ratings_and_no_notes() -> None:
    office = Office(Kind(pair=True))
    office.does(aim.AddGoal(1, 1, "Calm mornings"))
    office.does(do.EndCase(1, "not_started", "other"))
    for effect in (
        aim.AddGoal(1, 1, "Another"),
        aim.RewordGoal(1, 1, "Other words"),
        aim.EndGoal(1, 1),
        aim.RateGoal(1, 1, 1, "end", 3),
        aim.OfferRating(1, 1, "end"),
        aim.WriteNote(1, 1, "A note."),
        aim.DropNote(1, 1),
    ):
        office.expects(effect, allowed=False)


@pytest.mark.parametrize(
    "effect",
    [
        aim.AddGoal(1, 0, "Of both, where only one parent is"),
        aim.AddGoal(1, 2, "Of somebody who is not there"),
        aim.RateGoal(1, 1, 2, "first", 5),
        aim.RateGoal(1, 1, 0, "first", 5),
        aim.RateGoal(1, 9, 1, "first", 5),
        aim.OfferRating(1, 9, "first"),
        aim.WriteNote(1, 2, "About somebody who is not there."),
    ],
)
def test_nothing_is_written_of_somebody_whose_it_is_not(effect: do.CaseWork) -> None:
    office = Office()
    office.does(aim.AddGoal(1, 1, "Calm mornings"))
    office.expects(effect, allowed=False)


def test_no_rating_lies_outside_the_scale() -> None:
    office = Office()
    office.does(aim.AddGoal(1, 1, "Calm mornings"))
    assert (min(VALUES), max(VALUES)) == (0, 10)
    for value in (-1, 11):
        office.expects(aim.RateGoal(1, 1, 1, "first", value), allowed=False)
    office.does(aim.OfferRating(1, 1, "first"))
    office.says(FIRST, "/start")
    office.presses(FIRST, "Rate my goals", "1 · Calm mornings")
    for typed in ("11", "-1", "12", "3.5"):
        office.says(FIRST, typed)
    assert not office.db.execute("SELECT 1 FROM goal_rating").fetchall()
    office.says(FIRST, "7")
    assert office.db.execute("SELECT value FROM goal_rating").fetchall() == [(7,)], "a typed number is the value"


# Parents


async def test_a_parent_rates_an_own_goal_when_a_worker_has_offered_it(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = await claimed(stage, worker)
        await adds(worker, "Calm mornings")
        await adds(worker, "Enough sleep")
        await parent.types("/start")
        assert "Rate my goals" not in parent.buttons
        await offers(worker, "1 · Calm mornings", "First rating")
        await offers(worker, "2 · Enough sleep", "First rating")
        told = [m for m in parent.messages if "You can rate your goals here" in m["text"] and "Hello!" in m["text"]]
        assert len(told) == 1, "several offers are one notice"
        assert "Calm mornings" not in news(parent)
        await parent.presses("Open", "Rate my goals")
        assert "1. Calm mornings\n2. Enough sleep" in parent.text
        await parent.presses("1 · Calm mornings", "10")
        assert "Thank you, your answer is saved." in parent.text
        await parent.presses("1 · Enough sleep", "No longer relevant")
        assert "A worker has your request." in parent.text
        assert "Rate my goals" not in parent.buttons
        assert await ratings(stage) == [(1, 1, "first", 10, 1), (2, 1, "first", None, 1)]
        await worker.presses("Open", "Goals")
        assert "10/10 · First rating, Mon 23 Nov (in the chat)" in worker.text
        await parent.types("/mydata")
        assert "• Your goals, and your ratings of them" in parent.text


async def test_a_joint_goal_is_rated_by_each_parent_alone(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        first, other = await both(stage, worker)
        await adds(worker, "We agree on the weeks", "Both parents")
        await worker.presses("Goals", "1 · We agree on the weeks", "First rating", "Both parents", "4")
        await worker.presses("Later rating", "Parent 2", "5", "Back to the goals", "Back to the case")
        await offers(worker, "1 · We agree on the weeks", "Rating at the end")
        await other.presses("Open", "Rate my goals", "1 · We agree on the weeks", "9")
        await worker.presses("Open", "Goals")
        assert "Parent 1: asked in the chat, no answer yet" in worker.text
        await first.presses("Open", "Rate my goals", "1 · We agree on the weeks", "2")
        assert await ratings(stage) == [
            (1, 0, "first", 4, 0),
            (1, 1, "end", 2, 1),
            (1, 2, "later", 5, 0),
            (1, 2, "end", 9, 1),
        ]
        await worker.presses("Open", "Goals")
        assert "9/10 · Rating at the end, Mon 23 Nov (Parent 2, in the chat)" in worker.text


async def test_the_notice_of_an_offer_waits_for_the_safe_hours(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = await claimed(stage, worker, reach="chat", hours="evening")
        await adds(worker, "Calm mornings")
        before = len(parent.messages)
        await offers(worker, "1 · Calm mornings", "First rating")
        assert len(parent.messages) == before
        await stage.push(hours=6)
        assert "You can rate your goals here when it suits you." in news(parent)


async def test_a_goal_that_is_ended_is_asked_of_nobody(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = await claimed(stage, worker)
        await adds(worker, "Calm mornings")
        await offers(worker, "1 · Calm mornings", "First rating")
        await parent.presses("Open", "Rate my goals", "1 · Calm mornings")
        await worker.presses("Goals", "1 · Calm mornings", "End this goal", "Yes, end it")
        assert "7" not in parent.buttons, "what was begun is not gone on with"
        assert "Rate my goals" not in parent.buttons
        assert not await ratings(stage)


# When people go


async def test_words_go_with_the_people_and_numbers_stay(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = await claimed(stage, worker)
        await adds(worker, CANARY)
        await worker.presses("Goals", f"1 · {CANARY}", "First rating", "6")
        await stage.push(hours=1)
        assert CANARY.encode() in on_disk(tmp_path)
        await parent.types("/delete")
        await parent.presses("Yes, delete everything")
        await stage.push(minutes=2)
        assert CANARY.encode() not in on_disk(tmp_path)
        assert await ratings(stage) == [(1, 1, "first", 6, 0)]


def test_when_one_parent_goes_the_others_goals_stay() -> None:
    office = Office(Kind(pair=True, both=True))
    for parent in (0, 1, 2):
        office.does(aim.AddGoal(1, parent, f"Goal of {parent}"))
        office.does(aim.OfferRating(1, parent + 1, "first"))
    office.does(do.EndCase(1, "withdrawn", party=office.first.id))
    rows = office.db.execute("SELECT parent, words FROM goal ORDER BY id").fetchall()
    assert rows == [(2, "Goal of 0"), (1, None), (2, "Goal of 2")], "what was of both is of the one who stays"
    offered = goals.offered_to(office.db, office.person(OTHER), 1)
    assert [goal.words for goal in offered] == ["Goal of 0", "Goal of 2"]


def test_who_comes_later_sees_no_goal_of_before() -> None:
    office = Office(Kind(pair=True, both=True))
    office.does(aim.AddGoal(1, 0, "Goal of both"))
    office.does(aim.AddGoal(1, 2, "Goal of the second"))
    office.does(do.EndCase(1, "withdrawn", party=office.person(OTHER).id))
    later = people.meet(office.db, 31, "en", office.world.clock.now())
    cases.add_party(office.db, 1, later, {}, invited=True)
    office.does(aim.OfferRating(1, 1, "first"))
    assert goals.offered_to(office.db, later, 1) == ()
    assert [goal.words for goal in goals.offered_to(office.db, office.first, 1)] == ["Goal of both"]


def test_goals_and_notes_do_not_go_to_another_association() -> None:
    office = Office(Kind(pair=True, both=True))
    for parent in (0, 1, 2):
        office.does(aim.AddGoal(1, parent, f"Goal of {parent}"))
        office.does(aim.WriteNote(1, parent, f"Note of {parent}"))
    office.passes(24 * 9)
    parting.split(office.db, 1, office.first, office.world.reference)
    parting.move(office.db, 1, "esimerkki-pohjoinen", office.world.clock.now())
    assert office.db.execute("SELECT case_id, parent, words FROM goal ORDER BY id").fetchall() == [
        (2, 2, "Goal of 0"),
        (1, 1, None),
        (2, 2, "Goal of 2"),
    ]
    assert office.db.execute("SELECT case_id, parent, words FROM note").fetchall() == [(2, 2, "Note of 2")]


async def test_the_case_of_a_client_without_a_chat_has_goals_too(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await sent(stage)
        await stage.service.database.turn(lambda db: db.execute("DELETE FROM party"))
        await worker.presses("Open", "Take this case")
        await adds(worker, "Calm mornings")
        await worker.presses("Goals", "1 · Calm mornings")
        assert "The client" in worker.text
        assert "Let the parent rate" not in worker.buttons
        await worker.presses("First rating", "0")
        assert await ratings(stage) == [(1, 0, "first", 0, 0)]


def test_the_words_of_a_closed_case_go_with_its_parents_or_at_once_where_there_are_none() -> None:
    office = Office(Kind(pair=True, both=True))
    office.does(aim.AddGoal(1, 0, "Goal of both"))
    office.does(aim.AddGoal(1, 1, "Goal of the first"))
    office.does(aim.RateGoal(1, 2, 1, "first", 5))
    office.does(aim.OfferRating(1, 1, "end"))
    office.db.execute("UPDATE cases SET stage='closed', closed_at=1")
    office.passes(1)
    assert office.db.execute("SELECT count(words) FROM goal").fetchone() == (2,)
    for typed in ("/start", "/delete", "Yes, delete everything"):
        office.says(FIRST, typed)
    assert office.db.execute("SELECT words FROM goal").fetchall() == [("Goal of both",), (None,)]
    office.db.execute("DELETE FROM party")
    assert office.db.execute("SELECT count(words) FROM goal").fetchone() == (0,)
    assert not office.db.execute("SELECT 1 FROM goal_offer").fetchall()
    office.db.execute("UPDATE goal SET words='of a client without a chat', ended=0 WHERE id=1")
    office.passes(1)
    assert office.db.execute("SELECT count(words) FROM goal").fetchone() == (0,)
    assert office.db.execute("SELECT value FROM goal_rating").fetchall() == [(5,)]


def test_a_rating_that_was_asked_for_in_an_earlier_case_is_not_asked_for_in_the_next() -> None:
    office = Office()
    office.does(aim.AddGoal(1, 1, "Calm mornings"))
    office.does(aim.OfferRating(1, 1, "end"))
    office.db.execute("UPDATE cases SET stage='closed', closed_at=1")
    office.says(FIRST, "/start")
    assert "Calm mornings" not in "".join(office.calls[FIRST])
    with pytest.raises(LookupError):
        effects.carry_out(office.db, office.world, office.first, aim.RateOwnGoal(1, 5))
