"""Safe also when something goes wrong: Telegram refuses, the database is broken, messages are gone or late."""

import asyncio
from pathlib import Path

import msgspec

from bot import inbox
from bot.playground import methods
from bot.playground.emulator import ApiError
from tests.theatre import theatre
from tests.walks import SHORTEST


async def test_hours_for_calls_do_not_open_an_unsafe_chat(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        parent = stage.person("Kaisla")
        await parent.start()
        await parent.presses(*SHORTEST[:2], "It is not safe", "Go on", *SHORTEST[3:-2], "By phone")
        await parent.types("040 123 4567")
        await parent.presses("No, please do not", "Weekdays 9–16", "Skip", "Skip", "Skip", "Send the request")
        assert await stage.rows("SELECT safe_hours FROM person") == [("never",)]


async def test_a_claim_never_rings_where_the_parent_removed_the_screen(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, parent = await stage.staff("Tuuli"), stage.person("Kaisla")
        await parent.start()
        await parent.presses(*SHORTEST[:2], "It is not safe", "Go on", *SHORTEST[3:])
        for message in parent.messages:
            gone = {"chat_id": parent.id, "message_id": message["message_id"]}
            await methods.call(stage.emulator, "deleteMessage", gone)
        await worker.presses("Open", "Take this case")
        await stage.push(hours=1)
        assert parent.messages == []


async def test_help_comes_even_when_telegram_says_no_at_first(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        parent = stage.person("Kaisla")
        refused = iter([ApiError(429, "Too Many Requests: retry after 1", retry_after=1), ApiError(502, "Bad Gateway")])
        stage.emulator.fault = lambda method, params: next(refused, None) if method == "sendMessage" else None
        stage.emulator.send_text(parent.id, "/apua")
        async with asyncio.timeout(20):
            while not any("112" in message.get("text", "") for message in parent.messages):
                await asyncio.sleep(0.05)
        await stage.settle()
        assert not any(message.get("text") == "/apua" for message in parent.messages)


async def test_help_is_said_in_the_answer_to_the_press_already(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        parent = stage.person("Kaisla")
        await parent.start()
        await parent.presses("Help now")
        assert "112" in parent.toasts[-1]


async def test_help_is_answered_when_the_database_cannot_even_be_read(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        parent = stage.person("Kaisla")
        await stage.service.database.turn(lambda db: db.execute("ALTER TABLE bot RENAME TO gone"))
        stage.emulator.send_text(parent.id, "/apua")
        async with asyncio.timeout(20):
            while not any("112" in message.get("text", "") for message in parent.messages):
                await asyncio.sleep(0.05)
        await stage.service.database.turn(lambda db: db.execute("ALTER TABLE gone RENAME TO bot"))
        await parent.start()
        assert "free meetings" in parent.text


async def test_a_message_that_came_late_is_removed_in_its_own_time(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        parent = stage.person("Kaisla")
        await parent.start()
        await parent.types("some words")
        sent = parent.messages[-1]["date"]
        seen = await stage.rows("SELECT max(seen_at) FROM message WHERE kind='theirs'")
        assert abs(seen[0][0] - sent) <= 1
        await stage.service.database.turn(
            lambda db: inbox.store(
                db, 100, "secret", [late(parent.id, sent - 10 * 3600)], stage.clock.now(), frozenset()
            )
        )
        await parent.types("more words")
        assert (sent - 10 * 3600,) in await stage.rows("SELECT seen_at FROM message")


def late(person: int, date: int) -> msgspec.Raw:
    """A message that was written while the bot was away."""
    chat, sender = {"id": person, "type": "private"}, {"id": person, "language_code": "en"}
    message = {"message_id": 900, "date": date, "chat": chat, "from": sender, "text": "late words"}
    return msgspec.Raw(msgspec.json.encode({"update_id": 900_000, "message": message}))


async def test_somebody_under_18_reads_help_at_once_and_can_remove_it(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        child = stage.person("Otso")
        await child.start()
        await child.presses("I agree, let us begin", "Under 18")
        assert not child.text.startswith("Hello!")
        assert child.buttons == ["Remove this message"]
        await child.presses("Remove this message")
        assert child.messages == []


async def test_unblocking_is_seen(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        parent = stage.person("Kaisla")
        await parent.start()
        stage.emulator.block(parent.id)
        await stage.settle()
        assert await stage.rows("SELECT 1 FROM person WHERE blocked_at IS NOT NULL")
        stage.emulator.unblock(parent.id)
        await stage.settle()
        assert not await stage.rows("SELECT 1 FROM person WHERE blocked_at IS NOT NULL")


async def test_taking_a_seat_forgets_what_was_told_as_a_parent(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = stage.person("Tuuli")
        await worker.start()
        await worker.presses(*SHORTEST[:3])
        await worker.types("I try this out")
        await worker.types(f"/start@testi_bot {await stage.code()}")
        assert "You can begin" in worker.text
        assert await stage.rows("SELECT 1 FROM story UNION ALL SELECT 1 FROM consent") == []
        assert await stage.rows("SELECT status FROM inbox WHERE status='quarantined'") == []
