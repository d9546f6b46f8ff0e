"""Every button that can be reached while a child has the phone, on real rows: none but the right way out leads out."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from random import Random

import pytest
from msgspec.structs import replace

from bot import child as shell
from bot import notices, outbox
from bot.clock import Clock
from bot.records import children, feedback, invitations
from bot.turns import Toast
from conversations import closing_effects as end
from conversations import effects as do
from conversations import moves
from conversations.child import CHILD_FLOWS
from conversations.child_start import BANDS, WAY_OUT
from conversations.child_words import SAID
from conversations.conversation import Conversation, child_flow
from conversations.feedback import CHILDREN
from conversations.feedback_effects import StartChild
from conversations.feedback_facts import Band
from conversations.flow import AskText, Flow, Question, is_aside
from conversations.staff import FLOWS
from conversations.text import N_
from conversations.view import HELP_NOW, view
from tests.office_plain import FIRST, OTHER, PAIR, WORKER, Kind
from tests.phones import Moment, Phones
from tests.scenes import plain, with_children
from tests.theatre import SOUTH

REFERENCE = "K7F2"
DRAWN = ("Back", "More", "Help now", "Front page", "Suomi", "Keep as it is")
"""What stands under every other screen, and never here."""

Place = tuple[str, str, bool]
"""State, the one over which it was opened, and whether an adult was called: all that decides what can be pressed."""

PHONES = [(band, "worker") for band in BANDS] + [(band, "parent") for band in BANDS]


def begun(band: Band, device: str, seed: int = 0) -> tuple[Phones, int]:
    """A chat that was just handed over, of a worker with a case or of its parent; somebody reads texts."""
    office = Phones(Kind(pair=True))
    office.world.chance = Random(seed).randrange
    feedback.name_reader(office.db, SOUTH, office.person(PAIR).id)
    for chat in (FIRST, WORKER):
        office.sends(chat, text="/start")
    if device == "worker":
        office.press_label(WORKER, "My cases", f"{REFERENCE} · 7 days left", "More about the case", "Child feedback")
        office.press_label(WORKER, _label(band), "On this phone")
        return office, WORKER
    office.press_label(WORKER, "Child feedback", _label(band), "On a parent's phone")
    (code,) = [m["text"].split("\n")[0].split()[-1] for m in office.chats[WORKER].values() if "code" in m["text"]]
    office.sends(FIRST, text=f"/child {code}")
    return office, FIRST


def _label(band: Band) -> str:
    return band.replace("-", "–") + " years"


def place(office: Phones, chat: int) -> Place:
    at, child = office.at(chat), children.of(office.db, office.person(chat))
    assert child
    states = next(flow.states for flow in CHILD_FLOWS if flow.name == at.flow)
    below = [name for name in at.trail if not is_aside(states[name])] if is_aside(states[at.state]) else []
    return at.state, (below or [""])[-1], child.called_at is not None


def is_sealed(office: Phones, chat: int) -> bool:
    return children.is_sealed(office.db, chat)


def looks(office: Phones, chat: int) -> str:
    """The one message, as it stands in the chat."""
    _, message = office.only(chat)
    return "\n".join((message["text"], *office.labels(chat)))


def sound(office: Phones, chat: int, first: int) -> None:
    """One message, the same one, without a way out of it, a case, or what was chosen before."""
    number, message = office.only(chat)
    assert number == first, "edited in place"
    shown = looks(office, chat)
    assert not {*office.labels(chat)} & {*DRAWN}
    assert REFERENCE not in shown
    assert "✓" not in shown
    data = [b["callback_data"] for row in message["reply_markup"]["inline_keyboard"] for b in row]
    assert not [d for d in data if d.startswith(("help", "open", "hide"))]


def leaves(before: Place, label: str, way_out: tuple[str, ...]) -> bool:
    """Whether this press may end it: the third right word, or an adult who does not hand over."""
    state, _, _ = before
    third = WAY_OUT[way_out[2]].id
    return (state.endswith("_3") and label == third) or (state == "adult_first" and label == "Not now")


@cache
def walked(band: Band, device: str) -> tuple[Phones, int, dict[Place, Moment], list[tuple[Place, str, str]]]:
    """Every place that can be reached, how everything stands there, and every press with the place it leads to."""
    office, chat = begun(band, device)
    first, _ = office.only(chat)
    child = children.of(office.db, office.person(chat))
    assert child
    seen, presses = {place(office, chat): office.now()}, []
    waiting = [*seen]
    while waiting:
        here = waiting.pop()
        office.back_to(seen[here])
        for number, label in enumerate(office.labels(chat)):
            office.back_to(seen[here])
            office.press(chat, number)
            assert is_sealed(office, chat) != leaves(here, label, child.way_out), (here, label)
            if not is_sealed(office, chat):
                presses.append((here, label, ""))
                continue
            sound(office, chat, first)
            there = place(office, chat)
            presses.append((here, label, there[0]))
            if there not in seen:
                seen[there] = office.now()
                waiting.append(there)
            assert len(seen) < 500
    return office, chat, seen, presses


@pytest.mark.parametrize(("band", "device"), PHONES)
def test_no_button_but_the_right_way_out_leads_out(band: Band, device: str) -> None:
    _, _, seen, presses = walked(band, device)
    flow = next(flow for flow in CHILD_FLOWS if flow.name == child_flow(band))
    assert {state for state, _, _ in seen} == {name for name in flow.states if not name.startswith("broken_off")}
    assert {label for _, label, to in presses if not to}, "there is a way out"
    assert not [to for here, _, to in presses if to == "adult_first"], "what the adult read does not come again"


@pytest.mark.parametrize(("band", "device"), PHONES)
def test_nothing_but_a_press_does_anything(band: Band, device: str) -> None:
    office, chat, seen, _ = walked(band, device)
    for here, moment in {state: (state, moment) for (state, _, _), moment in seen.items()}.values():
        office.back_to(moment)
        first, shown = office.only(chat)[0], looks(office, chat)
        asked = isinstance(_flow(band).states[here], AskText)
        arrives = list(strays(office, chat))
        before = rows(office)
        for stray in arrives:
            if not asked or str(stray.get("text", "/")).startswith("/"):
                office.sends(chat, **stray)
                sound(office, chat, first)
        for data in ("open", "hide", "help.en", "help.fi", "AAAAAAAAAAA.0", f"{office.at(chat).nonce}.99", "x"):
            assert office.press_data(chat, first, data) == Toast("1", moves.STALE.id), (here, data)
        assert looks(office, chat) == shown, here
        assert rows(office) == before, here


@pytest.mark.parametrize(("band", "device"), PHONES)
def test_who_writes_for_help_gets_the_numbers_everywhere_and_comes_back(band: Band, device: str) -> None:
    office, chat, seen, _ = walked(band, device)
    for (here, below, _), moment in seen.items():
        for asks in ("/help", "apua", HELP_NOW.id):
            office.back_to(moment)
            first, at = office.only(chat)[0], office.at(chat)
            office.sends(chat, text=asks)
            assert here == "adult_first" or office.at(chat).state == "talk", here
            assert office.only(chat)[0] == first, "in the one message"
            assert "call 112" in looks(office, chat)
            assert office.at(chat).answers == at.answers, "it is no answer"
        if here != "adult_first":
            back = SAID[band].tell_not.id
            office.press_label(chat, back if back in office.labels(chat) else "Go back")
            assert office.at(chat).state.removesuffix("_2").removesuffix("_3") in (
                here.removesuffix("_2").removesuffix("_3"),
                below.removesuffix("_2").removesuffix("_3"),
            )


def strays(office: Phones, chat: int) -> Iterator[dict[str, object]]:
    """Whatever else can arrive."""
    for name in (*moves.COMMANDS, *moves.CHILD_COMMANDS, "nonsense"):
        if name not in moves.HELP_COMMANDS:
            yield {"text": f"/{name}"}
    code = children.make_code(
        office.db, children.Begun(SOUTH, "4-6", None, 1, "none"), office.world.clock.now(), Random().randrange
    )
    for text in (
        f"/child {code}",
        f"/start c-{REFERENCE}",
        "/start code",
        "1",
        "words",
    ):
        yield {"text": text}
    for label in office.labels(chat):
        yield {"text": label}
    yield {"contact": {"phone_number": "+358401234567", "user_id": chat}}
    yield {"photo": [{}]}
    yield {"text": "forwarded", "forward_origin": {"type": "user"}}


def rows(office: Phones) -> list[str]:
    """All that is stored but for what waits to be sent and removed."""
    kept = ("outbox", "sqlite_sequence")
    return [line for line in office.db.iterdump() if not line.startswith(tuple(f'INSERT INTO "{t}"' for t in kept))]


@pytest.mark.parametrize(("band", "device"), PHONES)
def test_a_new_start_is_a_break_and_keeps_nothing(band: Band, device: str) -> None:
    office, chat, seen, _ = walked(band, device)
    for (state, _, _), moment in seen.items():
        if state == "adult_first":
            continue  # the child does not have it yet
        office.back_to(moment)
        office.sends(chat, text="/start")
        assert office.at(chat) == replace(
            Conversation(flow=child_flow(band), state="broken_off"),
            nonce=office.at(chat).nonce,
            buttons=office.at(chat).buttons,
        )
        shown = looks(office, chat)
        assert shown.startswith("A break. Give the phone to the adult.")
        assert "Go back" not in shown
        counted = feedback.counted(office.db, SOUTH, "child", band, "worker" if device == "worker" else "parent", [])
        assert not counted
    child = children.of(office.db, office.person(chat))
    assert child
    office.press_label(chat, *(WAY_OUT[word].id for word in (*child.way_out[::-1], *child.way_out)))
    assert not is_sealed(office, chat), "an adult gets out from there"


@pytest.mark.parametrize(("band", "device"), PHONES)
def test_the_words_of_the_way_out_tell_nobody_how_far_they_are(band: Band, device: str) -> None:
    office, chat, seen, _ = walked(band, device)
    for name in ("way_out", "thanks"):
        shown = set()
        for (state, _, _), moment in seen.items():
            if state in (name, f"{name}_2", f"{name}_3"):
                office.back_to(moment)
                shown.add(looks(office, chat))
        assert len(shown) == 1, "the thank-you is the same, too, whatever was answered"


@pytest.mark.parametrize("band", BANDS)
def test_every_order_of_words_but_one_keeps_it_closed(band: Band) -> None:
    office, chat, seen, _ = walked(band, "worker")
    moment = next(m for (state, _, _), m in seen.items() if state == "way_out")
    opened = []
    for one in WAY_OUT:
        for two in WAY_OUT:
            for three in WAY_OUT:
                office.back_to(moment)
                office.press_label(chat, *(WAY_OUT[word].id for word in (one, two, three)))
                if not is_sealed(office, chat):
                    opened.append((one, two, three))
    office.back_to(moment)
    child = children.of(office.db, office.person(chat))
    assert child
    assert opened == [child.way_out]


@pytest.mark.parametrize("place_of", ["way_out", "way_out_2", "way_out_3", "broken_off"])
def test_after_five_wrong_words_none_counts_for_a_minute_and_it_looks_the_same(place_of: str) -> None:
    office, chat, seen, _ = walked("7-9", "worker")
    office.back_to(next(m for (state, _, _), m in seen.items() if state == place_of.replace("broken_off", "way_out")))
    child = children.of(office.db, office.person(chat))
    assert child
    if place_of == "broken_off":
        office.sends(chat, text="/start")
    before = looks(office, chat)
    (never,) = [word for word in WAY_OUT if word not in child.way_out][:1]
    right = [WAY_OUT[word].id for word in child.way_out]
    office.press_label(chat, *(WAY_OUT[never].id,) * 5)
    locked = office.now()
    for one in WAY_OUT:
        for two in WAY_OUT:
            for three in WAY_OUT:
                office.back_to(locked)
                office.press_label(chat, *(WAY_OUT[word].id for word in (one, two, three)))
                assert is_sealed(office, chat)
                assert looks(office, chat) == before
    start = office.world.clock
    try:
        office.world.clock = Clock(start.now() + timedelta(minutes=1))
        office.press_label(chat, *right)
    finally:
        office.world.clock = start
    assert not is_sealed(office, chat)


def test_after_four_wrong_words_the_right_ones_lead_out() -> None:
    office, chat, seen, _ = walked("7-9", "worker")
    office.back_to(next(m for (state, _, _), m in seen.items() if state == "way_out"))
    child = children.of(office.db, office.person(chat))
    assert child
    (never,) = [word for word in WAY_OUT if word not in child.way_out][:1]
    office.press_label(chat, *(WAY_OUT[never].id,) * 4, *(WAY_OUT[word].id for word in child.way_out))
    assert not is_sealed(office, chat)


@pytest.mark.parametrize("known", [True, False])
def test_a_copy_of_the_words_that_nobody_knows_of_is_worthless(known: bool) -> None:
    """The bot is killed after Telegram has taken the message and before it is written down that it went."""
    office = Phones(Kind())
    office.sends(WORKER, text="/start")
    office.press_label(WORKER, "Child feedback", "7–9 years")
    sends = office.send

    def takes_without_settling() -> None:
        for row in outbox.take(office.db, office.world.clock.now(), 1):
            office.call(row)

    office.send = takes_without_settling  # type: ignore[method-assign]  # as a kill between the two leaves it
    office.press_label(WORKER, "On this phone")
    office.send = sends  # type: ignore[method-assign]
    outbox.recover(office.db)
    office.send()
    copies = {n: m for n, m in office.chats[WORKER].items() if "three words in this order" in m["text"]}
    assert len(copies) == 1, "it is not sent a second time"
    child = children.of(office.db, office.person(WORKER))
    assert child
    if known:
        office.press_label(WORKER, "Hand over")
        assert "three words in this order" not in str(office.chats[WORKER])
        return
    office.sends(WORKER, text="/start")
    drawn = children.of(office.db, office.person(WORKER))
    assert drawn
    assert drawn.way_out != child.way_out
    office.press_label(WORKER, "Hand over", "The adult ends it", *(WAY_OUT[word].id for word in child.way_out))
    assert is_sealed(office, WORKER), "the older words lead nowhere"
    office.press_label(WORKER, *(WAY_OUT[word].id for word in drawn.way_out))
    assert not is_sealed(office, WORKER)


@pytest.mark.parametrize("band", ["4-6", "7-9"])
def test_the_greeting_is_right_in_the_mouth_of_whoever_reads_it(band: Band) -> None:
    for device, ours in (("worker", True), ("parent", False)):
        office, chat = begun(band, device)
        office.press_label(chat, "Hand over")
        assert ("We who work here" in looks(office, chat)) is ours


def _flow(band: Band) -> Flow:
    return next(flow for flow in CHILD_FLOWS if flow.name == child_flow(band))


@pytest.mark.parametrize("band", BANDS)
def test_no_screen_depends_on_what_was_answered(band: Band) -> None:
    flow = _flow(band)
    told = {state.name: ("true",) for state in flow.states.values() if isinstance(state, Question)}
    for facts in with_children(flow, plain()):
        for name in flow.states:
            blank = Conversation(flow=flow.name, state=name, trail=("hello",))
            later = {n: v for n, v in told.items() if n != name}
            assert view(flow, blank, facts) == view(flow, replace(blank, answers=later), facts), name


@pytest.mark.parametrize("band", BANDS)
def test_every_question_has_skip_stop_and_an_adult(band: Band) -> None:
    flow = _flow(band)
    for facts in with_children(flow, plain()):
        for name, state in flow.states.items():
            tokens = [b.token for b in view(flow, Conversation(flow=flow.name, state=name), facts).buttons]
            if isinstance(state, Question):
                assert tokens[-4:] == ["skip", "aside:stopping", "aside:talk", "aside:way_out"]
            elif name == "talk":
                assert "option:stop" in tokens
            elif name != "adult_first":
                assert "option:talk" in tokens, name
            assert not {"back", "help", "aside:more", "keep"} & {*tokens}
    assert all(is_aside(flow.states[item.value]) for item in flow.under)


@pytest.mark.parametrize("band", BANDS)
def test_the_order_of_choices_is_turned_for_half_of_the_children(band: Band) -> None:
    flow, draw = _flow(band), Random(6)
    facts = next(with_children(flow, plain()))
    seeds = [draw.randrange(1 << 32) for _ in range(10_000)]
    for question in CHILDREN[band]:
        at = Conversation(flow=flow.name, state=f"item_{question.name}")
        values = [value for value, _ in question.scale.values]
        straight, first = 0, Counter[str]()
        for seed in seeds:
            assert facts.child
            screen = view(flow, at, replace(facts, child=replace(facts.child, seed=seed)))
            shown = [b.token.removeprefix("item:") for b in screen.buttons[: screen.choices]]
            apart = [value for value in values if value in question.scale.apart]
            still = [*question.scale.last, *apart]
            scale = [value for value in values if value not in still]
            if question.scale.rotated:
                assert shown in [[*scale[n:], *scale[:n], *still] for n in range(3)]
                first[shown[0]] += 1
            else:
                assert shown in (scale + still, scale[::-1] + still)
            straight += shown == values
            stated = dict(question.statements)
            assert screen.paragraphs[1:] == ((tuple(stated[v] for v in shown if v in stated),) if stated else ())
        if question.scale.rotated:
            assert len(first) == 3
            assert all(3133 <= count <= 3533 for count in first.values()), question.name
        else:
            assert 4800 <= straight <= 5200, question.name


def test_what_others_do_changes_nothing_on_the_childs_screen() -> None:
    office = Phones(Kind(decision="yes"))
    for chat in (FIRST, WORKER, OTHER):
        office.sends(chat, text="/start")
    link = invitations.make(office.db, 1, office.world.clock.now() + timedelta(hours=1))
    guest = office.person(OTHER)
    invitations.open_link(office.db, guest, link or "", office.world.clock.now())
    invitations.answer(office.db, guest, {"afraid": ("no",)})
    for chat in (FIRST, OTHER):
        begun = children.Begun(SOUTH, "7-9", 1, office.worker.id, "none")
        later = office.world.clock.now() + timedelta(minutes=5)
        office.sends(chat, text=f"/child {children.make_code(office.db, begun, later, Random(chat).randrange)}")
        office.press_label(chat, "Hand over", "Begin")
    before = {chat: (office.only(chat), office.at(chat)) for chat in (FIRST, OTHER)}
    office.does(do.RejectGuest(1, guest.id))
    office.does(end.ProposeClosing(1, "contact_lost"))
    office.does(end.RecordSummary(1, "contact_lost"))
    office.does(end.CloseCase(1))
    assert {chat: (office.only(chat), office.at(chat)) for chat in before} == before
    for chat, words in ((FIRST, "The meetings have ended."), (OTHER, "The invitation is over")):
        child = children.of(office.db, office.person(chat))
        assert child
        office.press_label(chat, "The adult ends it", *(WAY_OUT[word].id for word in child.way_out))
        assert words in str(office.chats[chat]), "it is said afterwards"


def test_a_childs_states_are_no_others() -> None:
    children_too = {name for flow in CHILD_FLOWS for name in flow.states}
    others = {name for flow in FLOWS.values() if not flow.sealed for name in flow.states}
    assert not children_too & others


def test_a_notice_that_was_under_way_comes_after_the_child() -> None:
    office, chat = begun("7-9", "worker")
    office.press_label(chat, "Not now")
    notices.tell_at_once(office.db, office.world, office.worker, N_("bell"))
    (row,) = outbox.take(office.db, office.world.clock.now(), 32)
    shell.carry_out(office.db, office.world, office.worker, StartChild("7-9"))
    outbox.settle(office.db, office.world.clock.now(), row, office.call(row), office.give_up)
    office.send()
    assert "bell" not in looks(office, chat)
    office.press_label(chat, "Not now")
    assert "bell" in str(office.chats[chat])
