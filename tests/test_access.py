"""Every role × action × relation, on real rows: what the table says is what lists, searches, cards, counts, notices and
changes do."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot import casework, notices
from bot.clock import Clock
from bot.database import migrate
from bot.facts import seat_of
from bot.records import (
    cards,
    cases,
    endings,
    goals,
    invitations,
    meetings,
    notes,
    overrides,
    people,
    seats,
    standing,
    work,
)
from bot.records.people import Person
from bot.world import World
from conversations import closing_effects as close
from conversations import effects as do
from conversations import goal_effects as aim
from conversations import meeting_effects as meet
from conversations.access import ACTIONS, ALLOWED, RELATIONS, Action, Relation
from conversations.casework import parent_name
from conversations.facts import Role, Seat
from tests.theatre import MONDAY, NORTH, SOUTH, settings

TODAY = MONDAY.date()
ROLES: tuple[Role, ...] = ("worker", "lead", "coordinator")
REFERENCE = "K7F2"

MATRIX = """
                                    queue own asked unattended colleague's closed ended conflict party elsewhere
worker       list                   x     x   x     .          .           .      .     .        .     .
worker       open                   x     x   x     .          .           x      .     .        .     .
worker       glance                 .     .   .     x          x           .      .     .        .     .
worker       claim                  x     .   .     .          .           .      .     .        .     .
worker       work                   .     x   .     .          .           .      .     .        .     .
worker       answer                 .     .   x     .          .           .      .     .        .     .
worker       declare conflict       x     x   x     .          .           .      .     .        .     .
worker       invite                 .     x   .     .          .           .      .     .        .     .
worker       assign                 .     .   .     .          .           .      .     .        .     .
worker       count                  x     x   x     x          x           .      .     .        .     .
worker       hear of new            x     .   .     .          .           .      .     .        .     .
worker       hear of moved          x     .   .     .          .           .      .     .        .     .
worker       hear of withdrawn      .     x   .     .          .           .      .     .        .     .
worker       hear of reply          .     x   .     .          .           .      .     .        .     .
worker       hear of rating         .     x   .     .          .           x      .     .        .     .
worker       hear of invitation     .     x   .     .          .           .      .     .        .     .
worker       hear of question       .     .   x     .          .           .      .     .        .     .
worker       hear of change         .     x   .     .          .           .      .     .        .     .
worker       hear of answer         .     x   .     .          .           .      .     .        .     .
worker       hear of unattended     .     .   .     .          .           .      .     .        .     .
worker       hear of unclaimed      .     .   .     .          .           .      .     .        .     .
worker       hear of long unclaimed .     .   .     .          .           .      .     .        .     .
worker       hear of no meeting     .     x   .     .          .           .      .     .        .     .
worker       hear of meeting        .     x   .     .          .           .      .     .        .     .
worker       hear of call           .     x   .     .          .           x      .     .        .     .
worker       hear of unheard call   .     .   .     .          .           .      .     .        .     .
worker       hear of left call      x     .   .     x          x           .      x     .        .     .
worker       call back              .     x   .     .          .           x      .     .        .     .
worker       ask child              .     x   .     .          .           x      .     .        .     .
worker       hear of child          .     x   .     .          .           x      .     .        .     .
worker       hear of child at last  x     x   x     x          x           x      x     .        .     .
lead         list                   x     .   .     x          .           .      .     .        .     .
lead         open                   .     .   .     .          .           .      .     .        .     .
lead         glance                 x     .   .     x          x           .      .     .        .     .
lead         claim                  .     .   .     .          .           .      .     .        .     .
lead         work                   .     .   .     .          .           .      .     .        .     .
lead         answer                 .     .   .     .          .           .      .     .        .     .
lead         declare conflict       .     .   .     .          .           .      .     .        .     .
lead         invite                 .     .   .     .          .           .      .     .        .     .
lead         assign                 .     .   .     x          .           .      .     .        .     .
lead         count                  x     .   .     x          x           .      .     .        .     .
lead         hear of new            x     .   .     .          .           .      .     .        .     .
lead         hear of moved          x     .   .     .          .           .      .     .        .     .
lead         hear of withdrawn      .     .   .     .          .           .      .     .        .     .
lead         hear of reply          .     .   .     .          .           .      .     .        .     .
lead         hear of rating         .     .   .     .          .           .      .     .        .     .
lead         hear of invitation     .     .   .     .          .           .      .     .        .     .
lead         hear of question       .     .   .     .          .           .      .     .        .     .
lead         hear of change         .     .   .     .          .           .      .     .        .     .
lead         hear of answer         .     .   .     x          .           .      .     .        .     .
lead         hear of unattended     .     .   .     x          .           .      .     .        .     .
lead         hear of unclaimed      x     .   .     .          .           .      .     .        .     .
lead         hear of long unclaimed .     .   .     .          .           .      .     .        .     .
lead         hear of no meeting     x     .   .     x          x           .      .     .        .     .
lead         hear of meeting        .     .   .     .          .           .      .     .        .     .
lead         hear of call           .     .   .     .          .           .      .     .        .     .
lead         hear of unheard call   x     .   .     x          x           .      x     .        .     .
lead         hear of left call      .     .   .     .          .           .      .     .        .     .
lead         call back              .     .   .     .          .           .      .     .        .     .
lead         ask child              .     .   .     .          .           .      .     .        .     .
lead         hear of child          x     .   .     x          x           .      x     .        .     .
lead         hear of child at last  .     .   .     .          .           .      .     .        .     .
coordinator  list                   .     .   .     .          .           .      .     .        .     .
coordinator  open                   .     .   .     .          .           .      .     .        .     .
coordinator  glance                 .     .   .     .          .           .      .     .        .     .
coordinator  claim                  .     .   .     .          .           .      .     .        .     .
coordinator  work                   .     .   .     .          .           .      .     .        .     .
coordinator  answer                 .     .   .     .          .           .      .     .        .     .
coordinator  declare conflict       .     .   .     .          .           .      .     .        .     .
coordinator  invite                 .     .   .     .          .           .      .     .        .     .
coordinator  assign                 .     .   .     .          .           .      .     .        .     .
coordinator  count                  x     .   .     x          x           .      .     .        .     .
coordinator  hear of new            .     .   .     .          .           .      .     .        .     .
coordinator  hear of moved          .     .   .     .          .           .      .     .        .     .
coordinator  hear of withdrawn      .     .   .     .          .           .      .     .        .     .
coordinator  hear of reply          .     .   .     .          .           .      .     .        .     .
coordinator  hear of rating         .     .   .     .          .           .      .     .        .     .
coordinator  hear of invitation     .     .   .     .          .           .      .     .        .     .
coordinator  hear of question       .     .   .     .          .           .      .     .        .     .
coordinator  hear of change         .     .   .     .          .           .      .     .        .     .
coordinator  hear of answer         .     .   .     .          .           .      .     .        .     .
coordinator  hear of unattended     .     .   .     .          .           .      .     .        .     .
coordinator  hear of unclaimed      .     .   .     .          .           .      .     .        .     .
coordinator  hear of long unclaimed x     .   .     .          .           .      .     .        .     .
coordinator  hear of no meeting     .     .   .     .          .           .      .     .        .     .
coordinator  hear of meeting        .     .   .     .          .           .      .     .        .     .
coordinator  hear of call           .     .   .     .          .           .      .     .        .     .
coordinator  hear of unheard call   .     .   .     .          .           .      .     .        .     .
coordinator  hear of left call      .     .   .     .          .           .      .     .        .     .
coordinator  call back              .     .   .     .          .           .      .     .        .     .
coordinator  ask child              .     .   .     .          .           .      .     .        .     .
coordinator  hear of child          .     .   .     .          .           .      .     .        .     .
coordinator  hear of child at last  .     .   .     .          .           .      .     .        .     .
"""

SLOT, LATER = MONDAY + timedelta(hours=24), MONDAY + timedelta(hours=26)

EFFECTS: tuple[do.CaseWork, ...] = (
    do.GiveBack(1, "time"),
    do.EndCase(1, "not_started", "other"),
    do.LogContact(1, "called"),
    do.RecordTalkAlone(1, 1),
    do.RecordWelfare(1, "no"),
    do.CorrectFact(1, 1, "mode", ("phone",)),
    do.AskColleague(1, "pair", 3),
    do.AnswerOffer(1, True),
    do.RevokeOffer(1),
    do.SwapLead(1),
    do.DeclareConflict(1),
    do.ReturnToQueue(1),
    do.Write(1, 1, "Could we call at four?"),
    do.EndTalk(1, 1),
    do.InviteOther(1),
    do.RevokeInvitation(1),
    do.ConfirmGuest(1, 4),
    do.RejectGuest(1, 4),
    meet.AgreeStart(1, "separate"),
    meet.AskOverride(1, "both_ask"),
    meet.AnswerOverride(1, agreed=True),
    meet.OfferTimes(1, "individual", 1, "onsite", 60, (SLOT,)),
    meet.MoveMeeting(1, 1, (LATER,)),
    meet.CancelMeeting(1, 1),
    meet.MissMeeting(1, 2),
    meet.AddMeeting(1, "individual", 1, MONDAY),
    meet.RemoveMeeting(1, 2),
    meet.RecordMeeting(1, 2, "individual", "onsite", 60, ("parent 1",), 1, "next_open"),
    aim.AddGoal(1, 1, "Calm evenings"),
    aim.RewordGoal(1, 2, "Calm mornings"),
    aim.EndGoal(1, 1),
    aim.RateGoal(1, 1, 1, "later", 4),
    aim.OfferRating(1, 1, "end"),
    aim.WriteNote(1, 1, "Works shifts."),
    aim.DropNote(1, 1),
    close.ProposeClosing(1, "moved_on"),
    close.RecordSummary(1, "not_wanted"),
    close.TakeBackClosing(1),
    close.CloseCase(1, ("peer_groups",)),
)


OVER = ("closed", "ended")
"""Relations to a case in which nothing can be done any more."""


def matrix() -> dict[tuple[str, str, str], bool]:
    """Every cell as it is meant to be."""
    head, *rows = MATRIX.strip().splitlines()
    names = head.split()
    cells: dict[tuple[str, str, str], bool] = {}
    for row in rows:
        role, rest = row.split(maxsplit=1)
        action, marks = rest[:23].strip(), rest[23:].split()
        cells |= {(role, action, name): mark == "x" for name, mark in zip(names, marks, strict=True)}
    return cells


CELLS = matrix()


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("PRAGMA foreign_keys=ON")
    migrate(connection)
    yield connection
    connection.close()


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(settings(tmp_path / "bot.sqlite3", 0), Clock(MONDAY), "testi_bot")


def prepare(db: sqlite3.Connection, effect: do.CaseWork) -> None:
    """What has to be there before this can be done."""
    match effect:
        case do.InviteOther() | do.RevokeInvitation():
            db.execute("DELETE FROM invited")
        case meet.AskOverride() | meet.AnswerOverride():
            if len(cases.parties(db, 1)) < 2:
                cases.add_party(db, 1, people.meet(db, 15, "en", MONDAY), {})
            if isinstance(effect, meet.AnswerOverride):
                overrides.ask(db, people.meet(db, 13, "en", MONDAY), 1, "both_ask")
        case close.RecordSummary() | close.TakeBackClosing() | close.CloseCase():
            if cases.stage_of(db, 1) == "claimed":
                cases.log(db, 1, "closing", MONDAY, detail="end_agreed")
                cases.log(db, 1, "summed_up", MONDAY, detail="summed")
        case (
            meet.MoveMeeting() | meet.CancelMeeting() | meet.MissMeeting() | meet.RemoveMeeting() | meet.RecordMeeting()
        ):
            parent, worker = people.meet(db, 11, "en", MONDAY), people.meet(db, 12, "en", MONDAY)
            for start in (SLOT, MONDAY - timedelta(hours=1)):
                wanted = meet.OfferTimes(1, "individual", parent.id, "onsite", 60, (start,))
                made = meetings.make(db, wanted, f"uid {start}", MONDAY, [worker], [parent])
                meetings.offer(db, made.id, [start])
                meetings.agree(db, made.id, start)


def scene(db: sqlite3.Connection, world: World, role: Role, relation: Relation) -> tuple[Person, Seat]:
    """A person with a role, and a case that stands so to this person. The parent is person 1, a colleague person 3,
    and person 4 has answered by the link for the other parent."""
    parent = people.meet(db, 11, "en", MONDAY)
    person, colleague = people.meet(db, 12, "en", MONDAY), people.meet(db, 13, "en", MONDAY)
    for who, has in ((person, role), (colleague, "worker")):
        code = seats.invite(db, SOUTH, has, MONDAY + timedelta(hours=1))
        seats.accept(db, who, code, "Name", MONDAY)
    case = cases.open_case(db, NORTH if relation == "elsewhere" else SOUTH, MONDAY, 7, lambda: REFERENCE)
    cases.add_party(db, case, parent, {"phone_safe": ("yes",), "afraid": ("no",), "contact_other": ("yes",)})
    guest = people.meet(db, 14, "en", MONDAY)
    link = invitations.make(db, case, MONDAY + timedelta(hours=1))
    invitations.open_link(db, guest, link or "", MONDAY)
    invitations.answer(db, guest, {"afraid": ("no",)})
    for words in ("Calm evenings", "Enough sleep"):
        goals.add(db, case, 1, words, MONDAY)
    goals.rate(db, case, 1, 1, "first", 2, MONDAY)
    notes.write(db, person, case, 1, "Works shifts.", MONDAY)
    match relation:
        case "own":
            cases.claim(db, person, case, MONDAY)
        case "asked":
            cases.claim(db, colleague, case, MONDAY)
            work.ask(db, colleague, case, "pair", person.id, MONDAY)
        case "unattended":
            cases.claim(db, colleague, case, MONDAY)
            work.set_away(db, colleague, (TODAY, TODAY))
        case "colleague's":
            cases.claim(db, colleague, case, MONDAY)
        case "ended":
            cases.claim(db, colleague, case, MONDAY)
            cases.end(db, case, "not_started", MONDAY, "other")
        case "closed":
            cases.claim(db, person, case, MONDAY)
            invitations.drop(db, case)
            cases.log(db, case, "closing", MONDAY, detail="end_agreed")
            cases.log(db, case, "closed", MONDAY, detail="end_agreed")
            endings.part(db, case, MONDAY + timedelta(days=90), ())
        case "conflict":
            work.declare_conflict(db, person, case, MONDAY)
        case "party":
            cases.add_party(db, case, person, {})
    seat = seat_of(db, world, person)
    assert seat
    return person, seat


LISTED: dict[str, Relation] = {
    "queue": "queue",
    "newest": "queue",
    "mine": "own",
    "today": "own",
    "asked": "asked",
    "unattended": "unattended",
}
"""The relation that each list shows."""

EVERY = pytest.mark.parametrize(("role", "relation"), [(role, relation) for role in ROLES for relation in RELATIONS])


def test_the_table_is_complete_and_as_it_is_meant() -> None:
    assert set(CELLS) == {(role, action, relation) for role in ROLES for action in ACTIONS for relation in RELATIONS}
    assert {cell: cell[2] in ALLOWED.get(cell[:2], ()) for cell in CELLS} == CELLS  # type: ignore[arg-type]


@EVERY
def test_a_case_stands_as_its_rows_say(role: Role, relation: Relation, db: sqlite3.Connection, world: World) -> None:
    person, _ = scene(db, world, role, relation)
    assert standing.relation(db, person, 1, TODAY) == (role, relation)
    for action in ACTIONS:
        assert standing.may(db, person, action, 1, TODAY) == CELLS[role, action, relation], action


@EVERY
def test_every_read_is_filtered(role: Role, relation: Relation, db: sqlite3.Connection, world: World) -> None:
    person, seat = scene(db, world, role, relation)

    def may(action: Action) -> bool:
        return CELLS[role, action, relation]

    lists = {name: cards.lines(db, person, seat, name, MONDAY, 0) for name in LISTED}
    assert all(page.total == len(page.rows) for page in lists.values())
    shown = {name for name, page in lists.items() if page.rows}
    assert shown == ({name for name, listed in LISTED.items() if listed == relation} if may("list") else set())
    assert bool(cards.found(db, person, seat, REFERENCE.lower(), TODAY).rows) == may("open")
    card = cards.card(db, person, 1, MONDAY, TODAY)
    assert (card is not None) == (may("open") or may("glance"))
    assert bool(card and card.parties) == may("open")
    assert bool(card and card.guest) == may("invite")
    assert bool(cards.timeline(db, person, 1, TODAY)) == may("open")
    casework.reply(db, world, people.meet(db, 11, "en", MONDAY), "words") if relation not in OVER else None
    assert bool(cards.letters(db, person, 1, TODAY)) == may("work")
    assert bool(goals.of_case(db, person, 1, TODAY)) == may("open")
    assert bool(notes.of_case(db, person, 1, TODAY)) == may("work")
    assert (sum(cards.counts(db, person, seat, MONDAY).values()) == 1) == may("count")
    assert person.id not in [c.person for c in standing.colleagues(db, person, 1, TODAY)]


@EVERY
def test_every_notice_has_its_hearers_and_no_others(
    role: Role, relation: Relation, db: sqlite3.Connection, world: World
) -> None:
    scene(db, world, role, relation)
    for kind, (action, _) in notices.TOLD.items():
        db.execute("DELETE FROM outbox")
        notices.tell_staff(db, world, 1, kind, first=TODAY, last=TODAY, at=MONDAY, parent=parent_name(2))
        heard = db.execute("SELECT params FROM outbox WHERE chat_id=12").fetchall()
        assert bool(heard) == CELLS[role, action, relation], kind
        for (params,) in heard:
            assert REFERENCE in params
            assert "afraid" not in params


@EVERY
def test_every_change_is_asked_for_again(role: Role, relation: Relation, db: sqlite3.Connection, world: World) -> None:
    person, _ = scene(db, world, role, relation)
    for effect in EFFECTS:
        db.execute("SAVEPOINT before")
        if relation not in OVER:
            prepare(db, effect)
        before = list(db.iterdump())
        if any(CELLS[role, action, relation] for action in casework.ALLOWED_BY[type(effect)]):
            casework.carry_out(db, world, person, effect)
            assert list(db.iterdump()) != before, effect
        else:
            with pytest.raises(LookupError):
                casework.carry_out(db, world, person, effect)
            assert list(db.iterdump()) == before, effect
        db.execute("ROLLBACK TO before")
        db.execute("RELEASE before")


def test_every_change_has_its_action() -> None:
    assert {type(effect) for effect in EFFECTS} == set(casework.ALLOWED_BY)
