"""What an operator may know at any time: how much waits and what went wrong, in numbers."""

from sqlite3 import Connection


def count(db: Connection) -> dict[str, dict[str, int]]:
    """Numbers of updates, outgoing messages and cases, as `bot status --json` prints them."""
    inbox = dict(db.execute("SELECT status, count(*) FROM inbox GROUP BY status"))
    outbox = dict(db.execute("SELECT status, count(*) FROM outbox GROUP BY status"))
    cases = dict(db.execute("SELECT status, count(*) FROM cases GROUP BY status ORDER BY status"))
    return {
        "inbox": {name: inbox.get(name, 0) for name in ("waiting", "quarantined")},
        "outbox": {
            "waiting": outbox.get("waiting", 0) + outbox.get("sending", 0),
            "unknown": outbox.get("unknown", 0),
            "dead": outbox.get("dead", 0),
        },
        "cases": {"total": sum(cases.values()), **cases},
    }
