"""Carries out the effects of a step, each in one place, inside the turn's transaction."""

from datetime import timedelta
from sqlite3 import Connection
from typing import assert_never

from bot import (
    absence,
    attending,
    calling,
    casework,
    child,
    closing,
    goals,
    notices,
    outbox,
    parents,
    qr,
    reading,
    requests,
    screens,
    survey,
)
from bot.clock import HELSINKI
from bot.records import cases, chats, endings, people, referrals, seats, standing
from bot.records.people import Person
from bot.world import World
from conversations import absence_effects as there
from conversations import effects as do
from conversations.closing_effects import ComeBack
from conversations.feedback_effects import Calling, Childlike, Parenting, Reading
from conversations.gates import safe_hours
from conversations.goal_effects import RateOwnGoal
from conversations.meeting_effects import Attending
from conversations.reading import TEXTS_LOOK
from conversations.text import N_

Answers = dict[str, tuple[str, ...]]


def carry_out(db: Connection, world: World, person: Person, effect: do.Effect) -> None:
    """Do what an effect says."""
    if isinstance(effect, do.CaseWork):
        casework.carry_out(db, world, person, effect)
        return
    if isinstance(effect, Attending):
        attending.carry_out(db, world, person, effect)
        return
    if isinstance(effect, Calling | Childlike | Parenting | Reading):
        _feedback(db, world, person, effect)
        return
    if isinstance(effect, do.Requesting):
        _request(db, world, person, effect)
        return
    now = world.clock.now()
    match effect:
        case do.SetLanguage(locale=locale):
            people.set_language(db, person, locale)
        case do.RecordConsent(version=version):
            people.record_consent(db, person, version, now)
        case do.StartTimer(timer=name):
            people.start_timer(db, person, name, world.due(name))
        case do.StopTimer(timer=name):
            people.stop_timer(db, person, name)
        case do.KeepStory(text=text):
            people.keep_story(db, person, text)
        case do.ClaimCase(case=case):
            casework.claim(db, world, person, case)
        case do.TellClient(case=case, says=says):
            notices.tell_parties(db, world, case, says)
        case do.AcceptInvitation(code=code, name=name):
            seats.accept(db, person, code, name, now)
            people.stop_timer(db, person, "draft")
            people.drop_draft(db, person)
        case RateOwnGoal():
            goals.rate_own(db, world, person, effect)
        case there.SetAway() | there.SetWeekday() | there.SetDay() | there.DropDay():
            absence.set_plan(db, world, person, effect)
        case do.Look(case=case, part=part):
            _look(db, world, person, case, part)
        case do.HideDetails() | do.HideTyped():
            _hide(db, world, person, effect)
        case do.Refuse(what=what):
            cases.audit(db, person, "refused", None, now, what)
        case do.CleanChat():
            screens.clean(db, world, person)
        case do.Forget():
            people.forget(db, person)
        case _:
            assert_never(effect)


def _hide(db: Connection, world: World, person: Person, effect: do.HideDetails | do.HideTyped) -> None:
    """What parents wrote goes from a worker's chat, or what was typed last from anybody's."""
    kind, only = ("story", None) if isinstance(effect, do.HideDetails) else ("theirs", -1)
    hidden = chats.messages(db, person.chat_id, kind)[only:]
    outbox.remove_messages(db, world.clock.now(), person.chat_id, hidden)


def _look(db: Connection, world: World, person: Person, case: int, part: str) -> None:
    if part == TEXTS_LOOK:
        reading.look(db, world, person)
        return
    now = world.clock.now()
    seen = standing.sight(db, person, case, now.astimezone(HELSINKI).date())
    cases.audit(db, person, seen or "refused", case if seen else None, now, part)


def _feedback(db: Connection, world: World, person: Person, effect: Calling | Childlike | Parenting | Reading) -> None:
    if isinstance(effect, Reading):
        reading.carry_out(db, world, person, effect)
    elif isinstance(effect, Parenting):
        survey.carry_out(db, world, person, effect)
    elif isinstance(effect, Calling):
        calling.carry_out(db, world, person, effect)
    else:
        child.carry_out(db, world, person, effect)


def _request(db: Connection, world: World, person: Person, effect: do.Requesting) -> None:
    """What somebody does about a request of their own, or one they refer or are invited to."""
    match effect:
        case do.OpenCase(association=association, answers=answers):
            _open_case(db, world, person, association, answers)
        case do.OpenReferral(association=association, answers=answers):
            _open_referral(db, world, person, association, answers)
        case do.ChangeRequest(association=association, answers=answers):
            if requests.change(db, world, person, association, answers):
                people.set_safe_hours(db, person, safe_hours(answers))
        case do.WithdrawCase():
            case = cases.own_case(db, person)
            if case is not None:
                requests.withdraw(db, world, person, case, person)
        case do.OpenHandover(code=code):
            referrals.open_link(db, person, code, world.clock.now())
        case do.MakeHandover(sector=sector):
            _make_handover(db, world, person, sector)
        case do.MakeLink():
            parents.make_link(db, world, person)
        case do.OpenInvitation(code=code):
            parents.open_link(db, world, person, code)
        case do.SendAnswers(answers=answers):
            parents.answer(db, world, person, answers, safe_hours(answers))
        case do.LeaveInvitation(how=how):
            parents.leave_invitation(db, world, person, how)
        case do.Reply(text=text):
            casework.reply(db, world, person, text)
        case do.AskOtherWay(way=way):
            requests.ask_other_way(db, world, person, way)
        case do.MoveCase(association=association):
            requests.move(db, world, person, association)
        case ComeBack():
            closing.come_back(db, world, person)
        case _:
            assert_never(effect)


def _open_case(db: Connection, world: World, person: Person, association: str, answers: Answers) -> None:
    now, days = world.clock.now(), world.config.promise.first_meeting_days
    if cases.own_case(db, person) is not None or endings.of(db, person, now):
        raise LookupError("one case at a time, and coming back before a new one")
    sector = referrals.take_sector(db, person)
    case = cases.open_case(db, association, now, days, world.reference, sector=sector)
    cases.add_party(db, case, person, answers)
    people.set_safe_hours(db, person, safe_hours(answers))
    requests.wait(db, world, case)


def _open_referral(db: Connection, world: World, person: Person, association: str, answers: Answers) -> None:
    """A case without a party: the client is reached as the professional says."""
    now, days = world.clock.now(), world.config.promise.first_meeting_days
    sector, risk = answers["sector"][0], answers.get("risk_known", ()) != ("no",)
    case = cases.open_case(db, association, now, days, world.reference, sector=sector, risk=risk)
    referrals.keep(db, case, person, {name: values for name, values in answers.items() if name != "phone_safe"})
    people.drop_story(db, person)
    if "phone_safe" in answers:  # a second referral does not ask again
        people.set_safe_hours(db, person, safe_hours(answers))
    requests.wait(db, world, case)


def _make_handover(db: Connection, world: World, person: Person, sector: str) -> None:
    until = world.clock.now() + timedelta(hours=world.config.life.invitation)
    said = N_("Give this link to your client. It works once, until {moment}.", moment=until)
    qr.hand_over(db, world, person, referrals.make_link(db, sector, until), said)
