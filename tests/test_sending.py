"""What sending and receiving do when Telegram or the network says no (the table in bot/gateway.py)."""

import asyncio
from pathlib import Path
from sqlite3 import Connection
from typing import Any

import msgspec
import pytest

from bot import inbox, outbox
from bot.clock import Clock
from bot.database import DatabaseError, connector, migrate
from bot.gateway import Gateway
from bot.outbox import File
from bot.playground import methods
from bot.playground.emulator import ApiError, Emulator
from bot.playground.server import BareStage, make_app, serving
from bot.service import Service, Stopped
from bot.world import World
from tests.emulated import KEYBOARD, PICTURE
from tests.theatre import MONDAY, TOKEN, settings, theatre
from tests.walks import SHORTEST


async def test_a_chat_that_must_wait_is_held_and_nothing_overtakes(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        parent, other = stage.person("Kaisla"), stage.person("Otso")
        refused = iter([ApiError(429, "Too Many Requests: retry after 60", retry_after=60)])

        def once(method: str, params: dict[str, Any]) -> ApiError | None:
            mine = method == "sendMessage" and params.get("chat_id") == parent.id
            return next(refused, None) if mine else None

        stage.emulator.fault = once
        await parent.start()
        await parent.types("and this as well")
        assert [message["from"]["is_bot"] for message in parent.messages] == [False, False]
        await other.start()
        assert "free meetings" in other.text
        await stage.push(seconds=62)
        assert "free meetings" in parent.text


async def test_a_refused_message_is_given_up_and_a_lost_answer_is_sent_again(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        parent = stage.person("Kaisla")
        stage.emulator.fault = lambda m, p: ApiError(400, "Bad Request: no way") if m == "sendMessage" else None
        await parent.start()
        assert await stage.rows("SELECT status, params, error FROM outbox") == [("dead", None, "BadRequest")]
        stage.emulator.fault = None
        dropped = iter([True])
        stage.emulator.drop_answer = lambda m, p: m == "sendMessage" and next(dropped, False)
        await parent.start()
        await stage.push(seconds=10)
        welcomes = [m for m in parent.messages if m["from"]["is_bot"] and "free meetings" in m["text"]]
        assert len(welcomes) == 2, "sent at least once: an answer that never came is no proof"


async def test_a_file_arrives_whole_is_sent_again_and_goes_in_time(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        ends = b"BEGIN:VCALENDAR\r\n\x00\xff"
        params = {"caption": "Whose? – Ääkköset", "reply_markup": KEYBOARD, "protect_content": True}
        chat, now = worker.id, stage.clock.now()

        def put(db: Connection) -> None:
            outbox.put(db, now, chat, "notice", "sendDocument", params, file=File("möte.ics", ends))
            outbox.put(db, now, chat, "notice", "sendPhoto", {"caption": "Look"}, file=File("a.png", PICTURE))

        dropped = iter([True])
        stage.emulator.drop_answer = lambda m, p: m == "sendDocument" and next(dropped, False)
        await stage.service.database.turn(put)
        await stage.push(seconds=1)
        await stage.push(seconds=10)
        first, second, photo = worker.messages[-3:]
        for shown in (first, second):
            assert (worker.file(shown), shown["document"]["file_name"]) == (ends, "möte.ics")
            assert shown["caption"] == params["caption"]
            assert (shown["reply_markup"], shown["has_protected_content"]) == (KEYBOARD, True)
        assert (worker.file(photo), worker.text) == (PICTURE, "Look")
        assert await stage.rows("SELECT 1 FROM outbox WHERE params IS NOT NULL") == []
        await stage.push(hours=46, minutes=5)
        left = [message["message_id"] for message in worker.messages]
        assert photo["message_id"] not in left
        assert second["message_id"] not in left
        assert first["message_id"] in left, "an answer that was lost told no id"


async def test_a_screen_in_place_of_a_picture_comes_as_a_new_message(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        parent = await stage.parent()
        shown = parent.screen
        data = shown["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        params, now = {"caption": "x"}, stage.clock.now()
        file = File("a.png", PICTURE)
        await stage.service.database.turn(
            lambda db: outbox.put(db, now, parent.id, "notice", "sendPhoto", params, file=file)
        )
        await stage.push(seconds=1)
        stage.emulator.press_data(parent.id, parent.screen["message_id"], data)
        await stage.settle()
        assert "How old are you?" in parent.text


async def test_a_prompt_that_is_gone_comes_as_a_new_message(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        parent = await stage.parent()
        shown = parent.screen
        data = shown["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        gone = {"chat_id": parent.id, "message_id": shown["message_id"]}
        await methods.call(stage.emulator, "deleteMessage", gone)
        stage.emulator.press_data(parent.id, shown["message_id"], data)
        await stage.settle()
        assert "How old are you?" in parent.text


async def test_a_group_that_migrates_keeps_its_notices(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, parent = await stage.staff("Tuuli"), stage.person("Kaisla")
        group = stage.emulator.add_group("Workers", [worker.id])
        stage.emulator.add_bot_to_group(group, worker.id)
        await stage.settle()
        new = stage.emulator.migrate_group(group)
        await parent.start()
        await parent.presses(*SHORTEST)
        notice = stage.emulator.last(new)
        assert notice is not None
        assert "K7F2" in notice["text"]
        assert await stage.rows("SELECT chat_id FROM staff_group") == [(new,)]


async def test_a_token_that_telegram_refuses_is_said_plainly(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        port = int(stage.service.world.config.api_url.rpartition(":")[2])
        wrong = msgspec.structs.replace(settings(tmp_path / "wrong.sqlite3", port), token="100:wrong")
        with pytest.raises(Stopped, match="TELEGRAM_BOT_TOKEN"):
            await Service(World(wrong, stage.clock)).run()


async def test_a_token_that_is_refused_while_sending_ends_the_service_with_a_reason(tmp_path: Path) -> None:
    emulator = Emulator(Clock(MONDAY), token=TOKEN, username="testi_bot", limits=False)
    refused = ApiError(401, "Unauthorized")
    emulator.fault = lambda method, params: refused if method == "sendMessage" else None
    emulator.open_link(emulator.add_person("Kaisla", language="en"))
    async with serving(make_app(BareStage(emulator))) as port:
        service = Service(World(settings(tmp_path / "bot.sqlite3", port), emulator.clock))
        with pytest.raises(Stopped, match="no longer accepts"):
            await asyncio.wait_for(service.run(), 10)


async def test_a_blocked_chat_is_still_cleaned_when_it_opens_again(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        parent = await stage.parent(*SHORTEST[:2])
        unreachable = ApiError(502, "Bad Gateway")
        stage.emulator.fault = lambda method, params: unreachable if method.startswith("delete") else None
        await parent.types("/clean")
        await parent.presses("Clean up now")
        stage.emulator.block(parent.id)
        await stage.settle()
        assert ("waiting",) in await stage.rows("SELECT status FROM outbox WHERE kind='cleaning'")
        stage.emulator.unblock(parent.id)
        stage.emulator.fault = None
        await stage.push(minutes=6)
        assert not any("free meetings" in message.get("text", "") for message in parent.messages)


async def test_what_was_given_up_does_not_stay_for_ever(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        parent = stage.person("Kaisla")
        stage.emulator.fault = lambda m, p: ApiError(400, "Bad Request: no way") if m == "sendMessage" else None
        await parent.start()
        assert await stage.rows("SELECT status FROM outbox") == [("dead",)]
        await stage.service.database.turn(lambda db: db.execute("INSERT INTO audit (at, action) VALUES (0, 'claim')"))
        await stage.push(hours=49)
        assert await stage.rows("SELECT 1 FROM outbox WHERE status='dead' UNION ALL SELECT 1 FROM audit") == []


async def test_an_unreachable_server_is_known_to_have_received_nothing() -> None:
    async def nothing(batch: object) -> None:
        raise AssertionError

    gateway = Gateway(TOKEN, "http://127.0.0.1:9", nothing, connections=1)
    await asyncio.gather(gateway._sending.initialize(), gateway._polling.initialize())
    outcome = await gateway.call("sendMessage", {"chat_id": 1, "text": "x"})
    await gateway.close()
    assert type(outcome).__name__ == "NeverLeft"


def test_an_update_that_comes_again_is_recognised_even_under_a_lost_cursor(tmp_path: Path) -> None:
    connection = connector(tmp_path / "bot.sqlite3")()
    migrate(connection)
    inbox.start(connection, 100, "testi_bot")
    batch = [msgspec.Raw(b'{"update_id":7,"x":1}'), msgspec.Raw(b'{"update_id":7,"x":2}')]
    for _ in range(2):
        inbox.store(connection, 100, "secret", batch, MONDAY, frozenset())
    stored = connection.execute("SELECT update_id, payload FROM inbox ORDER BY seq").fetchall()
    cursor = inbox.offset(connection, 100)
    connection.close()
    assert stored == [(7, '{"update_id":7,"x":1}'), (7, '{"update_id":7,"x":2}')]
    assert cursor == 8


def test_the_encrypted_database_opens_only_with_its_key(tmp_path: Path) -> None:
    path, key, other = tmp_path / "bot.sqlite3", tmp_path / "key", tmp_path / "other"
    key.write_text("ab" * 32)
    other.write_text("cd" * 32)
    connection = connector(path, key)()
    migrate(connection)
    connection.execute("INSERT INTO bot (id, username) VALUES (1, 'kanarialintu')")
    connection.close()
    assert b"kanarialintu" not in path.read_bytes()
    with pytest.raises(Exception, match="this key opens"):
        connector(path, other)()
    with pytest.raises(DatabaseError, match="BOT_DATABASE_KEY_FILE"):
        connector(path)()
