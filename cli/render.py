"""Rows to text: tables for people, JSON, CSV and Markdown for programs and pages.

Data formats carry every field as stored. Tables and Markdown print shares as percentages, head `end_date` as
`until`, print unknown things as `unknown`, and leave `sources` to the footnotes of `--cite`.
"""

import csv
import io
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from pydantic import BaseModel

from nhs_graph.cli.output import write
from nhs_graph.queries.question import Row

if TYPE_CHECKING:
    from nhs_graph.cli.options import Session

HEADS = {"end_date": "until", "start_date": "from"}
SHARES = {"share_of_council", "share_of_system", "share", "weight"}
PAGES = {"table", "md"}
"""The formats for people; the others are data."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def show(rows: Sequence[Row], row_type: type[Row], session: "Session", *, text: str | None = None) -> None:
    """Write the rows in the session's format; `text` is a table of the command's own making."""
    name = session.format_.value
    if name not in PAGES:
        told = _data(list(row_type.model_fields), [row.model_dump(mode="json") for row in rows], session)
    else:
        numbers = {key: i for i, key in enumerate(_source_ids(rows), start=1)} if session.cite else {}
        told = text if name == "table" and text is not None else _page_of(rows, row_type, numbers, session)
        told += _footnotes(numbers, session) if numbers else ""
    write(told, session.output)


def show_records(records: Sequence[Mapping[str, Any]], session: "Session") -> None:
    """Rows of a query of the user's own: every column that it names, as it names it."""
    columns = list(dict.fromkeys(name for record in records for name in record))
    values = [{name: _json_ready(record.get(name)) for name in columns} for record in records[: session.limit]]
    if session.format_.value in PAGES:
        cells = [["" if record[name] is None else str(_plain(record[name])) for name in columns] for record in values]
        write(_page(columns, cells, session), session.output)
    else:
        write(_data(columns, values, session), session.output)


def _page_of(rows: Sequence[Row], row_type: type[Row], numbers: Mapping[str, int], session: "Session") -> str:
    names = [name for name in row_type.model_fields if name != "sources"]
    heads = [*(HEADS.get(name, name) for name in names), *(["sources"] if numbers else [])]
    return _page(heads, [[*(cell(row, name) for name in names), *_marks(row, numbers)] for row in rows], session)


def _page(heads: list[str], cells: list[list[str]], session: "Session") -> str:
    if session.format_.value == "md":
        return _markdown(heads, cells)
    return _table(heads, cells, session) if cells else ""


def _data(columns: list[str], records: list[dict[str, Any]], session: "Session") -> str:
    name = session.format_.value
    if name == "json":
        return json.dumps(records, ensure_ascii=False, indent=1) + "\n"
    if name == "ndjson":
        return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    return _delimited(columns, records, "," if name == "csv" else "\t", header=not session.no_header)


def footer(rows: Sequence[Row], shown: int, session: "Session") -> list[str]:
    """What the answer rests on, for stderr."""
    lines: list[str] = []
    if not rows:
        lines.append("no rows: nothing in the graph answers to this")
    if shown < len(rows):
        lines.append(f"{shown} of {len(rows)} rows shown")
    ids = _source_ids(rows)
    vintages = sorted({str(row.vintage) for row in rows if hasattr(row, "vintage")})
    parts = [f"as of {session.day}"] if session.dated else []
    if vintages:
        parts.append(f"vintage {', '.join(vintages)}")
    if ids:
        more = f" and {len(ids) - 6} more (--format json lists all)" if len(ids) > 6 else ""
        parts.append(f"{len(ids)} source{'s' if len(ids) > 1 else ''}: {', '.join(ids[:6])}{more}")
    return [*lines, " · ".join(parts)] if parts else lines


def _source_ids(rows: Iterable[Row]) -> list[str]:
    return sorted({source for row in rows for source in getattr(row, "sources", ())})


def _marks(row: Row, numbers: Mapping[str, int]) -> list[str]:
    """The cell of a row's footnote numbers; no cell without --cite."""
    return [" ".join(f"[{numbers[key]}]" for key in getattr(row, "sources", ()))] if numbers else []


def _footnotes(numbers: Mapping[str, int], session: "Session") -> str:
    from nhs_graph.graph.facts import Source
    from nhs_graph.graph.store import Selection

    known = {source.id: source for source in session.opened.facts(Selection(Source, {"id": numbers.keys()}))}
    lines = [
        f"[{i}] {known[key].title}. {known[key].publisher}.{f' {known[key].url}' if known[key].url else ''} ({key})"
        for key, i in numbers.items()
        if key in known
    ]
    return "\n" + "\n".join(lines) + "\n"


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
    if "from_system" in fields:
        return "{from_system} → {to_system} {lsoas} LSOAs, {people:,} people".format_map(fields)
    if "event_id" in fields:
        how = f"{fields['side']}, {fields['status']}, rule {fields['rule']}"
        told = f"{fields['effective_date'] or 'day unknown'} {fields['kind']} ({how})"
        return f"{told}: {', '.join(fields['others'])}" if fields["others"] else told
    head = " ".join(
        str(fields[k]) for k in ("id", "scheme", "value", "kind", "name", "role", "organisation_id") if fields.get(k)
    )
    return f"{head} ({period})" if (period := _period(fields)) else head


def _period(fields: Mapping[str, Any]) -> str:
    start, end = fields.get("start_date"), fields.get("end_date")
    told = f"{start or 'start unknown'} until {end}" if end else f"from {start}" if start else ""
    seen = fields.get("first_seen"), fields.get("last_seen")
    if not told and seen[0]:
        told = f"seen {seen[0]}" if seen[0] == seen[1] else f"seen {seen[0]} to {seen[1]}"
    extra = [text for text in (fields.get("certainty"), fields.get("note")) if text]
    return ", ".join([told, *extra] if told else extra)


def _table(heads: list[str], cells: list[list[str]], session: "Session") -> str:
    if sys.stdout.isatty() and not session.output:
        return _rich_table(heads, cells, header=not session.no_header)
    lines = cells if session.no_header else [heads, *cells]
    widths = [max(len(line[i]) for line in lines) for i in range(len(heads))]
    return "".join(
        "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip() + "\n" for line in lines
    )


def _rich_table(heads: list[str], cells: list[list[str]], *, header: bool) -> str:
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, header_style="bold", pad_edge=False, show_header=header)
    for head in heads:
        table.add_column(head, overflow="fold")
    for line in cells:
        table.add_row(*line)
    console = Console(highlight=False, markup=False)  # cells are data: a name may hold [brackets]
    with console.capture() as capture:
        console.print(table)
    return capture.get()


def record(row: Row) -> str:
    """One row as lines `field: value`, nested rows one a line."""
    lines: list[str] = []
    for name in (name for name in type(row).model_fields if name != "sources"):
        value = getattr(row, name)
        if isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
            lines += [f"{name}:", *(f"  {_item(item)}" for item in value)]
        elif told := cell(row, name):
            lines.append(f"{HEADS.get(name, name)}: {told}")
    return "\n".join(lines) + "\n"


def _markdown(heads: list[str], cells: list[list[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *cells]
    return "".join(f"| {' | '.join(_one_line(text) for text in line)} |\n" for line in lines)


def _one_line(text: str) -> str:
    return " ".join(text.replace("|", "\\|").splitlines())


def _delimited(columns: list[str], records: list[dict[str, Any]], delimiter: str, *, header: bool) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    if header:
        writer.writerow(_safe(name) for name in columns)
    for record in records:
        writer.writerow(_safe(_plain(record[name])) for name in columns)
    return out.getvalue()


def _plain(value: Any) -> Any:
    """A value as one cell: texts joined by `;`, whatever else is nested as compact JSON."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, dict)):
        items = cast("list[object] | dict[str, object]", value)
        if isinstance(items, list) and all(isinstance(item, str) for item in items):
            return ";".join(cast("list[str]", items))
        return json.dumps(items, ensure_ascii=False, separators=(",", ":"))
    return value


def _safe(value: Any) -> Any:
    # A spreadsheet would run a text that begins like a formula.
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def _json_ready(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(k): _json_ready(v) for k, v in cast("Mapping[object, object]", value).items()}
    if isinstance(value, (list, tuple)):
        return [_json_ready(item) for item in cast("Sequence[object]", value)]
    return value if isinstance(value, (str, int, float, type(None))) else str(value)


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
