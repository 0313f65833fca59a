"""One HTML file that shows the graph to anybody: no server, no network; the facts stand in the page itself.

Its parts are in queries/page. They make every element from text, so that no name becomes markup; the facts are JSON in
which no `<` is left, so that no text ends its script. A policy in the page forbids every request, and every script but
this one.
"""

import base64
import hashlib
import json
from collections.abc import Mapping
from datetime import date
from importlib import resources
from string import Template
from typing import Any

from nhs_graph.graph import kinds
from nhs_graph.graph.facts import Source
from nhs_graph.graph.licences import ATTRIBUTION, attribution
from nhs_graph.graph.schema import SHAPES, said
from nhs_graph.graph.store import Selection, Store

_TABLES = frozenset(
    {"source", "organisation", "name", "identifier", "classification", "relation", "area", "coverage", "overlap"}
    | {"change_event", "party", "succession", "person", "tenure"}
)
"""What the page reads; new fields of these facts come along by themselves."""


_SCRIPTS = (
    "facts",
    "time",
    "elements",
    "lineage",
    "network",
    "people",
    "boundaries",
    "map",
    "body",
    "search",
    "main",
)
"""Each part uses what those before it made as they were read; main begins."""
_MAPS_BEGIN = {"upper": "2020-04-01", "lower": "2021-04-01"}
"""The first day of a vintage whose outlines are shipped (loaders/outlines.py)."""


def explorer_page(store: Store, atlas: Mapping[str, Any]) -> str:
    """The whole page; `atlas` holds the outlines of its maps (loaders/outlines.py)."""
    script = '"use strict";\n' + "".join(_part(f"{name}.js") for name in _SCRIPTS)
    style = _part("style.css")
    facts = json.dumps(explorer_data(store, atlas), ensure_ascii=False, separators=(",", ":"), default=str)
    facts = facts.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    policy = f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'"
    return Template(_part("page.html")).substitute(policy=policy, style=style, script=script, data=facts)


def _part(name: str) -> str:
    return resources.files("nhs_graph.queries.page").joinpath(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """How a content security policy names the one text that it allows."""
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def explorer_data(store: Store, atlas: Mapping[str, Any]) -> dict[str, Any]:
    """The facts as tables of rows, sources by their number; dates as their sources said them.

    What only releases of the national register say stays out: 370,000 bodies are too many for a page.
    """
    sources = list(store.facts(Selection(Source)))
    numbers = {source.id: number for number, source in enumerate(sources)}
    tables: dict[str, Any] = {}
    days: set[date] = set()
    for shape in SHAPES:
        if shape.table not in _TABLES:
            continue
        rows: list[list[Any]] = []
        dated = {"start_date", "end_date", "effective_date"} & set(shape.fields)
        for fact in store.facts(Selection(shape.fact, register=False)):
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
        "groups": {name: kinds.group_of(name) for name in kinds.KINDS},
        "tiers": {tier: sorted(kinds.TIERS[tier]) for tier in _MAPS_BEGIN},
        "atlas": {**atlas, "begins": _MAPS_BEGIN},
        "tables": tables,
    }
