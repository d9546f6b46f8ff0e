"""The effects about the start and the meetings of a case (the others: `conversations.effects`): what workers plan, and
what a parent answers, each alone."""

from datetime import datetime
from typing import Literal

from msgspec import Struct

from conversations.facts import Form, MeetingMode, MeetingType
from conversations.meeting_facts import Attendee


class AgreeStart(Struct, frozen=True, tag=True):
    """The workers have agreed with the parents how to start; every parent is told in the same words."""

    case: int
    form: Form


class AskOverride(Struct, frozen=True, tag=True):
    """A joint meeting without every condition, for the reason with this id: a second worker has to agree."""

    case: int
    reason: str


class AnswerOverride(Struct, frozen=True, tag=True):
    """The second worker agrees, or somebody takes the question or the exception back."""

    case: int
    agreed: bool


class OfferTimes(Struct, frozen=True, tag=True):
    """Offer up to five times for a new meeting to one ``party``, or to every parent of the case for a couple or family
    meeting. ``agreed`` if the only time was agreed by phone. Beyond the promised week a reason's id is given."""

    case: int
    kind: MeetingType
    party: int
    mode: MeetingMode
    minutes: int
    times: tuple[datetime, ...]
    late: str = ""
    agreed: bool = False


class MoveMeeting(Struct, frozen=True, tag=True):
    """Offer other times for a meeting; its workers stay."""

    case: int
    meeting: int
    times: tuple[datetime, ...]
    late: str = ""
    agreed: bool = False


class CancelMeeting(Struct, frozen=True, tag=True):
    """The meeting, or the offer of one, is taken back; a reason's id or ""."""

    case: int
    meeting: int
    reason: str = ""


class MissMeeting(Struct, frozen=True, tag=True):
    """The agreed meeting was not held: nobody came, or it was cancelled in another way."""

    case: int
    meeting: int
    how: Literal["missed", "cancelled"] = "missed"


class AddMeeting(Struct, frozen=True, tag=True):
    """A meeting that was held without being agreed here, to be recorded."""

    case: int
    kind: MeetingType
    party: int
    starts: datetime


class RemoveMeeting(Struct, frozen=True, tag=True):
    """A meeting that was added by mistake, and that nobody has recorded, was none."""

    case: int
    meeting: int


class RecordMeeting(Struct, frozen=True, tag=True):
    """What is recorded of a held meeting, or ``corrects`` what was: minutes, roles of those who came, workers, the next
    step (of a correction none), whose idea it was to meet the children and who has agreed (family meetings), and the
    reason's id of everything unusual."""

    case: int
    meeting: int
    kind: MeetingType
    mode: MeetingMode
    lasted: int
    attended: tuple[Attendee, ...]
    workers: Literal[1, 2]
    next_step: str
    children_by: Literal["", "parents", "worker"] = ""
    reasons: dict[str, str] = {}
    agreed_by: tuple[Attendee, ...] = ()
    corrects: bool = False


class ChooseTimes(Struct, frozen=True, tag=True):
    """The parent's own answer to the offered times: those that suit, or none and the ids of what would."""

    meeting: int
    suits: tuple[datetime, ...]
    wishes: tuple[str, ...] = ()


class CancelOwnMeeting(Struct, frozen=True, tag=True):
    """The parent cannot come; a reason's id or "". Everybody else hears only that the meeting does not take place."""

    meeting: int
    reason: str = ""


class AskToMove(Struct, frozen=True, tag=True):
    """The parent wishes another time; only the workers hear of it, and the meeting stands until they move it."""

    meeting: int


class ShowPlace(Struct, frozen=True, tag=True):
    """The parent said whether place and worker may be shown on this phone."""

    shown: bool


class SendCalendar(Struct, frozen=True, tag=True):
    """Send the calendar file of the parent's agreed meeting, with the address only if the parent asked for it."""

    meeting: int
    address: bool


Starting = AgreeStart | AskOverride | AnswerOverride
"""How the case starts, by its workers."""

Planning = OfferTimes | MoveMeeting | CancelMeeting
"""When its meetings are, by its workers."""

Recording = MissMeeting | AddMeeting | RemoveMeeting | RecordMeeting
"""What became of its meetings, by its workers."""

Attending = ChooseTimes | CancelOwnMeeting | AskToMove | ShowPlace | SendCalendar
"""What a parent does about the own meetings."""
