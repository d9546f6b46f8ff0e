"""A bot written with aiogram, a client library of other people, talks to the end on the emulator."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiogram import Bot, Dispatcher, F
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramForbiddenError
from aiogram.filters import ChatMemberUpdatedFilter, CommandStart
from aiogram.filters.chat_member_updated import KICKED
from aiogram.fsm.context import FSMContext
from aiogram.fsm.state import State, StatesGroup
from aiogram.types import CallbackQuery, ChatMemberUpdated, InlineKeyboardButton, InlineKeyboardMarkup, Message

from bot.clock import Clock
from bot.playground.emulator import Emulator
from bot.playground.server import BareStage, make_app, serving
from tests.emulated import PATIENCE, START, TOKEN, until

CHOICES = InlineKeyboardMarkup(
    inline_keyboard=[[InlineKeyboardButton(text=label, callback_data=label) for label in ("Tea", "Coffee")]]
)


class Dialogue(StatesGroup):
    """The three steps: a question with buttons, a question to type the answer to, and the end."""

    drink = State()
    name = State()


def make_dispatcher(blocked_by: list[int]) -> Dispatcher:
    dispatcher = Dispatcher()

    @dispatcher.message(CommandStart())
    async def started(message: Message, state: FSMContext) -> None:
        await state.set_state(Dialogue.drink)
        await message.answer("What would you like?", reply_markup=CHOICES, protect_content=True)

    @dispatcher.callback_query(Dialogue.drink, F.data)
    async def chosen(query: CallbackQuery, state: FSMContext) -> None:
        assert isinstance(query.message, Message)
        await query.answer(f"{query.data} it is")
        await query.message.edit_text("What is your name?")
        await state.update_data(drink=query.data, question=query.message.message_id)
        await state.set_state(Dialogue.name)

    @dispatcher.message(Dialogue.name, F.text)
    async def named(message: Message, state: FSMContext, bot: Bot) -> None:
        said = await state.get_data()
        await bot.edit_message_text("Thank you.", chat_id=message.chat.id, message_id=said["question"])
        await message.answer(f"{said['drink']} for {message.text}. Goodbye!")
        await message.delete()
        await state.clear()

    @dispatcher.my_chat_member(ChatMemberUpdatedFilter(KICKED))
    async def stopped(change: ChatMemberUpdated) -> None:
        blocked_by.append(change.from_user.id)

    return dispatcher


@pytest.fixture
def tg() -> Emulator:
    return Emulator(Clock(START), token=TOKEN)


@pytest.fixture
async def bot(tg: Emulator) -> AsyncIterator[Bot]:
    async with serving(make_app(BareStage(tg))) as port:
        session = AiohttpSession(api=TelegramAPIServer.from_base(f"http://127.0.0.1:{port}"))
        async with Bot(TOKEN, session=session) as bot:
            yield bot


@pytest.fixture
async def blocked_by(bot: Bot) -> AsyncIterator[list[int]]:
    """Let the bot run, and tell who blocked it."""
    blocked: list[int] = []
    dispatcher = make_dispatcher(blocked)
    running = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False, close_bot_session=False))
    yield blocked
    await dispatcher.stop_polling()
    await asyncio.wait_for(running, PATIENCE)


def texts(tg: Emulator, chat: int) -> list[str]:
    return [message["text"] for message in tg.messages(chat)]


async def test_a_dialogue_runs_to_its_end(tg: Emulator, blocked_by: list[int]) -> None:
    person = tg.add_person("Aino")
    tg.open_link(person, "from-a-link")
    await until(lambda: tg.last(person))
    question = tg.last(person)
    assert question is not None
    assert question["has_protected_content"]

    tg.press(person, question["message_id"], "Tea")
    await until(lambda: "What is your name?" in texts(tg, person))
    assert tg.toasts(person) == [{"text": "Tea it is", "show_alert": False}]
    assert [message["edited"] for message in tg.messages(person)] == [False, True]

    tg.send_text(person, "Aino-Maija")
    await until(lambda: texts(tg, person)[1:] == ["Thank you.", "Tea for Aino-Maija. Goodbye!"])
    assert all(entry["ok"] for entry in tg.calls)


async def test_two_people_at_once_and_one_who_blocks(tg: Emulator, bot: Bot, blocked_by: list[int]) -> None:
    stays, leaves = tg.add_person("Stays"), tg.add_person("Leaves")
    for person in (stays, leaves):
        tg.open_link(person)
    await until(lambda: tg.last(stays) and tg.last(leaves))
    tg.block(leaves)
    await until(lambda: blocked_by == [leaves])
    with pytest.raises(TelegramForbiddenError, match="bot was blocked by the user"):
        await bot.send_message(leaves, "Still there?")
    tg.press(stays, tg.messages(stays)[-1]["message_id"], (0, 1))
    await until(lambda: "What is your name?" in texts(tg, stays))


async def test_every_kind_of_message_is_understood(tg: Emulator, bot: Bot) -> None:
    person = tg.add_person("Aino")
    tg.open_link(person, "code")
    for send in (tg.send_photo, tg.send_voice, tg.send_sticker, tg.send_location):
        send(person)
    tg.send_contact(person, "+358401", of=person)
    tg.edit_text(person, tg.forward_text(person, "from elsewhere"), "changed")
    tg.press_data(person, 999, "on a message that is gone")
    group = tg.add_group("Team", [person])
    tg.add_bot_to_group(group, person)
    tg.remove_bot_from_group(group, person)
    updates = await bot.get_updates(timeout=1)
    assert [update.event_type for update in updates] == [
        *["message"] * 7,
        *["edited_message", "callback_query", "my_chat_member", "message", "message", "my_chat_member"],
    ]
    assert (await bot.get_chat(person)).first_name == "Aino"
    assert (await bot.get_chat_member(person, person)).status == "member"
    assert await bot.get_my_commands() == []
