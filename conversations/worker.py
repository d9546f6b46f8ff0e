"""A worker's conversation: the lists, the claim, everything that is done on an own case, days away.

Every action is offered only while the case is the worker's own; what comes later is told how the case stands now. Forms
are chains of menus and questions that end in one effect; coming back to the card forgets them.
"""

from collections.abc import Callable

from msgspec.structs import replace

from conversations.about import ABOUT
from conversations.adding import ADDING
from conversations.asides import STAFF_ASIDES
from conversations.away import AWAY
from conversations.calling import CALLED
from conversations.card import card_says, case_list, letters_say
from conversations.casework import (
    TO_CARD,
    TO_MENU,
    Effects,
    case,
    is_own,
    one_party,
    own,
    own_where,
    parties,
    party_of,
    readable,
    stands,
    the_party,
    whose,
)
from conversations.child_start import BEGIN, CHILD_FEEDBACK
from conversations.closing import CLOSING
from conversations.effects import (
    AnswerOffer,
    ClaimCase,
    EndTalk,
    LogContact,
    RecordTalkAlone,
    RecordWelfare,
    TellClient,
    Write,
)
from conversations.figures import FIGURES, TO_FEEDBACK
from conversations.flow import AskText, Flow, Listed, Menu, Option, Scene, by_name, says
from conversations.goals import GOALS
from conversations.invitation import INVITATION, is_open
from conversations.meetings import AHEAD
from conversations.notes import NOTES
from conversations.plan import PLAN
from conversations.reading import TEXTS, to_texts
from conversations.recording import RECORDING
from conversations.scheduling import SCHEDULING
from conversations.starting import STARTING
from conversations.team import TEAM
from conversations.text import N_, P_, Paragraph, Text

# The front page and the lists


def _menu(scene: Scene) -> tuple[Paragraph, ...]:
    seat, counts = scene.facts.seat, scene.facts.counts
    assert seat, "only staff come here"
    waiting, asked = counts.get("queue", 0), counts.get("asked", 0)
    said: list[Paragraph] = [seat.association_name]
    said.append(P_("One request waits.", "{count} requests wait.", waiting) if waiting else N_("No request waits."))
    if asked:
        said.append(P_("A colleague asks you about one case.", "Colleagues ask you about {count} cases.", asked))
    if seat.away:
        said.append(N_("You are away {first} – {last}.", first=seat.away[0], last=seat.away[1]))
    return tuple(said)


def _today(scene: Scene) -> bool:
    away = scene.facts.seat.away if scene.facts.seat else None
    return not (away and away[0] <= scene.facts.today <= away[1])


_NONE = N_("There are no cases here.")
_LISTS = (
    case_list(
        "queue",
        P_("One request waits.", "{count} requests wait.", 0),
        N_("No request waits."),
        (Option("newest", N_("Newest first"), "newest"), TO_MENU),
    ),
    case_list(
        "newest",
        P_("One request waits.", "{count} requests wait.", 0),
        N_("No request waits."),
        (Option("queue", N_("Most urgent first"), "queue"), TO_MENU),
    ),
    case_list("mine", P_("You have one case.", "You have {count} cases.", 0), N_("You have no cases yet."), (TO_MENU,)),
    case_list(
        "asked",
        P_("A colleague asks you about one case.", "Colleagues ask you about {count} cases.", 0),
        _NONE,
        (TO_MENU,),
    ),
    case_list(
        "today",
        P_("One case waits for your next step.", "{count} cases wait for your next step.", 0),
        N_("Every case of yours has a first meeting agreed."),
        (TO_MENU,),
    ),
    case_list(
        "found",
        P_("One case found.", "{count} cases found.", 0),
        N_("No case with this reference is available to you."),
        (Option("search", N_("Search again"), "search"), TO_MENU),
    ),
)


# The card


def _end_talk(scene: Scene) -> Effects:
    card = own(scene)
    return tuple(EndTalk(card.case, party.person) for party in card.parties if party.talk) if card else ()


def _claim(scene: Scene) -> Effects:
    return (ClaimCase(case(scene)), TellClient(case(scene), (N_("A worker has your request and contacts you next."),)))


def _claimed(scene: Scene) -> tuple[Paragraph, ...]:
    card = scene.facts.card
    if card and card.referral:
        return (N_("The case is now yours. The professional hears only that a worker has it."),)
    return (N_("The case is now yours. The parent can see that a worker has it."),)


def _accepted(scene: Scene) -> tuple[Paragraph, ...]:
    card = scene.facts.card
    if card and card.offer and card.offer.kind == "transfer":
        return (N_("The case is now yours."),)
    return (N_("The case is now yours too."),)


def _can_write(scene: Scene) -> bool:
    card = own(scene)
    return card is not None and any(party.written_to and party.reachable for party in card.parties)


_CARD = Menu(
    name="card",
    ask=card_says,
    needs=("card",),
    looks="card",
    columns=2,
    options=(
        *CALLED,
        Option(
            "claim",
            N_("Take this case"),
            "card",
            does=_claim,
            when=lambda scene: stands("queue")(scene) and _today(scene),
            says=_claimed,
        ),
        Option(
            "accept",
            N_("Yes, I take it"),
            "card",
            does=lambda scene: (AnswerOffer(case(scene), True),),
            when=lambda scene: stands("asked")(scene) and _today(scene),
            says=_accepted,
        ),
        Option("decline", N_("No"), "decline", when=stands("asked")),
        Option("log", N_("Log a contact"), one_party("log", "log_with"), when=is_own),
        Option("write", N_("Write to the parent"), one_party("write", "write_to"), when=_can_write),
        Option("letters", N_("Messages"), "letters", when=own_where(lambda card: bool(card.letters))),
        Option(
            "alone",
            N_("I talked with them alone"),
            one_party("alone_check", "alone"),
            when=own_where(lambda card: any(p.talked_alone_on is None for p in card.parties)),
        ),
        Option(
            "welfare",
            N_("Child-welfare notice"),
            "welfare",
            when=is_own,
        ),
        Option("meetings", N_("Meetings"), "meetings", when=is_own),
        Option("goals", N_("Goals"), "goals", when=lambda scene: readable(scene) is not None),
        Option("notes", N_("Notes"), "notes", when=is_own),
        Option("invitation", N_("The other parent"), "invitation", when=own_where(is_open)),
        Option("team", N_("Work pair"), "team", when=is_own),
        Option("about", N_("More about the case"), "about", when=is_own),
        Option("timeline", N_("What has happened"), "timeline", when=stands("closed")),
        replace(CHILD_FEEDBACK, when=stands("closed")),
        Option("conflict", N_("I must not see this"), "conflict", when=stands("queue", "asked")),
        TO_MENU,
    ),
)

_CONTACTS: tuple[tuple[str, Text], ...] = (
    ("called", N_("Called")),
    ("reached", N_("Reached")),
    ("no_answer", N_("No answer")),
)


def _contact(what: str) -> Callable[[Scene], Effects]:
    def does(scene: Scene) -> Effects:
        party = party_of(scene)
        return (LogContact(case(scene), what, party.person if party else 0),)  # type: ignore[arg-type]

    return does


def _has_whom(scene: Scene) -> bool:
    """With a party that is there, or with a professional's client."""
    card = own(scene)
    return card is not None and (party_of(scene) is not None or not card.parties)


_CONTACT = (
    Menu(name="log_with", ask=N_("With whom?"), needs=("card",), listed=Listed(parties, "log"), saves="party"),
    Menu(
        name="log",
        ask=lambda scene: (N_("What came of it?"), *whose(scene)),
        needs=("card",),
        columns=2,
        options=(
            *(
                Option(what, label, "card", does=_contact(what), when=_has_whom, says=says(N_("Recorded.")))
                for what, label in _CONTACTS
            ),
            TO_CARD,
        ),
    ),
    Menu(name="write_to", ask=N_("To whom?"), needs=("card",), listed=Listed(parties, "write"), saves="party"),
    AskText(
        name="write",
        ask=N_("What do you want to write? Practical things only: this is a chat that others may see."),
        reads="words",
        hides=True,
        limit=1000,
        problem=N_("That is longer than 1,000 characters. Please write it shorter."),
        then="write_check",
    ),
    Menu(
        name="write_check",
        ask=lambda scene: (
            N_("This goes to one parent only, at a safe time:"),
            *whose(scene),
            scene.answer("write"),
        ),
        needs=("card",),
        looks="write",
        options=(
            Option(
                "send",
                N_("Send"),
                "card",
                does=lambda scene: (Write(case(scene), the_party(scene).person, scene.answer("write")),),
                when=lambda scene: _can_write(scene) and _writes_to(scene),
                says=says(N_("It goes out at a time that is safe for the parent. The answer comes to you.")),
            ),
            TO_CARD,
        ),
    ),
    Menu(
        name="letters",
        ask=letters_say,
        needs=("card", "letters"),
        looks="letters",
        options=(
            Option("write", N_("Write to the parent"), one_party("write", "write_to"), when=_can_write),
            Option(
                "end",
                N_("End the talk"),
                "card",
                does=_end_talk,
                when=own_where(lambda card: any(p.talk for p in card.parties)),
                says=says(N_("The bot answers the parent again.")),
            ),
            TO_CARD,
        ),
    ),
    Menu(name="alone", ask=N_("With whom?"), needs=("card",), listed=Listed(parties, "alone_check"), saves="party"),
    Menu(
        name="alone_check",
        ask=lambda scene: (*whose(scene), N_("You have talked with this parent so that nobody else heard it?")),
        needs=("card",),
        options=(
            Option(
                "yes",
                N_("Yes, record it"),
                "card",
                does=lambda scene: (RecordTalkAlone(case(scene), the_party(scene).person),),
                when=lambda scene: is_own(scene) and party_of(scene) is not None,
                says=says(N_("Recorded.")),
            ),
            TO_CARD,
        ),
    ),
    Menu(
        name="welfare",
        ask=(
            lambda scene: (
                N_("You have considered whether a child-welfare notice is needed. The duty is yours, not the bot's."),
                N_("Was a notice made?"),
            )
        ),
        needs=("card",),
        columns=2,
        options=(
            Option(
                "yes",
                N_("Yes, made"),
                "card",
                does=lambda scene: (RecordWelfare(case(scene), "yes"),),
                when=is_own,
                says=says(N_("Recorded.")),
            ),
            Option(
                "no",
                N_("No, not made"),
                "card",
                does=lambda scene: (RecordWelfare(case(scene), "no"),),
                when=is_own,
                says=says(N_("Recorded.")),
            ),
            TO_CARD,
        ),
    ),
)


def _writes_to(scene: Scene) -> bool:
    party = party_of(scene)
    return party is not None and party.written_to and party.reachable


WORKER = Flow(
    name="worker",
    start="menu",
    states=by_name(
        Menu(
            name="menu",
            ask=_menu,
            root=True,
            needs=("counts", "texts"),
            listed=Listed(to_texts, "text"),
            saves="text",
            columns=2,
            options=(
                Option("queue", N_("Queue"), "queue"),
                Option("mine", N_("My cases"), "mine"),
                Option("today", N_("Today"), "today"),
                Option("ahead", N_("My meetings"), "ahead"),
                Option("asked", N_("Asked of me"), "asked", when=lambda scene: bool(scene.facts.counts.get("asked"))),
                Option("search", N_("Search"), "search"),
                Option("away", N_("Being away"), "away"),
                Option("plan", N_("Working hours"), "plan"),
                TO_FEEDBACK,
                CHILD_FEEDBACK,
            ),
        ),
        *_LISTS,
        AHEAD,
        AskText(
            name="search",
            ask=N_("What is the reference of the case? It has four letters and numbers."),
            reads="words",
            limit=20,
            problem=N_("Please type the reference: four letters and numbers."),
            then="found",
        ),
        _CARD,
        *_CONTACT,
        *STARTING,
        *SCHEDULING,
        *RECORDING,
        *ADDING,
        *GOALS,
        *NOTES,
        *INVITATION,
        *TEAM,
        *ABOUT,
        *CLOSING,
        *AWAY,
        *PLAN,
        *FIGURES,
        TEXTS,
        *BEGIN,
        *STAFF_ASIDES,
    ),
)
"""A worker."""
