"""A parent's side of goals: rating the own ones when a worker has offered it, each parent alone.

Shown are the words of a goal and nothing else: not whose it is besides, nor how or whether anybody has rated it.
"""

from conversations.flow import Depends, Does, Item, Listed, Menu, Option, Scene, State, says
from conversations.goal_effects import RateOwnGoal
from conversations.goal_facts import OwnGoal
from conversations.text import N_, Paragraph

ASKED = N_("You can rate your goals here when it suits you.")
"""The notice of an offered rating, and the words on the screen of the request."""

IRRELEVANT = N_("No longer relevant")
SCALE = N_("0 means: not at all. 10 means: fully.")
VALUES = tuple(range(11))

_LABEL = 32
"""Characters of a goal on a button, with its number."""

_GONE = N_("This goal is no longer there.")


def row(number: int, goal: int, words: str) -> Item:
    """A goal as a button: its number and its first words."""
    short = " ".join(words.split())
    return Item(str(goal), f"{number} · {short if len(short) <= _LABEL else short[: _LABEL - 1].rstrip() + '…'}")


def _goals(scene: Scene) -> tuple[OwnGoal, ...]:
    asks = scene.facts.request or scene.facts.ended
    return asks.goals if asks else ()


def _chosen(scene: Scene) -> OwnGoal | None:
    return next((goal for goal in _goals(scene) if str(goal.goal) == scene.answer("goal")), None)


def is_asked(scene: Scene) -> bool:
    """Whether there is a goal to rate."""
    return bool(_goals(scene))


def goals_say(scene: Scene) -> tuple[Paragraph, ...]:
    """For the screen of a parent's request."""
    return (ASKED,) if is_asked(scene) else ()


RATE = Option("rate", N_("Rate my goals"), "own_goals", when=is_asked)
"""What a parent can do about goals on the screen of the request."""


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
"""The states around a parent's own ratings; they lead back to a state `sent`."""
