"""To whom it was said that a child wishes to talk, and whom that has reached. All of it goes with the child's chat."""

from datetime import datetime, timedelta
from sqlite3 import Connection

from bot.clock import stamp
from bot.records.people import Person

LOOK, REPEAT = timedelta(seconds=30), timedelta(minutes=5)
"""After so long it is looked whether the call has reached anybody; after so long it may be repeated."""


def begin(db: Connection, person: Person, now: datetime) -> None:
    """An adult is called, for the first time or once more."""
    db.execute("UPDATE child SET called_at=?, call_stage=0 WHERE person_id=?", (stamp(now), person.id))
    db.execute("DELETE FROM child_call WHERE person_id=?", (person.id,))


def add(db: Connection, person: Person, hearer: Person, name: str, row: int) -> None:
    """A message to somebody, by its row in the outbox."""
    db.execute(
        "INSERT INTO child_call (person_id, hearer, name, outbox_id) VALUES (?,?,?,?) ON CONFLICT DO UPDATE SET"
        " outbox_id=excluded.outbox_id, state='waits'",
        (person.id, hearer.id, name, row),
    )


def of(db: Connection, person: Person) -> list[tuple[int, str, str]]:
    """Who was written to: id, name and whether it "waits", was "told" or is "lost"."""
    return db.execute(
        "SELECT hearer, name, state FROM child_call WHERE person_id=? ORDER BY name, hearer", (person.id,)
    ).fetchall()


def settle(db: Connection, person: Person) -> None:
    """Take over what became of the messages."""
    db.execute(
        "UPDATE child_call SET state=iif((SELECT status FROM outbox WHERE id=outbox_id)='sent', 'told', 'lost')"
        " WHERE person_id=? AND state='waits' AND NOT EXISTS"
        " (SELECT 1 FROM outbox WHERE id=outbox_id AND status IN ('waiting', 'sending'))",
        (person.id,),
    )


def reach(db: Connection, person: Person, stage: int) -> None:
    """So far it has been followed."""
    db.execute("UPDATE child SET call_stage=? WHERE person_id=?", (stage, person.id))


def moved(db: Connection, now: datetime) -> list[Person]:
    """The chats whose call has come further than their screens say."""
    rows = db.execute(
        "SELECT p.id, p.chat_id, p.locale FROM child c JOIN person p ON p.id=c.person_id WHERE called_at IS NOT NULL"
        " AND (call_stage=0 AND called_at <= ? OR call_stage < 2 AND called_at <= ? OR EXISTS"
        " (SELECT 1 FROM child_call k WHERE k.person_id=c.person_id AND k.state='waits' AND NOT EXISTS"
        " (SELECT 1 FROM outbox o WHERE o.id=k.outbox_id AND o.status IN ('waiting', 'sending'))))",
        (stamp(now - LOOK), stamp(now - REPEAT)),
    )
    return [Person(*row) for row in rows]
