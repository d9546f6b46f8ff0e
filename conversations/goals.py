"""The workers' side of goals: agreeing up to three for each parent and for both, wording and ending them. What is shown
may be read by the parents whose goal it is. Their ratings: `conversations.goal_scale`.
"""

from conversations.casework import TO_CARD, Effects, case, readable
from conversations.flow import Depends, Item, Listed, Menu, Option, Scene, State, says
from conversations.goal_effects import AddGoal, EndGoal, RewordGoal
from conversations.goal_facts import Goal
from conversations.goal_scale import (
    GONE,
    NOT_NOW,
    RATINGS,
    TO_GOALS,
    can_offer,
    chosen,
    followed,
    goal_says,
    is_there,
    raters,
    stages,
    unended,
)
from conversations.moves import CLOSED
from conversations.rating import row
from conversations.text import N_, Paragraph
from conversations.whose import RECORDED, as_rows, chosen_owner, owners, saving, that_fit, whose_name, written

MOST = 3
"""Goals that are followed at a time, for each parent and for both. When one of two parents goes, the goals of both
become those of the other, who then may have more: none is added until there are fewer."""

LIMIT = 120
"""Characters of a goal."""

_ROOM = 3000
"""Characters of goals on one screen; of the ended ones, those that do not fit are left out."""

_LINE = 75
"""Characters that a line with a rating takes in any language."""

_FULL = N_("Three goals at a time are enough. You can add one when fewer than three are left: end others first.")

# What is there


def _room(scene: Scene) -> tuple[int, ...]:
    """For whom there can be another goal."""
    of = [goal.parent for goal in followed(scene)]
    return tuple(parent for parent in owners(scene) if of.count(parent) < MOST)


def _goals(scene: Scene) -> tuple[Paragraph, ...]:
    card, goals = readable(scene), unended(scene)
    if card is None:
        return (N_("This case is not available to you."),)
    said: list[Paragraph] = [N_("Goals of the case {reference}", reference=card.reference)]
    if card.status == "closed":
        said.append(CLOSED)
    elif not scene.facts.goals:
        said.append(N_("No goal is agreed yet. Goals are agreed in the first meeting, in the parents' own words."))
    said += [goal_says(goal, scene, number) for number, goal in enumerate(goals, 1)]
    if set(owners(scene)) - set(_room(scene)):
        said.append(_FULL)
    return (*said, *_ended(scene))


def _ended(scene: Scene) -> tuple[Paragraph, ...]:
    """The goals that are ended, the newest first, below those that are followed."""
    goals, ended = unended(scene), [goal for goal in scene.facts.goals if goal.ended]
    if not ended:
        return ()
    fit = max(0, that_fit(map(_size, (*goals, *ended)), _ROOM) - len(goals))
    older = (N_("Older ended goals do not fit here."),) if fit < len(ended) else ()
    return (N_("Ended goals:"), *(goal_says(goal, scene) for goal in ended[:fit]), *older)


def _size(goal: Goal) -> int:
    return len(goal.words) + _LINE * (1 + len(goal.ratings) + len(goal.asked))


def _rows(scene: Scene) -> tuple[Item, ...]:
    return tuple(row(number, goal.goal, goal.words) for number, goal in enumerate(followed(scene), 1))


def _one(scene: Scene) -> tuple[Paragraph, ...]:
    goal = chosen(scene)
    return (goal_says(goal, scene),) if goal else (GONE,)


# A new goal, or other words for one


def _words(scene: Scene, name: str) -> str:
    """What was typed, on one line: it stands on buttons too."""
    return " ".join(scene.answer(name).split())


def _for_whom(scene: Scene) -> int | None:
    return chosen_owner("goal_for", owners(scene), scene)


def _has_room(scene: Scene) -> bool:
    return _for_whom(scene) in _room(scene)


def _check(scene: Scene) -> tuple[Paragraph, ...]:
    parent = _for_whom(scene)
    if parent is None:
        return (NOT_NOW,)
    reads = (
        N_("Both parents may read this goal in their own chats.") if parent == 0 else N_("The parent may read this.")
    )
    full = () if _has_room(scene) else (_FULL,)
    return (whose_name(parent, scene), _words(scene, "goal_words"), reads, *full)


def _adds(scene: Scene) -> Effects:
    parent = _for_whom(scene)
    assert parent is not None, "it was offered"
    return (AddGoal(case(scene), parent, _words(scene, "goal_words")),)


def _can_reword(scene: Scene) -> bool:
    goal = chosen(scene)
    return goal is not None and not goal.ratings


def _rewords(scene: Scene) -> Effects:
    return (RewordGoal(case(scene), int(scene.answer("goal")), _words(scene, "goal_reword")),)


GOALS: tuple[State, ...] = (
    Menu(
        name="goals",
        ask=_goals,
        needs=("card", "goals"),
        looks="goals",
        listed=Listed(_rows, "goal"),
        saves="goal",
        options=(
            Option(
                "add",
                N_("Add a goal"),
                Depends(
                    lambda scene: "goal_for" if len(owners(scene)) > 1 else "goal_words", ("goal_for", "goal_words")
                ),
                when=lambda scene: bool(_room(scene)),
                otherwise=_FULL,
            ),
            TO_CARD,
        ),
    ),
    Menu(
        name="goal_for",
        ask=N_("Whose goal is it?"),
        needs=("card", "goals"),
        listed=Listed(lambda scene: as_rows(_room(scene), scene), "goal_words"),
        saves="goal_for",
        options=(TO_GOALS,),
    ),
    *written(
        "goal_words",
        "goal_check",
        ask=N_("What is the goal, in a few words? Whose goal it is may read them: for both, both parents."),
        limit=LIMIT,
        shows=_check,
        needs=("card", "goals"),
        looks="goal",
        save=saving(N_("Save the goal"), "goals", _adds, _has_room, _FULL),
        back=TO_GOALS,
    ),
    Menu(
        name="goal",
        ask=_one,
        needs=("card", "goals"),
        looks="goal",
        listed=Listed(
            stages,
            Depends(lambda scene: "goal_rater" if len(raters(scene)) > 1 else "scale", ("goal_rater", "scale")),
        ),
        saves="stage",
        options=(
            Option("offer", N_("Let the parent rate"), "goal_offer", when=can_offer),
            Option("reword", N_("Change the words"), "goal_reword", when=_can_reword),
            Option("end", N_("End this goal"), "goal_end", when=is_there),
            TO_GOALS,
        ),
    ),
    *RATINGS,
    *written(
        "goal_reword",
        "goal_reword_check",
        ask=N_("How is the goal to be worded? It can be changed until somebody has rated it."),
        limit=LIMIT,
        shows=lambda scene: (*_one(scene), N_("The new wording: {answer}", answer=_words(scene, "goal_reword"))),
        needs=("card", "goals"),
        looks="goal",
        save=saving(
            N_("Save the words"),
            "goal",
            _rewords,
            _can_reword,
            N_("This goal was rated already. End it, and add a new one."),
        ),
        back=TO_GOALS,
    ),
    Menu(
        name="goal_end",
        ask=lambda scene: (*_one(scene), N_("End this goal? Its ratings stay as numbers.")),
        needs=("card", "goals"),
        options=(
            Option(
                "yes",
                N_("Yes, end it"),
                "goals",
                does=lambda scene: (EndGoal(case(scene), int(scene.answer("goal"))),),
                when=is_there,
                otherwise=GONE,
                says=says(RECORDED),
            ),
            TO_GOALS,
        ),
    ),
)
"""The states around a case's goals."""
