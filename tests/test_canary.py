"""Nobody's words, and never the token, stand in a log line: a canary is typed everywhere and looked for."""

import contextlib
import io
import logging
import sqlite3
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import pytest
import structlog

from bot import logs
from bot.playground.wire import ApiError
from bot.records import feedback
from conversations.conversation import Conversation
from conversations.facts import Role
from conversations.feedback import PARENTS, PARENTS_TEXTS
from conversations.flow import AskText, Flow, Question
from conversations.staff import FLOWS
from conversations.survey import OPEN
from tests.scenes import every_answer, plain
from tests.test_closing import closes
from tests.test_referral import code_for
from tests.theatre import SOUTH, TOKEN, Actor, Theatre, theatre
from tests.walks import SHORTEST

CANARY = "kanarialintu laulaa hiljaa"
Lines = Callable[[], str]


class Kept(logging.Handler):
    """Everything that standard logging is told, with the words of its exceptions."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s %(pathname)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def logged() -> Iterator[Lines]:
    """The log as an operator has it on standard error, and all that the libraries would say at their most talkative."""
    root, heard, errors = logging.getLogger(), Kept(), io.StringIO()
    handlers, level = root.handlers[:], root.level
    named = {name: logging.getLogger(name).level for name in logging.root.manager.loggerDict}
    root.handlers = []
    with contextlib.redirect_stderr(errors):
        logs.set_up()
        root.addHandler(heard)
        root.setLevel(logging.DEBUG)
        yield lambda: "\n".join((errors.getvalue(), *heard.lines))
    root.handlers = handlers
    root.setLevel(level)
    for name in logging.root.manager.loggerDict:
        logging.getLogger(name).setLevel(named.get(name, logging.NOTSET))
    structlog.reset_defaults()


def unheard(log: str) -> None:
    """Nothing of it stands in the log, whole or in part, and the log is one."""
    assert "started" in log, "the log was listened to"
    for word in (*CANARY.split(), TOKEN, TOKEN.partition(":")[2] + "/"):
        assert word not in log, [line for line in log.splitlines() if word in line][:3]


def stand(flow: Flow, name: str, chat: int, db: sqlite3.Connection) -> None:
    """Put a person's conversation into a state."""
    told = every_answer(flow, plain())
    before = tuple(n for n, s in flow.states.items() if isinstance(s, Question) and n != name)
    at = Conversation(flow=flow.name, state=name, trail=before, answers=told or {"case": ("1",)})
    db.execute(
        "UPDATE conversation SET body=? WHERE person_id=(SELECT id FROM person WHERE chat_id=?)",
        (msgspec.json.encode(at).decode(), chat),
    )


async def say_it_everywhere(stage: Theatre, actor: Actor, flow: Flow) -> None:
    """Type the canary in every state of a flow."""
    for name in flow.states:
        await stage.service.database.turn(partial(stand, flow, name, actor.id))
        await actor.types(CANARY)
        found = await stage.rows(
            "SELECT body ->> 'state' FROM conversation WHERE person_id=(SELECT id FROM person WHERE chat_id=?)",
            actor.id,
        )
        state = flow.states[name]
        if name in OPEN:
            assert found != [(name,)], "nobody is asked"
            continue
        taken = isinstance(state, AskText) and state.reads == "words" and len(CANARY) <= state.limit
        assert (found != [(name,)]) == taken


async def write_it_down(worker: Actor) -> None:
    """As a goal, in other words for it, and as a note, each of which is kept."""
    await worker.start("c-K7F2")
    await worker.presses("Goals", "Add a goal", "Both parents")
    await worker.types(CANARY)
    await worker.presses("Save the goal", f"1 · {CANARY}", "Change the words")
    await worker.types(CANARY)
    await worker.presses(
        "Save the words", "Let the parent rate", "First rating", "Back to the goals", "Back to the case"
    )
    await worker.presses("Notes", "Write a note", "Both parents")
    await worker.types(CANARY)
    await worker.presses("Save the note")


async def say_it_in_the_survey(stage: Theatre, worker: Actor, reader: Actor, parent: Actor) -> None:
    """As free texts about the service after the end, which are stored, and instead of every answer before them."""
    await worker.presses("Back to the case")
    await closes(worker)
    ids = await stage.rows("SELECT id FROM person WHERE chat_id=?", reader.id)
    await stage.service.database.turn(lambda db: feedback.name_reader(db, SOUTH, ids[0][0]))
    for _ in range(4):
        await stage.push(days=1)
    await parent.start()
    await parent.presses("Give feedback", "Begin")
    for _ in PARENTS:
        await parent.types(CANARY)
        await parent.presses("Skip")
    for _ in PARENTS_TEXTS:
        await parent.types(CANARY)
    await parent.presses("Send")
    assert await stage.rows("SELECT words FROM feedback_text") == [(CANARY,)] * 2


async def say_it_in_every_way(stage: Theatre, actor: Actor) -> None:
    """As a command, a code, a press, a card, a forwarded and an edited message, and in shapes nobody knows."""
    emulator, chat = stage.emulator, actor.id
    for text in (f"/{CANARY}", f"/start {CANARY}", f"/start c-{CANARY}", f"/delete {CANARY}", CANARY * 90):
        emulator.send_text(chat, text)
    emulator.edit_text(chat, emulator.send_text(chat, "before"), CANARY)
    emulator.forward_text(chat, CANARY)
    emulator.send_contact(chat, CANARY)
    emulator.send_contact(chat, CANARY, of=chat)
    emulator.press_data(chat, 1, CANARY)
    emulator.press_data(chat, 1, f"{CANARY}.0")
    for shape in (
        {"message": {"message_id": CANARY, "chat": {"id": chat}, "from": {"id": chat}, "text": CANARY}},
        {"message": {"message_id": 7, "chat": {"id": CANARY}, "from": {"id": chat}, "text": CANARY}},
        {"callback_query": {"id": 5, "from": {"id": chat}, "data": CANARY}},
        {CANARY: CANARY},
    ):
        emulator.push_update(dict(shape))
    await stage.settle()


async def test_no_log_line_holds_what_parents_and_staff_wrote(tmp_path: Path, logged: Lines) -> None:
    async with theatre(tmp_path) as stage:
        parent = await stage.parent()
        await say_it_everywhere(stage, parent, FLOWS["parent"])
        await say_it_in_every_way(stage, parent)
        await stage.service.database.turn(partial(stand, FLOWS["parent"], "welcome", parent.id))
        sender = stage.person("Otso")
        await sender.start()
        await sender.presses(*SHORTEST[:4])
        await sender.types(CANARY)
        await sender.presses(*SHORTEST[4:])
        roles: tuple[Role, ...] = ("worker", "lead", "coordinator")
        for role in roles:
            staff = await stage.staff(role, role)
            await say_it_everywhere(stage, staff, FLOWS[role])
            await say_it_in_every_way(stage, staff)
        worker = await stage.staff("Tuuli")
        await worker.start("c-K7F2")
        await worker.presses("Take this case", "The other parent", "Make the link")
        other = stage.person("Kaisla")
        await other.start(code_for(worker))
        await say_it_everywhere(stage, other, FLOWS["coparent"])
        await say_it_in_every_way(stage, other)
        await stage.service.database.turn(partial(stand, FLOWS["coparent"], "summary", other.id))
        await other.start()
        await other.presses("Send the answers")
        await worker.start("c-K7F2")
        await worker.presses("The other parent", "Yes, the other parent")
        await write_it_down(worker)
        assert any(CANARY in message["text"] for message in worker.messages), "the story was shown"
        assert await stage.rows("SELECT 1 FROM inbox WHERE status='quarantined'")
        await say_it_in_the_survey(stage, worker, worker, sender)
        await no_column_of_errors_holds_it(stage)
    unheard(logged())


async def test_no_log_line_holds_it_when_a_turn_fails(tmp_path: Path, logged: Lines) -> None:
    async with theatre(tmp_path) as stage:
        parent = await stage.parent(*SHORTEST)
        body = msgspec.json.encode([CANARY]).decode()
        await stage.service.database.turn(lambda db: db.execute("UPDATE party SET answers=?", (body,)))
        await parent.types(CANARY)
        assert await stage.rows("SELECT error FROM inbox WHERE status='quarantined'") == [("ValidationError",)]
        await no_column_of_errors_holds_it(stage)
        await stage.service.database.turn(lambda db: db.execute("INSERT INTO timer SELECT id, 'draft', 0 FROM person"))
        await stage.push(minutes=1)
        async with stage.nothing_stored():
            stage.emulator.send_text(parent.id, CANARY)
            stage.emulator.send_text(parent.id, "/help")
            await parent.is_told("112")
    log = logged()
    assert "a timer could not be taken" in log
    unheard(log)


FAULTS: dict[str, ApiError] = {
    "refused": ApiError(400, f"Bad Request: {CANARY}"),
    "blocked": ApiError(403, f"Forbidden: {CANARY}"),
    "broken": ApiError(500, f"Internal Server Error: {CANARY}"),
    "asked to wait": ApiError(429, f"Too Many Requests: {CANARY}", retry_after=1),
}


@pytest.mark.parametrize("name", [*FAULTS, "no answer"])
async def test_no_log_line_holds_it_when_telegram_fails(name: str, tmp_path: Path, logged: Lines) -> None:
    async with theatre(tmp_path) as stage:
        worker, parent = await stage.staff("Tuuli"), await stage.parent(*SHORTEST[:4])
        await parent.types(CANARY)
        await parent.presses(*SHORTEST[4:])
        await worker.presses("Open")
        once: list[str] = []

        def story(method: str, params: dict[str, Any]) -> bool:
            if method != "sendMessage" or CANARY not in str(params) or once:
                return False
            once.append(method)
            return True

        if name == "no answer":
            stage.emulator.drop_answer = story
        else:
            stage.emulator.fault = lambda method, params: FAULTS[name] if story(method, params) else None
        await worker.presses("Take this case")
        assert once
        await stage.push(minutes=5)
        await no_column_of_errors_holds_it(stage)
    unheard(logged())


async def no_column_of_errors_holds_it(stage: Theatre) -> None:
    errors = await stage.rows("SELECT error FROM inbox UNION ALL SELECT error FROM outbox")
    assert not [error for (error,) in errors if error and any(word in error for word in CANARY.split())]
    for table in ("audit", "case_event"):
        assert CANARY not in str(await stage.rows(f"SELECT * FROM {table}"))


def test_a_canary_in_the_log_would_be_found(logged: Lines) -> None:
    structlog.get_logger().info("started")
    unheard(logged())
    for speak in (structlog.get_logger().warning, logging.getLogger("any.library").debug):
        before = logged()
        speak(f"somebody wrote {CANARY}")
        with pytest.raises(AssertionError):
            unheard(logged().removeprefix(before) + "started")
