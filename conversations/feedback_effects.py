"""The effects about feedback (the others: `conversations.effects`). Answers are given by items and values
(`conversations.feedback`) and are parted from the person who gives them in the turn that stores them."""

from msgspec import Struct

from conversations.feedback_facts import Band


class SendSurvey(Struct, frozen=True, tag=True):
    """A parent's answers: values by items, and free texts by theirs."""

    values: dict[str, str]
    texts: dict[str, str] = {}


class DeclineSurvey(Struct, frozen=True, tag=True):
    """The parent does not want to answer; only counted."""


class AskForCall(Struct, frozen=True, tag=True):
    """A parent whose meetings have ended wishes to be called: named, and apart from the answers. ``phone`` is the
    number, where none was known and one was given."""

    phone: str = ""


class MarkCalled(Struct, frozen=True, tag=True):
    """A worker has called the parent who wished it, by number."""

    case: int
    parent: int


class StartChild(Struct, frozen=True, tag=True):
    """A worker is about to hand over this device to a child; ``case`` is 0 without one. The chat is sealed from here
    on: `conversations.child` goes on."""

    band: Band
    case: int = 0


class MakeChildCode(Struct, frozen=True, tag=True):
    """A worker makes a one-time code, with which a parent's phone can be handed over to a child."""

    band: Band
    case: int = 0


class OpenChild(Struct, frozen=True, tag=True):
    """A parent has typed such a code: the own phone is about to be handed over."""

    code: str


class HandOver(Struct, frozen=True, tag=True):
    """The device is in the child's hands: one more who is asked."""


class SendChild(Struct, frozen=True, tag=True):
    """A child's answers: values by items, and free texts by theirs. Without any it is only counted that nothing is to
    be kept."""

    values: dict[str, str]
    texts: dict[str, str] = {}


class CallAdult(Struct, frozen=True, tag=True):
    """A child wishes to talk with an adult: named, and apart from the answers."""


class EndChild(Struct, frozen=True, tag=True):
    """Child mode ends, and what was not sent is gone: an adult ends it and gets the own chat back, or ``silent``, when
    the time is over."""

    silent: bool = False


class PauseChild(Struct, frozen=True, tag=True):
    """Nobody has pressed for long: what was answered and its message go, and the chat stays sealed."""


class DrawWayOut(Struct, frozen=True, tag=True):
    """The adult reads again how it goes: other words end it from now on."""


class WrongWord(Struct, frozen=True, tag=True):
    """A word of the way out was not the right one. After some the keypad rests for a while."""


class DropAside(Struct, frozen=True, tag=True):
    """The adult's own conversation was put aside for as long as it lives: it goes."""


class NameReader(Struct, frozen=True, tag=True):
    """From now on this person of the association reads its free texts; 0: nobody, and none are asked for."""

    person: int


class DropText(Struct, frozen=True, tag=True):
    """The reader removes a text: it names somebody, or was handled."""

    key: str


Parenting = SendSurvey | DeclineSurvey
"""What parents do about feedback."""

Calling = AskForCall | MarkCalled
"""The wish to be called."""

Childlike = (
    StartChild
    | MakeChildCode
    | OpenChild
    | HandOver
    | SendChild
    | CallAdult
    | EndChild
    | PauseChild
    | DrawWayOut
    | WrongWord
    | DropAside
)
"""What is done to hear a child."""

Reading = NameReader | DropText
"""What is done about the free texts."""
