"""What follows for meetings by itself: when answers, parents or workers change, and when something is due."""

from datetime import timedelta
from sqlite3 import Connection

import structlog

from bot import meetings as planning
from bot import notices, openings, screens
from bot.clock import after_working_days, stamp
from bot.database import savepoint
from bot.logs import kind as kind_of
from bot.records import cases, due, meetings, overrides, plans, reminders
from bot.records.meetings import Kept
from bot.records.people import Person
from bot.world import World
from conversations.text import N_

log = structlog.get_logger()

AGAIN = 2
"""Working days after which it is said once more that a meeting is not recorded."""


def conditions_changed(db: Connection, world: World, case: int) -> None:
    """Answers or parents have changed: an exception holds no more, no joint meeting stays without its conditions."""
    overrides.drop(db, case)
    planning.keep_rule(db, world, case)


def parent_leaves(db: Connection, world: World, case: int, person: Person) -> None:
    """A parent goes, and the own meetings that were to come with them."""
    for kept in meetings.open_of(db, case, world.clock.now()):
        if not planning.has_begun(world, kept) and meetings.invitees(db, kept.id) == [person]:
            meetings.cancel(db, kept.id)
    meetings.leave(db, case, person)


def week_counts(db: Connection, world: World, case: int) -> None:
    """The promised week counts for a case with a worker, unless its first meeting is agreed or was held."""
    if not meetings.first_is_set(db, case) and not cases.is_waiting(db, case):
        reminders.claimed(db, case, world.clock.now(), openings.hours(db, world, case))


def first_stands(db: Connection, case: int) -> None:
    """Where a meeting that counts for the promised week is agreed or was held, nobody is told any more to agree one."""
    if meetings.first_is_set(db, case):
        reminders.over(db, case)


def end(db: Connection, world: World, case: int) -> None:
    """The case is over: nothing that was to come takes place."""
    for kept in meetings.open_of(db, case, world.clock.now()):
        if not planning.has_begun(world, kept):
            meetings.cancel(db, kept.id)


def restaff(db: Connection, world: World, case: int) -> None:
    """Other workers have the case now. Whoever has left holds nothing of it any more; the lead worker does, if free
    then. Otherwise somebody has to move what is agreed, and offer other times. Where nobody is left, nobody waits for a
    worker who does not come. An exception stands by two workers of the case."""
    team = cases.workers(db, case)
    for kept in meetings.open_of(db, case, world.clock.now()):
        if planning.has_begun(world, kept):
            continue
        stays = [host for host in meetings.hosts(db, kept.id) if host in team]
        meetings.set_hosts(db, kept.id, stays)
        if not stays:
            _hand_on(db, world, kept, team[:1])
    overrides.forget(db, case)
    planning.keep_rule(db, world, case)


def _hand_on(db: Connection, world: World, kept: Kept, lead: list[Person]) -> None:
    usable = openings.stamps(db, world, kept.case, lead, kept.minutes, kept.id)
    if lead and (stamp(kept.starts) in usable if kept.starts else meetings.keep_slots(db, kept.id, usable)):
        meetings.set_hosts(db, kept.id, lead)
    elif lead and kept.starts:
        notices.tell_staff(db, world, kept.case, "nobody_holds", at=kept.starts)
    else:
        planning.cancel(db, world, kept)
        notices.tell_staff(db, world, kept.case, "times_over")


def hours_changed(db: Connection, world: World, person: Person) -> None:
    """A worker's days or hours have changed: whoever works on a case hears of its agreed meetings that fall outside."""
    for kept in meetings.held_by(db, person, world.clock.now()):
        assert kept.starts, "only what is agreed is held"
        span = plans.at_work(db, person.id, kept.starts.date(), openings.hours(db, world, kept.case))
        begins = kept.starts.hour * 60 + kept.starts.minute
        if span is None or begins < span[0] or begins + kept.minutes > span[1]:
            notices.tell_staff(db, world, kept.case, "host_not_there", at=kept.starts)


# What is due


def run_due(db: Connection, world: World) -> None:
    """Take what is due about meetings. One that fails is tried again later and holds up no other."""
    now = world.clock.now()
    for meeting, kind in due.come(db, now):
        try:
            with savepoint(db):
                due.stop(db, meeting, kind)
                _due(db, world, meeting, kind)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others go on
            log.error("a meeting could not be looked after", kind=kind, error=kind_of(error))
            due.start(db, meeting, kind, now + timedelta(hours=1))


def _to_record(db: Connection, world: World, kept: Kept, kind: str) -> None:
    """Nobody has recorded a meeting: its workers hear of it, and once more later. While nobody has the case it waits
    for whoever takes it."""
    now, hours = world.clock.now(), openings.hours(db, world, kept.case)
    if not cases.is_open(db, kept.case):
        return
    if not cases.workers(db, kept.case):
        due.start(db, kept.id, kind, after_working_days(now, 1, hours))
    else:
        notices.tell_staff(db, world, kept.case, "to_record", meeting=kept.id, at=kept.starts or now)
        if kind == "record":
            due.start(db, kept.id, "record_again", after_working_days(now, AGAIN, hours))


def _due(db: Connection, world: World, meeting: int, kind: str) -> None:
    kept = meetings.get(db, meeting)
    if kept is None:
        return
    match kind:
        case "decide":
            planning.decide(db, world, kept)
            screens.refresh_case(db, world, kept.case)
        case "ask_again":
            said = N_("Times are still suggested for your meeting. Please choose, or say that none suits.")
            for parent in meetings.silent(db, meeting):
                notices.tell(db, world, parent, (said,), about=kept, policy="at_most_once")
        case "silent":
            cases.log(db, kept.case, "no_reply", world.clock.now())
            notices.tell_staff(db, world, kept.case, "no_reply")
        case "over":
            planning.cancel(db, world, kept)
            notices.tell_staff(db, world, kept.case, "times_over")
        case "record" | "record_again":
            _to_record(db, world, kept, kind)
        case "day_before" | "soon":
            assert kept.starts, "only what is agreed is reminded of"
            for parent in meetings.invitees(db, kept.id):
                said = N_("You have a time: {moment}.", moment=kept.starts)
                notices.tell(db, world, parent, (said,), about=kept, policy="at_most_once")
