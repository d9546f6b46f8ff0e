"""The parents' survey: who is asked, when and how often; leaving and going on; what is counted, and what is gone."""

from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from bot import effects
from bot.clock import next_safe_moment
from bot.records import feedback, people, surveys
from bot.records.feedback import SHEET
from conversations import feedback_effects as do
from conversations import goal_effects as aim
from conversations.feedback import PARENTS
from conversations.flow import Scene
from conversations.staff import FLOWS
from conversations.survey import OPEN
from tests.office_plain import FIRST, OTHER, PAIR, WORKER, Kind, Office
from tests.offices import CANARY, claimed, seen
from tests.scenes import plain
from tests.surveys import AFTER, ASKED, NO, WEEK_ASKED, answered, asked, begun, notices, reads, tally, whole
from tests.test_closing import BACK, DAYS, closed, closes, closing, screen
from tests.test_safety import on_disk
from tests.theatre import SOUTH, Actor, theatre

# Who is asked, and when


def test_a_parent_is_asked_some_days_after_the_end_inside_the_safe_hours() -> None:
    office = closed(both=False)
    people.set_safe_hours(office.db, office.first, "evening")
    office.says(FIRST, "/start")
    assert "Give feedback" not in screen(office, FIRST)
    office.passes(3 * DAYS)
    assert tally(office) == {(SHEET, "asked"): 1}
    assert not notices(office), "it waits for the evening"
    office.passes(8)
    assert notices(office) == 1
    (notice,) = (call for call in office.calls[FIRST] if ASKED in call and '"open"' in call)
    assert next_safe_moment("evening", datetime.fromisoformat(notice[:25])) == datetime.fromisoformat(notice[:25])
    office.says(FIRST, "/start")
    assert ASKED in screen(office, FIRST)
    assert "Give feedback" in screen(office, FIRST)
    assert NO in screen(office, FIRST)
    assert office.db.execute("SELECT DISTINCT audience, band, device, week FROM tally").fetchall() == [
        ("parent", "", "own", WEEK_ASKED)
    ]


@pytest.mark.parametrize(
    ("told", "asks"),
    [
        ({"phone_safe": ("yes",)}, True),
        ({"phone_safe": ("no",)}, False),
        ({"phone_safe": ("not_sure",)}, False),
        ({}, False),
        ({"phone_safe": ("not_sure",), "reach": ("chat",), "hours": ("evening",)}, True),
        ({"phone_safe": ("yes",), "hours": ("never",)}, False),
    ],
)
def test_after_an_unsafe_gate_only_those_are_asked_who_chose_this_chat(
    told: dict[str, tuple[str, ...]], asks: bool
) -> None:
    office = Office()
    office.db.execute("UPDATE party SET answers=?", (msgspec.json.encode(told).decode(),))
    closing(office)
    assert bool(office.db.execute("SELECT 1 FROM survey").fetchone()) == asks
    office.passes(AFTER * DAYS)
    assert bool(tally(office)) == asks


def test_whoever_is_never_written_to_never_hears_of_it() -> None:
    office = closed(both=False)
    people.set_safe_hours(office.db, office.first, "never")
    office.passes(30 * DAYS)
    assert not notices(office)
    assert not tally(office)
    assert not office.db.execute("SELECT 1 FROM survey").fetchone()


def test_one_reminder_and_then_silence() -> None:
    office = asked()
    office.passes(6.5 * DAYS)
    assert notices(office) == 1
    office.passes(1 * DAYS)
    assert notices(office) == 2
    assert notices(office, "This is the only reminder.") == 1
    office.passes(40 * DAYS)
    assert notices(office) == 2
    assert not office.db.execute("SELECT 1 FROM survey").fetchone()
    assert tally(office) == {(SHEET, "asked"): 1}, "that nobody answered is counted nowhere else"
    office.says(FIRST, "/start")
    assert "Give feedback" not in screen(office, FIRST)


def test_a_failing_survey_holds_up_no_other() -> None:
    office = closed()
    office.db.execute("UPDATE survey SET association='x', length='x' WHERE person_id=?", (office.first.id,))
    office.passes(AFTER * DAYS)
    assert notices(office, chat=OTHER) == 1
    assert tally(office) == {(SHEET, "asked"): 1}
    assert office.db.execute("SELECT count(*) FROM survey WHERE stage='waits'").fetchone() == (1,)


# Declining


@pytest.mark.parametrize("way", [(), ("Give feedback",), ("Give feedback", "Begin", "5", *("Skip",) * 9)])
def test_declining_is_one_tap_and_only_counted(way: tuple[str, ...]) -> None:
    office = asked()
    office.presses(FIRST, *way, NO)
    assert "That is all right. You are not asked again." in screen(office, FIRST)
    assert "Give feedback" not in screen(office, FIRST)
    assert tally(office) == {(SHEET, "asked"): 1, (SHEET, "declined"): 1}
    assert not office.db.execute("SELECT 1 FROM survey UNION ALL SELECT 1 FROM spent").fetchone()
    assert not answered(office)
    office.passes(40 * DAYS)
    assert notices(office) == 1


def test_whoever_declines_before_the_safe_hour_is_not_written_to() -> None:
    office = closed(both=False)
    people.set_safe_hours(office.db, office.first, "evening")
    office.passes(3 * DAYS)
    office.says(FIRST, "/start")
    office.presses(FIRST, NO)
    office.passes(2 * DAYS)
    assert not notices(office)


def test_a_tired_thumb_under_a_question_declines_nothing() -> None:
    for flow in (FLOWS["parent"], FLOWS["coparent"]):
        for name in OPEN:
            options = getattr(flow.states[name], "options", ())
            declines = [o.does(Scene({}, plain())) for o in options if o.value == "decline"]
            ends = name in ("survey", "survey_send")
            assert declines == ([(do.DeclineSurvey(),)] if ends else []), name


# Answering


def test_ten_questions_one_a_screen_and_the_same_thanks() -> None:
    office = asked()
    office.presses(FIRST, "Give feedback")
    assert "There are 10 questions, about 3 minutes." in screen(office, FIRST)
    office.presses(FIRST, "Begin")
    for number, question in enumerate(PARENTS, 1):
        shown = screen(office, FIRST)
        assert f"Question {number} of 10" in shown
        assert question.asks.id in shown
        assert ("1 means: not at all. 5 means: fully." in shown) == (question.name != "cooperation")
        office.presses(FIRST, "Worse" if question.name == "cooperation" else "2")
    assert "Do you want to send your answers?" in screen(office, FIRST)
    office.presses(FIRST, "Send")
    thanks = screen(office, FIRST)
    other = asked()
    whole(other, "Send")
    assert (
        thanks.partition("text")[2].partition("reply_markup")[0]
        == (screen(other, FIRST).partition("text")[2].partition("reply_markup")[0])
    )
    assert tally(office)["cooperation", "worse"] == 1
    assert tally(office)["respect", "2"] == 1
    assert tally(office)[SHEET, "answered"] == 1
    office.passes(40 * DAYS)
    assert notices(office) == 1, "nobody is reminded who has answered"


def test_skip_and_back_change_what_is_sent() -> None:
    office = asked()
    begun(office, "5", "Skip", "4", "Back", "Back")
    assert "I was listened to." in screen(office, FIRST)
    office.presses(FIRST, "1", "Keep as it is", "Skip", "Skip", "Skip", "Skip", "Not for my situation", "Skip", "Skip")
    office.presses(FIRST, "Send")
    assert tally(office) == {
        (SHEET, "asked"): 1,
        (SHEET, "answered"): 1,
        ("respect", "5"): 1,
        ("heard", "1"): 1,
        ("safe", "4"): 1,
        ("cooperation", "apart"): 1,
    }


def test_an_answer_is_never_shown_back() -> None:
    office = asked()
    begun(office, "5", "4", "Back")
    assert "✓" not in screen(office, FIRST)
    assert "Keep as it is" in screen(office, FIRST)


def test_five_numbers_stand_in_one_row() -> None:
    office = asked()
    begun(office)
    rows = msgspec.json.decode(screen(office, FIRST).partition(" ")[2].partition(" ")[2].partition(" ")[2])[
        "reply_markup"
    ]["inline_keyboard"]
    assert [b["text"] for b in rows[0]] == [*"12345"]
    assert [b["text"] for b in rows[1]] == ["Skip"]
    assert NO not in screen(office, FIRST)


# Left and continued


def test_it_may_be_left_and_continued() -> None:
    office = asked()
    begun(office, "5", "4")
    office.says(FIRST, "/start")
    assert "You can continue where you were." in screen(office, FIRST)
    assert "Question 3 of 10" in screen(office, FIRST)
    office.says(FIRST, "/privacy")
    office.says(FIRST, "/start")
    assert "Question 3 of 10" in screen(office, FIRST)
    office.presses(FIRST, "3", "2", "Back", "Back", "Back", "Back", "Back")
    assert "Continue" in screen(office, FIRST)
    office.presses(FIRST, "Back")
    assert "I want to come back" in screen(office, FIRST)
    office.presses(FIRST, "I want to come back", "No")
    office.says(FIRST, "/start")
    office.presses(FIRST, "Give feedback", "Continue")
    assert "Question 5 of 10" in screen(office, FIRST)
    office.presses(FIRST, *("Skip",) * 6, "Not yet")
    assert "Nothing is sent yet." in screen(office, FIRST)
    assert tally(office) == {(SHEET, "asked"): 1}
    office.passes(7 * DAYS)
    office.says(FIRST, "/start")
    office.presses(FIRST, "Give feedback", "Continue", "Send")
    assert tally(office)["heard", "4"] == 1


def test_an_unsent_answer_stands_in_what_is_stored() -> None:
    office = asked()
    begun(office, "5", "4")
    office.says(FIRST, "/mydata")
    assert "That you are asked for feedback" in screen(office, FIRST)
    assert "2 unsent answers" in screen(office, FIRST)


def test_what_was_not_sent_in_time_is_gone() -> None:
    for clean in (False, True):
        office = asked()
        begun(office, "5", "4")
        if clean:
            office.passes(3 * DAYS)
        assert len(answered(office)) == 2
        office.passes(30 * DAYS)
        assert not answered(office)
        office.says(FIRST, "/start")
        assert "I want to come back" in screen(office, FIRST)
        assert tally(office) == {(SHEET, "asked"): 1}


def test_an_answer_after_the_end_is_refused_in_clear_words() -> None:
    office = asked()
    whole(office)
    office.world.clock.push(timedelta(days=30))  # and the bot has not looked yet
    office.says(FIRST, "Send")
    assert "The time for this feedback is over." in screen(office, FIRST)
    assert "I want to come back" in screen(office, FIRST)
    assert not answered(office)
    assert tally(office) == {(SHEET, "asked"): 1}
    office = asked()
    begun(office)
    office.world.clock.push(timedelta(days=30))
    office.says(FIRST, "5")
    assert "The time for this feedback is over." in screen(office, FIRST)
    assert not answered(office)


async def test_answers_that_were_sent_or_are_over_lie_nowhere_on_the_disk(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, pair = await stage.staff("Tuuli"), await stage.staff("Vesa")
        parent = await claimed(stage, worker)
        reader = await stage.rows("SELECT id FROM person WHERE chat_id=?", pair.id)
        await stage.service.database.turn(lambda db: feedback.name_reader(db, SOUTH, reader[0][0]))
        await closes(worker)
        for _ in range(4):
            await stage.push(days=1)
        await parent.presses("Open", "Give feedback", "Begin", *"54321", *("Skip",) * 5)
        assert "One person whom the association has named, now Vesa, reads this" in parent.text
        await parent.types(CANARY)
        assert CANARY not in seen(parent), "what was typed is hidden at once"
        for _ in range(30):
            await stage.push(days=1)
        await stage.push(minutes=2)
        assert not await stage.rows("SELECT 1 FROM survey")
        assert CANARY.encode() not in on_disk(tmp_path)
        assert b'"survey_' not in on_disk(tmp_path)


async def test_nothing_but_counts_stays_of_what_was_sent(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = await claimed(stage, worker)
        await closes(worker)
        for _ in range(4):
            await stage.push(days=1)
        await parent.presses("Open", "Give feedback", "Begin", *"5432123", "Better", "4", "5", "Send")
        assert "Thank you." in parent.text
        await stage.push(minutes=2)
        await stage.push(minutes=2)
        assert b'"survey_respect' not in on_disk(tmp_path)
        for table in ("conversation", "inbox", "outbox", "case_event", "audit"):
            rows = str(await stage.rows(f"SELECT * FROM {table}"))
            assert "survey_re" not in rows, table
            assert "Better" not in rows, table


# Once


def test_two_taps_on_send_count_once() -> None:
    office = asked()
    whole(office)
    send = office.shown[FIRST]["Send"]
    office.presses(FIRST, "Send")
    office.shown[FIRST]["Send"] = send
    office.presses(FIRST, "Send")
    assert tally(office)[SHEET, "answered"] == 1
    assert tally(office)["respect", "5"] == 1


def test_one_invitation_is_answered_once() -> None:
    office = asked()
    sheet = do.SendSurvey({"respect": "5"})
    kept = surveys.get(office.db, office.first)
    assert kept
    effects.carry_out(office.db, office.world, office.first, sheet)
    with pytest.raises(LookupError):
        effects.carry_out(office.db, office.world, office.first, sheet)
    due = office.world.clock.now()
    surveys.invite(office.db, office.first, "parent", 1, due)
    surveys.go_on(office.db, office.first, "asked", due, due + timedelta(days=1))
    office.db.execute("UPDATE survey SET token=?", (kept.token,))
    with pytest.raises(LookupError):
        effects.carry_out(office.db, office.world, office.first, sheet)
    assert tally(office)["respect", "5"] == 1
    assert not office.db.execute("SELECT 1 FROM spent WHERE token=?", (kept.token,)).fetchone(), "only its hash"


@pytest.mark.parametrize(
    "sheet",
    [
        do.SendSurvey({"respect": "6"}),
        do.SendSurvey({"nothing": "5"}),
        do.SendSurvey({"respect": "decline"}),
        do.SendSurvey({}, {"respect": "words"}),
    ],
)
def test_what_was_never_asked_is_not_counted(sheet: do.SendSurvey) -> None:
    office = asked()
    with pytest.raises(LookupError):
        effects.carry_out(office.db, office.world, office.first, sheet)
    assert tally(office) == {(SHEET, "asked"): 1}


# Texts


def test_texts_are_asked_only_while_somebody_reads_them() -> None:
    office = asked()
    whole(office)
    assert "Do you want to send your answers?" in screen(office, FIRST)
    reads(office)
    office.presses(FIRST, "Back", "5")
    assert "What has helped?" in screen(office, FIRST)
    said = "One person whom the association has named, now Vesa, reads this, apart from your other answers."
    assert said in screen(office, FIRST)
    del office.shown[FIRST]["1"]
    office.says(FIRST, "1")  # no button here, but words
    assert "What should be otherwise?" in screen(office, FIRST)
    office.says(FIRST, "w" * 1001)
    assert "longer than 1,000 characters" in screen(office, FIRST)
    office.says(FIRST, "\u2800\u200b")
    assert "There was nothing to read. Please write in words, or skip." in screen(office, FIRST)
    office.says(FIRST, "Shorter waits")
    office.presses(FIRST, "Send")
    kept = office.db.execute("SELECT item, words, week FROM feedback_text ORDER BY item").fetchall()
    assert [row[:2] for row in kept] == [("helped", "1"), ("otherwise", "Shorter waits")]
    assert not answered(office)
    office.passes(27 * 7 * DAYS)
    assert not office.db.execute("SELECT 1 FROM feedback_text").fetchone()


def test_it_is_told_before_that_somebody_reads_the_texts() -> None:
    words = "is read word for word by one person of the association, apart from the answers."
    office = asked()
    office.presses(FIRST, "Give feedback")
    assert words not in screen(office, FIRST)
    office.says(FIRST, "/start")
    reads(office)
    office.db.execute("UPDATE seat SET name='' WHERE person_id=?", (office.person(PAIR).id,))
    whole(office)
    office.presses(FIRST, *("Back",) * 11)
    assert words in screen(office, FIRST)
    office.presses(FIRST, "Continue", *("Keep as it is",) * 10)
    assert "One person whom the association has named reads this, apart from" in screen(office, FIRST)


def test_whoever_skips_everything_is_no_answer() -> None:
    office = asked()
    begun(office, *("Skip",) * 10, "Send")
    assert "Thank you." in screen(office, FIRST)
    assert tally(office) == {(SHEET, "asked"): 1, (SHEET, "declined"): 1}
    assert not office.db.execute("SELECT 1 FROM survey UNION ALL SELECT 1 FROM spent").fetchone()


def test_texts_are_kept_only_if_somebody_reads_them() -> None:
    office = asked()
    reads(office)
    whole(office, "Skip")
    office.says(FIRST, "Shorter waits")
    office.db.execute("DELETE FROM text_reader")
    office.presses(FIRST, "Send")
    assert not office.db.execute("SELECT 1 FROM feedback_text").fetchone()
    assert tally(office)[SHEET, "answered"] == 1


def test_what_was_changed_is_told() -> None:
    office = asked()
    first, *others = office.world.config.associations
    told = msgspec.structs.replace(first, changed={"fi": "Vastaamme nopeammin.", "en": "We answer sooner."})
    office.world.config = msgspec.structs.replace(office.world.config, associations=(told, *others))
    office.presses(FIRST, "Give feedback")
    assert "Because of feedback: We answer sooner." in screen(office, FIRST)
    office.presses(FIRST, "Begin", *("Skip",) * 10, "Send")
    assert "Because of feedback: We answer sooner." in screen(office, FIRST)


# Coming back, and going


def test_whoever_comes_back_is_not_asked() -> None:
    for wait in (1.0, AFTER):
        office = Office(Kind(both=True))
        office.does(aim.AddGoal(1, 0, "Calm mornings"))
        closing(office)
        office.passes(wait * DAYS)
        for chat in (FIRST, OTHER):
            office.says(chat, "/start")
        if wait == AFTER:
            begun(office, "5", "4", "Back", "Back", "Back", "Back")
        office.presses(FIRST, *BACK)
        assert office.db.execute("SELECT person_id FROM survey").fetchall() == [(office.person(OTHER).id,)]
        assert not office.db.execute("SELECT 1 FROM goal_offer WHERE person_id=?", (office.first.id,)).fetchone()
        assert not answered(office)
        sent = notices(office)
        office.passes(12 * DAYS)
        assert notices(office) == sent
        closing(office)
        office.passes(6 * DAYS)
        assert notices(office) == sent + 1, "after the next end there is a new invitation"


def test_whoever_deletes_their_data_is_not_asked() -> None:
    office = asked()
    begun(office, "5")
    for typed in ("/delete", "Yes, delete everything"):
        office.says(FIRST, typed)
    assert not office.db.execute(
        "SELECT 1 FROM survey UNION ALL SELECT 1 FROM conversation WHERE person_id=1"
    ).fetchone()
    office.passes(30 * DAYS)
    assert tally(office) == {(SHEET, "asked"): 1}


# Workers, and whoever gets hold of the database


def test_where_somebody_is_does_not_tell_whether_they_answered() -> None:
    rows = []
    for way in (
        (NO,),
        ("Give feedback", "Begin", "5", "Back", "Back", NO),
        ("Give feedback", "Begin", *("Skip",) * 10, "Send"),
    ):
        office = asked()
        office.presses(FIRST, *way)
        at = people.conversation(office.db, office.first)
        assert at
        rows.append((at.state, at.trail, at.answers, at.picked, at.page, at.buttons))
    assert rows[0] == rows[1] == rows[2]


def test_workers_learn_nothing_of_who_answered() -> None:
    told = []
    for does in ((), (NO,), ("Give feedback", "Begin", *"5432123", "Better", "4", "5", "Send")):
        office = asked(both=True, pair=True)
        office.presses(FIRST, *does)
        office.passes(1 * DAYS)
        office.says(WORKER, "/start")
        office.presses(WORKER, "Search")
        office.says(WORKER, "K7F2")
        told.append((office.calls[WORKER], office.calls.get(PAIR)))
    assert told[0] == told[1] == told[2]


async def test_the_open_button_of_the_reminder_goes_on_where_it_was_left(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent: Actor = await claimed(stage, worker)
        await closes(worker)
        for _ in range(4):
            await stage.push(days=1)
        await parent.presses("Open", "Give feedback", "Begin", "5", "4")
        for _ in range(8):
            await stage.push(days=1)
        assert "This is the only reminder." in parent.text
        await parent.presses("Open")
        assert "Question 3 of 10" in parent.text
