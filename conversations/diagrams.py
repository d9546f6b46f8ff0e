"""Diagrams of the life of a case and of the flows in Mermaid, computed from their data, for docs/flows.md."""

from collections.abc import Mapping

from conversations import life
from conversations.flow import END, RETURN, Flow, is_aside, targets, ways


def document(flows: Mapping[str, Flow]) -> str:
    """The whole page. Asides and "Back" are left out of the drawings: they can be used in every state."""
    parts = [
        "# Conversations",
        "",
        "Written by `python -m bot flows` from the code; do not edit. In every state there are also",
        "back, help now and the asides that are listed with each flow.",
        "",
        *_life(),
    ]
    for flow in flows.values():
        asides = ", ".join(f"`{state.name}`" for state in flow.states.values() if is_aside(state))
        parts += [f"## {flow.name}", "", "```mermaid", *_drawing(flow), "```", "", f"Asides: {asides}.", ""]
    return "\n".join(parts)


def _life() -> list[str]:
    """The stages of a case, and for each event who may cause it and where. What changes no stage is not drawn."""
    drawn: dict[tuple[str, str], list[str]] = {("[*]", "waiting"): ["opened"]}
    rows = []
    for event, moves in life.MOVES.items():
        for stage, to in moves.items():
            if stage != to:
                drawn.setdefault((stage, to), []).append(event)
        rows.append(f"| {event} | {', '.join(life.BY[event])} | {', '.join(moves)} |")
    final = [stage for stage in life.ENDED if not any(stage in moves for moves in life.MOVES.values())]
    return [
        "## The life of a case",
        "",
        "```mermaid",
        "stateDiagram-v2",
        *(f"    {stage} --> {to} : {' / '.join(events)}" for (stage, to), events in drawn.items()),
        *(f"    {stage} --> [*]" for stage in final),
        "```",
        "",
        "Every other event is written down too and moves nothing.",
        "",
        "| event | by | in |",
        "|---|---|---|",
        f"| opened | {', '.join(life.BY['opened'])} | – |",
        *rows,
        "",
    ]


def _drawing(flow: Flow) -> list[str]:
    lines = ["stateDiagram-v2", *(f"    [*] --> {name}" for name in targets(flow.start))]
    for state in flow.states.values():
        if is_aside(state):
            continue
        grouped: dict[str, list[str]] = {}
        for how, name in ways(flow, state):
            grouped.setdefault(name, []).append(how.replace(":", ".").replace(";", ","))
        for name, hows in grouped.items():
            shown = hows if len(hows) <= 4 else [*hows[:3], f"… {len(hows) - 3} more"]
            target = "[*]" if name in (END, RETURN) else name
            lines.append(f"    {state.name} --> {target} : {' / '.join(shown)}")
    return lines
