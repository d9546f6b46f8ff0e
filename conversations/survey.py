"""A parent's survey about the service: in the own chat, some time after the end, or short after a meeting.

Told is that the answers do not stay with a name, and everybody reads the same thanks. Answers wait in the
conversation until they are sent or given up, or the time is over; nothing of them is shown back. The wish
to be called is apart from them: `conversations.calling`.
"""

from collections.abc import Mapping

from msgspec.structs import replace

from conversations.asides import associations_of
from conversations.calling import CALL
from conversations.conversation import Conversation, begin
from conversations.effects import Effect
from conversations.facts import Facts
from conversations.feedback import AFTER_MEETING, PARENTS, PARENTS_TEXTS, FreeText, Question, Scale
from conversations.feedback_effects import DeclineSurvey, SendSurvey
from conversations.feedback_facts import Audience
from conversations.flow import Ask, AskText, Depends, Does, Flow, Menu, Option, Scene, Skip, State, says
from conversations.rating import RATE, is_asked
from conversations.text import N_, Paragraph, Text

ASKED: Mapping[Audience, Text] = {
    "parent": N_(
        "You can tell how the service was for you. It takes about three minutes, and nobody learns who answered."
    ),
    "meeting": N_("You can tell how it was last time. It takes one minute, and nobody learns who answered."),
}
"""The notice, and the words on the front page."""

AGAIN = N_("This is the only reminder. You do not have to answer.")
"""Stands under the second notice, which is the last."""

OVER = N_("The time for this feedback is over. Nothing of it is kept here.")

_SCALE = N_("1 means: not at all. 5 means: fully.")
_DECLINED = N_("That is all right. You are not asked again.")
_LIMIT = 1000
_SEND = "survey_send"


def _state(item: Question | FreeText) -> str:
    return f"survey_{item.name}"


_ITEMS: tuple[Question | FreeText, ...] = (*PARENTS, *PARENTS_TEXTS)

OPEN = ("survey", *map(_state, _ITEMS), _SEND)
"""The states that are there only as long as the survey is open."""


def is_open(scene: Scene) -> bool:
    """Whether the person is asked, and has not answered or declined yet."""
    return scene.facts.survey is not None


def asked_says(scene: Scene) -> tuple[Paragraph, ...]:
    """For the front page of a parent."""
    return (ASKED[scene.facts.survey.kind],) if scene.facts.survey else ()


def _has_ended(scene: Scene) -> bool:
    return scene.facts.ended is not None


def _asked(scene: Scene) -> tuple[Question | FreeText, ...]:
    """What is asked of this person, in order; nothing once it is over."""
    survey = scene.facts.survey
    if survey is None:
        return ()
    if survey.kind == "meeting":
        return AFTER_MEETING
    return (*PARENTS, *(PARENTS_TEXTS if survey.texts else ()))


def _after(item: Question | FreeText) -> Depends:
    """The next that is asked, or the end of the questions."""
    later = _ITEMS[_ITEMS.index(item) + 1 :]
    return Depends(
        lambda scene: next((_state(other) for other in later if other in _asked(scene)), _SEND),
        (*map(_state, later), _SEND),
    )


def holds(at: Conversation) -> bool:
    """Whether there is anything of a survey in a conversation."""
    return bool({at.state, *at.trail, *at.answers} & {*OPEN})


def settled(flow: Flow, at: Conversation, facts: Facts) -> Conversation:
    """The conversation without anything of a survey that is over."""
    if facts.survey:
        return at
    if at.state in OPEN:
        return begin(flow, facts)
    trail = tuple(name for name in at.trail if name not in OPEN)
    return replace(at, trail=trail, answers={name: a for name, a in at.answers.items() if name not in OPEN})


# What is said


def _changed(scene: Scene) -> tuple[Paragraph, ...]:
    """What the association did because of feedback, in its own words."""
    words = associations_of(scene)[0].changed
    changed = words.get(scene.facts.locale) or next(iter(words.values()), "")
    return (N_("Because of feedback: {changed}", changed=changed),) if changed else ()


_READ = N_(
    "What you write in your own words is read word for word by one person of the association, apart from the answers."
)


def _intro(scene: Scene) -> tuple[Paragraph, ...]:
    survey = scene.facts.survey
    if survey is None:
        return (OVER,)
    whole = N_("Here you can tell how the service was for you. There are 10 questions, about 3 minutes.")
    short = N_("Here you can tell how the last meeting was for you. There are 3 short questions.")
    return (
        whole if survey.kind == "parent" else short,
        N_(
            "Your answers are counted together with those of others. Your name does not stay with them. "
            "Workers do not see who answered what."
        ),
        *((_READ,) if survey.texts else ()),
        N_(
            "You may skip any question. Your answers wait here until {day}. You get back to them by writing /start.",
            day=survey.until,
        ),
        *_changed(scene),
    )


def _item(question: Question) -> Ask:
    """One question on a screen of its own. Its answer is never shown back."""

    def ask(scene: Scene) -> tuple[Paragraph, ...]:
        asked = [item for item in _asked(scene) if isinstance(item, Question)] or list(PARENTS)
        number = asked.index(question) + 1 if question in asked else PARENTS.index(question) + 1
        return (N_("Question {number} of {total}", number=number, total=len(asked)), question.asks)

    numbers = _is_numbered(question.scale)
    way = _after(question)
    return Ask(
        name=_state(question),
        ask=ask,
        hint=_SCALE if numbers else None,
        options=(*(Option(value, label, way) for value, label in question.scale.values),),
        skip=Skip(way),
        columns=5 if numbers else 1,
        private=True,
        outside=True,
        waits=True,
    )


def _is_numbered(scale: Scale) -> bool:
    return all(value == label for value, label in scale.values)


def _text(text: FreeText) -> AskText:
    def ask(scene: Scene) -> tuple[Paragraph, ...]:
        reader = scene.facts.survey.reader if scene.facts.survey else ""
        somebody = N_("One person whom the association has named reads this, apart from your other answers.")
        named = N_(
            "One person whom the association has named, now {reader}, reads this, apart from your other answers.",
            reader=reader,
        )
        return (text.asks, named if reader else somebody, N_("Please write no names."))

    return AskText(
        name=_state(text),
        ask=ask,
        then=_after(text),
        problem=N_("That is longer than 1,000 characters. Please write it shorter."),
        blank=N_("There was nothing to read. Please write in words, or skip."),
        reads="words",
        limit=_LIMIT,
        hides=True,
        skip=Skip(_after(text)),
        private=True,
        waits=True,
    )


# What follows


def _does(effect: Effect) -> Does:
    return lambda scene: (effect,)


_END = Depends(lambda scene: "survey_end" if _has_ended(scene) else "sent", ("survey_end", "sent"))
"""The same place for whoever has answered and whoever has declined: where somebody is must not tell which."""

_DECLINE = Option("decline", N_("No feedback, thanks"), _END, does=_does(DeclineSurvey()), says=says(_DECLINED))


def _send(scene: Scene) -> tuple[Effect, ...]:
    told = [(item, scene.answer(_state(item))) for item in _asked(scene)]
    values = {item.name: value for item, value in told if value and isinstance(item, Question)}
    texts = {item.name: words for item, words in told if words and isinstance(item, FreeText)}
    return (SendSurvey(values, texts),)


def _waits_until(scene: Scene) -> tuple[Paragraph, ...]:
    survey = scene.facts.survey
    return (N_("Your answers wait here until {day}. Nothing is sent yet.", day=survey.until),) if survey else ()


def _is_begun(scene: Scene) -> bool:
    return is_open(scene) and not _is_fresh(scene)


def _is_fresh(scene: Scene) -> bool:
    return is_open(scene) and not any(name in scene.answers for name in OPEN)


SURVEY_OPTIONS = (
    Option("feedback", N_("Give feedback"), "survey", when=is_open),
    replace(_DECLINE, when=is_open),
)
"""What can be done about it on the front page of a parent."""


def _thanks(scene: Scene) -> tuple[Paragraph, ...]:
    """The same whatever was answered."""
    return (N_("Thank you. Your answers are saved without your name."), *_changed(scene))


_FIRST = _state(PARENTS[0])

SURVEY: tuple[State, ...] = (
    Menu(
        name="survey",
        ask=_intro,
        outside=True,
        options=(
            Option("begin", N_("Begin"), _FIRST, when=_is_fresh),
            Option("continue", N_("Continue"), _FIRST, when=_is_begun),
            CALL,
            _DECLINE,
        ),
    ),
    *map(_item, PARENTS),
    *map(_text, PARENTS_TEXTS),
    Menu(
        name=_SEND,
        ask=N_("Do you want to send your answers? After that you cannot change or remove them."),
        outside=True,
        waits=True,
        options=(
            Option("send", N_("Send"), _END, does=_send, says=_thanks, when=is_open, otherwise=OVER),
            Option("later", N_("Not yet"), "sent", says=_waits_until, when=is_open, otherwise=OVER),
            _DECLINE,
        ),
    ),
    Menu(
        name="survey_end",
        ask=N_("Is there anything else you need?"),
        outside=True,
        options=(
            CALL,
            replace(RATE, when=lambda scene: _has_ended(scene) and is_asked(scene)),
            Option("home", N_("Front page"), "sent"),
        ),
    ),
)
"""The states of the survey; they lead back to a state `sent`."""
