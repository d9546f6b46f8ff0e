"""What a parent does about the own meetings, each alone. The workers hear of it; the other parent only of a time."""

from datetime import timedelta
from sqlite3 import Connection
from typing import assert_never

from bot import calendar_file, meetings, notices, outbox, render, screens
from bot.clock import stamp
from bot.records import appointments, cases, due
from bot.records import meetings as records
from bot.records.meetings import Kept
from bot.records.people import Person
from bot.world import World
from conversations import meeting_effects as do
from conversations.text import N_

_CLASS = 15 * 60
"""Seconds: parents who are invited together hear of an agreed time on a full quarter of an hour."""

_TITLE = N_("Reserved time")
_FILE = N_("time.ics")


def carry_out(db: Connection, world: World, person: Person, effect: do.Attending) -> None:
    """Do what a parent's effect says."""
    match effect:
        case do.ChooseTimes():
            _choose(db, world, person, effect)
        case do.CancelOwnMeeting(meeting=meeting, reason=reason):
            meetings.cancel(db, world, _own(db, person, meeting), reason, by=person)
        case do.AskToMove(meeting=meeting):
            _ask_to_move(db, world, person, meeting)
        case do.ShowPlace(shown=shown):
            cases.set_place_safe(db, person, shown)
        case do.SendCalendar():
            _send_calendar(db, world, person, effect)
        case _:
            assert_never(effect)


def _choose(db: Connection, world: World, person: Person, effect: do.ChooseTimes) -> None:
    """A parent's own answer. Nobody else sees it but the workers."""
    kept, now = records.get(db, effect.meeting), world.clock.now()
    if kept is None or not records.choose(db, person, effect, now):
        raise LookupError("the offer is gone")
    cases.log(db, kept.case, "times_answered" if effect.suits else "none_suits", now, party=person.id)
    if not effect.suits:
        notices.tell_staff(db, world, kept.case, "none_suits")
    if records.is_answered(db, kept.id):
        due.stop(db, kept.id, "ask_again", "silent")
        if kept.type == "individual":
            meetings.decide(db, world, kept)
        else:
            due.start(db, kept.id, "decide", now + timedelta(seconds=_CLASS - stamp(now) % _CLASS))
    screens.refresh_case(db, world, kept.case, but=person)


def _ask_to_move(db: Connection, world: World, person: Person, meeting: int) -> None:
    """A parent wishes another time; said once of each time."""
    kept = _own(db, person, meeting)
    if records.ask_to_move(db, person, meeting):
        cases.log(db, kept.case, "move_asked", world.clock.now(), party=person.id)
        notices.tell_staff(db, world, kept.case, "move_asked")


def _send_calendar(db: Connection, world: World, person: Person, effect: do.SendCalendar) -> None:
    """The calendar file, at once: the parent has just asked for it. It names no person and no service."""
    kept, entry = _own(db, person, effect.meeting), appointments.calendar_entry(db, effect.meeting)
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
    )
    caption = render.paragraphs((render.DISCREET, N_("A time for your calendar.")), person.locale)
    file = outbox.File(render.words(_FILE, person.locale), content)
    params = {"caption": caption, "protect_content": False}
    outbox.put(db, now, person.chat_id, "notice", "sendDocument", params, file=file)


def _own(db: Connection, person: Person, meeting: int) -> Kept:
    kept = records.get(db, meeting)
    if kept is None or kept.status != "agreed" or person not in records.invitees(db, meeting):
        raise LookupError("no meeting of this parent's")
    return kept
