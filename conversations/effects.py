"""Everything that can follow from a step, and the only words the two halves of the project share for it.

Effects are data. Each has exactly one handler in `bot.effects`; none of them is carried out here.
"""

from msgspec import Struct

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


class NotifyStaff(Struct, frozen=True, tag=True):
    """A bare notice about the acting person's own case to those who should know (`conversations.access`)."""

    notice: str


class AcceptInvitation(Struct, frozen=True, tag=True):
    """Use up the one-time code in ``facts.entry`` and take the seat it is for."""


class CleanChat(Struct, frozen=True, tag=True):
    """Delete every message of this chat that Telegram still lets a bot delete."""


class Forget(Struct, frozen=True, tag=True):
    """Delete all that is stored about the person; a case that was sent loses everything but its counts."""


Effect = (
    SetLanguage
    | RecordConsent
    | StartTimer
    | StopTimer
    | KeepStory
    | OpenCase
    | ChangeRequest
    | WithdrawCase
    | ClaimCase
    | TellClient
    | NotifyStaff
    | AcceptInvitation
    | CleanChat
    | Forget
)
