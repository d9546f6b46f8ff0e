"""What becomes of a row for each outcome of its call, on a plain connection."""

import json
import sqlite3
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import outbox
from bot.database import connector, migrate
from bot.outbox import NeverLeft, Outgoing, Sent, Stale, Unsure, Wait
from bot.records import chats, people
from tests.theatre import MONDAY

CHAT = 11
GIVE_UP = timedelta(hours=24)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = connector(tmp_path / "bot.sqlite3")()
    migrate(connection)
    people.meet(connection, CHAT, "en", MONDAY)
    yield connection
    connection.close()


def put(db: sqlite3.Connection, kind: outbox.Kind, text: str, **more: object) -> None:
    method = "editMessageText" if "message_id" in more else "sendMessage"
    outbox.put(db, MONDAY, CHAT, kind, method, {"text": text, **more})


def take(db: sqlite3.Connection, after: float = 0) -> list[Outgoing]:
    return outbox.take(db, MONDAY + timedelta(seconds=after), 32)


def settle(db: sqlite3.Connection, row: Outgoing, outcome: outbox.Outcome, after: float = 0) -> None:
    outbox.settle(db, MONDAY + timedelta(seconds=after), row, outcome, GIVE_UP)


def statuses(db: sqlite3.Connection) -> list[tuple[str, str]]:
    return db.execute("SELECT kind, status FROM outbox ORDER BY id").fetchall()


def test_an_edit_that_is_answered_late_leaves_its_message_alone(db: sqlite3.Connection) -> None:
    put(db, "prompt", "first", message_id=5)
    [first] = take(db)
    put(db, "prompt", "second", message_id=5)
    settle(db, first, Sent(5))
    assert statuses(db) == [("prompt", "sent"), ("prompt", "waiting")]
    assert [row.params["text"] for row in take(db)] == ["second"]


@pytest.mark.parametrize("outcome", [Stale(), Wait(3), NeverLeft("x"), Unsure("x")])
def test_a_question_is_not_tried_again_once_a_newer_one_was_asked(
    outcome: outbox.Outcome, db: sqlite3.Connection
) -> None:
    put(db, "prompt", "first", message_id=5)
    [first] = take(db)
    put(db, "prompt", "second", message_id=5)
    settle(db, first, outcome)
    assert [row.params["text"] for row in take(db, after=100)] == ["second"]
    assert take(db, after=200) == []


def test_nothing_overtakes_what_is_tried_again(db: sqlite3.Connection) -> None:
    for text in ("one", "two", "three"):
        put(db, "story", text)
    [one] = take(db)
    settle(db, one, NeverLeft("x"))
    assert take(db) == []
    assert [row.params["text"] for row in take(db, after=3)] == ["one"]


def test_what_never_left_is_tried_for_ever_and_what_may_have_arrived_for_a_day(db: sqlite3.Connection) -> None:
    put(db, "notice", "a new request waits")
    after = 0
    for _ in range(60):
        [row] = take(db, after)
        settle(db, row, NeverLeft("x"), after)
        settle(db, row, Wait(1), after)
        after += 3600
    [row] = take(db, after)
    settle(db, row, Unsure("x"), after)
    assert statuses(db) == [("notice", "unknown")]


FILE = outbox.File("a.png", b"\x89PNG")


def put_file(db: sqlite3.Connection, kind: outbox.Kind, method: str, **more: Any) -> None:
    file = None if method == "sendMessage" else FILE
    outbox.put(db, MONDAY, CHAT, kind, method, {"text": "x"}, file=file, **more)


def test_a_file_is_stored_with_its_parameters_and_goes_with_them(db: sqlite3.Connection) -> None:
    put_file(db, "notice", "sendPhoto")
    put_file(db, "notice", "sendDocument")
    for after, field in ((0, "photo"), (200, "document")):
        [row] = take(db, after)
        uploads = {field: {"name": "a.png", "base64": b64encode(FILE.content).decode()}}
        assert row.params == {"chat_id": CHAT, "text": "x", "upload": uploads}
        settle(db, row, Unsure("x"), after)
        [again] = take(db, after + 100)
        assert again.params == row.params, "what is tried again is the same"
        settle(db, again, Sent(5))
        assert db.execute("SELECT status, params FROM outbox WHERE id=?", (row.id,)).fetchone() == ("sent", None)
    assert chats.messages(db, CHAT) == [5]


def test_a_file_without_a_method_for_it_is_not_stored(db: sqlite3.Connection) -> None:
    with pytest.raises(KeyError):
        outbox.put(db, MONDAY, CHAT, "notice", "sendMessage", {"text": "x"}, file=FILE)
    assert statuses(db) == []


@pytest.mark.parametrize("method", sorted(outbox.NEW_MESSAGES))
@pytest.mark.parametrize("priority", outbox.UNASKED)
def test_nothing_unasked_goes_out_of_the_safe_hours(method: str, priority: int, db: sqlite3.Connection) -> None:
    person = people.meet(db, CHAT, "en", MONDAY)
    people.set_safe_hours(db, person, "evening")
    put_file(db, "notice", method, priority=priority)
    assert take(db) == []
    [row] = take(db, after=6 * 3600)
    assert row.method == method
    people.set_safe_hours(db, person, "never")
    settle(db, row, NeverLeft("x"), after=6 * 3600)
    assert take(db, after=7 * 3600) == []
    assert statuses(db) == []


@pytest.mark.parametrize("method", sorted(outbox.NEW_MESSAGES))
def test_a_question_that_arrives_after_a_newer_one_is_removed(method: str, db: sqlite3.Connection) -> None:
    put_file(db, "prompt", method)
    [first] = take(db)
    put(db, "prompt", "second")
    settle(db, first, Sent(5))
    assert [row.params["text"] for row in take(db)] == ["second"]
    assert statuses(db)[-1] == ("cleaning", "waiting")


@pytest.mark.parametrize("method", sorted(outbox.NEW_MESSAGES))
def test_a_group_that_moves_gets_what_was_under_way(method: str, db: sqlite3.Connection) -> None:
    put_file(db, "notice", method)
    [row] = take(db)
    settle(db, row, outbox.Moved(-100))
    [again] = take(db)
    assert again == outbox.Outgoing(row.id, -100, method, row.params | {"chat_id": -100})


def test_a_screen_brought_up_to_date_never_becomes_a_new_message(db: sqlite3.Connection) -> None:
    edit = {"text": "A worker has your request.", "message_id": 5}
    outbox.put(db, MONDAY, CHAT, "prompt", "editMessageText", edit, priority=outbox.NOTICE)
    [row] = take(db)
    settle(db, row, Stale())
    assert statuses(db) == [("prompt", "sent")]


def test_an_answer_whose_message_is_gone_comes_discreetly(db: sqlite3.Connection) -> None:
    put(db, "prompt", "Are you afraid?", message_id=5)
    [row] = take(db)
    settle(db, row, Stale())
    [again] = take(db)
    assert again.method == "sendMessage"
    assert again.params["text"].startswith("Hello! You can read this in peace")
    assert again.params["protect_content"] is True


def test_removals_that_are_refused_together_are_tried_one_by_one(db: sqlite3.Connection) -> None:
    outbox.remove_messages(db, MONDAY, CHAT, [1, 2, 3])
    [row] = take(db)
    settle(db, row, Stale())
    tried = []
    while rows := take(db):
        tried += rows[0].params["message_ids"]
        settle(db, rows[0], Stale())
    assert tried == [1, 2, 3]
    assert statuses(db) == []


def test_what_was_under_way_when_somebody_was_forgotten_is_removed(db: sqlite3.Connection) -> None:
    put(db, "prompt", "first")
    [row] = take(db)
    person = people.meet(db, CHAT, "en", MONDAY)
    people.forget(db, person)
    settle(db, row, Sent(9))
    [removal] = take(db)
    assert (removal.method, removal.params["message_ids"]) == ("deleteMessages", [9])
    settle(db, removal, Sent())
    assert db.execute("SELECT count(*) FROM outbox").fetchone() == (0,)


def test_a_start_after_a_stop_does_not_repeat_an_older_question(db: sqlite3.Connection) -> None:
    put(db, "prompt", "first", message_id=5)
    take(db)
    put(db, "prompt", "second", message_id=5)
    outbox.recover(db)
    assert [row.params["text"] for row in take(db)] == ["second"]


def test_the_quarantine_forgets_with_the_person(db: sqlite3.Connection) -> None:
    db.execute("INSERT INTO bot (id, username) VALUES (1, 'b')")
    payload = json.dumps({"message": {"chat": {"id": CHAT}, "text": "words"}})
    db.execute(
        "INSERT INTO inbox (bot_id, update_id, digest, received_at, payload, status) VALUES (1, 1, x'00', 1, ?, ?)",
        (payload, "quarantined"),
    )
    people.forget(db, people.meet(db, CHAT, "en", MONDAY))
    assert db.execute("SELECT payload FROM inbox").fetchone() == (None,)


def test_a_group_belongs_to_the_association_that_added_the_bot_first(db: sqlite3.Connection) -> None:
    chats.add_group(db, -5, "south")
    chats.add_group(db, -5, "north")
    assert chats.groups(db, "south") == [-5]
    assert chats.groups(db, "north") == []
