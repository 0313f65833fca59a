"""The time for which a user's LSOA lookup holds, and its overlaps among those of the bundle.

The codes tell the time better than a header does: a lookup is of a day on which all its areas were in force. Where the
bundle already has the same areas for that time, the lookup is that vintage: it supports an official one, and takes the
place of one that was derived. For a time that the bundle does not cover it is a vintage of its own.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from nhs_graph.graph.errors import SourceProblem
from nhs_graph.graph.facts import Area, Coverage, Fact, Organisation, Overlap, Source
from nhs_graph.graph.interval import Interval
from nhs_graph.loaders.base import Report
from nhs_graph.loaders.census import Councils, of_year
from nhs_graph.loaders.factset import FactSet
from nhs_graph.loaders.lsoa_join import Chain
from nhs_graph.loaders.lsoa_lookups import Piece, Shared, shared

_COMBINED = "E47"
_LABEL = {"system": "STP", "ccg": "CCG"}


@dataclass(frozen=True)
class Groups:
    """LSOAs by what a lookup tells of them: rows that say the same are one group."""

    told: tuple[str, ...]
    """Names of what is told, in the order of the values: levels of areas, `ccg_ods`, `system_ods`."""
    lsoas: defaultdict[tuple[str, ...], list[str]] = field(default_factory=lambda: defaultdict(list))

    def __len__(self) -> int:
        """How many LSOAs."""
        return sum(map(len, self.lsoas.values()))

    def codes(self, name: str) -> set[str]:
        """All that is told under a name."""
        place = self.told.index(name)
        return {said[place] for said in self.lsoas}

    def beside(self, name: str, other: str) -> Chain:
        """What is told under one name to what is told under the other; empty when that is not told."""
        if other not in self.told:
            return {}
        place, second = self.told.index(name), self.told.index(other)
        return {said[place]: said[second] for said in self.lsoas}

    def pieces(self, councils: Councils) -> list[Piece]:
        """The groups, divided by the councils of a year."""
        found: list[Piece] = []
        lower, persons = councils.lower, councils.people
        for said, lsoas in self.lsoas.items():
            people: defaultdict[str, list[int]] = defaultdict(list)
            for place in map(councils.places.__getitem__, lsoas):
                people[lower[place]].append(persons[place])
            for council, counted in people.items():
                tiers = {"lower": council, "upper": councils.upper.get(council, council)}
                areas: dict[str, str | None] = {**dict(zip(self.told, said, strict=True)), **tiers}
                found.append(Piece(areas, len(counted), sum(counted)))
        return found


class _Time(NamedTuple):
    """A vintage: its name and when it holds."""

    name: str
    start: date | None
    end: date | None


def overlaps(
    census: str, year: int, levels: Iterable[str], groups: Groups, source: Source, base: FactSet, report: Report
) -> Iterator[Overlap]:
    """The overlaps of each level of health areas with lower and upper tier councils, in their time.

    Raises SourceProblem when no day fits all codes, when another map already holds then, or when an official lookup of
    the same areas says otherwise.
    """
    known: defaultdict[tuple[str, str], list[Overlap]] = defaultdict(list)
    for overlap in base.of(Overlap):
        if not overlap.left_gss.startswith(_COMBINED):
            known[overlap.right_gss[:3], overlap.vintage].append(overlap)
    pieces: dict[int, list[Piece]] = {}
    for level in levels:
        codes = groups.codes(level)
        period = _period(
            year, {area.gss: area for code in codes if (area := base.get(Area, code))}, source.title, report
        )
        councils = of_year(census, period.start.year if period.start else year)
        if councils.year not in pieces:
            pieces[councils.year] = groups.pieces(councils)
        pairs = [pair for tier in ("lower", "upper") for pair in shared(pieces[councils.year], tier, level)]
        began = councils.year if period.start is None else period.start.year
        mine = _Time(f"{_LABEL[level]}{began % 100:02d} x LAD{councils.year % 100:02d}", period.start, period.end)
        prefix = next(iter(codes))[:3]
        theirs = [overlaps for (kind, _), overlaps in known.items() if kind == prefix]
        time = _in_time(pairs, mine._replace(start=mine.start or date(year, 4, 1)), theirs, source.title)
        sources = (source.id, *councils.source_ids)
        yield from (_overlap(pair, time, councils.base, sources) for pair in pairs)


def _overlap(pair: Shared, time: _Time, base: str, source_ids: tuple[str, ...]) -> Overlap:
    return Overlap(
        **pair._asdict(),
        population_base=base,
        vintage=time.name,
        basis="official",
        start_date=time.start,
        end_date=time.end,
        source_ids=source_ids,
    )


def bodies(areas: set[str], codes: Chain, source: Source, base: FactSet) -> Iterator[Coverage]:
    """Which body covers an area of which the bundle does not say it, by the register's code beside the area's.

    Raises SourceProblem where the lookup does not say it either: an area without a body is in no answer.
    """
    covered = {coverage.gss for coverage in base.of(Coverage)}
    for gss in sorted(areas - covered):
        area, body = base.get(Area, gss), base.get(Organisation, codes.get(gss, ""))
        if area is None or body is None:
            raise SourceProblem(
                f"{source.title} has the area {gss}, and neither it nor the bundle tells which body covers it",
                hint="download the lookup with the column of ODS codes (CDH)",
            )
        yield Coverage(
            organisation_id=body.id,
            gss=gss,
            start_date=area.start_date,
            end_date=area.end_date,
            source_ids=(source.id, *area.source_ids),
        )


def _period(year: int, areas: dict[str, Area], title: str, report: Report) -> Interval:
    """From when to when the lookup holds: the year of its header from April on, if its codes were in force then."""
    starts = {gss: area.start_date or date.min for gss, area in areas.items()}
    ends = {gss: area.end_date or date.max for gss, area in areas.items()}
    youngest, oldest = max(starts, key=lambda gss: (starts[gss], gss)), min(ends, key=lambda gss: (ends[gss], gss))
    start, end = starts[youngest], ends[oldest]
    if start >= end:
        raise SourceProblem(
            f"{title} holds codes of different times: {oldest} ended on {end}, {youngest} began on {start}",
            hint="download the lookup of one year",
        )
    in_force = Interval(None if start == date.min else start, None if end == date.max else end)
    within = in_force.clipped(Interval(date(year, 4, 1), None))
    if within.empty or start >= date(year + 1, 4, 1):
        report.notes.append(f"{title}: its header says {year}, its codes were in force from {start} until {end}")
        return in_force
    return within


def _level(overlap: Overlap) -> str:
    return overlap.right_gss[:3]


def _in_time(pairs: list[Shared], mine: _Time, known: list[list[Overlap]], title: str) -> _Time:
    """The bundle's vintage of the same areas, or one of the lookup's own; `known` are the overlaps of each vintage."""
    period = Interval(mine.start, mine.end)
    near = [theirs for theirs in known if theirs[0].interval.overlaps(period)]
    if same := [theirs for theirs in near if _areas(theirs) == _areas(pairs)]:
        first = same[-1][0]
        if first.basis == "official":
            _check_equal(pairs, same[-1], title)
        return _Time(first.vintage, first.start_date, first.end_date)
    if taken := [theirs[0] for theirs in near if theirs[0].interval.holds(period.start or date.min)]:
        raise SourceProblem(
            f"{title} is of {period.start}, for which {taken[0].vintage} holds with other areas",
            hint="nhs-graph status; the lookup of that time is in the bundle already",
        )
    later = [start for theirs in near if (start := theirs[0].start_date)]
    return mine._replace(end=min([*later, *([period.end] if period.end else [])], default=None))


def _areas(pairs: Iterable[Shared | Overlap]) -> tuple[set[str], set[str]]:
    both = list(pairs)
    return {pair.left_gss for pair in both}, {pair.right_gss for pair in both}


def _check_equal(pairs: list[Shared], theirs: list[Overlap], title: str) -> None:
    """Raise SourceProblem when the lookup counts otherwise than the official map of the same areas."""
    told = {(overlap.left_gss, overlap.right_gss): overlap for overlap in theirs}
    again = "download the lookup again; two official maps of one day cannot both be used"
    for pair in pairs:
        old = told.pop((pair.left_gss, pair.right_gss), None)
        if old is None or (pair.lsoas, pair.people) != (old.lsoas, old.people):
            said = f"{old.lsoas} LSOAs" if old else "nothing"
            raise SourceProblem(
                f"{title} has {pair.lsoas} LSOAs of {pair.left_gss} in {pair.right_gss}, the official "
                f"{theirs[0].vintage} has {said}",
                hint=again,
            )
    if told:
        left, right = next(iter(told))
        raise SourceProblem(
            f"{title} has no LSOA of {left} in {right}, the official {theirs[0].vintage} has some", hint=again
        )


def add_own(found: FactSet, facts: list[Fact], report: Report) -> None:
    """Join the facts; overlaps of a vintage that the bundle derived give way to those of the lookup."""
    mine = [fact for fact in facts if isinstance(fact, Overlap)]
    told = {(overlap.vintage, _level(overlap)) for overlap in mine}
    kept = [
        overlap
        for overlap in found.of(Overlap)
        if overlap.basis == "official"
        or overlap.left_gss.startswith(_COMBINED)
        or (overlap.vintage, _level(overlap)) not in told
    ]
    if len(kept) < len(found.of(Overlap)):
        report.notes.append(f"{len(found.of(Overlap)) - len(kept)} derived overlaps give way to an official lookup")
    found.put(Overlap, kept)
    for fact in facts:
        found.add(fact)
