"""Two parents and two workers on the playground's page: a joint start and an agreed time, and what the other parent
sees where it does not come to that."""

import json
import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import icalendar
import pytest
from playwright.sync_api import Page, expect

from bot.clock import HELSINKI
from bot.render import DISCREET, words
from conversations.appointments import start_says
from conversations.casework import parent_name
from conversations.text import N_, Words
from tests.browser import A_LITTLE, Phone, Playground, next_time
from tests.browsing import LAPTOP, POCKET, PREVIEW, Picture
from tests.test_parents import ANSWERED
from tests.walks import SHORTEST

TO_THE_GATES = SHORTEST[: SHORTEST.index("No")]
JOINT = (*TO_THE_GATES, "No", "Yes", "Together", "Skip the rest", "Send the request")
AFRAID = (*TO_THE_GATES, "Sometimes", "Yes", "Together", "Skip the rest", "Send the request")
RATHER_SEPARATELY = (*TO_THE_GATES, "No", "Yes", "Separately first", "Skip the rest", "Send the request")

LISTEN = """
    window.heardOf = [];
    window.EventSource = class extends EventSource {
        constructor(url) {
            super(url);
            this.addEventListener("call", (event) => heardOf.push(JSON.parse(event.data)));
        }
    };
"""
"""Keeps every call of the bot that the page is told of."""

VARIES = {"seq", "at", "date", "edit_date", "message_id"}
"""What differs between two runs of the same conversation; everything else of a call has to be the same."""

NONCE = re.compile(r'("callback_data": ")([\w-]+)')
"""What an inline button of a conversation is known by, before its place."""

VARYING = re.compile(r'(?<=data-message=)"\d+"|(?<=/start )[\w-]{22}')
"""The number of a message, and the link that somebody opened."""

SHOWN = """phone => {
    const copy = phone.cloneNode(true);
    copy.querySelectorAll("time").forEach((time) => time.remove());
    return copy.outerHTML;
}"""
CAST = (("parent",), ("other parent",), ("worker",), ("worker", 1))

pytestmark = pytest.mark.browser


@pytest.fixture
def page(page: Page) -> Page:
    page.add_init_script(LISTEN)
    return page


def applies(parent: Phone, worker: Phone, told: tuple[str, ...]) -> None:
    """A parent applies and a worker takes the case."""
    parent.do("start")
    parent.presses(*map(N_, told))
    parent.sees(N_("Your request has been sent."))
    worker.presses(N_("Open"), N_("Take this case"))


def comes_in(other: Phone, worker: Phone, confirms: Phone) -> None:
    """A worker shows the link, the other parent opens it and answers, and a worker confirms."""
    worker.presses(N_("The other parent"), N_("Make the link"))
    expect(worker.messages.last.get_by_role("img", name="Photo")).to_be_visible()
    other.opens_newest_link()
    other.sees(N_("I agree, let us begin"))
    other.presses(*map(N_, ANSWERED))
    other.sees(N_("Your answers have been sent."))
    confirms.presses(N_("Open"), N_("The other parent"), N_("Yes, the other parent"))


def talks_alone(worker: Phone, *parent: Words) -> None:
    worker.presses(N_("I talked with them alone"), *parent, N_("Yes, record it"))


def offers(worker: Phone, what: Words, days: int) -> None:
    """A worker who looks at the meetings is about to offer the first time of each of the next free days."""
    worker.presses(N_("Offer times"), what)
    for day in range(days):
        worker.presses(N_("Add or remove a time"))
        worker.presses_place(day)
        worker.presses_place(0)
    expect(worker.button(N_("Offer these times"))).to_be_visible()


def answers(parent: Phone, *places: int) -> list[str]:
    """A parent who looks at the offered times chooses some; what the chosen ones are called."""
    chosen = [parent.place(place).inner_text() for place in places]
    for place in places:
        parent.presses_place(place)
    parent.presses(N_("These suit me"))
    parent.sees(N_("Thank you, your answer is saved. You see here when a time is agreed."))
    return chosen


def calendar_entry(parent: Phone, moment: str) -> Any:
    """What stands in the calendar file that a parent saves."""
    parent.presses(N_("Open"), moment, N_("Calendar file"), N_("Time only"))
    name = parent.words(N_("time.ics"))
    parent.sees(DISCREET, name)
    with parent.page.expect_download() as saved:
        parent.messages.last.get_by_role("link", name=name).click()
    return icalendar.Calendar.from_ical(saved.value.path().read_bytes()).events[0]


def test_two_parents_and_a_pair_agree_on_a_joint_meeting(stage: Playground, picture: Picture) -> None:
    first, other, worker, pair = (stage.phone(*who) for who in CAST)
    stage.wait_until(10, latest_weekday=1)
    applies(first, worker, JOINT)
    worker.presses(N_("Work pair"), N_("Ask a work pair"), "Vesa", N_("Ask"))
    pair.presses(N_("Open"), N_("Yes, I take it"))
    talks_alone(pair)
    comes_in(other, worker, pair)
    talks_alone(pair, parent_name(2))
    worker.presses(N_("Open"), N_("Meetings"), N_("The start"), N_("Start jointly"))
    for parent in (first, other):
        parent.sees(start_says("joint"))
    pair.presses(N_("Meetings"))
    offers(pair, N_("Couple meeting"), 2)
    picture("offer")
    pair.presses(N_("Offer these times"))
    for parent in (first, other):
        parent.presses(N_("Open"), N_("Choose times"))
    stage.page.set_viewport_size({"width": POCKET[0], "height": POCKET[1]})
    picture("times")
    stage.page.set_viewport_size({"width": LAPTOP[0], "height": LAPTOP[1]})
    chosen = [answers(parent, *places) for parent, places in ((first, (0, 1)), (other, (1,)))]
    (agreed,) = chosen[1]
    assert chosen[0][1] == agreed
    assert not [parent for parent in (first, other) if agreed in parent.log.inner_text()]
    stage.push_button(15)
    for parent in (first, other):
        parent.sees(DISCREET, N_("Your meeting is agreed: {moment}.", moment=agreed))
    for one in (worker, pair):
        one.sees(f"{agreed}.")
    picture("agreed")
    saved = calendar_entry(other, agreed)
    assert words(N_("{moment}", moment=saved["DTSTART"].dt.astimezone(HELSINKI)), "fi") == agreed
    assert (saved["SUMMARY"], "LOCATION" in saved) == (words(N_("Reserved time"), "fi"), False)
    assert stage.previews == {first.words(DISCREET)[:PREVIEW]}


@dataclass
class Watched:
    """What somebody's phone showed at certain moments, and every call of the bot to it."""

    phone: Phone
    screens: list[str] = field(default_factory=list)

    def look(self) -> None:
        """Remember the screen, the lock screen and all, but for times of sending and the numbers of messages."""
        shown = str(self.phone.at.evaluate(SHOWN))
        self.screens.append(VARYING.sub("", shown))

    def calls(self) -> list[str]:
        """The calls to this chat, with what varies left out and the nonces of buttons numbered."""
        chat = str(self.phone.at.get_attribute("data-phone"))
        found = [call for call in self.phone.page.evaluate("heardOf") if str(call["params"].get("chat_id")) == chat]
        nonces: dict[str, str] = {}
        return [
            NONCE.sub(lambda at: at[1] + nonces.setdefault(at[2], f"nonce {len(nonces)}"), json.dumps(_steady(call)))
            for call in found
        ]


def _steady(part: Any) -> Any:
    if isinstance(part, dict):
        return {name: _steady(value) for name, value in part.items() if name not in VARIES}
    return [_steady(one) for one in part] if isinstance(part, list) else part


def starts_separately(stage: Playground, told: tuple[str, ...]) -> Watched:
    """Parents who both come in, and a worker who starts separately; what the other parent's phone shows of it."""
    first, other, worker, _ = (stage.phone(*who) for who in CAST)
    stage.page.evaluate("heardOf.length = 0")
    applies(first, worker, told)
    watched = Watched(other)
    comes_in(other, worker, worker)
    watched.look()
    worker.presses(N_("Meetings"), N_("The start"))
    expect(worker.button(N_("Start jointly"))).to_have_count(0)
    worker.presses(N_("Start separately"))
    other.sees(start_says("separate"))
    watched.look()
    worker.presses(N_("Meetings"))
    offers(worker, N_("Individual, {parent}", parent=parent_name(2)), 1)
    worker.presses(N_("Offer these times"))
    other.sees(N_("Times are suggested for your meeting. Please choose those that suit you."))
    watched.look()
    other.presses(N_("Open"), N_("Choose times"))
    watched.look()
    agreed = other.place(0).inner_text()
    other.presses_place(0)
    other.presses(N_("These suit me"))
    other.sees(N_("Your meeting is agreed: {moment}.", moment=agreed))
    watched.look()
    return watched


def test_why_it_starts_separately_does_not_show_on_the_other_phone(stage: Playground) -> None:
    begins = next_time(stage.now + timedelta(minutes=5), 10)
    seen = []
    for told in (AFRAID, RATHER_SEPARATELY):
        stage.push(begins - stage.now + A_LITTLE)
        watched = starts_separately(stage, told)
        seen.append((watched.screens, watched.calls()))
        stage.reset()
    assert len(seen[0][0]) == 5
    assert len(seen[0][1]) > len(ANSWERED)
    assert seen[0] == seen[1]
