"""What goals and notes have in common: whose they are, and the form in which a worker writes them."""

from collections.abc import Iterable
from itertools import accumulate

from conversations.casework import own, parent_name
from conversations.flow import AskText, Does, Item, Menu, Option, Scene, State, Target, Tells, When, says
from conversations.text import N_, Text

RECORDED = N_("Recorded.")


def whose_name(parent: int, scene: Scene) -> Text:
    """Whom a goal or a note is about: a parent, both, or a client without a chat."""
    if parent:
        return parent_name(parent)
    card = scene.facts.card
    return N_("Both parents") if card is None or card.parties else N_("The client")


def owners(scene: Scene) -> tuple[int, ...]:
    """Whose a new goal can be, or whom a note can be about. What is of both takes both, so that nobody comes later."""
    card = own(scene)
    if card is None:
        return ()
    there = tuple(party.number for party in card.parties)
    return there if len(there) == 1 else (*there, 0)


def chosen_owner(name: str, among: tuple[int, ...], scene: Scene) -> int | None:
    """The one that was chosen, or the only one."""
    answer = scene.answer(name)
    return next((parent for parent in among if (str(parent) == answer if answer else len(among) == 1)), None)


def as_rows(parents: tuple[int, ...], scene: Scene) -> tuple[Item, ...]:
    """Parents as buttons."""
    return tuple(Item(str(parent), whose_name(parent, scene)) for parent in parents)


def that_fit(sizes: Iterable[int], room: int) -> int:
    """How many texts of these sizes, from the first on, have room together."""
    return sum(1 for size in accumulate(sizes) if size <= room)


def saving(label: Text, then: Target, does: Does, when: When, otherwise: Text) -> Option:
    """The choice that keeps what was written."""
    return Option("save", label, then, does=does, when=when, otherwise=otherwise, says=says(RECORDED))


def written(
    name: str,
    check: str,
    *,
    ask: Text | Tells,
    limit: int,
    shows: Tells,
    needs: tuple[str, ...],
    looks: str,
    save: Option,
    back: Option,
) -> tuple[State, ...]:
    """Ask for words that clients may read, and show them once more before they are saved."""
    problem = N_("Please write it in words, at most {limit} characters.", limit=limit)
    return (
        AskText(name=name, ask=ask, reads="words", hides=True, limit=limit, problem=problem, then=check),
        Menu(name=check, ask=shows, needs=needs, looks=looks, options=(save, back)),
    )
