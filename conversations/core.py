"""The one function through which every conversation goes: `step` says what an event changes.

Theory. A conversation is a state, the trail of states that led to it, and answers keyed by state. An answer moves on
along the data of the flow and passes over every question that is answered already; so *back*, *change an answer* and
*continue after days* are the same walk, and no flow has code for them. What a keyboard's buttons mean stands in the
conversation; Telegram only ever sees a random nonce and an index.

Two rules for this module. It is pure: no clock, randomness, database, network, wording or logging. And an event that
the state does not list changes nothing: it gets a helpful answer.
"""

from collections.abc import Mapping

from msgspec.structs import replace

from conversations import events, moves, sealed
from conversations.conversation import (
    Conversation,
    Step,
    begin,
    changeable,
    gather,
    home,
    is_unsent,
    saved_by,
    trail_to,
    waiting,
    way_on,
)
from conversations.effects import (
    AcceptInvitation,
    CleanChat,
    Effect,
    Forget,
    HideDetails,
    HideTyped,
    KeepStory,
    LeaveInvitation,
    Look,
    OpenCase,
    OpenHandover,
    OpenInvitation,
    OpenReferral,
    Refuse,
    Reply,
    SendAnswers,
    SetLanguage,
    StartTimer,
)
from conversations.entries import CaseEntry, GuestEntry, HandoverEntry, InvitationEntry
from conversations.facts import Facts
from conversations.feedback_effects import OpenChild
from conversations.feedback_facts import ChildEntry, WrongCodeEntry
from conversations.flow import (
    END,
    RETURN,
    Ask,
    AskMany,
    AskText,
    Flow,
    Menu,
    Option,
    Question,
    Scene,
    Summary,
    is_aside,
    items,
    pickable,
    resolve,
    waits,
)
from conversations.text import Text
from conversations.typed import plain_words, read_code

LETTER_LIMIT = 3000
"""Characters of one message to a worker: with its heading it must fit on one screen."""

Flows = Mapping[str, Flow]


def step(flows: Flows, conversation: Conversation | None, event: events.Event, facts: Facts) -> Step:
    """Answer one event. ``conversation`` is None at the first contact; a flow that is no longer the person's own (a
    seat was taken or lost) is left at once."""
    flow = flows[home(facts)]
    if flow.sealed:
        return sealed.answer(flow, conversation, event, facts, lambda at, seen: _Turn(flows, at, facts).take(seen))
    if conversation is None or conversation.flow != flow.name or conversation.state not in flow.states:
        left = flows.get(conversation.flow) if conversation else None
        lost = left is not None and not left.draft and not left.sealed and flow.draft
        conversation = begin(flow, facts)
        if lost and isinstance(event, events.Due):
            return Step(conversation, (HideDetails(), StartTimer("draft")))
        if lost:
            return Step(conversation, (Refuse("seat"), StartTimer("draft")), (moves.NOT_AVAILABLE,))
        if not isinstance(event, events.Entered | events.Due):
            event = events.Commanded("start")
    answer = _looked(flow, conversation, _Turn(flows, conversation, facts).take(event))
    told = any(isinstance(effect, OpenCase | OpenReferral | SendAnswers | Forget) for effect in answer.effects)
    if flow.draft and is_unsent(facts) and not told:
        return replace(answer, effects=(StartTimer("draft"), *answer.effects))
    return answer


def _looked(flow: Flow, before: Conversation, answer: Step) -> Step:
    """What is shown of a case is written down when it comes up, and is hidden again after a while."""
    after = answer.conversation
    state = flow.states.get(after.state)
    if after.flow != flow.name or not isinstance(state, Menu) or not state.looks or not answer.asks:
        return answer
    effects: tuple[Effect, ...] = (*answer.effects, StartTimer("details"))
    if after.state != before.state or after.answers.get("case") != before.answers.get("case"):
        effects = (Look(int(next(iter(after.answers.get("case", ())), 0)), state.looks), *effects)
    return replace(answer, effects=effects)


class _Turn:
    """One event on one conversation; every method but the last few returns the Step it comes to."""

    def __init__(self, flows: Flows, conversation: Conversation, facts: Facts) -> None:
        self.flows, self.facts, self.at = flows, facts, conversation
        self.flow = flows[conversation.flow]
        self.state = self.flow.states[conversation.state]
        self.scene = Scene(conversation.answers, facts)

    def take(self, event: events.Event) -> Step:
        match event:
            case events.Pressed(nonce=nonce, index=index):
                if nonce != self.at.nonce or not 0 <= index < len(self.at.buttons):
                    tried = (Refuse("button"),) if event.foreign or self.facts.seat else ()
                    return Step(self.at, tried, toast=moves.STALE, asks=False)
                return self._button(self.at.buttons[index])
            case events.Typed(text=text, button=button, phone=phone):
                number = self._talks() and text.strip().isdecimal()  # to a worker it is a time or a day, not a button
                if button is not None and 0 <= button < len(self.at.buttons) and not number:
                    return self._button(self.at.buttons[button])
                return self._read(self.state, text, phone) if isinstance(self.state, AskText) else self._story(text)
            case events.SharedContact(phone=phone):
                return self._shared(phone)
            case events.Commanded(name="help") if self.flow.helps:
                return Step(self._aside(self.flow.helps))
            case events.Commanded(name=name):
                return self._command(name)
            case events.Entered():
                return self._enter()
            case events.Unreadable():
                return self._stay(moves.CANNOT_READ)
            case events.Corrected():
                return self._stay(moves.CORRECTION)
            case events.Due(timer=timer):
                return self._due(timer)

    def _stay(self, note: Text, *effects: Effect) -> Step:
        return Step(self.at, effects, (note,))

    def _changed(self) -> Text:
        """Why a choice is none any more."""
        card = self.facts.card
        return moves.CLOSED if card and card.status == "closed" else moves.CHANGED

    def _talks(self) -> bool:
        """Whether a worker has the talk; what waits to be sent by itself is no part of it."""
        return self.facts.request is not None and self.facts.request.talk and not waits(self.state)

    # What can arrive besides buttons

    def _story(self, text: str) -> Step:
        """Nobody asked for free text; what arrives anyway is kept for the worker once there is a consent to keep it."""
        request = self.facts.request
        if not self.flow.consent:
            return self._stay(moves.CHOOSE)
        if self._talks() and len(text) > LETTER_LIMIT:
            return self._stay(moves.TOO_MUCH_TEXT)
        if self._talks():
            return self._stay(moves.SENT_TO_WORKER, Reply(text))
        if self._outside() or (request and request.status == "claimed"):
            return self._stay(moves.NOT_READ_HERE if isinstance(self.state, Menu) else moves.NOT_SAVED)
        if not request and not self._agreed(*self.flow.consent):
            return self._stay(moves.NOT_SAVED)
        if len(text) > self.facts.story_room:
            return self._stay(moves.TOO_MUCH_TEXT)
        if read_code(text)[1]:  # it came too late
            return self._stay(moves.NOT_SAVED)
        return self._stay(moves.STORY_KEPT, KeepStory(text))

    def _outside(self) -> bool:
        """Whether the way here leads to no request of the person's own."""
        way = (self.flow.states[name] for name in (*self.at.trail, self.at.state))
        return any(isinstance(state, Ask | Menu) and state.outside for state in way)

    def _agreed(self, state: str, value: str) -> bool:
        return self.scene.answer(state) == value

    def _shared(self, phone: str | None) -> Step:
        """A contact card counts only where the person's own number is asked for."""
        if not isinstance(self.state, AskText) or self.state.reads != "phone":
            return self._stay(moves.CANNOT_READ)
        if not self.state.shared:
            return self._stay(moves.TYPE_THE_NUMBER)
        return self._answer((phone,)) if phone else self._stay(moves.NOT_YOUR_CONTACT)

    def _read(self, state: AskText, text: str, phone: str | None) -> Step:
        words = plain_words(text)
        read = phone if state.reads == "phone" else words if len(words) <= state.limit else None
        if not read:
            return self._stay(state.blank if state.blank and not words else state.problem)
        return replace(self._answer((read,)), effects=(HideTyped(),) if state.hides else ())

    def _command(self, name: str) -> Step:
        move = moves.COMMANDS.get(name, "")
        if name == "start":
            return self._start()
        if move in ("back", "skip", "change"):
            return self._move(move)
        if move in self.flow.states:
            return Step(self._aside(move) if is_aside(self.flow.states[move]) else self._from_root(move))
        tried: tuple[Effect, ...] = (Refuse("command"),) if move in moves.STAFF_COMMANDS else ()
        return self._stay(moves.NOT_AVAILABLE, *tried)

    def _start(self) -> Step:
        """To the front page; but a draft, and what waits to be sent, is gone on with where it was left."""
        asked = [n for n in (*self.at.trail, self.at.state) if not is_aside(self.flow.states[n])]
        if asked and waits(self.flow.states[asked[-1]]):
            back = self._go(RETURN) if is_aside(self.state) else self.at
            return Step(back, notes=(moves.WELCOME_BACK,))
        drafting = self.flow.draft and self.at.answers and not (self.facts.request or self.facts.ended)
        return self._stay(moves.WELCOME_BACK) if drafting else Step(begin(self.flow, self.facts, self.at))

    def _enter(self) -> Step:
        match self.facts.entry:
            case InvitationEntry(role=role, code=code, name=name) if self._may_join():
                return Step(begin(self.flows[role], self.facts), (AcceptInvitation(code, name),), (moves.JOINED,))
            case HandoverEntry(code=code) if self._may_begin() and not self._outside():
                return replace(self._command("start"), effects=(OpenHandover(code),))
            case GuestEntry(code=code) if self._may_begin():
                return Step(begin(self.flows["coparent"], self.facts), (OpenInvitation(code),))
            case CaseEntry(case=case, meeting=meeting) if meeting and "record" in self.flow.states:
                way = (begin(self.flow, self.facts).state, "card", "meetings", "meeting")
                given = {"case": (str(case),), "meeting": (str(meeting),)}
                return Step(replace(self._from_root("record"), trail=way, answers=given))
            case ChildEntry(code=code):
                return Step(self.at, (OpenChild(code),), asks=False)
            case WrongCodeEntry():
                return self._stay(moves.WRONG_CODE, HideTyped())
            case CaseEntry(case=case) if "card" in self.flow.states:
                return Step(replace(self._from_root("card"), answers={"case": (str(case),)}))
        return self._stay(moves.NOT_AVAILABLE, Refuse("code"))

    def _may_begin(self) -> bool:
        """Whether a request of the person's own can still come."""
        return self._may_join() and not self.facts.referred

    def _may_join(self) -> bool:
        facts = self.facts
        return not (facts.seat or facts.request or facts.invited or facts.ended)

    def _due(self, timer: str) -> Step:
        facts = self.facts
        if timer == "draft" and self.flow.draft and not (facts.request or facts.referred or facts.ended):
            if self.facts.invited and self.facts.invited.sent:
                return Step(self.at, (LeaveInvitation("not confirmed"),), asks=False)
            over = (LeaveInvitation("over"),) if self.facts.invited else ()
            return Step(self.at, (*over, CleanChat(), Forget()), asks=False)
        if timer == "details":
            hides = isinstance(self.state, AskText) and self.state.hides
            shown = hides or (isinstance(self.state, Menu) and self.state.looks)
            return Step(begin(self.flow, self.facts) if shown else self.at, (HideDetails(),), asks=bool(shown))
        return Step(self.at, asks=False)

    # What a button means

    def _button(self, token: str) -> Step:
        kind, _, value = token.partition(":")
        match kind:
            case "option":
                return self._option(value)
            case "item":
                return self._item(value)
            case "toggle":
                picked = tuple(v for v in self.at.picked if v != value)
                return Step(replace(self.at, picked=picked if value in self.at.picked else (*picked, value)))
            case "page":
                return Step(replace(self.at, page=int(value)))
            case "language":
                return Step(self._go(RETURN) if is_aside(self.state) else self.at, (SetLanguage(value),))
            case "change":
                return Step(self._go(value))
            case "aside":
                return Step(self._aside(value))
        return self._move(kind)

    def _move(self, move: str) -> Step:
        state = self.state
        match move:
            case "done" if isinstance(state, AskMany):
                return self._done(state)
            case "skip" if isinstance(state, Question) and state.skip:
                return self._answer((), also=state.skip.also)
            case "keep" if state.name in self.at.answers:
                return self._answer(self.at.answers[state.name])
            case "back" if self.at.trail:
                return Step(self._arrive(self.at.trail[-1], self.at.trail[:-1]))
            case "change" if changeable(self.flow, self.at):
                return Step(self._go("change"))
        return self._stay(moves.NOT_HERE)

    def _done(self, state: AskMany) -> Step:
        """Several answers are complete. What is no choice any more is not taken for the person."""
        picked = self.at.picked
        if not set(picked) <= {item.value for item in pickable(state, self.scene)}:
            return self._stay(self._changed())
        if state.does is None:
            return self._answer(picked)
        if state.skip and not picked:
            return self._stay(moves.CHOOSE)
        told = Scene({**self.at.answers, state.name: picked}, self.facts)
        return replace(self._answer(picked), effects=state.does(told), notes=state.says(told) if state.says else ())

    def _option(self, value: str) -> Step:
        option = next((o for o in getattr(self.state, "options", ()) if o.value == value), None)
        if not isinstance(option, Option):
            return self._stay(self._changed())
        if not option.when(self.scene):
            return self._stay(option.otherwise or self._changed())
        told = Scene(self.at.given(), self.facts) if isinstance(self.state, Summary) else self.scene
        effects, notes = option.does(told), option.says(told) if option.says else ()
        way = resolve(option.then, self.scene)
        if way == END:
            return Step(self.at, effects, notes, asks=False)
        if isinstance(self.state, Ask):
            return replace(self._answer((value,)), effects=effects, notes=notes)
        if option.loads:
            first = next(iter(self.flow.states))
            loaded = Conversation(flow=self.flow.name, state=first, answers=dict(option.loads(self.scene)))
            return Step(self._advance(loaded), effects, notes)
        there = self._go(way)
        if there.state in waiting(self.flow, there.answers):
            there = self._advance(there)
        return Step(there, effects, notes)

    def _item(self, value: str) -> Step:
        if value not in {item.value for item in items(self.state, self.scene)}:
            return self._stay(self._changed())
        if isinstance(self.state, Ask):
            return self._answer((value,))
        assert isinstance(self.state, Menu), "only these two kinds have rows"
        assert self.state.listed, "the row came from it"
        there = self._go(resolve(self.state.listed.then, self.scene))
        values: tuple[str, ...] = (value,)
        if self.state.gathers:
            values = gather(self.at.answers.get(self.state.saves, ()), value, self.state.gathers)
        return Step(replace(there, answers={**there.answers, self.state.saves: values}))

    def _answer(self, values: tuple[str, ...], also: tuple[str, ...] = ()) -> Step:
        answers = {**self.at.answers, self.state.name: values} | dict.fromkeys(also, ())
        if isinstance(self.state, Ask) and values != self.at.answers.get(self.state.name):
            answers = {name: a for name, a in answers.items() if name not in self.state.forgets}
        return Step(self._advance(replace(self.at, answers=answers)))

    # Moving: these return the Conversation that is arrived at

    def _advance(self, moved: Conversation) -> Conversation:
        """Follow the answers from a state to the first question that has none."""
        while True:
            scene = Scene(moved.answers, self.facts)
            values = moved.answers.get(moved.state)
            way = None if values is None else way_on(self.flow.states[moved.state], values, scene)
            if way is None:
                return self._arrive(moved.state, moved.trail, moved)
            name = resolve(way, scene)
            moved = replace(moved, state=name, trail=trail_to(moved, name))

    def _go(self, name: str) -> Conversation:
        if name != RETURN:
            return self._arrive(name, trail_to(self.at, name))
        asked = [n for n in self.at.trail if not is_aside(self.flow.states[n])]
        return self._arrive(asked[-1], tuple(asked[:-1])) if asked else begin(self.flow, self.facts, self.at)

    def _from_root(self, name: str) -> Conversation:
        """Arrive at a place as if straight from the root."""
        root = begin(self.flow, self.facts)
        return root if name == root.state else replace(root, state=name, trail=(root.state,))

    def _aside(self, name: str) -> Conversation:
        """Open an aside over the question, or in place of another aside."""
        asked = tuple(n for n in (*self.at.trail, self.at.state) if not is_aside(self.flow.states[n]))
        return self._arrive(name, asked)

    def _arrive(self, name: str, trail: tuple[str, ...], moved: Conversation | None = None) -> Conversation:
        moved = moved or self.at
        state, answers = self.flow.states[name], moved.answers
        root = isinstance(state, Menu) and state.root
        if isinstance(state, Menu) and not state.aside:
            kept = () if state.listed else (name,)  # what a form has gathered stays with it
            left = {self.at.state, *self.at.trail, moved.state} - {*trail, *kept}
            forgotten = {saved_by(self.flow.states[n]) for n in left}
            others = {} if root else {n: a for n, a in answers.items() if n not in forgotten}
            answers = others | waiting(self.flow, answers)
        picked = answers.get(name, ()) if isinstance(state, AskMany) and not state.private else ()
        return replace(moved, state=name, trail=() if root else trail, answers=answers, picked=picked, page=0)
