"""A child's feedback through the whole service: it begins, is answered, kept or not, somebody is called, it ends."""

import json
import re
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from sqlite3 import Connection

import pytest

from bot import casework, helpnow
from bot.records import feedback, people
from conversations.facts import Role
from conversations.feedback import CHILDREN
from conversations.feedback_facts import Band
from conversations.moves import WRONG_CODE
from tests.offices import CANARY, claimed, closes_case, events, seen
from tests.test_safety import on_disk
from tests.theatre import NORTH, SOUTH, Actor, Theatre, theatre

HERE = ("Child feedback", "7–9 years", "On this phone")
THEIRS = "SELECT body FROM conversation c JOIN person p ON p.id=c.person_id WHERE p.chat_id=?"
SEVEN = len(CHILDREN["7-9"])


def band_of(label: str) -> str:
    return label.replace("-", "–") + " years"


async def hand_over(worker: Actor, band: Band = "7-9") -> None:
    """A worker on the front page gives the phone to a child."""
    await worker.presses("Child feedback", band_of(band), "On this phone", "Hand over")


async def code_for(worker: Actor, band: Band = "7-9") -> str:
    """A worker on the front page makes a code."""
    await worker.presses("Child feedback", band_of(band), "On a parent's phone")
    return str(re.findall(r"phone: (\w{6})\n", seen(worker))[-1])


async def way_out(stage: Theatre, actor: Actor) -> tuple[str, ...]:
    """The words that the adult was shown."""
    found = "SELECT way_out FROM child c JOIN person p ON p.id=c.person_id WHERE p.chat_id=?"
    ((words,),) = await stage.rows(found, actor.id)
    return tuple(re.findall(r"\w+", words))


async def ends(stage: Theatre, actor: Actor) -> None:
    """An adult ends it."""
    if "The adult ends it" in actor.buttons:
        await actor.presses("The adult ends it")
    await actor.presses(*await way_out(stage, actor))


async def tallied(stage: Theatre) -> dict[tuple[str, str], int]:
    return {(item, value): count for item, value, count in await stage.rows("SELECT item, value, count FROM tally")}


async def reads(stage: Theatre, actor: Actor) -> None:
    """This worker is named as the one who reads free texts."""

    def name(db: Connection) -> None:
        feedback.name_reader(db, SOUTH, people.meet(db, actor.id, "en", stage.clock.now()).id)

    await stage.service.database.turn(name)


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


async def half_told(stage: Theatre) -> Actor:
    """A parent in the middle of the questions."""
    parent = await stage.parent()
    for _ in range(3):
        await parent.presses(parent.buttons[0])
    return parent


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


# Help


@pytest.mark.parametrize("asks", ["apua", "/hjalp", "HELP", "112", "Apua nyt"])
async def test_who_writes_for_help_gets_the_numbers_in_the_one_message(asks: str, tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await reads(stage, worker)
        await hand_over(worker, "13-17")
        await worker.presses("Begin", *("Skip",) * len(CHILDREN["13-17"]))
        (before,) = worker.messages
        assert worker.text.startswith("What was good?")
        await worker.types(asks)
        assert [m["message_id"] for m in worker.messages] == [before["message_id"]]
        assert "call 112" in worker.text
        assert "116\u00a0111" in worker.text
        assert not stage.service.world.help_shown
        await worker.presses("No")
        assert worker.text.startswith("What was good?"), "it was no answer"
        assert not await stage.rows("SELECT 1 FROM inbox WHERE payload IS NOT NULL")


async def test_an_adult_who_has_not_handed_over_yet_gets_the_help_for_grown_ups(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, parent = await stage.staff("Tuuli"), await stage.parent()
        await parent.types(f"/lapsi {await code_for(worker)}")
        await parent.types("/apua")
        assert "Nollalinja" in parent.text
        assert parent.buttons == ["Hand over", "Not now"]
        assert len(parent.messages) == 1


async def test_help_that_was_asked_for_as_the_child_left_is_answered(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await hand_over(worker)
        *words, last = await way_out(stage, worker)
        await worker.presses("The adult ends it", *words)
        stage.emulator.press(worker.id, worker.showing(last), last)
        stage.emulator.send_text(worker.id, "/help")
        await stage.settle()
        assert "Nollalinja" in seen(worker)
        assert "/help" not in seen(worker)


async def test_help_is_answered_when_the_seat_was_taken_away_meanwhile(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await hand_over(worker)
        resign = partial(casework.resign, world=stage.service.world)

        def removed(db: Connection) -> None:
            resign(db, person=people.meet(db, worker.id, "en", stage.clock.now()))

        await stage.service.database.turn(removed)
        await stage.push(seconds=1)
        assert not stage.service.world.sealed
        await worker.types("/help")
        assert "Nollalinja" in seen(worker)


# A parent's phone


async def test_a_code_opens_a_visitors_phone_once(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, parent, other = await stage.staff("Tuuli"), stage.person("Kaisla"), stage.person("Otso")
        code = await code_for(worker)
        assert code.encode() not in str(await stage.rows("SELECT * FROM child_code")).encode()
        for actor in (parent, other):
            stage.emulator.open_link(actor.id)
        await stage.settle()
        for actor in (parent, other):  # both before the bot has heard of either
            stage.emulator.send_text(actor.id, f"/child {code.lower()}")
        await stage.settle()
        assert "Child feedback, 7–9 years" in parent.text
        assert len(parent.messages) == 1
        assert "nothing of your own shows in this chat" in parent.text
        assert WRONG_CODE.id in other.text
        await parent.presses("Hand over", "Begin", "A lot", *("I skip this",) * (SEVEN - 1), "Yes, keep it")
        assert await stage.rows("SELECT DISTINCT device FROM tally") == [("parent",)]
        await ends(stage, parent)
        assert "Do you agree" in parent.text
        await stage.push(hours=25)
        assert parent.messages == []
        assert not await stage.rows("SELECT 1 FROM person WHERE chat_id=?", parent.id)


async def test_a_visitor_is_not_forgotten_in_the_middle_but_afterwards(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, parent = await stage.staff("Tuuli"), await stage.parent()
        await parent.types(f"/lapsi {await code_for(worker)}")
        soon = int(stage.clock.now().timestamp()) + 60
        await stage.service.database.turn(
            lambda db: db.execute("UPDATE timer SET due_at=? WHERE name='draft'", (soon,))
        )
        await stage.push(minutes=5)
        assert "Child feedback" in parent.text
        await parent.presses("Not now")
        await stage.push(hours=25)
        assert not await stage.rows("SELECT 1 FROM person WHERE chat_id=?", parent.id)


async def test_wrong_expired_and_used_codes_look_alike_and_are_limited(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, parent = await stage.staff("Tuuli"), await stage.parent()
        old = await code_for(worker)
        await stage.push(minutes=16)
        assert not await stage.rows("SELECT 1 FROM child_code")
        used = await code_for(worker)
        other = stage.person("Otso")
        await other.types(f"/barn {used}")
        assert "Child feedback" in other.text
        answers = set()
        for code in (old, used, "", "AAAAAA", "x" * 4000):
            await parent.types(f"/lapsi {code}")
            answers.add((parent.text, *parent.buttons))
        assert len(answers) == 1
        good = await code_for(worker)
        await parent.types(f"/child {good}")
        assert (parent.text, *parent.buttons) in answers, "one too many"
        await stage.push(minutes=16)
        await parent.types(f"/child {await code_for(worker)}")
        assert "Child feedback" in parent.text


async def test_only_a_worker_can_begin(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        for role in ("lead", "coordinator"):
            assert "Child feedback" not in (await stage.staff(role, role)).buttons
        assert "Child feedback" not in (await stage.parent()).buttons


@pytest.mark.parametrize("written", ["/lapsi{}", "/lapsi:{}", "/lapsi:\n{}", "lapsi {}", "Barn: {}", "{}", " {}\n"])
async def test_a_code_is_taken_however_it_is_written(written: str, tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, parent = await stage.staff("Tuuli"), await stage.parent()
        code = await code_for(worker)
        assert "https://t.me/testi_bot" in seen(worker)
        await parent.types(written.format(code.lower() if "lapsi" in written else code))
        assert "Child feedback, 7–9 years" in parent.text


async def test_a_code_that_came_too_late_is_kept_nowhere_and_words_are_words(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, parent = await stage.staff("Tuuli"), await half_told(stage)
        code = await code_for(worker)
        await stage.push(minutes=16)
        for late in (code, f"lapsi {code}"):
            await parent.types(late)
            assert "I did not save this" in parent.text
        assert not await stage.rows("SELECT 1 FROM story")
        for words in ("parent", "TERVE", "HEATED", "lapsi parent"):
            await parent.types(words)
        assert len(await stage.rows("SELECT 1 FROM story")) == 4


@pytest.mark.parametrize("role", ["worker", "lead", "coordinator"])
async def test_a_code_is_none_on_the_phone_of_somebody_who_works_here(role: Role, tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, other = await stage.staff("Tuuli"), await stage.staff("Lotta", role)
        code = await code_for(worker)
        for written in (f"/lapsi {code}", code):
            await other.types(written)
            assert "Child feedback, 7–9" not in other.text
        assert not await stage.rows("SELECT 1 FROM child")
        assert await stage.rows("SELECT 1 FROM child_code"), "it is not used up"


# An adult


async def test_an_adult_hears_of_it_at_once_and_the_child_is_told(tmp_path: Path) -> None:
    night = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    async with theatre(tmp_path, night) as stage:
        worker, pair, lead = await stage.staff("Tuuli"), await stage.staff("Vesa"), await stage.staff("Lotta", "lead")
        await claimed(stage, worker, pair)
        await worker.start()
        await worker.presses("My cases", "K7F2 · 7 days left", "More about the case", *HERE, "Hand over", "Begin")
        await worker.presses("A lot", "Talk with an adult")
        assert "Then the adult knows that it is you." in worker.text
        assert worker.text.endswith("We tell: Vesa")
        for number in ("116\u00a0111", "112"):
            assert number in worker.text, "before anything is told"
        before = seen(pair)
        await worker.presses("Yes, tell them")
        told = "K7F2: somebody who gives feedback asks for an adult now."
        assert told in seen(pair)
        assert told not in before
        assert told not in seen(lead)
        assert worker.text.startswith(
            "We have told: Vesa\nShow this to the adult beside you.\nAn adult talks with you."
        )
        for number in ("116\u00a0111", "112"):
            assert number in worker.text
        assert worker.text.index("You can call") < worker.text.index("116\u00a0111")
        assert (await events(stage))[-1] == "adult_wanted"
        await worker.presses("Go back")
        assert worker.text.startswith("Did you understand")
        await worker.presses("Talk with an adult")
        assert "Yes, tell them" not in worker.buttons, "once is enough"
        await worker.presses("Go back")
        assert seen(pair).count(told) == 1
        assert seen(worker).count(told) == 0
        await ends(stage, worker)
        assert told in seen(worker)


async def test_where_no_worker_is_there_the_lead_hears_of_it(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, lead, parent = await stage.staff("Tuuli"), await stage.staff("Lotta", "lead"), stage.person("Kaisla")
        other = await stage.staff("Vesa")
        code = await code_for(worker, "10-12")
        await hand_over(worker)
        await parent.types(f"/lapsi {code}")
        await parent.presses("Hand over", "Talk with an adult")
        assert parent.text.endswith("We tell: an adult who works here")
        await parent.presses("Yes, tell them")
        told = "Somebody who gives feedback, begun by Tuuli, asks for an adult now."
        assert told in seen(lead)
        assert told not in seen(other)
        assert "We have told: an adult who works here" in parent.text
        assert "beside you" not in parent.text
        await ends(stage, worker)
        assert told in seen(worker)


async def test_without_a_case_whoever_began_it_hears(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, lead, parent = await stage.staff("Tuuli"), await stage.staff("Lotta", "lead"), stage.person("Kaisla")
        await parent.types(f"/lapsi {await code_for(worker, '13-17')}")
        await parent.presses("Hand over", "Begin", "Talk with an adult", "Yes, tell them")
        assert "begun by Tuuli, asks for an adult now" in seen(worker)
        assert "asks for an adult" not in seen(lead)
        assert "We have told: an adult who works here" in parent.text


async def test_on_a_workers_phone_the_lead_hears_where_no_other_worker_does(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, lead, other = await stage.staff("Tuuli"), await stage.staff("Lotta", "lead"), await stage.staff("Vesa")
        await hand_over(worker)
        await worker.presses("Talk with an adult", "Yes, tell them")
        told = "begun by Tuuli, asks for an adult now"
        assert told in seen(lead)
        assert told not in seen(other)
        assert worker.text.startswith("We have told: Lotta\nShow this to the adult beside you.")


async def test_where_nobody_else_is_there_every_worker_hears(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, one, two = await stage.staff("Tuuli"), await stage.staff("Vesa"), await stage.staff("Aino")
        far, lead = await stage.staff("Pohja", association=NORTH), await stage.staff("Lotta", "lead")
        stage.emulator.block(lead.id)
        await stage.settle()
        await claimed(stage, worker)
        await worker.start()
        await worker.presses("My cases", "K7F2 · 7 days left", "More about the case", *HERE, "Hand over")
        await worker.presses("Talk with an adult", "Yes, tell them")
        told = "Somebody who gives feedback, begun by Tuuli, asks for an adult now."
        for each in (one, two):
            assert told in seen(each), "without the case"
        assert told not in seen(far)
        assert worker.text.startswith("We have told: Aino, Vesa")


async def test_a_worker_who_is_away_is_not_waited_for(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, pair, lead = await stage.staff("Tuuli"), await stage.staff("Vesa"), await stage.staff("Lotta", "lead")
        await claimed(stage, worker, pair)
        away = (
            "INSERT INTO away (person_id, first_day, last_day)"
            " SELECT id, '2026-11-20', '2026-11-30' FROM person WHERE chat_id=?"
        )
        await stage.service.database.turn(lambda db: db.execute(away, (pair.id,)))
        await worker.start()
        await worker.presses("My cases", "K7F2 · 7 days left", "More about the case", *HERE, "Hand over")
        await worker.presses("Talk with an adult", "Yes, tell them")
        assert "asks for an adult" in seen(lead)
        assert "asks for an adult" not in seen(pair)
        assert worker.text.startswith("We have told: Lotta")


async def test_whoever_made_the_code_hears_beside_the_workers_of_the_case(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, other, parent = await stage.staff("Tuuli"), await stage.staff("Vesa"), stage.person("Kaisla")
        await claimed(stage, other)
        begun = "UPDATE child_code SET case_id=1"
        code = await code_for(worker)
        await stage.service.database.turn(lambda db: db.execute(begun))
        await parent.types(f"/lapsi {code}")
        await parent.presses("Hand over", "Talk with an adult", "Yes, tell them")
        assert "begun by Tuuli, asks for an adult now" in seen(worker)
        assert "K7F2: somebody who gives feedback asks for an adult now." in seen(other)


async def test_the_child_reads_that_somebody_was_told_only_once_that_is_so(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, lead, parent = await stage.staff("Tuuli"), await stage.staff("Lotta", "lead"), stage.person("Kaisla")
        await parent.types(f"/lapsi {await code_for(worker)}")
        await parent.presses("Hand over", "Begin", "Talk with an adult")
        later = int(stage.clock.now().timestamp()) + 40
        hold = "INSERT INTO chat_hold (chat_id, until) VALUES (?,?)"
        await stage.service.database.turn(lambda db: db.execute(hold, (worker.id, later)))
        await parent.presses("Yes, tell them")
        told, way = "We have told: an adult who works here", "This is on its way to: an adult who works here"
        assert way in parent.text
        await stage.push(seconds=29)
        assert "asks for an adult" not in seen(lead)
        assert way in parent.text
        await stage.push(seconds=2)
        assert "asks for an adult" in seen(lead), "the first message has not come through"
        assert told in parent.text
        await stage.push(seconds=20)
        assert "asks for an adult" in seen(worker)
        assert len(parent.messages) == 1


async def test_a_child_who_waits_for_long_may_ask_once_more(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, lead, parent = await stage.staff("Tuuli"), await stage.staff("Lotta", "lead"), stage.person("Kaisla")
        await parent.types(f"/lapsi {await code_for(worker)}")
        await parent.presses("Hand over", "Begin", "Talk with an adult", "Yes, tell them")
        await stage.push(minutes=4)
        assert "Tell once more" not in parent.buttons
        await stage.push(minutes=1, seconds=1)
        assert "asks for an adult" not in seen(lead)
        await parent.presses("Tell once more")
        assert "Tell once more" not in parent.buttons
        assert seen(worker).count("asks for an adult") == 2
        assert "asks for an adult" in seen(lead)


async def test_a_parents_phone_says_honestly_that_nobody_can_be_reached(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, parent = await stage.staff("Tuuli"), stage.person("Kaisla")
        await parent.types(f"/lapsi {await code_for(worker)}")
        stage.emulator.block(worker.id)
        await stage.settle()
        await parent.presses("Hand over", "Begin", "Talk with an adult")
        assert "We cannot reach anybody who works here right now." in parent.text
        assert "116\u00a0111" in parent.text
        assert "beside you" not in parent.text
        assert parent.buttons == ["Go back", "I want to stop"]


async def test_a_worker_who_blocks_the_bot_meanwhile_counts_as_nobody(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, parent = await stage.staff("Tuuli"), stage.person("Kaisla")
        await parent.types(f"/lapsi {await code_for(worker)}")
        await parent.presses("Hand over", "Begin", "Talk with an adult")
        stage.emulator.block(worker.id)
        await stage.service.database.turn(lambda db: people.unblocked(db, worker.id))
        await parent.presses("Yes, tell them")
        assert "We cannot reach anybody who works here right now." in parent.text
        assert "We have told" not in parent.text


async def test_who_wants_to_talk_can_stop_from_there(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await hand_over(worker)
        await worker.presses("Begin", "A lot", "The adult ends it", "Talk with an adult", "I want to stop")
        assert worker.text.startswith("You may stop.")
        await worker.presses("No, forget it", "Talk with an adult")
        assert "I want to stop" not in worker.buttons, "it is over"
        await worker.presses("No, do not tell")
        await ends(stage, worker)
        await hand_over(worker)
        await worker.presses("Talk with an adult", "I want to stop")
        assert worker.text.startswith("Thank you."), "nothing has been answered"


# Free texts


async def test_texts_are_asked_for_only_while_somebody_reads_them(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        items = ("Skip",) * len(CHILDREN["13-17"])
        await hand_over(worker, "13-17")
        assert "write" not in worker.text
        await worker.presses("Begin", *items)
        assert worker.text.startswith("That was all.")
        await ends(stage, worker)
        await reads(stage, await stage.staff("Vesa"))
        await hand_over(worker, "13-17")
        assert "Vesa reads what you write, your parents do not." in worker.text
        await worker.presses("Begin", *items)
        (message,) = worker.messages
        assert worker.text.startswith("What was good?\n\nVesa reads")
        await worker.types("x" * 501)
        assert "That was a bit long." in worker.text
        await worker.types(CANARY)
        assert [m["message_id"] for m in worker.messages] == [message["message_id"]]
        assert worker.text.startswith("What should be changed?")
        await worker.presses("Skip", "Yes, keep it")
        assert await stage.rows("SELECT association, audience, band, item, words, week FROM feedback_text") == [
            (SOUTH, "child", "13-17", "helped", CANARY, "2026-W48")
        ]
        assert await tallied(stage) == {("sheet", "asked"): 2, ("sheet", "answered"): 1}


async def test_two_messages_at_once_answer_one_question_and_a_blank_one_none(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await reads(stage, worker)
        await hand_over(worker, "13-17")
        await worker.presses("Begin", *("Skip",) * len(CHILDREN["13-17"]))
        await worker.types("\u2800")
        assert worker.text.startswith("There were no words in it.")
        stage.emulator.send_text(worker.id, "The games")
        stage.emulator.send_text(worker.id, "were nice")
        await stage.settle()
        assert worker.text.startswith("What should be changed?")
        ((body,),) = await stage.rows(THEIRS, worker.id)
        assert json.loads(body)["answers"]["text_helped"] == ["The games"]
        assert "were nice" not in body
        assert len(worker.messages) == 1


@pytest.mark.parametrize("answer", ["No, forget it", "Yes, keep it"])
async def test_what_was_forgotten_is_in_no_file_at_once(answer: str, tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await reads(stage, worker)
        await hand_over(worker, "10-12")
        await worker.presses("Begin", *("Skip",) * len(CHILDREN["10-12"]))
        await worker.types(CANARY)
        assert CANARY.encode() in on_disk(tmp_path)
        if answer.startswith("Yes"):
            await ends(stage, worker)
        else:
            await worker.presses(answer)
        assert CANARY.encode() not in on_disk(tmp_path)


async def test_a_text_is_not_kept_when_its_reader_has_gone(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await reads(stage, worker)
        await hand_over(worker, "10-12")
        await worker.presses("Begin", *("Skip",) * len(CHILDREN["10-12"]))
        await worker.types(CANARY)
        await stage.service.database.turn(lambda db: db.execute("DELETE FROM text_reader"))
        await worker.presses("Yes, keep it")
        assert not await stage.rows("SELECT 1 FROM feedback_text")
        await ends(stage, worker)
        await stage.push(minutes=2)
        assert CANARY.encode() not in on_disk(tmp_path)
