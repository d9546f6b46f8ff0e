"""The one way to the database: whole functions run on its thread, everything that waits shares one commit.

Theory. A turn is a plain function on a plain connection. All turns that wait are run in one `BEGIN IMMEDIATE … COMMIT`
with a savepoint each, so nothing interleaves, a failing turn leaves no trace, and a crash splits none. Nobody gets the
raw connection outside of such a function. Whether the file is encrypted is decided where the connection is made.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite

MIGRATIONS = Path(__file__).with_name("migrations")

T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]
Connector = Callable[[], sqlite3.Connection]


class DatabaseError(Exception):
    """The database cannot be opened: wrong key, newer version, unreadable file. The text says what to do."""


def connector(path: Path, key_file: Path | None = None, *, read_only: bool = False) -> Connector:
    """Return what opens the database: with a key file (64 hexadecimal digits) through SQLCipher, otherwise plain."""

    def connect() -> sqlite3.Connection:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DatabaseError(f"{path}: expected a folder that can be written ({type(error).__name__})") from None
        connection = _cipher(path, key_file) if key_file else _plain(path)
        for pragma in (
            "busy_timeout=5000",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            f"query_only={'ON' if read_only else 'OFF'}",
        ):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    return connect


def _plain(path: Path) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(path, isolation_level=None)
    except sqlite3.OperationalError:
        raise DatabaseError(f"{path}: expected a database file that can be opened and written") from None
    try:
        connection.execute("SELECT count(*) FROM sqlite_master")
    except sqlite3.DatabaseError:
        connection.close()
        raise DatabaseError(
            f"{path}: expected a database without encryption, or its key in BOT_DATABASE_KEY_FILE"
        ) from None
    return connection


def _cipher(path: Path, key_file: Path) -> sqlite3.Connection:
    from sqlcipher3 import dbapi2

    try:
        key = key_file.read_text(encoding="ascii").strip()
        if len(bytes.fromhex(key)) != 32:
            raise ValueError
    except (OSError, ValueError):
        raise DatabaseError(f"{key_file}: expected 64 hexadecimal digits") from None
    connection: sqlite3.Connection = dbapi2.connect(str(path), isolation_level=None)
    connection.execute(f"PRAGMA key=\"x'{key}'\"")
    try:
        connection.execute("SELECT count(*) FROM sqlite_master")
    except dbapi2.Error:
        connection.close()
        raise DatabaseError(f"{path}: expected a database that this key opens") from None
    return connection


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the schema to the newest version; a database of a newer program is a DatabaseError."""
    scripts = sorted(MIGRATIONS.glob("*.sql"))
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > len(scripts):
        raise DatabaseError(f"the database has version {version}, expected at most {len(scripts)}: update the program")
    for number, script in enumerate(scripts[version:], version + 1):
        # A table that is rebuilt is dropped in between, which must not take along what hangs on it.
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.executescript(
            f"BEGIN IMMEDIATE;\n{script.read_text('utf-8')}\nPRAGMA user_version={number};\nCOMMIT;"
        )
        connection.execute("PRAGMA foreign_keys=ON")


@contextmanager
def savepoint(connection: sqlite3.Connection) -> Iterator[None]:
    """All or nothing for a part of a transaction."""
    connection.execute("SAVEPOINT turn")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK TO turn")
        connection.execute("RELEASE turn")
        raise
    connection.execute("RELEASE turn")


class _Threaded(aiosqlite.Connection):
    """aiosqlite's connection, with whole functions instead of single statements."""

    async def run(self, work: Work[T]) -> T:
        result: T = await self._execute(lambda: work(self._conn))  # type: ignore[no-untyped-call]  # aiosqlite
        return result


async def _open(connect: Connector) -> _Threaded:
    connection = _Threaded(connect, iter_chunk_size=64)
    await connection
    return connection


class Database:
    """One writer with group commit, one reader that cannot write. Close it, or the process hangs at its end."""

    def __init__(self, connect: Connector, connect_reader: Connector) -> None:
        self._connectors = (connect, connect_reader)
        self._waiting: list[tuple[Work[Any], asyncio.Future[Any]]] = []
        self._draining: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Open both connections and bring the schema up to date."""
        self._writer = await _open(self._connectors[0])
        try:
            await self._writer.run(migrate)
            self._reader = await _open(self._connectors[1])
        except BaseException:
            await self._writer.close()
            raise

    async def close(self) -> None:
        """Finish what was begun and close."""
        if self._draining:
            await self._draining
        await self._reader.close()
        await self._writer.close()

    async def turn(self, work: Work[T]) -> T:
        """Run a function inside the next transaction; when this returns, its changes are on the disk."""
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.append((work, future))
        if self._draining is None or self._draining.done():
            self._draining = asyncio.create_task(self._drain())
        return await future

    async def read(self, work: Work[T]) -> T:
        """Run a function that only reads, on committed data."""
        return await self._reader.run(work)

    async def checkpoint(self) -> None:
        """Empty the write-ahead log, so that what was deleted is gone from the disk."""
        await self._writer.run(lambda connection: connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall())

    async def _drain(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                results = await self._writer.run(partial(_commit, batch))
            except Exception as error:
                results = [error] * len(batch)
            for (_, future), result in zip(batch, results, strict=True):
                if future.done():
                    continue
                if isinstance(result, Exception):
                    future.set_exception(result)
                else:
                    future.set_result(result)


def _commit(batch: list[tuple[Work[Any], Any]], connection: sqlite3.Connection) -> list[Any]:
    results: list[Any] = []
    connection.execute("BEGIN IMMEDIATE")
    try:
        for work, _ in batch:
            try:
                with savepoint(connection):
                    results.append(work(connection))
            except Exception as error:
                results.append(error)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    return results
