"""What becomes of a meeting: recorded in a few taps, asked about what is unusual, never blocked, open to correction."""

from pathlib import Path

import pytest

from tests.offices import agrees, asks, claimed, events, seen
from tests.test_meetings import joint
from tests.theatre import Actor, Theatre, theatre

MOST_TAPS = 6


async def past(stage: Theatre, worker: Actor, kind: str = "") -> str:
    """An agreed meeting whose end has come; its row in the list of meetings. The card is open."""
    await agrees(worker, "Tue 24 Nov", "10:00", kind)
    await stage.push(hours=26)
    assert "K7F2: the meeting Tue 24 Nov at 10:00 is over. Please record how it went." in seen(worker)
    return f"Tue 24 Nov at 10:00 · {kind or 'Individual meeting'}"


async def together(stage: Theatre, kind: str) -> tuple[Actor, Actor]:
    """Two workers, two parents, and a joint meeting whose end has come."""
    worker, pair = await stage.staff("Tuuli"), await stage.staff("Vesa")
    await joint(stage, worker)
    await asks(worker, pair, "Ask a work pair")
    await pair.presses("Open", "Yes, I take it")
    await worker.presses("Open")
    await past(stage, worker, kind)
    return worker, pair


async def alone(stage: Theatre) -> Actor:
    """A worker with one parent and an individual meeting whose end has come."""
    worker = await stage.staff("Tuuli")
    await claimed(stage, worker)
    await past(stage, worker)
    return worker


async def adds(worker: Actor, what: str = "Individual, Parent 1", at: str = "10:00", day: str = "Mon 23 Nov") -> None:
    """A worker whose card is open adds a meeting of this morning and opens its form."""
    await worker.presses("Meetings", "Add a held meeting", what, day, at, "Yes, add it")
    row = next(label for label in worker.buttons if label.startswith(f"{day} at {at}"))
    await worker.presses(row, "Record the meeting")


ORDINARY = {
    "": ("Open", "Yes, it was held", "Not decided yet"),
    "Couple meeting": ("Open", "Yes, it was held", "Not decided yet"),
    "Family meeting": ("Open", "Yes, it was held", "Parent 1", "Parent 2", "The parents'", "Not decided yet"),
}


@pytest.mark.parametrize("kind", ORDINARY)
async def test_six_taps_from_the_notice_record_a_meeting(kind: str, tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = (await together(stage, kind))[0] if kind else await alone(stage)
        assert len(ORDINARY[kind]) <= MOST_TAPS
        await worker.presses(*ORDINARY[kind])
        assert "Recorded." in worker.text
        assert await stage.rows("SELECT status FROM meeting") == [("held",)]
        assert ("meetings held: 1 (1–5)" in worker.text) == (kind != "Family meeting"), (
            "family meetings are not counted"
        )


async def test_the_form_is_filled_in_as_it_was_agreed(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await alone(stage)
        await worker.presses("Open")
        assert "60 minutes, at the association.\nCame: Parent 1\nWorkers present: 1" in worker.text
        assert worker.text.count("Individual meeting") == 1
        await worker.presses("Yes, it was held", "Not decided yet")
        assert await stage.rows("SELECT status, lasted, attended, present FROM meeting") == [
            ("held", 60, '["parent 1"]', 1)
        ]
        assert await stage.rows("SELECT stage FROM cases") == [("meeting",)]
        await worker.presses("Back to the case")
        assert "Next: offer the next meeting or close the case" in worker.text


async def test_a_notice_leads_to_the_card_when_the_meeting_is_recorded(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, pair = await together(stage, "Couple meeting")
        await worker.presses("Open", "Yes, it was held", "Not decided yet")
        await pair.presses("Open")
        assert "This case is yours." in pair.text


async def test_what_was_different_is_changed_and_an_unusual_length_takes_a_reason(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await alone(stage)
        await worker.presses("Open", "Another length", "105 minutes", "Change the way", "On the phone")
        await worker.presses("Who came", "Another adult", "Who came")
        assert {"✓ Parent 1", "✓ Another adult", "Children"} <= {*worker.buttons}
        assert "Parent 2" not in worker.buttons, "there is no such parent"
        await worker.presses("✓ Parent 1")
        assert "105 minutes, on the phone." in worker.text
        assert "Came: Another adult" in worker.text
        await worker.presses("Yes, it was held")
        assert "Why this length?" in worker.text
        await worker.presses("The family's situation", "Individual meeting")
        assert await stage.rows("SELECT mode, lasted, attended FROM meeting") == [("phone", 105, '["other"]')]
        assert (await events(stage))[-3:] == ["held", "next_step", "unusual_length"]


async def test_who_came_can_be_changed_at_every_meeting(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        await stage.push(hours=4)
        await worker.start("c-K7F2")
        for at in ("10:00", "11:00", "12:00"):
            await adds(worker, at=at)
            await worker.presses("Who came", "Another adult", "Who came", "✓ Parent 1")
            assert "Came: Another adult" in worker.text
            await worker.presses("Yes, it was held", "Not decided yet", "Back to the case")
        assert await stage.rows("SELECT DISTINCT attended FROM meeting") == [('["other"]',)]


async def test_what_was_chosen_for_one_meeting_is_not_taken_for_another(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        await stage.push(hours=4)
        await worker.start("c-K7F2")
        await adds(worker)
        await worker.presses("Another length", "105 minutes", "Back to the case")
        await adds(worker, at="11:00")
        await worker.presses("Back to the case", "Meetings", "Mon 23 Nov at 11:00 · Individual meeting")
        await worker.presses("Record the meeting")
        assert "60 minutes, at the association." in worker.text


async def test_a_couple_meeting_with_one_worker_takes_a_reason(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, _ = await together(stage, "Couple meeting")
        await worker.presses("Open")
        assert "Came: Parent 1, Parent 2\nWorkers present: 2" in worker.text
        await worker.presses("Workers present", "One", "Yes, it was held")
        assert "Why one worker?" in worker.text
        await worker.presses("The work pair was absent", "Closing")
        assert await stage.rows("SELECT status, present, reasons FROM meeting") == [
            ("held", 1, '{"single_worker":"pair_absent"}')
        ]


@pytest.mark.parametrize("how", ["Nobody came", "It was cancelled"])
async def test_what_was_not_held_counts_for_nothing(how: str, tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await alone(stage)
        await worker.presses("Open", how)
        assert await stage.rows("SELECT status FROM meeting") == [("agreed",)], "it is asked once more"
        await worker.presses("Back to the form", how, "Yes, record it")
        status, said = ("missed", "nobody came") if how == "Nobody came" else ("cancelled", "cancelled")
        assert await stage.rows("SELECT status FROM meeting") == [(status,)]
        assert f"• Tue 24 Nov · Individual meeting: {said}" in worker.text
        assert await stage.rows("SELECT stage FROM cases") == [("in_contact",)]
        assert await stage.rows("SELECT 1 FROM reminder")


async def test_nothing_to_come_can_be_recorded(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        await agrees(worker, "Tue 24 Nov", "10:00")
        await worker.presses("Tue 24 Nov at 10:00 · Individual meeting")
        assert "Record the meeting" not in worker.buttons
        await worker.presses("Back to the meetings", "Add a held meeting", "Individual, Parent 1")
        assert [label for label in worker.buttons if "Nov" in label] == ["Mon 23 Nov"], "nothing from before the case"
        await worker.presses("Mon 23 Nov")
        assert "10:00" in worker.buttons
        assert not {"9:30", "10:30"} & {*worker.buttons}, "neither from before the case nor to come"


# What was recorded


async def test_what_was_recorded_is_read_and_corrected(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, pair = await together(stage, "Couple meeting")
        await worker.presses("Open", "Another length", "105 minutes", "Yes, it was held", "The family's situation")
        await worker.presses("Not decided yet")
        assert "• Tue 24 Nov · Couple meeting: held, 105 minutes. Came: Parent 1, Parent 2" in worker.text
        await pair.presses("Open", "Meetings", "✓ Tue 24 Nov at 10:00 · Couple meeting")
        assert "105 minutes, at the association." in pair.text
        await pair.presses("Correct")
        assert "Nobody came" not in pair.buttons
        await pair.presses("Change the kind", "Family meeting", "Yes, correct it so", "Parent 1", "Parent 2")
        await pair.presses("The worker's")
        assert pair.text == "Save the correction?", "the length has its reason, and there is a next step already"
        await pair.presses("Yes, save it")
        assert "• Tue 24 Nov · Family meeting: held, 105 minutes. Came: Parent 1, Parent 2, Children" in pair.text
        assert "meetings held" not in pair.text
        told = await stage.rows("SELECT name, detail FROM case_event WHERE meeting IS NOT NULL ORDER BY id")
        assert told == [("held", "couple"), ("unusual_length", "situation"), ("held_corrected", "family")]
        await pair.presses("✓ Tue 24 Nov at 10:00 · Family meeting", "Correct")
        assert "Agreed to the family meeting: Parent 1, Parent 2" in pair.text
        await pair.presses("Another length", "60 minutes", "Yes, correct it so", "Yes, save it")
        assert await stage.rows("SELECT lasted, reasons FROM meeting") == [(60, "{}")]


async def test_where_a_colleague_was_faster_the_form_says_so(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, pair = await together(stage, "Couple meeting")
        await pair.presses("Open", "Yes, it was held")
        assert pair.text == "What is the next step?"
        await worker.presses("Open", "Yes, it was held", "Not decided yet")
        assert pair.text == "A colleague has recorded this meeting."
        assert pair.buttons[0] == "Back to the case"
        await pair.presses("Back to the case")
        assert "Next: offer the next meeting or close the case" in pair.text


async def test_a_correction_does_not_go_over_that_of_a_colleague(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, pair = await together(stage, "Couple meeting")
        await worker.presses("Open", "Yes, it was held", "Not decided yet")
        row = "✓ Tue 24 Nov at 10:00 · Couple meeting"
        await pair.presses("Open", "Meetings", row, "Correct", "Another length")
        await worker.presses(row, "Correct", "Another length", "45 minutes", "Yes, correct it so", "Yes, save it")
        assert pair.text == "A colleague has recorded this meeting."
        assert await stage.rows("SELECT lasted FROM meeting") == [(45,)]
