"""Who may be written to, and what a group lets the bot hear."""

import pytest

from bot.playground.emulator import Emulator
from bot.playground.methods import call
from tests.emulated import refused, say, updates


async def test_a_bot_cannot_write_first_and_not_when_blocked(tg: Emulator) -> None:
    person = tg.add_person("Eeva")
    assert (await refused(tg, "sendMessage", chat_id=1, text="x")).description == "Bad Request: chat not found"
    first = await refused(tg, "sendMessage", chat_id=person, text="x")
    assert (first.code, first.description) == (403, "Forbidden: bot can't initiate conversation with a user")
    tg.send_text(person, "hi")
    await say(tg, person)
    tg.block(person)
    blocked = await refused(tg, "sendMessage", chat_id=str(person), text="x")
    assert (blocked.code, blocked.description) == (403, "Forbidden: bot was blocked by the user")
    with pytest.raises(PermissionError):
        tg.send_text(person, "a blocked bot has no input field")
    tg.open_link(person, "again")
    await say(tg, person)
    changes = [update["my_chat_member"] for update in await updates(tg) if "my_chat_member" in update]
    assert [change["new_chat_member"]["status"] for change in changes] == ["kicked", "member"]


async def test_group_privacy(tg: Emulator, parent: int, group: int) -> None:
    await updates(tg, tg.updates.next_id)
    own = await say(tg, group)
    for text in ("chatter", "look at /this", "/start@other_bot", "/queue", "/queue@Playground_Bot now"):
        tg.send_text(parent, text, group)
    tg.send_photo(parent, group)
    tg.send_text(parent, "an answer", group, reply_to=own)
    heard = [update["message"]["text"] for update in await updates(tg)]
    assert heard == ["/queue", "/queue@Playground_Bot now", "an answer"]


async def test_adding_and_removing_the_bot(tg: Emulator, parent: int, group: int) -> None:
    tg.remove_bot_from_group(group, parent)
    kinds = [list(update)[1] for update in await updates(tg)][1:]
    assert kinds == ["my_chat_member", "message", "message", "my_chat_member"]
    refusal = await refused(tg, "sendMessage", chat_id=group, text="x")
    assert (refusal.code, refusal.description) == (403, "Forbidden: bot was kicked from the group chat")
    unknown = tg.add_group("Others", [parent])
    assert (await refused(tg, "getChat", chat_id=unknown)).description == "Bad Request: chat not found"


async def test_a_group_migrates(tg: Emulator, parent: int, group: int) -> None:
    new = tg.migrate_group(group)
    refusal = await refused(tg, "sendMessage", chat_id=group, text="x")
    assert refusal.description == "Bad Request: group chat was upgraded to a supergroup chat"
    assert refusal.parameters == {"migrate_to_chat_id": new}
    assert await say(tg, new) == 2
    services = [update["message"] for update in (await updates(tg))[-2:]]
    assert services[0]["migrate_to_chat_id"] == new
    assert services[1]["migrate_from_chat_id"] == group


async def test_a_bot_leaves(tg: Emulator, group: int) -> None:
    await call(tg, "leaveChat", {"chat_id": group})
    assert (await refused(tg, "sendMessage", chat_id=group, text="x")).code == 403
