"""Events of the bundle of which a user's file knows more: taken apart, so that all pairs of a day are typed together.

The rules look at all pairs of a day that have a predecessor or a successor in common. A pair of the file that has one
in common with an event of the bundle belongs to that event: a new code for one body, say, becomes a merger of two. What
a curated row says against the rules or without the register stays as it is.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from nhs_graph.graph.facts import ChangeEvent, Conflict, Party, Succession
from nhs_graph.loaders.base import RegisterPair
from nhs_graph.loaders.curated_events import Row
from nhs_graph.loaders.event_rules import Bodies, grouping_keys
from nhs_graph.loaders.factset import FactSet

_SIDES = ("original", "result")


@dataclass
class Apart:
    """What was taken out of the facts: pairs, the successions made of them, and the curated rows that spoke of them."""

    pairs: list[RegisterPair] = field(default_factory=list[RegisterPair])
    edges: dict[str, Succession] = field(default_factory=dict[str, Succession])
    rows: list[Row] = field(default_factory=list[Row])


def taken_apart(found: FactSet, fresh: list[RegisterPair], bodies: Bodies) -> Apart:
    """Take every event that a rule typed and fresh pairs belong to out of the facts."""
    apart = Apart()
    parties: dict[str, list[Party]] = defaultdict(list)
    for party in found.of(Party):
        parties[party.event_id].append(party)
    events = {event.id: event for event in found.of(ChangeEvent) if event.rule != "curated"}
    edges: dict[str, list[Succession]] = defaultdict(list)
    for step in found.of(Succession):
        edges[step.event_id].append(step)
    pairs = {key: list(_pairs(event, edges[key], parties[key])) for key, event in events.items()}
    touched = _touched(pairs, fresh, bodies)
    for key in sorted(touched):
        event = events[key]
        apart.pairs += pairs[key]
        apart.edges |= {step.key: step for step in edges[key]}
        if not key.startswith("ods-"):
            sides = {side: frozenset(p.organisation_id for p in parties[key] if p.side == side) for side in _SIDES}
            apart.rows.append(Row(event, sides["original"], sides["result"]))
    said = {(body, f"event kind {row.event.effective_date}") for row in apart.rows for body in row.results}
    found.put(ChangeEvent, [event for event in found.of(ChangeEvent) if event.id not in touched])
    found.put(Party, [party for party in found.of(Party) if party.event_id not in touched])
    found.put(Succession, [step for step in found.of(Succession) if step.event_id not in touched])
    found.put(Conflict, [c for c in found.of(Conflict) if (c.organisation_id, c.fact) not in said])
    return apart


def _pairs(event: ChangeEvent, edges: list[Succession], parties: list[Party]) -> Iterator[RegisterPair]:
    """The pairs of an event: its successions, or of one without any each original with each result."""
    if event.effective_date is None:
        return
    old, new = ([p.organisation_id for p in parties if p.side == side] for side in _SIDES)
    told = [(e.predecessor_id, e.successor_id, e.source_ids) for e in edges]
    for before, after, sources in told or [(a, b, event.source_ids) for a in old for b in new if a != b]:
        yield RegisterPair(
            predecessor_id=before,
            successor_id=after,
            effective_date=event.effective_date.isoformat(),
            source_ids=sources,
        )


def _touched(pairs: dict[str, list[RegisterPair]], fresh: list[RegisterPair], bodies: Bodies) -> set[str]:
    """Events that share a group of pairs with fresh ones, and those that share one with these."""
    events: dict[object, set[str]] = defaultdict(set)
    for event, mine in pairs.items():
        for pair in mine:
            for key in grouping_keys(pair, bodies):
                events[key].add(event)
    touched: set[str] = set()
    waiting = {event for pair in fresh for key in grouping_keys(pair, bodies) for event in events.get(key, ())}
    while waiting:
        touched |= waiting
        keys = {key for event in waiting for pair in pairs[event] for key in grouping_keys(pair, bodies)}
        waiting = {event for key in keys for event in events[key]} - touched
    return touched
