"""A small office on a plain connection: parents, workers and a case, with every call to every chat kept.

For tests that need thousands of histories. Nothing of the bot is replaced but the network: turns, timers, clean-up and
outbox are the functions that the service runs. A history takes some milliseconds, because the database that all of one
kind begin with is made once and copied from memory.
"""

import json
import re
import sqlite3
from base64 import b64decode
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import TypeVar

import msgspec
import pytest

from bot import casework, effects, inbox, outbox, parents, retention, survey, turns, upkeep
from bot.clock import Clock
from bot.config import Config
from bot.database import migrate
from bot.outbox import Sent
from bot.records import cases, invitations, people, seats
from bot.records.people import Person
from bot.world import World
from conversations import effects as do
from conversations.channels import CHANNELS, ChannelId
from tests import theatre as stages
from tests.offices import TOLD
from tests.theatre import MONDAY, SOUTH, references

FIRST, WORKER, PAIR, OTHER = 11, 12, 13, 21
"""The chats of the first parent, the worker, the work pair and the other parent."""

STEP = 6
"""Hours the clock moves at a time: in one leap safe hours would be missed, and Telegram's 48 hours be over before the
bot could clean up."""

T = TypeVar("T")


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """What an office begins with: the first parent's decision and whether both apply together; whether the case is
    claimed; whether a second worker is the pair and the other parent a confirmed party."""

    decision: str = "yes"
    together: bool = False
    claimed: bool = True
    pair: bool = False
    both: bool = False


def fixed(*channels: ChannelId) -> Callable[[T], T]:
    """Mark a test of the walls with the channels whose use is the same in all histories that it compares."""
    assert {*channels} <= {*CHANNELS}

    def mark(test: T) -> T:
        return test

    return mark


@cache
def _config() -> Config:
    return stages.settings(Path("none"), 0)


@cache
def _beginning(kind: Kind) -> bytes:
    """The database of a kind of office, made once."""
    db = _empty()
    migrate(db)
    inbox.start(db, 100, "testi_bot")
    worker, pair = (seated(db, chat, name) for chat, name in ((WORKER, "Tuuli"), (PAIR, "Vesa")))
    first = people.meet(db, FIRST, "en", MONDAY)
    told = TOLD | {"contact_other": (kind.decision,) if kind.decision != "skipped" else ()}
    case = cases.open_case(db, SOUTH, MONDAY, 7, references())
    cases.add_party(db, case, first, told | ({"together": ("together",)} if kind.together else {}))
    if kind.claimed:
        cases.claim(db, worker, case, MONDAY)
    if kind.pair:
        db.execute("INSERT INTO work (case_id, person_id, part, since) VALUES (?,?,'pair',0)", (case, pair.id))
    if kind.both:
        cases.add_party(db, case, people.meet(db, OTHER, "en", MONDAY), TOLD, invited=True)
    return db.serialize()


def _file(content: str) -> str:
    """What is in a calendar file but for what is drawn at random; a picture is nothing else."""
    known = b64decode(content)
    return re.sub(r"UID:\S+", "UID", known.decode()) if known.startswith(b"BEGIN:VCALENDAR") else "FILE"


def _empty() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:", isolation_level=None)
    db.execute("PRAGMA foreign_keys=ON")
    return db


def seated(db: sqlite3.Connection, chat: int, name: str) -> Person:
    """A worker of the southern association."""
    person = people.meet(db, chat, "en", MONDAY)
    code = seats.invite(db, SOUTH, "worker", MONDAY + timedelta(days=1))
    seats.accept(db, person, code, name, MONDAY)
    return person


class Office:
    """One history. ``calls`` are the calls to each chat with everything drawn at random numbered or hidden."""

    give_up = timedelta(hours=24)

    def __init__(self, kind: Kind | None = None) -> None:
        kind = kind or Kind()
        draw = references()
        draw()  # the first case has its reference
        self.world = World(_config(), Clock(MONDAY), "testi_bot", reference=draw)
        self.db = _empty()
        self.db.deserialize(_beginning(kind))
        self.calls: dict[int, list[str]] = {}
        self.codes: dict[int, list[str]] = {}
        self.names: dict[int, dict[str, int]] = {}
        self.shown: dict[int, dict[str, str]] = {}
        self.messages: dict[int, int] = {}
        self.typed: dict[int, int] = {}
        self.draw = Random(0)

    def person(self, chat: int) -> Person:
        """Whoever is behind a chat."""
        row = self.db.execute("SELECT id, chat_id, locale FROM person WHERE chat_id=?", (chat,)).fetchone()
        return Person(*row)

    @property
    def first(self) -> Person:
        return self.person(FIRST)

    @property
    def worker(self) -> Person:
        return self.person(WORKER)

    # What people do

    def does(self, effect: do.CaseWork, by: int = WORKER) -> None:
        """Staff do something on a case."""
        casework.carry_out(self.db, self.world, self.person(by), effect)
        self.send()

    def claims(self, case: int = 1, by: int = WORKER) -> None:
        """A worker takes a case that waits."""
        done = (do.ClaimCase(case), do.TellClient(case, ("A worker has your request and contacts you next.",)))
        for effect in done:
            effects.carry_out(self.db, self.world, self.person(by), effect)
        self.send()

    def expects(self, effect: do.CaseWork, allowed: bool) -> None:
        """Something on a case can be done, or is refused."""
        if allowed:
            self.does(effect)
            return
        with pytest.raises(LookupError):
            self.does(effect)

    def says(self, chat: int, text: str) -> None:
        """Somebody types, or presses where the text is the label of a button that has stood in the chat."""
        number = self.typed[chat] = self.typed.get(chat, 10_000) + 1  # a number that no message of the bot has
        who = {"id": chat, "is_bot": False, "first_name": "N", "language_code": "en"}
        message = {"message_id": number, "date": 1, "chat": {"id": chat, "type": "private"}, "text": text}
        data = self.shown.get(chat, {}).get(text)
        if data:
            prompts = self.db.execute("SELECT max(message_id) FROM message WHERE chat_id=? AND kind='prompt'", (chat,))
            stands = message | {"message_id": prompts.fetchone()[0] or 1, "from": {"id": 1, "is_bot": True}}
            press = {"id": "1", "from": who, "data": data, "message": stands}
            turns.take(self.db, self.world, json.dumps({"update_id": number, "callback_query": press}))
        else:
            turns.take(self.db, self.world, json.dumps({"update_id": number, "message": message | {"from": who}}))
        self.send()

    def presses(self, chat: int, *labels: str) -> None:
        """Somebody presses one button after the other."""
        for label in labels:
            self.says(chat, label)

    def hands_over(self) -> str:
        """The worker makes a link; its code."""
        self.does(do.InviteOther(1))
        return self.codes[WORKER][-1]

    def guest(self) -> tuple[int, Person] | None:
        """Who has sent answers by the link and is not confirmed yet, and in which case."""
        case = self.db.execute("SELECT case_id FROM invited WHERE answers IS NOT NULL").fetchone()
        answered = invitations.answered(self.db, case[0]) if case else None
        return (case[0], answered) if answered else None

    # What passes

    def passes(self, hours: float) -> None:
        """Time passes, and everything happens that is due."""
        while hours > 0:
            self.world.clock.push(timedelta(hours=min(hours, STEP)))
            hours -= STEP
            now = self.world.clock.now()
            casework.remind(self.db, self.world)
            parents.expire(self.db, self.world)
            upkeep.run_due(self.db, self.world)
            survey.run_due(self.db, self.world)
            casework.tell_unreachable(self.db, self.world)
            for person, timer in people.due_timers(self.db, now):
                turns.run_out(self.db, self.world, person, timer)
            retention.clean(self.db, now, self.world.config)
            self.send()

    def send(self) -> None:
        """Send what is due, and keep each call."""
        now = self.world.clock.now()
        while rows := outbox.take(self.db, now, 32):
            for row in rows:
                for line in row.params.get("reply_markup", {}).get("inline_keyboard", []):
                    for button in line:
                        self.shown.setdefault(row.chat_id, {})[button["text"]] = button.get("callback_data", "")
                said = self._plain(row.chat_id, json.dumps(row.params, ensure_ascii=False))
                self.calls.setdefault(row.chat_id, []).append(f"{now} {row.method} {said}")
                message = None
                if row.method in outbox.NEW_MESSAGES:
                    message = self.messages[row.chat_id] = self.messages.get(row.chat_id, 0) + 1
                outbox.settle(self.db, now, row, Sent(message), self.give_up)

    def _plain(self, chat: int, params: str) -> str:
        """A call with its keyboards numbered in the order they were met, and without the code of a link."""
        met = self.names.setdefault(chat, {})
        self.codes.setdefault(chat, []).extend(re.findall(r"\?start=([\w-]{22})", params))
        params = re.sub(r"\?start=[\w-]{22}", "?start=CODE", params)
        params = re.sub(r'"base64": "([^"]*)"', lambda file: f'"base64": "{_file(file[1])}"', params)
        number: Callable[[re.Match[str]], str] = lambda m: f'"callback_data": "{met.setdefault(m[1], len(met))}.'  # noqa: E731
        return re.sub(r'"callback_data": "([\w-]{11})\.', number, params)
