"""Overlaps of councils and health areas, counted from exact LSOA lookups (MODEL "Boundary measures").

LSOAs nest in both areas by construction, so a whole is exactly all of them. Each vintage in the spec names its
lookup, the columns by meaning, the council lookup of the same census, the upper tier, and the population base.
Areas that moved between systems on a hand-over day come from two lookups of the same census.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from nhs_graph.graph.errors import RowProblem, SourceProblem
from nhs_graph.graph.facts import AreaMove, Fact, Overlap
from nhs_graph.loaders.base import Data, Report, SourceFile, Spec

LSOAS = {"2011": 32844, "2021": 33755}
"""How many LSOAs England has, by census (data guide 3.1)."""
DIGITS = 9
Chain = dict[str, str]


@dataclass(frozen=True)
class Vintage:
    """Which LSOA lies in which areas in a period, with the people of each."""

    name: str
    census: str
    start: date
    end: date | None
    base: str
    basis: str
    people: dict[str, int]
    areas: dict[str, Chain]
    """Area level (`lower`, `upper`, `system`, `ccg`) to LSOA to GSS code."""
    source_ids: tuple[str, ...]


def read(spec: Spec, data: Data, report: Report) -> Iterator[Fact]:
    """The overlaps of every vintage, and the moves between consecutive ones."""
    reader = _Reader(spec, data, report)
    vintages = [reader.vintage(table) for table in spec.settings["vintage"]]
    for vintage in vintages:
        for council in ("lower", "upper", "combined"):
            for health in ("system", "ccg"):
                if council in vintage.areas and health in vintage.areas:
                    yield from _overlaps(vintage, council, health)
    bodies: Chain = spec.settings["same_body"]
    for before, after in pairwise(vintages):
        if before.census == after.census and before.end == after.start:
            yield from _moves(before, after, bodies)


class _Reader:
    """Reads each file once; vintages share council lookups and populations."""

    def __init__(self, spec: Spec, data: Data, report: Report) -> None:
        self.spec, self.data, self.report = spec, data, report
        self._tables: dict[str, list[dict[str, str]]] = {}

    def vintage(self, table: dict[str, Any]) -> Vintage:
        used: list[str] = []
        areas = {level: self._chain(links, used) for level, links in table["areas"].items()}
        if "between" in table:
            areas |= self._between(table["between"], used)
        used.append(table["population"])
        file = self.spec.file(table["population"])
        people = {k: int(v) for k, v in self._pairs(file, file.settings["lsoa"], "population").items()}
        vintage = Vintage(
            table["name"],
            table["census"],
            table["start"],
            table.get("end"),
            table["base"],
            table["basis"],
            people,
            areas,
            tuple(sorted(set(used))),
        )
        _check(vintage)
        return vintage

    def _chain(self, links: list[list[str]], used: list[str]) -> Chain:
        """LSOA to area by one or more lookups, each `[file, from column, to column]`."""
        (source, start, end), *rest = links
        found = self._pairs(self.spec.file(source), start, end)
        used.append(source)
        for link in rest:
            step = (
                self.spec.settings["recodes"]
                if link == ["recodes"]
                else self._pairs(self.spec.file(link[0]), *link[1:])
            )
            used += [link[0]] if len(link) > 1 else []
            found = {lsoa: step.get(area, area) for lsoa, area in found.items()}
        return found

    def _between(self, table: dict[str, Any], used: list[str]) -> dict[str, Chain]:
        """Commissioner and system of a year without a lookup, from the lookups before and after (ruling 4).

        An LSOA keeps the commissioner of the year before where that one still exists, else it has that of the
        year after; those that went to `moved_to` on the day are told by the year after.
        """
        before, after = self._chain([table["before"]], used), self._chain([table["after"]], used)
        gss_of, system_of = self._chain([table["gss"]], used), self._chain([table["system"]], used)
        chosen: Chain = {}
        for lsoa, code in before.items():
            moved = after[lsoa] == table["moved_to"]
            chosen[lsoa] = code if code in gss_of and not moved else after[lsoa]
        return {
            "ccg": {lsoa: gss_of[code] for lsoa, code in chosen.items()},
            "system": {lsoa: system_of[code] for lsoa, code in chosen.items()},
        }

    def _pairs(self, file: SourceFile, start: str, end: str) -> Chain:
        found: Chain = {}
        for line, row in enumerate(self._rows(file), start=2):
            if start not in row or end not in row:
                raise SourceProblem(
                    f"{file.path} has no column {start if start not in row else end}",
                    hint=f"its columns: {', '.join(row)}",
                )
            key, value = row[start], row[end]
            if key and found.setdefault(key, value) != value:
                raise RowProblem(file.path, line, end, value, f"{found[key]}, as an earlier row says of {key}")
        return found

    def _rows(self, file: SourceFile) -> list[dict[str, str]]:
        if file.id not in self._tables:
            rows = [row for _, row in self.data.rows(file)]
            outside = sum(not _english(row) for row in rows) if file.settings.get("wales") else 0
            if outside:
                self.report.left_out(file.id, "outside England", outside)
            self.report.used(file.id, len(rows) - outside)
            self._tables[file.id] = [row for row in rows if _english(row)] if outside else rows
        return self._tables[file.id]


def _english(row: dict[str, str]) -> bool:
    return not any(value[:1] in "WSN" and value[1:3].isdigit() and len(value) == 9 for value in row.values())


def _check(vintage: Vintage) -> None:
    expected = LSOAS[vintage.census]
    for level, chain in vintage.areas.items():
        if level == "combined":
            continue
        if len(chain) != expected:
            raise SourceProblem(
                f"the {level} areas of {vintage.name} hold {len(chain)} LSOAs of census {vintage.census}, "
                f"England has {expected}",
                hint="use the exact lookup for all of England",
            )
        if lost := sorted(chain.keys() - vintage.people.keys()):
            raise SourceProblem(f"{len(lost)} LSOAs of {vintage.name} have no population, {lost[0]} first")


def _overlaps(vintage: Vintage, council: str, health: str) -> Iterator[Overlap]:
    """One overlap a pair of areas; a unitary council serves both tiers and is told once, with the lower tier."""
    lsoas: Counter[tuple[str, str]] = Counter()
    people: Counter[tuple[str, str]] = Counter()
    right_areas = vintage.areas[health]
    for lsoa, left in vintage.areas[council].items():
        pair = left, right_areas[lsoa]
        lsoas[pair] += 1
        people[pair] += vintage.people[lsoa]
    left_lsoas, left_people = _totals(lsoas, 0), _totals(people, 0)
    right_lsoas, right_people = _whole(vintage, right_areas)
    for (left, right), count in sorted(lsoas.items()):
        if council == "upper" and not left.startswith("E10"):
            continue
        persons = people[left, right]
        yield Overlap(
            left_gss=left,
            right_gss=right,
            lsoas=count,
            people=persons,
            people_share_of_left=round(persons / left_people[left], DIGITS),
            people_share_of_right=round(persons / right_people[right], DIGITS),
            lsoas_share_of_left=round(count / left_lsoas[left], DIGITS),
            lsoas_share_of_right=round(count / right_lsoas[right], DIGITS),
            population_base=vintage.base,
            vintage=vintage.name,
            basis="official" if vintage.basis == "official" else "derived",
            start_date=vintage.start,
            end_date=vintage.end,
            source_ids=vintage.source_ids,
        )


def _totals(counts: Counter[tuple[str, str]], side: int) -> Counter[str]:
    totals: Counter[str] = Counter()
    for pair, number in counts.items():
        totals[pair[side]] += number
    return totals


def _whole(vintage: Vintage, areas: Chain) -> tuple[Counter[str], Counter[str]]:
    people: Counter[str] = Counter()
    for lsoa, area in areas.items():
        people[area] += vintage.people[lsoa]
    return Counter(areas.values()), people


def _moves(before: Vintage, after: Vintage, bodies: Chain) -> Iterator[AreaMove]:
    """LSOAs whose system became another body on the day, counted by the council of the new state, both tiers."""
    lsoas: Counter[tuple[str, str, str]] = Counter()
    people: Counter[tuple[str, str, str]] = Counter()
    for lsoa, old in before.areas["system"].items():
        new = after.areas["system"][lsoa]
        if bodies.get(old, old) != bodies.get(new, new):
            for council in {after.areas["lower"][lsoa], after.areas["upper"][lsoa]}:
                lsoas[council, old, new] += 1
                people[council, old, new] += after.people[lsoa]
    for (council, old, new), count in sorted(lsoas.items()):
        yield AreaMove(
            council_gss=council,
            from_gss=old,
            to_gss=new,
            lsoas=count,
            people=people[council, old, new],
            population_base=after.base,
            effective_date=after.start,
            source_ids=tuple(sorted({*before.source_ids, *after.source_ids})),
        )
