"""A lineage as text that other programs draw: Mermaid and Graphviz."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nhs_graph.queries.lifelines import Lifeline
    from nhs_graph.queries.lineage import LineageRow


def mermaid(subject: str, lives: "dict[str, Lifeline]", rows: "Sequence[LineageRow]") -> str:
    """A flow chart in Mermaid, as GitHub and GitLab show it."""
    lines = ["flowchart LR"]
    ids = {code: f"n{place}" for place, code in enumerate(lives)}
    lines += [f'  {ids[code]}["{_entities(_label(life, "<br/>"))}"]' for code, life in lives.items()]
    for row in rows:
        if row.relation == "succession":
            told = _entities(_step(row))
            arrow = "-->" if row.weight is not None else "-.->"
            lines.append(f'  {ids[row.predecessor_id]} {arrow}|"{told}"| {ids[row.successor_id]}')
    return "\n".join([*lines, f"  style {ids[subject]} stroke-width:3px"]) + "\n"


def dot(subject: str, lives: "dict[str, Lifeline]", rows: "Sequence[LineageRow]") -> str:
    """A graph in the language of Graphviz."""
    lines = ["digraph lineage {", "  rankdir=LR;", '  node [shape=box, fontname="Arial"]; edge [fontname="Arial"];']
    for code, life in lives.items():
        bold = ", penwidth=3" if code == subject else ""
        lines.append(f"  {_quoted(code)} [label={_quoted(_label(life, chr(10)))}{bold}];")
    for row in rows:
        if row.relation == "succession":
            style = "" if row.weight is not None else ", style=dashed"
            ends = f"{_quoted(row.predecessor_id)} -> {_quoted(row.successor_id)}"
            lines.append(f"  {ends} [label={_quoted(_step(row))}{style}];")
    return "\n".join([*lines, "}"]) + "\n"


def _label(life: "Lifeline", line: str) -> str:
    """The code, and every name with the day from which it held."""
    names = [called.name if i == 0 else f"{called.start}: {called.name}" for i, called in enumerate(life.names)]
    return line.join([life.id, *(names or ["name unknown"])])


def _step(row: "LineageRow") -> str:
    share = ", share unknown" if row.weight is None else "" if row.weight == 1 else f", {100 * row.weight:.1f}%"
    return f"{row.effective_date} {row.kind}{share}"


def _entities(text: str) -> str:
    """Without the characters that end a label in Mermaid."""
    return text.replace("#", "#35;").replace('"', "#quot;")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
