"""Which meeting is one of a parent alone: recorded, individual, and without the other parent. A joint meeting after a
separate start takes one with each."""

from datetime import timedelta

import pytest

from bot import meetings as planning
from bot.records import cases
from conversations import meeting_effects as meet
from conversations.meeting_facts import Attendee
from tests.office_plain import FIRST, OTHER, Kind, Office
from tests.test_model import WISHES_JOINT
from tests.test_what_follows import card
from tests.theatre import MONDAY


def separate() -> Office:
    """Two parents who meet every condition of a joint meeting but that of having met alone."""
    office = Office(Kind(both=True, pair=True))
    for chat in (FIRST, OTHER):
        cases.set_answers(office.db, 1, office.person(chat).id, WISHES_JOINT)
        cases.talked_alone(office.db, 1, office.person(chat).id, MONDAY)
    office.does(meet.AgreeStart(1, "separate"))
    office.passes(8)
    return office


def added(office: Office, chat: int, hours: int = 2) -> int:
    """An individual meeting with one parent, some hours ago, that nobody has recorded."""
    starts = office.world.clock.now() - timedelta(hours=hours)
    office.does(meet.AddMeeting(1, "individual", office.person(chat).id, starts))
    (meeting,) = office.db.execute("SELECT max(id) FROM meeting").fetchone()
    return int(meeting)


def records(office: Office, meeting: int, *came: Attendee, corrects: bool = False) -> None:
    step = "" if corrects else "next_open"
    office.does(meet.RecordMeeting(1, meeting, "individual", "onsite", 60, came, 1, step, corrects=corrects))


def met(office: Office) -> list[bool]:
    return [party.met_alone for party in card(office).parties]


def test_each_parent_has_met_alone_once_it_is_recorded() -> None:
    office = separate()
    first, other = added(office, FIRST, 4), added(office, OTHER)
    assert met(office) == [False, False], "only added says nothing of who came"
    records(office, first, "parent 1")
    assert met(office) == [True, False]
    assert not planning.may_be_joint(office.db, office.world, 1)
    records(office, other, "parent 2")
    assert met(office) == [True, True]
    assert planning.may_be_joint(office.db, office.world, 1)


def test_what_was_agreed_and_is_over_counts_when_it_is_recorded() -> None:
    office = separate()
    at = MONDAY.replace(hour=10) + timedelta(days=1)
    office.does(meet.OfferTimes(1, "individual", office.first.id, "onsite", 60, (at,), "other", agreed=True))
    office.passes(36)
    assert met(office) == [False, False]
    records(office, 1, "parent 1")
    assert met(office) == [True, False]


@pytest.mark.parametrize(
    ("came", "counts"),
    [(("parent 2",), [False, True]), (("other",), [False, False]), (("parent 1", "other"), [True, False])],
)
def test_it_counts_for_who_came_and_not_for_who_was_invited(came: tuple[Attendee, ...], counts: list[bool]) -> None:
    office = separate()
    records(office, added(office, FIRST), *came)
    assert met(office) == counts


def test_a_meeting_with_both_is_none_whatever_kind_it_is_called() -> None:
    office = separate()
    meeting = added(office, FIRST)
    records(office, meeting, "parent 1")
    both = '["parent 1","parent 2"]'  # as it could be recorded before it was asked about
    office.db.execute("UPDATE meeting SET attended=? WHERE id=?", (both, meeting))
    assert met(office) == [False, False]


def test_a_correction_of_who_came_ends_a_joint_meeting_that_was_agreed_on_it() -> None:
    office = separate()
    first, other = added(office, FIRST, 4), added(office, OTHER)
    records(office, first, "parent 1")
    records(office, other, "parent 2")
    at = MONDAY.replace(hour=10) + timedelta(days=2)
    office.does(meet.OfferTimes(1, "couple", 0, "onsite", 60, (at,), "other", agreed=True))
    records(office, other, "other", corrects=True)
    assert met(office) == [True, False]
    assert office.db.execute("SELECT status FROM meeting WHERE type='couple'").fetchall() == [("cancelled",)]
