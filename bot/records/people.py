"""People: private chats with their language, conversation, consent, timers, free text, and all of it gone again."""

from datetime import datetime
from sqlite3 import Connection

import msgspec
from msgspec import Struct

from bot.clock import moment, stamp
from conversations.conversation import Conversation
from conversations.facts import Stored
from conversations.flow import Question
from conversations.staff import FLOWS

STORY_LIMIT = 30_000
"""Characters of free text that are kept for one person."""


class Person(Struct, frozen=True):
    """A private chat."""

    id: int
    chat_id: int
    locale: str


def meet(db: Connection, chat_id: int, locale: str, now: datetime) -> Person:
    """The person of a chat, new at the first contact. Somebody who writes has not blocked the bot."""
    db.execute(
        "INSERT INTO person (chat_id, locale, met_at) VALUES (?,?,?) ON CONFLICT DO NOTHING",
        (chat_id, locale, stamp(now)),
    )
    unblocked(db, chat_id)
    return Person(*db.execute("SELECT id, chat_id, locale FROM person WHERE chat_id=?", (chat_id,)).fetchone())


def known(db: Connection, chat_id: int) -> bool:
    """Whether anything is stored about the person of a chat."""
    return db.execute("SELECT 1 FROM person WHERE chat_id=?", (chat_id,)).fetchone() is not None


def by_id(db: Connection, person_id: int) -> Person | None:
    """A person, None when forgotten."""
    row = db.execute("SELECT id, chat_id, locale FROM person WHERE id=?", (person_id,)).fetchone()
    return Person(*row) if row else None


def conversation(db: Connection, person: Person) -> Conversation | None:
    """Where the person is; None before the first answer, and after a change of the program that cannot read it."""
    row = db.execute("SELECT body FROM conversation WHERE person_id=?", (person.id,)).fetchone()
    try:
        return msgspec.json.decode(row[0], type=Conversation) if row else None
    except msgspec.ValidationError:
        return None


def save_conversation(db: Connection, person: Person, conversation: Conversation, now: datetime) -> None:
    """Keep where the person is."""
    db.execute(
        "INSERT INTO conversation (person_id, body, updated_at) VALUES (?,?,?)"
        " ON CONFLICT DO UPDATE SET body=excluded.body, updated_at=excluded.updated_at",
        (person.id, msgspec.json.encode(conversation).decode(), stamp(now)),
    )


def looking_at(db: Connection, case: int) -> list[tuple[Person, Conversation]]:
    """Everybody whose conversation is about a case now."""
    rows = db.execute(
        "SELECT p.id, p.chat_id, p.locale FROM conversation c JOIN person p ON p.id=c.person_id"
        " WHERE c.body ->> '$.answers.case[0]' = ?",
        (str(case),),
    ).fetchall()
    found = ((person, conversation(db, person)) for person in (Person(*row) for row in rows))
    return [(person, at) for person, at in found if at]


def set_language(db: Connection, person: Person, locale: str) -> None:
    """Speak another language from now on."""
    db.execute("UPDATE person SET locale=? WHERE id=?", (locale, person.id))


def set_safe_hours(db: Connection, person: Person, hours: str) -> None:
    """When the bot may write first (`conversations.questions.SAFE_HOURS`)."""
    db.execute("UPDATE person SET safe_hours=? WHERE id=?", (hours, person.id))


def safe_hours_of_parent(db: Connection, chat_id: int) -> str | None:
    """The safe hours of a parent's chat; None for staff and groups, whose notices are not held back."""
    row = db.execute(
        "SELECT safe_hours FROM person WHERE chat_id=? AND id NOT IN (SELECT person_id FROM seat)", (chat_id,)
    ).fetchone()
    return row[0] if row else None


def locale_of_parent(db: Connection, chat_id: int) -> str | None:
    """The language of a parent's chat; None for staff, groups and strangers."""
    row = db.execute(
        "SELECT locale FROM person WHERE chat_id=? AND id NOT IN (SELECT person_id FROM seat)", (chat_id,)
    ).fetchone()
    return row[0] if row else None


def record_consent(db: Connection, person: Person, version: str, now: datetime) -> None:
    """The person agreed to a version of the consent text in the language it was shown in."""
    db.execute(
        "INSERT INTO consent (person_id, version, locale, given_at) VALUES (?,?,?,?) ON CONFLICT DO UPDATE SET"
        " version=excluded.version, locale=excluded.locale, given_at=excluded.given_at",
        (person.id, version, person.locale, stamp(now)),
    )


def start_timer(db: Connection, person: Person, name: str, due: datetime) -> None:
    """Come back at a moment; a running timer starts again."""
    db.execute(
        "INSERT INTO timer (person_id, name, due_at) VALUES (?,?,?) ON CONFLICT DO UPDATE SET due_at=excluded.due_at",
        (person.id, name, stamp(due)),
    )


def stop_timer(db: Connection, person: Person, name: str) -> None:
    """Do not come back."""
    db.execute("DELETE FROM timer WHERE person_id=? AND name=?", (person.id, name))


def due_timers(db: Connection, now: datetime, limit: int = 50) -> list[tuple[Person, str]]:
    """Timers that have run out, the oldest first."""
    rows = db.execute(
        "SELECT p.id, p.chat_id, p.locale, t.name FROM timer t JOIN person p ON p.id=t.person_id"
        " WHERE t.due_at <= ? ORDER BY t.due_at LIMIT ?",
        (stamp(now), limit),
    ).fetchall()
    return [(Person(*row[:3]), row[3]) for row in rows]


def keep_story(db: Connection, person: Person, words: str) -> None:
    """Keep free text for the worker who claims the case."""
    db.execute("INSERT INTO story (person_id, words) VALUES (?,?)", (person.id, words))


def story_room(db: Connection, person: Person) -> int:
    """How many characters of free text may still be kept."""
    (used,) = db.execute("SELECT coalesce(sum(length(words)), 0) FROM story WHERE person_id=?", (person.id,)).fetchone()
    return max(0, STORY_LIMIT - int(used))


def drop_story(db: Connection, person: Person) -> None:
    """No worker will read the free text of this person."""
    db.execute("DELETE FROM story WHERE person_id=?", (person.id,))


def drop_draft(db: Connection, person: Person) -> None:
    """Somebody who takes a seat was trying the service out as a parent: what was told as one goes."""
    drop_story(db, person)
    db.execute("DELETE FROM consent WHERE person_id=?", (person.id,))


def take_story(db: Connection, person_id: int) -> str:
    """The free text of a person, removed as it is read."""
    parts = [w for (w,) in db.execute("SELECT words FROM story WHERE person_id=? ORDER BY id", (person_id,))]
    db.execute("DELETE FROM story WHERE person_id=?", (person_id,))
    return "\n\n".join(parts)


def stored(db: Connection, person: Person) -> Stored:
    """What is stored about a person, for /tiedot."""
    met_at, sector = db.execute("SELECT met_at, sector FROM person WHERE id=?", (person.id,)).fetchone()
    consent = db.execute("SELECT version, given_at FROM consent WHERE person_id=?", (person.id,)).fetchone()
    talk, sent = conversation(db, person), _sent(db, person)
    told = _told(talk) if talk else {}
    (texts,) = db.execute("SELECT count(*) FROM story WHERE person_id=?", (person.id,)).fetchone()
    return Stored(
        since=moment(met_at),
        consent=consent[0] if consent else "",
        consented_at=moment(consent[1]) if consent else None,
        draft_answers=sum(1 for name, values in told.items() if sent.get(name) != values),
        texts=texts,
        by_link=sector is not None,
        plan=_has_plan(db, person),
        goals=_count(db, person, "goal", "x.parent IN (0, y.number) AND x.words IS NOT NULL") > 0,
        notes=_count(db, person, "note", "x.parent=y.number"),
        survey=db.execute("SELECT 1 FROM survey WHERE person_id=?", (person.id,)).fetchone() is not None,
    )


def _count(db: Connection, person: Person, table: str, theirs: str) -> int:
    """How many rows are about a person as a parent of a case that goes on, or to which they can come back."""
    parts = " UNION ALL ".join(f"SELECT case_id, number FROM {t} WHERE person_id=:person" for t in ("party", "former"))
    counted = f"SELECT count(*) FROM ({parts}) y JOIN {table} x ON x.case_id=y.case_id AND {theirs}"
    return int(db.execute(counted, {"person": person.id}).fetchone()[0])


def _told(talk: Conversation) -> dict[str, tuple[str, ...]]:
    """The answers of a parent's conversation that are told of the parent, without what was chosen on the way."""
    if talk.flow not in ("parent", "coparent"):
        return {}
    asked = {name for name, state in FLOWS[talk.flow].states.items() if isinstance(state, Question)}
    return {name: values for name, values in talk.answers.items() if name in asked - {"suits", "wishes"}}


def _has_plan(db: Connection, person: Person) -> bool:
    own = "SELECT 1 FROM week_plan WHERE person_id=?1 UNION ALL SELECT 1 FROM day_plan WHERE person_id=?1"
    return db.execute(own, (person.id,)).fetchone() is not None


def _sent(db: Connection, person: Person) -> dict[str, tuple[str, ...]]:
    """The answers that stand in a request of the person's, or wait for a worker."""
    row = db.execute(
        "SELECT answers FROM party WHERE person_id=?1 UNION ALL"
        " SELECT answers FROM invited WHERE person_id=?1 AND answers IS NOT NULL",
        (person.id,),
    ).fetchone()
    return msgspec.json.decode(row[0], type=dict[str, tuple[str, ...]]) if row else {}


def unblocked(db: Connection, chat_id: int) -> None:
    """The bot can reach a chat again; should that end once more, it is said once more."""
    db.execute("UPDATE person SET blocked_at=NULL WHERE chat_id=?", (chat_id,))
    db.execute(
        "UPDATE party SET told_unreachable=0 WHERE person_id IN (SELECT id FROM person WHERE chat_id=?)", (chat_id,)
    )


def blocked(db: Connection, chat_id: int, now: datetime) -> None:
    """The bot can no longer reach a chat; what waits to be said is given up. Removals are tried all the same, because
    the ids they name stand nowhere else; and a child who has the chat gives up nothing that waits for its owner."""
    db.execute("UPDATE person SET blocked_at=? WHERE chat_id=?", (stamp(now), chat_id))
    db.execute("DELETE FROM staff_group WHERE chat_id=?", (chat_id,))
    db.execute(
        "UPDATE outbox SET status='blocked', params=NULL WHERE chat_id=? AND status='waiting' AND kind <> 'cleaning'"
        " AND NOT (kind IN ('notice', 'story') AND EXISTS"
        "  (SELECT 1 FROM child x JOIN person p ON p.id=x.person_id WHERE p.chat_id=outbox.chat_id))",
        (chat_id,),
    )


def forget(db: Connection, person: Person, *, of_staff: bool = False) -> None:
    """Delete all about a person, but for what somebody ``of_staff`` answers for in the audit log. Removals in the chat
    that wait in the outbox still go out."""
    db.execute("DELETE FROM outbox WHERE chat_id=? AND kind <> 'cleaning'", (person.chat_id,))
    db.execute("DELETE FROM message WHERE chat_id=?", (person.chat_id,))
    db.execute("UPDATE inbox SET payload=NULL WHERE status='quarantined' AND instr(payload, ?)", (str(person.chat_id),))
    if not of_staff:
        db.execute("UPDATE audit SET person_id=NULL WHERE person_id=?", (person.id,))
    db.execute("DELETE FROM person WHERE id=?", (person.id,))
