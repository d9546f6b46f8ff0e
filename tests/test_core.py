"""Whatever happens to a conversation, in whatever order, it stays in a legal state and loses nothing.

The shell is played by a few lines: it keeps the conversation as JSON, shows screens, and carries out the few effects
that change what the next step may know.
"""

from collections.abc import Mapping

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from conversations import core, events, moves
from conversations.conversation import Conversation, Step
from conversations.effects import (
    ChangeRequest,
    Effect,
    Forget,
    OpenCase,
    OpenReferral,
    SetLanguage,
    StartTimer,
    WithdrawCase,
)
from conversations.facts import Facts, Stored
from conversations.flow import (
    Ask,
    AskMany,
    AskText,
    Flow,
    Menu,
    Option,
    Question,
    Scene,
    State,
    Summary,
    by_name,
    is_aside,
    resolve,
)
from conversations.staff import FLOWS
from conversations.text import N_
from conversations.view import HELP, Screen, view
from tests.scenes import NOW, PHONE, every_answer, plain, requested
from tests.walks import leads_on

PARENT = FLOWS["parent"]

Act = tuple[str, int]
"""What somebody does: the kind, and a number that says which button or which of several things."""

ONWARD = st.tuples(st.just("onward"), st.integers(0, 30))
ANYTHING = st.tuples(
    st.sampled_from(["press", "stale", "forged", "type", "number", "command", "contact", "unreadable", "corrected"]),
    st.integers(0, 60),
)
RARE = st.tuples(st.sampled_from(["due", "claimed", "entered"]), st.integers(0, 3))
ACTS = st.lists(st.one_of(ONWARD, ONWARD, ONWARD, ONWARD, ANYTHING, ANYTHING, RARE), max_size=50)
FORWARD = st.lists(ONWARD, min_size=10, max_size=40)
COMMANDS = ["start", *sorted(moves.COMMANDS), "qwerty", ""]
QUICK = settings(max_examples=100, deadline=None, database=None, derandomize=True)


class Shell:
    """What the service is to the core."""

    def __init__(self) -> None:
        self.facts = plain()
        self.stored: bytes | None = None
        self.shown = 0
        self.gone: list[Effect] = []

    @property
    def at(self) -> Conversation:
        assert self.stored is not None
        return msgspec.json.decode(self.stored, type=Conversation)

    @property
    def screen(self) -> Screen:
        return view(PARENT, self.at, self._known(self.at))

    def _known(self, at: Conversation | None) -> Facts:
        state = PARENT.states.get(at.state) if at else None
        needs = state.needs if isinstance(state, Menu) else ()
        return replace(self.facts, stored=Stored(NOW, "", None, 1, 0) if "stored" in needs else None)

    def take(self, event: events.Event) -> Step:
        """One turn; the conversation is written down and read back."""
        before = self.at if self.stored else None
        step = core.step(FLOWS, before, event, self._known(before))
        for effect in step.effects:
            self._carry_out(effect)
        if any(isinstance(effect, Forget) for effect in step.effects):
            self.stored = None
        elif step.asks:
            self._show(step.conversation)
        elif before:
            assert step.conversation == before, "what is not shown is not kept"
        return step

    def _carry_out(self, effect: Effect) -> None:
        self.gone.append(effect)
        match effect:
            case OpenCase(answers=answers):
                assert self.facts.request is None
                self.facts = replace(self.facts, request=requested("waiting", answers))
            case ChangeRequest(answers=answers):
                assert self.facts.request
                assert self.facts.request.status == "waiting"
                self.facts = replace(self.facts, request=requested("waiting", answers))
            case OpenReferral():
                assert self.facts.request is None
                self.facts = replace(self.facts, referred=True)
            case WithdrawCase():
                assert self.facts.request
                self.facts = replace(self.facts, request=None)
            case SetLanguage(locale=locale):
                self.facts = replace(self.facts, locale=locale)

    def _show(self, at: Conversation) -> None:
        self.shown += 1
        tokens = tuple(button.token for button in view(PARENT, at, self._known(at)).buttons)
        kept = replace(at, nonce=f"n{self.shown}", buttons=tokens)
        self.stored = msgspec.json.encode(kept)
        assert self.at == kept, "what is stored is what was meant"

    def act(self, act: Act) -> Step:
        if self.stored is None:
            return self.take(events.Commanded("start"))
        if act[0] == "claimed" and self.facts.request:
            self.facts = replace(self.facts, request=requested("claimed", self.facts.request.answers))
        elif act[0] == "claimed":
            self.facts = replace(self.facts, referred=False)
        return self.take(self._event(*act))

    def _event(self, kind: str, n: int) -> events.Event:
        at = self.at
        match kind:
            case "onward":
                return self._onward(n)
            case "press":
                return events.Pressed(at.nonce, n % len(at.buttons))
            case "stale":
                return events.Pressed(f"n{self.shown - 1 - n}", n % len(at.buttons))
            case "forged":
                return events.Pressed(at.nonce, len(at.buttons) + n if n % 2 else -n - 1)
            case "number":
                return events.Typed(str(n), n % len(at.buttons))
            case "type":
                return events.Typed("o" * (n * 600), None, PHONE if n % 3 == 0 else None)
            case "command":
                return events.Commanded(COMMANDS[n % len(COMMANDS)])
            case "contact":
                return events.SharedContact(PHONE if n % 2 else None)
            case "unreadable":
                return events.Unreadable()
            case "corrected":
                return events.Corrected()
            case "entered":
                return events.Entered()
        return events.Due("draft" if n % 2 else "other")

    def _onward(self, n: int) -> events.Event:
        """An answer to the question itself, such as people give who want to get on."""
        at = self.at
        if isinstance(PARENT.states[at.state], AskText):
            return events.Typed(PHONE, None, PHONE)
        answers = [i for i, token in enumerate(at.buttons) if leads_on(token)]
        return events.Pressed(at.nonce, answers[n % len(answers)]) if answers else events.Commanded("back")


def is_legal(at: Conversation) -> bool:
    """Whether a conversation is one that its flow can show, and every answer one that its question takes."""
    states = FLOWS[at.flow].states
    assert at.state in states
    assert {*at.trail} <= {*states}
    assert len({*at.trail}) == len(at.trail)
    assert at.state not in at.trail or is_aside(states[at.state])
    told = every_answer(PARENT, plain())
    for name, values in at.answers.items():
        state = states[name]
        assert isinstance(state, Question), name
        if isinstance(state, AskMany | AskText):
            assert {*values} <= {*told[name]}
        elif not state.listed:
            assert {*values} <= {option.value for option in state.options}
        assert values or state.skip or isinstance(state, AskMany), name
    assert {*at.picked} <= {*told.get(at.state, ())}
    return True


@QUICK
@given(ACTS)
def test_any_sequence_of_events_ends_in_a_legal_state(acts: list[Act]) -> None:
    shell = Shell()
    for act in acts:
        step = shell.act(act)
        if step.toast:
            assert all(isinstance(effect, StartTimer) for effect in step.effects), "a toast is not a change"
        if shell.stored is None:
            assert any(isinstance(effect, Forget) for effect in step.effects) or act[0] == "due"
            continue
        assert is_legal(shell.at)
        tokens = shell.at.buttons
        assert [token for token in tokens if token != HELP], "there is a way on"
        assert HELP in tokens


def test_an_aside_opened_in_place_of_another_stands_on_the_trail_once() -> None:
    shell = Shell()
    shell.act(("onward", 0))
    for name in ("more", "pause", "more"):
        at = shell.at
        token = f"option:{name}"
        pressed = events.Pressed(at.nonce, at.buttons.index(token)) if token in at.buttons else events.Commanded(name)
        shell.take(pressed)
    assert (shell.at.state, shell.at.trail) == ("more", ("welcome",))


def kept(at: Conversation) -> tuple[object, ...]:
    return at.flow, at.state, at.trail, at.answers, at.picked, at.page


UNLISTED: Mapping[str, events.Event] = {
    "words": events.Typed("perhaps"),
    "a picture": events.Unreadable(),
    "an edited message": events.Corrected(),
    "somebody else's contact": events.SharedContact(None),
    "an unknown command": events.Commanded("qwerty"),
    "an unknown code": events.Entered(),
    "another timer": events.Due("other"),
    "a button that is too high": events.Typed("99", 99),
}


@pytest.mark.parametrize("name", UNLISTED)
@QUICK
@given(acts=ACTS)
def test_an_event_that_is_not_listed_changes_nothing(name: str, acts: list[Act]) -> None:
    shell = Shell()
    for act in [("onward", 0), *acts]:
        shell.act(act)
    if shell.stored is None:
        return
    before = shell.at
    state = PARENT.states[before.state]
    if name == "words" and isinstance(state, AskText) and state.reads == "words":
        return
    step = shell.take(UNLISTED[name])
    assert kept(shell.at) == kept(before)
    assert step.notes or not step.asks, "it gets an answer"


@QUICK
@given(ACTS, st.text(max_size=8), st.integers(-3, 99))
def test_a_press_with_another_nonce_gets_a_toast_and_nothing_else(acts: list[Act], nonce: str, index: int) -> None:
    shell = Shell()
    for act in [("onward", 0), *acts]:
        shell.act(act)
    if shell.stored is None or nonce == shell.at.nonce:
        return
    before, shown = shell.stored, shell.shown
    step = shell.take(events.Pressed(nonce, index))
    assert step.toast == moves.STALE
    assert not step.notes
    assert not step.asks
    assert (shell.stored, shell.shown) == (before, shown)


@QUICK
@given(ACTS)
def test_back_loses_no_answer(acts: list[Act]) -> None:
    shell = Shell()
    for act in [("onward", 0), *acts]:
        shell.act(act)
    while shell.stored and shell.at.trail:
        before = shell.at
        shell.take(events.Commanded("back"))
        assert shell.at.answers == before.answers
        assert shell.at.trail == before.trail[:-1]
        assert shell.at.state == before.trail[-1]


@QUICK
@given(FORWARD, ACTS)
def test_what_the_summary_tells_is_what_was_answered_on_the_way(forward: list[Act], acts: list[Act]) -> None:
    shell = Shell()
    for act in [*forward, *acts]:
        step = shell.act(act)
        assert not any(isinstance(effect, OpenReferral) and not _consented(effect) for effect in step.effects)
        opened = [e for e in step.effects if isinstance(e, OpenCase | ChangeRequest)]
        for effect in opened:
            assert effect.answers == way(effect.answers, shell)
        if shell.stored and isinstance(PARENT.states[shell.at.state], Summary):
            at = shell.at
            if "received" in at.trail:
                continue  # the next referral of the same professional does not come from the first question
            assert at.given() == way(at.answers, shell)
            assert tuple(at.given()) == at.trail, "a summary comes after answered questions only"


def _consented(referral: OpenReferral) -> bool:
    return referral.answers["client_agrees"] == ("yes",) and bool(referral.answers["sector"])


def way(answers: Mapping[str, tuple[str, ...]], shell: Shell) -> dict[str, tuple[str, ...]]:
    """Walk from the first question to the summary by the flow's data alone; the answers that were passed."""
    scene, name, passed = Scene(answers, shell.facts), next(iter(PARENT.states)), {}
    while not isinstance(PARENT.states[name], Summary):
        passed[name] = answers[name]
        name = _next(PARENT.states[name], answers[name], scene)
    return passed


def _next(state: State, values: tuple[str, ...], scene: Scene) -> str:
    assert isinstance(state, Question)
    if not values and state.skip:
        return resolve(state.skip.then, scene)
    if not isinstance(state, Ask):
        return resolve(state.then, scene)
    chosen = [option.then for option in state.options if option.value == values[0]]
    if not chosen and state.listed:
        chosen = [state.listed.then]
    return resolve(chosen[0], scene)


@pytest.mark.parametrize("name", [name for name, state in PARENT.states.items() if is_aside(state)])
@QUICK
@given(acts=FORWARD)
def test_an_aside_comes_back_to_the_question_it_was_opened_over(name: str, acts: list[Act]) -> None:
    shell = Shell()
    for act in acts:
        shell.act(act)
    if shell.stored is None or is_aside(PARENT.states[shell.at.state]):
        return
    before = shell.at
    shell.take(events.Commanded(name))
    assert shell.at.state == name
    shell.take(events.Pressed(shell.at.nonce, shell.at.buttons.index("option:return")))
    assert (shell.at.state, shell.at.trail, shell.at.answers) == (before.state, before.trail, before.answers)


def test_the_walks_get_far_enough_to_mean_something() -> None:
    seen: set[str] = set()

    @settings(QUICK, max_examples=300)
    @given(FORWARD, ACTS)
    def walk(forward: list[Act], acts: list[Act]) -> None:
        shell = Shell()
        for act in [*forward, *acts]:
            shell.act(act)
            if shell.stored:
                seen.add(shell.at.state)

    walk()
    assert {"phone_care", "association", "voicemail", "meeting_language", "summary", "change", "sent"} <= seen
    assert {"no_consent", "client_phone", "hand_over", "ref_check", "received"} <= seen


def test_coming_back_to_a_menu_by_an_answer_forgets_what_was_given_since() -> None:
    flow = Flow(
        name="parent",
        start="menu",
        states=by_name(
            Menu(name="menu", ask=N_("?"), options=(Option("go", N_("Go"), "first"),)),
            Ask(name="first", ask=N_("?"), options=(Option("x", N_("X"), "second"),)),
            Ask(name="second", ask=N_("?"), options=(Option("y", N_("Y"), "menu"),)),
        ),
    )
    at = Conversation(flow="parent", state="second", trail=("menu", "first"), answers={"first": ("x",)}, nonce="n")
    at = replace(at, buttons=tuple(button.token for button in view(flow, at, plain()).buttons))
    back = core.step({"parent": flow}, at, events.Pressed("n", 0), plain()).conversation
    assert (back.state, back.trail, back.answers) == ("menu", (), {})
