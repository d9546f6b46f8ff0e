"""What nobody asked for: a kind and clear answer, the conversation stays where it was, and nobody else waits."""

import sqlite3
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.offices import claimed, seen, sent
from tests.theatre import NORTH, Actor, Theatre, theatre
from tests.walks import SHORTEST

QUESTION = "Is it safe for you to write about this on this phone?"
HERE = SHORTEST[:2]

ACTS: dict[str, tuple[Callable[[Theatre, Actor], object], str]] = {
    "a sticker": (lambda s, a: s.emulator.send_sticker(a.id), "only read text and buttons"),
    "a photo": (lambda s, a: s.emulator.send_photo(a.id), "only read text and buttons"),
    "a voice message": (lambda s, a: s.emulator.send_voice(a.id), "only read text and buttons"),
    "a place": (lambda s, a: s.emulator.send_location(a.id), "only read text and buttons"),
    "a forwarded message": (lambda s, a: s.emulator.forward_text(a.id, "Yes, it is safe"), "only read text"),
    "the own contact": (lambda s, a: s.emulator.send_contact(a.id, "+358401234567"), "only read text"),
    "somebody else's contact": (
        lambda s, a: s.emulator.send_contact(a.id, "040 7", of=s.person("Otso").id),
        "not save",
    ),
    "an unknown command": (lambda s, a: s.emulator.send_text(a.id, "/qwerty"), "not available here"),
    "a worker's command": (lambda s, a: s.emulator.send_text(a.id, "/queue"), "not available here"),
    "a second /start": (lambda s, a: s.emulator.open_link(a.id), "continue where you were"),
    "a wrong code": (lambda s, a: s.emulator.open_link(a.id, "wrong"), "not available here"),
    "a command that makes no sense here": (lambda s, a: s.emulator.send_text(a.id, "/change"), "not possible here"),
    "an answer that is none": (lambda s, a: s.emulator.send_text(a.id, "perhaps"), "sees it once"),
    "a number that is none": (lambda s, a: s.emulator.send_text(a.id, "77"), "sees it once"),
    "5,000 characters": (lambda s, a: s.emulator.send_text(a.id, "ä" * 5000), "sees it once"),
}


@pytest.mark.parametrize("name", ACTS)
async def test_the_conversation_stays_where_it_was(name: str, tmp_path: Path) -> None:
    act, answer = ACTS[name]
    async with theatre(tmp_path) as stage:
        parent = await stage.parent(*HERE)
        act(stage, parent)
        await stage.settle()
        assert answer in parent.text
        assert QUESTION in parent.text
        await parent.presses("Yes, it is safe")
        assert "What describes you best?" in parent.text
        assert not await stage.rows("SELECT 1 FROM inbox WHERE status='quarantined'")


async def test_an_edited_message_changes_nothing(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        parent = await stage.parent(*HERE)
        written = stage.emulator.send_text(parent.id, "Yes, it is safe")
        await stage.settle()
        stage.emulator.edit_text(parent.id, written, "No")
        await stage.settle()
        assert "do not see changes" in parent.text
        assert "What describes you best?" in parent.text


async def test_stale_and_forged_buttons_get_a_toast_and_change_nothing(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        parent = await stage.parent(*HERE)
        before = await stage.rows("SELECT body FROM conversation")
        shown = parent.screen
        good = shown["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        nonce = good.partition(".")[0]
        for data in ("x.0", f"{nonce}.99", f"{nonce}.-1", f"{nonce}.²", nonce, "", "help.xx", "0" * 64):
            stage.emulator.press_data(parent.id, shown["message_id"], data)
            await stage.settle()
        assert parent.toasts == ["This button is from an earlier message. Please use the newest one."] * 8
        assert await stage.rows("SELECT body FROM conversation") == before
        assert parent.screen == shown
        await parent.presses("Yes, it is safe")
        stage.emulator.press_data(parent.id, shown["message_id"], good)
        await stage.settle()
        assert "What describes you best?" in parent.text


async def test_a_button_of_somebody_else_opens_nothing(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, parent, thief = await stage.staff("Tuuli"), stage.person("Kaisla"), stage.person("Ilves")
        await parent.start()
        await parent.presses(*SHORTEST)
        data = worker.screen["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
        await thief.start()
        stage.emulator.press_data(thief.id, thief.screen["message_id"], data)
        await stage.settle()
        assert "earlier message" in thief.toasts[-1]
        assert "K7F2" not in thief.text
        assert await stage.rows("SELECT action, part, case_id FROM audit") == [("refused", "button", None)]


async def test_answers_can_be_typed_by_number_and_by_label(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        parent = await stage.parent()
        await parent.types("1")
        assert "How old are you?" in parent.text
        await parent.types("18 OR over")
        assert QUESTION in parent.text
        await parent.types("skip")
        assert "another phone may be safer" in parent.text
        await parent.types("back")
        assert QUESTION in parent.text


async def test_a_hundred_messages_hold_up_nobody_and_lose_nothing(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        parent, other = stage.person("Kaisla"), stage.person("Otso")
        await parent.start()
        await parent.presses(*HERE)
        for number in range(100):
            stage.emulator.send_text(parent.id, f"message {number}")
        await other.start()
        assert "free meetings" in other.text
        words = [w for (w,) in await stage.rows("SELECT words FROM story ORDER BY id")]
        assert words == [f"message {number}" for number in range(100)]
        assert QUESTION in parent.text
        sent = [call for call in stage.emulator.calls if call["method"] == "sendMessage"]
        assert len(sent) < 100, "answers that nobody has seen yet are replaced, not queued up"


async def test_more_text_than_can_be_kept_is_said_to_be_lost(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        parent = await stage.parent(*HERE)
        for _ in range(7):
            stage.emulator.send_text(parent.id, "o" * 4096)
        await parent.types("u" * 4096)
        assert "more text than I can keep" in parent.text


async def test_an_update_of_unknown_shape_harms_nobody(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        parent = await stage.parent()
        shapes: list[dict[str, object]] = [
            {},
            {"message": {"message_id": "no number", "chat": {"id": parent.id}, "from": {"id": parent.id}, "text": "x"}},
            {"message": None},
            {"message": {"message_id": 5, "chat": {"id": parent.id}, "date": 1}},
            {"something_new": {"deep": [1, 2, {"x": None}]}},
            {"callback_query": {"id": "1", "from": {"id": parent.id}, "inline_message_id": "x", "data": "y"}},
        ]
        for shape in shapes:
            stage.emulator.push_update(shape)
        await parent.presses(*SHORTEST[:1])
        assert "How old are you?" in parent.text
        quarantined = await stage.rows("SELECT error FROM inbox WHERE status='quarantined'")
        assert quarantined == [("ValidationError",)]


async def test_the_person_of_a_quarantined_update_gets_an_apology(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        parent = await stage.parent(*SHORTEST)
        await stage.service.database.turn(lambda db: db.execute("UPDATE party SET answers='[]'"))
        await parent.types("hello")
        assert "Something went wrong on our side" in parent.text
        assert await stage.rows("SELECT error FROM inbox WHERE status='quarantined'") == [("ValidationError",)]
        await stage.push(hours=25)
        assert not await stage.rows("SELECT 1 FROM inbox WHERE payload IS NOT NULL")


async def test_the_bot_is_silent_in_groups(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        parent = stage.person("Kaisla")
        group = stage.emulator.add_group("Family", [parent.id])
        stage.emulator.add_bot_to_group(group, parent.id)
        stage.emulator.send_text(parent.id, "/start", group)
        stage.emulator.send_text(parent.id, "/apua", group)
        await stage.settle()
        assert stage.emulator.last(group) is None
        assert not await stage.rows("SELECT 1 FROM person")


async def test_a_conversation_that_a_new_version_cannot_read_begins_anew(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        parent = await stage.parent()
        for body in ("{}", '{"flow":"parent","state":"gone"}', '{"flow":"gone","state":"welcome"}'):
            await stage.service.database.turn(partial(break_conversation, body))
            await parent.types("hello")
            assert "free meetings" in parent.text


def break_conversation(body: str, db: sqlite3.Connection) -> None:
    db.execute("UPDATE conversation SET body=?", (body,))


# What is not theirs: one neutral answer, a line in the audit log, and nothing changes

REFUSED = "That is not available here."
CLOSED = "This case is not available to you."


async def rows_of_cases(stage: Theatre) -> list[object]:
    """All that workers can change."""
    tables = (
        "cases",
        "work",
        "offer",
        "conflict",
        "party",
        "letter",
        "goal",
        "goal_rating",
        "goal_offer",
        "note",
        "case_event",
        "seat",
        "away",
        "week_plan",
        "day_plan",
    )
    return [await stage.rows(f"SELECT * FROM {table}") for table in tables]


async def refusals(stage: Theatre) -> list[object]:
    """What was refused, without any case."""
    found = await stage.rows("SELECT part, case_id FROM audit WHERE action='refused' ORDER BY id")
    assert all(case is None for _, case in found)
    return [part for part, _ in found]


@pytest.mark.parametrize("command", ["/queue", "/cases", "/today", "/away", "/search", "/jono", "/arenden"])
async def test_a_parent_who_types_a_workers_command_learns_nothing(command: str, tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        await stage.staff("Tuuli")
        parent = await sent(stage)
        before = await rows_of_cases(stage)
        await parent.types("/qwerty")
        unknown = parent.text
        await parent.types(command)
        assert REFUSED in parent.text
        assert parent.text == unknown
        assert await refusals(stage) == ["command"]
        assert await rows_of_cases(stage) == before


async def test_old_and_forged_codes_look_alike(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        used, late = await stage.code(), await stage.code(hours=1)
        await stage.person("Tuuli").start(used)
        await stage.push(hours=2)
        said = set()
        for payload in (used, late, "forged", "c-K7F2", "c-", "ä" * 64):
            guest = stage.person("Lumi")
            await guest.start(payload)
            said.add(guest.text)
        assert len(said) == 1
        assert REFUSED in said.pop()
        assert await refusals(stage) == ["code"] * 6
        assert await stage.rows("SELECT count(*) FROM seat") == [(1,)]


async def test_a_code_for_another_role_does_not_change_a_seat(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        code = await stage.code("lead", NORTH)
        await worker.start(code)
        assert REFUSED in worker.text
        assert await refusals(stage) == ["code"]
        assert await stage.rows("SELECT role, association FROM seat") == [("worker", "esimerkki-etela")]
        await stage.person("Päivi").start(code)
        assert len(await stage.rows("SELECT 1 FROM seat")) == 2, "the code is still good for somebody else"


async def test_a_parent_with_a_request_takes_no_seat(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        parent = await sent(stage)
        await parent.start(await stage.code())
        assert REFUSED in parent.text
        assert await refusals(stage) == ["code"]
        assert not await stage.rows("SELECT 1 FROM seat")


async def test_another_workers_buttons_open_nothing(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli, sade = await stage.staff("Tuuli"), await stage.staff("Sade", association=NORTH)
        parent = await sent(stage)
        notice = next(m for m in tuuli.messages if "A new request waits" in m["text"])
        card = await pressed(tuuli, "Open")
        before = await rows_of_cases(stage)
        for actor in (sade, parent):
            for foreign in (notice, card):
                stage.emulator.press_data(actor.id, actor.screen["message_id"], data_of(foreign))
                await stage.settle()
                assert actor.toasts[-1] == "This button is from an earlier message. Please use the newest one."
            assert "Region" not in seen(actor)
        assert await refusals(stage) == ["button", "button", "button"]
        assert await rows_of_cases(stage) == before


async def pressed(actor: Actor, label: str) -> dict[str, Any]:
    """The message that stands there after a press."""
    shown = actor.showing(label)
    await actor.presses(label)
    return next(m for m in actor.messages if m["message_id"] == shown)


def data_of(message: dict[str, Any]) -> str:
    return str(message["reply_markup"]["inline_keyboard"][0][0]["callback_data"])


async def test_unknown_and_forbidden_cases_look_alike(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli, sade = await stage.staff("Tuuli"), await stage.staff("Sade", association=NORTH)
        await claimed(stage, tuuli)
        before, said = await rows_of_cases(stage), set()
        for reference in ("K7F2", "ZZZZ"):
            await sade.start(f"c-{reference}")
            said.add((sade.text, tuple(sade.buttons)))
            await sade.types("/search")
            await sade.types(reference)
            assert "No case with this reference is available to you." in sade.text
        assert len(said) == 1
        assert CLOSED in said.pop()[0]
        assert await refusals(stage) == ["card", "card"]
        assert await rows_of_cases(stage) == before


@pytest.mark.parametrize("act", ["Take this case", "Open", "/queue", "hello", "c-K7F2"])
async def test_whose_seat_is_gone_gets_one_answer_to_everything(act: str, tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli = await stage.staff("Tuuli")
        await sent(stage)
        await sent(stage, "Otso")
        await tuuli.presses("Open")
        await stage.service.database.turn(lambda db: db.execute("DELETE FROM seat"))
        before = await rows_of_cases(stage)
        if act in ("Take this case", "Open"):
            await tuuli.presses(act)
        elif act.startswith("c-"):
            await tuuli.start(act)
        else:
            await tuuli.types(act)
        assert REFUSED in seen(tuuli)
        assert "Region" not in seen(tuuli)
        assert len(await refusals(stage)) == 1
        assert await rows_of_cases(stage) == before


async def test_the_card_of_whose_seat_is_gone_does_not_stand_there_for_ever(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli = await stage.staff("Tuuli")
        await sent(stage)
        await tuuli.presses("Open")
        assert "Region: Uusimaa" in seen(tuuli)
        await stage.service.database.turn(lambda db: db.execute("DELETE FROM seat"))
        await stage.push(minutes=16)
        assert "Region" not in seen(tuuli)


async def test_a_worker_who_is_a_party_sees_nothing_of_the_case(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        tuuli, parent = await stage.staff("Tuuli"), await sent(stage)
        await stage.service.database.turn(partial(join, tuuli.id))
        before = await rows_of_cases(stage)
        await tuuli.presses("Open")
        assert CLOSED in seen(tuuli)
        await tuuli.start("c-K7F2")
        assert CLOSED in tuuli.text
        await tuuli.types("/queue")
        assert "No request waits." in tuuli.text
        await tuuli.types("/search")
        await tuuli.types("K7F2")
        assert "No case with this reference" in tuuli.text
        assert "Region" not in seen(tuuli)
        assert await refusals(stage) == ["card"]
        assert await rows_of_cases(stage) == before
        assert "has been sent" in parent.text


def join(chat_id: int, db: sqlite3.Connection) -> None:
    """The worker is the other parent of the case."""
    db.execute(
        "INSERT INTO party (case_id, person_id, phone_safe, afraid, contact_other, start_wish, answers, number)"
        " SELECT p.case_id, w.id, 'yes', 'no', 'yes', 'separate', '{}', 2 FROM party p, person w WHERE w.chat_id=?",
        (chat_id,),
    )
