"""What is known about a body, which bodies a text finds, and which there are of a kind.

These questions have one answer in Python over facts from either store.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from itertools import islice
from typing import Any, Literal, NamedTuple

from nhs_graph.graph.facts import (
    ChangeEvent,
    Classification,
    Identifier,
    Name,
    Organisation,
    Party,
    Relation,
    Succession,
)
from nhs_graph.graph.interval import end_text, start_text
from nhs_graph.graph.kinds import KINDS, depth, group_of
from nhs_graph.graph.names import fold
from nhs_graph.graph.store import Selection, Store, by_spelling
from nhs_graph.queries.question import Row, Sources
from nhs_graph.queries.resolve import by_id

_WIDER = frozenset({"PART_OF", "LOCATED_IN"})


class _Member(NamedTuple):
    subject_id: str


class NamePeriod(Row):
    """A name with its period, or with the sightings that it rests on."""

    name: str
    start_date: str | None
    end_date: str | None
    first_seen: str | None
    last_seen: str | None
    certainty: str | None
    note: str | None
    sources: Sources


class KindPeriod(Row):
    """A kind with its period or sightings."""

    kind: str
    start_date: str | None
    end_date: str | None
    first_seen: str | None
    last_seen: str | None
    certainty: str | None
    sources: Sources


class Code(Row):
    """A code with its scheme and period."""

    scheme: str
    value: str
    start_date: str | None
    end_date: str | None
    sources: Sources


class Link(Row):
    """Another body with the period or sightings of the link."""

    id: str
    name: str | None
    start_date: str | None
    end_date: str | None
    first_seen: str | None
    last_seen: str | None
    certainty: str | None
    sources: Sources


class EventPart(Row):
    """An event that the body was part of: from which side it came in, and the other bodies in it."""

    event_id: str
    kind: str
    status: str
    effective_date: str | None
    side: Literal["original", "result", "both"]
    others: tuple[str, ...]
    legal_basis: str | None
    rule: str
    sources: Sources


class OrganisationRow(Row):
    """All that is known about one body, names and kinds as of a day first; every nested row has its sources."""

    id: str
    name: str | None
    name_certainty: str | None
    kind: str | None
    statutory: bool | None
    start_date: str | None
    end_date: str | None
    names: tuple[NamePeriod, ...]
    kinds: tuple[KindPeriod, ...]
    identifiers: tuple[Code, ...]
    part_of: tuple[Link, ...]
    located_in: tuple[Link, ...]
    member_of: tuple[Link, ...]
    members: tuple[Link, ...]
    events: tuple[EventPart, ...]
    successors: tuple[str, ...]
    predecessors: tuple[str, ...]
    sources: Sources


def show(store: Store, organisation_id: str, as_of: date) -> OrganisationRow:
    """One body with its names, kinds, codes and links, each with period and certainty on the day."""
    here = {"organisation_id": {organisation_id}}
    (body,) = store.facts(Selection(Organisation, {"id": {organisation_id}}))
    names = sorted(store.facts(Selection(Name, here)), key=_when)
    kinds = sorted(store.facts(Selection(Classification, here)), key=_when)
    links = list(store.facts(Selection(Relation, {"subject_id": {organisation_id}})))
    members = list(store.facts(Selection(Relation, {"object_id": {organisation_id}, "type": {"MEMBER_OF"}})))
    codes = list(store.facts(Selection(Identifier, here)))
    events = _events(store, organisation_id)
    others = _names_of(store, {r.object_id for r in links} | {r.subject_id for r in members}, as_of)
    shown = next((name for name in names if name.window.certainty(as_of)), None)
    kind = max((item for item in kinds if item.window.certainty(as_of)), key=_how_narrow, default=None)

    def linked(kind: str) -> tuple[Link, ...]:
        mine = sorted((link for link in links if link.type == kind), key=_when)
        return tuple(Link(id=r.object_id, name=others.get(r.object_id), **_period(r, as_of)) for r in mine)

    return OrganisationRow(
        id=body.id,
        name=shown.name if shown else body.name,
        name_certainty=shown.window.certainty(as_of) if shown else None,
        kind=kind.kind if kind else None,
        statutory=KINDS[kind.kind].statutory if kind else None,
        start_date=start_text(body.start_date, body.start_precision),
        end_date=end_text(body.end_date, body.end_precision),
        names=tuple(NamePeriod(name=name.name, **_period(name, as_of), note=_changed(name, names)) for name in names),
        kinds=tuple(KindPeriod(kind=item.kind, **_period(item, as_of)) for item in kinds),
        identifiers=tuple(
            Code(
                scheme=code.scheme,
                value=code.value,
                start_date=start_text(code.start_date, "day"),
                end_date=end_text(code.end_date, "day"),
                sources=code.source_ids,
            )
            for code in codes
        ),
        part_of=linked("PART_OF"),
        located_in=linked("LOCATED_IN"),
        member_of=linked("MEMBER_OF"),
        members=tuple(
            Link(id=r.subject_id, name=others.get(r.subject_id), **_period(r, as_of))
            for r in sorted(members, key=_when)
        ),
        events=events,
        successors=_others(store, "predecessor_id", organisation_id, lambda s: s.successor_id),
        predecessors=_others(store, "successor_id", organisation_id, lambda s: s.predecessor_id),
        sources=tuple(
            source
            for ids in (
                *(fact.source_ids for fact in (body, *names, *kinds, *codes, *links, *members)),
                *(event.sources for event in events),
            )
            for source in ids
        ),
    )


def _events(store: Store, organisation_id: str) -> tuple[EventPart, ...]:
    """The events of a body in order of time, those without a day last."""
    mine = {party.event_id for party in store.facts(Selection(Party, {"organisation_id": {organisation_id}}))}
    sides: dict[str, dict[str, set[str]]] = {event: {} for event in mine}
    for party in store.facts(Selection(Party, {"event_id": mine})):
        sides[party.event_id].setdefault(party.organisation_id, set()).add(party.side)
    found = store.facts(Selection(ChangeEvent, {"id": mine}))
    return tuple(
        EventPart(
            event_id=event.id,
            kind=event.kind,
            status=event.status,
            effective_date=start_text(event.effective_date, event.effective_precision),
            side="both" if len(own := sides[event.id].pop(organisation_id)) > 1 else min(own),
            others=tuple(sorted(sides[event.id])),
            legal_basis=event.legal_basis,
            rule=event.rule,
            sources=event.source_ids,
        )
        for event in sorted(found, key=lambda e: (e.effective_date or date.max, e.id))
    )


def _others(store: Store, column: str, organisation_id: str, other: Callable[[Succession], str]) -> tuple[str, ...]:
    return tuple(sorted({other(s) for s in store.facts(Selection(Succession, {column: {organisation_id}}))}))


def _when(fact: Name | Classification | Relation) -> tuple[str, str]:
    first = fact.shown_from or fact.start_date
    return (first.isoformat() if first else "", fact.key)


def _how_narrow(fact: Classification) -> tuple[str, int, str]:
    """Of several kinds at once the latest and narrowest says most: a cost centre of 1974 is a practice since 2014."""
    first, key = _when(fact)
    return first, depth(fact.kind), key


def _period(fact: Name | Classification | Relation, as_of: date) -> dict[str, Any]:
    return {
        "start_date": start_text(fact.start_date, fact.start_precision),
        "end_date": end_text(fact.end_date, fact.end_precision),
        "first_seen": fact.first_seen,
        "last_seen": fact.last_seen,
        "certainty": fact.window.certainty(as_of),
        "sources": fact.source_ids,
    }


def _changed(name: Name, names: list[Name]) -> str | None:
    """`changed between 2022-03 and 2025-12`, where only sightings tell that the next name came."""
    later = names[names.index(name) + 1 :]
    if name.end_date or not name.last_seen or not later or later[0].start_date or not later[0].first_seen:
        return None
    return f"changed between {name.last_seen} and {later[0].first_seen}"


def _names_of(store: Store, ids: Collection[str], as_of: date) -> dict[str, str | None]:
    return _named(store, store.facts(Selection(Organisation, {"id": ids})), as_of)


def _named(store: Store, bodies: Iterable[Organisation], as_of: date) -> dict[str, str | None]:
    names = {body.id: body.name for body in bodies}
    found = store.facts(Selection(Name, {"organisation_id": names.keys()}, as_of))
    return names | {name.organisation_id: name.name for name in found}


def name_of(store: Store, organisation_id: str, as_of: date) -> str | None:
    """What a body was called on a day; its latest name where none is known for it."""
    return _names_of(store, {organisation_id}, as_of).get(organisation_id)


class FoundRow(Row):
    """A body that a search found, and the name or code that matched."""

    id: str
    name: str | None
    kind: str | None
    start_date: str | None
    end_date: str | None
    matched: str
    sources: Sources


def search(store: Store, text: str, as_of: date, limit: int = 20) -> list[FoundRow]:
    """Bodies whose code or a name, present or former, answers to a text.

    Order: exact code, exact name, name starts with it, all its words, former name; then name and id. The store gives
    names in that order, so that it is enough to read until there are enough present ones.
    """
    wanted = fold(text)
    present: dict[str, str] = {}
    codes = store.facts(Selection(Identifier, {"value": {text.strip(), text.strip().upper()}}))
    offered = [(code.value, code.organisation_id) for code in codes]
    if found := by_id(store, text.strip()):
        offered.append((found, found))
    for matched, organisation_id in sorted(offered):
        present.setdefault(organisation_id, matched)
    former: dict[str, tuple[bool, tuple[str, str, str]]] = {}
    for name in store.candidates(wanted):
        if len(present) >= limit:
            break
        if name.window.certainty(as_of):
            present.setdefault(name.organisation_id, name.name)
        else:
            entry = (wanted not in (name.folded, name.bare), by_spelling(name))
            former[name.organisation_id] = min(entry, former.get(name.organisation_id, entry))
    for organisation_id, (_, (_, matched, _)) in sorted(former.items(), key=lambda item: item[1]):
        present.setdefault(organisation_id, matched)
    chosen = dict(islice(present.items(), limit))
    rows = {row.id: row for row in _listed(store, chosen, as_of, chosen)}
    return [rows[organisation_id] for organisation_id in chosen]


def _listed(store: Store, ids: Collection[str], as_of: date, matched: dict[str, str]) -> list[FoundRow]:
    bodies = list(store.facts(Selection(Organisation, {"id": ids})))
    names = _named(store, bodies, as_of)
    found = store.facts(Selection(Classification, {"organisation_id": ids}, as_of))
    kinds = {k.organisation_id: k.kind for k in sorted(found, key=_how_narrow)}
    return [
        FoundRow(
            id=body.id,
            name=names[body.id],
            kind=kinds.get(body.id),
            start_date=start_text(body.start_date, body.start_precision),
            end_date=end_text(body.end_date, body.end_precision),
            matched=matched[body.id],
            sources=body.source_ids,
        )
        for body in bodies
    ]


class ListedRow(Row):
    """A body of a kind on a day, with the wider body it is part of."""

    id: str
    name: str | None
    kind: str
    start_date: str | None
    end_date: str | None
    parent_id: str | None
    parent_name: str | None
    certainty: str | None
    sources: Sources


def list_of(store: Store, kinds: Collection[str], as_of: date, within: str | None = None) -> list[ListedRow]:
    """All bodies of these kinds on a day, by name; `within` keeps those under one body, at any depth."""
    where = {"kind": kinds} | ({"organisation_id": below(store, within, as_of)} if within else {})
    classified = {c.organisation_id: c for c in store.facts(Selection(Classification, where, as_of))}
    ids = set(classified)
    links = list(store.facts(Selection(Relation, {"subject_id": ids, "type": _WIDER}, as_of)))
    parents = _parents(store, links, as_of)
    names = _names_of(store, ids | {parents[i] for i in ids if i in parents}, as_of)
    rows = [
        ListedRow(
            id=body.id,
            name=names[body.id],
            kind=classified[body.id].kind,
            start_date=start_text(body.start_date, body.start_precision),
            end_date=end_text(body.end_date, body.end_precision),
            parent_id=parents.get(body.id),
            parent_name=names.get(parents.get(body.id, "")),
            certainty=classified[body.id].window.certainty(as_of),
            sources=body.source_ids + classified[body.id].source_ids,
        )
        for body in store.facts(Selection(Organisation, {"id": ids}))
    ]
    return sorted(rows, key=lambda row: (row.name or "", row.id))


def _parents(store: Store, links: list[Relation], as_of: date) -> dict[str, str]:
    """The wider body of each: of several, a system before a region, and what it is part of before where it lies."""
    wider = store.facts(Selection(Classification, {"organisation_id": {link.object_id for link in links}}, as_of))
    systems = {kind.organisation_id for kind in wider if group_of(kind.kind) == "system"}
    order = sorted(links, key=lambda link: (link.object_id in systems, link.type, link.object_id))
    return {link.subject_id: link.object_id for link in order}


def below(store: Store, top: str, as_of: date | None) -> set[str]:
    """All bodies under one, through any number of links in force on a day, or at any time."""
    reached: set[str] = set()
    frontier = {top}
    while frontier:
        links = store.columns(Selection(Relation, {"object_id": frontier, "type": _WIDER}, as_of), _Member)
        frontier = {link.subject_id for link in links} - reached
        reached |= frontier
    return reached
