"""The walls between two parents: histories that differ only in what one of them does or tells, compared byte for byte
in all calls to the other's chat.

Each example draws what is the same for all (how the invitation came, what the workers do) and then many private
histories of one parent. Every two of them are a pair, and the other parent's calls must be one and the same in all.
"""

from collections.abc import Callable
from functools import partial
from itertools import product, zip_longest
from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bot import requests
from bot.records import cases, people
from conversations import effects as do
from conversations.channels import CHANNELS
from tests import theatre as stages
from tests.office_plain import FIRST, OTHER, PAIR, WORKER, Kind, Office, fixed
from tests.offices import TOLD

PAIRS = 10_000
"""How many pairs each direction compares at least."""

AT_ONCE, EXAMPLES = 33, 20
"""Private histories in an example, and examples: 20 × 33 × 32 / 2 pairs."""


GATES = st.tuples(
    st.sampled_from(["Yes, it is safe", "I am not sure", "It is not safe", "Skip"]),
    st.sampled_from(["No", "Sometimes", "Yes", "I'd rather not say", "Skip"]),
    st.sampled_from(["Yes", "Talk with me first", "Not yet", "It is not safe", "Skip"]),
    st.sampled_from(["Separately first", "Together", "Let us talk about it", "Skip"]),
)
WHEN = st.tuples(st.integers(0, 4), st.integers(0, 4), st.integers(0, 4)).map(sorted)
"""In which pause of the other's day the three parts of a private history happen."""

Act = Callable[[Office], object]


S = TypeVar("S")
T = TypeVar("T")


def compare(sees: Callable[[T], list[str]], private: list[T]) -> int:
    """In all private histories the same is seen; how many pairs these are."""
    first = sees(private[0])
    for told in private[1:]:
        seen = sees(told)
        for number, (one, another) in enumerate(zip_longest(first, seen)):
            assert one == another, f"call {number} differs between {private[0]} and {told}"
    return len(private) * (len(private) - 1) // 2


def pairs_of(
    sees: Callable[[S, T], list[str]], same: st.SearchStrategy[S], private: st.SearchStrategy[list[T]], kinds: int
) -> int:
    """Compare what is seen on one of so many kinds of days; how many pairs these are."""
    pairs = 0

    # What differs is printed as it is: to make it smaller would take minutes.
    @settings(
        max_examples=EXAMPLES // kinds,
        deadline=None,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=[*HealthCheck],
    )
    @given(same, private)
    def every_two(same: S, private: list[T]) -> None:
        nonlocal pairs
        pairs += compare(partial(sees, same), private)

    every_two()
    return pairs


def day(office: Office, private: dict[int, list[Act]], public: list[Act]) -> None:
    """One history: what the watched parent and the workers do, and in the pauses what the other does alone."""
    for pause, act in enumerate(public):
        for alone in private.get(pause, []):
            alone(office)
        act(office)


# What the invited parent does, and the workers with them; the first parent watches

ENDS = st.sampled_from(
    ["never comes", "sends", "declines", "is under age", "stops half way", "deletes", "takes back", "is blocked"]
)
OF_OTHER = st.sampled_from(["nothing", "confirms", "confirms and writes", "rejects", "takes the link back"])

Coming = tuple[tuple[str, str, str, str], str, str, list[int]]
COMINGS = st.lists(st.tuples(GATES, ENDS, OF_OTHER, WHEN), min_size=AT_ONCE, max_size=AT_ONCE, unique_by=repr)


def coming(office: Office, code: str, told: Coming) -> dict[int, list[Act]]:
    """Everything private that the invited parent does, and what the workers do with it, by the pauses it happens in."""
    (phone, afraid, contact, start), ends, staff, (opens, answers, after) = told
    private: dict[int, list[Act]] = {}

    def at(pause: int, act: Act) -> None:
        private.setdefault(pause, []).append(act)

    if ends == "never comes":
        if staff == "takes the link back":
            at(after, lambda o: o.expects(do.RevokeInvitation(1), bool(cases.workers(o.db, 1))))
        return private
    at(opens, lambda o: o.says(OTHER, f"/start {code}"))
    if ends == "declines":
        at(answers, lambda o: o.says(OTHER, "No, thank you"))
        return private
    young = ends == "is under age"
    care = () if phone == "Yes, it is safe" else ("Go on",)
    labels = ("Under 18",) if young else ("18 or over", phone, *care, afraid, contact, start)
    at(opens, lambda o: o.presses(OTHER, "I agree, let us begin", *labels))
    if ends not in ("is under age", "stops half way"):
        at(answers, lambda o: o.presses(OTHER, "Skip the rest", "Send the answers"))
    at(after, lambda o: staff_with_guest(o, staff))
    match ends:
        case "deletes":
            at(after, lambda o: o.says(OTHER, "/delete"))
            at(after, lambda o: o.presses(OTHER, "Yes, delete everything"))
        case "takes back":
            at(after, lambda o: o.presses(OTHER, "Take my answers back", "Yes, take them back"))
        case "is blocked":
            at(after, lambda o: people.blocked(o.db, OTHER, o.world.clock.now()))
    return private


def staff_with_guest(office: Office, staff: str) -> None:
    """What a worker makes of whoever has answered, once the case has a worker."""
    found = office.guest()
    if found is None or not cases.workers(office.db, found[0]):
        return
    case, guest = found
    if staff == "rejects":
        office.does(do.RejectGuest(case, guest.id))
    elif staff.startswith("confirms"):
        office.does(do.ConfirmGuest(case, guest.id))
        if staff.endswith("writes") and people.safe_hours_of_parent(office.db, OTHER) != "never":
            office.does(do.Write(case, guest.id, "On Thursday?"))
            office.says(OTHER, "Yes, gladly.")


def first_sees(own_link: bool, letters: bool, claim: int, told: Coming) -> list[str]:
    """All calls to the first parent's chat while the other does something."""
    office = Office(Kind(together=own_link, claimed=not own_link))
    office.says(FIRST, "/start")
    if own_link:
        office.presses(FIRST, "Invite the other parent", "Make the link")
        code = office.codes[FIRST][-1]
    else:
        code = office.hands_over()

    def looks(office: Office) -> None:
        office.says(FIRST, "/start")
        if own_link:
            office.says(FIRST, "Invite the other parent")
        office.says(FIRST, "/mydata")

    def passes(office: Office) -> None:
        if letters and cases.workers(office.db, 1):
            office.does(do.Write(1, office.first.id, "When could we call?"))
            office.says(FIRST, "After four.")
        office.passes(1 + 20 * letters)

    public: list[Act] = [looks, passes, looks, passes, lambda o: o.passes(75), looks]
    if own_link:
        public.insert(claim, lambda o: o.claims())
    day(office, coming(office, code, told), public)
    return office.calls[FIRST]


@fixed("invitation", "agreed form", "agreed times")
def test_the_first_parents_calls_do_not_depend_on_the_other() -> None:
    kinds = [*product((False, True), repeat=2)]
    sees = [partial(first_sees, own_link, letters) for own_link, letters in kinds]
    assert sum(pairs_of(each, st.integers(0, 5), COMINGS, len(kinds)) for each in sees) >= PAIRS


# What the first parent does, and the workers with them; the invited parent watches

GOES = st.sampled_from(
    ["stays", "withdraws", "deletes", "asks for help", "is blocked", "changes", "moves", "writes", "opens the choice"]
)
OF_FIRST = st.sampled_from(["nothing", "records a no", "talks alone", "takes it that they withdraw", "writes"])

Staying = tuple[tuple[str, str, str], str, str, list[int]]
STAYINGS = st.lists(
    st.tuples(
        st.tuples(
            st.sampled_from(["no", "sometimes", "yes", "rather_not"]),
            st.sampled_from(["yes", "not_yet", "not_safe"]),
            st.sampled_from(["separate", "joint", "unsure"]),
        ),
        GOES,
        OF_FIRST,
        WHEN,
    ),
    min_size=AT_ONCE,
    max_size=AT_ONCE,
    unique_by=repr,
)


def staying(told: Staying) -> dict[int, list[Act]]:
    """Everything private that the first parent does after handing the link over, and the workers with them."""
    (afraid, decision, start), goes, staff, (one, two, three) = told
    answers = TOLD | {"together": ("together",), "afraid": (afraid,), "contact_other": (decision,), "start": (start,)}
    private: dict[int, list[Act]] = {one: [lambda o: tell(o, answers)]}
    private.setdefault(two, []).append(lambda o: staff_with_first(o, staff, decision))
    private.setdefault(three, []).append(lambda o: first_goes(o, goes, answers))
    return private


def is_in(office: Office) -> bool:
    return people.known(office.db, FIRST) and cases.own_case(office.db, office.first) is not None


def tell(office: Office, answers: dict[str, tuple[str, ...]]) -> None:
    """Other answers, however they came."""
    if is_in(office):
        cases.set_answers(office.db, 1, office.first.id, answers)


def staff_with_first(office: Office, staff: str, decision: str) -> None:
    if not is_in(office) or not cases.workers(office.db, 1):
        return
    first = office.first.id
    match staff:
        case "records a no":
            office.does(do.RecordTalkAlone(1, first))
            office.does(do.CorrectFact(1, first, "contact_other", (decision,)))
        case "talks alone":
            office.does(do.RecordTalkAlone(1, first))
            office.does(do.LogContact(1, "reached", first))
        case "takes it that they withdraw":
            office.does(do.EndCase(1, "withdrawn", party=first))
        case "writes":
            office.does(do.Write(1, first, "When could we call?"))


def first_goes(office: Office, goes: str, answers: dict[str, tuple[str, ...]]) -> None:
    if not people.known(office.db, FIRST):
        return
    match goes:
        case "withdraws":
            office.says(FIRST, "/start")
            office.presses(FIRST, "Withdraw the request", "Yes, withdraw it")
        case "deletes":
            office.says(FIRST, "/delete")
            office.presses(FIRST, "Yes, delete everything")
        case "asks for help" | "writes":
            office.says(FIRST, "/mydata" if goes == "asks for help" else "/start")
            office.says(FIRST, "I am afraid.")
        case "is blocked":
            people.blocked(office.db, FIRST, office.world.clock.now())
        case "changes" | "moves" if is_in(office):
            where = stages.NORTH if goes == "moves" else stages.SOUTH
            requests.change(office.db, office.world, office.first, where, answers)
            office.send()
        case "opens the choice":
            office.presses(FIRST, "Invite the other parent", "Back to my request")


def other_sees(own_link: bool, comes_to: str, way: tuple[str, bool], told: Staying) -> list[str]:
    """All calls to the other parent's chat; the first parent's answers and doings differ."""
    hours, early = way
    office = Office(Kind(together=own_link, claimed=not own_link))
    office.says(FIRST, "/start")
    if own_link:
        office.presses(FIRST, "Invite the other parent", "Make the link")
        code = office.codes[FIRST][-1]
    else:
        code = office.hands_over()
    office.says(OTHER, f"/start {code}")
    before = ("I agree, let us begin", "18 or over", "Yes, it is safe", "No", "Yes")
    ahead: tuple[str, ...] = ("Together", "In this chat", hours, "Skip", "Skip", "Skip")

    def claims(office: Office) -> None:
        found = office.guest()
        if found and not cases.workers(office.db, found[0]):
            office.claims(found[0])

    def decides(office: Office) -> None:
        claims(office)
        found = office.guest()
        assert found, "answers wait for a worker"
        case, guest = found
        match comes_to:
            case "confirms":
                office.does(do.ConfirmGuest(case, guest.id))
                if people.safe_hours_of_parent(office.db, OTHER) != "never":
                    office.does(do.Write(case, guest.id, "On Thursday?"))
                    office.says(OTHER, "Yes, gladly.")
            case "rejects":
                office.does(do.RejectGuest(case, guest.id))
            case "ends":
                office.does(do.EndCase(case, "not_started", "other"))
            case "confirms and ends":
                office.does(do.ConfirmGuest(case, guest.id))
                office.does(do.EndCase(case, "not_started", "other"))

    def looks(office: Office) -> None:
        for command in ("/mydata", "/privacy", "/start"):
            office.says(OTHER, command)

    public: list[Act] = [
        lambda o: o.presses(OTHER, *before),
        lambda o: o.presses(OTHER, *ahead, "Send the answers"),
        looks,
        decides,
        lambda o: o.passes(100),
        looks,
    ]
    if own_link and early:
        public.insert(3, claims)
    day(office, staying(told), public)
    return office.calls[OTHER]


COMES_TO = ("confirms", "rejects", "ends", "confirms and ends", "waits")
WAYS = st.tuples(
    st.sampled_from(["Weekdays 9–16", "Weekdays 16–20", "Only when I write", "Skip"]), st.sampled_from([True, False])
)
"""The safe hours of the invited parent, and whether a worker has the case before it is decided who they are."""


@fixed("invitation", "agreed form", "agreed times")
def test_the_others_calls_do_not_depend_on_the_first_parent() -> None:
    kinds = [*product((False, True), COMES_TO)]
    sees = [partial(other_sees, own_link, comes_to) for own_link, comes_to in kinds]
    assert sum(pairs_of(each, WAYS, STAYINGS, len(kinds)) for each in sees) >= PAIRS


# What makes all that mean something


def test_the_histories_get_far_enough_to_mean_something() -> None:
    gates = ("Yes, it is safe", "Yes", "Not yet", "Together")
    for own_link in (False, True):
        calls = "".join(first_sees(own_link, True, 2, (gates, "sends", "confirms and writes", [0, 1, 4])))
        assert "A worker has your request." in calls
        assert "When could we call?" in calls
        assert ("A link for the other parent has been made." in calls) == own_link
    told: Staying = (("yes", "not_safe", "joint"), "withdraws", "records a no", [2, 3, 4])
    said = {}
    for comes_to in ("confirms", "rejects", "ends", "confirms and ends"):
        said[comes_to] = "".join(other_sees(True, comes_to, ("Weekdays 16–20", True), told))
        assert "Your answers have been sent." in said[comes_to]
        assert "K7F2" not in said[comes_to]
        assert ("The invitation is over" in said[comes_to]) == (comes_to != "confirms")
    assert "On Thursday?" in said["confirms"]
    assert said["rejects"] == said["ends"]


def test_an_office_holds_two_workers_and_two_parents() -> None:
    office = Office(Kind(pair=True, both=True))
    office.does(do.RecordTalkAlone(1, office.person(OTHER).id), by=PAIR)
    office.does(do.Write(1, office.person(OTHER).id, "On Thursday?"), by=WORKER)
    assert [row.id for row in cases.parties(office.db, 1)] == [office.first.id, office.person(OTHER).id]
    assert "On Thursday?" in "".join(office.calls[OTHER])
    assert FIRST not in office.calls


def test_every_channel_says_what_passes_and_why() -> None:
    assert {"invitation", "agreed form", "agreed times", "joint goals", "end"} == {*CHANNELS}
    assert all(channel.passes and channel.why for channel in CHANNELS.values())
