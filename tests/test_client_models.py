"""Every call of the bot is one that a client library of other people would make too: aiogram's method models."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aiogram.methods
import pytest
from aiogram.methods.base import TelegramMethod
from aiogram.types import BufferedInputFile
from pydantic import BaseModel

from tests.test_referral import LINK
from tests.theatre import theatre
from tests.walks import AFRAID, SHORTEST

EXPECTED = {
    "getMe", "setMyCommands", "getUpdates", "sendMessage", "editMessageText", "deleteMessages", "deleteMessage",
    "answerCallbackQuery", "sendPhoto",
}  # fmt: skip


def model(method: str) -> type[TelegramMethod[Any]]:
    """The library's model of a Bot API method."""
    found: type[TelegramMethod[Any]] = getattr(aiogram.methods, method[0].upper() + method[1:])
    return found


def unknown(value: object, path: str = "") -> Iterator[str]:
    """Fields that the library does not know, however deep; it would let them pass."""
    if isinstance(value, BaseModel):
        yield from (f"{path}.{name}" for name in value.model_extra or {})
        for name in type(value).model_fields:
            yield from unknown(getattr(value, name), f"{path}.{name}")
    elif isinstance(value, list | tuple):
        for item in value:
            yield from unknown(item, path)


def uploaded(value: object) -> object:
    """A file that came along with a form, of which the emulator logs the name, as the library has it."""
    if isinstance(value, dict) and value.keys() == {"file_name", "size", "content_type"}:
        return BufferedInputFile(b"x", value["file_name"])
    return value


def check(call: dict[str, Any]) -> None:
    """One call is valid and has no field that its method does not know."""
    params = {name: uploaded(value) for name, value in call["params"].items()}
    read = model(call["method"]).model_validate(params)
    assert list(unknown(read, call["method"])) == []


async def test_every_call_validates(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, parent, other = await stage.staff("Tuuli"), stage.person("Kaisla", "fi"), stage.person("Saga", "sv")
        group = stage.emulator.add_group("Workers", [worker.id])
        stage.emulator.add_bot_to_group(group, worker.id)
        await parent.start()
        await parent.presses("English", *SHORTEST)
        await worker.presses("Open", "Take this case")
        await other.start()
        await other.presses("English", *LINK)
        await other.types("/delete")
        await other.presses("Yes, delete everything")
        await other.start()
        await other.presses("English", *AFRAID[:3])
        await other.types("a word of mine")
        await other.types("/help")
        await other.presses(other.buttons[0])
        await other.types("/clean")
        await other.presses("Clean up now", *AFRAID[3:], "Send the request")
        await other.types("/delete")
        await other.presses("Yes, delete everything")
        await stage.push(hours=47)
        assert stage.emulator.last(group) is None, "the notice was cleaned away"
        calls = list(stage.emulator.calls)
    assert {call["method"] for call in calls} == EXPECTED
    for call in calls:
        check(call)
    assert all(call["ok"] for call in calls)


@pytest.mark.parametrize(
    "call",
    [
        {"method": "sendMessage", "params": {"text": "without a chat"}},
        {"method": "sendMessage", "params": {"chat_id": 1, "text": "x", "protect": True}},
        {"method": "sendMessage", "params": {"chat_id": 1, "text": "x", "reply_markup": {"inline_keyboard": [[{}]]}}},
        {
            "method": "editMessageText",
            "params": {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x", "calback_data": "x"}]]}},
        },
        {"method": "deleteMessages", "params": {"chat_id": 1, "message_ids": "x"}},
        {"method": "sendPhoto", "params": {"chat_id": 1, "caption": "without a photo"}},
        {"method": "sendPhoto", "params": {"chat_id": 1, "photo": {"name": "x", "base64": "x"}}},
    ],
)
def test_a_wrong_call_is_noticed(call: dict[str, Any]) -> None:
    with pytest.raises((ValueError, AssertionError)):
        check(call)
