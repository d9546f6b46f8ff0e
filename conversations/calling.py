"""The wish of a parent to be called after the end: named, told apart from all feedback, and marked by a worker.

What the parent reads is the same whoever hears of it, and whatever the other parent has done since.
"""

from conversations.casework import Effects, case
from conversations.feedback_effects import AskForCall, MarkCalled
from conversations.flow import AskText, Depends, Menu, Option, Scene, Skip, State, When
from conversations.text import N_, Paragraph, Text


def can_ask(scene: Scene) -> bool:
    """Whether the person's meetings have ended, and no wish to be called stands."""
    return scene.facts.ended is not None and scene.facts.ended.call_on is None


def wished_says(scene: Scene) -> tuple[Paragraph, ...]:
    """For the screen after the end, which tells whom to contact."""
    ended = scene.facts.ended
    if ended is None or ended.call_on is None:
        return ()
    return (
        N_("You asked to be called, {day}. Your wish has been passed on if a worker is there.", day=ended.call_on),
        N_("If nobody calls you within three working days, please contact the association."),
    )


def _has_number(scene: Scene) -> bool:
    return bool(scene.answer("call_number")) or (scene.facts.ended is not None and scene.facts.ended.phone)


def _call(scene: Scene) -> tuple[Paragraph, ...]:
    goes = N_("Only this wish and your phone number go to them.")
    alone = N_("Only this wish goes to them. They have no phone number of yours.")
    return (
        N_("Do you want to be called? Then the workers see that it is you who asks."),
        goes if _has_number(scene) else alone,
    )


CALL = Option(
    "call",
    N_("I want to be called"),
    Depends(lambda scene: "call" if _has_number(scene) else "call_number", ("call", "call_number")),
    when=can_ask,
)
"""Leads to the question, over that for a number where none is known."""

CALLING: tuple[State, ...] = (
    AskText(
        name="call_number",
        ask=N_("Which number may they call?"),
        hint=N_("Type it, for example 040 123 4567."),
        problem=N_("I could not read a phone number. Please type it like 040 123 4567."),
        then="call",
        skip=Skip("call"),
        private=True,
    ),
    Menu(
        name="call",
        ask=_call,
        outside=True,
        options=(
            Option(
                "call",
                N_("Yes, call me"),
                "sent",
                does=lambda scene: (AskForCall(scene.answer("call_number")),),
                when=can_ask,
            ),
            Option("no", N_("No"), "sent"),
        ),
    ),
)
"""The states of the wish; they lead back to a state `sent`."""


# The workers


def _wishes(number: int) -> When:
    return lambda scene: any(wish.parent == number for wish in scene.facts.card.calls) if scene.facts.card else False


def _marks(number: int, label: Text) -> Option:
    def does(scene: Scene) -> Effects:
        return (MarkCalled(case(scene), number),)

    return Option(
        f"called_{number}",
        label,
        "card",
        does=does,
        when=_wishes(number),
        says=lambda scene: (N_("Recorded."),),
    )


CALLED = (_marks(1, N_("Parent 1 was called")), _marks(2, N_("Parent 2 was called")))
"""On the card: a worker has called back."""
