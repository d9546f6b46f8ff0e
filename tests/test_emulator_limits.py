"""How much may be sent at once, what can be made to fail, and what is kept of it all."""

from bot.playground import view
from bot.playground.emulator import ApiError, Emulator
from bot.playground.methods import call
from bot.playground.server import BareStage
from tests.emulated import refused, say


async def sent_before_429(tg: Emulator, chats: list[int]) -> int:
    tg.limits = True
    for sent, chat in enumerate(chats):
        try:
            await say(tg, chat)
        except ApiError as flood:
            wait = flood.parameters["retry_after"]
            assert (flood.code, flood.description) == (429, f"Too Many Requests: retry after {wait}")
            return sent
    return len(chats)


async def test_a_person_gets_20_messages_at_once(tg: Emulator, parent: int) -> None:
    assert 20 <= await sent_before_429(tg, [parent] * 40) < 30


async def test_a_group_gets_20_messages_a_minute(tg: Emulator, group: int) -> None:
    assert 20 <= await sent_before_429(tg, [group] * 40) < 30


async def test_all_chats_together_get_30_messages_a_second(tg: Emulator) -> None:
    people = [tg.add_person(str(number)) for number in range(500)]
    for person in people:
        tg.open_link(person)
    assert 30 <= await sent_before_429(tg, people) < 500


async def test_everything_is_logged_and_faults_can_be_made(tg: Emulator, parent: int) -> None:
    tg.fault = lambda method, given: ApiError(500, "Internal Server Error") if method == "sendMessage" else None
    assert (await refused(tg, "SENDMESSAGE", chat_id=parent, text="x")).code == 500
    await call(tg, "getme", {})
    assert (await refused(tg, "sendDice", chat_id=parent)).code == 404
    assert [(entry["seq"], entry["method"], entry["ok"]) for entry in tg.calls] == [
        (1, "sendMessage", False),
        (2, "getMe", True),
        (3, "sendDice", False),
    ]


async def test_commands_and_texts_of_the_bot(tg: Emulator) -> None:
    menu = [{"command": "help", "description": "Help now"}]
    await call(tg, "setMyCommands", {"commands": menu, "language_code": "sv"})
    assert await call(tg, "getMyCommands", {"language_code": "sv"}) == menu
    assert view.state(BareStage(tg))["commands"] == {"sv": menu}
    await call(tg, "setMyDescription", {"description": "What this is"})
    assert await call(tg, "getMyDescription", {}) == {"description": "What this is"}
    await call(tg, "deleteMyCommands", {"language_code": "sv"})
    assert await call(tg, "getMyCommands", {"language_code": "sv"}) == []
