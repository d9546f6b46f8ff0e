"""A child's feedback on an adult's phone: it begins, it is counted, it ends; in the turn's
transaction.

Nothing is written down of who was asked and when: neither in the log of a case nor in the audit log.
"""

from datetime import timedelta
from sqlite3 import Connection
from typing import assert_never

from msgspec.structs import replace

from bot import child_call, facts, notices, outbox, render, screens
from bot.clock import HELSINKI
from bot.records import cases, children, feedback, people, seats, standing
from bot.records.children import Begun, Child
from bot.records.feedback import SHEET, Sheet
from bot.records.people import Person
from bot.world import World
from conversations import feedback_effects as do
from conversations.child_start import WAY_OUT
from conversations.conversation import Conversation, begin, child_flow, home
from conversations.facts import Facts
from conversations.feedback_facts import Band, Device
from conversations.staff import FLOWS
from conversations.text import N_

WRONG_WORDS, KEYPAD_RESTS = 5, timedelta(minutes=1)
"""After so many wrong words of the way out none counts for so long."""

UNREAD = timedelta(hours=1)
"""For so long it is not taken for granted that a worker has seen who wishes to talk."""


def carry_out(db: Connection, world: World, person: Person, effect: do.Childlike) -> None:
    """Do it, or raise LookupError if it cannot be done now."""
    if isinstance(effect, do.SendChild | do.EndChild | do.PauseChild):
        world.wiped = True
    match effect:
        case do.StartChild(band=band, case=case):
            _begin(db, world, person, _begun(db, world, person, band, case))
        case do.MakeChildCode(band=band, case=case):
            _make_code(db, world, person, _begun(db, world, person, band, case))
        case do.OpenChild(code=code):
            if seats.seat_of(db, person):
                raise LookupError("not a parent's phone")
            _begin(db, world, person, children.use_code(db, code, world.clock.now()))
        case do.HandOver():
            child = _child(db, person)
            feedback.count(db, _sheet(world, child), SHEET, "asked")
        case do.SendChild():
            _send(db, world, person, effect)
        case do.CallAdult():
            child_call.call(db, world, person)
        case do.EndChild(silent=silent):
            _end(db, world, person, silent=silent)
        case do.PauseChild():
            _pause(db, world, person)
        case do.DrawWayOut():
            children.draw(db, person, _draw(world))
        case do.WrongWord():
            children.wrong_word(db, person, WRONG_WORDS, world.clock.now() + KEYPAD_RESTS)
        case do.DropAside():
            children.put_aside(db, person, None)
        case _:
            assert_never(effect)


def _child(db: Connection, person: Person) -> Child:
    child = children.of(db, person)
    if child is None:
        raise LookupError("no child has this chat")
    return child


def _begun(db: Connection, world: World, person: Person, band: Band, case: int) -> Begun:
    """Only a worker begins it, and with a case only with an own one."""
    seat, today = seats.seat_of(db, person), world.clock.now().astimezone(HELSINKI).date()
    if seat is None or seat[0] != "worker" or (case and not standing.may(db, person, "ask child", case, today)):
        raise LookupError("not allowed")
    return Begun(seat[1], band, case or None, person.id, feedback.length_of(db, case or None))


def _begin(db: Connection, world: World, person: Person, begun: Begun) -> None:
    """One message is left in the chat: what the adult reads first."""
    device: Device = "worker" if seats.seat_of(db, person) else "parent"
    own, way_out = people.conversation(db, person), _draw(world)
    children.begin(db, person, begun, device, world.chance(1 << 32), way_out)
    children.put_aside(db, person, own)
    people.start_timer(db, person, "child", world.due("child"))
    people.stop_timer(db, person, "details")
    screens.clean(db, world, person)
    _put_back(db, world, person)
    flow = FLOWS[child_flow(begun.band)]
    screens.show(db, world, person, begin(flow, facts.load(db, world, person, flow, None)))


def _put_back(db: Connection, world: World, person: Person) -> None:
    """That another child wishes to talk may not have been read yet: it comes again when this one has gone."""
    now = world.clock.now()
    today = now.astimezone(HELSINKI).date()
    for case in cases.with_event(db, "adult_wanted", now - UNREAD):
        mine = [each for each in standing.hearers(db, case, "hear of child", today) if each[0].id == person.id]
        if mine:
            notices.tell_staff(db, world, case, "adult_wanted", to=mine)


def _draw(world: World) -> tuple[str, ...]:
    """Three words in an order, for the adult alone."""
    words = list(WAY_OUT)
    return tuple(words.pop(world.chance(len(words))) for _ in range(3))


def _make_code(db: Connection, world: World, person: Person, begun: Begun) -> None:
    now = world.clock.now()
    until = now + timedelta(minutes=world.config.feedback.code_minutes)
    code = children.make_code(db, begun, until, world.chance)
    said = (
        N_("The code for a parent's phone: {code}", code=code),
        N_("The parent opens this bot: https://t.me/{bot}", bot=world.username),
        N_("There the parent presses START and writes the code."),
        N_("It works once, until {moment}. Stay near while the child answers.", moment=until),
    )
    params = {"text": render.paragraphs(said, person.locale), "protect_content": True}
    outbox.put(db, now, person.chat_id, "notice", "sendMessage", params)


def _sheet(world: World, child: Child) -> Sheet:
    begun = child.begun
    week = feedback.week_of(world.clock.now())
    return Sheet(begun.association, "child", begun.band, child.device, begun.length, week)


def _send(db: Connection, world: World, person: Person, effect: do.SendChild) -> None:
    """Answers become counts; texts are kept only while somebody is named who reads them."""
    child = _child(db, person)
    if child.token is None:
        raise LookupError("answered already")
    sheet = _sheet(world, child)
    feedback.spend(db, child.token)
    children.answered(db, person)
    outbox.forget_settled(db, person.chat_id)
    texts = effect.texts if feedback.reader(db, sheet.association) else {}
    if effect.values or texts:
        feedback.store(db, sheet, effect.values, texts)
    else:
        feedback.count(db, sheet, SHEET, "declined")


def _end(db: Connection, world: World, person: Person, *, silent: bool) -> None:
    """The child's message goes, and the adult's own conversation comes as a new one, unless nobody is there for it."""
    own = children.aside(db, person)
    children.end(db, person)
    for timer in ("child", "unseal"):
        people.stop_timer(db, person, timer)
    screens.clean(db, world, person)
    outbox.forget_prompts(db, person.chat_id)
    known = replace(facts.load(db, world, person, None, None), child=None)
    at = _goes_on(known, own)
    if not silent:
        screens.show(db, world, person, at)
    elif own is not None:
        at = screens.settled(db, world, person, at)
        people.save_conversation(db, person, replace(at, nonce="", buttons=()), world.clock.now())


def _goes_on(known: Facts, own: Conversation | None) -> Conversation:
    """Where the adult was: at the very question, or on the front page of a worker, with what waits to be sent."""
    flow = FLOWS[home(known)]
    if own is None or own.flow != flow.name or own.state not in flow.states:
        return begin(flow, known)
    return own if flow.draft else begin(flow, known, own)


def _pause(db: Connection, world: World, person: Person) -> None:
    """Nothing stands in the chat, and nothing of what was answered anywhere."""
    _child(db, person)
    screens.clean(db, world, person)
    outbox.forget_prompts(db, person.chat_id)
    flow = FLOWS[home(facts.load(db, world, person, None, None))]
    at = Conversation(flow=flow.name, state=flow.sealed)
    people.save_conversation(db, person, at, world.clock.now())
