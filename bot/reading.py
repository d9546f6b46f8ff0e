"""Carries out what is done about free texts: a lead names who reads them, and the reader removes them."""

from sqlite3 import Connection
from typing import assert_never

from bot import screens
from bot.records import cases, feedback, people, seats
from bot.records.people import Person
from bot.world import World
from conversations.feedback_effects import DropText, NameReader, Reading
from conversations.reading import TEXTS, TEXTS_LOOK


def carry_out(db: Connection, world: World, person: Person, effect: Reading) -> None:
    """Do it if it is allowed now, otherwise raise LookupError."""
    match effect:
        case NameReader(person=reader):
            _name(db, world, person, reader)
        case DropText(key=key):
            feedback.drop_text(db, person, key, world.clock.now())
            cases.audit(db, person, type(effect).__name__, None, world.clock.now())
        case _:
            assert_never(effect)


def look(db: Connection, world: World, person: Person) -> None:
    """That somebody looked at texts is written down, never at which."""
    reads = feedback.is_reader(db, person)
    cases.audit(db, person, "open" if reads else "refused", None, world.clock.now(), TEXTS_LOOK)


def _name(db: Connection, world: World, person: Person, reader: int) -> None:
    """A text that stands open with whoever read them so far gives way at once."""
    role, association, _ = seats.seat_of(db, person) or ("", "", "")
    if role != "lead":
        raise LookupError("not allowed")
    before = feedback.reader(db, association)
    if reader:
        feedback.name_reader(db, association, reader)
    else:
        feedback.name_nobody(db, association)
    cases.audit(db, person, "NameReader", None, world.clock.now(), str(reader))
    former = people.by_id(db, before[0]) if before and before[0] != reader else None
    if former:
        screens.give_way(db, world, former, (TEXTS.name,))
