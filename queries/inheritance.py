"""Who carries a body on, where it came from and by which way, each with its share (trails.py).

Statutory successions count, also where a code lives on as that of a sub-ICB location.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from nhs_graph.graph.facts import Classification, Fact, Organisation, Succession
from nhs_graph.graph.interval import DAY, Interval, end_text, start_text
from nhs_graph.graph.store import Selection, Store
from nhs_graph.queries.lineage import LineageRow, Relation, facts_of_lineage, name_on, order, renamed, rows_of
from nhs_graph.queries.question import UNKNOWN, Params, Question, Row, Sources, on_graph
from nhs_graph.queries.trails import Share, ShareBasis, Trail, bases_of, share_of, total, trails_from, trails_to

if TYPE_CHECKING:
    from nhs_graph.graph.projection import Graph


class BodyParams(Params):
    """The body, and the day: later events had not happened by then."""

    organisation_id: str
    as_of: date


class PathParams(Params):
    """The older and the younger body, and the day: later events had not happened by then."""

    from_id: str
    to_id: str
    as_of: date


class HeirRow(Row):
    """A body that carries another on. `path` is the shortest way there, `share` the sum over all ways.

    `locations` are the bodies on the way whose code is that of a sub-ICB location on the day.
    """

    id: str
    name: str | None = UNKNOWN
    share: Share = UNKNOWN
    share_basis: ShareBasis
    path: tuple[str, ...]
    locations: Sources
    sources: Sources


class OriginRow(Row):
    """An ancestor under its last name before it passed on; `root` says that nothing older is known.

    `depth` is the least number of hand-overs between, `share` the part of it that came to the body. The earlier self
    of a body that took a new name ends with that name.
    """

    id: str
    name: str | None = UNKNOWN
    start_date: str | None = UNKNOWN
    end_date: str | None
    depth: int
    root: bool
    relation: Relation
    share: Share = UNKNOWN
    share_basis: ShareBasis
    sources: Sources


def _heir_facts(store: Store, params: BodyParams) -> Iterator[Fact]:
    found = list(facts_of_lineage(store, [params.organisation_id]))
    bodies = {fact.id for fact in found if isinstance(fact, Organisation)}
    yield from found
    yield from store.facts(Selection(Classification, {"organisation_id": bodies, "kind": {"sicbl"}}, params.as_of))


def _heirs(graph: "Graph", params: BodyParams) -> list[HeirRow]:
    from nhs_graph.graph.projection import node

    day, start = params.as_of, params.organisation_id
    ends: dict[str, list[Trail]] = {}
    for trail in trails_from(graph, start, day):
        ends.setdefault(trail[-1].successor_id if trail else start, []).append(trail)
    rows: list[HeirRow] = []
    for body, trails in ends.items():
        heir = node(graph, Organisation, body)
        share = total(share_of(graph, trail, day) for trail in trails)
        if heir is None or not Interval(None, heir.end_date).holds(day) or share == 0:
            continue
        passed = {step.predecessor_id for trail in trails for step in trail} - {body}
        name = name_on(graph, body, day)
        rows.append(
            HeirRow.model_validate(
                {
                    "id": body,
                    "name": name.name if name else None,
                    "share": share,
                    "share_basis": _bases(share, trails),
                    "path": min(((start, *(step.successor_id for step in trail)) for trail in trails), key=_length),
                    "locations": tuple(code for code in passed if _is_location(graph, code, day)),
                    "sources": heir.source_ids + _sources(trails),
                }
            )
        )
    return sorted(rows, key=lambda row: (row.share is None, -round(row.share or 0, 6), row.id))


def _bases(share: float | None, trails: Iterable[Trail]) -> list[str | None] | None:
    return None if share is None else [basis for trail in trails for basis in bases_of(trail)]


def _sources(trails: Iterable[Trail]) -> tuple[str, ...]:
    return tuple(source for trail in trails for step in trail for source in step.source_ids)


def _length(path: tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    return len(path), path


def _is_location(graph: "Graph", code: str, day: date) -> bool:
    from nhs_graph.graph.projection import linked

    kinds = linked(graph, ("Organisation", code), Classification)
    return any(item.kind == "sicbl" and item.window.certainty(day) for item in kinds)


def _origins(graph: "Graph", params: BodyParams) -> list[OriginRow]:
    """Ancestors by trails that lead to the body; an acquirer's earlier self by the trails after its own event."""
    older: dict[str, tuple[list[Trail], int, date]] = {}
    selves: dict[tuple[str, date], tuple[set[Trail], int]] = {}
    for trail in trails_to(graph, params.organisation_id, params.as_of):
        first, depth = trail[0], len(trail)
        trails, least, day = older.get(first.predecessor_id, ([], depth, first.effective_date))
        older[first.predecessor_id] = [*trails, trail], min(least, depth), max(day, first.effective_date)
        if renamed(graph, first):
            key = first.successor_id, first.effective_date
            rest, least = selves.get(key, (set[Trail](), depth))
            selves[key] = rest | {trail[1:]}, min(least, depth)
    rows = [
        _origin(graph, params.as_of, body, trails, depth, day, "succession")
        for body, (trails, depth, day) in older.items()
    ] + [
        _origin(graph, params.as_of, body, list(rest), depth, day, "same_code_earlier_name")
        for (body, day), (rest, depth) in selves.items()
    ]
    return sorted(rows, key=lambda row: (row.depth, row.id, row.relation, row.end_date or ""))


def _origin(
    graph: "Graph", as_of: date, body: str, trails: list[Trail], depth: int, day: date, relation: Relation
) -> OriginRow:
    from nhs_graph.graph.projection import edges_in, node

    here = node(graph, Organisation, body)
    name = name_on(graph, body, day - DAY)
    earlier_self = relation == "same_code_earlier_name"
    share = total(share_of(graph, trail, as_of) for trail in trails)
    until = day - DAY if earlier_self else day
    end = day.isoformat() if earlier_self else here and end_text(here.end_date, here.end_precision)
    return OriginRow.model_validate(
        {
            "id": body,
            "name": name.name if name else None,
            "start_date": here and start_text(here.start_date, here.start_precision),
            "end_date": end,
            "depth": depth,
            "root": not any(s.effective_date <= until for _, s in edges_in(graph, ("Organisation", body), Succession)),
            "relation": relation,
            "share": share,
            "share_basis": _bases(share, trails),
            "sources": (here.source_ids if here else ()) + (name.source_ids if name else ()) + _sources(trails),
        }
    )


def _path(graph: "Graph", params: PathParams) -> list[LineageRow]:
    steps: dict[str, tuple[Succession, int]] = {}
    for trail in trails_to(graph, params.to_id, params.as_of):
        if trail[0].predecessor_id == params.from_id:
            for depth, step in enumerate(trail, start=1):
                steps[step.key] = step, min(depth, steps.get(step.key, (step, depth))[1])
    rows = [row for step, depth in steps.values() for row in rows_of(graph, step, depth, parent=False)]
    return sorted(rows, key=order)


HEIRS = Question("lineage_heirs", BodyParams, HeirRow, on_graph(_heir_facts), _heirs)
ORIGINS = Question(
    "lineage_origins",
    BodyParams,
    OriginRow,
    on_graph(lambda store, params: facts_of_lineage(store, [params.organisation_id])),
    _origins,
)
PATH = Question(
    "lineage_path",
    PathParams,
    LineageRow,
    on_graph(lambda store, params: facts_of_lineage(store, [params.from_id])),
    _path,
)
