"""Goals of a case, their ratings, and the ratings that are offered to parents.

Parents are named by their number, so that a rating stays when the person has gone; 0 is both, or a client without a
chat. Who may make a change was asked before.
"""

from datetime import date, datetime
from sqlite3 import Connection

from bot.clock import moment, stamp
from bot.records import standing
from bot.records.people import Person
from conversations.goal_facts import Goal, OwnGoal, Rating, RatingStage
from conversations.goals import MOST

_NUMBERED = " UNION ALL ".join(f"SELECT person_id, case_id, number FROM {table}" for table in ("party", "former"))
"""Parents of a case and former ones, by their number."""


def of_case(db: Connection, person: Person, case: int, today: date) -> tuple[Goal, ...]:
    """The goals whose words are kept, for whoever may open the case: those that are followed, of one parent after those
    of both, and those that are ended, the newest first."""
    if not standing.may(db, person, "open", case, today):
        return ()
    rows = db.execute(
        "SELECT id, parent, words, ended FROM goal WHERE case_id=? AND words IS NOT NULL"
        " ORDER BY ended, CASE WHEN ended THEN -id ELSE parent END, id",
        (case,),
    ).fetchall()
    return tuple(
        Goal(goal, parent, words, _ratings(db, goal), _asked(db, goal), bool(ended))
        for goal, parent, words, ended in rows
    )


def _ratings(db: Connection, goal: int) -> tuple[Rating, ...]:
    """Those of the parents whose goal it is; of somebody who has gone they are only counted."""
    rows = db.execute(
        "SELECT r.parent, r.stage, r.value, r.at, r.own FROM goal_rating r JOIN goal g ON g.id=r.goal_id WHERE g.id=?"
        " AND (g.parent=0 OR r.parent IN (0, g.parent)) ORDER BY r.parent, instr('first later end', r.stage)",
        (goal,),
    )
    return tuple(_rating(*row) for row in rows)


def _rating(parent: int, stage: RatingStage, value: int | None, at: int, own: int) -> Rating:
    return Rating(parent, stage, value, moment(at).date(), bool(own))


def _asked(db: Connection, goal: int) -> dict[int, RatingStage]:
    rows = db.execute(
        "SELECT p.number, o.stage FROM goal_offer o JOIN goal g ON g.id=o.goal_id JOIN party p"
        " ON p.person_id=o.person_id AND p.case_id=g.case_id WHERE g.id=? ORDER BY 1",
        (goal,),
    )
    return dict(rows.fetchall())


def add(db: Connection, case: int, parent: int, words: str, now: datetime) -> int | None:
    """A new goal; None if there are as many already, or nobody is there whose it could be. A goal of both takes both:
    who comes later has agreed to nothing."""
    added = (
        "INSERT INTO goal (case_id, parent, words, made_at) SELECT ?1, ?2, ?3, ?4"
        " WHERE (SELECT count(*) FROM goal WHERE case_id=?1 AND parent=?2 AND ended=0) < ?5 AND CASE ?2"
        " WHEN 0 THEN (SELECT count(*) FROM party WHERE case_id=?1) <> 1"
        " ELSE EXISTS (SELECT 1 FROM party WHERE case_id=?1 AND number=?2) END RETURNING id"
    )
    row = db.execute(added, (case, parent, words, stamp(now), MOST)).fetchone()
    return int(row[0]) if row else None


def reword(db: Connection, case: int, goal: int, words: str) -> bool:
    """Say a goal in other words; False once it was rated: the rating was of the old ones."""
    reworded = (
        "UPDATE goal SET words=? WHERE id=? AND case_id=? AND ended=0"
        " AND NOT EXISTS (SELECT 1 FROM goal_rating WHERE goal_id=goal.id)"
    )
    return db.execute(reworded, (words, goal, case)).rowcount == 1


def end(db: Connection, case: int, goal: int) -> bool:
    """The goal is not followed any more."""
    if not db.execute("UPDATE goal SET ended=1 WHERE id=? AND case_id=? AND ended=0", (goal, case)).rowcount:
        return False
    db.execute("DELETE FROM goal_offer WHERE goal_id=?", (goal,))
    return True


def rate(
    db: Connection,
    case: int,
    goal: int,
    parent: int,
    stage: RatingStage,
    value: int | None,
    now: datetime,
    *,
    own: bool = False,
) -> bool:
    """Keep a rating, in place of the same one before, and end the question for it; False if it is no goal of this
    parent's. What a parent answered in the chat is replaced by nothing but an answer of the parent's ``own``."""
    rated = (
        "INSERT INTO goal_rating (goal_id, parent, stage, value, own, at) SELECT id, ?3, ?4, ?5, ?6, ?7 FROM goal"
        " WHERE id=?1 AND case_id=?2 AND ended=0 AND parent IN (0, ?3) AND (parent=?3 OR EXISTS"
        " (SELECT 1 FROM there WHERE case_id=?2 AND number=?3)) ON CONFLICT DO UPDATE SET"
        " value=excluded.value, own=excluded.own, at=excluded.at WHERE excluded.own >= goal_rating.own"
    )
    if not db.execute(rated, (goal, case, parent, stage, value, own, stamp(now))).rowcount:
        return False
    asked = f"SELECT person_id FROM ({_NUMBERED}) WHERE case_id=? AND number=?"
    db.execute(
        f"DELETE FROM goal_offer WHERE goal_id=? AND stage=? AND person_id IN ({asked})", (goal, stage, case, parent)
    )
    return True


# Ratings that are offered


def offer(db: Connection, case: int, goal: int, stage: RatingStage) -> list[Person]:
    """Ask the parents whose goal it is; those who were not asked to rate anything before."""
    fresh = [person for person in owners(db, case, goal) if not offered_to(db, person, case)]
    db.execute(
        "INSERT INTO goal_offer SELECT g.id, p.person_id, ?3 FROM goal g JOIN party p ON p.case_id=g.case_id"
        " AND g.parent IN (0, p.number) WHERE g.id=?1 AND g.case_id=?2 AND g.ended=0"
        " ON CONFLICT DO UPDATE SET stage=excluded.stage",
        (goal, case, stage),
    )
    return fresh


def owners(db: Connection, case: int, goal: int) -> list[Person]:
    """The parents whose goal it is."""
    rows = db.execute(
        "SELECT w.id, w.chat_id, w.locale FROM goal g JOIN party p ON p.case_id=g.case_id AND g.parent IN (0, p.number)"
        " JOIN person w ON w.id=p.person_id WHERE g.id=? AND g.case_id=? AND g.ended=0 ORDER BY p.number",
        (goal, case),
    )
    return [Person(*row) for row in rows]


def asked(db: Connection, goal: int) -> list[Person]:
    """The parents who have not answered yet."""
    rows = db.execute(
        "SELECT w.id, w.chat_id, w.locale FROM goal_offer o JOIN person w ON w.id=o.person_id WHERE o.goal_id=?"
        " ORDER BY w.id",
        (goal,),
    )
    return [Person(*row) for row in rows]


def of_parent(db: Connection, person: Person, case: int) -> tuple[OwnGoal, ...]:
    """The followed goals of a parent as this parent may see them, in an order that says nothing of whose else they
    are."""
    rows = db.execute(
        "SELECT g.id, g.words, EXISTS (SELECT 1 FROM goal_offer o WHERE o.goal_id=g.id AND o.person_id=p.person_id),"
        f" p.number FROM goal g JOIN ({_NUMBERED}) p ON p.case_id=g.case_id AND g.parent IN (0, p.number)"
        " WHERE p.person_id=? AND g.case_id=? AND g.ended=0 ORDER BY g.id",
        (person.id, case),
    ).fetchall()
    return tuple(OwnGoal(goal, words, bool(is_asked), _own(db, goal, n)) for goal, words, is_asked, n in rows)


def _own(db: Connection, goal: int, parent: int) -> tuple[Rating, ...]:
    return tuple(rating for rating in _ratings(db, goal) if rating.parent == parent)


def offered_to(db: Connection, person: Person, case: int) -> tuple[OwnGoal, ...]:
    """The goals of a case that a parent is asked to rate."""
    return tuple(goal for goal in of_parent(db, person, case) if goal.asked)


def answer(db: Connection, person: Person, case: int, goal: int, value: int | None, now: datetime) -> bool:
    """Keep a parent's own rating; False if nobody has asked for it (any more)."""
    row = db.execute(
        f"SELECT p.number, o.stage FROM goal_offer o JOIN goal g ON g.id=o.goal_id JOIN ({_NUMBERED}) p"
        " ON p.case_id=g.case_id AND p.person_id=o.person_id WHERE o.goal_id=? AND o.person_id=? AND g.case_id=?",
        (goal, person.id, case),
    ).fetchone()
    return row is not None and rate(db, case, goal, row[0], row[1], value, now, own=True)


def offer_end(db: Connection, person: Person, case: int) -> None:
    """Ask a former party for the end rating of all goals that are still followed, but for those of which a worker has
    recorded it since the case was last opened."""
    opened = "(SELECT coalesce(max(at), 0) FROM case_event WHERE case_id=g.case_id AND name='reopened')"
    rated = f"r.goal_id=g.id AND r.stage='end' AND r.parent IN (0, f.number) AND r.at >= {opened}"
    db.execute(
        "INSERT INTO goal_offer SELECT g.id, f.person_id, 'end' FROM former f JOIN goal g ON g.case_id=f.case_id"
        " AND g.parent IN (0, f.number) AND g.ended=0 WHERE f.person_id=? AND f.case_id=?"
        f" AND NOT EXISTS (SELECT 1 FROM goal_rating r WHERE {rated}) ON CONFLICT DO NOTHING",
        (person.id, case),
    )


def take_back_offers(db: Connection, person: Person) -> None:
    """Nobody waits for a rating of this person's any more."""
    db.execute("DELETE FROM goal_offer WHERE person_id=?", (person.id,))


# When people go: see also the triggers in the migrations


def left(db: Connection, case: int, person: Person) -> None:
    """One of two parents goes: what is or was the goal of both is that of the other, also when these are more than can
    be added. Who comes later did not agree to it."""
    db.execute(
        "UPDATE goal SET parent=3-(SELECT number FROM party WHERE case_id=?1 AND person_id=?2) WHERE case_id=?1"
        " AND parent=0 AND words IS NOT NULL AND (SELECT count(*) FROM party WHERE case_id=?1) = 2",
        (case, person.id),
    )


def stay(db: Connection, case: int, stays: int) -> None:
    """Goals of whoever does not go along to another association stay where they are: in the case ``stays``."""
    db.execute(
        "UPDATE goal SET case_id=?2, parent=(SELECT number FROM party WHERE case_id=?2) WHERE case_id=?1 AND ended=0"
        " AND parent IN (SELECT number FROM party WHERE case_id=?2 UNION SELECT 0 FROM party WHERE case_id=?2)",
        (case, stays),
    )
    db.execute(
        "DELETE FROM goal_offer WHERE goal_id IN (SELECT id FROM goal WHERE case_id=?1)"
        " AND person_id NOT IN (SELECT person_id FROM party WHERE case_id=?1)",
        (stays,),
    )


def forget_words(db: Connection, case: int, *, of_former: bool = True) -> None:
    """The goals of a case are over; their ratings stay to be counted. Those ``of_former`` parties may stay."""
    theirs = "EXISTS (SELECT 1 FROM former f WHERE f.case_id=g.case_id AND g.parent IN (0, f.number))"
    over = f"SELECT g.id FROM goal g WHERE g.case_id=?1 AND (?2 OR NOT {theirs})"
    db.execute(f"DELETE FROM goal_offer WHERE goal_id IN ({over})", (case, of_former))
    db.execute(f"UPDATE goal SET words=NULL, ended=1 WHERE id IN ({over})", (case, of_former))


def forget(db: Connection) -> None:
    """The words of goals that belong to nobody any more: the case is over, and no parent can come back to it. An ended
    goal of both is that of whoever is left, as one that is followed is at once."""
    left = "SELECT number FROM there t WHERE t.case_id=goal.case_id"
    db.execute(
        f"UPDATE goal SET parent=({left}) WHERE parent=0 AND ended=1 AND words IS NOT NULL"
        f" AND (SELECT count(*) FROM ({left}))=1"
    )
    over = (
        "SELECT DISTINCT g.case_id FROM goal g JOIN cases c ON c.id=g.case_id WHERE g.words IS NOT NULL"
        " AND c.closed_at IS NOT NULL AND NOT EXISTS (SELECT 1 FROM there t WHERE t.case_id=c.id)"
    )
    for (case,) in db.execute(over).fetchall():
        forget_words(db, case)
