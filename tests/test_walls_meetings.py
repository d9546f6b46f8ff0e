"""The walls between two parents around the start and their meetings, by the technique of `tests.test_walls`.

Everything that one parent answers, is asked, agrees alone or does differs from history to history. What the channels
let through is the same: the agreed form, the times that the workers offer to the other parent, the time that is agreed,
and that it is cancelled. The other's calls must then be one and the same, whoever of the two watches.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import strategies as st

from bot import effects
from bot.clock import HELSINKI, Clock
from bot.records import cases, people
from conversations import effects as do
from conversations import meeting_effects as meet
from tests.office_plain import FIRST, OTHER, PAIR, WORKER, Kind, Office, fixed
from tests.offices import TOLD
from tests.test_walls import EXAMPLES, PAIRS, Act, day, pairs_of

AT_ONCE = 72
"""Private histories in the one example that is drawn of each plan: 4 × 72 × 71 / 2 pairs."""


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=HELSINKI)


EARLY, LATER, NEVER_SUITS = at(25, 9), at(25, 10), at(26, 9)
SLOTS = (EARLY, LATER, NEVER_SUITS)
"""Offered to both; the watched parent never chooses the last."""

ALONE = (at(26, 13), at(26, 14))
"""Offered to the parent who is not watched, alone."""

SHOWN = {EARLY: "Wed 25 Nov at 09:00", LATER: "Wed 25 Nov at 10:00"}


class Told(NamedTuple):
    """One private history: everything that may differ."""

    phone: str
    afraid: str
    contact: str
    wish: str
    language: str
    hours: str
    choice: int
    first_choice: int
    answers_first: bool
    minutes: tuple[int, int]
    own: str
    does: str
    who: str
    letter: bool


TOLDS = st.lists(
    st.builds(
        Told,
        phone=st.sampled_from(["yes", "unsure", "no"]),
        afraid=st.sampled_from(["no", "sometimes", "yes"]),
        contact=st.sampled_from(["yes", "talk_first", "not_yet", "not_safe"]),
        wish=st.sampled_from(["separate", "joint", "unsure"]),
        language=st.sampled_from(["fi", "sv", "en"]),
        hours=st.sampled_from(["office", "evening", "daily", "never"]),
        choice=st.integers(0, 3),
        first_choice=st.integers(-1, 4),
        answers_first=st.booleans(),
        minutes=st.tuples(st.integers(0, 14), st.integers(0, 14)).map(lambda two: (min(two), max(two))),
        own=st.sampled_from(["none", "offered", "none suits", "agreed", "cancelled", "taken back", "missed"]),
        does=st.sampled_from(
            ["nothing", "shows the place", "takes the calendar", "asks to move", "is blocked", "wishes", "looks"]
        ),
        who=st.sampled_from(["worker", "pair", "parent", "ill", "rule"]),
        letter=st.booleans(),
    ),
    min_size=AT_ONCE,
    max_size=AT_ONCE,
    unique_by=repr,
)

ANSWERS: dict[str, tuple[tuple[datetime, ...], ...]] = {
    "early": ((EARLY,), (EARLY, LATER), (EARLY, NEVER_SUITS), SLOTS),
    "later": ((LATER,), (LATER, NEVER_SUITS), (LATER,), (NEVER_SUITS, LATER)),
    "never": ((), (NEVER_SUITS,), (), ()),
}
"""Which answers of the parent who is not watched come to the same, when the watched one takes the first two times."""

WISHED: tuple[tuple[str, ...], ...] = (("mon",), (), ("evening", "fri"), ("morning",))


def later(minutes: int, act: Act) -> Act:
    """Inside the quarter of an hour that has begun."""

    def does(office: Office) -> None:
        now = office.world.clock
        office.world.clock = Clock(now.now() + timedelta(minutes=minutes))
        act(office)
        office.world.clock = now

    return does


class Hidden:
    """The parent who is not watched, and what the workers do for this parent alone."""

    def __init__(self, chat: int, told: Told) -> None:
        self.chat, self.told = chat, told

    def does(self, office: Office, effect: do.Effect) -> None:
        effects.carry_out(office.db, office.world, office.person(self.chat), effect)
        office.send()

    def tells(self, office: Office) -> None:
        """The gates, the wish, the language and the safe hours."""
        told, person = self.told, office.person(self.chat)
        answers = {"phone_safe": told.phone, "afraid": told.afraid, "contact_other": told.contact, "start": told.wish}
        cases.set_answers(office.db, 1, person.id, TOLD | {name: (value,) for name, value in answers.items()})
        people.set_safe_hours(office.db, person, told.hours)
        self.does(office, do.SetLanguage(told.language))
        if told.letter and told.hours != "never":
            office.does(do.Write(1, person.id, "When could we call?"))
            self.does(office, do.Reply("After four."))

    def has_own(self, office: Office) -> None:
        """Times of this parent's own, and what becomes of them."""
        own, person = self.told.own, office.person(self.chat)
        if own == "none":
            return
        agreed = own in ("agreed", "cancelled", "missed")
        times = (at(23, 13),) if own == "missed" else ALONE[:1] if agreed else ALONE
        office.does(meet.OfferTimes(1, "individual", person.id, "onsite", 60, times, agreed=agreed))
        (meeting,) = office.db.execute("SELECT max(id) FROM meeting").fetchone()
        if own == "none suits":
            self.does(office, meet.ChooseTimes(meeting, (), ("mon",)))
        if own == "cancelled":
            self.does(office, meet.CancelOwnMeeting(meeting, "ill"))
        if own in ("taken back", "none suits"):
            office.does(meet.CancelMeeting(1, meeting))

    def missed(self, office: Office) -> None:
        if self.told.own == "missed":
            (meeting,) = office.db.execute(
                "SELECT id FROM meeting WHERE starts_at=?", (at(23, 13).timestamp(),)
            ).fetchone()
            office.does(meet.MissMeeting(1, meeting))

    def answers(self, office: Office, result: str) -> None:
        """What suits this parent, perhaps after another answer; where nothing comes of it, silence does as well."""
        told = self.told
        (meeting,) = office.db.execute(
            "SELECT id FROM meeting WHERE status='offered' AND type<>'individual'"
        ).fetchone()
        if result == "never" and told.choice == 3:
            return
        suits = ANSWERS[result][told.choice]
        first, second = told.minutes
        if told.first_choice >= 0 and first < second:
            other = SLOTS[told.first_choice : told.first_choice + 1]
            later(first, lambda o: self.does(o, meet.ChooseTimes(meeting, other, () if other else ("tue",))))(office)
        wishes = () if suits else WISHED[told.choice]
        later(second, lambda o: self.does(o, meet.ChooseTimes(meeting, suits, wishes)))(office)

    def acts(self, office: Office) -> None:
        """What this parent does on the phone, with an agreed meeting or without."""
        found = office.db.execute(
            "SELECT m.id FROM meeting m JOIN invitee i ON i.meeting_id=m.id JOIN person p ON p.id=i.person_id"
            " WHERE m.status='agreed' AND m.starts_at > ? AND p.chat_id=? ORDER BY 1",
            (office.world.clock.now().timestamp(), self.chat),
        ).fetchone()
        match self.told.does:
            case "shows the place":
                self.does(office, meet.ShowPlace(shown=True))
            case "takes the calendar" if found:
                self.does(office, meet.SendCalendar(found[0], address=False))
            case "asks to move" if found:
                self.does(office, meet.AskToMove(found[0]))
            case "is blocked":
                people.blocked(office.db, self.chat, office.world.clock.now())
            case "wishes":
                self.does(office, do.AskOtherWay("remote"))
            case "looks":
                office.says(self.chat, "/start")

    def goes(self, office: Office) -> None:
        """Only where nobody meets jointly: this parent leaves the case, or takes it elsewhere."""
        match self.told.who:
            case "parent":
                self.does(office, do.WithdrawCase())
            case "ill" if people.known(office.db, self.chat):
                office.does(do.EndCase(1, "withdrawn", party=office.person(self.chat).id))
            case "rule" if self.chat == FIRST:
                self.does(office, do.MoveCase("esimerkki-pohjoinen"))
            case "pair":
                office.says(self.chat, "/delete")


def cancels(office: Office, hidden: Hidden) -> None:
    """The joint meeting is cancelled: by whom, and why, is nobody's business."""
    (meeting,) = office.db.execute("SELECT id FROM meeting WHERE type<>'individual'").fetchone()
    match hidden.told.who:
        case "worker" | "pair":
            office.does(meet.CancelMeeting(1, meeting, "ill"), by=PAIR if hidden.told.who == "pair" else WORKER)
        case "parent" | "ill":
            hidden.does(office, meet.CancelOwnMeeting(meeting, "ill" if hidden.told.who == "ill" else ""))
        case "rule":
            person = office.person(hidden.chat).id
            office.does(do.RecordTalkAlone(1, person))
            office.does(do.CorrectFact(1, person, "contact_other", ("not_safe",)))


def agrees_start(office: Office, form: Any) -> None:
    """By the rule, or by an exception of two workers."""
    for party in cases.parties(office.db, 1):
        if party.chat_id == FIRST:
            office.does(do.RecordTalkAlone(1, party.id))
    if form == "joint":
        office.does(meet.AskOverride(1, "both_ask"))
        office.does(meet.AnswerOverride(1, agreed=True), by=PAIR)
    office.does(meet.AgreeStart(1, form))


def looks(watched: int, moment: str = "") -> Act:
    """The watched parent looks at everything there is to see."""

    def act(office: Office) -> None:
        for command in ("/mydata", "/start"):
            office.says(watched, command)
        office.says(watched, moment or "I want to begin sooner")
        if moment:
            office.presses(
                watched, "Calendar file", "Time only", "Place and worker", "Yes, show it", "Hide place and worker"
            )
            office.presses(watched, "Ask for another time")
        office.says(watched, "/start")

    return act


def sees_together(watched: int, result: str, same: tuple[bool, bool], told: Told) -> list[str]:
    """All calls to one parent while both are offered times; a time is agreed and perhaps cancelled, or none suits."""
    cancelled, family = same
    office = Office(Kind(pair=True, both=True))
    hidden = Hidden(FIRST if watched == OTHER else OTHER, told)
    offer = meet.OfferTimes(1, "family" if family else "couple", 0, "onsite", 60, SLOTS)
    moment = {"early": SHOWN[EARLY], "later": SHOWN[LATER]}.get(result, "").replace("09:00", "9:00")

    def answers(office: Office) -> None:
        office.says(watched, "/start")
        office.presses(watched, "Choose times", "Wed 25 Nov at 9:00", "Wed 25 Nov at 10:00", "These suit me")

    ends: Act = (lambda o: cancels(o, hidden)) if cancelled and result != "never" else (lambda o: o.passes(0.25))
    public: list[Act] = [
        looks(watched),
        lambda o: agrees_start(o, "joint"),
        looks(watched),
        lambda o: o.does(offer),
        lambda o: o.passes(0.25),
        answers,
        *([lambda o: o.passes(0.05)] * 5),
        looks(watched, moment),
        lambda o: o.passes(3),
        ends,
        looks(watched),
        lambda o: o.passes(66),
        looks(watched),
    ]
    replies: Act = lambda o: hidden.answers(o, result)  # noqa: E731
    private: dict[int, list[Act]] = {0: [hidden.tells], 3: [hidden.has_own if told.own not in _WAITS else _nothing]}
    private[4 if told.answers_first else 6] = [replies]
    private[11] = [hidden.acts]
    private[13] = [hidden.missed]
    day(office, private, public)
    return office.calls[watched]


_WAITS = ("offered",)


def _nothing(office: Office) -> None:
    """Times of the other's own that still wait would keep the workers from offering any to both."""


def sees_apart(watched: int, joint_wish: bool, told: Told) -> list[str]:
    """All calls to one parent who meets a worker alone, while the other does whatever there is to do."""
    office = Office(Kind(pair=True, both=True))
    hidden = Hidden(FIRST if watched == OTHER else OTHER, told)
    wish = TOLD | {"start": ("joint" if joint_wish else "separate",)}
    cases.set_answers(office.db, 1, office.person(watched).id, wish)
    offer = meet.OfferTimes(1, "individual", office.person(watched).id, "onsite", 60, SLOTS)

    def answers(office: Office) -> None:
        office.says(watched, "/start")
        office.presses(watched, "Choose times", "Wed 25 Nov at 9:00", "These suit me")

    public: list[Act] = [
        looks(watched),
        lambda o: agrees_start(o, "separate"),
        looks(watched),
        lambda o: o.does(offer, by=PAIR),
        answers,
        lambda o: o.passes(0.25),
        looks(watched, "Wed 25 Nov at 9:00"),
        lambda o: o.passes(3),
        looks(watched, "Wed 25 Nov at 9:00"),
        lambda o: o.passes(66),
        looks(watched),
        lambda o: o.passes(36),
        looks(watched),
    ]
    private: dict[int, list[Act]] = {
        0: [hidden.tells],
        2: [hidden.has_own],
        5: [hidden.acts],
        8: [hidden.missed, hidden.goes],
    }
    day(office, private, public)
    return office.calls[watched]


@fixed("agreed form", "agreed times")
@pytest.mark.parametrize("watched", [FIRST, OTHER])
def test_calls_about_meetings_do_not_depend_on_the_other_parent(watched: int) -> None:
    plans: list[Callable[[None, Told], list[str]]] = [
        lambda _, told: sees_together(watched, "early", (True, False), told),
        lambda _, told: sees_together(watched, "later", (False, True), told),
        lambda _, told: sees_together(watched, "never", (False, False), told),
        lambda _, told: sees_apart(watched, True, told),
    ]
    pairs = sum(pairs_of(sees, st.none(), TOLDS, EXAMPLES) for sees in plans)
    assert pairs >= PAIRS


PLAIN = Told(
    "unsure", "sometimes", "yes", "joint", "en", "office", 0, -1, True, (3, 5), "agreed", "nothing", "worker", True
)


@pytest.mark.parametrize("watched", [FIRST, OTHER])
def test_these_histories_get_far_enough_to_mean_something(watched: int) -> None:
    agreed = "".join(sees_together(watched, "early", (False, False), PLAIN))
    for words in ("We start with a joint meeting.", "Your meeting is agreed: Wed 25 Nov at 9:00.", "BEGIN:VCALENDAR"):
        assert words in agreed
    assert "You have a time: Wed 25 Nov at 9:00." in agreed
    assert "Esimerkkikatu 1" in agreed
    cancelled = "".join(sees_together(watched, "later", (True, False), PLAIN))
    assert "The meeting Wed 25 Nov at 10:00 does not take place." in cancelled
    assert "meeting is agreed" not in "".join(sees_together(watched, "never", (False, False), PLAIN))
    apart = "".join(sees_apart(watched, True, PLAIN))
    assert "We start with separate meetings." in apart
    assert "Your meeting is agreed: Wed 25 Nov at 9:00." in apart
