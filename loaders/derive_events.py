"""Change events and successions, from the register's pairs and the curated list, worked out once, at load.

A pair of the register becomes an event by rule (event_rules.py). Where a curated row speaks of the same hand-over,
one event remains: the curated id and words, the register's day, the sources of both; a different kind is a conflict.
A succession is an edge of exactly one event. Shares are not in the register: the weight of an edge is known only
where the predecessor has no other heir.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import date

from nhs_graph.graph.facts import (
    ChangeEvent,
    Conflict,
    EventKind,
    Identifier,
    Organisation,
    Party,
    Succession,
)
from nhs_graph.graph.interval import DAY, PartialDate, start_text
from nhs_graph.loaders import pair_scope
from nhs_graph.loaders.base import RegisterPair, Report
from nhs_graph.loaders.event_rules import Bodies, Pair, Typed, typed
from nhs_graph.loaders.factset import FactSet

HAND_OVERS: frozenset[EventKind] = frozenset({"merger", "acquisition", "split", "recode", "dissolution"})
"""Kinds of event that can make successions."""
WHOLE: frozenset[EventKind] = frozenset({"merger", "acquisition", "recode", "dissolution"})
"""Kinds of event after which a predecessor is gone."""
_CLAIM = "succession to "


@dataclass(frozen=True)
class Row:
    """A completed event of the curated list, with its bodies."""

    event: ChangeEvent
    originals: frozenset[str]
    results: frozenset[str]

    @property
    def pairs(self) -> set[Pair]:
        """Each original with each result; the acquirer's own code is no pair."""
        return {(old, new) for old in self.originals for new in self.results if old != new}

    def same_time(self, day: date) -> bool:
        """Whether the row's date, at its precision, is a day, or the day before or after it."""
        text = start_text(self.event.effective_date, self.event.effective_precision)
        if not text:
            return False
        period = PartialDate.parse(text)
        return period.first - DAY <= day < period.until + DAY


def apply(found: FactSet, report: Report) -> None:
    """Turn pairs and curated rows into events, parties and successions."""
    pairs = _in_scope(found, report)
    bodies = Bodies(found, pairs)
    events = typed(pairs, bodies)
    rows = _rows(found)
    matched = _matched(events, rows)
    again = _said_again(events, rows, matched)
    _drop(found, again)
    edges: dict[Pair, Succession] = {}
    for i, event in enumerate(events):
        _add_event(found, event, matched.get(i), edges)
    taken = {row.event.id for row in matched.values()} | again
    for row in rows:
        if row.event.id not in taken and row.event.kind in HAND_OVERS:
            _add_curated(found, row, bodies, edges)
    _weigh(found, pairs, edges)
    _add_bodies(found, edges)
    _note(report, events, matched, again, edges)


def _in_scope(found: FactSet, report: Report) -> list[RegisterPair]:
    """The pairs of the bundle's bodies; the rows of all others change from used to left out."""
    known = {body.id for body in found.of(Organisation) if not body.id.startswith("la:")}
    pairs = found.of(RegisterPair)
    kept = pair_scope.within(pairs, known)
    for (source, reason), rows in pair_scope.left_out(pairs, kept, known).items():
        report.used(source, -rows)
        report.left_out(source, reason, rows)
    claims = {(pair.predecessor_id, _CLAIM + pair.successor_id) for pair in kept}
    found.put(
        Conflict,
        [
            item
            for item in found.of(Conflict)
            if not item.fact.startswith(_CLAIM) or (item.organisation_id, item.fact) in claims
        ],
    )
    return kept


def _rows(found: FactSet) -> list[Row]:
    sides: dict[tuple[str, str], set[str]] = defaultdict(set)
    for party in found.of(Party):
        sides[party.event_id, party.side].add(party.organisation_id)
    return [
        Row(event, frozenset(sides[event.id, "original"]), frozenset(sides[event.id, "result"]))
        for event in found.of(ChangeEvent)
        if event.status == "completed" and event.kind in {*HAND_OVERS, "transfer", "boundary_change"}
    ]


def _matched(events: list[Typed], rows: list[Row]) -> dict[int, Row]:
    """Which row speaks of which event of the register: the one that shares most pairs; none speaks of two."""
    by_pair = {pair: i for i, event in enumerate(events) for pair in event.pairs}
    shared: Counter[tuple[int, int]] = Counter()
    for number, row in enumerate(rows):
        for pair in row.pairs & by_pair.keys():
            if row.same_time(events[by_pair[pair]].day) and _same_sense(events[by_pair[pair]], row):
                shared[by_pair[pair], number] += 1
    matched: dict[int, Row] = {}
    taken: set[int] = set()
    order = sorted(shared, key=lambda at: (events[at[0]].kind != rows[at[1]].event.kind, -shared[at], at))
    for index, number in order:
        if index not in matched and number not in taken:
            matched[index] = rows[number]
            taken.add(number)
    return matched


def _same_sense(event: Typed, row: Row) -> bool:
    """Whether a row can be about an event: a split over several events says again what they say."""
    if row.event.kind == "split":
        return row.pairs <= set(event.pairs)
    return row.event.kind != "boundary_change" and event.rule != "ccg_to_icb_2022"


def _said_again(events: list[Typed], rows: list[Row], matched: dict[int, Row]) -> set[str]:
    """Rows whose every pair is in an event of the register already: the list has some hand-overs twice (trap 40)."""
    taken = {row.event.id for row in matched.values()}
    days = {pair: event.day for event in events for pair in event.pairs if event.edges}
    return {
        row.event.id
        for row in rows
        if row.event.id not in taken
        and row.pairs
        and all(pair in days and row.same_time(days[pair]) for pair in row.pairs)
    }


def _drop(found: FactSet, event_ids: set[str]) -> None:
    found.put(ChangeEvent, [event for event in found.of(ChangeEvent) if event.id not in event_ids])
    found.put(Party, [party for party in found.of(Party) if party.event_id not in event_ids])


def _add_event(found: FactSet, event: Typed, row: Row | None, edges: dict[Pair, Succession]) -> None:
    """One event of the register, in the words of the curated row that speaks of it."""
    made = _event(found, event)
    if row:
        made = _worded(found, made, event, row)
        event = replace(event, edges=made.kind in HAND_OVERS)
    found.add(made)
    originals = event.originals if made.kind == "acquisition" else {old for old, _ in event.pairs}
    _add_parties(found, made, originals, event.results)
    pairs = {*event.pairs, *(row.pairs if row else ())}
    if event.edges:
        _add_edges(found, made, pairs, event.day, edges)


def _event(found: FactSet, event: Typed) -> ChangeEvent:
    name = f"ods-{event.day.isoformat()}-{event.code.lower()}".replace(":", "-")
    if found.get(ChangeEvent, name):
        name = f"{name}-{event.kind}"
    return ChangeEvent(
        id=name,
        kind=event.kind,
        status="completed",
        effective_date=event.day,
        legal_basis=event.legal_basis,
        rule=event.rule,
        source_ids=event.sources,
    )


def _worded(found: FactSet, made: ChangeEvent, event: Typed, row: Row) -> ChangeEvent:
    """The curated row's id, kind and words with the register's day; both kinds stay visible where they differ."""
    said = row.event
    sources = tuple(sorted({*made.source_ids, *said.source_ids}))
    if said.kind != event.kind:
        for code in sorted(event.results):
            found.add(
                Conflict(
                    organisation_id=code,
                    fact="event kind",
                    value_a=said.kind,
                    source_a=said.source_ids[0],
                    value_b=f"{event.kind} ({event.rule})",
                    source_b=event.sources[0],
                    source_ids=sources,
                )
            )
    changes: dict[str, object] = {
        "effective_date": event.day,
        "effective_precision": "day",
        "rule": event.rule if said.kind == event.kind else "curated",
        "source_ids": sources,
    }
    others = [item for item in found.of(ChangeEvent) if item.id != said.id]
    found.put(ChangeEvent, others)
    return said.model_copy(update=changes)


def _add_curated(found: FactSet, row: Row, bodies: Bodies, edges: dict[Pair, Succession]) -> None:
    """The successions of a row that the register lacks; a body that goes on by the register has no heir yet."""
    day = row.event.effective_date
    if not day:
        return
    going_on = {old for old, _ in row.pairs if row.event.kind in WHOLE and not bodies.ends(old, day)}
    pairs = {pair for pair in row.pairs if pair[0] not in going_on}
    _add_edges(found, row.event, pairs, day, edges)


def _add_parties(found: FactSet, event: ChangeEvent, originals: set[str], results: set[str]) -> None:
    for code in sorted(originals):
        found.add(Party(event_id=event.id, organisation_id=code, side="original", source_ids=event.source_ids))
    for code in sorted(results):
        found.add(Party(event_id=event.id, organisation_id=code, side="result", source_ids=event.source_ids))


def _add_edges(
    found: FactSet, event: ChangeEvent, pairs: set[Pair], day: date, edges: dict[Pair, Succession]
) -> None:
    for old, new in sorted(pairs):
        stated = found.get(RegisterPair, f"{old}/{new}")
        edges.setdefault(
            (old, new),
            Succession(
                predecessor_id=old,
                successor_id=new,
                effective_date=day,
                event_id=event.id,
                source_ids=stated.source_ids if stated else event.source_ids,
            ),
        )


def _weigh(found: FactSet, pairs: list[RegisterPair], edges: dict[Pair, Succession]) -> None:
    """An only heir has all of its predecessor; a group that a board took over has only that heir."""
    heirs = Counter(old for old, _ in edges.keys() | {(p.predecessor_id, p.successor_id) for p in pairs})
    for (old, _), edge in sorted(edges.items()):
        alone = {"weight": 1.0, "weight_basis": "only heir"} if heirs[old] == 1 else {}
        found.add(edge.model_copy(update=alone))


def _add_bodies(found: FactSet, edges: dict[Pair, Succession]) -> None:
    """Bodies of which only successions speak: a code without a name (rulings, nos. 8 and 11)."""
    for pair, edge in sorted(edges.items()):
        for code in pair:
            if not found.get(Organisation, code):
                found.add(Organisation(id=code, source_ids=edge.source_ids))
                found.add(Identifier(organisation_id=code, scheme="ods", value=code, source_ids=edge.source_ids))


def _note(
    report: Report, events: list[Typed], matched: dict[int, Row], again: set[str], edges: dict[Pair, Succession]
) -> None:
    kinds = Counter(event.kind for event in events)
    transfers = sum(len(event.pairs) for event in events if not event.edges)
    report.notes += [
        f"events: {len(events)} typed from the register: {', '.join(f'{k} {n}' for k, n in sorted(kinds.items()))}",
        f"events: {len(matched)} of them told by a curated row too; {len(again)} more rows say the same again",
        f"events: {transfers} pairs to another kind of body are transfers without succession",
        f"successions: {len(edges)}",
    ]
