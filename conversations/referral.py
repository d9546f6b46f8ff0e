"""A professional of another organisation refers a client, or makes a link that the client opens.

A branch of the parents' flow. The client's name is asked nowhere, nothing is sent without the client's consent, and no
free text is kept but the name of an organisation. The professional hears that the referral was received and that a
worker has the case; whether a link was opened is told to nobody.
"""

from conversations.effects import Effect, MakeHandover, OpenReferral, StopTimer
from conversations.flow import Ask, AskMany, AskText, Depends, Item, Listed, Menu, Option, Scene, Skip, State, Summary
from conversations.moves import contact
from conversations.questions import AGE_BANDS, SAFE_HOURS, regions, serving
from conversations.text import N_, Paragraph

ORGANISATION_LIMIT = 60
"""Characters: room for the name of an organisation and for no story."""

_MAKE_LINK = N_("Make a link for a client")


def _no_request(scene: Scene) -> bool:
    return scene.facts.request is None


def _professional(scene: Scene) -> tuple[Paragraph, ...]:
    return (
        N_("Thank you for guiding a family to us."),
        N_("If the client agrees, you can send a referral here. You can also give the client a link."),
        (N_("Or contact an association:"), *(contact(a) for a in scene.facts.associations)),
        N_("Please do not write a client's name here."),
    )


def _no_consent(scene: Scene) -> tuple[Paragraph, ...]:
    return (
        N_("Without the client's consent nothing is sent from here."),
        (
            N_("You can give the client a link, or the contact of an association:"),
            *(contact(a) for a in scene.facts.associations),
        ),
    )


def _after_sector(scene: Scene) -> str:
    refers = (scene.answer("professional"), scene.answer("client_agrees")) == ("refer", "yes")
    return "role" if refers and scene.answer("client_reach") != "link" else "hand_over"


_FROM_SECTOR = Depends(_after_sector, ("role", "hand_over"))


def _make_link(scene: Scene) -> tuple[Effect, ...]:
    return (MakeHandover(scene.answer("sector")),)


def _candidates(scene: Scene) -> tuple[Item, ...]:
    return serving(scene, scene.answer("ref_region"))


def _after_region(scene: Scene) -> str:
    return "ref_children" if len(_candidates(scene)) == 1 else "ref_association"


_FROM_REGION = Depends(_after_region, ("ref_children", "ref_association"))


def _association(scene: Scene) -> Item:
    found = _candidates(scene)
    return next((item for item in found if item.value == scene.answer("ref_association")), found[0])


def _check(scene: Scene) -> tuple[Paragraph, ...]:
    return (
        N_("Please check the referral. Nothing has been sent yet."),
        N_("It goes to: {association}", association=(_association(scene).label,)),
    )


def _send(scene: Scene) -> tuple[Effect, ...]:
    told = {name: values for name, values in scene.answers.items() if name in (*_TOLD, "phone_safe")}
    return (OpenReferral(_association(scene).value, told), StopTimer("draft"))


def _received(scene: Scene) -> tuple[Paragraph, ...]:
    if not scene.facts.referred:
        return (N_("A worker has the case that you referred."),)
    return (
        N_("The referral has been received. Next, a worker of the association takes the case."),
        N_("When a worker has the case, you hear it here. Nothing else about it is told here."),
        N_("If something changes, please contact the association."),
    )


REFERRAL: tuple[State, ...] = (
    Ask(
        name="professional",
        ask=_professional,
        outside=True,
        options=(
            Option("refer", N_("Refer a client"), "client_agrees"),
            Option("link", _MAKE_LINK, "sector"),
        ),
    ),
    Ask(
        name="client_agrees",
        title=N_("Client's consent"),
        ask=N_("Does the client know what you send here, and agree to it?"),
        hint=N_("The client's name is not needed. Please do not write it anywhere."),
        options=(
            Option("yes", N_("Yes, the client agrees"), "client_reach"),
            Option("no", N_("No, or not asked yet"), "no_consent"),
        ),
    ),
    Menu(name="no_consent", ask=_no_consent, options=(Option("link", _MAKE_LINK, "sector"),)),
    Ask(
        name="client_reach",
        title=N_("Reaching the client"),
        ask=N_("How does the client want to be reached?"),
        hint=N_("With a link the client answers in an own chat, and you send nothing."),
        options=(
            Option("phone", N_("By phone"), "client_phone"),
            Option("link", N_("Through a link"), "sector"),
            Option("self", N_("The client contacts us"), "sector"),
        ),
    ),
    AskText(
        name="client_phone",
        title=N_("Client's phone"),
        private=True,
        shared=False,
        ask=N_("What is the client's phone number?"),
        hint=N_("Type it only if the client agrees, for example 040 123 4567."),
        problem=N_("I could not read a phone number. Please type it like 040 123 4567."),
        then="client_hours",
    ),
    Ask(
        name="client_hours",
        title=N_("Safe times"),
        ask=N_("When is it safe to call the client?"),
        options=tuple(Option(hours, label, "sector") for hours, label in SAFE_HOURS.items() if hours != "never"),
        skip=Skip("sector"),
    ),
    Ask(
        name="sector",
        title=N_("Sector"),
        ask=N_("Where do you work?"),
        options=(
            Option("social", N_("Social services"), _FROM_SECTOR),
            Option("health", N_("Health care"), _FROM_SECTOR),
            Option("school", N_("Early education, school"), _FROM_SECTOR),
            Option("police", N_("Police or court"), _FROM_SECTOR),
            Option("organisation", N_("An organisation"), _FROM_SECTOR),
            Option("other", N_("Somewhere else"), _FROM_SECTOR),
        ),
    ),
    Menu(
        name="hand_over",
        ask=lambda scene: (
            N_("With the link the client answers alone and decides what to send."),
            N_("The link works once. You do not hear whether it was opened."),
            N_("The message with the link is removed from here within two days."),
        ),
        options=(
            Option(
                "make",
                N_("Make the link"),
                "hand_over",
                does=_make_link,
                says=lambda scene: (N_("The link is in the message below. For another client, make another link."),),
            ),
        ),
    ),
    Ask(
        name="role",
        title=N_("Role"),
        ask=N_("What is your role?"),
        options=(
            Option("social_worker", N_("Social worker"), "organisation"),
            Option("nurse", N_("Nurse or doctor"), "organisation"),
            Option("teacher", N_("Teacher, day-care worker"), "organisation"),
            Option("family_worker", N_("Family worker"), "organisation"),
            Option("other", N_("Another role"), "organisation"),
        ),
        skip=Skip("organisation"),
    ),
    AskText(
        name="organisation",
        title=N_("Organisation"),
        ask=N_("Which organisation do you work for?"),
        hint=N_("Type only its name. No client's name and no story, please."),
        reads="words",
        limit=ORGANISATION_LIMIT,
        problem=N_("I did not save this. Please type only the name of the organisation."),
        then="ref_region",
        skip=Skip("ref_region"),
    ),
    Ask(
        name="ref_region",
        title=N_("Region"),
        ask=N_("Where does the client live?"),
        hint=N_("You can also type the name of the region."),
        listed=Listed(regions, _FROM_REGION),
        options=(Option("elsewhere", N_("Somewhere else"), _FROM_REGION),),
        forgets=("ref_association",),
        columns=2,
    ),
    Ask(
        name="ref_association",
        title=N_("Association"),
        ask=N_("Which association suits the client?"),
        hint=N_("Meetings can also be held remotely."),
        listed=Listed(_candidates, "ref_children"),
    ),
    AskMany(
        name="ref_children",
        title=N_("Children"),
        ask=N_("How old are the children?"),
        hint=N_("Choose all that fit. No names, please."),
        options=AGE_BANDS,
        then="risk_known",
        skip=Skip("risk_known"),
        columns=2,
    ),
    Ask(
        name="risk_known",
        title=N_("Known risk"),
        ask=N_("Do you know of fear, violence or another danger in the family?"),
        hint=N_("Your own duty to make a child-welfare notice stays yours. The bot notifies nobody."),
        options=(
            Option("yes", N_("Yes"), "ref_check"),
            Option("no", N_("No"), "ref_check"),
            Option("unknown", N_("I do not know"), "ref_check"),
        ),
    ),
    Summary(
        name="ref_check",
        since="professional",
        ask=_check,
        options=(
            Option("send", N_("Send the referral"), "received", does=_send, when=_no_request),
            Option("change", N_("Change an answer"), "change"),
        ),
    ),
    Menu(
        name="received",
        ask=_received,
        root=True,
        outside=True,
        options=(Option("another", N_("Refer another client"), "professional", when=_no_request),),
    ),
)
"""From "I am a professional" to a referral that was received, or to a link for the client."""

_TOLD = tuple(state.name for state in REFERRAL if isinstance(state, Ask | AskMany | AskText) and state.title)
"""The answers that make up a referral."""
