"""Both parents and both workers press at once: whatever comes first, there is one time, and everybody is told the same.

Everybody's finger is over a button of a screen that stood before anybody pressed. The presses then arrive in every
drawn order, with a quarter of an hour in between or not, and whoever still can presses again.
"""

import json
import random
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from bot import turns, upkeep
from bot.clock import Clock, stamp
from bot.records import cases, people
from conversations import effects as do
from conversations import meeting_effects as meet
from tests.office_plain import FIRST, OTHER, PAIR, WORKER, Kind, Office, seated
from tests.offices import TOLD, offers, seen
from tests.test_meetings import TUESDAY, WEDNESDAY, joint
from tests.test_model import open_cases, wrong_state
from tests.theatre import MONDAY, SOUTH, theatre

ORDERS = 24
"""Orders that are drawn for each way to begin."""

THIRD, ELSE, ELSE_TOO = 14, 31, 32
"""A worker and two parents of another case."""

WISH = TOLD | {"start": ("joint",)}
CARD = "/start c-K7F2"
NOON = MONDAY.replace(day=24, hour=10)


class Press(NamedTuple):
    """A finger over a button; the screen may be older than the case when it comes down."""

    chat: int
    label: str
    data: str
    message: int


def finger(office: Office, chat: int, label: str) -> Press:
    """Whoever is in this chat is about to press the button."""
    (message,) = office.db.execute("SELECT max(message_id) FROM message WHERE chat_id=?", (chat,)).fetchone()
    return Press(chat, label, office.shown[chat][label], message)


def comes_down(office: Office, press: Press, number: int) -> None:
    """The update is taken as any other; what it raises is nobody's answer and fails the test."""
    chat = {"id": press.chat, "type": "private"}
    message = {"message_id": press.message, "date": 1, "chat": chat, "from": {"id": 1, "is_bot": True}}
    who = {"id": press.chat, "is_bot": False, "first_name": "N", "language_code": "en"}
    query = {"id": str(number), "from": who, "data": press.data, "message": message}
    turns.take(office.db, office.world, json.dumps({"update_id": number, "callback_query": query}))
    office.send()


def begins() -> Office:
    """A pair and two parents who may meet jointly."""
    office = Office(Kind(pair=True, both=True))
    for chat in (FIRST, OTHER):
        cases.set_answers(office.db, 1, office.person(chat).id, WISH)
        cases.talked_alone(office.db, 1, office.person(chat).id, MONDAY)
        office.says(chat, "/start")
    office.does(meet.AgreeStart(1, "joint"))
    return office


def opens(office: Office, chat: int, *labels: str) -> None:
    """A worker opens the case and presses on."""
    office.says(chat, CARD)
    office.presses(chat, *labels)


def adds(office: Office, chat: int, *times: str) -> None:
    for time in times:
        day, _, hour = time.rpartition(" ")
        office.presses(chat, "Add or remove a time", day, hour)


COUPLE = ("Meetings", "Offer times", "Couple meeting")
LISTED = "Offered · Couple meeting"
AGREED = "Tue 24 Nov at 12:30 · Couple meeting"


def staff_over(office: Office, chat: int, what: str, row: str) -> Press:
    """A worker comes to where one press does something about the meeting of this row."""
    match what:
        case "move" | "move by phone":
            opens(office, chat, "Meetings", row, "Other times")
            adds(office, chat, "Thu 26 Nov 9:00")
            return finger(office, chat, "Offer these times" if what == "move" else "Agreed by phone")
        case "cancel":
            opens(office, chat, "Meetings", row, "Cancel")
            return finger(office, chat, "Yes, cancel it")
        case "start apart":
            opens(office, chat, "Meetings", "The start")
            return finger(office, chat, "Start separately")
        case "correct":
            opens(office, chat, "More about the case", "Correct an answer", "Parent 2")
            office.presses(chat, "May contact the other parent", "It is not safe")
            return finger(office, chat, "Save the correction")
    opens(office, chat, *COUPLE)
    adds(office, chat, TUESDAY if what == "offer" else "Tue 24 Nov 9:00")
    return finger(office, chat, "Offer these times" if what == "offer" else "Agreed by phone")


STAFF = ("move", "move by phone", "cancel", "start apart", "correct")


class Stand(NamedTuple):
    """Where everybody stands: the database, and the fingers."""

    state: bytes
    presses: tuple[Press, ...]


@cache
def stand(kind: str, one: str, another: str) -> Stand:
    """Times are offered and to be chosen, or agreed and to be cancelled, or there is nothing yet."""
    office, row = begins(), LISTED
    ready: list[Press] = []
    if kind == "offered":
        opens(office, WORKER, *COUPLE)
        adds(office, WORKER, TUESDAY, WEDNESDAY)
        office.presses(WORKER, "Offer these times")
        office.presses(FIRST, "Choose times", "Tue 24 Nov at 12:30", "Wed 25 Nov at 10:00")
        office.presses(OTHER, "Choose times", "Wed 25 Nov at 10:00")
        ready = [finger(office, chat, "These suit me") for chat in (FIRST, OTHER)]
    elif kind == "agreed":
        row = AGREED
        opens(office, WORKER, *COUPLE)
        adds(office, WORKER, TUESDAY)
        office.presses(WORKER, "Agreed by phone")
        for chat in (FIRST, OTHER):
            office.says(chat, "/start")
            office.presses(chat, "Tue 24 Nov at 12:30")
        office.presses(FIRST, "I cannot come")
        ready = [finger(office, FIRST, "Yes, cancel it"), finger(office, OTHER, "Ask for another time")]
    else:
        for chat in (FIRST, OTHER):
            office.says(chat, "/start")
        office.presses(FIRST, "Withdraw the request")
        ready = [finger(office, FIRST, "Yes, withdraw it")] if kind == "leaving" else []
    ready += [staff_over(office, WORKER, one, row), staff_over(office, PAIR, another, row)]
    return Stand(office.db.serialize(), tuple(ready))


def agreed_told(office: Office, chat: int) -> list[str]:
    """The times that a parent was told are agreed, in their order."""
    return agreed_in(" ".join(office.calls.get(chat, [])))


def agreed_in(words: str) -> list[str]:
    return re.findall(r"Your meeting is agreed: ([^.]*)\.", words)


def one_order(found: Stand, seed: int) -> Office:
    """The presses in one drawn order, some twice, a quarter of an hour in between or not; then time passes."""
    draw = random.Random(seed)
    presses = [*found.presses, draw.choice(found.presses)]
    draw.shuffle(presses)
    office = Office()
    office.db.deserialize(found.state)
    office.db.execute("PRAGMA foreign_keys=ON")
    office.world.clock = Clock(MONDAY)
    for number, press in enumerate(presses):
        comes_down(office, press, 50_000 + number)
        if draw.random() < 0.3:
            office.world.clock = Clock(MONDAY.replace(minute=15))
            upkeep.run_due(office.db, office.world)
    for press in presses:
        office.says(press.chat, press.label)  # as it stands on the screen now, if it still does
    office.passes(1)
    return office


def how_it_stands(office: Office) -> str:
    rows = office.db.execute("SELECT status FROM meeting").fetchall()
    return "".join(status for (status,) in rows)


def is_right(office: Office, *chats: int) -> None:
    """One time at most, and whoever is told of one is told the same."""
    now = office.world.clock.now()
    staff = dict(office.db.execute("SELECT id, chat_id FROM person").fetchall())
    found = open_cases(office.db)
    assert not [*wrong_state(found, stamp(now), staff)]
    assert len([held for rows in found for held in rows.meetings if held.status == "agreed"]) <= 1
    told = [agreed_told(office, chat) for chat in chats]
    assert all(one == told[0] for one in told)


@pytest.mark.parametrize("another", STAFF)
@pytest.mark.parametrize("kind", ["offered", "agreed"])
def test_everybody_presses_at_once(kind: str, another: str) -> None:
    came_to = set()
    for one in STAFF[:3]:
        for seed in range(ORDERS // 3):
            office = one_order(stand(kind, one, another), seed)
            is_right(office, FIRST, OTHER)
            came_to.add(how_it_stands(office))
    assert len(came_to) > 1, "what comes first matters"


@pytest.mark.parametrize("kind", ["nothing", "leaving"])
@pytest.mark.parametrize(
    ("one", "another"), [("offer", "offer"), ("offer", "agree"), ("agree", "agree"), ("agree", "correct")]
)
def test_two_workers_offer_at_once(kind: str, one: str, another: str) -> None:
    for seed in range(ORDERS // 3):
        office = one_order(stand(kind, one, another), seed)
        is_right(office, *((FIRST, OTHER) if kind == "nothing" else (OTHER,)))


# Two pairs that share a worker


def another_family(office: Office) -> None:
    """A second case: its lead is a third worker, and the pair is the worker of the first case."""
    third = seated(office.db, THIRD, "Aino")
    parents = [people.meet(office.db, chat, "en", MONDAY) for chat in (ELSE, ELSE_TOO)]
    case = cases.open_case(office.db, SOUTH, MONDAY, 7, lambda: "K8A2")
    for parent in parents:
        cases.add_party(office.db, case, parent, WISH, invited=parent is parents[1])
        cases.talked_alone(office.db, case, parent.id, MONDAY)
    office.claims(case, by=THIRD)
    office.db.execute("INSERT INTO work VALUES (?,?,'pair',0)", (case, office.worker.id))
    cases.agree_start(office.db, case, "joint")
    assert third.chat_id == THIRD


@pytest.mark.parametrize("first_is_faster", [True, False])
@pytest.mark.parametrize("one", ["Offer these times", "Agreed by phone"])
@pytest.mark.parametrize("another", ["Offer these times", "Agreed by phone"])
def test_two_pairs_want_one_time(one: str, another: str, first_is_faster: bool) -> None:
    office = begins()
    another_family(office)
    opens(office, PAIR, *COUPLE)
    adds(office, PAIR, TUESDAY)
    office.says(THIRD, "/start c-K8A2")
    office.presses(THIRD, *COUPLE)
    adds(office, THIRD, TUESDAY)
    presses = [finger(office, PAIR, one), finger(office, THIRD, another)]
    for number, press in enumerate(presses if first_is_faster else presses[::-1]):
        comes_down(office, press, 50_000 + number)
    office.passes(1)
    won, lost = ((FIRST, OTHER), (ELSE, ELSE_TOO))[:: 1 if first_is_faster else -1]
    loser = THIRD if first_is_faster else PAIR
    assert "This is no longer possible: a chosen time is taken" in "".join(office.calls[loser])
    assert all(any("suggested" in call or "is agreed" in call for call in office.calls[chat]) for chat in won)
    assert not any("suggested" in call or "is agreed" in call for chat in lost for call in office.calls.get(chat, []))
    is_right(office, *won)
    assert office.db.execute("SELECT count(*) FROM meeting").fetchone() == (1,)


# A press that comes when it is too late


def test_a_meeting_that_has_begun_is_neither_cancelled_nor_moved() -> None:
    office = begins()
    opens(office, WORKER, *COUPLE)
    adds(office, WORKER, "Mon 23 Nov 12:00")
    office.presses(WORKER, "Agreed by phone", "Mon 23 Nov at 12:00 · Couple meeting", "Cancel")
    office.says(FIRST, "/start")
    office.presses(FIRST, "Mon 23 Nov at 12:00", "I cannot come")
    presses = [finger(office, FIRST, "Yes, cancel it"), finger(office, WORKER, "Yes, cancel it")]
    office.world.clock = Clock(MONDAY.replace(hour=10, minute=5))
    for number, press in enumerate(presses):
        comes_down(office, press, 50_000 + number)
    assert how_it_stands(office) == "agreed"
    office.says(FIRST, "/start")
    office.presses(FIRST, "Mon 23 Nov at 12:00")
    assert "I cannot come" not in office.calls[FIRST][-1]
    assert "Ask for another time" not in office.calls[FIRST][-1]


def test_a_meeting_that_nobody_holds_goes_to_whoever_moves_it() -> None:
    office = Office(Kind())
    office.does(meet.OfferTimes(1, "individual", office.first.id, "phone", 60, (NOON,), "", agreed=True))
    office.does(do.RecordTalkAlone(1, office.first.id))
    busy = cases.open_case(office.db, SOUTH, MONDAY, 7, lambda: "K8A2")
    office.claims(busy, by=PAIR)
    office.does(meet.OfferTimes(busy, "individual", 0, "phone", 60, (NOON,), "", agreed=True), by=PAIR)
    office.does(do.AskColleague(1, "transfer", office.person(PAIR).id))
    office.does(do.AnswerOffer(1, accepted=True), by=PAIR)
    assert "nobody holds the meeting Tue 24 Nov at 12:00" in "".join(office.calls[PAIR])
    opens(office, PAIR, "Meetings", "Tue 24 Nov at 12:00 · Individual meeting", "Other times")
    adds(office, PAIR, TUESDAY.replace("12:30", "13:00"))
    office.presses(PAIR, "Agreed by phone")
    assert agreed_told(office, FIRST) == ["Tue 24 Nov at 12:00"]
    moved = "Your meeting has moved from Tue 24 Nov at 12:00. It is now agreed: Tue 24 Nov at 13:00."
    assert moved in "".join(office.calls[FIRST])
    hosts = office.db.execute("SELECT p.chat_id FROM host JOIN person p ON p.id=person_id WHERE meeting_id=1")
    assert hosts.fetchall() == [(PAIR,)]


# Through the whole service


@pytest.mark.parametrize("last", ["Offer these times", "Agreed by phone"])
async def test_everybody_at_once_through_the_service(last: str, tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        first, other = await joint(stage, worker)
        await offers(worker, TUESDAY, WEDNESDAY, kind="Couple meeting")
        await first.presses("Open", "Choose times", "Tue 24 Nov at 12:30", "Wed 25 Nov at 10:00")
        await other.presses("Open", "Choose times", "Wed 25 Nov at 10:00")
        await worker.presses("Offered · Couple meeting", "Other times")
        await worker.presses("Add or remove a time", "Thu 26 Nov", "9:00")
        for actor, label in ((worker, last), (first, "These suit me"), (other, "These suit me")):
            stage.emulator.press(actor.id, actor.showing(label), label)
        await stage.settle()
        await stage.push(minutes=15)
        told = [agreed_in(seen(actor)) for actor in (first, other)]
        assert told[0] == told[1]
        assert told[0] == (["Thu 26 Nov at 9:00"] if last == "Agreed by phone" else [])
        assert not await stage.rows("SELECT 1 FROM inbox WHERE status <> 'done'")


async def test_both_parents_press_at_once_through_the_service(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        pair = [*await joint(stage, worker)]
        await offers(worker, TUESDAY, WEDNESDAY, kind="Couple meeting")
        for parent in pair:
            await parent.presses("Open", "Choose times", "Tue 24 Nov at 12:30")
        await stage.press_at_once(pair, "These suit me")
        await stage.push(minutes=15)
        for parent in pair:
            assert agreed_in(seen(parent)) == ["Tue 24 Nov at 12:30"]
            await parent.presses("Open", "Tue 24 Nov at 12:30", "I cannot come")
        await stage.press_at_once(pair, "Yes, cancel it")
        assert await stage.rows("SELECT status FROM meeting") == [("cancelled",)]
        assert not await stage.rows("SELECT 1 FROM inbox WHERE status <> 'done'")
