"""A child gets help: numbers first, and an adult who is told by name."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from sqlite3 import Connection

import pytest

from bot import casework
from bot.records import people
from conversations.feedback import CHILDREN
from tests.childhoods import HERE, code_for, ends, hand_over, reads, way_out
from tests.offices import claimed, events, seen
from tests.theatre import NORTH, theatre

# Help


@pytest.mark.parametrize("asks", ["apua", "/hjalp", "HELP", "112", "Apua nyt"])
async def test_who_writes_for_help_gets_the_numbers_in_the_one_message(asks: str, tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await reads(stage, worker)
        await hand_over(worker, "13-17")
        await worker.presses("Begin", *("Skip",) * len(CHILDREN["13-17"]))
        (before,) = worker.messages
        assert worker.text.startswith("What was good?")
        await worker.types(asks)
        assert [m["message_id"] for m in worker.messages] == [before["message_id"]]
        assert "call 112" in worker.text
        assert "116\u00a0111" in worker.text
        assert not stage.service.world.help_shown
        await worker.presses("No")
        assert worker.text.startswith("What was good?"), "it was no answer"
        assert not await stage.rows("SELECT 1 FROM inbox WHERE payload IS NOT NULL")


async def test_an_adult_who_has_not_handed_over_yet_gets_the_help_for_grown_ups(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, parent = await stage.staff("Tuuli"), await stage.parent()
        await parent.types(f"/lapsi {await code_for(worker)}")
        await parent.types("/apua")
        assert "Nollalinja" in parent.text
        assert parent.buttons == ["Hand over", "Not now"]
        assert len(parent.messages) == 1


async def test_help_that_was_asked_for_as_the_child_left_is_answered(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await hand_over(worker)
        *words, last = await way_out(stage, worker)
        await worker.presses("The adult ends it", *words)
        stage.emulator.press(worker.id, worker.showing(last), last)
        stage.emulator.send_text(worker.id, "/help")
        await stage.settle()
        assert "Nollalinja" in seen(worker)
        assert "/help" not in seen(worker)


async def test_help_is_answered_when_the_seat_was_taken_away_meanwhile(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await hand_over(worker)
        resign = partial(casework.resign, world=stage.service.world)

        def removed(db: Connection) -> None:
            resign(db, person=people.meet(db, worker.id, "en", stage.clock.now()))

        await stage.service.database.turn(removed)
        await stage.push(seconds=1)
        assert not stage.service.world.sealed
        await worker.types("/help")
        assert "Nollalinja" in seen(worker)


# An adult


async def test_an_adult_hears_of_it_at_once_and_the_child_is_told(tmp_path: Path) -> None:
    night = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    async with theatre(tmp_path, night) as stage:
        worker, pair, lead = await stage.staff("Tuuli"), await stage.staff("Vesa"), await stage.staff("Lotta", "lead")
        await claimed(stage, worker, pair)
        await worker.start()
        await worker.presses("My cases", "K7F2 · 7 days left", "More about the case", *HERE, "Hand over", "Begin")
        await worker.presses("A lot", "Talk with an adult")
        assert "Then the adult knows that it is you." in worker.text
        assert worker.text.endswith("We tell: Vesa")
        for number in ("116\u00a0111", "112"):
            assert number in worker.text, "before anything is told"
        before = seen(pair)
        await worker.presses("Yes, tell them")
        told = "K7F2: somebody who gives feedback asks for an adult now."
        assert told in seen(pair)
        assert told not in before
        assert told not in seen(lead)
        assert worker.text.startswith(
            "We have told: Vesa\nShow this to the adult beside you.\nAn adult talks with you."
        )
        for number in ("116\u00a0111", "112"):
            assert number in worker.text
        assert worker.text.index("You can call") < worker.text.index("116\u00a0111")
        assert (await events(stage))[-1] == "adult_wanted"
        await worker.presses("Go back")
        assert worker.text.startswith("Did you understand")
        await worker.presses("Talk with an adult")
        assert "Yes, tell them" not in worker.buttons, "once is enough"
        await worker.presses("Go back")
        assert seen(pair).count(told) == 1
        assert seen(worker).count(told) == 0
        await ends(stage, worker)
        assert told in seen(worker)


async def test_where_no_worker_is_there_the_lead_hears_of_it(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, lead, parent = await stage.staff("Tuuli"), await stage.staff("Lotta", "lead"), stage.person("Kaisla")
        other = await stage.staff("Vesa")
        code = await code_for(worker, "10-12")
        await hand_over(worker)
        await parent.types(f"/lapsi {code}")
        await parent.presses("Hand over", "Talk with an adult")
        assert parent.text.endswith("We tell: an adult who works here")
        await parent.presses("Yes, tell them")
        told = "Somebody who gives feedback, begun by Tuuli, asks for an adult now."
        assert told in seen(lead)
        assert told not in seen(other)
        assert "We have told: an adult who works here" in parent.text
        assert "beside you" not in parent.text
        await ends(stage, worker)
        assert told in seen(worker)


async def test_without_a_case_whoever_began_it_hears(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, lead, parent = await stage.staff("Tuuli"), await stage.staff("Lotta", "lead"), stage.person("Kaisla")
        await parent.types(f"/lapsi {await code_for(worker, '13-17')}")
        await parent.presses("Hand over", "Begin", "Talk with an adult", "Yes, tell them")
        assert "begun by Tuuli, asks for an adult now" in seen(worker)
        assert "asks for an adult" not in seen(lead)
        assert "We have told: an adult who works here" in parent.text


async def test_on_a_workers_phone_the_lead_hears_where_no_other_worker_does(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, lead, other = await stage.staff("Tuuli"), await stage.staff("Lotta", "lead"), await stage.staff("Vesa")
        await hand_over(worker)
        await worker.presses("Talk with an adult", "Yes, tell them")
        told = "begun by Tuuli, asks for an adult now"
        assert told in seen(lead)
        assert told not in seen(other)
        assert worker.text.startswith("We have told: Lotta\nShow this to the adult beside you.")


async def test_where_nobody_else_is_there_every_worker_hears(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, one, two = await stage.staff("Tuuli"), await stage.staff("Vesa"), await stage.staff("Aino")
        far, lead = await stage.staff("Pohja", association=NORTH), await stage.staff("Lotta", "lead")
        stage.emulator.block(lead.id)
        await stage.settle()
        await claimed(stage, worker)
        await worker.start()
        await worker.presses("My cases", "K7F2 · 7 days left", "More about the case", *HERE, "Hand over")
        await worker.presses("Talk with an adult", "Yes, tell them")
        told = "Somebody who gives feedback, begun by Tuuli, asks for an adult now."
        for each in (one, two):
            assert told in seen(each), "without the case"
        assert told not in seen(far)
        assert worker.text.startswith("We have told: Aino, Vesa")


async def test_a_worker_who_is_away_is_not_waited_for(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, pair, lead = await stage.staff("Tuuli"), await stage.staff("Vesa"), await stage.staff("Lotta", "lead")
        await claimed(stage, worker, pair)
        away = (
            "INSERT INTO away (person_id, first_day, last_day)"
            " SELECT id, '2026-11-20', '2026-11-30' FROM person WHERE chat_id=?"
        )
        await stage.service.database.turn(lambda db: db.execute(away, (pair.id,)))
        await worker.start()
        await worker.presses("My cases", "K7F2 · 7 days left", "More about the case", *HERE, "Hand over")
        await worker.presses("Talk with an adult", "Yes, tell them")
        assert "asks for an adult" in seen(lead)
        assert "asks for an adult" not in seen(pair)
        assert worker.text.startswith("We have told: Lotta")


async def test_whoever_made_the_code_hears_beside_the_workers_of_the_case(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, other, parent = await stage.staff("Tuuli"), await stage.staff("Vesa"), stage.person("Kaisla")
        await claimed(stage, other)
        begun = "UPDATE child_code SET case_id=1"
        code = await code_for(worker)
        await stage.service.database.turn(lambda db: db.execute(begun))
        await parent.types(f"/lapsi {code}")
        await parent.presses("Hand over", "Talk with an adult", "Yes, tell them")
        assert "begun by Tuuli, asks for an adult now" in seen(worker)
        assert "K7F2: somebody who gives feedback asks for an adult now." in seen(other)


async def test_the_child_reads_that_somebody_was_told_only_once_that_is_so(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, lead, parent = await stage.staff("Tuuli"), await stage.staff("Lotta", "lead"), stage.person("Kaisla")
        await parent.types(f"/lapsi {await code_for(worker)}")
        await parent.presses("Hand over", "Begin", "Talk with an adult")
        later = int(stage.clock.now().timestamp()) + 40
        hold = "INSERT INTO chat_hold (chat_id, until) VALUES (?,?)"
        await stage.service.database.turn(lambda db: db.execute(hold, (worker.id, later)))
        await parent.presses("Yes, tell them")
        told, way = "We have told: an adult who works here", "This is on its way to: an adult who works here"
        assert way in parent.text
        await stage.push(seconds=29)
        assert "asks for an adult" not in seen(lead)
        assert way in parent.text
        await stage.push(seconds=2)
        assert "asks for an adult" in seen(lead), "the first message has not come through"
        assert told in parent.text
        await stage.push(seconds=20)
        assert "asks for an adult" in seen(worker)
        assert len(parent.messages) == 1


async def test_a_child_who_waits_for_long_may_ask_once_more(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, lead, parent = await stage.staff("Tuuli"), await stage.staff("Lotta", "lead"), stage.person("Kaisla")
        await parent.types(f"/lapsi {await code_for(worker)}")
        await parent.presses("Hand over", "Begin", "Talk with an adult", "Yes, tell them")
        await stage.push(minutes=4)
        assert "Tell once more" not in parent.buttons
        await stage.push(minutes=1, seconds=1)
        assert "asks for an adult" not in seen(lead)
        await parent.presses("Tell once more")
        assert "Tell once more" not in parent.buttons
        assert seen(worker).count("asks for an adult") == 2
        assert "asks for an adult" in seen(lead)


async def test_a_parents_phone_says_honestly_that_nobody_can_be_reached(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, parent = await stage.staff("Tuuli"), stage.person("Kaisla")
        await parent.types(f"/lapsi {await code_for(worker)}")
        stage.emulator.block(worker.id)
        await stage.settle()
        await parent.presses("Hand over", "Begin", "Talk with an adult")
        assert "We cannot reach anybody who works here right now." in parent.text
        assert "116\u00a0111" in parent.text
        assert "beside you" not in parent.text
        assert parent.buttons == ["Go back", "I want to stop"]


async def test_a_worker_who_blocks_the_bot_meanwhile_counts_as_nobody(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, parent = await stage.staff("Tuuli"), stage.person("Kaisla")
        await parent.types(f"/lapsi {await code_for(worker)}")
        await parent.presses("Hand over", "Begin", "Talk with an adult")
        stage.emulator.block(worker.id)
        await stage.service.database.turn(lambda db: people.unblocked(db, worker.id))
        await parent.presses("Yes, tell them")
        assert "We cannot reach anybody who works here right now." in parent.text
        assert "We have told" not in parent.text


async def test_who_wants_to_talk_can_stop_from_there(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await hand_over(worker)
        await worker.presses("Begin", "A lot", "The adult ends it", "Talk with an adult", "I want to stop")
        assert worker.text.startswith("You may stop.")
        await worker.presses("No, forget it", "Talk with an adult")
        assert "I want to stop" not in worker.buttons, "it is over"
        await worker.presses("No, do not tell")
        await ends(stage, worker)
        await hand_over(worker)
        await worker.presses("Talk with an adult", "I want to stop")
        assert worker.text.startswith("Thank you."), "nothing has been answered"
