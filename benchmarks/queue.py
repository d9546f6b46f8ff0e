"""A worker's tap on "Queue", from the press to the committed answer, with few and with many cases that wait."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
from functools import partial
from sqlite3 import Connection
from time import perf_counter

from benchmarks.sides import Figures, interleaved, new_database
from bot import turns
from bot.database import Database, Work
from bot.records import cases, people, seats
from bot.records.people import Person
from bot.world import World
from conversations.conversation import Conversation
from conversations.events import Pressed
from tests.theatre import MONDAY, SOUTH

TITLE = "milliseconds for a tap on Queue"
MENU = Conversation(flow="worker", state="menu", nonce="n", buttons=("option:queue",))
SAFE: cases.Answers = {"phone_safe": ("yes",), "afraid": ("no",), "contact_other": ("yes",), "start": ("separate",)}


async def run(rounds: int = 9, sizes: tuple[int, ...] = (10, 1000), taps: int = 20) -> Figures:
    """Compare sizes of the queue, each in its own database."""
    async with AsyncExitStack() as stack:
        sides = []
        for waiting in sizes:
            database, world = await stack.enter_async_context(new_database())
            worker = await database.turn(partial(_fill, waiting=waiting))
            tap = partial(_tap, world=world, worker=worker)
            sides.append(partial(_play, f"{waiting:,} cases wait", database, tap, taps))
        return await interleaved(sides, rounds)


async def _play(row: str, database: Database, tap: Work[None], taps: int) -> dict[str, float]:
    """Several taps at once share a commit, so that it is not the disk that is measured."""
    began = perf_counter()
    await asyncio.gather(*(database.turn(tap) for _ in range(taps)))
    return {row: (perf_counter() - began) / taps * 1000}


def _tap(db: Connection, world: World, worker: Person) -> None:
    people.save_conversation(db, worker, MENU, MONDAY)
    turns.answer(db, world, worker, Pressed(MENU.nonce, 0))


def _fill(db: Connection, waiting: int) -> Person:
    """A worker, and parents whose requests wait; every fourth with a sign of risk."""
    worker = people.meet(db, 1, "fi", MONDAY)
    seats.accept(db, worker, seats.invite(db, SOUTH, "worker", MONDAY + timedelta(hours=1)), "Tuuli", MONDAY)
    for number in range(waiting):
        parent = people.meet(db, 2 + number, "fi", MONDAY)
        answers = SAFE if number % 4 else SAFE | {"afraid": ("sometimes",)}
        cases.add_party(db, cases.open_case(db, SOUTH, MONDAY, 7, cases.new_reference), parent, answers)
    return worker
