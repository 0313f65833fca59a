"""Rows of a user's own CSV file in the form of a hand-kept list, each with its line."""

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from nhs_graph.graph.errors import RowProblem, SourceProblem
from nhs_graph.loaders.own_files import text_of

Numbered = tuple[int, dict[str, str]]


def hold_columns(
    path: Path, columns: Sequence[str], needed: Sequence[str], known: Sequence[str], why: str = ""
) -> None:
    """Let only columns of the form pass, each once; `why` tells what becomes of others.

    Raises SourceProblem.
    """
    form = f"columns: {', '.join(known)}"
    if missing := [name for name in needed if name not in columns]:
        raise SourceProblem(f"{path}:1: the column {missing[0]} is missing", hint=form)
    if unknown := [name for name in columns if name not in known]:
        raise SourceProblem(f"{path}:1: the column {unknown[0]!r} is none of the form{why}", hint=f"remove it; {form}")
    if twice := [name for name in columns if columns.count(name) > 1]:
        raise SourceProblem(f"{path}:1: the column {twice[0]} is there twice", hint="keep one of them")


def table(path: Path) -> tuple[list[str], Iterator[Numbered | RowProblem]]:
    """The columns, and the rows by column; a row with another number of cells is a problem.

    Raises SourceProblem for a file that is no text.
    """
    rows = csv.reader(io.StringIO(text_of(path), newline=""))
    columns = [cell.strip() for cell in next(rows, [])]

    def numbered() -> Iterator[Numbered | RowProblem]:
        for row in rows:
            if not any(row):
                continue
            if len(row) != len(columns):
                count = f"{len(columns)} cells, this row has {len(row)}"
                yield RowProblem(str(path), rows.line_num, "-", ",".join(row)[:60], count)
            else:
                yield rows.line_num, dict(zip(columns, (cell.strip() for cell in row), strict=True))

    return columns, numbered()
