"""Reports of the Organisation Data Service: CSV without a header, 24 to 27 columns (etr, eccg, epraccur), 5 (succ).

Which report a file is, is seen from its codes and columns. What such a snapshot shows without a date (foundation
status, the system of the day) is a sighting of that day; on a closed row the geography is today's and no fact (data
guide, section 2.1, traps 1, 2, 8, 15, 35).
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

from nhs_graph.graph.errors import RowProblem, SourceProblem
from nhs_graph.loaders.ods_record import Period, Read, Record, Rel, Role, Succ

_SUCCESSIONS = "succ"
_COLUMNS = frozenset({24, 25, 26, 27})
_SAMPLE = 200
_PRACTICE = re.compile(r"[A-Z][0-9]{5}")
_TRUST = re.compile(r"[RT][0-9A-Z]{2}|[A-Z][0-9A-Z]{4}")
_COMMISSIONER = re.compile(r"[0-9]{2}[A-Z]|[A-Z][0-9A-Z]{4}|[0-9][0-9A-Z]{2}")
_ROLE = re.compile(r"RO[0-9]+")
_DAY = re.compile(r"[0-9]{8}")


def report_of(text: str) -> str | None:
    """The report that a text begins like: `etr`, `eccg`, `epraccur` or `succ`; None for anything else."""
    rows = _sample(text)
    if not rows:
        return None
    if all(len(row) == 5 and not row[2].strip() and _DAY.fullmatch(row[3].strip()) for row in rows):
        return _SUCCESSIONS
    if not all(len(row) in _COLUMNS and (not row[10].strip() or _DAY.fullmatch(row[10].strip())) for row in rows):
        return None
    shapes = Counter(_shape(row) for row in rows)
    best, count = shapes.most_common(1)[0]
    return best if best and count > len(rows) / 2 else None


def _sample(text: str) -> list[list[str]]:
    try:
        reader = csv.reader(io.StringIO(text, newline=""))
        rows = [row for row, _ in zip((row for row in reader if row), range(_SAMPLE), strict=False)]
    except csv.Error:
        return []
    # The last row of a text that was cut off may be short.
    return rows[:-1] if 1 < len(rows) < _SAMPLE else rows


def _shape(row: list[str]) -> str:
    """Which report a row looks like; empty for none."""
    code, region = row[0].strip(), row[23].strip()
    if _PRACTICE.fullmatch(code) and row[12].strip():
        return "epraccur"
    if _TRUST.fullmatch(code) and (region or "TRUST" in row[1].upper()):
        return "etr"
    if _COMMISSIONER.fullmatch(code) and not region:
        return "eccg"
    return ""


def records(text: str, read: Read) -> Iterator[Record]:
    """The records of a report. Raises RowProblem with file, line, column and value."""
    make = {"etr": _trust, "eccg": _commissioner, "epraccur": _practice, _SUCCESSIONS: _succession}[read.report]
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        for row in reader:
            if row:
                found = make(_Cells(read, reader.line_num, row))
                if found:
                    yield found
    except csv.Error as error:
        raise SourceProblem(
            f"{read.name}:{reader.line_num}: the row cannot be read: {error}", hint="fetch the report again"
        ) from error


class _Cells:
    """One row; columns are counted from 1, as in the register's own descriptions."""

    def __init__(self, read: Read, line: int, row: list[str]) -> None:
        self.read, self.line = read, line
        self._row = row
        allowed = {5} if read.report == _SUCCESSIONS else _COLUMNS
        if len(row) not in allowed:
            raise RowProblem(read.name, line, "all", ",".join(row)[:60], f"{min(allowed)} to {max(allowed)} columns")

    def __getitem__(self, column: int) -> str:
        return self._row[column - 1].strip() if column <= len(self._row) else ""

    def day(self, column: int) -> str | None:
        """An ISO day; None for an empty cell."""
        text = self[column]
        if not text:
            return None
        if not _DAY.fullmatch(text):
            raise RowProblem(self.read.name, self.line, f"column {column}", text, "a day as YYYYMMDD, or nothing")
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"

    def code(self, column: int = 1) -> str:
        """A code, which must be there."""
        if not re.fullmatch(r"[0-9A-Z]{3,12}", self[column]):
            raise RowProblem(self.read.name, self.line, f"column {column}", self[column], "a code")
        return self[column]

    @property
    def life(self) -> tuple[Period, ...]:
        """Open date to close date."""
        return (("Operational", self.day(11), self.day(12)),)

    @property
    def geography(self) -> tuple[Rel, ...]:
        """The system of the snapshot's own day; nothing on a closed row (trap 15)."""
        system = self[4]
        return (Rel("RE5", system, None, (), seen=True),) if system and not self[12] else ()

    def name(self) -> str:
        """The name, which must be there."""
        if not self[2]:
            raise RowProblem(self.read.name, self.line, "column 2", "", "a name")
        return self[2]


def _trust(row: _Cells) -> Record:
    name = row.name()
    roles = [Role("RO197", True, row.life)]
    if name.upper().endswith("NHS FOUNDATION TRUST"):
        roles.append(Role("RO57", False, (), seen=True))
    return Record(row.code(), name, row.life, tuple(roles), row.geography)


def _commissioner(row: _Cells) -> Record:
    others = [code for code in row[14].split("|") if _ROLE.fullmatch(code)]
    roles = [Role("RO98", True, row.life), *(Role(code, False, (), seen=True) for code in others)]
    return Record(row.code(), row.name(), row.life, tuple(roles), row.geography)


def _practice(row: _Cells) -> Record | None:
    if row[13] == "P":
        row.read.left_out["proposed, not open yet"] += 1
        return None
    roles = [Role("RO177", True, row.life)]
    if row[26] == "4":
        roles.append(Role("RO76", False, (), seen=True))
    rels = list(row.geography)
    if row[15]:
        rels.append(Rel("RE4", row.code(15), None, (("Operational", row.day(16), row.day(17)),)))
    return Record(row.code(), row.name(), row.life, tuple(roles), tuple(rels))


def _succession(row: _Cells) -> Record:
    day = row.day(4)
    if not day:
        raise RowProblem(row.read.name, row.line, "column 4", "", "a day as YYYYMMDD")
    return Record(row.code(), "", succs=(Succ("Successor", row.code(2), None, day),))
