"""A lineage as a tree: the body, where it came from, who carried it on."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nhs_graph.queries.lineage import LineageRow


def lineage_tree(root: str, rows: "Sequence[LineageRow]", name: str | None = None) -> list[str]:
    """Lines of a tree; a body that was told once is not told again."""
    lines = [f"{root} {name or _name_of(root, rows)}"]
    back = [row for row in rows if row.successor_id == root]
    forward = [row for row in rows if row.predecessor_id == root and row.relation == "succession"]
    if back:
        lines += ["came from", *_branches(root, rows, back=True, told={root})]
    if forward:
        lines += ["went to", *_branches(root, rows, back=False, told={root})]
    return lines


def _name_of(root: str, rows: "Sequence[LineageRow]") -> str:
    # The latest hand-over that names the body: the last day that it was heard of under a name.
    named = [
        (row.effective_date, name)
        for row in rows
        for body, name in ((row.predecessor_id, row.predecessor_name), (row.successor_id, row.successor_name))
        if body == root and name and row.relation == "succession"
    ]
    return max(named)[1] if named else "name unknown"


def _branches(body: str, rows: "Sequence[LineageRow]", *, back: bool, told: set[str]) -> list[str]:
    here = [row for row in rows if (row.successor_id if back else row.predecessor_id) == body]
    if not back:
        here = [row for row in here if row.relation == "succession"]
    lines: list[str] = []
    for i, row in enumerate(sorted(here, key=_when, reverse=back)):
        last = i == len(here) - 1
        other = row.predecessor_id if back else row.successor_id
        again = other in told
        lines.append(f"{'└─ ' if last else '├─ '}{_label(row, back=back)}{' …' if again and other != body else ''}")
        if not again:
            told.add(other)
            deeper = _branches(other, rows, back=back, told=told)
            lines += [f"{'   ' if last else '│  '}{line}" for line in deeper]
    return lines


def _when(row: "LineageRow") -> tuple[str, str]:
    return row.effective_date.isoformat(), row.predecessor_id


def _label(row: "LineageRow", *, back: bool) -> str:
    body, name = (row.predecessor_id, row.predecessor_name) if back else (row.successor_id, row.successor_name)
    press = f", the press said {row.press_kind}" if row.press_kind and row.press_kind != row.kind else ""
    if row.relation == "same_code_earlier_name":
        return f"{body} {name or 'name unknown'} — {row.effective_date} same code, earlier name"
    share = "share unknown" if row.weight is None else f"{100 * row.weight:.1f}%" if row.weight < 1 else ""
    told = f"{body} {name or 'name unknown'} — {row.effective_date} {row.kind}{press}"
    return f"{told}, {share}" if share else told
