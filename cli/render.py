"""Rows as the user wants them: for programs here, for people in table.py.

json is one array of objects, ndjson one object a line; keys in the order of the row's fields, null for missing. csv
and tsv: empty for missing, true/false, lists of texts joined by `;`, lists of parts as JSON; a text that a
spreadsheet would take for a formula (it begins with = + - @) gets an apostrophe in front.
"""

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nhs_graph.cli.output import write

if TYPE_CHECKING:
    from pydantic import BaseModel

    from nhs_graph.cli.options import Shown
    from nhs_graph.graph.facts import Source

Record = Mapping[str, Any]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Answer:
    """Rows ready to print: values are those of JSON; in `unknown` columns a missing value is called so."""

    columns: tuple[str, ...]
    records: Sequence[Record]
    unknown: frozenset[str] = frozenset()


def answer_of(rows: Sequence["BaseModel"], row: type["BaseModel"]) -> Answer:
    """The answer that rows of a model make."""
    marks = {name: info.json_schema_extra for name, info in row.model_fields.items()}
    unknown = frozenset(name for name, extra in marks.items() if isinstance(extra, dict) and "none" in extra)
    return Answer(tuple(marks), [item.model_dump(mode="json") for item in rows], unknown)


def show(answer: Answer, shown: "Shown", sources: "Mapping[str, Source] | None" = None, *, record: bool = False) -> None:
    """Print an answer as asked; sources become footnotes, `record` puts the fields of a row under each other."""
    if shown.format in {"table", "md"}:
        from nhs_graph.cli.table import print_table

        print_table(answer, shown, sources or {}, record=record)
    else:
        write(_text(answer, shown), shown.output)


def _text(answer: Answer, shown: "Shown") -> str:
    if shown.format == "json":
        return json.dumps(answer.records, ensure_ascii=False, indent=2) + "\n"
    if shown.format == "ndjson":
        return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in answer.records)
    return _csv(answer, "," if shown.format == "csv" else "\t", header=not shown.no_header)


def _csv(answer: Answer, delimiter: str, *, header: bool) -> str:
    import csv

    lines = io.StringIO()
    writer = csv.writer(lines, delimiter=delimiter, lineterminator="\n")
    if header:
        writer.writerow(answer.columns)
    writer.writerows([_cell(record[name]) for name in answer.columns] for record in answer.records)
    return lines.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        texts = [item for item in _items(value) if isinstance(item, str)]
        value = ";".join(texts) if len(texts) == len(value) else json.dumps(value, ensure_ascii=False)
    if isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False)
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return str(value)


def _items(value: Iterable[object]) -> list[object]:
    return list(value)
