"""The walls between two parents around their goals, by the technique of `tests.test_walls`.

What a worker writes for both, and offers to both, is the same in all histories. Everything else differs: what the other
parent answers, when, and whether at all; the other's own goals and notes, and what the workers record of them.
"""

from typing import Any, NamedTuple

import pytest
from hypothesis import strategies as st

from bot import effects
from bot.records import cases, people
from conversations import effects as do
from conversations import goal_effects as aim
from tests.office_plain import FIRST, OTHER, PAIR, WORKER, Kind, Office, fixed
from tests.test_walls import EXAMPLES, PAIRS, Act, day, pairs_of

AT_ONCE = 50
"""Private histories in an example: 2 kinds of days × 10 examples × 50 × 49 / 2 pairs."""

JOINT, OWN = "We agree on the weeks", "Enough sleep"


class Told(NamedTuple):
    """One private history: everything that may differ."""

    value: int | None
    when: int
    how: str
    own: str
    recorded: str
    note: str
    language: str
    hours: str


TOLDS = st.lists(
    st.builds(
        Told,
        value=st.none() | st.integers(0, 10),
        when=st.sampled_from([4, 6, 8]),
        how=st.sampled_from(["in the chat", "silent", "leaves", "is blocked", "looks only"]),
        own=st.sampled_from(["none", "agreed", "offered", "rated", "ended"]),
        recorded=st.sampled_from(["nothing", "theirs", "together", "twice", "in place of the chat"]),
        note=st.sampled_from(["none", "theirs", "both", "removed"]),
        language=st.sampled_from(["fi", "sv", "en"]),
        hours=st.sampled_from(["office", "evening", "daily", "never"]),
    ),
    min_size=AT_ONCE,
    max_size=AT_ONCE,
    unique_by=repr,
)


class Hidden:
    """The parent who is not watched, and what the workers do about this parent."""

    def __init__(self, chat: int, told: Told) -> None:
        self.chat, self.told = chat, told
        self.number: Any = 1 if chat == FIRST else 2

    def begins(self, office: Office) -> None:
        person = office.person(self.chat)
        people.set_safe_hours(office.db, person, self.told.hours)
        effects.carry_out(office.db, office.world, person, do.SetLanguage(self.told.language))

    def has_own(self, office: Office) -> None:
        """A goal of this parent's own, and what becomes of it."""
        told = self.told
        if told.own == "none":
            return
        office.does(aim.AddGoal(1, self.number, "Calm evenings"), by=PAIR)
        (goal,) = office.db.execute("SELECT max(id) FROM goal").fetchone()
        if told.own in ("offered", "rated"):
            office.does(aim.OfferRating(1, goal, "first"))
        if told.own == "rated":
            self.rates(office, goal)
        if told.own == "ended":
            office.does(aim.EndGoal(1, goal))

    def rates(self, office: Office, goal: int) -> None:
        effects.carry_out(office.db, office.world, office.person(self.chat), aim.RateOwnGoal(goal, self.told.value))
        office.send()

    def answers(self, office: Office) -> None:
        """What this parent makes of the joint goal."""
        match self.told.how:
            case "in the chat":
                self.rates(office, 1)
            case "leaves":
                effects.carry_out(office.db, office.world, office.person(self.chat), do.WithdrawCase())
                office.send()
            case "is blocked":
                people.blocked(office.db, self.chat, office.world.clock.now())
            case "looks only":
                office.says(self.chat, "/start")

    def is_recorded(self, office: Office) -> None:
        """What the workers record of it, and note."""
        told, there = self.told, cases.own_case(office.db, office.person(self.chat)) is not None
        if told.recorded == "in place of the chat" and told.how != "in the chat" and there:
            office.does(aim.RateGoal(1, 1, self.number, "first", told.value))
        if told.recorded in ("theirs", "twice") and there:
            office.does(aim.RateGoal(1, 1, self.number, "later", told.value))
        if told.recorded in ("together", "twice") and there:
            office.does(aim.RateGoal(1, 1, 0, "end", told.value), by=PAIR)
        if told.note != "none" and there:
            office.does(aim.WriteNote(1, 0 if told.note == "both" else self.number, "Works in shifts."))
        if told.note == "removed" and there:
            (note,) = office.db.execute("SELECT max(id) FROM note").fetchone()
            office.does(aim.DropNote(1, note))


def looks(watched: int, stays: bool = False) -> Act:
    """The watched parent looks at everything there is to see, and stays where the goals are or goes back."""

    def act(office: Office) -> None:
        for command in ("/mydata", "/start"):
            office.says(watched, command)
        office.says(watched, "Rate my goals")
        for typed in ("/start", "My goals", *(() if stays else ("/start",))):
            office.says(watched, typed)

    return act


def sees(watched: int, rates: bool, told: Told) -> list[str]:
    """All calls to one parent while both are asked to rate a goal of both, and this one also an own goal."""
    office = Office(Kind(pair=True, both=True))
    hidden = Hidden(FIRST if watched == OTHER else OTHER, told)
    number = 1 if watched == FIRST else 2

    def answers(office: Office) -> None:
        office.says(watched, "/start")
        office.presses(watched, "Rate my goals", f"1 · {JOINT}", "6")
        office.says(watched, "No longer relevant")

    def agrees(office: Office) -> None:
        office.does(aim.AddGoal(1, 0, JOINT))
        looks(watched, stays=True)(office)

    public: list[Act] = [
        looks(watched),
        agrees,
        lambda o: o.does(aim.AddGoal(1, number, OWN)),
        lambda o: o.does(aim.OfferRating(1, 1, "first"), by=WORKER),
        lambda o: o.does(aim.OfferRating(1, 2, "first"), by=PAIR),
        looks(watched, stays=True),
        answers if rates else looks(watched, stays=True),
        lambda o: o.passes(7),
        looks(watched, stays=True),
        lambda o: o.passes(40),
        looks(watched),
        lambda o: o.does(aim.EndGoal(1, 1)),
        looks(watched),
    ]
    private: dict[int, list[Act]] = {0: [hidden.begins]}
    for pause, act in ((3, hidden.has_own), (told.when, hidden.answers), (9, hidden.is_recorded)):
        private.setdefault(pause, []).append(act)
    day(office, private, public)
    return office.calls[watched]


@fixed("joint goals")
@pytest.mark.parametrize("watched", [FIRST, OTHER])
def test_calls_about_goals_do_not_depend_on_the_other_parent(watched: int) -> None:
    pairs = sum(
        pairs_of(lambda rates, told: sees(watched, rates, told), st.just(rates), TOLDS, 2) for rates in (False, True)
    )
    assert pairs >= PAIRS
    assert EXAMPLES


PLAIN = Told(9, 4, "in the chat", "rated", "twice", "theirs", "en", "daily")


@pytest.mark.parametrize("watched", [FIRST, OTHER])
def test_these_histories_get_far_enough_to_mean_something(watched: int) -> None:
    seen = "".join(sees(watched, True, PLAIN))
    for words in (
        JOINT,
        OWN,
        "You can rate your goals here",
        "Thank you, your answer is saved.",
        "Your goals, and",
        "6/10",
    ):
        assert words in seen
    office_of_both = Office(Kind(pair=True, both=True))
    hidden = Hidden(FIRST if watched == OTHER else OTHER, PLAIN)
    office_of_both.does(aim.AddGoal(1, 0, JOINT))
    office_of_both.does(aim.OfferRating(1, 1, "first"))
    for act in (hidden.begins, hidden.has_own, hidden.answers, hidden.is_recorded):
        act(office_of_both)
    assert office_of_both.db.execute("SELECT count(*) FROM goal_rating").fetchone() == (4,)
    assert office_of_both.db.execute("SELECT count(*) FROM note").fetchone() == (1,)
