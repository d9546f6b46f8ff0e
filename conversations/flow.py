"""The vocabulary in which conversations are written down: a flow is data.

A flow has named states. A state asks (`Ask`, `AskMany`, `AskText`), lists what was told (`Summary`), lets an answer be
changed (`ChangeList`) or is a place to act from (`Menu`). Every way on is a `Target`: the name of a state, one of the
two markers below, or a `Depends` that declares where it can lead. The checks and diagrams are computed from this data.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Literal

from msgspec import Struct

from conversations.effects import Effect
from conversations.facts import Facts
from conversations.text import N_, Paragraph, Text, Words

Answers = Mapping[str, tuple[str, ...]]
"""Answers by the name of their state; () where the question was skipped."""

RETURN = "(return)"
"""Leaves an aside for the question over which it was opened."""

END = "(end)"
"""Ends the conversation: nothing of it is kept."""


class Scene(Struct, frozen=True):
    """What a computed text, option or way on may look at."""

    answers: Answers
    facts: Facts

    def answer(self, state: str) -> str:
        """The one answer given in a state, "" where there is none or it was skipped."""
        return next(iter(self.answers.get(state, ())), "")


class Depends(Struct, frozen=True):
    """The rare computed way on; ``on`` returns one of ``leads_to``."""

    on: Callable[[Scene], str]
    leads_to: tuple[str, ...]


Target = str | Depends
Hint = Text | Callable[[Scene], Text]
Tells = Callable[[Scene], tuple[Paragraph, ...]]
Does = Callable[[Scene], tuple[Effect, ...]]
When = Callable[[Scene], bool]


def nothing(scene: Scene) -> tuple[Effect, ...]:
    """No effect."""
    return ()


def always(scene: Scene) -> bool:
    """Offered in every scene."""
    return True


def says(text: Text) -> Tells:
    """Always the same answer."""
    return lambda scene: (text,)


class Option(Struct, frozen=True):
    """One choice: the value it saves, its label, where it leads, what follows from it.

    It is offered while ``when`` holds; a press that comes later is answered with ``otherwise``. ``says`` is told above
    the next question, or alone at an `END`. ``loads`` replaces the answers and walks from the start along them. What
    stands ``alone`` has a row of its own where the others stand in columns; what leads ``past`` a question stands below
    everything that answers it.
    """

    value: str
    label: Words
    then: Target
    does: Does = nothing
    when: When = always
    otherwise: Text | None = None
    says: Tells | None = None
    loads: Callable[[Scene], Answers] | None = None
    alone: bool = False
    past: bool = False


class Skip(Struct, frozen=True):
    """A question that may be left out; ``also`` names later questions that are left out together with it."""

    then: Target
    label: Text = N_("Skip")
    also: tuple[str, ...] = ()


class Item(Struct, frozen=True):
    """One row of a list that comes from the facts."""

    value: str
    label: Words


class Listed(Struct, frozen=True):
    """Choices that come from the facts; each leads to ``then``. Where the facts hold only the rows of the page that is
    shown, ``total`` says how many there are in all."""

    items: Callable[[Scene], tuple[Item, ...]]
    then: Target
    total: Callable[[Scene], int] | None = None


class Ask(Struct, frozen=True, kw_only=True):
    """A question with one answer. ``title`` names it in a summary; ``private`` answers are never shown back in the
    chat, and the worker's card names them ``plainly``; a new answer removes the answers named in ``forgets``. Free text
    is not kept in an ``outside`` question or further on: no request of the person's own follows. An answer that
    ``waits`` is kept when the person goes to a menu or begins anew, and "/start" stays here."""

    name: str
    ask: Text | Tells
    options: tuple[Option, ...] = ()
    listed: Listed | None = None
    hint: Hint | None = None
    title: Text | None = None
    plainly: Text | None = None
    skip: Skip | None = None
    private: bool = False
    forgets: tuple[str, ...] = ()
    outside: bool = False
    waits: bool = False
    columns: int = 1
    languages: bool = False


class AskMany(Struct, frozen=True, kw_only=True):
    """A question with any number of answers, of which some may come from the facts. It is ended by ``done``, and what
    follows from that is what it ``does``; then it takes at least one answer, if it can be skipped."""

    name: str
    ask: Text | Tells
    then: Target
    options: tuple[Item, ...] = ()
    listed: Callable[[Scene], tuple[Item, ...]] | None = None
    done: Text = N_("Continue")
    does: Does | None = None
    says: Tells | None = None
    hint: Hint | None = None
    title: Text | None = None
    plainly: Text | None = None
    skip: Skip | None = None
    columns: int = 1
    private: bool = False
    languages: bool = False


class AskText(Struct, frozen=True, kw_only=True):
    """A question that is answered by typing: a telephone number, or words up to a ``limit`` of characters. ``problem``
    is said to what is neither, ``blank`` to what has no
    words. A number is the person's own and may be ``shared`` as a contact card, unless it is
    somebody else's. What is typed where it ``hides`` is removed from the chat at once, as it was meant for another. Its
    ``options`` lead past the question. It ``waits`` as in `Ask`."""

    name: str
    ask: Text | Tells
    then: Target
    problem: Text
    blank: Text | None = None
    options: tuple[Option, ...] = ()
    reads: Literal["phone", "words"] = "phone"
    hides: bool = False
    waits: bool = False
    limit: int = 1000
    shared: bool = True
    hint: Hint | None = None
    title: Text | None = None
    plainly: Text | None = None
    skip: Skip | None = None
    private: bool = False
    languages: bool = False


class Summary(Struct, frozen=True, kw_only=True):
    """What was told so far, or only ``since`` a state, with the choices that follow from it."""

    name: str
    ask: Text | Tells
    options: tuple[Option, ...]
    since: str = ""
    languages: bool = False


class ChangeList(Struct, frozen=True, kw_only=True):
    """The told answers as buttons: each leads back to its question."""

    name: str
    ask: Text | Tells
    languages: bool = False


class Menu(Struct, frozen=True, kw_only=True):
    """A place to act from. Its choices save nothing, except that a listed row is saved under the name ``saves``: in
    place of what was there, or added to it or taken from it where the menu ``gathers`` up to so many. What was gathered
    is forgotten with the menu that has the same ``saves`` without a list.

    Coming back to a menu forgets the answers given since; coming to a ``root`` forgets all. An ``aside`` is opened over
    any question and left with `RETURN`. ``needs`` names facts that are loaded on demand. ``outside`` is as in `Ask`. A
    menu that ``looks`` shows that part of a case: it is written down, and the menu gives way to the root after a while.
    Where it ``waits``, "/start" stays here.
    """

    name: str
    ask: Text | Tells
    options: tuple[Option, ...] = ()
    listed: Listed | None = None
    saves: str = ""
    gathers: int = 0
    looks: str = ""
    needs: tuple[str, ...] = ()
    root: bool = False
    aside: bool = False
    outside: bool = False
    waits: bool = False
    columns: int = 1
    languages: bool = False


Question = Ask | AskMany | AskText
State = Question | Summary | ChangeList | Menu


class Flow(Struct, frozen=True):
    """A conversation with one kind of person. Until something is sent, a ``draft`` flow keeps its answers only for
    ``facts.draft_hours``. ``consent`` is the state and the answer to it that agrees to storing; free text is kept for a
    worker only after it. A ``discreet`` flow shows nothing on a locked phone.

    A flow that is ``sealed`` takes nothing but presses on its newest keyboard, and words where it asks for them; there
    is no back, no command and no help, and any new start leads to the state it names. Under each of its questions stand
    the asides ``under``, in their order."""

    name: str
    start: Target
    states: dict[str, State]
    draft: bool = False
    consent: tuple[str, str] | None = None
    discreet: bool = False
    sealed: str = ""
    under: tuple[Item, ...] = ()


def by_name(*states: State) -> dict[str, State]:
    """States keyed by their names; the same name twice is a ValueError."""
    named = {state.name: state for state in states}
    if len(named) < len(states):
        raise ValueError("two states have the same name")
    return named


def resolve(target: Target, scene: Scene) -> str:
    """The place a target leads to in this scene."""
    return target.on(scene) if isinstance(target, Depends) else target


def items(state: State, scene: Scene) -> tuple[Item, ...]:
    """The rows of a state's list."""
    return state.listed.items(scene) if isinstance(state, Ask | Menu) and state.listed else ()


def pickable(state: AskMany, scene: Scene) -> tuple[Item, ...]:
    """Everything that can be chosen where several answers may be given."""
    return (*state.options, *(state.listed(scene) if state.listed else ()))


def is_aside(state: State) -> bool:
    """Whether the state is opened over a question."""
    return isinstance(state, Menu) and state.aside


def is_private(state: State) -> bool:
    """Whether an answer given here is never shown back in the chat, not even as a mark on its button."""
    return isinstance(state, Question) and state.private


def waits(state: State | None) -> bool:
    """Whether what is told here is kept until it is sent or given up, and "/start" comes back to it."""
    return isinstance(state, Ask | AskText | Menu) and state.waits


def targets(target: Target) -> tuple[str, ...]:
    """Every place a target may lead to."""
    return target.leads_to if isinstance(target, Depends) else (target,)


def ways(flow: Flow, state: State) -> Iterator[tuple[str, str]]:
    """Every way out of a state as (what leads there, where), for the checks and the diagrams."""
    match state:
        case Ask() | Menu() | Summary():
            for option in state.options:
                for name in targets(option.then):
                    yield label(option.label), name
        case AskMany() | AskText():
            for name in targets(state.then):
                yield "answer", name
            for option in state.options if isinstance(state, AskText) else ():
                for name in targets(option.then):
                    yield label(option.label), name
        case ChangeList():
            for other in flow.states.values():
                if isinstance(other, Question) and other.title:
                    yield other.title.id, other.name
    if isinstance(state, Ask | Menu) and state.listed:
        for name in targets(state.listed.then):
            yield "each of the list", name
    if isinstance(state, Question) and state.skip:
        for name in targets(state.skip.then):
            yield state.skip.label.id, name


def label(words: Words) -> str:
    """Words as they stand in the code, filled in."""
    return words.id.format(**words.params) if isinstance(words, Text) else words
