"""What a sealed flow answers: presses on its newest keyboard, and words where it asks for them. Pure.

Everything else goes without a word, a command as much as a story: whoever holds the device must find no way out of the
flow but the one it draws. Who asks for help by writing gets it in the one message, wherever the flow is. A new start,
as after the device has died, leads to the state that the flow names for it.
"""

from collections.abc import Callable

from msgspec.structs import replace

from conversations import events, moves
from conversations.conversation import Conversation, Step
from conversations.effects import HideTyped, StartTimer, StopTimer
from conversations.facts import Facts
from conversations.feedback_effects import DrawWayOut, DropAside, EndChild, PauseChild
from conversations.flow import AskText, Flow

_GOES_ON = (StartTimer("child"), StopTimer("unseal"))


def answer(
    flow: Flow,
    before: Conversation | None,
    event: events.Event,
    facts: Facts,
    take: Callable[[Conversation, events.Event], Step],
) -> Step:
    """Answer one event; ``take`` does so as in any flow."""
    anew = Conversation(flow=flow.name, state=flow.sealed)
    known = before is not None and before.flow == flow.name and before.state in flow.states
    at = before if before is not None and known else anew
    match event:
        case events.Due(timer="child"):
            return Step(anew, (PauseChild(), StartTimer("unseal")), asks=False)
        case events.Due(timer="unseal"):
            return Step(at, (EndChild(silent=True),), asks=False)
        case events.Due(timer="draft"):  # whoever is kept for a while only goes later, but not what was half told
            return Step(at, (StartTimer("draft"), DropAside()), asks=False)
        case events.Due():
            return Step(at, asks=False)
        case events.Pressed(nonce=nonce, index=index):
            if nonce != at.nonce or not 0 <= index < len(at.buttons):
                return Step(at, toast=moves.STALE, asks=False)
            pressed = take(at, event)
            return replace(pressed, effects=(*_GOES_ON, *pressed.effects))
        case events.Typed() if isinstance(flow.states[at.state], AskText):
            return replace(take(at, replace(event, button=None)), effects=(*_GOES_ON, HideTyped()))
        case events.Commanded(name="help") if at.state == flow.start:  # the adult has it still
            return Step(at, (HideTyped(),), moves.help_paragraphs(facts.lines, facts.locale))
        case events.Commanded(name="help"):
            return replace(take(at, event), effects=(*_GOES_ON, HideTyped()))
        case events.Commanded(name="start") if at.state == flow.start:
            # The adult still has the phone. An earlier screen may stand there unknown: its words must be none any more.
            first = Conversation(flow=flow.name, state=at.state)
            return Step(first, (*_GOES_ON, HideTyped(), DrawWayOut()))
        case events.Commanded(name="start"):
            return Step(anew, (HideTyped(),))
        case _ if not at.nonce:  # nothing stands in the chat: it was paused
            return Step(anew, (HideTyped(),))
    return Step(at, (HideTyped(),), asks=False)
