"""A working day on the playground's page: two workers and a lead, from the queue to an agreed first meeting."""

import re

import pytest
from playwright.sync_api import FilePayload, expect

from bot.notices import TOLD
from bot.playground.stage import TOKEN
from bot.render import DISCREET
from conversations.casework import REASONS
from conversations.text import N_, P_
from tests.browser import Phone, Playground, told_reference
from tests.browsing import PREVIEW, Picture
from tests.test_referral import LINK
from tests.walks import SHORTEST

WITH_FEAR = ["Sometimes" if word == "No" else word for word in SHORTEST]

SMALLEST_CODE = 200
"""Pixels of the page: about three centimetres on a phone."""

pytestmark = pytest.mark.browser


def test_two_workers_and_a_lead_share_a_day(stage: Playground, picture: Picture) -> None:
    stage.wait_until(10, latest_weekday=1)
    parent, worker, pair = stage.phone("parent"), stage.phone("worker"), stage.phone("worker", 1)
    stage.choose("#add", "lead")
    lead = stage.phone("lead")
    lead.sees(N_("Waiting: {count}", count=0))
    parent.do("start")
    parent.presses(*map(N_, WITH_FEAR))
    parent.sees(N_("Your request has been sent."))

    reference = told_reference(parent)

    worker.sees(reference)
    worker.types("/start")
    worker.sees(P_("One request waits.", "{count} requests wait.", 1))
    worker.presses(N_("Queue"))
    picture("queue")
    worker.log.get_by_role("button", name=reference).last.click()
    worker.presses(N_("Take this case"))
    worker.messages.last.evaluate("card => card.scrollIntoView()")
    picture("case")
    worker.presses(N_("Log a contact"), N_("Reached"), N_("I talked with them alone"), N_("Yes, record it"))
    worker.presses(N_("Child-welfare notice"), N_("No, not made"))
    worker.presses(N_("Work pair"), N_("Ask a work pair"))
    worker.log.get_by_role("button", name="Vesa", exact=True).last.click()
    worker.presses(N_("Ask"))
    hears(pair, "pair_asked", reference)
    pair.presses(N_("Open"), N_("Yes, I take it"))
    pair.sees(N_("Lead worker {lead}, work pair {pair}", lead="Tuuli", pair="Vesa"))
    picture("pair")

    hears(worker, "accepted", reference)
    worker.presses(N_("Open"), N_("Meetings"), N_("The start"), N_("Start separately"), N_("Back to the case"))
    worker.sees(N_("Next: {step}", step=N_("offer times for the first meeting")))
    worker.presses(N_("Work pair"), N_("Leave this case"), REASONS["time"])
    hears(pair, "left", reference)
    pair.presses(N_("Open"), N_("Work pair"))
    pair.sees(N_("Lead worker: {name}", name="Vesa"), N_("There is no work pair yet."))
    picture("alone")
    lead.types("/start")
    lead.sees(N_("With a worker: {count}", count=1))
    assert stage.previews == {parent.words(DISCREET)[:PREVIEW]}, "a parent's locked phone never says more"


def hears(worker: Phone, kind: str, reference: str) -> None:
    """Wait for a notice, which comes below everything else."""
    worker.sees(N_(TOLD[kind][1].id, reference=reference))


def test_a_professional_refers_a_client(stage: Playground, picture: Picture) -> None:
    stage.wait_until(10, latest_weekday=1)
    stage.choose("#add", "professional")
    professional, worker = stage.phone("professional"), stage.phone("worker")
    professional.do("start")
    professional.presses(*map(N_, SHORTEST[:3]), N_("I am a professional"), N_("Refer a client"))
    professional.presses(N_("Yes, the client agrees"), N_("By phone"))
    professional.types("040 123 4567")
    for label in ("Skip", "Social services", "Social worker", "Skip", "Uusimaa", "Skip", "I do not know"):
        professional.presses(N_(label))
    picture("referral")
    professional.presses(N_("Send the referral"))
    worker.presses(N_("Open"))
    worker.sees(N_("Referred by a professional:"))
    worker.presses(N_("Take this case"))
    worker.sees(N_("Next: {step}", step=N_("contact the client as the professional told")))
    picture("referred")
    professional.sees(N_("A worker has the case that you referred."))
    reference = re.findall(r"Asia ([A-Z0-9]{4})", worker.log.inner_text())[-1]
    assert reference not in professional.log.inner_text(), "the professional hears nothing more"


def test_a_link_is_a_picture_to_show_and_a_document_can_be_saved(stage: Playground) -> None:
    stage.choose("#add", "professional")
    professional = stage.phone("professional")
    professional.do("start")
    professional.presses(*map(N_, LINK))
    code = professional.messages.last
    professional.sees(DISCREET, "?start=")
    drawn = code.get_by_role("img", name="Photo")
    expect(drawn).to_be_visible()
    drawn.scroll_into_view_if_needed()
    assert drawn.evaluate("image => image.complete && image.naturalWidth === image.naturalHeight")
    assert drawn.evaluate("image => image.clientWidth") >= SMALLEST_CODE

    page, phone = stage.page, professional.at.get_attribute("data-phone")
    file: FilePayload = {"name": "meeting.ics", "mimeType": "text/calendar", "buffer": b"BEGIN:VCALENDAR"}
    sent = page.request.post(
        f"{page.url}bot{TOKEN}/sendDocument",
        multipart={"chat_id": str(phone), "caption": "A date for you", "document": file},
    )
    expect(sent).to_be_ok()
    professional.sees("A date for you", "meeting.ics")
    with page.expect_download() as saved:
        professional.messages.last.get_by_role("link", name="meeting.ics").click()
    assert saved.value.suggested_filename == "meeting.ics"
    assert saved.value.path().read_bytes() == b"BEGIN:VCALENDAR"
