"""Notes: short, by the workers of the case alone, for a time, and written so that the client may read them."""

from pathlib import Path

from conversations import effects as do
from conversations import goal_effects as aim
from conversations.notes import LIMIT
from tests.office_plain import OTHER, PAIR, Kind, Office
from tests.offices import CANARY, away_today, claimed
from tests.test_parents import both
from tests.test_safety import on_disk
from tests.theatre import Actor, theatre

BANNER = "The client may read notes. Write short facts: no diagnoses, no blame, nothing of the other parent."


async def notes(worker: Actor, words: str, about: str = "") -> None:
    """A worker whose card is open writes a note, and is back at the card."""
    await worker.presses("Notes", "Write a note", *((about,) if about else ()))
    await worker.types(words)
    await worker.presses("Save the note", "Back to the case")


async def test_a_note_is_written_under_the_banner_read_by_the_pair_and_removed_by_its_writer(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli, vesa = await stage.staff("Tuuli"), await stage.staff("Vesa")
        await claimed(stage, tuuli, vesa)
        await tuuli.start("c-K7F2")
        await tuuli.presses("Notes", "Write a note")
        assert BANNER in tuuli.text
        await tuuli.types("Works in shifts, best on Tuesdays.")
        assert "Works in shifts" not in "".join(m.get("text", "") for m in tuuli.messages if not m["from"]["is_bot"])
        assert BANNER in tuuli.text, "and once more before it is saved"
        await tuuli.presses("Save the note", "Back to the case")
        await stage.push(hours=1)
        await tuuli.start("c-K7F2")
        await notes(tuuli, "Came by train.")
        await vesa.start("c-K7F2")
        await vesa.presses("Notes")
        assert vesa.text.index("Came by train.") < vesa.text.index("Works in shifts"), "the newest first"
        assert "Mon 23 Nov at 10:00 (Parent 1, Tuuli)" in vesa.text
        await vesa.presses("Mon 23 Nov at 10:00")
        assert "Remove this note" not in vesa.buttons
        await tuuli.presses("Notes", "Mon 23 Nov at 10:00", "Remove this note")
        assert "Works in shifts" not in tuuli.text
        assert await stage.rows("SELECT words FROM note") == [("Came by train.",)]
        looked = await stage.rows("SELECT DISTINCT part FROM audit WHERE action='open' AND part LIKE 'note%'")
        assert looked == [("notes",)]
        done = await stage.rows("SELECT action FROM audit WHERE action LIKE '%Note' ORDER BY id")
        assert done == [("WriteNote",), ("WriteNote",), ("DropNote",)]


async def test_a_note_that_is_too_long_is_asked_for_again(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        await worker.presses("Notes", "Write a note")
        await worker.types("n" * (LIMIT + 1))
        assert "in words, at most 500 characters" in worker.text
        await worker.types("n" * LIMIT)
        await worker.presses("Save the note")
        assert "n" * LIMIT in worker.text


async def test_many_notes_fit_on_the_screen_and_each_can_be_opened(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        for number in range(10):
            await notes(worker, f"{number} " + "n" * 490)
        await worker.presses("Notes")
        assert "You can open older notes below." in worker.text
        assert "\n0 nnn" not in worker.text
        await worker.presses("Next")
        await worker.types("2")
        assert "\n0 nnn" in worker.text


async def test_notes_go_after_their_time_and_with_the_case(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        await notes(worker, CANARY)
        assert CANARY.encode() in on_disk(tmp_path)
        await stage.push(hours=2159)
        assert CANARY.encode() in on_disk(tmp_path)
        await stage.push(hours=2)
        assert not await stage.rows("SELECT 1 FROM note")
        assert CANARY.encode() not in on_disk(tmp_path)
        await worker.start("c-K7F2")
        await notes(worker, CANARY)
        await worker.presses("More about the case", "It does not start", "Another reason")
        await stage.push(hours=1)
        assert not await stage.rows("SELECT 1 FROM note")
        assert CANARY.encode() not in on_disk(tmp_path)


def test_notes_about_a_parent_go_with_the_parent() -> None:
    office = Office(Kind(pair=True, both=True))
    for parent in (0, 1, 2):
        office.does(aim.WriteNote(1, parent, f"Note of {parent}"))
    office.does(do.EndCase(1, "withdrawn", party=office.person(OTHER).id))
    assert office.db.execute("SELECT words FROM note").fetchall() == [("Note of 1",)]


def test_only_the_writer_removes_a_note() -> None:
    office = Office(Kind(pair=True))
    office.does(aim.WriteNote(1, 1, "Works in shifts."))
    (note,) = office.db.execute("SELECT id FROM note").fetchone()
    office.expects(aim.DropNote(1, note + 1), allowed=False)
    office.db.execute("UPDATE note SET person_id=?", (office.person(PAIR).id,))
    office.expects(aim.DropNote(1, note), allowed=False)
    office.does(aim.DropNote(1, note), by=PAIR)


async def test_a_parent_reads_that_there_are_notes_and_how_to_ask_for_them(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        first, other = await both(stage, worker)
        await notes(worker, "Works in shifts.", "Parent 1")
        await notes(worker, "Lives by the station.", "Parent 1")
        await notes(worker, "Both like mornings.", "Both parents")
        for parent, line in ((first, "• 2 short notes of workers about you"), (other, "")):
            await parent.types("/mydata")
            assert "Your workers may keep short notes." in parent.text
            assert ("about you\n" in parent.text) == bool(line)
            assert line in parent.text
            assert "Works in shifts" not in "".join(m.get("text", "") for m in parent.messages)


async def test_a_lead_and_a_colleague_see_no_notes(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli, vesa, lead = await stage.staff("Tuuli"), await stage.staff("Vesa"), await stage.staff("Lumi", "lead")
        await claimed(stage, tuuli)
        await notes(tuuli, "Works in shifts.")
        await away_today(tuuli)
        for somebody in (vesa, lead):
            await somebody.start("c-K7F2")
            assert not {"Notes", "Goals"} & {*somebody.buttons}
            assert "Works in shifts" not in somebody.text
