"""The promise: a first meeting within about a week of the first contact. Later needs a reason, and is said honestly."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal

from conversations.effects import AskOtherWay, MoveCase
from conversations.flow import Does, Item, Listed, Menu, Option, Scene, State, says
from conversations.text import N_, Paragraph, Text, Words


def is_late(times: Iterable[datetime], by: date) -> bool:
    """Whether one of these moments, given in Finland's time, is later than the promised day."""
    return any(at.date() > by for at in times)


FEW = 5
"""A share of fewer cases than this is not shown: it could be about somebody."""


def promise_kept(kept: int, promised: int) -> Text:
    """How often an association kept the promise."""
    if promised < FEW:
        return N_("First meeting within the promised week: too few cases to show")
    return N_("First meeting within the promised week: {kept} of {promised}", kept=kept, promised=promised)


def missed(scene: Scene) -> bool:
    """Whether a parent's first meeting comes later than promised. Who was invited was promised no day."""
    request = scene.facts.request
    return request is not None and request.late and not request.invited


def comes_late(by: date) -> Text:
    """Said as soon as it is known that the first meeting misses the promised day."""
    return N_("The first meeting comes later than {day}, which we aim for. We are sorry.", day=by)


GOES_ON = N_("Your meetings go on. Your worker agrees the next time with you.")
"""Said instead of a first meeting to whoever has had one."""


def _late(scene: Scene) -> tuple[Paragraph, ...]:
    request = scene.facts.request
    if request is None:
        return (N_("There is no open request. You can begin again with /start."),)
    by = request.first_meeting_by
    passed = N_("The first meeting should have been held by {day} at the latest. We are sorry that it was not.", day=by)
    return (
        passed if scene.facts.today > by else comes_late(by),
        N_("You can wish another way to begin. Your place is kept until you choose another association."),
    )


def _others(scene: Scene) -> tuple[Item, ...]:
    own = scene.facts.request.association if scene.facts.request else ""
    return tuple(Item(a.id, a.name) for a in scene.facts.associations if a.id != own)


def _named(scene: Scene) -> Words:
    chosen = scene.answer("elsewhere")
    return next((item.label for item in _others(scene) if item.value == chosen), "")


def _wish(way: Literal["remote", "worker"]) -> Does:
    return lambda scene: (AskOtherWay(way),)


def _has_worker(scene: Scene) -> bool:
    return missed(scene) and scene.facts.request is not None and scene.facts.request.status == "claimed"


_HOME = Option("home", N_("Front page"), "sent")
_WISHED = says(N_("The association hears your wish and contacts you."))

LATE: tuple[State, ...] = (
    Menu(
        name="late",
        ask=_late,
        options=(
            Option("remote", N_("A remote meeting"), "sent", when=missed, does=_wish("remote"), says=_WISHED),
            Option("worker", N_("Another worker"), "sent", when=_has_worker, does=_wish("worker"), says=_WISHED),
            Option("elsewhere", N_("Another association"), "elsewhere", when=lambda s: missed(s) and bool(_others(s))),
            _HOME,
        ),
    ),
    Menu(
        name="elsewhere",
        ask=N_("Which association suits you? Meetings can also be held remotely."),
        listed=Listed(_others, "elsewhere_check"),
        saves="elsewhere",
        options=(_HOME,),
    ),
    Menu(
        name="elsewhere_check",
        ask=lambda scene: (
            N_(
                "Your request goes to {association}, and this association no longer sees it.", association=_named(scene)
            ),
        ),
        options=(
            Option(
                "move",
                N_("Yes, move it"),
                "sent",
                when=lambda scene: missed(scene) and bool(_named(scene)),
                does=lambda scene: (MoveCase(scene.answer("elsewhere")),),
                says=says(N_("Your request has moved. A worker there contacts you next.")),
            ),
            _HOME,
        ),
    ),
)
"""What a parent can do when the first meeting comes later than promised."""
