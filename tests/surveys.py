"""A closed case whose parents are asked for feedback, for tests of what follows."""

from bot.records import feedback, people
from tests.office_plain import FIRST, OTHER, PAIR, Office
from tests.test_closing import DAYS, closed
from tests.theatre import SOUTH

ASKED = "You can tell how the service was for you."
AFTER = 3.25
"""Days after the end on which the first notice has gone out."""

WEEK_ASKED = "2026-W48"
NO = "No feedback, thanks"


def asked(*, both: bool = False, pair: bool = False) -> Office:
    """A closed case whose parents are asked and see it on the front page."""
    office = closed(both=both, pair=pair)
    office.passes(AFTER * DAYS)
    for chat in (FIRST, OTHER) if both else (FIRST,):
        office.says(chat, "/start")
    return office


def begun(office: Office, *labels: str, chat: int = FIRST) -> None:
    office.presses(chat, "Give feedback", "Begin", *labels)


def whole(office: Office, *end: str, chat: int = FIRST) -> None:
    """All ten questions answered, and on from there."""
    begun(office, *"5432123", "Better", "4", "5", *end, chat=chat)


def tally(office: Office) -> dict[tuple[str, str], int]:
    return {(i, v): n for i, v, n in office.db.execute("SELECT item, value, sum(count) FROM tally GROUP BY 1, 2")}


def notices(office: Office, words: str = ASKED, chat: int = FIRST) -> int:
    return sum(words in call and "sendMessage" in call and '"open"' in call for call in office.calls.get(chat, ()))


def answered(office: Office, chat: int = FIRST) -> dict[str, tuple[str, ...]]:
    at = people.conversation(office.db, office.person(chat))
    assert at
    return at.answers


def reads(office: Office) -> None:
    """The work pair reads the free texts."""
    feedback.name_reader(office.db, SOUTH, office.person(PAIR).id)
