"""An LSOA lookup of the Office for National Statistics that a user downloaded, of any year from 2015 on.

Columns are told by their meaning, codes are held to the kind of their column and to the areas of the bundle, and the
councils and people come with the package (census.py), so that the one file alone is enough. A lookup that is wrong
anywhere is refused with line and value: an exact answer cannot come from a best fit, a gap or a code of another kind.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from nhs_graph.graph.errors import RowProblem, SourceProblem
from nhs_graph.graph.facts import Area, Fact, Source
from nhs_graph.loaders import own_vintage
from nhs_graph.loaders.base import Report, Spec, specs
from nhs_graph.loaders.census import of_year
from nhs_graph.loaders.factset import FactSet
from nhs_graph.loaders.lsoa_join import PREFIXES, Chain
from nhs_graph.loaders.own_files import Head, text_of

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


@dataclass
class _Areas:
    """LSOA to area by level, as far as the file was read, the line of each LSOA, and the bodies of the areas."""

    lines: dict[str, int] = field(default_factory=dict[str, int])
    chains: dict[str, Chain] = field(default_factory=dict[str, Chain])
    bodies: Chain = field(default_factory=dict[str, str])
    """GSS code to the ODS code beside it."""


def recognises(head: Head) -> bool:
    """Whether the first line names a column of LSOA codes and one of health areas."""
    spec = next(spec for spec in specs() if spec.name == "own_lsoa_lookup")
    meanings = {_meaning(column, spec) for column in head.columns}
    return "lsoa" in meanings and not meanings.isdisjoint(_HEALTH)


def read_own(spec: Spec, path: Path, source: Source, base: FactSet, report: Report) -> Iterator[Fact | RowProblem]:
    """The overlaps of councils and health areas that the lookup gives; rejected rows as problems.

    Raises SourceProblem for a file without the needed columns, or one that lacks LSOAs.
    """
    rows = csv.reader(io.StringIO(text_of(path), newline=""))
    columns = _columns(next(rows, []), path, spec)
    areas = {area.gss: area for area in base.of(Area)}
    found = _Areas()
    problems = list(_read(rows, columns, areas, found, path, source, report))
    yield from problems
    if problems:
        return
    councils = of_year(columns.census, columns.year)
    if lost := sorted(councils.people.keys() - found.lines.keys()):
        raise SourceProblem(
            f"{path} lacks {len(lost)} of the {len(councils.people)} LSOAs of England, {lost[0]} first",
            hint="download the whole lookup again: a part of it cannot tell what is whole",
        )
    if "lower" in columns.places:
        misfits = list(_best_fit(found, columns, path))
        yield from misfits
        if misfits:
            return
    health = {level: found.chains[level] for level in _HEALTH if level in columns.places}
    for chain in health.values():
        yield from own_vintage.bodies(set(chain.values()), found.bodies, source, base)
    yield from own_vintage.overlaps(columns.census, columns.year, health, source, base, report)


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


def _read(
    rows: Iterator[list[str]],
    columns: Columns,
    areas: dict[str, Area],
    found: _Areas,
    path: Path,
    source: Source,
    report: Report,
) -> Iterator[RowProblem]:
    """Fill `found`; a row that repeats an earlier one is left out, one that contradicts it is a problem."""
    tally = report.of(source.id)
    levels: list[str] = [level for level in ("system", "ccg", "lower") if level in columns.places]
    found.chains |= {level: {} for level in levels}
    people = of_year(columns.census, columns.year).people
    width = max(columns.places.values())
    for line, row in enumerate(rows, start=2):
        tally.read += 1
        cells = [cell.strip() for cell in row]
        if len(cells) <= width:
            tally.left_out["rejected"] += 1
            yield RowProblem(str(path), line, "-", ",".join(row)[:60], f"at least {width + 1} cells")
            continue
        lsoa = cells[columns.places["lsoa"]]
        if lsoa[:1] in {"W", "S", "N", "9"}:
            tally.left_out["outside England"] += 1
            continue
        values = {level: cells[columns.places[level]] for level in levels}
        if problem := _wrong(lsoa, values, people, areas, found, path, line):
            tally.left_out["rejected"] += 1
            yield problem
        elif lsoa in found.lines:
            tally.left_out["the same LSOA again"] += 1
        else:
            tally.used += 1
            found.lines[lsoa] = line
            for level, value in values.items():
                found.chains[level][lsoa] = value
                if f"{level}_ods" in columns.places:
                    found.bodies[value] = cells[columns.places[f"{level}_ods"]]


def _wrong(
    lsoa: str,
    values: Chain,
    people: dict[str, int],
    areas: dict[str, Area],
    found: _Areas,
    path: Path,
    line: int,
) -> RowProblem | None:
    if lsoa not in people:
        return RowProblem(str(path), line, "LSOA", lsoa, "an LSOA of England of the census in the column's name")
    for level, value in values.items():
        if value[:3] not in PREFIXES[level]:
            kinds = ", ".join(sorted(PREFIXES[level]))
            return RowProblem(str(path), line, level, value, f"a GSS code of a {level} area ({kinds})")
        if value not in areas:
            return RowProblem(str(path), line, level, value, "a GSS code that the bundle knows")
        earlier = found.chains[level].get(lsoa, value)
        if earlier != value:
            first = found.lines[lsoa]
            return RowProblem(str(path), line, level, value, f"{earlier}, as line {first} says of {lsoa}")
    return None


def _best_fit(found: _Areas, columns: Columns, path: Path) -> Iterator[RowProblem]:
    """LSOAs that the file puts into another council than the exact lookup of the year: it is a best fit (trap 21)."""
    exact = of_year(columns.census, columns.years["lower"]).lower
    for lsoa, council in found.chains["lower"].items():
        if council != exact[lsoa]:
            expected = f"{exact[lsoa]}, as the exact lookup says of {lsoa}: a best fit cannot be used"
            yield RowProblem(str(path), found.lines[lsoa], "lower", council, expected)
