"""What must hold of all facts together; each check returns one sentence for each problem."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from nhs_graph.graph.facts import Classification, Dated, Fact, Name, Party, Source, Succession
from nhs_graph.graph.kinds import KINDS
from nhs_graph.graph.schema import SHAPE_OF, SHAPES, End
from nhs_graph.loaders.base import WORKING, Report
from nhs_graph.loaders.factset import FactSet


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
    by_body: dict[str, list[Name]] = defaultdict(list)
    for name in found.of(Name):
        by_body[name.organisation_id].append(name)
    for body, names in by_body.items():
        shown = [n for n in names if not (n.shown_from and n.shown_until and n.shown_from >= n.shown_until)]
        shown.sort(key=lambda n: n.shown_from or date.min)
        for old, new in pairwise(shown):
            if old.shown_until is None or new.shown_from is None or new.shown_from < old.shown_until:
                yield f"{body} has two names on one day: {old.name!r} and {new.name!r}"


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
