"""Goals: what workers do about them, and what a parent answers alone. Inside the turn's transaction.

A parent's rating shows itself to nobody but the workers: no call to the other parent's chat follows from it.
"""

from sqlite3 import Connection
from typing import assert_never

from bot import notices, screens
from bot.records import cases, endings, goals
from bot.records.people import Person
from bot.world import World
from conversations import goal_effects as do
from conversations.rating import ASKED

_ABOUT_GOALS = ("own_goals", "own_scale")
"""A parent's screens about goals that may have changed: they give way to the front page."""


def carry_out(db: Connection, world: World, person: Person, effect: do.Aiming) -> None:
    """What a worker does about a goal; whether the case is theirs was asked before."""
    now, case = world.clock.now(), effect.case
    match effect:
        case do.AddGoal(parent=parent, words=words):
            _done(goals.add(db, case, parent, words, now))
            cases.log(db, case, "goal_added", now, by=person)
        case do.RewordGoal(goal=goal, words=words):
            _done(goals.reword(db, case, goal, words))
            cases.log(db, case, "goal_reworded", now, by=person)
            _changed(db, world, goals.asked(db, goal))
        case do.EndGoal(goal=goal):
            asked = goals.asked(db, goal)
            _done(goals.end(db, case, goal))
            cases.log(db, case, "goal_ended", now, by=person)
            _changed(db, world, asked)
        case do.RateGoal(goal=goal, parent=parent, stage=stage, value=value):
            _done(goals.rate(db, case, goal, parent, stage, value, now))
            cases.log(db, case, "goal_rated", now, by=person)
        case do.OfferRating():
            _offer(db, world, person, effect)
        case _:
            assert_never(effect)


def _done(done: bool) -> None:
    if not done:
        raise LookupError("the goal is not as it was")


def _offer(db: Connection, world: World, person: Person, effect: do.OfferRating) -> None:
    """Several goals that are offered one after the other make one notice, until they are rated."""
    fresh = goals.offer(db, effect.case, effect.goal, effect.stage)
    asked = goals.asked(db, effect.goal)
    _done(bool(asked))
    cases.log(db, effect.case, "goal_offered", world.clock.now(), by=person)
    for parent in asked:
        screens.refresh(db, world, parent, "sent")
        if parent in fresh:
            notices.tell(db, world, parent, (ASKED,))


def _changed(db: Connection, world: World, asked: list[Person]) -> None:
    for parent in asked:
        screens.refresh(db, world, parent, "sent")
        screens.give_way(db, world, parent, _ABOUT_GOALS)


def rate_own(db: Connection, world: World, person: Person, effect: do.RateOwnGoal) -> None:
    """A parent's own rating. The other parent of a joint goal hears nothing of it."""
    now = world.clock.now()
    former = endings.former(db, person, now)
    case = cases.own_case(db, person) or (former.case if former else None)
    if case is None or not goals.answer(db, person, case, effect.goal, effect.value, now):
        raise LookupError("nobody has asked for this rating")
    cases.log(db, case, "goal_rated", now, party=person.id)
    screens.refresh_case(db, world, case, but=person)
