"""The facts as plain tables: CSV or JSON Lines, one file a fact class, with a Data Package that describes them.

In CSV an empty cell is None; the items of a list are joined by `;` (an `;` or `\\` of their own has a `\\` before it).
A text that a spreadsheet would run as a formula has a `'` before it, as has one that already begins so.
"""

import csv
import json
import re
from collections.abc import Iterable
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, Literal, get_args, get_origin

from nhs_graph.graph.facts import Fact, Source
from nhs_graph.graph.licences import ATTRIBUTION, LICENCES
from nhs_graph.graph.schema import SHAPES, End, Shape, precision_of, said, text, value_type
from nhs_graph.graph.store import Selection, Store

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_DATE_PATTERN = r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?"
_TYPES = {int: "integer", float: "number", bool: "boolean", date: "date"}
TABLES = tuple(shape for shape in SHAPES if shape.shipped)
"""One file each: all facts but what a store notes about a user's own files."""
Form = Literal["csv", "jsonl"]
MEDIA_TYPES: dict[Form, str] = {"csv": "text/csv", "jsonl": "application/jsonl"}


def write_tables(store: Store, folder: Path, form: Form) -> dict[str, int]:
    """Write one file a fact class and datapackage.json; the number of facts by file name."""
    write = _write_csv if form == "csv" else _write_lines
    counts: dict[str, int] = {}
    for shape in TABLES:
        name = f"{shape.table}.{form}"
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            counts[name] = write(file, columns(shape), store.facts(Selection(shape.fact)))
    package = data_package(
        store, [_resource(shape, folder / f"{shape.table}.{form}", form) for shape in TABLES], f"nhs-graph-{form}"
    )
    (folder / "datapackage.json").write_text(json.dumps(package, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return counts


def columns(shape: Shape) -> tuple[str, ...]:
    """The columns of a table: the key as `id`, then the fields."""
    return ("id", *(name for name in shape.fields if name != "id"))


def _write_csv(file: IO[str], names: tuple[str, ...], facts: Iterable[Fact]) -> int:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(names)
    count = 0
    for fact in facts:
        values = said(fact)
        writer.writerow([cell(values[name]) for name in names])
        count += 1
    return count


def _write_lines(file: IO[str], names: tuple[str, ...], facts: Iterable[Fact]) -> int:
    count = 0
    for fact in facts:
        values = said(fact)
        file.write(json.dumps({name: values[name] for name in names}, ensure_ascii=False, default=str) + "\n")
        count += 1
    return count


def cell(value: object) -> str:
    """A value as a CSV cell."""
    if isinstance(value, list):
        items: list[str] = value
        value = ";".join(item.replace("\\", "\\\\").replace(";", "\\;") for item in items)
    told = text(value)
    return f"'{told}" if isinstance(value, str) and _FORMULA.match(told) else told


def data_package(store: Store, resources: list[dict[str, Any]], name: str) -> dict[str, Any]:
    """The descriptor of a folder of files (Data Package 2.0): licences, sources, attribution, the files."""
    sources = list(store.facts(Selection(Source)))
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": name,
        "title": "nhs-graph: NHS organisations in England in time",
        "description": "Organisations, their names, kinds, boundaries, mergers and leaders; every fact has a period "
        "and a source. Periods are half-open: an end_date that is a full day is the first day no longer in force.",
        "version": store.meta().get("release", "unknown"),
        "licenses": [
            {"name": licence.id, "title": licence.title, "path": licence.url}
            for key, licence in LICENCES.items()
            if key in {source.licence for source in sources}
        ],
        "attribution": list(ATTRIBUTION),
        "sources": [
            {"title": source.title, **({"path": source.url} if source.url else {}), "licence": source.licence}
            for source in sources
        ],
        "resources": resources,
    }


def file_entry(path: Path) -> dict[str, Any]:
    """Size and checksum of a file, as a Data Package names them."""
    content = path.read_bytes()
    return {"path": path.name, "bytes": len(content), "hash": f"sha256:{sha256(content).hexdigest()}"}


def _resource(shape: Shape, path: Path, form: Form) -> dict[str, Any]:
    described = " ".join((shape.fact.__doc__ or "").split())
    ends = [*(link.other for link in shape.links), *(end for end in (shape.start, shape.end) if end)]
    return {
        "name": shape.table.replace("_", "-"),
        "type": "table",
        "description": described,
        **file_entry(path),
        "format": form,
        "mediatype": MEDIA_TYPES[form],
        "encoding": "utf-8",
        "schema": {
            "fields": [_field(shape.fact, name, form) for name in columns(shape)],
            "primaryKey": ["id"],
            "foreignKeys": [_foreign_key(end) for end in ends],
        },
    }


def _foreign_key(end: End) -> dict[str, Any]:
    table = next(shape for shape in SHAPES if shape.label == end.label)
    key = ["id"] if len(end.fields) == 1 else list(table.fact.KEY)
    return {"fields": list(end.fields), "reference": {"resource": table.table.replace("_", "-"), "fields": key}}


def _field(fact: type[Fact], name: str, form: Form) -> dict[str, Any]:
    if name not in fact.model_fields:
        return {"name": name, "type": "string", "description": f"the key: {'/'.join(fact.KEY)}"}
    info = fact.model_fields[name]
    kind = value_type(fact, name)
    constraints: dict[str, Any] = {"required": True} if info.is_required() and kind is not tuple else {}
    if choices := [c for part in (info.annotation, *get_args(info.annotation)) for c in _choices(part)]:
        constraints["enum"] = choices
    described: dict[str, Any] = {"name": name, "type": _TYPES.get(kind, "string")}
    if kind is tuple:
        described |= {"type": "array"} if form == "jsonl" else {"description": "items joined by ;"}
    elif precision_of(fact, name):
        constraints["pattern"] = _DATE_PATTERN
        described |= {"type": "string", "description": "a day, month or year, as the source said it"}
    return {**described, **({"constraints": constraints} if constraints else {})}


def _choices(annotation: object) -> tuple[object, ...]:
    return get_args(annotation) if get_origin(annotation) is Literal else ()
