"""What people are asked about the service: every item with its scale, as data.

The surveys are asked from it, and the figures are read by it. A child's items have a catalog context of their own for
each age band, so that each is worded for its age. Bands, audiences and devices are never mixed in one figure.
"""

from typing import TypeVar

from msgspec import Struct

from conversations.feedback_facts import Band
from conversations.text import C_, N_, Text, Words

T = TypeVar("T")


class Scale(Struct, frozen=True):
    """The values of an item with their labels. Those ``apart`` are no part of the share. They and the ``last`` always
    stand last. Where it ``turns``, the order of the others is `turned`: the whole scale around, so that it stays a
    scale; things without an order are ``rotated``, so that each can stand first."""

    values: tuple[tuple[str, Words], ...]
    apart: tuple[str, ...] = ()
    turns: bool = False
    last: tuple[str, ...] = ()
    rotated: bool = False

    def order(self, seed: int, place: int) -> tuple[str, ...]:
        """The values in the order that a random seed gives for the item in a place."""
        still = (*self.last, *self.apart)
        moving = tuple(value for value, _ in self.values if value not in still)
        if self.rotated:
            first = (seed >> place) % len(moving)
            return moving[first:] + moving[:first] + still
        return (turned(moving, seed, place) if self.turns else moving) + still


class Question(Struct, frozen=True):
    """One item: its id in the tally, what is asked, its scale. ``statements`` are read aloud above the choices, by the
    values they stand for; a ``mean`` may be shown from enough answers on."""

    name: str
    asks: Text
    scale: Scale
    statements: tuple[tuple[str, Text], ...] = ()
    mean: bool = False


class FreeText(Struct, frozen=True):
    """One free text: its id, and what is asked."""

    name: str
    asks: Text


def turned(values: tuple[T, ...], seed: int, place: int) -> tuple[T, ...]:
    """The values in the order that a random seed gives for the item in a place: one bit of it says whether they stand
    as they are or from the end."""
    return values[::-1] if (seed >> place) & 1 else values


# Parents

_ONE_TO_FIVE = Scale(tuple((number, number) for number in "12345"))

PARENTS: tuple[Question, ...] = (
    Question("respect", N_("I was met with respect."), _ONE_TO_FIVE, mean=True),
    Question("heard", N_("I was listened to."), _ONE_TO_FIVE),
    Question("safe", N_("It was safe to talk."), _ONE_TO_FIVE),
    Question("views", N_("I gained new perspectives."), _ONE_TO_FIVE),
    Question("child", N_("The child's situation became visible."), _ONE_TO_FIVE),
    Question("daily", N_("Daily life runs better."), _ONE_TO_FIVE),
    Question("strength", N_("I gained strength to cope."), _ONE_TO_FIVE),
    Question(
        "cooperation",
        N_("How is the co-operation with the other parent now?"),
        Scale(
            (
                ("better", N_("Better")),
                ("same", N_("The same")),
                ("worse", N_("Worse")),
                ("apart", N_("Not for my situation")),
            ),
            apart=("apart",),
        ),
    ),
    Question("soon", N_("I got to start soon enough."), _ONE_TO_FIVE),
    Question("recommend", N_("I would recommend this to others."), _ONE_TO_FIVE),
)
"""After the service."""

AFTER_MEETING: tuple[Question, ...] = tuple(q for q in PARENTS if q.name in ("respect", "heard", "safe"))
"""After a meeting, where that is switched on."""

PARENTS_TEXTS = (FreeText("helped", N_("What has helped?")), FreeText("otherwise", N_("What should be otherwise?")))

# Children. Two choices from about four on, three words from seven on, no yes or no under ten, no digits under thirteen.

_DONT_KNOW = ("dont_know",)


def _four_to_six() -> tuple[Question, ...]:
    def pair(name: str, first: tuple[Text, Text], second: tuple[Text, Text]) -> Question:
        """Two statements; which is more true?"""
        values = (("first", first[1]), ("second", second[1]), ("dont_know", C_("child 4-6", "I don't know")))
        said = (("first", first[0]), ("second", second[0]))
        return Question(name, C_("child 4-6", "Which is more true?"), Scale(values, apart=_DONT_KNOW, turns=True), said)

    return (
        pair(
            "good",
            (C_("child 4-6", "I felt good here."), C_("child 4-6", "I felt good")),
            (C_("child 4-6", "I felt bad here."), C_("child 4-6", "I felt bad")),
        ),
        pair(
            "heard",
            (C_("child 4-6", "The adult listened to me."), C_("child 4-6", "Listened")),
            (C_("child 4-6", "The adult did not listen to me."), C_("child 4-6", "Did not listen")),
        ),
        Question(
            "nicest",
            C_("child 4-6", "What was nicest?"),
            Scale(
                (
                    ("play", C_("child 4-6", "Playing or drawing")),
                    ("talk", C_("child 4-6", "Talking")),
                    ("own_adult", C_("child 4-6", "My adult was with me")),
                    ("nothing", C_("child 4-6", "Nothing")),
                    ("dont_know", C_("child 4-6", "I don't know")),
                ),
                apart=_DONT_KNOW,
                last=("nothing",),
                rotated=True,
            ),
        ),
    )


_SEVEN = Scale(
    (("no", C_("child 7-9", "No")), ("little", C_("child 7-9", "A little")), ("lot", C_("child 7-9", "A lot"))),
    turns=True,
)

_TEN = Scale(
    (
        ("true", C_("child 10-12", "True")),
        ("partly", C_("child 10-12", "A little true")),
        ("not", C_("child 10-12", "Not true")),
        ("dont_know", C_("child 10-12", "I don't know")),
    ),
    apart=_DONT_KNOW,
    turns=True,
)

_THIRTEEN = Scale(
    (
        ("true", C_("child 13-17", "True")),
        ("partly", C_("child 13-17", "A little true")),
        ("not", C_("child 13-17", "Not true")),
        ("dont_know", C_("child 13-17", "I don't know")),
    ),
    apart=_DONT_KNOW,
    turns=True,
)

CHILDREN: dict[Band, tuple[Question, ...]] = {
    "4-6": _four_to_six(),
    "7-9": (
        Question("heard", C_("child 7-9", "Were you listened to?"), _SEVEN),
        Question("understood", C_("child 7-9", "Did you understand what the adults talked about?"), _SEVEN),
        Question("dared", C_("child 7-9", "Did you dare to say what you thought?"), _SEVEN),
        Question("good", C_("child 7-9", "Was it good for you to be here?"), _SEVEN),
        Question("helped", C_("child 7-9", "Did coming here help you?"), _SEVEN),
    ),
    "10-12": (
        Question("heard", C_("child 10-12", "I was listened to."), _TEN),
        Question("easy", C_("child 10-12", "It was easy to talk."), _TEN),
        Question("told_why", C_("child 10-12", "I was told why I am here."), _TEN),
        Question("serious", C_("child 10-12", "My opinion was taken seriously."), _TEN),
        Question("whom", C_("child 10-12", "I know whom to talk to when I feel bad."), _TEN),
        Question("helped", C_("child 10-12", "Coming here helped."), _TEN),
    ),
    "13-17": (
        Question("heard", C_("child 13-17", "I was listened to."), _THIRTEEN),
        Question("easy", C_("child 13-17", "It was easy to talk."), _THIRTEEN),
        Question("told_why", C_("child 13-17", "I was told why I am here."), _THIRTEEN),
        Question("serious", C_("child 13-17", "My opinion was taken seriously."), _THIRTEEN),
        Question("whom", C_("child 13-17", "I know whom to talk to when I feel bad."), _THIRTEEN),
        Question("helped", C_("child 13-17", "The meetings helped."), _THIRTEEN),
        Question("influence", C_("child 13-17", "I could influence what was talked about."), _THIRTEEN),
        Question("who_knows", C_("child 13-17", "I know who gets to know what I told."), _THIRTEEN),
        Question(
            "overall",
            C_("child 13-17", "How was it here as a whole?"),
            Scale(
                (
                    ("very_bad", C_("child 13-17", "Very bad")),
                    ("bad", C_("child 13-17", "Bad")),
                    ("between", C_("child 13-17", "In between")),
                    ("good", C_("child 13-17", "Good")),
                    ("very_good", C_("child 13-17", "Very good")),
                ),
                turns=True,
            ),
        ),
    ),
}
"""By age band: three items which a worker reads aloud with two choices each, five with three words, six, and eight with
one overall item in five words. From research: smiley scores of preschoolers do not show what they like, two choices
work from about four, three words from six, and numbers are the worst labels from six to thirteen."""

CHILDREN_TEXTS: dict[Band, tuple[FreeText, ...]] = {
    "4-6": (),
    "7-9": (),
    "10-12": (FreeText("otherwise", C_("child 10-12", "What should be changed?")),),
    "13-17": (
        FreeText("helped", C_("child 13-17", "What was good?")),
        FreeText("otherwise", C_("child 13-17", "What should be changed?")),
    ),
}
