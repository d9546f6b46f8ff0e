"""The other parent's link when two things happen at the same time, or somebody comes who may not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from conversations.moves import NOT_AVAILABLE
from tests.offices import claimed, events
from tests.test_parents import ANSWERED, invited
from tests.test_referral import code_for
from tests.theatre import theatre


async def test_two_open_one_link_and_one_comes_in(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        await worker.presses("The other parent", "Make the link")
        both_of_them = [stage.person("Otso"), stage.person("Veera")]
        for guest in both_of_them:
            stage.emulator.open_link(guest.id, code_for(worker))
        await stage.settle()
        assert [("invites you" in guest.text) for guest in both_of_them] == [True, False]
        assert NOT_AVAILABLE.id in both_of_them[1].text
        assert len(await stage.rows("SELECT 1 FROM invited WHERE person_id IS NOT NULL")) == 1


@pytest.mark.parametrize("opens_first", [False, True])
async def test_a_link_is_taken_back_while_it_is_opened(opens_first: bool, tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        await worker.presses("The other parent", "Make the link", "The other parent")
        other, code = stage.person("Otso"), code_for(worker)
        revoking = worker.showing("Take the link back")
        acts: list[Callable[[], object]] = [
            lambda: stage.emulator.press(worker.id, revoking, "Take the link back"),
            lambda: stage.emulator.open_link(other.id, code),
        ]
        for act in reversed(acts) if opens_first else acts:
            act()
        await stage.settle()
        assert ("invites you" in other.text) == opens_first
        assert len(await stage.rows("SELECT 1 FROM invited")) == opens_first
        assert not await stage.rows("SELECT 1 FROM inbox WHERE status='quarantined'")


@pytest.mark.parametrize("goes_first", [False, True])
async def test_a_guest_goes_while_a_worker_confirms(goes_first: bool, tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        other = await invited(stage, worker)
        await other.presses(*ANSWERED, "Take my answers back")
        await worker.presses("Open", "The other parent")
        acts = [(worker, "Yes, the other parent"), (other, "Yes, take them back")]
        pressing = [(who.id, who.showing(label), label) for who, label in acts]
        for press in reversed(pressing) if goes_first else pressing:
            stage.emulator.press(*press)
        await stage.settle()
        assert await stage.rows("SELECT number FROM party") == [(1,)]
        assert not await stage.rows("SELECT 1 FROM person WHERE chat_id=?", other.id)
        assert not await stage.rows("SELECT 1 FROM inbox WHERE status='quarantined'")
        assert (await events(stage)).count("guest_confirmed") == (not goes_first)


async def test_old_buttons_of_whoever_has_left_the_case_do_nothing(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, pair = await stage.staff("Tuuli"), await stage.staff("Vesa")
        await claimed(stage, worker, pair)
        other = await invited(stage, worker)
        await other.presses(*ANSWERED)
        await pair.presses("Open", "The other parent")
        old = next(m for m in pair.messages if "Yes, the other parent" in str(m.get("reply_markup")))
        data = next(
            button["callback_data"]
            for row in old["reply_markup"]["inline_keyboard"]
            for button in row
            if button["text"] == "Yes, the other parent"
        )
        await pair.presses("Back to the case", "Work pair", "Leave this case", "No time now")
        stage.emulator.press_data(pair.id, old["message_id"], data)
        await stage.settle()
        assert await stage.rows("SELECT number FROM party") == [(1,)]
        assert await stage.rows("SELECT 1 FROM invited WHERE answers IS NOT NULL")


async def test_a_guest_opens_no_second_link_and_takes_no_seat(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        other = await invited(stage, worker)
        await claimed(stage, worker, name="Aino")
        await worker.presses("The other parent", "Make the link")
        for code in (code_for(worker), await stage.code()):
            await other.start(code)
            assert NOT_AVAILABLE.id in other.text
        assert len(await stage.rows("SELECT 1 FROM invited WHERE person_id IS NOT NULL")) == 1
