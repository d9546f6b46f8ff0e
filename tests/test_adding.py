"""Adding a held meeting: from the case's first moment on, once, and taken back if it was a mistake."""

from datetime import timedelta
from pathlib import Path

from msgspec.structs import replace

from bot.records import cases, meetings
from conversations import life
from conversations import meeting_effects as meet
from tests.office_plain import OTHER, Kind, Office
from tests.offices import claimed, events
from tests.test_recording import adds, together
from tests.test_recording_rules import COUPLE, RECORD
from tests.theatre import MONDAY, theatre

BOTH = replace(RECORD, **COUPLE | {"attended": ("parent 1", "parent 2")})


def test_nothing_is_added_from_the_hours_before_the_case() -> None:
    office = Office()
    office.passes(12)
    for before in (timedelta(minutes=1), timedelta(hours=3)):
        office.expects(meet.AddMeeting(1, "individual", office.first.id, MONDAY - before), allowed=False)
    office.does(meet.AddMeeting(1, "individual", office.first.id, MONDAY))


def test_the_same_meeting_is_added_once() -> None:
    office = Office(Kind(both=True))
    office.passes(12)
    at = MONDAY + timedelta(hours=4)
    office.does(meet.AddMeeting(1, "couple", 0, at))
    for minutes in (-30, 0, 45):
        office.expects(meet.AddMeeting(1, "couple", 0, at + timedelta(minutes=minutes)), allowed=False)
    office.does(replace(BOTH, lasted=90))
    office.expects(meet.AddMeeting(1, "couple", 0, at + timedelta(minutes=75)), allowed=False)
    office.does(meet.AddMeeting(1, "couple", 0, at + timedelta(minutes=90)))
    assert meetings.held(office.db, 1) == 1


def test_a_missed_or_another_meeting_does_not_stand_in_the_way() -> None:
    office = Office(Kind(both=True))
    office.passes(12)
    office.does(meet.AddMeeting(1, "individual", office.first.id, MONDAY))
    office.expects(meet.AddMeeting(1, "individual", office.first.id, MONDAY), allowed=False)
    office.does(meet.AddMeeting(1, "individual", office.person(OTHER).id, MONDAY))  # by the other worker
    office.does(meet.AddMeeting(1, "couple", 0, MONDAY))
    office.does(meet.MissMeeting(1, 1))
    office.does(meet.AddMeeting(1, "individual", office.first.id, MONDAY))


async def test_who_adds_it_once_more_is_led_to_it(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, pair = await together(stage, "Couple meeting")
        await worker.presses("Open", "Yes, it was held", "Not decided yet")
        await pair.presses("Open", "Meetings", "Add a held meeting", "Couple meeting", "Tue 24 Nov", "10:30")
        assert pair.text == "There is already a meeting at that time."
        assert "Yes, add it" not in pair.buttons
        await pair.presses("Tue 24 Nov at 10:00 · Couple meeting")
        assert "60 minutes, at the association.\nCame: Parent 1, Parent 2" in pair.text
        assert await stage.rows("SELECT count(*) FROM meeting") == [(1,)]


async def test_what_was_added_by_mistake_leaves_no_trace_in_the_counts(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        await adds(worker)
        await worker.presses("Added by mistake")
        assert worker.text == "Remove this meeting? It was added by mistake and counts for nothing."
        await worker.presses("Yes, remove it")
        assert "Removed." in worker.text
        assert "Recorded:" not in worker.text
        for table in ("meeting", "host", "invitee"):
            assert not await stage.rows(f"SELECT 1 FROM {table}")
        assert (await events(stage))[-3:] == ["agreed", "removed", "not_agreed"]
        assert await stage.rows("SELECT stage FROM cases") == [("in_contact",)]
        assert await stage.rows("SELECT 1 FROM reminder"), "the promised week counts again"
        assert life.replayed(await events(stage)) == "in_contact"


def test_only_what_nobody_has_recorded_is_removed() -> None:
    office = Office()
    office.does(meet.AddMeeting(1, "individual", office.first.id, MONDAY))
    office.does(RECORD)
    office.expects(meet.RemoveMeeting(1, 1), allowed=False)
    assert cases.stage_of(office.db, 1) == "meeting"


async def test_what_was_agreed_here_cannot_be_removed(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, _ = await together(stage, "Couple meeting")
        await worker.presses("Open")
        assert "Added by mistake" not in worker.buttons
