"""What is done about meetings: offering times, deciding, moving, cancelling, reminding. Inside the turn's transaction.

What one parent answers shows itself to the other only as an agreed time, and never at once: who is invited together
hears of it on the next quarter of an hour, whoever answered last.
"""

from datetime import datetime, timedelta
from sqlite3 import Connection
from typing import assert_never

import structlog

from bot import calendar_file, notices, openings, outbox, render, screens
from bot.clock import stamp
from bot.database import savepoint
from bot.logs import kind as kind_of
from bot.records import cards, cases, meetings, reminders
from bot.records.meetings import Kept
from bot.records.people import Person
from bot.world import World
from conversations import effects as do
from conversations.joint import may_meet_jointly
from conversations.text import N_, Paragraph

log = structlog.get_logger()

Planning = do.OfferTimes | do.MoveMeeting | do.CancelMeeting | do.MissMeeting

MOST = 5
"""Times in one offer."""

_CLASS = 15 * 60
"""Seconds: parents who are invited together hear of an agreed time on a full quarter of an hour."""


def carry_out(db: Connection, world: World, person: Person, effect: Planning) -> None:
    """What a worker does about a meeting; whether the case is theirs was asked before."""
    match effect:
        case do.OfferTimes():
            _offer(db, world, person, effect)
        case do.MoveMeeting():
            _move(db, world, person, effect)
        case do.CancelMeeting(meeting=meeting, reason=reason):
            cancel(db, world, _of(db, effect.case, meeting), reason, by=person)
        case do.MissMeeting(meeting=meeting):
            _miss(db, world, person, _of(db, effect.case, meeting))
        case _:
            assert_never(effect)


def _of(db: Connection, case: int, meeting: int) -> Kept:
    kept = meetings.get(db, meeting)
    if kept is None or kept.case != case:
        raise LookupError("no such meeting in this case")
    return kept


# Times


def hosts_of(db: Connection, person: Person, case: int, kind: str) -> list[Person]:
    """Who holds a new meeting: an individual one whoever offers it, any other all workers of the case."""
    return [person] if kind == "individual" else cases.workers(db, case)


def _offer(db: Connection, world: World, person: Person, effect: do.OfferTimes) -> None:
    parents = cases.parties(db, effect.case)
    invited = [parent for parent in parents if effect.kind != "individual" or parent.id == effect.party]
    if effect.kind != "individual" and not _may_meet_jointly(db, world, effect.case):
        raise LookupError("a joint meeting misses a condition")
    if parents and not invited:
        raise LookupError("no such parent")
    if any(meetings.has_offer(db, parent) for parent in invited):
        raise LookupError("there is an offer already")
    hosts = hosts_of(db, person, effect.case, effect.kind)
    kept = meetings.make(db, effect, world.nonce() + world.nonce(), world.clock.now(), hosts, invited)
    _put_times(db, world, person, kept, effect.times, effect.late, agreed=effect.agreed)


def _move(db: Connection, world: World, person: Person, effect: do.MoveMeeting) -> None:
    """Its workers stay, or whoever moves it steps in where nobody holds it; who is invited hears that the old time is
    gone only with the new ones."""
    kept = _of(db, effect.case, effect.meeting)
    if kept.status not in ("offered", "agreed") or _has_begun(world, kept):
        raise LookupError("it cannot be moved")
    if kept.type != "individual" and not _may_meet_jointly(db, world, effect.case):
        raise LookupError("a joint meeting misses a condition")
    if not meetings.hosts(db, kept.id):
        meetings.set_hosts(db, kept.id, hosts_of(db, person, kept.case, kept.type))
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
    if not late and cards.needs_reason(db, kept.case, times):
        raise LookupError("a reason is missing")
    now, moved = world.clock.now(), kept.status == "agreed"
    offered = meetings.offer(db, kept.id, times, late)
    cases.log(db, kept.case, "times_moved" if moved else "times_offered", now, detail=late, by=person)
    if moved:
        _first_is_lost(db, world, kept.case)
    if agreed:
        _agree(db, world, offered, times[0], by=person)
        return
    if not meetings.invitees(db, kept.id):
        raise LookupError("nobody is there to choose")
    said = N_("Times are suggested for your meeting. Please choose those that suit you.")
    if kept.starts:
        said = N_("The meeting {moment} is moved. Please choose from the new times.", moment=kept.starts)
    _tell(db, world, offered, (said,))
    limits = world.config.meetings
    meetings.start_due(db, kept.id, "ask_again", now + timedelta(hours=limits.ask_again))
    meetings.start_due(db, kept.id, "silent", now + timedelta(hours=limits.silent))


# Answers


def choose(db: Connection, world: World, person: Person, effect: do.ChooseTimes) -> None:
    """A parent's own answer. Nobody else sees it but the workers."""
    kept, now = meetings.get(db, effect.meeting), world.clock.now()
    if kept is None or not meetings.choose(db, person, kept.id, effect.suits, effect.wishes, now):
        raise LookupError("the offer is gone")
    cases.log(db, kept.case, "times_answered" if effect.suits else "none_suits", now, party=person.id)
    if not effect.suits:
        notices.tell_staff(db, world, kept.case, "none_suits")
    if meetings.is_answered(db, kept.id):
        meetings.stop_due(db, kept.id, "ask_again", "silent")
        if kept.type == "individual":
            decide(db, world, kept)
        else:
            meetings.start_due(db, kept.id, "decide", now + timedelta(seconds=_CLASS - stamp(now) % _CLASS))
    screens.refresh_case(db, world, kept.case, but=person)


def decide(db: Connection, world: World, kept: Kept) -> None:
    """Agree the first time that suits everybody and is still free; otherwise the workers look for others."""
    if not meetings.is_answered(db, kept.id):
        return
    if kept.type == "individual" or _may_meet_jointly(db, world, kept.case):
        hosts = meetings.hosts(db, kept.id)
        able = openings.stamps(db, world, kept.case, hosts, kept.minutes, kept.id)
        for start in meetings.common(db, kept.id):
            if stamp(start) in able:
                _agree(db, world, kept, start)
                return
    if not meetings.is_declined(db, kept.id):
        notices.tell_staff(db, world, kept.case, "no_common_time")


def _agree(db: Connection, world: World, kept: Kept, start: datetime, by: Person | None = None) -> None:
    agreed = meetings.agree(db, kept.id, start)
    if agreed is None:
        raise LookupError("the offer is gone")
    limits = world.config.meetings
    for kind, hours in (("day_before", limits.day_before), ("soon", limits.soon)):
        at = start - timedelta(hours=hours)
        if at > world.clock.now():
            meetings.start_due(db, kept.id, kind, at)
    cases.log(db, kept.case, "agreed", world.clock.now(), by=by)
    reminders.over(db, kept.case)
    notices.tell_staff(db, world, kept.case, "time_agreed", but=by, at=start)
    _tell(db, world, agreed, (N_("Your meeting is agreed: {moment}.", moment=start),))


# Ways out


def cancel(db: Connection, world: World, kept: Kept, reason: str = "", *, by: Person | None = None) -> None:
    """The meeting does not take place. Who is invited hears the same words whoever cancelled; whoever did it themselves
    hears nothing more."""
    if kept.status not in ("offered", "agreed") or _has_begun(world, kept):
        raise LookupError("it cannot be cancelled")
    invited, now = meetings.invitees(db, kept.id), world.clock.now()
    meetings.cancel(db, kept.id)
    party = next((p.id for p in invited if by and p.id == by.id), 0)
    cases.log(db, kept.case, "meeting_cancelled", now, detail=reason, by=None if party else by, party=party)
    if kept.starts:
        _first_is_lost(db, world, kept.case)
        notices.tell_staff(db, world, kept.case, "meeting_cancelled", but=by, at=kept.starts)
        said = N_("The meeting {moment} does not take place. You hear when there is a new time.", moment=kept.starts)
        for parent in invited:
            if by is None or parent.id != by.id:
                screens.refresh(db, world, parent, "sent")
                notices.tell(db, world, parent, (said,))
    else:
        for parent in invited:
            screens.refresh(db, world, parent, "sent")
    screens.refresh_case(db, world, kept.case, but=by)


def cancel_own(db: Connection, world: World, person: Person, effect: do.CancelOwnMeeting) -> None:
    """A parent cannot come."""
    kept = _own(db, person, effect.meeting)
    cancel(db, world, kept, effect.reason, by=person)


def ask_to_move(db: Connection, world: World, person: Person, meeting: int) -> None:
    """A parent wishes another time."""
    kept = _own(db, person, meeting)
    cases.log(db, kept.case, "move_asked", world.clock.now(), party=person.id)
    notices.tell_staff(db, world, kept.case, "move_asked")


def send_calendar(db: Connection, world: World, person: Person, effect: do.SendCalendar) -> None:
    """The calendar file, at once: the parent has just asked for it. It names no person and no service."""
    kept, entry = _own(db, person, effect.meeting), meetings.calendar_entry(db, effect.meeting)
    now = world.clock.now()
    request = cases.request_of(db, person, now, {a.id: a.address for a in world.config.associations})
    shown = [meeting for meeting in request.meetings if meeting.meeting == kept.id] if request else []
    if kept.starts is None or not shown:
        raise LookupError("no meeting of this parent's")
    content = calendar_file.meeting(
        uid=entry.uid,
        sequence=kept.sequence,
        starts=kept.starts,
        minutes=kept.minutes,
        made=entry.made,
        title=render.words(_TITLE, person.locale),
        place=shown[0].place if effect.address else "",
        cancelled=False,
    )
    caption = render.paragraphs((render.DISCREET, N_("A time for your calendar.")), person.locale)
    file = outbox.File(render.words(_FILE, person.locale), content)
    outbox.put(
        db, now, person.chat_id, "notice", "sendDocument", {"caption": caption, "protect_content": False}, file=file
    )


_TITLE = N_("Reserved time")
_FILE = N_("time.ics")


def _own(db: Connection, person: Person, meeting: int) -> Kept:
    kept = meetings.get(db, meeting)
    if kept is None or kept.status != "agreed" or person not in meetings.invitees(db, meeting):
        raise LookupError("no meeting of this parent's")
    return kept


def _miss(db: Connection, world: World, person: Person, kept: Kept) -> None:
    if kept.status != "agreed" or kept.starts is None or kept.starts > world.clock.now():
        raise LookupError("it has not begun")
    meetings.cancel(db, kept.id, "missed")
    cases.log(db, kept.case, "meeting_missed", world.clock.now(), by=person)
    _first_is_lost(db, world, kept.case)
    keep_rule(db, world, kept.case)


def _first_is_lost(db: Connection, world: World, case: int) -> None:
    """Without another meeting the promised week counts again; a case that waits has reminders of its own."""
    if any(meeting.status == "agreed" for meeting in meetings.of_case(db, case)):
        return
    cases.log(db, case, "not_agreed", world.clock.now())
    if cases.is_waiting(db, case):
        return
    reminders.claimed(db, case, world.clock.now(), openings.hours(db, world, case))


def conditions_changed(db: Connection, world: World, case: int) -> None:
    """Answers or parents have changed: an exception holds no more, no joint meeting stays without its conditions."""
    cases.drop_override(db, case)
    keep_rule(db, world, case)


def keep_rule(db: Connection, world: World, case: int) -> None:
    """No joint meeting that is to come stays without its conditions, whatever has changed."""
    for kept in meetings.open_of(db, case, world.clock.now()):
        joint = kept.type != "individual" and kept.status == "agreed" and not _has_begun(world, kept)
        if joint and not _may_meet_jointly(db, world, case):
            cancel(db, world, kept)


def parent_leaves(db: Connection, world: World, case: int, person: Person) -> None:
    """A parent goes: their own meetings with them, and no joint meeting stays."""
    for kept in meetings.open_of(db, case, world.clock.now()):
        invited = meetings.invitees(db, kept.id)
        if invited == [person]:
            meetings.cancel(db, kept.id)
    meetings.leave(db, case, person)


def end(db: Connection, world: World, case: int) -> None:
    """The case is over: nothing that was to come takes place."""
    for kept in meetings.open_of(db, case, world.clock.now()):
        meetings.cancel(db, kept.id)


def restaff(db: Connection, world: World, case: int) -> None:
    """Other workers have the case now. Whoever has left holds nothing of it any more; what is agreed goes to the lead
    worker who is free then, and otherwise somebody has to move it. Where nobody is left, nobody waits for a worker who
    does not come."""
    team, now = cases.workers(db, case), world.clock.now()
    for kept in meetings.open_of(db, case, now):
        stays = [host for host in meetings.hosts(db, kept.id) if host in team]
        if not stays and team and not _has_begun(world, kept):
            able = openings.stamps(db, world, case, team[:1], kept.minutes, kept.id)
            stays = team[:1] if kept.starts and stamp(kept.starts) in able else []
        meetings.set_hosts(db, kept.id, stays)
        if stays or _has_begun(world, kept):
            continue
        if kept.status == "offered" or not team:
            cancel(db, world, kept)
        else:
            notices.tell_staff(db, world, case, "nobody_holds", at=kept.starts or now)


# What is due


def run_due(db: Connection, world: World) -> None:
    """Take what is due about meetings. One that fails is tried again later and holds up no other."""
    now = world.clock.now()
    for meeting, kind in meetings.due(db, now):
        try:
            with savepoint(db):
                meetings.stop_due(db, meeting, kind)
                _due(db, world, meeting, kind)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others go on
            log.error("a meeting could not be looked after", kind=kind, error=kind_of(error))
            meetings.start_due(db, meeting, kind, now + timedelta(hours=1))


def _due(db: Connection, world: World, meeting: int, kind: str) -> None:
    kept = meetings.get(db, meeting)
    if kept is None:
        return
    match kind:
        case "decide":
            decide(db, world, kept)
            screens.refresh_case(db, world, kept.case)
        case "ask_again":
            said = N_("Times are still suggested for your meeting. Please choose, or say that none suits.")
            for parent in meetings.silent(db, meeting):
                notices.tell(db, world, parent, (said,), about=kept)
        case "silent":
            cases.log(db, kept.case, "no_reply", world.clock.now())
            notices.tell_staff(db, world, kept.case, "no_reply")
        case "day_before" | "soon":
            _remind(db, world, kept)


def _remind(db: Connection, world: World, kept: Kept) -> None:
    """One word at a time: an earlier one that still waits for a safe hour gives way."""
    assert kept.starts, "only what is agreed is reminded of"
    for parent in meetings.invitees(db, kept.id):
        notices.tell(db, world, parent, (N_("You have a time: {moment}.", moment=kept.starts),), about=kept)


def _tell(db: Connection, world: World, kept: Kept, says: tuple[Paragraph, ...]) -> None:
    """Everybody who is invited sees it on a screen that still stands, and gets a discreet notice."""
    for parent in meetings.invitees(db, kept.id):
        screens.refresh(db, world, parent, "sent")
        notices.tell(db, world, parent, says, about=kept)


def _has_begun(world: World, kept: Kept) -> bool:
    return kept.starts is not None and kept.starts <= world.clock.now()


def _may_meet_jointly(db: Connection, world: World, case: int) -> bool:
    return may_meet_jointly(cards.start(db, case, world.clock.now()))
