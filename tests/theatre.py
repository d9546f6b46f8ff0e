"""The whole service in one process for tests: the real bot, the emulated Bot API over HTTP, and people who act.

Nothing of the project is replaced. Time stands still and is pushed; references are drawn from a fixed row. Only a
`command` runs as it does for an operator: in a process of its own, by the clock on the wall.
"""

import asyncio
import itertools
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import msgspec

from bot import config
from bot.clock import Clock
from bot.config import Config
from bot.playground.emulator import Emulator
from bot.playground.server import BareStage, make_app, serving
from bot.records import seats
from bot.service import Service
from bot.world import World
from conversations.facts import Role

ROOT = Path(__file__).parent.parent
TOKEN = "100:test"
MONDAY = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
"""Ten o'clock in Helsinki on a working day."""

FAST = {"per_second": 10_000, "chat_burst": 10_000, "chat_per_second": 10_000.0, "group_per_minute": 10_000}
SOUTH, NORTH = "esimerkki-etela", "esimerkki-pohjoinen"


def settings(database: Path, port: int) -> Config:
    """The shipped settings for a trial run, without waiting between messages."""
    read = config.read(ROOT / "config.toml", {"TELEGRAM_API_URL": f"http://127.0.0.1:{port}"})
    pacing = msgspec.structs.replace(read.outbox, **FAST)
    return msgspec.structs.replace(read, database=database, token=TOKEN, outbox=pacing)


def references() -> Callable[[], str]:
    """References in a fixed order: K7F2, K7F3 …"""
    digits = itertools.cycle("23456789ABCDEFGHJKLMNPQRSTUVWXYZ")
    tens = itertools.count()
    return lambda: f"K{7 + next(tens) // 32}F{next(digits)}"


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m bot` as a script would."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("BOT_", "TELEGRAM_"))}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env=clean | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


class Actor:
    """A person with a phone. Every act waits until the bot has nothing more to do."""

    def __init__(self, theatre: "Theatre", person: int) -> None:
        self.theatre, self.id = theatre, person

    async def start(self, payload: str = "") -> None:
        self.theatre.emulator.open_link(self.id, payload)
        await self.theatre.settle()

    async def types(self, text: str) -> None:
        self.theatre.emulator.send_text(self.id, text)
        await self.theatre.settle()

    async def is_told(self, words: str) -> None:
        """Wait for words of the bot, also when it cannot come to rest."""
        version = 0
        while not any(words in said(message) for message in self.messages if message["from"]["is_bot"]):
            version = await self.theatre.emulator.wait(version)

    async def presses(self, *labels: str) -> None:
        """Press buttons by their labels, each on the newest message that shows it."""
        for label in labels:
            self.theatre.emulator.press(self.id, self.showing(label), label)
            await self.theatre.settle()

    def showing(self, label: str) -> int:
        """The newest message with a button of that label."""
        for message in reversed(self.messages):
            if label in _labels(message):
                return int(message["message_id"])
        raise LookupError(f"no button {label!r} on {self.buttons}")

    @property
    def messages(self) -> list[dict[str, Any]]:
        """What stands in the private chat now."""
        return self.theatre.emulator.messages(self.id)

    @property
    def screen(self) -> dict[str, Any]:
        """The newest message of the bot."""
        message = self.theatre.emulator.last(self.id)
        assert message is not None
        return message

    @property
    def text(self) -> str:
        return said(self.screen)

    def file(self, message: dict[str, Any] | None = None) -> bytes:
        """What is in the picture or document of a message, by default of the newest one of the bot."""
        shown = message or self.screen
        sent = shown["photo"][-1] if "photo" in shown else shown["document"]
        return self.theatre.emulator.files[sent["file_id"]].content

    @property
    def buttons(self) -> list[str]:
        return _labels(self.screen)

    @property
    def toasts(self) -> list[str]:
        return [toast["text"] for toast in self.theatre.emulator.toasts(self.id) if toast["text"]]


def said(message: dict[str, Any]) -> str:
    """The words of a message: its text, or the caption of a picture or a document."""
    return str(message.get("text") or message.get("caption") or "")


def _labels(message: dict[str, Any]) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


class Theatre:
    """The emulator, the running service and its people."""

    def __init__(self, emulator: Emulator, service: Service, clock: Clock) -> None:
        self.emulator, self.service, self.clock = emulator, service, clock

    def person(self, name: str, language: str = "en") -> Actor:
        return Actor(self, self.emulator.add_person(name, language=language))

    async def parent(self, *labels: str) -> Actor:
        """A parent, Kaisla, who has started and pressed these buttons."""
        actor = self.person("Kaisla")
        await actor.start()
        await actor.presses(*labels)
        return actor

    async def staff(self, name: str, role: Role = "worker", association: str = SOUTH, language: str = "en") -> Actor:
        """A person who has taken a seat by a one-time code."""
        actor = self.person(name, language)
        await actor.start(await self.code(role, association))
        return actor

    async def code(self, role: Role = "worker", association: str = SOUTH, hours: int = 72) -> str:
        expires = self.clock.now() + timedelta(hours=hours)
        return await self.service.database.turn(lambda db: seats.invite(db, association, role, expires))

    async def press_at_once(self, actors: list[Actor], label: str) -> None:
        """Everybody presses the same button before the bot has heard of anybody."""
        for actor in actors:
            self.emulator.press(actor.id, actor.showing(label), label)
        await self.settle()

    @asynccontextmanager
    async def nothing_stored(self) -> AsyncIterator[None]:
        """For a while no update can be stored, because the table is away; then the bot comes to rest again."""
        await self.service.database.turn(lambda db: db.execute("ALTER TABLE inbox RENAME TO gone"))
        yield
        await self.service.database.turn(lambda db: db.execute("ALTER TABLE gone RENAME TO inbox"))
        await self.settle()

    async def push(self, **by: float) -> None:
        """Move the time on and let everything happen that is due."""
        self.clock.push(timedelta(**by))
        await self.service.keep_time()  # what it does by itself twice a second
        await self.settle()

    async def settle(self) -> None:
        """Wait until nothing is under way: no update, no turn, no message that may go now."""
        for _ in range(4000):
            if self.emulator.polling and not self.emulator.waiting() and await self._nothing_waits():
                return
            await asyncio.sleep(0.005)
        raise AssertionError("the bot does not come to rest")

    async def _nothing_waits(self) -> bool:
        now = int(self.clock.now().timestamp())
        waiting = await self.rows(
            "SELECT 1 FROM inbox WHERE status='waiting' UNION ALL SELECT 1 FROM outbox o WHERE status='sending' OR"
            " (status='waiting' AND not_before <= ? AND NOT EXISTS"
            " (SELECT 1 FROM chat_hold h WHERE h.chat_id=o.chat_id AND h.until > ?) AND NOT (kind='notice' AND EXISTS"
            " (SELECT 1 FROM child c JOIN person p ON p.id=c.person_id WHERE p.chat_id=o.chat_id))) LIMIT 1",
            now,
            now,
        )
        return not waiting and not self.service.busy

    async def rows(self, sql: str, *parameters: object) -> list[Any]:
        """What stands in the database, as committed."""
        return await self.service.database.read(lambda db: db.execute(sql, parameters).fetchall())


@asynccontextmanager
async def theatre(folder: Path, start: datetime = MONDAY) -> AsyncIterator[Theatre]:
    """Open the service for the length of a test."""
    clock = Clock(start)
    emulator = Emulator(clock, token=TOKEN, username="testi_bot", limits=False)
    async with serving(make_app(BareStage(emulator))) as port:
        config, chance = settings(folder / "bot.sqlite3", port), Random(0).randrange
        world = World(config, clock, reference=references(), chance=chance)
        service = Service(world)
        running = asyncio.create_task(service.run())
        ready = asyncio.create_task(service.ready.wait())
        await asyncio.wait((ready, running), return_when=asyncio.FIRST_COMPLETED)
        try:
            if running.done():
                running.result()
            yield Theatre(emulator, service, clock)
        finally:
            ready.cancel()
            service.stop()
            await running
