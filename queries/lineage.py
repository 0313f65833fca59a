"""Where a body came from and who carried it on (MODEL "Change events").

Time runs along a line: a body inherits through another only what had reached that one by then. The same code
under an earlier name is a parent too: an acquirer that took a new name is one body, and its earlier self stands
beside the body it took over.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Literal

from nhs_graph.graph.facts import ChangeEvent, Fact, Name, Organisation, Party, Succession
from nhs_graph.graph.interval import DAY
from nhs_graph.graph.store import Selection, Store
from nhs_graph.queries.question import UNKNOWN, Params, Question, Row, Sources, on_graph

if TYPE_CHECKING:
    from nhs_graph.graph.projection import Graph, Node

Relation = Literal["succession", "same_code_earlier_name"]
Step = tuple["Node", "Node", Succession]


class LineageParams(Params):
    """The body, which way to look, and the day: later events had not happened by then."""

    organisation_id: str
    direction: Literal["both", "back", "forward"] = "both"
    as_of: date


class LineageRow(Row):
    """One hand-over. Names are those of the last day before it and of its day; `depth` is the number of steps.

    `weight` is the successor's share of the predecessor, None where no basis is known.
    """

    predecessor_id: str
    predecessor_name: str | None = UNKNOWN
    successor_id: str
    successor_name: str | None = UNKNOWN
    effective_date: date
    kind: str
    press_kind: str | None
    relation: Relation
    weight: float | None = UNKNOWN
    weight_basis: str | None
    event_id: str
    depth: int
    sources: Sources


def facts_of_lineage(store: Store, ids: Iterable[str]) -> Iterator[Fact]:
    """All bodies that lineage connects with the given ones, their names, successions and events.

    Of an event's parties only those of an acquisition matter: was the successor there before?
    """
    bodies = store.connected(list(ids))
    successions = list(store.facts(Selection(Succession, {"predecessor_id": bodies})))
    events = list(store.facts(Selection(ChangeEvent, {"id": {step.event_id for step in successions}})))
    taken_over = {event.id for event in events if event.kind == "acquisition"}
    yield from store.facts(Selection(Organisation, {"id": bodies}))
    yield from store.facts(Selection(Name, {"organisation_id": bodies}))
    yield from successions
    yield from events
    yield from store.facts(Selection(Party, {"event_id": taken_over}))


def steps(graph: "Graph", start: str, as_of: date, *, back: bool) -> dict[str, tuple[Succession, int]]:
    """Successions reachable from a body in one direction, by key, each with its least number of steps.

    Looking back, a step must not be later than the one it leads on to; looking forward, not earlier. Each
    succession is visited once, so cycles end.
    """
    from nhs_graph.graph.projection import edges_in, edges_out

    def onward(body: str, last: Succession | None) -> Iterator[Succession]:
        here = ("Organisation", body)
        for _, step in edges_in(graph, here, Succession) if back else edges_out(graph, here, Succession):
            if step.effective_date > as_of:
                continue
            if last is None or (
                step.effective_date <= last.effective_date if back else step.effective_date >= last.effective_date
            ):
                yield step

    reached: dict[str, tuple[Succession, int]] = {}
    frontier = list(onward(start, None))
    depth = 1
    while frontier:
        fresh = {step.key: step for step in frontier if step.key not in reached}
        reached |= {key: (step, depth) for key, step in fresh.items()}
        frontier = [
            after
            for step in fresh.values()
            for after in onward(step.predecessor_id if back else step.successor_id, step)
        ]
        depth += 1
    return reached


def name_on(graph: "Graph", organisation_id: str, day: date) -> Name | None:
    """The name a body is shown under on a day."""
    from nhs_graph.graph.projection import linked

    names = linked(graph, ("Organisation", organisation_id), Name)
    return min((name for name in names if name.window.certainty(day)), key=lambda n: n.key, default=None)


def _show(graph: "Graph", params: LineageParams) -> list[LineageRow]:
    start, day = params.organisation_id, params.as_of
    older = steps(graph, start, day, back=True) if params.direction != "forward" else {}
    later = steps(graph, start, day, back=False) if params.direction != "back" else {}
    found = later | {key: (step, min(depth, later.get(key, (step, depth))[1])) for key, (step, depth) in older.items()}
    rows: dict[tuple[str, str, str], LineageRow] = {}
    for step, depth in sorted(found.values(), key=lambda pair: pair[1]):
        for row in rows_of(graph, step, depth, parent=step.key in older):
            rows.setdefault((row.predecessor_id, row.successor_id, row.event_id), row)
    return sorted(rows.values(), key=order)


def order(row: LineageRow) -> tuple[int, int, str, str, str]:
    """Near hand-overs first, then late ones."""
    return row.depth, -row.effective_date.toordinal(), row.successor_id, row.predecessor_id, row.event_id


def renamed(graph: "Graph", step: Succession) -> tuple[Name, Name] | None:
    """The old and the new name of an acquirer that took a new one with a step; None where it did not."""
    from nhs_graph.graph.projection import edges_out, node

    event = node(graph, ChangeEvent, step.event_id)
    if event is None or event.kind != "acquisition":
        return None
    parties = edges_out(graph, ("ChangeEvent", event.id), Party)
    if not any(party.side == "original" and party.organisation_id == step.successor_id for _, party in parties):
        return None
    old = name_on(graph, step.successor_id, step.effective_date - DAY)
    new = name_on(graph, step.successor_id, step.effective_date)
    return (old, new) if old and new and old.name != new.name else None


def rows_of(graph: "Graph", step: Succession, depth: int, *, parent: bool) -> Iterator[LineageRow]:
    """The row of a step, and where it leads back to an acquirer that took a new name, the row of its earlier self."""
    from nhs_graph.graph.projection import node

    event = node(graph, ChangeEvent, step.event_id)
    if event is None:
        return
    day = step.effective_date
    old = name_on(graph, step.predecessor_id, day - DAY)
    new = name_on(graph, step.successor_id, day)

    def row(predecessor: str, name: Name | None, relation: Relation, sources: tuple[str, ...]) -> LineageRow:
        succession = relation == "succession"
        return LineageRow(
            predecessor_id=predecessor,
            predecessor_name=name.name if name else None,
            successor_id=step.successor_id,
            successor_name=new.name if new else None,
            effective_date=day,
            kind=event.kind,
            press_kind=event.press_kind,
            relation=relation,
            weight=step.weight if succession else None,
            weight_basis=step.weight_basis if succession else None,
            event_id=event.id,
            depth=depth,
            sources=sources,
        )

    yield row(step.predecessor_id, old, "succession", step.source_ids + event.source_ids)
    if parent and (names := renamed(graph, step)):
        earlier, later = names
        sources = event.source_ids + earlier.source_ids + later.source_ids
        yield row(step.successor_id, earlier, "same_code_earlier_name", sources)


SHOW = Question(
    "lineage_show",
    LineageParams,
    LineageRow,
    on_graph(lambda store, params: facts_of_lineage(store, [params.organisation_id])),
    _show,
)
