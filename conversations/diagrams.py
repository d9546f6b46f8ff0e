"""Diagrams of the flows in Mermaid, computed from their data, for docs/flows.md."""

from collections.abc import Mapping

from conversations.flow import END, RETURN, Flow, is_aside, targets, ways


def document(flows: Mapping[str, Flow]) -> str:
    """The whole page. Asides and "Back" are left out of the drawings: they can be used in every state."""
    parts = [
        "# Conversations",
        "",
        "Written by `python -m bot flows` from the code; do not edit. In every state there are also",
        "back, help now and the asides that are listed with each flow.",
        "",
    ]
    for flow in flows.values():
        asides = ", ".join(f"`{state.name}`" for state in flow.states.values() if is_aside(state))
        parts += [f"## {flow.name}", "", "```mermaid", *_drawing(flow), "```", "", f"Asides: {asides}.", ""]
    return "\n".join(parts)


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
