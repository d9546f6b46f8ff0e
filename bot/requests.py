"""The life of a parent's request: it waits, is changed, goes to another association, is withdrawn, ends."""

from datetime import timedelta
from sqlite3 import Connection

from bot import notices, openings, parents, screens, upkeep
from bot.records import cases, letters, parting, people, reminders, work
from bot.records.people import Person
from bot.world import World
from conversations.text import N_

_ENDED = N_("Your request is no longer open. You can send a new one whenever you like: /start")


def wait(db: Connection, world: World, case: int, but: Person | None = None) -> None:
    """A case waits in the queue from now on: those who claim cases are told, and its time runs."""
    reminders.waits(db, case, world.clock.now(), openings.hours(db, world, case))
    parents.keep_answers(db, world, case)
    notices.tell_staff(db, world, case, "new", but)


def change(db: Connection, world: World, person: Person, association: str, answers: cases.Answers) -> bool:
    """A parent changes a request that waits. When it goes to another association it is gone for those who heard of it,
    and new for the others."""
    case, now = cases.own_case(db, person), world.clock.now()
    if case is None or not cases.change_request(db, case, person, answers, now):
        return False
    parents.decided(db, world, case, person.id)
    upkeep.conditions_changed(db, world, case)
    if cases.named(db, case)[1] != association:
        parents.revoke(db, case, world)
        stays = parting.split(db, case, person, world.reference)
        if stays is not None:
            wait(db, world, stays, but=person)
        notices.tell_staff(db, world, case, "moved")
        _move_to(db, world, case, association)
    screens.refresh_case(db, world, case, but=person)
    return True


def move(db: Connection, world: World, person: Person, association: str) -> None:
    """A parent whose first meeting comes too late takes the request to another association. Its workers hear of it, and
    keep the other parent."""
    case = cases.own_case(db, person)
    if case is None or association not in [a.id for a in world.config.associations]:
        raise LookupError("nowhere to move from or to")
    notices.tell_staff(db, world, case, "moved_away")
    parents.revoke(db, case, world)
    upkeep.parent_leaves(db, world, case, person)
    stays = parting.split(db, case, person, world.reference)
    if stays is not None:
        work.stay_with(db, case, stays)
        upkeep.conditions_changed(db, world, stays)
        upkeep.week_counts(db, world, stays)
    upkeep.conditions_changed(db, world, case)
    if cases.is_waiting(db, case):
        notices.tell_staff(db, world, case, "moved")
    else:  # nobody in the queue knew of it
        cases.log(db, case, "given_back", world.clock.now(), detail="moved_away")
    _move_to(db, world, case, association)
    cases.set_association(db, case, person, association)
    screens.refresh_case(db, world, case, but=person)


def _move_to(db: Connection, world: World, case: int, association: str) -> None:
    work.to_queue(db, case)
    upkeep.restaff(db, world, case)
    parting.move(db, case, association, world.clock.now())
    wait(db, world, case)


def ask_other_way(db: Connection, world: World, person: Person, way: str) -> None:
    """The promised week was missed, and the parent wishes another way; said once a day."""
    case, now = cases.own_case(db, person), world.clock.now()
    if case is None:
        raise LookupError("no case to wish for")
    if cases.has_happened(db, case, f"other_way_{way}", now - timedelta(days=1)):
        return
    cases.log(db, case, f"other_way_{way}", now, party=person.id)
    notices.tell_staff(db, world, case, f"other_way_{way}")


def withdraw(db: Connection, world: World, by: Person, case: int, party: Person) -> None:
    """A parent takes the request back. The case ends with it, unless somebody else is in it or has come by the link."""
    if parents.goes_on_without(db, case, party.id):
        parents.leave(db, world, by, case, party)
    else:
        end(db, world, by, case, "withdrawn")


def end(db: Connection, world: World, person: Person, case: int, status: str, reason: str | None = None) -> None:
    """End a case before it began. Its parents become visitors again, who are forgotten as any other."""
    parties = cases.parties(db, case)
    parents.dismiss(db, world, case)
    notices.tell_staff(db, world, case, status, but=person)
    upkeep.end(db, world, case)
    cases.end(db, case, status, world.clock.now(), reason, None if person in parties else person)
    for party in parties:
        people.start_timer(db, party, "draft", world.due("draft"))
        letters.drop_unsent(db, party.chat_id)
        if party.id != person.id:
            screens.refresh(db, world, party, "sent")
    screens.refresh_case(db, world, case, but=person)


def end_for(db: Connection, world: World, person: Person, case: int, status: str, reason: str) -> None:
    """A worker ends a case; its parents hear of it, and are forgotten as any visitor after they could have."""
    all_of_them, asked = cases.parties(db, case), cases.parties(db, case, invited=False)
    end(db, world, person, case, status, reason or None)
    for parent in all_of_them:
        said = (_ENDED,) if parent in asked else parents.over_says(db, world, case)
        goes = notices.tell(db, world, parent, said)
        people.start_timer(db, parent, "draft", world.due("draft") + (goes - world.clock.now()))
