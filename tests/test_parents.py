"""Two parents of one case: when the other may be invited, what a link does, and how each goes."""

import sqlite3
from pathlib import Path

import pytest

from bot import requests
from bot.records import people
from bot.world import World
from conversations import effects as do
from conversations.contact import CONTACT
from conversations.moves import NOT_AVAILABLE
from tests import theatre as stages
from tests.office_plain import Kind, Office
from tests.offices import TOLD, claimed, events, seen
from tests.test_referral import code_for
from tests.theatre import SOUTH, Actor, Theatre, theatre

DECISIONS = ("yes", "talk_first", "not_yet", "not_safe", "skipped")
TO_SUMMARY = ("I agree, let us begin", "18 or over", "Yes, it is safe", "No", "Yes", "Together", "Skip the rest")
ANSWERED = (*TO_SUMMARY, "Send the answers")


async def invited(stage: Theatre, worker: Actor) -> Actor:
    """Somebody who has opened the link of the case that is open on the worker's phone."""
    await worker.presses("The other parent", "Make the link")
    other = stage.person("Otso")
    await other.start(code_for(worker))
    return other


async def both(stage: Theatre, worker: Actor, **told: str) -> tuple[Actor, Actor]:
    """Two parents in one case."""
    first = await claimed(stage, worker, **told)
    other = await invited(stage, worker)
    await other.presses(*ANSWERED)
    await worker.presses("Open", "The other parent", "Yes, the other parent")
    return first, other


async def left_nothing(stage: Theatre, actor: Actor) -> bool:
    """Nothing is stored about somebody, and nothing of the bot stands in the chat."""
    stored = await stage.rows("SELECT 1 FROM person WHERE chat_id=?", actor.id)
    return not stored and not [message for message in actor.messages if message["from"]["is_bot"]]


# The rule


def test_the_table_names_every_decision_with_and_without_a_talk() -> None:
    assert {*CONTACT} == {(decision, alone) for decision in DECISIONS for alone in (False, True)}
    assert [key for key, steps in CONTACT.items() if "invite" in steps] == [("yes", False), ("yes", True)]
    assert all(("record anew" in steps) == alone for (_, alone), steps in CONTACT.items())


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize("decision", DECISIONS)
def test_no_way_to_an_invitation_but_a_yes_or_a_talk_alone(decision: str, alone: bool) -> None:
    office = Office(Kind(decision=decision))
    if alone:
        office.does(do.RecordTalkAlone(1, office.first.id))
    office.expects(do.InviteOther(1), decision == "yes")
    office.db.execute("DELETE FROM invited")
    office.expects(do.CorrectFact(1, office.first.id, "contact_other", ("yes",)), alone)
    office.expects(do.InviteOther(1), alone or decision == "yes")
    office.db.execute("DELETE FROM invited")
    office.expects(do.CorrectFact(1, office.first.id, "contact_other", ("not_safe",)), alone)
    office.expects(do.InviteOther(1), decision == "yes" and not alone)


async def test_without_a_yes_nothing_is_offered(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker, contact_other="not_yet")
        assert "The other parent" not in worker.buttons


# The link


async def test_a_link_joins_nothing_and_shows_nothing_of_the_case(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        first = await claimed(stage, worker)
        before = first.messages
        other = await invited(stage, worker)
        assert "invites you to talk about the children's situation" in other.text
        assert "K7F2" not in seen(other)
        assert "Somebody has opened the link. Is this the other parent?" in seen(worker)
        await worker.presses("The other parent")
        assert "Yes, the other parent" not in worker.buttons
        assert "Take the link back" not in worker.buttons
        await other.presses(*ANSWERED)
        assert await stage.rows("SELECT count(*) FROM party") == [(1,)]
        assert first.messages == before
        await worker.presses("Open", "The other parent")
        assert "Afraid" not in worker.text
        await worker.presses("Yes, the other parent")
        assert await stage.rows("SELECT number, invited FROM party ORDER BY 1") == [(1, 0), (2, 1)]
        assert "Parent 1" in worker.text
        assert "Parent 2" in worker.text
        assert first.messages == before
        assert "K7F2" not in seen(other)


async def test_a_link_is_taken_back_and_expires_and_every_bad_one_looks_alike(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        await worker.presses("The other parent", "Make the link", "The other parent", "Take the link back")
        revoked = code_for(worker)
        other = await invited(stage, worker)
        used = code_for(worker)
        await other.presses("No, thank you")
        await worker.presses("Open", "The other parent", "Make the link")
        late = code_for(worker)
        await stage.push(hours=73)
        assert not await stage.rows("SELECT 1 FROM invited")
        assert "is over without an answer" in seen(worker)
        answers = set()
        for number, code in enumerate((revoked, used, late, "forged")):
            guest = stage.person(f"Guest {number}")
            await guest.start(code)
            answers.add(guest.text)
        assert len(answers) == 1
        assert NOT_AVAILABLE.id in answers.pop()


async def test_a_decision_that_is_taken_back_stops_the_unopened_link(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        await worker.presses("The other parent", "Make the link", "I talked with them alone", "Yes, record it")
        await worker.presses("More about the case", "Correct an answer", "May contact the other parent", "Not yet")
        await worker.presses("Save the correction")
        assert not await stage.rows("SELECT 1 FROM invited")


async def test_who_has_a_request_or_a_seat_cannot_open_it(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        first = await claimed(stage, worker)
        await worker.presses("The other parent", "Make the link")
        for actor in (first, worker):
            await actor.start(code_for(worker))
            assert NOT_AVAILABLE.id in actor.text
        assert await stage.rows("SELECT person_id FROM invited") == [(None,)]


async def test_somebody_who_was_rejected_may_be_invited_again_and_reads_no_old_farewell(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        other = await invited(stage, worker)
        await other.presses(*TO_SUMMARY[:-2], "Separately first", "In this chat", "Weekdays 16–20", *["Skip"] * 3)
        await other.presses("Send the answers")
        await worker.presses("Open", "The other parent", "No, somebody else", "The other parent", "Make the link")
        await other.start(code_for(worker))
        assert "invites you" in other.text
        await stage.push(hours=8)
        assert "The invitation is over" not in seen(other)


# Ways out


@pytest.mark.parametrize("way", ["No, thank you", "minor", "/delete", "/stop", "time"])
async def test_whoever_goes_leaves_nothing_and_only_the_workers_hear(way: str, tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        first = await claimed(stage, worker)
        before = first.messages
        other = await invited(stage, worker)
        match way:
            case "minor":
                await other.presses("I agree, let us begin", "Under 18")
            case "/delete" | "/stop":
                await other.types(way)
                await other.presses("Yes, delete everything" if way == "/delete" else "Yes, stop")
            case "time":
                await stage.push(hours=25)
            case _:
                await other.presses(way)
        assert not await stage.rows("SELECT 1 FROM person WHERE chat_id=?", other.id)
        assert not await stage.rows("SELECT 1 FROM invited")
        assert ("declined" if way == "No, thank you" else "is over without an answer") in seen(worker)
        assert first.messages == before
        assert await stage.rows("SELECT status FROM cases") == [("claimed",)]


async def test_who_is_rejected_or_forgotten_by_the_workers_goes_as_any_visitor(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        other = await invited(stage, worker)
        await other.presses(*ANSWERED)
        await worker.presses("Open", "The other parent", "No, somebody else")
        rejected = seen(other)
        assert "The invitation is over, and your answers have been removed." in rejected
        assert "Esimerkkiyhdistys Etelä: apuaeroon.fi" in rejected
        assert not await stage.rows("SELECT 1 FROM consent WHERE person_id=(SELECT max(id) FROM person)")
        await stage.push(hours=25)
        assert await left_nothing(stage, other)
        await worker.start("c-K7F2")
        again = await invited(stage, worker)
        await again.presses(*ANSWERED)
        await stage.push(hours=25)
        assert await stage.rows("SELECT 1 FROM invited"), "sent answers wait for the workers"
        for hours in (20, 2, 26):
            await stage.push(hours=hours)
        assert not await stage.rows("SELECT 1 FROM invited")
        assert "The invitation is over" in again.text, "the question has been cleaned away, so there is only the notice"
        assert again.text in rejected, "nobody can tell a rejection from time that ran out"
        assert "nobody confirmed in time who it is" in seen(worker)
        assert (await events(stage)).count("invite_unconfirmed") == 1
        await stage.push(hours=25)
        assert await left_nothing(stage, again)


@pytest.mark.parametrize("goes", [0, 1])
async def test_one_parents_data_goes_and_the_others_stays(goes: int, tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        pair = await both(stage, worker)
        leaving, staying = pair[goes], pair[1 - goes]
        before = staying.messages
        await leaving.types("/delete")
        await leaving.presses("Yes, delete everything")
        assert staying.messages == before
        assert await stage.rows("SELECT p.chat_id FROM party y JOIN person p ON p.id=y.person_id") == [(staying.id,)]
        assert await stage.rows("SELECT status FROM cases") == [("claimed",)]
        assert "A parent has withdrawn in the case K7F2." in seen(worker)
        await staying.types("/delete")
        await staying.presses("Yes, delete everything")
        assert await stage.rows("SELECT status FROM cases") == [("withdrawn",)]


@pytest.mark.parametrize("sent", [False, True])
async def test_when_the_case_ends_whoever_has_opened_the_link_reads_that_it_is_over(sent: bool, tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        other = await invited(stage, worker)
        await other.presses(*(ANSWERED if sent else TO_SUMMARY))
        await worker.start("c-K7F2")
        await worker.presses("More about the case", "It does not start", "Could not be reached")
        standing = [message["text"] for message in other.messages if message["from"]["is_bot"]]
        assert standing[0].startswith("The invitation is over, and your answers have been removed.")
        assert len(standing) == (2 if sent else 1), "nobody knows when it is safe to write to who told nothing yet"
        assert not await stage.rows("SELECT 1 FROM conversation WHERE body LIKE '%phone_safe%'")
        await stage.push(hours=25)
        assert await left_nothing(stage, other)


async def test_the_inviter_goes_and_whoever_has_come_by_the_link_stays(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        first = await claimed(stage, worker)
        other = await invited(stage, worker)
        await other.presses(*ANSWERED)
        before = other.messages
        await first.presses("Withdraw the request", "Yes, withdraw it")
        assert other.messages == before
        assert await stage.rows("SELECT status FROM cases") == [("claimed",)]
        await worker.start("c-K7F2")
        await worker.presses("The other parent", "No, somebody else")
        assert await stage.rows("SELECT status FROM cases") == [("withdrawn",)]


async def test_a_case_that_moves_with_one_parent_leaves_the_other_where_they_are(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        first, other = await both(stage, worker)
        await worker.presses("Work pair", "Leave this case", "No time now")
        await stage.service.database.turn(lambda db: _moves(db, stage.service.world, first.id))
        assert await stage.rows(
            "SELECT p.chat_id, c.association, c.reference FROM party y JOIN person p ON p.id=y.person_id"
            " JOIN cases c ON c.id=y.case_id ORDER BY c.id"
        ) == [(first.id, stages.NORTH, "K7F2"), (other.id, SOUTH, "K7F3")]
        await other.start()
        assert "Esimerkkiyhdistys Etelä" in other.text


def _moves(db: sqlite3.Connection, world: World, chat: int) -> None:
    person = people.meet(db, chat, "en", world.clock.now())
    requests.change(db, world, person, stages.NORTH, TOLD)


async def test_what_is_recorded_is_recorded_of_one_parent(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        first, other = await both(stage, worker)
        await worker.presses("I talked with them alone", "Parent 2", "Yes, record it")
        assert await stage.rows("SELECT number FROM party WHERE talked_alone_at IS NOT NULL") == [(2,)]
        await worker.presses("Log a contact", "Parent 1", "Reached")
        assert "Next: contact the parent" in worker.text
        await worker.presses("Write to the parent", "Parent 2")
        await worker.types("On Thursday?")
        assert "Parent 2" in worker.text
        await worker.presses("Send")
        assert "On Thursday?" in seen(other)
        assert "On Thursday?" not in seen(first)
        await worker.presses("More about the case", "What has happened")
        assert "(Parent 2, Tuuli)" in worker.text
        await worker.presses("Back to the case", "More about the case", "The parent withdraws", "Parent 2")
        await worker.presses("Yes, withdraw it")
        assert await stage.rows("SELECT number FROM party") == [(1,)]
        assert "The invitation is over" in seen(other)
