"""Rows of the register's headerless reports (etr, eccg): their columns and dates.

24 or 27 columns, names in upper case, dates `YYYYMMDD`, ends inclusive (data guide, section 2.1 and traps 1, 2, 8).
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from nhs_graph.graph.errors import RowProblem
from nhs_graph.graph.interval import Interval
from nhs_graph.loaders.base import Data, SourceFile

_COLUMNS = [f"column {number}" for number in range(1, 28)]
_CODE, _NAME, _REGION, _SYSTEM, _OPEN, _CLOSE, _ROLES = (_COLUMNS[number - 1] for number in (1, 2, 3, 4, 11, 12, 14))


@dataclass(frozen=True)
class RegisterRow:
    """One body as a report lists it; `region` and `system` are the geography of the report's own day (trap 15)."""

    code: str
    name: str
    region: str
    system: str
    period: Interval
    roles: frozenset[str]


def register_rows(file: SourceFile, data: Data, fillers: Collection[str] = ()) -> Iterator[RegisterRow]:
    """The rows of a report; open dates that are fillers are unknown.

    Raises RowProblem for a date that is none.
    """
    for line, row in data.rows(file, _COLUMNS):
        start = None if row[_OPEN] in fillers else _day(file, line, _OPEN, row[_OPEN])
        period = Interval.from_inclusive(start, _day(file, line, _CLOSE, row[_CLOSE]))
        roles = frozenset(row[_ROLES].split("|")) - {""}
        yield RegisterRow(row[_CODE], row[_NAME], row[_REGION], row[_SYSTEM], period, roles)


def _day(file: SourceFile, line: int, column: str, text: str) -> date | None:
    if not text:
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError as error:
        raise RowProblem(file.path, line, column, text, "a day as YYYYMMDD, or nothing") from error
