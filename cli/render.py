"""Rows to text: tables for people, JSON, CSV and Markdown for programs and pages.

Data formats carry every field as stored. Tables and Markdown print shares as percentages, head `end_date` as
`until`, print unknown things as `unknown`, and leave `sources` to the footnotes of `--cite`.
"""

import csv
import io
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, create_model

from nhs_graph.graph.errors import ExportProblem
from nhs_graph.queries.question import Row

if TYPE_CHECKING:
    from nhs_graph.cli.options import Session

HEADS = {"end_date": "until", "start_date": "from"}
SHARES = {"share_of_council", "share_of_system", "share", "weight"}
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def show(rows: Sequence[Row], row_type: type[Row], session: "Session", *, text: str | None = None) -> None:
    """Write the rows in the session's format; `text` is a table of the command's own making."""
    name = session.format_.value
    if name == "table":
        told = text if text is not None else _table(rows, row_type, session)
        told += _footnotes(rows, session) if session.cite else ""
    elif name == "md":
        told = _markdown(rows, row_type) + (_footnotes(rows, session) if session.cite else "")
    elif name in {"csv", "tsv"}:
        told = _delimited(rows, row_type, "," if name == "csv" else "\t", header=not session.no_header)
    elif name == "json":
        told = json.dumps([row.model_dump(mode="json") for row in rows], ensure_ascii=False, indent=1) + "\n"
    else:
        told = "".join(json.dumps(row.model_dump(mode="json"), ensure_ascii=False) + "\n" for row in rows)
    if session.output:
        write_atomically(session.output, told)
    else:
        sys.stdout.write(told)


def write_atomically(path: Path, text: str) -> None:
    """Write a file whole or not at all.

    Raises ExportProblem when its folder cannot be written.
    """
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with open(handle, "w", encoding="utf-8", newline="") as file:
                file.write(text)
            os.chmod(name, 0o644)
            os.replace(name, path)
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(name)
            raise
    except OSError as error:
        raise ExportProblem(
            f"{path} cannot be written: {error.strerror}", hint="name a file in a folder of yours"
        ) from error


def footer(rows: Sequence[Row], shown: int, session: "Session") -> list[str]:
    """What the answer rests on, for stderr."""
    lines: list[str] = []
    if not rows:
        lines.append("no rows: nothing in the graph answers to this")
    if shown < len(rows):
        lines.append(f"{shown} of {len(rows)} rows shown")
    if not session.dated:
        return lines
    ids = _source_ids(rows)
    vintages = sorted({str(row.vintage) for row in rows if hasattr(row, "vintage")})
    parts = [f"as of {session.day}"]
    if vintages:
        parts.append(f"vintage {', '.join(vintages)}")
    if ids:
        more = f" and {len(ids) - 6} more (--format json lists all)" if len(ids) > 6 else ""
        parts.append(f"{len(ids)} sources: {', '.join(ids[:6])}{more}")
    return [*lines, " · ".join(parts)]


def _source_ids(rows: Iterable[Row]) -> list[str]:
    return sorted({source for row in rows for source in getattr(row, "sources", ())})


def _footnotes(rows: Sequence[Row], session: "Session") -> str:
    from nhs_graph.graph.facts import Source
    from nhs_graph.graph.store import Selection

    ids = _source_ids(rows)
    known = {source.id: source for source in session.opened.facts(Selection(Source, {"id": ids}))}
    lines = [
        f"[{i}] {known[key].title}. {known[key].publisher}.{f' {known[key].url}' if known[key].url else ''} ({key})"
        for i, key in enumerate(ids, start=1)
        if key in known
    ]
    return "\n" + "\n".join(lines) + "\n" if lines else ""


def _fields(row_type: type[Row]) -> list[str]:
    return [name for name in row_type.model_fields if name != "sources"]


def cell(row: Row, name: str) -> str:
    """One value as a table prints it."""
    value = getattr(row, name)
    if value is None:
        extra = type(row).model_fields[name].json_schema_extra
        return str(extra.get("none", "")) if isinstance(extra, dict) else ""
    if name in SHARES:
        return f"{100 * value:.1f}%"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int) and name == "people":
        return f"{value:,}"
    if isinstance(value, tuple):
        return " · ".join(_item(item) for item in value)
    return str(value)


def _item(item: Any) -> str:
    """A nested row in one table cell."""
    if not isinstance(item, BaseModel):
        return str(item)
    fields: Mapping[str, Any] = item.__dict__
    if "share" in fields:
        told = f"{fields.get('system_id') or fields.get('council_name')} {100 * fields['share']:.1f}%"
        return f"{told} (sliver)" if fields.get("sliver") else told
    head = " ".join(str(fields[k]) for k in ("id", "scheme", "value", "kind", "name") if fields.get(k))
    return f"{head} ({period})" if (period := _period(fields)) else head


def _period(fields: Mapping[str, Any]) -> str:
    start, end = fields.get("start_date"), fields.get("end_date")
    told = f"{start or 'start unknown'} until {end}" if end else f"from {start}" if start else ""
    seen = fields.get("first_seen"), fields.get("last_seen")
    if not told and seen[0]:
        told = f"seen {seen[0]}" if seen[0] == seen[1] else f"seen {seen[0]} to {seen[1]}"
    extra = [text for text in (fields.get("certainty"), fields.get("note")) if text]
    return ", ".join([told, *extra] if told else extra)


def _table(rows: Sequence[Row], row_type: type[Row], session: "Session") -> str:
    if not rows:
        return ""
    names = _fields(row_type)
    heads = [HEADS.get(name, name) for name in names]
    cells = [[cell(row, name) for name in names] for row in rows]
    if sys.stdout.isatty() and not session.output:
        return _rich_table(heads, cells)
    lines = cells if session.no_header else [heads, *cells]
    widths = [max(len(line[i]) for line in lines) for i in range(len(names))]
    return "".join(
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() + "\n" for line in lines
    )


def _rich_table(heads: list[str], cells: list[list[str]]) -> str:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False)
    for head in heads:
        table.add_column(head, overflow="fold")
    for line in cells:
        table.add_row(*line)
    console = Console(highlight=False)
    with console.capture() as capture:
        console.print(table, markup=False)
    return capture.get()


def record(row: Row) -> str:
    """One row as lines `field: value`, nested rows one a line."""
    lines: list[str] = []
    for name in _fields(type(row)):
        value = getattr(row, name)
        if isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
            lines += [f"{name}:", *(f"  {_item(item)}" for item in value)]
        elif told := cell(row, name):
            lines.append(f"{HEADS.get(name, name)}: {told}")
    return "\n".join(lines) + "\n"


def _markdown(rows: Sequence[Row], row_type: type[Row]) -> str:
    names = _fields(row_type)
    lines = [" | ".join(HEADS.get(name, name) for name in names), " | ".join("---" for _ in names)]
    lines += [" | ".join(cell(row, name).replace("|", "\\|") for name in names) for row in rows]
    return "".join(f"| {line} |\n" for line in lines)


def _delimited(rows: Sequence[Row], row_type: type[Row], delimiter: str, *, header: bool) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    names = list(row_type.model_fields)
    if header:
        writer.writerow(names)
    for row in rows:
        values = row.model_dump(mode="json")
        writer.writerow([_plain(values[name]) for name in names])
    return out.getvalue()


def _plain(value: Any) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        if all(isinstance(item, str) for item in value):
            return ";".join(value)
        return json.dumps(value, ensure_ascii=False)
    # A spreadsheet would run a text that begins like a formula.
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def show_records(records: list[dict[str, Any]], session: "Session") -> None:
    """Rows of a query of the user's own, whose columns no model knows."""
    columns = dict.fromkeys(records[0] if records else {}, (Any, None))
    row_type = create_model("Record", __base__=Row, **columns)  # type: ignore[call-overload]  # names from the query
    rows = [row_type.model_construct(**_json_ready(record)) for record in records]
    show(rows[: session.limit] if session.limit is not None else rows, row_type, session)


def _json_ready(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _json_ready(v) for k, v in value.items()}  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]
    if isinstance(value, (list, tuple)):
        return [_json_ready(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    return value if isinstance(value, (str, int, float, bool, type(None), date)) else str(value)


def cypher_with_params(text: str, params: Mapping[str, object]) -> str:
    """A query with its parameters set, ready to paste into Neo4j Browser."""
    lines = [f":param {name} => {_cypher_value(value)};" for name, value in params.items()]
    return "\n".join([*lines, text.rstrip() + ";"])


def _cypher_value(value: object) -> str:
    if isinstance(value, date):
        return f"date('{value}')"
    if isinstance(value, tuple):
        return json.dumps(list(value))  # pyright: ignore[reportUnknownArgumentType]
    return json.dumps(value)
