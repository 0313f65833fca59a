"""What changed between councils and systems from one day to another.

A council is followed by its register code. One whose whole system merged or was renamed is unchanged unless its
verdict changed; it is `moved` when LSOAs of it went to a system that is no heir of theirs (CLI.md `boundaries diff`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from nhs_graph.graph.facts import Area, AreaMove, Coverage, Fact, Succession
from nhs_graph.graph.interval import DAY
from nhs_graph.graph.store import Selection, Store
from nhs_graph.queries.boundaries import (
    BoundaryParams,
    OverlapRow,
    SystemPart,
    boundary_facts,
    by_council,
    pairs_on,
    system_parts,
)
from nhs_graph.queries.question import UNKNOWN, Question, Row, Sources, on_graph

if TYPE_CHECKING:
    from nhs_graph.graph.projection import Graph

Change = Literal["fixed", "broken", "moved", "began", "ended", "unchanged"]


class DiffParams(BoundaryParams):
    """Two days: `since` is the earlier one, `as_of` the later."""

    since: date
    include_all: bool = False


class Moved(Row):
    """LSOAs and people that went from one system to another, counted on the day that they went."""

    from_system: str
    to_system: str
    lsoas: int
    people: int


class DiffRow(Row):
    """A council on two days.

    `moved` adds up the hand-overs in between; it is None where they are not known, and `moved_unknown` says why.
    `vintage`, `basis` and `population_base` tell both days, `ICB24 x LAD25 to ICB26 x LAD25`, where they differ.
    """

    council_id: str
    council_gss: str
    council_name: str
    change: Change
    before: tuple[SystemPart, ...]
    after: tuple[SystemPart, ...]
    moved: tuple[Moved, ...] | None = UNKNOWN
    moved_unknown: str | None
    vintage: str
    basis: str
    population_base: str
    sources: Sources


def change_of(before: int, after: int, *, moved: bool) -> Change:
    """The change of a council that had `before` parts and has `after`; `moved` when LSOAs went elsewhere."""
    if not before:
        return "began"
    if not after:
        return "ended"
    if (before > 1) != (after > 1):
        return "fixed" if before > 1 else "broken"
    return "moved" if moved else "unchanged"


def _facts(store: Store, params: DiffParams) -> Iterator[Fact]:
    """The boundaries of both days, and what handed LSOAs over in between."""
    found: dict[tuple[str, str], Fact] = {}
    earlier = params.model_copy(update={"as_of": params.since})
    for fact in (*boundary_facts(store, earlier), *boundary_facts(store, params)):
        found[type(fact).__name__, fact.key] = fact
    moves = [move for move in store.facts(Selection(AreaMove)) if params.since < move.effective_date <= params.as_of]
    systems = list(store.facts(Selection(Area, {"kind": {"system"}})))
    areas = {area.gss for area in systems} | {move.council_gss for move in moves}
    coverages = list(store.facts(Selection(Coverage, {"gss": areas})))
    left = {move.from_gss for move in moves}
    before = {cover.organisation_id for cover in coverages if cover.gss in left}
    steps = store.facts(Selection(Succession, {"predecessor_id": before}))
    for fact in (*moves, *systems, *coverages, *steps):
        found[type(fact).__name__, fact.key] = fact
    yield from found.values()


def _diff(graph: "Graph", params: DiffParams) -> list[DiffRow]:
    earlier = params.model_copy(update={"as_of": params.since})
    before, after = by_council(pairs_on(graph, earlier)), by_council(pairs_on(graph, params))
    unknown = _unknown(graph, params)
    moves: dict[str, HandOvers] = {} if unknown else _hand_overs(graph, params)
    rows = [
        _row(before.get(council, []), after.get(council, []), moves.get(council, {}), unknown)
        for council in before.keys() | after.keys()
    ]
    shown = [row for row in rows if params.include_all or row.change != "unchanged"]
    return sorted(shown, key=lambda row: (row.council_name, row.council_id))


@dataclass
class HandOver:
    """What went from one system to another; `heir` while every step was to an heir of the system left."""

    lsoas: int = 0
    people: int = 0
    heir: bool = True
    sources: frozenset[str] = frozenset()


HandOvers = dict[tuple[str, str], HandOver]
"""By the systems left and reached."""


def _row(old: list[OverlapRow], new: list[OverlapRow], moves: HandOvers, unknown: str | None) -> DiffRow:
    known = (new or old)[0]
    ends = [parts[0] for parts in (old, new) if parts]
    moved = tuple(
        Moved(from_system=left, to_system=reached, lsoas=step.lsoas, people=step.people)
        for (left, reached), step in sorted(moves.items())
    )
    sources = [source for row in (*old, *new) for source in row.sources]
    return DiffRow(
        council_id=known.council_id,
        council_gss=known.council_gss,
        council_name=known.council_name,
        change=change_of(len(old), len(new), moved=not all(step.heir for step in moves.values())),
        before=system_parts(old),
        after=system_parts(new),
        moved=None if unknown else moved,
        moved_unknown=unknown,
        vintage=" to ".join(dict.fromkeys(end.vintage for end in ends)),
        basis=" to ".join(dict.fromkeys(end.basis for end in ends)),
        population_base=" to ".join(dict.fromkeys(end.population_base for end in ends)),
        sources=(*sources, *(source for step in moves.values() for source in step.sources)),
    )


def _unknown(graph: "Graph", params: DiffParams) -> str | None:
    """Why it is not known what moved.

    A GSS code changes whenever its boundary does (MODEL section 2): on a day when a system got a new one, land was
    handed over, and somebody must have counted it.
    """
    from nhs_graph.graph.projection import edges_in, nodes

    if params.system != "system" or params.council == "combined":
        return "moves are counted between systems only, by councils of the upper and lower tier"
    counted = {move.effective_date for move in nodes(graph, AreaMove)}
    days = {
        cover.start_date
        for area in nodes(graph, Area)
        if area.kind == "system"
        for _, cover in edges_in(graph, ("Area", area.gss), Coverage)
        if cover.start_date and params.since < cover.start_date <= params.as_of
    }
    missing = sorted(days - counted)
    return f"moves of {', '.join(str(day) for day in missing)} were not counted" if missing else None


def _hand_overs(graph: "Graph", params: DiffParams) -> dict[str, HandOvers]:
    """By the council of the day: what its LSOAs left and reached."""
    from nhs_graph.graph.projection import edges_in, edges_out, nodes

    def bodies(gss: str, day: date) -> list[str]:
        covers = edges_in(graph, ("Area", gss), Coverage)
        return [node[1] for node, cover in covers if cover.interval.holds(day)]

    totals: dict[str, HandOvers] = {}
    for move in nodes(graph, AreaMove):
        day = move.effective_date
        if not params.since < day <= params.as_of:
            continue
        for council in bodies(move.council_gss, day):
            for left in bodies(move.from_gss, day - DAY):
                steps = edges_out(graph, ("Organisation", left), Succession)
                heirs = {step.successor_id for _, step in steps if step.effective_date == day}
                for reached in bodies(move.to_gss, day):
                    told = totals.setdefault(council, {}).setdefault((left, reached), HandOver())
                    told.lsoas += move.lsoas
                    told.people += move.people
                    told.heir &= reached in heirs
                    told.sources |= set(move.source_ids)
    return totals


DIFF = Question("boundaries_diff", DiffParams, DiffRow, on_graph(_facts), _diff)
