"""The playground's page in a real browser: a parent reaches a worker, and what else a visitor can try.

The words on the buttons come from the flows and the catalogs. With PICTURES=1 the pictures in docs/pictures are taken.
"""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Locator, expect

from bot import config
from bot.clock import next_safe_moment
from bot.render import DEFAULT, DISCREET, words
from conversations import moves
from conversations.flow import Menu, Summary
from conversations.staff import FLOWS
from conversations.text import N_, Words
from conversations.view import LANGUAGES
from tests.browser import ROOT, Phone, Playground, told_reference
from tests.browsing import POCKET, PREVIEW, Picture
from tests.walks import AFRAID, SHORTEST

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("locale", LANGUAGES)
def test_a_parent_reaches_a_worker(stage: Playground, picture: Picture, locale: str) -> None:
    stage.wait_until(20, latest_weekday=3)
    parent, other, worker = (stage.phone(role) for role in ("parent", "other parent", "worker"))
    parent.speaks(locale)
    other.speaks("sv" if locale == DEFAULT else DEFAULT)
    for person in (other, parent):
        person.do("start")
    parent.presses(*map(N_, SHORTEST[:8]))
    other.presses(N_(SHORTEST[0]))
    if locale == DEFAULT:
        picture("walk")
    parent.presses(*map(N_, SHORTEST[8:]))
    parent.sees(N_("Your request has been sent."))
    reference = told_reference(parent)

    speak(worker, locale)
    worker.opens_group()
    sees_a_bare_notice(worker, reference).click()  # a link to the bot, which opens the private chat
    worker.sees(reference, *map(N_, (SHORTEST[3], SHORTEST[4], SHORTEST[5])))
    worker.presses(label("worker", "card", "claim"))
    worker.sees(N_("This case is yours."))

    stage.wait_until(10)
    hears_that_a_worker_has_it(parent)
    assert stage.previews == {person.words(DISCREET)[:PREVIEW] for person in (parent, other)}
    if locale == DEFAULT:
        colleague = stage.phone("worker", 1)
        colleague.opens_group()
        sees_a_bare_notice(colleague, reference)
        coordinator = stage.phone("coordinator")
        if coordinator.messages.count():  # older ones may have been cleaned away
            coordinator.presses(N_("More"), N_("Return"))
        else:
            coordinator.do("start")
        coordinator.sees(N_("With a worker: {count}", count=1))
        worker.messages.last.evaluate("card => card.scrollIntoView()")
        picture("claimed")


def test_help_now_opens_from_a_question_and_can_be_hidden(stage: Playground) -> None:
    parent = at_a_question(stage, "sv")
    asked = parent.messages.count()
    parent.presses(N_("Help now"))
    expect(parent.messages).to_have_count(asked + 1)
    parent.sees(moves.IN_DANGER, "080\u00a0005\u00a0005")
    parent.presses(N_("Remove this message"))
    expect(parent.messages).to_have_count(asked)
    parent.presses(N_(SHORTEST[2]))


def test_cleaning_up_empties_the_chat(stage: Playground) -> None:
    parent = at_a_question(stage, "en")
    parent.types("Something of my own")
    parent.sees(moves.STORY_KEPT)
    parent.picks("attach", "photo")
    parent.sees(moves.CANNOT_READ)
    parent.presses(N_("More"), N_("Clean up this chat"), N_("Clean up now"))
    expect(parent.messages).to_have_count(1)
    parent.sees(N_("I removed the earlier messages that I can remove."))
    parent.presses(N_(SHORTEST[2]))


def test_two_days_later_the_messages_are_gone(stage: Playground) -> None:
    parent = at_a_question(stage, DEFAULT)
    parent.presses(*map(N_, SHORTEST[2:]))
    parent.sees(N_("Your request has been sent."))
    stage.push_button(24 * 60)
    expect(parent.button(N_("Withdraw the request"))).to_be_visible()
    stage.push(timedelta(hours=22))
    expect(parent.messages).to_have_count(0)


def test_a_lead_joins_the_calls_are_listed_and_a_reset_ends_it_all(stage: Playground) -> None:
    page, parent = stage.page, at_a_question(stage, DEFAULT)
    stage.choose("#add", "lead")
    expect(stage.phones("lead")).to_have_count(1)
    stage.phone("lead").sees(moves.JOINED, N_("Waiting: {count}", count=0))

    calls = page.locator("#call-list [data-call]")
    page.locator("#calls-toggle").click()
    expect(calls.and_(page.locator("[data-method=editMessageText][data-ok=true]"))).to_have_count(2)
    page.locator("#method").select_option("!")
    expect(calls.and_(page.locator(":visible"))).to_have_count(0)
    page.locator("#calls-close").click()

    stage.push_button(7 * 24 * 60)
    page.locator("#reset").click()
    page.locator("dialog#ask [value=ok]").click()
    expect(stage.phones("lead")).to_have_count(0)
    expect(parent.messages).to_have_count(0)
    expect(parent.at.locator("[data-do=start]")).to_be_visible()
    assert abs(stage.now - datetime.now(stage.now.tzinfo)) < timedelta(hours=1)


@pytest.mark.parametrize("size", [POCKET], ids=["390x844"])
def test_the_page_fits_a_phone(stage: Playground, picture: Picture) -> None:
    page, parent = stage.page, stage.phone("parent")
    page.locator("#tools-toggle").tap()
    stage.wait_until(10)
    page.locator("#tools-toggle").tap()
    parent.do("start")
    parent.presses(*map(N_, AFRAID[: AFRAID.index("Own strength") + 1]))
    picture("question")
    parent.presses(N_("Continue"))
    picture("fear")
    parent.presses(*map(N_, ("Sometimes", "Talk with me first", "Separately first", "Skip the rest")))
    send = parent.button(label("parent", "summary", "send"))
    expect(send).to_be_in_viewport()
    page.set_viewport_size({"width": POCKET[0], "height": POCKET[1] + 110})  # the whole summary
    picture("summary")
    page.set_viewport_size({"width": POCKET[0], "height": POCKET[1]})
    parent.presses(label("parent", "summary", "send"))
    coordinator = stage.phone("coordinator")
    expect(coordinator.at).to_be_hidden()
    page.locator("#picker button").last.tap()
    expect(coordinator.at).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= POCKET[0]


def label(flow: str, state: str, value: str) -> Words:
    """What stands on a button, by the option's name in the flow."""
    asked = FLOWS[flow].states[state]
    assert isinstance(asked, Menu | Summary)
    return next(option.label for option in asked.options if option.value == value)


def at_a_question(stage: Playground, locale: str) -> Phone:
    """A parent who has begun: the phone shows the question whether it is safe."""
    parent = stage.phone("parent")
    parent.speaks(locale)
    parent.do("start")
    parent.presses(*map(N_, SHORTEST[:2]))
    parent.sees(N_("Is it safe for you to write about this on this phone?"))
    return parent


def speak(worker: Phone, locale: str) -> None:
    """Have the bot speak another language with somebody it knows already."""
    if locale != DEFAULT:
        worker.picks("commands", moves.NAMES["language"][0])
        worker.presses(LANGUAGES[locale])
        worker.locale = locale


def sees_a_bare_notice(worker: Phone, reference: str) -> Locator:
    """In the group: reference, association, since when and one button, in the default language; nothing else."""
    notice = worker.messages.and_(worker.page.locator("[data-kind=text]"))
    expect(notice).to_have_count(1)
    sent = datetime.fromisoformat(notice.locator("time").get_attribute("datetime") or "")
    association = config.read(ROOT / "config.toml", {}).associations[0].name
    bare = [
        words(N_(moves.NEW_REQUEST.id, reference=reference, association=association, moment=moment), DEFAULT)
        for moment in (sent, sent - timedelta(seconds=5))
    ]
    assert notice.locator(".text").inner_text() in bare
    buttons = notice.locator("[data-button]")
    expect(buttons).to_have_text([words(N_("Open"), DEFAULT)])
    return buttons


def hears_that_a_worker_has_it(parent: Phone) -> None:
    """A neutral notice, and not before the parent's safe hours."""
    said = N_("A worker has your request and contacts you next.")
    notice = parent.messages.filter(has_text=parent.words(said))
    expect(notice.locator(".text")).to_have_text(f"{parent.words(DISCREET)} {parent.words(said)}")
    sent = datetime.fromisoformat(notice.locator("time").get_attribute("datetime") or "")
    assert next_safe_moment("office", sent) == sent
