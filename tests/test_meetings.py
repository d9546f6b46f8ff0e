"""Meetings: offering times, answering alone, agreeing, moving, cancelling, reminding, the calendar file."""

from pathlib import Path
from typing import Any

import icalendar
import pytest

from tests.offices import agrees, asks, chooses_times, claimed, events, offers, seen
from tests.test_parents import ANSWERED, both, invited
from tests.test_together import changes
from tests.theatre import Actor, Theatre, theatre

TUESDAY, WEDNESDAY = "Tue 24 Nov 12:30", "Wed 25 Nov 10:00"


def news(actor: Actor) -> str:
    """The newest notice."""
    return next(str(m["text"]) for m in reversed(actor.messages) if "Hello! You can read" in m.get("text", ""))


def entry(actor: Actor) -> Any:
    """The entry of the newest calendar file."""
    return icalendar.Calendar.from_ical(actor.file()).events[0]


async def joint(stage: Theatre, worker: Actor) -> tuple[Actor, Actor]:
    """Two parents who both wish a joint start, and nothing stands against it; the card is open."""
    pair = await both(stage, worker, start="joint")
    for parent in ("Parent 1", "Parent 2"):
        await worker.presses("I talked with them alone", parent, "Yes, record it")
    await worker.presses("Meetings", "The start", "Start jointly", "Back to the case")
    return pair


# One parent


async def test_the_first_time_that_suits_is_agreed_at_once(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = await claimed(stage, worker)
        await offers(worker, WEDNESDAY, TUESDAY)
        assert "Times are suggested" in news(parent)
        await parent.presses("Open", "Choose times")
        assert "You meet the worker alone." in parent.text
        await parent.presses("Wed 25 Nov at 10:00", "Tue 24 Nov at 12:30", "These suit me")
        assert "Your meeting: Tue 24 Nov at 12:30, at the association." in seen(parent)
        assert "K7F2: a meeting is agreed, Tue 24 Nov at 12:30." in seen(worker)
        assert not await stage.rows("SELECT 1 FROM slot UNION ALL SELECT 1 FROM invitee WHERE suits IS NOT NULL")
        assert not await stage.rows("SELECT 1 FROM reminder")
        await worker.types("/start")
        await worker.presses("My meetings", "Tue 24 Nov at 12:30 · K7F2")
        assert "Next: hold the first meeting" in worker.text


async def test_nothing_chosen_is_no_answer_and_none_suits_says_what_would(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = await claimed(stage, worker)
        await offers(worker, TUESDAY)
        await parent.presses("Choose times", "These suit me")
        assert "Please choose one of the buttons." in seen(parent)
        await parent.presses("None of these suits", "Mondays", "Evenings", "Send")
        assert "Thank you, your answer is saved." in seen(parent)
        assert "none of the suggested times suits a parent" in seen(worker)
        await worker.presses("Open", "Meetings")
        assert "Parent 1: none suits, would suit: Mondays, Evenings" in worker.text
        await worker.presses("Offered · Individual meeting", "Other times")
        await chooses_times(worker, WEDNESDAY)
        await worker.presses("Offer these times")
        await parent.presses("Choose times", "Wed 25 Nov at 10:00", "These suit me")
        assert "Your meeting: Wed 25 Nov at 10:00" in seen(parent)


async def test_a_time_that_has_passed_is_not_offered_any_more(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = await claimed(stage, worker)
        await offers(worker, TUESDAY, WEDNESDAY)
        await parent.presses("Choose times", "Tue 24 Nov at 12:30")
        await stage.push(hours=27)
        await parent.presses("Open", "Choose times")
        assert parent.buttons[0] == "Wed 25 Nov at 10:00"
        await stage.push(hours=24)
        assert "These suit me" not in parent.buttons
        assert "K7F2: the suggested times are over. Please offer new ones." in seen(worker)
        assert not await stage.rows("SELECT 1 FROM meeting")


async def test_none_suits_is_said_of_the_times_that_were_seen(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = await claimed(stage, worker)
        await offers(worker, TUESDAY)
        await parent.presses("Choose times", "None of these suits", "Mondays")
        await worker.presses("Offered · Individual meeting", "Other times")
        await chooses_times(worker, WEDNESDAY)
        await worker.presses("Offer these times")
        assert "Send" not in parent.buttons
        assert await stage.rows("SELECT answered_at FROM invitee") == [(None,)]
        assert parent.showing("Choose times")


async def test_a_form_takes_five_times_and_a_chosen_time_goes_when_pressed_again(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        await worker.presses("Meetings", "Offer times")
        await chooses_times(worker, *(f"Tue 24 Nov {time}" for time in ("9:00", "9:30", "10:00", "10:30", "11:00")))
        await worker.presses("Add or remove a time", "Tue 24 Nov")
        assert "✓ 9:30" in worker.buttons
        assert "Five times are chosen." in worker.text
        await worker.presses("11:30")
        assert worker.text.count("• Tue 24 Nov") == 5
        await worker.presses("Add or remove a time", "Tue 24 Nov", "✓ 9:30")
        assert "at 9:30" not in worker.text
        assert worker.text.count("• Tue 24 Nov") == 4


async def test_a_time_that_was_agreed_by_phone_is_told_and_not_asked(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = await claimed(stage, worker)
        await agrees(worker, "Tue 24 Nov", "12:30")
        assert "Your meeting is agreed: Tue 24 Nov at 12:30." in news(parent)
        assert "Choose times" not in parent.buttons


# Place, worker and calendar are the parent's own choice


async def test_place_and_worker_are_shown_only_where_the_parent_said_it_is_safe(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = await claimed(stage, worker)
        await agrees(worker, "Tue 24 Nov", "12:30")
        await parent.presses("Open", "Tue 24 Nov at 12:30")
        assert "Esimerkkikatu" not in parent.text
        assert "Tuuli" not in seen(parent)
        await parent.presses("Calendar file")
        assert "With the address" not in parent.buttons
        await parent.presses("Time only")
        plain = entry(parent)
        assert "LOCATION" not in plain
        assert plain["SUMMARY"] == "Reserved time"
        await parent.presses("Place and worker", "No, do not show it")
        assert "Esimerkkikatu" not in seen(parent)
        await parent.presses("Place and worker", "Yes, show it")
        assert "Esimerkkikatu 1\nYou meet: Tuuli" in seen(parent)
        await parent.presses("Calendar file", "With the address")
        assert entry(parent)["LOCATION"] == "Esimerkkikatu 1"
        await parent.presses("Hide place and worker")
        assert "Esimerkkikatu" not in seen(parent)


async def test_a_moved_meeting_keeps_its_workers_and_its_calendar_entry(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, pair = await stage.staff("Tuuli"), await stage.staff("Vesa")
        parent = await claimed(stage, worker, pair)
        await pair.types("/start")
        await pair.presses("My cases", "K7F2 · 7 days left")
        await agrees(pair, "Tue 24 Nov", "12:30")
        await parent.presses("Open", "Tue 24 Nov at 12:30", "Calendar file", "Time only")
        first = entry(parent)
        await worker.presses("Open", "Meetings", "Tue 24 Nov at 12:30 · Individual meeting", "Other times")
        assert "The workers stay the same." in worker.text
        await chooses_times(worker, WEDNESDAY)
        await worker.presses("Offer these times")
        assert "The meeting Tue 24 Nov at 12:30 is moved." in news(parent)
        await parent.presses("Open", "Choose times", "Wed 25 Nov at 10:00", "These suit me")
        await parent.presses("Wed 25 Nov at 10:00", "Calendar file", "Time only")
        moved = entry(parent)
        assert (moved["UID"], moved["DTSTART"].dt.day) == (first["UID"], 25)
        assert moved["SEQUENCE"] > first["SEQUENCE"]
        assert await stage.rows("SELECT s.name FROM host h JOIN seat s USING (person_id)") == [("Vesa",)]


# Ways out


@pytest.mark.parametrize("reason", ["Yes, cancel it", "Illness"])
async def test_who_cannot_come_says_so_and_the_week_counts_again(reason: str, tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = await claimed(stage, worker)
        await agrees(worker, "Tue 24 Nov", "12:30")
        await parent.presses("Open", "Tue 24 Nov at 12:30", "I cannot come", reason)
        assert "The meeting is cancelled." in parent.text
        assert "the meeting Tue 24 Nov at 12:30 does not take place" in seen(worker)
        assert await stage.rows("SELECT 1 FROM reminder")
        told = len(parent.messages)
        await stage.push(days=2)
        assert len(parent.messages) <= told, "no reminder outlives its meeting"


async def test_nobody_came(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        await agrees(worker, "Tue 24 Nov", "12:30")
        row = "Tue 24 Nov at 12:30 · Individual meeting"
        await worker.presses(row)
        assert "Nobody came" not in worker.buttons
        await stage.push(hours=27)
        await worker.start("c-K7F2")
        await worker.presses("Meetings", row)
        assert "Cancel" not in worker.buttons
        await worker.presses("Record the meeting", "Nobody came", "Yes, record it")
        assert (await events(stage))[-2:] == ["meeting_missed", "not_agreed"]
        assert "No meeting is agreed" in worker.text


async def test_a_wish_for_another_time_changes_nothing_by_itself(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = await claimed(stage, worker)
        await agrees(worker, "Tue 24 Nov", "12:30")
        await parent.presses("Open", "Tue 24 Nov at 12:30", "Ask for another time")
        assert "a parent asks for another time" in seen(worker)
        assert await stage.rows("SELECT status FROM meeting") == [("agreed",)]


async def test_a_moved_time_is_called_off_when_its_new_times_are_taken_back(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = await claimed(stage, worker)
        await agrees(worker, "Tue 24 Nov", "12:30")
        await worker.presses("Tue 24 Nov at 12:30 · Individual meeting", "Other times")
        await chooses_times(worker, WEDNESDAY)
        await worker.presses("Offer these times")
        await parent.presses("Open")
        assert "The meeting Tue 24 Nov at 12:30 is moved. It does not take place then." in parent.text
        await worker.presses("Offered · Individual meeting", "Cancel", "Yes, cancel it")
        assert "The meeting Tue 24 Nov at 12:30 does not take place." in news(parent)


async def test_a_first_meeting_that_is_moved_out_of_the_week_takes_a_reason_too(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        await agrees(worker, "Tue 24 Nov", "12:30")
        await worker.presses("Tue 24 Nov at 12:30 · Individual meeting", "Other times")
        await chooses_times(worker, "Tue 1 Dec 10:00")
        assert "Offer these times" not in worker.buttons
        await worker.presses("Why so late?", "The parents wish it", "Offer these times")
        assert await stage.rows("SELECT late_reason FROM meeting") == [("parents_wish",)]


# Workers come and go


async def test_who_shares_a_case_hears_of_a_meeting_outside_the_hours(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        await agrees(worker, "Tue 24 Nov", "12:30")
        await worker.types("/away")
        await worker.presses("Choose the days", "Tue 24 Nov", "Tue 24 Nov", "Save")
        assert "K7F2: the meeting Tue 24 Nov at 12:30 is outside the working hours." in seen(worker)


async def test_a_meeting_goes_to_who_takes_the_case_over_and_falls_with_the_last_worker(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, other = await stage.staff("Tuuli"), await stage.staff("Vesa")
        parent = await claimed(stage, worker)
        await agrees(worker, "Tue 24 Nov", "12:30")
        await worker.presses("Back to the case", "Work pair", "Hand the case over", "Vesa", "Ask")
        await other.presses("Open", "Yes, I take it")
        assert await stage.rows("SELECT s.name FROM host h JOIN seat s USING (person_id)") == [("Vesa",)]
        assert await stage.rows("SELECT status FROM meeting") == [("agreed",)]
        await other.presses("Work pair", "Leave this case", "No time now")
        assert await stage.rows("SELECT status FROM meeting") == [("cancelled",)]
        assert "does not take place" in news(parent)


async def test_times_that_are_offered_to_one_family_are_offered_to_no_other(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        await offers(worker, TUESDAY)
        await claimed(stage, worker, name="Kuura")
        await worker.presses("Meetings", "Offer times", "Add or remove a time", "Tue 24 Nov")
        assert not {"12:00", "12:30", "13:00"} & {*worker.buttons}
        assert {"11:30", "13:30"} <= {*worker.buttons}


# Two parents


async def test_both_answer_alone_and_hear_only_the_time_that_suits_both(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        first, other = await joint(stage, worker)
        for parent in (first, other):
            assert "We start with a joint meeting." in news(parent)
        await offers(worker, TUESDAY, WEDNESDAY, kind="Couple meeting")
        await first.presses("Open", "Choose times")
        assert "Both parents are invited to this meeting." in first.text
        await first.presses("Tue 24 Nov at 12:30", "Wed 25 Nov at 10:00", "These suit me")
        before = other.messages
        assert "Thank you, your answer is saved." in first.text
        await other.presses("Open", "Choose times", "Wed 25 Nov at 10:00", "These suit me")
        assert other.messages != before
        assert "Thank you, your answer is saved." in other.text
        assert "agreed: " not in seen(first), "not before the quarter of an hour is full"
        await stage.push(minutes=15)
        for parent in (first, other):
            assert "Your meeting is agreed: Wed 25 Nov at 10:00." in news(parent)


async def test_who_comes_later_has_not_agreed_any_start(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        first = await claimed(stage, worker)
        await worker.presses("Meetings", "The start", "Start separately", "Back to the case")
        other = await invited(stage, worker)
        await other.presses(*ANSWERED)
        await worker.presses("Open", "The other parent", "Yes, the other parent")
        assert "We start" not in seen(other)
        before = first.messages
        await worker.presses("Meetings", "The start", "Start separately")
        assert "We start with separate meetings." in news(other)
        assert [m for m in first.messages if m not in before] != [], "everybody hears the same at the same time"


async def test_an_exception_goes_with_either_of_its_workers(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, pair = await stage.staff("Tuuli"), await stage.staff("Vesa")
        await both(stage, worker, start="joint", afraid="sometimes")
        await asks(worker, pair, "Ask a work pair")
        await pair.presses("Open", "Yes, I take it")
        await worker.presses("Open", "Meetings", "The start", "Ask for an exception", "Safety is arranged")
        await pair.presses("Open", "Meetings", "The start", "Agree to the exception")
        await worker.presses("Open", "Meetings", "The start", "Start jointly", "Back to the case")
        await agrees(worker, "Tue 24 Nov", "12:30", kind="Couple meeting")
        await pair.start("c-K7F2")
        await pair.presses("Work pair", "Leave this case", "No time now")
        assert not await stage.rows("SELECT 1 FROM override")
        assert await stage.rows("SELECT status FROM meeting") == [("cancelled",)]


async def test_a_talk_alone_counts_for_the_answers_it_was_about(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = await claimed(stage, worker, afraid="yes")
        await worker.presses("I talked with them alone", "Yes, record it")
        await worker.presses("Work pair", "Leave this case", "No time now")
        await changes(stage, parent, afraid="no")
        assert await stage.rows("SELECT talked_alone_at FROM party") == [(None,)]


async def test_who_cancels_is_not_told(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        first, other = await joint(stage, worker)
        await agrees(worker, "Tue 24 Nov", "12:30", kind="Couple meeting")
        await other.presses("Open", "Tue 24 Nov at 12:30", "I cannot come", "Yes, cancel it")
        assert news(first).endswith(
            "The meeting Tue 24 Nov at 12:30 does not take place. You hear when there is a new time."
        )


async def test_no_joint_meeting_stays_when_a_condition_goes(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        first, other = await joint(stage, worker)
        await worker.presses("Meetings", "Offer times", "Couple meeting", "Add or remove a time", "Tue 24 Nov", "12:30")
        await worker.presses(
            "Agreed by phone", "Back to the case", "More about the case", "Correct an answer", "Parent 2"
        )
        await worker.presses("May contact the other parent", "It is not safe", "Save the correction")
        assert await stage.rows("SELECT status FROM meeting") == [("cancelled",)]
        for parent in (first, other):
            assert "does not take place" in news(parent)
        await worker.presses("Meetings", "Offer times")
        with pytest.raises(LookupError):
            worker.showing("Couple meeting")
        assert "Parent 2: no “yes” to contact with the other parent" in seen(worker)


async def test_an_exception_takes_a_reason_and_a_second_worker(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, pair = await stage.staff("Tuuli"), await stage.staff("Vesa")
        await both(stage, worker, start="joint", afraid="sometimes")
        await worker.presses("Meetings", "The start")
        assert "Ask a work pair first." in worker.text
        assert "Start jointly" not in worker.buttons
        await worker.presses("Back to the case", "Work pair", "Ask a work pair", "Vesa", "Ask")
        await pair.presses("Open", "Yes, I take it")
        await worker.presses("Open", "Meetings", "The start", "Ask for an exception", "Safety is arranged")
        assert "Agree to the exception" not in worker.buttons, "nobody agrees to their own"
        await pair.presses("Open", "Meetings", "The start", "Agree to the exception")
        await worker.presses("Open", "Meetings", "The start", "Start jointly")
        assert await stage.rows("SELECT DISTINCT form FROM party") == [("joint",)]
        await worker.presses("Back to the case", "More about the case", "Correct an answer", "Parent 1", "Situation")
        await worker.presses("Blended family", "Save the correction")
        assert not await stage.rows("SELECT 1 FROM override"), "it was given for the answers as they were"


# What is said by itself


async def test_reminders_come_the_day_before_and_soon_before_inside_safe_hours(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = await claimed(stage, worker, reach="chat", hours="daily")
        await agrees(worker, "Wed 25 Nov", "10:00")
        await stage.push(hours=23, minutes=59)
        assert "You have a time" not in seen(parent)
        await stage.push(minutes=1)
        assert news(parent).endswith("You have a time: Wed 25 Nov at 10:00.")
        await stage.push(hours=22)
        assert "You have a time" in seen(parent), "two hours before is eight o'clock, and nine the first safe hour"
        assert await stage.rows("SELECT not_before FROM outbox WHERE status='waiting'")
        await stage.push(hours=1)
        assert seen(parent).count("You have a time") == 2
        await stage.push(hours=3)
        assert await stage.rows("SELECT kind FROM meeting_due") == [("record_again",)]


async def test_a_reminder_that_waited_too_long_is_not_said(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = await claimed(stage, worker, reach="chat", hours="evening")
        await agrees(worker, "Tue 24 Nov", "10:00")
        await stage.push(hours=28)
        assert "You have a time" not in seen(parent)
        assert not await stage.rows("SELECT 1 FROM outbox WHERE status='waiting' AND meeting_id IS NOT NULL")


async def test_silence_is_asked_about_once_and_then_the_workers_hear(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = await claimed(stage, worker)
        await offers(worker, "Fri 27 Nov 10:00")
        await stage.push(hours=24)
        assert "Times are still suggested" in news(parent)
        assert "has not answered" not in seen(worker)
        await stage.push(hours=24)
        assert "K7F2: a parent has not answered the suggested times." in seen(worker)
        await stage.push(hours=20)
        assert seen(parent).count("Times are still suggested") <= 1


async def test_the_workers_hear_of_a_parent_whom_the_bot_cannot_reach(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = await claimed(stage, worker)
        stage.emulator.block(parent.id)
        await stage.settle()
        await stage.push(minutes=1)
        assert "K7F2: the bot cannot reach a parent any more." in seen(worker)
        await worker.presses("Open")
        await offers(worker, TUESDAY)
        await stage.push(minutes=1)
        assert "cannot reach a parent any more" not in seen(worker), "it is said once"


# The promise


async def test_a_late_offer_takes_a_reason_and_is_said_honestly(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = await claimed(stage, worker)
        await worker.presses("Meetings", "Offer times")
        await chooses_times(worker, "Tue 1 Dec 10:00")
        assert "Offer these times" not in worker.buttons
        await worker.presses("Why so late?", "No free time in the week")
        await worker.presses("Offer these times")
        await parent.presses("Open", "Choose times")
        assert "We aim for Mon 30 Nov at the latest. These times are later, and we are sorry." in parent.text
        assert await stage.rows("SELECT late_reason FROM meeting") == [("no_free_time",)]
        await parent.presses("Back", "I want to begin sooner", "A remote meeting")
        assert "K7F2: the parent wishes a remote meeting, to begin sooner." in seen(worker)


async def test_whoever_waits_too_long_may_go_to_another_association(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        north = await stage.staff("Sade", association="esimerkki-pohjoinen")
        first, other = await both(stage, worker)
        await stage.push(days=8)
        await first.start()
        before = other.messages
        await first.presses(
            "I want to begin sooner", "Another association", "Esimerkkiyhdistys Pohjoinen", "Yes, move it"
        )
        assert "Your request has moved." in first.text
        assert "the parent has gone to another association" in seen(worker)
        assert "A new request waits: K7F2" in seen(north)
        assert other.messages == before
        assert await stage.rows("SELECT reference, association, status FROM cases ORDER BY id") == [
            ("K7F2", "esimerkki-pohjoinen", "waiting"),
            ("K7F3", "esimerkki-etela", "claimed"),
        ]


async def test_the_share_kept_is_counted_for_lead_and_coordinator(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        for number in range(5):
            await claimed(stage, worker, name=f"Kuura {number}")
            if number < 3:
                await agrees(worker, "Wed 25 Nov", f"{9 + 2 * number}:00")
        lead, coordinator = await stage.staff("Päivi", "lead"), await stage.staff("Pilvi", "coordinator")
        assert "too few cases to show" in lead.text
        await stage.push(days=9)
        for actor in (lead, coordinator):
            await actor.start()
            assert "First meeting within the promised week: 3 of 5" in actor.text


async def test_a_case_that_is_over_keeps_its_meetings_without_people(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = await claimed(stage, worker)
        await agrees(worker, "Tue 24 Nov", "12:30")
        await parent.presses("Open")
        await parent.types("/mydata")
        assert "The times of your meetings" in parent.text
        await parent.types("/delete")
        await parent.presses("Yes, delete everything")
        assert await stage.rows("SELECT status FROM meeting") == [("cancelled",)]
        assert not await stage.rows("SELECT 1 FROM invitee UNION ALL SELECT 1 FROM host UNION ALL SELECT 1 FROM slot")
