"""Who may see or do what with a case: role × action → the relations to the case in which it is allowed.

One table for lists, searches, cards, buttons, commands and notices alike; what is not in it is refused, and refused
looks like unknown. How a case stands to a person is decided in one place too: `bot.records.standing`.
"""

from typing import Literal, get_args

from conversations.facts import Role

Relation = Literal[
    "queue", "own", "asked", "unattended", "colleague's", "closed", "ended", "conflict", "party", "elsewhere"
]
"""How a case stands to a person with a seat: it waits for anybody; the person works on it, or is asked to; its workers
are all away or gone; others work on it; it is closed and was the person's own; it is over; the person has declared a
conflict of interest; the person is or was a party of it; it belongs to another association. The first that fits from
the end counts."""

Action = Literal[
    "list",
    "open",
    "glance",
    "claim",
    "work",
    "answer",
    "declare conflict",
    "invite",
    "assign",
    "count",
    "hear of new",
    "hear of moved",
    "hear of withdrawn",
    "hear of reply",
    "hear of rating",
    "hear of invitation",
    "hear of question",
    "hear of change",
    "hear of answer",
    "hear of unattended",
    "hear of unclaimed",
    "hear of long unclaimed",
    "hear of no meeting",
    "hear of meeting",
    "hear of call",
    "hear of unheard call",
    "hear of left call",
    "call back",
    "ask child",
    "hear of child",
    "hear of child at last",
]
"""`open` is the whole card, `glance` its reference and dates; `work` is everything that is done on an own case;
`answer` is to a colleague's question; `invite` is all about the other parent's coming; `assign` is a lead's; `call
back` is to a former parent who wishes it: of an unheard call the leads hear, of a left one, where no lead is there
either, all who work there; `ask child` begins a child's feedback, and `hear of child` that this child wishes to talk
with an adult: leads only where no worker hears it at once, and `at last`, without the case, whoever is there."""

ALLOWED: dict[tuple[Role, Action], tuple[Relation, ...]] = {
    ("worker", "list"): ("queue", "own", "asked"),
    ("worker", "open"): ("queue", "own", "asked", "closed"),
    ("worker", "glance"): ("unattended", "colleague's"),
    ("worker", "claim"): ("queue",),
    ("worker", "work"): ("own",),
    ("worker", "answer"): ("asked",),
    ("worker", "declare conflict"): ("queue", "own", "asked"),
    ("worker", "invite"): ("own",),
    ("worker", "count"): ("queue", "own", "asked", "unattended", "colleague's"),
    ("worker", "hear of new"): ("queue",),
    ("worker", "hear of moved"): ("queue",),
    ("worker", "hear of withdrawn"): ("own",),
    ("worker", "hear of reply"): ("own",),
    ("worker", "hear of rating"): ("own", "closed"),
    ("worker", "hear of invitation"): ("own",),
    ("worker", "hear of question"): ("asked",),
    ("worker", "hear of change"): ("own",),
    ("worker", "hear of answer"): ("own",),
    ("worker", "hear of no meeting"): ("own",),
    ("worker", "hear of meeting"): ("own",),
    ("worker", "hear of call"): ("own", "closed"),
    ("worker", "hear of left call"): ("queue", "unattended", "colleague's", "ended"),
    ("worker", "call back"): ("own", "closed"),
    ("worker", "ask child"): ("own", "closed"),
    ("worker", "hear of child"): ("own", "closed"),
    ("worker", "hear of child at last"): (
        "queue",
        "own",
        "asked",
        "unattended",
        "colleague's",
        "closed",
        "ended",
    ),
    ("lead", "list"): ("queue", "unattended"),
    ("lead", "glance"): ("queue", "unattended", "colleague's"),
    ("lead", "assign"): ("unattended",),
    ("lead", "count"): ("queue", "unattended", "colleague's"),
    ("lead", "hear of new"): ("queue",),
    ("lead", "hear of moved"): ("queue",),
    ("lead", "hear of answer"): ("unattended",),
    ("lead", "hear of unattended"): ("unattended",),
    ("lead", "hear of unclaimed"): ("queue",),
    ("lead", "hear of no meeting"): ("queue", "unattended", "colleague's"),
    ("lead", "hear of unheard call"): ("queue", "unattended", "colleague's", "ended"),
    ("lead", "hear of child"): ("queue", "unattended", "colleague's", "ended"),
    ("coordinator", "count"): ("queue", "unattended", "colleague's"),
    ("coordinator", "hear of long unclaimed"): ("queue",),
}

RELATIONS: tuple[Relation, ...] = get_args(Relation)
ACTIONS: tuple[Action, ...] = get_args(Action)


def allowed(role: Role, action: Action, relation: Relation) -> bool:
    """Whether a person with this role may do this with a case in this relation."""
    return relation in ALLOWED.get((role, action), ())


def relations(role: Role, action: Action) -> tuple[Relation, ...]:
    """The relations in which a role may do something, for filtering whole lists."""
    return ALLOWED.get((role, action), ())
