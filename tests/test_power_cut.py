"""A power cut before every SQL statement of a dialogue: whatever was lost, the dialogue ends in the same rows.

The dialogue is played on plain connections by the functions that the service runs, each in the database's own
transaction. Before statement N the files are kept as they lie on the disk and the power goes. The bot then starts on
what was kept, recovers, gets from Telegram what it had not acknowledged, and the dialogue goes on to its end.

What lies in the files is what a power cut leaves, because production commits with `synchronous=FULL`; the first test
holds that. Telegram survives the cut: a message that was sent but not settled stands there, and is sent once more.
"""

import copy
import itertools
import re
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest

from bot import inbox, outbox
from bot.clock import Clock
from bot.config import Config
from bot.database import _commit, connector, migrate
from bot.gateway import Batch
from bot.outbox import NEW_MESSAGES, Outgoing, Sent
from bot.records import seats
from bot.world import World
from tests.theatre import MONDAY, SOUTH, references, said, settings

BOT, PARENT, WORKER, OTHER = 100, 11, 12, 21
GIVE_UP = timedelta(hours=24)
STORY = "We live at my sister's."
GOAL = "Calm mornings"
FILES = ("bot.sqlite3", "bot.sqlite3-wal")
WITHOUT = {("inbox", "digest"), ("outbox", "attempts"), ("message", "message_id"), ("survey", "token")}
"""Columns that may differ: the digests of other keyboards' presses, how often a call was tried, and the ids of
messages, of which a repeated one makes more (how many stand there, and of which kind, is compared); what is drawn."""

DRAWN = {("invited", "code_hash"), ("survey", "token")}
LINK = re.compile(r"\?start=([\w-]{22})")
"""A link is drawn anew when it is made again. Nothing but the one who opens it makes any use of its code; an invitation
to give feedback has one of its own."""


Act = tuple[int, str]
DIALOGUE: tuple[tuple[Act, ...], ...] = (
    ((WORKER, "/start CODE"),),
    ((PARENT, "/start"),),
    ((PARENT, "[I agree, let us begin]"),),
    ((PARENT, "18 or over"), (PARENT, "Yes, it is safe")),
    ((PARENT, "[We have separated]"),),
    ((PARENT, "[Alone]"), (WORKER, "/mydata")),
    ((PARENT, "Uusimaa"),),
    ((PARENT, "2"), (PARENT, "4–6 years"), (PARENT, "1"), (PARENT, "2")),
    ((PARENT, "[Continue]"),),
    ((PARENT, "[Skip]"),),
    ((PARENT, STORY),),
    ((PARENT, "[Sometimes]"),),
    ((PARENT, "[Talk with me first]"),),
    ((PARENT, "/back"), (PARENT, "Yes")),
    ((PARENT, "[Separately first]"),),
    ((PARENT, "[Skip the rest]"), (WORKER, "[Return]")),
    ((PARENT, "[Send the request]"),),
    ((WORKER, "[Open]"),),
    ((WORKER, "[Take this case]"),),
    ((WORKER, "The other parent"), (WORKER, "Make the link")),
    ((OTHER, "/start LINK"),),
    ((OTHER, "I agree, let us begin"), (OTHER, "18 or over"), (OTHER, "Yes, it is safe"), (OTHER, "No")),
    ((OTHER, "Yes"), (OTHER, "Separately first"), (OTHER, "Skip the rest")),
    ((OTHER, "[Send the answers]"),),
    ((WORKER, "The other parent"), (WORKER, "Yes, the other parent")),
    ((WORKER, "Goals"), (WORKER, "Add a goal"), (WORKER, "Both parents"), (WORKER, GOAL)),
    ((WORKER, "Save the goal"), (WORKER, "1"), (WORKER, "Let the parent rate"), (WORKER, "First rating")),
    ((PARENT, "/start"), (PARENT, "Rate my goals"), (PARENT, "1"), (PARENT, "7")),
    ((WORKER, "Back to the goals"), (WORKER, "Back to the case"), (WORKER, "Notes"), (WORKER, "Write a note")),
    ((WORKER, "Parent 1"), (WORKER, "Works in shifts."), (WORKER, "Save the note"), (WORKER, "Back to the case")),
    ((WORKER, "Meetings"), (WORKER, "Add a held meeting"), (WORKER, "Individual, Parent 1"), (WORKER, "1")),
    ((WORKER, "1"), (WORKER, "Yes, add it"), (WORKER, "1"), (WORKER, "Record the meeting")),
    ((WORKER, "Yes, it was held"),),
    ((WORKER, "Not decided yet"), (WORKER, "Back to the case")),
    ((WORKER, "More about the case"), (WORKER, "End the meetings"), (WORKER, "Agreed together")),
    ((WORKER, "Parent 1"), (WORKER, "Parent 2"), (WORKER, "Continue")),
    ((WORKER, "Yes, all of them"), (WORKER, "What next"), (WORKER, "Continue")),
    ((WORKER, "[Close the case]"),),
    ((OTHER, "I want to come back"), (OTHER, "Yes, I come back")),
    ((WORKER, "[Open]"),),
)
"""What people do before each poll: typed, or pressed where it stands in brackets. CODE is the worker's invitation, LINK
that of the other parent."""

Rows = dict[str, list[str]]

T = TypeVar("T")


class PowerCut(BaseException):
    """The power is gone: nothing that is tried afterwards does anything."""


class Counted(sqlite3.Connection):
    """Counts its statements, and loses power before the one that was named."""

    count = 0
    cut_before: int | None = None
    on_cut: Callable[[], None]

    def _counted(self) -> None:
        if self.count == self.cut_before:
            self.cut_before = -1
            self.on_cut()
        if self.cut_before == -1:
            raise PowerCut
        self.count += 1

    def execute(self, *given: Any) -> sqlite3.Cursor:
        self._counted()
        return super().execute(*given)

    def executemany(self, *given: Any) -> sqlite3.Cursor:
        self._counted()
        return super().executemany(*given)

    def executescript(self, script: str) -> sqlite3.Cursor:
        """One statement after the other, so that the power can go between any two of them."""
        statement = ""
        for line in script.splitlines(keepends=True):
            statement += line
            if sqlite3.complete_statement(statement):
                self.execute(statement)
                statement = ""
        return self.cursor()


@dataclass
class Telegram:
    """What people see, and what waits for the bot. Only as much of it as the dialogue needs."""

    updates: list[tuple[int, bytes]] = field(default_factory=list)
    shown: dict[int, dict[int, dict[str, Any]]] = field(default_factory=lambda: {PARENT: {}, WORKER: {}, OTHER: {}})
    acts: int = 0
    messages: int = 0

    def act(self, who: int, does: str) -> None:
        """Queue what somebody types or presses."""
        self.acts += 1
        person = {"id": who, "language_code": "en"}
        chat = {"id": who, "type": "private"}
        if not does.startswith("["):
            self.messages += 1
            body = {"message": {"message_id": self.messages, "chat": chat, "from": person, "text": does}}
        else:
            message_id, data = self._button(who, does[1:-1])
            pressed = {"message_id": message_id, "chat": chat}
            body = {"callback_query": {"id": str(self.acts), "from": person, "message": pressed, "data": data}}
        self.updates.append((self.acts, msgspec.json.encode({"update_id": self.acts, **body})))

    def _button(self, who: int, label: str) -> tuple[int, str]:
        for message_id, message in reversed(self.shown[who].items()):
            for row in message["reply_markup"]["inline_keyboard"]:
                for button in row:
                    if button["text"].removeprefix("✓ ") == label:
                        return message_id, button["callback_data"]
        raise LookupError(f"nobody shows {label!r} to {who}")

    def poll(self, offset: int) -> Batch:
        """What was not acknowledged by this offset."""
        self.updates = [update for update in self.updates if update[0] >= offset]
        return [msgspec.Raw(payload) for _, payload in self.updates]

    def call(self, row: Outgoing) -> Sent:
        """Carry out a call of the bot."""
        chat = self.shown[row.chat_id]
        match row.method:
            case method if method in NEW_MESSAGES:
                self.messages += 1
                chat[self.messages] = {"reply_markup": {"inline_keyboard": []}, **row.params}
                return Sent(self.messages)
            case "editMessageText":
                assert row.params["message_id"] in chat, "the bot edits what is there"
                chat[row.params["message_id"]] = row.params
                return Sent(row.params["message_id"])
            case "deleteMessages":
                for message_id in row.params["message_ids"]:
                    chat.pop(message_id, None)
                return Sent()
        raise AssertionError(row.method)

    def link(self) -> str:
        """The code of the link that the worker was shown."""
        return next((found[1] for m in self.shown[WORKER].values() if (found := LINK.search(said(m)))), "")

    def nonces(self, who: int) -> list[str]:
        """The names of the keyboards that stand there, newest first."""
        data = [str(m["reply_markup"]["inline_keyboard"][:1]) for m in reversed(self.shown[who].values())]
        return [found[0] for keyboard in data if (found := re.search(r"n\d+-\d+", keyboard))]


@dataclass
class Rest:
    """A moment of the uninterrupted run in which people have acted and the bot has not polled yet: the files, what
    stands at Telegram, and how many statements come before the next rest."""

    number: int
    folder: Path
    telegram: Telegram
    statements: int = 0


@dataclass
class Rehearsal:
    """The uninterrupted run: its rests, and the rows in which it ends. ``ends`` are those of runs that were cut, by all
    that could make a difference to how they went on."""

    config: Config
    rests: list[Rest]
    ended: Rows
    ends: dict[str, Rows] = field(default_factory=dict)


def opened(folder: Path, cut_before: int | None = None, kept: Path | None = None) -> Counted:
    """Open the database as production does, but without waiting for the disk: the files are read back at once."""
    db = sqlite3.connect(folder / FILES[0], isolation_level=None, factory=Counted)
    for pragma in ("journal_mode=WAL", "synchronous=OFF", "foreign_keys=ON", "wal_autocheckpoint=16"):
        db.execute(f"PRAGMA {pragma}")
    db.count, db.cut_before, db.on_cut = 0, cut_before, lambda: keep(folder, kept or folder)
    return db


def keep(folder: Path, to: Path) -> None:
    """Copy the files as they lie on the disk; the shared memory is no file that survives."""
    to.mkdir(exist_ok=True)
    for name in FILES:
        (to / name).unlink(missing_ok=True)
        if (folder / name).exists():
            shutil.copyfile(folder / name, to / name)
    (to / f"{FILES[0]}-shm").unlink(missing_ok=True)


def new_world(config: Config, life: int) -> World:
    """A started bot: what it draws differs from what it drew before it was stopped."""
    draws = itertools.count()
    return World(config, Clock(MONDAY), "testi_bot", lambda: f"n{life}-{next(draws)}", references())


def turn(db: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    """One transaction, as the database runs it."""
    result: T | Exception = _commit([(work, None)], db)[0]
    if isinstance(result, Exception):
        raise result
    return result


def start(db: sqlite3.Connection) -> None:
    """What the service does before its first poll."""
    migrate(db)
    turn(db, lambda db: inbox.start(db, BOT, "testi_bot"))
    turn(db, outbox.recover)


def serve(db: sqlite3.Connection, world: World, telegram: Telegram) -> None:
    """What the service does until it polls in vain: receive and store, work, send and settle."""
    now = world.clock.now()
    if batch := telegram.poll(inbox.offset(db, BOT)):
        turn(db, lambda db: inbox.store(db, BOT, "secret", batch, now, frozenset()))
    while turn(db, partial(inbox.work, world=world))[0]:
        pass
    while rows := turn(db, partial(outbox.take, now=now, limit=32)):
        for row in rows:
            turn(db, partial(outbox.settle, now=now, called=row, outcome=telegram.call(row), give_up=GIVE_UP))


def act(telegram: Telegram, number: int, code: str = "") -> None:
    """Let people do what they do before a poll."""
    for who, does in DIALOGUE[number]:
        telegram.act(who, does.replace("CODE", code).replace("LINK", telegram.link()))


def rows(db: sqlite3.Connection, telegram: Telegram, *, plain: bool) -> Rows:
    """Every row of every table and what people see; plain is without what may differ."""
    dump = {"screens": [repr(list(shown.values())[-1:]) for shown in telegram.shown.values()]}
    for (table,) in db.execute("SELECT name FROM sqlite_master WHERE type='table' ORDER BY 1").fetchall():
        found = db.execute(f"SELECT * FROM {table}")
        names = [column[0] for column in found.description]
        without = WITHOUT if plain else DRAWN
        wanted = [place for place, name in enumerate(names) if (table, name) not in without]
        dump[table] = [repr([row[place] for place in wanted]) for row in found]
    if plain:  # without the names of keyboards, which are drawn, and the ids of messages
        hidden = partial(re.sub, r"n\d+-\d+|(?<='message_id': )\d+", "*")
        dump = {table: sorted(map(hidden, lines)) for table, lines in dump.items()}
    return dump


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Rehearsal:
    """Play the dialogue to its end."""
    folder = tmp_path_factory.mktemp("rehearsal")
    config, telegram, rests = settings(folder / FILES[0], 0), Telegram(), []
    world, db = new_world(config, 0), opened(folder)
    start(db)
    code = turn(db, lambda db: seats.invite(db, SOUTH, "worker", MONDAY + timedelta(hours=1)))
    for number in range(len(DIALOGUE)):
        act(telegram, number, code)
        rest = Rest(number, folder / str(number), copy.deepcopy(telegram))
        keep(folder, rest.folder)
        db.count = 0
        serve(db, world, telegram)
        rest.statements = db.count
        rests.append(rest)
    ended = rows(db, telegram, plain=True)
    db.close()
    return Rehearsal(config, rests, ended)


def cut(rest: Rest, before: int, config: Config, folder: Path) -> Telegram:
    """Go on from a rest until the power goes before a statement; the files are kept in the folder "kept"."""
    keep(rest.folder, folder / "cut")
    telegram = copy.deepcopy(rest.telegram)
    db = opened(folder / "cut", before, folder / "kept")
    with pytest.raises(PowerCut):
        serve(db, new_world(config, 1), telegram)
    db.close()
    return telegram


def go_on(rehearsal: Rehearsal, rest: Rest, telegram: Telegram, folder: Path) -> Rows:
    """Start on the files that were kept and play the dialogue to its end."""
    db = opened(folder)
    start(db)
    serve(db, new_world(rehearsal.config, 2), telegram)
    now = LINK.sub("", repr((rest.number, rows(db, telegram, plain=False), telegram)))
    if now not in rehearsal.ends:  # most cuts lose the same transaction, and what is the same now ends the same way
        world = new_world(rehearsal.config, 3)
        for number in range(rest.number + 1, len(DIALOGUE)):
            act(telegram, number)
            serve(db, world, telegram)
        for (nonce,) in db.execute("SELECT body ->> 'nonce' FROM conversation").fetchall():
            assert nonce in [telegram.nonces(who)[0] for who in telegram.shown], "the newest keyboard is alive"
        rehearsal.ends[now] = rows(db, telegram, plain=True)
    db.close()
    return rehearsal.ends[now]


def test_what_is_committed_lies_on_the_disk(tmp_path: Path) -> None:
    db = connector(tmp_path / FILES[0])()
    assert db.execute("PRAGMA synchronous").fetchone() == (2,), "FULL: a commit waits for the disk"
    assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    db.close()


def test_a_power_cut_before_every_statement_of_the_first_start(tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    db = opened(tmp_path / "whole")
    start(db)
    statements, made = db.count, rows(db, Telegram(), plain=True)
    db.close()
    for before in range(statements):
        keep(tmp_path / "nothing", tmp_path / "cut")
        db = opened(tmp_path / "cut", before, tmp_path / "kept")
        with pytest.raises(PowerCut):
            start(db)
        db.close()
        db = opened(tmp_path / "kept")
        start(db)
        assert rows(db, Telegram(), plain=True) == made, f"cut before statement {before} of {statements}"
        db.close()
    print(f"{statements} statements")


@pytest.mark.parametrize("number", range(len(DIALOGUE)))
def test_a_power_cut_before_every_statement_ends_in_the_same_rows(
    number: int, rehearsal: Rehearsal, tmp_path: Path
) -> None:
    rest = rehearsal.rests[number]
    for before in range(rest.statements):
        telegram = cut(rest, before, rehearsal.config, tmp_path)
        ended = go_on(rehearsal, rest, telegram, tmp_path / "kept")
        assert ended == rehearsal.ended, f"cut before statement {before} of {rest.statements} after {DIALOGUE[number]}"


def test_the_dialogue_is_worth_it(rehearsal: Rehearsal) -> None:
    """It ends in a claimed case with two parents, and the story was shown."""
    assert sum(rest.statements for rest in rehearsal.rests) > 1000
    assert "'claimed'" in rehearsal.ended["cases"][0]
    assert not rehearsal.ended["story"]
    assert len(rehearsal.ended["party"]) == len(rehearsal.ended["former"]) == 1
    assert len(rehearsal.ended["goal_rating"]) == len(rehearsal.ended["note"]) == 1
    assert [line for line in rehearsal.ended["meeting"] if "'held'" in line]
    assert not rehearsal.ended["invited"]
    assert [line for line in rehearsal.ended["message"] if "'story'" in line]


def test_a_question_that_was_sent_twice_does_not_stand_below_the_one_that_counts(
    rehearsal: Rehearsal, tmp_path: Path
) -> None:
    """Pressed while the bot was dead, and repeated when it came back: the newest keyboard must be the one that works,
    because a press on any other is told to use the newest one."""
    telegram, world = Telegram(), new_world(rehearsal.config, 0)
    db = opened(tmp_path)
    start(db)
    telegram.act(PARENT, "/start")
    batch = telegram.poll(0)
    turn(db, lambda db: inbox.store(db, BOT, "secret", batch, MONDAY, frozenset()))
    turn(db, partial(inbox.work, world=world))
    telegram.call(*turn(db, partial(outbox.take, now=MONDAY, limit=1)))
    telegram.act(PARENT, "[I agree, let us begin]")
    start(db)  # it was killed between sending and settling
    [again] = turn(db, partial(outbox.take, now=MONDAY, limit=1))
    sent = telegram.call(again)
    batch = telegram.poll(inbox.offset(db, BOT))
    turn(db, lambda db: inbox.store(db, BOT, "secret", batch, MONDAY, frozenset()))
    turn(db, partial(inbox.work, world=world))
    turn(db, partial(outbox.settle, now=MONDAY, called=again, outcome=sent, give_up=GIVE_UP))
    serve(db, world, telegram)
    assert db.execute("SELECT body ->> 'nonce' FROM conversation").fetchone()[0] == telegram.nonces(PARENT)[0]
    db.close()
