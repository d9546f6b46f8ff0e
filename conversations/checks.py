"""What can be said about a flow by looking at its data: no dead end, nothing unreachable, nothing undefined."""

from collections.abc import Iterator, Mapping

from conversations.facts import ON_DEMAND
from conversations.flow import (
    END,
    RETURN,
    Ask,
    Flow,
    Menu,
    Question,
    State,
    Summary,
    is_aside,
    targets,
    ways,
)


def problems(flows: Mapping[str, Flow]) -> list[str]:
    """Everything that is wrong with the flows; an empty list is what the tests expect."""
    return [f"flow {flow.name}: {problem}" for flow in flows.values() for problem in _of(flow)]


def _of(flow: Flow) -> Iterator[str]:
    for name in targets(flow.start):
        if name not in flow.states:
            yield f"starts in '{name}', which does not exist"
    if flow.consent and not _is_answer(flow, *flow.consent):
        yield f"its consent {flow.consent} is no answer to a question"
    for state in flow.states.values():
        yield from _of_state(flow, state)
    reached = reachable(flow, (*targets(flow.start), *([flow.sealed] if flow.sealed else [])))
    if flow.sealed and (flow.sealed not in flow.states or flow.draft or flow.consent):
        yield "is sealed, but has no state for a new start, or keeps something"
    for item in flow.under:
        if item.value not in flow.states or not is_aside(flow.states[item.value]):
            yield f"'{item.value}' stands under every question, but is no aside"
    for state in flow.states.values():
        if state.name not in reached:
            yield f"'{state.name}' cannot be reached"
        elif not _ends(flow, state):
            yield f"from '{state.name}' no end can be reached"


def _is_answer(flow: Flow, name: str, value: str) -> bool:
    state = flow.states.get(name)
    return isinstance(state, Ask) and value in [option.value for option in state.options]


def _of_state(flow: Flow, state: State) -> Iterator[str]:
    for how, name in ways(flow, state):
        if name not in (END, RETURN) and name not in flow.states:
            yield f"'{state.name}': '{how}' leads to '{name}', which does not exist"
        if name == RETURN and not (isinstance(state, Menu) and state.aside):
            yield f"'{state.name}': '{how}' returns, but the state is no aside"
    if isinstance(state, Ask | Menu | Summary):
        values = [option.value for option in state.options]
        if len(values) != len(set(values)):
            yield f"'{state.name}' has the same value twice"
    if isinstance(state, Question) and state.skip:
        for also in state.skip.also:
            if not isinstance(flow.states.get(also), Question):
                yield f"'{state.name}' skips '{also}', which is no question"
    if isinstance(state, Menu):
        for fact in state.needs:
            if fact not in ON_DEMAND:
                yield f"'{state.name}' needs '{fact}', which is not loaded on demand"
        if state.listed and not state.saves:
            yield f"'{state.name}' has a list but saves nothing"


def reachable(flow: Flow, start: tuple[str, ...]) -> set[str]:
    """Every state that can be arrived at; asides can be opened anywhere, and a case by a notice's button."""
    reached: set[str] = set()
    waiting = [*start, *(s.name for s in flow.states.values() if isinstance(s, Menu) and s.aside)]
    while waiting:
        name = waiting.pop()
        if name in reached or name not in flow.states:
            continue
        reached.add(name)
        waiting += [target for _, target in ways(flow, flow.states[name])]
    return reached


def _ends(flow: Flow, state: State) -> bool:
    """Whether the conversation can come to rest from here: at a root or a place to stay, or at its end. Back and the
    asides do not count, they are everywhere."""
    if isinstance(state, Menu):
        return True
    seen: set[str] = set()
    waiting = [state.name]
    while waiting:
        name = waiting.pop()
        if name == END or isinstance(flow.states.get(name), Menu):
            return True
        if name not in seen and name in flow.states:
            seen.add(name)
            waiting += [target for _, target in ways(flow, flow.states[name])]
    return False
