"""The flows of leads and coordinators, and every conversation there is by its name.

A lead sees the queue and the cases without a present worker by reference, and counts; a coordinator counts only. What
each may see is decided by `conversations.access` where the facts are loaded.
"""

from conversations.asides import STAFF_ASIDES
from conversations.card import card_says, case_list
from conversations.casework import TO_CARD, TO_MENU, case
from conversations.child import CHILD_FLOWS
from conversations.coparent import COPARENT
from conversations.effects import Effect, ReturnToQueue, RevokeOffer
from conversations.figures import FIGURES, TO_FEEDBACK
from conversations.flow import Flow, Listed, Menu, Option, Scene, by_name
from conversations.parent import PARENT
from conversations.promise import promise_kept
from conversations.reading import READERS, TEXTS, to_texts
from conversations.team import ask_colleague
from conversations.text import N_, P_, Paragraph
from conversations.worker import WORKER

__all__ = ["COORDINATOR", "FLOWS", "LEAD", "WORKER"]


def _counts(scene: Scene) -> tuple[Paragraph, ...]:
    counts, seat = scene.facts.counts, scene.facts.seat
    return (
        seat.association_name if seat else "",
        (
            N_("Waiting: {count}", count=counts.get("queue", 0)),
            N_("With a worker: {count}", count=counts.get("colleague's", 0)),
            N_("No worker present: {count}", count=counts.get("unattended", 0)),
        ),
        promise_kept(counts.get("kept", 0), counts.get("promised", 0)),
    )


def _unattended(scene: Scene) -> bool:
    return scene.facts.card is not None and scene.facts.card.relation == "unattended"


def _offered(scene: Scene) -> bool:
    return _unattended(scene) and scene.facts.card is not None and scene.facts.card.offer is not None


def _return(scene: Scene) -> tuple[Effect, ...]:
    return (ReturnToQueue(case(scene)),)


LEAD = Flow(
    name="lead",
    start="menu",
    states=by_name(
        Menu(
            name="menu",
            ask=_counts,
            root=True,
            needs=("counts", "texts"),
            listed=Listed(to_texts, "text"),
            saves="text",
            options=(
                Option("queue", N_("Queue"), "queue"),
                Option("unattended", N_("No worker present"), "unattended"),
                TO_FEEDBACK,
                Option("readers", N_("Who reads texts"), "readers"),
            ),
        ),
        case_list("queue", P_("One request waits.", "{count} requests wait.", 0), N_("No request waits."), (TO_MENU,)),
        case_list(
            "unattended",
            P_("One case has no worker present.", "{count} cases have no worker present.", 0),
            N_("Every case has a worker present."),
            (TO_MENU,),
        ),
        Menu(
            name="card",
            ask=card_says,
            needs=("card",),
            looks="card",
            options=(
                Option(
                    "transfer", N_("Ask a worker"), "transfer_whom", when=lambda s: _unattended(s) and not _offered(s)
                ),
                Option(
                    "revoke",
                    N_("Take the question back"),
                    "card",
                    does=lambda scene: (RevokeOffer(case(scene)),),
                    when=_offered,
                ),
                Option("queue", N_("Back to the queue"), "return", when=_unattended),
                TO_MENU,
            ),
        ),
        Menu(
            name="return",
            ask=N_("Take the case from its workers and put it back into the queue?"),
            needs=("card",),
            options=(
                Option(
                    "yes",
                    N_("Yes, back to the queue"),
                    "menu",
                    does=_return,
                    when=_unattended,
                    says=lambda scene: (N_("The case waits in the queue again. Its workers are told."),),
                ),
                TO_CARD,
            ),
        ),
        *ask_colleague("transfer", _unattended),
        *FIGURES,
        *READERS,
        TEXTS,
        *STAFF_ASIDES,
    ),
)
"""An association's lead."""

COORDINATOR = Flow(
    name="coordinator",
    start="menu",
    states=by_name(
        Menu(
            name="menu",
            ask=_counts,
            root=True,
            needs=("counts", "texts"),
            listed=Listed(to_texts, "text"),
            saves="text",
            options=(TO_FEEDBACK,),
        ),
        *FIGURES,
        TEXTS,
        *STAFF_ASIDES,
    ),
)
"""A coordinator: counts only."""

FLOWS = {flow.name: flow for flow in (PARENT, COPARENT, WORKER, LEAD, COORDINATOR, *CHILD_FLOWS)}
"""Every conversation there is, by its name."""
