"""Tables for people: plain text, with rich on a terminal, or Markdown.

A table leaves out what says nothing: columns that are empty in every row, and vintages and bases that are the same in
every row (the line on stderr names them). `end_date` is headed `until`: the first day no longer in force. Shares are
percentages. The last column holds the numbers of the row's sources, which stderr names; `--cite` prints them as
footnotes. Markdown without `--cite` holds the ids themselves.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nhs_graph.cli.output import write
from nhs_graph.cli.render import Answer, Record

if TYPE_CHECKING:
    from nhs_graph.cli.options import Shown
    from nhs_graph.graph.facts import Source

CONTEXT = ("measure", "vintage", "basis", "population_base")
_GAP = "  "
_NARROW = 12
_PERIOD = {"start_date": "from", "end_date": "until", "first_seen": "seen", "last_seen": "to"}

Cell = Sequence[str]
"""The lines of a cell."""


def print_table(answer: Answer, shown: "Shown", sources: "Mapping[str, Source]", *, record: bool) -> None:
    """Print an answer as a table; an empty one prints nothing."""
    if not answer.records:
        write("", shown.output)
        return
    marks = marks_of(answer.records, shown.format, cited=bool(sources))
    columns = [name for name in answer.columns if _says_something(name, answer)]
    heads = ["until" if name == "end_date" else name for name in columns]
    cells = [[_cell(name, row[name], name in answer.unknown, marks) for name in columns] for row in answer.records]
    notes = ["", *footnotes(marks, sources)] if sources else []
    if shown.format == "table" and not record and not shown.output and sys.stdout.isatty():
        _print_rich(heads, cells, notes, header=not shown.no_header)
        return
    if shown.format == "md":
        lines = _markdown(heads, cells)
    elif record:
        lines = _records(heads, cells, header=not shown.no_header)
    else:
        lines = plain(cells if shown.no_header else [[[head] for head in heads], *cells])
    write("".join(f"{line}\n" for line in [*lines, *notes]), shown.output)


def marks_of(records: Sequence[Record], style: str, *, cited: bool) -> dict[str, str]:
    """How each source is named in a row, in order of appearance: `1` in a table, `[^1]` or its id in Markdown."""
    ids = dict.fromkeys(source for row in records for source in row.get("sources") or ())
    if style == "md":
        return {source: f"[^{i}]" if cited else source for i, source in enumerate(ids, 1)}
    return {source: str(i) for i, source in enumerate(ids, 1)}


def footnotes(marks: Mapping[str, str], sources: "Mapping[str, Source]") -> Iterator[str]:
    """One line a source: mark, id, title, publisher, date, licence, address."""
    for source_id, mark in marks.items():
        source = sources[source_id]
        told = [source.title, source.publisher, source.published_on or source.vintage, source.licence, source.url]
        yield f"{mark if '^' in mark else f'[{mark}]'}: {source_id}: {', '.join(part for part in told if part)}"


def _says_something(name: str, answer: Answer) -> bool:
    values = [row[name] for row in answer.records]
    if name in CONTEXT:
        return any(value != values[0] for value in values)
    return name in answer.unknown or any(value not in (None, [], ()) for value in values)


def _cell(name: str, value: Any, unknown: bool, marks: Mapping[str, str]) -> Cell:
    if value is None:
        return ["unknown" if unknown else ""]
    if name == "sources":
        return [" ".join(marks[source] for source in value)]
    if isinstance(value, list):
        items: list[Any] = value
        if any(isinstance(item, dict) for item in items):
            return [part_text(item) for item in items]
        return [", ".join(str(item) for item in items)]
    return [value_text(name, value)]


def value_text(name: str, value: object) -> str:
    """One value for people: shares as percentages, yes and no for booleans, thousands apart for people."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and ("share" in name or name == "weight"):
        return percent(value)
    return f"{value:,}" if isinstance(value, int) and name == "people" else str(value)


def percent(share: float) -> str:
    """A share as a percentage; a part, however small, is never called nothing or all."""
    if 0 < share < 0.0005:
        return "<0.1%"
    return ">99.9%" if 0.9995 <= share < 1 else f"{100 * share:.1f}%"


def part_text(part: Record) -> str:
    """A part of a row in one line: `QHM Cumbria and North East 36.0% 179,654 people`."""
    words: list[str] = []
    for name, value in part.items():
        if value is None or value is False or name.endswith("_gss"):
            continue
        if value is True:
            words.append(name)
        elif name in _PERIOD:
            words.append(f"{_PERIOD[name]} {value}")
        else:
            words.append(value_text(name, value) + (" people" if name == "people" else ""))
    return " ".join(words)


def plain(rows: Sequence[Sequence[Cell]]) -> Iterator[str]:
    """Rows of cells as aligned text, nothing cut."""
    widths = [max(len(line) for row in rows for line in (row[i] or [""])) for i in range(len(rows[0]))]
    for row in rows:
        for i in range(max(len(cell) for cell in row)):
            words = [(cell[i] if i < len(cell) else "").ljust(width) for cell, width in zip(row, widths, strict=True)]
            yield _GAP.join(words).rstrip()


def _records(heads: Sequence[str], cells: Sequence[Sequence[Cell]], *, header: bool) -> Iterator[str]:
    for row in cells:
        yield from plain([[[head], cell] if header else [cell] for head, cell in zip(heads, row, strict=True)])


def _markdown(heads: Sequence[str], cells: Sequence[Sequence[Cell]]) -> Iterator[str]:
    for words in [heads, ["---"] * len(heads), *(["<br>".join(cell).replace("|", "\\|") for cell in row] for row in cells)]:
        yield f"| {' | '.join(words)} |"


def _print_rich(heads: Sequence[str], cells: Sequence[Sequence[Cell]], notes: Sequence[str], *, header: bool) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_header=header, pad_edge=False, header_style="bold")
    for i, head in enumerate(heads):
        widest = max(len(line) for row in cells for line in row[i])
        table.add_column(head, overflow="fold", no_wrap=widest <= _NARROW)
    for row in cells:
        table.add_row(*(Text("\n".join(cell)) for cell in row))
    console = Console(highlight=False)
    console.print(table)
    for note in notes:
        console.print(note, markup=False)
