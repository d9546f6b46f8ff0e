"""What adults see of a child's feedback: where a worker begins it, and what is read before the child has the device."""

from typing import get_args

from conversations.casework import TO_MENU
from conversations.effects import Effect
from conversations.feedback_effects import EndChild, HandOver, MakeChildCode, StartChild
from conversations.feedback_facts import Band, ChildMode
from conversations.flow import END, Item, Listed, Menu, Option, Scene, State
from conversations.text import N_, Paragraph, Text

BANDS: tuple[Band, ...] = get_args(Band)
LABELS: dict[Band, Text] = {
    "4-6": N_("4–6 years"),
    "7-9": N_("7–9 years"),
    "10-12": N_("10–12 years"),
    "13-17": N_("13–17 years"),
}

WAY_OUT = {
    "stone": N_("stone"),
    "sea": N_("sea"),
    "tree": N_("tree"),
    "wind": N_("wind"),
    "sun": N_("sun"),
    "rain": N_("rain"),
}
"""The words of which three end it, in an order that only the adult was shown."""

FOR_THE_ADULT = N_("The adult ends it")


_IN_PEACE = N_("Please read this in peace first. Then you can go on with the buttons below.")
"""What a parent's phone may show while it is locked."""


def mode_of(scene: Scene) -> ChildMode:
    """How the chat stands that a child has."""
    assert scene.facts.child, "the flow is left with it"
    return scene.facts.child


# What the adult reads before the child gets the device


def _hand_over(scene: Scene) -> tuple[Paragraph, ...]:
    mode = mode_of(scene)
    parents = mode.device == "parent"
    words = tuple(WAY_OUT[word] for word in mode.way_out)
    return (
        *((_IN_PEACE,) if parents else ()),
        N_("Child feedback, {band}", band=LABELS[mode.band]),
        *((N_("{association} asks what it was like for the child.", association=mode.association),) if parents else ()),
        N_("The child may skip, stop, or ask for an adult. Answers are only counted, without case and name."),
        N_("Read everything aloud with the child, and let the child choose.")
        if mode.band == "4-6"
        else N_("Let the child answer in peace, without looking at the screen."),
        N_("Until you end it, nothing of your own shows in this chat, and messages to you wait.")
        if parents
        else N_("Until you end it, this chat shows nothing else, and notices wait."),
        (
            N_("You end it like this: press “The adult ends it”, then these three words in this order. Remember them."),
            N_("{first} – {second} – {third}", first=words[0], second=words[1], third=words[2]),
        ),
        N_(
            "If nobody presses anything for {minutes} minutes, the answers go. Then too the words end it.",
            minutes=mode.minutes,
        ),
        N_("If you forget the words: two hours later the chat is yours again by itself."),
    )


def ends(scene: Scene) -> tuple[Effect, ...]:
    """An adult ends it."""
    return (EndChild(),)


HAND_OVER = Menu(
    name="adult_first",
    ask=_hand_over,
    options=(
        Option("hand", N_("Hand over"), "hello", does=lambda scene: (HandOver(),)),
        Option("not_now", N_("Not now"), END, does=ends),
    ),
    root=True,
)


# Where a worker begins


def _bands(scene: Scene) -> tuple[Item, ...]:
    return tuple(Item(band, LABELS[band]) for band in BANDS)


def _band(scene: Scene) -> Band:
    return next(band for band in BANDS if band == scene.answer("band"))


def _case(scene: Scene) -> int:
    return int(scene.answer("case") or 0)


CHILD_FEEDBACK = Option("child", N_("Child feedback"), "child_band")

BEGIN: tuple[State, ...] = (
    Menu(
        name="child_band",
        ask=N_("Child feedback: how old is the child?"),
        listed=Listed(_bands, "child_where"),
        saves="band",
        columns=2,
        options=(TO_MENU,),
    ),
    Menu(
        name="child_where",
        ask=N_("Where does the child answer? You read how it goes before the child gets the phone."),
        options=(
            Option("here", N_("On this phone"), END, does=lambda scene: (StartChild(_band(scene), _case(scene)),)),
            Option(
                "code",
                N_("On a parent's phone"),
                "menu",
                does=lambda scene: (MakeChildCode(_band(scene), _case(scene)),),
            ),
            TO_MENU,
        ),
    ),
)
"""The states behind "Child feedback"."""
