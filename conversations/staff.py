"""The flows of the people who have a seat: worker, lead and coordinator.

What each of them may see is decided by `conversations.access` where the facts are loaded; nothing here widens it.
"""

from conversations.asides import STAFF_ASIDES
from conversations.effects import ClaimCase, Effect, TellClient
from conversations.facts import CaseLine
from conversations.flow import Flow, Item, Listed, Menu, Option, Scene, by_name
from conversations.parent import PARENT
from conversations.text import N_, P_, Paragraph, Text, Words
from conversations.view import LANGUAGES, told


def _row(line: CaseLine) -> Item:
    left = days_left(line.days_left)
    if line.risk:
        return Item(str(line.case), N_("⚠ {reference} · {left}", reference=line.reference, left=left))
    return Item(str(line.case), N_("{reference} · {left}", reference=line.reference, left=left))


def days_left(days: int) -> Text:
    """How much of the seven-day promise is left."""
    if days < 0:
        return P_("one day late", "{count} days late", -days)
    return P_("one day left", "{count} days left", days)


def _how_many(count: int) -> Text:
    return P_("One request waits.", "{count} requests wait.", count)


def _menu(scene: Scene) -> tuple[Paragraph, ...]:
    seat, waiting = scene.facts.seat, scene.facts.counts.get("waiting", 0)
    return (seat.association_name if seat else "", _how_many(waiting) if waiting else N_("No request waits."))


def _queue(scene: Scene) -> tuple[Paragraph, ...]:
    if not scene.facts.queue:
        return (N_("No request waits."),)
    return (_how_many(len(scene.facts.queue)), *_legend(scene.facts.queue))


def _mine(scene: Scene) -> tuple[Paragraph, ...]:
    cases = scene.facts.mine
    if not cases:
        return (N_("You have no cases yet."),)
    return (P_("You have one case.", "You have {count} cases.", len(cases)), *_legend(cases))


def _legend(lines: tuple[CaseLine, ...]) -> tuple[Paragraph, ...]:
    return (N_("⚠ Talk privately with the parent first."),) if any(line.risk for line in lines) else ()


def _card(scene: Scene) -> tuple[Paragraph, ...]:
    card = scene.facts.card
    if card is None:
        return (N_("This case is not available to you."),)
    head: list[Words] = [N_("Case {reference} · {left}", reference=card.reference, left=days_left(card.days_left))]
    if card.status == "claimed":
        head.append(N_("This case is yours.") if card.mine else N_("A colleague has this case."))
    elif card.status == "withdrawn":
        head.append(N_("The parent has withdrawn this request."))
    times = (
        N_("First contact {moment}", moment=card.opened_at),
        N_("First meeting by {day}", day=card.first_meeting_by),
    )
    spoken = (N_("Language of the chat: {language}", language=LANGUAGES[card.language]),) if card.language else ()
    risk: tuple[Paragraph, ...] = (
        (N_("⚠ Talk privately with this parent first. We start separately."),) if card.risk else ()
    )
    blocked: tuple[Paragraph, ...] = () if card.reachable else (N_("The bot cannot reach this parent now."),)
    if not card.written_to:
        blocked = (*blocked, N_("The bot does not write to this parent first."))
    answers = told(PARENT, card.answers, scene, show_private=True)
    return (tuple(head), *risk, (*times, *spoken), *blocked, *((answers,) if answers else ()))


def _can_claim(scene: Scene) -> bool:
    return scene.facts.card is not None and scene.facts.card.status == "waiting"


def _claim(scene: Scene) -> tuple[Effect, ...]:
    case = int(scene.answer("case"))
    return (ClaimCase(case), TellClient(case, (N_("A worker has your request and contacts you next."),)))


def _counts(scene: Scene) -> tuple[Paragraph, ...]:
    counts, seat = scene.facts.counts, scene.facts.seat
    return (
        seat.association_name if seat else "",
        (
            N_("Waiting: {count}", count=counts.get("waiting", 0)),
            N_("With a worker: {count}", count=counts.get("claimed", 0)),
        ),
    )


_QUEUE = Option("queue", N_("Queue"), "queue")


def _open_card(scene: Scene) -> tuple[Item, ...]:
    return tuple(_row(line) for line in scene.facts.queue)


WORKER = Flow(
    name="worker",
    start="menu",
    states=by_name(
        Menu(
            name="menu",
            ask=_menu,
            root=True,
            needs=("counts",),
            options=(_QUEUE, Option("mine", N_("My cases"), "mine")),
        ),
        Menu(name="queue", ask=_queue, listed=Listed(_open_card, "card"), saves="case", needs=("queue",)),
        Menu(
            name="mine",
            ask=_mine,
            listed=Listed(lambda scene: tuple(_row(line) for line in scene.facts.mine), "card"),
            saves="case",
            needs=("mine",),
        ),
        Menu(
            name="card",
            ask=_card,
            needs=("card",),
            options=(
                Option(
                    "claim",
                    N_("Take this case"),
                    "card",
                    does=_claim,
                    when=_can_claim,
                    says=lambda scene: (N_("The case is now yours. The parent can see that a worker has it."),),
                ),
                Option("menu", N_("Front page"), "menu"),
            ),
        ),
        *STAFF_ASIDES,
    ),
)
"""A worker: the queue, the card, the claim."""

LEAD = Flow(
    name="lead",
    start="menu",
    states=by_name(
        Menu(name="menu", ask=_counts, root=True, needs=("counts",), options=(_QUEUE,)),
        Menu(
            name="queue",
            ask=lambda scene: (*_queue(scene), tuple(row.label for row in _open_card(scene))),
            needs=("queue",),
        ),
        *STAFF_ASIDES,
    ),
)
"""An association's lead: the queue by reference, and counts."""

COORDINATOR = Flow(
    name="coordinator",
    start="menu",
    states=by_name(Menu(name="menu", ask=_counts, root=True, needs=("counts",)), *STAFF_ASIDES),
)
"""A coordinator: counts only."""

FLOWS = {flow.name: flow for flow in (PARENT, WORKER, LEAD, COORDINATOR)}
"""Every conversation there is, by its name."""
