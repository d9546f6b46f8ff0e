"""What workers do with a case, also at the same time."""

from pathlib import Path
from sqlite3 import Connection

import pytest

from bot import casework
from bot.records import people
from conversations.effects import CorrectFact
from tests.offices import agrees, asks, away_today, claimed, events, seen, sent, writes
from tests.theatre import Theatre, theatre


async def works(stage: Theatre) -> list[tuple[str, str]]:
    """Who works on which part of the first case."""
    return await stage.rows(
        "SELECT s.name, w.part FROM work w JOIN seat s USING (person_id) WHERE case_id=1 ORDER BY 2"
    )


# Two at once


async def test_who_accepts_while_the_question_is_taken_back_gets_a_clear_answer(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli, vesa = await stage.staff("Tuuli"), await stage.staff("Vesa")
        await claimed(stage, tuuli)
        await asks(tuuli, vesa, "Ask a work pair")
        await tuuli.presses("Work pair")
        await vesa.presses("Open")
        stage.emulator.press(tuuli.id, tuuli.showing("Take the question back"), "Take the question back")
        stage.emulator.press(vesa.id, vesa.showing("Yes, I take it"), "Yes, I take it")
        await stage.settle()
        assert await works(stage) == [("Tuuli", "lead")]
        assert "Yes, I take it" not in vesa.buttons
        assert "A colleague has this case." in seen(vesa)
        assert "Parent 1" not in seen(vesa)
        assert not await stage.rows("SELECT 1 FROM inbox WHERE status='quarantined'")


async def test_a_case_that_is_given_back_is_handed_to_nobody(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli, vesa = await stage.staff("Tuuli"), await stage.staff("Vesa")
        await claimed(stage, tuuli)
        await asks(tuuli, vesa, "Hand the case over")
        await tuuli.presses("Work pair", "Leave this case")
        await vesa.presses("Open")
        stage.emulator.press(tuuli.id, tuuli.showing("No time now"), "No time now")
        stage.emulator.press(vesa.id, vesa.showing("Yes, I take it"), "Yes, I take it")
        await stage.settle()
        assert await works(stage) == []
        assert await stage.rows("SELECT status FROM cases") == [("waiting",)]
        assert vesa.showing("Take this case")
        assert not await stage.rows("SELECT 1 FROM offer")


async def test_one_colleague_is_asked_at_a_time(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli, vesa, sade = [await stage.staff(name) for name in ("Tuuli", "Vesa", "Sade")]
        await claimed(stage, tuuli, vesa)
        await tuuli.presses("Work pair", "Hand the case over", "Sade")
        await vesa.presses("Work pair", "Hand the case over", "Sade")
        await stage.press_at_once([tuuli, vesa], "Ask")
        asked = await stage.rows(
            "SELECT b.name, a.name FROM offer JOIN seat a ON a.person_id=asked JOIN seat b ON b.person_id=asked_by"
        )
        assert asked == [("Tuuli", "Sade")]
        assert "This colleague cannot be asked now." in seen(vesa)
        assert seen(sade).count("asks you to take over") == 1


async def test_who_changes_places_while_the_pair_leaves_stays_the_lead(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli, vesa = await stage.staff("Tuuli"), await stage.staff("Vesa")
        await claimed(stage, tuuli, vesa)
        await tuuli.presses("Work pair")
        await vesa.presses("Work pair", "Leave this case")
        stage.emulator.press(vesa.id, vesa.showing("No time now"), "No time now")
        stage.emulator.press(tuuli.id, tuuli.showing("Change places"), "Change places")
        await stage.settle()
        assert await works(stage) == [("Tuuli", "lead")]
        assert "swapped" not in await events(stage)
        assert "A colleague has left the case K7F2. You are its lead worker." in seen(tuuli)


async def test_a_question_outlives_the_colleague_who_leaves(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli, vesa, sade = [await stage.staff(name) for name in ("Tuuli", "Vesa", "Sade")]
        await claimed(stage, tuuli, vesa)
        await asks(tuuli, sade, "Hand the case over")
        await vesa.presses("Work pair", "Leave this case", "No time now")
        await sade.presses("Open", "Yes, I take it")
        assert await works(stage) == [("Sade", "lead")]
        assert "A colleague has taken over the case K7F2." in seen(tuuli)
        assert "taken over" not in seen(vesa)


async def test_who_is_asked_and_must_not_see_the_case_has_said_no(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli, vesa = await stage.staff("Tuuli"), await stage.staff("Vesa")
        await claimed(stage, tuuli)
        await asks(tuuli, vesa, "Ask a work pair")
        await vesa.presses("Open", "I must not see this", "Yes, hide it from me")
        assert "A colleague said no: K7F2" in seen(tuuli)
        assert "has left" not in seen(tuuli)
        assert await works(stage) == [("Tuuli", "lead")]
        await tuuli.presses("Work pair", "Ask a work pair")
        assert "Nobody can be asked now" in seen(tuuli)


async def test_what_is_given_back_waits_once_and_is_told_once(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli, vesa = await stage.staff("Tuuli"), await stage.staff("Vesa")
        lead, parent = await stage.staff("Päivi", "lead"), await claimed(stage, tuuli)
        before = [seen(actor).count("A new request waits") for actor in (tuuli, vesa, lead)]
        await tuuli.presses("Work pair", "Leave this case")
        shown = tuuli.showing("No time now")
        for _ in range(2):
            stage.emulator.press(tuuli.id, shown, "No time now")
        await stage.settle()
        assert [seen(actor).count("A new request waits") for actor in (tuuli, vesa, lead)] == [
            before[0],
            before[1] + 1,
            before[2] + 1,
        ]
        assert await stage.rows("SELECT status, claimed_at FROM cases") == [("waiting", None)]
        assert (await events(stage)).count("given_back") == 1
        assert "has been sent" in seen(parent)
        await vesa.presses("Queue" if "Queue" in vesa.buttons else "Open")
        assert "K7F2" in seen(vesa)


async def test_a_lead_who_takes_a_case_back_tells_its_workers(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli, lead = await stage.staff("Tuuli"), await stage.staff("Päivi", "lead")
        await claimed(stage, tuuli)
        await away_today(tuuli)
        await lead.presses("Open", "Back to the queue", "Yes, back to the queue")
        assert "K7F2 waits in the queue again, because no worker was present." in seen(tuuli)
        assert await works(stage) == []


async def test_a_lead_who_asks_hears_the_answer(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli, lead = await stage.staff("Tuuli"), await stage.staff("Päivi", "lead")
        await claimed(stage, tuuli)
        vesa = await stage.staff("Vesa")
        await away_today(tuuli)
        await lead.presses("Open", "Ask a worker", "Vesa", "Ask")
        await vesa.presses("Open", "No", "No time now")
        assert "A colleague said no: K7F2" in seen(lead)
        await lead.presses("Ask a worker", "Vesa", "Ask")
        await vesa.presses("Open", "Yes, I take it")
        assert "A colleague has taken over the case K7F2." in seen(lead)
        assert "A colleague has taken over the case K7F2." in seen(tuuli)


async def test_who_leaves_the_service_leaves_the_case_to_the_pair(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli, vesa, lead = await stage.staff("Tuuli"), await stage.staff("Vesa"), await stage.staff("Päivi", "lead")
        await claimed(stage, tuuli, vesa)

        def leave(db: Connection) -> None:
            casework.resign(db, stage.service.world, people.meet(db, tuuli.id, "en", stage.clock.now()))

        await stage.service.database.turn(leave)
        await lead.start()
        assert await works(stage) == [("Vesa", "lead")]
        assert "You are its lead worker." in seen(vesa)
        assert "Tuuli" not in "".join(m["text"] for m in vesa.messages if "Case K7F2" in m["text"])
        assert seen(tuuli) == "", "the chat is emptied at once"
        assert "No worker is present" not in seen(lead)


# Away


async def test_who_is_away_hears_of_no_new_requests_and_claims_none(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli, vesa = await stage.staff("Tuuli"), await stage.staff("Vesa")
        await away_today(tuuli)
        await sent(stage)
        assert "A new request waits" not in seen(tuuli)
        assert "A new request waits" in seen(vesa)
        await tuuli.types("/queue")
        await tuuli.presses("K7F2 · 7 days left")
        assert "Take this case" not in tuuli.buttons
        await stage.push(days=1)
        await sent(stage, "Otso")
        assert "A new request waits" in seen(tuuli), "the days are over"


async def test_the_lead_hears_of_a_case_left_alone_on_the_first_morning_away(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:  # Monday, 10.00
        worker, lead = await stage.staff("Tuuli"), await stage.staff("Päivi", "lead")
        await claimed(stage, worker)
        await worker.start()
        await worker.presses("Being away", "Choose the days", "Tue 24 Nov", "Fri 27 Nov", "Save")
        await stage.push(hours=22)
        assert "No worker is present" not in lead.text
        await stage.push(hours=1, minutes=1)
        assert "No worker is present for the case K7F2" in lead.text
        notices = len(lead.messages)
        await stage.push(hours=5)
        assert len(lead.messages) == notices


@pytest.mark.parametrize(("question", "value"), [("afraid", "no"), ("phone_safe", "yes"), ("contact_other", "yes")])
async def test_nobody_lowers_a_safety_answer_for_a_parent(question: str, value: str, tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker, afraid="yes", phone_safe="no", contact_other="not_safe")

        def correct(db: Connection) -> None:
            (person,) = db.execute("SELECT person_id FROM party").fetchone()
            (acting,) = db.execute("SELECT person_id FROM work").fetchone()
            known = people.by_id(db, acting)
            assert known
            casework.carry_out(db, stage.service.world, known, CorrectFact(1, person, question, (value,)))

        with pytest.raises(LookupError):
            await stage.service.database.turn(correct)
        assert await stage.rows("SELECT risk FROM cases") == [(1,)]


async def test_a_conflict_outlives_the_seat(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await sent(stage)
        await worker.presses("Open", "I must not see this", "Yes, hide it from me")

        def leaves(db: Connection) -> None:
            known = people.by_id(db, db.execute("SELECT person_id FROM seat").fetchone()[0])
            assert known
            casework.resign(db, stage.service.world, known)

        await stage.service.database.turn(leaves)
        await worker.start(await stage.code())
        await worker.start("c-K7F2")
        assert "Region" not in seen(worker)
        await worker.start()
        assert "No request waits" in worker.text


async def test_without_a_lead_the_cases_of_whoever_leaves_wait_again(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, other = await stage.staff("Tuuli"), await stage.staff("Vesa")
        parent = await claimed(stage, worker)
        await writes(worker, "When could we call?")

        def leaves(db: Connection) -> None:
            found = db.execute("SELECT person_id FROM work").fetchone()[0]
            known = people.by_id(db, found)
            assert known
            casework.resign(db, stage.service.world, known)

        await stage.service.database.turn(leaves)
        await stage.settle()
        assert await stage.rows("SELECT status FROM cases") == [("waiting",)]
        assert "A new request waits: K7F2" in other.text
        await parent.types("I am at home today")
        assert "went to your own workers" not in parent.text


async def test_a_meeting_that_is_agreed_no_longer_counts_again(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        await agrees(worker, "Tue 24 Nov", "10:00")
        assert not await stage.rows("SELECT 1 FROM reminder")
        await worker.presses("Tue 24 Nov at 10:00 · Individual meeting", "Cancel", "Yes, cancel it")
        await worker.presses("Back to the case")
        assert "hold the first meeting" not in worker.text
        assert await stage.rows("SELECT 1 FROM reminder")
        await worker.types("/today")
        assert "One case waits for your next step." in worker.text


async def test_who_is_away_takes_no_case_over(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, pair = await stage.staff("Tuuli"), await stage.staff("Vesa")
        await claimed(stage, worker)
        await asks(worker, pair, "Ask a work pair")
        await pair.types("/away")
        await pair.presses("Choose the days", "Mon 23 Nov", "Mon 23 Nov", "Save")
        await pair.start("c-K7F2")
        assert "Yes, I take it" not in pair.buttons
