"""Two parents of one case: the invitation of the other, and a parent who goes. Inside the turn's transaction.

Nothing here shows one parent anything because of the other. What one does is told to the workers alone, and the other's
chat gets no call because of it: no message, no edit, no removal.
"""

from datetime import timedelta
from sqlite3 import Connection
from typing import assert_never

from bot import notices, outbox, qr, screens, upkeep
from bot.clock import HELSINKI, after_working_days
from bot.records import cases, chats, children, endings, invitations, letters, people
from bot.records.people import Person
from bot.world import World
from conversations import contact
from conversations import effects as do
from conversations.conversation import Conversation
from conversations.coparent import COPARENT, OVER, TALK_LATER
from conversations.moves import contact as say_contact
from conversations.text import N_, Paragraph, Text

Invitation = do.InviteOther | do.RevokeInvitation | do.ConfirmGuest | do.RejectGuest

_HAND_OVER = N_("Hand this link over in the agreed way. It works once, until {moment}.")
_GIVE = N_(
    "Give this link to the other parent in a way that is safe for you. It works once, until {moment}.", moment=""
)


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
    """One parent whose decision allows it. A former one comes back without a link, so nobody else is let in before."""
    found = cases.parties(db, case)
    return len(found) == 1 and may(db, case, found[0].id, "invite") and not endings.can_come_back(db, case)


def may(db: Connection, case: int, party: int, step: contact.Step) -> bool:
    """Whether what a party decided about the other parent lets a worker take a step."""
    decision = contact.decided(cases.answers_of(db, case, party), cases.has_reconsidered(db, case, party))
    return contact.allows(step, decision, cases.has_talked_alone(db, case, party))


def invite(db: Connection, world: World, person: Person, case: int) -> None:
    """Make the link and show it to the worker who hands it over."""
    if not may_invite(db, case):
        raise LookupError("the other parent cannot be invited now")
    _make(db, world, person, case, _HAND_OVER)
    cases.log(db, case, "invited", world.clock.now(), by=person)


def make_link(db: Connection, world: World, person: Person) -> None:
    """Make the link of a parent who applies together with the other and show it to this parent. Nothing of what
    becomes of it is looked at here, and nobody is told: the card says it to whoever works on the case."""
    request = cases.request_of(db, person, world.clock.now(), {})
    if request is None or invitations.link_of(db, person, request) != "may":
        raise LookupError("this parent cannot make a link now")
    _make(db, world, person, request.case, _GIVE)
    cases.log(db, request.case, "link_made", world.clock.now(), party=person.id)
    screens.refresh_case(db, world, request.case, but=person)


def _make(db: Connection, world: World, person: Person, case: int, words: Text) -> None:
    now = world.clock.now()
    until = now + timedelta(hours=world.config.life.invitation)
    code = invitations.make(db, case, until)
    if code is None:
        raise LookupError("there is an invitation already")
    qr.hand_over(db, world, person, code, N_(words.id, moment=until))


def revoke(db: Connection, case: int, world: World, by: Person | None = None) -> bool:
    """A link that nobody has opened works no more."""
    revoked = invitations.revoke(db, case)
    if revoked:
        cases.log(db, case, "invite_revoked", world.clock.now(), by=by)
    return revoked


def decided(db: Connection, world: World, case: int, party: int) -> None:
    """Something was told anew: without a yes no unopened link stays good, and a parent's own not without the rest of
    what allowed it."""
    made = invitations.guest(db, case)
    answers, talked = cases.answers_of(db, case, party), cases.has_talked_alone(db, case, party)
    own = contact.hands_over(answers, cases.has_reconsidered(db, case, party), talked)
    if not may(db, case, party, "invite") or (made and made.by_parent and not own):
        revoke(db, case, world)


def open_link(db: Connection, world: World, person: Person, code: str) -> None:
    """Somebody has opened the link: a question on the case, and nothing for anybody else."""
    people.drop_draft(db, person)
    letters.drop_unsent(db, person.chat_id)  # that an earlier invitation is over must not be read of this one
    case = invitations.open_link(db, person, code, world.clock.now())
    cases.log(db, case, "invite_opened", world.clock.now())
    screens.refresh_case(db, world, case, but=person)


def answer(db: Connection, world: World, person: Person, answers: cases.Answers, hours: str) -> None:
    """What the invited person told waits for the workers."""
    case = invitations.case_of(db, person)
    if case is None:
        raise LookupError("no invitation to answer")
    if not invitations.answer(db, person, answers):
        raise LookupError("it is answered already")
    people.set_safe_hours(db, person, hours)
    cases.log(db, case, "invite_answered", world.clock.now())
    keep_answers(db, world, case)
    notices.tell_staff(db, world, case, "invite_answered")
    screens.refresh_case(db, world, case, but=person)


def keep_answers(db: Connection, world: World, case: int) -> None:
    """Sent answers wait to be confirmed: as long as the request itself while nobody has the case, and from then on as
    many working days as a link is good."""
    guest = invitations.answered(db, case)
    if guest is None:
        return
    people.stop_timer(db, guest, "draft")
    if not cases.is_waiting(db, case):
        association = cases.named(db, case)[1]
        at_work = next((a.working_hours for a in world.config.associations if a.id == association), (9, 16))
        days = max(1, round(world.config.life.invitation / 24))
        until = after_working_days(world.clock.now().astimezone(HELSINKI), days, at_work)
        invitations.keep_until(db, case, until)
        people.start_timer(db, guest, "draft", until)


def leave_invitation(db: Connection, world: World, person: Person, how: str) -> None:
    """The invited person declines or goes, or nobody has confirmed in time who it is: only the workers hear of it."""
    case = invitations.case_of(db, person)
    if case is None:
        raise LookupError("no invitation to leave")
    if how == "not confirmed":
        dismiss(db, world, case)
    else:
        invitations.drop(db, case)
    over(db, world, case, {"declined": "invite_declined", "over": "invite_over"}.get(how, "invite_unconfirmed"))
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
    upkeep.conditions_changed(db, world, case)


def reject(db: Connection, world: World, person: Person, case: int, guest: int) -> None:
    """Whoever answered is somebody else: what they told goes, and they are told that it is over."""
    known = invitations.answered(db, case)
    if known is None or known.id != guest:
        raise LookupError("nobody is there to be rejected")
    dismiss(db, world, case)
    cases.log(db, case, "guest_rejected", world.clock.now(), by=person)
    if not cases.parties(db, case):
        notices.tell_staff(db, world, case, "withdrawn", but=person)
        cases.end(db, case, "withdrawn", world.clock.now())


def dismiss(db: Connection, world: World, case: int) -> None:
    """An invitation ends that its guest did not end. What was told goes at once; the screen that stands says that it is
    over. Whoever has sent answers reads it in a notice too, and is forgotten as any visitor after they could have."""
    now, waited = world.clock.now(), invitations.answered(db, case) is not None
    guest = invitations.drop(db, case)
    if guest is None:
        return
    people.drop_draft(db, guest)
    standing = chats.prompts(db, guest.chat_id)[-1:]
    others = [message for message in chats.messages(db, guest.chat_id) if message not in standing]
    outbox.remove_messages(db, now, guest.chat_id, others)
    over_now = Conversation(flow=COPARENT.name, state="sent")
    if children.is_sealed(db, guest.chat_id):
        children.put_aside(db, guest, over_now)
    elif standing:
        screens.show(db, world, guest, over_now, pressed=standing[0], priority=outbox.NOTICE)
    else:
        people.save_conversation(db, guest, over_now, now)
    goes = notices.tell(db, world, guest, over_says(db, world, case)) if waited else now
    people.start_timer(db, guest, "draft", world.due("draft") + (goes - now))


def over_says(db: Connection, world: World, case: int) -> tuple[Paragraph, ...]:
    """The words to an invited parent with whom it does not go on. They say nothing of the case or of a reason."""
    association = cases.named(db, case)[1]
    whom = tuple(say_contact(a) for a in world.config.associations if a.id == association)
    return (OVER, TALK_LATER, whom)


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
    upkeep.parent_leaves(db, world, case, party)
    cases.remove_party(db, case, party)
    upkeep.conditions_changed(db, world, case)
    notices.tell_staff(db, world, case, "parent_left", but=by)
    people.start_timer(db, party, "draft", world.due("draft"))
    letters.drop_unsent(db, party.chat_id)
    if party.id != by.id:
        screens.refresh(db, world, party, "sent")
    screens.refresh_case(db, world, case, but=by)
