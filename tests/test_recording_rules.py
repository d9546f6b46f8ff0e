"""The rules of what is recorded, held by the shell: nothing is half-saved, whoever calls."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from bot import casework, effects
from bot.records import appointments, meetings
from conversations import effects as do
from conversations import meeting_effects as meet
from conversations.held import LENGTHS
from conversations.meeting_facts import Held
from tests.office_plain import OTHER, Kind, Office
from tests.theatre import MONDAY

RECORD = meet.RecordMeeting(1, 1, "individual", "onsite", 60, ("parent 1",), 1, "next_open")
COUPLE: dict[str, Any] = {"kind": "couple", "attended": ("parent 1", "other"), "workers": 2}
FAMILY: dict[str, Any] = {
    "kind": "family",
    "attended": ("parent 1", "child"),
    "workers": 2,
    "agreed_by": ("parent 1",),
    "children_by": "parents",
}


def refuses(office: Office, effect: meet.Recording) -> None:
    """What is refused leaves no trace."""
    before = list(office.db.iterdump())
    office.db.execute("SAVEPOINT turn")
    with pytest.raises(LookupError):
        casework.carry_out(office.db, office.world, office.worker, effect)
    office.db.execute("ROLLBACK TO turn")
    assert list(office.db.iterdump()) == before


@pytest.mark.parametrize(
    "changed",
    [
        {"lasted": 30},
        {"lasted": 120},
        {"lasted": 61},
        {"lasted": 240, "reasons": {"unusual_length": "other"}},
        {"lasted": 120, "reasons": {"unusual_length": "the weather"}},
        {"reasons": {"unusual_length": "other"}},
        {"reasons": {"the_weather": "other"}},
        {"next_step": "next_holiday"},
        {"next_step": ""},
        {"attended": ()},
        {"attended": ("parent 2",)},
        {"attended": ("client",)},
        {"attended": ("parent 1", "parent 1")},
        {"mode": "letter"},
        {"kind": "party"},
        {"workers": 3},
        {"children_by": "parents"},
        {"agreed_by": ("parent 1",)},
        {"corrects": True, "next_step": ""},
        COUPLE | {"workers": 1},
        COUPLE | {"attended": ("parent 1", "child")},
        FAMILY | {"workers": 1},
        FAMILY | {"agreed_by": ()},
        FAMILY | {"agreed_by": ("parent 1", "parent 2")},
        FAMILY | {"children_by": ""},
        FAMILY | {"children_by": "grandmother"},
        FAMILY | {"attended": ("parent 1",)},
        FAMILY | {"attended": ("parent 1",), "children_by": ""},
        {"attended": ("parent 1", "child")},
        {"attended": ("parent 1", "child"), "children_by": "parents"},
        {"attended": ("child",), "children_by": "parents", "agreed_by": ("parent 1",)},
        COUPLE | {"attended": ("parent 1", "other", "child"), "children_by": "parents"},
    ],
)
def test_nothing_is_half_saved_of_what_is_missing_or_unknown(changed: dict[str, Any]) -> None:
    office = Office(Kind())
    office.does(meet.AddMeeting(1, "individual", office.first.id, MONDAY))
    refuses(office, replace(RECORD, **changed))
    office.does(RECORD)
    office.expects(RECORD, allowed=False)


@pytest.mark.parametrize("changed", [COUPLE, FAMILY, *({"lasted": minutes} for minutes in LENGTHS[1:5])])
def test_what_the_form_can_say_is_recorded(changed: dict[str, Any]) -> None:
    office = Office(Kind())
    office.does(meet.AddMeeting(1, "individual", office.first.id, MONDAY))
    office.does(replace(RECORD, **changed))
    assert office.db.execute("SELECT status, type, lasted FROM meeting").fetchall() == [
        ("held", changed.get("kind", RECORD.kind), changed.get("lasted", RECORD.lasted))
    ]


def test_one_of_two_parents_who_has_not_agreed_is_enough_against_a_family_meeting() -> None:
    office = Office(Kind(both=True))
    office.does(meet.AddMeeting(1, "family", 0, MONDAY))
    family = replace(RECORD, **FAMILY | {"attended": ("parent 1", "parent 2", "child")})
    for agreed in ((), ("parent 1",), ("parent 2",)):
        refuses(office, replace(family, agreed_by=agreed))
    office.does(replace(family, agreed_by=("parent 1", "parent 2")))


def test_an_individual_meeting_is_of_one_parent() -> None:
    office = Office(Kind(both=True))
    office.does(meet.AddMeeting(1, "individual", office.first.id, MONDAY))
    refuses(office, replace(RECORD, attended=("parent 1", "parent 2")))
    office.does(replace(RECORD, attended=("parent 2", "other")))


def test_nothing_is_half_saved_of_a_sixth_meeting_without_a_reason() -> None:
    office = Office(Kind())
    office.passes(12)
    for number in range(1, 7):
        office.does(meet.AddMeeting(1, "individual", office.first.id, MONDAY + timedelta(hours=number)))
        if number < 6:
            office.does(replace(RECORD, meeting=number))
    refuses(office, replace(RECORD, meeting=6))
    office.does(replace(RECORD, meeting=6, reasons={"sixth_meeting": "other"}))


@pytest.mark.parametrize(
    "what",
    [
        *("add", "add earlier", "add just before", "add unknown", "record", "missed", "cancelled", "miss unknown"),
        *("remove what was agreed", "remove unknown"),
    ],
)
def test_nothing_is_half_saved_of_what_cannot_be_so(what: str) -> None:
    office = Office(Kind())
    soon, first = MONDAY + timedelta(days=1, hours=2), office.first.id
    office.does(meet.OfferTimes(1, "individual", first, "onsite", 60, (soon,), agreed=True))
    tried: dict[str, meet.Recording] = {
        "add": meet.AddMeeting(1, "individual", first, MONDAY + timedelta(minutes=1)),
        "add earlier": meet.AddMeeting(1, "individual", first, MONDAY - timedelta(days=1)),
        "add just before": meet.AddMeeting(1, "individual", first, MONDAY - timedelta(minutes=30)),
        "remove what was agreed": meet.RemoveMeeting(1, 1),
        "remove unknown": meet.RemoveMeeting(1, 2),
        "add unknown": meet.AddMeeting(1, "party", first, MONDAY),  # type: ignore[arg-type]
        "record": RECORD,
        "missed": meet.MissMeeting(1, 1),
        "cancelled": meet.MissMeeting(1, 1, "cancelled"),
        "miss unknown": meet.MissMeeting(1, 1, "forgotten"),  # type: ignore[arg-type]
    }
    if what in ("miss unknown", "remove what was agreed"):
        office.passes(48)
    refuses(office, tried[what])


def test_a_parent_who_has_gone_stays_in_what_was_recorded() -> None:
    office = Office(Kind(both=True))
    office.does(meet.AddMeeting(1, "family", 0, MONDAY))
    both = replace(
        RECORD, **FAMILY | {"attended": ("parent 1", "parent 2", "child"), "agreed_by": ("parent 1", "parent 2")}
    )
    office.does(both)
    effects.carry_out(office.db, office.world, office.person(OTHER), do.WithdrawCase())
    assert meetings.numbers(office.db, 1) == (1,)
    office.does(replace(both, corrects=True, next_step="", lasted=45))
    office.expects(replace(both, corrects=True, next_step="", agreed_by=("parent 1",)), allowed=False)


def test_a_family_meeting_without_a_recorded_agreement_takes_it_when_it_is_corrected() -> None:
    office = Office(Kind())
    office.does(meet.AddMeeting(1, "family", 0, MONDAY))
    family = replace(RECORD, **FAMILY)
    office.does(family)
    office.db.execute("UPDATE meeting SET agreed_by=NULL, reasons=NULL")  # as it was recorded before version 11
    (listed,) = appointments.recorded(office.db, 1)
    assert listed.held == Held(60, ("parent 1", "child"), 2, "parents")
    corrected = replace(family, corrects=True, next_step="")
    office.expects(replace(corrected, agreed_by=()), allowed=False)
    office.does(corrected)


def test_a_sixth_meeting_is_corrected_with_the_reason_that_it_has() -> None:
    office = Office(Kind())
    office.passes(12)
    for number in range(6):
        office.does(meet.AddMeeting(1, "individual", office.first.id, MONDAY + timedelta(hours=number)))
    sixth = {"sixth_meeting": "other"}
    for number in range(1, 7):
        office.does(replace(RECORD, meeting=number, reasons=sixth if number == 6 else {}))
    corrected = replace(RECORD, corrects=True, next_step="", lasted=45)
    office.does(replace(corrected, meeting=1))
    office.expects(replace(corrected, meeting=6), allowed=False)
    office.does(replace(corrected, meeting=6, reasons=sixth))
    assert meetings.held(office.db, 1) == 6
