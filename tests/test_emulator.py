"""The emulated Telegram behaves as Telegram does wherever a bot can tell the difference."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
import telegram
from telegram.error import BadRequest, Forbidden, NetworkError

from bot.clock import Clock
from bot.playground import view
from bot.playground.emulator import ApiError, Emulator
from bot.playground.methods import call
from bot.playground.server import BareStage, make_app, serving

TOKEN = "123:playground"
START = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
PATIENCE = 10
KEYBOARD = {"inline_keyboard": [[{"text": "Yes", "callback_data": "a.0"}, {"text": "No", "callback_data": "a.1"}]]}


@pytest.fixture
def tg() -> Emulator:
    return Emulator(Clock(START), token=TOKEN, limits=False)


@pytest.fixture
def parent(tg: Emulator) -> int:
    person = tg.add_person("Aino")
    tg.open_link(person, "code")
    return person


@pytest.fixture
def group(tg: Emulator, parent: int) -> int:
    group = tg.add_group("Team", [parent, tg.add_person("Worker")])
    tg.add_bot_to_group(group, parent)
    return group


async def say(tg: Emulator, chat: int, text: str = "Hello", **more: object) -> int:
    message: Any = await call(tg, "sendMessage", {"chat_id": chat, "text": text, **more})
    return int(message["message_id"])


async def refused(tg: Emulator, method: str, **given: object) -> ApiError:
    with pytest.raises(ApiError) as refusal:
        await call(tg, method, given)
    return refusal.value


async def updates(tg: Emulator, offset: int = 0, **more: object) -> list[dict[str, Any]]:
    tg.updates.repeat_trap = False
    found: Any = await call(tg, "getUpdates", {"offset": offset, **more})
    return list(found)


async def until_polling(tg: Emulator) -> None:
    async with asyncio.timeout(PATIENCE):
        while not tg.polling:
            await asyncio.sleep(0.001)


# The queue.


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
    await until_polling(tg)
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
    await until_polling(tg)
    second = asyncio.create_task(updates(tg, only["update_id"] + 1, timeout=50))
    with pytest.raises(ApiError, match="Conflict: terminated by other getUpdates request") as conflict:
        await asyncio.wait_for(first, PATIENCE)
    assert conflict.value.code == 409
    await until_polling(tg)
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


# Who may be written to.


async def test_a_bot_cannot_write_first_and_not_when_blocked(tg: Emulator) -> None:
    person = tg.add_person("Eeva")
    assert (await refused(tg, "sendMessage", chat_id=1, text="x")).description == "Bad Request: chat not found"
    first = await refused(tg, "sendMessage", chat_id=person, text="x")
    assert (first.code, first.description) == (403, "Forbidden: bot can't initiate conversation with a user")
    tg.send_text(person, "hi")
    await say(tg, person)
    tg.block(person)
    blocked = await refused(tg, "sendMessage", chat_id=str(person), text="x")
    assert (blocked.code, blocked.description) == (403, "Forbidden: bot was blocked by the user")
    with pytest.raises(PermissionError):
        tg.send_text(person, "a blocked bot has no input field")
    tg.open_link(person, "again")
    await say(tg, person)
    changes = [update["my_chat_member"] for update in await updates(tg) if "my_chat_member" in update]
    assert [change["new_chat_member"]["status"] for change in changes] == ["kicked", "member"]


async def test_group_privacy(tg: Emulator, parent: int, group: int) -> None:
    await updates(tg, tg.updates.next_id)
    own = await say(tg, group)
    for text in ("chatter", "look at /this", "/start@other_bot", "/queue", "/queue@Playground_Bot now"):
        tg.send_text(parent, text, group)
    tg.send_photo(parent, group)
    tg.send_text(parent, "an answer", group, reply_to=own)
    heard = [update["message"]["text"] for update in await updates(tg)]
    assert heard == ["/queue", "/queue@Playground_Bot now", "an answer"]


async def test_adding_and_removing_the_bot(tg: Emulator, parent: int, group: int) -> None:
    tg.remove_bot_from_group(group, parent)
    kinds = [list(update)[1] for update in await updates(tg)][1:]
    assert kinds == ["my_chat_member", "message", "message", "my_chat_member"]
    refusal = await refused(tg, "sendMessage", chat_id=group, text="x")
    assert (refusal.code, refusal.description) == (403, "Forbidden: bot was kicked from the group chat")
    unknown = tg.add_group("Others", [parent])
    assert (await refused(tg, "getChat", chat_id=unknown)).description == "Bad Request: chat not found"


async def test_a_group_migrates(tg: Emulator, parent: int, group: int) -> None:
    new = tg.migrate_group(group)
    refusal = await refused(tg, "sendMessage", chat_id=group, text="x")
    assert refusal.description == "Bad Request: group chat was upgraded to a supergroup chat"
    assert refusal.parameters == {"migrate_to_chat_id": new}
    assert await say(tg, new) == 2
    services = [update["message"] for update in (await updates(tg))[-2:]]
    assert services[0]["migrate_to_chat_id"] == new
    assert services[1]["migrate_from_chat_id"] == group


async def test_a_bot_leaves(tg: Emulator, group: int) -> None:
    await call(tg, "leaveChat", {"chat_id": group})
    assert (await refused(tg, "sendMessage", chat_id=group, text="x")).code == 403


# Messages.


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"text": " \n"}, "message text is empty"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "x", "reply_markup": '{"inline_keyboard": [[{"text": "a"}]]}'}, "can't parse inline keyboard button"),
        ({"text": "x", "reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
        ({"text": "x", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
        ({"text": "<b>x", "parse_mode": "HTML"}, "can't parse entities"),
    ],
)
async def test_a_message_is_refused(tg: Emulator, parent: int, given: dict[str, object], reason: str) -> None:
    refusal = await refused(tg, "sendMessage", chat_id=parent, **given)
    assert refusal.code == 400
    assert refusal.description.startswith(f"Bad Request: {reason}")
    assert tg.last(parent) is None


@pytest.mark.parametrize(("data", "fits"), [("x", True), ("ä" * 32, True), ("ä" * 32 + "x", False), ("", False)])
async def test_callback_data_has_1_to_64_bytes(tg: Emulator, parent: int, data: str, *, fits: bool) -> None:
    markup = {"inline_keyboard": [[{"text": "a", "callback_data": data}]]}
    if fits:
        await say(tg, parent, reply_markup=markup)
    else:
        refusal = await refused(tg, "sendMessage", chat_id=parent, text="x", reply_markup=markup)
        assert refusal.description == "Bad Request: BUTTON_DATA_INVALID"


async def test_a_message_of_the_greatest_length_arrives_trimmed_and_protected(tg: Emulator, parent: int) -> None:
    await say(tg, parent, " " + "😀" * 2048 + "\n", protect_content="true")
    message = tg.last(parent)
    assert message is not None
    assert message["text"] == "😀" * 2048
    assert message["has_protected_content"] is True


async def test_html_becomes_entities_counted_in_utf16(tg: Emulator, parent: int) -> None:
    await say(tg, parent, '😀 <b>bold &amp; <a href="https://x.fi">link</a></b>', parse_mode="HTML")
    message = tg.last(parent)
    assert message is not None
    assert message["text"] == "😀 bold & link"
    assert message["entities"] == [
        {"type": "bold", "offset": 3, "length": 11},
        {"type": "text_link", "offset": 10, "length": 4, "url": "https://x.fi"},
    ]


async def test_long_typed_texts_arrive_in_pieces_with_commands_marked(tg: Emulator, parent: int) -> None:
    last = tg.send_text(parent, "😀" * 3000 + " /help")
    first, second = tg.messages(parent)[-2:]
    assert (len(first["text"]), second["message_id"]) == (2048, last)
    assert second["entities"] == [{"type": "bot_command", "offset": 1905, "length": 5}]


async def test_an_edit_keeps_the_id_and_must_change_something(tg: Emulator, parent: int) -> None:
    message_id = await say(tg, parent, "Question", reply_markup=KEYBOARD)
    edit: dict[str, object] = {"chat_id": parent, "message_id": message_id, "text": "Question"}
    same = await refused(tg, "editMessageText", **edit, reply_markup=KEYBOARD)
    assert same.description.startswith("Bad Request: message is not modified: specified new message content and")
    await call(tg, "editMessageText", edit)
    (shown,) = tg.messages(parent)[1:]
    assert (shown["message_id"], shown["edited"], "reply_markup" in shown) == (message_id, True, False)
    await call(tg, "editMessageReplyMarkup", {**edit, "reply_markup": json.dumps(KEYBOARD)})
    assert tg.messages(parent)[-1]["reply_markup"] == KEYBOARD
    tg.press(parent, message_id, (0, 1))


async def test_what_cannot_be_edited(tg: Emulator, parent: int) -> None:
    with_keys = await say(tg, parent, reply_markup={"keyboard": [["Share"]]})
    typed = tg.send_text(parent, "mine")
    for message_id, reason in ((with_keys, "can't be edited"), (typed, "can't be edited"), (999, "not found")):
        refusal = await refused(tg, "editMessageText", chat_id=parent, message_id=message_id, text="new")
        assert refusal.description.endswith(reason)


async def test_deleting_within_48_hours(tg: Emulator, parent: int) -> None:
    typed, old = tg.send_text(parent, "mine"), await say(tg, parent)
    assert await call(tg, "deleteMessage", {"chat_id": parent, "message_id": typed}) is True
    gone = await refused(tg, "deleteMessage", chat_id=parent, message_id=typed)
    assert gone.description == "Bad Request: message to delete not found"
    tg.clock.push(timedelta(hours=48, seconds=1))
    late = await refused(tg, "deleteMessage", chat_id=parent, message_id=old)
    assert late.description == "Bad Request: message can't be deleted for everyone"
    new = await say(tg, parent)
    assert await call(tg, "deleteMessages", {"chat_id": parent, "message_ids": f"[{new}, 999]"}) is True
    assert tg.messages(parent)[-1]["message_id"] == old


async def test_in_a_group_the_bot_deletes_only_its_own(tg: Emulator, parent: int, group: int) -> None:
    typed, own = tg.send_text(parent, "chatter", group), await say(tg, group)
    await call(tg, "deleteMessage", {"chat_id": group, "message_id": own})
    refusal = await refused(tg, "deleteMessage", chat_id=group, message_id=typed)
    assert refusal.description == "Bad Request: message can't be deleted"


async def test_what_waits_in_the_queue_is_not_changed_by_an_edit(tg: Emulator, parent: int) -> None:
    message_id = await say(tg, parent, "before", reply_markup=KEYBOARD)
    tg.press(parent, message_id, "Yes")
    await call(tg, "editMessageText", {"chat_id": parent, "message_id": message_id, "text": "after"})
    assert (await updates(tg))[-1]["callback_query"]["message"]["text"] == "before"


async def test_replies_and_edits_of_people(tg: Emulator, parent: int) -> None:
    own = await say(tg, parent)
    typed = tg.send_text(parent, "answer", reply_to=own)
    tg.edit_text(parent, typed, "better answer")
    tg.delete_own(parent, typed)
    message, edited = (await updates(tg))[-2:]
    assert message["message"]["reply_to_message"]["message_id"] == own
    assert edited["edited_message"]["text"] == "better answer"
    assert [one["message_id"] for one in tg.messages(parent)][-1] == own
    with pytest.raises(LookupError):
        tg.edit_text(parent, own, "not mine")


async def test_a_contact_tells_whose_it_is(tg: Emulator, parent: int) -> None:
    tg.send_contact(parent, "+358401", of=parent)
    tg.send_contact(parent, "+358402")
    own, foreign = [update["message"]["contact"] for update in (await updates(tg))[-2:]]
    assert own["user_id"] == parent
    assert "user_id" not in foreign


# Buttons and what a phone shows.


async def test_a_press_is_answered_once_and_in_time(tg: Emulator, parent: int) -> None:
    message_id = await say(tg, parent, reply_markup=KEYBOARD)
    query = tg.press(parent, message_id, "Yes")
    too_long = await refused(tg, "answerCallbackQuery", callback_query_id=query, text="x" * 201)
    assert too_long.description == "Bad Request: MESSAGE_TOO_LONG"
    await call(tg, "answerCallbackQuery", {"callback_query_id": query, "text": "Saved", "show_alert": "True"})
    assert tg.toasts(parent) == [{"text": "Saved", "show_alert": True}]
    late = tg.press_data(parent, 999, "forged")
    tg.clock.push(timedelta(seconds=151))
    for stale in (query, late, "unknown"):
        refusal = await refused(tg, "answerCallbackQuery", callback_query_id=stale)
        assert refusal.description.startswith("Bad Request: query is too old and response timeout expired")


async def test_only_displayed_buttons_can_be_pressed(tg: Emulator, parent: int) -> None:
    message_id = await say(tg, parent, reply_markup=KEYBOARD)
    for button in ("Maybe", (0, 2), (1, 0)):
        with pytest.raises(LookupError):
            tg.press(parent, message_id, button)


async def test_a_link_button_to_the_bot_starts_it(tg: Emulator, parent: int, group: int) -> None:
    link = "https://t.me/playground_bot?start=case-1"
    message_id = await say(tg, group, reply_markup={"inline_keyboard": [[{"text": "Open", "url": link}]]})
    assert tg.press(parent, message_id, "Open", group) == ""
    assert (await updates(tg))[-1]["message"]["text"] == "/start case-1"


async def test_the_lock_screen_shows_new_messages_but_no_edits(tg: Emulator, parent: int, group: int) -> None:
    assert tg.lock_screen(parent) is None
    message_id = await say(tg, parent, "First", disable_notification=True)
    await call(tg, "editMessageText", {"chat_id": parent, "message_id": message_id, "text": "Secret"})
    assert tg.lock_screen(parent) == {"title": "Playground", "text": "First", "at": START.isoformat(), "silent": True}
    await say(tg, group, "New case")
    shown = tg.lock_screen(parent)
    assert shown is not None
    assert (shown["title"], shown["text"]) == ("Team", "Playground: New case")


async def sent_before_429(tg: Emulator, chats: list[int]) -> int:
    tg.limits = True
    for sent, chat in enumerate(chats):
        try:
            await say(tg, chat)
        except ApiError as flood:
            wait = flood.parameters["retry_after"]
            assert (flood.code, flood.description) == (429, f"Too Many Requests: retry after {wait}")
            return sent
    return len(chats)


async def test_a_person_gets_20_messages_at_once(tg: Emulator, parent: int) -> None:
    assert 20 <= await sent_before_429(tg, [parent] * 40) < 30


async def test_a_group_gets_20_messages_a_minute(tg: Emulator, group: int) -> None:
    assert 20 <= await sent_before_429(tg, [group] * 40) < 30


async def test_all_chats_together_get_30_messages_a_second(tg: Emulator) -> None:
    people = [tg.add_person(str(number)) for number in range(500)]
    for person in people:
        tg.open_link(person)
    assert 30 <= await sent_before_429(tg, people) < 500


async def test_everything_is_logged_and_faults_can_be_made(tg: Emulator, parent: int) -> None:
    tg.fault = lambda method, given: ApiError(500, "Internal Server Error") if method == "sendMessage" else None
    assert (await refused(tg, "SENDMESSAGE", chat_id=parent, text="x")).code == 500
    await call(tg, "getme", {})
    assert (await refused(tg, "sendDice", chat_id=parent)).code == 404
    assert [(entry["seq"], entry["method"], entry["ok"]) for entry in tg.calls] == [
        (1, "sendMessage", False),
        (2, "getMe", True),
        (3, "sendDice", False),
    ]


async def test_commands_and_texts_of_the_bot(tg: Emulator) -> None:
    menu = [{"command": "help", "description": "Help now"}]
    await call(tg, "setMyCommands", {"commands": menu, "language_code": "sv"})
    assert await call(tg, "getMyCommands", {"language_code": "sv"}) == menu
    assert view.state(BareStage(tg))["commands"] == {"sv": menu}
    await call(tg, "setMyDescription", {"description": "What this is"})
    assert await call(tg, "getMyDescription", {}) == {"description": "What this is"}
    await call(tg, "deleteMyCommands", {"language_code": "sv"})
    assert await call(tg, "getMyCommands", {"language_code": "sv"}) == []


# Over HTTP.


@dataclass
class Playground:
    """A served stage, a client for its page API, and the address for clients of the Bot API."""

    stage: BareStage
    page: aiohttp.ClientSession
    root: str


@dataclass
class Resettable(BareStage):
    """A stage whose start is an emulator with one person."""

    resets: list[Emulator] = field(default_factory=list)

    async def reset(self) -> None:
        self.emulator = Emulator(Clock(START), token=TOKEN, limits=False)
        self.emulator.add_person("After the reset")


@pytest.fixture
async def playground(tg: Emulator) -> AsyncIterator[Playground]:
    stage = Resettable(tg)
    async with serving(make_app(stage)) as port:
        root = f"http://127.0.0.1:{port}"
        async with aiohttp.ClientSession(root, timeout=aiohttp.ClientTimeout(PATIENCE)) as page:
            yield Playground(stage, page, root)


@pytest.fixture
async def bot(playground: Playground) -> AsyncIterator[telegram.Bot]:
    async with telegram.Bot(TOKEN, base_url=f"{playground.root}/bot") as bot:
        yield bot


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
    assert (await bot.send_photo(group, b"png")).photo
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
    await until_polling(tg)
    poll.cancel()
    async with asyncio.timeout(PATIENCE):
        while tg.polling:
            await asyncio.sleep(0.001)


async def test_the_end_does_not_wait_for_polls_and_streams(tg: Emulator) -> None:
    async with aiohttp.ClientSession() as session:
        async with asyncio.timeout(PATIENCE), serving(make_app(BareStage(tg))) as port:
            root = f"http://127.0.0.1:{port}"
            poll = asyncio.create_task(session.get(f"{root}/bot{TOKEN}/getUpdates?timeout=50"))
            stream = await session.get(f"{root}/api/events")
            await until_polling(tg)
        with pytest.raises(aiohttp.ClientError):
            await poll
        assert stream.status == 200


# The page's API.


async def act(playground: Playground, what: str, **more: object) -> tuple[int, dict[str, Any]]:
    phone = more.pop("phone", next(iter(playground.stage.emulator.people)))
    async with playground.page.post("/api/act", json={"phone": phone, "do": what, **more}) as answer:
        return answer.status, await answer.json()


async def test_every_act_of_the_page(playground: Playground, tg: Emulator, group: int) -> None:
    (parent, *_) = tg.people
    message_id = await say(tg, parent, reply_markup=KEYBOARD)
    typed = tg.send_text(parent, "typo")
    done = [
        await act(playground, "text", text="hello"),
        await act(playground, "press", message=message_id, row=0, column=1),
        await act(playground, "contact", number="+358401", own=True),
        await act(playground, "edit", message=typed, text="fixed"),
        await act(playground, "delete", message=typed),
        await act(playground, "forward", text="elsewhere"),
        await act(playground, "text", text="/queue", chat=group),
        await act(playground, "remove_bot", chat=group),
        await act(playground, "add_bot", chat=group),
        await act(playground, "language", language="sv"),
        *[await act(playground, simple) for simple in ("photo", "voice", "sticker", "location", "block", "unblock")],
        await act(playground, "start", payload="again"),
    ]
    assert done == [(200, {"ok": True})] * 17
    assert tg.people[parent].language == "sv"
    assert (await updates(tg))[-1]["message"]["from"]["language_code"] == "sv"


@pytest.mark.parametrize(
    "given",
    [
        {"what": "fly"},
        {"what": "text"},
        {"what": "text", "text": ""},
        {"what": "text", "text": "x", "chat": 1},
        {"what": "text", "text": "x", "phone": 1},
        {"what": "press", "message": "x", "row": 0, "column": 0},
        {"what": "press", "message": 999, "row": 0, "column": 0},
        {"what": "edit", "message": 1, "text": None, "phone": [1]},
    ],
)
async def test_an_act_that_cannot_be_done(playground: Playground, parent: int, given: dict[str, Any]) -> None:
    status, answer = await act(playground, **given)
    assert status == 400
    assert answer["error"]


async def test_only_the_own_page_may_ask(playground: Playground) -> None:
    for headers in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        async with playground.page.get("/api/state", headers=headers) as answer:
            assert answer.status == 403
    async with playground.page.get("/api/state", headers={"Origin": playground.root}) as answer:
        assert answer.status == 200
    async with playground.page.post("/api/reset", data="{}", headers={"Content-Type": "text/plain"}) as answer:
        assert answer.status == 415
    async with playground.page.get("/") as answer:
        assert answer.status == 200


async def test_the_state_shows_a_phone(playground: Playground, tg: Emulator, parent: int) -> None:
    keys = {"keyboard": [[{"text": "Share", "request_contact": True}, "No"]]}
    await say(tg, parent, "Your number?", reply_markup=keys, protect_content=True)
    await say(tg, parent, "Ready?", reply_markup=KEYBOARD)
    await call(tg, "sendChatAction", {"chat_id": parent, "action": "typing"})
    async with playground.page.get("/api/state") as answer:
        state = await answer.json()
    (phone,) = state["phones"]
    (chat,) = phone["chats"]
    assert (state["now"], phone["name"], phone["language"], chat["typing"]) == (START.isoformat(), "Aino", "fi", True)
    assert chat["reply_keyboard"] == [
        [{"label": "Share", "request_contact": True}, {"label": "No", "request_contact": False}]
    ]
    start, number, ready = chat["messages"]
    assert (start["mine"], number["mine"], number["protected"], ready["protected"]) == (True, False, True, False)
    assert ready["buttons"] == [[{"label": "Yes", "url": None}, {"label": "No", "url": None}]]


async def test_the_clock_and_new_phones(playground: Playground, tg: Emulator) -> None:
    async with playground.page.post("/api/clock", json={"minutes": 90}) as answer:
        assert answer.status == 200
    assert tg.clock.now() == START + timedelta(minutes=90)
    for wrong in ({"minutes": -1}, {"minutes": "soon"}, {"minutes": 1e300}):
        async with playground.page.post("/api/clock", json=wrong) as answer:
            assert answer.status == 400
    async with playground.page.post("/api/phones", json={"role": "worker"}) as answer:
        assert playground.stage.roles[(await answer.json())["id"]] == "worker"
    async with playground.page.post("/api/phones", json={"role": "king"}) as answer:
        assert answer.status == 400


class Stream:
    """The events of /api/events, one after the other."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    async def next(self, kind: str) -> dict[str, Any]:
        """Return the next event of a kind."""
        async with asyncio.timeout(PATIENCE):
            while True:
                event = (await self._answer.content.readuntil(b"\n\n")).decode().strip()
                if event.startswith(f"event: {kind}\n"):
                    data: dict[str, Any] = json.loads(event.partition("data: ")[2])
                    return data


async def test_the_stream_tells_of_changes_calls_and_a_reset(playground: Playground, tg: Emulator, parent: int) -> None:
    await call(tg, "getMe", {})
    async with playground.page.get("/api/events") as answer:
        stream = Stream(answer)
        assert (await stream.next("state"))["phones"][0]["name"] == "Aino"
        assert (await stream.next("call"))["method"] == "getMe"
        tg.send_text(parent, "live")
        messages = (await stream.next("state"))["phones"][0]["chats"][0]["messages"]
        assert messages[-1]["text"] == "live"
        await say(tg, parent)
        assert (await stream.next("call"))["result"]["text"] == "Hello"
        async with playground.page.post("/api/reset", json={}) as done:
            assert done.status == 200
        fresh = await stream.next("state")
        assert (fresh["version"], fresh["phones"][0]["name"]) == (0, "After the reset")
        playground.stage.emulator.add_person("Later")
        assert (await stream.next("state"))["version"] > 0
