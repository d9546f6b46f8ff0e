"""The benchmarks run, with tiny sizes. How fast is never asserted: machines are noisy."""

from benchmarks import latency, queue, turns
from benchmarks.sides import table


async def test_every_benchmark_gives_a_figure_a_round_for_each_side() -> None:
    for title, figures, rows in (
        (turns.TITLE, await turns.run(rounds=2, people=3), 2),
        (queue.TITLE, await queue.run(rounds=2, sizes=(1, 9), taps=2), 2),
        (latency.TITLE, await latency.run(rounds=2, parents=3, alone=2), 4),
    ):
        assert len(figures) == rows
        assert all(len(rounds) == 2 and min(rounds) > 0 for rounds in figures.values())
        assert len(table(title, figures).splitlines()) == rows + 1
