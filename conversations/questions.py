"""The questions that make up a request: where, who and what, the gate questions, the start, how and when.

A skip of a gate question (`afraid`, `contact_other`) means "talk first". The regions, age bands and hours are the ones
that config.toml and the database know by the same ids.
"""

from conversations.flow import Ask, AskMany, AskText, Depends, Item, Listed, Option, Question, Scene, Skip
from conversations.text import N_, Paragraph, Text

REGIONS = {
    "uusimaa": N_("Uusimaa"),
    "pirkanmaa": N_("Pirkanmaa"),
    "varsinais-suomi": N_("Southwest Finland"),
    "pohjois-pohjanmaa": N_("North Ostrobothnia"),
    "keski-suomi": N_("Central Finland"),
    "pohjois-savo": N_("North Savo"),
    "satakunta": N_("Satakunta"),
    "paijat-hame": N_("Päijät-Häme"),
    "etela-pohjanmaa": N_("South Ostrobothnia"),
    "pohjanmaa": N_("Ostrobothnia"),
    "lappi": N_("Lapland"),
    "kanta-hame": N_("Kanta-Häme"),
    "pohjois-karjala": N_("North Karelia"),
    "kymenlaakso": N_("Kymenlaakso"),
    "etela-savo": N_("South Savo"),
    "etela-karjala": N_("South Karelia"),
    "kainuu": N_("Kainuu"),
    "keski-pohjanmaa": N_("Central Ostrobothnia"),
    "ahvenanmaa": N_("Åland"),
}
"""The regions of Finland (maakunnat) by their ids in config.toml, about as many people live in them: most parents find
theirs on the first page."""

SAFE_HOURS = {
    "office": N_("Weekdays 9–16"),
    "evening": N_("Weekdays 16–20"),
    "daily": N_("Every day 9–20"),
    "never": N_("Only when I write"),
}
"""When the bot may write first; `bot.clock` knows the same ids."""


AGE_BANDS = (
    Item("expecting", N_("Expecting")),
    Item("0-3", N_("0–3 years")),
    Item("4-6", N_("4–6 years")),
    Item("7-9", N_("7–9 years")),
    Item("10-12", N_("10–12 years")),
    Item("13-17", N_("13–17 years")),
)
"""Children are told as bands of age, never as dates of birth."""


def serving(scene: Scene, region: str) -> tuple[Item, ...]:
    """The associations of a region; all of them where the region is not among ours."""
    here = [a for a in scene.facts.associations if region in a.regions]
    return tuple(Item(a.id, a.name) for a in here or scene.facts.associations)


def candidates(scene: Scene) -> tuple[Item, ...]:
    """The associations that serve the parent's region."""
    return serving(scene, scene.answer("region"))


def _after_region(scene: Scene) -> str:
    return "children" if len(candidates(scene)) == 1 else "association"


_ONWARD = Depends(_after_region, ("children", "association"))


def regions(scene: Scene) -> tuple[Item, ...]:
    """Every region as a row of a list."""
    return tuple(Item(region, name) for region, name in REGIONS.items())


def _if_skipped(scene: Scene) -> Text:
    if scene.answer("phone_safe") == "yes":
        return N_("If you skip the rest, we write here on weekdays 9–16, and the worker asks the rest.")
    return N_("If you skip the rest, the worker asks it. We do not write here first.")


_HEARD = N_(
    "Thank you for your answer. A worker talks with you alone first. "
    "Help now shows help lines; some of them answer day and night."
)


def _heard(scene: Scene) -> tuple[Paragraph, ...]:
    """The same after every answer: it stays on the screen, where it must not tell what was answered."""
    return (_HEARD,)


def _heard_now(scene: Scene) -> tuple[Paragraph, ...]:
    """For somebody who skipped the question about fear, and so has not read it yet."""
    return () if scene.answer("afraid") else (_HEARD,)


_FAMILY: tuple[Question, ...] = (
    Ask(
        name="region",
        title=N_("Region"),
        ask=N_("Where do you live?"),
        hint=N_("You can also type the name of your region."),
        listed=Listed(regions, _ONWARD),
        options=(Option("elsewhere", N_("Somewhere else"), _ONWARD),),
        forgets=("association",),
        columns=2,
    ),
    Ask(
        name="association",
        title=N_("Association"),
        ask=N_("Which association suits you?"),
        hint=N_("Meetings can also be held remotely."),
        listed=Listed(candidates, "children"),
    ),
    AskMany(
        name="children",
        title=N_("Children"),
        ask=N_("How old are the children?"),
        hint=N_("Choose all that fit. No names, please. The next question is about help; you may skip both."),
        options=AGE_BANDS,
        then="help_wanted",
        skip=Skip("help_wanted", N_("Skip both questions"), also=("help_wanted",)),
        columns=2,
    ),
    AskMany(
        name="help_wanted",
        title=N_("Help wanted"),
        ask=N_("What would you like help with?"),
        hint=N_("Choose all that fit."),
        options=(
            Item("talk", N_("Talking it through")),
            Item("deciding", N_("Deciding to separate")),
            Item("child", N_("The child's situation")),
            Item("coparenting", N_("Parenting together")),
            Item("daily", N_("Daily arrangements")),
            Item("coping", N_("Own strength")),
        ),
        then="afraid",
        skip=Skip("afraid"),
        columns=2,
    ),
)

OWN: tuple[Question, ...] = (
    Ask(
        name="afraid",
        title=N_("Safety"),
        plainly=N_("Afraid of the other parent"),
        private=True,
        ask=N_("Are you afraid of the other parent, or of what they may do to you or the child?"),
        hint=N_("Only the workers see this answer."),
        options=(
            Option("no", N_("No"), "contact_other", says=_heard),
            Option("sometimes", N_("Sometimes"), "contact_other", says=_heard),
            Option("yes", N_("Yes"), "contact_other", says=_heard),
            Option("rather_not", N_("I'd rather not say"), "contact_other", says=_heard),
        ),
        skip=Skip("contact_other"),
    ),
    Ask(
        name="contact_other",
        title=N_("The other parent"),
        plainly=N_("May contact the other parent"),
        private=True,
        ask=N_("May a worker contact the other parent?"),
        hint=N_("Nobody is contacted before a worker has talked with you."),
        options=(
            Option("yes", N_("Yes"), "start", says=_heard_now),
            Option("talk_first", N_("Talk with me first"), "start", says=_heard_now),
            Option("not_yet", N_("Not yet"), "start", says=_heard_now),
            Option("not_safe", N_("It is not safe"), "start", says=_heard_now),
        ),
        skip=Skip("start"),
    ),
    Ask(
        name="start",
        title=N_("Start"),
        ask=N_("How would you like to begin?"),
        hint=N_("We can meet each of you alone first, or both of you together. A worker decides with you."),
        options=(
            Option("separate", N_("Separately first"), "reach"),
            Option("joint", N_("Together"), "reach"),
            Option("unsure", N_("Let us talk about it"), "reach"),
        ),
        skip=Skip("reach"),
    ),
    Ask(
        name="reach",
        title=N_("How to reach you"),
        ask=N_("How may a worker reach you?"),
        hint=_if_skipped,
        options=(
            Option("chat", N_("In this chat"), "hours"),
            Option("phone", N_("By phone"), "phone"),
        ),
        skip=Skip("hours", N_("Skip the rest"), also=("hours", "times", "mode", "meeting_language")),
    ),
    AskText(
        name="phone",
        title=N_("Phone"),
        private=True,
        ask=N_("What is your own phone number?"),
        hint=N_("Type it, for example 040 123 4567."),
        problem=N_("I could not read a phone number. Please type it like 040 123 4567."),
        then="voicemail",
    ),
    Ask(
        name="voicemail",
        title=N_("Voicemail"),
        ask=N_("May a worker leave a message if you do not answer?"),
        options=(Option("no", N_("No, please do not"), "hours"), Option("yes", N_("Yes"), "hours")),
        skip=Skip("hours"),
    ),
    Ask(
        name="hours",
        title=N_("Safe times"),
        ask=N_("When is it safe to contact you?"),
        options=tuple(Option(value, label, "times") for value, label in SAFE_HOURS.items()),
        skip=Skip("times"),
    ),
    AskMany(
        name="times",
        title=N_("Meeting times"),
        ask=N_("Which times suit you for a meeting?"),
        hint=N_("Choose all that fit."),
        options=(
            Item("morning", N_("Mornings")),
            Item("afternoon", N_("Afternoons")),
            Item("evening", N_("Evenings")),
        ),
        then="mode",
        skip=Skip("mode"),
    ),
    Ask(
        name="mode",
        title=N_("Way of meeting"),
        ask=N_("How would you like to meet?"),
        options=(
            Option("onsite", N_("At the association"), "meeting_language"),
            Option("remote", N_("By video"), "meeting_language"),
            Option("phone", N_("On the phone"), "meeting_language"),
            Option("any", N_("Any of these"), "meeting_language"),
        ),
        skip=Skip("meeting_language"),
    ),
    Ask(
        name="meeting_language",
        title=N_("Language of the meeting"),
        ask=N_("Which language do you want to speak in the meeting?"),
        options=(
            Option("fi", "Suomi", "summary"),
            Option("sv", "Svenska", "summary"),
            Option("en", "English", "summary"),
            Option("other", N_("Another, or sign language"), "interpreter"),
        ),
        skip=Skip("summary"),
    ),
    Ask(
        name="interpreter",
        title=N_("Interpreter"),
        ask=N_("Which interpreter do you need?"),
        hint=N_("Interpreting costs you nothing."),
        options=(
            Option("ru", "Русский", "summary"),
            Option("ar", "العربية", "summary"),
            Option("uk", "Українська", "summary"),
            Option("so", "Soomaali", "summary"),
            Option("sign", N_("Sign language"), "summary"),
            Option("other", N_("Another language"), "summary"),
        ),
        columns=2,
    ),
)
"""What every parent is asked alone: the gate questions but for the phone, the start, how and when; the last lead to a
state `summary`."""

QUESTIONS = (*_FAMILY, *OWN)
"""From the region to the interpreter."""
