"""How a worker ends a case: the end is proposed, the last meeting is summed up, what next is chosen, and it is closed.

Until it is closed all of it can be taken back, and no parent hears of it. No free text is kept.
"""

from datetime import timedelta

from conversations import life
from conversations.casework import REASONS, TO_CARD, Effects, case, is_own, own, own_where, reasons
from conversations.closing_effects import CloseCase, ProposeClosing, RecordSummary, TakeBackClosing
from conversations.ended import ENDED, NEXT, next_says
from conversations.facts import Card, Meeting
from conversations.flow import AskMany, Item, Menu, Option, Scene, State, says
from conversations.text import N_, Paragraph, Words

_WHY = ("end_agreed", "contact_lost", "parents_withdrew", "moved_on")
_NOT_SUMMED = ("contact_lost", "not_wanted", "obstacle", "other")

_RECORDED = says(N_("Recorded."))


def can_end(card: Card) -> bool:
    """Whether the end can be proposed, or is."""
    return card.stage == "closing" or card.stage in life.MOVES["closing"]


def _coming(scene: Scene) -> Meeting | None:
    """The next agreed meeting that is not over."""
    card = own(scene)
    held = [m for m in card.meetings if m.status == "agreed"] if card else []
    ahead = [m for m in held if m.starts and m.starts + timedelta(minutes=m.minutes) > scene.facts.now]
    return min(ahead, key=lambda m: m.starts or scene.facts.now, default=None)


def _is_proposed(scene: Scene) -> bool:
    card = own(scene)
    return card is not None and card.stage == "closing"


def _is_summed(scene: Scene) -> bool:
    card = own(scene)
    return _is_proposed(scene) and card is not None and bool(card.summed)


def _can_close(scene: Scene) -> bool:
    return _is_summed(scene) and _coming(scene) is None


def stands_at(card: Card) -> tuple[Words, ...]:
    """How far the end of a case is."""
    if card.stage != "closing":
        return ()
    why = N_("The end is proposed: {reason}", reason=REASONS.get(card.closing, card.closing))
    if not card.summed:
        return (why,)
    return (why, N_("Summary of the last meeting: {outcome}", outcome=REASONS.get(card.summed, card.summed)))


def _hindered(scene: Scene) -> tuple[Paragraph, ...]:
    coming = _coming(scene)
    if coming is None or coming.starts is None:
        return ()
    return (
        N_(
            "A meeting is agreed: {moment}. Hold it or cancel it first; then you can close the case.",
            moment=coming.starts,
        ),
    )


def _closing(scene: Scene) -> tuple[Paragraph, ...]:
    card = own(scene)
    if card is None or not can_end(card):
        return (N_("The end of this case cannot be proposed now."),)
    if card.stage != "closing":
        return (N_("How was the end agreed?"), N_("The parents hear nothing before you close the case."))
    return (stands_at(card), *_hindered(scene))


def _propose(scene: Scene, reason: str) -> Effects:
    return (ProposeClosing(case(scene), reason),)


def _summed(scene: Scene, outcome: str) -> Effects:
    return (RecordSummary(case(scene), outcome),)


def _close(scene: Scene) -> tuple[Paragraph, ...]:
    """Exactly what every parent reads."""
    facts = scene.facts
    if not _can_close(scene):
        return _closing(scene)
    own_one = tuple(a for a in facts.associations if facts.seat and a.id == facts.seat.association)
    until = (facts.now + timedelta(hours=facts.closed_hours)).date()
    told = scene.answers.get("what_next", ())
    return (
        N_("This is what every parent of the case reads, each at a safe time:"),
        ENDED,
        *next_says(told, until, own_one, facts.lines, facts.locale),
    )


CLOSING: tuple[State, ...] = (
    Menu(
        name="closing",
        ask=_closing,
        needs=("card",),
        options=(
            *reasons(_WHY, "summing", _propose, when=own_where(lambda card: card.stage in life.MOVES["closing"])),
            Option("summing", N_("Summary"), "summing", when=lambda s: _is_proposed(s) and not _is_summed(s)),
            Option("meetings", N_("Meetings"), "meetings", when=lambda s: _is_proposed(s) and _coming(s) is not None),
            Option("what_next", N_("What next"), "what_next", when=_can_close),
            Option(
                "off",
                N_("The case goes on"),
                "card",
                does=lambda scene: (TakeBackClosing(case(scene)),),
                when=_is_proposed,
                says=says(N_("The end is not proposed any more.")),
            ),
            TO_CARD,
        ),
    ),
    Menu(
        name="summing",
        ask=(
            lambda scene: (
                N_("Summary and evaluation of the last meeting. Have you gone through these together?"),
                (
                    N_("• The goals, and how far they were reached"),
                    N_("• What has helped"),
                    N_("• What goes on after the service"),
                    N_("• The situation of the children"),
                ),
            )
        ),
        needs=("card",),
        options=(
            Option(
                "done",
                N_("Yes, all of them"),
                "closing",
                does=lambda scene: _summed(scene, "summed"),
                when=_is_proposed,
                says=_RECORDED,
            ),
            Option("not_possible", N_("It was not possible"), "not_summed", when=_is_proposed),
            TO_CARD,
        ),
    ),
    Menu(
        name="not_summed",
        ask=N_("Why was there no summary?"),
        needs=("card",),
        options=(*reasons(_NOT_SUMMED, "closing", _summed, when=_is_proposed, says=_RECORDED), TO_CARD),
    ),
    AskMany(
        name="what_next",
        ask=N_("What do the parents read about what next? The association's contact is told in any case."),
        options=tuple(Item(name, label) for name, (label, _) in NEXT.items()),
        then="close",
    ),
    Menu(
        name="close",
        ask=_close,
        needs=("card",),
        options=(
            Option(
                "close",
                N_("Close the case"),
                "card",
                does=lambda scene: (CloseCase(case(scene), scene.answers.get("what_next", ())),),
                when=_can_close,
                says=says(N_("The case was closed. The parents hear it at a safe time.")),
            ),
            Option("meetings", N_("Meetings"), "meetings", when=lambda s: is_own(s) and _coming(s) is not None),
            TO_CARD,
        ),
    ),
)
"""The states behind "End the meetings"."""
