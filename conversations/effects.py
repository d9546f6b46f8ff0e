"""Everything that can follow from a step, and the only words the two halves of the project share for it.

Effects are data. Each has exactly one handler in `bot.effects`; none of them is carried out here.
"""

from typing import Literal

from msgspec import Struct

from conversations.absence_effects import Absence
from conversations.closing_effects import Closing, ComeBack
from conversations.feedback_effects import Calling, Childlike, Parenting, Reading
from conversations.goal_effects import Aiming, Noting, RateOwnGoal
from conversations.meeting_effects import Attending, Planning, Recording, Starting
from conversations.text import Paragraph


class SetLanguage(Struct, frozen=True, tag=True):
    """From now on speak this language with the person."""

    locale: str


class RecordConsent(Struct, frozen=True, tag=True):
    """The person agreed to this version of the consent text, in the language it was shown in."""

    version: str


class StartTimer(Struct, frozen=True, tag=True):
    """Come back with `Due(timer)`; a running one starts again. How long it runs stands in config.toml."""

    timer: str


class StopTimer(Struct, frozen=True, tag=True):
    """Do not come back."""

    timer: str


class KeepStory(Struct, frozen=True, tag=True):
    """Keep free text that nobody asked for until the claiming worker has seen it once."""

    text: str


class OpenCase(Struct, frozen=True, tag=True):
    """Put the parent's request into the queue of an association."""

    association: str
    answers: dict[str, tuple[str, ...]]


class ChangeRequest(Struct, frozen=True, tag=True):
    """Replace what the parent told while the case still waits; it may go to another association's queue."""

    association: str
    answers: dict[str, tuple[str, ...]]


class WithdrawCase(Struct, frozen=True, tag=True):
    """End the person's own case at the person's wish."""


class ClaimCase(Struct, frozen=True, tag=True):
    """The worker takes a waiting case; the parent's free text is shown to this worker once and then removed."""

    case: int


class TellClient(Struct, frozen=True, tag=True):
    """A notice to the parent of a case, inside the parent's safe hours."""

    case: int
    says: tuple[Paragraph, ...]


class AcceptInvitation(Struct, frozen=True, tag=True):
    """Use up a one-time code and take the seat it is for, under the name that colleagues see."""

    code: str
    name: str


class OpenHandover(Struct, frozen=True, tag=True):
    """Use up the link that a professional handed over; a request that follows counts as referred."""

    code: str


class MakeHandover(Struct, frozen=True, tag=True):
    """Make a one-time link for a professional's client and show it to the professional."""

    sector: str


class OpenReferral(Struct, frozen=True, tag=True):
    """Put a professional's referral into the queue of an association. Among the answers, `phone_safe` is about the
    professional's own phone; it decides whether the bot writes there first, and is not kept."""

    association: str
    answers: dict[str, tuple[str, ...]]


class MakeLink(Struct, frozen=True, tag=True):
    """Make the one-time link that a parent who applies together hands to the other, and show it to this parent."""


class OpenInvitation(Struct, frozen=True, tag=True):
    """Use up the link that was made for the other parent; the person joins nothing by it."""

    code: str


class SendAnswers(Struct, frozen=True, tag=True):
    """What the invited person told; it waits until a worker has confirmed who it is."""

    answers: dict[str, tuple[str, ...]]


class LeaveInvitation(Struct, frozen=True, tag=True):
    """The invited person declines, goes, or lets the time run out; only the workers hear of it. Who sent answers that
    no worker confirmed in time is told that it is over."""

    how: Literal["declined", "over", "not confirmed"]


class Reply(Struct, frozen=True, tag=True):
    """What a party wrote while a human has the talk: it goes to the workers of the case."""

    text: str


class GiveBack(Struct, frozen=True, tag=True):
    """The worker leaves the case: to the work pair if there is one, otherwise back to the queue."""

    case: int
    reason: str


class EndCase(Struct, frozen=True, tag=True):
    """The case ends before it began: withdrawn at the parent's wish, or not started, with the reason's id. Where one
    ``party`` of several withdraws, it goes on for the other."""

    case: int
    status: Literal["withdrawn", "not_started"]
    reason: str = ""
    party: int = 0


class LogContact(Struct, frozen=True, tag=True):
    """What came of trying to reach a party; 0 where a professional told how to reach a client."""

    case: int
    what: Literal["called", "reached", "no_answer"]
    party: int = 0


class RecordTalkAlone(Struct, frozen=True, tag=True):
    """A worker has talked with this party alone; a condition of every joint meeting."""

    case: int
    party: int


class RecordWelfare(Struct, frozen=True, tag=True):
    """A child-welfare notice was considered. The bot itself notifies nobody."""

    case: int
    notified: Literal["yes", "no"]


class CorrectFact(Struct, frozen=True, tag=True):
    """The worker corrects an answer at the party's word."""

    case: int
    party: int
    question: str
    values: tuple[str, ...]


class AskColleague(Struct, frozen=True, tag=True):
    """Ask a colleague to be the work pair, or to take the case over."""

    case: int
    kind: Literal["pair", "transfer"]
    colleague: int


class AnswerOffer(Struct, frozen=True, tag=True):
    """The asked colleague's answer; a no has the reason's id."""

    case: int
    accepted: bool
    reason: str = ""


class RevokeOffer(Struct, frozen=True, tag=True):
    """Ask no longer."""

    case: int


class SwapLead(Struct, frozen=True, tag=True):
    """Lead worker and work pair change places."""

    case: int


class DeclareConflict(Struct, frozen=True, tag=True):
    """The worker must not see this case any more."""

    case: int


class ReturnToQueue(Struct, frozen=True, tag=True):
    """An association's lead puts a case without a present worker back into the queue."""

    case: int


class Write(Struct, frozen=True, tag=True):
    """A practical message to one party, inside that party's safe hours; the talk is a human's from now on."""

    case: int
    party: int
    text: str


class EndTalk(Struct, frozen=True, tag=True):
    """The bot answers this party again."""

    case: int
    party: int


class InviteOther(Struct, frozen=True, tag=True):
    """Make a one-time link for the other parent and show it to the worker."""

    case: int


class RevokeInvitation(Struct, frozen=True, tag=True):
    """The link that nobody has opened works no more."""

    case: int


class ConfirmGuest(Struct, frozen=True, tag=True):
    """The worker knows that whoever answered by the link is the other parent: a second party of the case."""

    case: int
    person: int


class RejectGuest(Struct, frozen=True, tag=True):
    """Whoever answered by the link is somebody else; everything about them goes."""

    case: int
    person: int


class AskOtherWay(Struct, frozen=True, tag=True):
    """The promised week was missed, and the parent wishes another way; staff hear of it."""

    way: Literal["remote", "worker"]


class MoveCase(Struct, frozen=True, tag=True):
    """The promised week was missed, and the parent takes the request to another association's queue."""

    association: str


class Look(Struct, frozen=True, tag=True):
    """A part of a case is shown: written down, and hidden again after a while."""

    case: int
    part: str


class HideDetails(Struct, frozen=True, tag=True):
    """Remove from this chat what parents wrote."""


class HideTyped(Struct, frozen=True, tag=True):
    """Remove from this chat the message that was just typed: its words were meant for somebody else."""


class Refuse(Struct, frozen=True, tag=True):
    """Somebody tried what is not theirs: written down, never with words."""

    what: str


class CleanChat(Struct, frozen=True, tag=True):
    """Delete every message of this chat that Telegram still lets a bot delete."""


class Forget(Struct, frozen=True, tag=True):
    """Delete all that is stored about the person; a case that was sent loses everything but its counts."""


Working = (
    GiveBack
    | EndCase
    | LogContact
    | RecordTalkAlone
    | RecordWelfare
    | CorrectFact
    | AskColleague
    | AnswerOffer
    | RevokeOffer
    | SwapLead
    | DeclareConflict
    | ReturnToQueue
    | Write
    | EndTalk
)
"""Who works on a case, what they record of it, and its end before it began."""

CaseWork = (
    Working
    | InviteOther
    | RevokeInvitation
    | ConfirmGuest
    | RejectGuest
    | Starting
    | Planning
    | Recording
    | Aiming
    | Noting
    | Closing
)
"""What is done on a case by staff; each names its case and is allowed or refused by `conversations.access`."""

Requesting = (
    OpenCase
    | OpenReferral
    | ChangeRequest
    | WithdrawCase
    | OpenHandover
    | MakeHandover
    | MakeLink
    | OpenInvitation
    | SendAnswers
    | LeaveInvitation
    | Reply
    | AskOtherWay
    | MoveCase
    | ComeBack
)
"""What a parent, an invited parent or a professional does about a request."""

Effect = (
    SetLanguage
    | RecordConsent
    | StartTimer
    | StopTimer
    | KeepStory
    | ClaimCase
    | TellClient
    | AcceptInvitation
    | Attending
    | RateOwnGoal
    | Reading
    | Parenting
    | Calling
    | Absence
    | Look
    | HideDetails
    | HideTyped
    | Refuse
    | Requesting
    | Childlike
    | CaseWork
    | CleanChat
    | Forget
)
