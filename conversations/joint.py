"""When two parents may meet together: the conditions of a joint start and of every couple or family meeting.

The one place of this rule. A meeting that misses a condition needs a reason and two workers; nobody's "I don't know"
becomes a yes.
"""

from typing import Literal

from msgspec import Struct

from conversations.contact import lets
from conversations.facts import Form, Override, Party

Condition = Literal["two_parents", "phone_safe", "afraid", "contact_other", "start", "talked_alone"]

_SAID: dict[Condition, str] = {"phone_safe": "yes", "afraid": "no", "start": "joint"}
"""What each parent, asked alone, must have answered, besides a yes to contact with the other."""


class Unmet(Struct, frozen=True):
    """A condition that is missing, and the number of the parent it is about; 0 for none of them."""

    condition: Condition
    parent: int = 0


class Start(Struct, frozen=True):
    """What the rule looks at: the parents of a case and an exception."""

    parties: tuple[Party, ...] = ()
    override: Override | None = None

    @property
    def form(self) -> Form | Literal[""]:
        """How the case starts, "" until every parent of it has been told the same."""
        told = {party.form for party in self.parties}
        return told.pop() if len(told) == 1 else ""


def unmet(start: Start) -> tuple[Unmet, ...]:
    """Every condition that is missing; a question that was left out is missing too."""
    found = [] if len(start.parties) == 2 else [Unmet("two_parents")]
    for party in start.parties:
        missing = [condition for condition, said in _SAID.items() if party.answers.get(condition) != (said,)]
        missing += ["contact_other"] if not lets(party, "invite") else []
        missing += ["talked_alone"] if party.talked_alone_on is None else []
        found += [Unmet(condition, party.number) for condition in missing]
    return tuple(found)


def may_begin_jointly(start: Start) -> bool:
    """Whether the workers may agree a joint start."""
    return not unmet(start) or (start.override is not None and start.override.agreed)


def may_meet_jointly(start: Start) -> bool:
    """Whether a couple or family meeting may be offered and agreed: under the same conditions, and not before the
    separate meetings where the start is separate."""
    begun = start.form == "joint" or (start.form == "separate" and all(p.met_alone for p in start.parties))
    return begun and may_begin_jointly(start)
