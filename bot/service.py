"""The running bot: it receives, works, sends and keeps time until it is told to stop.

Four loops share one database. Each wakes the next after a commit; none holds anything in memory that a restart would
miss. The playground and the tests run exactly this.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime, timedelta
from functools import partial
from sqlite3 import Connection
from typing import Any

import msgspec
import structlog

from bot import (
    absence,
    casework,
    child_call,
    helpnow,
    inbox,
    outbox,
    parents,
    render,
    retention,
    survey,
    turns,
    upkeep,
)
from bot.clock import HELSINKI
from bot.database import Database, connector, savepoint
from bot.gateway import AnotherPoller, Batch, Gateway, StopTheBot, Unreachable
from bot.logs import kind
from bot.outbox import NeverLeft, Outcome, Outgoing, Refused, Sent, Unsure, Wait
from bot.pace import Pace
from bot.records import calls, cases, children, due, invitations, people, promises, reminders, surveys, work
from bot.turns import Toast
from bot.world import World
from conversations.moves import NAMES
from conversations.text import N_
from conversations.view import LANGUAGES

log = structlog.get_logger()

Reached = Callable[[str], None]
"""Called at the named points of the way; the kill test stops the process there."""

CONFLICTS = 5
"""So many polls in a row answered with 409 mean that another bot runs with this token."""

MORNING = timedelta(hours=9)
"""From this time of the day on a new day counts for what is said to staff by itself."""

REFUSED = "TELEGRAM_BOT_TOKEN: Telegram no longer accepts it, expected the bot's present token"

MENU = {
    "help": N_("Help now: 112 and help lines"),
    "clean": N_("Clean up this chat"),
    "language": N_("Language"),
    "human": N_("Talk to a human"),
    "mydata": N_("What is stored about me"),
    "privacy": N_("Privacy"),
    "delete": N_("Delete my data"),
    "stop": N_("Stop"),
}
"""The commands that a Telegram client offers in its menu."""


HELP_PAUSES = (1, 2, 4, 8, 15, 30, 60, 60, 60)
"""Seconds between the tries to answer a request for help."""


class Stopped(Exception):
    """The service cannot go on; the text says why and what to do."""


class Service:
    """Run it once; `stop` ends it."""

    def __init__(self, world: World, reached: Reached = lambda point: None) -> None:
        config = world.config
        self.world, self._reached = world, reached
        self.database = Database(
            connector(config.database, config.key_file), connector(config.database, config.key_file, read_only=True)
        )
        self._gateway = Gateway(config.token, config.api_url, self._receive, config.outbox.in_flight)
        self._pace = Pace(config.outbox)
        self._received, self._queued, self._stop = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self._sending: set[asyncio.Task[None]] = set()
        self._working = False
        self._helped: frozenset[int] = frozenset()
        self._bot_id = 0
        self._cleaned: datetime | None = None
        self._why: Stopped | None = None
        self.ready = asyncio.Event()

    def stop(self) -> None:
        """Finish the turn at hand and end."""
        self._stop.set()

    @property
    def busy(self) -> bool:
        """Whether a call to Telegram is under way or about to be made."""
        return self._working or bool(self._sending)

    async def run(self) -> None:
        """Serve until stopped; a `Stopped` says why it cannot."""
        await self.database.open()
        serving = asyncio.create_task(self._serve())
        stopping = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait((serving, stopping), return_when=asyncio.FIRST_COMPLETED)
            if serving.done():
                serving.result()
            if self._why:
                raise self._why
        finally:
            await self._end(serving, stopping)

    async def _end(self, *tasks: asyncio.Task[Any]) -> None:
        """Let calls under way end for a moment; what has no answer then is settled at the next start."""
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        if self._sending:
            await asyncio.wait(self._sending, timeout=1.0)
        for sending in self._sending:
            sending.cancel()
        await asyncio.gather(*self._sending, return_exceptions=True)
        await self._gateway.close()
        await self.database.close()
        log.info("stopped")

    async def _serve(self) -> None:
        delay = 1.0
        while not self._bot_id:
            try:
                self._bot_id, self.world.username = await self._gateway.open()
            except StopTheBot:
                raise Stopped("TELEGRAM_BOT_TOKEN: expected a token that Telegram knows") from None
            except Unreachable as error:
                log.warning("telegram cannot be reached", error=str(error), next_try_seconds=delay)
                await asyncio.sleep(delay)
                delay = min(delay * 2, 30)
        await self.database.turn(lambda db: inbox.start(db, self._bot_id, self.world.username))
        await self.database.turn(outbox.recover)
        await self._seal()
        await self._publish_commands()
        self._received.set()
        self._queued.set()
        log.info("started", bot=self.world.username, trial=self.world.config.trial)
        self.ready.set()
        try:
            async with asyncio.TaskGroup() as loops:
                loops.create_task(self._poll())
                for turn in (self._work, self._send, self._tick):
                    loops.create_task(self._again_and_again(turn))
        except BaseExceptionGroup as ended:  # what is raised in an except* clause comes as a group on some versions
            stopped, _ = ended.split(Stopped)
            if stopped is None:
                raise
            raise stopped.exceptions[0] from None

    async def _again_and_again(self, turn: Callable[[], Awaitable[None]]) -> None:
        """A loop that outlives a failing database, because help now must be answered even then."""
        while True:
            try:
                await turn()
            except Exception as error:
                log.error("the database does not answer", doing=turn.__name__, error=kind(error))
                await asyncio.sleep(1)

    async def _publish_commands(self) -> None:
        for code, locale in (("", render.DEFAULT), *((code, code) for code in LANGUAGES)):
            spoken = list(LANGUAGES).index(locale)
            commands = {NAMES[move][spoken]: render.words(text, locale) for move, text in MENU.items()}
            with contextlib.suppress(Exception):  # a nicety; the bot works without it
                await self._gateway.set_commands(code, commands)

    # Receiving

    async def _poll(self) -> None:
        """Receive for ever. What goes wrong is waited out, but for a second poller and a token that is refused."""
        conflicts, delay, offset = 0, 1.0, 0
        while True:
            try:
                try:
                    offset = await self.database.read(lambda db: inbox.offset(db, self._bot_id))
                except Exception as error:  # help now is answered from what is polled, so polling must go on
                    log.error("the database does not answer", doing="poll", error=kind(error))
                await self._gateway.poll(offset)
                conflicts, delay = 0, 1.0
            except StopTheBot:
                raise Stopped(REFUSED) from None
            except AnotherPoller:
                conflicts += 1
                log.error("another program receives with the same token (409)", times=conflicts)
                if conflicts >= CONFLICTS:
                    raise Stopped("another bot runs with the same token: stop it, then start this one again") from None
                await asyncio.sleep(delay)
            except Exception as error:
                polled = isinstance(error, Unreachable)
                delay = delay if polled else 1.0
                seconds = getattr(error, "seconds", 0) or delay
                log.warning("receiving failed", error=kind(error), next_try_seconds=seconds)
                await asyncio.sleep(seconds)
                delay = min(delay * 2, 30)

    async def _receive(self, batch: Batch) -> None:
        """Answer requests for help from memory, then store the rest: only the next poll acknowledges it."""
        self._reached("received")
        helped = set()
        for raw in batch:
            answer = helpnow.answer(bytes(raw), self.world.config, self.world.sealed)
            if answer:
                update_id = msgspec.json.decode(raw, type=inbox.Numbered).update_id
                helped.add(update_id)
                if update_id not in self._helped:  # the batch comes again if it could not be stored
                    self._background(self._help(answer))
        self._helped = frozenset(helped)
        store = partial(
            inbox.store, bot_id=self._bot_id, secret=self.world.config.token, batch=batch, skip=self._helped
        )
        await self.database.turn(lambda db: store(db, now=self.world.clock.now()))
        self._reached("stored")
        self._received.set()

    async def _help(self, answer: helpnow.Answer) -> None:
        """Answer from memory, and try for some minutes: nothing of it stands in the outbox."""
        for method, params in answer.calls:
            for pause in HELP_PAUSES:
                outcome = await self._gateway.call(method, params)
                if not isinstance(outcome, Wait | NeverLeft | Unsure):
                    break
                await asyncio.sleep(outcome.seconds if isinstance(outcome, Wait) else pause)
            if isinstance(outcome, Sent) and outcome.message_id is not None:
                shown = self.world.help_shown.setdefault(params["chat_id"], {})
                shown[outcome.message_id] = self.world.clock.now()
            elif not isinstance(outcome, Sent):
                log.error("help could not be sent", method=method, outcome=type(outcome).__name__)
                return  # what was typed stays as the only trace that help was asked for

    # Working

    async def _work(self) -> None:
        await self._received.wait()
        self._received.clear()
        self._working = True
        try:
            count = 1
            while count:
                count, toasts = await self.database.turn(partial(inbox.work, world=self.world, reached=self._reached))
                self._reached("worked")
                await self._seal()
                await self._wipe()
                self._queued.set()
                for toast in toasts:
                    self._background(self._toast(toast))
        except Exception:
            self._received.set()
            raise
        finally:
            self._working = False

    async def _seal(self) -> None:
        """Which chats children have now, kept in memory for help now."""
        self.world.sealed = await self.database.read(children.sealed)

    async def _wipe(self) -> None:
        """What a child has not let be kept, or a parent has not sent in time, does not wait in the files for the next
        clean-up."""
        if self.world.wiped:
            self.world.wiped = False
            await self.database.checkpoint()

    async def _toast(self, toast: Toast) -> None:
        """Telegram waits for the answer to a press; it is a courtesy and is never repeated."""
        params = {"callback_query_id": toast.callback_id} | ({"text": toast.text} if toast.text else {})
        await self._gateway.call("answerCallbackQuery", params)

    async def _tick(self) -> None:
        await self.keep_time()
        await asyncio.sleep(0.5)

    async def keep_time(self) -> None:
        """Take what the clock has made due: timers that have run out, and what is to be cleaned."""
        now = self.world.clock.now()
        today = (now.astimezone(HELSINKI) - MORNING).date()
        for is_due, turn in (
            (partial(reminders.is_due, now=now), casework.remind),
            (partial(due.has_any_come, now=now), upkeep.run_due),
            (partial(surveys.is_due, now=now), survey.run_due),
            (cases.has_newly_unreachable, casework.tell_unreachable),
            (partial(work.absence_begins, today=today), absence.begin_absences),
            (partial(invitations.expired, now=now, limit=1), parents.expire),
            (partial(calls.moved, now=now), child_call.follow),
        ):
            if await self.database.read(is_due):
                await self.database.turn(partial(turn, world=self.world))
        if await self.database.read(partial(promises.is_due, now=now)):
            await self.database.turn(partial(promises.look, now=now))
        if await self.database.read(partial(people.due_timers, now=now, limit=1)):
            await self.database.turn(self._run_out)
            await self.database.checkpoint()
        if self._cleaned is None or now - self._cleaned >= timedelta(minutes=1):
            await self.database.turn(partial(retention.clean, now=now, config=self.world.config))
            await self.database.checkpoint()
            self._cleaned = now
        await self._wipe()
        await self._seal()  # a seat may also be taken away in another process
        for chat_id, old in self._old_help(now):
            await self._gateway.call("deleteMessages", {"chat_id": chat_id, "message_ids": old})
        self._queued.set()

    def _old_help(self, now: datetime) -> list[tuple[int, list[int]]]:
        """Help messages whose time has come, or that came late to a chat that a child has now, taken out of the memory
        that holds them."""
        limit = now - timedelta(hours=self.world.config.life.messages)
        found = []
        for chat_id, shown in list(self.world.help_shown.items()):
            old = [message for message, at in shown.items() if at <= limit or chat_id in self.world.sealed]
            for message in old:
                del shown[message]
            if not shown:
                del self.world.help_shown[chat_id]
            if old:
                found.append((chat_id, old))
        return found

    def _run_out(self, db: Connection) -> None:
        """Each timer for itself: one that cannot be taken is tried again later and holds up nobody."""
        now = self.world.clock.now()
        for person, timer in people.due_timers(db, now):
            try:
                with savepoint(db):
                    turns.run_out(db, self.world, person, timer)
            except Exception as error:
                log.error("a timer could not be taken", timer=timer, error=kind(error))
                people.start_timer(db, person, timer, now + timedelta(hours=1))

    # Sending

    async def _send(self) -> None:
        await self._queued.wait()
        self._queued.clear()
        free = self.world.config.outbox.in_flight - len(self._sending)
        if free <= 0:
            await asyncio.wait(self._sending, return_when=asyncio.FIRST_COMPLETED)
            self._queued.set()
            return
        for row in await self.database.turn(partial(outbox.take, now=self.world.clock.now(), limit=free)):
            self._background(self._deliver(row))

    async def _deliver(self, row: Outgoing) -> None:
        await self._pace.wait(row.chat_id)
        if row.about:  # the pace may have taken a while
            now = self.world.clock.now()
            if await self.database.read(partial(outbox.is_void, about=row.about, now=now)):
                await self.database.turn(partial(outbox.drop, row_id=row.id))
                self._queued.set()
                return
        self._reached("sending")
        outcome = await self._call(row)
        self._reached("sent")
        give_up = timedelta(hours=self.world.config.outbox.give_up)
        settle = partial(outbox.settle, called=row, outcome=outcome, give_up=give_up)
        while True:
            try:
                await self.database.turn(lambda db: settle(db, self.world.clock.now()))
                break
            except Exception as error:  # the row must not stay "sending" until the next start
                log.error("the database does not answer", doing="settle", error=kind(error))
                await asyncio.sleep(1)
        self._reached("settled")
        if await self.database.read(partial(calls.moved, now=self.world.clock.now())):
            await self.database.turn(partial(child_call.follow, world=self.world))
        if _is_odd(outcome):
            log.warning("not delivered", method=row.method, outcome=type(outcome).__name__)
        self._queued.set()

    async def _call(self, row: Outgoing) -> Outcome:
        try:
            return await self._gateway.call(row.method, row.params)
        except StopTheBot:
            self._why = Stopped(REFUSED)
            self.stop()
            return NeverLeft("InvalidToken")
        except Exception as error:  # nothing is known of what it did, so it is for the row's policy to decide
            log.error("sending failed", error=kind(error))
            return Unsure(type(error).__name__)

    def _background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(self._guarded(work))
        self._sending.add(task)
        task.add_done_callback(self._sending.discard)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:
            log.error("a courtesy failed", error=kind(error))


def _is_odd(outcome: Outcome) -> bool:
    """Whether an operator should see it; a blocked bot or a vanished message is everyday life."""
    return isinstance(outcome, Refused | Unsure | NeverLeft | Wait)
