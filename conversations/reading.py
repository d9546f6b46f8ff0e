"""Free texts: who reads them, and reading them. They are shown to the one person who is named, and to nobody else."""

from conversations.casework import TO_MENU, Effects
from conversations.feedback import CHILDREN_TEXTS, PARENTS_TEXTS
from conversations.feedback_effects import DropText, NameReader
from conversations.feedback_facts import Reader, WrittenText
from conversations.flow import Item, Listed, Menu, Option, Scene, State, says
from conversations.text import N_, P_, Paragraph, Words

TEXTS_LOOK = "texts"
"""The part that is written down when a text is looked at; it belongs to no case."""

# Reading


def _next(scene: Scene) -> WrittenText | None:
    """The text after the one that is shown, around to the first."""
    texts, chosen = scene.facts.texts, scene.answer("text")
    after = [i + 1 for i, text in enumerate(texts) if text.key == chosen]
    return texts[(after or [0])[0] % len(texts)] if texts else None


def _chosen(scene: Scene) -> WrittenText | None:
    return next((text for text in scene.facts.texts if text.key == scene.answer("text")), None)


def to_texts(scene: Scene) -> tuple[Item, ...]:
    """The row of the front page; only who reads texts has it, and only while there are some."""
    first, number = _next(scene), len(scene.facts.texts)
    return (Item(first.key, N_("Read texts ({number})", number=number)),) if first else ()


def _more(scene: Scene) -> tuple[Item, ...]:
    following = _next(scene)
    alone = len(scene.facts.texts) == 1 and _chosen(scene) is not None
    return (Item(following.key, N_("Next text")),) if following and not alone else ()


def _text(scene: Scene) -> tuple[Paragraph, ...]:
    text, number = _chosen(scene), len(scene.facts.texts)
    if text is None:
        return (P_("One text is there to read.", "{count} texts are there to read.", number),) if number else (_NONE,)
    place = scene.facts.texts.index(text) + 1
    head = (N_("Text {place} of {number}", place=place, number=number), _from(text), _question(text))
    return (head, text.words, N_("Remove it when it names somebody, or when you have handled it."))


def _from(text: WrittenText) -> Words:
    return N_("From a child of {years}", years=text.band.replace("-", "–")) if text.band else N_("From a parent")


def _question(text: WrittenText) -> Words:
    asked = next((texts for band, texts in CHILDREN_TEXTS.items() if band == text.band), PARENTS_TEXTS)
    return next((free.asks for free in asked if free.name == text.item), "")


def _drops(scene: Scene) -> Effects:
    return (DropText(scene.answer("text")),)


_NONE = N_("There are no texts to read.")
_GONE = N_("This text is no longer there.")

TEXTS: State = Menu(
    name="text",
    ask=_text,
    needs=("texts",),
    looks=TEXTS_LOOK,
    listed=Listed(_more, "text"),
    saves="text",
    options=(
        Option(
            "drop",
            N_("Remove this text"),
            "text",
            does=_drops,
            when=lambda scene: _chosen(scene) is not None,
            otherwise=_GONE,
            says=says(N_("The text is removed.")),
        ),
        TO_MENU,
    ),
)
"""One text a screen."""

# Naming the reader


def _named(scene: Scene) -> Reader | None:
    return next((reader for reader in scene.facts.readers if reader.named), None)


def _name(reader: Reader) -> Words:
    return reader.name or N_("Without a name")


def _who(scene: Scene) -> tuple[Paragraph, ...]:
    named = _named(scene)
    if named is None:
        now = N_("Nobody reads texts now. So parents and children are not asked for any.")
    else:
        now = N_("{name} reads the texts of parents and children, and nobody else.", name=_name(named))
    return (now, N_("Who shall read them from now on?"))


def _others(scene: Scene) -> tuple[Item, ...]:
    return tuple(Item(str(reader.person), _name(reader)) for reader in scene.facts.readers if not reader.named)


def _new(scene: Scene) -> Reader | None:
    chosen = scene.answer("reader")
    return next((reader for reader in scene.facts.readers if str(reader.person) == chosen), None)


def _check(scene: Scene) -> tuple[Paragraph, ...]:
    new = _new(scene)
    if new is None:
        return (_NOT_NOW,)
    return (
        N_("{name} reads all texts from now on, also those that are there already.", name=_name(new)),
        N_("If a child tells of being hurt, {name} must help.", name=_name(new)),
    )


def _names(scene: Scene) -> Effects:
    return (NameReader(int(scene.answer("reader"))),)


_NOT_NOW = N_("This person has no seat here any more.")
_NOBODY = N_("From now on no texts are asked for. Those that are there wait for a new reader until their time is over.")
_BACK = Option("readers", N_("Who reads texts"), "readers")

READERS: tuple[State, ...] = (
    Menu(
        name="readers",
        ask=_who,
        needs=("readers",),
        listed=Listed(_others, "reader"),
        saves="reader",
        options=(
            Option(
                "nobody",
                N_("Nobody"),
                "readers",
                does=lambda scene: (NameReader(0),),
                when=lambda scene: _named(scene) is not None,
                says=says(_NOBODY),
            ),
            TO_MENU,
        ),
    ),
    Menu(
        name="reader",
        ask=_check,
        needs=("readers",),
        options=(
            Option(
                "yes",
                N_("Yes"),
                "readers",
                does=_names,
                when=lambda scene: _new(scene) is not None,
                otherwise=_NOT_NOW,
                says=says(N_("Recorded.")),
            ),
            _BACK,
        ),
    ),
)
"""A lead names who reads."""
