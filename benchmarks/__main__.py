"""Runs all benchmarks: ``python -m benchmarks``."""

import asyncio
import logging

import structlog

from benchmarks import latency, queue, turns
from benchmarks.sides import table


async def _main() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    for benchmark in (turns, queue, latency):
        print(table(benchmark.TITLE, await benchmark.run()), end="\n\n", flush=True)


asyncio.run(_main())
