"""First contact of a parent: from "what is this" to a request in the association's queue. A professional who refers a
client leaves it for a branch of its own (`conversations.referral`).

No case exists before "send". The gate questions (`phone_safe`, `afraid`, `contact_other`) are no screening instrument:
nothing here scores or decides, a worker does. Every one of them can be skipped, and a skip means "talk first".
"""

from conversations.appointments import AGREED, APPOINTMENTS, OPTIONS, is_agreed, is_planned, meetings_say
from conversations.asides import ASIDES, associations_of, remove_all, removed
from conversations.effects import (
    ChangeRequest,
    Effect,
    MakeLink,
    OpenCase,
    RecordConsent,
    StopTimer,
)
from conversations.ended import AFTERWARDS, ENDED_OPTIONS, ended_says
from conversations.facts import Request
from conversations.flow import (
    END,
    Ask,
    ChangeList,
    Depends,
    Flow,
    Menu,
    Option,
    Scene,
    Summary,
    by_name,
)
from conversations.gates import beginning
from conversations.moves import NOT_READ_AT_ONCE, contact
from conversations.promise import GOES_ON, LATE, comes_late, missed
from conversations.questions import QUESTIONS, SAFE_HOURS, candidates
from conversations.rating import GOAL_OPTIONS, RATING, goals_say
from conversations.referral import REFERRAL
from conversations.survey import SURVEY, SURVEY_OPTIONS, asked_says
from conversations.text import N_, Paragraph, Text

CONSENT_VERSION = "2026-11b"
"""Changes whenever the words of the consent change; stored with each consent."""

_LOOKS = N_("Open this chat when it is safe and press /start. You see here how your request stands.")
_DISAGREE = N_("I do not agree")


def _welcome(scene: Scene) -> tuple[Paragraph, ...]:
    return (
        N_("Here you can ask for free meetings if you think about separating, have separated or are a blended family."),
        N_(
            "Your answers are stored, and only workers of one association read them. "
            "Telegram can technically read this chat."
        ),
        N_(
            "If nothing should be stored, you can use the anonymous chat at apuaeroon.fi or contact an association "
            "yourself: press “{other}”.",
            other=_DISAGREE,
        ),
        N_("Do you agree that your answers are stored for arranging the meetings?"),
    )


def _other_ways(scene: Scene) -> tuple[Paragraph, ...]:
    return (
        N_("That is all right. You can get help in other ways too:"),
        tuple(contact(a) for a in scene.facts.associations),
        N_("Anonymous chat: apuaeroon.fi. Nothing of it is saved."),
        N_("Nothing about you is stored here. If you change your mind: /start"),
    )


def _association(scene: Scene) -> str:
    return scene.answer("association") or candidates(scene)[0].value


def _reader(scene: Scene, association: str) -> Text:
    """Who reads the answers; not every parent was asked to choose an association."""
    name = next((a.name for a in scene.facts.associations if a.id == association), association)
    return N_("{association} reads your answers.", association=name)


def _check(scene: Scene) -> tuple[Paragraph, ...]:
    if scene.facts.request:
        check = N_("Please check your answers. The changes are not saved yet.")
    else:
        check = N_("Please check your answers. Nothing has been sent yet.")
    return (check, _reader(scene, _association(scene)))


def _open(scene: Scene) -> tuple[Effect, ...]:
    return (OpenCase(_association(scene), dict(scene.answers)), StopTimer("draft"))


def _save(scene: Scene) -> tuple[Effect, ...]:
    return (ChangeRequest(_association(scene), dict(scene.answers)),)


def _waiting(scene: Scene) -> bool:
    return scene.facts.request is not None and scene.facts.request.status == "waiting"


def _not_sent(scene: Scene) -> bool:
    return scene.facts.request is None


def _sent(scene: Scene) -> tuple[Paragraph, ...]:
    request = scene.facts.request
    if scene.facts.ended:
        return ended_says(scene, associations_of(scene))
    if request is None:
        return (N_("There is no open request. You can begin again with /start."),)
    reference = N_("Your reference is {reference}.", reference=request.reference)
    by = request.first_meeting_by
    promised = comes_late(by) if request.late else N_("The first meeting should be held by {day}.", day=by)
    promise = () if request.met else (promised,)
    in_time = is_agreed(scene) and not request.late
    if request.status == "waiting":
        return (
            (N_("Your request has been sent."), _reader(scene, request.association), reference),
            (*_contacts(request), *promise),
            N_("You can still change your answers or withdraw the request here."),
            NOT_READ_AT_ONCE,
        )
    return (
        (N_("A worker has your request."), reference),
        *meetings_say(scene),
        *goals_say(scene),
        *asked_says(scene),
        *_onward(scene, () if in_time else promise),
        N_("If something changes, tell the worker or the association. You can also withdraw the request here."),
        tuple(contact(a) for a in associations_of(scene)),
    )


def _onward(scene: Scene, promise: tuple[Text, ...]) -> tuple[Paragraph, ...]:
    """What comes next with a worker: contact and the first meeting, or once this parent has met the next one."""
    request = scene.facts.request
    if request is None or is_planned(scene):
        return (promise,) if promise else ()
    if request.met:
        return ((GOES_ON, *(() if request.written_to else (_LOOKS,))),)
    return ((*_contacts(request), *promise),)


def _contacts(request: Request) -> tuple[Text, ...]:
    """What happens next. A call needs no message here; otherwise who is not written to looks here."""
    hours = next(iter(request.answers.get("hours", ())), "")
    if request.answers.get("reach") == ("phone",) and hours != "never":
        calls = N_("Next, a worker calls you.")
        when = (N_("Your safe times: {hours}", hours=SAFE_HOURS[hours]),) if hours else ()
        return (calls, *when, *(() if request.written_to else (_LOOKS,)))
    if not request.written_to:
        return (_LOOKS,)
    if request.status == "waiting":
        return (N_("Next, a worker reads it and contacts you to agree a time."),)
    return (N_("Next, the worker contacts you to agree a time."),)


def _link(scene: Scene) -> str:
    return scene.facts.request.link if scene.facts.request else "no"


def _link_says(scene: Scene) -> tuple[Paragraph, ...]:
    """Once a link was made these words never change: they must not tell what became of it."""
    if _link(scene) == "made":
        return (
            N_("A link for the other parent has been made. You do not see here whether it is opened."),
            N_("A worker makes sure who it is before anything begins. For a new link, ask the worker or association."),
        )
    if _link(scene) == "no":
        return (N_("The other parent cannot be invited now."),)
    return (
        N_("You can give the other parent an own link. Do it only if and how it is safe for you."),
        N_(
            "The link works once, for {hours} hours. You do not see whether it is opened.", hours=scene.facts.link_hours
        ),
        N_("Whoever opens it sees that the association invites them, and nothing of what you told."),
        N_("A worker makes sure who it is before anything begins."),
    )


def _begins(scene: Scene) -> str:
    return "sent" if scene.facts.request or scene.facts.ended else "received" if scene.facts.referred else "welcome"


PARENT = Flow(
    name="parent",
    start=Depends(_begins, ("welcome", "sent", "received")),
    draft=True,
    consent=("welcome", "agree"),
    discreet=True,
    states=by_name(
        Ask(
            name="welcome",
            ask=_welcome,
            options=(
                Option("agree", N_("I agree, let us begin"), "age", does=lambda s: (RecordConsent(CONSENT_VERSION),)),
                Option("other", _DISAGREE, END, does=remove_all, says=_other_ways),
            ),
            languages=True,
        ),
        *beginning("situation"),
        Ask(
            name="situation",
            title=N_("Situation"),
            ask=N_("What describes you best?"),
            options=(
                Option("considering", N_("I think about separating"), "together"),
                Option("separated", N_("We have separated"), "together"),
                Option("blended", N_("Blended family"), "together"),
                Option("professional", N_("I am a professional"), "professional", when=_not_sent),
            ),
        ),
        *REFERRAL,
        Ask(
            name="together",
            title=N_("Alone or together"),
            ask=N_("Do you apply alone or together with the other parent?"),
            hint=N_("You answer here only for yourself. The other parent never sees your answers."),
            options=(
                Option("alone", N_("Alone"), "region"),
                Option("together", N_("With the other parent"), "region"),
            ),
        ),
        *QUESTIONS,
        Summary(
            name="summary",
            ask=_check,
            options=(
                Option("send", N_("Send the request"), "sent", does=_open, when=_not_sent),
                Option(
                    "save",
                    N_("Save the changes"),
                    "sent",
                    does=_save,
                    when=_waiting,
                ),
                Option("change", N_("Change an answer"), "change"),
                Option("leave", N_("Leave as it was"), "sent", when=lambda scene: not _not_sent(scene)),
            ),
        ),
        ChangeList(name="change", ask=N_("Which answer do you want to change?")),
        Menu(
            name="sent",
            ask=_sent,
            root=True,
            listed=AGREED,
            saves="meeting",
            options=(
                *OPTIONS,
                *GOAL_OPTIONS,
                Option("late", N_("I want to begin sooner"), "late", when=missed),
                Option(
                    "change",
                    N_("Change an answer"),
                    "summary",
                    when=_waiting,
                    otherwise=N_("A worker has your request already. Please tell the worker about the change."),
                    loads=lambda scene: scene.facts.request.answers if scene.facts.request else {},
                ),
                Option("link", N_("Invite the other parent"), "link", when=lambda scene: _link(scene) != "no"),
                Option("withdraw", N_("Withdraw the request"), "withdraw", when=lambda scene: not _not_sent(scene)),
                *SURVEY_OPTIONS,
                *ENDED_OPTIONS,
            ),
        ),
        Menu(
            name="link",
            ask=_link_says,
            options=(
                Option(
                    "make",
                    N_("Make the link"),
                    "sent",
                    does=lambda scene: (MakeLink(),),
                    when=lambda scene: _link(scene) == "may",
                    says=lambda scene: (N_("The link is in the message below."),),
                ),
                Option("sent", N_("Back to my request"), "sent"),
            ),
        ),
        Menu(
            name="withdraw",
            ask=N_("Do you want to withdraw your request? Everything about you is removed."),
            options=(
                Option("withdraw", N_("Yes, withdraw it"), END, does=remove_all, says=removed),
                Option("keep", N_("No, keep it"), "sent"),
            ),
        ),
        *APPOINTMENTS,
        *RATING,
        *SURVEY,
        *LATE,
        *AFTERWARDS,
        *ASIDES,
    ),
)
"""From the first message to a request that was sent."""
