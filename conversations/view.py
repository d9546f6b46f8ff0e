"""What is shown in a state: paragraphs and buttons, still without words of a language.

Every button carries a token that says what it means to `conversations.core`; the shell keeps the tokens with the
conversation and sends Telegram an index. Pure, like the core.
"""

from collections.abc import Sequence

from msgspec import Struct

from conversations.conversation import Conversation, changeable
from conversations.facts import Facts
from conversations.flow import (
    Answers,
    Ask,
    AskMany,
    AskText,
    ChangeList,
    Flow,
    Item,
    Menu,
    Option,
    Question,
    Scene,
    State,
    Summary,
    is_aside,
    is_private,
    items,
    pickable,
)
from conversations.text import N_, Paragraph, Text, Words

LANGUAGES = {"fi": "Suomi", "sv": "Svenska", "en": "English"}
"""The languages the bot speaks, by their own names; the first is the default."""

PAGE = 8
"""Rows of a list that are shown at a time."""

HELP_NOW = N_("Help now")
HELP = "help"
"""The token of "Help now"; its button is answered from memory and never reaches the core."""


class Button(Struct, frozen=True):
    """One button; ``marked`` shows that it is chosen now."""

    token: str
    label: Words
    marked: bool = False


Row = tuple[Button, ...]


class Screen(Struct, frozen=True):
    """What a person is shown: paragraphs, and rows of buttons. ``choices`` of the buttons answer the question itself
    and come first; they are the ones that can be named by number. ``others`` stand on other pages of a question's list;
    they can be named by their label all the same."""

    paragraphs: tuple[Paragraph, ...]
    rows: tuple[Row, ...]
    choices: int = 0
    others: Row = ()

    @property
    def buttons(self) -> tuple[Button, ...]:
        """All buttons in reading order, and then those that are not drawn."""
        return (*(button for row in self.rows for button in row), *self.others)


def view(flow: Flow, at: Conversation, facts: Facts) -> Screen:
    """The screen of the state where the conversation is."""
    state = flow.states[at.state]
    scene = Scene(at.given() if isinstance(state, Summary) else at.answers, facts)
    alone = {f"option:{o.value}" for o in getattr(state, "options", ()) if isinstance(o, Option) and o.alone}
    choices = _rows(_choices(flow, state, at, scene), getattr(state, "columns", 1), alone)
    return Screen(
        (*_paragraphs(flow, state, at, scene), *_hint(state, scene)),
        (
            *choices,
            *_paging(state, at, scene),
            *_moves(state, at, scene),
            *_languages(state, facts),
            *_always(flow, state, at),
        ),
        sum(map(len, choices)),
        _others(state, at, scene),
    )


def _paragraphs(flow: Flow, state: State, at: Conversation, scene: Scene) -> tuple[Paragraph, ...]:
    asked: tuple[Paragraph, ...] = (state.ask,) if isinstance(state.ask, Text) else state.ask(scene)
    if isinstance(state, Summary):
        start = at.trail.index(state.since) if state.since in at.trail else 0
        given = {name: values for name, values in at.given().items() if name in at.trail[start:]}
        return (*asked, told(flow, given, scene, show_private=False))
    return asked


def _hint(state: State, scene: Scene) -> tuple[Paragraph, ...]:
    if not isinstance(state, Question) or not state.hint:
        return ()
    return (state.hint if isinstance(state.hint, Text) else state.hint(scene),)


def _choices(flow: Flow, state: State, at: Conversation, scene: Scene) -> list[Button]:
    saved = state.saves if isinstance(state, Menu) and state.gathers else at.state
    given = () if is_private(state) else at.answers.get(saved, ())
    match state:
        case AskMany():
            return [Button(f"toggle:{i.value}", i.label, i.value in at.picked) for i in pickable(state, scene)]
        case ChangeList():
            return [Button(f"change:{state.name}", state.title or state.name) for state in changeable(flow, at)]
        case Ask() | Menu() | Summary():
            offered = [o for o in state.options if o.when(scene)]
            listed = items(state, scene)
            if not (isinstance(state, Ask | Menu) and state.listed and state.listed.total):
                listed = listed[at.page * PAGE : (at.page + 1) * PAGE]
            return [Button(f"item:{i.value}", i.label, i.value in given) for i in listed] + [
                Button(f"option:{o.value}", o.label, o.value in given) for o in offered
            ]
    return []


def _rows(buttons: Sequence[Button], columns: int, alone: set[str]) -> tuple[Row, ...]:
    rows: list[list[Button]] = []
    for button in buttons:
        if not rows or len(rows[-1]) == columns or {button.token, rows[-1][-1].token} & alone:
            rows.append([])
        rows[-1].append(button)
    return tuple(map(tuple, rows))


def _paging(state: State, at: Conversation, scene: Scene) -> tuple[Row, ...]:
    listed = state.listed if isinstance(state, Ask | Menu) else None
    rows = 0 if listed is None else listed.total(scene) if listed.total else len(listed.items(scene))
    earlier = [Button(f"page:{at.page - 1}", N_("Previous"))] if at.page else []
    later = [Button(f"page:{at.page + 1}", N_("Next"))] if (at.page + 1) * PAGE < rows else []
    return (tuple(earlier + later),) if earlier or later else ()


def _others(state: State, at: Conversation, scene: Scene) -> Row:
    if not isinstance(state, Ask):
        return ()
    listed = items(state, scene)
    return tuple(Button(f"item:{i.value}", i.label) for n, i in enumerate(listed) if n // PAGE != at.page)


def _moves(state: State, at: Conversation, scene: Scene) -> tuple[Row, ...]:
    done = [Button("done", state.done)] if isinstance(state, AskMany) else []
    skip = [Button("skip", state.skip.label)] if isinstance(state, Question) and state.skip else []
    again = (isinstance(state, Ask | AskText) or is_private(state)) and state.name in at.answers
    keep = [Button("keep", N_("Keep as it is"))] if again else []
    return tuple((button,) for button in (*done, *keep, *skip))


def _languages(state: State, facts: Facts) -> tuple[Row, ...]:
    if not state.languages:
        return ()
    return (tuple(Button(f"language:{code}", name) for code, name in LANGUAGES.items() if code != facts.locale),)


def _always(flow: Flow, state: State, at: Conversation) -> tuple[Row, ...]:
    if flow.sealed:
        return tuple((Button(f"aside:{i.value}", i.label),) for i in flow.under if isinstance(state, Question))
    back = [Button("back", N_("Back"))] if at.trail and not is_aside(state) else []
    more = [] if is_aside(state) else [Button("aside:more", N_("More"))]
    return ((*back, Button(HELP, HELP_NOW), *more),)


def told(flow: Flow, answers: Answers, scene: Scene, *, show_private: bool) -> tuple[Words, ...]:
    """Answers as lines "title: answer", in the order of the flow; private ones only where they may be shown."""
    lines: list[Words] = []
    for state in flow.states.values():
        if isinstance(state, Question) and state.title and state.name in answers:
            values = answers[state.name]
            said: tuple[Words, ...] = tuple(_label(state, value, scene) for value in values)
            if not said:
                said = (N_("not told"),)
            elif state.private and not show_private:
                said = (N_("answered"),)
            title = (state.plainly if show_private else None) or state.title
            lines.append(N_("• {title}: {answer}", title=title, answer=said))
    return tuple(lines)


def _label(state: Question, value: str, scene: Scene) -> Words:
    rows: list[Item] = [] if isinstance(state, AskText) else [Item(o.value, o.label) for o in state.options]
    return next((row.label for row in (*rows, *items(state, scene)) if row.value == value), value)
