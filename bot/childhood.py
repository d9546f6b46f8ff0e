"""What a chat in a child's hands is to the conversation, who hears that the child wishes to talk, and trying a code.

Reads only, but for the memory of wrong codes.
"""

from collections.abc import Callable, Container
from datetime import date, timedelta
from sqlite3 import Connection

from msgspec import Struct

from bot.clock import HELSINKI
from bot.records import calls, children, feedback, people, seats, standing
from bot.records.children import Child
from bot.records.people import Person
from bot.world import World
from conversations.entries import Entry
from conversations.facts import Role
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
    written = [(name, state) for _, name, state in calls.of(db, person)]
    asked = [each.name for each in hearers(db, world, person, child) if each.now] if child.called_at is None else []
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
        answered=child.token is None,
        called=child.called_at is not None,
        again=child.called_at is not None and world.clock.now() - child.called_at >= calls.REPEAT,
        adults=(*asked, *(name for name, state in written if state == "waits")),
        told=tuple(name for name, state in written if state == "told"),
        rests_until=child.rests_until,
    )


class Hearer(Struct, frozen=True):
    """Somebody who is told that a child wishes to talk: ``now``, or when the own chat is free again. Only whoever hears
    of the case otherwise too is told which it is."""

    person: Person
    name: str
    role: Role
    of_case: bool
    now: bool


def hearers(
    db: Connection, world: World, person: Person, child: Child, *, wide: bool = False, lost: Container[int] = ()
) -> list[Hearer]:
    """Who hears that a child wishes to talk: the workers of the case, and whoever began it. The leads too if that
    reaches nobody but the owner of this phone, or if it goes ``wide``; if there is no lead either, every worker who is
    there. Nobody counts who has blocked the bot, is away, or was ``lost``."""
    today = world.clock.now().astimezone(HELSINKI).date()
    case, began = child.begun.case, child.begun.worker
    of_case = standing.hearers(db, case, "hear of child", today) if case is not None else []
    first = [who for who, role in of_case if role == "worker"]
    starter = people.by_id(db, began) if began else None
    first += [starter] if starter and starter not in first else []
    circles: tuple[Callable[[], list[Person]], ...] = (
        lambda: first,
        lambda: [who for who, role in of_case if role == "lead"] if case else seats.leads(db, child.begun.association),
        lambda: _everybody(db, child, today),
    )
    known, found = {who.id for who, _ in of_case}, list[Hearer]()
    for number, circle in enumerate(circles):
        if any(each.now and each.person.id not in lost for each in found) and not (wide and number == 1):
            break
        seen = {each.person.id for each in found}
        for who in circle():
            seat, reached = seats.seat_of(db, who), standing.reached(db, who, today)
            if seat and who.id not in seen and (reached in ("now", "later") or (who.id == began and reached == "away")):
                found.append(Hearer(who, seat[2], seat[0], who.id in known, reached == "now"))
    return found


def _everybody(db: Connection, child: Child, today: date) -> list[Person]:
    """The workers of the association, but for those who have nothing to do with the case for a reason."""
    if child.begun.case is not None:
        return [who for who, _ in standing.hearers(db, child.begun.case, "hear of child at last", today)]
    seated = seats.everybody(db, child.begun.association)
    found = [people.by_id(db, person_id) for person_id, _, role, _, _ in seated if role == "worker"]
    return [who for who in found if who]


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
