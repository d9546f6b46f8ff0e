"""What parents and children answered, for the staff of the own association: one audience and one quarter at a time.

What may be shown at all is decided by `conversations.small_cells`, before it comes here.
"""

from collections.abc import Mapping

from conversations.casework import TO_MENU
from conversations.feedback import CHILDREN, Question
from conversations.feedback_facts import Figures
from conversations.flow import Item, Listed, Menu, Option, Scene, State
from conversations.quarters import name_of, over
from conversations.small_cells import ENOUGH, questions_of, shared
from conversations.text import N_, P_, Paragraph, Text, Words

PER_PAGE = 5
"""Items on a screen: more would be long on a small phone."""

MEETINGS = ("meeting", "", "own")
"""Parents after one meeting."""

_DEVICES = ("worker", "parent")


def sheet_of(value: str) -> tuple[str, str, str]:
    """Audience, band and device of what was chosen."""
    audience, band, device = value.split(":")
    return audience, band, device


# Choosing


def _whose(scene: Scene) -> tuple[Item, ...]:
    rows = [Item("parent::own", N_("Parents, after the service"))]
    if scene.facts.meetings_rated:
        rows.append(Item(":".join(MEETINGS), N_("Parents, after a meeting")))
    return tuple(rows)


def _children(scene: Scene) -> tuple[Item, ...]:
    sheets = [(f"child:{band}:{device}", band, device) for band in CHILDREN for device in _DEVICES]
    return tuple(Item(value, _of_children(band, device)) for value, band, device in sheets)


def _of_children(band: str, device: str) -> Text:
    years = band.replace("-", "–")
    if device == "worker":
        return N_("Children {years}, worker's phone", years=years)
    return N_("Children {years}, parent's phone", years=years)


def _quarters(scene: Scene) -> tuple[Item, ...]:
    return tuple(Item(quarter, name_of(quarter)) for quarter in over(scene.facts.today))


# One audience in one quarter


def _says(scene: Scene) -> tuple[Paragraph, ...]:
    figures, seat = scene.facts.figures, scene.facts.seat
    if figures is None or seat is None:
        return (N_("There are no figures here."),)
    head: tuple[Words, ...] = (seat.association_name, _name(figures), name_of(figures.quarter))
    if not figures.answered:
        few = N_(
            "Fewer than {smallest} have answered in this time. Figures are shown from {smallest} answers on.",
            smallest=figures.smallest,
        )
        return (head, few, *_changed(scene))
    questions = questions_of(figures.audience, figures.band)
    page = _page(scene)
    shown = questions[page * PER_PAGE : (page + 1) * PER_PAGE]
    said = [_item(question, figures, scene.facts.locale) for question in shown]
    if page:
        return (head, *said)
    return (head, _sheets(figures), *said, *_changed(scene), _method(figures))


def _name(figures: Figures) -> Text:
    if figures.audience == "child":
        return _of_children(figures.band, figures.device)
    return N_("Parents, after the service") if figures.audience == "parent" else N_("Parents, after a meeting")


def _sheets(figures: Figures) -> tuple[Words, ...]:
    """The rate is left out where more have answered than were asked: they were asked in an earlier quarter."""
    lines: list[Words] = [
        N_("Asked: {number}", number=figures.asked),
        N_("Answered: {number}", number=figures.answered),
        N_("Declined: {number}", number=figures.declined),
    ]
    if figures.asked >= figures.answered:
        lines.append(N_("Response rate: {share} %", share=_share(figures.answered, figures.asked)))
    return tuple(lines)


def _item(question: Question, figures: Figures, locale: str) -> tuple[Words, ...]:
    """One item with its values; where it cannot be shown it says why, and nothing else."""
    if question.name in figures.few:
        return (question.asks, N_("Fewer than {smallest} have answered this.", smallest=figures.smallest))
    if question.name in figures.alike:
        return (question.asks, N_("Not shown, so that nobody can be recognised."))
    counts = figures.items[question.name]
    n = sum(shared(question, counts, "").values()) + counts.get("others", 0)
    return (question.asks, *_values(question, counts, n, figures.band), _base(question, counts, n, locale))


def _values(question: Question, counts: Mapping[str, int], n: int, band: str) -> tuple[Words, ...]:
    labels = dict(question.scale.values)
    shares = n >= ENOUGH and band != "4-6"
    there = [(value, counts[value]) for value in labels if value in counts]
    if all(isinstance(label, str) for label in labels.values()):
        line = " · ".join(_digit(value, count, n, shares=shares) for value, count in reversed(there))
        return (line,)
    return tuple(
        _line(labels[value], count, n, of_all=value == "true", share=shares and value not in question.scale.apart)
        for value, count in there
    )


def _digit(value: str, count: int, n: int, *, shares: bool) -> str:
    return f"{value}: {count} ({_share(count, n)} %)" if shares else f"{value}: {count}"


def _line(value: Words, count: int, n: int, *, of_all: bool, share: bool) -> Text:
    """One value; that whose share counts says of how many."""
    if of_all and share:
        return N_("{value}: {number} of {all} ({share} %)", value=value, number=count, all=n, share=_share(count, n))
    if of_all:
        return N_("{value}: {number} of {all}", value=value, number=count, all=n)
    if share:
        return N_("{value}: {number} ({share} %)", value=value, number=count, share=_share(count, n))
    return N_("{value}: {number}", value=value, number=count)


def _base(question: Question, counts: Mapping[str, int], n: int, locale: str) -> Text:
    """How many it is about, and the mean where there is one."""
    answers = P_("One answer", "{count} answers", n)
    if not question.mean or n < ENOUGH:
        return answers
    mean = f"{sum(int(value) * count for value, count in counts.items()) / n:.1f}"
    return N_("{answers}, mean {mean}", answers=answers, mean=mean if locale == "en" else mean.replace(".", ","))


def _share(count: int, of: int) -> int:
    return (200 * count + of) // (2 * of)


def _method(figures: Figures) -> tuple[Words, ...]:
    """What the numbers mean, as far as it concerns this audience."""
    smallest, questions = figures.smallest, questions_of(figures.audience, figures.band)
    lines: list[Words] = []
    if figures.band:
        lines.append(
            N_(
                "Shown from {smallest} answers on; of fewer than {enough}, only where children chose differently.",
                smallest=smallest,
                enough=ENOUGH,
            )
        )
    else:
        lines.append(
            N_(
                "5 is best. Shown from {smallest} answers on; per cent and means from {enough}.",
                smallest=smallest,
                enough=ENOUGH,
            )
        )
    apart = {value: label for q in questions for value, label in q.scale.values if value in q.scale.apart}
    lines += [N_("“{answer}” is in no share.", answer=label) for label in apart.values()]
    lines.append(N_("The quarter has whole weeks: each belongs to the quarter of its Thursday."))
    lines.append(N_("Who was asked at the end of a quarter may answer in the next."))
    return tuple(lines)


def _changed(scene: Scene) -> tuple[Paragraph, ...]:
    """You said, we did."""
    facts = scene.facts
    own = (a.changed for a in facts.associations if facts.seat and a.id == facts.seat.association)
    words = next(own, {}).get(facts.locale)
    return ((N_("What we changed because of feedback:"), words),) if words else ()


# Pages


def _pages(scene: Scene) -> int:
    figures = scene.facts.figures
    if figures is None or not figures.answered:
        return 1
    return -(-len(questions_of(figures.audience, figures.band)) // PER_PAGE)


def _page(scene: Scene) -> int:
    chosen = scene.answer("feedback_page")
    return min(int(chosen), _pages(scene) - 1) if chosen else 0


def _more(scene: Scene) -> tuple[Item, ...]:
    page, pages = _page(scene), _pages(scene)
    if pages == 1:
        return ()
    return (Item(str(page + 1), N_("Next items")),) if page + 1 < pages else (Item("0", N_("First items")),)


_OTHER = Option("whose", N_("Whose feedback"), "feedback")

FIGURES: tuple[State, ...] = (
    Menu(
        name="feedback",
        ask=N_("Whose feedback do you want to see?"),
        needs=("meetings_rated",),
        listed=Listed(_whose, "feedback_when"),
        saves="feedback_of",
        options=(Option("children", N_("Children"), "feedback_children"), TO_MENU),
    ),
    Menu(
        name="feedback_children",
        ask=N_("Which children? Ages and phones are never put together."),
        listed=Listed(_children, "feedback_when"),
        saves="feedback_of",
        options=(TO_MENU,),
    ),
    Menu(
        name="feedback_when",
        ask=N_("Which quarter? Only those that are over can be seen."),
        listed=Listed(_quarters, "figures"),
        saves="quarter",
        options=(_OTHER, TO_MENU),
    ),
    Menu(
        name="figures",
        ask=_says,
        needs=("figures",),
        listed=Listed(_more, "figures"),
        saves="feedback_page",
        options=(Option("when", N_("Another quarter"), "feedback_when"), _OTHER, TO_MENU),
    ),
)
"""The states around figures, the same for every role."""

TO_FEEDBACK = Option("feedback", N_("Feedback"), "feedback")
