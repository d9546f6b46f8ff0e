"""The other parent, who has opened the link that was handed over: an own consent, own gate questions, own wishes, an
own end.

Told is only that an association invites to talk about the children's situation: nothing of a case, of a reference, of
what anybody else has answered, or whether there is anything else. Nothing said here depends on anybody's answers but
the person's own. What follows is known to the workers alone.
"""

from conversations.appointments import AGREED, APPOINTMENTS, OPTIONS, is_planned, meetings_say
from conversations.asides import ASIDES, associations_of, left, remove_all, removed
from conversations.effects import CleanChat, Effect, Forget, LeaveInvitation, RecordConsent, SendAnswers
from conversations.ended import AFTERWARDS, ENDED_OPTIONS, ended_says
from conversations.flow import END, Ask, ChangeList, Depends, Flow, Menu, Option, Scene, Summary, by_name
from conversations.gates import beginning
from conversations.moves import NOT_READ_AT_ONCE, contact
from conversations.promise import GOES_ON
from conversations.questions import OWN
from conversations.rating import GOAL_OPTIONS, RATING, goals_say
from conversations.survey import SURVEY, SURVEY_OPTIONS, asked_says
from conversations.text import N_, Paragraph

CONSENT_VERSION = "2026-11b-invited"
"""Changes whenever the words of this consent change; stored with each consent."""

OVER = N_("The invitation is over, and your answers have been removed.")
"""The same to everybody with whom it does not go on, confirmed or not, and whatever the reason is."""

TALK_LATER = N_("If you want to talk later, you can contact the association:")

_NO = N_("No, thank you")


def _association(scene: Scene) -> str:
    return associations_of(scene)[0].name


def _welcome(scene: Scene) -> tuple[Paragraph, ...]:
    return (
        N_("{association} invites you to talk about the children's situation.", association=_association(scene)),
        N_(
            "Your answers are stored, and only workers of one association read them. "
            "Telegram can technically read this chat."
        ),
        N_(
            "The meetings are free and voluntary. If you do not want this, press “{no}”: nothing about you is stored.",
            no=_NO,
        ),
        N_("You can think about it first. The invitation waits here for {hours} hours.", hours=scene.facts.draft_hours),
        N_("Do you agree that your answers are stored for arranging the meetings?"),
    )


def _declined(scene: Scene) -> tuple[Paragraph, ...]:
    return (
        N_("That is all right. Nothing about you is stored here, and only the worker hears that you do not come."),
        TALK_LATER,
        tuple(contact(a) for a in associations_of(scene)),
    )


def _decline(scene: Scene) -> tuple[Effect, ...]:
    return (LeaveInvitation("declined"), CleanChat(), Forget())


def _check(scene: Scene) -> tuple[Paragraph, ...]:
    return (
        N_("Please check your answers. Nothing has been sent yet."),
        N_("{association} reads your answers.", association=_association(scene)),
    )


def _send(scene: Scene) -> tuple[Effect, ...]:
    return (SendAnswers(dict(scene.answers)),)


def _unsent(scene: Scene) -> bool:
    return scene.facts.invited is not None and not scene.facts.invited.sent


def _is_sent(scene: Scene) -> bool:
    return bool(scene.facts.request or (scene.facts.invited and scene.facts.invited.sent))


def _sent(scene: Scene) -> tuple[Paragraph, ...]:
    """The same before and after the worker has confirmed who this is, and whoever else is or is not in the case."""
    if scene.facts.ended:
        return ended_says(scene, associations_of(scene))
    if not _is_sent(scene):
        return (OVER, N_("You can make an own request with /start."))
    return (
        N_("Your answers have been sent."),
        *meetings_say(scene),
        *goals_say(scene),
        *asked_says(scene),
        N_("{association} reads your answers.", association=_association(scene)),
        *(() if is_planned(scene) else _onward(scene)),
        N_("If something changes, tell the association. You can also take your answers back here."),
        tuple(contact(a) for a in associations_of(scene)),
        NOT_READ_AT_ONCE,
    )


_NEXT = N_("Next, a worker reads them. You are contacted only in the way and at the times you chose.")


def _onward(scene: Scene) -> tuple[Paragraph, ...]:
    """What comes next, as far as this parent's own meetings and the agreed start tell."""
    request = scene.facts.request
    if request and request.met:
        return (GOES_ON,)
    return () if request and request.form else (_NEXT,)


def _begins(scene: Scene) -> str:
    return "sent" if _is_sent(scene) or scene.facts.ended else "welcome"


COPARENT = Flow(
    name="coparent",
    start=Depends(_begins, ("welcome", "sent")),
    draft=True,
    consent=("welcome", "agree"),
    discreet=True,
    states=by_name(
        Ask(
            name="welcome",
            ask=_welcome,
            outside=True,
            options=(
                Option("agree", N_("I agree, let us begin"), "age", does=lambda s: (RecordConsent(CONSENT_VERSION),)),
                Option("decline", _NO, END, does=_decline, says=_declined),
            ),
            languages=True,
        ),
        *beginning("afraid"),
        *OWN,
        Summary(
            name="summary",
            ask=_check,
            options=(
                Option("send", N_("Send the answers"), "sent", does=_send, when=_unsent),
                Option("change", N_("Change an answer"), "change"),
            ),
        ),
        ChangeList(name="change", ask=N_("Which answer do you want to change?")),
        Menu(
            name="sent",
            ask=_sent,
            root=True,
            outside=True,
            listed=AGREED,
            saves="meeting",
            options=(
                *OPTIONS,
                *GOAL_OPTIONS,
                Option("withdraw", N_("Take my answers back"), "withdraw", when=_is_sent),
                *SURVEY_OPTIONS,
                *ENDED_OPTIONS,
            ),
        ),
        Menu(
            name="withdraw",
            ask=lambda scene: (N_("Do you want to take your answers back? Everything about you is removed."), *left()),
            outside=True,
            options=(
                Option("withdraw", N_("Yes, take them back"), END, does=remove_all, says=removed),
                Option("keep", N_("No, keep them"), "sent"),
            ),
        ),
        *APPOINTMENTS,
        *RATING,
        *SURVEY,
        *AFTERWARDS,
        *ASIDES,
    ),
)
"""From an opened link to answers that wait for the worker, and on as a second party."""
