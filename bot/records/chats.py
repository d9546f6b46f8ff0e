"""What stands in a chat: message ids for cleaning, groups of workers, and Telegram's requests to wait."""

from datetime import datetime
from sqlite3 import Connection

from bot.clock import stamp


def saw_message(db: Connection, chat_id: int, message_id: int, kind: str, now: datetime) -> None:
    """Remember a message for cleaning; the kind of a message may change when it is edited."""
    db.execute(
        "INSERT INTO message (chat_id, message_id, kind, seen_at) VALUES (?,?,?,?)"
        " ON CONFLICT DO UPDATE SET kind=excluded.kind",
        (chat_id, message_id, kind, stamp(now)),
    )


def prompts(db: Connection, chat_id: int) -> list[int]:
    """The questions that stand in a chat now; more than one only after a crash or a doubled sending."""
    return [i for (i,) in db.execute("SELECT message_id FROM message WHERE chat_id=? AND kind='prompt'", (chat_id,))]


def messages(db: Connection, chat_id: int, kind: str | None = None) -> list[int]:
    """Everything in a chat that can still be cleaned, or only what is of one kind."""
    found = "SELECT message_id FROM message WHERE chat_id=? AND kind=coalesce(?, kind) ORDER BY 1"
    return [i for (i,) in db.execute(found, (chat_id, kind))]


def forget_messages(db: Connection, chat_id: int, message_ids: list[int]) -> None:
    """These will be gone."""
    db.executemany("DELETE FROM message WHERE chat_id=? AND message_id=?", [(chat_id, i) for i in message_ids])


def lost(db: Connection, before: datetime) -> None:
    """Forget messages that Telegram no longer lets a bot delete; one of them would make it refuse the others."""
    db.execute("DELETE FROM message WHERE seen_at <= ?", (stamp(before),))


def older_than(db: Connection, before: datetime, kind: str | None = None) -> dict[int, list[int]]:
    """Messages by chat that are to be cleaned by now, all or only those of one kind."""
    old: dict[int, list[int]] = {}
    for chat_id, message_id in db.execute(
        "SELECT chat_id, message_id FROM message WHERE seen_at <= ? AND kind=coalesce(?, kind) ORDER BY 1, 2",
        (stamp(before), kind),
    ):
        old.setdefault(chat_id, []).append(message_id)
    return old


def hold(db: Connection, chat_id: int, until: int) -> None:
    """Nothing goes to this chat before a moment (Unix seconds)."""
    db.execute(
        "INSERT INTO chat_hold (chat_id, until) VALUES (?,?)"
        " ON CONFLICT DO UPDATE SET until=max(until, excluded.until)",
        (chat_id, until),
    )


def add_group(db: Connection, chat_id: int, association: str) -> None:
    """A worker added the bot to a group of the association. Nobody of another association takes it over while the bot
    is in it."""
    db.execute(
        "INSERT INTO staff_group (chat_id, association) VALUES (?,?) ON CONFLICT DO NOTHING",
        (chat_id, association),
    )


def remove_group(db: Connection, chat_id: int) -> None:
    """The bot is no longer in a group."""
    db.execute("DELETE FROM staff_group WHERE chat_id=?", (chat_id,))
    db.execute("DELETE FROM outbox WHERE chat_id=? AND status='waiting'", (chat_id,))


def groups(db: Connection, association: str) -> list[int]:
    """The groups of an association's workers."""
    return [c for (c,) in db.execute("SELECT chat_id FROM staff_group WHERE association=? ORDER BY 1", (association,))]


def moved(db: Connection, old: int, new: int) -> None:
    """A group became a supergroup with another id."""
    db.execute("UPDATE OR REPLACE staff_group SET chat_id=? WHERE chat_id=?", (new, old))
    db.execute("DELETE FROM message WHERE chat_id=?", (old,))
    db.execute(
        "UPDATE outbox SET chat_id=?1, params=json_set(params, '$.chat_id', ?1) WHERE chat_id=?2 AND status='waiting'",
        (new, old),
    )
