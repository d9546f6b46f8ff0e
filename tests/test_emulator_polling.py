"""The queue of updates and the long poll: what stays, what goes, and who gets it."""

import asyncio
from datetime import timedelta

import pytest

from bot.playground.emulator import ApiError, Emulator
from bot.playground.methods import call
from tests.emulated import KEYBOARD, PATIENCE, say, until, updates


async def test_updates_stay_until_a_higher_offset_confirms_them(tg: Emulator, parent: int) -> None:
    tg.send_text(parent, "one")
    first, second = await updates(tg)
    assert [first["message"]["text"], second["message"]["text"]] == ["/start code", "one"]
    assert second["update_id"] == first["update_id"] + 1
    assert await updates(tg) == [first, second]
    assert await updates(tg, second["update_id"]) == [second]
    assert await updates(tg) == [second]
    assert await updates(tg, second["update_id"] + 1) == []
    assert tg.waiting() == 0


async def test_an_offset_far_beyond_the_end_starts_at_the_oldest(tg: Emulator, parent: int) -> None:
    (only,) = await updates(tg)
    assert await updates(tg, only["update_id"] + 1000) == [only]


async def test_a_negative_offset_keeps_the_last_ones(tg: Emulator, parent: int) -> None:
    tg.send_text(parent, "one")
    tg.send_text(parent, "two")
    assert [update["message"]["text"] for update in await updates(tg, -2)] == ["one", "two"]
    assert tg.waiting() == 2


async def test_the_limit_lies_between_1_and_100(tg: Emulator, parent: int) -> None:
    for _ in range(120):
        tg.send_text(parent, "again")
    assert [len(await updates(tg, limit=limit)) for limit in (0, 1, 7, 1000)] == [1, 1, 7, 100]
    assert len(await updates(tg)) == 100


async def test_presses_live_150_seconds_and_messages_a_day(tg: Emulator, parent: int) -> None:
    tg.press(parent, await say(tg, parent, reply_markup=KEYBOARD), "Yes")
    tg.clock.push(timedelta(seconds=150))
    assert tg.waiting() == 2
    tg.clock.push(timedelta(seconds=1))
    assert [update.keys() - {"update_id"} for update in await updates(tg)] == [{"message"}]
    tg.clock.push(timedelta(hours=24))
    assert await updates(tg) == []


async def test_a_parked_poll_ends_with_the_first_update(tg: Emulator, parent: int) -> None:
    (only,) = await updates(tg)
    poll = asyncio.create_task(updates(tg, only["update_id"] + 1, timeout=50))
    await until(lambda: tg.polling)
    tg.send_text(parent, "now")
    (update,) = await asyncio.wait_for(poll, PATIENCE)
    assert update["message"]["text"] == "now"
    assert not tg.polling


async def test_a_poll_with_nothing_ends_empty_and_is_not_logged(tg: Emulator) -> None:
    assert await updates(tg, timeout=1) == []
    assert not tg.calls


async def test_a_second_poll_ends_the_first_with_409(tg: Emulator, parent: int) -> None:
    (only,) = await updates(tg)
    first = asyncio.create_task(updates(tg, only["update_id"] + 1, timeout=50))
    await until(lambda: tg.polling)
    second = asyncio.create_task(updates(tg, only["update_id"] + 1, timeout=50))
    with pytest.raises(ApiError, match="Conflict: terminated by other getUpdates request") as conflict:
        await asyncio.wait_for(first, PATIENCE)
    assert conflict.value.code == 409
    await until(lambda: tg.polling)
    tg.send_text(parent, "for the second")
    assert len(await asyncio.wait_for(second, PATIENCE)) == 1


async def test_the_same_offset_at_once_gives_one_update_at_a_time(tg: Emulator, parent: int) -> None:
    tg.send_text(parent, "one")
    tg.send_text(parent, "two")
    (first, *_) = (await updates(tg, limit=3))[:1]
    tg.updates.repeat_trap = True
    assert len(await call(tg, "getUpdates", {"offset": first["update_id"]})) == 3  # type: ignore[arg-type]
    assert len(await call(tg, "getUpdates", {"offset": first["update_id"]})) == 1  # type: ignore[arg-type]


async def test_allowed_updates_are_remembered_and_filter_what_comes_later(tg: Emulator, parent: int) -> None:
    await updates(tg, allowed_updates='["callback_query"]')
    message_id = await say(tg, parent, reply_markup=KEYBOARD)
    tg.send_text(parent, "unheard")
    tg.press(parent, message_id, "No")
    assert [list(update)[1] for update in await updates(tg)] == ["message", "callback_query"]
    await updates(tg, allowed_updates=[])
    tg.send_text(parent, "heard")
    assert (await updates(tg))[-1]["message"]["text"] == "heard"


async def test_a_raw_update_of_any_shape_passes(tg: Emulator) -> None:
    tg.push_update({"unheard_of": {"x": 1}})
    (update,) = await updates(tg)
    assert update == {"update_id": update["update_id"], "unheard_of": {"x": 1}}
