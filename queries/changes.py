"""What happened to bodies, where sources disagree, and which bodies closed without a known heir.

These questions have one answer in Python over facts from either store.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from nhs_graph.graph.facts import ChangeEvent, Classification, Conflict, Name, Organisation, Party, Succession
from nhs_graph.graph.interval import DAY, Interval, PartialDate, Precision, end_text, start_text
from nhs_graph.graph.store import Selection, Store
from nhs_graph.queries.question import UNKNOWN, Row, Sources

FEW = 2000
"""So many events are held against kinds of bodies one by one; of more, those of the bodies are looked up."""


@dataclass(frozen=True)
class EventFilter:
    """Which events are asked for; empty is all. `since` and `until` are the first and the last day."""

    kinds: Collection[str] = ()
    statuses: Collection[str] = ()
    since: date | None = None
    until: date | None = None
    organisation_kinds: Collection[str] = ()
    organisation_id: str | None = None

    @property
    def period(self) -> Interval:
        """The days asked for."""
        return Interval.from_inclusive(self.since, self.until)


class _Coded(NamedTuple):
    id: str


class _Body(NamedTuple):
    organisation_id: str


class _Kind(NamedTuple):
    organisation_id: str
    shown_from: date | None
    shown_until: date | None


class _Event(NamedTuple):
    event_id: str


class _Part(NamedTuple):
    event_id: str
    organisation_id: str
    side: str
    source_ids: tuple[str, ...]


class _Step(NamedTuple):
    predecessor_id: str
    effective_date: date


class _Closed(NamedTuple):
    id: str
    name: str | None
    end_date: date | None
    end_precision: Precision
    source_ids: tuple[str, ...]


class EventRow(Row):
    """A change with its bodies by side; an acquirer is on both. Dates are as the source said them."""

    event_id: str
    kind: str
    press_kind: str | None
    status: str
    effective_date: str | None
    announced_date: str | None
    predecessors: tuple[str, ...]
    successors: tuple[str, ...]
    legal_basis: str | None
    rule: str
    sources: Sources


class ConflictRow(Row):
    """Two sources that say different things of one body; the first value is the one in use."""

    organisation_id: str
    name: str | None = UNKNOWN
    fact: str
    value_a: str
    source_a: str
    value_b: str
    source_b: str
    sources: Sources


class GapRow(Row):
    """A body that closed, and of which no succession is known."""

    id: str
    name: str | None = UNKNOWN
    end_date: str
    sources: Sources


def events(store: Store, asked: EventFilter, as_of: date) -> list[EventRow]:
    """The events that had happened, and the plans that had been announced, by a day; in the order of time."""
    found = [event for event in _chosen(store, asked) if _is_asked(event, asked) and _known_by(event, as_of)]
    parties = store.columns(Selection(Party, {"event_id": [event.id for event in found]}), _Part)
    sides: dict[tuple[str, str], list[str]] = defaultdict(list)
    cited: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for party in parties:
        sides[party.event_id, party.side].append(party.organisation_id)
        cited[party.event_id] += party.source_ids
    kinds = _kinds(store, asked.organisation_kinds, {party.organisation_id for party in parties})
    rows: list[EventRow] = []
    for event in found:
        old, new = sides[event.id, "original"], sides[event.id, "result"]
        shown = [period for body in {*old, *new} for period in kinds.get(body, ())]
        if asked.organisation_kinds and not _was(shown, event):
            continue
        rows.append(
            EventRow(
                event_id=event.id,
                kind=event.kind,
                press_kind=event.press_kind,
                status=event.status,
                effective_date=start_text(event.effective_date, event.effective_precision),
                announced_date=start_text(event.announced_date, event.announced_precision),
                predecessors=tuple(sorted(old)),
                successors=tuple(sorted(new)),
                legal_basis=event.legal_basis,
                rule=event.rule,
                sources=event.source_ids + cited[event.id],
            )
        )
    return sorted(rows, key=lambda row: (row.effective_date or row.announced_date or "", row.event_id))


def _chosen(store: Store, asked: EventFilter) -> Iterator[ChangeEvent]:
    """The events that a store can choose: the register has tens of thousands, of tens of thousands of bodies.

    Bodies of the asked kinds are looked for only where the events are not few already.
    """
    where: dict[str, Collection[str]] = {}
    if asked.kinds:
        where["kind"] = asked.kinds
    if asked.statuses:
        where["status"] = asked.statuses
    if asked.organisation_id:
        where["id"] = _events_of(store, [asked.organisation_id])
    elif asked.organisation_kinds:
        few = _few(store, asked, where)
        where["id"] = _events_of_kinds(store, asked.organisation_kinds) if few is None else few
    return store.facts(Selection(ChangeEvent, where, during=asked.period))


def _few(store: Store, asked: EventFilter, where: dict[str, Collection[str]]) -> set[str] | None:
    """The events that kind, status and period leave; None where they are many, or surely would be."""
    planned = bool(asked.statuses) and "completed" not in asked.statuses
    if not (asked.kinds or planned or asked.period != Interval()):
        return None
    found = store.columns(Selection(ChangeEvent, where, during=asked.period), _Coded)
    return {event.id for event in found} if len(found) <= FEW else None


def _events_of_kinds(store: Store, kinds: Collection[str]) -> set[str]:
    found = store.columns(Selection(Classification, {"kind": kinds}), _Body)
    return _events_of(store, {item.organisation_id for item in found})


def _events_of(store: Store, bodies: Collection[str]) -> set[str]:
    return {party.event_id for party in store.columns(Selection(Party, {"organisation_id": bodies}), _Event)}


def _is_asked(event: ChangeEvent, asked: EventFilter) -> bool:
    return asked.period == Interval() or ((when := _stretch(event)) is not None and when.overlaps(asked.period))


def _stretch(event: ChangeEvent) -> Interval | None:
    """The days on which an event may have been; of one without a date, those on which it may have been announced."""
    text = start_text(event.effective_date, event.effective_precision) or start_text(
        event.announced_date, event.announced_precision
    )
    if text is None:
        return None
    found = PartialDate.parse(text)
    return Interval(found.first, found.until)


def _known_by(event: ChangeEvent, day: date) -> bool:
    """Whether it had happened; a plan had only to be announced."""
    first = event.effective_date if event.status == "completed" else event.announced_date
    return first is None or first <= day


def _kinds(store: Store, wanted: Collection[str], bodies: Collection[str]) -> dict[str, list[Interval]]:
    """When each of these bodies is shown to have been of one of the kinds."""
    found: dict[str, list[Interval]] = defaultdict(list)
    if wanted:
        for item in store.columns(Selection(Classification, {"kind": wanted, "organisation_id": bodies}), _Kind):
            found[item.organisation_id].append(Interval(item.shown_from, item.shown_until))
    return found


def _was(shown: Collection[Interval], event: ChangeEvent) -> bool:
    """Whether bodies were so on the day of an event or the day before; at any time for one without a date."""
    if not shown or (when := _stretch(event)) is None or when.start is None:
        return bool(shown)
    around = Interval(when.start - DAY, when.end)
    return any(period.overlaps(around) for period in shown)


def conflicts(store: Store, organisation_id: str | None, as_of: date, fact: str = "") -> list[ConflictRow]:
    """All disagreements between sources, or those about one body or about facts that begin with a text.

    Bodies have their name on a day.
    """
    where = {"organisation_id": (organisation_id,)} if organisation_id else {}
    found = [conflict for conflict in store.facts(Selection(Conflict, where)) if conflict.fact.startswith(fact)]
    names = dict(_names(store, {conflict.organisation_id for conflict in found}, as_of))
    return [
        ConflictRow(
            organisation_id=conflict.organisation_id,
            name=names.get(conflict.organisation_id),
            fact=conflict.fact,
            value_a=conflict.value_a,
            source_a=conflict.source_a,
            value_b=conflict.value_b,
            source_b=conflict.source_b,
            sources=conflict.source_ids,
        )
        for conflict in found
    ]


def gaps(store: Store, as_of: date) -> list[GapRow]:
    """Bodies that had closed by a day without a succession by then, the latest first, under their last name.

    Every body and succession of the store is read, so that it takes as long as the store is large.
    """
    steps = store.columns(Selection(Succession), _Step)
    carried = {step.predecessor_id for step in steps if step.effective_date <= as_of}
    closed = [
        body
        for body in store.columns(Selection(Organisation), _Closed)
        if body.end_date and body.end_date <= as_of and body.id not in carried
    ]
    names = dict(_names(store, {body.id for body in closed}, as_of))
    rows = [
        GapRow(
            id=body.id,
            name=names.get(body.id) or body.name,
            end_date=end_text(body.end_date, body.end_precision) or "",
            sources=body.source_ids,
        )
        for body in closed
    ]
    return sorted(sorted(rows, key=lambda row: row.id), key=lambda row: row.end_date, reverse=True)


def _names(store: Store, ids: Collection[str], day: date) -> Iterator[tuple[str, str]]:
    for name in store.facts(Selection(Name, {"organisation_id": ids}, day)):
        yield name.organisation_id, name.name
