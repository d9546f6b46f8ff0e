"""Durable turns a second, from the received update to the committed outbox row: many in a commit, or one."""

from functools import partial
from time import perf_counter

import msgspec

from benchmarks.sides import Figures, interleaved, new_database
from bot import inbox
from tests.theatre import MONDAY

BOT, TAPS = 100, 4
TITLE = "durable turns a second"
ANSWERED = (
    "SELECT count(*) FROM outbox o JOIN person p USING (chat_id) JOIN conversation c ON c.person_id=p.id"
    f" WHERE o.status='waiting' AND json_array_length(c.body, '$.trail')={TAPS}"
)


async def run(rounds: int = 9, people: int = 100) -> Figures:
    """Compare the service's way, up to 50 turns in a commit, with a commit for each turn."""
    together = partial(_play, "up to 50 turns in a commit", people, 50)
    return await interleaved([together, partial(_play, "one turn in a commit", people, 1)], rounds)


async def _play(row: str, people: int, limit: int) -> dict[str, float]:
    """Everybody starts and then taps the first button of each screen. A batch is stored in one commit on both sides."""
    batches = [[_update(number, who) for who in range(1, people + 1)] for number in range(TAPS + 1)]
    async with new_database() as (database, world):
        await database.turn(lambda db: inbox.start(db, BOT, ""))
        began = perf_counter()
        for batch in batches:
            store = partial(inbox.store, bot_id=BOT, secret="100:bench", batch=batch, now=MONDAY, skip=frozenset())
            await database.turn(store)
            while (await database.turn(partial(inbox.work, world=world, limit=limit)))[0]:
                pass
        seconds = perf_counter() - began
        (answered,) = await database.read(lambda db: db.execute(ANSWERED).fetchone())
        assert answered == people, "everybody has the last question"
    return {row: people * len(batches) / seconds}


def _update(number: int, who: int) -> msgspec.Raw:
    """The update as Telegram sends it: /start, then presses of the first button."""
    person, chat = {"id": who, "language_code": "fi"}, {"id": who, "type": "private"}
    message = {"message_id": who, "chat": chat, "from": person, "text": "/start"}
    press = {"callback_query": {"id": "1", "from": person, "message": message, "data": "n.0"}}
    body = press if number else {"message": message}
    return msgspec.Raw(msgspec.json.encode({"update_id": number * 1000 + who, **body}))
