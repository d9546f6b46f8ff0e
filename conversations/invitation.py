"""The worker's side of the other parent's coming: making the link, taking it back (the parent's own, too), saying who
has answered."""

from conversations.casework import TO_CARD, case, own
from conversations.contact import lets
from conversations.effects import ConfirmGuest, InviteOther, RejectGuest, RevokeInvitation
from conversations.facts import Card, Guest
from conversations.flow import Menu, Option, Scene, says
from conversations.parent import PARENT
from conversations.text import N_, Paragraph, Words
from conversations.view import LANGUAGES, told

_TO_FIND_OUT = ("reach", "phone", "voicemail", "hours")
"""What a worker sees of somebody before confirming who it is: how to reach them, and nothing else."""


def is_open(card: Card) -> bool:
    """Whether the worker has something to do here."""
    return card.guest is not None or may_invite(card)


def may_invite(card: Card) -> bool:
    """One parent, no link yet, and that parent's decision allows it. Who may return needs none."""
    alone = card.guest is None and len(card.parties) == 1 and not card.may_return
    return alone and lets(card.parties[0], "invite")


def guest_says(guest: Guest) -> tuple[Words, ...]:
    """How the invitation stands, for the card too."""
    if guest.person is None and guest.by_parent:
        return (N_("The parent has made a link for the other parent. It is good until {moment}.", moment=guest.until),)
    if guest.person is None:
        return (N_("The other parent is invited. The link is good until {moment}.", moment=guest.until),)
    if not guest.answered:
        return (
            N_("Somebody has opened the link. Is this the other parent?"),
            N_("You can confirm it once they have answered. Nothing is shown to the parent."),
        )
    return (
        N_("Somebody has answered by the link. Is this the other parent?"),
        N_("Without your answer, theirs are removed on {moment}.", moment=guest.until),
    )


def _invitation(scene: Scene) -> tuple[Paragraph, ...]:
    card = own(scene)
    if card is None:
        return (N_("This case is not available to you."),)
    if card.guest and card.guest.answered:
        answers = {name: card.guest.answers[name] for name in _TO_FIND_OUT if name in card.guest.answers}
        language = N_("Language of the chat: {language}", language=LANGUAGES[card.guest.language])
        return (
            guest_says(card.guest),
            *_taken_back(card),
            (language, *told(PARENT, answers, scene, show_private=True)),
        )
    if card.guest:
        return (guest_says(card.guest),)
    if not may_invite(card):
        return (N_("The other parent cannot be invited now."),)
    return (
        N_("Hand the link over only in the way you have agreed with the parent."),
        N_("It works once. Opening it joins nobody to the case: you confirm who it is. The parent sees nothing of it."),
    )


def _taken_back(card: Card) -> tuple[Paragraph, ...]:
    """The answers came while the first parent allowed contact; whether to go on is for the worker to decide."""
    if not card.parties or lets(card.parties[0], "invite"):
        return ()
    return (N_("⚠ The parent does not allow contact now. Talk privately with this parent before you confirm."),)


def _may(scene: Scene) -> bool:
    card = own(scene)
    return card is not None and may_invite(card)


def _unopened(scene: Scene) -> bool:
    card = own(scene)
    return card is not None and card.guest is not None and card.guest.person is None


def _answered(scene: Scene) -> bool:
    card = own(scene)
    return card is not None and card.guest is not None and card.guest.answered


def _guest(scene: Scene) -> int:
    card = scene.facts.card
    assert card, "the step was offered"
    assert card.guest, "somebody has answered"
    assert card.guest.person, "somebody has answered"
    return card.guest.person


INVITATION = (
    Menu(
        name="invitation",
        ask=_invitation,
        needs=("card",),
        looks="invitation",
        options=(
            Option(
                "make",
                N_("Make the link"),
                "card",
                does=lambda scene: (InviteOther(case(scene)),),
                when=_may,
                says=says(N_("The link is in the message below.")),
            ),
            Option(
                "revoke",
                N_("Take the link back"),
                "card",
                does=lambda scene: (RevokeInvitation(case(scene)),),
                when=_unopened,
                says=says(N_("The link works no more.")),
            ),
            Option(
                "confirm",
                N_("Yes, the other parent"),
                "card",
                does=lambda scene: (ConfirmGuest(case(scene), _guest(scene)),),
                when=_answered,
                says=says(N_("Recorded. Both parents are in the case now, each with an own talk.")),
            ),
            Option(
                "reject",
                N_("No, somebody else"),
                "card",
                does=lambda scene: (RejectGuest(case(scene), _guest(scene)),),
                when=_answered,
                says=says(N_("Recorded. Their answers are removed. They read only that the invitation is over.")),
            ),
            TO_CARD,
        ),
    ),
)
"""The states around the link."""
