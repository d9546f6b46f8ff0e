"""What the benchmarks share: a database of their own, sides that are played in turn, and the table.

Machines are noisy: a figure means something only beside another one that was measured in the same minute.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bot.clock import Clock
from bot.database import Database, connector
from bot.world import World
from tests.theatre import MONDAY, settings

Figures = dict[str, list[float]]
"""What was measured, by the names of the rows: a figure for each round."""

Play = Callable[[], Awaitable[dict[str, float]]]
"""One round of one side."""


@asynccontextmanager
async def new_database() -> AsyncIterator[tuple[Database, World]]:
    """An empty database in a file, opened as the service opens it. All keyboards are called "n"."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "bot.sqlite3"
        database = Database(connector(path), connector(path, read_only=True))
        await database.open()
        try:
            yield database, World(settings(path, 0), Clock(MONDAY), nonce=lambda: "n")
        finally:
            await database.close()


async def interleaved(sides: Sequence[Play], rounds: int) -> Figures:
    """Play every side in every round. The first round warms up and is not counted; who begins takes turns."""
    figures: Figures = {}
    for number in range(rounds + 1):
        for play in reversed(sides) if number % 2 else sides:
            for row, figure in (await play()).items():
                figures.setdefault(row, []).append(figure)
    return {row: counted[1:] for row, counted in figures.items()}


def table(title: str, figures: Figures) -> str:
    """Minimum, median and maximum of the rounds, one row below the other."""
    wide = max(map(len, (title, *figures)))
    lines = [f"{title:{wide}}  {'minimum':>9}  {'median':>9}  {'maximum':>9}"]
    for row, found in figures.items():
        lines.append(f"{row:{wide}}  {_short(min(found))}  {_short(median(found))}  {_short(max(found))}")
    return "\n".join(lines)


def _short(figure: float) -> str:
    return f"{figure:9,.0f}" if figure >= 100 else f"{figure:9.2f}"
