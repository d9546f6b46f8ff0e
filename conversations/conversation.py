"""A conversation between two events: where a person is, and how it moves along the data of a flow. Pure."""

from msgspec import Struct

from conversations.effects import Effect
from conversations.facts import Facts
from conversations.feedback_facts import Band
from conversations.flow import (
    Answers,
    Ask,
    AskMany,
    AskText,
    Flow,
    Menu,
    Question,
    Scene,
    State,
    Target,
    items,
    pickable,
    resolve,
    waits,
)
from conversations.text import Paragraph, Text


class Conversation(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a person is. Stored as JSON between every two events."""

    flow: str
    state: str
    trail: tuple[str, ...] = ()
    answers: dict[str, tuple[str, ...]] = {}
    picked: tuple[str, ...] = ()
    page: int = 0
    nonce: str = ""
    buttons: tuple[str, ...] = ()

    def given(self) -> dict[str, tuple[str, ...]]:
        """The answers that stand on the way from the start to here; those of a way not taken are left out."""
        return {name: self.answers[name] for name in self.trail if name in self.answers}


class Step(Struct, frozen=True):
    """What an event came to. ``asks`` is False where no question is shown anew: only the notes, or the toast."""

    conversation: Conversation
    effects: tuple[Effect, ...] = ()
    notes: tuple[Paragraph, ...] = ()
    toast: Text | None = None
    asks: bool = True


def child_flow(band: Band) -> str:
    """The name of the flow for children of an age."""
    return f"child_{band.replace('-', '_')}"


def home(facts: Facts) -> str:
    """The name of the flow a person belongs in: the child's who has the chat now, that of the seat, that of the invited
    other parent, or the parents'."""
    if facts.child:
        return child_flow(facts.child.band)
    known = facts.request or facts.ended
    came = known.invited if known else facts.invited is not None
    return facts.seat.role if facts.seat else "coparent" if came else "parent"


def is_unsent(facts: Facts) -> bool:
    """Whether nothing of a person without a seat waits for anybody: it is kept only for a while."""
    return not (facts.request or facts.referred or facts.ended or (facts.invited and facts.invited.sent))


def begin(flow: Flow, facts: Facts, before: Conversation | None = None) -> Conversation:
    """A new conversation at the start of a flow, with what waits of the one ``before``."""
    kept = waiting(flow, before.answers) if before else {}
    return Conversation(flow=flow.name, state=resolve(flow.start, Scene({}, facts)), answers=kept)


def waiting(flow: Flow, answers: Answers) -> dict[str, tuple[str, ...]]:
    """The answers that are kept wherever the person goes."""
    return {name: values for name, values in answers.items() if waits(flow.states.get(name))}


def changeable(flow: Flow, at: Conversation) -> list[Question]:
    """The told answers that can be changed: those that have a title, in the order they were given."""
    if "change" not in flow.states:
        return []
    told = (flow.states[name] for name in at.given())
    return [state for state in told if isinstance(state, Question) and state.title]


def way_on(state: State, values: tuple[str, ...], scene: Scene) -> Target | None:
    """Where an answer leads, None if it is no answer to this question (any more)."""
    if isinstance(state, Question) and not values and state.skip:
        return state.skip.then
    match state:
        case Ask() if values:
            ways = {option.value: option.then for option in state.options}
            if state.listed:
                ways |= dict.fromkeys((item.value for item in items(state, scene)), state.listed.then)
            return ways.get(values[0])
        case AskMany() if set(values) <= {item.value for item in pickable(state, scene)}:
            return state.then
        case AskText() if values:
            return state.then
    return None


def trail_to(moved: Conversation, name: str) -> tuple[str, ...]:
    """The trail after moving on to a state: back on it if it was there before."""
    trail = (*moved.trail, moved.state)
    return trail[: trail.index(name)] if name in trail else trail


def gather(gathered: tuple[str, ...], value: str, most: int) -> tuple[str, ...]:
    """With the row that was chosen: added while there is room, or taken away if it was there."""
    if value in gathered:
        return tuple(other for other in gathered if other != value)
    return tuple(sorted((*gathered, value))) if len(gathered) < most else gathered


def saved_by(state: State) -> str:
    """The answer that is forgotten when a state is left backwards."""
    if isinstance(state, Menu):
        return "" if state.gathers else state.saves
    return state.name
