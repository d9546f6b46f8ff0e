"""Parents who apply together: the link that one of them hands over, once, and never hears of again."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import requests
from bot.records import people
from bot.world import World
from conversations.contact import hands_over
from conversations.moves import NOT_AVAILABLE
from tests import theatre as stages
from tests.offices import TOLD, claimed, events, seen, sent
from tests.test_parents import ANSWERED, left_nothing
from tests.test_referral import code_for
from tests.theatre import SOUTH, Actor, Theatre, theatre

MADE = "A link for the other parent has been made."
TOGETHER = {"together": "together"}


async def hands_link(parent: Actor) -> str:
    """A parent makes the link; its code."""
    await parent.presses("Invite the other parent", "Make the link")
    return code_for(parent)


async def comes(stage: Theatre, code: str, *labels: str) -> Actor:
    """Somebody opens the link and presses these buttons."""
    other = stage.person("Otso")
    await other.start(code)
    await other.presses(*labels)
    return other


async def changes(stage: Theatre, parent: Actor, association: str = SOUTH, **told: str) -> None:
    """A parent changes a request that waits."""
    answers = TOLD | {question: (value,) for question, value in {**TOGETHER, **told}.items()}

    def change(world: World) -> Callable[[sqlite3.Connection], object]:
        return lambda db: requests.change(
            db, world, people.meet(db, parent.id, "en", world.clock.now()), association, answers
        )

    await stage.service.database.turn(change(stage.service.world))


@pytest.mark.parametrize("talked", [False, True])
@pytest.mark.parametrize("anew", [False, True])
@pytest.mark.parametrize("contact", ["yes", "talk_first", "not_yet", "not_safe", None])
@pytest.mark.parametrize("together", ["together", "alone", None])
def test_who_may_hand_a_link_over(together: str | None, contact: str | None, anew: bool, talked: bool) -> None:
    for afraid in ("no", "sometimes", "yes", "rather_not", None):
        told = {"together": together, "contact_other": contact, "afraid": afraid}
        answers = {name: (value,) for name, value in told.items() if value}
        may = together == "together" and contact == "yes" and not anew and (talked or afraid == "no")
        assert hands_over(answers, anew, talked) == may


async def test_the_choice_stands_only_where_it_is_allowed(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        for told in ({"together": "alone"}, {**TOGETHER, "contact_other": "not_yet"}, {**TOGETHER, "afraid": "yes"}):
            parent = await sent(stage, "Kaisla", **told)
            assert "Invite the other parent" not in parent.buttons
        parent = await sent(stage, "Kaisla", **TOGETHER)
        assert "Invite the other parent" in parent.buttons


async def test_a_link_is_made_once_and_says_the_same_whatever_becomes_of_it(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        first = await sent(stage, **TOGETHER)
        await first.presses("Invite the other parent")
        assert "You do not see whether it is opened." in first.text
        await first.presses("Back to my request")
        code = await hands_link(first)
        await first.start(code)
        assert NOT_AVAILABLE.id in first.text, "it is for the other"
        screens = []
        await first.start()
        await first.presses("Invite the other parent")
        screens.append((first.text, first.buttons))
        other = await comes(stage, code)
        for does in (ANSWERED, ("Take my answers back", "Yes, take them back")):
            await first.presses("Back to my request", "Invite the other parent")
            screens.append((first.text, first.buttons))
            await other.presses(*does)
        await worker.presses("Open", "Take this case")
        await first.start()
        await first.presses("Invite the other parent")
        screens.append((first.text, first.buttons))
        assert {MADE in text and "Make the link" not in buttons for text, buttons in screens} == {True}
        assert len({text.partition(MADE)[2] for text, _ in screens}) == 1
        assert await left_nothing(stage, other) or "All your data has been removed" in other.text


async def test_answers_wait_in_the_queue_and_are_confirmed_by_whoever_claims(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        first = await sent(stage, **TOGETHER)
        other = await comes(stage, await hands_link(first), *ANSWERED)
        assert "Your answers have been sent." in other.text
        assert "by the link" not in seen(worker), "nobody works on the case yet"
        await stage.push(hours=24 * 9)
        assert await stage.rows("SELECT 1 FROM invited WHERE answers IS NOT NULL"), "they wait as the request does"
        await worker.start("c-K7F2")
        assert "Somebody has answered" not in worker.text
        await worker.presses("Take this case")
        assert "Somebody has answered by the link." in worker.text
        await stage.push(hours=24)
        assert await stage.rows("SELECT 1 FROM invited"), "from now on three working days"
        await worker.start("c-K7F2")
        await worker.presses("Work pair", "Leave this case", "No time now")
        await stage.push(hours=24 * 9)
        await worker.start("c-K7F2")
        await worker.presses("Take this case", "The other parent", "Yes, the other parent")
        assert await stage.rows("SELECT number, invited FROM party ORDER BY 1") == [(1, 0), (2, 1)]
        assert (await events(stage)).count("link_made") == 1


async def test_the_worker_sees_and_takes_back_what_the_parent_made(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        first = await claimed(stage, worker, **TOGETHER)
        await first.start()
        code = await hands_link(first)
        assert "The parent has made a link for the other parent." in worker.text
        before = first.messages
        await worker.presses("The other parent", "Take the link back")
        assert first.messages == before
        assert NOT_AVAILABLE.id in (await comes(stage, code)).text
        await worker.presses("The other parent", "Make the link")
        assert "The other parent is invited." in seen(worker)
        await first.start()
        await first.presses("Invite the other parent")
        assert MADE in first.text


async def test_the_workers_link_leaves_none_for_the_parent_to_make(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        first = await claimed(stage, worker, **TOGETHER)
        await first.start()
        await first.presses("Invite the other parent")
        await worker.presses("The other parent", "Make the link")
        await first.presses("Make the link")
        assert MADE in first.text or "This has changed" in first.text
        assert (await events(stage)).count("link_made") == 0
        assert len(await stage.rows("SELECT 1 FROM invited")) == 1


@pytest.mark.parametrize("told", [{"together": "alone"}, {"contact_other": "not_yet"}, {"afraid": "sometimes"}])
async def test_an_unopened_link_dies_with_what_allowed_it(told: dict[str, str], tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        first = await sent(stage, **TOGETHER)
        code = await hands_link(first)
        await changes(stage, first)
        assert await stage.rows("SELECT 1 FROM invited")
        await changes(stage, first, **told)
        assert not await stage.rows("SELECT 1 FROM invited")
        assert NOT_AVAILABLE.id in (await comes(stage, code)).text
        await first.start()
        assert "Invite the other parent" not in first.buttons


@pytest.mark.parametrize("opened", [False, True])
async def test_another_association_gets_neither_the_link_nor_who_has_opened_it(opened: bool, tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        first = await sent(stage, **TOGETHER)
        code = await hands_link(first)
        other = await comes(stage, code, *ANSWERED) if opened else None
        await changes(stage, first, stages.NORTH)
        stays = await stage.rows("SELECT c.association FROM invited i JOIN cases c ON c.id=i.case_id")
        assert stays == ([(SOUTH,)] if opened else [])
        await first.start()
        await first.presses("Invite the other parent")
        assert MADE in first.text, "the same, whether or not somebody has opened it"
        if other is None:
            assert NOT_AVAILABLE.id in (await comes(stage, code)).text
            return
        worker = await stage.staff("Tuuli")
        await worker.presses("Queue", "K7F3 · 7 days left")
        await worker.presses("Take this case")
        assert "The professional" not in worker.text
        await worker.presses("The other parent", "Yes, the other parent")
        assert await stage.rows("SELECT case_id, invited FROM party ORDER BY 1") == [(1, 0), (2, 1)]


# A decision that was changed in the chat


async def test_a_yes_that_took_the_place_of_a_no_counts_after_a_talk(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        first = await sent(stage, **TOGETHER, contact_other="not_safe")
        await changes(stage, first, contact_other="yes")
        await first.start()
        assert "Invite the other parent" not in first.buttons, "whoever holds the phone could have pressed it"
        await worker.presses("Open", "Take this case")
        assert "The other parent" not in worker.buttons
        assert "talk with the parent before an invitation" in worker.text
        await worker.presses("I talked with them alone", "Yes, record it")
        assert "talk with the parent before an invitation" not in worker.text
        assert "The other parent" in worker.buttons


async def test_before_confirming_the_worker_reads_that_contact_is_not_allowed_any_more(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        first = await sent(stage, **TOGETHER)
        await comes(stage, await hands_link(first), *ANSWERED)
        await changes(stage, first, contact_other="not_safe")
        await worker.presses("Open", "Take this case", "The other parent")
        assert "The parent does not allow contact now." in worker.text
