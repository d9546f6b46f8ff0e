"""The emulated Telegram alone, without the bot: its fixtures, and what its tests ask of it.

The fixtures are known to every test because tests/conftest.py names this module as a plugin.
"""

import asyncio
import io
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest
import segno
import telegram

from bot.clock import Clock
from bot.playground.emulator import ApiError, Emulator
from bot.playground.methods import call
from bot.playground.server import BareStage, make_app, serving

TOKEN = "123:playground"
START = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
PATIENCE = 10
KEYBOARD = {"inline_keyboard": [[{"text": "Yes", "callback_data": "a.0"}, {"text": "No", "callback_data": "a.1"}]]}


def _picture() -> bytes:
    content = io.BytesIO()
    segno.make_qr("a picture").save(content, kind="png", scale=4)
    return content.getvalue()


PICTURE = _picture()
"""116 by 116 pixels."""


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


async def until(true: Callable[[], object]) -> None:
    """Wait for something that must come; the limit only keeps a broken emulator from waiting for ever."""
    async with asyncio.timeout(PATIENCE):
        while not true():
            await asyncio.sleep(0.001)


@dataclass
class Playground:
    """A served stage, a client for its page API, and the address for clients of the Bot API."""

    stage: BareStage
    page: aiohttp.ClientSession
    root: str


class Resettable(BareStage):
    """A stage whose start is an emulator with one person."""

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
