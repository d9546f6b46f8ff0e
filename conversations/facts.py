"""What a conversation may know about the world besides its own answers.

The shell loads the facts that the flow and the state name in ``needs`` (and the few that every turn has), already
filtered by who asks. Reading a fact that was not named gives its empty value.
"""

from datetime import date, datetime
from typing import Literal

from msgspec import Struct

from conversations.entries import Entry
from conversations.feedback_facts import ChildMode, Figures, Reader, Survey, WrittenText
from conversations.goal_facts import Goal, Note, OwnGoal
from conversations.life import Stage
from conversations.meeting_facts import Held

Role = Literal["worker", "lead", "coordinator"]

Span = tuple[int, int]
"""From, until: minutes of the day in Finland's time, the end not included. Midnight at the end is 1440."""

PLANNED_DAYS = 60
"""So many days ahead an exception to the working hours can be set."""


class Association(Struct, frozen=True):
    """A member association as config.toml describes it; ``phone`` is None where none has been verified, ``address`` is
    where its meetings are held; ``changed`` is what it did because of feedback, by languages."""

    id: str
    name: str
    regions: tuple[str, ...]
    contact: str
    phone: str | None = None
    working_hours: tuple[int, int] = (9, 16)
    address: str = ""
    changed: dict[str, str] = {}


class CrisisLine(Struct, frozen=True):
    """A help line that has been checked: the number as people write it, the hours or ""."""

    name: dict[str, str]
    number: str
    hours: dict[str, str]
    locales: tuple[str, ...]
    audience: Literal["everyone", "children"]


class Seat(Struct, frozen=True):
    """The place a worker, lead or coordinator has in an association; ``away`` are the days the worker is away, both
    included, if they are not over."""

    role: Role
    association: str
    association_name: str
    name: str = ""
    away: tuple[date, date] | None = None


MeetingType = Literal["individual", "couple", "family"]
MeetingMode = Literal["onsite", "remote", "phone"]
Form = Literal["separate", "joint"]


class Appointment(Struct, frozen=True, kw_only=True):
    """A meeting as an invited parent may see it: the times that are offered and are still to come, or the time that is
    agreed. Nothing tells whether anybody else has answered. ``was`` is the time that was agreed before it was moved;
    ``place`` and ``workers`` are empty unless the parent said that it is safe to show them."""

    meeting: int
    type: MeetingType
    mode: MeetingMode
    minutes: int
    starts: datetime | None = None
    was: datetime | None = None
    slots: tuple[datetime, ...] = ()
    answered: bool = False
    place: str = ""
    workers: tuple[str, ...] = ()


class Request(Struct, frozen=True):
    """The person's own open case, as the person may see it. ``written_to`` is False where the bot never writes first,
    and the worker calls or waits. During a ``talk`` what the person writes goes to the workers. Who was ``invited``
    came by a link as the other parent. Who applies together with the other parent ``may`` hand over a ``link``, once;
    whether anybody opens it is not here. ``form`` is how the workers have agreed to start, "" before that; ``late``
    that the promised week cannot or could not be kept, and ``met`` that the person has had a meeting; ``goals`` are
    those of the person that are followed."""

    case: int
    reference: str
    status: Literal["waiting", "claimed"]
    association: str
    first_meeting_by: date
    answers: dict[str, tuple[str, ...]]
    written_to: bool = True
    talk: bool = False
    invited: bool = False
    form: Form | Literal[""] = ""
    meetings: tuple[Appointment, ...] = ()
    place_safe: bool = False
    late: bool = False
    met: bool = False
    link: Literal["no", "may", "made"] = "no"
    goals: tuple[OwnGoal, ...] = ()


class Invited(Struct, frozen=True):
    """The person has opened the link for the other parent, and no worker has confirmed yet who it is. Nothing of the
    case is here."""

    association: str
    sent: bool


class Ended(Struct, frozen=True):
    """The person's meetings have ended, and the person can come back ``until`` then. ``told`` are the ids of what next,
    ``goals`` the person's own, ``phone`` that a number of the person is known, ``call_on`` when a call was wished that
    nobody has made yet; whether anybody else has come back is not here."""

    association: str
    until: date
    told: tuple[str, ...] = ()
    invited: bool = False
    goals: tuple[OwnGoal, ...] = ()
    phone: bool = False
    call_on: date | None = None


Status = Literal["waiting", "claimed", "closed", "withdrawn", "not_started"]
"""How a case stands, as access and lists ask for it."""


class CaseLine(Struct, frozen=True):
    """One line of a worker's list; nobody waits any more where the case is over."""

    case: int
    reference: str
    days_left: int
    risk: bool
    status: Status = "claimed"


class Lines(Struct, frozen=True):
    """One page of a list, and how long the whole list is."""

    rows: tuple[CaseLine, ...] = ()
    total: int = 0


class Party(Struct, frozen=True):
    """A parent in a case as its workers may see it: "Parent 1" or "Parent 2" by ``number``. ``written_to`` is False
    where the bot never writes first. Who ``reconsidered`` changed the decision about the other parent to a yes in the
    chat, and nobody has talked with them since. Who has ``met_alone`` came to a recorded individual meeting as its only
    parent; ``form`` is how it starts, as this parent was told."""

    person: int
    answers: dict[str, tuple[str, ...]]
    language: str
    consented_on: date | None
    talked_alone_on: date | None
    reachable: bool
    written_to: bool
    talk: bool
    number: int = 1
    met_alone: bool = False
    form: Form | Literal[""] = ""
    reconsidered: bool = False


class Guest(Struct, frozen=True):
    """How the invitation of the other parent stands: until when, who has opened the link, what they have told. Before
    a worker has confirmed who it is, only how to reach them is shown. ``by_parent`` if the parent made the link."""

    until: datetime
    person: int | None = None
    answered: bool = False
    answers: dict[str, tuple[str, ...]] = {}
    language: str = "fi"
    by_parent: bool = False


class Offer(Struct, frozen=True):
    """What a colleague was asked: to be the work pair or to take the case over; both people by their names."""

    kind: Literal["pair", "transfer"]
    asked_by: str
    asked: str


class Answered(Struct, frozen=True):
    """What a parent answered to the offered times: those that suit, or none of them and which would."""

    parent: int
    suits: tuple[datetime, ...]
    wishes: tuple[str, ...] = ()


class Meeting(Struct, frozen=True, kw_only=True):
    """A meeting as its case's workers may see it: offered with its times, agreed, or recorded. ``parents`` and
    ``answers`` go by number, ``sequence`` grows with each change. A ``promised`` one counts as the first meeting within
    a week; one that was ``added`` was not agreed here."""

    meeting: int
    type: MeetingType
    mode: MeetingMode
    minutes: int
    status: Literal["offered", "agreed", "held", "missed", "cancelled"]
    starts: datetime | None = None
    slots: tuple[datetime, ...] = ()
    parents: tuple[int, ...] = ()
    answers: tuple[Answered, ...] = ()
    workers: tuple[str, ...] = ()
    promised: bool = True
    sequence: int = 0
    added: bool = False
    held: Held | None = None


class Override(Struct, frozen=True):
    """A joint meeting although not every condition is there: why, who asks for it, whether a second worker agrees.
    ``own`` if it is the asking worker's own question."""

    reason: str
    asked_by: str
    agreed: bool
    own: bool


class FreeDay(Struct, frozen=True):
    """A day on which a meeting could be held: the times at which it could begin. On a public holiday with its name."""

    day: date
    times: tuple[datetime, ...] = ()
    holiday: str = ""


class Ahead(Struct, frozen=True):
    """A coming meeting in a worker's own list."""

    case: int
    reference: str
    starts: datetime


class CallWish(Struct, frozen=True):
    """A former party who wishes to be called, by number; ``answers`` are those about calling."""

    parent: int
    on: date
    answers: dict[str, tuple[str, ...]] = {}


class Card(Struct, frozen=True, kw_only=True):
    """A case as the asking worker may see it. ``welfare`` is "" until somebody recorded that a child-welfare notice was
    considered; ``referral`` is what a professional told; ``agreed`` that a first meeting is agreed or was held;
    ``meetings`` are to be held or recorded, the others were ``recorded``; ``held`` counts the individual and couple
    meetings, ``met`` is true after any, ``begun`` after any since the case was last opened. ``closing`` is why the end
    is or was proposed, ``agreed_end`` who of several parents has agreed to it by number, and ``summed`` what became of
    the last meeting's summary, both by their ids; ``until`` how long the people of a closed case are kept;
    ``may_return`` that a parent who was in the case before it was opened again has not come back, and can; ``apart``
    that there are two parents, or were; ``calls`` who of the former ones wishes to be called."""

    case: int
    reference: str
    status: Status
    relation: Literal["queue", "own", "asked", "unattended", "colleague's", "closed"]
    opened_at: datetime
    first_meeting_by: date
    days_left: int
    risk: bool = False
    parties: tuple[Party, ...] = ()
    referral: dict[str, tuple[str, ...]] = {}
    lead: str = ""
    pair: str = ""
    offer: Offer | None = None
    welfare: Literal["", "yes", "no"] = ""
    contacted: bool = False
    agreed: bool = False
    letters: int = 0
    guest: Guest | None = None
    override: Override | None = None
    meetings: tuple[Meeting, ...] = ()
    recorded: tuple[Meeting, ...] = ()
    held: int = 0
    met: bool = False
    begun: bool = False
    stage: Stage = "waiting"
    closing: str = ""
    agreed_end: tuple[int, ...] = ()
    summed: str = ""
    until: date | None = None
    may_return: bool = False
    apart: bool = False
    calls: tuple[CallWish, ...] = ()


class Happened(Struct, frozen=True):
    """One line of a case's timeline; ``by`` is a worker's name or "", ``parent`` the number of the parent it is about,
    or 0."""

    at: datetime
    name: str
    detail: str
    by: str
    parent: int = 0


class Letter(Struct, frozen=True):
    """A practical message between a party and the workers."""

    at: datetime
    from_us: bool
    words: str
    parent: int = 1


class Plan(Struct, frozen=True):
    """The person's own working hours: the usual ``week`` from Monday on, the coming exceptions in their order (None:
    a day off), and the public holidays among the next `PLANNED_DAYS` and the exceptions, by their names."""

    week: tuple[Span | None, ...] = ()
    exceptions: tuple[tuple[date, Span | None], ...] = ()
    holidays: dict[date, str] = {}


class Colleague(Struct, frozen=True):
    """Somebody of the own association who can be asked."""

    person: int
    name: str


class Stored(Struct, frozen=True):
    """What is stored about the person, for /tiedot; ``by_link`` if a professional's link was opened, ``plan`` if there
    are own working hours, ``goals`` if there are any; ``notes`` are those about this person alone; ``survey`` if the
    person is or will be asked for feedback."""

    since: datetime
    consent: str
    consented_at: datetime | None
    draft_answers: int
    texts: int
    by_link: bool = False
    plan: bool = False
    goals: bool = False
    notes: int = 0
    survey: bool = False


class Facts(Struct, frozen=True, kw_only=True):
    """Everything a step or a screen may look at; ``now`` is in Finland's time."""

    now: datetime
    today: date
    locale: str = "fi"
    associations: tuple[Association, ...] = ()
    lines: tuple[CrisisLine, ...] = ()
    seat: Seat | None = None
    request: Request | None = None
    referred: bool = False
    invited: Invited | None = None
    ended: Ended | None = None
    entry: Entry | None = None
    draft_hours: int = 24
    link_hours: int = 72
    closed_hours: int = 2160
    story_room: int = 0

    listed: Lines = Lines()
    counts: dict[str, int] = {}
    card: Card | None = None
    timeline: tuple[Happened, ...] = ()
    letters: tuple[Letter, ...] = ()
    goals: tuple[Goal, ...] = ()
    notes: tuple[Note, ...] = ()
    colleagues: tuple[Colleague, ...] = ()
    plan: Plan | None = None
    free: tuple[FreeDay, ...] = ()
    ahead: tuple[Ahead, ...] = ()
    stored: Stored | None = None

    survey: Survey | None = None
    child: ChildMode | None = None
    figures: Figures | None = None
    meetings_rated: bool = False
    readers: tuple[Reader, ...] = ()
    texts: tuple[WrittenText, ...] = ()


LISTS = ("queue", "newest", "mine", "asked", "today", "unattended", "found")
"""Lists of cases. A state needs one of them at most, and finds a page of it in ``listed``."""

ON_DEMAND = (
    *LISTS,
    *("counts", "card", "timeline", "letters", "goals", "notes", "colleagues", "free", "ahead", "plan", "stored"),
    *("figures", "meetings_rated", "readers", "texts"),
)
"""Facts that are loaded only for a state that names them; the others come with every turn."""
