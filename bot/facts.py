"""Loads what a conversation may know (`conversations.facts`), filtered by who asks. Reads only."""

from datetime import date, timedelta
from sqlite3 import Connection
from typing import Any

from msgspec.structs import replace

from bot import childhood, openings
from bot.clock import HELSINKI, holiday_name
from bot.records import (
    appointments,
    cards,
    cases,
    endings,
    feedback,
    goals,
    invitations,
    meetings,
    notes,
    people,
    plans,
    referrals,
    seats,
    standing,
    surveys,
    work,
)
from bot.records.people import Person
from bot.world import World
from conversations import quarters
from conversations.conversation import Conversation
from conversations.entries import Entry
from conversations.facts import LISTS, PLANNED_DAYS, Facts, FreeDay, Plan, Seat
from conversations.figures import MEETINGS, sheet_of
from conversations.flow import Flow, Menu, Scene


def load(
    db: Connection, world: World, person: Person, flow: Flow | None, at: Conversation | None, entry: Entry | None = None
) -> Facts:
    """The facts of every turn, and those that the state of the conversation names."""
    now = world.clock.now()
    seat = seat_of(db, world, person)
    state = flow.states.get(at.state) if flow and at else None
    needs = state.needs if isinstance(state, Menu) else ()
    more: dict[str, Any] = {"seat": seat, "entry": entry, "child": childhood.mode(db, world, person)}
    if seat is None:
        request = cases.request_of(db, person, now, {a.id: a.address for a in world.config.associations})
        if request and "together" in request.answers:
            request = replace(request, link=invitations.link_of(db, person, request))
        more |= {
            "request": request,
            "invited": invitations.of(db, person),
            "ended": endings.of(db, person, now),
            "referred": referrals.waiting(db, person),
            "survey": surveys.of(db, person, now),
            "story_room": people.story_room(db, person),
        }
    elif at:
        more |= _of_cases(db, world, person, seat, at, needs)
        more |= _of_feedback(db, world, person, seat, at, needs)
    if seat and "plan" in needs:
        more["plan"] = _plan(db, world, person, seat, now.astimezone(HELSINKI).date())
    if "stored" in needs:
        more["stored"] = people.stored(db, person)
    return Facts(
        now=now.astimezone(HELSINKI),
        today=now.astimezone(HELSINKI).date(),
        locale=person.locale,
        associations=world.config.associations,
        lines=world.config.lines,
        draft_hours=world.config.life.draft,
        link_hours=world.config.life.invitation,
        closed_hours=world.config.life.closed,
        **more,
    )


def _of_cases(
    db: Connection, world: World, person: Person, seat: Seat, at: Conversation, needs: tuple[str, ...]
) -> dict[str, Any]:
    """What a state of staff needs to know of cases."""
    now = world.clock.now()
    today, case = now.astimezone(HELSINKI).date(), int(next(iter(at.answers.get("case", ())), 0))
    more: dict[str, Any] = {}
    for name in needs:
        match name:
            case "counts":
                more[name] = cards.counts(db, person, seat, now)
            case "card":
                more[name] = cards.card(db, person, case, now, today)
            case "timeline":
                more[name] = cards.timeline(db, person, case, today)
            case "letters":
                more[name] = cards.letters(db, person, case, today)
            case "goals":
                more[name] = goals.of_case(db, person, case, today)
            case "notes":
                more[name] = notes.of_case(db, person, case, today)
            case "colleagues":
                more[name] = standing.colleagues(db, person, case, today)
            case "free":
                more[name] = _free(db, world, person, at, case)
            case "ahead":
                more[name] = appointments.ahead(db, person, now)
            case "found":
                more["listed"] = cards.found(db, person, seat, next(iter(at.answers.get("search", ())), ""), today)
            case _ if name in LISTS:
                more["listed"] = cards.lines(db, person, seat, name, now, at.page)
    return more


def _of_feedback(
    db: Connection, world: World, person: Person, seat: Seat, at: Conversation, needs: tuple[str, ...]
) -> dict[str, Any]:
    """What a state of staff needs to know of feedback to the own association."""
    smallest, today = world.config.feedback.smallest, world.clock.now().astimezone(HELSINKI).date()
    more: dict[str, Any] = {}
    if "figures" in needs:
        sheet, quarter = (next(iter(at.answers.get(name, ())), "") for name in ("feedback_of", "quarter"))
        if sheet and quarter in quarters.over(today):
            more["figures"] = feedback.figures(db, seat.association, sheet_of(sheet), quarter, smallest)
    if "meetings_rated" in needs:
        shown = (
            feedback.figures(db, seat.association, MEETINGS, quarter, smallest) for quarter in quarters.over(today)
        )
        more["meetings_rated"] = any(figures.answered for figures in shown)
    if "texts" in needs:
        more["texts"] = feedback.texts_for(db, person, world.clock.now())
    if "readers" in needs and seat.role == "lead":
        more["readers"] = feedback.readers(db, seat.association)
    return more


def _plan(db: Connection, world: World, person: Person, seat: Seat, today: date) -> Plan:
    """Somebody's own working hours, with the holidays that matter for them."""
    hours = next(a.working_hours for a in world.config.associations if a.id == seat.association)
    exceptions = plans.exceptions(db, person.id, today)
    days = {today + timedelta(days=n) for n in range(PLANNED_DAYS)} | {*exceptions}
    names = {day: holiday_name(day, person.locale) for day in days}
    return Plan(
        plans.week(db, person.id, hours),
        tuple(exceptions.items()),
        {day: name for day, name in names.items() if name},
    )


def _free(db: Connection, world: World, person: Person, at: Conversation, case: int) -> tuple[FreeDay, ...]:
    """The days for the meeting that the conversation is about: one that is moved, or a new one."""
    if not standing.may(db, person, "work", case, world.clock.now().astimezone(HELSINKI).date()):
        return ()
    answers = Scene(at.answers, Facts(now=world.clock.now(), today=world.clock.now().date()))
    moved = meetings.get(db, int(answers.answer("meeting") or 0)) if at.state.startswith("move") else None
    if moved:
        hosts, minutes, kind = meetings.hosts(db, moved.id), moved.minutes, moved.type
    else:
        kind, minutes = answers.answer("what").partition(":")[0], int(answers.answer("length") or 60)
        hosts = []
    hosts = hosts or openings.hosts_of(db, person, case, kind or "individual")
    return openings.of(db, world, case, hosts, minutes, person.locale, moved.id if moved else 0)


def seat_of(db: Connection, world: World, person: Person) -> Seat | None:
    """The seat of a person with the association's name; none if the association is no longer in the settings."""
    seat = seats.seat_of(db, person)
    if seat is None:
        return None
    role, association, name = seat
    today = world.clock.now().astimezone(HELSINKI).date()
    titles = [a.name for a in world.config.associations if a.id == association]
    return Seat(role, association, titles[0], name, work.away_days(db, person, today)) if titles else None
