"""What of counted answers may be shown at all, so that nobody can be recognised by it (DOMAIN.md sections 5 and 6).

Theory. The reader knows these rules, every number on the screen, and may be sure who was asked. Two figures never
overlap: periods, bands, devices and audiences are apart, and there are no totals over them; so nothing can be
subtracted. Within one figure an item is shown whole or not at all: one hidden value could be computed from the others.
And whether an item is hidden must not tell the number that it hides. So where "all" or "nobody" is hidden, and there
are only two values, "all but one" is hidden too. `tests/test_small_cells.py` tries every table of few answers.
"""

from collections.abc import Mapping

from conversations.feedback import AFTER_MEETING, CHILDREN, PARENTS, Question
from conversations.feedback_facts import Audience, Device, Figures

ENOUGH = 10
"""From so many answers on per cent and means are shown, and values that all or none of the children chose."""

OTHERS = "others"
"""All values but the one whose share is shown."""

Counts = Mapping[str, int]


def questions_of(audience: Audience, band: str) -> tuple[Question, ...]:
    """The items of an audience, in their order."""
    if audience == "child":
        return next(questions for of, questions in CHILDREN.items() if of == band)
    return PARENTS if audience == "parent" else AFTER_MEETING


def shared(question: Question, counts: Counts, band: str) -> dict[str, int]:
    """The values inside the denominator. Of children of ten to twelve only "true" and the rest."""
    inside = {value: counts.get(value, 0) for value, _ in question.scale.values if value not in question.scale.apart}
    if band != "10-12":
        return inside
    return {"true": inside.pop("true"), OTHERS: sum(inside.values())}


def may_be_shown(
    audience: Audience, band: str, device: Device, quarter: str, counted: Mapping[str, Counts], smallest: int
) -> Figures:
    """The figures of one audience, without everything that is not to be seen."""
    sheets = counted.get("sheet", {})
    empty = Figures(audience, band, device, quarter, smallest)
    if sheets.get("answered", 0) < smallest:
        return empty
    items: dict[str, dict[str, int]] = {}
    few: list[str] = []
    alike: list[str] = []
    for question in questions_of(audience, band):
        counts = counted.get(question.name, {})
        inside = shared(question, counts, band)
        n = sum(inside.values())
        if n < smallest:
            few.append(question.name)
        elif band and n < ENOUGH and _tells(inside):
            alike.append(question.name)
        elif band and n < ENOUGH:
            items[question.name] = inside
        else:
            items[question.name] = inside | {value: counts.get(value, 0) for value in question.scale.apart}
    sent = (sheets.get("asked", 0), sheets["answered"], sheets.get("declined", 0))
    return Figures(audience, band, device, quarter, smallest, *sent, items, tuple(few), tuple(alike))


def _tells(inside: Counts) -> bool:
    """Whether hiding is needed: a value that all or none chose, or next to it where there are only two."""
    return min(inside.values()) < (2 if len(inside) == 2 else 1)
