"""What is written down holds together: flows, their words in every language, their drawings, and what they import."""

import ast
import re
import sys
from io import BytesIO
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.pofile import read_po
from msgspec.structs import replace

from bot import checks as shell_checks
from bot import render
from conversations import checks, core, diagrams, events
from conversations.conversation import Conversation, begin
from conversations.facts import Role
from conversations.flow import (
    END,
    RETURN,
    Ask,
    AskMany,
    Depends,
    Flow,
    Item,
    Listed,
    Menu,
    Option,
    Scene,
    Skip,
    State,
    Summary,
    by_name,
    is_private,
    items,
)
from conversations.staff import FLOWS
from conversations.text import N_
from conversations.view import LANGUAGES, PAGE, Button, view
from tests.scenes import SHIPPED, places, plain, scenes
from tests.theatre import ROOT

LABEL_LIMIT, ROW_LIMIT = 25, 40
TRANSLATED = [locale for locale in LANGUAGES if locale != "en"]
VALUE_MODULES = {"collections", "dataclasses", "datetime", "enum", "itertools", "typing", "unicodedata"}
TELLTALE = {
    "fi": "lap lasten vanhem ero erot pel väkival turva työntek yhdist tapaam perhe yhteydenot pyyn avioero",
    "sv": "barn föräld separ skils skilj räd våld trygg arbet medarbet före möte famil begär kontakt",
    "en": "child parent separ divorc fear afraid violen safe worker associat meeting famil request case",
}
"""Beginnings of words that tell somebody who looks over a shoulder what this is about."""


def test_nothing_is_wrong_with_the_flows() -> None:
    assert checks.problems(FLOWS) == []
    assert all(flow.states and flow.name == name for name, flow in FLOWS.items())


def question(name: str, then: str, **more: object) -> Ask:
    return Ask(name=name, ask=N_("?"), options=(Option("x", N_("X"), then),), **more)  # type: ignore[arg-type]


SOUND: tuple[State, ...] = (
    question("one", "two"),
    question("two", "end"),
    Menu(name="end", ask=N_("?")),
    Menu(name="more", ask=N_("?"), options=(Option("r", N_("R"), RETURN),), aside=True),
)
TWICE = (Option("x", N_("X"), "end"), Option("x", N_("Y"), "end"))
BROKEN: dict[str, tuple[dict[str, State], str]] = {
    "a missing target": ({"one": question("one", "nowhere")}, "'one': 'X' leads to 'nowhere', which does not exist"),
    "a missing target of a list": (
        {"end": Menu(name="end", ask=N_("?"), listed=Listed(lambda scene: (), "nowhere"), saves="row")},
        "'end': 'each of the list' leads to 'nowhere'",
    ),
    "a missing target that is computed": (
        {"two": Ask(name="two", ask=N_("?"), options=(Option("x", N_("X"), Depends(lambda s: END, (END, "gone"))),))},
        "leads to 'gone'",
    ),
    "a missing target of a skip": ({"two": question("two", "end", skip=Skip("nowhere"))}, "leads to 'nowhere'"),
    "an unreachable state": ({"alone": question("alone", "end")}, "'alone' cannot be reached"),
    "a dead end": ({"two": question("two", "one")}, "from 'two' no end can be reached"),
    "a summary without a way on": ({"two": Summary(name="two", ask=N_("?"), options=())}, "from 'two' no end"),
    "a return outside an aside": ({"two": question("two", RETURN)}, "'two': 'X' returns, but the state is no aside"),
    "a double value": ({"two": Ask(name="two", ask=N_("?"), options=TWICE)}, "'two' has the same value twice"),
    "a skip of what is no question": (
        {"two": question("two", "end", skip=Skip("end", also=("end",)))},
        "'two' skips 'end', which is no question",
    ),
    "an unknown need": ({"end": Menu(name="end", ask=N_("?"), needs=("weather",))}, "'end' needs 'weather'"),
    "a list that saves nothing": (
        {"end": Menu(name="end", ask=N_("?"), listed=Listed(lambda scene: (), "two"))},
        "'end' has a list but saves nothing",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_flow_makes_a_problem(name: str) -> None:
    changes, expected = BROKEN[name]
    sound = Flow(name="tiny", start="one", states=by_name(*SOUND))
    assert checks.problems({"tiny": sound}) == []
    broken = replace(sound, states=sound.states | changes)
    found = checks.problems({"tiny": broken})
    assert [problem for problem in found if expected in problem], found


@pytest.mark.parametrize("consent", [("gone", "x"), ("one", "gone"), ("end", "x")])
def test_a_consent_that_nobody_can_give_makes_a_problem(consent: tuple[str, str]) -> None:
    sound = Flow(name="tiny", start="one", states=by_name(*SOUND), consent=("one", "x"))
    assert checks.problems({"tiny": sound}) == []
    assert "is no answer to a question" in checks.problems({"tiny": replace(sound, consent=consent)})[0]


def test_a_flow_that_starts_nowhere_and_a_name_given_twice_are_refused() -> None:
    nowhere = Flow(name="tiny", start="nowhere", states=by_name(*SOUND))
    assert "flow tiny: starts in 'nowhere', which does not exist" in checks.problems({"tiny": nowhere})
    with pytest.raises(ValueError, match="same name"):
        by_name(*SOUND, *SOUND)


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("name", FLOWS)
def test_every_state_renders_in_every_language_within_telegrams_limits(name: str, locale: str) -> None:
    flow, shown = FLOWS[name], set()
    for facts in scenes(flow, locale):
        for at in places(flow, facts):
            state = flow.states[at.state]
            if isinstance(state, Menu) and "stored" in state.needs and facts.stored is None:
                continue
            screen = view(flow, at, facts)
            text = render.paragraphs((render.DISCREET, *screen.paragraphs), locale)
            assert text == render.cut(text), f"{at.state} is too long in {locale}"
            assert text.strip() != render.words(render.DISCREET, locale), at.state
            assert ".." not in text, "a day ends in a full stop in Finnish and Swedish"
            rows = [item.label for item in items(state, Scene(at.answers, facts))]
            for button in screen.buttons:
                limit = ROW_LIMIT if button.label in rows else LABEL_LIMIT
                assert 0 < len(render.words(button.label, locale)) <= limit, (at.state, button.label, locale)
            drawn = render.keyboard(screen.rows, locale, "n" * 11)["inline_keyboard"]
            data = [b["callback_data"] for row in drawn for b in row]
            assert len(set(data)) == len(data), "no two buttons mean the same"
            assert all(1 <= len(d.encode()) <= 64 for d in data)
            assert all(row for row in drawn)
            shown.add(at.state)
    assert shown == set(flow.states)


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("name", FLOWS)
def test_everything_that_is_told_after_a_choice_renders(name: str, locale: str) -> None:
    flow, said = FLOWS[name], 0
    for facts in scenes(flow, locale):
        for at in places(flow, facts):
            state, scene = flow.states[at.state], Scene(at.answers, facts)
            for option in getattr(state, "options", ()):
                if not at.answers or not isinstance(option, Option) or not option.when(scene):
                    continue
                assert isinstance(option.does(scene), tuple)
                if option.says:
                    text = render.paragraphs((render.DISCREET, *option.says(scene)), locale)
                    assert text == render.cut(text)
                    assert text.strip()
                    said += 1
    assert said or flow.sealed, "a sealed flow says nothing but its screens"


def test_the_check_finds_a_label_that_a_small_phone_would_cut_off() -> None:
    long = N_("Twenty-six characters long")
    option = Ask(name="two", ask=N_("?"), options=(Option("x", long, "end"),))
    for state in (option, question("two", "end", title=long), question("two", "end", skip=Skip("end", long))):
        flow = Flow(name="tiny", start="one", states=by_name(*SOUND) | {"two": state})
        found = [*shell_checks.label_problems(shell_checks.labels({"tiny": flow}))]
        assert found == [f"{locale}: more than 25 characters on a button: {long.id!r}" for locale in LANGUAGES]
    assert shell_checks.problems(SHIPPED) == [], "and none in the service itself"


def test_labels_are_told_apart_when_they_are_typed() -> None:
    for locale in LANGUAGES:
        for name, flow in FLOWS.items():
            for at in places(flow, plain(locale, name if name in get_args(Role) else None)):  # type: ignore[arg-type]
                options = [
                    o.label for o in getattr(flow.states[at.state], "options", ()) if isinstance(o, Option | Item)
                ]
                words = [render.words(label, locale).casefold() for label in options]
                assert len(set(words)) == len(words), (at.state, locale)


def test_a_private_answer_is_not_marked_when_its_question_is_opened_again() -> None:
    flow, facts = FLOWS["parent"], plain()
    private = [name for name, state in flow.states.items() if is_private(state)]
    assert {"phone_safe", "afraid", "contact_other"} <= {*private}
    for at in places(flow, facts):
        if at.state in private:
            buttons = view(flow, at, facts).buttons
            assert not [button.label for button in buttons if button.marked], at.state
            assert at.state not in at.answers or "keep" in [button.token for button in buttons]


def test_private_choices_are_marked_only_while_they_are_being_picked() -> None:
    many = AskMany(name="many", ask=N_("?"), options=(Item("a", N_("A")),), then="many", private=True)
    flow = Flow(name="parent", start="many", states=by_name(many, Menu(name="end", ask=N_("?"))))
    told = Conversation(flow="parent", state="end", trail=("many",), answers={"many": ("a",)}, nonce="n")
    shown = replace(told, buttons=tuple(button.token for button in view(flow, told, plain()).buttons))
    back = core.step({"parent": flow}, shown, events.Commanded("back"), plain()).conversation
    assert [button.marked for button in view(flow, back, plain()).buttons if button.marked] == []
    assert [button.label for button in view(flow, replace(back, picked=("a",)), plain()).buttons if button.marked]


def test_what_stands_alone_has_a_row_of_its_own() -> None:
    options = (*(Option(str(n), str(n), "end") for n in range(4)), Option("x", N_("X"), "end", alone=True))
    flow = Flow(name="parent", start="end", states=by_name(Menu(name="end", ask=N_("?"), options=options, columns=3)))
    rows = view(flow, Conversation(flow="parent", state="end"), plain()).rows
    assert [len(row) for row in rows[:3]] == [3, 1, 1]


def test_a_typed_number_is_the_label_where_labels_are_numbers() -> None:
    for labels, typed, place in (("0123", "3", 3), ("0123", "4", None), ("abcd", "3", 2), ("abcd", "5", None)):
        options = tuple(Option(label, label, "end") for label in labels)
        flow = Flow(name="parent", start="end", states=by_name(Menu(name="end", ask=N_("?"), options=options)))
        assert render.named(view(flow, Conversation(flow="parent", state="end"), plain()), typed, "en") == place


def test_a_long_list_is_shown_in_pages() -> None:
    facts = next(f for f in scenes(FLOWS["worker"], "en") if f.listed.total > PAGE)
    at = next(at for at in places(FLOWS["worker"], facts) if at.state == "queue")
    first, second = (view(FLOWS["worker"], replace(at, page=page), facts) for page in (0, 1))
    assert [_kinds(screen.buttons).count("item") for screen in (first, second)] == [PAGE, PAGE], "the facts hold a page"
    assert "page:1" in [b.token for b in first.buttons]
    assert "page:0" in [b.token for b in second.buttons]


def _kinds(buttons: tuple[Button, ...]) -> list[str]:
    return [button.token.partition(":")[0] for button in buttons]


# Catalogs

Id = tuple[str | None, str | tuple[str, ...]]
_FIELD = re.compile(r"{(\w+)}")


def extracted() -> set[Id]:
    """The message ids as they stand in the code now."""
    keywords = DEFAULT_KEYWORDS | {"N_": None, "P_": (1, 2), "C_": ((1, "c"), 2)}
    found: set[Id] = set()
    for folder in ("bot", "conversations"):
        for path in (ROOT / folder).rglob("*.py"):
            for _, message, _, context in extract_from_file("python", str(path), keywords=keywords):
                found.add((context, message if isinstance(message, str) else tuple(message)))
    return found


def in_catalog(path: Path) -> list[Message]:
    return [message for message in read_po(BytesIO(path.read_bytes())) if message.id]


def _id(message: Message) -> Id:
    return message.context or None, message.id if isinstance(message.id, str) else tuple(message.id)


def test_the_template_is_what_stands_in_the_code() -> None:
    assert {_id(message) for message in in_catalog(ROOT / "locales" / "messages.pot")} == extracted()


@pytest.mark.parametrize("locale", TRANSLATED)
def test_a_catalog_is_complete_and_has_nothing_else(locale: str) -> None:
    messages = in_catalog(ROOT / "locales" / locale / "LC_MESSAGES" / "messages.po")
    assert {_id(message) for message in messages} == extracted()
    assert not [message.id for message in messages if message.fuzzy]
    for message in messages:
        forms = [message.string] if isinstance(message.string, str) else list(message.string or ())
        assert all(form.strip() for form in forms), f"{message.id!r} is not translated"
        ids = [message.id] if isinstance(message.id, str) else list(message.id)
        assert len(forms) == len(ids), f"{message.id!r} has as many forms as {locale} needs"
        assert set(_FIELD.findall(forms[-1])) == set(_FIELD.findall(ids[-1])), f"{message.id!r} has other fields"
        assert set(_FIELD.findall(forms[0])) <= set(_FIELD.findall("".join(ids))), f"{message.id!r} has other fields"


@pytest.mark.parametrize("locale", LANGUAGES)
def test_a_locked_phone_shows_sixty_characters_that_say_nothing(locale: str) -> None:
    shown = render.words(render.DISCREET, locale)[:60]
    assert len(shown) == 60
    words = re.findall(r"\w+", shown.casefold())
    assert not [word for word in words for stem in TELLTALE[locale].split() if word.startswith(stem)]


@pytest.mark.parametrize("locale", LANGUAGES)
def test_the_first_message_is_short(locale: str) -> None:
    """One line on what this is, who reads and can read it, the other ways, and the question."""
    flow = FLOWS["parent"]
    screen = view(flow, begin(flow, plain()), plain(locale))
    text = render.paragraphs(screen.paragraphs, locale)
    assert len(re.findall(r"[.?!](?:\s|$)", text)) <= 5, text
    assert len(text) <= 480, text
    for word in ("Telegram", "apuaeroon.fi", render.words(N_("I do not agree"), locale)):
        assert word in text


# Drawings and imports


def test_the_drawings_are_those_of_the_code() -> None:
    committed = (ROOT / "docs" / "flows.md").read_text(encoding="utf-8")
    assert committed == diagrams.document(FLOWS), "run: make flows"


def imported(path: Path) -> set[str]:
    """The modules that a file imports, also late ones."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports from here"
            found.add(node.module or "")
    return found


def test_conversations_import_only_values_and_each_other() -> None:
    assert set(sys.stdlib_module_names) >= VALUE_MODULES
    for path in (ROOT / "conversations").rglob("*.py"):
        roots = {module.partition(".")[0] for module in imported(path)}
        assert roots <= VALUE_MODULES | {"msgspec", "conversations"}, path.name


def test_only_the_gateway_imports_the_client_library() -> None:
    users = [
        path.relative_to(ROOT).as_posix()
        for folder in ("bot", "conversations")
        for path in (ROOT / folder).rglob("*.py")
        if "telegram" in {module.partition(".")[0] for module in imported(path)}
    ]
    assert users == ["bot/gateway.py"]
