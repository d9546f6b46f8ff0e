"""When the other parent may be invited: what a parent decided about it × whether a worker has talked with them alone.

The one table of this rule. Buttons, commands and corrections all ask it, and so does the parent's own link.
"""

from collections.abc import Mapping
from typing import Literal

from conversations.facts import Party

Answers = Mapping[str, tuple[str, ...]]
Step = Literal["invite", "record anew"]

CONTACT: dict[tuple[str, bool], tuple[Step, ...]] = {
    ("yes", False): ("invite",),
    ("yes", True): ("invite", "record anew"),
    ("talk_first", False): (),
    ("talk_first", True): ("record anew",),
    ("not_yet", False): (),
    ("not_yet", True): ("record anew",),
    ("not_safe", False): (),
    ("not_safe", True): ("record anew",),
    ("skipped", False): (),
    ("skipped", True): ("record anew",),
}
"""What a worker may do about the other parent. From any value but "yes" the only way to an invitation is a talk alone
and then the parent's new word, recorded by the worker."""


def allows(step: Step, decision: str, talked_alone: bool) -> bool:
    """Whether the worker may take this step now; a question that was left out counts as skipped."""
    return step in CONTACT[decision or "skipped", talked_alone]


def lets(party: Party, step: Step) -> bool:
    """Whether what this party decided lets the worker take the step."""
    return allows(step, decided(party.answers, party.reconsidered), party.talked_alone_on is not None)


def decided(answers: Answers, reconsidered: bool) -> str:
    """What a parent decided. A yes that took the place of another answer in the chat counts once somebody has talked
    with the parent: whoever holds the phone could have pressed it."""
    told = next(iter(answers.get("contact_other", ())), "")
    return "talk_first" if told == "yes" and reconsidered else told


def hands_over(answers: Answers, reconsidered: bool, talked_alone: bool) -> bool:
    """Whether a parent may give the other a link without waiting for a worker to make it: both apply together, the
    decision is yes, and the parent is not afraid or has been talked with alone, as they were promised."""
    together, unafraid = answers.get("together") == ("together",), answers.get("afraid") == ("no",)
    yes = allows("invite", decided(answers, reconsidered), talked_alone)
    return together and yes and (unafraid or talked_alone)
