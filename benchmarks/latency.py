"""From a tap on a button to the edited message in the chat, over HTTP: one parent, and many at the same moment.

The bot and the emulated Telegram share one process here, so Telegram's part is in the figures too.
"""

import asyncio
from functools import partial
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.sides import Figures, interleaved
from tests.theatre import Actor, Theatre, theatre

TITLE = "milliseconds from tap to edit"


async def run(rounds: int = 9, parents: int = 50, alone: int = 20) -> Figures:
    """Compare parents who tap one after the other with all of them at once, in the same running service."""
    with TemporaryDirectory() as folder:
        async with theatre(Path(folder)) as play:
            people = [play.person(f"Parent {number}") for number in range(parents)]
            for person in people:
                await person.start()
            one = partial(_play, "1 parent", play, [[person] for person in people[:alone]])
            return await interleaved([one, partial(_play, f"{parents} parents at once", play, [people])], rounds)


async def _play(row: str, play: Theatre, groups: list[list[Actor]]) -> dict[str, float]:
    """Each group taps at once, when the bot has nothing more to do for the one before."""
    took: list[float] = []
    for group in groups:
        took += await asyncio.wait_for(_tap(play, group), 60)
        await play.settle()
    cuts = quantiles(took, n=20, method="inclusive")
    return {f"{row}, p50": cuts[9], f"{row}, p95": cuts[18]}


async def _tap(play: Theatre, people: list[Actor]) -> list[float]:
    """Everybody presses the first button of the last row but one, which changes the language."""
    emulator, took = play.emulator, []
    began = {}
    for person in people:
        shown = emulator.chats[person.id].messages
        pressed = person.screen["message_id"]
        began[person.id] = (shown, pressed, shown[pressed], perf_counter())
        emulator.press(person.id, pressed, (len(shown[pressed]["reply_markup"]["inline_keyboard"]) - 2, 0))
    while began:
        await emulator.wait(emulator.version)
        for person_id, (shown, pressed, before, at) in list(began.items()):
            if shown[pressed] is not before:  # the emulator replaces messages and never changes them
                took.append((perf_counter() - at) * 1000)
                del began[person_id]
    return took
