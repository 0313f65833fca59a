"""The time for which a user's LSOA lookup holds, and its overlaps among those of the bundle.

The codes tell the time better than a header does: a lookup is of a day on which all its areas were in force. Where the
bundle already has the same areas for that time, the lookup is that vintage: it supports an official one, and takes the
place of one that was derived. For a time that the bundle does not cover it is a vintage of its own.
"""

from collections.abc import Iterable, Iterator
from datetime import date

from nhs_graph.graph.errors import SourceProblem
from nhs_graph.graph.facts import Area, Coverage, Fact, Organisation, Overlap, Source
from nhs_graph.graph.interval import Interval
from nhs_graph.loaders.base import Report
from nhs_graph.loaders.census import of_year
from nhs_graph.loaders.factset import FactSet
from nhs_graph.loaders.lsoa_join import Chain
from nhs_graph.loaders.lsoa_lookups import Vintage, overlaps_of

_COMBINED = "E47"
_LABEL = {"system": "STP", "ccg": "CCG"}


def overlaps(
    census: str, year: int, health: dict[str, Chain], source: Source, base: FactSet, report: Report
) -> Iterator[Overlap]:
    """The overlaps of each level of health areas with lower and upper tier councils, in their time.

    Raises SourceProblem when no day fits all codes, when another map already holds then, or when an official lookup of
    the same areas says otherwise.
    """
    areas = {area.gss: area for area in base.of(Area)}
    known = base.of(Overlap)
    for level, chain in health.items():
        period = _period(year, {code: areas[code] for code in set(chain.values())}, source.title, report)
        councils = of_year(census, period.start.year if period.start else year)
        vintage = Vintage(
            name=f"{_LABEL[level]}{councils.year % 100 if period.start is None else period.start.year % 100:02d} x "
            f"LAD{councils.year % 100:02d}",
            census=census,
            start=period.start or date(year, 4, 1),
            end=period.end,
            base=councils.base,
            official=True,
            people=councils.people,
            areas={"lower": councils.lower, "upper": councils.upper, level: chain},
            source_ids=(source.id, *councils.source_ids),
        )
        facts = [fact for tier in ("lower", "upper") for fact in overlaps_of(vintage, tier, level)]
        yield from _in_time(facts, [overlap for overlap in known if _level(overlap) == _level(facts[0])], source.title)


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


def _in_time(facts: list[Overlap], known: list[Overlap], title: str) -> Iterator[Overlap]:
    """The facts as the bundle's vintage of the same areas, or as one of their own."""
    period = facts[0].interval
    near: dict[str, list[Overlap]] = {}
    for overlap in known:
        if overlap.interval.overlaps(period) and not overlap.left_gss.startswith(_COMBINED):
            near.setdefault(overlap.vintage, []).append(overlap)
    same = [theirs for theirs in near.values() if _areas(theirs) == _areas(facts)]
    if same:
        yield from _as_vintage(facts, same[-1], title)
        return
    if taken := [theirs[0] for theirs in near.values() if theirs[0].interval.holds(period.start or date.min)]:
        raise SourceProblem(
            f"{title} is of {period.start}, for which {taken[0].vintage} holds with other areas",
            hint="nhs-graph status; the lookup of that time is in the bundle already",
        )
    later = [start for theirs in near.values() if (start := theirs[0].start_date)]
    end = min([*later, *([period.end] if period.end else [])], default=None)
    yield from (fact.model_copy(update={"end_date": end}) for fact in facts)


def _areas(overlaps: Iterable[Overlap]) -> tuple[frozenset[str], frozenset[str]]:
    both = list(overlaps)
    return frozenset(overlap.left_gss for overlap in both), frozenset(overlap.right_gss for overlap in both)


def _as_vintage(facts: list[Overlap], theirs: list[Overlap], title: str) -> Iterator[Overlap]:
    first = theirs[0]
    told = {(overlap.left_gss, overlap.right_gss): overlap for overlap in theirs}
    for fact in facts:
        mine, old = (fact.lsoas, fact.people), told.pop((fact.left_gss, fact.right_gss), None)
        if first.basis == "official" and (old is None or mine != (old.lsoas, old.people)):
            said = f"{old.lsoas} LSOAs" if old else "nothing"
            raise SourceProblem(
                f"{title} has {fact.lsoas} LSOAs of {fact.left_gss} in {fact.right_gss}, the official {first.vintage} "
                f"has {said}",
                hint="download the lookup again; two official maps of one day cannot both be used",
            )
        period = {"start_date": first.start_date, "end_date": first.end_date}
        yield fact.model_copy(update={"vintage": first.vintage, **period})
    if first.basis == "official" and told:
        left, right = next(iter(told))
        raise SourceProblem(
            f"{title} has no LSOA of {left} in {right}, the official {first.vintage} has some",
            hint="download the lookup again; two official maps of one day cannot both be used",
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
