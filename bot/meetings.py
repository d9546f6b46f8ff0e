"""What workers do about meetings: offering times, deciding, moving, cancelling. Inside the turn's transaction.

What one parent answers (`bot.attending`) shows itself to the other only as an agreed time, and never at once: who is
invited together hears of it on the next quarter of an hour, whoever answered last.
"""

from datetime import UTC, datetime, timedelta
from sqlite3 import Connection
from typing import assert_never

from bot import notices, openings, screens
from bot.clock import stamp
from bot.records import cards, cases, due, meetings, reminders
from bot.records.meetings import Kept
from bot.records.people import Person
from bot.world import World
from conversations import meeting_effects as do
from conversations.joint import may_meet_jointly
from conversations.scheduling import MOST
from conversations.text import N_, Paragraph

_NOT_HELD = N_("The meeting {moment} does not take place. You hear when there is a new time.")

_ABOUT_MEETINGS = ("suits", "wishes", "meeting", "place", "calendar", "cancel")
"""A parent's screens about times that may have changed: they give way to the front page."""


def carry_out(db: Connection, world: World, person: Person, effect: do.Planning) -> None:
    """What a worker does about a meeting; whether the case is theirs was asked before."""
    match effect:
        case do.OfferTimes():
            _offer(db, world, person, effect)
        case do.MoveMeeting():
            _move(db, world, person, effect)
        case do.CancelMeeting(meeting=meeting, reason=reason):
            cancel(db, world, of_case(db, effect.case, meeting), reason, by=person)
        case _:
            assert_never(effect)


def of_case(db: Connection, case: int, meeting: int) -> Kept:
    """A meeting of this case, otherwise a LookupError."""
    kept = meetings.get(db, meeting)
    if kept is None or kept.case != case:
        raise LookupError("no such meeting in this case")
    return kept


# Times


def _offer(db: Connection, world: World, person: Person, effect: do.OfferTimes) -> None:
    parents = cases.parties(db, effect.case)
    invited = [parent for parent in parents if effect.kind != "individual" or parent.id == effect.party]
    if effect.kind != "individual" and not may_be_joint(db, world, effect.case):
        raise LookupError("a joint meeting misses a condition")
    if parents and not invited:
        raise LookupError("no such parent")
    if any(meetings.has_offer(db, parent) for parent in invited):
        raise LookupError("there is an offer already")
    hosts = openings.hosts_of(db, person, effect.case, effect.kind)
    kept = meetings.make(db, effect, world.nonce() + world.nonce(), world.clock.now(), hosts, invited)
    _put_times(db, world, person, kept, effect.times, effect.late, agreed=effect.agreed)


def _move(db: Connection, world: World, person: Person, effect: do.MoveMeeting) -> None:
    """Its workers stay, or whoever moves it steps in where nobody holds it; who is invited hears that the old time is
    gone only with the new ones."""
    kept = of_case(db, effect.case, effect.meeting)
    if kept.status not in ("offered", "agreed") or has_begun(world, kept):
        raise LookupError("it cannot be moved")
    if kept.type != "individual" and not may_be_joint(db, world, effect.case):
        raise LookupError("a joint meeting misses a condition")
    if not meetings.hosts(db, kept.id):
        meetings.set_hosts(db, kept.id, openings.hosts_of(db, person, kept.case, kept.type))
    others = [p for p in meetings.invitees(db, kept.id) if kept.status == "agreed" and meetings.has_offer(db, p)]
    if others:
        raise LookupError("there is an offer already")
    _put_times(db, world, person, kept, effect.times, effect.late, agreed=effect.agreed)


def _put_times(
    db: Connection,
    world: World,
    person: Person,
    kept: Kept,
    times: tuple[datetime, ...],
    late: str,
    *,
    agreed: bool,
) -> None:
    """Check the times once more, offer them, and tell those who are invited."""
    hosts = meetings.hosts(db, kept.id)
    able = openings.stamps(db, world, kept.case, hosts, kept.minutes, kept.id)
    if not times or len(times) > (1 if agreed else MOST) or not {stamp(at) for at in times} <= able:
        raise LookupError("a time is not free")
    if not late and cards.needs_reason(db, kept.case, kept.id, times):
        raise LookupError("a reason is missing")
    offered = meetings.offer(db, kept.id, times, late)
    what = "times_moved" if kept.starts else "times_offered"
    cases.log(db, kept.case, what, world.clock.now(), detail=late, by=person)
    if kept.starts:
        first_is_lost(db, world, kept.case)
    if agreed:
        agree(db, world, offered, times[0], by=person)
        return
    if not meetings.invitees(db, kept.id):
        raise LookupError("nobody is there to choose")
    said = N_("Times are suggested for your meeting. Please choose those that suit you.")
    if kept.sequence:
        said = N_("New times are suggested for your meeting. Please choose those that suit you.")
    if offered.was:
        said = N_("The meeting {moment} is moved. Please choose from the new times.", moment=offered.was)
    _tell(db, world, offered, (said,))
    _start_dues(db, world, offered, max(times))


def _start_dues(db: Connection, world: World, offered: Kept, last: datetime) -> None:
    """Somebody who has not answered is asked once more, then the workers hear; with its last time the offer is over."""
    limits, now = world.config.meetings, world.clock.now()
    for kind, hours in (("ask_again", limits.ask_again), ("silent", limits.silent)):
        if now + timedelta(hours=hours) < last:
            due.start(db, offered.id, kind, now + timedelta(hours=hours))
    due.start(db, offered.id, "over", last)


def decide(db: Connection, world: World, kept: Kept) -> None:
    """Agree the first time that suits everybody and is still free; otherwise the workers look for others."""
    if not meetings.is_answered(db, kept.id):
        return
    if kept.type != "individual" and not may_be_joint(db, world, kept.case):
        notices.tell_staff(db, world, kept.case, "joint_stuck")
        return
    hosts = meetings.hosts(db, kept.id)
    able = openings.stamps(db, world, kept.case, hosts, kept.minutes, kept.id, at_once=True)
    for start in meetings.common(db, kept.id):
        if stamp(start) in able:
            agree(db, world, kept, start)
            return
    if not meetings.is_declined(db, kept.id):
        notices.tell_staff(db, world, kept.case, "no_common_time")


def agree(db: Connection, world: World, kept: Kept, start: datetime, by: Person | None = None) -> None:
    """Fix a time of an offer: everybody hears it, the reminders are set, the promise counts no further."""
    agreed = meetings.agree(db, kept.id, start)
    if agreed is None:
        raise LookupError("the offer is gone")
    limits = world.config.meetings
    for kind, hours in (("day_before", limits.day_before), ("soon", limits.soon)):
        at = start.astimezone(UTC) - timedelta(hours=hours)
        if at > world.clock.now():
            due.start(db, kept.id, kind, at)
    due.start(db, kept.id, "record", start.astimezone(UTC) + timedelta(minutes=kept.minutes))
    cases.log(db, kept.case, "agreed", world.clock.now(), by=by)
    if meetings.first_is_set(db, kept.case):
        reminders.over(db, kept.case)
    notices.tell_staff(db, world, kept.case, "time_agreed", but=by, at=start)
    said = N_("Your meeting is agreed: {moment}.", moment=start)
    if kept.was:
        said = N_("Your meeting has moved from {before}. It is now agreed: {moment}.", before=kept.was, moment=start)
    _tell(db, world, agreed, (said,))


# Ways out


def cancel(db: Connection, world: World, kept: Kept, reason: str = "", *, by: Person | None = None) -> None:
    """The meeting does not take place. Who is invited hears the same words whoever cancelled; whoever did it themselves
    hears nothing more. Of an offer nothing is said, unless it was about a time that had been agreed."""
    if kept.status not in ("offered", "agreed") or has_begun(world, kept):
        raise LookupError("it cannot be cancelled")
    invited, now = meetings.invitees(db, kept.id), world.clock.now()
    meetings.cancel(db, kept.id)
    party = next((p.id for p in invited if by and p.id == by.id), 0)
    cases.log(db, kept.case, "meeting_cancelled", now, detail=reason, by=None if party else by, party=party)
    known = kept.starts or kept.was
    if kept.starts:
        first_is_lost(db, world, kept.case)
    if known:
        notices.tell_staff(db, world, kept.case, "meeting_cancelled", but=by, at=known)
    for parent in invited:
        if by is None or parent.id != by.id:
            show(db, world, parent)
            if known:
                notices.tell(db, world, parent, (N_(_NOT_HELD.id, moment=known),))
    screens.refresh_case(db, world, kept.case, but=by)


def first_is_lost(db: Connection, world: World, case: int) -> None:
    """Without another first meeting the promised week counts again; a case that waits has reminders of its own."""
    if meetings.first_is_set(db, case) or cases.is_waiting(db, case):
        return
    cases.log(db, case, "not_agreed", world.clock.now())
    reminders.claimed(db, case, world.clock.now(), openings.hours(db, world, case))


def keep_rule(db: Connection, world: World, case: int) -> None:
    """No joint meeting that is to come stays without its conditions, whatever has changed. What is only offered stays
    on the parents' screens; it cannot be agreed, and the workers hear that they have to take it back."""
    for kept in meetings.open_of(db, case, world.clock.now()):
        if kept.type == "individual" or has_begun(world, kept) or may_be_joint(db, world, case):
            continue
        if kept.status == "agreed":
            cancel(db, world, kept)
        else:
            notices.tell_staff(db, world, case, "joint_stuck")


def _tell(db: Connection, world: World, kept: Kept, says: tuple[Paragraph, ...]) -> None:
    """Everybody who is invited sees it on a screen that still stands, and gets a discreet notice."""
    for parent in meetings.invitees(db, kept.id):
        show(db, world, parent)
        notices.tell(db, world, parent, says, about=kept)


def show(db: Connection, world: World, parent: Person) -> None:
    """Bring a parent's screen up to date without a sound. What was begun about other times is not gone on with."""
    screens.refresh(db, world, parent, "sent")
    screens.give_way(db, world, parent, _ABOUT_MEETINGS)


def has_begun(world: World, kept: Kept) -> bool:
    """Whether the agreed time has come: nothing changes it any more."""
    return kept.starts is not None and kept.starts <= world.clock.now()


def may_be_joint(db: Connection, world: World, case: int) -> bool:
    """Whether a couple or family meeting has its conditions now."""
    return may_meet_jointly(cards.start(db, case, world.clock.now()))
