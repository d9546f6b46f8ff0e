"""Loads what a conversation may know (`conversations.facts`), filtered by who asks. Reads only."""

from sqlite3 import Connection
from typing import Any

from bot.clock import HELSINKI
from bot.records import cases, people, seats
from bot.records.people import Person
from bot.world import World
from conversations.core import Conversation
from conversations.facts import Entry, Facts, Seat
from conversations.flow import Flow, Menu


def load(
    db: Connection, world: World, person: Person, flow: Flow | None, at: Conversation | None, entry: Entry | None = None
) -> Facts:
    """The facts of every turn, and those that the state of the conversation names."""
    now = world.clock.now()
    seat = seat_of(db, world, person)
    state = flow.states.get(at.state) if flow and at else None
    needs = state.needs if isinstance(state, Menu) else ()
    more: dict[str, Any] = {"seat": seat, "entry": entry}
    if seat is None:
        more |= {"request": cases.request_of(db, person), "story_room": people.story_room(db, person)}
    else:
        today = now.astimezone(HELSINKI).date()
        if "queue" in needs:
            more["queue"] = cases.lines(db, person, seat, "queue", today)
        if "mine" in needs:
            more["mine"] = cases.lines(db, person, seat, "own", today)
        if "counts" in needs:
            more["counts"] = cases.counts(db, seat)
        if "card" in needs and at:
            more["card"] = cases.card(db, person, seat, int(at.answers["case"][0]), today)
    if "stored" in needs:
        more["stored"] = people.stored(db, person)
    return Facts(
        now=now,
        today=now.astimezone(HELSINKI).date(),
        locale=person.locale,
        associations=world.config.associations,
        lines=world.config.lines,
        draft_hours=world.config.life.draft,
        **more,
    )


def seat_of(db: Connection, world: World, person: Person) -> Seat | None:
    """The seat of a person with the association's name; none if the association is no longer in the settings."""
    seat = seats.seat_of(db, person)
    if seat is None:
        return None
    name = next((a.name for a in world.config.associations if a.id == seat[1]), None)
    return Seat(seat[0], seat[1], name) if name else None
