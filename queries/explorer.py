"""One HTML file that shows the graph to anybody: no server, no network; the facts stand in the page itself.

The page (explorer.html) makes every element from text, so that no name becomes markup; the facts are JSON in which no
`<` is left, so that no text ends its script. A policy in the page forbids every request.
"""

import json
from datetime import date
from importlib import resources
from typing import Any

from nhs_graph.graph.facts import Source
from nhs_graph.graph.licences import ATTRIBUTION, attribution
from nhs_graph.graph.schema import SHAPES, said
from nhs_graph.graph.store import Selection, Store

_TABLES = frozenset(
    {"source", "organisation", "name", "identifier", "classification", "relation", "area", "coverage", "overlap"}
    | {"change_event", "party", "succession", "person", "tenure"}
)
"""What the page reads; new fields of these facts come along by themselves."""


def explorer_page(store: Store) -> str:
    """The whole page."""
    page = resources.files("nhs_graph.queries").joinpath("explorer.html").read_text(encoding="utf-8")
    text = json.dumps(explorer_data(store), ensure_ascii=False, separators=(",", ":"), default=str)
    return page.replace("$data", text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029"))


def explorer_data(store: Store) -> dict[str, Any]:
    """The facts as tables of rows, sources by their number; dates as their sources said them."""
    sources = list(store.facts(Selection(Source)))
    numbers = {source.id: number for number, source in enumerate(sources)}
    tables: dict[str, Any] = {}
    days: set[date] = set()
    for shape in SHAPES:
        if shape.table not in _TABLES:
            continue
        rows: list[list[Any]] = []
        dated = {"start_date", "end_date", "effective_date"} & set(shape.fields)
        for fact in store.facts(Selection(shape.fact)):
            values = said(fact)
            values["source_ids"] = [numbers[key] for key in values["source_ids"]]
            rows.append([values[name] for name in shape.fields])
            days |= {day for name in dated if isinstance(day := getattr(fact, name), date)}
        tables[shape.table] = {"columns": list(shape.fields), "rows": rows}
    return {
        "release": store.meta().get("release", "unknown"),
        # The slider ends with the last day that any fact names, such as an agreed merger.
        "last_day": max(days, default=date(2026, 12, 31)).isoformat(),
        "lines": list(ATTRIBUTION),
        "attribution": [attribution(source) for source in sources],
        "tables": tables,
    }
