"""The emulated Telegram over HTTP behaves as Telegram does wherever a bot can tell the difference.

What it does without HTTP stands in the other test_emulator files, each with a subject of its own.
"""

import asyncio

import aiohttp
import pytest
import telegram
from telegram.error import BadRequest, Forbidden, NetworkError

from bot.playground.emulator import Emulator
from bot.playground.server import BareStage, make_app, serving
from tests.emulated import PATIENCE, PICTURE, START, TOKEN, Playground, until, updates


async def test_python_telegram_bot_understands_everything(tg: Emulator, bot: telegram.Bot, group: int) -> None:
    (parent, *_) = tg.people
    buttons = telegram.InlineKeyboardMarkup.from_button(telegram.InlineKeyboardButton("Yes", callback_data="a.0"))
    message = await bot.send_message(parent, "Hello", reply_markup=buttons, protect_content=True)
    for act in (tg.send_photo, tg.send_voice, tg.send_sticker, tg.send_location):
        act(parent)
    tg.send_contact(parent, "+358401", of=parent)
    tg.forward_text(parent, "from elsewhere")
    tg.press(parent, message.message_id, "Yes")
    tg.press_data(parent, 999, "on a message that is gone")
    tg.block(parent)
    tg.unblock(parent)
    found = await bot.get_updates(timeout=1)
    assert [update.to_dict().keys() - {"update_id"} for update in found[-4:]] == [
        *[{"callback_query"}] * 2,
        *[{"my_chat_member"}] * 2,
    ]
    press = found[-4].callback_query
    assert press is not None
    await press.answer("Thanks")
    edited = await press.edit_message_text("Changed")
    assert isinstance(edited, telegram.Message)
    assert (edited.text, edited.edit_date) == ("Changed", START)
    document = await bot.send_document(group, b"a,b", filename="cases.csv", caption="All")
    assert document.document is not None
    assert (document.document.file_name, document.document.file_size) == ("cases.csv", 3)
    assert (await bot.send_photo(group, PICTURE)).photo
    assert (await bot.get_chat(group)).title == "Team"
    assert (await bot.get_chat_member(group, parent)).status == "member"
    assert (await bot.get_webhook_info()).pending_update_count == len(found)
    assert await bot.delete_messages(parent, [edited.message_id])
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await edited.delete()


async def test_refusals_over_http(playground: Playground, tg: Emulator, bot: telegram.Bot, parent: int) -> None:
    tg.block(parent)
    with pytest.raises(Forbidden):
        await bot.send_message(parent, "x")
    async with playground.page.post("/bot999:wrong/getMe") as answer:
        assert answer.status == 401
        assert (await answer.json())["description"] == "Unauthorized"
    async with playground.page.get(f"/bot{TOKEN}/sendMessage?chat_id=7&text=x") as answer:
        assert answer.status == 400
        assert await answer.json() == {"ok": False, "error_code": 400, "description": "Bad Request: chat not found"}
    async with playground.page.get(f"/file/bot{TOKEN}/x") as answer:
        assert answer.status == 404


async def test_an_answer_can_be_dropped_although_it_was_done(tg: Emulator, bot: telegram.Bot, parent: int) -> None:
    tg.drop_answer = lambda method, given: method == "sendMessage"
    with pytest.raises(NetworkError, match="disconnected"):
        await bot.send_message(parent, "arrives")
    message = tg.last(parent)
    assert message is not None
    assert message["text"] == "arrives"


async def test_an_answer_can_be_late(tg: Emulator, bot: telegram.Bot) -> None:
    tg.delay = lambda method, given: 60
    with pytest.raises(telegram.error.TimedOut):
        await bot.get_me(read_timeout=0.1)


async def test_a_poller_that_hangs_up_is_not_polling(playground: Playground, tg: Emulator) -> None:
    poll = asyncio.create_task(playground.page.get(f"/bot{TOKEN}/getUpdates?timeout=50"))
    await until(lambda: tg.polling)
    poll.cancel()
    await until(lambda: not tg.polling)
    tg.send_text(tg.add_person("Aino"), "for whoever asks next")
    assert tg.waiting() == 1, "nobody was there to take it"
    assert [update["message"]["text"] for update in await updates(tg)] == ["for whoever asks next"]
    assert all(entry["ok"] for entry in tg.calls), "nobody was there to be ended with 409"


async def test_the_end_does_not_wait_for_polls_and_streams(tg: Emulator) -> None:
    async with aiohttp.ClientSession() as session:
        async with asyncio.timeout(PATIENCE), serving(make_app(BareStage(tg))) as port:
            root = f"http://127.0.0.1:{port}"
            poll = asyncio.create_task(session.get(f"{root}/bot{TOKEN}/getUpdates?timeout=50"))
            stream = await session.get(f"{root}/api/events")
            await until(lambda: tg.polling)
        with pytest.raises(aiohttp.ClientError):
            await poll
        assert stream.status == 200
