"""The page's own API: what can be done on it, who may ask, and what it is told."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot.playground.emulator import Emulator
from bot.playground.methods import call
from tests.emulated import KEYBOARD, PATIENCE, START, Playground, say, updates


async def act(playground: Playground, what: str, **more: object) -> tuple[int, dict[str, Any]]:
    phone = more.pop("phone", next(iter(playground.stage.emulator.people)))
    async with playground.page.post("/api/act", json={"phone": phone, "do": what, **more}) as answer:
        return answer.status, await answer.json()


async def test_every_act_of_the_page(playground: Playground, tg: Emulator, group: int) -> None:
    (parent, *_) = tg.people
    message_id = await say(tg, parent, reply_markup=KEYBOARD)
    typed = tg.send_text(parent, "typo")
    done = [
        await act(playground, "text", text="hello"),
        await act(playground, "press", message=message_id, row=0, column=1),
        await act(playground, "contact", number="+358401", own=True),
        await act(playground, "edit", message=typed, text="fixed"),
        await act(playground, "delete", message=typed),
        await act(playground, "forward", text="elsewhere"),
        await act(playground, "text", text="/queue", chat=group),
        await act(playground, "remove_bot", chat=group),
        await act(playground, "add_bot", chat=group),
        await act(playground, "language", language="sv"),
        *[await act(playground, simple) for simple in ("photo", "voice", "sticker", "location", "block", "unblock")],
        await act(playground, "start", payload="again"),
    ]
    assert done == [(200, {"ok": True})] * 17
    assert tg.people[parent].language == "sv"
    assert (await updates(tg))[-1]["message"]["from"]["language_code"] == "sv"


@pytest.mark.parametrize(
    "given",
    [
        {"what": "fly"},
        {"what": "text"},
        {"what": "text", "text": ""},
        {"what": "text", "text": "x", "chat": 1},
        {"what": "text", "text": "x", "phone": 1},
        {"what": "press", "message": "x", "row": 0, "column": 0},
        {"what": "press", "message": 999, "row": 0, "column": 0},
        {"what": "edit", "message": 1, "text": None, "phone": [1]},
    ],
)
async def test_an_act_that_cannot_be_done(playground: Playground, parent: int, given: dict[str, Any]) -> None:
    status, answer = await act(playground, **given)
    assert status == 400
    assert answer["error"]


async def test_only_the_own_page_may_ask(playground: Playground) -> None:
    for headers in ({"Host": "evil.example"}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        async with playground.page.get("/api/state", headers=headers) as answer:
            assert answer.status == 403
    async with playground.page.get("/api/state", headers={"Origin": playground.root}) as answer:
        assert answer.status == 200
    async with playground.page.post("/api/reset", data="{}", headers={"Content-Type": "text/plain"}) as answer:
        assert answer.status == 415
    async with playground.page.get("/") as answer:
        assert answer.status == 200


async def test_the_state_shows_a_phone(playground: Playground, tg: Emulator, parent: int) -> None:
    keys = {"keyboard": [[{"text": "Share", "request_contact": True}, "No"]]}
    await say(tg, parent, "Your number?", reply_markup=keys, protect_content=True)
    await say(tg, parent, "Ready?", reply_markup=KEYBOARD)
    await call(tg, "sendChatAction", {"chat_id": parent, "action": "typing"})
    async with playground.page.get("/api/state") as answer:
        state = await answer.json()
    (phone,) = state["phones"]
    (chat,) = phone["chats"]
    assert (state["now"], phone["name"], phone["language"], chat["typing"]) == (START.isoformat(), "Aino", "fi", True)
    assert chat["reply_keyboard"] == [
        [{"label": "Share", "request_contact": True}, {"label": "No", "request_contact": False}]
    ]
    start, number, ready = chat["messages"]
    assert (start["mine"], number["mine"], number["protected"], ready["protected"]) == (True, False, True, False)
    assert ready["buttons"] == [[{"label": "Yes", "url": None}, {"label": "No", "url": None}]]


async def test_the_clock_and_new_phones(playground: Playground, tg: Emulator) -> None:
    async with playground.page.post("/api/clock", json={"minutes": 90}) as answer:
        assert answer.status == 200
    assert tg.clock.now() == START + timedelta(minutes=90)
    for wrong in ({"minutes": -1}, {"minutes": "soon"}, {"minutes": 1e300}):
        async with playground.page.post("/api/clock", json=wrong) as answer:
            assert answer.status == 400
    async with playground.page.post("/api/phones", json={"role": "worker"}) as answer:
        assert playground.stage.roles[(await answer.json())["id"]] == "worker"
    async with playground.page.post("/api/phones", json={"role": "king"}) as answer:
        assert answer.status == 400


class Stream:
    """The events of /api/events, one after the other."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self._answer = answer

    async def next(self, kind: str) -> dict[str, Any]:
        """Return the next event of a kind."""
        async with asyncio.timeout(PATIENCE):
            while True:
                event = (await self._answer.content.readuntil(b"\n\n")).decode().strip()
                if event.startswith(f"event: {kind}\n"):
                    data: dict[str, Any] = json.loads(event.partition("data: ")[2])
                    return data


async def test_the_stream_tells_of_changes_calls_and_a_reset(playground: Playground, tg: Emulator, parent: int) -> None:
    await call(tg, "getMe", {})
    async with playground.page.get("/api/events") as answer:
        stream = Stream(answer)
        assert (await stream.next("state"))["phones"][0]["name"] == "Aino"
        assert (await stream.next("call"))["method"] == "getMe"
        tg.send_text(parent, "live")
        messages = (await stream.next("state"))["phones"][0]["chats"][0]["messages"]
        assert messages[-1]["text"] == "live"
        await say(tg, parent)
        assert (await stream.next("call"))["result"]["text"] == "Hello"
        async with playground.page.post("/api/reset", json={}) as done:
            assert done.status == 200
        fresh = await stream.next("state")
        assert (fresh["version"], fresh["phones"][0]["name"]) == (0, "After the reset")
        playground.stage.emulator.add_person("Later")
        assert (await stream.next("state"))["version"] > 0
