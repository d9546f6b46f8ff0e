"""A child calls for an adult: who is told, whom it reaches, and what the child's screen says of it."""

from datetime import datetime
from sqlite3 import Connection

from bot import childhood, notices, screens
from bot.childhood import Hearer
from bot.records import calls, cases, children, people, seats
from bot.records.children import Child
from bot.records.people import Person
from bot.world import World
from conversations.text import N_

_ASKS = N_("Somebody who gives feedback, begun by {name}, asks for an adult now. Please go to them.")


def call(db: Connection, world: World, person: Person) -> None:
    """Whoever hears of it is told at once; a case's log says that it was wished, not what was answered. When nobody has
    come for a while it can be repeated, and then the leads hear of it too."""
    child, now = children.of(db, person), world.clock.now()
    if child is None:
        raise LookupError("no child has this chat")
    if child.called_at and now - child.called_at < calls.REPEAT:
        return
    hearers = childhood.hearers(db, world, person, child, wide=child.called_at is not None)
    calls.begin(db, person, now)
    _tell(db, world, person, child, hearers)
    if child.begun.case is not None and child.called_at is None:
        cases.log(db, child.begun.case, "adult_wanted", now)


def _tell(db: Connection, world: World, person: Person, child: Child, hearers: list[Hearer]) -> None:
    began = people.by_id(db, child.begun.worker) if child.begun.worker else None
    seat = seats.seat_of(db, began) if began else None
    said = N_(_ASKS.id, name=seat[2] if seat else "–")
    for hearer in hearers:
        if hearer.of_case and child.begun.case is not None:
            to = [(hearer.person, hearer.role)]
            (row,) = notices.tell_staff(db, world, child.begun.case, "adult_wanted", to=to)
        else:
            row = notices.tell_at_once(db, world, hearer.person, said)
        if hearer.now:
            calls.add(db, person, hearer.person, hearer.name, row)


def follow(db: Connection, world: World) -> None:
    """Say on the child's screen whom it has reached. Where that is nobody yet, the leads are told too."""
    now = world.clock.now()
    for person in calls.moved(db, now):
        child = children.of(db, person)
        assert child, "it was found by it"
        calls.settle(db, person)
        _look(db, world, person, child, now)
        screens.refresh(db, world, person, "talk")


def _look(db: Connection, world: World, person: Person, child: Child, now: datetime) -> None:
    since, written = now - (child.called_at or now), calls.of(db, person)
    if child.call_stage == 0 and since >= calls.LOOK and not any(state == "told" for _, _, state in written):
        known = {hearer for hearer, _, _ in written}
        more = childhood.hearers(db, world, person, child, wide=True, lost=known)
        _tell(db, world, person, child, [hearer for hearer in more if hearer.now and hearer.person.id not in known])
    calls.reach(db, person, 2 if since >= calls.REPEAT else 1 if since >= calls.LOOK else child.call_stage)
