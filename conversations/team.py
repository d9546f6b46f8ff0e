"""Who works on a case: asking a work pair, handing over, changing places, leaving, declining."""

from collections.abc import Callable

from conversations.casework import TO_CARD, Effects, case, is_own, own, own_where, reasons, stands
from conversations.effects import AnswerOffer, AskColleague, GiveBack, RevokeOffer, SwapLead
from conversations.facts import Card
from conversations.flow import Item, Listed, Menu, Option, Scene, State, says
from conversations.text import N_, Paragraph, Words

_GIVE_BACK = ("time", "fits_better", "other")
_DECLINE = ("time", "conflict", "other")


def colleagues(scene: Scene) -> tuple[Item, ...]:
    """Those who can be asked, by name."""
    return tuple(Item(str(c.person), c.name or N_("Without a name")) for c in scene.facts.colleagues)


def whom(scene: Scene) -> Words:
    """The name of the colleague that was chosen."""
    chosen = scene.answer("colleague")
    return next((item.label for item in colleagues(scene) if item.value == chosen), "")


def _ask_whom(scene: Scene) -> tuple[Paragraph, ...]:
    if scene.facts.colleagues:
        return (N_("Whom do you want to ask?"),)
    return (N_("Nobody can be asked now: no other worker of the association is present."),)


def is_there(scene: Scene) -> bool:
    """Whether the chosen colleague can still be asked."""
    chosen = scene.answer("colleague")
    return any(item.value == chosen for item in colleagues(scene))


def ask_colleague(kind: str, when: Callable[[Scene], bool]) -> tuple[State, State]:
    """Choose a colleague, confirm, ask: to be the work pair, or to take the case over."""

    def does(scene: Scene) -> Effects:
        return (AskColleague(case(scene), kind, int(scene.answer("colleague"))),)  # type: ignore[arg-type]

    def asks(scene: Scene) -> tuple[Paragraph, ...]:
        if not is_there(scene):
            return (N_("This colleague cannot be asked now."),)
        if kind == "pair":
            return (N_("Ask {name} to be the work pair?", name=whom(scene)),)
        return (N_("Ask {name} to take the case over?", name=whom(scene)),)

    return (
        Menu(
            name=f"{kind}_whom",
            ask=_ask_whom,
            needs=("card", "colleagues"),
            listed=Listed(colleagues, f"{kind}_check"),
            saves="colleague",
            options=(TO_CARD,),
        ),
        Menu(
            name=f"{kind}_check",
            ask=asks,
            needs=("card", "colleagues"),
            options=(
                Option(
                    "ask",
                    N_("Ask"),
                    "card",
                    does=does,
                    when=lambda scene: when(scene) and _unasked(scene) and is_there(scene),
                    says=says(N_("Asked. You hear when there is an answer.")),
                ),
                TO_CARD,
            ),
        ),
    )


def _unasked(scene: Scene) -> bool:
    return scene.facts.card is not None and scene.facts.card.offer is None


def _team(scene: Scene) -> tuple[Paragraph, ...]:
    card = own(scene)
    if card is None:
        return (N_("This case is not available to you."),)
    lines: list[Words] = [N_("Lead worker: {name}", name=card.lead)]
    lines.append(N_("Work pair: {name}", name=card.pair) if card.pair else N_("There is no work pair yet."))
    if card.offer:
        lines.append(N_("Asked now: {name}", name=card.offer.asked))
    return (tuple(lines),)


def _unasked_card(card: Card) -> bool:
    return card.offer is None


def _needs_pair(card: Card) -> bool:
    return card.offer is None and not card.pair


TEAM = (
    Menu(
        name="team",
        ask=_team,
        needs=("card",),
        options=(
            Option(
                "pair",
                N_("Ask a work pair"),
                "pair_whom",
                when=own_where(_needs_pair),
            ),
            Option("transfer", N_("Hand the case over"), "transfer_whom", when=own_where(_unasked_card)),
            Option(
                "revoke",
                N_("Take the question back"),
                "team",
                does=lambda scene: (RevokeOffer(case(scene)),),
                when=own_where(lambda card: card.offer is not None),
            ),
            Option(
                "swap",
                N_("Change places"),
                "team",
                does=lambda scene: (SwapLead(case(scene)),),
                when=own_where(lambda card: bool(card.pair)),
            ),
            Option("leave", N_("Leave this case"), "leave", when=is_own),
            TO_CARD,
        ),
    ),
    *ask_colleague("pair", is_own),
    *ask_colleague("transfer", is_own),
    Menu(
        name="leave",
        ask=(
            lambda scene: (
                N_("Why do you leave the case? With a work pair it goes to the pair, without one back to the queue."),
            )
        ),
        needs=("card",),
        options=(
            *reasons(
                _GIVE_BACK,
                "menu",
                lambda scene, reason: (GiveBack(case(scene), reason),),
                when=is_own,
                says=says(N_("You have left the case.")),
            ),
            TO_CARD,
        ),
    ),
    Menu(
        name="decline",
        ask=N_("Why not?"),
        needs=("card",),
        options=(
            *reasons(
                _DECLINE,
                "menu",
                lambda scene, reason: (AnswerOffer(case(scene), False, reason),),
                when=stands("asked"),
                says=says(N_("Your colleague is told.")),
            ),
            TO_CARD,
        ),
    ),
)
"""The states around the work pair."""
