"""What was received: stored before it is acknowledged, processed once, in the order of arrival.

Theory. A batch and the cursor are committed in one transaction; only the next poll's offset tells Telegram that we have
it. So a crash at any point makes Telegram send it again, and (update_id, digest) recognises what was stored already.
Nothing is interpreted before it is stored.
"""

import hmac
from collections.abc import Callable
from datetime import datetime, timedelta
from sqlite3 import Connection

import msgspec
import structlog
from msgspec import Struct

from bot import turns
from bot.clock import stamp
from bot.database import savepoint
from bot.logs import kind
from bot.turns import Toast
from bot.world import World

log = structlog.get_logger()


class Numbered(Struct, frozen=True):
    """The one field that is read before an update is stored."""

    update_id: int


def start(db: Connection, bot_id: int, username: str) -> None:
    """Remember the account that runs now."""
    db.execute(
        "INSERT INTO bot (id, username) VALUES (?,?) ON CONFLICT DO UPDATE SET username=excluded.username",
        (bot_id, username),
    )


def username(db: Connection) -> str:
    """The account that ran last, "" before the first start."""
    row = db.execute("SELECT username FROM bot ORDER BY rowid DESC LIMIT 1").fetchone()
    return row[0] if row else ""


def offset(db: Connection, bot_id: int) -> int:
    """Where the next poll starts; it acknowledges everything before."""
    row = db.execute("SELECT next_offset FROM bot WHERE id=?", (bot_id,)).fetchone()
    return int(row[0])


def store(
    db: Connection, bot_id: int, secret: str, batch: list[msgspec.Raw], now: datetime, skip: frozenset[int]
) -> None:
    """Keep a batch of raw updates and move the cursor past it. ``skip`` are updates that must not be kept.

    A digest outlives the words it was made of. So it is keyed by a ``secret`` that never stands in the database, the
    bot's token: otherwise somebody with the database could try who has written which words.
    """
    last = None
    for raw in batch:
        payload = bytes(raw)
        last = msgspec.json.decode(payload, type=Numbered).update_id
        if last in skip:
            continue
        db.execute(
            "INSERT OR IGNORE INTO inbox (bot_id, update_id, digest, received_at, payload) VALUES (?,?,?,?,?)",
            (
                bot_id,
                last,
                hmac.digest(secret.encode(), payload, "sha256"),
                stamp(now),
                payload.decode("utf-8", "replace"),
            ),
        )
    if last is not None:
        db.execute("UPDATE bot SET next_offset=? WHERE id=?", (last + 1, bot_id))


def work(
    db: Connection, world: World, limit: int = 50, reached: Callable[[str], None] = lambda point: None
) -> tuple[int, list[Toast]]:
    """Take the oldest updates that wait, each all or nothing; returns how many, and the answers to presses.

    One that raises is put into quarantine with the exception's type only; the person gets an apology, others go on.
    """
    rows = db.execute("SELECT seq, payload FROM inbox WHERE status='waiting' ORDER BY seq LIMIT ?", (limit,)).fetchall()
    toasts = []
    for seq, payload in rows:
        try:
            with savepoint(db):
                toast = turns.take(db, world, payload)
                db.execute("UPDATE inbox SET status='done', payload=NULL WHERE seq=?", (seq,))
                reached("turned")
            if toast:
                toasts.append(toast)
        except Exception as error:
            log.error("an update was put into quarantine", error=kind(error))
            db.execute("UPDATE inbox SET status='quarantined', error=? WHERE seq=?", (type(error).__name__, seq))
            _apologize(db, world, payload)
    return len(rows), toasts


def _apologize(db: Connection, world: World, payload: str) -> None:
    try:
        with savepoint(db):
            turns.apologize(db, world, payload)
    except Exception:
        return  # what cannot be read says nothing about whom to answer


def forget(db: Connection, now: datetime, hours: int) -> None:
    """Empty the payloads that nobody has looked at in time, and drop old rows: Telegram repeats nothing that old."""
    old = stamp(now - timedelta(hours=hours))
    db.execute("UPDATE inbox SET payload=NULL WHERE status='quarantined' AND received_at <= ?", (old,))
    week = stamp(now - timedelta(days=7))
    db.execute("DELETE FROM inbox WHERE status <> 'waiting' AND received_at <= ?", (week,))
