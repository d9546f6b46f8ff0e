"""A parent's side of goals: reading the own ones, and rating them when a worker has offered it, each parent alone.

Shown are the words of a goal and the parent's own ratings: not whose it is besides, nor how or whether anybody else has
rated it.
"""

from conversations.flow import Depends, Does, Item, Listed, Menu, Option, Scene, State, says
from conversations.goal_effects import RateOwnGoal
from conversations.goal_facts import OwnGoal, Rating, RatingStage
from conversations.text import N_, Paragraph, Text, Words

ASKED = N_("You can rate your goals here when it suits you.")
"""The notice of an offered rating, and the words on the screen of the request."""

IRRELEVANT = N_("No longer relevant")
SCALE = N_("0 means: not at all. 10 means: fully.")
VALUES = tuple(range(11))

STAGES: dict[RatingStage, Text] = {
    "first": N_("First rating"),
    "later": N_("Later rating"),
    "end": N_("Rating at the end"),
}

_LABEL = 32
"""Characters of a goal on a button, with its number."""

_GONE = N_("This goal is no longer there.")


def row(number: int, goal: int, words: str) -> Item:
    """A goal as a button: its number and its first words."""
    short = " ".join(words.split())
    return Item(str(goal), f"{number} · {short if len(short) <= _LABEL else short[: _LABEL - 1].rstrip() + '…'}")


def rating_says(rating: Rating) -> Text:
    """A rating, with its stage and day."""
    value: Words = IRRELEVANT if rating.value is None else f"{rating.value}/10"
    return N_("{value} · {stage}, {day}", value=value, stage=STAGES[rating.stage], day=rating.at)


def _own(scene: Scene) -> tuple[OwnGoal, ...]:
    known = scene.facts.request or scene.facts.ended
    return known.goals if known else ()


def _goals(scene: Scene) -> tuple[OwnGoal, ...]:
    """Those that the parent is asked to rate."""
    return tuple(goal for goal in _own(scene) if goal.asked)


def _chosen(scene: Scene) -> OwnGoal | None:
    return next((goal for goal in _goals(scene) if str(goal.goal) == scene.answer("goal")), None)


def is_asked(scene: Scene) -> bool:
    """Whether there is a goal to rate."""
    return bool(_goals(scene))


def goals_say(scene: Scene) -> tuple[Paragraph, ...]:
    """For the screen of a parent's request."""
    return (ASKED,) if is_asked(scene) else ()


RATE = Option("rate", N_("Rate my goals"), "own_goals", when=is_asked)

GOAL_OPTIONS = (
    RATE,
    Option("goals", N_("My goals"), "my_goals", when=lambda scene: bool(_own(scene))),
)
"""What a parent can do about goals on the screen of the request."""


def _mine(scene: Scene) -> tuple[Paragraph, ...]:
    if not _own(scene):
        return (N_("You have no goals now."),)
    said: list[Paragraph] = [N_("Your goals:")]
    for number, goal in enumerate(_own(scene), 1):
        said.append((f"{number}. {goal.words}", *map(rating_says, goal.ratings)))
    return (*said, N_("Here you see only your own ratings. Besides you, only the workers see them."))


def _list(scene: Scene) -> tuple[Paragraph, ...]:
    goals = _goals(scene)
    if not goals:
        return (N_("There is no goal to rate now."),)
    return (N_("Which goal do you want to rate?"), tuple(f"{n}. {goal.words}" for n, goal in enumerate(goals, 1)))


def _rows(scene: Scene) -> tuple[Item, ...]:
    return tuple(row(n, goal.goal, goal.words) for n, goal in enumerate(_goals(scene), 1))


def _asks(scene: Scene) -> tuple[Paragraph, ...]:
    goal = _chosen(scene)
    if goal is None:
        return (_GONE,)
    return (goal.words, N_("How far is this true today?"), SCALE, N_("Only the workers see your answer."))


def _rates(value: int | None) -> Does:
    return lambda scene: (RateOwnGoal(int(scene.answer("goal")), value),)


def _option(value: int | None) -> Option:
    """One value of the scale, or that the goal is no longer relevant."""
    return Option(
        "none" if value is None else str(value),
        IRRELEVANT if value is None else str(value),
        Depends(lambda scene: "own_goals" if len(_goals(scene)) > 1 else "sent", ("own_goals", "sent")),
        does=_rates(value),
        when=lambda scene: _chosen(scene) is not None,
        otherwise=_GONE,
        says=says(N_("Thank you, your answer is saved.")),
        alone=value is None,
    )


RATING: tuple[State, ...] = (
    Menu(name="my_goals", ask=_mine, options=(Option("home", N_("Front page"), "sent"),)),
    Menu(
        name="own_goals",
        ask=_list,
        listed=Listed(_rows, "own_scale"),
        saves="goal",
        options=(Option("home", N_("Front page"), "sent"),),
    ),
    Menu(
        name="own_scale",
        ask=_asks,
        columns=6,
        options=(*(_option(value) for value in VALUES), _option(None)),
    ),
)
"""The states around a parent's own goals; they lead back to a state `sent`."""
