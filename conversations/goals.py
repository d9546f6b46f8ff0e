"""The workers' side of goals: agreeing up to three for each parent and for both, rating them at first, later and at the
end, and offering the rating to the parents. What is shown may be read by the parents whose goal it is.
"""

from conversations.casework import TO_CARD, Effects, case, is_own, own, parent_name, parties
from conversations.flow import AskText, Depends, Does, Item, Listed, Menu, Option, Scene, State, says
from conversations.goal_effects import AddGoal, EndGoal, OfferRating, RateGoal, RewordGoal
from conversations.goal_facts import Goal, Rating, RatingStage
from conversations.rating import IRRELEVANT, SCALE, VALUES, row
from conversations.text import N_, Paragraph, Text, Words

MOST = 3
"""Goals that are followed at a time, for each parent and for both."""

LIMIT = 120
"""Characters of a goal."""

_STAGES: dict[RatingStage, Text] = {
    "first": N_("First rating"),
    "later": N_("Later rating"),
    "end": N_("Rating at the end"),
}
_FULL = N_("Three goals at a time are enough. End one before you add another.")
_GONE = N_("This goal is no longer there.")
_NOT_NOW = N_("This is not possible now: the case or the goal has changed.")
_TOO_LONG = N_("That is longer than 120 characters. Please write it shorter.")
_RECORDED = N_("Recorded.")

# Whose


def whose_name(parent: int, scene: Scene) -> Text:
    """Whom a goal or a note is about: a parent, both, or a client without a chat."""
    if parent:
        return parent_name(parent)
    card = scene.facts.card
    return N_("Both parents") if card is None or card.parties else N_("The client")


def owners(scene: Scene) -> tuple[int, ...]:
    """Whose a new goal can be, or whom a note can be about. What is of both takes both, so that nobody comes later."""
    card = own(scene)
    if card is None:
        return ()
    there = tuple(party.number for party in card.parties)
    return there if len(there) == 1 else (*there, 0)


def chosen_owner(name: str, among: tuple[int, ...], scene: Scene) -> int | None:
    """The one that was chosen, or the only one."""
    answer = scene.answer(name)
    return next((parent for parent in among if (str(parent) == answer if answer else len(among) == 1)), None)


def as_rows(parents: tuple[int, ...], scene: Scene) -> tuple[Item, ...]:
    """Parents as buttons."""
    return tuple(Item(str(parent), whose_name(parent, scene)) for parent in parents)


# What is there


def _of(parent: int, scene: Scene) -> tuple[Goal, ...]:
    return tuple(goal for goal in scene.facts.goals if goal.parent == parent)


def _chosen(scene: Scene) -> Goal | None:
    goals = scene.facts.goals if is_own(scene) else ()
    return next((goal for goal in goals if str(goal.goal) == scene.answer("goal")), None)


def _room(scene: Scene) -> tuple[int, ...]:
    """For whom there can be another goal."""
    return tuple(parent for parent in owners(scene) if len(_of(parent, scene)) < MOST)


def _goals(scene: Scene) -> tuple[Paragraph, ...]:
    card = own(scene)
    if card is None:
        return (N_("This case is not available to you."),)
    said: list[Paragraph] = [N_("Goals of the case {reference}", reference=card.reference)]
    if not scene.facts.goals:
        said.append(N_("No goal is agreed yet. Goals are agreed in the first meeting, in the parents' own words."))
    said += [_goal_says(goal, scene, number) for number, goal in enumerate(scene.facts.goals, 1)]
    if set(owners(scene)) - set(_room(scene)):
        said.append(_FULL)
    return tuple(said)


def _goal_says(goal: Goal, scene: Scene, number: int = 0) -> tuple[Words, ...]:
    """A goal with its ratings, for the workers."""
    lines: list[Words] = [whose_name(goal.parent, scene), f"{number}. {goal.words}" if number else goal.words]
    lines += [_rating_says(rating, goal) for rating in goal.ratings]
    lines += [N_("{parent}: asked in the chat, no answer yet", parent=parent_name(asked)) for asked in goal.asked]
    return tuple(lines)


def _rating_says(rating: Rating, goal: Goal) -> Text:
    value: Words = IRRELEVANT if rating.value is None else f"{rating.value}/10"
    more: tuple[Words, ...] = (N_("in the chat"),) if rating.own else ()
    if rating.parent != goal.parent or not goal.parent:
        more = (parent_name(rating.parent) if rating.parent else N_("together"), *more)
    if more:
        return N_(
            "{value} · {stage}, {day} ({more})", value=value, stage=_STAGES[rating.stage], day=rating.at, more=more
        )
    return N_("{value} · {stage}, {day}", value=value, stage=_STAGES[rating.stage], day=rating.at)


def _rows(scene: Scene) -> tuple[Item, ...]:
    goals = scene.facts.goals if is_own(scene) else ()
    return tuple(row(number, goal.goal, goal.words) for number, goal in enumerate(goals, 1))


def _one(scene: Scene) -> tuple[Paragraph, ...]:
    goal = _chosen(scene)
    return (_goal_says(goal, scene),) if goal else (_GONE,)


# A new goal, or other words for one


def _for_whom(scene: Scene) -> int | None:
    return chosen_owner("goal_for", owners(scene), scene)


def _has_room(scene: Scene) -> bool:
    return _for_whom(scene) in _room(scene)


def _check(scene: Scene) -> tuple[Paragraph, ...]:
    parent = _for_whom(scene)
    if parent is None:
        return (_NOT_NOW,)
    reads = (
        N_("Both parents may read this goal in their own chats.") if parent == 0 else N_("The parent may read this.")
    )
    return (whose_name(parent, scene), scene.answer("goal_words"), reads, *(() if _has_room(scene) else (_FULL,)))


def _adds(scene: Scene) -> Effects:
    parent = _for_whom(scene)
    assert parent is not None, "it was offered"
    return (AddGoal(case(scene), parent, scene.answer("goal_words")),)


def _can_reword(scene: Scene) -> bool:
    goal = _chosen(scene)
    return goal is not None and not goal.ratings


# Ratings


def _is_there(scene: Scene) -> bool:
    return _chosen(scene) is not None


def _stages(scene: Scene) -> tuple[Item, ...]:
    return tuple(Item(stage, label) for stage, label in _STAGES.items()) if _is_there(scene) else ()


def _raters(scene: Scene) -> tuple[int, ...]:
    """Whose rating of the chosen goal can be recorded."""
    goal, card = _chosen(scene), own(scene)
    if goal is None or card is None:
        return ()
    return (goal.parent,) if goal.parent else (*(party.number for party in card.parties), 0)


def _can_rate(scene: Scene) -> bool:
    return scene.answer("stage") in _STAGES and chosen_owner("rater", _raters(scene), scene) is not None


def _scale(scene: Scene) -> tuple[Paragraph, ...]:
    goal, rater = _chosen(scene), chosen_owner("rater", _raters(scene), scene)
    if goal is None or rater is None or scene.answer("stage") not in _STAGES:
        return (_GONE,)
    stage: Words = next(label for name, label in _STAGES.items() if name == scene.answer("stage"))
    return ((stage, whose_name(rater, scene)), goal.words, SCALE)


def _rates(value: int | None) -> Does:
    def does(scene: Scene) -> Effects:
        rater = chosen_owner("rater", _raters(scene), scene)
        assert rater is not None, "it was offered"
        stage: RatingStage = scene.answer("stage")  # type: ignore[assignment]  # one of _STAGES
        return (RateGoal(case(scene), int(scene.answer("goal")), rater, stage, value),)

    return does


def _value(value: int | None) -> Option:
    return Option(
        "none" if value is None else str(value),
        IRRELEVANT if value is None else str(value),
        "goal",
        does=_rates(value),
        when=_can_rate,
        otherwise=_GONE,
        says=says(_RECORDED),
        alone=value is None,
    )


def _can_offer(scene: Scene) -> bool:
    return _is_there(scene) and bool(parties(scene))


def _offers(stage: RatingStage) -> Option:
    return Option(
        stage,
        _STAGES[stage],
        "goal",
        does=lambda scene: (OfferRating(case(scene), int(scene.answer("goal")), stage),),
        when=_can_offer,
        otherwise=_NOT_NOW,
        says=says(N_("Each parent whose goal it is can rate it alone in the chat. Only you see the answer.")),
    )


_TO_GOALS = Option("goals", N_("Back to the goals"), "goals", alone=True)

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
        options=(_TO_GOALS,),
    ),
    AskText(
        name="goal_words",
        ask=N_("What is the goal, in a few words? Whose goal it is may read them: for both, both parents."),
        reads="words",
        hides=True,
        limit=LIMIT,
        problem=_TOO_LONG,
        then="goal_check",
    ),
    Menu(
        name="goal_check",
        ask=_check,
        needs=("card", "goals"),
        looks="goal",
        options=(
            Option(
                "save",
                N_("Save the goal"),
                "goals",
                does=_adds,
                when=_has_room,
                otherwise=_FULL,
                says=says(_RECORDED),
            ),
            _TO_GOALS,
        ),
    ),
    Menu(
        name="goal",
        ask=_one,
        needs=("card", "goals"),
        looks="goal",
        listed=Listed(
            _stages,
            Depends(lambda scene: "goal_rater" if len(_raters(scene)) > 1 else "scale", ("goal_rater", "scale")),
        ),
        saves="stage",
        options=(
            Option("offer", N_("Let the parent rate"), "goal_offer", when=_can_offer),
            Option("reword", N_("Change the words"), "goal_reword", when=_can_reword),
            Option("end", N_("End this goal"), "goal_end", when=_is_there),
            _TO_GOALS,
        ),
    ),
    Menu(
        name="goal_rater",
        ask=N_("Whose rating is it?"),
        needs=("card", "goals"),
        listed=Listed(lambda scene: as_rows(_raters(scene), scene), "scale"),
        saves="rater",
        options=(_TO_GOALS,),
    ),
    Menu(
        name="scale",
        ask=_scale,
        needs=("card", "goals"),
        looks="goal",
        columns=6,
        options=(*(_value(value) for value in VALUES), _value(None), _TO_GOALS),
    ),
    Menu(
        name="goal_offer",
        ask=N_("Which rating? The parent reads the goal and chooses a number, or that it is no longer relevant."),
        needs=("card", "goals"),
        options=(_offers("first"), _offers("later"), _offers("end"), _TO_GOALS),
    ),
    AskText(
        name="goal_reword",
        ask=N_("How is the goal to be worded? It can be changed until somebody has rated it."),
        reads="words",
        hides=True,
        limit=LIMIT,
        problem=_TOO_LONG,
        then="goal_reword_check",
    ),
    Menu(
        name="goal_reword_check",
        ask=lambda scene: (*_one(scene), N_("It becomes: {answer}", answer=scene.answer("goal_reword"))),
        needs=("card", "goals"),
        looks="goal",
        options=(
            Option(
                "save",
                N_("Save the words"),
                "goal",
                does=lambda scene: (RewordGoal(case(scene), int(scene.answer("goal")), scene.answer("goal_reword")),),
                when=_can_reword,
                otherwise=N_("This goal was rated already. End it, and add a new one."),
                says=says(_RECORDED),
            ),
            _TO_GOALS,
        ),
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
                when=_is_there,
                otherwise=_GONE,
                says=says(_RECORDED),
            ),
            _TO_GOALS,
        ),
    ),
)
"""The states around a case's goals."""
