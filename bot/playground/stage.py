"""The playground's cast, and the real bot that serves it.

Everything starts from nothing: a new emulator, a new database in a temporary folder, the shipped example associations.
The workers and the coordinator have joined by real one-time codes before the page is shown.
"""

import asyncio
import signal
import tempfile
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

from msgspec.structs import replace

from bot import config
from bot.clock import Clock
from bot.playground.emulator import Emulator
from bot.playground.server import make_app, serving
from bot.records import seats
from bot.service import Service
from bot.world import World
from conversations.facts import Role

TOKEN = "100:playground"  # noqa: S105 - no secret
"""Known to the emulator only."""

CAST = (
    ("Kaisla", "parent"),
    ("Otso", "other parent"),
    ("Tuuli", "worker"),
    ("Vesa", "worker"),
    ("Päivi", "coordinator"),
)
SPARE_NAMES = ("Aamu", "Ilves", "Lumi", "Myrsky", "Pilvi", "Routa", "Sade", "Tähti")
GROUP = "Työntekijät"


class Stage:
    """The emulator, who plays on it, and the running bot."""

    def __init__(self, settings: config.Config, clock: Clock | None = None) -> None:
        self._settings, self._clock = settings, clock
        self._folder = tempfile.TemporaryDirectory(prefix="playground-")
        self._running: asyncio.Task[None] | None = None
        self._starts = 0
        self.service: Service
        self._prepare()

    def _prepare(self) -> None:
        self.clock = self._clock or Clock()
        self.emulator = Emulator(self.clock, token=TOKEN, username="ero_playground_bot", name="Apuri")
        self.roles: dict[int, str] = {}
        self._starts += 1

    async def open(self, port: int) -> None:
        """Start the bot against the emulator on this port and let the cast take their places."""
        path = Path(self._folder.name) / f"bot-{self._starts}.sqlite3"
        settings = replace(
            self._settings, database=path, key_file=None, token=TOKEN, api_url=f"http://127.0.0.1:{port}", trial=True
        )
        self.port = port
        self.service = Service(World(settings, self.clock))
        self._running = asyncio.create_task(self.service.run())
        ready = asyncio.create_task(self.service.ready.wait())
        await asyncio.wait((ready, self._running), return_when=asyncio.FIRST_COMPLETED)
        if self._running.done():
            ready.cancel()
            self._running.result()
        for name, role in CAST:
            await self._join(self.emulator.add_person(name), role)
        workers = [person for person, role in self.roles.items() if role == "worker"]
        group = self.emulator.add_group(GROUP, workers)
        self.emulator.add_bot_to_group(group, workers[0])

    async def close(self) -> None:
        """Stop the bot."""
        if self._running:
            self.service.stop()
            await self._running
            self._running = None

    def end(self) -> None:
        """Remove everything from the disk."""
        self._folder.cleanup()

    async def push(self, by: timedelta) -> None:
        """Move the time on by at most an hour at a time, as it passes: what is due in between happens in between."""
        if by > timedelta(days=31):
            raise ValueError("at most 31 days at a time")
        while by > timedelta():
            part = min(by, timedelta(hours=1))
            self.clock.push(part)
            by -= part
            await self.service.keep_time()
            for _ in range(20):  # give what was sent a moment to arrive
                await asyncio.sleep(0.005)
                if not self.service.busy:
                    break
        if by < timedelta():
            self.clock.push(by)  # raises, with the reason

    async def reset(self) -> None:
        """Everything back to the start."""
        await self.close()
        self._prepare()
        await self.open(self.port)

    async def add(self, role: str) -> int:
        """Add a phone; staff join at once."""
        taken = {person.name for person in self.emulator.people.values()}
        name = next((name for name in SPARE_NAMES if name not in taken), f"Vieras {len(taken)}")
        person = self.emulator.add_person(name)
        await self._join(person, role)
        return person

    async def _join(self, person: int, role: str) -> None:
        self.roles[person] = role
        seat: dict[str, Role] = {
            "worker": "worker",
            "worker elsewhere": "worker",
            "lead": "lead",
            "coordinator": "coordinator",
        }
        if role not in seat:
            return
        association = self._settings.associations[1 if role == "worker elsewhere" else 0].id
        expires = self.clock.now() + timedelta(hours=1)
        code = await self.service.database.turn(lambda db: seats.invite(db, association, seat[role], expires))
        self.emulator.open_link(person, code)


async def run(config_file: Path, port: int) -> None:
    """Serve the playground until it is interrupted."""
    stage = Stage(config.read(config_file, {"TELEGRAM_API_URL": f"http://127.0.0.1:{port}"}))
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    try:
        async with AsyncExitStack() as stack:
            try:
                used = await stack.enter_async_context(serving(make_app(stage), port))
            except OSError:
                raise config.ConfigError(f"--port {port}: expected a free port on 127.0.0.1, try --port 0") from None
            await stage.open(used)
            stack.push_async_callback(stage.close)
            print(f"The playground is open: http://127.0.0.1:{used}  (Ctrl+C ends it)", flush=True)  # noqa: T201 - the one line a person waits for
            await stop.wait()
    finally:
        stage.end()
