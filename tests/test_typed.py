"""Words that are typed: nothing invisible is an answer, and nothing in them misleads whoever reads them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations import core, events
from conversations.conversation import Conversation
from conversations.flow import AskText, Flow, Menu, by_name
from conversations.text import N_
from tests.scenes import plain
from tests.test_core import QUICK

WORDS = Flow(
    name="parent",
    start="words",
    states=by_name(
        AskText(name="words", ask=N_("?"), reads="words", limit=20, problem=N_("Type words."), then="menu"),
        Menu(name="menu", ask=N_("!")),
    ),
)
OVERRIDES, HIDDEN = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", "\u200b\u2060\ufeff"


def typed(text: str) -> str | None:
    """What is kept of words that were typed; None if they were asked for again."""
    step = core.step({"parent": WORDS}, Conversation(flow="parent", state="words"), events.Typed(text), plain())
    kept = step.conversation.answers.get("words")
    assert bool(kept) != (step.notes == (N_("Type words."),))
    return kept[0] if kept else None


@pytest.mark.parametrize(
    "text",
    ["", "  ", "\u200b", "\u200b\u2060", "\u202e \ufeff", "\u200d", "\u00ad", "\ufe0f", "\x00\x1b", "\u3164", "\u2800"],
)
def test_what_nobody_can_see_is_no_answer(text: str) -> None:
    assert typed(text) is None


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Calm\u202e mornings", "Calm mornings"),
        ("\ufeffCalm\tmornings\x00\x7f", "Calm mornings"),
        ("One\r\nline\nmore", "One\nline\nmore"),
        ("👨\u200d👩\u200d👧", "👨\u200d👩\u200d👧"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\u200b" * 30 + "w" * 20, "w" * 20),
    ],
)
def test_characters_that_mislead_go_and_those_that_languages_need_stay(text: str, kept: str) -> None:
    assert typed(text) == kept


@QUICK
@given(st.text(st.one_of(st.characters(), st.sampled_from(OVERRIDES + HIDDEN + " \n\t\x00")), max_size=20))
def test_whatever_is_typed_as_words_can_be_seen_and_turns_nothing(text: str) -> None:
    kept = typed(text)
    if kept is None:
        assert not any(unicodedata.category(c)[0] in "NP" or "a" <= c.casefold() <= "z" for c in text)
        return
    assert not {*kept} & {*OVERRIDES, *HIDDEN}
    assert not [c for c in kept if c != "\n" and unicodedata.category(c) == "Cc"]
    assert kept == kept.strip() == typed(kept)
    assert [c for c in kept if not c.isspace()] == [
        c for c in text if not c.isspace() and c not in OVERRIDES + HIDDEN and unicodedata.category(c) != "Cc"
    ]
