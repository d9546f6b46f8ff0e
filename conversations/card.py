"""What a worker reads of a case: the card, its next step, its timeline, the letters; and the lists that lead there.

What of it may be shown to whom was decided where the facts were loaded; nothing here widens it.
"""

from datetime import datetime

from conversations.casework import REASONS, parent_name
from conversations.closing import stands_at
from conversations.facts import CallWish, Card, CaseLine, Letter, Party
from conversations.flow import Item, Listed, Menu, Option, Question, Scene
from conversations.invitation import guest_says
from conversations.joint import may_begin_jointly
from conversations.meetings import meeting_name
from conversations.moves import CLOSED
from conversations.parent import PARENT
from conversations.starting import form_name, start_of
from conversations.text import N_, P_, Paragraph, Text, Words
from conversations.view import LANGUAGES, told

_EVENTS = {
    "opened": N_("Request received"),
    "changed": N_("The parent changed the request"),
    "moved": N_("Moved to another association"),
    "claimed": N_("Taken"),
    "given_back": N_("Back in the queue"),
    "left": N_("A worker left the case"),
    "pair_asked": N_("Work pair asked"),
    "pair_declined": N_("Work pair declined"),
    "pair_revoked": N_("Question to a work pair taken back"),
    "paired": N_("Work pair joined"),
    "transfer_asked": N_("Handing over asked"),
    "transfer_declined": N_("Handing over declined"),
    "transfer_revoked": N_("Handing over taken back"),
    "transferred": N_("Handed over"),
    "swapped": N_("Lead worker and work pair changed places"),
    "called": N_("Called"),
    "reached": N_("Reached"),
    "no_answer": N_("No answer"),
    "agreed": N_("Meeting agreed"),
    "not_agreed": N_("No first meeting agreed any more"),
    "start_agreed": N_("Start agreed"),
    "override_asked": N_("Exception asked for"),
    "override_agreed": N_("Exception agreed by two workers"),
    "override_refused": N_("No exception"),
    "times_offered": N_("Times offered"),
    "times_moved": N_("Meeting moved"),
    "times_answered": N_("Times chosen"),
    "none_suits": N_("None of the times suits"),
    "no_reply": N_("No answer to the offered times"),
    "meeting_cancelled": N_("Meeting cancelled"),
    "held": N_("Meeting held"),
    "held_corrected": N_("Record of a meeting corrected"),
    "unusual_length": N_("Unusual length"),
    "single_worker": N_("One worker"),
    "sixth_meeting": N_("More than five meetings"),
    "removed": N_("An added meeting removed"),
    "meeting_missed": N_("Nobody came to the meeting"),
    "move_asked": N_("Another time was asked for"),
    "other_way_remote": N_("A remote meeting was wished"),
    "other_way_worker": N_("Another worker was wished"),
    "goal_added": N_("Goal agreed"),
    "goal_reworded": N_("Goal worded anew"),
    "goal_offered": N_("Rating of a goal offered"),
    "goal_rated": N_("Goal rated"),
    "call_wanted": N_("Asked to be called"),
    "called_back": N_("Called back"),
    "goal_ended": N_("Goal ended"),
    "talked_alone": N_("Talked alone with the parent"),
    "welfare": N_("Child-welfare notice considered"),
    "corrected": N_("An answer was corrected"),
    "invited": N_("Link for the other parent made"),
    "link_made": N_("Link for the other parent made by the parent"),
    "invite_revoked": N_("Link taken back"),
    "invite_opened": N_("Link opened"),
    "invite_declined": N_("Invitation declined"),
    "invite_over": N_("Invitation over"),
    "invite_unconfirmed": N_("Answers by the link removed, not confirmed in time"),
    "invite_answered": N_("Answered by the link"),
    "guest_confirmed": N_("The other parent confirmed"),
    "guest_rejected": N_("Not the other parent"),
    "parent_left": N_("A parent withdrew"),
    "wrote": N_("Message sent"),
    "replied": N_("Message received"),
    "conflict": N_("A conflict of interest was declared"),
    "closing": N_("End proposed"),
    "closing_off": N_("End not proposed any more"),
    "closing_off_agreed": N_("End not proposed any more"),
    "closing_off_held": N_("End not proposed any more"),
    "next_step": N_("Next step"),
    "end_agreed": N_("Agreed to the end"),
    "summed_up": N_("Summary of the last meeting"),
    "closed": N_("Closed"),
    "reopened": N_("Opened again by a parent"),
    "came_back": N_("A parent came back"),
    "adult_wanted": N_("A child asked to talk with an adult"),
    "withdrawn": N_("Withdrawn"),
    "not_started": N_("Not started"),
}
_SHOWN = 25
"""Lines of a timeline that are shown; the first of them is always the first contact."""


def days_left(days: int) -> Text:
    """How much of the seven-day promise is left."""
    if days < 0:
        return P_("one day late", "{count} days late", -days)
    return P_("one day left", "{count} days left", days)


_ENDED = {"closed": N_("closed"), "withdrawn": N_("withdrawn"), "not_started": N_("not started")}


def _row(line: CaseLine) -> Item:
    left = _ENDED.get(line.status) or days_left(line.days_left)
    if line.risk:
        return Item(str(line.case), N_("⚠ {reference} · {left}", reference=line.reference, left=left))
    return Item(str(line.case), N_("{reference} · {left}", reference=line.reference, left=left))


def case_list(name: str, some: Text, none: Text, options: tuple[Option, ...] = ()) -> Menu:
    """A list of cases that says how many there are; each row opens the card. ``some`` has a plural."""

    def ask(scene: Scene) -> tuple[Paragraph, ...]:
        listed = scene.facts.listed
        if not listed.total:
            return (none,)
        legend = (N_("⚠ Talk privately with the parent first."),) if any(row.risk for row in listed.rows) else ()
        return (P_(some.id, some.plural, listed.total), *legend)

    return Menu(
        name=name,
        ask=ask,
        listed=Listed(
            lambda scene: tuple(_row(line) for line in scene.facts.listed.rows),
            "card",
            total=lambda scene: scene.facts.listed.total,
        ),
        saves="case",
        needs=(name,),
        options=options,
    )


def card_says(scene: Scene) -> tuple[Paragraph, ...]:
    """The card."""
    card = scene.facts.card
    if card is None:
        return (N_("This case is not available to you."),)
    times: list[Words] = [N_("First contact {moment}", moment=card.opened_at)]
    if card.status == "closed":
        head: tuple[Words, ...] = (N_("Case {reference}", reference=card.reference), *_stands(card))
    else:
        left = N_("Case {reference} · {left}", reference=card.reference, left=days_left(card.days_left))
        head = (left, *_stands(card))
        times.append(N_("First meeting by {day}", day=card.first_meeting_by))
    if card.relation not in ("queue", "own", "asked", "closed"):
        return (head, tuple(times))
    said: list[Paragraph] = [head, *_risk(card)]
    if card.relation == "own" and card.status == "claimed":
        said.append(N_("Next: {step}", step=next_step(card, scene.facts.now)))
    said += [_wish(wish, card, scene) for wish in card.calls]
    said.append(tuple(times))
    if card.relation == "own" and card.parties:
        said.append((form_name(card), *(meeting_name(meeting) for meeting in card.meetings)))
    if card.guest:
        said.append(guest_says(card.guest))
    for party in card.parties:
        said.append(_party(party, scene))
        said.append(told(PARENT, party.answers, scene, show_private=True))
    if card.referral:
        said += [N_("Referred by a professional:"), told(PARENT, card.referral, scene, show_private=True)]
    return tuple(said)


def _stands(card: Card) -> tuple[Words, ...]:
    match card.status, card.relation:
        case "withdrawn", _:
            return (N_("The parent has withdrawn this request."),)
        case "not_started", _:
            return (N_("The meetings were not started."),)
        case "closed", _:
            if card.until is None:
                return (CLOSED,)
            return (CLOSED, N_("A parent can come back until {day}; then what they told is removed.", day=card.until))
        case _, "own":
            pair = (N_("Lead worker {lead}, work pair {pair}", lead=card.lead, pair=card.pair),) if card.pair else ()
            return (N_("This case is yours."), *pair, *_asked(card), *stands_at(card), *_apart(card))
        case _, "asked" if card.offer:
            return (_question(card),)
        case _, "unattended":
            return (N_("No worker is present for this case."), *_asked(card))
        case _, "colleague's":
            return (N_("A colleague has this case."),)
    return ()


def _apart(card: Card) -> tuple[Words, ...]:
    return (N_("The other parent has not come back, and can do so in the own chat."),) if card.may_return else ()


def _asked(card: Card) -> tuple[Words, ...]:
    if card.offer is None:
        return ()
    if card.offer.kind == "pair":
        return (N_("{name} was asked to be the work pair.", name=card.offer.asked),)
    return (N_("{name} was asked to take the case over.", name=card.offer.asked),)


def _question(card: Card) -> Text:
    assert card.offer, "somebody is asked"
    if card.offer.kind == "pair":
        return N_("{name} asks you to be the work pair.", name=card.offer.asked_by)
    return N_("{name} asks you to take the case over.", name=card.offer.asked_by)


def _risk(card: Card) -> tuple[Paragraph, ...]:
    if not card.risk:
        return ()
    first = N_("⚠ Talk privately with this parent first. We start separately.")
    if len(card.parties) > 1:
        first = N_("⚠ Talk privately with each parent first. We start separately.")
    if card.welfare:
        made = N_("made") if card.welfare == "yes" else N_("not made")
        return (first, N_("Child-welfare notice considered: {made}", made=made))
    return (first, N_("Consider whether a child-welfare notice is needed. The bot notifies nobody."))


_WAIT = N_("wait for answers to the offered times")


def next_step(card: Card, now: datetime) -> Text:
    """What the service's rules ask for next."""
    past = next((meeting.starts for meeting in card.meetings if meeting.starts and meeting.starts <= now), None)
    if past:
        return N_("record the meeting of {moment}", moment=past)
    if card.stage == "closing":
        return N_("close the case") if card.summed else N_("sum up the last meeting, then close the case")
    if start_of(card).form == "joint" and not may_begin_jointly(start_of(card)):
        return N_("agree the start anew, a condition of the joint start is missing")
    if card.begun and not card.meetings:
        return N_("offer the next meeting or close the case")
    if card.begun and any(meeting.starts for meeting in card.meetings):
        return N_("hold the next meeting")
    if card.begun:
        return _WAIT
    if card.agreed:
        return N_("hold the first meeting")
    talked = bool(card.parties) and all(party.talked_alone_on for party in card.parties)
    if not card.contacted and not talked:
        return N_("contact the client as the professional told") if card.referral else N_("contact the parent")
    if card.parties and not talked:
        return N_("talk alone with the parent and record it")
    if not start_of(card).form and card.parties:
        return N_("agree the start")
    if any(meeting.slots for meeting in card.meetings):
        return _WAIT
    return N_("offer times for the first meeting")


def _wish(wish: CallWish, card: Card, scene: Scene) -> tuple[Words, ...]:
    """Whoever waits for a call; how to call stands further down where the case is closed."""
    how = () if card.status == "closed" else told(PARENT, wish.answers, scene, show_private=True)
    return (N_("{parent} asks to be called, {day}.", parent=parent_name(wish.parent), day=wish.on), *how)


def _party(party: Party, scene: Scene) -> tuple[Words, ...]:
    decision = told(PARENT, {"contact_other": party.answers.get("contact_other", ())}, scene, show_private=True)
    lines: list[Words] = [parent_name(party.number)]
    if scene.facts.card and scene.facts.card.status == "closed":
        return tuple(lines)
    lines.append(N_("Language of the chat: {language}", language=LANGUAGES[party.language]))
    if party.consented_on:
        lines.append(N_("Consent {day}", day=party.consented_on))
    if "contact_other" not in party.answers:
        lines += decision
    if party.reconsidered:
        lines.append(N_("Changed to yes in the chat about contact: talk with the parent before an invitation"))
    alone = party.talked_alone_on
    lines.append(N_("Talked alone {day}", day=alone) if alone else N_("Not talked alone yet"))
    if not party.reachable:
        lines.append(N_("The bot cannot reach this parent now."))
    if not party.written_to:
        lines.append(N_("The bot does not write to this parent first."))
    if party.talk:
        lines.append(N_("You have a talk with this parent: what the parent writes comes to you."))
    return tuple(lines)


def timeline_says(scene: Scene) -> tuple[Paragraph, ...]:
    """What happened to a case."""
    lines: list[Words] = []
    apart = scene.facts.card is not None and scene.facts.card.apart
    for event in scene.facts.timeline:
        what: Words = _EVENTS.get(event.name, event.name)
        detail = REASONS.get(event.detail) or _title_of(event.detail)
        if event.name == "welfare":
            detail = N_("made") if event.detail == "yes" else N_("not made")
        whom = parent_name(event.parent) if apart and event.parent else None
        more = tuple(word for word in (whom, detail, event.by) if word)
        lines.append(
            N_("{moment}: {what} ({more})", moment=event.at, what=what, more=more)
            if more
            else N_("{moment}: {what}", moment=event.at, what=what)
        )
    if len(lines) > _SHOWN:
        lines = [lines[0], "…", *lines[-_SHOWN + 2 :]]
    return (tuple(lines),) if lines else (N_("This case is not available to you."),)


def _title_of(question: str) -> Text | None:
    state = PARENT.states.get(question)
    return (state.plainly or state.title) if isinstance(state, Question) else None


def letters_say(scene: Scene) -> tuple[Paragraph, ...]:
    """The messages of a case, the newest last; older ones that do not fit are left out."""
    letters = scene.facts.letters
    if not letters:
        return (N_("There are no messages."),)
    room, apart = 3000, any(letter.parent > 1 for letter in letters)
    shown: list[Paragraph] = []
    for letter in reversed(letters):
        room -= len(letter.words)
        if room < 0 and shown:
            break
        shown.append((_who(letter, apart), letter.words))
    return tuple(reversed(shown))


def _who(letter: Letter, apart: bool) -> Text:
    """Who wrote, and to which parent where there are two."""
    parent = parent_name(letter.parent)
    if not apart:
        return N_("Worker, {moment}", moment=letter.at) if letter.from_us else N_("Parent, {moment}", moment=letter.at)
    if letter.from_us:
        return N_("Worker to {parent}, {moment}", parent=parent, moment=letter.at)
    return N_("{parent}, {moment}", parent=parent, moment=letter.at)
