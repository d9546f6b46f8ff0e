"""SIGKILL at random and at each named point: no update is lost, every transition happens exactly once, in order.

Eight parents walk through the whole conversation, change their request several times and write down what nobody asked
for; one of them hands a link to the other parent, who answers; and a worker takes all cases. Meanwhile the bot is
killed and started again some forty times. What stands in the database in the end is what stands there after the same
walk without a kill: a toggle that happened twice would be off again, one that overtook another would belong to another
question. A message may be sent twice; pressing what was sent twice changes nothing.
"""

import asyncio
import json
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from sqlite3 import Connection
from typing import Any

from bot.clock import Clock
from bot.database import connector, migrate
from bot.playground.emulator import Emulator
from bot.playground.server import BareStage, make_app, serving
from bot.records import seats
from tests.theatre import MONDAY, ROOT, SOUTH, TOKEN, said

POINTS = ("received", "stored", "turned", "worked", "sending", "sent", "settled")
RANDOM = "-"
PARENTS, HOST = 8, "P0"
CHANGES = 6
ENOUGH = 500
"""So many updates at least come while the bot is killed; the rest in its last life."""
SEED = 20261123
LINK = re.compile(r"\?start=([\w-]{22})")

Plan = list[tuple[str, int]]
"""A kill each: a named point and the how many-eth time it is reached, or RANDOM and after how many calls."""

CHOICES = {
    "Children": ("Expecting", "0–3 years", "4–6 years", "7–9 years", "10–12 years", "13–17 years"),
    "Help wanted": ("Talking it through", "Deciding to separate", "Daily arrangements", "Own strength"),
}
"""Two questions with several choices, and what is pressed there; a number is typed for it in other rounds."""


def plan(chance: Random) -> Plan:
    """Each named point three times, and twelve random moments, in any order."""
    kills = [(point, chance.randint(1, 3)) for point in POINTS * 3]
    kills += [(RANDOM, chance.randint(1, 30)) for _ in range(12)]
    return chance.sample(kills, len(kills))


def script(chance: Random, name: str) -> list[str]:
    """What a parent types, presses (in brackets) or sends. Typed answers need no look at the screen and come in bursts.

    What is pressed after something was typed stands on none of the questions in between.
    """
    acts = ["/start", "[I agree, let us begin]", "18 or over", "(photo)", "Yes, it is safe", f"{name} one"]
    acts += [chance.choice(("1", "2", "3")), f"[{chance.choice(('Alone', 'With the other parent'))}]", "Uusimaa"]
    acts += [*_toggles(chance), "Continue", "[Talking it through]", "[Own strength]", "[Talking it through]"]
    acts += ["[Daily arrangements]", "(photo)", f"{name} two", "Continue", chance.choice(("No", "Sometimes", "2"))]
    acts += ["/back", chance.choice(("Yes", "No")), chance.choice(("Not yet", "Yes")), "Let us talk about it"]
    acts += ["[Skip the rest]", "[Send the request]"]
    for number in range(CHANGES):
        question = chance.choice(tuple(CHOICES))
        toggles = [f"[{chance.choice(CHOICES[question])}]" for _ in range(3)] if number % 2 else _toggles(chance)
        acts += ["[Change an answer]", "[Change an answer]", question, *toggles, f"{name} change {number}", "Continue"]
        acts += ["[Save the changes]"]
    if name == HOST:
        told = {7: "[With the other parent]", len(acts): "[Invite the other parent]", len(acts) + 1: "[Make the link]"}
        contact = acts.index("/back")
        told |= {contact - 1: "No", contact + 1: "No", contact + 2: "Yes"}
        acts = [told.get(number, act) for number, act in enumerate([*acts, "", ""])]
    return acts


def _toggles(chance: Random) -> list[str]:
    return [str(chance.randint(1, 6)) for _ in range(chance.randint(4, 8))]


OTHER = ["[I agree, let us begin]", "18 or over", "Yes, it is safe", "No", "Yes", "Together"]
OTHER += ["[Skip the rest]", "[Send the answers]"]
"""What the other parent does after opening the link of the host."""

WORKER = ["Queue", "1", "Take this case", "Front page"] * PARENTS
"""Typed without a look at the screen: each time the first case of what is left of the queue."""


async def until(done: Callable[[], object], what: str) -> None:
    """Wait for something that must come; the limit only keeps a broken bot from waiting for ever."""
    for _ in range(6000):
        if done():
            return
        await asyncio.sleep(0.005)
    raise AssertionError(what)


@dataclass
class Somebody:
    """A person with a phone, who acts as soon as the gate lets the next act pass."""

    emulator: Emulator
    gate: asyncio.Semaphore
    id: int
    old: set[str] = field(default_factory=set)

    async def play(self, acts: list[str]) -> None:
        """Do one thing after the other; before a press, wait for a keyboard that did not stand there before."""
        for act in acts:
            await self.gate.acquire()
            press = await self._keyboard(act[1:-1]) if act.startswith("[") else None
            self.old |= {_nonce(data) for _, _, data in self.shows()}
            if press:
                self.emulator.press_data(self.id, *press)
            elif act == "(photo)":
                self.emulator.send_photo(self.id)
            else:
                self.emulator.send_text(self.id, act)

    async def _keyboard(self, label: str) -> tuple[int, str]:
        for _ in range(6000):
            if press := self._fresh(label):
                return press
            await asyncio.sleep(0.005)
        raise AssertionError(f"{self.id} waits for {label!r} and sees {self.shows()}")

    def _fresh(self, label: str) -> tuple[int, str] | None:
        buttons = ((i, data) for i, text, data in self.shows() if text == label and _nonce(data) not in self.old)
        return next(buttons, None)

    def shows(self) -> list[tuple[int, str, str]]:
        """Every button in the chat, the newest message first: message, label without its mark, data."""
        return [
            (message["message_id"], button["text"].removeprefix("✓ "), button["callback_data"])
            for message in reversed(self.emulator.messages(self.id))
            for row in message.get("reply_markup", {}).get("inline_keyboard", [])
            for button in row
        ]


def _nonce(data: str) -> str:
    return data.partition(".")[0]


class Bot:
    """The process of the bot, or what starts it."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._ended: asyncio.Task[int] | None = None
        self.id = 0

    async def start(self, point: str = RANDOM, times: int = 0) -> "asyncio.Task[int]":
        """Start it; the task ends when the process does, with what it ended with."""
        assert self._process.stdin
        self.id = 0
        self._process.stdin.write(f"{point} {times}\n".encode())
        self.id = await self._line()
        self._ended = asyncio.create_task(self._line())
        return self._ended

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """Send a signal to the process, which may have ended just now but is not reaped yet."""
        os.kill(self.id, how)

    async def _line(self) -> int:
        assert self._process.stdout
        return int(await self._process.stdout.readline())

    async def close(self) -> None:
        """End everything, also after a failure in the middle of a life."""
        assert self._process.stdin
        if self._ended:
            self._ended.cancel()
        if self.id:
            self.kill()
        self._process.stdin.close()
        await self._process.wait()


@asynccontextmanager
async def bot_process(database: Path, port: int) -> AsyncIterator[Bot]:
    """What starts the bot; the log lies beside the database."""
    with database.with_suffix(".log").open("wb") as log:
        command = (sys.executable, "-m", "tests.killed", str(database), str(port))
        bot = Bot(await asyncio.create_subprocess_exec(*command, cwd=ROOT, stdin=PIPE, stdout=PIPE, stderr=log))
        try:
            yield bot
        finally:
            await bot.close()


@asynccontextmanager
async def _together(people: Coroutine[Any, Any, None]) -> AsyncIterator["asyncio.Task[None]"]:
    """Let people act meanwhile; nobody goes on after a failure."""
    playing = asyncio.create_task(people)
    try:
        yield playing
    finally:
        playing.cancel()


@dataclass
class Play:
    """One whole run: the people, the bot, what came of it."""

    database: Path
    chance: Random
    emulator: Emulator
    gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    killed: list[str] = field(default_factory=list)
    outcome: dict[str, Any] = field(default_factory=dict)
    inbox: list[tuple[int, str]] = field(default_factory=list)
    figures: Counter[str] = field(default_factory=Counter)

    async def run(self, port: int, kills: Plan) -> None:
        """Let everybody play while the bot is killed; then let it end in peace and read what it leaves."""
        first = self.emulator.updates.next_id
        people = [Somebody(self.emulator, self.gate, self.emulator.add_person(f"P{n}")) for n in range(PARENTS + 2)]
        worker, other, *parents = people
        for person in people:
            self.emulator.set_language(person.id, "en")
        self.emulator.open_link(worker.id, self._invite())
        acts = [script(Random(SEED + n), f"P{n}") for n in range(PARENTS)]
        total = sum(map(len, acts)) + len(OTHER) + len(WORKER)
        async with (
            bot_process(self.database, port) as bot,
            _together(self._people(parents, acts, other, worker)) as playing,
        ):
            for kill in kills:
                await self._life(bot, kill, playing)
            while kills and self.emulator.updates.next_id - first < ENOUGH:
                await self._life(bot, self.chance.choice(kills), playing)
            ended = await bot.start()
            self._let_pass(total)
            await playing
            await self._rest()
            await self._press_what_is_old(parents)
            bot.kill(signal.SIGTERM)
            assert await ended == 0, "it ends in peace"
        self.figures["updates"] = self.emulator.updates.next_id - first
        self._read()
        assert self.inbox == [(first + n, "done") for n in range(self.figures["updates"])]

    def _invite(self) -> str:
        """A code for the worker, made beside the bot as `bot invite` does."""
        db = connector(self.database)()
        migrate(db)
        code = seats.invite(db, SOUTH, "worker", MONDAY + timedelta(hours=1))
        db.close()
        return code

    async def _people(self, parents: list[Somebody], acts: list[list[str]], other: Somebody, worker: Somebody) -> None:
        alone = (parent.play(part) for parent, part in zip(parents[1:], acts[1:], strict=True))
        await asyncio.gather(self._hands_over(parents[0], acts[0], other), *alone)
        await worker.play(WORKER)

    async def _hands_over(self, host: Somebody, acts: list[str], other: Somebody) -> None:
        """The other parent opens the link as soon as it stands in the chat of the host, and answers."""
        await host.play(acts)
        await until(lambda: self._code(host), "a link is handed over")
        self.emulator.open_link(other.id, self._code(host))
        await other.play(OTHER)

    def _code(self, host: Somebody) -> str:
        shown = "".join(said(message) for message in self.emulator.messages(host.id))
        return next(iter(LINK.findall(shown)), "")

    def _let_pass(self, acts: int) -> None:
        for _ in range(acts):
            self.gate.release()

    async def _life(self, bot: Bot, kill: tuple[str, int], playing: "asyncio.Task[None]") -> None:
        """Let people act, some of them before the bot is there; it lives until it is killed."""
        point, times = kill
        self._let_pass(ENOUGH // 40)
        await asyncio.sleep(self.chance.uniform(0, 0.05))
        calls = len(self.emulator.calls) + times
        ended = await bot.start(point, times)
        for moment in range(10_000):
            done, _ = await asyncio.wait((ended, playing), timeout=0.003, return_when=asyncio.FIRST_COMPLETED)
            if done:
                break
            if point == RANDOM and len(self.emulator.calls) >= calls:
                await asyncio.sleep(self.chance.uniform(0, 0.02))
                bot.kill()
            elif moment % 20 == 19 and self.emulator.polling:  # all was taken, and it was not enough
                self._let_pass(1)
        assert not playing.done(), playing.exception() or f"too few acts for {kill}"
        assert await ended == -signal.SIGKILL
        self.killed.append(point)

    async def _rest(self) -> None:
        """Wait until nothing is under way. Nobody is killed any more, so another reader does not disturb."""
        db = connector(self.database, read_only=True)()
        await until(lambda: self.emulator.polling and not _waiting(db), "the bot comes to rest")
        db.close()

    async def _press_what_is_old(self, parents: list[Somebody]) -> None:
        """Press every keyboard that was left behind: one that was sent twice, of which the bot knows only one."""
        db = connector(self.database, read_only=True)()
        alive = {nonce for (nonce,) in db.execute("SELECT body ->> 'nonce' FROM conversation")}
        db.close()
        for parent in parents:
            for message_id, _, data in parent.shows():
                if data.endswith(".0") and _nonce(data) not in alive:
                    self.emulator.press_data(parent.id, message_id, data)
                    self.figures["old keyboards pressed"] += 1
        await self._rest()

    def _read(self) -> None:
        db = connector(self.database)()
        self.inbox = db.execute("SELECT update_id, status FROM inbox ORDER BY seq").fetchall()
        self.outcome = outcome(db)
        self.outcome["screens"] = {p: self._screen(p) for p in self.emulator.people}
        self.outcome["stories"] = self._stories()
        db.close()
        done = [call for call in self.emulator.calls if call["ok"]]
        sent = Counter(json.dumps(call["params"]) for call in done if call["method"] == "sendMessage")
        batches = [call["result"] for call in done if call["method"] == "getUpdates"]
        received = Counter(update["update_id"] for batch in batches for update in batch)
        self.figures |= Counter(
            {
                "kills": len(self.killed),
                "messages sent": sent.total(),
                "messages sent again": sent.total() - len(sent),
                "updates received again": received.total() - len(received),
            }
        )

    def _screen(self, person: int) -> str:
        """The text of the newest message, without the reference and the code, which are drawn."""
        newest = self.emulator.last(person)
        return re.sub(r"\b[2-9A-HJ-NP-Z]{4}\b", "REF", LINK.sub("", said(newest))) if newest else ""

    def _stories(self) -> list[str]:
        """What parents wrote, as the worker has it in the chat."""
        worker = next(iter(self.emulator.people))
        return sorted({said(m) for m in self.emulator.messages(worker) if re.match(r"P\d one", said(m))})


def _waiting(db: Connection) -> bool:
    sql = (
        "SELECT 1 FROM inbox WHERE status='waiting' UNION ALL SELECT 1 FROM outbox WHERE status IN"
        " ('waiting', 'sending') UNION ALL SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM bot) LIMIT 1"
    )
    return db.execute(sql).fetchone() is not None


def outcome(db: Connection) -> dict[str, Any]:
    """What the transitions left, for each person."""
    queries = {
        "conversations": "SELECT chat_id, locale, safe_hours, json_remove(body, '$.nonce') FROM person"
        " JOIN conversation ON person_id=person.id ORDER BY 1",
        "requests": "SELECT chat_id, phone_safe, afraid, contact_other, start_wish, answers FROM party"
        " JOIN person ON person.id=person_id ORDER BY 1",
        "cases": "SELECT chat_id, status, association, (SELECT group_concat(name) FROM"
        " (SELECT name FROM case_event e WHERE e.case_id=c.id ORDER BY id)) FROM cases c"
        " JOIN party ON case_id=c.id JOIN person ON person.id=person_id ORDER BY 1",
        "consents": "SELECT chat_id, version FROM consent JOIN person ON person.id=person_id ORDER BY 1",
        "seats": "SELECT chat_id, role FROM seat JOIN person ON person.id=person_id",
        "audit": "SELECT action, count(*), count(DISTINCT case_id) FROM audit GROUP BY 1",
        "timers": "SELECT chat_id, name, due_at FROM timer JOIN person ON person.id=person_id",
        "invitations": "SELECT chat_id, answers FROM invited JOIN person ON person.id=person_id",
        "left over": "SELECT * FROM story",
        "not sent": "SELECT status, count(*) FROM outbox WHERE status <> 'sent' GROUP BY 1",
        "how many": "SELECT (SELECT count(*) FROM cases), (SELECT count(*) FROM person), (SELECT count(*) FROM bot)",
    }
    return {name: db.execute(sql).fetchall() for name, sql in queries.items()}


async def play(database: Path, kills: Plan) -> Play:
    """One run of everybody."""
    emulator = Emulator(Clock(MONDAY), token=TOKEN, username="testi_bot", limits=False)
    emulator.calls = deque()
    run = Play(database, Random(SEED), emulator)
    async with serving(make_app(BareStage(emulator))) as port:
        await run.run(port, kills)
    return run


async def test_killed_at_random_and_at_every_point_nothing_is_lost_doubled_or_overtaken(tmp_path: Path) -> None:
    reference = await play(tmp_path / "reference.sqlite3", [])
    killed = await play(tmp_path / "killed.sqlite3", plan(Random(SEED)))
    print(dict(killed.figures))
    assert set(killed.killed) == {*POINTS, RANDOM}
    assert len(killed.killed) >= 20
    assert killed.outcome == reference.outcome
    asked, came = ["opened", *["changed"] * CHANGES], ["link_made", "invite_opened", "invite_answered"]
    events = [",".join([*asked, *(came if f"P{n}" == HOST else ()), "claimed"]) for n in range(PARENTS)]
    assert [case[1:] for case in killed.outcome["cases"]] == [("claimed", SOUTH, each) for each in events]
    assert len(killed.outcome["invitations"]) == 1
    wrote = ("one", "two", *(f"change {number}" for number in range(CHANGES)))
    assert killed.outcome["stories"] == ["\n\n".join(f"P{n} {words}" for words in wrote) for n in range(PARENTS)]
    assert not killed.outcome["left over"]
    assert not killed.outcome["not sent"]
