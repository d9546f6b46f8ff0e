"""The life of a case: its stages, the events that move it on, and who may cause them. The one declared state machine.

Every event of a case is logged (`bot.records.cases.log`), and an event that is listed here moves the case in the same
statement, or is refused. So the stage can always be derived again from the log alone. What is not listed moves nothing.
"""

from collections.abc import Iterable
from typing import Literal, get_args

Stage = Literal[
    "waiting", "claimed", "in_contact", "agreed", "meeting", "closing", "closed", "withdrawn", "not_started"
]
"""Waits for a worker; has one; a parent was reached; a meeting is agreed; one was held; the end is proposed; and the
three ends."""

Who = Literal["parent", "professional", "worker", "lead", "service"]

STAGES: tuple[Stage, ...] = get_args(Stage)
ENDED: tuple[Stage, ...] = ("closed", "withdrawn", "not_started")
OPEN: tuple[Stage, ...] = tuple(stage for stage in STAGES if stage not in ENDED)
WITH_WORKER: tuple[Stage, ...] = tuple(stage for stage in OPEN if stage != "waiting")


def _stay(*stages: Stage) -> dict[Stage, Stage]:
    return {stage: stage for stage in stages}


def _all(stages: tuple[Stage, ...], *, to: Stage) -> dict[Stage, Stage]:
    return dict.fromkeys(stages, to)


MOVES: dict[str, dict[Stage, Stage]] = {
    "claimed": _all(("waiting",), to="claimed"),
    "reached": _stay(*WITH_WORKER) | _all(("claimed",), to="in_contact"),
    "agreed": _stay("agreed", "meeting", "closing") | _all(("claimed", "in_contact"), to="agreed"),
    "not_agreed": _stay(*WITH_WORKER) | _all(("agreed",), to="in_contact"),
    "held": _stay("closing") | _all(("claimed", "in_contact", "agreed", "meeting"), to="meeting"),
    "closing": _all(("claimed", "in_contact", "agreed", "meeting"), to="closing"),
    "closing_off": _all(("closing",), to="in_contact"),
    "closing_off_agreed": _all(("closing",), to="agreed"),
    "closing_off_held": _all(("closing",), to="meeting"),
    "closed": _all(("closing",), to="closed"),
    "given_back": _all(WITH_WORKER, to="waiting"),
    "withdrawn": _all(OPEN, to="withdrawn"),
    "not_started": _all(("claimed", "in_contact", "agreed"), to="not_started"),
    "reopened": _all(("closed",), to="claimed"),
}
"""For each event that moves a case: from which stage to which. In any other stage it is refused."""

BY: dict[str, tuple[Who, ...]] = {
    "opened": ("parent", "professional"),
    "claimed": ("worker",),
    "reached": ("worker",),
    "agreed": ("worker", "parent", "service"),
    "not_agreed": ("worker", "parent", "service"),
    "held": ("worker",),
    "closing": ("worker",),
    "closing_off": ("worker",),
    "closing_off_agreed": ("worker",),
    "closing_off_held": ("worker",),
    "closed": ("worker",),
    "given_back": ("worker", "lead", "parent", "service"),
    "withdrawn": ("parent", "worker", "service"),
    "not_started": ("worker",),
    "reopened": ("parent",),
}
"""Who may cause it. `conversations.access` says which worker or lead."""


class Illegal(LookupError):
    """The event cannot happen in this stage: refused as whatever is not there."""


def after(stage: Stage, event: str) -> Stage:
    """The stage of a case after an event; an `Illegal` if it cannot happen now."""
    if event not in MOVES:
        return stage
    if stage not in MOVES[event]:
        raise Illegal(f"{event} in {stage}")
    return MOVES[event][stage]


def replayed(events: Iterable[str]) -> Stage:
    """The stage that follows from a case's log."""
    stage: Stage = "waiting"
    for event in events:
        stage = after(stage, event)
    return stage
