"""Reports of the Organisation Data Service: CSV without a header, of 24 to 27 columns, or 5 (succ).

All but succ have the columns of the register's standard layout: etr and ect (trusts and care trusts), ets (their
sites), eccg, eauth (regions and local offices), epraccur (practices), ebranchs (their branches). Which report a file
is, is seen from its codes and columns. What such a snapshot shows without a date (foundation status, the system of the
day) is a sighting of that day; on a closed row the geography is today's and no fact (data guide, section 2.1, traps 1,
2, 8, 15, 33 to 35). A row that cannot be read is rejected: the others are read all the same.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date

from nhs_graph.graph.errors import RowProblem, SourceProblem
from nhs_graph.loaders.ods_record import Period, Read, Record, Rel, Role, Succ

_SUCCESSIONS = "succ"
_COLUMNS = frozenset({24, 25, 26, 27})
_SAMPLE = 200
_PRACTICE = re.compile(r"[A-Z][0-9]{5}")
_TRUST = re.compile(r"[RT][0-9A-Z]{2}|[A-Z][0-9A-Z]{4}")
_CARE_TRUST = re.compile(r"T[0-9A-Z]{2}")
_PARENT_TRUST = re.compile(r"[RT][0-9A-Z]{2}")
_REGION, _OFFICE, _SYSTEM = re.compile(r"Y[0-9]{2}"), re.compile(r"Q[0-9]{2}"), re.compile(r"Q[0-9A-Z]{2}")
_COMMISSIONER = re.compile(r"[0-9]{2}[A-Z]|[A-Z][0-9A-Z]{4}|[0-9][0-9A-Z]{2}")
_ROLE = re.compile(r"RO[0-9]+")
_DAY = re.compile(r"[0-9]{8}")


def report_of(text: str) -> str | None:
    """The report that a text begins like, one of REPORTS; None for anything else."""
    rows = _sample(text)
    if not rows:
        return None
    shapes = Counter(filter(None, map(_shape, rows)))
    best, count = shapes.most_common(1)[0] if shapes else (None, 0)
    # Half of the rows decide, so that bad ones among them are told with their place.
    return best if 2 * count >= len(rows) else None


def _sample(text: str) -> list[list[str]]:
    try:
        reader = csv.reader(io.StringIO(text, newline=""))
        rows = [row for row, _ in zip((row for row in reader if row), range(_SAMPLE), strict=False)]
    except csv.Error:
        return []
    # The last row of a text that was cut off may be short.
    return rows[:-1] if 1 < len(rows) < _SAMPLE else rows


def _shape(row: list[str]) -> str:
    """Which report a row looks like; empty for none, as for a row that will be rejected."""
    if len(row) == 5:
        return _SUCCESSIONS if not row[2].strip() and _DAY.fullmatch(row[3].strip()) else ""
    if len(row) not in _COLUMNS or (row[10].strip() and not _DAY.fullmatch(row[10].strip())):
        return ""
    code, region, parent = row[0].strip(), row[23].strip(), row[14].strip()
    if _PRACTICE.fullmatch(code) and row[12].strip():
        return "epraccur"
    if _PRACTICE.fullmatch(parent) and not row[12].strip():
        return "ebranchs"
    if parent:
        return "ets" if len(code) > 3 and (_PARENT_TRUST.fullmatch(parent) or code.startswith(parent)) else ""
    if _CARE_TRUST.fullmatch(code):
        return "ect"
    if _REGION.fullmatch(code) or _SYSTEM.fullmatch(code):
        return "eauth"
    if _TRUST.fullmatch(code) and (region or "TRUST" in row[1].upper()):
        return "etr"
    if _COMMISSIONER.fullmatch(code) and not region:
        return "eccg"
    return ""


def records(text: str, read: Read) -> Iterator[Record]:
    """The records of a report; rows that cannot be read are put among the file's rejects.

    Raises SourceProblem for a text that is no CSV, with its line.
    """
    make = _MAKERS[read.report]
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        for row in reader:
            if row:
                try:
                    found = make(_Cells(read, reader.line_num, row))
                except RowProblem as problem:
                    read.rejects.append(problem)
                    continue
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
        try:
            if _DAY.fullmatch(text):
                return date(int(text[:4]), int(text[4:6]), int(text[6:])).isoformat()
        except ValueError:
            pass
        raise RowProblem(self.read.name, self.line, str(column), text, "a day as YYYYMMDD, or nothing")

    def code(self, column: int = 1) -> str:
        """A code, which must be there."""
        if not re.fullmatch(r"[0-9A-Z]{3,12}", self[column]):
            raise RowProblem(self.read.name, self.line, str(column), self[column], "a code")
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
            raise RowProblem(self.read.name, self.line, "2", "", "a name")
        return self[2]


def _trust(row: _Cells) -> Record:
    name = row.name()
    roles = [Role("RO197", True, row.life)]
    if name.upper().endswith("NHS FOUNDATION TRUST"):
        roles.append(Role("RO57", False, (), seen=True))
    return Record(row.code(), name, row.life, tuple(roles), row.geography)


def _care_trust(row: _Cells) -> Record:
    return Record(row.code(), row.name(), row.life, (Role("RO107", True, row.life),), row.geography)


def _site(row: _Cells) -> Record:
    """A site is run by the trust of column 15; no column says since when."""
    rels = (*row.geography, Rel("RE6", row.code(15), None, (), seen=True)) if row[15] else row.geography
    return Record(row.code(), row.name(), row.life, (Role("RO198", True, row.life),), rels)


def _branch(row: _Cells) -> Record:
    """A branch belongs to the practice of column 15 from the day of column 16 to that of column 17."""
    rels = list(row.geography)
    if row[15]:
        rels.append(Rel("RE6", row.code(15), None, (("Operational", row.day(16), row.day(17)),)))
    return Record(row.code(), row.name(), row.life, (Role("RO96", True, row.life),), tuple(rels))


def _authority(row: _Cells) -> Record | None:
    """A region or a local office; of the others (systems were three kinds of body in turn) it does not say the kind."""
    if len(row[1]) == 1:
        row.read.left_out["government office region, no body"] += 1
        return None
    role = "RO209" if _REGION.fullmatch(row[1]) else "RO210" if _OFFICE.fullmatch(row[1]) else None
    roles = (Role(role, True, row.life),) if role else ()
    if not role:
        row.read.left_out["kind of a body, which the report does not say"] += 1
    return Record(row.code(), row.name(), row.life, roles)


def _commissioner(row: _Cells) -> Record:
    others = [code for code in row[14].split("|") if _ROLE.fullmatch(code)]
    roles = [Role("RO98", True, row.life), *(Role(code, False, (), seen=True) for code in others)]
    return Record(row.code(), row.name(), row.life, tuple(roles), row.geography)


def _practice(row: _Cells) -> Record | None:
    if row[13] in {"P", "PROPOSED"}:
        row.read.left_out["proposed, not open yet"] += 1
        return None
    roles = [Role("RO177", True, row.life)]
    if row[26] in {"4", "RO76"}:
        roles.append(Role("RO76", False, (), seen=True))
    rels = list(row.geography)
    if row[15]:
        rels.append(Rel("RE4", row.code(15), None, (("Operational", row.day(16), row.day(17)),)))
    return Record(row.code(), row.name(), row.life, tuple(roles), tuple(rels))


def _succession(row: _Cells) -> Record:
    day = row.day(4)
    if not day:
        raise RowProblem(row.read.name, row.line, "4", "", "a day as YYYYMMDD")
    return Record(row.code(), "", succs=(Succ("Successor", row.code(2), None, day),))


_MAKERS: dict[str, Callable[[_Cells], Record | None]] = {
    "etr": _trust,
    "ect": _care_trust,
    "ets": _site,
    "eccg": _commissioner,
    "eauth": _authority,
    "epraccur": _practice,
    "ebranchs": _branch,
    _SUCCESSIONS: _succession,
}
REPORTS = tuple(_MAKERS)
"""The reports that are read, by their names."""
