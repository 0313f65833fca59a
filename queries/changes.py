"""What happened to bodies, where sources disagree, and which bodies closed without a known heir.

These questions have one answer in Python over facts from either store.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from nhs_graph.graph.facts import ChangeEvent, Classification, Conflict, Name, Organisation, Party, Succession
from nhs_graph.graph.interval import DAY, Interval, PartialDate, end_text, start_text
from nhs_graph.graph.store import Selection, Store
from nhs_graph.queries.question import UNKNOWN, Row, Sources


@dataclass(frozen=True)
class EventFilter:
    """Which events are asked for; empty is all. `since` and `until` are the first and the last day."""

    kinds: Collection[str] = ()
    statuses: Collection[str] = ()
    since: date | None = None
    until: date | None = None
    organisation_kinds: Collection[str] = ()
    organisation_id: str | None = None


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
    kinds = _kinds(store, asked.organisation_kinds)
    found = [
        event
        for event in store.facts(Selection(ChangeEvent, _where(store, asked, kinds)))
        if _is_asked(event, asked) and _known_by(event, as_of)
    ]
    sides: dict[tuple[str, str], list[str]] = defaultdict(list)
    cited: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for party in store.facts(Selection(Party, {"event_id": [event.id for event in found]})):
        sides[party.event_id, party.side].append(party.organisation_id)
        cited[party.event_id] += party.source_ids
    rows: list[EventRow] = []
    for event in found:
        old, new = sides[event.id, "original"], sides[event.id, "result"]
        if asked.organisation_kinds and not any(_was(kinds[body], _stretch(event)) for body in {*old, *new}):
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


def _where(store: Store, asked: EventFilter, kinds: Collection[str]) -> dict[str, Collection[str]]:
    """What a store can choose events by: the register has tens of thousands."""
    where: dict[str, Collection[str]] = {}
    if asked.kinds:
        where["kind"] = asked.kinds
    if asked.statuses:
        where["status"] = asked.statuses
    bodies = [asked.organisation_id] if asked.organisation_id else list(kinds) if asked.organisation_kinds else None
    if bodies is not None:
        where["id"] = {party.event_id for party in store.facts(Selection(Party, {"organisation_id": bodies}))}
    return where


def _is_asked(event: ChangeEvent, asked: EventFilter) -> bool:
    period = Interval.from_inclusive(asked.since, asked.until)
    return period == Interval() or ((when := _stretch(event)) is not None and when.overlaps(period))


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


def _kinds(store: Store, wanted: Collection[str]) -> dict[str, list[Classification]]:
    found: dict[str, list[Classification]] = defaultdict(list)
    if wanted:
        for item in store.facts(Selection(Classification, {"kind": wanted})):
            found[item.organisation_id].append(item)
    return found


def _was(kinds: list[Classification], when: Interval | None) -> bool:
    """Whether a body was of a kind on the day of an event or the day before; at any time for one without a date."""
    if when is None or when.start is None:
        return bool(kinds)
    around = Interval(when.start - DAY, when.end)
    return any(Interval(item.shown_from, item.shown_until).overlaps(around) for item in kinds)


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
    """Bodies that had closed by a day without a succession by then, the latest first, under their last name."""
    carried = {step.predecessor_id for step in store.facts(Selection(Succession)) if step.effective_date <= as_of}
    closed = [
        body
        for body in store.facts(Selection(Organisation))
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
