"""What must hold of all facts together; each check returns one sentence for each problem."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise
from typing import TypeVar

from nhs_graph.graph.facts import (
    Area,
    Classification,
    Coverage,
    Dated,
    Fact,
    Name,
    Overlap,
    Party,
    Relation,
    Seen,
    Source,
    Succession,
)
from nhs_graph.graph.kinds import KINDS, group_of
from nhs_graph.graph.schema import SHAPE_OF, SHAPES, End
from nhs_graph.loaders.base import WORKING, Report
from nhs_graph.loaders.factset import FactSet

S = TypeVar("S", bound=Seen)


def problems(found: FactSet, report: Report) -> list[str]:
    """Every contradiction, as sentences; an empty list when the facts may be used."""
    return [
        *_tallies(report),
        *_sources(found),
        *_ends(found),
        *_dates(found),
        *_kinds(found),
        *_names(found),
        *_successions(found),
    ]


def of_bundle(found: FactSet) -> list[str]:
    """What must hold of the bundle besides, where each body has its kinds and parents from few and known files."""
    return [*_one_at_a_time(found), *_areas_in_use(found)]


def _tallies(report: Report) -> Iterator[str]:
    for source_id, tally in report.tallies.items():
        if not tally.adds_up:
            left_out = tally.left_out.total()
            yield f"{source_id}: {tally.read} rows read, but {tally.used} used and {left_out} left out"


def _sources(found: FactSet) -> Iterator[str]:
    """No source, no fact (MODEL truth rule 1)."""
    known = {source.id for source in found.of(Source)}
    for fact in _stored(found):
        if isinstance(fact, Source):
            continue
        if not fact.source_ids:
            yield f"{_title(fact)} has no source"
        for source_id in fact.source_ids:
            if source_id not in known:
                yield f"{_title(fact)} rests on the unknown source {source_id}"


def _ends(found: FactSet) -> Iterator[str]:
    """Whatever a fact points to exists: the ends of edges and the links of nodes, as schema.py names them."""
    keys = {shape.label: {fact.key for fact in found.of(shape.fact)} for shape in SHAPES if shape.label}
    for fact in _stored(found):
        shape = SHAPE_OF[type(fact)]
        for end in (shape.start, shape.end, *(link.other for link in shape.links)):
            if end and (key := _key(fact, end)) not in keys[end.label]:
                yield f"{_title(fact)} points to the unknown {end.label} {key}"


def _key(fact: Fact, end: End) -> str:
    return "/".join(str(getattr(fact, name)) for name in end.fields)


def _dates(found: FactSet) -> Iterator[str]:
    for fact in _stored(found):
        if isinstance(fact, Dated) and fact.interval.empty:
            yield f"{_title(fact)} ends on {fact.end_date}, not after its start {fact.start_date}"


def _kinds(found: FactSet) -> Iterator[str]:
    for fact in found.of(Classification):
        if fact.kind not in KINDS:
            yield f"{_title(fact)} has the unknown kind {fact.kind}"


def _names(found: FactSet) -> Iterator[str]:
    """One name a day: the windows of a body's names do not overlap."""
    for body, old, new in _at_once(found.of(Name), lambda name: name.organisation_id):
        yield f"{body} has two names on one day: {old.name!r} and {new.name!r}"


def _one_at_a_time(found: FactSet) -> Iterator[str]:
    """One kind a day, and one system and one region or county that a body is part of or lies in."""
    kinds = found.of(Classification)
    for body, old, new in _at_once(kinds, lambda kind: kind.organisation_id):
        yield f"{body} is of two kinds on one day: {old.kind} and {new.kind}"
    groups = {kind.organisation_id: group_of(kind.kind) for kind in kinds if kind.kind in KINDS}
    links = [link for link in found.of(Relation) if link.type in {"PART_OF", "LOCATED_IN"}]
    for key, first, second in _at_once(links, lambda r: f"{r.subject_id} {r.type} {groups.get(r.object_id, 'body')}"):
        yield f"{key}: two on one day: {first.object_id} and {second.object_id}"


def _at_once(facts: list[S], key: Callable[[S], str]) -> Iterator[tuple[str, S, S]]:
    """Neighbours in time, of all with one key, that are shown on the same day."""
    groups: dict[str, list[S]] = defaultdict(list)
    for fact in facts:
        if not (fact.shown_from and fact.shown_until and fact.shown_from >= fact.shown_until):
            groups[key(fact)].append(fact)
    for name, mine in groups.items():
        for old, new in pairwise(sorted(mine, key=lambda fact: fact.shown_from or date.min)):
            if old.shown_until is None or new.shown_from is None or new.shown_from < old.shown_until:
                yield name, old, new


def _areas_in_use(found: FactSet) -> Iterator[str]:
    """Both areas of an overlap are in force on its first day, and each is one body's."""
    areas = {area.gss: area.interval for area in found.of(Area)}
    bodies: dict[str, list[Coverage]] = defaultdict(list)
    for coverage in found.of(Coverage):
        bodies[coverage.gss].append(coverage)
    used = {(gss, o.start_date) for o in found.of(Overlap) if o.start_date for gss in (o.left_gss, o.right_gss)}
    for gss, day in sorted((gss, day) for gss, day in used if day):
        if gss in areas and not areas[gss].holds(day):
            yield f"the area {gss} is used in a boundary vintage of {day} but was not in force"
        number = sum(coverage.interval.holds(day) for coverage in bodies[gss])
        if number != 1:
            yield f"the area {gss} of a boundary vintage of {day} belongs to {number} bodies, not to one"


def _successions(found: FactSet) -> Iterator[str]:
    """A succession is between two parties of its event, and never of a body with itself (MODEL section 4)."""
    parties = {(party.event_id, party.organisation_id) for party in found.of(Party)}
    for pair in found.of(Succession):
        for body in (pair.predecessor_id, pair.successor_id):
            if (pair.event_id, body) not in parties:
                yield f"{_title(pair)}: {body} is no party of the event {pair.event_id}"
        if pair.predecessor_id == pair.successor_id:
            yield f"{_title(pair)}: a body does not succeed itself"
    weights: dict[str, list[float | None]] = defaultdict(list)
    for pair in found.of(Succession):
        weights[pair.predecessor_id].append(pair.weight)
    for body, shares in weights.items():
        known = [share for share in shares if share is not None]
        if known and (len(known) < len(shares) or abs(sum(known) - 1) > 1e-9):
            yield f"the heirs of {body} have shares that do not make up the whole: {shares}"


def _stored(found: FactSet) -> Iterator[Fact]:
    return (fact for fact in found if not isinstance(fact, WORKING))


def _title(fact: Fact) -> str:
    return f"{type(fact).__name__} {fact.key}"
