"""A parent asks to be called after the end, and rates goals once more: named, and apart from the answers."""

from datetime import timedelta

import msgspec
import pytest

from bot import effects
from bot.records import people, seats
from conversations import feedback_effects as do
from conversations import goal_effects as aim
from tests.office_plain import FIRST, OTHER, PAIR, WORKER, Kind, Office
from tests.surveys import AFTER, NO, asked, begun
from tests.test_closing import BACK, DAYS, closed, closing, screen
from tests.theatre import MONDAY, SOUTH

# To be called


@pytest.mark.parametrize("way", [("Give feedback",), ("Give feedback", "Begin", *("Skip",) * 10, "Send")])
def test_a_wish_to_be_called_is_named_and_apart(way: tuple[str, ...]) -> None:
    office = asked(pair=True)
    office.presses(FIRST, *way, "I want to be called")
    assert "Which number may they call?" in screen(office, FIRST)
    office.presses(FIRST, "Skip")
    assert "Then the workers see that it is you who asks." in screen(office, FIRST)
    assert not any("asks to be called" in call for call in office.calls.get(WORKER, ()))
    office.presses(FIRST, "Yes, call me")
    for chat in (WORKER, PAIR):
        assert "K7F2: a parent asks to be called." in office.calls[chat][-1]
    assert office.db.execute(
        "SELECT detail, parent, person_id FROM case_event WHERE name='call_wanted'"
    ).fetchall() == [(None, 1, None)]
    office.presses(WORKER, "Open", "What has happened")
    assert "Asked to be called" in screen(office, WORKER)
    told = len(office.calls[PAIR])
    effects.carry_out(office.db, office.world, office.first, do.AskForCall())
    office.send()
    assert len(office.calls[PAIR]) == told, "the same wish on the same day says nothing new"


@pytest.mark.parametrize(("chat", "who"), [(FIRST, "Parent 1"), (OTHER, "Parent 2")])
def test_workers_are_told_which_of_two_parents_asks_to_be_called(chat: int, who: str) -> None:
    office = asked(both=True)
    office.presses(chat, "Give feedback", "I want to be called", "Skip", "Yes, call me")
    assert f"K7F2: {who} asks to be called." in office.calls[WORKER][-1]
    office.presses(WORKER, "Open", "What has happened")
    assert f"Asked to be called ({who})" in screen(office, WORKER)


def test_the_lead_hears_of_a_wish_when_no_worker_is_there() -> None:
    office = asked()
    expires = office.world.clock.now() + timedelta(days=1)
    lead = people.meet(office.db, 14, "en", MONDAY)
    code = seats.invite(office.db, SOUTH, "lead", expires)
    seats.accept(office.db, lead, code, "Lumi", office.world.clock.now())
    office.db.execute("DELETE FROM work")
    office.presses(FIRST, "Give feedback", "I want to be called", "Skip", "Yes, call me")
    assert "K7F2: a parent asks to be called, and no worker of the case is there." in office.calls[14][-1]
    assert "inline_keyboard" not in office.calls[14][-1], "the lead opens no closed case"


def said_of_a_call(office: Office, chat: int = FIRST) -> str:
    """What a parent reads who has just asked to be called."""
    office.presses(chat, "I want to be called", "Skip", "Yes, call me")
    return screen(office, chat).partition('"text"')[2].partition("reply_markup")[0]


def test_whoever_hears_of_a_wish_the_parent_reads_the_same() -> None:
    plain_one, left, moved = asked(both=True), asked(both=True), asked(both=True)
    left.db.execute("DELETE FROM work")
    left.db.execute("DELETE FROM seat")
    moved.presses(OTHER, *BACK)
    moved.db.execute("DELETE FROM work")
    moved.db.execute("UPDATE cases SET association='esimerkki-pohjoinen'")
    said = said_of_a_call(plain_one)
    assert "You asked to be called, Thu 26 Nov. Your wish has been passed on if a worker is there." in said
    assert "If nobody calls you within three working days, please contact the association." in said
    assert "Esimerkkiyhdistys Etelä: apuaeroon.fi" in said
    assert said == said_of_a_call(left) == said_of_a_call(moved)
    for office, logged in ((plain_one, 1), (left, 1), (moved, 0)):
        assert office.db.execute("SELECT count(*) FROM case_event WHERE name='call_wanted'").fetchone() == (logged,)
    for chat in (WORKER, PAIR):
        assert "K7F2: Parent 1 asks to be called, and no worker of the case is there." in moved.calls[chat][-1]


def test_without_workers_and_leads_everybody_of_the_association_hears() -> None:
    office = asked()
    office.db.execute("DELETE FROM work")
    said_of_a_call(office)
    for chat in (WORKER, PAIR):
        assert "K7F2: a parent asks to be called, and no worker of the case is there." in office.calls[chat][-1]
        assert "inline_keyboard" not in office.calls[chat][-1]


def test_the_number_that_is_given_with_a_wish_stands_on_the_card_until_somebody_has_called() -> None:
    office = asked(both=True)
    office.presses(OTHER, "I want to be called")
    office.says(OTHER, "one two three")
    assert "I could not read a phone number." in screen(office, OTHER)
    office.says(OTHER, "040 123 4567")
    assert "Only this wish and your phone number go to them." in screen(office, OTHER)
    office.presses(OTHER, "Yes, call me")
    assert "I want to be called" not in screen(office, OTHER)
    office.presses(WORKER, "Open")
    card = screen(office, WORKER)
    assert "Parent 2 asks to be called, Thu 26 Nov." in card
    assert "• Phone: +358 40 1234567" in card
    assert "Parent 1 was called" not in card
    office.presses(WORKER, "Parent 2 was called")
    assert "asks to be called" not in screen(office, WORKER)
    assert "I want to be called" in screen(office, OTHER)
    office.presses(WORKER, "What has happened")
    assert "Called back (Parent 2, Tuuli)" in screen(office, WORKER)
    office.says(OTHER, "/start")
    office.presses(OTHER, "I want to be called")
    assert "Do you want to be called?" in screen(office, OTHER), "the number is known"


def test_a_wish_stands_on_the_card_after_the_other_parent_came_back() -> None:
    office = asked(both=True)
    office.presses(FIRST, *BACK)
    office.presses(OTHER, "I want to be called")
    office.says(OTHER, "040 123 4567")
    office.presses(OTHER, "Yes, call me")
    office.presses(WORKER, "Open")
    assert "Parent 2 asks to be called, Thu 26 Nov.\\n• Phone: +358 40 1234567" in screen(office, WORKER)


@pytest.mark.parametrize("chat", [PAIR, FIRST])
def test_only_a_worker_of_the_case_marks_a_call(chat: int) -> None:
    office = asked()
    said_of_a_call(office)
    with pytest.raises(LookupError):
        effects.carry_out(office.db, office.world, office.person(chat), do.MarkCalled(1, 1))
    effects.carry_out(office.db, office.world, office.worker, do.MarkCalled(1, 1))
    with pytest.raises(LookupError):
        effects.carry_out(office.db, office.world, office.worker, do.MarkCalled(1, 1))


def test_who_was_never_asked_can_wish_a_call_and_hears_nothing_of_answers() -> None:
    office = closed(both=False)
    people.set_safe_hours(office.db, office.first, "never")
    office.passes(30 * DAYS)
    office.says(FIRST, "/start")
    shown = [screen(office, FIRST)]
    for label in ("I want to be called", "Skip", "Yes, call me"):
        office.presses(FIRST, label)
        shown.append(screen(office, FIRST))
    assert "You asked to be called," in shown[-1]
    assert "feedback" not in "".join(shown).lower()


def test_nobody_of_another_association_hears_of_a_wish() -> None:
    office = asked()
    office.db.execute("UPDATE cases SET association='esimerkki-pohjoinen'")
    office.presses(FIRST, "Give feedback", "I want to be called", "Skip", "Yes, call me")
    assert not office.db.execute("SELECT 1 FROM case_event WHERE name='call_wanted'").fetchone()


# Goals


def test_goals_are_rated_at_the_end_by_whose_they_were() -> None:
    office = Office(Kind(both=True, pair=True))
    for parent in (0, 1, 2):
        office.does(aim.AddGoal(1, parent, f"Goal of {parent}"))
    office.does(aim.AddGoal(1, 1, "An ended goal"))
    office.does(aim.EndGoal(1, 4))
    closing(office)
    office.says(FIRST, "/start")
    assert "Rate my goals" not in screen(office, FIRST)
    office.passes(AFTER * DAYS)
    office.says(FIRST, "/start")
    assert "The workers see these ratings. They do not see your feedback." in screen(office, FIRST)
    begun(office, *("Skip",) * 10, "Send", "Rate my goals")
    assert "1. Goal of 0\\n2. Goal of 1" in screen(office, FIRST)
    office.presses(FIRST, "1 · Goal of 0", "7", "1 · Goal of 1", "No longer relevant")
    assert "Rate my goals" not in screen(office, FIRST)
    office.says(OTHER, "/start")
    office.presses(OTHER, "Rate my goals", "1 · Goal of 0", "3")
    ratings = office.db.execute("SELECT goal_id, parent, stage, value, own FROM goal_rating ORDER BY 1, 2").fetchall()
    assert ratings == [(1, 1, "end", 7, 1), (1, 2, "end", 3, 1), (2, 1, "end", None, 1)]
    log = office.db.execute("SELECT parent FROM case_event WHERE name='goal_rated' ORDER BY id").fetchall()
    assert log == [(1,), (1,), (2,)]
    office.says(WORKER, "/start")


def test_the_workers_hear_of_a_rating_at_the_end_and_can_only_read_it() -> None:
    office = Office(Kind(both=True, pair=True))
    office.does(aim.AddGoal(1, 1, "Calm mornings"))
    closing(office)
    office.passes(AFTER * DAYS)
    office.says(FIRST, "/start")
    office.presses(FIRST, "Rate my goals", "1 · Calm mornings", "7")
    for chat in (WORKER, PAIR):
        assert "K7F2: a parent has rated a goal." in office.calls[chat][-1]
    office.presses(WORKER, "Open", "Goals")
    shown = screen(office, WORKER)
    assert "Parent 1\\n1. Calm mornings\\n7/10 · Rating at the end" in shown
    assert "(in the chat)" in shown
    buttons = msgspec.json.decode(shown[shown.index("{") :])["reply_markup"]["inline_keyboard"]
    assert [b["text"] for row in buttons for b in row] == ["Back to the case", "Back", "Help now", "More"]
    assert "What is" not in shown


def test_an_end_rating_that_a_worker_has_recorded_is_not_asked_again() -> None:
    office = Office(Kind(both=True))
    for parent, words in ((0, "Of both"), (0, "Of both, together"), (1, "Of one"), (1, "Not rated")):
        office.does(aim.AddGoal(1, parent, words))
    for goal, parent in ((1, 1), (2, 0), (3, 1)):
        office.does(aim.RateGoal(1, goal, parent, "end", 5))
    closing(office)
    office.passes(AFTER * DAYS)
    offered = office.db.execute("SELECT goal_id, person_id FROM goal_offer ORDER BY 1, 2").fetchall()
    assert offered == [(1, office.person(OTHER).id), (4, office.first.id)]


def test_however_it_ended_the_offered_goals_stay_the_same() -> None:
    stays = []
    for how in (("Give feedback", "Begin", *("Skip",) * 10, "Send"), (NO,), ()):
        office = Office()
        office.does(aim.AddGoal(1, 1, "Calm mornings"))
        closing(office)
        office.passes(AFTER * DAYS)
        office.says(FIRST, "/start")
        office.presses(FIRST, *how)
        office.passes(30 * DAYS)
        stays.append(office.db.execute("SELECT * FROM goal_offer").fetchall())
        assert not office.db.execute("SELECT 1 FROM survey").fetchone()
    assert stays[0] == stays[1] == stays[2] != []
