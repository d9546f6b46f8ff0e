"""The walls between two parents: pairs of histories that differ only in what one of them does or tells, compared byte
for byte in all calls to the other's chat, on a plain connection."""

import json
import re
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import casework, inbox, outbox, parents, turns
from bot.clock import Clock
from bot.database import migrate
from bot.outbox import Sent
from bot.records import cases, people, seats
from bot.world import World
from conversations import effects as do
from tests import theatre as stages
from tests.offices import TOLD
from tests.theatre import MONDAY, SOUTH, references


class Office:
    """Two parents and a worker on a plain connection; every call to a chat is kept."""

    def __init__(self, folder: Path, decision: str = "yes") -> None:
        self.world = World(stages.settings(folder / "x", 0), Clock(MONDAY), "testi_bot", reference=references())
        self.db = sqlite3.connect(":memory:", isolation_level=None)
        self.db.execute("PRAGMA foreign_keys=ON")
        migrate(self.db)
        self.calls: dict[int, list[str]] = {}
        self.names: dict[int, list[str]] = {}
        self.shown: dict[int, dict[str, str]] = {}
        self.updates: dict[int, int] = {}
        inbox.start(self.db, 100, "testi_bot")
        worker = people.meet(self.db, 12, "en", MONDAY)
        seats.accept(self.db, worker, seats.invite(self.db, SOUTH, "worker", self._later()), "Tuuli", MONDAY)
        self.worker = worker
        self.first = people.meet(self.db, 11, "en", MONDAY)
        told = TOLD | {"contact_other": (decision,) if decision != "skipped" else ()}
        case = cases.open_case(self.db, SOUTH, MONDAY, 7, self.world.reference)
        cases.add_party(self.db, case, self.first, told)
        cases.claim(self.db, worker, case, MONDAY)

    def _later(self) -> datetime:
        return MONDAY + timedelta(days=1)

    def does(self, effect: do.CaseWork) -> None:
        casework.carry_out(self.db, self.world, self.worker, effect)
        self.send()

    def expects(self, effect: do.CaseWork, allowed: bool) -> None:
        if allowed:
            self.does(effect)
            return
        with pytest.raises(LookupError):
            self.does(effect)

    def send(self) -> None:
        """Send what is due, and keep each call with its nonces numbered in the order they were met."""
        now = self.world.clock.now()
        while rows := outbox.take(self.db, now, 32):
            for row in rows:
                sent = self.calls.setdefault(row.chat_id, [])
                for line in row.params.get("reply_markup", {}).get("inline_keyboard", []):
                    for button in line:
                        self.shown.setdefault(row.chat_id, {})[button["text"]] = button.get("callback_data", "")
                sent.append(f"{now} {row.method} {self._numbered(row.chat_id, json.dumps(row.params))}")
                message = len(sent) if row.method in outbox.NEW_MESSAGES else None
                outbox.settle(self.db, now, row, Sent(message), timedelta(hours=24))

    def _numbered(self, chat: int, params: str) -> str:
        met = self.names.setdefault(chat, [])

        def number(found: re.Match[str]) -> str:
            if found[1] not in met:
                met.append(found[1])
            return f'"callback_data": "{met.index(found[1])}.'

        return re.sub(r'"callback_data": "([\w-]{11})\.', number, params)

    def says(self, chat: int, text: str) -> None:
        """Somebody types, or presses where the text is the label of a button that stands in the chat."""
        number = self.updates[chat] = self.updates.get(chat, 1000) + 1
        who = {"id": chat, "is_bot": False, "first_name": "N", "language_code": "en"}
        message = {"message_id": number, "date": 1, "chat": {"id": chat, "type": "private"}, "text": text}
        data = self.shown.get(chat, {}).get(text)
        if data:
            press = {"id": "1", "from": who, "data": data, "message": message | {"from": {"id": 1, "is_bot": True}}}
            turns.take(self.db, self.world, json.dumps({"update_id": number, "callback_query": press}))
        else:
            turns.take(self.db, self.world, json.dumps({"update_id": number, "message": message | {"from": who}}))
        self.send()

    def hands_over(self) -> str:
        """The code of a new link."""
        self.does(do.InviteOther(1))
        codes: list[str] = re.findall(r"\?start=([\w-]+)", "".join(self.calls[12]))
        return codes[-1]

    def passes(self, hours: int) -> None:
        self.world.clock.push(timedelta(hours=hours))
        parents.expire(self.db, self.world)
        for person, timer in people.due_timers(self.db, self.world.clock.now()):
            turns.run_out(self.db, self.world, person, timer)
        self.send()


GATES = st.tuples(
    st.sampled_from(["Yes, it is safe", "I am not sure", "It is not safe", "Skip"]),
    st.sampled_from(["No", "Sometimes", "Yes", "I'd rather not say", "Skip"]),
    st.sampled_from(["Yes", "Talk with me first", "Not yet", "It is not safe", "Skip"]),
    st.sampled_from(["Separately first", "Together", "Let us talk about it", "Skip"]),
)
ENDS = st.sampled_from(["sends", "declines", "is under age", "stops half way", "deletes", "takes back"])
FIRST = st.sampled_from(["stays", "withdraws", "deletes", "asks for help", "is blocked"])


def other_acts(office: Office, gates: tuple[str, str, str, str], ends: str) -> None:
    """Everything private that the invited parent does."""
    phone, afraid, contact, start = gates
    if ends == "declines":
        office.says(21, "No, thank you")
        return
    office.says(21, "I agree, let us begin")
    if ends == "is under age":
        office.says(21, "Under 18")
        return
    office.says(21, "18 or over")
    office.says(21, phone)
    if phone != "Yes, it is safe":
        office.says(21, "Go on")
    for label in (afraid, contact, start)[: 1 if ends == "stops half way" else 3]:
        office.says(21, label)
    if ends == "stops half way":
        return
    office.says(21, "Skip the rest")
    office.says(21, "Send the answers")
    if ends == "deletes":
        office.says(21, "/delete")
        office.says(21, "Yes, delete everything")
    elif ends == "takes back":
        office.says(21, "Take my answers back")
        office.says(21, "Yes, take them back")


def first_acts(office: Office, what: str) -> None:
    """Everything private that the first parent does."""
    match what:
        case "withdraws":
            office.says(11, "Withdraw the request")
            office.says(11, "Yes, withdraw it")
        case "deletes":
            office.says(11, "/delete")
            office.says(11, "Yes, delete everything")
        case "asks for help":
            office.says(11, "/mydata")
            office.says(11, "I am afraid.")
        case "is blocked":
            people.blocked(office.db, 11, office.world.clock.now())


def first_sees(folder: Path, gates: tuple[str, str, str, str], ends: str) -> list[str]:
    """All calls to the first parent's chat while the other does something."""
    office = Office(folder)
    office.says(11, "/start")
    office.says(21, f"/start {office.hands_over()}")
    other_acts(office, gates, ends)
    office.passes(1)
    office.says(11, "/mydata")
    office.says(11, "/start")
    office.passes(80)
    office.says(11, "/start")
    return office.calls[11]


def other_sees(folder: Path, decision: str, told: str, what: str, *, confirmed: bool) -> list[str]:
    """All calls to the other parent's chat; the first parent's answers and doings differ."""
    office = Office(folder)
    answers = TOLD | {"afraid": (told,), "start": ("joint",), "contact_other": ("yes",)}
    cases.set_answers(office.db, 1, office.first.id, answers)
    office.says(11, "/start")
    office.says(21, f"/start {office.hands_over()}")
    if decision != "yes":
        office.does(do.RecordTalkAlone(1, office.first.id))
        office.does(do.CorrectFact(1, office.first.id, "contact_other", (decision,)))
    first_acts(office, what if not confirmed else "stays")
    other_acts(office, ("Yes, it is safe", "No", "Yes", "Together"), "sends")
    if confirmed:
        other = people.meet(office.db, 21, "en", MONDAY)
        office.does(do.ConfirmGuest(1, other.id))
        first_acts(office, what)
    office.says(21, "/mydata")
    office.says(21, "/privacy")
    office.says(21, "/start")
    office.passes(30)
    office.says(21, "/start")
    return office.calls[21]


MANY = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@MANY
@given(one=GATES, another=GATES, ends=ENDS, otherwise=ENDS)
def test_the_first_parents_calls_do_not_depend_on_the_other(
    one: tuple[str, str, str, str], another: tuple[str, str, str, str], ends: str, otherwise: str, tmp_path: Path
) -> None:
    assert first_sees(tmp_path, one, ends) == first_sees(tmp_path, another, otherwise)


@MANY
@given(
    decisions=st.tuples(*[st.sampled_from(["yes", "not_yet", "not_safe"])] * 2),
    told=st.tuples(*[st.sampled_from(["no", "sometimes", "yes", "rather_not"])] * 2),
    acts=st.tuples(FIRST, FIRST),
    confirmed=st.booleans(),
)
def test_the_others_calls_do_not_depend_on_the_first_parent(
    decisions: tuple[str, str], told: tuple[str, str], acts: tuple[str, str], confirmed: bool, tmp_path: Path
) -> None:
    one, another = (
        other_sees(tmp_path, decision, afraid, what, confirmed=confirmed)
        for decision, afraid, what in zip(decisions, told, acts, strict=True)
    )
    assert one == another


def test_the_pairs_get_far_enough_to_mean_something(tmp_path: Path) -> None:
    seen_by_first = first_sees(tmp_path, ("Skip", "Yes", "Not yet", "Together"), "sends")
    assert len(seen_by_first) > 4
    assert "A worker has your request." in "".join(seen_by_first)
    calls = "".join(other_sees(tmp_path, "not_safe", "yes", "withdraws", confirmed=True))
    assert "Your answers have been sent." in calls
    assert "K7F2" not in calls
