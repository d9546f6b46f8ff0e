"""The short survey after a meeting, where it is switched on."""

import msgspec

from bot import recording
from bot.records.feedback import SHEET
from conversations import core, events
from conversations import meeting_effects as meet
from conversations.conversation import Conversation
from conversations.facts import MeetingType
from conversations.feedback import AFTER_MEETING
from conversations.feedback_facts import Survey
from conversations.meeting_facts import Attendee
from conversations.staff import FLOWS
from tests.office_plain import FIRST, OTHER, Kind, Office
from tests.scenes import plain, requested
from tests.surveys import AFTER, answered, begun, notices, reads, tally
from tests.test_closing import DAYS, closing, screen
from tests.theatre import MONDAY


def held(office: Office, attended: tuple[Attendee, ...] = ("parent 1",)) -> None:
    start = office.world.clock.now()
    office.does(meet.AddMeeting(1, "individual" if len(attended) == 1 else "couple", office.first.id, start))
    (meeting,) = office.db.execute("SELECT max(id) FROM meeting").fetchone()
    kind: MeetingType = "individual" if len(attended) == 1 else "couple"
    reasons = {"single_worker": "pair_absent"} if kind == "couple" else {}
    effect = meet.RecordMeeting(1, meeting, kind, "phone", 60, attended, 1, "next_open", reasons=reasons)
    recording.carry_out(office.db, office.world, office.worker, effect)
    office.send()


def switched_on(kind: Kind | None = None) -> Office:
    office = Office(kind)
    times = msgspec.structs.replace(office.world.config.feedback, after_meeting=True)
    office.world.config = msgspec.structs.replace(office.world.config, feedback=times)
    return office


def test_after_a_meeting_nobody_is_asked_unless_it_is_switched_on() -> None:
    office = Office()
    held(office)
    office.passes(2 * DAYS)
    assert not office.db.execute("SELECT 1 FROM survey").fetchone()
    assert not tally(office)


def test_three_questions_after_a_meeting_for_those_who_came() -> None:
    office = switched_on(Kind(both=True))
    office.says(FIRST, "/start")
    held(office)
    assert office.db.execute("SELECT person_id, kind, length FROM survey").fetchall() == [
        (office.first.id, "meeting", "1-2")
    ]
    office.passes(1 * DAYS)
    assert notices(office, "You can tell how it was last time.") == 1
    assert not notices(office, "You can tell how it was last time.", OTHER)
    office.says(FIRST, "/start")
    assert "Give feedback" in screen(office, FIRST)
    office.presses(FIRST, "Give feedback")
    assert "I want to be called" not in screen(office, FIRST)
    office.presses(FIRST, "Begin", "5")
    office.says(FIRST, "/start")
    assert f"Question 2 of {len(AFTER_MEETING)}" in screen(office, FIRST)
    office.presses(FIRST, "4", "3")
    reads(office)
    office.presses(FIRST, "Send")
    assert "I want to be called" not in screen(office, FIRST)
    assert office.db.execute("SELECT DISTINCT audience, device FROM tally").fetchall() == [("meeting", "own")]
    assert tally(office)["safe", "3"] == 1
    assert not answered(office)
    assert "A worker has your request." in screen(office, FIRST)


def corrects(office: Office, attended: tuple[Attendee, ...]) -> None:
    """The record of the newest meeting is corrected: others have come."""
    (meeting,) = office.db.execute("SELECT max(id) FROM meeting").fetchone()
    effect = meet.RecordMeeting(1, meeting, "individual", "phone", 60, attended, 1, "", corrects=True)
    recording.carry_out(office.db, office.world, office.worker, effect)
    office.send()


def asked_after(office: Office) -> list[tuple[int, str]]:
    return office.db.execute("SELECT person_id, stage FROM survey ORDER BY person_id").fetchall()


def test_who_did_not_come_after_all_is_not_asked() -> None:
    office = switched_on(Kind(both=True))
    held(office, ("parent 1", "parent 2"))
    assert asked_after(office) == [(office.first.id, "waits"), (office.person(OTHER).id, "waits")]
    corrects(office, ("parent 2",))
    assert asked_after(office) == [(office.person(OTHER).id, "waits")]
    office.passes(6)
    corrects(office, ("parent 2",))
    assert asked_after(office) == [(office.person(OTHER).id, "asked")]


def test_a_new_meeting_leaves_what_is_asked_or_waits() -> None:
    office = switched_on()
    office.says(FIRST, "/start")
    held(office)
    office.passes(2)
    held(office)
    assert len(asked_after(office)) == 1
    office.passes(6)
    begun(office, "5", "4")
    held(office)
    assert asked_after(office) == [(office.first.id, "asked")]
    assert len(answered(office)) == 2
    office.passes(1 * DAYS)
    assert notices(office, "You can tell how it was last time.") == 1
    assert tally(office) == {(SHEET, "asked"): 1}


def test_the_end_takes_the_place_of_what_was_asked_after_a_meeting() -> None:
    office = switched_on()
    office.says(FIRST, "/start")
    held(office)
    office.passes(6)
    begun(office, "5", "4")
    closing(office)
    assert not answered(office)
    assert office.db.execute("SELECT kind, stage, length FROM survey").fetchall() == [("parent", "waits", "1-2")]
    office.passes(AFTER * DAYS)
    office.says(FIRST, "/start")
    office.presses(FIRST, "Give feedback")
    assert "Begin" in screen(office, FIRST)


def test_in_a_talk_with_a_worker_an_answer_never_goes_to_the_worker() -> None:
    facts = msgspec.structs.replace(
        plain(),
        request=msgspec.structs.replace(requested("claimed", {}), talk=True),
        survey=Survey("meeting", MONDAY.date()),
    )
    at = Conversation(flow="parent", state="survey_safe", nonce="n", buttons=("option:1", "option:2"))
    typed = core.step(FLOWS, at, events.Typed("2", 1), facts)
    assert typed.conversation.answers == {"survey_safe": ("2",)}
    assert not typed.effects
    said = core.step(FLOWS, at, events.Typed("Rather good, but", None), facts)
    assert not said.effects
    assert "I did not save this" in said.notes[0].id  # type: ignore[union-attr]
