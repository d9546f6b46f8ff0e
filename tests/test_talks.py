"""Practical messages between the workers of a case and one parent: who reads them, when they go, how long they stay."""

from pathlib import Path

from tests.offices import CANARY, claimed, events, seen, sent, writes
from tests.test_safety import on_disk
from tests.theatre import NORTH, Actor, Theatre, theatre


async def test_a_reply_comes_to_the_workers_of_the_case_and_to_nobody_else(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli, vesa, sade = [await stage.staff(name) for name in ("Tuuli", "Vesa", "Sade")]
        others = [sade, await stage.staff("Päivi", "lead"), await stage.staff("Pilvi", "coordinator")]
        others += [await stage.staff("Halla", association=NORTH), await sent(stage, "Otso", NORTH)]
        group = stage.emulator.add_group("Team", [tuuli.id, sade.id])
        stage.emulator.add_bot_to_group(group, tuuli.id)
        await stage.settle()
        parent = await claimed(stage, tuuli, vesa)
        await writes(tuuli, "Could we call at four?")
        other = await second_party(stage)
        before = [len(actor.messages) for actor in (*others, other)], stage.emulator.messages(group)
        assert "Could we call at four?" in parent.text
        await parent.types(CANARY)
        assert "Your message went to your own workers." in parent.text
        assert CANARY not in "".join(m["text"] for m in parent.messages if m["from"]["is_bot"])
        for worker in (tuuli, vesa):
            assert "There is an answer in the case K7F3." in worker.text
            await worker.presses("Open", "Messages")
            assert CANARY in seen(worker)
        assert ([len(actor.messages) for actor in (*others, other)], stage.emulator.messages(group)) == before
        await other.start()
        assert "went to your own workers" not in seen(other)
        assert not any(CANARY in seen(actor) or "Could we call" in seen(actor) for actor in (*others, other))


async def second_party(stage: Theatre) -> Actor:
    """The other parent in the case of Kaisla."""
    other = stage.person("Vuono")
    await other.start()
    await stage.service.database.turn(
        lambda db: db.execute(
            "INSERT INTO party (case_id, person_id, phone_safe, afraid, contact_other, start_wish, answers, number)"
            " SELECT p.case_id, w.id, 'yes', 'no', 'yes', 'separate', p.answers, 2 FROM party p JOIN cases c ON"
            " c.id=p.case_id, person w WHERE c.reference='K7F3' AND w.chat_id=?",
            (other.id,),
        )
    )
    await other.start()
    return other


async def test_only_the_chosen_parent_is_written_to(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli = await stage.staff("Tuuli")
        await sent(stage, "Otso", NORTH)
        parent = await claimed(stage, tuuli)
        other = await second_party(stage)
        before = seen(other)
        await tuuli.start("c-K7F3")
        await tuuli.presses("Write to the parent", "Parent 1")
        await tuuli.types("Could we call at four?")
        await tuuli.presses("Send")
        assert "Could we call at four?" in seen(parent)
        assert seen(other) == before
        await other.types("Hello?")
        assert "Messages are not read here" in other.text, "the talk is with one parent only"


async def test_the_words_of_a_talk_are_gone_after_their_time(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli = await stage.staff("Tuuli")
        parent = await claimed(stage, tuuli)
        await writes(tuuli, CANARY)
        await parent.types(f"Kyllä, {CANARY}")
        await stage.push(hours=167)
        assert CANARY.encode() in on_disk(tmp_path)
        await stage.push(hours=2)
        assert CANARY.encode() not in on_disk(tmp_path)
        assert not await stage.rows("SELECT 1 FROM letter")
        assert "wrote" in await events(stage)


async def test_a_talk_ends_after_its_time(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli = await stage.staff("Tuuli")
        parent = await claimed(stage, tuuli)
        await writes(tuuli, "Could we call at four?")
        await stage.push(hours=71)
        await parent.types("Yes.")
        assert "went to your own workers" in parent.text
        await stage.push(hours=71)
        await parent.types("Are you there?")
        assert "went to your own workers" in parent.text, "every message counts the time anew"
        await stage.push(hours=73)
        await parent.types("And now?")
        assert "Messages are not read here" in parent.text
        assert len(await stage.rows("SELECT 1 FROM letter WHERE from_us=0")) == 2


async def test_a_talk_ends_with_the_case_of_the_worker(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli = await stage.staff("Tuuli")
        parent = await claimed(stage, tuuli)
        await writes(tuuli, "Could we call at four?")
        await tuuli.presses("Work pair", "Leave this case", "No time now")
        await parent.types("Yes, at four.")
        assert "went to your own workers" not in parent.text, "nobody works on the case now"


async def test_a_parent_in_a_talk_can_do_all_that_works_elsewhere(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli = await stage.staff("Tuuli")
        parent = await claimed(stage, tuuli)
        await writes(tuuli, "At 1 or at 2?")
        stage.emulator.send_photo(parent.id)
        await stage.settle()
        assert "only read text and buttons" in parent.text
        await parent.types("help now")
        assert parent.text.startswith("If you are in danger now, call 112.")
        await parent.types("/privacy")
        assert "Other parents never see your answers." in parent.text
        await parent.presses("Return")
        await parent.types("/queue")
        assert "not available here" in parent.text
        assert not await stage.rows("SELECT 1 FROM letter WHERE from_us=0")
        await parent.types("1")
        assert "went to your own workers" in parent.text, "a number is an answer to the worker, not a button"
        assert await stage.rows("SELECT words FROM letter WHERE from_us=0") == [("1",)]
        await tuuli.presses("Messages", "End the talk")
        await parent.types("One more thing")
        assert "Messages are not read here" in parent.text


async def test_what_is_written_at_night_waits_for_safe_hours(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli = await stage.staff("Tuuli")
        parent = await claimed(stage, tuuli, reach="chat", hours="evening")
        await stage.push(hours=12)  # 22.00
        await tuuli.start("c-K7F2")
        await writes(tuuli, "Could we call at four?")
        await stage.push(hours=17, minutes=59)
        assert "Could we call" not in seen(parent)
        await stage.push(minutes=2)
        assert "Could we call" in parent.text


async def test_a_corrected_safe_time_holds_for_what_waits_already(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli = await stage.staff("Tuuli")
        parent = await claimed(stage, tuuli, reach="chat", hours="daily")
        await stage.push(hours=12)  # 22.00
        await tuuli.start("c-K7F2")
        await writes(tuuli, "Could we call at four?")
        await tuuli.presses("More about the case", "Correct an answer", "Safe times", "Weekdays 16–20")
        await tuuli.presses("Save the correction")
        await stage.push(hours=12)  # 10.00, which was safe before
        assert "Could we call" not in seen(parent)
        await stage.push(hours=6, minutes=1)
        assert "Could we call" in parent.text


async def test_nothing_waits_for_a_parent_whose_case_has_ended(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli = await stage.staff("Tuuli")
        parent = await claimed(stage, tuuli, reach="chat", hours="evening")
        await writes(tuuli, CANARY)
        await tuuli.presses("More about the case", "It does not start", "Another reason")
        await stage.push(hours=7)
        assert CANARY not in seen(parent)
        assert "contacts you next" not in seen(parent)
        assert "Your request is no longer open." in seen(parent)


async def test_nobody_with_an_unsafe_phone_is_written_to(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli = await stage.staff("Tuuli")
        parent = await claimed(stage, tuuli, phone_safe="no")
        assert "The bot does not write to this parent first." in tuuli.text
        assert "Write to the parent" not in tuuli.buttons
        await tuuli.types("Write to the parent")
        assert "Please choose one of the buttons" in tuuli.text
        await stage.push(hours=24)
        assert not await stage.rows("SELECT 1 FROM letter")
        assert "Hello" not in parent.text or "Open this chat when it is safe" in parent.text


async def test_who_blocks_the_bot_is_not_written_to(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli = await stage.staff("Tuuli")
        parent = await claimed(stage, tuuli)
        await tuuli.presses("Write to the parent")
        await tuuli.types("Could we call at four?")
        stage.emulator.block(parent.id)
        await stage.settle()
        await tuuli.presses("Send")
        assert "This has changed in the meantime" in tuuli.text
        assert not await stage.rows("SELECT 1 FROM letter")


async def test_more_than_fits_on_a_screen_is_not_taken(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = await claimed(stage, worker)
        await writes(worker, "When could we call?")
        await parent.types("a " * 1600)
        assert "I did not save this message" in parent.text
        assert await stage.rows("SELECT count(*) FROM letter") == [(1,)]
