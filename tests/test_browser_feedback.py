"""Feedback on the playground's page: a child on a worker's phone and on a parent's, and a parent after the end."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from conversations.child_start import WAY_OUT
from conversations.feedback import CHILDREN, PARENTS
from conversations.text import C_, N_
from tests.browser import Phone, Playground
from tests.browsing import LAPTOP, POCKET, Picture
from tests.walks import SHORTEST

TALK = C_("child 7-9", "Talk with an adult")
FOR_THE_ADULT = N_("The adult ends it")

pytestmark = pytest.mark.browser


def way_out(phone: Phone) -> tuple[str, ...]:
    """The three words that the adult reads before handing over the phone."""
    expect(phone.button(N_("Hand over"))).to_be_visible()
    said = phone.messages.last.inner_text()
    names = {phone.words(label): word for word, label in WAY_OUT.items()}
    line = re.search(r"^(\w+) – (\w+) – (\w+)$", said, re.MULTILINE)
    assert line, said
    return tuple(names[name] for name in line.groups())


def ends(phone: Phone, way: tuple[str, ...]) -> None:
    """The adult presses the words on a keypad that stands open."""
    for word in way[:2]:
        phone.button(WAY_OUT[word]).click()  # nothing shows how far one is
    phone.presses(WAY_OUT[way[2]])


def test_a_child_answers_on_a_workers_phone(stage: Playground, picture: Picture) -> None:
    worker = stage.phone("worker")
    worker.presses(N_("Child feedback"), N_("7–9 years"), N_("On this phone"))
    way = way_out(worker)
    picture("child_handed_over")
    worker.presses(N_("Hand over"))
    expect(worker.messages).to_have_count(1)
    worker.presses(C_("child 7-9", "Begin"))
    worker.sees(CHILDREN["7-9"][0].asks)
    worker.types("/start")
    worker.sees(N_("A break. Give the phone to the adult."))
    expect(worker.messages).to_have_count(1)
    ends(worker, way)
    worker.sees(N_("No request waits."))


def test_a_child_answers_on_a_parents_phone_and_wants_an_adult(stage: Playground, picture: Picture) -> None:
    worker, parent = stage.phone("worker"), stage.phone("parent")
    worker.presses(N_("Child feedback"), N_("7–9 years"), N_("On a parent's phone"))
    code = re.search(r": ([2-9A-Z]{6})\b", worker.log.inner_text())
    assert code
    parent.do("start")
    parent.types(f"/lapsi {code[1][::-1]}")
    parent.sees(N_("This code does not work. Ask the worker for a new one."))
    parent.types(f"/lapsi {code[1]}")
    way = way_out(parent)
    parent.presses(N_("Hand over"), C_("child 7-9", "Begin"), C_("child 7-9", "A lot"))
    picture("child_on_a_parents_phone")
    parent.presses(TALK, C_("child 7-9", "Yes, tell them"))
    parent.sees("116\u00a0111", "112")
    worker.sees(
        N_("Somebody who gives feedback, begun by {name}, asks for an adult now. Please go to them.", name="Tuuli")
    )
    picture("child_wants_an_adult")
    parent.presses(C_("child 7-9", "Go back"), C_("child 7-9", "I want to stop"), C_("child 7-9", "No, forget it"))
    parent.sees(C_("child 7-9", "Thank you. Give the phone back to the adult."))
    parent.presses(FOR_THE_ADULT)
    ends(parent, way)
    parent.sees(N_("I agree, let us begin"))


def test_a_parent_is_asked_after_the_end(stage: Playground, picture: Picture) -> None:
    parent, worker = stage.phone("parent"), stage.phone("worker")
    stage.wait_until(10)
    parent.do("start")
    parent.presses(*map(N_, SHORTEST))
    worker.presses(N_("Open"), N_("Take this case"), N_("More about the case"), N_("End the meetings"))
    worker.presses(
        N_("Contact was lost"), N_("Contact was lost"), N_("What next"), N_("Continue"), N_("Close the case")
    )
    stage.push(timedelta(days=4))
    parent.presses(N_("Open"), N_("Give feedback"))
    stage.page.set_viewport_size({"width": POCKET[0], "height": POCKET[1]})
    picture("survey")
    parent.presses(N_("Begin"))
    parent.sees(PARENTS[0].asks)
    picture("survey_question")
    stage.page.set_viewport_size({"width": LAPTOP[0], "height": LAPTOP[1]})
    parent.presses("5", *(N_("Skip"),) * (len(PARENTS) - 1), N_("Send"))
    parent.sees(N_("Is there anything else you need?"))
