"""What follows from a meeting that was held: it is to be recorded, nobody waits for a first one any more, the case may
end together; and after its end everything begins anew."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from bot import casework, facts, upkeep
from bot.records import cards, promises
from conversations import closing_effects as end
from conversations import effects as do
from conversations import meeting_effects as meet
from conversations.card import next_step
from conversations.facts import Card
from conversations.meeting_facts import Attendee
from tests.office_plain import FIRST, OTHER, PAIR, WORKER, Kind, Office, fixed
from tests.test_closing import BACK, DAYS, closing, hold, screen, stage_of
from tests.test_parents import ANSWERED
from tests.theatre import SOUTH

GOES_ON = "Your meetings go on. Your worker agrees the next time with you."


def agrees(office: Office, days: int = 1) -> None:
    """An individual meeting with the first parent is agreed by phone for ten o'clock."""
    at = office.world.clock.now().replace(hour=8, minute=0, second=0) + timedelta(days=days)
    office.does(meet.OfferTimes(1, "individual", office.first.id, "onsite", 60, (at,), "other", agreed=True))


def records(office: Office, *came: Attendee, kind: str = "individual") -> None:
    """The agreed meeting was held."""
    (meeting,) = office.db.execute("SELECT id FROM meeting WHERE status='agreed'").fetchone()
    workers = 1 if kind == "individual" else 2
    office.does(meet.RecordMeeting(1, meeting, kind, "onsite", 60, came or ("parent 1",), workers, "next_open"))  # type: ignore[arg-type]


def today(office: Office, chat: int = WORKER) -> list[int]:
    """The cases that wait for a worker's next step."""
    seat = facts.seat_of(office.db, office.world, office.person(chat))
    assert seat
    shown = cards.lines(office.db, office.person(chat), seat, "today", office.world.clock.now(), 0)
    return [row.case for row in shown.rows]


def card(office: Office, chat: int = WORKER) -> Card:
    now = office.world.clock.now()
    found = cards.card(office.db, office.person(chat), 1, now, now.date())
    assert found
    return found


def step(office: Office, chat: int = WORKER) -> str:
    return next_step(card(office, chat), office.world.clock.now()).id


def asked_to_record(office: Office, chat: int = WORKER) -> int:
    return "".join(office.calls.get(chat, [])).count("Please record how it went")


def reads(office: Office, chat: int) -> str:
    """What stands on a parent's screen."""
    office.says(chat, "/start")
    return screen(office, chat)


# It is to be recorded


def test_today_shows_what_is_to_be_recorded_and_nothing_that_has_begun() -> None:
    office = Office()
    assert today(office) == [1]
    agrees(office)
    assert not today(office)
    office.passes(2 * DAYS)
    assert today(office) == [1], "the meeting is over and nobody has recorded it"
    records(office)
    assert not today(office)


def test_that_a_meeting_is_not_recorded_is_said_twice() -> None:
    office = Office()
    agrees(office)
    office.passes(1.5 * DAYS)
    assert asked_to_record(office) == 1
    office.passes(1.5 * DAYS)
    assert asked_to_record(office) == 1
    office.passes(1 * DAYS)
    assert asked_to_record(office) == 2, "Friday, two working days later"
    office.passes(14 * DAYS)
    assert asked_to_record(office) == 2


def test_what_is_recorded_is_not_asked_for_again() -> None:
    office = Office()
    agrees(office)
    office.passes(2 * DAYS)
    records(office)
    office.passes(7 * DAYS)
    assert asked_to_record(office) == 1


def test_whoever_takes_a_case_sees_and_hears_of_the_meeting_that_nobody_recorded() -> None:
    office = Office()
    agrees(office)
    office.world.clock.push(timedelta(days=1, minutes=30))
    office.does(do.GiveBack(1, "time"))  # while it is held
    office.passes(3 * DAYS)
    assert asked_to_record(office) == 0
    office.claims(by=PAIR)
    assert step(office, PAIR) == "record the meeting of {moment}"
    assert today(office, PAIR) == [1]
    office.passes(4 * DAYS)
    assert asked_to_record(office, PAIR) == 1, "on the next working day"


def test_a_worker_who_has_left_leaves_it_to_whoever_comes() -> None:
    office = Office()
    agrees(office)
    office.world.clock.push(timedelta(days=1, minutes=30))
    casework.resign(office.db, office.world, office.worker)
    office.passes(1 * DAYS)
    office.db.execute(
        "INSERT INTO work (case_id, person_id, part, since) VALUES (1, ?, 'lead', 0)", (office.person(PAIR).id,)
    )
    office.passes(2 * DAYS)
    assert asked_to_record(office, PAIR) == 1


def test_nobody_is_told_that_a_meeting_is_missing_once_one_was_added() -> None:
    office = Office()
    upkeep.week_counts(office.db, office.world, 1)
    office.does(meet.AddMeeting(1, "individual", office.first.id, office.world.clock.now()))
    assert not office.db.execute("SELECT 1 FROM reminder").fetchone()
    office.passes(6 * DAYS)
    assert "no first meeting is agreed" not in "".join(office.calls.get(WORKER, []))


def test_nor_once_one_was_recorded() -> None:
    office = Office()
    office.does(meet.AddMeeting(1, "individual", office.first.id, office.world.clock.now()))
    office.db.execute("INSERT INTO reminder VALUES (1, 'no_meeting_4', 0)")  # as an earlier version left it
    records(office)
    assert not office.db.execute("SELECT 1 FROM reminder").fetchone()


# What the parent reads


def test_who_has_met_is_promised_no_first_meeting_any_more() -> None:
    office = Office()
    assert "The first meeting should be held by" in reads(office, FIRST)
    agrees(office)
    office.passes(2 * DAYS)
    records(office)
    said = reads(office, FIRST)
    assert GOES_ON in said
    assert "first meeting" not in said
    assert "contacts you to agree a time" not in said
    office.passes(6 * DAYS)
    assert "sorry" not in reads(office, FIRST)
    agrees(office, days=2)
    assert GOES_ON not in reads(office, FIRST), "the next time stands there"
    office.does(do.GiveBack(1, "time"))
    assert "first meeting" not in reads(office, FIRST)


def couple(office: Office) -> None:
    """A couple meeting that was agreed with both begins."""
    office.does(meet.AddMeeting(1, "couple", 0, office.world.clock.now()))


@fixed("agreed times")
@pytest.mark.parametrize("chat", [FIRST, OTHER])
def test_who_did_not_come_does_not_read_whether_the_other_did(chat: int) -> None:
    told = []
    other: Attendee = "parent 2" if chat == FIRST else "parent 1"
    for came in ((other,), ("other",), ()):
        office = Office(Kind(both=True, pair=True))
        couple(office)
        if came:
            records(office, *came)
        else:
            (meeting,) = office.db.execute("SELECT id FROM meeting").fetchone()
            office.does(meet.MissMeeting(1, meeting, "missed"))
        office.passes(8 * DAYS)
        told.append(reads(office, chat))
    assert told[0] == told[1] == told[2]
    assert GOES_ON not in told[0]


def test_the_other_parent_reads_of_own_meetings_only() -> None:
    office = Office(Kind(both=True))
    office.says(OTHER, "/start")
    said: list[str] = []
    for _ in range(2):
        said.append(reads(office, OTHER).partition("text")[2].partition("reply_markup")[0])
        hold(office)
        office.world.clock.push(timedelta(hours=1))
    assert GOES_ON in reads(office, FIRST)
    assert said[0] == said[1]


def test_the_other_parent_who_has_met_reads_it() -> None:
    office = Office(Kind(both=True, pair=True))
    couple(office)
    records(office, "parent 1", "parent 2", kind="couple")
    for chat in (FIRST, OTHER):
        assert GOES_ON in reads(office, chat)


# Coming back after meetings that were held


def reopened(*, days: float = 2) -> Office:
    """A parent comes back to a case whose meetings were held."""
    office = Office()
    agrees(office)
    office.passes(days * DAYS)
    records(office)
    closing(office)
    office.says(FIRST, "/start")
    office.passes(1)
    office.presses(FIRST, *BACK)
    assert stage_of(office) == "claimed"
    return office


def test_who_comes_back_begins_anew_whatever_was_held_before() -> None:
    office = reopened()
    assert step(office) == "contact the parent"
    assert today(office) == [1]
    assert not card(office).parties[0].met_alone, "a couple meeting takes another talk and another meeting alone"
    said = reads(office, FIRST)
    assert "The first meeting should be held by Wed 2 Dec." in said
    assert GOES_ON not in said
    office.passes(6 * DAYS)
    assert "no first meeting is agreed yet" in "".join(office.calls[WORKER])
    office.passes(2 * DAYS)
    late = reads(office, FIRST)
    assert "The first meeting comes later than Wed 2 Dec, which we aim for. We are sorry." in late
    assert "I want to begin sooner" in late


def test_after_coming_back_the_worker_is_led_as_at_the_first_time() -> None:
    office = reopened()
    office.does(do.LogContact(1, "reached", office.first.id))
    office.does(do.RecordTalkAlone(1, office.first.id))
    office.does(meet.AgreeStart(1, "separate"))
    assert step(office) == "offer times for the first meeting"
    agrees(office, days=1)
    assert step(office) == "hold the first meeting"
    office.passes(2 * DAYS)
    records(office)
    assert step(office) == "offer the next meeting or close the case"
    assert card(office).held == 2, "the count runs on"
    assert GOES_ON in reads(office, FIRST)


def test_the_promise_is_counted_for_each_opening() -> None:
    office = Office()
    agrees(office)
    office.passes(9 * DAYS)
    promises.look(office.db, office.world.clock.now())
    assert promises.kept(office.db, SOUTH) == (1, 1)
    records(office)
    closing(office)
    office.says(FIRST, "/start")
    office.passes(1)
    office.presses(FIRST, *BACK)
    promises.look(office.db, office.world.clock.now())
    assert promises.kept(office.db, SOUTH) == (1, 1), "the day is not over"
    office.passes(9 * DAYS)
    assert promises.is_due(office.db, office.world.clock.now())
    promises.look(office.db, office.world.clock.now())
    assert promises.kept(office.db, SOUTH) == (1, 2)
    promises.missed(office.db, 1)
    assert promises.kept(office.db, SOUTH) == (1, 1), "what was kept before the end stays so"


# The end takes a beginning


def labels(office: Office) -> set[str]:
    """What a worker can choose on the screen that is shown."""
    return {label for label in office.shown[WORKER] if f'"text": "{label}"' in screen(office, WORKER)}


def opens_the_end(office: Office) -> str:
    office.says(WORKER, "/start")
    office.presses(WORKER, "My cases")
    office.presses(WORKER, next(label for label in office.shown[WORKER] if "K7F2" in label))
    office.presses(WORKER, "More about the case", "End the meetings")
    return screen(office, WORKER)


def test_without_a_meeting_nothing_ends_together_or_is_summed_up() -> None:
    office = Office()
    said = opens_the_end(office)
    assert "No meeting was held." in said
    assert "It does not start" in labels(office)
    assert "Agreed together" not in labels(office)
    office.presses(WORKER, "Contact was lost")
    assert "Why was there no summary?" in screen(office, WORKER)
    office.expects(end.RecordSummary(1, "summed"), allowed=False)
    office.does(end.TakeBackClosing(1))
    office.expects(end.ProposeClosing(1, "end_agreed"), allowed=False)
    opens_the_end(office)
    office.presses(WORKER, "It does not start", "Could not be reached")
    assert stage_of(office) == "not_started"


def test_one_parent_agrees_with_the_workers_choice() -> None:
    office = Office()
    hold(office)
    opens_the_end(office)
    assert "It does not start" not in labels(office)
    office.presses(WORKER, "Agreed together", "Yes, all of them", "What next", "Continue", "Close the case")
    assert stage_of(office) == "closed"


def test_two_parents_agree_each() -> None:
    office = Office(Kind(both=True))
    hold(office)
    opens_the_end(office)
    office.presses(WORKER, "Agreed together", "Parent 1")
    assert "Continue" not in labels(office)
    office.presses(WORKER, "Parent 2", "Continue", "Yes, all of them", "Back to the case")
    assert "Agreed to the end: Parent 1, Parent 2" in screen(office, WORKER)
    logged = office.db.execute("SELECT parent FROM case_event WHERE name='end_agreed' ORDER BY id").fetchall()
    assert logged == [(1,), (2,)]
    office.does(end.CloseCase(1))
    assert stage_of(office) == "closed"


def test_nobody_agrees_for_another() -> None:
    office = Office(Kind(both=True))
    hold(office)
    first, other = (office.person(chat).id for chat in (FIRST, OTHER))
    for agreed in ((), (first,), (first, 999), (first, other, 999)):
        office.expects(end.ProposeClosing(1, "end_agreed", agreed), allowed=False)
    office.expects(end.ProposeClosing(1, "moved_on", (first,)), allowed=False)
    office.does(end.ProposeClosing(1, "end_agreed", (other, first)))


def test_a_parent_who_came_later_has_to_agree_too() -> None:
    office = Office()
    hold(office)
    office.does(end.ProposeClosing(1, "end_agreed"))
    office.does(end.RecordSummary(1, "summed"))
    code = office.hands_over()
    office.says(OTHER, f"/start {code}")
    office.presses(OTHER, *ANSWERED)
    found = office.guest()
    assert found
    office.does(do.ConfirmGuest(1, found[1].id))
    office.expects(end.CloseCase(1), allowed=False)
    said = opens_the_end(office)
    assert "Not every parent of the case has agreed to the end." in said
    assert "What next" not in labels(office)
    office.presses(WORKER, "The case goes on")
    office.does(end.ProposeClosing(1, "end_agreed", (office.first.id, office.person(OTHER).id)))
    office.does(end.RecordSummary(1, "summed"))
    office.does(end.CloseCase(1))
    assert stage_of(office) == "closed"


def test_ticks_of_an_earlier_try_are_forgotten() -> None:
    office = Office(Kind(both=True))
    hold(office)
    opens_the_end(office)
    office.presses(WORKER, "Agreed together", "Parent 1", "Back to the case")
    office.presses(WORKER, "More about the case", "End the meetings", "Agreed together", "Parent 2")
    assert "Continue" not in labels(office)


UNKNOWN: tuple[Callable[[], do.CaseWork], ...] = (
    lambda: end.ProposeClosing(1, "no such reason"),
    lambda: end.RecordSummary(1, "no such outcome"),
    lambda: end.CloseCase(1, ("no such thing",)),
)


@pytest.mark.parametrize("effect", UNKNOWN)
def test_what_is_not_in_the_lists_is_not_kept(effect: Callable[[], do.CaseWork]) -> None:
    office = Office()
    hold(office)
    if not isinstance(effect(), end.ProposeClosing):
        office.does(end.ProposeClosing(1, "moved_on"))
    if isinstance(effect(), end.CloseCase):
        office.does(end.RecordSummary(1, "other"))
    office.expects(effect(), allowed=False)


def test_a_case_does_not_close_over_a_meeting_that_nobody_recorded() -> None:
    office = Office()
    agrees(office)
    office.passes(2 * DAYS)
    said = opens_the_end(office)
    assert "is not recorded. Record it first" in said
    assert "It does not start" not in labels(office)
    assert step(office) == "record the meeting of {moment}"
    office.does(end.ProposeClosing(1, "contact_lost"))
    office.does(end.RecordSummary(1, "contact_lost"))
    assert step(office) == "record the meeting of {moment}"
    office.expects(end.CloseCase(1), allowed=False)
    records(office)
    assert step(office) == "close the case"
    office.does(end.CloseCase(1))
    assert office.db.execute("SELECT status FROM meeting").fetchall() == [("held",)]
    assert card(office).until == date(2027, 2, 23)
