"""What receiving does when another program receives with the same token: a while of patience, then a plain word.

Every bot here has an emulated Telegram of its own, so that nobody is refused but the one that is looked at.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import telegram

from bot.clock import Clock
from bot.playground.emulator import ApiError, Emulator
from bot.playground.server import BareStage, make_app, serving
from bot.service import CONFLICTS, Service, Stopped
from bot.world import World
from tests.theatre import MONDAY, TOKEN, command, settings, theatre

REASON = "another bot runs with the same token: stop it, then start this one again"
RIVALS_TIMEOUT = 50
"""By it the rival's polls are told from those of the bot."""

PATIENCE = 60


@contextlib.asynccontextmanager
async def contested() -> AsyncIterator[tuple[Emulator, int]]:
    """An emulated Telegram at which another program, written with a client library, polls and never gives up."""
    emulator = Emulator(Clock(MONDAY), token=TOKEN, username="testi_bot", limits=False)
    async with serving(make_app(BareStage(emulator))) as port:
        polling = asyncio.create_task(rival(f"http://127.0.0.1:{port}/bot"))
        try:
            async with asyncio.timeout(PATIENCE):
                yield emulator, port
            assert not polling.done(), "the rival polled to the end"
        finally:
            polling.cancel()
            await asyncio.wait((polling,))


async def rival(url: str) -> None:
    async with telegram.Bot(TOKEN, base_url=url) as bot:
        while True:
            with contextlib.suppress(telegram.error.Conflict):
                await bot.get_updates(timeout=RIVALS_TIMEOUT)


def polls(emulator: Emulator) -> list[int]:
    """How the polls of the bot itself were answered, but for those that brought nothing."""
    made = [call for call in emulator.calls if call["method"] == "getUpdates"]
    own = [call for call in made if int(call["params"]["timeout"]) != RIVALS_TIMEOUT]
    return [200 if call["ok"] else call["error"]["code"] for call in own]


async def test_five_polls_in_a_row_that_another_ends_are_the_end(tmp_path: Path) -> None:
    async with contested() as (emulator, port):
        service = Service(World(settings(tmp_path / "bot.sqlite3", port), emulator.clock))
        with pytest.raises(Stopped) as stopped:
            await service.run()
        assert str(stopped.value) == REASON
        assert polls(emulator) == [409] * CONFLICTS


async def test_an_operator_reads_one_line_about_the_other_bot_and_gets_exit_code_2(tmp_path: Path) -> None:
    async with contested() as (emulator, port):
        database, url = str(tmp_path / "bot.sqlite3"), f"http://127.0.0.1:{port}"
        run = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": url, "BOT_DATABASE": database}
        result = await asyncio.to_thread(command, "run", **run)
        lines = result.stderr.splitlines()
        assert result.returncode == 2
        assert lines[-1] == REASON
        assert not [line for line in lines[:-1] if REASON in line or "Traceback" in line]
        assert polls(emulator) == [409] * CONFLICTS


async def test_fewer_than_five_are_waited_out_and_counted_anew_after_a_success(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        await stage.settle()  # the first poll waits
        parent = stage.person("Kaisla")
        conflict = ApiError(409, "Conflict: terminated by other getUpdates request")
        refusals = iter([conflict] * (CONFLICTS - 1))
        stage.emulator.fault = lambda method, _: next(refusals, None) if method == "getUpdates" else None
        await parent.start()
        assert "free meetings" in parent.text
        await parent.presses("I agree, let us begin")
        assert "How old are you?" in parent.text
        refusals = iter([conflict])
        await parent.presses("18 or over")
        assert "Is it safe" in parent.text
        await parent.presses("Yes, it is safe")
        assert "What describes you best?" in parent.text
        assert polls(stage.emulator) == [200, *[409] * (CONFLICTS - 1), 200, 200, 409, 200]
