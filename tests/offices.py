"""A parent's request without the long way to it, for tests of what workers do with it afterwards."""

from sqlite3 import Connection

from bot import effects
from bot.records import people
from conversations import effects as do
from tests.theatre import SOUTH, Actor, Theatre

Answers = dict[str, tuple[str, ...]]

CANARY = "kanarialintu laulaa kello neljä"

TOLD: Answers = {
    "age": ("adult",),
    "phone_safe": ("yes",),
    "situation": ("separated",),
    "applying": ("alone",),
    "region": ("uusimaa",),
    "afraid": ("no",),
    "contact_other": ("yes",),
    "start": ("separate",),
}


async def sent(stage: Theatre, name: str = "Kaisla", association: str = SOUTH, **told: str) -> Actor:
    """A parent whose request waits; ``told`` are answers that differ from the plainest ones."""
    parent = stage.person(name)
    await parent.start()
    answers = TOLD | {question: (value,) for question, value in told.items()}

    def send(db: Connection) -> None:
        person = people.meet(db, parent.id, "en", stage.clock.now())
        effects.carry_out(db, stage.service.world, person, do.OpenCase(association, answers))
        effects.carry_out(db, stage.service.world, person, do.StopTimer("draft"))

    await stage.service.database.turn(send)
    await parent.start()
    return parent


async def claimed(stage: Theatre, *workers: Actor, **told: str) -> Actor:
    """A parent whose request the first worker has claimed, with the second as the work pair."""
    parent = await sent(stage, **told)
    await workers[0].presses("Open", "Take this case")
    for pair in workers[1:]:
        await asks(workers[0], pair, "Ask a work pair")
        await pair.presses("Open", "Yes, I take it")
    return parent


async def asks(worker: Actor, colleague: Actor, what: str) -> None:
    """A worker asks a colleague to be the pair, or to take the case over."""
    name = colleague.theatre.emulator.people[colleague.id].name
    await worker.presses("Work pair", what, name, "Ask")


async def chooses_times(worker: Actor, *times: str) -> None:
    """A worker who has a form of times open chooses these, each as a day and an hour: "Tue 24 Nov 10:00"."""
    for time in times:
        day, _, hour = time.rpartition(" ")
        await worker.presses("Add or remove a time", day, hour)


async def offers(worker: Actor, *times: str, kind: str = "") -> None:
    """A worker whose card is open offers times for a new meeting."""
    await worker.presses("Meetings", "Offer times", *((kind,) if kind else ()))
    await chooses_times(worker, *times)
    await worker.presses("Offer these times")


async def agrees(worker: Actor, day: str, hour: str, kind: str = "") -> None:
    """A worker whose card is open records a time that was agreed by phone."""
    await worker.presses("Meetings", "Offer times", *((kind,) if kind else ()))
    await worker.presses("Add or remove a time", day, hour, "Agreed by phone")


async def writes(worker: Actor, words: str) -> None:
    """A worker writes to the only parent of the case that is open on the phone."""
    await worker.presses("Write to the parent")
    await worker.types(words)
    await worker.presses("Send")


def seen(actor: Actor) -> str:
    """Everything that stands in a chat."""
    return "\n".join(message.get("text", "") for message in actor.messages)


async def events(stage: Theatre) -> list[str]:
    """What happened to the first case."""
    return [name for (name,) in await stage.rows("SELECT name FROM case_event WHERE case_id=1 ORDER BY id")]


async def away_today(worker: Actor) -> None:
    await worker.types("/away")
    await worker.presses("Choose the days", "Mon 23 Nov", "Mon 23 Nov", "Save")


async def closes_case(worker: Actor) -> None:
    """A worker whose card is open closes the case, because contact was lost."""
    await worker.presses("More about the case", "End the meetings", "Contact was lost")
    await worker.presses("Contact was lost", "What next", "Continue", "Close the case")
