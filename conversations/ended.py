"""What a parent reads when the meetings have ended, and the way back. Both parents read the same words, each of them
until their own data go; nothing says who wished the end, or whether anybody has come back."""

from collections.abc import Sequence
from datetime import date

from conversations.calling import CALL, CALLING, wished_says
from conversations.closing_effects import ComeBack
from conversations.facts import Association, CrisisLine
from conversations.flow import Menu, Option, Scene, State, says
from conversations.moves import contact, lines_of
from conversations.rating import goals_say, is_asked
from conversations.survey import asked_says
from conversations.text import N_, Paragraph, Text, Words

ENDED = N_("The meetings have ended. Thank you for this time.")
"""The same whoever proposed it and for whatever reason, also where nobody ever met."""

NEXT: dict[str, tuple[Text, Text]] = {
    "other_services": (
        N_("Other services"),
        N_("Other services: the association tells you which of them can help you now."),
    ),
    "kaksi_kotia": (N_("The app Kaksi kotia"), N_("Kaksi kotia: an app with a shared calendar.")),
    "peer_groups": (N_("Peer groups"), N_("Peer groups: the association tells you where the next ones meet.")),
    "crisis_lines": (N_("Help lines"), N_("Help lines, when you need to talk:")),
}
"""What next, by ids: what a worker chooses, and what the parents read. The association's contact is always told."""


def back_until(day: date) -> Text:
    """How long the way back is open."""
    return N_("If you need us again, you can come back until {day}.", day=day)


def next_says(
    told: Sequence[str], until: date, associations: tuple[Association, ...], lines: tuple[CrisisLine, ...], locale: str
) -> tuple[Paragraph, ...]:
    """What next: the chosen words, help lines, whom to contact, and the way back."""
    plain: list[Words] = [text for name, (_, text) in NEXT.items() if name in told and name != "crisis_lines"]
    helps = (NEXT["crisis_lines"][1], *lines_of(lines, locale)) if "crisis_lines" in told else ()
    return (
        *((tuple(plain),) if plain else ()),
        *((helps,) if helps else ()),
        (back_until(until), N_("What you told in your request is kept until then, and removed after that.")),
        tuple(contact(association) for association in associations),
    )


def ended_says(scene: Scene, associations: tuple[Association, ...]) -> tuple[Paragraph, ...]:
    """The parent's screen after the end."""
    ended = scene.facts.ended
    assert ended, "only then it is shown"
    seen = (N_("The workers see these ratings. They do not see your feedback."),) if is_asked(scene) else ()
    return (
        ENDED,
        *wished_says(scene),
        *asked_says(scene),
        *goals_say(scene),
        *seen,
        *next_says(ended.told, ended.until, associations, scene.facts.lines, scene.facts.locale),
    )


def has_ended(scene: Scene) -> bool:
    """Whether the person's meetings have ended and the way back is open."""
    return scene.facts.ended is not None


ENDED_OPTIONS = (
    Option("come_back", N_("I want to come back"), "come_back", when=has_ended),
    CALL,
    Option("delete", N_("Delete my data"), "delete", when=has_ended),
)
"""What can be done then."""


def _come_back(scene: Scene) -> tuple[Paragraph, ...]:
    if not has_ended(scene):
        return (N_("There is no open request. You can begin again with /start."),)
    return (
        N_("Do you want to come back? The association gets your answers again, and a worker contacts you."),
        N_("The worker talks with you alone first."),
    )


AFTERWARDS: tuple[State, ...] = (
    *CALLING,
    Menu(
        name="come_back",
        ask=_come_back,
        outside=True,
        options=(
            Option(
                "yes",
                N_("Yes, I come back"),
                "sent",
                does=lambda scene: (ComeBack(),),
                when=has_ended,
                says=says(N_("Welcome back. A worker contacts you.")),
            ),
            Option("no", N_("No"), "sent"),
        ),
    ),
)
"""The way back, and the wish to be called."""
