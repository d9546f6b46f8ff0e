"""The end of a case: proposed, summed up, closed and told to both parents alike; nothing more is done on it; a parent
comes back to the same workers; then everything about people goes."""

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from bot import casework
from bot.records import cards, cases, people, seats, standing
from conversations import closing_effects as end
from conversations import effects as do
from conversations import goal_effects as aim
from conversations import life
from conversations import meeting_effects as meet
from conversations.channels import CHANNELS
from conversations.invitation import is_open
from tests.office_plain import FIRST, OTHER, PAIR, WORKER, Kind, Office, fixed
from tests.offices import agrees, asks, claimed, events, seen
from tests.test_access import EFFECTS
from tests.test_safety import on_disk
from tests.theatre import Actor, Theatre, theatre

TO_END = ("More about the case", "End the meetings")
TOGETHER = (*TO_END, "Agreed together", "Yes, all of them", "What next")
LOST = (*TO_END, "Contact was lost", "Contact was lost", "What next")
BACK = ("I want to come back", "Yes, I come back")
DAYS = 24.0


async def closes(worker: Actor, *told: str) -> None:
    """A worker whose card is open closes a case in which nothing was held, and chooses what next."""
    await worker.presses(*LOST, *told, "Continue", "Close the case")


def does(stage: Theatre, worker: Actor, *effects_of: do.CaseWork, db: sqlite3.Connection) -> None:
    """A worker does something on a case without pressing anything."""
    for effect in effects_of:
        casework.carry_out(db, stage.service.world, people.meet(db, worker.id, "en", stage.clock.now()), effect)


async def held(stage: Theatre, worker: Actor) -> None:
    """A meeting of the first parent, which began an hour ago, is added and recorded."""

    def add(db: sqlite3.Connection) -> None:
        (party,) = db.execute("SELECT person_id FROM party WHERE number=1").fetchone()
        does(stage, worker, meet.AddMeeting(1, "individual", party, stage.clock.now()), db=db)
        (meeting,) = db.execute("SELECT max(id) FROM meeting").fetchone()
        record = meet.RecordMeeting(1, meeting, "individual", "phone", 60, ("parent 1",), 1, "next_open")
        does(stage, worker, record, db=db)

    await stage.service.database.turn(add)


async def test_a_case_is_closed_in_steps_and_everybody_hears_the_same(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, pair = await stage.staff("Tuuli"), await stage.staff("Vesa")
        parent = await claimed(stage, worker, pair)
        await held(stage, worker)
        await worker.presses(*TOGETHER[:3])
        assert "Have you gone through these together?" in seen(worker)
        assert "a colleague proposes to end the meetings" in seen(pair)
        await worker.presses(*TOGETHER[3:], "Peer groups", "Help lines", "Continue")
        assert "The meetings have ended." in seen(worker)
        assert "The meetings have ended." not in seen(parent)
        await worker.presses("Close the case")
        card = next(m for m in worker.messages if "This case is closed. It can only be read." in m.get("text", ""))
        assert "Sun 21 Feb" in card["text"]
        buttons = [b["text"] for row in card["reply_markup"]["inline_keyboard"] for b in row]
        assert buttons == ["Goals", "What has happened", "Child feedback", "Front page", "Back", "Help now", "More"]
        assert "was closed" in seen(pair)
        notice = parent.text
        screen = next(m["text"] for m in parent.messages if "I want to come back" in str(m.get("reply_markup")))
        assert "The meetings have ended. Thank you for this time." in notice
        assert "080\u00a0005\u00a0005" not in notice
        assert "Peer groups" in screen
        assert "080\u00a0005\u00a0005" in screen
        assert "Other services" not in screen
        assert (await events(stage))[-3:] == ["closing", "summed_up", "closed"]
        assert await stage.rows("SELECT stage, status, reason FROM cases") == [("closed", "closed", "end_agreed")]


async def test_the_end_can_be_taken_back_until_it_is_closed(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = await claimed(stage, worker)
        before = seen(parent)
        await worker.presses(*LOST[:4])
        assert "Summary of the last meeting: Contact was lost" in worker.text
        await worker.presses("The case goes on")
        assert "The end is proposed" not in worker.text
        assert await stage.rows("SELECT stage FROM cases") == [("in_contact",)]
        await worker.presses(*LOST[:3], "Back to the case", *TO_END)
        assert "What next" not in worker.buttons, "an earlier summary does not count"
        assert seen(parent) == before


async def test_a_case_with_a_meeting_to_come_is_not_closed(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = await claimed(stage, worker)
        await agrees(worker, "Tue 24 Nov", "10:00")
        await worker.presses("Back to the case", *LOST[:4])
        assert "A meeting is agreed: Tue 24 Nov at 10:00. Hold it or cancel it first" in worker.text
        assert "What next" not in worker.buttons
        with pytest.raises(LookupError):
            await stage.service.database.turn(lambda db: does(stage, worker, end.CloseCase(1), db=db))
        await stage.push(days=2)
        await worker.start()
        await worker.presses("My cases", "K7F2 · 5 days left")
        assert "Next: record the meeting of Tue 24 Nov at 10:00" in worker.text
        await worker.presses(*TO_END)
        assert "The meeting Tue 24 Nov at 10:00 is not recorded. Record it first" in worker.text
        assert "What next" not in worker.buttons
        with pytest.raises(LookupError):
            await stage.service.database.turn(lambda db: does(stage, worker, end.CloseCase(1), db=db))
        row = "Tue 24 Nov at 10:00 · Individual meeting"
        await worker.presses("Meetings", row, "Record the meeting", "Yes, it was held", "Closing")
        await worker.presses("Back to the case", *TO_END, "What next", "Continue", "Close the case")
        assert "The meetings have ended." in seen(parent)


async def test_what_is_closed_is_refused_in_clear_words_from_old_screens_too(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, pair = await stage.staff("Tuuli"), await stage.staff("Vesa")
        parent = await claimed(stage, worker, pair)
        await parent.presses("Withdraw the request")
        await pair.presses("Write to the parent")
        await closes(worker)
        assert "This case is closed. It can only be read." in seen(pair), "what was being written gives way to the card"
        await pair.types("Could we meet on Tuesday?")
        assert not await stage.rows("SELECT 1 FROM letter")
        assert "The meetings have ended." in seen(parent)
        assert "I want to come back" in str(parent.messages)
        await worker.presses("What has happened")
        assert "Closed (Contact was lost, Tuuli)" in seen(worker)
        await worker.start()
        await worker.presses("Search")
        await worker.types("K7F2")
        assert any("K7F2" in button for button in worker.buttons)


def closed(*, both: bool = True, pair: bool = False, told: tuple[str, ...] = ()) -> Office:
    """A case that its worker has closed."""
    office = Office(Kind(both=both, pair=pair))
    for chat in (FIRST, OTHER) if both else (FIRST,):
        office.says(chat, "/start")
    closing(office, told)
    return office


def closing(office: Office, told: tuple[str, ...] = (), case: int = 1) -> None:
    office.does(end.ProposeClosing(case, "contact_lost"))
    office.does(end.RecordSummary(case, "contact_lost"))
    office.does(end.CloseCase(case, told))


def stage_of(office: Office, case: int = 1) -> str:
    stage: life.Stage = cases.stage_of(office.db, case)
    log = [name for (name,) in office.db.execute("SELECT name FROM case_event WHERE case_id=? ORDER BY id", (case,))]
    assert life.replayed(log) == stage
    return stage


def screen(office: Office, chat: int) -> str:
    """The last question that was shown in a chat."""
    return next(call for call in reversed(office.calls[chat]) if "inline_keyboard" in call)


def parties(office: Office, case: int = 1) -> list[int]:
    return [party.chat_id for party in cases.parties(office.db, case)]


def test_nothing_is_done_on_a_closed_case() -> None:
    for effect in (*EFFECTS, end.ProposeClosing(1, "moved_on"), end.CloseCase(1)):
        office = closed()
        before = list(office.db.iterdump())
        with pytest.raises(LookupError):
            office.does(effect)
        assert list(office.db.iterdump()) == before, effect


def test_an_old_button_on_a_closed_case_says_that_it_is_closed() -> None:
    office = Office(Kind(both=False))
    office.says(WORKER, "/start")
    office.presses(WORKER, "My cases")
    office.presses(WORKER, next(label for label in office.shown[WORKER] if "K7F2" in label), "Log a contact")
    office.db.execute("UPDATE cases SET stage='closed', closed_at=1")  # as if the card had not been brought up to date
    office.says(WORKER, "Called")
    assert "This case is closed. It can only be read." in office.calls[WORKER][-1]


def test_both_read_the_same_at_their_safe_times() -> None:
    office = closed(told=("kaksi_kotia", "crisis_lines"))
    said = {chat: [call.partition(" ")[2] for call in office.calls[chat]] for chat in (FIRST, OTHER)}
    for chat in (FIRST, OTHER):
        assert sum("The meetings have ended" in call and "sendMessage" in call for call in said[chat]) == 1
        office.says(chat, "/start")
    first, other = (screen(office, chat).partition("text")[2].partition("reply_markup")[0] for chat in (FIRST, OTHER))
    assert first == other
    assert "Kaksi kotia" in first


def test_what_is_open_ends_with_the_case() -> None:
    office = Office(Kind(both=False))
    office.does(do.AskColleague(1, "pair", office.person(PAIR).id))
    office.hands_over()
    closing(office)
    for table in ("party", "offer", "reminder", "override", "invited", "slot"):
        assert not office.db.execute(f"SELECT 1 FROM {table}").fetchone(), table
    assert standing.relation(office.db, office.person(PAIR), 1, office.world.clock.now().date()) == ("worker", "ended")


# Coming back


def test_a_parent_comes_back_to_the_same_workers() -> None:
    office = closed(both=False, pair=True)
    office.passes(30 * DAYS)
    office.says(FIRST, "/start")
    office.presses(FIRST, *BACK)
    assert stage_of(office) == "claimed"
    assert [w.chat_id for w in cases.workers(office.db, 1)] == [WORKER, PAIR]
    for chat in (WORKER, PAIR):
        assert "a parent comes back" in office.calls[chat][-1]
    assert "A worker has your request" in screen(office, FIRST)
    assert office.db.execute("SELECT number, talked_alone_at, form FROM party").fetchall() == [(1, None, None)]
    (by,) = office.db.execute("SELECT first_meeting_by FROM cases").fetchone()
    assert by == "2026-12-30", "the promise counts anew"
    closing(office)
    assert stage_of(office) == "closed"


def test_without_its_workers_a_case_that_is_opened_again_waits_in_the_queue() -> None:
    office = closed(both=False)
    casework.resign(office.db, office.world, office.worker)
    office.says(FIRST, "/start")
    office.presses(FIRST, *BACK)
    assert stage_of(office) == "waiting"
    assert "A new request waits" in office.calls[PAIR][-1]
    assert office.db.execute("SELECT count(*) FROM reminder").fetchone() == (2,)
    office.claims(by=PAIR)
    assert stage_of(office) == "claimed"


def test_the_work_pair_leads_when_the_lead_worker_has_left() -> None:
    office = closed(both=False, pair=True)
    casework.resign(office.db, office.world, office.worker)
    office.says(FIRST, "/start")
    office.presses(FIRST, *BACK)
    assert office.db.execute("SELECT part, person_id FROM work").fetchall() == [("lead", office.person(PAIR).id)]


@pytest.mark.parametrize("chat", [FIRST, OTHER])
def test_one_comes_back_and_the_other_is_no_party_until_they_do(chat: int) -> None:
    office = closed()
    office.presses(chat, *BACK)
    assert parties(office) == [chat]
    with pytest.raises(LookupError):
        office.does(do.InviteOther(1))  # nobody else comes in while the other may come back
    now = office.world.clock.now()
    card = cards.card(office.db, office.worker, 1, now, now.date())
    assert card
    assert card.may_return
    assert not is_open(card)
    closing(office)
    assert stage_of(office) == "closed"
    office.presses(FIRST if chat == OTHER else OTHER, *BACK)
    assert parties(office) == [FIRST if chat == OTHER else OTHER]
    office.presses(chat, *BACK)
    assert parties(office) == [FIRST, OTHER]
    log = [n for (n,) in office.db.execute("SELECT name FROM case_event WHERE name IN ('reopened', 'came_back')")]
    assert log == ["reopened", "reopened", "came_back"]


def test_who_comes_back_finds_a_way_whatever_the_other_did() -> None:
    office = closed()
    office.presses(FIRST, *BACK)
    office.presses(FIRST, "Withdraw the request", "Yes, withdraw it")
    assert stage_of(office) == "withdrawn"
    office.says(OTHER, "/start")
    assert "I want to come back" in screen(office, OTHER)
    office.presses(OTHER, *BACK)
    assert stage_of(office, 2) == "waiting"
    assert parties(office, 2) == [OTHER]
    assert "Your answers have been sent" in screen(office, OTHER)


def test_nobody_who_can_come_back_opens_another_request() -> None:
    office = closed(both=False)
    office.says(FIRST, "/start")
    assert "I want to come back" in screen(office, FIRST)
    assert "Here you can ask for free meetings" not in screen(office, FIRST)
    code = seats.invite(office.db, "esimerkki-etela", "worker", office.world.clock.now().replace(year=2027))
    office.says(FIRST, f"/start {code}")
    assert not office.db.execute("SELECT 1 FROM seat WHERE person_id=?", (office.first.id,)).fetchone()
    assert office.db.execute("SELECT count(*) FROM cases").fetchone() == (1,)


def test_who_deletes_the_own_data_after_the_end_is_gone() -> None:
    office = closed()
    gone = office.person(FIRST).id
    office.says(FIRST, "/start")
    office.presses(FIRST, "Delete my data", "Yes, delete everything")
    assert not people.by_id(office.db, gone)
    assert office.db.execute("SELECT person_id FROM former").fetchall() == [(office.person(OTHER).id,)]
    assert stage_of(office) == "closed"


# The words that were kept


def test_the_words_about_a_parent_wait_with_them_and_go_with_them() -> None:
    office = Office(Kind(both=True))
    for parent in (0, 1, 2):
        office.does(aim.AddGoal(1, parent, f"Goal of {parent}"))
        office.does(aim.WriteNote(1, parent, f"Note about {parent}"))
    office.does(aim.OfferRating(1, 1, "later"))
    closing(office)
    assert words(office) == ["Goal of 0", "Goal of 1", "Goal of 2"]
    assert not office.db.execute("SELECT 1 FROM goal_offer").fetchone(), "nothing is asked any more"
    office.says(OTHER, "/start")
    office.presses(OTHER, *BACK)
    assert stage_of(office) == "claimed"
    assert words(office) == ["Goal of 0", "Goal of 1", "Goal of 2"]
    assert office.db.execute("SELECT count(*) FROM note").fetchone() == (3,)
    for typed in ("/start", "/delete", "Yes, delete everything"):
        office.says(FIRST, typed)
    assert office.db.execute("SELECT parent, words FROM goal").fetchall() == [
        (2, "Goal of 0"),
        (1, None),
        (2, "Goal of 2"),
    ]
    assert office.db.execute("SELECT words FROM note").fetchall() == [("Note about 2",)]
    closing(office)
    office.passes(91 * DAYS)
    assert not words(office)
    assert not office.db.execute("SELECT 1 FROM note").fetchone()


def words(office: Office) -> list[str]:
    return [kept for (kept,) in office.db.execute("SELECT words FROM goal WHERE words IS NOT NULL ORDER BY id")]


# What is taken back, and what has begun


def test_a_case_goes_on_where_it_stood_when_the_end_is_taken_back() -> None:
    for held, ahead, stage in ((False, False, "in_contact"), (False, True, "agreed"), (True, True, "meeting")):
        office = Office(Kind())
        now = office.world.clock.now()
        if held:
            hold(office)
        if ahead:
            times = (now + timedelta(days=2),)
            office.does(meet.OfferTimes(1, "individual", office.first.id, "phone", 60, times, agreed=True))
        office.does(end.ProposeClosing(1, "contact_lost"))
        office.does(end.TakeBackClosing(1))
        assert stage_of(office) == stage


def hold(office: Office) -> None:
    """A meeting that began an hour ago is added and recorded."""
    office.does(meet.AddMeeting(1, "individual", office.first.id, office.world.clock.now()))
    (meeting,) = office.db.execute("SELECT max(id) FROM meeting").fetchone()
    office.does(meet.RecordMeeting(1, meeting, "individual", "phone", 60, ("parent 1",), 1, "next_open"))


def test_what_has_begun_ends_together_and_is_never_called_not_started() -> None:
    office = Office(Kind(pair=True))
    hold(office)
    office.does(do.GiveBack(1, "time"))
    office.does(do.GiveBack(1, "time"), PAIR)
    office.claims()
    office.says(WORKER, "/start")
    office.presses(WORKER, "My cases (1)", "K7F2 · claimed", "More about the case")
    assert "It does not start" not in screen(office, WORKER)
    office.expects(do.EndCase(1, "not_started", "unreachable"), allowed=False)


# The walls


def after_the_end(office: Office, chat: int, does: str) -> None:
    """What one parent does after the end, and what follows from it."""
    match does:
        case "comes back":
            office.presses(chat, *BACK)
        case "comes back and goes":
            office.presses(chat, *BACK)
            labels = ("Withdraw the request", "Yes, withdraw it")
            office.presses(chat, *(labels if chat == FIRST else ("Take my answers back", "Yes, take them back")))
        case "comes back and it ends again":
            office.presses(chat, *BACK)
            closing(office, ("other_services",))
        case "deletes":
            office.presses(chat, "Delete my data", "Yes, delete everything")
        case "is offered times":
            office.presses(chat, *BACK)
            party = office.person(chat).id
            at = office.world.clock.now().replace(hour=9, minute=0, second=0).replace(day=27)
            office.does(meet.OfferTimes(1, "individual", party, "onsite", 60, (at,), "other"))


@fixed("end", "invitation")
@pytest.mark.parametrize("other", [FIRST, OTHER])
@pytest.mark.parametrize(
    "does", ["comes back", "comes back and goes", "comes back and it ends again", "deletes", "is offered times"]
)
def test_the_others_calls_do_not_tell_that_somebody_came_back(other: int, does: str) -> None:
    told = []
    for happens in ("", does):
        office = closed(told=("peer_groups",))
        after_the_end(office, FIRST if other == OTHER else OTHER, happens)
        office.passes(30)
        office.says(other, "/start")
        office.says(other, "/mydata")
        office.says(other, "/start")
        office.presses(other, "I want to come back")
        told.append(office.calls[other])
        assert "end" in CHANNELS
    assert told[0] == told[1]


def test_the_promised_day_of_who_comes_back_is_their_own() -> None:
    office = closed()
    office.presses(OTHER, *BACK)
    office.passes(9 * DAYS)
    office.says(FIRST, "/start")
    office.presses(FIRST, *BACK)
    assert "9 Dec" in screen(office, FIRST), "seven days from today, not from when the other came back"
    assert "sorry" not in screen(office, FIRST)


# What goes


def test_after_the_time_nothing_about_people_stays_and_the_counts_do() -> None:
    office = closed()
    office.passes(91 * DAYS)
    for table in ("former", "ending", "party", "letter", "work", "invitee", "host", "referral"):
        assert not office.db.execute(f"SELECT 1 FROM {table}").fetchone(), table
    office.passes(2 * DAYS)
    left = [chat for (chat,) in office.db.execute("SELECT chat_id FROM person ORDER BY 1")]
    assert left == [WORKER, PAIR]
    assert stage_of(office) == "closed"
    office.says(FIRST, "/start")
    assert "Here you can ask for free meetings" in screen(office, FIRST)


def test_the_way_back_is_open_until_the_very_day_and_not_longer() -> None:
    office = closed(both=False)
    office.says(FIRST, "/start")
    office.passes(89.75 * DAYS)
    office.says(FIRST, "/start")
    assert "I want to come back" in screen(office, FIRST)
    office.presses(FIRST, "I want to come back")
    office.passes(0.5 * DAYS)
    office.says(FIRST, "Yes, I come back")
    assert stage_of(office) == "closed"


async def test_what_a_closed_case_kept_is_gone_from_the_disk(tmp_path: Path) -> None:
    canary = "kanarialintu"
    async with theatre(tmp_path) as stage:
        worker = await stage.staff("Tuuli")
        parent = await claimed(stage, worker)
        await stage.service.database.turn(
            lambda db: db.execute("UPDATE party SET answers=json_set(answers, '$.mode', json_array(?))", (canary,))
        )
        await closes(worker)
        assert canary.encode() in on_disk(tmp_path)
        for _ in range(92):
            await stage.push(days=1)
        await stage.push(minutes=2)
        assert not await stage.rows("SELECT 1 FROM person WHERE chat_id=?", parent.id)
        assert canary.encode() not in on_disk(tmp_path)
        assert str(parent.id).encode() not in on_disk(tmp_path)
        assert await stage.rows("SELECT stage FROM cases") == [("closed",)]


async def test_a_pair_hears_of_who_comes_back(tmp_path: Path) -> None:
    async with theatre(tmp_path) as stage:
        worker, pair = await stage.staff("Tuuli"), await stage.staff("Vesa")
        parent = await claimed(stage, worker)
        await asks(worker, pair, "Ask a work pair")
        await closes(worker)
        await parent.presses(*BACK)
        assert "a parent comes back" in seen(worker)
        assert "a parent comes back" not in seen(pair), "who was asked only has nothing to do with it"
