"""Puts the screen of a state into a chat: in place of the message that was pressed, otherwise as a new one."""

from collections.abc import Sequence
from sqlite3 import Connection
from typing import Any

from msgspec.structs import replace

from bot import facts, outbox, render
from bot.clock import HELSINKI
from bot.records import cases, chats, children, people, standing
from bot.records.people import Person
from bot.world import World
from conversations import survey
from conversations.conversation import Conversation, begin
from conversations.flow import Menu
from conversations.staff import FLOWS
from conversations.text import Paragraph
from conversations.view import view


def show(
    db: Connection,
    world: World,
    person: Person,
    at: Conversation,
    notes: Sequence[Paragraph] = (),
    pressed: int | None = None,
    priority: int = outbox.ANSWER,
) -> None:
    """Commit a screen to the outbox and keep what its buttons mean. Older questions in the chat are removed. Nothing
    comes between a child and the questions: what would be shown there is shown afterwards."""
    person = people.by_id(db, person.id) or person  # the language may have changed
    flow, now, nonce = FLOWS[at.flow], world.clock.now(), world.nonce()
    if not flow.sealed and children.is_sealed(db, person.chat_id):
        children.put_aside(db, person, at)
        return
    rest = settled(db, world, person, at)
    if rest.state != at.state and survey.OVER not in notes:
        notes = (*notes, survey.OVER)
    at = rest
    screen = view(flow, at, facts.load(db, world, person, flow, at))
    shown: tuple[Paragraph, ...] = (*notes, *screen.paragraphs)
    if pressed is None and flow.discreet:
        shown = (render.DISCREET, *shown)
    params: dict[str, Any] = {
        "text": render.cut(render.paragraphs(shown, person.locale)),
        "reply_markup": render.keyboard(screen.rows, person.locale, nonce),
    }
    earlier = [message for message in chats.prompts(db, person.chat_id) if message != pressed]
    if pressed is None:
        # The words that end child mode stand on this one alone: a second one might stay in front of the child.
        once: outbox.Policy = "at_most_once" if flow.sealed and at.state == flow.start else "at_least_once"
        outbox.put(db, now, person.chat_id, "prompt", "sendMessage", params | {"protect_content": True}, policy=once)
    else:
        chats.saw_message(db, person.chat_id, pressed, "prompt", now)
        edited = params | {"message_id": pressed}
        outbox.put(db, now, person.chat_id, "prompt", "editMessageText", edited, priority=priority)
    outbox.remove_messages(db, now, person.chat_id, earlier)
    buttons = tuple(button.token for button in screen.buttons)
    people.save_conversation(db, person, replace(at, nonce=nonce, buttons=buttons), now)


def settled(db: Connection, world: World, person: Person, at: Conversation) -> Conversation:
    """A conversation in which nothing waits of a survey that is over: it is never kept any longer than that."""
    flow = FLOWS[at.flow]
    return survey.settled(flow, at, facts.load(db, world, person, flow, at)) if survey.holds(at) else at


def clean(db: Connection, world: World, person: Person) -> None:
    """Remove every message of a chat that Telegram still lets a bot remove."""
    helped = world.help_shown.pop(person.chat_id, {})
    outbox.remove_messages(db, world.clock.now(), person.chat_id, [*chats.messages(db, person.chat_id), *helped])


def refresh_case(db: Connection, world: World, case: int, but: Person | None = None) -> None:
    """Bring every card of a case up to date that stands open with somebody else."""
    for person, at in people.looking_at(db, case):
        if (but is None or person.id != but.id) and at.flow in FLOWS:
            refresh(db, world, person, at.state)
            _looks_deeper(db, world, person, at, case)


def _looks_deeper(db: Connection, world: World, person: Person, at: Conversation, case: int) -> None:
    """Who stood before a closed card and sees the whole of it now is written down as any look."""
    state, now = FLOWS[at.flow].states.get(at.state), world.clock.now()
    part = state.looks if isinstance(state, Menu) else ""
    sees = standing.sight(db, person, case, now.astimezone(HELSINKI).date())
    if part and sees == "open" and cases.last_look(db, person, case) == "glance":
        cases.audit(db, person, "open", case, now, part)


def refresh(db: Connection, world: World, person: Person, state: str) -> None:
    """Bring a screen up to date that still stands in the chat. An edit makes no sound and lights up no phone; if the
    message is gone there is nothing to bring up to date, and no new one is sent."""
    at, prompts = people.conversation(db, person), chats.prompts(db, person.chat_id)
    if at and at.state == state and prompts:
        show(db, world, person, at, pressed=prompts[-1], priority=outbox.NOTICE)


def to_card(db: Connection, world: World, case: int, but: Person) -> None:
    """Whatever anybody else does on a case gives way to its card: nothing of it can be done any more."""
    for person, at in people.looking_at(db, case):
        prompts = chats.prompts(db, person.chat_id)
        if person.id == but.id or at.flow not in FLOWS or "card" not in FLOWS[at.flow].states or not prompts:
            continue
        flow = FLOWS[at.flow]
        root = begin(flow, facts.load(db, world, person, flow, at))
        card = replace(root, state="card", trail=(root.state,), answers={"case": (str(case),)})
        show(db, world, person, card, pressed=prompts[-1], priority=outbox.NOTICE)


def give_way(db: Connection, world: World, person: Person, states: tuple[str, ...]) -> None:
    """Put the first screen in the place of one of these, without a sound."""
    own = children.aside(db, person)
    at, prompts = people.conversation(db, person), chats.prompts(db, person.chat_id)
    if own and own.state in states and own.flow in FLOWS:
        flow, known = FLOWS[own.flow], replace(facts.load(db, world, person, FLOWS[own.flow], own), child=None)
        children.put_aside(db, person, begin(flow, known, own))
    elif at and at.state in states and prompts and not FLOWS[at.flow].sealed:
        flow = FLOWS[at.flow]
        first = begin(flow, facts.load(db, world, person, flow, at), at)
        show(db, world, person, first, pressed=prompts[-1], priority=outbox.NOTICE)
