"""What is written down holds together: the flows, their words in every language, their drawings, and who imports what."""

import ast
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.pofile import read_po
from msgspec.structs import replace

from bot import checks as shell_checks
from bot import render
from conversations import checks, diagrams
from conversations.flow import (
    END,
    RETURN,
    Ask,
    AskText,
    ChangeList,
    Depends,
    Flow,
    Item,
    Listed,
    Menu,
    Option,
    Question,
    Skip,
    State,
    Summary,
    by_name,
    items,
)
from conversations.parent import REGIONS
from conversations.staff import FLOWS
from conversations.text import N_, Text
from conversations.view import LANGUAGES, PAGE, Button, view
from tests.scenes import places, plain, scenes
from tests.theatre import ROOT

LABEL_LIMIT, ROW_LIMIT = 25, 40
TRANSLATED = [locale for locale in LANGUAGES if locale != "en"]
VALUE_MODULES = {"collections", "dataclasses", "datetime", "enum", "typing"}
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
            rows = {item.label for item in items(state, _scene(at.answers, facts))}
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


def _scene(answers: dict[str, tuple[str, ...]], facts: object) -> object:
    from conversations.flow import Scene

    return Scene(answers, facts)  # type: ignore[arg-type]
