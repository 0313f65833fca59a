"""Tables for people: plain text, with rich on a terminal, or Markdown.

A table leaves out what says nothing: columns that are empty in every row, and vintages and bases that are the same in
every row (the line on stderr names them). `end_date` is headed `until`: the first day no longer in force. Shares are
percentages. The last column holds the numbers of the row's sources; `--cite` prints them as footnotes.
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
_PERIOD = {"start_date": "from", "end_date": "until", "first_seen": "seen", "last_seen": "to"}


def print_table(answer: Answer, shown: "Shown", sources: "Mapping[str, Source]", *, record: bool) -> None:
    """Print an answer as a table; an empty one prints nothing."""
    if not answer.records:
        write("", shown.output)
        return
    numbers = numbered(answer)
    columns = _columns(answer)
    cells = [[_lines(name, row[name], name in answer.unknown, numbers) for name in columns] for row in answer.records]
    heads = ["until" if name == "end_date" else name for name in columns]
    notes = list(footnotes(numbers, sources)) if sources else []
    if shown.format == "md":
        _print_markdown(heads, cells, notes, shown)
    elif record:
        write("\n".join([*_record(heads, cells), *notes]) + "\n", shown.output)
    elif sys.stdout.isatty() and not shown.output:
        _print_rich(heads, cells, notes, header=not shown.no_header)
    else:
        rows = cells if shown.no_header else [[[head] for head in heads], *cells]
        write("\n".join([*plain(rows), *notes]) + "\n", shown.output)


def numbered(answer: Answer) -> dict[str, int]:
    """The number of each source, in order of appearance."""
    ids = (source for row in answer.records for source in row.get("sources") or ())
    return {source: i for i, source in enumerate(dict.fromkeys(ids), 1)}


def footnotes(numbers: Mapping[str, int], sources: "Mapping[str, Source]") -> Iterator[str]:
    """One line a source: number, id, title, publisher, date, licence, address."""
    yield ""
    for source_id, number in numbers.items():
        source = sources[source_id]
        told = [source.title, source.publisher, source.published_on or source.vintage, source.licence, source.url]
        yield f"[{number}] {source_id}: {', '.join(part for part in told if part)}"


def _columns(answer: Answer) -> list[str]:
    def says_something(name: str) -> bool:
        values = [row[name] for row in answer.records]
        if name in CONTEXT:
            return any(value != values[0] for value in values)
        return name in answer.unknown or any(value not in (None, [], ()) for value in values)

    return [name for name in answer.columns if says_something(name)]


def _lines(name: str, value: Any, unknown: bool, numbers: Mapping[str, int]) -> list[str]:
    """The lines of a cell: a part each for a list of parts."""
    if value is None:
        return ["unknown" if unknown else ""]
    if name == "sources":
        return [" ".join(str(numbers[source]) for source in value)]
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        return [part_text(item) for item in value]
    if isinstance(value, list):
        return [", ".join(str(item) for item in value)]
    return [value_text(name, value)]


def value_text(name: str, value: object) -> str:
    """One value for people: shares as percentages, yes and no for booleans, thousands apart for people."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and ("share" in name or name == "weight"):
        return percent(value)
    if isinstance(value, int) and name == "people":
        return f"{value:,}"
    return str(value)


def percent(share: float) -> str:
    """A share as a percentage; a part, however small, is never called nothing or all."""
    if 0 < share < 0.0005:
        return "<0.1%"
    if 0.9995 <= share < 1:
        return ">99.9%"
    return f"{100 * share:.1f}%"


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


def plain(rows: Sequence[Sequence[Sequence[str]]]) -> Iterator[str]:
    """Rows of cells of lines as aligned text, nothing cut."""
    widths = [max(len(line) for row in rows for line in row[i]) for i in range(len(rows[0]))]
    for row in rows:
        for i in range(max(len(cell) for cell in row)):
            words = [(cell[i] if i < len(cell) else "").ljust(width) for cell, width in zip(row, widths, strict=True)]
            yield _GAP.join(words).rstrip()


def _record(heads: Sequence[str], cells: Sequence[Sequence[Sequence[str]]]) -> Iterator[str]:
    for row in cells:
        yield from plain([[[head], list(cell)] for head, cell in zip(heads, row, strict=True)])


def _print_markdown(
    heads: Sequence[str], cells: Sequence[Sequence[Sequence[str]]], notes: Sequence[str], shown: "Shown"
) -> None:
    def line(words: Sequence[str]) -> str:
        return f"| {' | '.join(words)} |"

    escaped = [["<br>".join(cell).replace("|", "\\|") for cell in row] for row in cells]
    lines = [line(heads), line(["---"] * len(heads)), *map(line, escaped)]
    # Footnotes are paragraphs of their own.
    write("\n".join([*lines, *(f"{note}\n" if note else "" for note in notes)]) + "\n", shown.output)


def _print_rich(
    heads: Sequence[str], cells: Sequence[Sequence[Sequence[str]]], notes: Sequence[str], *, header: bool
) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, show_header=header, pad_edge=False, header_style="bold")
    for i, head in enumerate(heads):
        narrow = max(len(line) for row in cells for line in row[i]) <= len("la:XXXX 2021")
        table.add_column(head, overflow="fold", no_wrap=narrow)
    for row in cells:
        table.add_row(*(Text("\n".join(cell)) for cell in row))
    console = Console(highlight=False)
    console.print(table)
    for note in notes:
        console.print(note, markup=False)
