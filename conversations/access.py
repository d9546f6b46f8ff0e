"""Who may see or do what with a case: role × action → the relations to the case in which it is allowed.

One table for lists, cards, buttons and notices alike; what is not in it is refused, and refused looks like unknown.
"""

from typing import Literal

from conversations.facts import Role

Action = Literal["list", "open", "claim", "count", "hear of new", "hear of moved", "hear of withdrawn"]
Relation = Literal["queue", "own", "colleague's"]
"""How a case of the person's own association stands to the person: waiting for anybody, claimed by the person, claimed
by somebody else. Cases of other associations have no relation and are never seen."""

ALLOWED: dict[tuple[Role, Action], tuple[Relation, ...]] = {
    ("worker", "list"): ("queue", "own"),
    ("worker", "open"): ("queue", "own"),
    ("worker", "claim"): ("queue",),
    ("worker", "count"): ("queue", "own", "colleague's"),
    ("worker", "hear of new"): ("queue",),
    ("worker", "hear of moved"): ("queue",),
    ("worker", "hear of withdrawn"): ("own",),
    ("lead", "list"): ("queue",),
    ("lead", "count"): ("queue", "own", "colleague's"),
    ("lead", "hear of new"): ("queue",),
    ("lead", "hear of moved"): ("queue",),
    ("coordinator", "count"): ("queue", "own", "colleague's"),
}


def allowed(role: Role, action: Action, relation: Relation) -> bool:
    """Whether a person with this role may do this with a case in this relation."""
    return relation in ALLOWED.get((role, action), ())
