"""How the conversation of every parent begins after the consent: the age, and whether this phone is safe. And when the
bot may write first, as far as the answers say."""

from conversations.asides import associations_of, remove_all, removed
from conversations.flow import END, Answers, Ask, Option, Scene, Skip, State
from conversations.moves import IN_DANGER, children_paragraphs, contact
from conversations.text import N_, Paragraph


def safe_hours(answers: Answers) -> str:
    """When the bot may write first. Nobody with doubts about the phone is written to unless they asked for it: to be
    reached in this chat, at hours they named. Hours for phone calls are none for this chat."""
    safe, asked = answers.get("phone_safe", ()) == ("yes",), answers.get("reach", ()) == ("chat",)
    hours = next(iter(answers.get("hours", ())), "")
    return (hours or "office") if safe else (hours or "never") if asked else "never"


def _young_parent(scene: Scene) -> tuple[Paragraph, ...]:
    return (
        N_("You can get help as a parent. Please contact the association, a worker arranges it with you."),
        tuple(contact(a) for a in associations_of(scene)),
        IN_DANGER,
        N_("Nothing about you was saved."),
    )


_AGE = Ask(
    name="age",
    ask=N_("How old are you?"),
    options=(
        Option("adult", N_("18 or over"), "phone_safe"),
        Option(
            "minor",
            N_("Under 18"),
            END,
            does=remove_all,
            says=lambda s: children_paragraphs(s.facts.lines, s.facts.locale),
        ),
        Option("young_parent", N_("Under 18 and a parent"), END, does=remove_all, says=_young_parent),
    ),
)


def beginning(then: str) -> tuple[State, ...]:
    """The age and the phone; leads to ``then``. Nothing is kept of somebody under 18."""
    return (
        _AGE,
        Ask(
            name="phone_safe",
            title=N_("This phone"),
            plainly=N_("Safe to write on this phone"),
            private=True,
            ask=N_("Is it safe for you to write about this on this phone?"),
            hint=N_("Think whether somebody else could read your messages."),
            options=(
                Option("yes", N_("Yes, it is safe"), then),
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
                Option("go_on", N_("Go on"), then),
            ),
        ),
    )
