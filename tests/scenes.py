"""Facts as rich as they get, for showing every state of every flow without the service."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from msgspec.structs import replace

from bot import config
from bot.clock import HELSINKI
from conversations.child_start import BANDS
from conversations.conversation import Conversation, child_flow
from conversations.ended import NEXT
from conversations.facts import (
    Ahead,
    Answered,
    Appointment,
    Card,
    CaseLine,
    Colleague,
    Ended,
    Facts,
    FreeDay,
    Guest,
    Happened,
    Invited,
    Letter,
    Lines,
    Meeting,
    MeetingMode,
    MeetingType,
    Offer,
    Override,
    Party,
    Plan,
    Request,
    Role,
    Seat,
    Stored,
)
from conversations.feedback_facts import Audience, ChildMode, Device, Figures, Reader, Survey, WrittenText
from conversations.flow import Ask, AskMany, AskText, Flow, Question, Scene, State, items, pickable
from conversations.goal_facts import Goal, Note, OwnGoal, Rating
from conversations.meeting_facts import Held
from conversations.parent import CONSENT_VERSION
from conversations.small_cells import may_be_shown, questions_of
from conversations.staff import FLOWS
from tests.theatre import ROOT

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
BY = date(2026, 11, 30)
LATE = datetime(2026, 12, 6, 8, 30, tzinfo=UTC).astimezone(HELSINKI)
SLOTS = tuple(LATE + timedelta(days=n) for n in range(5))
CHOSEN = {
    "meeting": ("1",),
    "attended": ("1.0:parent 1,child",),
    "record_length": ("1.0:120",),
    "record_kind": ("1.0:family",),
    "record_workers": ("1.0:1",),
    "record_agreed": ("1.0:parent 1",),
    "corrects": ("1.0",),
    "add_what": ("individual:2",),
    "add_time": ("480",),
    "what": ("couple:0",),
    "slots": tuple(at.isoformat() for at in SLOTS),
    "day": (LATE.date().isoformat(),),
    "late": ("no_free_time",),
    "elsewhere": ("esimerkki-pohjoinen",),
    "goal": ("1",),
    "goal_for": ("0",),
    "stage": ("first",),
    "rater": ("0",),
    "note": ("1",),
    "note_about": ("0",),
    "agreed_end": ("2", "9"),
    "case": ("1",),
    "party": ("2",),
    "colleague": ("3",),
    "question": ("children",),
    "value": ("0-3",),
    "from": ("2026-11-30",),
    "until": ("2026-12-01",),
    "weekday": ("3",),
    "planned": ("2026-12-24",),
    "exception": ("2026-12-24",),
    "feedback_of": ("child:13-17:parent",),
    "quarter": ("2026-3",),
    "text": ("b",),
    "reader": ("3",),
    "band": ("4-6",),
}
"""What is chosen from the lists of staff."""
RATINGS = (
    Rating(0, "first", 3, BY, own=False),
    Rating(1, "later", 10, BY, own=True),
    Rating(2, "end", None, BY, own=True),
)
GOALS = (
    Goal(1, 0, "W" * 120, RATINGS, {1: "later", 2: "later"}),
    *(Goal(n, 0, "We agree on the weeks") for n in (2, 3)),
    *(
        Goal(n, number, "W" * 120, RATINGS[: number + 1], {number: "first"})
        for number in (1, 2)
        for n in (3 + number, 6 + number)
    ),
)
"""Three of both, as many as there can be."""
OVER = tuple(Goal(n, n % 3, "W" * 120, RATINGS, ended=True) for n in range(20, 10, -1))
NOTES = tuple(Note(n, NOW, "Tuuli", n % 3, "W" * 500, n == 1) for n in range(1, 12))
PLAN = Plan(
    ((540, 960),) * 4 + (None,) * 3,
    ((date(2026, 12, 23), None), (date(2026, 12, 24), (600, 720))),
    {date(2026, 12, 24): "Second Day of Christmas", date(2026, 12, 6): "Självständighetsdagen"},
)
ENDED = Ended("esimerkki-etela", BY, tuple(NEXT))
TEXTS = (
    WrittenText("a", "parent", "", "otherwise", "W" * 1000),
    WrittenText("b", "child", "13-17", "helped", "W" * 1000),
)
READERS = (Reader(3, "Vesa", named=True), Reader(4, "", named=False))
PHONE = "+358 40 1234567"
SHIPPED = config.read(ROOT / "config.toml", {"TELEGRAM_API_URL": "http://127.0.0.1:1"})

CaseStatus = Literal["waiting", "claimed", "withdrawn", "not_started"]
Relation = Literal["queue", "own", "asked", "unattended", "colleague's"]


def plain(locale: str = "en", role: Role | None = None) -> Facts:
    """What every turn knows of a person without a request."""
    first = SHIPPED.associations[0]
    return Facts(
        now=NOW,
        today=NOW.date(),
        locale=locale,
        associations=SHIPPED.associations,
        lines=SHIPPED.lines,
        story_room=30_000,
        seat=Seat(role, first.id, first.name, "Tuuli", (BY, BY)) if role else None,
    )


def every_answer(flow: Flow, facts: Facts) -> dict[str, tuple[str, ...]]:
    """All that can be told: the last choice of each question, and every one where several may be given."""
    told: dict[str, tuple[str, ...]] = {}
    for state in flow.states.values():
        if isinstance(state, Question):
            values = _values(state, Scene(told, facts))
            told[state.name] = values if isinstance(state, AskMany) else values[-1:]
    return told


def _values(state: State, scene: Scene) -> tuple[str, ...]:
    match state:
        case AskText():
            return (PHONE,)
        case AskMany():
            return tuple(item.value for item in pickable(state, scene))
        case Ask():
            return (*(o.value for o in state.options), *(item.value for item in items(state, scene)))
    return ()


def requested(
    status: Literal["waiting", "claimed"], answers: dict[str, tuple[str, ...]], *, written_to: bool = True
) -> Request:
    """A parent's own request."""
    return Request(
        case=1,
        reference="K7F2",
        status=status,
        association=SHIPPED.associations[0].id,
        first_meeting_by=BY,
        answers=answers,
        written_to=written_to,
    )


def card(
    status: CaseStatus, relation: Relation, answers: dict[str, tuple[str, ...]], *, left: int = 7, done: bool = False
) -> Card:
    """A case with everything on it that a worker may have to be told."""
    party = Party(2, answers, "fi", BY, BY if done else None, done, done, done)
    return Card(
        case=1,
        reference="K7F2",
        status=status,
        relation=relation,
        opened_at=NOW,
        first_meeting_by=BY,
        days_left=left,
        risk=True,
        parties=(party,) if answers else (),
        referral={} if done else {"sector": ("school",), "organisation": ("An office",)},
        lead="Tuuli",
        pair="Vesa" if done else "",
        offer=Offer("pair" if done else "transfer", "Tuuli", "Vesa"),
        welfare="no" if done else "",
        contacted=done,
        agreed=done and left < 0,
        letters=2,
    )


def appointments() -> Iterator[tuple[Appointment, ...]]:
    """The meetings of a parent, one after the other and all together."""
    modes: tuple[MeetingMode, ...] = ("onsite", "remote", "phone")
    kinds: tuple[MeetingType, ...] = ("individual", "couple", "family")
    agreed = [
        Appointment(meeting=1, type=kind, mode=mode, minutes=90, starts=LATE)
        for kind, mode in zip(kinds, modes, strict=True)
    ]
    for meeting in agreed:
        yield (meeting,)
        yield (replace(meeting, place="Esimerkkikatu 1", workers=("Tuuli", "Vesa")),)
        yield (replace(meeting, starts=None, was=LATE, slots=SLOTS),)
        yield (replace(meeting, starts=None, slots=SLOTS[:1], answered=True), *agreed)


def asked_to_rate() -> tuple[OwnGoal, ...]:
    """As many goals as a parent can be asked to rate, each as long as it may be."""
    return tuple(OwnGoal(n, "W" * 120, True, RATINGS) for n in range(1, 7))


def after_the_end(bare: Facts, *, invited: bool = False) -> Iterator[Facts]:
    """What a parent can see when the meetings have ended, and is asked or not."""
    ended = Ended(SHIPPED.associations[0].id, BY, tuple(NEXT), invited)
    stored = Stored(NOW, CONSENT_VERSION, NOW, 0, 0, survey=True)
    changed = (replace(SHIPPED.associations[0], changed={"en": "We answer sooner now."}), *SHIPPED.associations[1:])
    yield replace(bare, stored=stored, ended=ended)
    yield replace(bare, stored=stored, ended=replace(ended, phone=True, call_on=BY))
    yield replace(bare, stored=stored, ended=ended, survey=Survey("parent", BY), associations=changed)
    rated = replace(ended, goals=asked_to_rate())
    yield replace(bare, stored=stored, ended=rated, survey=Survey("parent", BY, True, "Tuuli"))


def planned(mine: Card) -> Iterator[Card]:
    """A case of two parents with the start and its meetings in every state."""
    (one,) = mine.parties
    both = (replace(one, form="joint"), replace(one, person=9, number=2, met_alone=True, form="joint"))
    joint = {"phone_safe": ("yes",), "afraid": ("no",), "contact_other": ("yes",), "start": ("joint",)}
    willing = tuple(replace(p, answers=joint, talked_alone_on=BY) for p in both)
    offered = Meeting(
        meeting=1,
        type="couple",
        mode="onsite",
        minutes=90,
        status="offered",
        slots=SLOTS,
        parents=(1, 2),
        answers=(Answered(1, SLOTS), Answered(2, (), ("mon", "evening"))),
        workers=("Tuuli", "Vesa"),
    )
    agreed = replace(offered, status="agreed", starts=LATE, slots=(), answers=())
    yield replace(mine, parties=both, pair="Vesa")
    yield replace(mine, parties=both, pair="Vesa", override=Override("both_ask", "Tuuli", False, True))
    yield replace(mine, parties=both, pair="Vesa", override=Override("both_ask", "Vesa", False, False))
    yield replace(mine, parties=both, pair="Vesa", override=Override("both_ask", "Vesa", True, False))
    yield replace(mine, parties=tuple(replace(p, form="separate") for p in willing))
    yield replace(mine, parties=tuple(replace(p, form="joint") for p in willing), meetings=(offered,))
    yield replace(mine, parties=willing, meetings=(replace(offered, answers=(Answered(1, ()),)), agreed))
    yield replace(mine, parties=willing, meetings=(replace(agreed, starts=NOW, workers=()),))
    held = Held(
        105, ("parent 1", "parent 2", "child"), 1, "parents", ("parent 1", "parent 2"), {"single_worker": "other"}
    )
    done = replace(agreed, type="family", status="held", starts=NOW, held=held)
    missed = tuple(
        replace(done, meeting=n, status=status, held=None) for n, status in ((2, "missed"), (3, "cancelled"))
    )
    others = tuple(replace(done, meeting=n) for n in range(4, 20))
    yield replace(mine, parties=willing, meetings=(agreed,), recorded=(done, *missed), held=6)
    yield replace(mine, parties=willing, recorded=(*others, done), held=6)
    yield replace(mine, parties=willing, recorded=(replace(missed[0], meeting=1),))
    alone = replace(agreed, type="family", starts=NOW)
    yield replace(mine, parties=willing[:1], meetings=(alone,))
    yield replace(mine, parties=(), meetings=(replace(alone, parents=()),))
    yield replace(mine, parties=(replace(one, written_to=True, reachable=True),))
    begun = replace(mine, parties=both, pair="Vesa", met=True, begun=True, held=5, stage="meeting")
    over = replace(agreed, starts=NOW - timedelta(hours=2))
    proposed = replace(begun, stage="closing", closing="end_agreed", agreed_end=(1, 2))
    yield begun
    yield replace(mine, parties=both, stage="in_contact", meetings=(over,))
    yield replace(mine, parties=both, stage="in_contact")
    yield proposed
    yield replace(proposed, summed="summed")
    yield replace(proposed, summed="summed", agreed_end=(1,))
    yield replace(proposed, summed="summed", meetings=(over,))
    yield replace(proposed, summed="summed", meetings=(agreed,))


def figures() -> Iterator[Figures]:
    """Every audience with many answers, with answers that are alike, with some items that few answered, with few."""
    sheets: list[tuple[Audience, str, Device]] = [("parent", "", "own"), ("meeting", "", "own")]
    sheets += [("child", band, "worker") for band in ("4-6", "7-9", "10-12", "13-17")]
    for audience, band, device in sheets:
        questions = questions_of(audience, band)
        for each, skipped in ((1000, False), (2, False), (7, True), (0, False)):
            counted = {"sheet": {"asked": 9 * each, "answered": 7 * each, "declined": each}}
            for question in questions[skipped:]:
                values = [value for value, _ in question.scale.values]
                counted[question.name] = dict.fromkeys(values[: 1 if skipped else None], each)
            yield may_be_shown(audience, band, device, "2026-3", counted, 5)


def scenes(flow: Flow, locale: str) -> Iterator[Facts]:
    """The facts under which the states of a flow look different."""
    told = every_answer(FLOWS["parent"], plain(locale))
    stored = Stored(NOW, CONSENT_VERSION, NOW, 12, 3)
    if flow.name == "parent":
        yield from of_parents(plain(locale), told, stored)
    elif flow.name == "coparent":
        yield from of_invited_parents(plain(locale), told, stored)
    elif flow.sealed:
        yield from with_children(flow, plain(locale))
    else:
        yield from of_staff(replace(plain(locale, _role(flow)), stored=replace(stored, plan=True)), told)


def of_parents(bare: Facts, told: dict[str, tuple[str, ...]], stored: Stored) -> Iterator[Facts]:
    """Somebody who asks for themselves, from the first word until after the end."""
    yield bare
    yield replace(bare, stored=replace(stored, texts=1, draft_answers=1, consented_at=None))
    yield replace(bare, stored=stored, request=requested("waiting", told))
    yield replace(bare, stored=stored, request=requested("claimed", told))
    yield replace(bare, stored=stored, request=requested("waiting", {}, written_to=False))
    yield replace(bare, stored=stored, request=replace(requested("waiting", told), link="may"))
    yield replace(bare, stored=stored, request=replace(requested("claimed", told), link="made"))
    yield replace(bare, stored=replace(stored, by_link=True), referred=True)
    for meetings in appointments():
        own = replace(requested("claimed", told), form="separate", meetings=meetings, late=True)
        yield replace(bare, stored=stored, request=own)
        yield replace(bare, stored=stored, request=replace(own, form="joint", late=False, place_safe=True))
    rated = replace(stored, goals=True, notes=2)
    yield replace(bare, stored=rated, request=replace(requested("claimed", told), goals=asked_to_rate()))
    read = (OwnGoal(1, "Calm mornings"), OwnGoal(2, "W" * 120, ratings=RATINGS))
    yield replace(bare, stored=rated, request=replace(requested("waiting", told), goals=read))
    yield replace(bare, stored=stored, request=replace(requested("waiting", told), late=True))
    yield replace(bare, stored=stored, request=replace(requested("claimed", told, written_to=False), met=True))
    yield replace(bare, stored=stored, request=requested("claimed", told), survey=Survey("meeting", BY))
    yield from after_the_end(bare)


def of_invited_parents(bare: Facts, told: dict[str, tuple[str, ...]], stored: Stored) -> Iterator[Facts]:
    """The other parent, from the opened link until after the end."""
    bare = replace(bare, invited=Invited(SHIPPED.associations[0].id, False))
    yield replace(bare, stored=replace(stored, texts=0, draft_answers=1))
    yield replace(bare, stored=stored, invited=Invited(SHIPPED.associations[0].id, True))
    own = replace(requested("claimed", told), invited=True)
    rating = replace(own, goals=asked_to_rate()[:1])
    yield replace(bare, stored=stored, invited=None, request=own)
    yield replace(bare, stored=stored, invited=None, request=replace(own, met=True))
    yield replace(bare, stored=stored, invited=None, ended=ENDED)
    for meetings in appointments():
        yield replace(bare, stored=stored, invited=None, request=replace(own, form="joint", meetings=meetings))
    yield replace(bare, stored=replace(stored, goals=True, notes=1), invited=None, request=rating)
    yield replace(bare, stored=stored, invited=None)
    yield replace(bare, stored=stored, invited=None, request=own, survey=Survey("meeting", BY))
    yield from after_the_end(replace(bare, invited=None), invited=True)


def of_staff(staff: Facts, told: dict[str, tuple[str, ...]]) -> Iterator[Facts]:
    """Lists, cards and figures, full and empty."""
    yield staff
    lines = tuple(CaseLine(n, f"WWW{n}", 40 - 20 * n, n % 2 == 1) for n in range(1, 9))
    full = replace(
        staff,
        listed=Lines(lines, 99),
        counts={"queue": 99, "asked": 2, "colleague's": 1, "unattended": 1},
        timeline=tuple(Happened(NOW, name, "other", "Tuuli") for name in ("opened", "claimed", "welfare") * 12),
        letters=(Letter(NOW, True, "When could we call?"), Letter(NOW, False, "After four.")),
        goals=(*GOALS, *OVER),
        notes=NOTES,
        colleagues=(Colleague(3, "Vesa"), Colleague(4, "")),
        free=(FreeDay(LATE.date(), SLOTS[:1] * 30, "Independence Day"), FreeDay(BY, SLOTS)),
        ahead=(Ahead(1, "K7F2", LATE),),
        plan=PLAN,
        meetings_rated=True,
        readers=READERS,
        texts=TEXTS,
    )
    for shown in (
        card("waiting", "queue", told),
        card("waiting", "asked", told, left=0),
        card("claimed", "own", told, left=1),
        card("claimed", "own", told, left=-1, done=True),
        card("claimed", "own", {}, left=2),
        card("claimed", "colleague's", told, left=-1),
        card("claimed", "unattended", told, done=True),
        card("withdrawn", "own", {}, left=-99),
        card("not_started", "own", {}, left=-99),
    ):
        yield replace(full, card=shown)
    changed = replace(full.associations[0], changed={staff.locale: "W" * 300})
    for answers in figures():
        yield replace(full, figures=answers, associations=(changed, *full.associations[1:]))
        yield replace(full, figures=replace(answers, asked=0), texts=TEXTS[:1], readers=READERS[1:])
    yield from with_cards(full, card("claimed", "own", told, left=3), told)
    yield replace(full, free=(), ahead=(), card=card("claimed", "own", told, left=3))
    yield replace(full, listed=Lines(lines[:1], 1), counts={"queue": 1, "asked": 1})


def with_cards(full: Facts, mine: Card, told: dict[str, tuple[str, ...]]) -> Iterator[Facts]:
    """An own case with whoever belongs to it, and all that is done on it."""
    yield replace(full, card=replace(mine, guest=Guest(NOW)))
    yield replace(full, card=replace(mine, guest=Guest(NOW, by_parent=True)))
    yield replace(full, card=replace(mine, guest=Guest(NOW, 5)))
    yield replace(full, card=replace(mine, guest=Guest(NOW, 5, True, told, "sv")))
    agreed = told | {"contact_other": ("yes",)}
    yield replace(full, card=replace(mine, parties=(replace(mine.parties[0], answers=agreed),)))
    turned = replace(mine.parties[0], answers=agreed, reconsidered=True)
    yield replace(full, card=replace(mine, parties=(turned,), guest=Guest(NOW, 5, True, told, "sv")))
    pair = (*mine.parties, replace(mine.parties[0], person=9, number=2))
    letters = (Letter(NOW, True, "When could we call?", 2), Letter(NOW, False, "After four."))
    yield replace(full, card=replace(mine, parties=pair), letters=letters)
    for shown in planned(mine):
        yield replace(full, card=shown)
    both = replace(mine, parties=pair)
    yield replace(full, card=both, goals=GOALS[3:])
    yield replace(full, card=both, goals=(replace(GOALS[0], ratings=()),), notes=NOTES[:1])
    yield replace(full, card=both, goals=(replace(GOALS[0], ratings=RATINGS[:1]), *OVER[:2]))
    yield replace(full, card=both, goals=(replace(GOALS[3], asked={1: "later"}, ratings=()),))
    yield replace(full, card=both, goals=(), notes=())


def with_children(flow: Flow, bare: Facts) -> Iterator[Facts]:
    """A child's flow on either device, with and without a reader of texts, before and after an adult was called."""
    band = next(band for band in BANDS if child_flow(band) == flow.name)
    name = bare.associations[0].name
    mine = ChildMode(band, "worker", 0, ("sun", "tree", "stone"), association=name)
    yield replace(bare, child=mine)
    yield replace(bare, child=replace(mine, called=True))
    yield replace(bare, child=replace(mine, called=True, told=("Tuuli",), again=True))
    read = replace(mine, device="parent", seed=(1 << 32) - 1, texts=True, reader="W" * 40, adults=("Tuuli", "Vesa"))
    yield replace(bare, child=read)
    yield replace(bare, child=replace(read, called=True))
    yield replace(bare, child=replace(read, called=True, told=("Tuuli",), adults=()))
    yield replace(bare, child=replace(read, called=True, again=True, adults=()))
    yield replace(bare, child=replace(read, adults=()))


def _role(flow: Flow) -> Role:
    assert flow.name in ("worker", "lead", "coordinator")
    return flow.name  # type: ignore[return-value]  # the assertion says so


def places(flow: Flow, facts: Facts) -> Iterator[Conversation]:
    """Every state of a flow: met for the first time, and come back to with all answers given."""
    told = every_answer(flow, facts) | CHOSEN
    asked = tuple(name for name, state in flow.states.items() if isinstance(state, Question))
    for name, state in flow.states.items():
        trail = tuple(other for other in asked if other != name) or ("menu",)
        picked = told[name] if isinstance(state, AskMany) else ()
        yield Conversation(flow=flow.name, state=name)
        yield Conversation(flow=flow.name, state=name, trail=trail, answers=told, picked=picked)
        yield Conversation(flow=flow.name, state=name, trail=trail, answers={**dict.fromkeys(told, ()), **CHOSEN})
