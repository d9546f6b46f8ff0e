"""A chat in a child's hands, through the whole service, for tests of what happens there."""

import re
from sqlite3 import Connection

from bot.records import feedback, people
from conversations.feedback import CHILDREN
from conversations.feedback_facts import Band
from tests.offices import seen
from tests.theatre import SOUTH, Actor, Theatre

HERE = ("Child feedback", "7–9 years", "On this phone")
THEIRS = "SELECT body FROM conversation c JOIN person p ON p.id=c.person_id WHERE p.chat_id=?"
SEVEN = len(CHILDREN["7-9"])


def band_of(label: str) -> str:
    return label.replace("-", "–") + " years"


async def hand_over(worker: Actor, band: Band = "7-9") -> None:
    """A worker on the front page gives the phone to a child."""
    await worker.presses("Child feedback", band_of(band), "On this phone", "Hand over")


async def code_for(worker: Actor, band: Band = "7-9") -> str:
    """A worker on the front page makes a code."""
    await worker.presses("Child feedback", band_of(band), "On a parent's phone")
    return str(re.findall(r"phone: (\w{6})\n", seen(worker))[-1])


async def way_out(stage: Theatre, actor: Actor) -> tuple[str, ...]:
    """The words that the adult was shown."""
    found = "SELECT way_out FROM child c JOIN person p ON p.id=c.person_id WHERE p.chat_id=?"
    ((words,),) = await stage.rows(found, actor.id)
    return tuple(re.findall(r"\w+", words))


async def ends(stage: Theatre, actor: Actor) -> None:
    """An adult ends it."""
    if "The adult ends it" in actor.buttons:
        await actor.presses("The adult ends it")
    await actor.presses(*await way_out(stage, actor))


async def tallied(stage: Theatre) -> dict[tuple[str, str], int]:
    return {(item, value): count for item, value, count in await stage.rows("SELECT item, value, count FROM tally")}


async def reads(stage: Theatre, actor: Actor) -> None:
    """This worker is named as the one who reads free texts."""

    def name(db: Connection) -> None:
        feedback.name_reader(db, SOUTH, people.meet(db, actor.id, "en", stage.clock.now()).id)

    await stage.service.database.turn(name)


async def half_told(stage: Theatre) -> Actor:
    """A parent in the middle of the questions."""
    parent = await stage.parent()
    for _ in range(3):
        await parent.presses(parent.buttons[0])
    return parent
