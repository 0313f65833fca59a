"""Change events and successions, from the register's pairs and the curated list, worked out once, at load.

A pair of the register becomes an event by rule (event_rules.py). Where a curated row speaks of the same hand-over,
one event remains: the curated id, kind and words, the register's day, the sources of both; a different kind is a
conflict. A succession is an edge of exactly one event. The register has no shares: the weight of an edge is known
only where the predecessor has no other heir.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from nhs_graph.graph.facts import ChangeEvent, Conflict, Identifier, Organisation, Party, Succession
from nhs_graph.loaders import pair_scope
from nhs_graph.loaders.base import RegisterPair, Report
from nhs_graph.loaders.curated_events import HAND_OVERS, WHOLE, Row, completed_rows, matched, said_again
from nhs_graph.loaders.event_rules import Bodies, Pair, Typed, typed
from nhs_graph.loaders.factset import FactSet
from nhs_graph.loaders.retyping import taken_apart

_CLAIM = "succession to "
ONLY_HEIR = "only heir"


def apply(found: FactSet, report: Report) -> None:
    """Turn pairs and curated rows into events, parties and successions."""
    pairs = _in_scope(found, report)
    bodies = Bodies(found, pairs)
    events = typed(pairs, bodies)
    rows = completed_rows(found)
    told = matched(events, rows)
    taken = {row.event.id for row in told.values()}
    others = [row for row in rows if row.event.id not in taken]
    again = said_again(events, others)
    work = _Work(found)
    for row in again:
        work.drop(row, events)
    for place, event in enumerate(events):
        work.add(event, told.get(place))
    for row in others:
        if row not in again and row.event.kind in HAND_OVERS:
            work.add_curated(row, bodies)
    work.finish()
    _note(report, events, len(told), len(again), found)


def add_pairs(found: FactSet, pairs: list[RegisterPair]) -> list[Typed]:
    """Type pairs that a user's file adds, together with the bundle's pairs of the same day and body (retyping.py).

    A body with an heir so far has no known share where the file knows of another. Returns the events.
    """
    signs = [
        RegisterPair(
            predecessor_id=step.predecessor_id,
            successor_id=step.successor_id,
            effective_date=step.effective_date.isoformat(),
            source_ids=step.source_ids,
        )
        for step in found.of(Succession)
    ]
    bodies = Bodies(found, [*signs, *pairs])
    apart = taken_apart(found, pairs, bodies)
    with_heir = {s.predecessor_id for s in signs if bodies.family(s.predecessor_id) == bodies.family(s.successor_id)}
    events = typed([*apart.pairs, *pairs], bodies, with_heir)
    for pair in pairs:
        found.add(pair)
    work = _Work(found, apart.edges)
    told = matched(events, apart.rows)
    for place, event in enumerate(events):
        work.add(event, told.get(place))
    for row in apart.rows:
        if row not in told.values():
            work.keep(row)
    work.finish(found.of(Succession))
    return events


def add_rows(found: FactSet, own: Collection[str]) -> None:
    """The successions of completed events of a user's list, by their ids; those known before stay as they are."""
    known = found.of(Succession)
    pairs = {(step.predecessor_id, step.successor_id) for step in known}
    work, bodies = _Work(found), Bodies(found, [])
    for row in completed_rows(found):
        if row.event.id in own and row.event.kind in HAND_OVERS:
            work.add_curated(row, bodies, pairs)
    work.finish(known)


def _in_scope(found: FactSet, report: Report) -> list[RegisterPair]:
    """The pairs between the bundle's bodies; disagreements about the others go with them."""
    known = {body.id for body in found.of(Organisation) if not body.id.startswith("la:")}
    kept = pair_scope.within(found.of(RegisterPair), known, report)
    claims = {(pair.predecessor_id, _CLAIM + pair.successor_id) for pair in kept}
    conflicts = found.of(Conflict)
    found.put(
        Conflict,
        [c for c in conflicts if not c.fact.startswith(_CLAIM) or (c.organisation_id, c.fact) in claims],
    )
    return kept


class _Work:
    """The events and edges while they are put together."""

    def __init__(self, found: FactSet, before: Mapping[str, Succession] | None = None) -> None:
        """`before` are successions that were taken apart: where nothing was added, their shares stand."""
        self._found, self._before = found, before or {}
        self._events = {event.id: event for event in found.of(ChangeEvent)}
        self._edges: dict[Pair, Succession] = {}

    def add(self, event: Typed, row: Row | None) -> None:
        """One event of the register, in the words of the curated row that speaks of it."""
        made = self._worded(event, row) if row else self._by_rule(event)
        self._events[made.id] = made
        edges = made.kind in HAND_OVERS if row else event.edges
        originals = event.originals if made.kind == "acquisition" else {old for old, _ in event.pairs}
        self._add_parties(made, originals, event.results)
        if edges:
            self._add_edges(made, {*event.pairs, *(row.pairs if row else ())}, event.day)

    def add_curated(self, row: Row, bodies: Bodies, known: Collection[Pair] = ()) -> None:
        """The successions of a row that the register lacks; a body that goes on by the register has no heir yet."""
        day = row.event.effective_date
        if not day:
            return
        pairs = row.pairs - set(known)
        for old, new in sorted(pairs):
            if row.event.kind in WHOLE and not bodies.ends(old, day):
                pairs.discard((old, new))
                self._goes_on(old, new, day, row.event)
        self._add_edges(row.event, pairs, day)

    def drop(self, row: Row, events: list[Typed]) -> None:
        """Leave out a row that says again what events of the register say; a different view of them stays."""
        del self._events[row.event.id]
        parties = self._found.of(Party)
        self._found.put(Party, [party for party in parties if party.event_id != row.event.id])
        if row.event.kind == "boundary_change":
            for event in events:
                if row.pairs & set(event.pairs):
                    self._differ(event, f"{event.kind} ({event.rule})", event.sources, row.event.kind, row)

    def keep(self, row: Row) -> None:
        """A row that speaks of no event any more: another view, without successions."""
        self._events[row.event.id] = row.event
        self._add_parties(row.event, row.originals, row.results)

    def finish(self, known: Iterable[Succession] = ()) -> None:
        """Store events and edges, the weight of only heirs, and bodies of which only successions speak.

        Of a body that has another heir than before no share is known, by edges `known` before either.

        An heir outside the bundle is an heir too: RD9 went to 5CQ and to 4CJ51, a code of no body here.
        """
        self._found.put(ChangeEvent, self._events.values())
        stated = {(pair.predecessor_id, pair.successor_id) for pair in self._found.of(RegisterPair)}
        heirs = Counter(
            old for old, _ in self._edges.keys() | stated | {(e.predecessor_id, e.successor_id) for e in known}
        )
        more = {old for old, _ in stated} | {k[0] for k, edge in self._edges.items() if edge.key not in self._before}
        lost = {e.key for e in known if e.predecessor_id in more and heirs[e.predecessor_id] > 1}
        self._found.put(Succession, [_unshared(e) if e.key in lost else e for e in self._found.of(Succession)])
        for (old, new), edge in sorted(self._edges.items()):
            if heirs[old] == 1:
                self._found.add(edge.model_copy(update={"weight": 1.0, "weight_basis": ONLY_HEIR}))
            else:
                self._found.add(_unshared(edge) if old in more else edge)
            for code in (old, new):
                self._add_body(code, edge.source_ids)

    def _add_parties(self, event: ChangeEvent, originals: Iterable[str], results: Iterable[str]) -> None:
        for side, codes in (("original", originals), ("result", results)):
            for code in sorted(codes):
                self._found.add(
                    Party.model_validate(
                        {"event_id": event.id, "organisation_id": code, "side": side, "source_ids": event.source_ids}
                    )
                )

    def _by_rule(self, event: Typed) -> ChangeEvent:
        name = f"ods-{event.day.isoformat()}-{event.code.lower()}"
        names = [name, f"{name}-{event.kind}", *(f"{name}-{event.kind}-{n}" for n in range(2, 9))]
        return ChangeEvent(
            id=next(free for free in names if free not in self._events),
            kind=event.kind,
            status="completed",
            effective_date=event.day,
            legal_basis=event.legal_basis,
            rule=event.rule,
            source_ids=event.sources,
        )

    def _worded(self, event: Typed, row: Row) -> ChangeEvent:
        said = row.event
        if said.kind != event.kind:
            self._differ(event, said.kind, said.source_ids, f"{event.kind} ({event.rule})", row)
        return said.model_copy(
            update={
                "effective_date": event.day,
                "effective_precision": "day",
                "rule": event.rule if said.kind == event.kind else "curated",
                "source_ids": tuple(sorted({*event.sources, *said.source_ids})),
            }
        )

    def _differ(self, event: Typed, used: str, sources: tuple[str, ...], other: str, row: Row) -> None:
        """The rule's kind and the list's kind of one event, the one in use first (MODEL, "Change events")."""
        against = row.event.source_ids if sources == event.sources else event.sources
        for code in sorted(event.results):
            self._found.add(
                Conflict(
                    organisation_id=code,
                    fact=f"event kind {event.day.isoformat()}",
                    value_a=used,
                    source_a=sources[0],
                    value_b=other,
                    source_b=against[0],
                    source_ids=tuple(sorted({*sources, *against})),
                )
            )

    def _goes_on(self, old: str, new: str, day: date, event: ChangeEvent) -> None:
        body = self._found.get(Organisation, old)
        if body and body.end_date:
            self._found.add(
                Conflict(
                    organisation_id=old,
                    fact=f"end, by its hand-over to {new}",
                    value_a=body.end_date.isoformat(),
                    source_a=body.source_ids[0],
                    value_b=day.isoformat(),
                    source_b=event.source_ids[0],
                    source_ids=tuple(sorted({*body.source_ids, *event.source_ids})),
                )
            )

    def _add_edges(self, event: ChangeEvent, pairs: set[Pair], day: date) -> None:
        for old, new in sorted(pairs):
            stated = self._found.get(RegisterPair, f"{old}/{new}")
            if before := self._before.get(f"{old}/{new}"):
                self._edges.setdefault((old, new), before.model_copy(update={"event_id": event.id}))
                continue
            edge = Succession(
                predecessor_id=old,
                successor_id=new,
                effective_date=day,
                event_id=event.id,
                source_ids=stated.source_ids if stated else event.source_ids,
            )
            self._edges.setdefault((old, new), edge)

    def _add_body(self, code: str, sources: tuple[str, ...]) -> None:
        """A code without a name, as the register has it (rulings, nos. 8 and 11)."""
        if not self._found.get(Organisation, code):
            self._found.add(Organisation(id=code, source_ids=sources))
            self._found.add(Identifier(organisation_id=code, scheme="ods", value=code, source_ids=sources))


def _unshared(edge: Succession) -> Succession:
    unknown = {"weight": None, "weight_basis": None, "whole_parts": (), "other_parts": (), "part_shares": ()}
    return edge.model_copy(update=unknown)


def _note(report: Report, events: list[Typed], told: int, again: int, found: FactSet) -> None:
    kinds = Counter(event.kind for event in events)
    transfers = sum(len(event.pairs) for event in events if event.kind == "transfer")
    report.notes += [
        f"events: {len(events)} typed from the register: {', '.join(f'{k} {n}' for k, n in sorted(kinds.items()))}",
        f"events: {told} of them told by a curated row too; {again} curated rows say again what others say",
        f"events: {transfers} pairs to another kind of body typed as transfers, without succession",
        f"successions: {len(found.of(Succession))}",
    ]
