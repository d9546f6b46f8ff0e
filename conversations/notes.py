"""The workers' notes on a case: short and factual, and written so that the client may read them.

There is no field for a diagnosis, for blame or for an assessment, and none is to be added.
"""

from conversations.casework import TO_CARD, Effects, case, is_own, own
from conversations.flow import Depends, Item, Listed, Menu, Option, Scene, State, says
from conversations.goal_effects import DropNote, WriteNote
from conversations.goal_facts import Note
from conversations.text import N_, Paragraph, Words
from conversations.whose import as_rows, chosen_owner, owners, saving, that_fit, whose_name, written

LIMIT = 500
"""Characters of a note."""

_ROOM = 3000
"""Characters of notes on one screen; each can be opened alone."""

_BANNER = N_("The client may read notes. Write short facts: no diagnoses, no blame, nothing of the other parent.")
_GONE = N_("This note is no longer there.")
_NOT_NOW = N_("This is not possible now: the case has changed.")


def _notes(scene: Scene) -> tuple[Note, ...]:
    return scene.facts.notes if is_own(scene) else ()


def _chosen(scene: Scene) -> Note | None:
    return next((note for note in _notes(scene) if str(note.note) == scene.answer("note")), None)


def _note_says(note: Note, scene: Scene) -> tuple[Words, ...]:
    who: tuple[Words, ...] = (whose_name(note.parent, scene), *((note.by,) if note.by else ()))
    return (N_("{moment} ({more})", moment=note.at, more=who), note.words)


def _list(scene: Scene) -> tuple[Paragraph, ...]:
    """The newest first; older ones that do not fit are opened one by one."""
    card = own(scene)
    if card is None:
        return (N_("This case is not available to you."),)
    said: list[Paragraph] = [N_("Notes on the case {reference}", reference=card.reference)]
    if not scene.facts.notes:
        said.append(N_("There are no notes."))
    shown = that_fit((len(note.words) for note in scene.facts.notes), _ROOM)
    said += [_note_says(note, scene) for note in scene.facts.notes[:shown]]
    if shown < len(scene.facts.notes):
        said.append(N_("You can open older notes below."))
    return tuple(said)


def _rows(scene: Scene) -> tuple[Item, ...]:
    return tuple(Item(str(note.note), N_("{moment}", moment=note.at)) for note in _notes(scene))


def _one(scene: Scene) -> tuple[Paragraph, ...]:
    note = _chosen(scene)
    return (_note_says(note, scene),) if note else (_GONE,)


def _is_own_note(scene: Scene) -> bool:
    note = _chosen(scene)
    return note is not None and note.own


def _about(scene: Scene) -> int | None:
    return chosen_owner("note_about", owners(scene), scene)


def _check(scene: Scene) -> tuple[Paragraph, ...]:
    about = _about(scene)
    if about is None:
        return (_NOT_NOW,)
    return (whose_name(about, scene), scene.answer("note_words"), _BANNER)


def _writes(scene: Scene) -> Effects:
    about = _about(scene)
    assert about is not None, "it was offered"
    return (WriteNote(case(scene), about, scene.answer("note_words")),)


_TO_NOTES = Option("notes", N_("Back to the notes"), "notes")

NOTES: tuple[State, ...] = (
    Menu(
        name="notes",
        ask=_list,
        needs=("card", "notes"),
        looks="notes",
        listed=Listed(_rows, "note"),
        saves="note",
        options=(
            Option(
                "write",
                N_("Write a note"),
                Depends(
                    lambda scene: "note_about" if len(owners(scene)) > 1 else "note_words", ("note_about", "note_words")
                ),
                when=is_own,
            ),
            TO_CARD,
        ),
    ),
    Menu(
        name="note_about",
        ask=N_("Whom is the note about?"),
        needs=("card",),
        listed=Listed(lambda scene: as_rows(owners(scene), scene), "note_words"),
        saves="note_about",
        options=(_TO_NOTES,),
    ),
    *written(
        "note_words",
        "note_check",
        ask=lambda scene: (_BANNER, N_("What do you want to note?")),
        limit=LIMIT,
        shows=_check,
        needs=("card",),
        looks="notes",
        save=saving(N_("Save the note"), "notes", _writes, lambda scene: _about(scene) is not None, _NOT_NOW),
        back=_TO_NOTES,
    ),
    Menu(
        name="note",
        ask=_one,
        needs=("card", "notes"),
        looks="notes",
        options=(
            Option(
                "drop",
                N_("Remove this note"),
                "notes",
                does=lambda scene: (DropNote(case(scene), int(scene.answer("note"))),),
                when=_is_own_note,
                otherwise=_GONE,
                says=says(N_("The note is removed.")),
            ),
            _TO_NOTES,
        ),
    ),
)
"""The states around a case's notes."""
