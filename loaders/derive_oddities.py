"""Successions that cannot be read as one body after another: circles, and bodies that passed on on their first day.

Neither is dropped, for each pair may be right by itself; each is named, so that a reader of a long line of ancestors
can see why it turns back or jumps. Pairs with two days and codes that succeed themselves are named where a file is read
(successions.py, own_successions.py).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from nhs_graph.graph.facts import Conflict, Succession
from nhs_graph.loaders.factset import FactSet

CIRCLE, HOP = "circle of successions", "same-day hop"


def apply(found: FactSet) -> None:
    """List every circle and every same-day hop among the conflicts, in place of those listed before."""
    others = [conflict for conflict in found.of(Conflict) if conflict.fact not in {CIRCLE, HOP}]
    steps = found.of(Succession)
    found.put(Conflict, [*others, *_circles(steps), *_hops(steps)])


def _hops(steps: Iterable[Succession]) -> Iterator[Conflict]:
    """A body that came from another and went into a third on one day. A chain of n hops is told by its n - 1 bodies."""
    left: dict[tuple[str, date], list[Succession]] = defaultdict(list)
    for step in steps:
        left[step.predecessor_id, step.effective_date].append(step)
    for first in steps:
        for second in left[first.successor_id, first.effective_date]:
            yield _conflict(first.successor_id, HOP, [first], second)


def _circles(steps: Iterable[Succession]) -> Iterator[Conflict]:
    """Bodies of which each leads to each other, with all successions between them; the last of these closes the circle.

    A row tells one such set of bodies: where circles share bodies, their number has no bound.
    """
    from networkx import DiGraph, strongly_connected_components

    graph: DiGraph[str] = DiGraph((step.predecessor_id, step.successor_id) for step in steps)
    place = {body: number for number, part in enumerate(strongly_connected_components(graph)) for body in part}
    inside: dict[int, list[Succession]] = defaultdict(list)
    for step in steps:
        if place[step.predecessor_id] == place[step.successor_id]:
            inside[place[step.predecessor_id]].append(step)
    for circle in inside.values():
        *earlier, last = sorted(circle, key=lambda step: (step.effective_date, step.key))
        yield _conflict(last.successor_id, CIRCLE, earlier, last)


def _conflict(body: str, fact: str, earlier: list[Succession], last: Succession) -> Conflict:
    return Conflict(
        organisation_id=body,
        fact=fact,
        value_a="; ".join(map(_told, earlier)),
        source_a=earlier[0].source_ids[0],
        value_b=_told(last),
        source_b=last.source_ids[0],
        source_ids=tuple(sorted({source for step in (*earlier, last) for source in step.source_ids})),
    )


def _told(step: Succession) -> str:
    return f"{step.predecessor_id} to {step.successor_id} on {step.effective_date}"
