"""Chats that are in a child's hands, and the one-time codes by which a parent's phone gets there.

Neither keeps an answer, and both go without a trace when they end.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from sqlite3 import Connection

import msgspec
from msgspec import Struct

from bot.clock import moment, stamp
from bot.records import feedback
from bot.records.people import Person
from conversations.conversation import Conversation
from conversations.feedback_facts import Band, Device
from conversations.typed import CODE_ALPHABET, CODE_LENGTH, is_code


class Begun(Struct, frozen=True):
    """Whose feedback begins: the association, the age, the case if there is one, the worker who began it, and how long
    the service was."""

    association: str
    band: Band
    case: int | None
    worker: int | None
    length: str


class Child(Struct, frozen=True):
    """A chat in a child's hands. ``token`` is None once the child has answered, in whatever way, ``called_at`` until an
    adult was called. No word of the way out counts before ``rests_until``."""

    begun: Begun
    device: Device
    token: bytes | None
    seed: int
    way_out: tuple[str, ...]
    rests_until: datetime
    called_at: datetime | None = None
    call_stage: int = 0


def begin(db: Connection, person: Person, begun: Begun, device: Device, seed: int, way_out: tuple[str, ...]) -> None:
    """Somebody's chat is about to be handed over."""
    db.execute(
        "INSERT INTO child (person_id, association, band, case_id, worker, length, device, token, seed, way_out)"
        " VALUES (?,?,?,?,?,?,?,?,?,?)",
        (
            person.id,
            *_columns(begun),
            device,
            feedback.new_token(),
            seed,
            msgspec.json.encode(way_out).decode(),
        ),
    )


def of(db: Connection, person: Person) -> Child | None:
    """How somebody's chat stands that a child has; None if the person has it."""
    row = db.execute(
        "SELECT association, band, case_id, worker, length, device, token, seed, way_out, rests_until, called_at,"
        " call_stage FROM child WHERE person_id=?",
        (person.id,),
    ).fetchone()
    if row is None:
        return None
    way_out = msgspec.json.decode(row[8], type=tuple[str, ...])
    called_at = None if row[10] is None else moment(row[10])
    return Child(Begun(*row[:5]), row[5], row[6], row[7], way_out, moment(row[9]), called_at, row[11])


def answered(db: Connection, person: Person) -> None:
    """The child has answered: what this was answered with stands nowhere any more."""
    db.execute("UPDATE child SET token=NULL WHERE person_id=?", (person.id,))


def draw(db: Connection, person: Person, way_out: tuple[str, ...]) -> None:
    """Other words end it from now on."""
    db.execute("UPDATE child SET way_out=? WHERE person_id=?", (msgspec.json.encode(way_out).decode(), person.id))


def wrong_word(db: Connection, person: Person, most: int, rests_until: datetime) -> None:
    """A word of the way out was wrong; after so many the keypad rests and they are counted anew."""
    db.execute(
        "UPDATE child SET wrong=(wrong + 1) % ?1, rests_until=iif(wrong + 1 >= ?1, ?2, rests_until) WHERE person_id=?3",
        (most, stamp(rests_until), person.id),
    )


def put_aside(db: Connection, person: Person, conversation: Conversation | None) -> None:
    """Keep the person's own conversation for afterwards, or no longer."""
    body = msgspec.json.encode(conversation).decode() if conversation else None
    db.execute("UPDATE child SET put_aside=? WHERE person_id=?", (body, person.id))


def aside(db: Connection, person: Person) -> Conversation | None:
    """The person's own conversation that is kept for afterwards."""
    row = db.execute("SELECT put_aside FROM child WHERE person_id=?", (person.id,)).fetchone()
    try:
        return msgspec.json.decode(row[0], type=Conversation) if row and row[0] else None
    except msgspec.ValidationError:
        return None


def end(db: Connection, person: Person) -> None:
    """The chat is the person's own again; where the child was in it goes."""
    db.execute("DELETE FROM child WHERE person_id=?", (person.id,))
    db.execute("DELETE FROM conversation WHERE person_id=?", (person.id,))


def sealed(db: Connection) -> frozenset[int]:
    """The chats that children have now."""
    rows = db.execute("SELECT p.chat_id FROM child c JOIN person p ON p.id=c.person_id")
    return frozenset(chat for (chat,) in rows)


def is_sealed(db: Connection, chat_id: int) -> bool:
    """Whether a child has this chat now."""
    found = "SELECT 1 FROM child c JOIN person p ON p.id=c.person_id WHERE p.chat_id=?"
    return db.execute(found, (chat_id,)).fetchone() is not None


# Codes


def make_code(db: Connection, begun: Begun, until: datetime, chance: Callable[[int], int]) -> str:
    """A one-time code for a parent's phone; only its hash is kept."""
    while True:
        code = "".join(CODE_ALPHABET[chance(len(CODE_ALPHABET))] for _ in range(CODE_LENGTH))
        if not is_code(code):
            continue
        made = db.execute(
            "INSERT INTO child_code (code_hash, association, band, case_id, worker, length, expires_at)"
            " VALUES (?,?,?,?,?,?,?) ON CONFLICT DO NOTHING",
            (_hashed(code), *_columns(begun), stamp(until)),
        )
        if made.rowcount:
            return code


def is_good(db: Connection, code: str, now: datetime) -> bool:
    """Whether a code can be used."""
    found = "SELECT 1 FROM child_code WHERE code_hash=? AND expires_at > ?"
    return db.execute(found, (_hashed(code), stamp(now))).fetchone() is not None


def use_code(db: Connection, code: str, now: datetime) -> Begun:
    """Use up a code; a LookupError if it is not good."""
    row = db.execute(
        "DELETE FROM child_code WHERE code_hash=? AND expires_at > ?"
        " RETURNING association, band, case_id, worker, length",
        (_hashed(code), stamp(now)),
    ).fetchone()
    if row is None:
        raise LookupError("the code is not good")
    return Begun(*row)


def forget(db: Connection, now: datetime) -> None:
    """Codes whose time is over go."""
    db.execute("DELETE FROM child_code WHERE expires_at <= ?", (stamp(now),))


def _columns(begun: Begun) -> tuple[object, ...]:
    return (begun.association, begun.band, begun.case, begun.worker, begun.length)


def _hashed(code: str) -> bytes:
    """However it was typed."""
    return hashlib.sha256("".join(code.split()).upper().encode()).digest()
