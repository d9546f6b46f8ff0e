"""The worker's side of the start: both parents' wishes, what the rule says and why, the agreed form, an exception.

Parents never see what stands here. Whatever was the reason, they hear the same words.
"""

from conversations.casework import TO_CARD, Effects, case, is_own, own, parent_name, reasons
from conversations.facts import Card, Form
from conversations.flow import Menu, Option, Scene, says
from conversations.joint import Condition, Start, Unmet, may_begin_jointly, unmet
from conversations.meeting_effects import AgreeStart, AnswerOverride, AskOverride
from conversations.parent import PARENT
from conversations.text import N_, Paragraph, Text, Words
from conversations.view import told

_MISSING: dict[Condition, Text] = {
    "two_parents": N_("only one parent is in the case"),
    "phone_safe": N_("the phone is not surely safe"),
    "afraid": N_("fear has not been ruled out"),
    "contact_other": N_("no “yes” to contact with the other parent"),
    "start": N_("no wish for a joint start"),
    "talked_alone": N_("no talk alone is recorded"),
}
OVERRIDE_REASONS = ("both_ask", "safety_agreed", "other_service_present", "other")
"""Why a joint meeting is held although a condition is missing, by the ids that `conversations.casework` names."""


def start_of(card: Card) -> Start:
    """What the rule looks at."""
    return Start(card.parties, card.override)


def missing(card: Card) -> tuple[Words, ...]:
    """The conditions of a joint meeting that are missing, a line each."""
    return tuple(_line(condition) for condition in unmet(start_of(card)))


def _line(found: Unmet) -> Words:
    if not found.parent:
        return N_("• {condition}", condition=_MISSING[found.condition])
    return N_("• {parent}: {condition}", parent=parent_name(found.parent), condition=_MISSING[found.condition])


def form_name(card: Card) -> Text:
    """How the case starts, for its workers."""
    if not start_of(card).form:
        return N_("Start: not agreed yet")
    return N_("Start: jointly") if start_of(card).form == "joint" else N_("Start: separately")


def _start(scene: Scene) -> tuple[Paragraph, ...]:
    card = own(scene)
    if card is None:
        return (N_("This case is not available to you."),)
    wishes = tuple(
        word
        for party in card.parties
        for word in (
            parent_name(party.number),
            *told(PARENT, {"start": party.answers.get("start", ())}, scene, show_private=True),
        )
    )
    return (form_name(card), *((wishes,) if wishes else ()), *_rule(card), *_override(card))


def _rule(card: Card) -> tuple[Paragraph, ...]:
    lines = missing(card)
    if not lines:
        return (N_("A joint start is possible: every condition is there."),)
    if may_begin_jointly(start_of(card)):  # by an exception
        return ((N_("For a joint start is missing:"), *lines),)
    return ((N_("We start separately. For a joint start is missing:"), *lines),)


def _override(card: Card) -> tuple[Paragraph, ...]:
    if card.override is None:
        return () if not missing(card) or len(card.parties) < 2 else (_NEEDS_PAIR if not card.pair else (_NEEDS_TWO,))
    if card.override.agreed:
        return (N_("Two workers have agreed to an exception."),)
    return (N_("{name} asks for an exception. A second worker has to agree.", name=card.override.asked_by),)


_NEEDS_TWO = N_("An exception needs a reason and a second worker.")
_NEEDS_PAIR = (N_("An exception needs a reason and a second worker. Ask a work pair first."),)


def _can_ask(scene: Scene) -> bool:
    card = own(scene)
    two = card is not None and len(card.parties) == 2 and bool(card.pair)
    return two and card is not None and card.override is None and bool(missing(card))


def _is_asked(scene: Scene) -> bool:
    card = own(scene)
    return card is not None and card.override is not None and not card.override.agreed and not card.override.own


def _can_drop(scene: Scene) -> bool:
    card = own(scene)
    return card is not None and card.override is not None and not _is_asked(scene)


def _may_join(scene: Scene) -> bool:
    card = own(scene)
    return card is not None and may_begin_jointly(start_of(card))


def _agree(scene: Scene, form: Form) -> Effects:
    return (AgreeStart(case(scene), form),)


_TOLD = says(N_("Recorded. Every parent hears it in the same words."))

STARTING = (
    Menu(
        name="start",
        ask=_start,
        needs=("card",),
        looks="start",
        options=(
            Option("onward", N_("Meetings"), "meetings", when=lambda scene: bool(_form(scene))),
            Option(
                "separate",
                N_("Start separately"),
                "start",
                does=lambda scene: _agree(scene, "separate"),
                when=lambda scene: is_own(scene) and _form(scene) != "separate",
                says=_TOLD,
            ),
            Option(
                "joint",
                N_("Start jointly"),
                "start",
                does=lambda scene: _agree(scene, "joint"),
                when=lambda scene: _may_join(scene) and _form(scene) != "joint",
                says=_TOLD,
            ),
            Option("ask", N_("Ask for an exception"), "override", when=_can_ask),
            Option(
                "agree",
                N_("Agree to the exception"),
                "start",
                does=lambda scene: (AnswerOverride(case(scene), agreed=True),),
                when=_is_asked,
                says=says(N_("Recorded: two workers have agreed.")),
            ),
            Option(
                "refuse",
                N_("Do not agree"),
                "start",
                does=lambda scene: (AnswerOverride(case(scene), agreed=False),),
                when=_is_asked,
                says=says(N_("Recorded. Your colleague is told.")),
            ),
            Option(
                "drop",
                N_("Take the exception back"),
                "start",
                does=lambda scene: (AnswerOverride(case(scene), agreed=False),),
                when=_can_drop,
                says=says(N_("Recorded.")),
            ),
            Option("meetings", N_("Back to the meetings"), "meetings", when=lambda scene: not _form(scene)),
            TO_CARD,
        ),
    ),
    Menu(
        name="override",
        ask=lambda scene: (
            N_("Why a joint meeting although a condition is missing? A second worker is asked."),
            missing(card) if (card := own(scene)) else "",
        ),
        needs=("card",),
        options=(
            *reasons(
                OVERRIDE_REASONS,
                "start",
                lambda scene, reason: (AskOverride(case(scene), reason),),
                when=_can_ask,
                says=says(N_("Asked. You hear when your colleague has answered.")),
            ),
            TO_CARD,
        ),
    ),
)
"""The states around the start."""


def _form(scene: Scene) -> str:
    card = own(scene)
    return start_of(card).form if card else ""
