"""A kit for Neo4j Browser: a style, the shipped questions as favourites, and a guide (formats: Neo4j Browser 5).

A node with several labels takes the last rule of the style that fits: general labels stand first, kinds after. The
questions are the shipped files, unchanged; `parameters.cypher` beside them sets what they ask for.
"""

import io
import json
import zipfile
from collections.abc import Mapping
from datetime import date
from html import escape
from importlib import resources
from pathlib import Path
from string import Template
from typing import Any

from nhs_graph.graph import kinds
from nhs_graph.graph.licences import ATTRIBUTION
from nhs_graph.graph.schema import SHAPES
from nhs_graph.queries.catalogue import defaults
from nhs_graph.queries.saved import Saved, all_saved

STYLE, FAVOURITES, GUIDE, MANUAL = "nhs-graph.grass", "nhs-graph-questions.zip", "guide.html", "README.md"
# One colour a group of kinds (Okabe and Ito 2008, darkened until white text on it has a contrast of 4.5).
_GROUPS = {
    "provider": "#00588f",
    "system": "#00694b",
    "commissioner": "#8a4b00",
    "regional": "#6d3a5d",
    "council": "#a03000",
    "strategic": "#7a2048",
    "national": "#3d3d3d",
    "grouping": "#5f5a00",
    "region": "#54504a",
}
_OTHERS = {
    "Organisation": ("#4f5b66", "{name}"),
    "Name": ("#6b7780", "{name}"),
    "Identifier": ("#6b7780", "{value}"),
    "Classification": ("#6b7780", "{kind}"),
    "Area": ("#2d6a2d", "{name}"),
    "AreaMove": ("#5b7a1f", "{people}"),
    "ChangeEvent": ("#9a1750", "{kind}"),
    "Person": ("#5b3f99", "{name}"),
    "Post": ("#3f4f99", "{role}"),
    "Claim": ("#7a5c00", "{text}"),
    "Conflict": ("#a11d1d", "{fact}"),
    "Source": ("#5c5c5c", "{title}"),
}
EXAMPLES: Mapping[str, Any] = {"as_of": date(2021, 4, 1), "organisation_id": "REM", "person_id": "adam-doyle"}
"""What the parameters are set to at first, where a question must be told."""


def write_kit(folder: Path) -> dict[str, int]:
    """Write the four files; how many rules, questions and slides they hold."""
    style, guide = style_text(), guide_text()
    (folder / STYLE).write_text(style, encoding="utf-8", newline="\n")
    (folder / GUIDE).write_text(guide, encoding="utf-8", newline="\n")
    (folder / FAVOURITES).write_bytes(favourites())
    (folder / MANUAL).write_text(_shipped("browser_kit.md"), encoding="utf-8", newline="\n")
    return {STYLE: style.count("{\n"), FAVOURITES: len(all_saved()), GUIDE: guide.count("<slide"), MANUAL: 1}


def style_text() -> str:
    """The style: a rule for every label that the graph can have."""
    rules = [
        _rule("node", {"diameter": "50px", "color": "#4f5b66", "border-width": "2px", "font-size": "10px"}),
        _rule(
            "relationship",
            {"color": "#6b7780", "shaft-width": "1px", "font-size": "8px", "padding": "3px", "caption": '"<type>"'},
        ),
    ]
    for shape in SHAPES:
        if shape.label:
            rules.append(_node(shape.label, *_OTHERS.get(shape.label, ("#4f5b66", "{id}"))))
    for kind in sorted(kinds.KINDS.values(), key=lambda kind: (kind.broader is not None, kind.name)):
        rules.append(_node(kinds.label(kind.name), _GROUPS.get(kinds.group_of(kind.name), "#4f5b66"), "{name}"))
    return "\n".join(rules)


def _node(label: str, colour: str, caption: str) -> str:
    told = {"color": colour, "border-color": colour, "text-color-internal": "#FFFFFF", "caption": f'"{caption}"'}
    return _rule(f"node.{label}", told)


def _rule(selector: str, properties: Mapping[str, str]) -> str:
    lines = "".join(f"  {name}: {value};\n" for name, value in properties.items())
    return f"{selector} {{\n{lines}}}\n"


def favourites() -> bytes:
    """The archive that makes a folder of favourites; the same bytes every time."""
    files = {"parameters.cypher": f"// First: what the questions ask for\n{parameters(all_saved())}\n"}
    files |= {f"{item.name}.cypher": item.text for item in all_saved()}
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(f"nhs-graph/{name}", (1980, 1, 1, 0, 0, 0)), text)
    return content.getvalue()


def parameters(items: list[Saved]) -> str:
    """Commands of the Browser that set every parameter of these questions, one a line.

    Only this form reckons its value in Cypher: within `:params {...}` a date stays a text, and a whole number becomes a
    float.
    """
    values: dict[str, Any] = {}
    for item in items:
        known = defaults(item.name)
        for name in item.params:
            values.setdefault(name, known.get(name, EXAMPLES.get(name)))
            if values[name] is None and name in EXAMPLES:
                values[name] = EXAMPLES[name]
    return "\n".join(f":param {name} => {_cypher(value)};" for name, value in sorted(values.items()))


def _cypher(value: Any) -> str:
    if isinstance(value, date):
        return f"date('{value}')"
    return json.dumps(list(value) if isinstance(value, (tuple, frozenset, set)) else value)


def guide_text() -> str:
    """The guide, with the licence lines on its last slide."""
    lines = "".join(f"<p>{escape(line)}</p>\n" for line in ATTRIBUTION)
    return Template(_shipped("browser_guide.html")).safe_substitute(licences=lines)


def _shipped(name: str) -> str:
    return resources.files("nhs_graph.queries").joinpath(name).read_text(encoding="utf-8")
