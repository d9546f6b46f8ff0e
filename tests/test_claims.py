"""Who takes a case and who only hears of it: claims at once, the group, codes, and what leads and strangers see."""

from pathlib import Path

import pytest

from bot.records import seats
from bot.service import MENU
from conversations.facts import Role
from conversations.moves import NAMES
from tests.theatre import NORTH, theatre
from tests.walks import SHORTEST


async def test_a_second_claim_gets_a_clear_answer(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        first, second = await stage.staff("Tuuli"), await stage.staff("Vesa")
        await stage.parent(*SHORTEST)
        await first.presses("Open")
        await second.presses("Open")
        old = second.showing("Take this case"), "Take this case"
        stage.emulator.press(first.id, first.showing("Take this case"), "Take this case")
        stage.emulator.press(second.id, *old)
        await stage.settle()
        assert "A colleague has this case" in second.text
        assert "separated" not in second.text
        assert "Take this case" not in second.buttons
        assert second.toasts
        assert len(await stage.rows("SELECT 1 FROM case_event WHERE name='claimed'")) == 1


async def test_of_fifty_claims_at_once_one_wins_and_the_parent_is_told_once(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        workers = [await stage.staff(f"Worker {number}") for number in range(50)]
        parent = await stage.parent(*SHORTEST)
        await stage.press_at_once(workers, "Open")
        before = len(stage.emulator.calls)
        await stage.press_at_once(workers, "Take this case")
        (winner,) = [worker for worker in workers if "yours" in worker.text]
        assert winner is workers[0], "whoever pressed first"
        won = "SELECT p.chat_id, c.status FROM cases c JOIN work w ON w.case_id=c.id JOIN person p ON p.id=w.person_id"
        assert await stage.rows(won) == [(winner.id, "claimed")]
        assert await stage.rows("SELECT name FROM case_event ORDER BY id") == [("opened",), ("claimed",)]
        claims = "SELECT p.chat_id FROM audit a JOIN person p ON p.id=a.person_id WHERE a.action='claim'"
        assert await stage.rows(claims) == [(winner.id,)]
        others = {(worker.text, *worker.buttons) for worker in workers[1:]}
        assert len(others) == 1, "nobody else learns more than the others"
        ((said, *buttons),) = others
        assert "A colleague has this case." in said
        assert "separated" not in said, "no answer of the parent"
        assert "Take this case" not in buttons
        after = list(stage.emulator.calls)[before:]
        told = [call["method"] for call in after if call["params"].get("chat_id") == parent.id]
        assert sorted(told) == ["editMessageText", "sendMessage"], "the parent's screen, and one notice"
        assert sum("contacts you next" in message["text"] for message in parent.messages) == 1
        assert not await stage.rows("SELECT 1 FROM inbox WHERE status <> 'done'")


async def test_the_group_gets_a_bare_notice_and_the_link_opens_the_card_in_private(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, stranger, parent = await stage.staff("Tuuli"), stage.person("Ilves"), stage.person("Kaisla")
        group = stage.emulator.add_group("Workers", [worker.id, stranger.id])
        stage.emulator.add_bot_to_group(group, worker.id)
        other = stage.emulator.add_group("Elsewhere", [stranger.id])
        stage.emulator.add_bot_to_group(other, stranger.id)
        await stage.settle()
        await parent.start()
        await parent.presses(*SHORTEST)
        notice = stage.emulator.last(group)
        assert notice is not None
        assert "K7F2" in notice["text"]
        assert "Esimerkkiyhdistys Etelä" in notice["text"]
        assert "separated" not in notice["text"]
        assert stage.emulator.last(other) is None
        stage.emulator.send_text(worker.id, "/queue@testi_bot", group)
        stage.emulator.press(worker.id, notice["message_id"], (0, 0), group)
        await stage.settle()
        assert "Case K7F2" in worker.text
        stage.emulator.press(stranger.id, notice["message_id"], (0, 0), group)
        await stage.settle()
        assert "K7F2" not in stranger.text
        assert "not available here" in stranger.text


async def test_codes_work_once_and_expire(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        code = await stage.code("lead")
        lead, late = stage.person("Päivi"), stage.person("Ilves")
        await lead.start(code)
        assert "Waiting: 0" in lead.text
        await late.start(code)
        assert "not available here" in late.text
        old = await stage.code("worker", hours=1)
        await stage.push(hours=2)
        await late.start(old)
        assert "not available here" in late.text
        assert await stage.rows("SELECT role FROM seat") == [("lead",)]


@pytest.mark.parametrize("role", ["worker", "lead", "coordinator"])
async def test_staff_get_an_answer_to_every_command_of_the_menu(role: Role, tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        staff = await stage.staff("Tuuli", role)
        for move in MENU:
            for command in NAMES[move]:
                await staff.types(f"/{command}")
                assert "do not know that command" not in staff.text, command
        for command in ("/poista", "/lopeta"):
            await staff.types(command)
            assert "ask your association" in staff.text
            await staff.presses("Return")
        await staff.types("/ihminen")
        assert "Esimerkkiyhdistys Etelä" in staff.text
        assert await stage.rows("SELECT role FROM seat") == [(role,)]


async def test_lead_and_coordinator_see_no_card(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        lead, coordinator = await stage.staff("Päivi", "lead"), await stage.staff("Pilvi", "coordinator")
        await stage.parent(*SHORTEST)
        await lead.start()
        await lead.presses("Queue")
        assert "K7F2 · 7 days left" in lead.buttons
        assert "separated" not in lead.text
        await coordinator.start()
        assert "Waiting: 1" in coordinator.text
        assert "K7F2" not in coordinator.text
        await lead.presses("Open")
        assert "Case K7F2 · 7 days left" in lead.text
        assert "separated" not in lead.text
        assert "Take this case" not in lead.buttons
        await coordinator.start("c-K7F2")
        assert "not available here" in coordinator.text


async def test_unknown_and_forbidden_look_alike(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, stranger = await stage.staff("Sade", association=NORTH), stage.person("Ilves")
        await stage.parent(*SHORTEST)
        seen = []
        for payload in ("c-K7F2", "c-NONE"):
            await worker.start(payload)
            await stranger.start(payload)
            seen.append((worker.text, worker.buttons, stranger.text, stranger.buttons))
        assert seen[0] == seen[1]


def test_a_code_never_looks_like_the_link_to_a_case() -> None:
    draws = iter(["c-abcdefghijklmnopqrst", "c-bcdefghijklmnopqrstu", "cdefghijklmnopqrstuvwx"])
    assert seats.new_code(lambda: next(draws)) == "cdefghijklmnopqrstuvwx"
    assert len(seats.new_code()) == 22
