"""What would become whole or split if systems merged, or if councils went to another system.

A merged system is named by its parts, joined by `+`. A council that moves goes as a whole, to a system of the day;
of several moves of one council the last counts. A system that merges, or of which nothing is left, ends, and those that
took its land are its heirs: a council that an heir took has not moved, as in `boundaries diff` (MODEL section 2).
"""

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from nhs_graph.graph.errors import UsageProblem
from nhs_graph.graph.facts import Area, Coverage
from nhs_graph.graph.store import Store
from nhs_graph.queries.boundaries import (
    BoundaryParams,
    OverlapRow,
    SystemPart,
    below_floor,
    boundary_facts,
    by_council,
    pairs_on,
    system_parts,
)
from nhs_graph.queries.boundary_diff import Change, change_of
from nhs_graph.queries.question import Question, Row, Sources, on_graph

if TYPE_CHECKING:
    from nhs_graph.graph.projection import Graph


ALL = 1 - 1e-6
"""Shares are rounded: those of all parts add up to a little more or less than 1."""


class WhatIfParams(BoundaryParams):
    """Systems that would merge, no id twice, and councils that would move, each with the system it goes to."""

    merges: tuple[tuple[str, ...], ...] = ()
    moves: tuple[tuple[str, str], ...] = ()
    include_all: bool = False


class WhatIfRow(Row):
    """A council now and then; `moved` is one of which a system that goes on lost LSOAs, with the same verdict."""

    council_id: str
    council_gss: str
    council_name: str
    change: Change
    before: tuple[SystemPart, ...]
    after: tuple[SystemPart, ...]
    vintage: str
    basis: str
    population_base: str
    sources: Sources


def _what_if(graph: "Graph", params: WhatIfParams) -> list[WhatIfRow]:
    pairs = pairs_on(graph, params)
    systems = {pair.system_id: pair for pair in pairs}
    sent = dict(params.moves)
    ended = _ended(params, pairs, sent)
    rows: list[WhatIfRow] = []
    for council, old in by_council(pairs).items():
        new = _regrouped(params, old, sent.get(council), systems)
        moved = any(_sent(params, pair, sent) and pair.system_id not in ended for pair in old)
        first = old[0]
        rows.append(
            WhatIfRow(
                council_id=council,
                council_gss=first.council_gss,
                council_name=first.council_name,
                change=change_of(len(old), len(new), moved=moved),
                before=system_parts(old),
                after=new,
                vintage=first.vintage,
                basis=first.basis,
                population_base=first.population_base,
                sources=tuple(source for pair in old for source in pair.sources),
            )
        )
    return [row for row in rows if params.include_all or row.change != "unchanged"]


def _group(params: WhatIfParams, system: str) -> tuple[str, ...]:
    """The systems with which one merges, itself among them."""
    return next((merge for merge in params.merges if system in merge), (system,))


def _sent(params: WhatIfParams, pair: OverlapRow, sent: dict[str, str]) -> bool:
    """Whether a part of a council would leave its system, and what that merges with."""
    return _group(params, sent.get(pair.council_id, pair.system_id)) != _group(params, pair.system_id)


def _ended(params: WhatIfParams, pairs: list[OverlapRow], sent: dict[str, str]) -> set[str]:
    """Systems that merge, and those of which all land would go to others."""
    lost: defaultdict[str, float] = defaultdict(float)
    for pair in pairs:
        lost[pair.system_id] += pair.share_of_system if _sent(params, pair, sent) else 0
    merged = {system for merge in params.merges for system in merge if len(merge) > 1}
    return merged | {system for system, share in lost.items() if share > ALL}


def _regrouped(
    params: WhatIfParams, old: list[OverlapRow], target: str | None, systems: dict[str, OverlapRow]
) -> tuple[SystemPart, ...]:
    """The parts of one council when its LSOAs went to the target, and systems have merged."""
    people: Counter[tuple[str, ...]] = Counter()
    lsoas: Counter[tuple[str, ...]] = Counter()
    for pair in old:
        group = _group(params, target or pair.system_id)
        people[group] += pair.people or 0
        lsoas[group] += pair.lsoas or 0
    counted = people if params.measure == "people" else lsoas
    parts: list[tuple[float, SystemPart]] = []
    for group, number in counted.items():
        share = number / counted.total()
        known = [systems[system] for system in group if system in systems]
        part = SystemPart(
            system_id="+".join(group),
            system_gss="+".join(row.system_gss for row in known),
            system_name=" + ".join(row.system_name for row in known),
            share=share,
            people=people[group],
            sliver=len(counted) > 1 and below_floor(params, share, people[group]),
        )
        parts.append((share, part))
    return tuple(part for _, part in sorted(parts, key=lambda item: (-item[0], item[1].system_id)))


WHAT_IF = Question("boundaries_whatif", WhatIfParams, WhatIfRow, on_graph(boundary_facts), _what_if)


def check_named(store: Store, params: WhatIfParams) -> None:
    """Raise UsageProblem for a system or council that is named but is not on the map of the day, or named twice."""
    merged = [system for merge in params.merges for system in merge]
    if twice := [system for system, number in Counter(merged).items() if number > 1]:
        raise UsageProblem(
            f"{twice[0]} is named in two merges", hint="name a system once, with all that it merges with"
        )
    if any(len(merge) < 2 for merge in params.merges):
        raise UsageProblem("a merge needs at least two systems", hint="write --merge QHG,QUE,QM7")
    facts = list(boundary_facts(store, params))
    health = {fact.gss for fact in facts if isinstance(fact, Area) and fact.kind in {"system", "ccg"}}
    covers = [fact for fact in facts if isinstance(fact, Coverage)]
    systems = {cover.organisation_id for cover in covers if cover.gss in health}
    councils = {cover.organisation_id for cover in covers if cover.gss not in health}
    told = "system" if params.system == "system" else "commissioner"
    for system in (*merged, *(system for _, system in params.moves)):
        if system not in systems:
            raise UsageProblem(
                f"{system} holds no land as a {told} on {params.as_of}", hint="nhs-graph boundaries systems --all"
            )
    for council, _ in params.moves:
        if council not in councils:
            raise UsageProblem(
                f"{council} is no council of --council {params.council} on {params.as_of}",
                hint="add --council upper, lower or combined, or another --as-of",
            )
