"""What every step of a worker on a case has in common: the case, the chosen party, and when a step is offered."""

from collections.abc import Callable

from conversations.effects import Effect
from conversations.facts import Card, Party
from conversations.flow import Depends, Item, Option, Scene, Target
from conversations.text import N_, Paragraph, Text

Effects = tuple[Effect, ...]

REASONS = {
    "time": N_("No time now"),
    "conflict": N_("Conflict of interest"),
    "fits_better": N_("Another worker is better"),
    "unreachable": N_("Could not be reached"),
    "other_service": N_("Helped by another service"),
    "not_suitable": N_("The service does not fit"),
    "other": N_("Another reason"),
    "unattended": N_("No worker is present"),
    "resigned": N_("Has left the service"),
    "ill": N_("Illness"),
    "obstacle": N_("Something came up"),
    "parent_asked": N_("A parent asked for it"),
    "parents_wish": N_("The parents wish it"),
    "no_free_time": N_("No free time in the week"),
    "hard_to_reach": N_("Hard to reach"),
    "moved_away": N_("Gone to another association"),
    "separate": N_("separately"),
    "joint": N_("jointly"),
    "situation": N_("The family's situation"),
    "pair_absent": N_("The work pair was absent"),
    "afterwards": N_("Recorded afterwards"),
    "individual": N_("Individual meeting"),
    "couple": N_("Couple meeting"),
    "family": N_("Family meeting"),
    "next_separate": N_("Individual meeting"),
    "next_couple": N_("Couple meeting"),
    "next_family": N_("Family meeting"),
    "next_closing": N_("Closing"),
    "next_open": N_("Not decided yet"),
    "both_ask": N_("Both parents ask for it"),
    "safety_agreed": N_("Safety is arranged"),
    "other_service_present": N_("Another service is there"),
    "end_agreed": N_("Agreed together"),
    "contact_lost": N_("Contact was lost"),
    "parents_withdrew": N_("The parents withdrew"),
    "moved_on": N_("Went to another service"),
    "summed": N_("done"),
    "not_wanted": N_("The parents did not want"),
}
"""Why something was declined, given back, late, cancelled, an exception, not started or ended, by ids."""

TO_CARD = Option("card", N_("Back to the case"), "card")
TO_MENU = Option("menu", N_("Front page"), "menu")


def case(scene: Scene) -> int:
    """The case the conversation is about."""
    return int(scene.answer("case"))


def own(scene: Scene) -> Card | None:
    """The card, if the case is the worker's own and open."""
    card = scene.facts.card
    return card if card and card.relation == "own" and card.status == "claimed" else None


def readable(scene: Scene) -> Card | None:
    """The card, if its goals may be read: of an own case, also after its end."""
    card = scene.facts.card
    return card if card and card.relation == "closed" else own(scene)


def is_own(scene: Scene) -> bool:
    """Whether the case is the worker's own."""
    return own(scene) is not None


def own_where(condition: Callable[[Card], bool]) -> Callable[[Scene], bool]:
    """The case is the worker's own, and its card is such."""
    return lambda scene: (card := own(scene)) is not None and condition(card)


def stands(*relations: str) -> Callable[[Scene], bool]:
    """The case stands in one of these relations to the person."""
    return lambda scene: scene.facts.card is not None and scene.facts.card.relation in relations


def reasons(
    ids: tuple[str, ...], then: Target, does: Callable[[Scene, str], Effects], **more: object
) -> tuple[Option, ...]:
    """One option for each reason."""

    def because(reason: str) -> Callable[[Scene], Effects]:
        return lambda scene: does(scene, reason)

    return tuple(Option(r, REASONS[r], then, does=because(r), **more) for r in ids)  # type: ignore[arg-type]


def party_of(scene: Scene) -> Party | None:
    """The party that was chosen, or the only one. What was begun for one who has gone never turns to another."""
    parties = scene.facts.card.parties if scene.facts.card else ()
    chosen = scene.answer("party")
    return next((p for p in parties if (str(p.person) == chosen if chosen else len(parties) == 1)), None)


def the_party(scene: Scene) -> Party:
    """The party of a step that is offered only when there is one."""
    party = party_of(scene)
    assert party, "the step was offered"
    return party


def parties(scene: Scene) -> tuple[Item, ...]:
    """The parties as rows."""
    card = scene.facts.card
    return tuple(Item(str(p.person), parent_name(p.number)) for p in card.parties) if card else ()


def parent_name(number: int) -> Text:
    """What a parent is called: the bot knows no names."""
    return N_("Parent {number}", number=number)


def one_party(one: str, several: str) -> Depends:
    """Ask which party only where there are several."""
    return Depends(
        lambda scene: several if scene.facts.card and len(scene.facts.card.parties) > 1 else one, (one, several)
    )


def clock(minute: int) -> Text:
    """A minute of the day as a time; every language has its own way to write it."""
    return N_("{hour}:{minute}", hour=minute // 60, minute=f"{minute % 60:02}")


def whose(scene: Scene) -> tuple[Paragraph, ...]:
    """Which parent a step is about, where there are two or were."""
    card, party = scene.facts.card, party_of(scene)
    apart = card is not None and party is not None and (len(card.parties) > 1 or party.number > 1)
    return (parent_name(party.number),) if party and apart else ()
