"""What becomes of a meeting: recorded in a few taps, asked about what is unusual, never blocked, open to correction."""

from datetime import timedelta
from pathlib import Path
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
from tests.offices import agrees, asks, claimed, events, seen
from tests.test_meetings import joint
from tests.theatre import MONDAY, Actor, Theatre, theatre

MOST_TAPS = 6


async def past(stage: Theatre, worker: Actor, kind: str = "") -> str:
    """An agreed meeting whose end has come; its row in the list of meetings. The card is open."""
    await agrees(worker, "Tue 24 Nov", "10:00", kind)
    await stage.push(hours=26)
    assert "K7F2: the meeting Tue 24 Nov at 10:00 is over. Please record how it went." in seen(worker)
    return f"Tue 24 Nov at 10:00 · {kind or 'Individual meeting'}"


async def together(stage: Theatre, kind: str) -> tuple[Actor, Actor]:
    """Two workers, two parents, and a joint meeting whose end has come."""
    worker, pair = await stage.staff("Tuuli"), await stage.staff("Vesa")
    await joint(stage, worker)
    await asks(worker, pair, "Ask a work pair")
    await pair.presses("Open", "Yes, I take it")
    await worker.presses("Open")
    await past(stage, worker, kind)
    return worker, pair


async def alone(stage: Theatre) -> Actor:
    """A worker with one parent and an individual meeting whose end has come."""
    worker = await stage.staff("Tuuli")
    await claimed(stage, worker)
    await past(stage, worker)
    return worker


async def adds(worker: Actor, what: str = "Individual, Parent 1", at: str = "8:00") -> None:
    """A worker whose card is open adds a meeting of this morning and opens its form."""
    await worker.presses("Meetings", "Add a held meeting", what, "Mon 23 Nov", at, "Yes, add it")
    row = next(label for label in worker.buttons if label.startswith("Mon 23 Nov at"))
    await worker.presses(row, "Record the meeting")


ORDINARY = {
    "": ("Open", "Yes, it was held", "Not decided yet"),
    "Couple meeting": ("Open", "Yes, it was held", "Not decided yet"),
    "Family meeting": ("Open", "Yes, it was held", "Parent 1", "Parent 2", "The parents'", "Not decided yet"),
}


@pytest.mark.parametrize("kind", ORDINARY)
async def test_six_taps_from_the_notice_record_a_meeting(kind: str, tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = (await together(stage, kind))[0] if kind else await alone(stage)
        assert len(ORDINARY[kind]) <= MOST_TAPS
        await worker.presses(*ORDINARY[kind])
        assert "Recorded." in worker.text
        assert await stage.rows("SELECT status FROM meeting") == [("held",)]
        assert ("meetings held: 1 (1–5)" in worker.text) == (kind != "Family meeting"), (
            "family meetings are not counted"
        )


async def test_the_form_is_filled_in_as_it_was_agreed(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await alone(stage)
        await worker.presses("Open")
        assert "60 minutes, at the association.\nCame: Parent 1\nWorkers present: 1" in worker.text
        assert worker.text.count("Individual meeting") == 1
        await worker.presses("Yes, it was held", "Not decided yet")
        assert await stage.rows("SELECT status, lasted, attended, present FROM meeting") == [
            ("held", 60, '["parent 1"]', 1)
        ]
        assert await stage.rows("SELECT stage FROM cases") == [("meeting",)]
        await worker.presses("Back to the case")
        assert "Next: offer the next meeting or close the case" in worker.text


async def test_a_notice_leads_to_the_card_when_the_meeting_is_recorded(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, pair = await together(stage, "Couple meeting")
        await worker.presses("Open", "Yes, it was held", "Not decided yet")
        await pair.presses("Open")
        assert "This case is yours." in pair.text


async def test_what_was_different_is_changed_and_an_unusual_length_takes_a_reason(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await alone(stage)
        await worker.presses("Open", "Another length", "105 minutes", "Change the way", "On the phone")
        await worker.presses("Who came", "Another adult", "Who came")
        assert {"✓ Parent 1", "✓ Another adult", "Children"} <= {*worker.buttons}
        assert "Parent 2" not in worker.buttons, "there is no such parent"
        await worker.presses("✓ Parent 1")
        assert "105 minutes, on the phone." in worker.text
        assert "Came: Another adult" in worker.text
        await worker.presses("Yes, it was held")
        assert "Why this length?" in worker.text
        await worker.presses("The family's situation", "Individual meeting")
        assert await stage.rows("SELECT mode, lasted, attended FROM meeting") == [("phone", 105, '["other"]')]
        assert (await events(stage))[-3:] == ["held", "next_step", "unusual_length"]


async def test_who_came_can_be_changed_at_every_meeting(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        for at in ("8:00", "8:30", "9:00"):
            await adds(worker, at=at)
            await worker.presses("Who came", "Another adult", "Who came", "Children")
            assert "Came: Parent 1, Children, Another adult" in worker.text
            await worker.presses("Yes, it was held", "Not decided yet", "Back to the case")
        assert await stage.rows("SELECT DISTINCT attended FROM meeting") == [('["parent 1","child","other"]',)]


async def test_what_was_chosen_for_one_meeting_is_not_taken_for_another(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        await adds(worker)
        await worker.presses("Another length", "105 minutes", "Back to the case")
        await adds(worker, at="9:00")
        await worker.presses("Back to the case", "Meetings", "Mon 23 Nov at 9:00 · Individual meeting")
        await worker.presses("Record the meeting")
        assert "60 minutes, at the association." in worker.text


async def test_a_couple_meeting_with_one_worker_takes_a_reason(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, _ = await together(stage, "Couple meeting")
        await worker.presses("Open")
        assert "Came: Parent 1, Parent 2\nWorkers present: 2" in worker.text
        await worker.presses("Workers present", "One", "Yes, it was held")
        assert "Why one worker?" in worker.text
        await worker.presses("The work pair was absent", "Closing")
        assert await stage.rows("SELECT status, present, reasons FROM meeting") == [
            ("held", 1, '{"single_worker":"pair_absent"}')
        ]


# The agreement to a family meeting


async def test_a_family_meeting_takes_the_agreement_of_everybody_involved(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, _ = await together(stage, "Family meeting")
        await worker.presses("Open", "Yes, it was held")
        assert worker.text == "Who has agreed to the family meeting?"
        await worker.presses("Parent 2")
        assert "Agreed to the family meeting: Parent 2" in worker.text
        await worker.presses("Not everybody has agreed")
        assert "Without this agreement it cannot be recorded as a family meeting." in worker.text
        assert "What is the next step?" not in worker.text
        await worker.presses("Back to the form", "Yes, it was held", "Parent 1", "Parent 2")
        assert worker.text == "Whose wish was it that the children came?"
        await worker.presses("The parents'", "Not decided yet")
        assert await stage.rows("SELECT attended, children_by, agreed_by FROM meeting") == [
            ('["parent 1","parent 2","child"]', "parents", '["parent 1","parent 2"]')
        ]


async def test_without_the_agreement_it_is_recorded_as_another_kind(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, _ = await together(stage, "Family meeting")
        await worker.presses("Open", "Yes, it was held", "Parent 1", "Not everybody has agreed")
        await worker.presses("Change the kind", "Couple meeting", "Yes, it was held", "Not decided yet")
        assert await stage.rows("SELECT type, attended, agreed_by FROM meeting") == [
            ("couple", '["parent 1","parent 2"]', None)
        ]


async def test_whose_wish_it_was_is_asked_only_if_children_came(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, _ = await together(stage, "Family meeting")
        await worker.presses("Open", "Who came", "✓ Children", "Yes, it was held", "Parent 1", "Parent 2")
        assert worker.text == "What is the next step?"
        await worker.presses("Not decided yet")
        assert await stage.rows("SELECT children_by FROM meeting WHERE agreed_by IS NOT NULL") == [(None,)]


async def test_one_parent_alone_is_asked_about_that_parent_only(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker, afraid="sometimes")
        await adds(worker, "Family meeting")
        assert "Came: Parent 1, Children" in worker.text
        await worker.presses("Workers present", "Two", "Yes, it was held")
        assert "Parent 2" not in worker.buttons
        await worker.presses("Not agreed")
        assert "Record it as another kind." in worker.text
        await worker.presses("Back to the form", "Yes, it was held", "Parent 1", "The parent's", "Not decided yet")
        assert await stage.rows("SELECT agreed_by FROM meeting") == [('["parent 1"]',)]


async def test_a_client_without_a_chat_is_called_the_client(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        await stage.service.database.turn(lambda db: db.execute("DELETE FROM party"))
        await adds(worker, "Family meeting")
        assert "Came: The client, Children" in worker.text
        await worker.presses("Workers present", "Two", "Yes, it was held", "The client", "The client's")
        await worker.presses("Not decided yet")
        assert await stage.rows("SELECT attended, agreed_by FROM meeting") == [('["client","child"]', '["client"]')]


# What contradicts itself


async def test_held_but_nobody_came_is_asked_about(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await alone(stage)
        await worker.presses("Open", "Who came", "✓ Parent 1")
        assert "Came: nobody" in worker.text
        await worker.presses("Yes, it was held")
        assert worker.text == "Nobody is marked as present. Correct who came."
        await worker.presses("Nobody came", "Yes, record it")
        assert await stage.rows("SELECT status FROM meeting") == [("missed",)]


async def test_who_came_follows_the_kind_that_is_recorded(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, _ = await together(stage, "Couple meeting")
        await worker.presses("Open", "Change the kind", "Family meeting")
        assert "Came: Parent 1, Parent 2, Children" in worker.text
        assert worker.text.count("meeting") == 1, "the kind is said once"
        await worker.presses("Change the kind", "Individual meeting")
        assert "Came: nobody" in worker.text, "nobody knows which of them"
        await worker.presses("Change the kind", "Couple meeting")
        assert "Came: Parent 1, Parent 2" in worker.text


async def test_a_couple_meeting_needs_both_parents(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, _ = await together(stage, "Couple meeting")
        await worker.presses("Open", "Who came", "✓ Parent 2", "Yes, it was held")
        assert "In a couple meeting both parents are present." in worker.text
        await worker.presses("Change the kind", "Individual meeting", "Yes, it was held", "Not decided yet")
        assert await stage.rows("SELECT type, attended FROM meeting") == [("individual", '["parent 1"]')]


async def test_a_parent_outside_the_case_comes_as_another_adult(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        await adds(worker, "Couple meeting")
        assert "Came: Parent 1, Another adult" in worker.text
        await worker.presses("Workers present", "Two", "Who came", "✓ Another adult", "Yes, it was held")
        assert "A parent who is not in this case counts as another adult." in worker.text
        await worker.presses("Who came", "Another adult", "Yes, it was held", "Not decided yet")
        assert await stage.rows("SELECT type FROM meeting WHERE status='held'") == [("couple",)]


async def test_a_sixth_meeting_takes_a_reason_and_is_no_block(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        for number, at in enumerate(("8:00", "8:30", "9:00", "9:30", "10:00", "8:00")):
            await adds(worker, at=at)
            await worker.presses("Yes, it was held")
            if number == 5:
                assert "Why more than five meetings?" in worker.text
                await worker.presses("The parents wish it")
            await worker.presses("Not decided yet", "Back to the case")
        assert await stage.rows("SELECT count(*) FROM meeting WHERE status='held'") == [(6,)]
        assert (await events(stage)).count("sixth_meeting") == 1


@pytest.mark.parametrize("how", ["Nobody came", "It was cancelled"])
async def test_what_was_not_held_counts_for_nothing(how: str, tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await alone(stage)
        await worker.presses("Open", how)
        assert await stage.rows("SELECT status FROM meeting") == [("agreed",)], "it is asked once more"
        await worker.presses("Back to the form", how, "Yes, record it")
        status, said = ("missed", "nobody came") if how == "Nobody came" else ("cancelled", "cancelled")
        assert await stage.rows("SELECT status FROM meeting") == [(status,)]
        assert f"• Tue 24 Nov · Individual meeting: {said}" in worker.text
        assert await stage.rows("SELECT stage FROM cases") == [("in_contact",)]
        assert await stage.rows("SELECT 1 FROM reminder")


async def test_nothing_to_come_can_be_recorded(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        await agrees(worker, "Tue 24 Nov", "10:00")
        await worker.presses("Tue 24 Nov at 10:00 · Individual meeting")
        assert "Record the meeting" not in worker.buttons
        await worker.presses("Back to the meetings", "Add a held meeting", "Individual, Parent 1")
        assert [label for label in worker.buttons if "Nov" in label] == ["Mon 23 Nov"], "nothing from before the case"
        await worker.presses("Mon 23 Nov")
        assert "10:00" in worker.buttons
        assert "10:30" not in worker.buttons


# What was recorded


async def test_what_was_recorded_is_read_and_corrected(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, pair = await together(stage, "Couple meeting")
        await worker.presses("Open", "Another length", "105 minutes", "Yes, it was held", "The family's situation")
        await worker.presses("Not decided yet")
        assert "• Tue 24 Nov · Couple meeting: held, 105 minutes. Came: Parent 1, Parent 2" in worker.text
        await pair.presses("Open", "Meetings", "✓ Tue 24 Nov at 10:00 · Couple meeting")
        assert "105 minutes, at the association." in pair.text
        await pair.presses("Correct")
        assert "Nobody came" not in pair.buttons
        await pair.presses("Change the kind", "Family meeting", "Yes, correct it so", "Parent 1", "Parent 2")
        await pair.presses("The worker's")
        assert pair.text == "Save the correction?", "the length has its reason, and there is a next step already"
        await pair.presses("Yes, save it")
        assert "• Tue 24 Nov · Family meeting: held, 105 minutes. Came: Parent 1, Parent 2, Children" in pair.text
        assert "meetings held" not in pair.text
        told = await stage.rows("SELECT name, detail FROM case_event WHERE meeting IS NOT NULL ORDER BY id")
        assert told == [("held", "couple"), ("unusual_length", "situation"), ("held_corrected", "family")]
        await pair.presses("✓ Tue 24 Nov at 10:00 · Family meeting", "Correct")
        assert "Agreed to the family meeting: Parent 1, Parent 2" in pair.text
        await pair.presses("Another length", "60 minutes", "Yes, correct it so", "Yes, save it")
        assert await stage.rows("SELECT lasted, reasons FROM meeting") == [(60, "{}")]


def test_a_sixth_meeting_is_corrected_with_the_reason_that_it_has() -> None:
    office = Office(Kind())
    for _ in range(6):
        office.does(meet.AddMeeting(1, "individual", office.first.id, MONDAY))
    sixth = {"sixth_meeting": "other"}
    for number in range(1, 7):
        office.does(replace(RECORD, meeting=number, reasons=sixth if number == 6 else {}))
    corrected = replace(RECORD, corrects=True, next_step="", lasted=45)
    office.does(replace(corrected, meeting=1))
    office.expects(replace(corrected, meeting=6), allowed=False)
    office.does(replace(corrected, meeting=6, reasons=sixth))
    assert meetings.held(office.db, 1) == 6


async def test_where_a_colleague_was_faster_the_form_says_so(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, pair = await together(stage, "Couple meeting")
        await pair.presses("Open", "Yes, it was held")
        assert pair.text == "What is the next step?"
        await worker.presses("Open", "Yes, it was held", "Not decided yet")
        assert pair.text == "A colleague has recorded this meeting."
        assert pair.buttons[0] == "Back to the case"
        await pair.presses("Back to the case")
        assert "Next: offer the next meeting or close the case" in pair.text


async def test_a_correction_does_not_go_over_that_of_a_colleague(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, pair = await together(stage, "Couple meeting")
        await worker.presses("Open", "Yes, it was held", "Not decided yet")
        row = "✓ Tue 24 Nov at 10:00 · Couple meeting"
        await pair.presses("Open", "Meetings", row, "Correct", "Another length")
        await worker.presses(row, "Correct", "Another length", "45 minutes", "Yes, correct it so", "Yes, save it")
        assert pair.text == "A colleague has recorded this meeting."
        assert await stage.rows("SELECT lasted FROM meeting") == [(45,)]


# Nothing is half-saved, whoever calls

RECORD = meet.RecordMeeting(1, 1, "individual", "onsite", 60, ("parent 1",), 1, "next_open")
COUPLE: dict[str, Any] = {"kind": "couple", "attended": ("parent 1", "other"), "workers": 2}
FAMILY: dict[str, Any] = {"kind": "family", "attended": ("parent 1",), "workers": 2, "agreed_by": ("parent 1",)}


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
        FAMILY | {"children_by": "parents"},
        FAMILY | {"attended": ("parent 1", "child")},
        FAMILY | {"attended": ("parent 1", "child"), "children_by": "grandmother"},
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


def test_one_of_two_parents_who_has_not_agreed_is_enough_against_a_family_meeting() -> None:
    office = Office(Kind(both=True))
    office.does(meet.AddMeeting(1, "family", 0, MONDAY))
    family = replace(RECORD, **FAMILY | {"attended": ("parent 1", "parent 2")})
    for agreed in ((), ("parent 1",), ("parent 2",)):
        refuses(office, replace(family, agreed_by=agreed))
    office.does(replace(family, agreed_by=("parent 1", "parent 2")))


def test_nothing_is_half_saved_of_a_sixth_meeting_without_a_reason() -> None:
    office = Office(Kind())
    for number in range(1, 7):
        office.does(meet.AddMeeting(1, "individual", office.first.id, MONDAY))
        if number < 6:
            office.does(replace(RECORD, meeting=number))
    refuses(office, replace(RECORD, meeting=6))
    office.does(replace(RECORD, meeting=6, reasons={"sixth_meeting": "other"}))


@pytest.mark.parametrize("what", ["add", "add earlier", "add unknown", "record", "missed", "cancelled", "miss unknown"])
def test_nothing_is_half_saved_of_what_cannot_be_so(what: str) -> None:
    office = Office(Kind())
    soon, first = MONDAY + timedelta(days=1, hours=2), office.first.id
    office.does(meet.OfferTimes(1, "individual", first, "onsite", 60, (soon,), agreed=True))
    tried: dict[str, meet.Recording] = {
        "add": meet.AddMeeting(1, "individual", first, MONDAY + timedelta(minutes=1)),
        "add earlier": meet.AddMeeting(1, "individual", first, MONDAY - timedelta(days=1)),
        "add unknown": meet.AddMeeting(1, "party", first, MONDAY),  # type: ignore[arg-type]
        "record": RECORD,
        "missed": meet.MissMeeting(1, 1),
        "cancelled": meet.MissMeeting(1, 1, "cancelled"),
        "miss unknown": meet.MissMeeting(1, 1, "forgotten"),  # type: ignore[arg-type]
    }
    if what == "miss unknown":
        office.passes(48)
    refuses(office, tried[what])


def test_a_parent_who_has_gone_stays_in_what_was_recorded() -> None:
    office = Office(Kind(both=True))
    office.does(meet.AddMeeting(1, "family", 0, MONDAY))
    both = replace(RECORD, **FAMILY | {"attended": ("parent 1", "parent 2"), "agreed_by": ("parent 1", "parent 2")})
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
    assert listed.held == Held(60, ("parent 1",), 2)
    corrected = replace(family, corrects=True, next_step="")
    office.expects(replace(corrected, agreed_by=()), allowed=False)
    office.does(corrected)
