"""When the other parent may be invited: what a parent decided about it × whether a worker has talked with them alone.

The one table of this rule. Buttons, commands and corrections all ask it.
"""

from typing import Literal

from conversations.facts import Party

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
    decision = next(iter(party.answers.get("contact_other", ())), "")
    return allows(step, decision, party.talked_alone_on is not None)
