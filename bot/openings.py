"""When the workers of a meeting could hold it: their plans, what they have agreed or offered, public holidays."""

from datetime import date, datetime, timedelta
from sqlite3 import Connection

from bot.clock import HELSINKI, Hours, holiday_name, stamp
from bot.free import free_times
from bot.records import cases, meetings, plans
from bot.records.people import Person
from bot.world import World
from conversations.facts import FreeDay


def of(
    db: Connection, world: World, case: int, hosts: list[Person], minutes: int, locale: str, but: int = 0
) -> tuple[FreeDay, ...]:
    """The days on which all these workers could hold a meeting of so many minutes, and the public holidays between
    them. The times of the meeting ``but`` are not counted as taken."""
    first, last = _days(world)
    found, days = _times(db, world, case, hosts, minutes, but), (last - first).days + 1
    named = ((day, holiday_name(day, locale) or "") for day in (first + timedelta(days=n) for n in range(days)))
    local = {day: tuple(at.astimezone(HELSINKI) for at in times) for day, times in found.items()}
    return tuple(FreeDay(day, local.get(day, ()), name) for day, name in named if day in local or name)


def stamps(
    db: Connection, world: World, case: int, hosts: list[Person], minutes: int, but: int = 0, *, at_once: bool = False
) -> set[int]:
    """The moments at which these workers could begin a meeting, as the database keeps them; ``at_once`` for a time
    that was offered early enough and is answered just before it."""
    found = _times(db, world, case, hosts, minutes, but, at_once=at_once)
    return {stamp(at) for times in found.values() for at in times}


def hosts_of(db: Connection, person: Person, case: int, kind: str) -> list[Person]:
    """Who holds a new meeting: an individual one whoever offers it, any other all workers of the case."""
    return [person] if kind == "individual" else cases.workers(db, case)


def hours(db: Connection, world: World, case: int) -> Hours:
    """The working hours of the association that has the case."""
    association = cases.named(db, case)[1]
    return next((a.working_hours for a in world.config.associations if a.id == association), (9, 16))


def _days(world: World) -> tuple[date, date]:
    first = world.clock.now().astimezone(HELSINKI).date()
    return first, first + timedelta(days=world.config.meetings.days_ahead)


def _times(
    db: Connection, world: World, case: int, hosts: list[Person], minutes: int, but: int, *, at_once: bool = False
) -> dict[date, tuple[datetime, ...]]:
    now, at_work = world.clock.now(), hours(db, world, case)
    plan = [plans.days_at_work(db, host.id, *_days(world), at_work) for host in hosts]
    busy = meetings.taken(db, hosts, now, but)
    return free_times(plan, busy, minutes, now, timedelta(hours=0 if at_once else world.config.meetings.notice))
