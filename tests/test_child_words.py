"""The words for children, band by band and in every language: what no reader of a catalog would count by hand."""

import re

import pytest

from bot import render
from conversations.child_start import BANDS, LABELS
from conversations.child_words import SAID, Said
from conversations.feedback import CHILDREN, CHILDREN_TEXTS
from conversations.feedback_facts import Band
from conversations.text import Text, Words
from conversations.view import LANGUAGES

MOST = {"4-6": 8, "7-9": 8, "10-12": 10, "13-17": 14}
"""Words of an item."""

YES_OR_NO = {"fi": ("kyllä", "joo", "ei"), "sv": ("ja", "nej"), "en": ("yes", "no")}


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("band", BANDS)
def test_items_are_worded_for_their_age(band: Band, locale: str) -> None:
    for question in CHILDREN[band]:
        for asked in (question.asks, *(text for _, text in question.statements)):
            assert asked.context == f"child {band}"
            assert len(_words(asked, locale)) <= MOST[band], render.words(asked, locale)
        labels = [render.words(label, locale) for _, label in question.scale.values]
        for label in labels:
            assert re.search(r"[^\W\d_]", label), "never an emoji or a number alone"
            assert len(label) <= 25, label
            assert band == "13-17" or not re.search(r"\d", label), label
        if band in ("4-6", "7-9"):
            assert {*map(str.casefold, labels)} & {*YES_OR_NO[locale]} in (set(), {_no(locale)})
            assert len(labels) > 2, "no two answers of yes and no"
    for text in CHILDREN_TEXTS[band]:
        assert len(_words(text.asks, locale)) <= MOST[band]


def _no(locale: str) -> str:
    """The first of "No / A little / A lot"."""
    return render.words(dict(CHILDREN["7-9"][0].scale.values)["no"], locale).casefold()


def _words(said: Words, locale: str) -> list[str]:
    return re.findall(r"\w+(?:['’]\w+)?", render.words(said, locale))


@pytest.mark.parametrize("locale", LANGUAGES)
@pytest.mark.parametrize("band", BANDS)
def test_what_a_child_reads_is_kind_and_fits(band: Band, locale: str) -> None:
    said = SAID[band]
    buttons = ("begin", "skip", "stop", "talk", "keep", "forget", "tell", "tell_not", "back")
    for name in Said.__struct_fields__:
        text = getattr(said, name)
        if not isinstance(text, Text) or (name in ("too_long", "blank") and not CHILDREN_TEXTS[band]):
            continue
        assert text.context == f"child {band}", name
        words = render.words(text, locale)
        assert "!" not in words
        assert name not in buttons or len(words) <= 25, words
        assert not re.search(r"[\U0001F000-\U0001FAFF\u2600-\u27BF]", words)
    assert len({render.words(label, locale) for label in LABELS.values()}) == len(BANDS)
