"""What is said to a child besides the items (`conversations.feedback`), for each age band in words of its own."""

from collections.abc import Callable

from msgspec import Struct

from conversations.feedback_facts import Band, ChildMode
from conversations.text import C_, Text


class Said(Struct, frozen=True):
    """The words for one age band. ``told`` is said where somebody elsewhere was reached, ``going`` before that,
    ``nobody`` where nobody can be, ``beside`` where the adult is near; ``call`` stands before telephone numbers,
    ``danger`` after them."""

    hello: Callable[[ChildMode], tuple[Text, ...]]
    begin: Text
    skip: Text
    stop: Text
    talk: Text
    stopping: Text
    finished: Text
    keep: Text
    forget: Text
    wants: Text
    tells: Text
    tell: Text
    tell_not: Text
    told: Text
    going: Text
    nobody: Text
    again: Text
    beside: Text
    comes: Text
    call: Text
    danger: Text
    back: Text
    thanks: Text
    too_long: Text = C_("child 10-12", "That was a bit long. Please write a little less.")
    blank: Text = C_("child 10-12", "There were no words in it. You can write, or skip this.")


def _four(mode: ChildMode) -> tuple[Text, ...]:
    return (
        C_("child 4-6", "Hello. We who work here want to know how you felt here.")
        if mode.device == "worker"
        else C_("child 4-6", "Hello. The adults who work here want to know how you felt here."),
        C_("child 4-6", "An adult reads and you choose. No answer is wrong."),
        C_(
            "child 4-6",
            "You may skip, stop or talk with an adult. Only the one who reads with you sees what you choose.",
        ),
    )


def _seven(mode: ChildMode) -> tuple[Text, ...]:
    return (
        C_("child 7-9", "Hi. We who work here ask how it was for you here.")
        if mode.device == "worker"
        else C_("child 7-9", "Hi. The adults who work here ask how it was for you here."),
        C_("child 7-9", "You may skip a question, stop, or talk with an adult."),
        C_("child 7-9", "Nobody at home or here finds out what you chose."),
    )


def _ten(mode: ChildMode) -> tuple[Text, ...]:
    said = (
        C_("child 10-12", "Hi. {association} asks how it was for you here.", association=mode.association),
        C_("child 10-12", "You may skip a question, stop whenever you like, or talk with an adult."),
        C_("child 10-12", "Nobody at home or here finds out what you chose."),
    )
    if not mode.texts:
        return said
    return (*said, C_("child 10-12", "At the end you may also write something."), READ["10-12"](mode))


def _thirteen(mode: ChildMode) -> tuple[Text, ...]:
    said = (
        C_("child 13-17", "Hi. {association} asks what the meetings were like for you.", association=mode.association),
        C_("child 13-17", "You may skip any question, stop at any time, or ask to talk with an adult."),
        C_("child 13-17", "Nobody at home or here finds out what you chose. Answers are only counted together."),
    )
    if not mode.texts:
        return said
    return (*said, C_("child 13-17", "At the end you may also write in your own words."), READ["13-17"](mode))


READ: dict[Band, Callable[[ChildMode], Text]] = {
    "10-12": lambda mode: C_(
        "child 10-12",
        "{reader} reads what you write. Your parents do not. If somebody hurts you, adults must help you.",
        reader=mode.reader,
    ),
    "13-17": lambda mode: C_(
        "child 13-17",
        "{reader} reads what you write, your parents do not. If you tell that somebody hurts you, adults must help.",
        reader=mode.reader,
    ),
}
"""Who reads free texts, before any is written."""

SAID: dict[Band, Said] = {
    "4-6": Said(
        hello=_four,
        begin=C_("child 4-6", "We begin"),
        skip=C_("child 4-6", "Skip this one"),
        stop=C_("child 4-6", "I want to stop"),
        talk=C_("child 4-6", "Talk with an adult"),
        stopping=C_("child 4-6", "You may stop. May we keep what you chose?"),
        finished=C_("child 4-6", "That was all. May we keep what you chose?"),
        keep=C_("child 4-6", "You may keep it"),
        forget=C_("child 4-6", "No, wipe it away"),
        wants=C_("child 4-6", "Shall we tell an adult that you want to talk? Then the adult knows that it is you."),
        tells=C_("child 4-6", "We do not tell what you chose. We tell: {names}", names=""),
        tell=C_("child 4-6", "Yes, tell"),
        tell_not=C_("child 4-6", "Not now"),
        told=C_("child 4-6", "We have told: {names}", names=""),
        going=C_("child 4-6", "This is on its way to: {names}", names=""),
        nobody=C_("child 4-6", "We cannot reach anybody who works here right now."),
        again=C_("child 4-6", "Tell once more"),
        beside=C_("child 4-6", "Show this to the adult beside you."),
        comes=C_("child 4-6", "An adult talks with you."),
        call=C_("child 4-6", "You can call, together with an adult. Somebody kind answers."),
        danger=C_("child 4-6", "If you are in danger, call 112."),
        back=C_("child 4-6", "Go back"),
        thanks=C_("child 4-6", "Thank you. Give the phone back to the adult."),
    ),
    "7-9": Said(
        hello=_seven,
        begin=C_("child 7-9", "Begin"),
        skip=C_("child 7-9", "I skip this"),
        stop=C_("child 7-9", "I want to stop"),
        talk=C_("child 7-9", "Talk with an adult"),
        stopping=C_("child 7-9", "You may stop. Do you want us to keep what you answered?"),
        finished=C_("child 7-9", "That was all. Do you want us to keep what you answered?"),
        keep=C_("child 7-9", "Yes, keep it"),
        forget=C_("child 7-9", "No, forget it"),
        wants=C_("child 7-9", "Shall we tell an adult that you want to talk? Then the adult knows that it is you."),
        tells=C_("child 7-9", "We do not tell what you answered. We tell: {names}", names=""),
        tell=C_("child 7-9", "Yes, tell them"),
        tell_not=C_("child 7-9", "No, do not tell"),
        told=C_("child 7-9", "We have told: {names}", names=""),
        going=C_("child 7-9", "This is on its way to: {names}", names=""),
        nobody=C_("child 7-9", "We cannot reach anybody who works here right now."),
        again=C_("child 7-9", "Tell once more"),
        beside=C_("child 7-9", "Show this to the adult beside you."),
        comes=C_("child 7-9", "An adult talks with you."),
        call=C_("child 7-9", "You can call here. Adults answer who listen to children."),
        danger=C_("child 7-9", "If you are in danger, call 112."),
        back=C_("child 7-9", "Go back"),
        thanks=C_("child 7-9", "Thank you. Give the phone back to the adult."),
    ),
    "10-12": Said(
        hello=_ten,
        begin=C_("child 10-12", "Begin"),
        skip=C_("child 10-12", "Skip"),
        stop=C_("child 10-12", "Stop"),
        talk=C_("child 10-12", "Talk with an adult"),
        stopping=C_("child 10-12", "You may stop. Do you want us to keep what you answered?"),
        finished=C_("child 10-12", "That was all. Do you want us to keep what you answered?"),
        keep=C_("child 10-12", "Yes, keep it"),
        forget=C_("child 10-12", "No, forget it"),
        wants=C_(
            "child 10-12",
            "Shall we tell an adult that you want to talk? This goes with your name: they know it is you.",
        ),
        tells=C_("child 10-12", "Your answers stay secret. We tell: {names}", names=""),
        tell=C_("child 10-12", "Yes, tell them"),
        tell_not=C_("child 10-12", "No"),
        told=C_("child 10-12", "We have told: {names}", names=""),
        going=C_("child 10-12", "This is on its way to: {names}", names=""),
        nobody=C_("child 10-12", "We cannot reach anybody who works here right now."),
        again=C_("child 10-12", "Tell once more"),
        beside=C_("child 10-12", "Show this to the adult beside you."),
        comes=C_("child 10-12", "An adult talks with you."),
        call=C_("child 10-12", "You can call here. Adults answer who listen to children and young people."),
        danger=C_("child 10-12", "If you are in danger, call 112."),
        back=C_("child 10-12", "Go back"),
        thanks=C_("child 10-12", "Thank you. Give the phone back to the adult."),
    ),
    "13-17": Said(
        hello=_thirteen,
        begin=C_("child 13-17", "Begin"),
        skip=C_("child 13-17", "Skip"),
        stop=C_("child 13-17", "Stop"),
        talk=C_("child 13-17", "Talk with an adult"),
        stopping=C_("child 13-17", "You can stop here. Do you want us to keep what you answered?"),
        finished=C_("child 13-17", "That was all. Do you want us to keep what you answered?"),
        keep=C_("child 13-17", "Yes, keep it"),
        forget=C_("child 13-17", "No, forget it"),
        wants=C_(
            "child 13-17", "Shall we tell an adult that you want to talk? This is not anonymous: they know it is you."
        ),
        tells=C_("child 13-17", "Your answers stay secret all the same. We tell: {names}", names=""),
        tell=C_("child 13-17", "Yes, tell them"),
        tell_not=C_("child 13-17", "No"),
        told=C_("child 13-17", "We have told: {names}", names=""),
        going=C_("child 13-17", "This is on its way to: {names}", names=""),
        nobody=C_("child 13-17", "We cannot reach anybody who works here right now."),
        again=C_("child 13-17", "Tell once more"),
        beside=C_("child 13-17", "Show this to the adult beside you."),
        comes=C_("child 13-17", "An adult talks with you."),
        call=C_("child 13-17", "You can call here. They listen to young people."),
        danger=C_("child 13-17", "If you are in danger, call 112."),
        back=C_("child 13-17", "Go back"),
        thanks=C_("child 13-17", "Thank you. Please give the phone back to the adult."),
        too_long=C_("child 13-17", "That was a bit long. Please write a little less."),
        blank=C_("child 13-17", "There were no words in it. You can write, or skip this."),
    ),
}
"""By age band."""
