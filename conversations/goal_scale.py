"""The workers' side of ratings: what stands, recording what was said in a meeting, and offering it to the parents.

A rating that was given stays until somebody who has read it replaces it; one that a parent gave in the chat is replaced
by this parent alone.
"""

from conversations.casework import Effects, case, is_own, own, parent_name, parties
from conversations.flow import Does, Item, Listed, Menu, Option, Scene, State, says
from conversations.goal_effects import OfferRating, RateGoal
from conversations.goal_facts import Goal, Rating, RatingStage
from conversations.rating import IRRELEVANT, SCALE, STAGES, VALUES, rating_says
from conversations.text import N_, Paragraph, Text, Words
from conversations.whose import RECORDED, as_rows, chosen_owner, whose_name

GONE = N_("This goal is no longer there.")
NOT_NOW = N_("This is not possible now: the case or the goal has changed.")
TO_GOALS = Option("goals", N_("Back to the goals"), "goals", alone=True)


def followed(scene: Scene) -> tuple[Goal, ...]:
    """The goals of the worker's own case that are not ended, while something can be done about them."""
    return unended(scene) if is_own(scene) else ()


def unended(scene: Scene) -> tuple[Goal, ...]:
    """The goals that are not ended; also of a closed case, where they can only be read."""
    return tuple(goal for goal in scene.facts.goals if not goal.ended)


def chosen(scene: Scene) -> Goal | None:
    """The goal that was chosen, if it is still followed."""
    return next((goal for goal in followed(scene) if str(goal.goal) == scene.answer("goal")), None)


def is_there(scene: Scene) -> bool:
    """Whether the chosen goal is still followed."""
    return chosen(scene) is not None


def stages(scene: Scene) -> tuple[Item, ...]:
    """The ratings that the chosen goal can get."""
    return tuple(Item(stage, label) for stage, label in STAGES.items()) if is_there(scene) else ()


def raters(scene: Scene) -> tuple[int, ...]:
    """Whose rating of the chosen goal can be recorded."""
    goal, card = chosen(scene), own(scene)
    if goal is None or card is None:
        return ()
    return (goal.parent,) if goal.parent else (*(party.number for party in card.parties), 0)


def given(rating: Rating, goal: Goal) -> Text:
    """A rating, and by whom where that is not plain."""
    more: tuple[Words, ...] = (N_("in the chat"),) if rating.own else ()
    if rating.parent != goal.parent or not goal.parent:
        more = (parent_name(rating.parent) if rating.parent else N_("together"), *more)
    return N_("{rating} ({more})", rating=rating_says(rating), more=more) if more else rating_says(rating)


def goal_says(goal: Goal, scene: Scene, number: int = 0) -> tuple[Words, ...]:
    """A goal with its ratings, for the workers."""
    lines: list[Words] = [whose_name(goal.parent, scene), f"{number}. {goal.words}" if number else goal.words]
    lines += [given(rating, goal) for rating in goal.ratings]
    lines += [N_("{parent}: asked in the chat, no answer yet", parent=parent_name(asked)) for asked in goal.asked]
    return tuple(lines)


# Recording


def _rater(scene: Scene) -> int | None:
    return chosen_owner("rater", raters(scene), scene)


def _stage(scene: Scene) -> RatingStage | None:
    return next((stage for stage in STAGES if stage == scene.answer("stage")), None)


def _before(scene: Scene) -> Rating | None:
    """The rating that stands already in the place of the one that is recorded."""
    goal, place = chosen(scene), (_rater(scene), _stage(scene))
    return next((r for r in goal.ratings if (r.parent, r.stage) == place), None) if goal else None


def _can_rate(scene: Scene) -> bool:
    before = _before(scene)
    return _stage(scene) is not None and _rater(scene) is not None and not (before and before.own)


def _scale(scene: Scene) -> tuple[Paragraph, ...]:
    goal, rater, stage = chosen(scene), _rater(scene), _stage(scene)
    if goal is None or rater is None or stage is None:
        return (GONE,)
    about: tuple[Paragraph, ...] = ((STAGES[stage], whose_name(rater, scene)), goal.words)
    before = _before(scene)
    if before and before.own:
        stays = N_("Only the parent can replace an answer from the chat. You can let the parent rate again.")
        return (*about, (_already(before, goal), stays))
    told: list[Paragraph] = [(_already(before, goal), N_("A new number replaces it."))] if before else []
    if goal.asked.get(rater) == stage:
        told.append(N_("The parent is asked for this in the chat. A number here takes the question back."))
    return (*about, *told, SCALE)


def _already(rating: Rating, goal: Goal) -> Text:
    return N_("Recorded already: {rating}", rating=given(rating, goal))


def _rates(value: int | None) -> Does:
    def does(scene: Scene) -> Effects:
        rater, stage = _rater(scene), _stage(scene)
        assert rater is not None, "it was offered"
        assert stage is not None, "it was offered"
        return (RateGoal(case(scene), int(scene.answer("goal")), rater, stage, value),)

    return does


def _value(value: int | None) -> Option:
    return Option(
        "none" if value is None else str(value),
        IRRELEVANT if value is None else str(value),
        "goal",
        does=_rates(value),
        when=_can_rate,
        otherwise=NOT_NOW,
        says=says(RECORDED),
        alone=value is None,
    )


# Offering


def can_offer(scene: Scene) -> bool:
    """Whether a parent is there who could rate the chosen goal."""
    return is_there(scene) and bool(parties(scene))


def _offer(scene: Scene) -> tuple[Paragraph, ...]:
    goal = chosen(scene)
    if goal is None:
        return (GONE,)
    ask = N_("Which rating? The parent reads the goal and chooses a number, or that it is no longer relevant.")
    already = tuple(_already(rating, goal) for rating in goal.ratings if rating.parent)
    return (ask, (*already, N_("A new answer replaces the same rating."))) if already else (ask,)


def _offers(stage: RatingStage) -> Option:
    return Option(
        stage,
        STAGES[stage],
        "goal",
        does=lambda scene: (OfferRating(case(scene), int(scene.answer("goal")), stage),),
        when=can_offer,
        otherwise=NOT_NOW,
        says=says(N_("Each parent whose goal it is can rate it alone in the chat. Only you see the answer.")),
    )


RATINGS: tuple[State, ...] = (
    Menu(
        name="goal_rater",
        ask=N_("Whose rating is it?"),
        needs=("card", "goals"),
        listed=Listed(lambda scene: as_rows(raters(scene), scene), "scale"),
        saves="rater",
        options=(TO_GOALS,),
    ),
    Menu(
        name="scale",
        ask=_scale,
        needs=("card", "goals"),
        looks="goal",
        columns=6,
        options=(*(_value(value) for value in VALUES), _value(None), TO_GOALS),
    ),
    Menu(
        name="goal_offer",
        ask=_offer,
        needs=("card", "goals"),
        looks="goal",
        options=(*(_offers(stage) for stage in STAGES), TO_GOALS),
    ),
)
"""The states in which a rating is recorded or offered."""
