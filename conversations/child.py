"""A child's feedback on an adult's phone: sealed flows, one for each age band.

One message is edited in place, and earlier answers cannot be reached. An adult ends it by three words in their order;
whatever is pressed before looks the same, so that nobody is told how far they are.
"""

from collections.abc import Iterator

from conversations.child_start import BANDS, FOR_THE_ADULT, HAND_OVER, WAY_OUT, ends, mode_of
from conversations.child_words import READ, SAID, Said
from conversations.conversation import child_flow
from conversations.effects import Effect
from conversations.feedback import CHILDREN, CHILDREN_TEXTS, FreeText, Question
from conversations.feedback_effects import CallAdult, SendChild, WrongWord
from conversations.feedback_facts import Band, ChildMode
from conversations.flow import (
    END,
    RETURN,
    Ask,
    AskText,
    Depends,
    Flow,
    Item,
    Listed,
    Menu,
    Option,
    Scene,
    Skip,
    State,
    Target,
    by_name,
)
from conversations.moves import children_lines
from conversations.text import N_, Paragraph, Text, Words

LIMIT = 500
"""Characters of a free text."""

_KEYPAD = N_("The adult ends it: press the three words in the right order.")


_WORKERS = N_("an adult who works here")

# The way out


def _keypad(name: str, says: tuple[Paragraph, ...], *more: Option, aside: bool = False) -> Iterator[State]:
    """Three states that look the same: none, one and two words were right. A wrong word begins anew, as the first one
    if it is that."""
    names = (name, f"{name}_2", f"{name}_3", END)
    for place in range(3):
        yield Menu(
            name=names[place],
            ask=lambda scene: says,
            options=(*(_word(word, place, names) for word in WAY_OUT), *more),
            columns=2,
            aside=aside,
            root=not aside and place == 0,
        )


def _word(word: str, place: int, names: tuple[str, ...]) -> Option:
    def on(scene: Scene) -> str:
        first, *_ = way_out = mode_of(scene).way_out
        if _rests(scene):
            return names[0]
        return names[place + 1 if way_out[place] == word else 1 if first == word else 0]

    def does(scene: Scene) -> tuple[Effect, ...]:
        if on(scene) == END:
            return ends(scene)
        right = _rests(scene) or mode_of(scene).way_out[place] == word
        return () if right else (WrongWord(),)

    leads_to = tuple(dict.fromkeys((names[0], names[1], names[place + 1])))
    return Option(word, WAY_OUT[word], Depends(on, leads_to), does=does)


def _rests(scene: Scene) -> bool:
    """Whether no word counts for a while, because too many were wrong. It looks like any other time."""
    until = mode_of(scene).rests_until
    return until is not None and scene.facts.now < until


# The questions


def _ask(question: Question, place: int, then: Target, said: Said) -> Ask:
    """One item; the choices stand in the order that the seed gives for a place, and so do the statements that they
    stand for."""

    def order(scene: Scene) -> tuple[str, ...]:
        return question.scale.order(scene.facts.child.seed if scene.facts.child else 0, place)

    def rows(scene: Scene) -> tuple[Item, ...]:
        labels = dict(question.scale.values)
        return tuple(Item(value, labels[value]) for value in order(scene))

    def asks(scene: Scene) -> tuple[Paragraph, ...]:
        statements = dict(question.statements)
        stated: tuple[Words, ...] = tuple(statements[value] for value in order(scene) if value in statements)
        return (question.asks, stated) if stated else (question.asks,)

    return Ask(name=_item(question.name), ask=asks, listed=Listed(rows, then), skip=Skip(then, said.skip), private=True)


def _write(text: FreeText, band: Band, then: Target, said: Said) -> AskText:
    return AskText(
        name=_text(text.name),
        ask=lambda scene: (text.asks, *((READ[band](mode_of(scene)),) if mode_of(scene).texts else ())),
        reads="words",
        limit=LIMIT,
        hides=True,
        problem=said.too_long,
        blank=said.blank,
        then=then,
        skip=Skip(then, said.skip),
        private=True,
    )


def _item(name: str) -> str:
    return f"item_{name}"


def _text(name: str) -> str:
    return f"text_{name}"


def _questions(band: Band) -> Iterator[State]:
    said, texts = SAID[band], CHILDREN_TEXTS[band]
    ways: list[Target] = [_item(question.name) for question in CHILDREN[band][1:]]
    after = _text(texts[0].name) if texts else "finished"
    written = Depends(lambda scene: after if mode_of(scene).texts else "finished", (after, "finished"))
    for place, (question, then) in enumerate(zip(CHILDREN[band], (*ways, written if texts else after), strict=True)):
        # A scale that lies the other way around on every screen is misread: it is turned once for all items.
        yield _ask(question, place if band == "4-6" else 0, then, said)
    for number, text in enumerate(texts, start=1):
        yield _write(text, band, _text(texts[number].name) if number < len(texts) else "finished", said)


# The end, and talking with an adult


def _sends(band: Band, scene: Scene) -> tuple[Effect, ...]:
    items = {q.name: scene.answer(_item(q.name)) for q in CHILDREN[band]}
    texts = {t.name: scene.answer(_text(t.name)) for t in CHILDREN_TEXTS[band]}
    return (
        SendChild(
            {name: value for name, value in items.items() if value},
            {name: words for name, words in texts.items() if words},
        ),
    )


def _keep(name: str, asks: Text, band: Band, *more: Option, aside: bool = False) -> Menu:
    """Nothing is kept unless the child agrees; both answers lead to the same words."""
    said = SAID[band]
    return Menu(
        name=name,
        ask=asks,
        options=(
            Option("forget", said.forget, "thanks", does=lambda scene: (SendChild({}),)),
            Option("keep", said.keep, "thanks", does=lambda scene: _sends(band, scene)),
            *more,
        ),
        aside=aside,
    )


def _offered(scene: Scene) -> bool:
    """Somebody would hear of it, if only the adult whose device this is."""
    mode = mode_of(scene)
    return not mode.called and (mode.device == "worker" or bool(mode.adults))


def _talk_says(band: Band, scene: Scene) -> tuple[Paragraph, ...]:
    """Whom to call, before anything is asked; that telling an adult carries a name, before it is told; what has become
    of it."""
    said, mode = SAID[band], mode_of(scene)
    numbers = (said.call, (*children_lines(scene.facts.lines, scene.facts.locale), said.danger))
    if mode.called:
        return (_became(said, mode), *numbers)
    if not _offered(scene):
        return (*numbers, said.nobody)
    adults = _named(mode, mode.adults) or (N_("the adult beside you"),)
    return (*numbers, said.wants, Text(said.tells.id, {"names": adults}, context=said.tells.context))


def _became(said: Said, mode: ChildMode) -> tuple[Words, ...]:
    """Whom it has reached; on a worker's phone the adult beside is there in any case."""
    beside = (said.beside, said.comes) if mode.device == "worker" else ()
    if mode.told:
        told = Text(said.told.id, {"names": _named(mode, mode.told)}, context=said.told.context)
        return (told, *(beside or (said.comes,)))
    if mode.adults:
        return (Text(said.going.id, {"names": _named(mode, mode.adults)}, context=said.going.context), *beside)
    return beside or (said.nobody,)


def _named(mode: ChildMode, adults: tuple[str, ...]) -> tuple[Words, ...]:
    """No worker is named on a parent's phone: whether they may be is asked of the parent elsewhere."""
    return adults if mode.device == "worker" or not adults else (_WORKERS,)


def _talk(band: Band) -> Menu:
    """It can be stopped from here too, unless it is over; before the first answer there is nothing to ask about."""
    said, call = SAID[band], lambda scene: (CallAdult(),)
    return Menu(
        name="talk",
        ask=lambda scene: _talk_says(band, scene),
        options=(
            Option("tell", said.tell, "talk", does=call, when=_offered),
            Option("again", said.again, "talk", does=call, when=lambda scene: mode_of(scene).again),
            Option("not", said.tell_not, RETURN, when=_offered),
            Option("back", said.back, RETURN, when=lambda scene: not _offered(scene)),
            Option(
                "stop",
                said.stop,
                Depends(lambda scene: "stopping" if scene.answers else "thanks", ("stopping", "thanks")),
                does=lambda scene: () if scene.answers else (SendChild({}),),
                when=lambda scene: not mode_of(scene).answered,
            ),
        ),
        aside=True,
    )


def _flow(band: Band) -> Flow:
    said = SAID[band]
    talk, adult = Option("talk", said.talk, "talk", alone=True), Option("way_out", FOR_THE_ADULT, "way_out", alone=True)
    back = Option("back", said.back, RETURN, alone=True)
    first = _item(CHILDREN[band][0].name)
    return Flow(
        name=child_flow(band),
        start="adult_first",
        states=by_name(
            HAND_OVER,
            Menu(
                name="hello",
                ask=lambda scene: said.hello(mode_of(scene)),
                options=(Option("begin", said.begin, first), Option("stop", said.stop, "stopping"), talk, adult),
                root=True,
            ),
            *_questions(band),
            _keep("finished", said.finished, band, talk, adult),
            _keep("stopping", said.stopping, band, back, talk, adult, aside=True),
            _talk(band),
            *_keypad("way_out", (_KEYPAD,), talk, back, aside=True),
            Menu(name="thanks", ask=said.thanks, options=(talk, adult), root=True),
            *_keypad("broken_off", (N_("A break. Give the phone to the adult."), _KEYPAD), talk),
        ),
        sealed="broken_off",
        helps="talk",
        under=(Item("stopping", said.stop), Item("talk", said.talk), Item("way_out", FOR_THE_ADULT)),
    )


CHILD_FLOWS = tuple(_flow(band) for band in BANDS)
"""A child's conversation in each age band."""
