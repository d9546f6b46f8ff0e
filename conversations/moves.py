"""What works in every state besides the asides: the commands, help now, and the answers to the unexpected.

Help now is answered from memory, before and without any database; the core never sees it.
"""

from conversations.facts import Association, CrisisLine
from conversations.text import N_, Paragraph, Words

NAMES = {
    "help": ("apua", "hjalp", "help"),
    "clean": ("siivoa", "stada", "clean"),
    "language": ("kieli", "sprak", "language"),
    "human": ("ihminen", "manniska", "human"),
    "mydata": ("tiedot", "uppgifter", "mydata"),
    "privacy": ("tietosuoja", "integritet", "privacy"),
    "delete": ("poista", "radera", "delete"),
    "stop": ("lopeta", "sluta", "stop"),
    "pause": ("tauko", "paus", "pause"),
    "more": ("lisaa", "mer", "more"),
    "back": ("takaisin", "tillbaka", "back"),
    "skip": ("ohita", "hoppa", "skip"),
    "change": ("muuta", "andra", "change"),
    "queue": ("jono", "ko", "queue"),
    "mine": ("asiat", "arenden", "cases"),
    "today": ("tanaan", "idag", "today"),
    "away": ("poissa", "borta", "away"),
    "search": ("hae", "sok", "search"),
}
"""Every move's command in Finnish, Swedish and English; each works in every language."""

COMMANDS = {name: move for move, names in NAMES.items() for name in names}

STAFF_COMMANDS = ("queue", "mine", "today", "away", "search")
"""Moves of people with a seat; anybody else who tries one is told what every unknown command is told."""

CHILD_COMMANDS = ("lapsi", "barn", "child")
"""With a code behind it: hands this chat over to a child (`conversations.child`)."""

HELP_COMMANDS = dict(zip(NAMES["help"], ("fi", "sv", ""), strict=True))
"""Commands that ask for help now, with the language they are answered in ("" = that of the person's Telegram)."""

STALE = N_("This button is from an earlier message. Please use the newest one.")
CHANGED = N_("This has changed in the meantime. Here is how it is now.")
NOT_HERE = N_("That is not possible here. Please choose below.")
CHOOSE = N_("Please choose one of the buttons. You can also type its text or number.")
NOT_SAVED = N_("I did not save this. Please choose one of the buttons. You can also type its text or number.")
CANNOT_READ = N_("I can only read text and buttons. I did not save what you sent.")
CORRECTION = N_("I do not see changes to older messages. Please answer below.")
NOT_YOUR_CONTACT = N_("Please send only your own number. I did not save this one.")
TYPE_THE_NUMBER = N_("Please type the number. I did not save the contact card.")
STORY_KEPT = N_(
    "Thank you. I cannot answer this, but once you have sent your request, its worker sees it once. "
    "Please continue with the buttons."
)
NOT_READ_HERE = N_("Messages are not read here. I did not save this. Please contact the association.")
TOO_MUCH_TEXT = N_(
    "This is more text than I can keep. I did not save this message. You can tell the rest to the worker."
)
WELCOME_BACK = N_("You can continue where you were.")
NOT_AVAILABLE = N_("That is not available here. Please choose below. If you have a code or link, ask for a new one.")
"""One text for everything that is unknown, forbidden, used or expired: they must look alike."""
WRONG_CODE = N_("This code does not work. Ask the worker for a new one.")
SENT_TO_WORKER = N_("Your message went to your own workers.")
CLOSED = N_("This case is closed. It can only be read.")
JOINED = N_("Welcome. You can begin.")
NEW_REQUEST = N_("A new request waits: {reference} · {association} · since {moment}")
MOVED = N_("The request {reference} is no longer in your queue.")
WITHDRAWN = N_("The parent has withdrawn the request {reference}.")
STORY_FOR_YOU = N_("The parent of {reference} wrote this. It is shown only once:")
APOLOGY = N_("Something went wrong on our side. Your earlier answers are safe. Please try once more with /start.")
IN_DANGER = N_("If you are in danger now, call 112. It answers day and night.")
NOT_READ_AT_ONCE = N_("Messages here are not read at once. Workers are at work on weekdays 9–16.")


def help_paragraphs(lines: tuple[CrisisLine, ...], locale: str) -> tuple[Paragraph, ...]:
    """Help now: 112 first, then the checked lines, those in the person's language before the others."""
    mine = sorted((line for line in lines if line.number != "112"), key=lambda line: locale not in line.locales)
    return (
        IN_DANGER,
        tuple(_line(line, locale) for line in mine),
        NOT_READ_AT_ONCE,
    )


def lines_of(lines: tuple[CrisisLine, ...], locale: str) -> tuple[Words, ...]:
    """The checked lines for grown-ups that answer in the person's language, or else all of them."""
    own = [line for line in lines if line.number != "112" and line.audience == "everyone"]
    return tuple(_line(line, locale) for line in [line for line in own if locale in line.locales] or own)


def children_lines(lines: tuple[CrisisLine, ...], locale: str) -> tuple[Words, ...]:
    """The checked lines for children that answer in the person's language, or else all of them."""
    own = [line for line in lines if line.audience == "children"]
    return tuple(_line(line, locale) for line in [line for line in own if locale in line.locales] or own)


def children_paragraphs(lines: tuple[CrisisLine, ...], locale: str) -> tuple[Paragraph, ...]:
    """For somebody under 18: adults who listen, and that nothing was stored."""
    return (
        N_("This service is for parents. You deserve help too."),
        children_lines(lines, locale),
        IN_DANGER,
        N_("Nothing about you was saved."),
    )


def unbroken(text: str) -> str:
    """Text whose telephone numbers are never broken over two lines."""
    around = zip(" " + text, text, text[1:] + " ", strict=False)
    return "".join("\u00a0" if c == " " and before.isdigit() and after.isdigit() else c for before, c, after in around)


def _line(line: CrisisLine, locale: str) -> Words:
    name = line.name.get(locale) or line.name["fi"]
    hours = unbroken(line.hours.get(locale) or line.hours.get("fi", ""))
    number = unbroken(line.number)
    return (
        N_("{name}: {number} ({hours})", name=name, number=number, hours=hours)
        if hours
        else (N_("{name}: {number}", name=name, number=number))
    )


def contact(association: Association) -> Words:
    """How to reach an association without this chat."""
    if association.phone:
        return N_(
            "{name}: {phone}, {url}", name=association.name, phone=unbroken(association.phone), url=association.contact
        )
    return N_("{name}: {url}", name=association.name, url=association.contact)
