"""What the form of a held meeting asks about before it records it: agreement, and what contradicts itself."""

from pathlib import Path

import pytest

from tests.offices import claimed, events
from tests.test_recording import adds, alone, together
from tests.theatre import theatre

# The agreement to a family meeting


async def test_a_family_meeting_takes_the_agreement_of_everybody_involved(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, _ = await together(stage, "Family meeting")
        await worker.presses("Open", "Yes, it was held")
        assert worker.text == "Who has agreed to the family meeting?"
        await worker.presses("Parent 2")
        assert "Agreed to the family meeting: Parent 2" in worker.text
        await worker.presses("Not everybody has agreed")
        assert "Without this agreement it cannot be recorded as a family meeting." in worker.text
        assert "What is the next step?" not in worker.text
        await worker.presses("Back to the form", "Yes, it was held", "Parent 1", "Parent 2")
        assert worker.text == "Whose wish was it that the children came?"
        await worker.presses("The parents'", "Not decided yet")
        assert await stage.rows("SELECT attended, children_by, agreed_by FROM meeting") == [
            ('["parent 1","parent 2","child"]', "parents", '["parent 1","parent 2"]')
        ]


async def test_without_the_agreement_it_is_recorded_as_another_kind(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, _ = await together(stage, "Family meeting")
        await worker.presses("Open", "Yes, it was held", "Parent 1", "Not everybody has agreed")
        await worker.presses("Change the kind", "Couple meeting", "Yes, it was held", "Not decided yet")
        assert await stage.rows("SELECT type, attended, agreed_by FROM meeting") == [
            ("couple", '["parent 1","parent 2"]', None)
        ]


@pytest.mark.parametrize("kind", ["", "Couple meeting"])
async def test_a_meeting_with_children_is_recorded_as_a_family_meeting(kind: str, tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = (await together(stage, kind))[0] if kind else await alone(stage)
        await worker.presses("Open", "Who came", "Children", "Yes, it was held")
        assert worker.text.startswith("A meeting with children is a family meeting: the parents agree to it.")
        await worker.presses("Change the kind", "Family meeting")
        assert "Children" in worker.text
        await worker.presses("Workers present", "Two", "Yes, it was held")
        assert worker.text == "Who has agreed to the family meeting?"
        await worker.presses(*(("Parent 1", "Parent 2", "The parents'") if kind else ("Parent 1", "The parent's")))
        await worker.presses("Not decided yet")
        agreed = '["parent 1","parent 2"]' if kind else '["parent 1"]'
        assert await stage.rows("SELECT type, children_by, agreed_by FROM meeting") == [("family", "parents", agreed)]


async def test_a_family_meeting_without_children_is_asked_about(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, _ = await together(stage, "Family meeting")
        await worker.presses("Open", "Who came", "✓ Children", "Yes, it was held")
        assert worker.text == "No child came to this family meeting. Change the kind or who came."
        await worker.presses("Change the kind", "Couple meeting", "Yes, it was held", "Not decided yet")
        assert await stage.rows("SELECT type, children_by FROM meeting") == [("couple", None)]


async def test_children_may_be_met_without_a_parent(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, _ = await together(stage, "Family meeting")
        await worker.presses("Open", "Who came", "✓ Parent 1", "Who came", "✓ Parent 2", "Yes, it was held")
        await worker.presses("Parent 1", "Parent 2", "The worker's", "Not decided yet")
        assert await stage.rows("SELECT attended, children_by FROM meeting") == [('["child"]', "worker")]


async def test_an_individual_meeting_of_both_parents_is_asked_about(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, _ = await together(stage, "Couple meeting")
        await worker.presses("Open", "Change the kind", "Individual meeting", "Who came", "Parent 1")
        await worker.presses("Who came", "Parent 2", "Yes, it was held")
        assert worker.text == "Both parents came to this individual meeting. Change the kind or who came."
        await worker.presses("Who came", "✓ Parent 1", "Yes, it was held", "Not decided yet")
        assert await stage.rows("SELECT type, attended FROM meeting") == [("individual", '["parent 2"]')]


async def test_one_parent_alone_is_asked_about_that_parent_only(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker, afraid="sometimes")
        await adds(worker, "Family meeting")
        assert "Came: Parent 1, Children" in worker.text
        await worker.presses("Workers present", "Two", "Yes, it was held")
        assert "Parent 2" not in worker.buttons
        await worker.presses("Not agreed")
        assert "Record it as another kind." in worker.text
        await worker.presses("Back to the form", "Yes, it was held", "Parent 1", "The parent's", "Not decided yet")
        assert await stage.rows("SELECT agreed_by FROM meeting") == [('["parent 1"]',)]


async def test_a_client_without_a_chat_is_called_the_client(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        await stage.service.database.turn(lambda db: db.execute("DELETE FROM party"))
        await adds(worker, "Family meeting")
        assert "Came: The client, Children" in worker.text
        await worker.presses("Workers present", "Two", "Yes, it was held", "The client", "The client's")
        await worker.presses("Not decided yet")
        assert await stage.rows("SELECT attended, agreed_by FROM meeting") == [('["client","child"]', '["client"]')]


# What contradicts itself


async def test_held_but_nobody_came_is_asked_about(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await alone(stage)
        await worker.presses("Open", "Who came", "✓ Parent 1")
        assert "Came: nobody" in worker.text
        await worker.presses("Yes, it was held")
        assert worker.text == "Nobody is marked as present. Correct who came."
        await worker.presses("Nobody came", "Yes, record it")
        assert await stage.rows("SELECT status FROM meeting") == [("missed",)]


async def test_who_came_follows_the_kind_that_is_recorded(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, _ = await together(stage, "Couple meeting")
        await worker.presses("Open", "Change the kind", "Family meeting")
        assert "Came: Parent 1, Parent 2, Children" in worker.text
        assert worker.text.count("meeting") == 1, "the kind is said once"
        await worker.presses("Change the kind", "Individual meeting")
        assert "Came: nobody" in worker.text, "nobody knows which of them"
        await worker.presses("Change the kind", "Couple meeting")
        assert "Came: Parent 1, Parent 2" in worker.text


async def test_a_couple_meeting_needs_both_parents(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, _ = await together(stage, "Couple meeting")
        await worker.presses("Open", "Who came", "✓ Parent 2", "Yes, it was held")
        assert "In a couple meeting both parents are present." in worker.text
        await worker.presses("Change the kind", "Individual meeting", "Yes, it was held", "Not decided yet")
        assert await stage.rows("SELECT type, attended FROM meeting") == [("individual", '["parent 1"]')]


async def test_a_parent_outside_the_case_comes_as_another_adult(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        await adds(worker, "Couple meeting")
        assert "Came: Parent 1, Another adult" in worker.text
        await worker.presses("Workers present", "Two", "Who came", "✓ Another adult", "Yes, it was held")
        assert "A parent who is not in this case counts as another adult." in worker.text
        await worker.presses("Who came", "Another adult", "Yes, it was held", "Not decided yet")
        assert await stage.rows("SELECT type FROM meeting WHERE status='held'") == [("couple",)]


async def test_a_sixth_meeting_takes_a_reason_and_is_no_block(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        await stage.push(hours=24)
        await worker.start("c-K7F2")
        for number, at in enumerate(("10:00", "11:00", "12:00", "13:00", "8:00", "9:00")):
            await adds(worker, at=at, day="Mon 23 Nov" if number < 4 else "Tue 24 Nov")
            await worker.presses("Yes, it was held")
            if number == 5:
                assert "Why more than five meetings?" in worker.text
                await worker.presses("The parents wish it")
            await worker.presses("Not decided yet", "Back to the case")
        assert await stage.rows("SELECT count(*) FROM meeting WHERE status='held'") == [(6,)]
        assert (await events(stage)).count("sixth_meeting") == 1
