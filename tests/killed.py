"""The bot as a process of its own, started and killed again and again: `python -m tests.killed DATABASE PORT`.

Every line on standard input, "POINT N", starts the service exactly as `bot run` does, in a forked process, so that only
the first start pays for the imports. The process kills itself when it reaches the named point for the N-th time ("-" is
no point: it lives until somebody else ends it). The answers are two lines: its id, and what it ended with.
"""

import asyncio
import os
import signal
import sys
import traceback
from pathlib import Path

from bot import logs
from bot.clock import Clock
from bot.config import Config
from bot.service import Reached, Service
from bot.world import World
from tests.theatre import MONDAY, settings


def killing(point: str, times: int) -> Reached:
    """What ends the process at a point: nothing gets the chance to tidy up."""
    left = times

    def reached(here: str) -> None:
        nonlocal left
        left -= here == point
        if here == point and not left:
            os.kill(os.getpid(), signal.SIGKILL)

    return reached


async def serve(config: Config, reached: Reached) -> None:
    """As `bot.cli` does it."""
    service = Service(World(config, Clock(MONDAY)), reached)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, service.stop)
    await service.run()


def live(config: Config, point: str, times: int) -> int:
    """One life in a process of its own; returns its exit code."""
    try:
        asyncio.run(serve(config, killing(point, times)))
    except BaseException:  # noqa: BLE001  # nothing may get back into the process that starts the next life
        traceback.print_exc()
        return 1
    return 0


def main() -> None:
    """Start a process for every line. It is reaped only when the next line comes: until then its id is its own."""
    logs.set_up()
    config = settings(Path(sys.argv[1]), int(sys.argv[2]))
    process = 0
    for line in sys.stdin:
        if process:
            os.waitpid(process, 0)
        point, times = line.split()
        process = os.fork()
        if not process:
            os._exit(live(config, point, int(times)))
        print(process, flush=True)
        ended = os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
        assert ended, "it waits until there is something to tell"
        print(-ended.si_status if ended.si_code != os.CLD_EXITED else ended.si_status, flush=True)


if __name__ == "__main__":
    main()
