"""How a worker ends a case: the end is proposed, the last meeting is summed up, what next is chosen, and it is closed.

Until it is closed all of it can be taken back, and no parent hears of it. No free text is kept.
"""

from datetime import datetime, timedelta

from conversations import life
from conversations.casework import (
    REASONS,
    TO_CARD,
    Effects,
    case,
    is_own,
    one_party,
    own,
    own_where,
    parent_name,
    parties,
    reasons,
)
from conversations.closing_effects import CloseCase, ProposeClosing, RecordSummary, TakeBackClosing
from conversations.ended import ENDED, NEXT, next_says
from conversations.facts import Card, Meeting
from conversations.flow import AskMany, Depends, Item, Listed, Menu, Option, Scene, State, says
from conversations.text import N_, Paragraph, Words

TOGETHER = "end_agreed"
"""The end that was agreed with every parent: only what has begun can end so."""

WITHOUT = ("contact_lost", "parents_withdrew", "moved_on")
"""Why a case ends without agreement."""

SUMMED = "summed"
"""The last meeting was summed up: only where one was held."""

NOT_SUMMED = ("contact_lost", "not_wanted", "obstacle", "other")
"""Why it was not."""

_RECORDED = says(N_("Recorded."))


def can_end(card: Card) -> bool:
    """Whether the end can be proposed, or is."""
    return card.stage == "closing" or card.stage in life.MOVES["closing"]


def _unsettled(scene: Scene) -> Meeting | None:
    """The first agreed meeting: it is to be held or to be recorded."""
    card = own(scene)
    agreed = [m for m in card.meetings if m.starts] if card else []
    return min(agreed, key=lambda m: m.starts or scene.facts.now, default=None)


def _is_over(meeting: Meeting, now: datetime) -> bool:
    return meeting.starts is not None and meeting.starts + timedelta(minutes=meeting.minutes) <= now


def _not_recorded(scene: Scene) -> bool:
    first = _unsettled(scene)
    return first is not None and _is_over(first, scene.facts.now)


def _is_proposed(scene: Scene) -> bool:
    card = own(scene)
    return card is not None and card.stage == "closing"


def _is_summed(scene: Scene) -> bool:
    card = own(scene)
    return _is_proposed(scene) and card is not None and bool(card.summed)


def _can_close(scene: Scene) -> bool:
    card = own(scene)
    return _is_summed(scene) and _unsettled(scene) is None and card is not None and is_agreed(card)


def is_agreed(card: Card) -> bool:
    """Whether nobody is missing who would have to agree to the end as it is proposed."""
    alone = card.closing != TOGETHER or len(card.parties) < 2
    return alone or {party.number for party in card.parties} <= {*card.agreed_end}


def stands_at(card: Card) -> tuple[Words, ...]:
    """How far the end of a case is."""
    if card.stage != "closing":
        return ()
    lines: list[Words] = [N_("The end is proposed: {reason}", reason=REASONS.get(card.closing, card.closing))]
    if card.agreed_end:
        lines.append(N_("Agreed to the end: {who}", who=tuple(map(parent_name, card.agreed_end))))
    if card.summed:
        lines.append(N_("Summary of the last meeting: {outcome}", outcome=REASONS.get(card.summed, card.summed)))
    return tuple(lines)


def _hindered(scene: Scene) -> tuple[Paragraph, ...]:
    first, card = _unsettled(scene), own(scene)
    if first and first.starts and _not_recorded(scene):
        at = first.starts
        return (N_("The meeting {moment} is not recorded. Record it first; then you can close the case.", moment=at),)
    if first and first.starts:
        at = first.starts
        said = N_("A meeting is agreed: {moment}. Hold it or cancel it first; then you can close the case.", moment=at)
        return (said,)
    if card and not is_agreed(card):
        return (N_("Not every parent of the case has agreed to the end. Let the case go on, then propose it anew."),)
    return ()


def _can_propose(card: Card) -> bool:
    return card.stage in life.MOVES["closing"]


def _may_not_start(scene: Scene) -> bool:
    """Nothing was held, and nothing has to be recorded that could have been."""
    card = own(scene)
    return card is not None and not card.met and card.stage in life.MOVES["not_started"] and not _not_recorded(scene)


def _closing(scene: Scene) -> tuple[Paragraph, ...]:
    card = own(scene)
    if card is None or not can_end(card):
        return (N_("The end of this case cannot be proposed now."),)
    if card.stage != "closing":
        heard = N_("The parents hear nothing before you close the case.")
        if card.met:
            return (N_("How was the end agreed?"), *_hindered(scene), heard)
        first = (_NOT_BEGUN,) if _may_not_start(scene) else _hindered(scene)
        return (N_("Why does the case end? No meeting was held."), *first, heard)
    return (stands_at(card), *_hindered(scene))


_NO_START = N_("It does not start")
_NOT_BEGUN = N_("If the meetings do not begin at all, choose “{choice}”.", choice=_NO_START)

_SUMMARY = Depends(
    lambda scene: "summing" if (card := own(scene)) and card.met else "not_summed", ("summing", "not_summed")
)
"""What was never held cannot be summed up."""


def _together(scene: Scene) -> tuple[int, ...]:
    """The parents of the case who are chosen as agreeing to its end."""
    chosen = scene.answers.get("agreed_end", ())
    return tuple(int(item.value) for item in parties(scene) if item.value in chosen)


def _all_agree(scene: Scene) -> bool:
    card = own(scene)
    found = card is not None and card.met and _can_propose(card) and len(card.parties) > 1
    return found and len(_together(scene)) == len(parties(scene))


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
        saves="agreed_end",
        options=(
            Option(
                TOGETHER,
                REASONS[TOGETHER],
                one_party("summing", "end_agreed"),
                does=lambda scene: _propose(scene, TOGETHER) if len(parties(scene)) < 2 else (),
                when=own_where(lambda card: _can_propose(card) and card.met),
            ),
            *reasons(WITHOUT, _SUMMARY, _propose, when=own_where(_can_propose)),
            Option("not_started", _NO_START, "not_started", when=_may_not_start),
            Option("summing", N_("Summary"), _SUMMARY, when=lambda s: _is_proposed(s) and not _is_summed(s)),
            Option(
                "meetings",
                N_("Meetings"),
                "meetings",
                when=lambda s: _not_recorded(s) or (_is_proposed(s) and _unsettled(s) is not None),
            ),
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
        name="end_agreed",
        ask=(
            lambda scene: (
                N_("Who has agreed to the end? Press each of them."),
                N_("If one has not, choose another reason or talk with them first."),
            )
        ),
        needs=("card",),
        listed=Listed(parties, "end_agreed"),
        saves="agreed_end",
        gathers=2,
        columns=2,
        options=(
            Option(
                "propose",
                N_("Continue"),
                "summing",
                does=lambda scene: (ProposeClosing(case(scene), TOGETHER, _together(scene)),),
                when=_all_agree,
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
                does=lambda scene: _summed(scene, SUMMED),
                when=lambda s: _is_proposed(s) and own_where(lambda card: card.met)(s),
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
        options=(*reasons(NOT_SUMMED, "closing", _summed, when=_is_proposed, says=_RECORDED), TO_CARD),
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
            Option("meetings", N_("Meetings"), "meetings", when=lambda s: is_own(s) and _unsettled(s) is not None),
            TO_CARD,
        ),
    ),
)
"""The states behind "End the meetings"."""
