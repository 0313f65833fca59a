"""Overlaps of councils and health areas, counted from exact LSOA lookups (MODEL "Boundary measures").

LSOAs nest in both areas by construction, so a whole is exactly all of them. Each vintage in the spec names its
lookups, the council lookup of the same census, the upper tier, and the population base. Areas that moved between
systems on a hand-over day come from two vintages, over a change of census by the exact changes of LSOAs only.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any, Generic, NamedTuple, TypeVar

from nhs_graph.graph.errors import ChecksFailed
from nhs_graph.graph.facts import AreaMove, Fact, Overlap
from nhs_graph.loaders.base import Data, Passed, Report, Spec
from nhs_graph.loaders.lsoa_join import Chain, Lookups

K = TypeVar("K")
DIGITS = 9
"""Of a share: enough that the shares of an area add up, few enough for small files."""


@dataclass(frozen=True)
class Vintage:
    """Which LSOA lies in which areas in a period, with the people of each."""

    name: str
    census: str
    start: date
    end: date | None
    base: str
    official: bool
    people: dict[str, int]
    areas: dict[str, Chain]
    """Area level (`lower`, `upper`, `combined`, `system`, `ccg`) to LSOA to GSS code."""
    source_ids: tuple[str, ...]

    @cached_property
    def pieces(self) -> "list[Piece]":
        """A thousand pieces stand for the 33,000 LSOAs of England, which are gone through once for all overlaps."""
        keys = list(zip(*(map(chain.get, self.people) for chain in self.areas.values()), strict=True))
        people: Counter[tuple[str | None, ...]] = Counter()
        for key, persons in zip(keys, self.people.values(), strict=True):
            people[key] += persons
        lsoas = Counter(keys)
        return [Piece(dict(zip(self.areas, key, strict=True)), lsoas[key], people[key]) for key in lsoas]


class Piece(NamedTuple):
    """Land that has the same area at every level (None outside of all), with its LSOAs and people."""

    areas: dict[str, str | None]
    lsoas: int
    people: int


class Shared(NamedTuple):
    """What a council's area and a health area share, with the names that Overlap has for it."""

    left_gss: str
    right_gss: str
    lsoas: int
    people: int
    people_share_of_left: float
    people_share_of_right: float
    lsoas_share_of_left: float
    lsoas_share_of_right: float


def read(spec: Spec, data: Data, report: Report) -> Iterator[Fact]:
    """The overlaps of every vintage, and the moves between consecutive ones.

    Raises RowProblem for a wrong cell and ChecksFailed for a vintage that does not hold every LSOA of England once.
    """
    lookups = Lookups(spec, data, report)
    vintages = vintages_of(lookups)
    if problems := [problem for vintage in vintages for problem in _problems(vintage, spec.settings["lsoas"])]:
        raise ChecksFailed(problems)
    for vintage in vintages:
        for council in ("lower", "upper", "combined"):
            for health in ("system", "ccg"):
                if council in vintage.areas and health in vintage.areas:
                    yield from overlaps_of(vintage, council, health)
    bodies: Chain = spec.settings["same_body"]
    for before, after in pairwise(vintages):
        if before.end != after.start or not {"system", "lower"} <= before.areas.keys() & after.areas.keys():
            continue
        lookups.used.clear()
        places = _places(before, after, lookups)
        if lost := len(after.people) - len(places):
            report.notes.append(
                f"{after.name}: {lost} LSOAs merged or redrawn between censuses are in no area move of {after.start}"
            )
        yield from _moves(before, after, places, bodies, lookups.used)
        earlier = [v for v in vintages if {"ccg", "lower"} <= v.areas.keys() and v.start < after.start]
        yield from _passed(earlier, after, lookups)


def vintages_of(lookups: Lookups) -> list[Vintage]:
    """All vintages of a spec, in order of time."""
    return [_vintage(table, lookups) for table in lookups.spec.settings["vintage"]]


def _vintage(table: dict[str, Any], lookups: Lookups) -> Vintage:
    lookups.used.clear()
    areas = {level: lookups.chain(steps, level) for level, steps in table["areas"].items()}
    if "between" in table:
        areas |= _between(table["between"], lookups)
    return Vintage(
        name=table["name"],
        census=table["census"],
        start=table["start"],
        end=table.get("end"),
        base=table["base"],
        official=table["basis"] == "official",
        people=lookups.people(table["population"]),
        areas=areas,
        source_ids=tuple(sorted(lookups.used)),
    )


def _between(table: dict[str, Any], lookups: Lookups) -> dict[str, Chain]:
    """Commissioner and system of a year without a lookup, from the lookups before and after (ruling 4).

    An LSOA keeps the commissioner of the year before where that one still exists, else it has that of the
    year after; those that went to `moved_to` on the day are told by the year after.
    """
    before, after = lookups.step(table["before"]), lookups.step(table["after"])
    gss_of, system_of = lookups.step(table["gss"], "ccg"), lookups.step(table["system"], "system")
    chosen: Chain = {}
    for lsoa, code in before.items():
        moved = after[lsoa] == table["moved_to"]
        chosen[lsoa] = code if code in gss_of and not moved else after[lsoa]
    return {
        "ccg": {lsoa: gss_of[code] for lsoa, code in chosen.items()},
        "system": {lsoa: system_of[code] for lsoa, code in chosen.items()},
    }


def _problems(vintage: Vintage, expected: dict[str, int]) -> Iterator[str]:
    """What is wrong with a vintage: its population must hold England, its areas the same LSOAs as its population."""
    people, number = vintage.people.keys(), expected[vintage.census]
    if len(people) != number:
        yield f"the population of {vintage.name} holds {len(people)} LSOAs of census {vintage.census}, not {number}"
    for level, chain in vintage.areas.items():
        if level != "combined" and (lost := sorted(people - chain.keys())):
            yield f"the {level} areas of {vintage.name} lack {len(lost)} LSOAs, {lost[0]} first"
        if unknown := sorted(chain.keys() - people):
            yield f"{len(unknown)} LSOAs in the {level} areas of {vintage.name} have no population, {unknown[0]} first"


def overlaps_of(vintage: Vintage, council: str, health: str) -> Iterator[Overlap]:
    """One overlap a pair of areas; a unitary council serves both tiers and is told once, with the lower tier."""
    for pair in shared(vintage.pieces, council, health):
        yield Overlap(
            **pair._asdict(),
            population_base=vintage.base,
            vintage=vintage.name,
            basis="official" if vintage.official else "derived",
            start_date=vintage.start,
            end_date=vintage.end,
            source_ids=vintage.source_ids,
        )


def shared(pieces: Iterable[Piece], council: str, health: str) -> Iterator[Shared]:
    """Each pair of areas of two levels that have LSOAs in common, in order of their codes."""
    pairs, lefts, rights = _Sums[tuple[str, str]](), _Sums[str](), _Sums[str]()
    for areas, number, persons in pieces:
        left, right = areas[council], areas[health]
        if left:
            lefts.add(left, number, persons)
        if right:
            rights.add(right, number, persons)
        if left and right:
            pairs.add((left, right), number, persons)
    for (left, right), count in sorted(pairs.lsoas.items()):
        if council == "upper" and not left.startswith("E10"):
            continue
        persons = pairs.people[left, right]
        yield Shared(
            left,
            right,
            count,
            persons,
            round(persons / lefts.people[left], DIGITS),
            round(persons / rights.people[right], DIGITS),
            round(count / lefts.lsoas[left], DIGITS),
            round(count / rights.lsoas[right], DIGITS),
        )


class _Sums(Generic[K]):
    """LSOAs and people by key."""

    def __init__(self) -> None:
        self.lsoas: defaultdict[K, int] = defaultdict(int)
        self.people: defaultdict[K, int] = defaultdict(int)

    def add(self, key: K, lsoas: int, people: int) -> None:
        self.lsoas[key] += lsoas
        self.people[key] += people


def _count(keys: Iterable[tuple[str, K]], weight: dict[str, int]) -> tuple[Counter[K], Counter[K]]:
    """LSOAs and people by key."""
    lsoas: Counter[K] = Counter()
    people: Counter[K] = Counter()
    for lsoa, key in keys:
        lsoas[key] += 1
        people[key] += weight[lsoa]
    return lsoas, people


def _places(before: Vintage, after: Vintage, lookups: Lookups) -> Chain:
    """LSOAs of the later vintage to the LSOAs of the earlier one in which they lie.

    Over a change of census only unchanged and split LSOAs are told: what was merged or redrawn lies in no single
    one (data guide, trap 22).
    """
    if before.census == after.census:
        return {lsoa: lsoa for lsoa in after.people}
    change = lookups.spec.settings["census_change"]
    told = lookups.where(change["step"], change["column"], change["exact"])
    return {lsoa: told[lsoa] for lsoa in after.people if lsoa in told}


def _moves(before: Vintage, after: Vintage, places: Chain, bodies: Chain, used: Iterable[str]) -> Iterator[AreaMove]:
    """LSOAs whose system became another body on the day, counted by the council of the new state, both tiers."""
    moved: list[tuple[str, tuple[str, str, str]]] = []
    for lsoa, place in places.items():
        old, new = before.areas["system"][place], after.areas["system"][lsoa]
        if bodies.get(old, old) != bodies.get(new, new):
            councils = {after.areas["lower"][lsoa], after.areas["upper"][lsoa]}
            moved += [(lsoa, (council, old, new)) for council in councils]
    lsoas, people = _count(moved, after.people)
    for (council, old, new), count in sorted(lsoas.items()):
        yield AreaMove(
            council_gss=council,
            from_gss=old,
            to_gss=new,
            lsoas=count,
            people=people[council, old, new],
            population_base=after.base,
            effective_date=after.start,
            source_ids=tuple(sorted({*before.source_ids, *after.source_ids, *used})),
        )


def _passed(commissioners: list[Vintage], after: Vintage, lookups: Lookups) -> Iterator[Passed]:
    """Where the land of each commissioner of an earlier vintage was on the first day of a later one, in people then."""
    told: set[str] = set()
    for before in reversed(commissioners):
        lookups.used.clear()
        places = _places(before, after, lookups)
        went = ((lsoa, (before.areas["ccg"][place], after.areas["system"][lsoa])) for lsoa, place in places.items())
        _, people = _count((item for item in went if item[1][0] not in told), after.people)
        for (old, new), persons in sorted(people.items()):
            yield Passed(
                from_gss=old,
                to_gss=new,
                effective_date=after.start,
                people=persons,
                population_base=after.base,
                source_ids=tuple(sorted({*before.source_ids, *after.source_ids, *lookups.used})),
            )
        told |= {old for old, _ in people}
