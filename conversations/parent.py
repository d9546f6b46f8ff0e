"""First contact of a parent: from "what is this" to a request in the association's queue.

No case exists before "send". The gate questions (`phone_safe`, `afraid`, `contact_other`) are no screening instrument:
nothing here scores or decides, a worker does. Every one of them can be skipped, and a skip means "talk first".
"""

from conversations.asides import ASIDES, associations_of, remove_all, removed
from conversations.effects import (
    ChangeRequest,
    CleanChat,
    Effect,
    Forget,
    NotifyStaff,
    OpenCase,
    RecordConsent,
    StopTimer,
)
from conversations.flow import (
    END,
    Ask,
    AskMany,
    AskText,
    ChangeList,
    Depends,
    Flow,
    Item,
    Listed,
    Menu,
    Option,
    Scene,
    Skip,
    Summary,
    by_name,
)
from conversations.moves import NOT_READ_AT_ONCE, children_paragraphs, contact
from conversations.text import N_, Paragraph, Text

CONSENT_VERSION = "2026-11"
"""Changes whenever the words of the consent change; stored with each consent."""

REGIONS = {
    "uusimaa": N_("Uusimaa"),
    "varsinais-suomi": N_("Southwest Finland"),
    "satakunta": N_("Satakunta"),
    "kanta-hame": N_("Kanta-Häme"),
    "pirkanmaa": N_("Pirkanmaa"),
    "paijat-hame": N_("Päijät-Häme"),
    "kymenlaakso": N_("Kymenlaakso"),
    "etela-karjala": N_("South Karelia"),
    "etela-savo": N_("South Savo"),
    "pohjois-savo": N_("North Savo"),
    "pohjois-karjala": N_("North Karelia"),
    "keski-suomi": N_("Central Finland"),
    "etela-pohjanmaa": N_("South Ostrobothnia"),
    "pohjanmaa": N_("Ostrobothnia"),
    "keski-pohjanmaa": N_("Central Ostrobothnia"),
    "pohjois-pohjanmaa": N_("North Ostrobothnia"),
    "kainuu": N_("Kainuu"),
    "lappi": N_("Lapland"),
    "ahvenanmaa": N_("Åland"),
}
"""The regions of Finland (maakunnat) by their ids in config.toml."""

SAFE_HOURS = {
    "office": N_("Weekdays 9–16"),
    "evening": N_("Weekdays 16–20"),
    "daily": N_("Every day 9–20"),
    "never": N_("Only when I write"),
}
"""When the bot may write first; `bot.clock` knows the same ids."""


def _welcome(scene: Scene) -> tuple[Paragraph, ...]:
    return (
        N_(
            "Good that you are here. You can ask for free meetings about separation: for parents who think about it or "
            "have separated, their children and blended families."
        ),
        N_(
            "Your answers are stored. Workers of the association you choose read them. "
            "Telegram can technically read this chat."
        ),
        N_(
            "You can also get help so that nothing is stored here: the anonymous chat at apuaeroon.fi, or a phone call."
        ),
        N_("Do you agree that your answers are stored for arranging the meetings?"),
    )


def _other_ways(scene: Scene) -> tuple[Paragraph, ...]:
    return (
        N_("That is all right. You can get help in other ways too:"),
        tuple(contact(a) for a in scene.facts.associations),
        N_("Anonymous chat: apuaeroon.fi. Nothing of it is saved."),
    )


def _young_parent(scene: Scene) -> tuple[Paragraph, ...]:
    return (
        N_("You can get help as a parent. Please contact the association, a worker arranges it with you."),
        tuple(contact(a) for a in scene.facts.associations),
        N_("If you are in danger now, call 112."),
        N_("Nothing about you was saved."),
    )


def _professional(scene: Scene) -> tuple[Paragraph, ...]:
    return (
        N_("Thank you for guiding a family to us. For now, please contact the association directly."),
        tuple(contact(a) for a in scene.facts.associations),
        N_("Please do not write a client's name here."),
    )


def _candidates(scene: Scene) -> tuple[Item, ...]:
    """The associations of the region; all of them for somebody whose region is not among ours."""
    region = scene.answer("region")
    here = [a for a in scene.facts.associations if region in a.regions]
    return tuple(Item(a.id, a.name) for a in here or scene.facts.associations)


def _after_region(scene: Scene) -> str:
    return "children" if len(_candidates(scene)) == 1 else "association"


def _open(scene: Scene) -> tuple[Effect, ...]:
    association = scene.answer("association") or _candidates(scene)[0].value
    return (OpenCase(association, dict(scene.answers)), NotifyStaff("new"), StopTimer("draft"))


def _waiting(scene: Scene) -> bool:
    return scene.facts.request is not None and scene.facts.request.status == "waiting"


def _not_sent(scene: Scene) -> bool:
    return scene.facts.request is None


def _sent(scene: Scene) -> tuple[Paragraph, ...]:
    request = scene.facts.request
    if request is None:
        return (N_("There is no open request. You can begin again with /start."),)
    by = request.first_meeting_by
    if not request.written_to:
        contacts: Text = N_("Open this chat when it is safe and press /start. You see here how your request stands.")
    elif request.status == "waiting":
        contacts = N_("Next, a worker reads it and contacts you to agree a time.")
    else:
        contacts = N_("Next, the worker contacts you to agree a time.")
    reference = N_("Your reference is {reference}.", reference=request.reference)
    promise = N_("The first meeting should be held by {day}.", day=by)
    if request.status == "waiting":
        return (
            (N_("Your request has been sent."), reference),
            (contacts, promise),
            N_("You can still change your answers or withdraw the request here."),
            NOT_READ_AT_ONCE,
        )
    return (
        (N_("A worker has your request."), reference),
        (contacts, promise),
        N_("If something changes, tell the worker or the association. You can also withdraw the request here."),
        tuple(contact(a) for a in associations_of(scene)),
    )


def _if_skipped(scene: Scene) -> Text:
    if scene.answer("phone_safe") == "yes":
        return N_("If you skip the rest, we write here on weekdays 9–16, and the worker asks the rest.")
    return N_("If you skip the rest, the worker asks it. We do not write here first.")


START = Ask(
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
)

_HEARD = N_(
    "Thank you for telling. A worker talks with you alone first. "
    "Help now shows help lines; some of them answer at night too."
)


def _heard(scene: Scene) -> tuple[Paragraph, ...]:
    return (_HEARD,)


PARENT = Flow(
    name="parent",
    start=Depends(lambda scene: "sent" if scene.facts.request else "welcome", ("welcome", "sent")),
    draft=True,
    discreet=True,
    states=by_name(
        Ask(
            name="welcome",
            ask=_welcome,
            options=(
                Option("agree", N_("I agree, let us begin"), "age", does=lambda s: (RecordConsent(CONSENT_VERSION),)),
                Option("other", N_("I do not agree"), "other_ways"),
            ),
            languages=True,
        ),
        Menu(name="other_ways", ask=_other_ways),
        Ask(
            name="age",
            ask=N_("How old are you?"),
            options=(
                Option("adult", N_("18 or over"), "phone_safe"),
                Option(
                    "minor",
                    N_("Under 18"),
                    END,
                    does=lambda s: (CleanChat(), Forget()),
                    says=lambda s: children_paragraphs(s.facts.lines, s.facts.locale),
                ),
                Option(
                    "young_parent",
                    N_("Under 18 and a parent"),
                    END,
                    does=lambda s: (CleanChat(), Forget()),
                    says=_young_parent,
                ),
            ),
        ),
        Ask(
            name="phone_safe",
            title=N_("This phone"),
            plainly=N_("Safe to write on this phone"),
            private=True,
            ask=N_("Is it safe for you to write about this on this phone?"),
            hint=N_("Think whether somebody else could read your messages."),
            options=(
                Option("yes", N_("Yes, it is safe"), "situation"),
                Option("unsure", N_("I am not sure"), "phone_care"),
                Option("no", N_("It is not safe"), "phone_care"),
            ),
            skip=Skip("phone_care"),
        ),
        Ask(
            name="phone_care",
            ask=lambda scene: (
                N_("A phone call from another phone may be safer for you."),
                tuple(contact(a) for a in associations_of(scene)),
                N_(
                    "You can stop now and clean up this chat. "
                    "If you go on, we do not write here first unless you ask for it."
                ),
            ),
            options=(
                Option("stop", N_("Stop and clean up"), END, does=remove_all, says=removed),
                Option("go_on", N_("Go on"), "situation"),
            ),
        ),
        Ask(
            name="situation",
            title=N_("Situation"),
            ask=N_("What describes you best?"),
            options=(
                Option("considering", N_("I think about separating"), "together"),
                Option("separated", N_("We have separated"), "together"),
                Option("blended", N_("Blended family"), "together"),
                Option("professional", N_("I am a professional"), "professional"),
            ),
        ),
        Menu(name="professional", ask=_professional),
        Ask(
            name="together",
            title=N_("Alone or together"),
            ask=N_("Do you apply alone or together with the other parent?"),
            hint=N_("You answer here only for yourself. The other parent never sees your answers."),
            options=(
                Option("alone", N_("Alone"), "region"),
                Option("together", N_("With the other parent"), "region"),
            ),
        ),
        Ask(
            name="region",
            title=N_("Region"),
            ask=N_("Where do you live?"),
            hint=N_("Next come two short questions about children and help. You may skip them."),
            options=(
                *(
                    Option(region, name, Depends(_after_region, ("children", "association")))
                    for region, name in REGIONS.items()
                ),
                Option("elsewhere", N_("Somewhere else"), Depends(_after_region, ("children", "association"))),
            ),
            forgets=("association",),
            columns=2,
        ),
        Ask(
            name="association",
            title=N_("Association"),
            ask=N_("Which association suits you?"),
            hint=N_("Meetings can also be held remotely."),
            listed=Listed(_candidates, "children"),
        ),
        AskMany(
            name="children",
            title=N_("Children"),
            ask=N_("How old are the children?"),
            hint=N_("Choose all that fit. No names, please."),
            options=(
                Item("expecting", N_("Expecting")),
                Item("0-3", N_("0–3 years")),
                Item("4-6", N_("4–6 years")),
                Item("7-9", N_("7–9 years")),
                Item("10-12", N_("10–12 years")),
                Item("13-17", N_("13–17 years")),
            ),
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
        Ask(
            name="afraid",
            title=N_("Safety"),
            plainly=N_("Afraid of the other parent"),
            private=True,
            ask=N_("Are you afraid of the other parent, or of what they may do to you or the child?"),
            hint=N_("Only the workers see this answer."),
            options=(
                Option("no", N_("No"), "contact_other"),
                Option("sometimes", N_("Sometimes"), "contact_other", says=_heard),
                Option("yes", N_("Yes"), "contact_other", says=_heard),
                Option("rather_not", N_("I'd rather not say"), "contact_other"),
            ),
            skip=Skip("contact_other"),
        ),
        Ask(
            name="contact_other",
            title=N_("Contact"),
            plainly=N_("May contact the other parent"),
            private=True,
            ask=N_("May a worker contact the other parent?"),
            hint=N_("Nobody is contacted before a worker has talked with you."),
            options=(
                Option("yes", N_("Yes"), "start"),
                Option("talk_first", N_("Talk with me first"), "start"),
                Option("not_yet", N_("Not yet"), "start"),
                Option("not_safe", N_("It is not safe"), "start", says=_heard),
            ),
            skip=Skip("start"),
        ),
        START,
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
        Summary(
            name="summary",
            ask=N_("Please check your answers. Nothing is sent yet."),
            options=(
                Option("send", N_("Send the request"), "sent", does=_open, when=_not_sent),
                Option(
                    "save",
                    N_("Save the changes"),
                    "sent",
                    does=lambda scene: (ChangeRequest(dict(scene.answers)),),
                    when=_waiting,
                ),
                Option("change", N_("Change an answer"), "change"),
                Option("leave", N_("Leave as it was"), "sent", when=lambda scene: not _not_sent(scene)),
            ),
        ),
        ChangeList(name="change", ask=N_("Which answer do you want to change?")),
        Menu(
            name="sent",
            ask=_sent,
            root=True,
            options=(
                Option(
                    "change",
                    N_("Change an answer"),
                    "summary",
                    when=_waiting,
                    otherwise=N_("A worker has your request already. Please tell the worker about the change."),
                    loads=lambda scene: scene.facts.request.answers if scene.facts.request else {},
                ),
                Option("withdraw", N_("Withdraw the request"), "withdraw", when=lambda scene: not _not_sent(scene)),
            ),
        ),
        Menu(
            name="withdraw",
            ask=N_("Do you want to withdraw your request? Everything about you is removed."),
            options=(
                Option("withdraw", N_("Yes, withdraw it"), END, does=remove_all, says=removed),
                Option("keep", N_("No, keep it"), "sent"),
            ),
        ),
        *ASIDES,
    ),
)
"""From the first message to a request that was sent."""
