"""The walls between two parents around feedback, by the technique of `tests.test_walls`: whatever one of them does with
the own survey after a common end, all calls to the other are one and the same."""

from itertools import product
from typing import NamedTuple

import pytest

from bot import effects
from bot.records import people
from bot.records.feedback import SHEET
from conversations import effects as do
from conversations import feedback_effects as give
from conversations import goal_effects as aim
from tests.office_plain import FIRST, OTHER, WORKER, Kind, Office, fixed
from tests.surveys import AFTER, tally
from tests.test_closing import BACK, DAYS, closing
from tests.test_walls import compare

JOINT = "We agree on the weeks"
ALL = ("Give feedback", "Begin", *"5432123", "Better", "4", "5")

DOES: dict[str, tuple[str, ...]] = {
    "is silent": (),
    "declines": ("No feedback, thanks",),
    "stops half way": ALL[:6],
    "sends all": (*ALL, "Send"),
    "sends nothing": ("Give feedback", "Begin", *("Skip",) * 10, "Send"),
    "wants a call": (*ALL, "Send", "I want to be called", "Skip", "Yes, call me"),
    "rates": ("Rate my goals", f"1 · {JOINT}", "0"),
    "comes back": BACK,
    "comes back and goes": BACK,
    "deletes": ("Delete my data", "Yes, delete everything"),
}


class Told(NamedTuple):
    """One private history: what the parent who is not watched does, when, and how the bot may write to them."""

    does: str
    early: bool
    hours: str
    language: str


EARLY = ("is silent", "comes back", "comes back and goes", "deletes")
"""What may happen before anybody is asked."""

TOLDS = [
    *(Told(does, False, "office", "en") for does in DOES),
    *(
        Told(does, True, hours, "en")
        for does, hours in product(("is silent", "comes back", "deletes"), ("office", "never"))
    ),
    *(Told("sends all", False, hours, language) for hours, language in (("evening", "fi"), ("daily", "sv"))),
]


def acts(office: Office, chat: int, told: Told) -> None:
    """The private part of a history."""
    if office.db.execute("SELECT 1 FROM person WHERE chat_id=?", (chat,)).fetchone() is None:
        return
    effects.carry_out(office.db, office.world, office.person(chat), do.SetLanguage("en"))
    office.says(chat, "/start")
    office.presses(chat, *DOES[told.does])
    if told.does == "comes back and goes":
        sent = (
            ("Withdraw the request", "Yes, withdraw it")
            if chat == FIRST
            else ("Take my answers back", "Yes, take them back")
        )
        office.presses(chat, *sent)


def sees(watched: int, does: str, told: Told) -> list[str]:
    """All calls to one parent from the end on; ``does`` is what this parent does."""
    office, hidden = Office(Kind(pair=True, both=True)), FIRST if watched == OTHER else OTHER
    office.does(aim.AddGoal(1, 0, JOINT))
    office.does(aim.WriteNote(1, 1 if watched == FIRST else 2, "Works in shifts."))
    people.set_safe_hours(office.db, office.person(hidden), told.hours)
    effects.carry_out(office.db, office.world, office.person(hidden), do.SetLanguage(told.language))
    office.says(watched, "/start")
    closing(office)
    office.passes(1 * DAYS)
    if told.early:
        acts(office, hidden, told)
    office.passes((AFTER - 1) * DAYS)
    office.says(watched, "/start")
    if not told.early:
        acts(office, hidden, told)
    office.presses(watched, *DOES[does])
    office.passes(9 * DAYS)
    for typed in ("/mydata", "/start", "Rate my goals", "/start", "Give feedback"):
        office.says(watched, typed)
    office.passes(20 * DAYS)
    office.says(watched, "/start")
    return office.calls[watched]


@fixed("joint goals", "end")
@pytest.mark.parametrize("watched", [FIRST, OTHER])
@pytest.mark.parametrize("does", ["is silent", "sends all", "stops half way"])
def test_calls_about_feedback_do_not_depend_on_the_other_parent(watched: int, does: str) -> None:
    assert compare(lambda told: sees(watched, does, told), TOLDS) >= 100


def test_these_histories_get_far_enough_to_mean_something() -> None:
    for does, (item, value) in {
        "declines": (SHEET, "declined"),
        "sends all": ("cooperation", "better"),
        "sends nothing": (SHEET, "declined"),
    }.items():
        office = Office(Kind(pair=True, both=True))
        office.does(aim.AddGoal(1, 0, JOINT))
        closing(office)
        office.passes(AFTER * DAYS)
        acts(office, OTHER, Told(does, False, "office", "en"))
        assert tally(office)[item, value] == 1
        effects.carry_out(office.db, office.world, office.person(OTHER), give.AskForCall())
        office.send()
        assert "asks to be called" in office.calls[WORKER][-1]
    seen = "".join(sees(FIRST, "is silent", TOLDS[0]))
    for words in ("You can tell how the service was", "This is the only reminder", JOINT, "There are 10 questions"):
        assert words in seen
