"""An LSOA lookup of the Office for National Statistics that a user downloaded, of any year from 2015 on.

Columns are told by their meaning, codes are held to the kind of their column and to the areas of the bundle, and the
councils and people come with the package (census.py), so that the one file alone is enough. A lookup that is wrong
anywhere is refused with line and value: an exact answer cannot come from a best fit, a gap or a code of another kind.
"""

import csv
import io
import re
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter
from pathlib import Path

from nhs_graph.graph.errors import RowProblem, SourceProblem
from nhs_graph.graph.facts import Area, Fact, Source
from nhs_graph.loaders import own_vintage
from nhs_graph.loaders.base import Report, Spec, specs
from nhs_graph.loaders.census import of_year
from nhs_graph.loaders.factset import FactSet
from nhs_graph.loaders.lsoa_join import PREFIXES, Chain
from nhs_graph.loaders.own_files import Head, text_of
from nhs_graph.loaders.own_vintage import Groups

add_own = own_vintage.add_own
_HEALTH = ("system", "ccg")


@dataclass(frozen=True)
class Columns:
    """Which column holds what: its place, and the year in its name."""

    places: dict[str, int]
    years: dict[str, int]

    @property
    def census(self) -> str:
        """The census of the LSOAs."""
        return str(self.years["lsoa"])

    @property
    def year(self) -> int:
        """The year that the health areas are of, by the header."""
        return next(self.years[level] for level in _HEALTH if level in self.places)

    @property
    def levels(self) -> list[str]:
        """The levels of areas that the file tells, in the order in which they are checked."""
        return [level for level in ("system", "ccg", "lower") if level in self.places]

    @property
    def told(self) -> tuple[str, ...]:
        """What the file tells of an LSOA: areas, and the register's codes of the bodies beside them."""
        return (*self.levels, *(f"{level}_ods" for level in _HEALTH if f"{level}_ods" in self.places))


@dataclass
class _Areas:
    """LSOA to area by level, as far as the file was read, and the line of each LSOA."""

    lines: dict[str, int] = field(default_factory=dict[str, int])
    chains: dict[str, Chain] = field(default_factory=dict[str, Chain])


def recognises(head: Head) -> bool:
    """Whether the first line names a column of LSOA codes and one of health areas."""
    spec = next(spec for spec in specs() if spec.name == "own_lsoa_lookup")
    meanings = {_meaning(column, spec) for column in head.columns}
    return "lsoa" in meanings and not meanings.isdisjoint(_HEALTH)


def read_own(spec: Spec, path: Path, source: Source, base: FactSet, report: Report) -> Iterator[Fact | RowProblem]:
    """The overlaps of councils and health areas that the lookup gives; rejected rows as problems.

    Raises SourceProblem for a file without the needed columns, or one that lacks LSOAs.
    """
    text = text_of(path)
    rows = _rows(text)
    columns = _columns(next(rows, []), path, spec)
    groups = _plain(rows, columns, base)
    if groups:
        report.of(source.id).read += len(groups)
        report.used(source.id, len(groups))
    else:
        groups, rows = Groups(columns.told), _rows(text)
        next(rows)
        problems = list(_read(rows, columns, base, groups, path, source, report))
        yield from problems
        if problems:
            return
    health = [level for level in _HEALTH if level in columns.places]
    for level in health:
        yield from own_vintage.bodies(groups.codes(level), groups.beside(level, f"{level}_ods"), source, base)
    yield from own_vintage.overlaps(columns.census, columns.year, health, groups, source, base, report)


def _rows(text: str) -> Iterator[list[str]]:
    """The rows of the file, its header first."""
    # The lines of a StringIO would take a tenth more time.
    return csv.reader(io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8", newline=""))


def _meaning(column: str, spec: Spec) -> str | None:
    patterns: dict[str, str] = spec.settings["columns"]
    return next((name for name, pattern in patterns.items() if re.fullmatch(pattern, column.lower())), None)


def _columns(header: list[str], path: Path, spec: Spec) -> Columns:
    places: dict[str, int] = {}
    years: dict[str, int] = {}
    for place, column in enumerate(header):
        name = _meaning(column.strip(), spec)
        if name is None:
            raise SourceProblem(
                f"{path}:1: the column {column!r} is of no known meaning",
                hint="remove the column, or download the lookup again",
            )
        if name == "ignored" or name in places:  # of two vintages side by side the first is meant
            continue
        places[name] = place
        if found := re.fullmatch(spec.settings["columns"][name], column.strip().lower()):
            years[name] = 2000 + int(found.groupdict().get("year") or 0)
    if "ward" in places:
        raise SourceProblem(
            f"{path}:1: a lookup of wards is a best fit; overlaps are counted from exact lookups only",
            hint="download the lookup of the same year without wards",
        )
    if "lsoa" not in places or not places.keys() & {*_HEALTH}:
        raise SourceProblem(
            f"{path}:1: a column of {'health areas' if 'lsoa' in places else 'LSOA codes'} is missing",
            hint=f"its columns: {', '.join(header)}",
        )
    return Columns(places, years)


def _plain(rows: Iterator[list[str]], columns: Columns, base: FactSet) -> Groups | None:
    """The rows of a file in which every LSOA of England stands once and nothing is wrong, else None.

    Rows that say the same of their LSOAs are checked together, which takes a tenth of the time of a row by row reading.
    """
    groups, place = Groups(columns.told), columns.places["lsoa"]
    first, *others = (columns.places[name] for name in columns.told)
    # Of a single place itemgetter makes no tuple.
    cells = itemgetter(first, *others) if others else lambda row: (row[first],)
    found = groups.lsoas
    try:
        for row in rows:
            found[cells(row)].append(row[place])
    except IndexError:
        return None
    councils = of_year(columns.census, columns.years.get("lower", columns.year))
    known = councils.places
    if len(groups) != len(known) or known.keys() != set(chain.from_iterable(found.values())):
        return None
    for level in columns.levels:
        if any(_expected(level, code, base) for code in groups.codes(level)):
            return None
    if "lower" in columns.places:
        council = columns.told.index("lower")
        if any(councils.lower[known[lsoa]] != said[council] for said, lsoas in found.items() for lsoa in lsoas):
            return None
    return groups


def _read(
    rows: Iterator[list[str]],
    columns: Columns,
    base: FactSet,
    groups: Groups,
    path: Path,
    source: Source,
    report: Report,
) -> Iterator[RowProblem]:
    """Fill the groups row by row; one that repeats another is left out, one that contradicts it is a problem.

    Raises SourceProblem for a file that lacks LSOAs.
    """
    tally, found = report.of(source.id), _Areas(chains={level: {} for level in columns.levels})
    known = of_year(columns.census, columns.year).places
    width, problems = max(columns.places.values()), 0
    for line, row in enumerate(rows, start=2):
        tally.read += 1
        cells = [cell.strip() for cell in row]
        if len(cells) <= width:
            tally.left_out["rejected"] += 1
            problems += 1
            yield RowProblem(str(path), line, "-", ",".join(row)[:60], f"at least {width + 1} cells")
            continue
        lsoa = cells[columns.places["lsoa"]]
        if lsoa[:1] in {"W", "S", "N", "9"}:
            tally.left_out["outside England"] += 1
            continue
        values = {level: cells[columns.places[level]] for level in columns.levels}
        if problem := _wrong(lsoa, values, known.keys(), base, found, path, line):
            tally.left_out["rejected"] += 1
            problems += 1
            yield problem
        elif lsoa in found.lines:
            tally.left_out["the same LSOA again"] += 1
        else:
            tally.used += 1
            found.lines[lsoa] = line
            for level, value in values.items():
                found.chains[level][lsoa] = value
            groups.lsoas[tuple(cells[columns.places[name]] for name in columns.told)].append(lsoa)
    if problems:
        return
    if lost := sorted(known.keys() - found.lines.keys()):
        raise SourceProblem(
            f"{path} lacks {len(lost)} of the {len(known)} LSOAs of England, {lost[0]} first",
            hint="download the whole lookup again: a part of it cannot tell what is whole",
        )
    if "lower" in columns.places:
        yield from _best_fit(found, columns, path)


def _expected(level: str, value: str, base: FactSet) -> str | None:
    """What a cell should have held, None when it holds that."""
    if value[:3] not in PREFIXES[level]:
        return f"a GSS code of a {level} area ({', '.join(sorted(PREFIXES[level]))})"
    return None if base.get(Area, value) else "a GSS code that the bundle knows"


def _wrong(
    lsoa: str, values: Chain, known: Set[str], base: FactSet, found: _Areas, path: Path, line: int
) -> RowProblem | None:
    if lsoa not in known:
        return RowProblem(str(path), line, "LSOA", lsoa, "an LSOA of England of the census in the column's name")
    for level, value in values.items():
        if expected := _expected(level, value, base):
            return RowProblem(str(path), line, level, value, expected)
        earlier = found.chains[level].get(lsoa, value)
        if earlier != value:
            first = found.lines[lsoa]
            return RowProblem(str(path), line, level, value, f"{earlier}, as line {first} says of {lsoa}")
    return None


def _best_fit(found: _Areas, columns: Columns, path: Path) -> Iterator[RowProblem]:
    """LSOAs that the file puts into another council than the exact lookup of the year: it is a best fit (trap 21)."""
    councils = of_year(columns.census, columns.years["lower"])
    for lsoa, council in found.chains["lower"].items():
        if council != (exact := councils.lower[councils.places[lsoa]]):
            expected = f"{exact}, as the exact lookup says of {lsoa}: a best fit cannot be used"
            yield RowProblem(str(path), found.lines[lsoa], "lower", council, expected)
