"""Safe from the first line: help now, clean-up, discretion, safe hours, deletion."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import config, render
from conversations.flow import Ask, Scene
from conversations.moves import help_paragraphs
from conversations.parent import PARENT
from tests.scenes import plain
from tests.theatre import ROOT, Theatre, theatre
from tests.walks import AFRAID, SHORTEST

TELLTALE = ("child", "parent", "separat", "fear", "afraid", "violen", "worker", "association", "meeting", "request")


@pytest.mark.parametrize("word", ["/apua", "/help", "/hjalp", "apua", "Apua!", "Apua nyt", "help now", "/help me"])
async def test_help_now_shows_112_first_and_stores_and_changes_nothing(word: str, tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        parent = await stage.parent(*SHORTEST[:3])
        before = await everything(stage)
        asked = stage.emulator.send_text(parent.id, word)
        await stage.settle()
        assert parent.text.index("112") < parent.text.index("080\u00a0005\u00a0005")
        assert asked not in [message["message_id"] for message in parent.messages]
        assert await everything(stage) == before
        await parent.presses(parent.buttons[0])
        assert "What describes you best?" in parent.text
        assert await everything(stage) == before


async def test_help_is_a_button_in_every_screen_and_speaks_the_persons_language(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        parent = stage.person("Kaisla", language="fi")
        await parent.start()
        await parent.presses("English")
        for label in AFRAID:
            assert "Help now" in parent.buttons
            await parent.presses("Help now")
            assert parent.text.startswith("If you are in danger now, call 112.")
            await parent.presses("Remove this message", label)


async def test_help_answers_when_the_database_is_down(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        parent = await stage.parent()
        async with stage.nothing_stored():
            stage.emulator.send_text(parent.id, "/help")
            stage.emulator.send_text(parent.id, "nothing can be stored now")
            await parent.is_told("112")
        assert sum("112" in message["text"] for message in parent.messages) == 1
        assert "Please choose" in parent.text


async def test_cleaning_up_removes_the_messages_of_both_directions(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        parent = await stage.parent(*SHORTEST[:3])
        await parent.types("some words of mine")
        await parent.types("/clean")
        await parent.presses("Clean up now")
        assert [message["from"]["is_bot"] for message in parent.messages] == [True]
        assert "What describes you best?" in parent.text


async def test_messages_of_both_directions_go_before_telegrams_limit(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, parent = await stage.staff("Tuuli"), await stage.parent(*SHORTEST)
        await parent.types("and one more thing")
        await stage.push(hours=45)
        assert parent.messages
        await stage.push(hours=1.2)
        assert parent.messages == []
        assert worker.messages == []
        assert not await stage.rows("SELECT 1 FROM message")
        await parent.start()
        assert "has been sent" in parent.text


async def test_a_locked_phone_shows_nothing(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, parent = await stage.staff("Tuuli"), stage.person("Kaisla")
        seen: set[str] = set()
        await parent.start()
        for label in AFRAID:
            await parent.types("anything at all")  # makes every question come as a new message
            seen.add(lock_screen(stage, parent.id))
            await parent.presses(label)
        await parent.presses("Send the request")
        await stage.push(hours=7)
        await worker.presses("Open" if "Open" in worker.buttons else worker.buttons[0])
        seen.add(lock_screen(stage, parent.id))
        assert not [text for text in seen for word in TELLTALE if word in text.casefold()]


async def test_every_message_about_a_case_is_protected(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, parent = await stage.staff("Tuuli"), await stage.parent(*AFRAID, "Send the request")
        await worker.start("c-K7F2")
        bots = [message for actor in (worker, parent) for message in actor.messages if message["from"]["is_bot"]]
        assert bots
        assert all(message.get("has_protected_content") for message in bots)


async def test_notices_wait_for_the_safe_hours(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:  # Monday 10.00 in Helsinki
        worker = await stage.staff("Tuuli")
        parent = await stage.parent(
            *SHORTEST[:-2], "In this chat", "Weekdays 16–20", "Continue", "Any of these", "Suomi"
        )
        await parent.presses("Send the request")
        await worker.presses("Open", "Take this case")
        assert not any("contacts you next" in message["text"] for message in parent.messages)
        await stage.push(hours=5, minutes=59)
        assert not any("contacts you next" in message["text"] for message in parent.messages)
        await stage.push(minutes=2)
        assert "contacts you next" in parent.text


async def test_somebody_with_an_unsafe_phone_is_never_written_to_first(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = await stage.parent(*SHORTEST[:2], "It is not safe", "Go on", *SHORTEST[3:])
        before = parent.messages
        await worker.presses("Open", "Take this case")
        await stage.push(hours=24)
        assert [m["message_id"] for m in parent.messages] == [m["message_id"] for m in before]
        await parent.start()
        assert "A worker has your request" in parent.text


HEARD = "A worker talks with you alone first."


async def test_the_screen_after_the_question_about_fear_does_not_tell_the_answer(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        seen = []
        for number, answer in enumerate(("No", "Sometimes", "Yes", "I'd rather not say")):
            parent = stage.person(f"Parent {number}")
            await parent.start()
            await parent.presses(*SHORTEST[:7], answer)
            seen.append((parent.text, parent.buttons))
        assert HEARD in seen[0][0]
        assert seen == [seen[0]] * 4


@pytest.mark.parametrize("contact", ["Yes", "Talk with me first", "Not yet", "It is not safe"])
@pytest.mark.parametrize(("afraid", "heard"), [("Yes", (1, 0)), ("Skip", (0, 1))])
async def test_everybody_reads_once_that_a_worker_talks_with_them_alone(
    afraid: str, heard: tuple[int, int], contact: str, tmp_path: Path
) -> None:
    async with theatre(tmp_path) as stage:
        parent = stage.person("Kaisla")
        await parent.start()
        await parent.presses(*SHORTEST[:7], afraid)
        first = parent.text.count(HEARD)
        await parent.presses(contact)
        assert (first, parent.text.count(HEARD)) == heard


async def test_blocking_the_bot_is_seen_on_the_card(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, parent = await stage.staff("Tuuli"), await stage.parent(*SHORTEST)
        stage.emulator.block(parent.id)
        await stage.settle()
        await worker.presses("Open", "Take this case")
        assert "cannot reach this parent" in worker.text
        stage.emulator.unblock(parent.id)
        await parent.start()
        await worker.start("c-K7F2")
        assert "cannot reach" not in worker.text


async def test_deleted_is_gone_from_the_disk(tmp_path: Path) -> None:
    canary = "kanarialintu laulaa"
    async with theatre(tmp_path) as stage:
        parent = await stage.parent(*SHORTEST[:3])
        await parent.types(canary)
        assert canary.encode() in on_disk(tmp_path)
        await parent.types("/delete")
        await parent.presses("Yes, delete everything")
        assert "has been removed" in parent.text
        assert not await stage.rows("SELECT 1 FROM person")
        await stage.push(minutes=2)
        assert canary.encode() not in on_disk(tmp_path)
        assert str(parent.id).encode() not in on_disk(tmp_path)


def test_help_lines_must_be_checked_every_half_year() -> None:
    assert config.outdated_lines(datetime(2026, 12, 1, tzinfo=UTC).date()) == []
    assert config.outdated_lines(datetime(2027, 5, 1, tzinfo=UTC).date())
    shown = {line.number for line in config.read(ROOT / "config.toml", {}).lines}
    assert shown == {"112", "080 005 005", "116 006", "09 2525 0111", "116 111", "0800 96 116"}


@pytest.mark.parametrize(("locale", "always"), [("fi", "yötä päivää"), ("sv", "dygnet runt"), ("en", "day and night")])
def test_lines_that_answer_at_night_say_so(locale: str, always: str) -> None:
    shown = render.paragraphs(help_paragraphs(plain().lines, locale), locale).splitlines()
    assert "112" in shown[0]
    (line,) = (line for line in shown if "080\u00a0005\u00a0005" in line)
    assert "116\u00a0016" in line
    assert all(always in line for line in (shown[0], line))
    afraid = PARENT.states["afraid"]
    assert isinstance(afraid, Ask)
    for option in afraid.options:
        assert option.says
        assert always in render.paragraphs(option.says(Scene({}, plain(locale))), locale)


def lock_screen(stage: Theatre, person: int) -> str:
    notification = stage.emulator.lock_screen(person)
    assert notification is not None
    return str(notification["text"])[:60]


def on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("bot.sqlite3*")))


async def everything(stage: Theatre) -> list[object]:
    """All rows but the cursor of the inbox."""

    def dump(db: sqlite3.Connection) -> list[object]:
        return [line for line in db.iterdump() if not line.startswith('INSERT INTO "bot"')]

    return await stage.service.database.read(dump)


async def test_cleaning_up_takes_help_along(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        parent = await stage.parent("Help now", "I agree, let us begin", "Help now")
        await parent.types("/clean")
        await parent.presses("Clean up now")
        assert not any("112" in message["text"] for message in parent.messages)
        await parent.presses("Help now")
        await stage.push(hours=46, minutes=5)
        assert not any("112" in message["text"] for message in parent.messages)


async def test_after_the_claim_the_parents_screen_tells_it_without_a_sound(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = await stage.parent(*SHORTEST[:2], "It is not safe", "Go on", *SHORTEST[3:])
        assert "Open this chat when it is safe" in parent.text
        notification = stage.emulator.lock_screen(parent.id)
        await worker.presses("Open", "Take this case")
        assert "does not write to this parent first" in worker.text
        assert "A worker has your request" in parent.text
        assert stage.emulator.lock_screen(parent.id) == notification
