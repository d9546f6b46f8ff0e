"""Messages, their buttons, and what a phone shows of them."""

import json
from datetime import timedelta

import pytest

from bot.playground.emulator import Emulator
from bot.playground.methods import call
from tests.emulated import KEYBOARD, START, refused, say, updates


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
