"""A child's feedback through the whole service: it begins, is answered, kept or not, and ends; what else arrives."""

import json
import re
from pathlib import Path

import pytest

from bot import helpnow
from tests.childhoods import HERE, THEIRS, code_for, ends, half_told, hand_over, tallied, way_out
from tests.offices import CANARY, claimed, closes_case, events, seen
from tests.test_safety import on_disk
from tests.theatre import SOUTH, theatre

# From the beginning to the end


async def test_answers_are_counted_and_the_chat_is_the_workers_again(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        await worker.presses("More about the case", *HERE)
        assert len(worker.messages) == 1, "the chat was cleaned"
        shown = " – ".join(await way_out(stage, worker))
        assert shown in worker.text
        assert "If nobody presses anything for 30 minutes" in worker.text
        (message,) = worker.messages
        await worker.presses("Hand over", "Begin")
        for choice in ("A lot", "A little", "No", "I skip this", "A lot"):
            await worker.presses(choice)
            assert [m["message_id"] for m in worker.messages] == [message["message_id"]]
        await worker.presses("Yes, keep it")
        assert worker.text.startswith("Thank you. Give the phone back to the adult.")
        assert await tallied(stage) == {
            ("sheet", "asked"): 1,
            ("sheet", "answered"): 1,
            ("heard", "lot"): 1,
            ("understood", "little"): 1,
            ("dared", "no"): 1,
            ("helped", "lot"): 1,
        }
        kept = "SELECT DISTINCT association, audience, band, device, length, week FROM tally"
        assert await stage.rows(kept) == [(SOUTH, "child", "7-9", "worker", "none", "2026-W48")]
        assert not await stage.rows("SELECT 1 FROM child WHERE token IS NOT NULL")
        assert not await stage.rows("SELECT 1 FROM conversation WHERE body LIKE '%answers%' AND body LIKE '%child%'")
        await ends(stage, worker)
        (last,) = worker.messages
        assert last["message_id"] > message["message_id"], "the child's message is gone"
        assert "My cases" in worker.buttons
        assert not await stage.rows("SELECT 1 FROM child")
        assert not await stage.rows("SELECT 1 FROM timer WHERE name='child'")
        assert await events(stage) == ["opened", "claimed"], "nothing tells who was asked"


@pytest.mark.parametrize(("way", "answer"), [("stop", "No, forget it"), ("end", "No, forget it")])
async def test_nothing_is_kept_unless_the_child_agrees(way: str, answer: str, tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await hand_over(worker)
        await worker.presses("Begin", "A lot", "A little")
        await worker.presses(*(("I want to stop",) if way == "stop" else ("No", "No", "No")), answer)
        assert worker.text.startswith("Thank you. Give the phone back to the adult.")
        assert await tallied(stage) == {("sheet", "asked"): 1, ("sheet", "declined"): 1}
        assert len(await stage.rows("SELECT 1 FROM spent")) == 1, "it says no more than that something was answered"
        await ends(stage, worker)


async def test_who_stops_may_let_it_be_kept_or_go_on(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await hand_over(worker)
        await worker.presses("Begin", "A lot", "I want to stop", "Go back")
        assert worker.text == "Did you understand what the adults talked about?"
        await worker.presses("I want to stop", "Yes, keep it")
        assert await tallied(stage) == {("sheet", "asked"): 1, ("sheet", "answered"): 1, ("heard", "lot"): 1}


async def test_an_adult_who_does_not_hand_over_gets_the_front_page_and_nothing_is_counted(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await worker.presses(*HERE, "Not now")
        assert "My cases" in worker.buttons
        assert not await tallied(stage)


async def test_a_closed_case_of_ones_own_has_it_too(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        await closes_case(worker)
        await worker.presses(*HERE)
        assert await stage.rows("SELECT case_id, worker FROM child") != [(None, None)]


# What else arrives


async def test_what_is_typed_goes_at_once_from_the_chat_and_the_disk(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await hand_over(worker)
        await worker.presses("Begin")
        (before,) = worker.messages
        for text in (CANARY, "/queue", "A lot", "1", "/delete", "/start x"):
            await worker.types(text)
            assert worker.messages == [before], text
        stage.emulator.send_photo(worker.id)
        stage.emulator.send_contact(worker.id, "+358401234567", of=worker.id)
        await stage.settle()
        assert worker.messages == [before]
        assert not stage.service.world.help_shown
        assert not await stage.rows("SELECT 1 FROM inbox WHERE payload IS NOT NULL")
        await stage.push(minutes=2)
        assert CANARY.encode() not in on_disk(tmp_path)
        await ends(stage, worker)
        await worker.types("/help")
        assert "112" in seen(worker), "help is answered again"


async def test_help_that_comes_late_does_not_stay(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await hand_over(worker)
        (before,) = worker.messages
        await stage.service._help(helpnow.Answer((("sendMessage", {"chat_id": worker.id, "text": "112"}),)))
        assert len(worker.messages) == 2
        await stage.push(seconds=1)
        assert worker.messages == [before]


async def test_notices_wait_until_the_child_has_gone(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await hand_over(worker)
        await claimed(stage, await stage.staff("Vesa"))
        assert len(worker.messages) == 1
        assert "K7F2" not in seen(worker)
        await ends(stage, worker)
        assert "A new request waits: K7F2" in seen(worker)


async def test_notices_are_not_lost_when_the_child_blocks_the_bot(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await hand_over(worker)
        await claimed(stage, await stage.staff("Vesa"))
        stage.emulator.block(worker.id)
        await stage.settle()
        stage.emulator.unblock(worker.id)
        await stage.settle()
        await worker.start()
        await ends(stage, worker)
        assert "A new request waits: K7F2" in seen(worker)


async def test_that_another_child_wishes_to_talk_comes_again_afterwards(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, parent = await stage.staff("Tuuli"), stage.person("Kaisla")
        await claimed(stage, worker)
        await worker.presses("More about the case", "Child feedback", "7–9 years", "On a parent's phone")
        code = re.findall(r"phone: (\w{6})\n", seen(worker))[-1]
        await parent.types(code)
        await parent.presses("Hand over", "Talk with an adult", "Yes, tell them")
        told = "K7F2: somebody who gives feedback asks for an adult now."
        assert told in seen(worker)
        await worker.start()
        await hand_over(worker)
        assert told not in seen(worker)
        await ends(stage, worker)
        assert told in seen(worker)
        await stage.push(minutes=61)
        await worker.start()
        await hand_over(worker)
        await ends(stage, worker)
        assert told not in seen(worker), "by then it was read"


async def test_a_message_that_was_deleted_does_not_come_again(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await hand_over(worker)
        (message,) = worker.messages
        data = message["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        stage.emulator.press_data(worker.id, message["message_id"], data)
        stage.emulator.chats[worker.id].messages.pop(message["message_id"], None)
        await stage.settle()
        assert worker.messages == []
        await worker.start()
        assert worker.text.startswith("A break.")


async def test_a_phone_that_died_shows_a_break_and_nothing_is_kept(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await hand_over(worker)
        await worker.presses("Begin", "A lot", "A lot")
        await worker.start()
        assert worker.text.startswith("A break. Give the phone to the adult.")
        assert len(worker.messages) == 1
        assert '"answers"' not in str(await stage.rows("SELECT body FROM conversation"))
        await ends(stage, worker)
        assert await tallied(stage) == {("sheet", "asked"): 1}
        assert "My cases" in worker.buttons


async def test_when_the_time_is_over_all_of_it_goes_without_a_word(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await hand_over(worker)
        await worker.presses("Begin", "A lot")
        await stage.push(minutes=29)
        await worker.presses("A lot")
        await stage.push(minutes=29)
        assert worker.messages, "each press starts the time again"
        await stage.push(minutes=2)
        assert worker.messages == []
        assert '"answers"' not in str(await stage.rows("SELECT body FROM conversation"))
        assert await tallied(stage) == {("sheet", "asked"): 1}
        assert worker.id in stage.service.world.sealed, "nobody has said that an adult has it"
        await stage.push(minutes=121)
        assert worker.messages == []
        assert not await stage.rows("SELECT 1 FROM child")
        assert not await stage.rows("SELECT 1 FROM timer WHERE name IN ('child', 'unseal')")
        assert worker.id not in stage.service.world.sealed
        await worker.start()
        assert "My cases" in worker.buttons


@pytest.mark.parametrize("arrives", ["/start", "hello", "/queue"])
async def test_after_the_time_a_break_is_shown_until_an_adult_ends_it(arrives: str, tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await hand_over(worker)
        await worker.presses("Begin", "A lot")
        await stage.push(minutes=31)
        await claimed(stage, await stage.staff("Vesa"))
        assert worker.messages == [], "notices wait still"
        await worker.types(arrives)
        assert len(worker.messages) == 1
        assert worker.text.startswith("A break. Give the phone to the adult.")
        await stage.push(minutes=100)
        await worker.presses("stone")
        await stage.push(minutes=29)
        assert worker.messages, "somebody is there: it is not lifted in their hands"
        await stage.push(minutes=2)
        assert worker.messages == []
        await worker.types(arrives)
        await ends(stage, worker)
        assert "A new request waits: K7F2" in seen(worker)


# The adult's own conversation


async def test_a_parents_half_written_answers_are_there_afterwards(tmp_path: Path) -> None:
    for way in ("hand over", "not now", "forgotten"):
        async with theatre(tmp_path / way) as stage:
            worker = await stage.staff("Tuuli")
            parent = await half_told(stage)
            before, told = parent.text, await stage.rows(THEIRS, parent.id)
            await parent.types(f"/child {await code_for(worker)}")
            assert "answers" in told[0][0]
            if way == "not now":
                await parent.presses("Not now")
            else:
                await parent.presses("Hand over", "Begin", "A lot")
            if way == "hand over":
                assert before not in seen(parent)
                await ends(stage, parent)
            if way == "forgotten":
                await stage.push(minutes=31)
                await stage.push(minutes=121)
                await parent.start()
            after = await stage.rows(THEIRS, parent.id)
            kept = [{**json.loads(body), "nonce": "", "buttons": ()} for ((body,),) in (told, after)]
            assert kept[0] == kept[1], way
            assert before in parent.text


async def test_what_is_put_aside_lives_no_longer_than_a_draft(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = await half_told(stage)
        await parent.types(f"/child {await code_for(worker)}")
        assert await stage.rows("SELECT 1 FROM child WHERE put_aside IS NOT NULL")
        soon = int(stage.clock.now().timestamp()) + 60
        await stage.service.database.turn(
            lambda db: db.execute("UPDATE timer SET due_at=? WHERE name='draft'", (soon,))
        )
        await stage.push(minutes=5)
        assert not await stage.rows("SELECT 1 FROM child WHERE put_aside IS NOT NULL")
        await parent.presses("Not now")
        assert "Do you agree" in parent.text


async def test_after_a_new_start_of_the_bot_the_chat_is_the_childs_still(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await hand_over(worker)
        assert stage.service.world.sealed == {worker.id}
    async with theatre(tmp_path) as stage:
        assert stage.service.world.sealed == {worker.id}
