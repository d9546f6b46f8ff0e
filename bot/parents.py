"""Two parents of one case: the invitation of the other, and a parent who goes. Inside the turn's transaction.

Nothing here shows one parent anything because of the other. What one does is told to the workers alone, and the other's
chat gets no call because of it: no message, no edit, no removal.
"""

from datetime import timedelta
from sqlite3 import Connection
from typing import assert_never

from bot import meetings, notices, outbox, qr, screens
from bot.clock import HELSINKI, after_working_days
from bot.records import cases, chats, invitations, letters, people
from bot.records.people import Person
from bot.world import World
from conversations import contact
from conversations import effects as do
from conversations.text import N_

Invitation = do.InviteOther | do.RevokeInvitation | do.ConfirmGuest | do.RejectGuest


def carry_out(db: Connection, world: World, person: Person, effect: Invitation) -> None:
    """What a worker does about the other parent's coming; whether it is allowed was asked before."""
    match effect:
        case do.InviteOther(case=case):
            invite(db, world, person, case)
        case do.RevokeInvitation(case=case):
            revoke(db, case, world, person)
        case do.ConfirmGuest(case=case, person=guest):
            confirm(db, world, person, case, guest)
        case do.RejectGuest(case=case, person=guest):
            reject(db, world, person, case, guest)
        case _:
            assert_never(effect)


def may_invite(db: Connection, case: int) -> bool:
    """One parent whose decision allows it."""
    found = cases.parties(db, case)
    return len(found) == 1 and may(db, case, found[0].id, "invite")


def may(db: Connection, case: int, party: int, step: contact.Step) -> bool:
    """Whether what a party decided about the other parent lets a worker take a step."""
    decision = next(iter(cases.answers_of(db, case, party).get("contact_other", ())), "")
    return contact.allows(step, decision, cases.has_talked_alone(db, case, party))


def invite(db: Connection, world: World, person: Person, case: int) -> None:
    """Make the link and show it to the worker who hands it over."""
    now = world.clock.now()
    until = now + timedelta(hours=world.config.life.invitation)
    code = invitations.make(db, case, until) if may_invite(db, case) else None
    if code is None:
        raise LookupError("the other parent cannot be invited now")
    cases.log(db, case, "invited", now, by=person)
    said = N_("Hand this link over in the agreed way. It works once, until {moment}.", moment=until)
    qr.hand_over(db, world, person, code, said)


def revoke(db: Connection, case: int, world: World, by: Person | None = None) -> bool:
    """A link that nobody has opened works no more."""
    revoked = invitations.revoke(db, case)
    if revoked:
        cases.log(db, case, "invite_revoked", world.clock.now(), by=by)
    return revoked


def decided(db: Connection, world: World, case: int, party: int) -> None:
    """A decision about the other parent was told anew: without a yes no unopened link stays good."""
    if not may(db, case, party, "invite"):
        revoke(db, case, world)


def open_link(db: Connection, world: World, person: Person, code: str) -> None:
    """Somebody has opened the link: a question on the case, and nothing for anybody else."""
    people.drop_draft(db, person)
    case = invitations.open_link(db, person, code, world.clock.now())
    cases.log(db, case, "invite_opened", world.clock.now())
    screens.refresh_case(db, world, case, but=person)


def answer(db: Connection, world: World, person: Person, answers: cases.Answers, hours: str) -> None:
    """What the invited person told waits for the workers, as many working days as a link is good."""
    now, case = world.clock.now(), invitations.case_of(db, person)
    if case is None:
        raise LookupError("no invitation to answer")
    association = cases.named(db, case)[1]
    at_work = next((a.working_hours for a in world.config.associations if a.id == association), (9, 16))
    days = max(1, round(world.config.life.invitation / 24))
    until = after_working_days(now.astimezone(HELSINKI), days, at_work)
    if not invitations.answer(db, person, answers, until):
        raise LookupError("it is answered already")
    people.set_safe_hours(db, person, hours)
    people.start_timer(db, person, "draft", until)
    cases.log(db, case, "invite_answered", now)
    notices.tell_staff(db, world, case, "invite_answered")
    screens.refresh_case(db, world, case, but=person)


def leave_invitation(db: Connection, world: World, person: Person, how: str) -> None:
    """The invited person declines or goes: only the workers hear of it."""
    case = invitations.case_of(db, person)
    if case is None:
        raise LookupError("no invitation to leave")
    invitations.drop(db, case)
    over(db, world, case, f"invite_{how}")
    screens.refresh_case(db, world, case, but=person)


def expire(db: Connection, world: World) -> None:
    """Links that nobody has opened in time."""
    for case in invitations.expired(db, world.clock.now()):
        invitations.drop(db, case)
        over(db, world, case, "invite_over")
        screens.refresh_case(db, world, case)


def over(db: Connection, world: World, case: int, how: str) -> None:
    """An invitation ends without a second parent; a case in which nobody is left ends with it."""
    cases.log(db, case, how, world.clock.now())
    notices.tell_staff(db, world, case, how)
    if not cases.parties(db, case):
        notices.tell_staff(db, world, case, "withdrawn")
        cases.end(db, case, "withdrawn", world.clock.now())


def confirm(db: Connection, world: World, person: Person, case: int, guest: int) -> None:
    """Whoever answered is the other parent: a second party, with what they told and an own talk. Their screen stays as
    it is."""
    answers, known = invitations.take(db, case, guest), people.by_id(db, guest)
    if answers is None or known is None:
        raise LookupError("nobody is there to be confirmed")
    people.stop_timer(db, known, "draft")
    cases.add_party(db, case, known, answers, invited=True)
    cases.log(db, case, "guest_confirmed", world.clock.now(), by=person)
    meetings.conditions_changed(db, world, case)


def reject(db: Connection, world: World, person: Person, case: int, guest: int) -> None:
    """Whoever answered is somebody else: everything about them goes, without a sound, as for any visitor."""
    known = people.by_id(db, guest)
    if invitations.take(db, case, guest) is None or known is None:
        raise LookupError("nobody is there to be rejected")
    forget_guest(db, world, known)
    cases.log(db, case, "guest_rejected", world.clock.now(), by=person)
    if not cases.parties(db, case):
        notices.tell_staff(db, world, case, "withdrawn", but=person)
        cases.end(db, case, "withdrawn", world.clock.now())


def forget_guest(db: Connection, world: World, guest: Person) -> None:
    """Everything about somebody who came by a link, their chat too."""
    outbox.remove_messages(db, world.clock.now(), guest.chat_id, chats.messages(db, guest.chat_id))
    people.forget(db, guest)


def goes_on_without(db: Connection, case: int, person: int) -> bool:
    """Whether somebody else is in the case, or has come by the link."""
    others = [party for party in cases.parties(db, case) if party.id != person]
    return bool(others) or invitations.is_opened(db, case)


def leave(db: Connection, world: World, by: Person, case: int, party: Person) -> None:
    """One parent withdraws, the case goes on for the other. The link that nobody has opened goes with the parent who
    allowed it."""
    now = world.clock.now()
    revoke(db, case, world)
    cases.log(db, case, "parent_left", now, party=party.id)
    meetings.parent_leaves(db, world, case, party)
    cases.remove_party(db, case, party)
    meetings.conditions_changed(db, world, case)
    notices.tell_staff(db, world, case, "parent_left", but=by)
    people.start_timer(db, party, "draft", world.due("draft"))
    letters.drop_unsent(db, party.chat_id)
    if party.id != by.id:
        screens.refresh(db, world, party, "sent")
    screens.refresh_case(db, world, case, but=by)
