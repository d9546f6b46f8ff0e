"""What workers are shown of a case: kept up to date, hidden again, written down; nothing is left lying."""

from pathlib import Path

import pytest

from tests.offices import CANARY, asks, away_today, claimed, seen, sent, writes
from tests.theatre import NORTH, Actor, Theatre, theatre

# Screens


async def test_other_phones_follow_without_a_sound(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli, vesa, sade = [await stage.staff(name) for name in ("Tuuli", "Vesa", "Sade")]
        await sent(stage)
        for worker in (tuuli, vesa, sade):
            await worker.presses("Open")
        lights = [stage.emulator.lock_screen(worker.id) for worker in (vesa, sade)]
        await tuuli.presses("Take this case")
        for worker in (vesa, sade):
            assert "A colleague has this case." in worker.text
            assert "Region" not in seen(worker)
        await tuuli.presses("Log a contact", "Reached")
        assert [stage.emulator.lock_screen(worker.id) for worker in (vesa, sade)] == lights
        await asks(tuuli, vesa, "Ask a work pair")
        assert "Tuuli asks you to be the work pair." in seen(vesa)
        await tuuli.presses("Work pair", "Take the question back")
        assert "asks you to be the work pair." not in seen(vesa)


async def test_the_card_of_a_pair_whose_case_was_handed_over_is_closed(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli, lead = await stage.staff("Tuuli"), await stage.staff("Päivi", "lead")
        vesa, sade = await stage.staff("Vesa"), await stage.staff("Sade")
        await claimed(stage, tuuli, vesa)
        for worker in (tuuli, vesa):
            await away_today(worker)
        await vesa.start("c-K7F2")
        await vesa.presses("Work pair")
        await lead.presses("Open", "Ask a worker", "Sade", "Ask")
        await sade.presses("Open", "Yes, I take it")
        assert "Lead worker" not in seen(vesa)
        await vesa.presses("Back to the case")
        assert "A colleague has this case." in seen(vesa)
        assert "Region" not in seen(vesa)


async def test_a_new_message_stands_on_the_open_screens_at_once(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli, vesa = await stage.staff("Tuuli"), await stage.staff("Vesa")
        parent = await claimed(stage, tuuli, vesa)
        await writes(tuuli, "Could we call at four?")
        await vesa.presses("Messages")
        await parent.types("Yes, at four.")
        assert "Yes, at four." in seen(vesa)


async def test_details_are_hidden_after_a_while_without_a_sound(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli, parent = await stage.staff("Tuuli"), await stage.parent()
        await parent.presses("I agree, let us begin")
        await parent.types(CANARY)
        await sent_by(stage, parent)
        await tuuli.presses("Open", "Take this case")
        assert CANARY in seen(tuuli)
        light = stage.emulator.lock_screen(tuuli.id)
        await stage.push(minutes=14)
        assert CANARY in seen(tuuli)
        assert "Region: Uusimaa" in seen(tuuli)
        await stage.push(minutes=2)
        assert CANARY not in seen(tuuli)
        assert "Region" not in seen(tuuli)
        assert "My cases" in [label for message in tuuli.messages for label in labels(message)]
        assert stage.emulator.lock_screen(tuuli.id) in (light, None)


async def test_a_letter_that_is_not_sent_is_hidden_and_forgotten_too(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli = await stage.staff("Tuuli")
        await claimed(stage, tuuli)
        await tuuli.presses("Write to the parent")
        await tuuli.types(CANARY)
        await stage.push(minutes=16)
        assert not any(CANARY in m.get("text", "") for m in tuuli.messages if m["from"]["is_bot"])
        assert not await stage.rows("SELECT 1 FROM conversation WHERE instr(body, ?)", CANARY)


def labels(message: dict[str, object]) -> list[str]:
    keyboard = message.get("reply_markup", {})
    assert isinstance(keyboard, dict)
    return [button["text"] for row in keyboard.get("inline_keyboard", []) for button in row]


async def sent_by(stage: Theatre, parent: Actor) -> None:
    await parent.presses(
        "18 or over", "Yes, it is safe", "We have separated", "Alone", "Uusimaa", "Skip both questions"
    )
    await parent.presses("No", "Yes", "Separately first", "Skip the rest", "Send the request")


# Who looked


async def looks(stage: Theatre) -> list[tuple[str, str, str | None]]:
    return await stage.rows(
        "SELECT s.name, a.action, a.part FROM audit a JOIN seat s USING (person_id)"
        " WHERE a.action <> 'claim' ORDER BY a.id"
    )


async def test_every_look_is_written_down_once_with_person_time_and_part(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli = await stage.staff("Tuuli")
        await sent(stage)
        await tuuli.presses("Open")
        await tuuli.start("c-K7F2")
        assert await looks(stage) == [("Tuuli", "open", "card")], "the same card again is the same look"
        await tuuli.presses("Take this case")
        assert await looks(stage) == [("Tuuli", "open", "card")]
        await stage.push(minutes=16)
        await tuuli.presses("My cases", "K7F2 · 7 days left")
        await tuuli.presses("More about the case", "What has happened")
        assert await looks(stage) == [
            ("Tuuli", "open", "card"),
            ("Tuuli", "open", "card"),
            ("Tuuli", "open", "timeline"),
        ]
        first, second = (await stage.rows("SELECT at FROM audit WHERE part='card' ORDER BY id"))[:2]
        assert second[0] - first[0] == 16 * 60
        assert await stage.rows("SELECT DISTINCT case_id FROM audit") == [(1,)]


async def test_refused_looks_are_written_down_and_glances_are_not_refusals(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli, vesa, lead = await stage.staff("Tuuli"), await stage.staff("Vesa"), await stage.staff("Päivi", "lead")
        sade = await stage.staff("Sade", association=NORTH)
        await claimed(stage, tuuli)
        for actor in (vesa, lead, sade):
            await actor.start("c-K7F2")
        assert (await looks(stage))[1:] == [
            ("Vesa", "glance", "card"),
            ("Päivi", "glance", "card"),
            ("Sade", "refused", "card"),
        ]
        assert await stage.rows("SELECT case_id FROM audit WHERE action='refused'") == [(None,)]


async def test_a_card_that_opens_by_itself_is_a_look_too(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli, vesa = await stage.staff("Tuuli"), await stage.staff("Vesa")
        await claimed(stage, tuuli)
        await vesa.start("c-K7F2")
        await tuuli.presses("Work pair", "Leave this case", "No time now")
        assert "Region: Uusimaa" in seen(vesa)
        seen_by_vesa = [look for look in await looks(stage) if look[0] == "Vesa"]
        assert seen_by_vesa == [("Vesa", "glance", "card"), ("Vesa", "open", "card")]


# Nothing left lying


async def test_what_a_parent_wrote_leaves_the_chat_although_the_worker_goes_on_working(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = await sent(stage)
        await parent.types(CANARY)
        await worker.presses("Open", "Take this case")
        assert CANARY in seen(worker)
        for _ in range(2):
            await stage.push(minutes=10)
            await worker.start("c-K7F2")
        assert CANARY not in seen(worker)


@pytest.mark.parametrize(
    "way",
    [
        ("More about the case", "I must not see this", "Yes, hide it from me"),
        ("Work pair", "Leave this case", "No time now"),
    ],
)
async def test_what_a_parent_wrote_goes_with_the_case(way: tuple[str, ...], tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = await sent(stage)
        await parent.types(CANARY)
        await worker.presses("Open", "Take this case", *way)
        assert CANARY not in seen(worker)


async def test_what_is_typed_to_a_parent_leaves_the_chat_at_once_and_is_forgotten(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        await claimed(stage, worker)
        await worker.presses("Write to the parent")
        await worker.types(CANARY)
        assert [message["text"] for message in worker.messages if CANARY in message.get("text", "")] == [worker.text]
        await worker.presses("Back")
        await stage.push(minutes=16)
        assert CANARY not in seen(worker)
        assert not await stage.rows("SELECT 1 FROM conversation WHERE instr(body, ?)", CANARY)
