"""When a worker is there: days away and working hours, and who hears of a change of them."""

from datetime import date
from sqlite3 import Connection

from bot import notices, upkeep
from bot.clock import HELSINKI
from bot.records import plans, work
from bot.records.people import Person
from bot.world import World
from conversations import absence_effects as do


def set_away(db: Connection, world: World, person: Person, days: tuple[date, date] | None) -> None:
    """A worker will be away, or is back: whoever shares a case with them is told, and nothing is queued anew."""
    work.set_away(db, person, days)
    if days is None:
        return
    for case in work.cases_of(db, person):
        notices.tell_staff(db, world, case, "away", but=person, first=days[0], last=days[1])
    begin_absences(db, world)
    upkeep.hours_changed(db, world, person)


def set_plan(db: Connection, world: World, person: Person, effect: do.Absence) -> None:
    """A worker's own days away or working hours have changed."""
    match effect:
        case do.SetAway(days=days):
            set_away(db, world, person, days)
            return
        case do.SetWeekday(weekday=weekday, span=span):
            plans.set_weekday(db, person, weekday, span)
        case do.SetDay(day=day, span=span):
            plans.set_day(db, person, day, span)
        case do.DropDay(day=day):
            plans.drop_day(db, person, day)
    upkeep.hours_changed(db, world, person)


def begin_absences(db: Connection, world: World) -> None:
    """From the first day on that a worker is away, the lead knows of the cases that nobody present works on."""
    for person in work.begin_absences(db, world.clock.now().astimezone(HELSINKI).date()):
        for case in work.cases_of(db, person):
            notices.tell_staff(db, world, case, "unattended")
