"""The turn: a stored event or a timer that ran out → facts → step → effects and words; one transaction.

It carries out, it does not decide: what follows from an event stands in `conversations`. It knows no Telegram types
and no SQL on records.
"""

from sqlite3 import Connection

import phonenumbers
from msgspec import Struct

from bot import childhood, effects, facts, helpnow, outbox, render, screens, updates
from bot.clock import moment
from bot.records import chats, children, people, seats
from bot.records.people import Person
from bot.world import World
from conversations import core, events, moves
from conversations.effects import CleanChat, Forget
from conversations.entries import Entry, UnknownEntry
from conversations.staff import FLOWS
from conversations.text import Paragraph
from conversations.view import view


class Toast(Struct, frozen=True):
    """The answer to a button press that Telegram waits for; it goes out at once, outside the outbox."""

    callback_id: str
    text: str = ""


def take(db: Connection, world: World, payload: str) -> Toast | None:
    """Take one stored update. What it raises is quarantined by the caller."""
    incoming = updates.read(payload)
    if incoming is None:
        return None
    if not incoming.private:
        _in_group(db, incoming)
        return None
    if incoming.kind == "member":
        if incoming.member:
            people.unblocked(db, incoming.chat_id)
        else:
            people.blocked(db, incoming.chat_id, world.clock.now())
        return None
    if incoming.kind == "press" and not people.known(db, incoming.chat_id):
        # A second tap on a way out: whoever was just forgotten must not be stored again by it.
        return Toast(incoming.callback_id, render.words(moves.STALE, render.guess(incoming.language)))
    seats.name(db, incoming.chat_id, incoming.name)
    person = people.meet(db, incoming.chat_id, render.guess(incoming.language), world.clock.now())
    if incoming.message_id is not None and incoming.kind != "edited":
        sent_at = moment(incoming.date) if incoming.date else world.clock.now()
        chats.saw_message(db, person.chat_id, incoming.message_id, "theirs", sent_at)
    if incoming.kind == "text" and _helped(db, world, person, incoming):
        return None
    toast = answer(db, world, person, _event(db, world, person, incoming), incoming)
    return Toast(incoming.callback_id, toast) if incoming.kind == "press" else None


def _helped(db: Connection, world: World, person: Person, incoming: updates.Incoming) -> bool:
    """Answer somebody who asked for help in a chat that a child had when it arrived and has no more. It is answered
    from memory everywhere else, so it does not come as far as this."""
    locale = helpnow.asked_in(incoming)
    if locale is None or children.is_sealed(db, person.chat_id):
        return False
    now = world.clock.now()
    outbox.put(db, now, person.chat_id, "notice", *helpnow.message(person.chat_id, locale, world.config))
    if incoming.message_id is not None:
        outbox.remove_messages(db, now, person.chat_id, [incoming.message_id])
    return True


def run_out(db: Connection, world: World, person: Person, timer: str) -> None:
    """Take one timer that has run out."""
    people.stop_timer(db, person, timer)
    answer(db, world, person, events.Due(timer))


def answer(
    db: Connection,
    world: World,
    person: Person,
    event: events.Event | Entry,
    incoming: updates.Incoming | None = None,
) -> str:
    """The heart: load, step, carry out, say, save. Returns the toast for a press."""
    entry, event = (event, events.Entered()) if isinstance(event, Entry) else (None, event)
    at = people.conversation(db, person)
    known = facts.load(db, world, person, FLOWS.get(at.flow) if at else None, at, entry)
    step = core.step(FLOWS, at, event, known)
    for effect in step.effects:
        effects.carry_out(db, world, person, effect)
    pressed, priority = (incoming.pressed, outbox.ANSWER) if incoming else (None, outbox.NOTICE)
    helped = event == events.Commanded("help")
    typed = FLOWS[step.conversation.flow].sealed and (helped or isinstance(event, events.Typed))
    if incoming is None or typed:  # nobody waits for something new: what stands in the chat is changed without a sound
        pressed = next(iter(chats.prompts(db, person.chat_id)[-1:]), None)
    if any(isinstance(effect, Forget) for effect in step.effects):
        _farewell(db, world, person, step.notes)
    elif step.asks:
        cleaned = any(isinstance(effect, CleanChat) for effect in step.effects)
        screens.show(db, world, person, step.conversation, step.notes, None if cleaned else pressed, priority)
    return render.cut(render.words(step.toast, person.locale), render.TOAST_LIMIT) if step.toast else ""


def _farewell(db: Connection, world: World, person: Person, notes: tuple[Paragraph, ...]) -> None:
    """The last words to somebody about whom nothing is stored any more, not even this message's id. They come without
    a sound, because the person has just pressed, and with a button that removes them."""
    if notes:
        text = render.cut(render.paragraphs(notes, person.locale))
        params = {"text": text, "disable_notification": True, "reply_markup": helpnow.hide(person.locale)}
        outbox.put(db, world.clock.now(), person.chat_id, "farewell", "sendMessage", params)


def apologize(db: Connection, world: World, payload: str) -> None:
    """Tell somebody whose update could not be processed, if it says at all who that is."""
    incoming = updates.read(payload)
    if incoming and incoming.private and incoming.kind != "member":
        locale = render.guess(incoming.language)
        text = render.paragraphs((render.DISCREET, moves.APOLOGY), locale)
        outbox.put(
            db, world.clock.now(), incoming.chat_id, "notice", "sendMessage", {"text": text}, policy="at_most_once"
        )


def _in_group(db: Connection, incoming: updates.Incoming) -> None:
    """Groups get notices and no conversation. A group belongs to the association of the worker who added the bot."""
    if incoming.kind == "moved":
        chats.moved(db, incoming.chat_id, incoming.moved_to)
    elif incoming.kind == "member":
        association = seats.association_of_user(db, incoming.user_id)
        if incoming.member and association and incoming.group:
            chats.add_group(db, incoming.chat_id, association)
        elif not incoming.member:
            chats.remove_group(db, incoming.chat_id)


def _event(db: Connection, world: World, person: Person, incoming: updates.Incoming) -> events.Event | Entry:
    match incoming.kind:
        case "press":
            return _pressed(db, person, incoming.text)
        case "contact":
            return events.SharedContact(_phone(incoming.text))
        case "edited":
            return events.Corrected()
        case "text":
            return _typed(db, world, person, incoming)
    return events.Unreadable()


def _pressed(db: Connection, person: Person, data: str) -> events.Event | Entry:
    nonce, _, index = data.partition(".")
    if children.is_sealed(db, person.chat_id):  # the button of a notice opens nothing there
        return events.Pressed(nonce, int(index) if index.isascii() and index.isdecimal() else -1)
    if data == render.OPEN:
        return events.Commanded("start")
    behind = seats.notice_entry(db, person, nonce)
    foreign = isinstance(behind, UnknownEntry)
    place = int(index) if index.isascii() and index.isdecimal() else -1
    return behind if behind and not foreign else events.Pressed(nonce, place, foreign)


def _typed(db: Connection, world: World, person: Person, incoming: updates.Incoming) -> events.Event | Entry:
    text = incoming.text
    if helpnow.asked_in(incoming) is not None:
        return events.Commanded("help")
    behind = childhood.typed(db, world, person, text)
    if behind:
        return behind
    if text.startswith("/"):
        name, payload = _command(text)
        if name == "start" and payload:
            return seats.entry(db, payload, incoming.name, world.clock.now())
        return events.Commanded(name)
    at = people.conversation(db, person)
    if at and at.flow in FLOWS and FLOWS[at.flow].sealed and outbox.asks_still(db, person.chat_id):
        return events.Unreadable()  # the question that stands was not shown yet when this was written
    button = None
    if at and at.flow in FLOWS and at.state in FLOWS[at.flow].states:
        screen = view(FLOWS[at.flow], at, facts.load(db, world, person, FLOWS[at.flow], at))
        named = render.named(screen, text, person.locale)
        token = screen.buttons[named].token if named is not None else ""
        button = at.buttons.index(token) if token in at.buttons else None
    return events.Typed(text, button, _phone(text))


def _command(text: str) -> tuple[str, str]:
    """The name of a typed command, without "@bot" and in lower case, and what follows it."""
    name, _, payload = text.removeprefix("/").partition(" ")
    return name.partition("@")[0].casefold(), payload.strip()


def _phone(text: str) -> str | None:
    """A telephone number in the international form, if the text is one; without a country it is a Finnish one."""
    try:
        number = phonenumbers.parse(text, "FI")
    except phonenumbers.NumberParseException:
        return None
    valid = phonenumbers.is_valid_number(number)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL) if valid else None
