"""The asides: what can be opened over any question and left again without changing it.

Language, pause, talk to a human, clean up this chat, privacy, my data, delete my data, stop, and the menu of them all.
"""

from conversations.effects import CleanChat, Effect, Forget, LeaveInvitation, WithdrawCase
from conversations.facts import Association
from conversations.flow import END, RETURN, Menu, Option, Scene
from conversations.moves import NOT_READ_AT_ONCE, contact
from conversations.text import N_, P_, Paragraph, Words

CLEANED = N_(
    "I cannot remove messages older than two days, notifications already shown, or copies on other devices. "
    "You can delete the whole chat in Telegram's own menu."
)


def associations_of(scene: Scene) -> tuple[Association, ...]:
    """The association that has the request or invites, or that the person chose, otherwise those of the region,
    otherwise all."""
    facts = scene.facts
    asks = facts.request or facts.invited or facts.ended
    chosen = asks.association if asks else scene.answer("association")
    region = scene.answer("region")
    return (
        tuple(a for a in facts.associations if a.id == chosen)
        or tuple(a for a in facts.associations if region in a.regions)
        or facts.associations
    )


def _human(scene: Scene) -> tuple[Paragraph, ...]:
    return (
        N_("You can talk with a person instead."),
        tuple(contact(a) for a in associations_of(scene)),
        N_("Anonymous chat: apuaeroon.fi. Nothing of it is saved."),
        NOT_READ_AT_ONCE,
    )


def _pause(scene: Scene) -> tuple[Paragraph, ...]:
    sent = scene.facts.invited and scene.facts.invited.sent
    facts = scene.facts
    if facts.seat or facts.request or facts.referred or facts.ended or sent:
        return (N_("Take your time. You can continue here whenever you like."),)
    return (
        N_("Take your time. Your answers wait here for {hours} hours.", hours=scene.facts.draft_hours),
        N_("After that they are removed, and you can begin again with /start."),
    )


def _stored(scene: Scene) -> tuple[Paragraph, ...]:
    stored, request, seat = scene.facts.stored, scene.facts.request, scene.facts.seat
    assert stored is not None, "the state names this fact"
    lines: list[Words] = [N_("• The number of this chat and your language, since {day}", day=stored.since.date())]
    if seat:
        lines.append(N_("• Your role in {association}", association=seat.association_name))
        lines.append(N_("• The name that colleagues see: {name}", name=seat.name))
    if seat and seat.away:
        lines.append(N_("• The days you are away"))
    if stored.plan:
        lines.append(N_("• Your own working hours"))
    if stored.consented_at:
        day = stored.consented_at.date()
        lines.append(N_("• Your consent on {day}, text {version}", day=day, version=stored.consent))
    if stored.draft_answers:
        lines.append(P_("• One unsent answer", "• {count} unsent answers", stored.draft_answers))
    if is_invited(scene):
        lines.append(N_("• That you opened an invitation"))
    if _answers_sent(scene):
        lines.append(N_("• Your answers to the association"))
    elif request:
        lines.append(N_("• Your request {reference} and its answers", reference=request.reference))
    if scene.facts.ended:
        lines.append(N_("• Your answers, until {day}, so that you can come back", day=scene.facts.ended.until))
    if scene.facts.referred:
        lines.append(N_("• That you sent a referral, until a worker has the case"))
    if stored.by_link:
        lines.append(N_("• That you came through a professional's link"))
    if request and request.meetings:
        lines.append(N_("• The times of your meetings, and your answers to them"))
    if request and request.place_safe:
        lines.append(N_("• That place and worker may be shown on this phone"))
    if stored.goals:
        lines.append(N_("• Your goals, and your ratings of them"))
    if stored.survey:
        lines.append(N_("• That you are asked for feedback"))
    if stored.notes:
        lines.append(
            P_("• One short note of a worker about you", "• {count} short notes of workers about you", stored.notes)
        )
    if request and request.talk:
        lines.append(N_("• The messages between you and your workers, for some days"))
    if stored.texts:
        lines.append(P_("• One text for the worker", "• {count} texts for the worker", stored.texts))
    notes = (_NOTES,) if request and request.status == "claimed" else ()
    shown = (N_("This is stored about you:"), tuple(lines), *notes)
    return (*shown, N_("Messages are removed from this chat within two days."))


_NOTES = N_("Your workers may keep short notes. You may read those about you: ask your worker or association.")
"""The same to every parent whose request a worker has, whatever was noted about whom."""


def _privacy(scene: Scene) -> tuple[Paragraph, ...]:
    chat = N_("Telegram can technically read this chat. Its messages are removed within two days.")
    if scene.facts.seat:
        return (N_("What you do with a case is written down: who, when and which case, never its content."), chat)
    hours = scene.facts.draft_hours
    if is_invited(scene):
        return (
            N_("Only workers of the association that invites you read your answers."),
            N_("Other parents never see your answers."),
            chat,
            N_(
                "Unsent answers are deleted after {hours} hours. You can delete everything at any time: /delete",
                hours=hours,
            ),
        )
    return (
        N_("Only workers of one association read your answers; you see its name before sending."),
        N_("Other parents never see your answers."),
        chat,
        N_(
            "An unsent request is deleted after {hours} hours. You can delete everything at any time: /delete",
            hours=hours,
        ),
    )


_REFERRAL_STAYS = N_(
    "The referral that you sent stays with the association. Nothing connects it with this chat any more."
)


def is_invited(scene: Scene) -> bool:
    """Whether the person came by a link as the other parent."""
    request = scene.facts.request
    return request.invited if request else scene.facts.invited is not None


def _answers_sent(scene: Scene) -> bool:
    invited = scene.facts.invited
    return is_invited(scene) and (invited is None or invited.sent)


def left() -> tuple[Paragraph, ...]:
    """What is known of an invited person who goes."""
    return (N_("Only the workers hear that you do not go on, and nothing of what you told."),)


def _delete(scene: Scene) -> tuple[Paragraph, ...]:
    if is_invited(scene):
        return (N_("Do you want to delete all that is stored about you?"), *left())
    if scene.facts.request:
        after = N_("Your request is withdrawn too. Only a number without a name stays in the statistics.")
    elif scene.facts.referred:
        after = _REFERRAL_STAYS
    elif scene.facts.ended:
        after = N_("Then you can begin anew only. Only a number without a name stays in the statistics.")
    else:
        after = N_("Nothing about you stays.")
    return (N_("Do you want to delete all that is stored about you?"), after)


def _stop(scene: Scene) -> tuple[Paragraph, ...]:
    if is_invited(scene):
        return (N_("Do you want to stop here and remove your answers?"), *left())
    if scene.facts.request:
        return (N_("Do you want to withdraw your request and remove your answers?"),)
    stays = (_REFERRAL_STAYS,) if scene.facts.referred else ()
    return (N_("Do you want to stop here and remove your answers?"), *stays)


def removed(scene: Scene) -> tuple[Paragraph, ...]:
    """What is said when everything about a person is gone."""
    return (N_("All your data has been removed. You can begin again whenever you like: /start"), CLEANED)


def remove_all(scene: Scene) -> tuple[Effect, ...]:
    """Forget a person; a request that was sent is withdrawn first, and its worker is told."""
    withdrawn: tuple[Effect, ...] = (WithdrawCase(),) if scene.facts.request else ()
    if scene.facts.invited:
        withdrawn = (LeaveInvitation("over"),)
    return (*withdrawn, CleanChat(), Forget())


_RETURN = Option("return", N_("Return"), RETURN)

_MORE = {
    "language": N_("Language"),
    "human": N_("Talk to a human"),
    "pause": N_("Take a break"),
    "clean": N_("Clean up this chat"),
    "privacy": N_("Privacy"),
    "mydata": N_("What is stored about me"),
    "stop": N_("Stop"),
    "delete": N_("Delete my data"),
}


def _more(*names: str) -> Menu:
    """The menu of the asides themselves."""
    options = (*(Option(name, _MORE[name], name) for name in names), _RETURN)
    return Menu(name="more", ask=N_("What would you like to do?"), options=options, aside=True, columns=2)


_COMMON = (
    Menu(name="language", ask=N_("Which language shall I speak?"), options=(_RETURN,), aside=True, languages=True),
    Menu(name="pause", ask=_pause, options=(_RETURN,), aside=True),
    Menu(
        name="clean",
        ask=lambda scene: (N_("Shall I remove the messages of this chat? Your answers stay safe."), CLEANED),
        options=(
            Option(
                "clean",
                N_("Clean up now"),
                RETURN,
                does=lambda scene: (CleanChat(),),
                says=lambda scene: (N_("I removed the earlier messages that I can remove."),),
            ),
            _RETURN,
        ),
        aside=True,
    ),
    Menu(
        name="privacy",
        ask=_privacy,
        options=(_RETURN,),
        aside=True,
    ),
    Menu(name="mydata", ask=_stored, options=(_RETURN,), aside=True, needs=("stored",)),
)


def _seat_ends(scene: Scene) -> tuple[Paragraph, ...]:
    return (
        N_("I cannot remove your role here. Please ask your association; the operator of the bot removes it."),
        N_("Then everything about you is deleted. Notes of who handled a case stay for a time, without your name."),
        N_("Agree first who goes on with your cases."),
    )


def _colleagues(scene: Scene) -> tuple[Paragraph, ...]:
    name = scene.facts.seat.association_name if scene.facts.seat else ""
    return (N_("About cases and this bot, please ask your own association: {association}", association=name),)


STAFF_ASIDES = (
    _more("language", "pause", "clean", "privacy", "mydata"),
    *_COMMON,
    Menu(name="human", ask=_colleagues, options=(_RETURN,), aside=True),
    Menu(name="stop", ask=_seat_ends, options=(_RETURN,), aside=True),
    Menu(name="delete", ask=_seat_ends, options=(_RETURN,), aside=True),
)
"""For people with a seat. Nobody gives up a seat here: somebody has to go on with the cases."""

ASIDES = (
    _more(*_MORE),
    *_COMMON,
    Menu(name="human", ask=_human, options=(_RETURN,), aside=True),
    Menu(
        name="stop",
        ask=_stop,
        options=(Option("stop", N_("Yes, stop"), END, does=remove_all, says=removed), _RETURN),
        aside=True,
    ),
    Menu(
        name="delete",
        ask=_delete,
        options=(Option("delete", N_("Yes, delete everything"), END, does=remove_all, says=removed), _RETURN),
        aside=True,
    ),
)
"""For parents: those of everybody, and the ways out."""
