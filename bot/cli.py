"""The commands. Others script against them: their options, environment and JSON are a contract (docs/operation.md)."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sqlite3 import Connection
from typing import Annotated, Any, NoReturn, TypeVar

import structlog
import typer

from bot import casework, checks, config, database, inbox, logs, status
from bot.clock import Clock, moment
from bot.gateway import Gateway, StopTheBot, Unreachable
from bot.records import people, seats, work
from bot.service import Service, Stopped
from bot.world import World
from conversations import diagrams
from conversations.facts import Role
from conversations.staff import FLOWS

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

T = TypeVar("T")
ConfigFile = Annotated[Path, typer.Option("--config", help="The settings.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
CONFIG = Path("config.toml")
ROLES: tuple[Role, ...] = ("worker", "lead", "coordinator")


def main() -> None:
    """Run a command. What an operator must mend is one line on standard error and exit code 2."""
    logs.set_up()
    try:
        app()
    except (config.ConfigError, database.DatabaseError, Stopped) as error:
        refuse(str(error))


def refuse(problem: str) -> NoReturn:
    """Say what is wrong and end with exit code 2."""
    print(problem, file=sys.stderr)
    raise SystemExit(2)


@app.command()
def run(config_file: ConfigFile = CONFIG) -> None:
    """Run the bot against Telegram, or against the server in TELEGRAM_API_URL."""
    settings = config.read(config_file, os.environ)
    if not settings.token:
        raise config.ConfigError("environment: TELEGRAM_BOT_TOKEN: expected the token of the bot")
    config.refuse_against_telegram(config_file, settings)
    if settings.trial:
        key = "open" if settings.key_file is None else "encrypted"
        structlog.get_logger().warning("trial run: example associations are allowed", database=key)
    asyncio.run(_serve(World(settings, Clock())))


async def _serve(world: World) -> None:
    service = Service(world)
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, service.stop)
    await service.run()


@app.command()
def playground(
    port: Annotated[int, typer.Option(help="The port on 127.0.0.1.")] = 8080, config_file: ConfigFile = CONFIG
) -> None:
    """Try everything in a browser: an emulated Telegram with phones for every role, and the real bot."""
    from bot.playground.stage import run as play  # the only command that needs a web server

    if os.environ.get("TELEGRAM_BOT_TOKEN"):
        raise config.ConfigError("environment: TELEGRAM_BOT_TOKEN: expected none, the playground takes no real token")
    asyncio.run(play(config_file, port))


@app.command()
def invite(
    association: Annotated[str, typer.Option(help="The association's id in the settings.")],
    role: Annotated[str, typer.Option(help="worker, lead or coordinator.")],
    as_json: AsJson = False,
    config_file: ConfigFile = CONFIG,
) -> None:
    """Make a one-time code with which somebody takes a seat."""
    settings = config.read(config_file, os.environ)
    known = [a.id for a in settings.associations]
    if association not in known:
        raise config.ConfigError(f"--association: unknown '{association}', expected one of: {', '.join(known)}")
    if role not in ROLES:
        raise config.ConfigError(f"--role: unknown '{role}', expected one of: {', '.join(ROLES)}")
    expires_at = datetime.now(UTC) + timedelta(hours=settings.life.invitation)
    code, name = _with_database(
        settings, lambda db: (seats.invite(db, association, role, expires_at), inbox.username(db))
    )
    name = name or asyncio.run(_username(settings))
    link = f"https://t.me/{name}?start={code}" if name else None
    made = {"code": code, "link": link, "expires_at": expires_at.isoformat(timespec="seconds")}
    print(json.dumps(made) if as_json else f"{link or '/start ' + code}\nGood once, until {made['expires_at']}.")


async def _username(settings: config.Config) -> str:
    """The bot's name from Telegram, for the link of a code that is made before the first start."""
    if not settings.token:
        return ""

    async def nothing(batch: Any) -> None:
        raise AssertionError("nobody polls here")

    gateway = Gateway(settings.token, settings.api_url, nothing, connections=1)
    try:
        return (await gateway.open())[1]
    except (StopTheBot, Unreachable):
        return ""
    finally:
        await gateway.close()


workers = typer.Typer(no_args_is_help=True, help="People with a seat: who they are, and how one is taken away.")
app.add_typer(workers, name="worker")


@workers.command(name="list")
def list_workers(
    association: Annotated[str, typer.Option(help="Only this association.")] = "",
    as_json: AsJson = False,
    config_file: ConfigFile = CONFIG,
) -> None:
    """Say who has a seat: id, name, role, association, since when, and how many open cases."""

    def read(db: Connection) -> list[dict[str, Any]]:
        return [
            {
                "id": person,
                "name": name,
                "role": role,
                "association": where,
                "since": moment(taken).date().isoformat(),
                "cases": work.count(db, person),
            }
            for person, name, role, where, taken in seats.everybody(db, association or None)
        ]

    found = _with_database(config.read(config_file, os.environ), read)
    if as_json:
        print(json.dumps(found, ensure_ascii=False))
        return
    for seat in found:
        print("  ".join(str(value) for value in seat.values()))


@workers.command(name="remove")
def remove_worker(
    person: Annotated[int, typer.Argument(help="The id that `worker list` shows.")], config_file: ConfigFile = CONFIG
) -> None:
    """Take a seat away at once: the chat is cleaned, work pairs take the lead, other cases go to the lead."""
    settings = config.read(config_file, os.environ)

    def remove(db: Connection) -> int | None:
        known = people.by_id(db, person)
        if known is None or seats.seat_of(db, known) is None:
            return None
        return casework.resign(db, World(settings, Clock(), inbox.username(db)), known)

    left = _with_database(settings, remove)
    if left is None:
        raise config.ConfigError(f"worker remove {person}: expected the id of somebody whom `worker list` shows")
    print(f"The seat is gone. Cases without a worker now: {left}.")


@app.command(name="status")
def show_status(as_json: AsJson = False, config_file: ConfigFile = CONFIG) -> None:
    """Count what waits and what went wrong; no names, no words."""
    counted = _with_database(config.read(config_file, os.environ), status.count)
    if as_json:
        print(json.dumps(counted))
        return
    for part, numbers in counted.items():
        print(f"{part}: " + ", ".join(f"{name} {number}" for name, number in numbers.items()))


@app.command()
def flows(output: Annotated[Path, typer.Option(help="The file to write.")] = Path("docs/flows.md")) -> None:
    """Draw every conversation as it is written in the code."""
    output.write_text(diagrams.document(FLOWS), encoding="utf-8")


@app.command()
def check(config_file: ConfigFile = CONFIG) -> None:
    """Say what is wrong with settings, help lines, flows, translations and database."""
    settings = config.read(config_file, os.environ)
    problems = [*config.outdated_lines(datetime.now(UTC).date()), *checks.problems(settings)]
    if settings.database.exists():
        problems += _with_database(settings, checks.database_problems)
    if problems:
        refuse("\n".join(problems))
    print("Nothing is wrong.")


def _with_database(settings: config.Config, work: Callable[[Connection], T]) -> T:
    """Run one transaction beside the running bot."""
    connection = database.connector(settings.database, settings.key_file)()
    try:
        database.migrate(connection)
        connection.execute("BEGIN IMMEDIATE")
        result = work(connection)
        connection.execute("COMMIT")
        return result
    finally:
        connection.close()
