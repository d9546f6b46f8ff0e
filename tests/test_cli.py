"""The commands that others script against: options, environment, JSON, exit codes."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import pytest

from bot.clock import Clock
from bot.playground.emulator import Emulator
from bot.playground.server import BareStage, make_app, serving
from tests.theatre import ROOT, TOKEN, command, theatre
from tests.walks import SHORTEST

CONFIG = (ROOT / "config.toml").read_text("utf-8")


def test_invite_and_status_print_the_agreed_json(tmp_path: Path) -> None:
    database = str(tmp_path / "bot.sqlite3")
    made = command("invite", "--association", "esimerkki-etela", "--role", "worker", "--json", BOT_DATABASE=database)
    invitation = json.loads(made.stdout)
    assert set(invitation) == {"code", "link", "expires_at"}
    assert len(invitation["code"]) == 22
    assert invitation["link"] is None
    counted = command("status", "--json", BOT_DATABASE=database)
    assert json.loads(counted.stdout) == {
        "inbox": {"waiting": 0, "quarantined": 0},
        "outbox": {"waiting": 0, "unknown": 0, "dead": 0},
        "cases": {"total": 0},
    }
    assert command("check", BOT_DATABASE=database).returncode == 0


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("draft = 24", 'draft = "a day"'), "line 19: life.draft: Expected int, got str"),
        (("draft = 24", "daft = 24"), "life.daft: unknown key"),
        (("give_up = 24", ""), "outbox.give_up: missing"),
        (('"uusimaa"', '"uusima"'), "regions: unknown region 'uusima'"),
        (("[promise]", "[promise"), "expected valid TOML"),
        (("messages = 46", "messages = 60"), "life.messages: Expected int <= 47"),
        (("esimerkki-pohjoinen", "esimerkki-etela"), "it stands twice"),
    ],
)
def test_broken_settings_name_file_key_and_expectation(change: tuple[str, str], expected: str, tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    assert change[0] in CONFIG
    broken.write_text(CONFIG.replace(*change), "utf-8")
    result = command("check", "--config", str(broken))
    assert result.returncode == 2
    assert str(broken) in result.stderr
    assert expected in result.stderr


@pytest.mark.parametrize(
    ("arguments", "environment", "expected"),
    [
        (["run"], {}, "TELEGRAM_BOT_TOKEN: expected the token"),
        (["run"], {"TELEGRAM_BOT_TOKEN": TOKEN}, "verified: expected true"),
        (["run"], {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": "http://example.org"}, "expected https"),
        (["run"], {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_API_URL": "http://127.evil.example"}, "expected https"),
        (["run"], {"TELEGRAM_API_URL": "http://127.0.0.1:1/bot"}, "scheme and host only"),
        (["playground"], {"TELEGRAM_BOT_TOKEN": TOKEN}, "takes no real token"),
        (["invite", "--association", "x", "--role", "worker"], {}, "expected one of: esimerkki-etela"),
        (["invite", "--association", "esimerkki-etela", "--role", "boss"], {}, "expected one of: worker"),
        (["status", "--config", "nowhere.toml"], {}, "nowhere.toml: expected a readable TOML file"),
    ],
)
def test_what_an_operator_must_mend_is_one_line_and_exit_code_2(
    arguments: list[str], environment: dict[str, str], expected: str, tmp_path: Path
) -> None:
    result = command(*arguments, **environment, BOT_DATABASE=str(tmp_path / "bot.sqlite3"))
    assert result.returncode == 2
    assert expected in result.stderr
    assert "Traceback" not in result.stderr
    assert TOKEN not in result.stderr


def test_against_telegram_a_key_is_asked_for(tmp_path: Path) -> None:
    verified = tmp_path / "config.toml"
    verified.write_text(CONFIG.replace("verified = false", "verified = true"), "utf-8")
    result = command("run", "--config", str(verified), TELEGRAM_BOT_TOKEN=TOKEN)
    assert result.returncode == 2
    assert "BOT_DATABASE_KEY_FILE" in result.stderr


def test_flows_writes_the_page_that_stands_in_the_docs(tmp_path: Path) -> None:
    page = tmp_path / "flows.md"
    assert command("flows", "--output", str(page)).returncode == 0
    assert page.read_text("utf-8") == (ROOT / "docs" / "flows.md").read_text("utf-8")


async def test_a_trial_run_answers_and_ends_at_once_when_told_to(tmp_path: Path) -> None:
    emulator = Emulator(Clock(), token=TOKEN, username="testi_bot")
    person = emulator.add_person("Kaisla", language="en")
    database = str(tmp_path / "bot.sqlite3")
    async with serving(make_app(BareStage(emulator))) as port:
        running = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "run"),
            cwd=ROOT,
            env=os.environ
            | {
                "TELEGRAM_BOT_TOKEN": TOKEN,
                "TELEGRAM_API_URL": f"http://127.0.0.1:{port}",
                "BOT_DATABASE": database,
            },
            stderr=asyncio.subprocess.PIPE,
        )
        emulator.open_link(person)
        version = 0
        async with asyncio.timeout(30):
            while emulator.last(person) is None:
                version = await emulator.wait(version)
        made = await asyncio.to_thread(
            command, "invite", "--association", "esimerkki-etela", "--role", "lead", "--json", BOT_DATABASE=database
        )
        running.send_signal(signal.SIGTERM)
        _, errors = await asyncio.wait_for(running.communicate(), 30)
    assert running.returncode == 0
    assert json.loads(made.stdout)["link"].startswith("https://t.me/testi_bot?start=")
    assert b"trial run" in errors
    assert TOKEN.encode() not in errors


async def test_a_removed_worker_is_out_at_once_and_the_cases_go_to_the_lead(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        lead, worker, colleague = (
            await stage.staff("Päivi", "lead"),
            await stage.staff("Tuuli"),
            await stage.staff("Vesa"),
        )
        await stage.parent(*SHORTEST)
        await worker.presses("Open", "Take this case")
        database = str(tmp_path / "bot.sqlite3")
        listed = await asyncio.to_thread(command, "worker", "list", "--json", BOT_DATABASE=database)
        rows = json.loads(listed.stdout)
        assert [(row["name"], row["role"], row["cases"]) for row in rows] == [
            ("Päivi", "lead", 0),
            ("Tuuli", "worker", 1),
            ("Vesa", "worker", 0),
        ]
        old = worker.screen
        removed = await asyncio.to_thread(command, "worker", "remove", str(rows[1]["id"]), BOT_DATABASE=database)
        assert removed.returncode == 0
        assert "Cases without a worker now: 1" in removed.stdout
        await stage.push(seconds=2)
        assert worker.messages == [], "nothing of the case is left in the chat"
        assert "No worker is present for the case K7F2" in lead.text
        data = old["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        stage.emulator.press_data(worker.id, old["message_id"], data)
        await stage.settle()
        await worker.start("c-K7F2")
        assert "K7F2" not in worker.text
        assert await stage.rows("SELECT count(*) FROM audit WHERE person_id=?", rows[1]["id"]) == [(3,)]
        await lead.presses("Open", "Ask a worker", "Vesa", "Ask")
        await colleague.presses("Open", "Yes, I take it")
        assert "This case is yours" in colleague.text
        assert await stage.rows("SELECT part FROM work") == [("lead",)]


def test_whom_nobody_knows_nobody_removes(tmp_path: Path) -> None:
    result = command("worker", "remove", "7", BOT_DATABASE=str(tmp_path / "bot.sqlite3"))
    assert result.returncode == 2
    assert "expected the id of somebody" in result.stderr
