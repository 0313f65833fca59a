"""Which councils and health systems share land on a day, and whose borders agree (MODEL "Boundary measures").

A council is split when its LSOAs fall in two or more systems; a system crosses when it holds part, not all, of a
split council. Both are told strictly and above a floor: parts below it are slivers. Of areas of a user's own (`own`, on
either side) only the land is known: a council that lies partly outside of them is split too.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import AfterValidator

from nhs_graph.graph.facts import Area, Coverage, Fact, Name, Overlap
from nhs_graph.graph.kinds import TIERS
from nhs_graph.graph.store import Selection, Store
from nhs_graph.queries.question import UNKNOWN, Params, Question, Row, Sources, on_graph

if TYPE_CHECKING:
    from nhs_graph.graph.projection import Graph

PairRelation = Literal["equal", "council_within_system", "system_within_council", "partial", "sliver"]
_WHOLE = {"equal", "council_within_system"}
LEFT = {**TIERS, "own": frozenset({"own"})}
"""Kinds of area that `council` asks for."""
NOTHING = 1e-6
"""Shares are rounded: those of all parts add up to a little more or less than 1."""


class BoundaryParams(Params):
    """The day, which councils and systems, what is counted, and below what a part is a sliver.

    `floor_share` is a share of the council, `floor_people` a number of people; either may be None. `own` are areas of a
    user's own, of which pairs, councils and systems are told by `area`; a pair that nobody counted so is absent.
    """

    as_of: date
    council: Literal["upper", "lower", "combined", "own"] = "upper"
    system: Literal["system", "ccg", "sicbl", "own"] = "system"
    measure: Literal["people", "lsoas", "area"] = "people"
    floor_share: float | None = 0.02
    floor_people: int | None = None


def kind_of(system: str) -> str:
    """The kind of area that `system` asks for: a sub-ICB location is what a commissioning group became."""
    return "ccg" if system == "sicbl" else system


class OverlapParams(BoundaryParams):
    """All pairs, or those of one council or one system."""

    council_id: str | None = None
    system_id: str | None = None


class CouncilParams(BoundaryParams):
    """Split councils, or with `include_all` the whole ones too; or one council, whatever its verdict."""

    council_id: str | None = None
    include_all: bool = False


class SystemParams(BoundaryParams):
    """Systems that cross councils, or with `include_all` the coterminous ones too; or one system."""

    system_id: str | None = None
    include_all: bool = False


class OverlapRow(Row):
    """A council and a system that share land; shares are between 0 and 1, by the measure asked for."""

    council_id: str
    council_gss: str
    council_name: str
    system_id: str
    system_gss: str
    system_name: str
    lsoas: int | None = UNKNOWN
    people: int | None = UNKNOWN
    share_of_council: float
    share_of_system: float
    measure: str
    sliver: bool
    relation: PairRelation
    vintage: str
    basis: str
    population_base: str
    sources: Sources


DIGITS = 9
"""Of a share: as many as the facts have, so that one divided here equals one divided at load."""
Share = Annotated[float, AfterValidator(lambda share: round(share, DIGITS))]


class SystemPart(Row):
    """The part of a council that lies in one system; `share` is of the council."""

    system_id: str
    system_gss: str
    system_name: str
    share: Share
    people: int | None
    sliver: bool


class CouncilPart(Row):
    """The part of a council that one system holds; `share` is of the council."""

    council_id: str
    council_gss: str
    council_name: str
    share: float
    people: int | None
    sliver: bool


class CouncilRow(Row):
    """A council, whether it is split, and its parts, the largest first."""

    council_id: str
    council_gss: str
    council_name: str
    verdict: Literal["whole", "split"]
    systems: int
    systems_above_floor: int
    parts: tuple[SystemPart, ...]
    vintage: str
    basis: str
    population_base: str
    sources: Sources


class SystemRow(Row):
    """A system, whether its borders cross councils, and the councils it holds, parts of split ones first."""

    system_id: str
    system_gss: str
    system_name: str
    verdict: Literal["coterminous", "crosses"]
    verdict_above_floor: Literal["coterminous", "crosses"]
    split_councils: int
    split_councils_above_floor: int
    parts: tuple[CouncilPart, ...]
    vintage: str
    basis: str
    population_base: str
    sources: Sources


def boundary_facts(store: Store, params: BoundaryParams) -> Iterator[Fact]:
    """Areas, overlaps, bodies and their names that a question of a day needs."""
    right = kind_of(params.system)
    areas = {area.gss: area for area in store.facts(Selection(Area, {"kind": {*LEFT[params.council], right}}))}
    health = {gss for gss, area in areas.items() if area.kind == right}
    pairs = {"right_gss": health, "left_gss": areas.keys() - health}
    overlaps = list(store.facts(Selection(Overlap, pairs, params.as_of)))
    used = {o.left_gss for o in overlaps} | {o.right_gss for o in overlaps}
    coverages = list(store.facts(Selection(Coverage, {"gss": used}, params.as_of)))
    systems = {c.organisation_id for c in coverages if c.gss in health}
    yield from (areas[gss] for gss in sorted(used))
    yield from overlaps
    yield from coverages
    yield from store.facts(Selection(Name, {"organisation_id": systems}, params.as_of))


def pairs_on(graph: "Graph", params: BoundaryParams) -> list[OverlapRow]:
    """Every pair at the date, by council name, the largest part first."""
    from nhs_graph.graph.projection import edges_in, edges_out, linked, nodes

    bodies = {
        area.gss: [
            (body[1], cover)
            for body, cover in edges_in(graph, ("Area", area.gss), Coverage)
            if cover.interval.holds(params.as_of)
        ]
        for area in nodes(graph, Area)
    }
    rows: list[OverlapRow] = []
    for council in nodes(graph, Area):
        for (_, gss), overlap in edges_out(graph, ("Area", council.gss), Overlap):
            if not overlap.interval.holds(params.as_of) or _shares(overlap, params.measure)[0] is None:
                continue
            for council_id, council_cover in bodies[council.gss]:
                for system_id, system_cover in bodies[gss]:
                    for name in linked(graph, ("Organisation", system_id), Name):
                        if name.window.certainty(params.as_of) is None:
                            continue
                        facts = (overlap, council_cover, system_cover, name)
                        ids = (council_id, council.gss, council.name, system_id, gss, name.name)
                        rows.append(_pair(ids, overlap, params, facts))
    return sorted(rows, key=_order)


def below_floor(params: BoundaryParams, share: float, people: int | None) -> bool:
    """Whether a part is too small to count; people that nobody counted are not few."""
    return (params.floor_share is not None and share < params.floor_share) or (
        params.floor_people is not None and people is not None and people < params.floor_people
    )


def _order(row: OverlapRow) -> tuple[str, str, float, str]:
    return row.council_name, row.council_id, -row.share_of_council, row.system_id


def _pair(
    ids: tuple[str, str, str, str, str, str], overlap: Overlap, params: BoundaryParams, facts: Iterable[Fact]
) -> OverlapRow:
    share, share_of_system = (told or 0.0 for told in _shares(overlap, params.measure))
    # LSOAs nest in both areas, so a whole is exactly all of them; people only weigh the parts.
    wholes = _shares(overlap, "area" if params.measure == "area" else "lsoas")
    sliver = wholes[0] != 1 and below_floor(params, share, overlap.people)
    return OverlapRow(
        council_id=ids[0],
        council_gss=ids[1],
        council_name=ids[2],
        system_id=ids[3],
        system_gss=ids[4],
        system_name=ids[5],
        lsoas=overlap.lsoas,
        people=overlap.people,
        share_of_council=share,
        share_of_system=share_of_system,
        measure=params.measure,
        sliver=sliver,
        relation=_relation(wholes[0] == 1, wholes[1] == 1, sliver=sliver),
        vintage=overlap.vintage,
        basis=overlap.basis,
        population_base=overlap.population_base,
        sources=tuple(source for fact in facts for source in fact.source_ids),
    )


def _shares(overlap: Overlap, measure: str) -> tuple[float | None, float | None]:
    """Of the council and of the system, by a measure."""
    if measure == "area":
        return overlap.area_share_of_left, overlap.area_share_of_right
    if measure == "lsoas":
        return overlap.lsoas_share_of_left, overlap.lsoas_share_of_right
    return overlap.people_share_of_left, overlap.people_share_of_right


def _relation(council_whole: bool, system_whole: bool, *, sliver: bool) -> PairRelation:
    if council_whole:
        return "equal" if system_whole else "council_within_system"
    if sliver:
        return "sliver"
    return "system_within_council" if system_whole else "partial"


def by_council(pairs: Iterable[OverlapRow]) -> dict[str, list[OverlapRow]]:
    """The pairs of each council, by its id."""
    return _grouped(pairs, "council_id")


def is_split(parts: list[OverlapRow]) -> bool:
    """Whether a council with these pairs lies in two systems, or partly in none."""
    return len(parts) > 1 or parts[0].relation not in _WHOLE


def is_split_above(parts: tuple[SystemPart, ...], params: BoundaryParams) -> bool:
    """Whether two or more parts of a split council are no slivers; what lies in no system is a part as well."""
    outside = round(1 - sum(part.share for part in parts), DIGITS)
    counted = outside > NOTHING and not below_floor(params, outside, None)
    return sum(not part.sliver for part in parts) + counted > 1


def system_parts(pairs: Iterable[OverlapRow]) -> tuple[SystemPart, ...]:
    """The pairs of one council as its parts, in the same order."""
    return tuple(
        SystemPart(
            system_id=pair.system_id,
            system_gss=pair.system_gss,
            system_name=pair.system_name,
            share=pair.share_of_council,
            people=pair.people,
            sliver=pair.sliver,
        )
        for pair in pairs
    )


def _overlaps(graph: "Graph", params: OverlapParams) -> list[OverlapRow]:
    return [
        row
        for row in pairs_on(graph, params)
        if params.council_id in (None, row.council_id) and params.system_id in (None, row.system_id)
    ]


def _councils(graph: "Graph", params: CouncilParams) -> list[CouncilRow]:
    rows: list[CouncilRow] = []
    for parts in by_council(pairs_on(graph, params)).values():
        first = parts[0]
        if params.council_id not in (None, first.council_id):
            continue
        if not (is_split(parts) or params.include_all or params.council_id):
            continue
        rows.append(
            CouncilRow(
                council_id=first.council_id,
                council_gss=first.council_gss,
                council_name=first.council_name,
                verdict="split" if is_split(parts) else "whole",
                systems=len(parts),
                systems_above_floor=sum(not part.sliver for part in parts),
                parts=system_parts(parts),
                vintage=first.vintage,
                basis=first.basis,
                population_base=first.population_base,
                sources=tuple(source for part in parts for source in part.sources),
            )
        )
    return rows


def _systems(graph: "Graph", params: SystemParams) -> list[SystemRow]:
    pairs = pairs_on(graph, params)
    councils = by_council(pairs)
    split = {key for key, parts in councils.items() if is_split(parts)}
    split_above = {key for key in split if is_split_above(system_parts(councils[key]), params)}
    rows: list[SystemRow] = []
    for parts in _grouped(pairs, "system_id").values():
        first = parts[0]
        crossed = sum(part.council_id in split for part in parts)
        above = sum(part.council_id in split_above and not part.sliver for part in parts)
        if params.system_id not in (None, first.system_id):
            continue
        if not (crossed or params.include_all or params.system_id):
            continue
        ordered = sorted(parts, key=lambda part: (part.share_of_council == 1, part.council_name, part.council_id))
        rows.append(
            SystemRow(
                system_id=first.system_id,
                system_gss=first.system_gss,
                system_name=first.system_name,
                verdict="crosses" if crossed else "coterminous",
                verdict_above_floor="crosses" if above else "coterminous",
                split_councils=crossed,
                split_councils_above_floor=above,
                parts=tuple(
                    CouncilPart(
                        council_id=part.council_id,
                        council_gss=part.council_gss,
                        council_name=part.council_name,
                        share=part.share_of_council,
                        people=part.people,
                        sliver=part.sliver,
                    )
                    for part in ordered
                ),
                vintage=first.vintage,
                basis=first.basis,
                population_base=first.population_base,
                sources=tuple(source for part in parts for source in part.sources),
            )
        )
    return sorted(rows, key=lambda row: (row.system_name, row.system_id))


def _grouped(rows: Iterable[OverlapRow], field: str) -> dict[str, list[OverlapRow]]:
    groups: dict[str, list[OverlapRow]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, field)].append(row)
    return groups


OVERLAPS = Question("boundaries_overlaps", OverlapParams, OverlapRow, on_graph(boundary_facts), _overlaps)
COUNCILS = Question("boundaries_councils", CouncilParams, CouncilRow, on_graph(boundary_facts), _councils)
SYSTEMS = Question("boundaries_systems", SystemParams, SystemRow, on_graph(boundary_facts), _systems)
