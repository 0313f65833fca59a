"""Whether the borders of a system agree with those of its councils, or of one council, and why not."""

from typing import Literal

from nhs_graph.graph.errors import UsageProblem
from nhs_graph.graph.store import Store
from nhs_graph.queries.boundaries import (
    OVERLAPS,
    SYSTEMS,
    BoundaryParams,
    OverlapParams,
    OverlapRow,
    SystemParams,
    SystemRow,
)
from nhs_graph.queries.boundary_days import check_covered
from nhs_graph.queries.question import Engine, Row, Sources

Verdict = Literal[
    "coterminous", "crosses", "council_within_system", "system_within_council", "partial", "sliver", "apart"
]


class CoterminousParams(BoundaryParams):
    """A system, and one council or all that it holds land of."""

    system_id: str
    council_id: str | None = None


class CoterminousRow(Row):
    """The answer of a check.

    Of a system: `coterminous` when its councils are exactly wholes, else `crosses`. Of a pair: `coterminous` when both
    are the same land, `apart` when they share none, else the relation of the pair; then there is no
    `verdict_above_floor`, the relation says `sliver`.
    """

    system_id: str
    council_id: str | None
    verdict: Verdict
    reason: str
    vintage: str
    verdict_above_floor: Verdict | None
    basis: str
    population_base: str
    sources: Sources


def coterminous(store: Store, params: CoterminousParams, engine: Engine = "auto") -> CoterminousRow:
    """The check of one system.

    Raises UsageProblem when the system holds no land on the day, or no vintage covers the day.
    """
    common = params.model_dump(exclude={"system_id", "council_id"})
    rows = SYSTEMS.run(store, SystemParams(**common, system_id=params.system_id), engine)
    if not rows:
        check_covered(store, params)
        raise UsageProblem(
            f"{params.system_id} holds no land as a {params.system} on {params.as_of}",
            hint=f"nhs-graph boundaries systems --all --as-of {params.as_of}",
        )
    if params.council_id is None:
        return _of_system(rows[0])
    ids = {"system_id": params.system_id, "council_id": params.council_id}
    pairs = OVERLAPS.run(store, OverlapParams(**common, **ids), engine)
    return _of_pair(rows[0], params.council_id, pairs[0] if pairs else None)


def _of_system(row: SystemRow) -> CoterminousRow:
    split = [part for part in row.parts if part.share < 1]
    told = ", ".join(
        f"{part.council_name} ({100 * part.share:.1f}%{', sliver' if part.sliver else ''})" for part in split
    )
    whole = f"{len(row.parts) - len(split)} councils whole"
    return CoterminousRow(
        system_id=row.system_id,
        council_id=None,
        verdict=row.verdict,
        reason=f"holds part of {told} and {whole}" if split else f"holds {whole}",
        vintage=row.vintage,
        verdict_above_floor=row.verdict_above_floor,
        basis=row.basis,
        population_base=row.population_base,
        sources=row.sources,
    )


def _of_pair(row: SystemRow, council_id: str, pair: OverlapRow | None) -> CoterminousRow:
    verdict: Verdict = "apart" if pair is None else "coterminous" if pair.relation == "equal" else pair.relation
    shares = (
        f"{100 * pair.share_of_council:.1f}% of the council is {100 * pair.share_of_system:.1f}% of the system"
        if pair
        else "they share no LSOA"
    )
    return CoterminousRow(
        system_id=row.system_id,
        council_id=council_id,
        verdict=verdict,
        reason=shares,
        vintage=row.vintage,
        verdict_above_floor=None,
        basis=row.basis,
        population_base=row.population_base,
        sources=pair.sources if pair else row.sources,
    )
