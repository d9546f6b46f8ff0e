"""Free texts: one named person reads them, nobody else ever does, and they go."""

import sqlite3
from functools import partial
from pathlib import Path

import pytest
from msgspec.structs import replace

from bot import casework, reading
from bot.records import feedback, people
from bot.records.feedback import Sheet
from conversations.feedback_effects import DropText, NameReader
from tests.offices import CANARY, seen
from tests.test_safety import on_disk
from tests.theatre import NORTH, SOUTH, Actor, Theatre, theatre

PARENT = Sheet(SOUTH, "parent", "", "own", "1-2", "2026-W47")
CHILD = Sheet(SOUTH, "child", "10-12", "worker", "1-2", "2026-W47")


async def writes(stage: Theatre, of: Sheet, item: str, words: str) -> None:
    """Somebody answers with a free text, stored as a turn stores it."""
    await stage.service.database.turn(lambda db: feedback.store(db, of, {}, {item: words}))


async def names(lead: Actor, name: str) -> None:
    await lead.start()
    await lead.presses("Who reads texts", name, "Yes")


async def resigns(stage: Theatre, actor: Actor) -> None:
    def work(db: sqlite3.Connection) -> None:
        person = people.meet(db, actor.id, "en", stage.clock.now())
        casework.resign(db, stage.service.world, person)

    await stage.service.database.turn(work)
    await stage.settle()


async def test_a_lead_names_the_reader_and_the_log_knows_who_did_it(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        lead, tuuli = await stage.staff("Lumi", "lead"), await stage.staff("Tuuli")
        await stage.staff("Aino", "worker", NORTH)
        await stage.staff("Otso", "coordinator")
        await lead.start()
        await lead.presses("Who reads texts")
        assert "Nobody reads texts now. So parents and children are not asked for any." in lead.text
        assert lead.buttons[:3] == ["Lumi", "Tuuli", "Front page"], "workers and leads of the own association"
        await lead.presses("Tuuli")
        assert "Tuuli reads all texts from now on, also those that are there already." in lead.text
        assert not await stage.rows("SELECT 1 FROM text_reader"), "it was not confirmed yet"
        await lead.presses("Yes")
        assert "Tuuli reads the texts of parents and children, and nobody else." in lead.text
        assert lead.buttons[:2] == ["Lumi", "Nobody"]
        written = "SELECT p.chat_id, a.action, a.case_id FROM audit a JOIN person p ON p.id=a.person_id WHERE part=?"
        (reader,) = (await stage.rows("SELECT id FROM person WHERE chat_id=?", tuuli.id))[0]
        assert await stage.rows(written, str(reader)) == [(lead.id, "NameReader", None)]
        await lead.presses("Nobody")
        assert "wait for a new reader until their time is over" in lead.text
        assert not await stage.rows("SELECT 1 FROM text_reader")
        assert await stage.rows(written, "0") == [(lead.id, "NameReader", None)]


async def test_only_the_named_reader_sees_texts_one_at_a_time(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        lead, tuuli, vesa = await stage.staff("Lumi", "lead"), await stage.staff("Tuuli"), await stage.staff("Vesa")
        await writes(stage, PARENT, "helped", CANARY)
        await writes(stage, CHILD, "otherwise", "More games.")
        await names(lead, "Tuuli")
        for somebody in (lead, vesa):
            await somebody.start()
            assert not [button for button in somebody.buttons if button.startswith("Read texts")]
        await tuuli.start()
        await tuuli.presses("Read texts (2)")
        shown = {tuuli.text}
        await tuuli.presses("Next text")
        shown.add(tuuli.text)
        await tuuli.presses("Next text")
        assert tuuli.text in shown, "around to the first"
        assert {text.partition("\n\n")[0].split("\n", 1)[1] for text in shown} == {
            "From a parent\nWhat has helped?",
            "From a child of 10–12\nWhat should be changed?",
        }
        assert sorted(text.split("\n")[0] for text in shown) == ["Text 1 of 2", "Text 2 of 2"]
        assert any(CANARY in text for text in shown)
        assert CANARY not in seen(lead) + seen(vesa)
        looked = await stage.rows("SELECT action, part, case_id FROM audit WHERE part='texts'")
        assert looked == [("open", "texts", None)]


async def test_a_text_leaves_the_screen_after_a_while(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        lead = await stage.staff("Lumi", "lead")
        await writes(stage, PARENT, "helped", CANARY)
        await names(lead, "Lumi")
        await lead.start()
        await lead.presses("Read texts (1)")
        assert CANARY in seen(lead)
        assert "Next text" not in lead.buttons
        await stage.push(minutes=14)
        assert CANARY in seen(lead)
        await stage.push(minutes=2)
        assert CANARY not in seen(lead)
        assert "Waiting:" in lead.text


async def test_a_text_that_was_handled_is_removed_also_from_the_disk(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        lead = await stage.staff("Lumi", "lead")
        await writes(stage, PARENT, "helped", CANARY)
        await writes(stage, PARENT, "otherwise", "Evening times.")
        await names(lead, "Lumi")
        await lead.start()
        await lead.presses("Read texts (2)")
        if CANARY not in lead.text:
            await lead.presses("Next text")
        await lead.presses("Remove this text")
        assert "The text is removed." in lead.text
        assert "One text is there to read." in lead.text
        await stage.push(minutes=1)
        assert CANARY.encode() not in on_disk(tmp_path)
        await lead.presses("Next text")
        assert "Evening times." in lead.text
        await lead.presses("Remove this text")
        assert "There are no texts to read." in lead.text
        await lead.presses("Front page")
        assert not [button for button in lead.buttons if button.startswith("Read texts")]
        assert await stage.rows("SELECT action, case_id FROM audit WHERE action='DropText'") == [("DropText", None)] * 2


async def test_a_text_that_has_gone_meanwhile_is_not_confused_with_another(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        lead = await stage.staff("Lumi", "lead")
        for words in ("Evening times.", "A bigger room."):
            await writes(stage, PARENT, "helped", words)
        await names(lead, "Lumi")
        await lead.start()
        await lead.presses("Read texts (2)")
        gone = "Evening times." if "Evening times." in lead.text else "A bigger room."
        await stage.service.database.turn(lambda db: db.execute("DELETE FROM feedback_text WHERE words=?", (gone,)))
        await lead.presses("Remove this text")
        assert "This text is no longer there." in lead.text
        assert len(await stage.rows("SELECT 1 FROM feedback_text")) == 1


async def test_texts_go_after_their_weeks_also_from_the_disk(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        await writes(stage, replace(PARENT, week="2026-W48"), "helped", CANARY)
        await stage.push(days=7 * 25)
        assert CANARY.encode() in on_disk(tmp_path), "it waits for a reader"
        await stage.push(days=7)
        assert not await stage.rows("SELECT 1 FROM feedback_text")
        assert CANARY.encode() not in on_disk(tmp_path)
        assert await stage.rows("SELECT count FROM tally WHERE value='answered'") == [(1,)], "the counts stay"


async def test_a_text_is_read_when_its_week_is_over_so_that_the_moment_names_nobody(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        lead = await stage.staff("Lumi", "lead")
        await names(lead, "Lumi")
        await writes(stage, replace(PARENT, week="2026-W48"), "helped", CANARY)
        await stage.push(days=6)
        await lead.start()
        assert "Read texts (1)" not in lead.buttons
        await stage.push(days=1)
        await lead.start()
        assert "Read texts (1)" in lead.buttons


async def test_another_reader_takes_over_and_nothing_stays_open_with_the_one_before(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        lead, tuuli, vesa = await stage.staff("Lumi", "lead"), await stage.staff("Tuuli"), await stage.staff("Vesa")
        await writes(stage, PARENT, "helped", CANARY)
        await names(lead, "Tuuli")
        await tuuli.start()
        await tuuli.presses("Read texts (1)")
        await names(lead, "Vesa")
        assert CANARY not in seen(tuuli)
        await vesa.start()
        await vesa.presses("Read texts (1)")
        assert CANARY in vesa.text


async def test_with_the_readers_seat_the_texts_are_off_until_somebody_else_is_named(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        lead, tuuli = await stage.staff("Lumi", "lead"), await stage.staff("Tuuli")
        await writes(stage, PARENT, "helped", CANARY)
        await names(lead, "Tuuli")
        await tuuli.start()
        await tuuli.presses("Read texts (1)")
        await resigns(stage, tuuli)
        assert CANARY not in seen(tuuli)
        assert await stage.service.database.read(lambda db: feedback.reader(db, SOUTH)) is None
        assert await stage.rows("SELECT words FROM feedback_text") == [(CANARY,)]
        await names(lead, "Lumi")
        await lead.presses("Front page", "Read texts (1)")
        assert CANARY in lead.text


async def test_what_is_not_ones_own_is_refused(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        lead, tuuli = await stage.staff("Lumi", "lead"), await stage.staff("Tuuli")
        aino, otso = await stage.staff("Aino", "lead", NORTH), await stage.staff("Otso", "coordinator")
        await writes(stage, PARENT, "helped", CANARY)
        await names(lead, "Lumi")

        def tries(who: Actor, effect: NameReader | DropText, db: sqlite3.Connection) -> None:
            person = people.meet(db, who.id, "en", stage.clock.now())
            with pytest.raises(LookupError):
                reading.carry_out(db, stage.service.world, person, effect)
            assert feedback.texts_for(db, person, stage.clock.now()) == ()

        def theirs(db: sqlite3.Connection) -> tuple[int, str]:
            person = people.meet(db, lead.id, "en", stage.clock.now())
            return person.id, feedback.texts_for(db, person, stage.clock.now())[0].key

        person, key = await stage.service.database.turn(theirs)
        for who in (tuuli, aino, otso):
            await stage.service.database.turn(partial(tries, who, DropText(key)))
            await stage.service.database.turn(partial(tries, who, NameReader(person)))
        assert await stage.rows("SELECT association, person_id FROM text_reader") == [(SOUTH, person)]
