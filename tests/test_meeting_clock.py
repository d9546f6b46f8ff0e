"""Meetings over both changes of the clock: offered before, agreed in the very hour that changes, reminded of after.

Every moment that is expected stands here in UTC, written out by hand.
"""

import json
import re
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest

from bot import effects
from bot.clock import Clock, stamp
from bot.records import cases, people
from conversations import effects as do
from conversations import meeting_effects as meet
from tests.office_plain import FIRST, OTHER, WORKER, Kind, Office
from tests.offices import TOLD
from tests.test_calendar_file import read

WISH = TOLD | {"start": ("joint",)}
LANGUAGES = {FIRST: "fi", OTHER: "sv", WORKER: "en"}


class Change(NamedTuple):
    """A weekend on which the clock changes, between Friday and Monday. ``shown`` is the meeting in each language."""

    friday: datetime
    decided: datetime
    first_safe: datetime
    day_before: datetime
    starts: datetime
    shown: dict[str, str]


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


SPRING = Change(
    friday=utc("2028-03-24 08:00"),  # ten o'clock
    decided=utc("2028-03-26 01:00"),  # three o'clock, which is four at once
    first_safe=utc("2028-03-26 06:00"),  # nine o'clock
    day_before=utc("2028-03-26 07:00"),  # ten o'clock
    starts=utc("2028-03-27 07:00"),  # ten o'clock
    shown={"fi": "ma 27.3. klo 10.00", "sv": "mån 27.3. kl. 10.00", "en": "Mon 27 Mar at 10:00"},
)
AUTUMN = Change(
    friday=utc("2027-10-29 07:00"),  # ten o'clock
    decided=utc("2027-10-31 01:00"),  # four o'clock, which is three once more
    first_safe=utc("2027-10-31 07:00"),  # nine o'clock
    day_before=utc("2027-10-31 08:00"),  # ten o'clock
    starts=utc("2027-11-01 08:00"),  # ten o'clock
    shown={"fi": "ma 1.11. klo 10.00", "sv": "mån 1.11. kl. 10.00", "en": "Mon 1 Nov at 10:00"},
)


def goes_to(office: Office, moment: datetime) -> None:
    """Time passes, a quarter of an hour at a time."""
    while office.world.clock.now() < moment:
        office.passes(0.25)


def weekend(change: Change) -> Office:
    """On the Friday two parents, each in an own language, are offered Monday at ten and at eleven."""
    office = Office(Kind(pair=True, both=True))
    office.world.clock = Clock(change.friday)
    office.db.execute("UPDATE cases SET opened_at=?, first_meeting_by=?", (stamp(change.friday), "2029-01-01"))
    for chat, language in LANGUAGES.items():
        effects.carry_out(office.db, office.world, office.person(chat), do.SetLanguage(language))
    for chat in (FIRST, OTHER):
        person = office.person(chat)
        cases.set_answers(office.db, 1, person.id, WISH)
        cases.talked_alone(office.db, 1, person.id, change.friday)
        people.set_safe_hours(office.db, person, "daily")
        office.says(chat, "/start")
    office.does(meet.AgreeStart(1, "joint"))
    times = (change.starts, change.starts + timedelta(hours=1))
    office.does(meet.OfferTimes(1, "couple", 0, "onsite", 60, times))
    return office


def moments(office: Office, chat: int, words: str) -> list[datetime]:
    """When something was said in a chat as a new message."""
    found = [call for call in office.calls[chat] if "sendMessage" in call and words in call]
    return [datetime.fromisoformat(call[:25]) for call in found]


def answers(office: Office, chat: int, change: Change) -> None:
    effects.carry_out(office.db, office.world, office.person(chat), meet.ChooseTimes(1, (change.starts,)))
    office.send()


@pytest.mark.parametrize("change", [SPRING, AUTUMN], ids=["spring", "autumn"])
def test_a_meeting_keeps_its_hour_over_the_change_of_the_clock(change: Change) -> None:
    office = weekend(change)
    goes_to(office, change.friday + timedelta(hours=5))
    answers(office, FIRST, change)
    goes_to(office, change.decided - timedelta(minutes=15))
    office.world.clock = Clock(change.decided - timedelta(minutes=5))
    answers(office, OTHER, change)
    assert office.db.execute("SELECT due_at FROM meeting_due WHERE kind='decide'").fetchall() == [
        (stamp(change.decided),)
    ]
    office.world.clock = Clock(change.decided - timedelta(seconds=1))
    office.passes(0)
    assert office.db.execute("SELECT status FROM meeting").fetchall() == [("offered",)]
    office.world.clock = Clock(change.decided - timedelta(minutes=15))
    office.passes(0.25)
    assert office.db.execute("SELECT status, starts_at FROM meeting").fetchall() == [("agreed", stamp(change.starts))]
    goes_to(office, change.starts + timedelta(hours=2))
    for chat in (FIRST, OTHER):
        shown = change.shown[LANGUAGES[chat]]
        said = moments(office, chat, shown)
        assert said == [change.first_safe, change.day_before, change.starts - timedelta(hours=1)], (
            "nine is the first safe hour"
        )
    assert change.shown["en"] in "".join(office.calls[WORKER])


@pytest.mark.parametrize("change", [SPRING, AUTUMN], ids=["spring", "autumn"])
def test_what_is_shown_and_filed_is_the_hour_on_the_wall(change: Change) -> None:
    office = weekend(change)
    office.says(WORKER, "/start c-K7F2")
    office.presses(WORKER, "Meetings")
    assert change.shown["en"] in office.calls[WORKER][-1]
    office.says(FIRST, "/start")
    assert "Valitse ajat" in "".join(office.calls[FIRST][-2:])
    for chat in (FIRST, OTHER):
        answers(office, chat, change)
    goes_to(office, change.friday + timedelta(minutes=15))
    for chat in (FIRST, OTHER):
        office.says(chat, "/start")
        assert change.shown[LANGUAGES[chat]] in "".join(office.calls[chat][-2:])
        effects.carry_out(office.db, office.world, office.person(chat), meet.SendCalendar(1, address=False))
        (params,) = office.db.execute(
            "SELECT params FROM outbox WHERE method='sendDocument' AND status='waiting'"
        ).fetchone()
        (file,) = re.findall(r'"base64": "([^"]*)"', params)
        event = read(b64decode(file))
        assert event["DTSTART"].dt == change.starts
        assert event["DTEND"].dt == change.starts + timedelta(hours=1)
        assert json.loads(params)["chat_id"] == chat
        office.send()
