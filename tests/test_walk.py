"""A walk at random of parents and staff through the turns, on a plain connection, with the emulated Telegram at the
other end of the outbox: nobody gets stuck, nothing is refused, and nobody sees a case of another association."""

import random
import re
import sqlite3
from base64 import b64decode
from collections.abc import Callable, Coroutine
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import pytest

from bot import casework, effects, helpnow, inbox, outbox, parents, retention, survey, turns, upkeep
from bot.clock import Clock, stamp
from bot.database import _commit, migrate
from bot.outbox import Blocked, Outcome, Outgoing, Sent, Stale
from bot.playground import methods
from bot.playground.emulator import Emulator
from bot.playground.wire import ApiError
from bot.records import children, feedback, people, seats
from bot.records.people import Person
from bot.updates import ALLOWED_UPDATES
from bot.world import World
from conversations import effects as do
from conversations import moves
from conversations.closing_effects import CloseCase, ProposeClosing, RecordSummary
from conversations.conversation import Conversation
from conversations.flow import END, ways
from conversations.goal_effects import AddGoal
from conversations.staff import FLOWS
from conversations.view import HELP
from tests.offices import TOLD
from tests.theatre import MONDAY, NORTH, SOUTH, references, said, settings
from tests.walks import leads_on

SEEDS, STEPS = range(1, 7), 700
BOT = 100
LIMIT, CAPTION_LIMIT = 4096, 1024
GIVE_UP = timedelta(hours=24)
KEPT = timedelta(hours=47)
"""Longer than this no message stays in the chat of somebody who has not left."""

LANGUAGES = ("fi", "sv", "en", "de")
STAFF = ((SOUTH, "worker"), (SOUTH, "worker"), (NORTH, "worker"), (SOUTH, "lead"), (NORTH, "coordinator"))
WORDS = (
    "hello",
    "1",
    "2",
    "17",
    "040 123 4567",
    "skip",
    "takaisin",
    "fortsätt",
    "ä" * 4096,
    "😀" * 900,
    "{count}",
    "%s",
)

T = TypeVar("T")


def at_once(work: Coroutine[Any, Any, T]) -> T:
    """Run what is written for a loop but never waits."""
    try:
        work.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    raise AssertionError("it waits")


class Walk:
    """One seed: the database, the emulated Telegram, the people."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        self.clock = Clock(MONDAY)
        self.emulator = Emulator(self.clock, token=f"{BOT}:test", username="testi_bot", limits=False)
        self.emulator.updates.repeat_trap, self.emulator.updates.allowed = False, ALLOWED_UPDATES
        draws = iter(range(10**9))
        config = settings(folder / "bot.sqlite3", 0)
        chance = random.Random(seed).randrange
        self.world = World(config, self.clock, "testi_bot", lambda: f"n{next(draws)}", references(), chance)
        self.db = sqlite3.connect(folder / "bot.sqlite3", isolation_level=None)
        for pragma in ("journal_mode=WAL", "synchronous=OFF", "foreign_keys=ON"):
            self.db.execute(f"PRAGMA {pragma}")
        migrate(self.db)
        self.turn(lambda db: inbox.start(db, BOT, "testi_bot"))
        self.calls = 0
        self.staff: dict[int, str] = {}
        self.left: set[int] = set()
        self.known: set[tuple[str, str]] = set()
        self.parents = [self._person(f"Parent {n}") for n in range(5)]
        for association, role in STAFF:
            self._seat(association, role)
        self.turn(self._begins)
        self.group = self.emulator.add_group("Workers", [*self.staff])
        self.emulator.add_bot_to_group(self.group, next(iter(self.staff)))

    def _begins(self, db: sqlite3.Connection) -> None:
        """A case is under way when the walk begins, and its worker has made a link for the other parent."""
        now, worker = self.clock.now(), next(iter(self.staff))
        parent, lead = (people.meet(db, chat, "en", now) for chat in (self.parents[0], worker))
        self.emulator.open_link(parent.chat_id)
        for who, effect in (
            (parent, do.OpenCase(SOUTH, TOLD | {"together": ("together",)})),
            (lead, do.ClaimCase(1)),
            (lead, do.InviteOther(1)),
        ):
            effects.carry_out(db, self.world, who, effect)
        self._one_has_ended(db, lead)

    def _one_has_ended(self, db: sqlite3.Connection, lead: Person) -> None:
        """The meetings of another parent have ended; feedback and the rating of a goal are asked for."""
        parent = people.meet(db, self.parents[1], "en", self.clock.now())
        self.emulator.open_link(parent.chat_id)
        for who, effect in (
            (parent, do.OpenCase(SOUTH, TOLD)),
            (lead, do.ClaimCase(2)),
            (lead, AddGoal(2, 1, "Calm mornings")),
            (lead, ProposeClosing(2, "contact_lost")),
            (lead, RecordSummary(2, "contact_lost")),
            (lead, CloseCase(2)),
        ):
            effects.carry_out(db, self.world, who, effect)
        feedback.name_reader(db, SOUTH, lead.id)
        db.execute("UPDATE survey SET due_at=0")

    def _person(self, name: str) -> int:
        return self.emulator.add_person(name, language=self.chance.choice(LANGUAGES))

    def _seat(self, association: str, role: str) -> None:
        person = self._person(role)
        expires = self.clock.now() + timedelta(hours=1)
        code = self.turn(lambda db: seats.invite(db, association, role, expires))  # type: ignore[arg-type]
        self.emulator.open_link(person, code)
        self.serve()
        self.staff[person] = association

    def turn(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """One transaction, as the database runs it."""
        result: T | Exception = _commit([(work, None)], self.db)[0]
        if isinstance(result, Exception):
            raise result
        return result

    def serve(self) -> None:
        """What the service does until it polls in vain."""
        now = self.clock.now()
        offset = inbox.offset(self.db, BOT)
        batch = [msgspec.Raw(msgspec.json.encode(u)) for u in at_once(self.emulator.updates.get(offset, 100, 0))]
        if batch:
            self.turn(lambda db: inbox.store(db, BOT, "secret", batch, now, frozenset()))
        self.turn(self._keep_time)
        for toast in self.turn(partial(inbox.work, world=self.world))[1]:
            self._call("answerCallbackQuery", {"callback_query_id": toast.callback_id, "text": toast.text})
        while rows := self.turn(partial(outbox.take, now=now, limit=32)):
            for row in rows:
                self.turn(partial(outbox.settle, now=now, called=row, outcome=self._send(row), give_up=GIVE_UP))

    def _keep_time(self, db: sqlite3.Connection) -> None:
        parents.expire(db, self.world)
        upkeep.run_due(db, self.world)
        survey.run_due(db, self.world)
        casework.tell_unreachable(db, self.world)
        for person, timer in people.due_timers(db, self.clock.now()):
            turns.run_out(db, self.world, person, timer)
        retention.clean(db, self.clock.now(), self.world.config)

    def _call(self, method: str, params: dict[str, Any]) -> Any:
        self.calls += 1
        stored = params.get(outbox.UPLOAD, {}).items()
        uploads = {part: (file["name"], b64decode(file["base64"])) for part, file in stored}
        given = {name: value for name, value in params.items() if name != outbox.UPLOAD}
        given |= {part: {"file_name": name} for part, (name, _) in uploads.items()}
        return at_once(methods.call(self.emulator, method, given, uploads))

    def _send(self, row: Outgoing) -> Outcome:
        """Send as the gateway does. What Telegram refuses for any other reason than a person's doing fails the test."""
        self.check_call(row)
        try:
            result = self._call(row.method, row.params)
        except ApiError as error:
            why = error.description
            if error.code == 403:
                return Blocked()
            if "not modified" in why:
                return Sent()
            assert "not found" in why or "can't be" in why, why
            return Stale()
        return Sent(result["message_id"] if isinstance(result, dict) else None)

    # What people do

    def step(self) -> str:
        """Somebody does something."""
        person = self.chance.choice([*self.parents, *self.parents, *self.staff])
        if self.emulator.people[person].blocked and self.chance.random() < 0.8:
            return "waits"
        act = self.chance.choices(
            (self.presses, self.types, self.commands, self.sends, self.stale, self.starts, self.blocks, self.time),
            (70, 6, 7, 4, 4, 4, 1, 4),
        )[0]
        act(person)
        if self.chance.random() < 0.15 and not self._may_end(person):
            self.presses(person)  # twice before the bot looks
        self.serve()
        self.left |= {chat for chat in self.parents if self._at(chat) is None}
        return f"{act.__name__} {person}"

    def presses(self, person: int) -> None:
        """Press a button: mostly one of the newest question, and mostly one that leads on."""
        buttons = self._buttons(person)
        handed = self._codes() if person in self.parents and self.chance.random() < 0.1 else []
        if self.emulator.people[person].blocked or not buttons or handed:
            self.starts(person)  # a link that was handed over is opened sooner or later
            return
        at = self._at(person)
        alive = [pair for pair in buttons if at and _nonce(pair[1]) == at.nonce]
        onward = [pair for pair in alive if at and leads_on(at.buttons[int(pair[1].partition(".")[2])])]
        if at and at.state in ("survey_helped", "survey_otherwise") and self.chance.random() < 0.5:
            self.emulator.send_text(person, "More time")
            return
        if at and at.state in ("phone", "client_phone") and self.chance.random() < 0.5:
            self.emulator.send_text(person, "040 123 4567")
            return
        to_go = [pair for pair in alive if at and self._leads_far(person, at, int(pair[1].partition(".")[2]))]
        if to_go and self.chance.random() < 0.7:
            onward = to_go
        message_id, data = self.chance.choice(onward if onward and self.chance.random() < 0.9 else alive or buttons)
        self.emulator.press_data(person, message_id, data)

    def _leads_far(self, person: int, at: Conversation, index: int) -> bool:
        """To a claim, or to a second parent in the case; out of a child's hands."""
        token, value = at.buttons[index], at.buttons[index].partition(":")[2]
        if FLOWS[at.flow].sealed:
            (words,) = self.db.execute(
                "SELECT way_out FROM child c JOIN person p ON p.id=c.person_id WHERE p.chat_id=?", (person,)
            ).fetchone()
            place = {"_2": 1, "_3": 2}.get(at.state[-2:], 0)
            return value in ("way_out", "hand", msgspec.json.decode(words)[place])
        if at.state in ("queue", "mine"):
            return token.startswith("item:")
        if at.state == "contact_other":
            return value == "yes"
        return value in ("claim", "queue", "mine", "invitation", "make", "confirm", "link", "together", "child", "here")

    def _buttons(self, chat: int) -> list[tuple[int, str]]:
        """What can be pressed in a chat; help now is answered from memory before it comes to a turn."""
        return [
            (message["message_id"], button["callback_data"])
            for message in self.emulator.messages(chat)
            for row in message.get("reply_markup", {}).get("inline_keyboard", [])
            for button in row
            if not button["callback_data"].startswith(HELP)
        ]

    def _at(self, chat: int) -> Conversation | None:
        found = self.db.execute(
            "SELECT body FROM conversation WHERE person_id=(SELECT id FROM person WHERE chat_id=?)", (chat,)
        ).fetchone()
        return msgspec.json.decode(found[0], type=Conversation) if found else None

    def _may_end(self, person: int) -> bool:
        at = self._at(person)
        return at is None or END in {name for _, name in ways(FLOWS[at.flow], FLOWS[at.flow].states[at.state])}

    def types(self, person: int) -> None:
        self.unblocked(person)
        shown = [said(message) for chat in self.staff for message in self.emulator.messages(chat)]
        codes = [f"/lapsi {code}" for text in shown for code in re.findall(r"/(?:lapsi|barn) (\w{6})", text)]
        self.emulator.send_text(person, self.chance.choice((*WORDS, *codes)))

    def commands(self, person: int) -> None:
        self.unblocked(person)
        self.emulator.send_text(
            person, "/" + self.chance.choice([c for c in moves.COMMANDS if c not in moves.HELP_COMMANDS])
        )

    def sends(self, person: int) -> None:
        self.unblocked(person)
        emulator = self.emulator
        self.chance.choice(
            (
                lambda: emulator.send_photo(person),
                lambda: emulator.send_contact(person, "+358401234567", of=person),
                lambda: emulator.edit_text(person, emulator.send_text(person, "old"), "new"),
                lambda: emulator.forward_text(person, "somebody's words"),
                lambda: emulator.push_update({"something_new": {}}),
            )
        )()

    def stale(self, person: int) -> None:
        self.unblocked(person)
        data = self.chance.choice((f"n{self.chance.randrange(99999)}.0", "", "x.²", "n1.-1", "." * 64))
        self.emulator.press_data(person, self.chance.randrange(1, 999), data)

    def starts(self, person: int) -> None:
        reference = self.chance.choice([row[0] for row in self.db.execute("SELECT reference FROM cases")] or ["NONE"])
        codes = self._codes()
        payloads = ("", "", f"c-{reference}", "wrong", *([self.chance.choice(codes)] * 8 if codes else ()))
        self.emulator.open_link(person, self.chance.choice(payloads))

    def _codes(self) -> list[str]:
        """The links that stand in the chats of workers and parents."""
        chats = (*self.parents, *self.staff)
        shown = [said(message) for chat in chats for message in self.emulator.messages(chat)]
        return [code for text in shown if "https://" in text for code in re.findall(r"\?start=([\w-]{22})$", text)]

    def blocks(self, person: int) -> None:
        self.left.add(person)
        self.emulator.block(person)

    def time(self, person: int) -> None:
        """Time passes for everybody, and the bot looks at the clock meanwhile."""
        for _ in range(self.chance.choice((1, 1, 7, 23))):
            self.clock.push(timedelta(minutes=55))
            self.serve()

    def unblocked(self, person: int) -> None:
        self.emulator.unblock(person)

    # What must hold

    def check_call(self, row: Outgoing) -> None:
        """A call is within Telegram's limits, and names no case that its reader may not know of."""
        text = str(row.params.get("text") or row.params.get("caption", ""))
        assert len(text.encode("utf-16-le")) // 2 <= (CAPTION_LIMIT if "caption" in row.params else LIMIT)
        keyboard = row.params.get("reply_markup", {}).get("inline_keyboard", [])
        shown = [text, *(button["text"] for line in keyboard for button in line)]
        assert all(len(b.get("callback_data", "").encode()) <= 64 for line in keyboard for b in line)
        if not text:
            return
        own = self.staff.get(row.chat_id)
        for reference, association in self.db.execute("SELECT reference, association FROM cases"):
            if own and own != association and (reference, own) not in self.known:
                assert not any(reference in said for said in shown), "a case of another association"
            elif row.chat_id in self.parents and any(reference in said for said in shown):
                held = "SELECT 1 FROM party y JOIN cases c ON c.id=y.case_id JOIN person p ON p.id=y.person_id"
                assert self.db.execute(
                    f"{held} WHERE y.invited=0 AND p.chat_id=? AND c.reference=?", (row.chat_id, reference)
                ).fetchone()

    def asking(self, chat: int) -> list[dict[str, Any]]:
        """The messages of a chat but for last words: of these not even the ids are kept, and their owner can remove
        them by their own button."""
        return [message for message in self.emulator.messages(chat) if helpnow.HIDE not in str(message)]

    def check(self) -> None:
        """Everything after a step."""
        self.known |= {*self.db.execute("SELECT reference, association FROM cases")}
        assert not self.db.execute("SELECT error FROM inbox WHERE status='quarantined'").fetchall()
        assert not self.db.execute("SELECT 1 FROM inbox WHERE status='waiting'").fetchall()
        assert not self.db.execute("SELECT error FROM outbox WHERE status IN ('dead', 'unknown', 'sending')").fetchall()
        for chat, body in self.db.execute("SELECT chat_id, body FROM conversation c JOIN person p ON p.id=c.person_id"):
            at = msgspec.json.decode(body, type=Conversation)
            assert msgspec.json.encode(at).decode() == body
            flow = FLOWS[at.flow]
            assert {at.state, *at.trail} <= {*flow.states}
            own = ("worker", "lead", "coordinator") if chat in self.staff else ("parent", "coparent")
            assert flow.sealed or at.flow in own
            assert bool(flow.sealed) == children.is_sealed(self.db, chat)
            assert not flow.sealed or len(self.asking(chat)) <= 1, "one message, and it is edited in place"
            self._check_screen(chat, at)

            for message in self.emulator.messages(chat):
                late = self.clock.now().timestamp() - message["date"] > KEPT.total_seconds()
                assert not late or chat in self.left, message.get("text")

    def _check_screen(self, chat: int, at: Conversation) -> None:
        """The question that counts stands in the chat, unless it has grown old and was cleaned away."""
        if not at.nonce and FLOWS[at.flow].sealed == at.state:  # nobody has pressed for long: nothing stands there
            assert not self.emulator.messages(chat)
            return
        if self.emulator.people[chat].blocked or [1 for _, data in self._buttons(chat) if _nonce(data) == at.nonce]:
            return
        (updated,) = self.db.execute(
            "SELECT updated_at FROM conversation WHERE person_id=(SELECT id FROM person WHERE chat_id=?)", (chat,)
        ).fetchone()
        there = self.db.execute("SELECT 1 FROM message WHERE chat_id=? AND kind='prompt'", (chat,)).fetchone()
        assert updated < stamp(self.clock.now()), f"nothing leads on from {at.state}, which was shown just now"
        assert not there, f"nothing leads on from {at.state}, which was not cleaned away"


def _nonce(data: str) -> str:
    return data.partition(".")[0]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_walk_at_random_leaves_nobody_stuck(seed: int, tmp_path: Path) -> None:
    walk = Walk(tmp_path, seed)
    done: list[str] = []
    for _ in range(STEPS):
        done.append(walk.step())
        try:
            walk.check()
        except AssertionError as error:
            raise AssertionError(f"after {done[-12:]}") from error
    events = {name for (name,) in walk.db.execute("SELECT name FROM case_event")}
    assert {"opened", "claimed", "invited", "invite_opened"} <= events, "the walk gets far enough to mean something"
    assert walk.calls > STEPS
    walk.db.close()


def test_a_second_tap_on_a_way_out_leaves_nothing_stored(tmp_path: Path) -> None:
    walk = Walk(tmp_path, 0)
    parent = walk.parents[0]
    walk.emulator.open_link(parent)
    walk.serve()
    walk.emulator.send_text(parent, "/delete")
    walk.serve()
    at = walk._at(parent)
    assert at
    for message_id, data in walk._buttons(parent):
        if data == f"{at.nonce}.{at.buttons.index('option:delete')}":
            walk.emulator.press_data(parent, message_id, data)
            walk.emulator.press_data(parent, message_id, data)
    walk.serve()
    assert not walk.db.execute("SELECT 1 FROM person WHERE chat_id=?", (parent,)).fetchone()
