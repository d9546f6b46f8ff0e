"""More about a case: its timeline, corrections, its end before it began, a conflict of interest."""

from msgspec.structs import replace

from conversations import life
from conversations.card import timeline_says
from conversations.casework import (
    TO_CARD,
    case,
    is_own,
    one_party,
    own,
    own_where,
    parties,
    party_of,
    reasons,
    stands,
    the_party,
    whose,
)
from conversations.child_start import CHILD_FEEDBACK
from conversations.closing import can_end
from conversations.contact import lets
from conversations.effects import CorrectFact, DeclareConflict, EndCase
from conversations.facts import Card
from conversations.flow import Ask, AskMany, Item, Listed, Menu, Option, Scene, says
from conversations.parent import PARENT
from conversations.text import N_, Paragraph, Words

_NO_PARENT = ("professional",)
"""Choices by which somebody is no parent at all, so that they correct nothing a parent told."""

_NOT_STARTED = ("unreachable", "other_service", "not_suitable", "other")


def _can_correct(scene: Scene) -> bool:
    return is_own(scene) and scene.answer("question") in {item.value for item in _correctable(scene)}


def _correctable(scene: Scene) -> tuple[Item, ...]:
    """Single and multiple choices that were asked. What a parent said of their own safety stays as it was said; the
    contact with the other parent can be recorded anew after a talk alone."""
    party = party_of(scene)
    if party is None:
        return ()
    found = []
    for name, state in PARENT.states.items():
        alone = name == "contact_other" and lets(party, "record anew")
        if not isinstance(state, Ask | AskMany) or not state.title or name not in party.answers:
            continue
        if (alone or not state.private) and name not in ("region", "association"):
            found.append(Item(name, state.plainly or state.title))
    return tuple(found)


def _choices(scene: Scene) -> tuple[Item, ...]:
    state = PARENT.states.get(scene.answer("question"))
    if not isinstance(state, Ask | AskMany):
        return ()
    return tuple(Item(option.value, option.label) for option in state.options if option.value not in _NO_PARENT)


def _corrected(scene: Scene) -> tuple[str, ...]:
    """The answer with the choice: in place of the old one, or added to and taken from several."""
    party, chosen, question = party_of(scene), scene.answer("value"), scene.answer("question")
    if party is None or not isinstance(PARENT.states.get(question), AskMany):
        return (chosen,)
    old = party.answers.get(question, ())
    return tuple(v for v in old if v != chosen) if chosen in old else (*old, chosen)


def _labels(values: tuple[str, ...], scene: Scene) -> tuple[Words, ...]:
    found = tuple(item.label for item in _choices(scene) if item.value in values)
    return found or (N_("not told"),)


def _correction(scene: Scene) -> tuple[Paragraph, ...]:
    party = party_of(scene)
    old = party.answers.get(scene.answer("question"), ()) if party else ()
    return (
        N_("It was: {answer}", answer=_labels(old, scene)),
        N_("It becomes: {answer}", answer=_labels(_corrected(scene), scene)),
    )


_GOES_ON = (N_("The case goes on for the other parent."),)


def _who(scene: Scene) -> int:
    party = party_of(scene)
    return party.person if party else 0


def _is_clear(scene: Scene) -> bool:
    """Whether it is clear who withdraws."""
    card = own(scene)
    return card is not None and (party_of(scene) is not None or not card.parties)


def _may_not_start(card: Card) -> bool:
    """Whoever has met ends together (`conversations.closing`), even if others have the case by now."""
    return card.stage in life.MOVES["not_started"] and not card.met


ABOUT = (
    Menu(
        name="about",
        ask=N_("What do you want to do with this case?"),
        needs=("card",),
        options=(
            Option("timeline", N_("What has happened"), "timeline", when=is_own),
            Option(
                "correct",
                N_("Correct an answer"),
                one_party("correct", "correct_whose"),
                when=own_where(lambda card: bool(card.parties)),
            ),
            replace(CHILD_FEEDBACK, when=is_own),
            Option("closing", N_("End the meetings"), "closing", when=own_where(can_end)),
            Option("withdraw", N_("The parent withdraws"), one_party("withdraw", "withdraw_who"), when=is_own),
            Option("not_started", N_("It does not start"), "not_started", when=own_where(_may_not_start)),
            Option("conflict", N_("I must not see this"), "conflict", when=is_own),
            TO_CARD,
        ),
    ),
    Menu(name="timeline", ask=timeline_says, needs=("card", "timeline"), looks="timeline", options=(TO_CARD,)),
    Menu(
        name="correct_whose", ask=N_("Whose answer?"), needs=("card",), listed=Listed(parties, "correct"), saves="party"
    ),
    Menu(
        name="correct",
        ask=N_("Which answer do you want to correct?"),
        needs=("card",),
        listed=Listed(_correctable, "correct_to"),
        saves="question",
        options=(TO_CARD,),
    ),
    Menu(
        name="correct_to",
        ask=N_("What is right?"),
        needs=("card",),
        listed=Listed(_choices, "correct_check"),
        saves="value",
        options=(TO_CARD,),
    ),
    Menu(
        name="correct_check",
        ask=_correction,
        needs=("card",),
        looks="answer",
        options=(
            Option(
                "save",
                N_("Save the correction"),
                "card",
                does=lambda scene: (
                    CorrectFact(case(scene), the_party(scene).person, scene.answer("question"), _corrected(scene)),
                ),
                when=_can_correct,
                says=says(N_("Recorded.")),
            ),
            TO_CARD,
        ),
    ),
    Menu(
        name="withdraw_who", ask=N_("Which parent?"), needs=("card",), listed=Listed(parties, "withdraw"), saves="party"
    ),
    Menu(
        name="withdraw",
        ask=lambda scene: (
            *whose(scene),
            N_("Does the parent withdraw the request? What the parent told is removed."),
            *(_GOES_ON if len(scene.facts.card.parties if scene.facts.card else ()) > 1 else ()),
        ),
        needs=("card",),
        options=(
            Option(
                "withdraw",
                N_("Yes, withdraw it"),
                "menu",
                does=lambda scene: (EndCase(case(scene), "withdrawn", party=_who(scene)),),
                when=_is_clear,
                says=says(N_("The request was withdrawn.")),
            ),
            TO_CARD,
        ),
    ),
    Menu(
        name="not_started",
        ask=N_("Why do the meetings not start? What the parent told is removed, the reason is counted."),
        needs=("card",),
        options=(
            *reasons(
                _NOT_STARTED,
                "menu",
                lambda scene, reason: (EndCase(case(scene), "not_started", reason),),
                when=own_where(_may_not_start),
                says=says(N_("Recorded.")),
            ),
            TO_CARD,
        ),
    ),
    Menu(
        name="conflict",
        ask=N_("Do you know these people, or must you not see this case? You will not see it any more, anywhere."),
        needs=("card",),
        options=(
            Option(
                "yes",
                N_("Yes, hide it from me"),
                "menu",
                does=lambda scene: (DeclareConflict(case(scene)),),
                when=stands("own", "queue", "asked"),
                says=says(N_("You will not see this case any more.")),
            ),
            TO_CARD,
        ),
    ),
)
"""The states behind "More about the case"."""
