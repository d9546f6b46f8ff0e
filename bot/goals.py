"""Goals: what workers do about them, and what a parent answers alone. Inside the turn's transaction.

A parent's rating shows itself to nobody but the workers: no call to the other parent's chat follows from it.
"""

from collections.abc import Sequence
from sqlite3 import Connection
from typing import assert_never

from bot import notices, screens
from bot.records import cases, endings, goals
from bot.records.people import Person
from bot.world import World
from conversations import goal_effects as do
from conversations.goal_facts import RatingStage
from conversations.rating import ASKED, STAGES, VALUES

_ASKED = ("own_goals", "own_scale")
"""A parent's screens about goals that are asked for: when one has changed, they give way to the front page."""


def carry_out(db: Connection, world: World, person: Person, effect: do.Aiming) -> None:
    """What a worker does about a goal; whether the case is theirs was asked before."""
    now, case = world.clock.now(), effect.case
    match effect:
        case do.AddGoal(parent=parent, words=words):
            added = goals.add(db, case, parent, words, now)
            if added is None:
                raise LookupError("no goal can be added")
            cases.log(db, case, "goal_added", now, by=person)
            _changed(db, world, goals.owners(db, case, added))
        case do.RewordGoal(goal=goal, words=words):
            _done(goals.reword(db, case, goal, words))
            cases.log(db, case, "goal_reworded", now, by=person)
            _changed(db, world, goals.owners(db, case, goal), goals.asked(db, goal))
        case do.EndGoal(goal=goal):
            owners, asked = goals.owners(db, case, goal), goals.asked(db, goal)
            _done(goals.end(db, case, goal))
            cases.log(db, case, "goal_ended", now, by=person)
            _changed(db, world, owners, asked)
        case do.RateGoal():
            _record(db, world, person, effect)
        case do.OfferRating():
            _offer(db, world, person, effect)
        case _:
            assert_never(effect)


def _done(done: bool) -> None:
    if not done:
        raise LookupError("the goal is not as it was")


def _on_the_scale(value: int | None, stage: RatingStage = "first") -> None:
    if value not in (None, *VALUES) or stage not in STAGES:
        raise LookupError("there is no such rating")


def _record(db: Connection, world: World, person: Person, effect: do.RateGoal) -> None:
    """A worker records what was said. The parent is not asked for it any more."""
    now, case, goal = world.clock.now(), effect.case, effect.goal
    _on_the_scale(effect.value, effect.stage)
    asked = goals.asked(db, goal)
    _done(goals.rate(db, case, goal, effect.parent, effect.stage, effect.value, now))
    cases.log(db, case, "goal_rated", now, by=person)
    answered = [parent for parent in asked if parent not in goals.asked(db, goal)]
    _changed(db, world, answered, answered)


def _offer(db: Connection, world: World, person: Person, effect: do.OfferRating) -> None:
    """Several goals that are offered one after the other make one notice, until they are rated."""
    _on_the_scale(None, effect.stage)
    fresh = goals.offer(db, effect.case, effect.goal, effect.stage)
    asked = goals.asked(db, effect.goal)
    _done(bool(asked))
    cases.log(db, effect.case, "goal_offered", world.clock.now(), by=person)
    for parent in asked:
        screens.refresh(db, world, parent, "sent")
        if parent in fresh:
            notices.tell(db, world, parent, (ASKED,))


def _changed(db: Connection, world: World, owners: list[Person], asked: Sequence[Person] = ()) -> None:
    """The goals of these parents are not as they were; some were asked to rate one of them."""
    for parent in owners:
        screens.refresh(db, world, parent, "sent")
        screens.refresh(db, world, parent, "my_goals")
    for parent in asked:
        screens.give_way(db, world, parent, _ASKED)


def rate_own(db: Connection, world: World, person: Person, effect: do.RateOwnGoal) -> None:
    """A parent's own rating. The workers are told of the last that was asked for; the other parent of a joint goal
    hears nothing."""
    _on_the_scale(effect.value)
    now = world.clock.now()
    former = endings.former(db, person, now)
    case = cases.own_case(db, person) or (former.case if former else None)
    if case is None or not goals.answer(db, person, case, effect.goal, effect.value, now):
        raise LookupError("nobody has asked for this rating")
    cases.log(db, case, "goal_rated", now, party=person.id)
    if not goals.offered_to(db, person, case):
        notices.tell_staff(db, world, case, "goal_rated")
    screens.refresh_case(db, world, case, but=person)
