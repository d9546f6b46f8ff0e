"""A child on a parent's phone, by a code; and free texts."""

import json
from pathlib import Path

import pytest

from conversations.facts import Role
from conversations.feedback import CHILDREN
from conversations.moves import WRONG_CODE
from tests.childhoods import SEVEN, THEIRS, code_for, ends, half_told, hand_over, reads, tallied
from tests.offices import CANARY, seen
from tests.test_safety import on_disk
from tests.theatre import SOUTH, theatre

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
