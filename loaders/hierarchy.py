"""Which body was part of which, from the parents that the ONS code history gives each area.

A parent is that of the row's own period, never today's (data guide, trap 25). A row names one code of its parent,
although that may have been recoded meanwhile: the link holds as long as both bodies do. Lookups of single years say
some of it again: they must agree, and stand as further sources.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from nhs_graph.graph.errors import ChecksFailed
from nhs_graph.graph.facts import Coverage, Relation
from nhs_graph.graph.interval import DAY, Interval, PartialDate
from nhs_graph.loaders.base import Data, Report, Spec
from nhs_graph.loaders.ons_codes import Parents

CHD = "ons-chd-2024-07"
_TOLD = {("E38", "E39"), ("E39", "E40"), ("E54", "E40"), ("E07", "E10")}
"""Which kinds of area are told by the history, besides councils in regions; commissioners have lookups of their own."""

Pair = tuple[str, str]


@dataclass(frozen=True)
class Seen:
    """A lookup of one day says that an area lay in another."""

    child: str
    parent: str
    day: date
    source_id: str


def seen(spec: Spec, data: Data, report: Report) -> Iterator[Seen]:
    """What the lookups of single years say; of the lookups of counties only those with a council."""
    for file in spec.files:
        columns = file.settings.get("parents")
        if not columns:
            continue
        day = PartialDate.parse(file.source.vintage or "").until - DAY
        for _, row in data.rows(file):
            if not row[columns["parent"]].startswith(columns.get("only", "E")):
                report.left_out(file.id, "a metropolitan county or part of London: land without a council (trap 19)")
                continue
            report.used(file.id)
            yield Seen(row[columns["child"]], row[columns["parent"]], day, file.id)


def facts(parents: Parents, covered: Iterable[Coverage], lookups: Iterable[Seen]) -> Iterator[Relation]:
    """One dated link a pair of bodies and stretch of time.

    Raises ChecksFailed when a lookup contradicts the code history.
    """
    areas: dict[str, list[Coverage]] = defaultdict(list)
    lives: dict[str, list[Interval]] = defaultdict(list)
    for coverage in covered:
        areas[coverage.gss].append(coverage)
        lives[coverage.organisation_id].append(coverage.interval)
    links: dict[Pair, list[Interval]] = defaultdict(list)
    sources: dict[Pair, set[str]] = defaultdict(set)
    for gss, spells in parents.items():
        for parent, period in spells:
            if (gss[:3], parent[:3]) not in _TOLD and parent[:3] != "E12":
                continue
            for lower in areas[gss]:
                for body in sorted({upper.organisation_id for upper in areas[parent]}):
                    own = period.clipped(lower.interval)
                    shared = [part for life in lives[body] if not (part := own.clipped(life)).empty]
                    if shared:
                        links[lower.organisation_id, body] += shared
                        sources[lower.organisation_id, body] |= {CHD, *lower.source_ids}
    told = {pair: joined(periods) for pair, periods in links.items()}
    again = _again(told, areas, lookups)
    for (lower_id, upper_id), periods in sorted(told.items()):
        for period in periods:
            more = {item.source_id for item in again[lower_id, upper_id] if period.holds(item.day)}
            yield Relation(
                subject_id=lower_id,
                type="PART_OF",
                object_id=upper_id,
                start_date=period.start,
                end_date=period.end,
                source_ids=tuple(sorted({*sources[lower_id, upper_id], *more})),
            )


def joined(periods: Iterable[Interval]) -> list[Interval]:
    """Periods in order, those that touch or overlap as one."""
    found: list[Interval] = []
    for period in sorted(periods, key=lambda p: p.start or date.min):
        last = found[-1] if found else None
        if last and (last.end is None or period.start is None or period.start <= last.end):
            end = None if None in (last.end, period.end) else max(last.end or date.min, period.end or date.min)
            found[-1] = Interval(last.start, end)
        else:
            found.append(period)
    return found


def _again(
    told: dict[Pair, list[Interval]], areas: dict[str, list[Coverage]], lookups: Iterable[Seen]
) -> dict[Pair, list[Seen]]:
    """The lookups by the link that they say again; a district's region is that of its county."""
    above: dict[str, list[tuple[str, Interval]]] = defaultdict(list)
    for (lower, upper), periods in told.items():
        above[lower] += [(upper, period) for period in periods]
    found: dict[Pair, list[Seen]] = defaultdict(list)
    problems: list[str] = []
    for item in lookups:
        child, parent = (_body(areas[gss], item.day) for gss in (item.child, item.parent))
        first = [body for body, period in above[child or ""] if period.holds(item.day)]
        second = [body for one in first for body, period in above[one] if period.holds(item.day)]
        if not child or not parent or parent not in [*first, *second]:
            problems.append(f"{item.source_id}: {item.child} is not in {item.parent} on {item.day} by the code history")
        elif parent in first:
            found[child, parent].append(item)
    if problems:
        raise ChecksFailed(problems)
    return found


def _body(coverages: list[Coverage], day: date) -> str | None:
    return next((coverage.organisation_id for coverage in coverages if coverage.interval.holds(day)), None)
