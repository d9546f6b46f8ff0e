"""What a chat in a child's hands is to the conversation, who hears that the child wishes to talk, and trying a code.

Reads only, but for the memory of wrong codes.
"""

from datetime import timedelta
from sqlite3 import Connection

from bot.clock import HELSINKI
from bot.records import children, feedback, people, seats, standing
from bot.records.children import Child
from bot.records.people import Person
from bot.world import World
from conversations.facts import Entry, Role
from conversations.feedback_facts import ChildEntry, ChildMode, WrongCodeEntry
from conversations.typed import read_code

TRIES, WITHIN = 5, timedelta(minutes=15)
"""So many wrong codes a chat may try in so long."""


def mode(db: Connection, world: World, person: Person) -> ChildMode | None:
    """How the chat stands that a child has; None if the person has it."""
    child = children.of(db, person)
    if child is None:
        return None
    reader = feedback.reader(db, child.begun.association)
    names = {a.id: a.name for a in world.config.associations}
    there = [who for who, _ in hearers(db, world, person, child) if not children.is_sealed(db, who.chat_id)]
    return ChildMode(
        band=child.begun.band,
        device=child.device,
        seed=child.seed,
        way_out=child.way_out,
        case=child.begun.case or 0,
        texts=reader is not None,
        reader=reader[1] if reader else "",
        association=names.get(child.begun.association, ""),
        minutes=world.config.feedback.child_minutes,
        called=child.called,
        rests_until=child.rests_until,
        adults=tuple(seat[2] for seat in (seats.seat_of(db, who) for who in there) if seat and seat[2]),
    )


def hearers(db: Connection, world: World, person: Person, child: Child) -> list[tuple[Person, Role]]:
    """Who hears that a child wishes to talk: the workers of the case, or whoever began it; leads where none of them is
    there. Whoever has handed over the own phone is beside the child."""
    today = world.clock.now().astimezone(HELSINKI).date()
    if child.begun.case is not None:
        found = standing.hearers(db, child.begun.case, "hear of child", today)
    else:
        began = people.by_id(db, child.begun.worker) if child.begun.worker else None
        seat = seats.seat_of(db, began) if began else None
        found = [(began, "worker")] if began and seat else []
        found += [(lead, "lead") for lead in seats.leads(db, child.begun.association)]
    workers = [each for each in found if each[1] == "worker"]
    near = any(who.id == person.id or not children.is_sealed(db, who.chat_id) for who, _ in workers)
    return workers if near else found


def typed(db: Connection, world: World, person: Person, text: str) -> Entry | None:
    """What is behind a text, if it is a code: behind the command any, otherwise a good one; anything else is a text."""
    commanded, code = read_code(text)
    behind = entry(db, world, person, code) if commanded or code else None
    return behind if commanded or isinstance(behind, ChildEntry) else None


def entry(db: Connection, world: World, person: Person, code: str) -> Entry:
    """What is behind a code that somebody has typed. After some wrong ones no code is good for a while, and none ever
    for somebody with a seat: theirs is no parent's phone."""
    now = world.clock.now()
    for chat, tries in list(world.wrong_codes.items()):
        recent = tuple(at for at in tries if now - at < WITHIN)
        world.wrong_codes[chat] = recent
        if not recent:
            del world.wrong_codes[chat]
    wrong = world.wrong_codes.get(person.chat_id, ())
    if len(wrong) < TRIES and seats.seat_of(db, person) is None and children.is_good(db, code, now):
        return ChildEntry(code)
    world.wrong_codes[person.chat_id] = (*wrong, now)[-TRIES:]
    return WrongCodeEntry()
