"""The list of rows that a load rejected, as a file."""

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from nhs_graph.cli.output import note, write
from nhs_graph.graph.errors import RowProblem

COLUMNS = ("file", "line", "column", "value", "expected")
_SHOWN = 100
"""Rows told on the screen; the file lists all."""


def tell_rejects(path: Path, rejects: Sequence[RowProblem]) -> None:
    """Say which rows were rejected and why, and list all of them in a file."""
    for reject in rejects[:_SHOWN]:
        note(reject.message)
    if (more := len(rejects) - _SHOWN) > 0:
        note(f"{more} more rows were rejected")
    note(f"the rejected rows are listed in {write_rejects(path, rejects)}")


def write_rejects(path: Path, rejects: Sequence[RowProblem]) -> Path:
    """Write `NAME.rejects.csv` into the current folder: where each row is, what it holds, and what was expected."""
    target = Path(f"{path.stem}.rejects.csv")
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([reject.facts[name] for name in COLUMNS] for reject in rejects)
    write(lines.getvalue(), target)
    return target
