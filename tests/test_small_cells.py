"""What figures may show: somebody who knows the rules and reads every number finds out none that is hidden."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.feedback import CHILDREN, PARENTS, Question
from conversations.feedback_facts import Audience, Band, Device, Figures
from conversations.small_cells import ENOUGH, OTHERS, may_be_shown, questions_of, shared

Counts = dict[str, int]
Sheets = dict[str, Counts]

OWN: Device = "own"
BANDS: tuple[Band, ...] = tuple(CHILDREN)
SMALLEST = (3, 5)


def parts(n: int, ways: int) -> Iterator[tuple[int, ...]]:
    """Every way in which so many answers fall on so many values."""
    if ways == 1:
        yield (n,)
        return
    for first in range(n + 1):
        for rest in parts(n - first, ways - 1):
            yield (first, *rest)


def inside(question: Question) -> tuple[str, ...]:
    return tuple(value for value, _ in question.scale.values if value not in question.scale.apart)


def shown(band: str, counted: Sheets, smallest: int = 5) -> Figures:
    audience: Audience = "child" if band else "parent"
    return may_be_shown(audience, band, "worker" if band else OWN, "2026-3", counted, smallest)


def of_one_item(band: str, name: str, counts: Counts, smallest: int) -> tuple[str, Counts]:
    """What can be seen of an item, by somebody who even knows how many have answered."""
    n = sum(counts.values())
    figures = shown(band, {"sheet": {"asked": 99, "answered": 99}, name: counts}, smallest)
    how = "few" if name in figures.few else "alike" if name in figures.alike else "shown"
    return f"{how} of {n}", figures.items.get(name, {})


@pytest.mark.parametrize("smallest", SMALLEST)
@pytest.mark.parametrize("band", BANDS)
def test_of_a_few_children_nobody_learns_that_all_or_none_chose_something(band: Band, smallest: int) -> None:
    for question in questions_of("child", band):
        values = inside(question)
        for n in range(smallest, ENOUGH):
            worlds: dict[tuple[str, tuple[tuple[str, int], ...]], list[Counts]] = defaultdict(list)
            for numbers in parts(n, len(values)):
                counts = dict(zip(values, numbers, strict=True))
                seen = of_one_item(band, question.name, counts, smallest)
                worlds[seen[0], tuple(seen[1].items())].append(shared(question, counts, band))
            for (how, _), possible in worlds.items():
                for value in possible[0]:
                    could_be = {counts[value] for counts in possible}
                    assert could_be - {0, n}, (question.name, how, value, could_be)
                    assert how.startswith("shown") or len(could_be) > 1, "what is hidden cannot be computed"


@pytest.mark.parametrize("band", ["", *BANDS])
def test_below_the_smallest_number_nothing_is_shown_not_even_how_many(band: str) -> None:
    for answered, asked, smallest in product(range(5), (5, 90), (5, 7)):
        counted = {"sheet": {"asked": asked, "answered": answered, "declined": 3}, "heard": {"1": answered}}
        assert shown(band, counted, smallest) == shown(band, {}, smallest), "all look alike"


def test_an_item_that_fewer_have_answered_is_hidden_alone() -> None:
    counted = {"sheet": {"asked": 9, "answered": 6}, "respect": {"5": 4}, "heard": {"5": 5}}
    counted["cooperation"] = {"better": 2, "apart": 4}
    figures = shown("", counted)
    assert figures.items == {"heard": {"1": 0, "2": 0, "3": 0, "4": 0, "5": 5}}
    assert {"respect", "cooperation"} <= {*figures.few}, "what is apart is no answer, and is hidden too"


def test_what_is_apart_is_counted_apart() -> None:
    counted = {"sheet": {"asked": 9, "answered": 8}, "cooperation": {"better": 5, "apart": 3}}
    assert shown("", counted).items["cooperation"] == {"better": 5, "same": 0, "worse": 0, "apart": 3}


def test_of_ten_to_twelve_only_the_share_leaves_the_rule() -> None:
    counted = {"sheet": {"asked": 20, "answered": 12}, "heard": {"true": 8, "partly": 3, "not": 1, "dont_know": 2}}
    assert shown("10-12", counted).items["heard"] == {"true": 8, OTHERS: 4, "dont_know": 2}


def test_with_ten_children_all_is_shown_and_with_fewer_not_what_is_apart() -> None:
    few = {"sheet": {"asked": 9, "answered": 9}, "heard": {"true": 2, "partly": 2, "not": 2, "dont_know": 1}}
    assert shown("13-17", few).items["heard"] == {"true": 2, "partly": 2, "not": 2}
    alike = {"sheet": {"asked": 9, "answered": 9}, "heard": {"lot": 9}, "good": {"lot": 5, "little": 4}}
    assert shown("7-9", alike).alike == ("heard", "good")
    many = {"sheet": {"asked": 10, "answered": 10}, "heard": {"lot": 10}}
    assert shown("7-9", many).items["heard"] == {"no": 0, "little": 0, "lot": 10}


answers = st.dictionaries(
    st.sampled_from([question.name for question in PARENTS]), st.sampled_from("12345"), max_size=len(PARENTS)
)


@given(st.lists(answers, min_size=5, max_size=12), st.integers(0, 11), st.sampled_from("12345"))
def test_a_hidden_item_has_no_trace_in_what_is_shown(people: list[dict[str, str]], who: int, other: str) -> None:
    """Whatever somebody had answered to an item that is hidden, all that is seen would be the same."""
    before = shown("", _tally(people))
    for name in before.few:
        if name == "cooperation" or name not in people[who % len(people)]:
            continue
        changed = [dict(person) for person in people]
        changed[who % len(people)][name] = other
        assert shown("", _tally(changed)) == before


def _tally(people: list[dict[str, str]]) -> Sheets:
    counted: Sheets = {"sheet": {"asked": 20, "answered": len(people)}}
    for person in people:
        for name, value in person.items():
            counted.setdefault(name, {}).setdefault(value, 0)
            counted[name][value] += 1
    return counted
