"""Reading exact LSOA lookups: chains of lookups from LSOA to area, each code checked on the way.

A lookup that is wrong anywhere is refused, with file and line: a code of another kind, an empty cell, a key with
two values, a code that the next lookup of the chain does not know.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from sys import intern

from nhs_graph.graph.errors import RowProblem, SourceProblem
from nhs_graph.graph.kinds import COUNCIL_KIND_BY_PREFIX, TIERS
from nhs_graph.loaders.base import Data, Report, SourceFile, Spec

Chain = dict[str, str]
Step = list[str]
"""`[source id, from column, to column]`, or the name of a table of the spec, such as `["recodes"]`."""

PREFIXES: dict[str, frozenset[str]] = {
    tier: frozenset(prefix for prefix, kind in COUNCIL_KIND_BY_PREFIX.items() if kind in kinds)
    for tier, kinds in TIERS.items()
} | {"ccg": frozenset({"E38"}), "system": frozenset({"E54"}), "lsoa": frozenset({"E01"})}
"""Which GSS prefixes an area of a level may have (ONS register of geographic codes)."""


@dataclass
class _Table:
    """A file by column, with the line of each row; codes repeat a thousand times and are kept once."""

    columns: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    lines: list[int] = field(default_factory=list[int])


class Lookups:
    """Reads each file once; `used` collects the source ids of what was asked for since it was last emptied."""

    def __init__(self, spec: Spec, data: Data, report: Report) -> None:
        self.spec, self.data, self.report = spec, data, report
        self.used: set[str] = set()
        self._tables: dict[str, _Table] = {}
        self._pairs: dict[tuple[str, ...], Chain] = {}
        self._people: dict[str, dict[str, int]] = {}

    def chain(self, steps: list[Step], level: str | None = None) -> Chain:
        """LSOA to area by one or more lookups, the last of which gives areas of the level.

        Combined authorities do not cover England: an area that a lookup on the way to one does not know lies in none.
        """
        first, *rest = steps
        found = self.step(first, level if not rest else None)
        for number, step in enumerate(rest, start=1):
            following = self.step(step, level if number == len(rest) else None)
            # A table of the spec names what it changes; a lookup must know every code.
            kept = {} if len(step) > 1 else {area: area for area in found.values()}
            known = kept | following
            if level == "combined":
                found = {lsoa: known[area] for lsoa, area in found.items() if area in known}
                continue
            if lost := sorted(set(found.values()) - known.keys()):
                path = self.spec.file(step[0]).path
                raise SourceProblem(
                    f"{path} has no row for {len(lost)} codes of {steps[0][0]}, {lost[0]} first",
                    hint="every lookup of a chain must be of the same vintage",
                )
            found = {lsoa: known[area] for lsoa, area in found.items()}
        if level == "combined":
            return {lsoa: area for lsoa, area in found.items() if area[:3] in PREFIXES[level]}
        return found

    def step(self, step: Step, level: str | None = None) -> Chain:
        """One lookup of a chain.

        Raises RowProblem for a cell that is empty or of another kind than the level, or a key with two values.
        """
        if len(step) == 1:
            table: Chain = self.spec.settings[step[0]]
            return table
        source_id, start, end = step
        self.used.add(source_id)
        if (*step, level or "") not in self._pairs:
            self._pairs[*step, level or ""] = self._read(self.spec.file(source_id), start, end, level)
        return self._pairs[*step, level or ""]

    def where(self, step: Step, column: str, words: list[str]) -> Chain:
        """One lookup, of its rows those whose column holds one of the words."""
        source_id, start, end = step
        self.used.add(source_id)
        file = self.spec.file(source_id)
        kept = {line for line, _, word in self._cells(file, start, column) if word in words}
        return {key: value for line, key, value in self._cells(file, start, end) if line in kept}

    def people(self, source_id: str) -> dict[str, int]:
        """Persons by LSOA."""
        self.used.add(source_id)
        if source_id not in self._people:
            self._people[source_id] = self._persons(self.spec.file(source_id))
        return self._people[source_id]

    def _persons(self, file: SourceFile) -> dict[str, int]:
        persons: dict[str, int] = {}
        for line, lsoa, value in self._cells(file, file.settings["lsoa"], "population"):
            if not value.isdecimal():
                raise RowProblem(file.path, line, "population", value, "a whole number of persons")
            if persons.setdefault(lsoa, int(value)) != int(value):
                raise RowProblem(file.path, line, "population", value, f"{persons[lsoa]}, as an earlier row says")
        return persons

    def _read(self, file: SourceFile, start: str, end: str, level: str | None) -> Chain:
        found: Chain = {}
        for line, key, value in self._cells(file, start, end):
            if level and value[:3] not in PREFIXES[level]:
                expected = f"a GSS code of a {level} area ({', '.join(sorted(PREFIXES[level]))})"
                raise RowProblem(file.path, line, end, value, expected)
            if found.setdefault(key, value) != value:
                raise RowProblem(file.path, line, end, value, f"{found[key]}, as an earlier row says of {key}")
        return found

    def _cells(self, file: SourceFile, start: str, end: str) -> Iterable[tuple[int, str, str]]:
        table = self._table(file)
        for name in (start, end):
            if name not in table.columns:
                raise SourceProblem(
                    f"{file.path} has no column {name}", hint=f"its columns: {', '.join(table.columns)}"
                )
        optional = end in file.settings.get("may_be_empty", ())
        for line, key, value in zip(table.lines, table.columns[start], table.columns[end], strict=True):
            if optional and not value:
                continue
            if not key or not value:
                raise RowProblem(file.path, line, end if key else start, "", "a code or number")
            yield line, key, value

    def _table(self, file: SourceFile) -> _Table:
        if file.id not in self._tables:
            self._tables[file.id] = self._load(file)
        return self._tables[file.id]

    def _load(self, file: SourceFile) -> _Table:
        table, columns = _Table(), list[list[str]]()
        wales = file.settings.get("wales", False)
        for line, row in self.data.rows(file):
            if wales and not _english(row):
                self.report.left_out(file.id, "outside England")
                continue
            table.lines.append(line)
            columns = columns or [table.columns.setdefault(name, []) for name in row]
            for column, value in zip(columns, row.values(), strict=True):
                column.append(intern(value))
        self.report.used(file.id, len(table.lines))
        return table


def _english(row: dict[str, str]) -> bool:
    """Whether no cell holds a GSS code of Wales, Scotland or Northern Ireland."""
    return not any(len(value) == 9 and value[0] in "WSN" and value[1:].isdecimal() for value in row.values())
