"""Facts as rich as they get, for showing every state of every flow without the service."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Literal

from msgspec.structs import replace

from bot import config
from conversations.core import Conversation
from conversations.facts import Card, CaseLine, Facts, Request, Role, Seat, Stored
from conversations.flow import Ask, AskMany, AskText, Flow, Question, Scene, State, items
from conversations.parent import CONSENT_VERSION
from conversations.staff import FLOWS
from tests.theatre import ROOT

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
BY = date(2026, 11, 30)
PHONE = "+358 40 1234567"
SHIPPED = config.read(ROOT / "config.toml", {"TELEGRAM_API_URL": "http://127.0.0.1:1"})

CaseStatus = Literal["waiting", "claimed", "withdrawn"]


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
        seat=Seat(role, first.id, first.name) if role else None,
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
            return tuple(item.value for item in state.options)
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


def card(status: CaseStatus, answers: dict[str, tuple[str, ...]], *, mine: bool = False, left: int = 7) -> Card:
    """A case with everything on it that a worker may have to be told."""
    return Card(
        case=1,
        reference="K7F2",
        status=status,
        mine=mine,
        opened_at=NOW,
        first_meeting_by=BY,
        days_left=left,
        risk=True,
        language="fi",
        reachable=False,
        written_to=False,
        answers=answers,
    )


def scenes(flow: Flow, locale: str) -> Iterator[Facts]:
    """The facts under which the states of a flow look different."""
    told = every_answer(FLOWS["parent"], plain(locale))
    stored = Stored(NOW, CONSENT_VERSION, NOW, 12, 3)
    if flow.name == "parent":
        bare = plain(locale)
        yield bare
        yield replace(bare, stored=replace(stored, texts=1, draft_answers=1, consented_at=None))
        yield replace(bare, stored=stored, request=requested("waiting", told))
        yield replace(bare, stored=stored, request=requested("claimed", told))
        yield replace(bare, stored=stored, request=requested("waiting", {}, written_to=False))
        return
    staff = replace(plain(locale, _role(flow)), stored=stored)
    yield staff
    lines = tuple(CaseLine(n, f"WWW{n}", 40 - 20 * n, n % 2 == 1) for n in range(1, 10))
    full = replace(staff, queue=lines, mine=lines, counts={"waiting": 99, "claimed": 1})
    for shown in (
        card("waiting", told),
        card("claimed", told, mine=True, left=1),
        card("claimed", told, left=-1),
        card("withdrawn", {}, left=-99),
    ):
        yield replace(full, card=shown)
    yield replace(full, queue=lines[:1], mine=lines[:1], counts={"waiting": 1})


def _role(flow: Flow) -> Role:
    assert flow.name in ("worker", "lead", "coordinator")
    return flow.name  # type: ignore[return-value]  # the assertion says so


def places(flow: Flow, facts: Facts) -> Iterator[Conversation]:
    """Every state of a flow: met for the first time, and come back to with all answers given."""
    told = every_answer(flow, facts) | {"case": ("1",)}
    asked = tuple(name for name, state in flow.states.items() if isinstance(state, Question))
    for name, state in flow.states.items():
        trail = tuple(other for other in asked if other != name) or ("menu",)
        picked = told[name] if isinstance(state, AskMany) else ()
        yield Conversation(flow=flow.name, state=name)
        yield Conversation(flow=flow.name, state=name, trail=trail, answers=told, picked=picked)
        yield Conversation(flow=flow.name, state=name, trail=trail, answers=dict.fromkeys(told, ()) | {"case": ("1",)})
