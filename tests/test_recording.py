"""What becomes of a meeting: recorded in a few taps, asked about what is unusual, never blocked."""

from pathlib import Path

import pytest

from bot import casework
from conversations import meeting_effects as meet
from tests.office_plain import Kind, Office
from tests.offices import agrees, asks, claimed, events, seen
from tests.test_meetings import joint
from tests.theatre import MONDAY, Actor, Theatre, theatre

TAPS = ("Open", "Meetings")


async def past(stage: Theatre, worker: Actor, kind: str = "") -> str:
    """An agreed meeting whose end has come; its row in the list of meetings. The card is open."""
    await agrees(worker, "Tue 24 Nov", "10:00", kind)
    await stage.push(hours=26)
    assert "K7F2: the meeting Tue 24 Nov at 10:00 is over. Please record how it went." in seen(worker)
    return f"Tue 24 Nov at 10:00 · {kind or 'Individual meeting'}"


async def test_six_taps_from_the_reminder_record_a_meeting(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        row = await past(stage, worker)
        taps = (*TAPS, row, "Record the meeting", "Yes, it was held", "Not decided yet")
        assert len(taps) <= 6
        await worker.presses(*taps[:4])
        assert "60 minutes, at the association." in worker.text
        assert "Came: Parent 1" in worker.text
        await worker.presses(*taps[4:])
        assert await stage.rows("SELECT status, lasted, attended, present FROM meeting") == [
            ("held", 60, '["parent 1"]', 1)
        ]
        assert "Individual and couple meetings held: 1 (1–5)" in worker.text
        assert await stage.rows("SELECT stage FROM cases") == [("meeting",)]
        await worker.presses("Back to the case")
        assert "Next: offer the next meeting or close the case" in worker.text


async def test_what_was_different_is_changed_and_an_unusual_length_takes_a_reason(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        row = await past(stage, worker)
        await worker.presses(*TAPS, row, "Record the meeting")
        await worker.presses("Another length", "105 minutes", "Another way", "On the phone")
        await worker.presses("Who came", "Another adult", "Parent 1", "Back to the form")
        assert "105 minutes, on the phone." in worker.text
        assert "Came: Another adult" in worker.text
        await worker.presses("Yes, it was held")
        assert "Why this length?" in worker.text
        await worker.presses("The family's situation", "Individual meeting")
        assert await stage.rows("SELECT mode, lasted, attended FROM meeting") == [("phone", 105, '["other"]')]
        assert (await events(stage))[-3:] == ["held", "next_step", "unusual_length"]


async def test_a_couple_meeting_with_one_worker_takes_a_reason(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, pair = await stage.staff("Tuuli"), await stage.staff("Vesa")
        await joint(stage, worker)
        await asks(worker, pair, "Ask a work pair")
        await pair.presses("Open", "Yes, I take it")
        await worker.presses("Open")
        row = await past(stage, worker, "Couple meeting")
        await worker.presses(*TAPS, row, "Record the meeting")
        assert "Came: Parent 1, Parent 2\nWorkers present: 2" in worker.text
        await worker.presses("Workers present", "One", "Yes, it was held")
        assert "Why one worker?" in worker.text
        await worker.presses("The work pair was absent", "Closing")
        assert await stage.rows("SELECT status, present FROM meeting") == [("held", 1)]


async def test_a_family_meeting_takes_the_parents_agreement(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, pair = await stage.staff("Tuuli"), await stage.staff("Vesa")
        await joint(stage, worker)
        await asks(worker, pair, "Ask a work pair")
        await pair.presses("Open", "Yes, I take it")
        await worker.presses("Open")
        row = await past(stage, worker, "Family meeting")
        await worker.presses(*TAPS, row, "Record the meeting", "Yes, it was held")
        assert "Both parents have agreed to the family meeting." in worker.text
        await worker.presses("The parents'", "Not decided yet")
        found = await stage.rows("SELECT attended, children_by FROM meeting")
        assert found == [('["parent 1","parent 2","child"]', "parents")]
        assert "meetings held" not in worker.text, "family meetings are not counted"


async def test_a_sixth_meeting_takes_a_reason_and_is_no_block(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        for number in range(6):
            await worker.presses("Meetings", "Add a held meeting", "Individual, Parent 1", "Mon 23 Nov")
            await worker.presses(("8:00", "8:30", "9:00", "9:30", "10:00", "8:00")[number], "Yes, add it")
            row = next(label for label in worker.buttons if label.startswith("Mon 23 Nov at"))
            await worker.presses(row, "Record the meeting", "Yes, it was held")
            if number == 5:
                assert "Why more than five meetings?" in worker.text
                await worker.presses("The parents wish it")
            await worker.presses("Not decided yet", "Back to the case")
        assert await stage.rows("SELECT count(*) FROM meeting WHERE status='held'") == [(6,)]
        assert (await events(stage)).count("sixth_meeting") == 1


@pytest.mark.parametrize("how", ["Nobody came", "It was cancelled"])
async def test_what_was_not_held_counts_for_nothing(how: str, tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        row = await past(stage, worker)
        await worker.presses(*TAPS, row, "Record the meeting", how)
        assert await stage.rows("SELECT status FROM meeting") == [("missed" if how == "Nobody came" else "cancelled",)]
        assert await stage.rows("SELECT stage FROM cases") == [("in_contact",)]
        assert await stage.rows("SELECT 1 FROM reminder")


async def test_nothing_to_come_can_be_recorded(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        await agrees(worker, "Tue 24 Nov", "10:00")
        await worker.presses("Tue 24 Nov at 10:00 · Individual meeting")
        assert "Record the meeting" not in worker.buttons
        await worker.presses("Back to the meetings", "Add a held meeting", "Individual, Parent 1", "Mon 23 Nov")
        assert "10:00" in worker.buttons
        assert "10:30" not in worker.buttons


RECORD = meet.RecordMeeting(1, 1, "individual", "onsite", 60, ("parent 1",), 1, "next_open")


@pytest.mark.parametrize(
    "changed",
    [
        {"lasted": 30},
        {"lasted": 120},
        {"kind": "couple"},
        {"kind": "family", "workers": 2},
    ],
)
def test_nothing_is_half_saved_where_a_reason_is_missing(changed: dict[str, object]) -> None:
    office = Office(Kind())
    office.does(meet.AddMeeting(1, "individual", office.first.id, MONDAY))
    effect = meet.RecordMeeting(**{name: getattr(RECORD, name) for name in RECORD.__struct_fields__} | changed)
    before = list(office.db.iterdump())
    office.db.execute("SAVEPOINT turn")
    with pytest.raises(LookupError):
        casework.carry_out(office.db, office.world, office.worker, effect)
    office.db.execute("ROLLBACK TO turn")
    assert list(office.db.iterdump()) == before
    office.does(RECORD)
    office.expects(RECORD, allowed=False)
