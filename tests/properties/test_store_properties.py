"""Random facts of every class: both stores hold exactly them, and select the same."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nhs_graph.graph.facts import FACTS, Dated, Fact
from nhs_graph.graph.schema import SHAPES, Shape
from nhs_graph.graph.store import Selection, Store

Keys = Mapping[str, list[str]]
# No NUL: SQLite's JSON functions end a text there, and no CSV, XML or RDF source can hold one.
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
days = st.dates(date(2018, 1, 1), date(2018, 1, 6)) | st.dates()
small = st.text("aB-é/🏥 ;'", min_size=1, max_size=2)


def value(annotation: Any) -> st.SearchStrategy[Any]:
    """Anything that a field of this type can hold."""
    if type(None) in get_args(annotation):
        return st.none() | st.one_of([value(some) for some in get_args(annotation) if some is not type(None)])
    known: dict[Any, st.SearchStrategy[Any]] = {
        str: texts,
        date: days,
        int: st.integers(-(2**63), 2**63 - 1),
        float: st.floats(allow_nan=False, allow_infinity=False),
        bool: st.booleans(),
        tuple[str, ...]: st.lists(texts, max_size=3).map(tuple),
    }
    return known[annotation] if annotation in known else st.sampled_from(get_args(annotation))


@st.composite
def facts_of(draw: st.DrawFn, shape: Shape, known: Keys) -> list[Fact]:
    """Up to four facts of a class whose ends are known nodes, each key once."""
    ends = [link.other for link in shape.links] + [end for end in (shape.start, shape.end) if end]
    if any(not known.get(end.label) for end in ends):
        return []
    found: dict[str, Fact] = {}
    for _ in range(draw(st.integers(0, 4))):
        fields = {name: draw(value(info.annotation)) for name, info in shape.fact.model_fields.items()}
        if shape.label and shape.fact.KEY in {("id",), ("gss",)}:
            fields[shape.fact.KEY[0]] = draw(small)
        for end in ends:
            # Only a post has a key of two fields; neither holds the slash that joins them.
            fields |= dict(zip(end.fields, draw(st.sampled_from(known[end.label])).split("\0"), strict=True))
        sources = known.get("Source", [])
        fields["source_ids"] = tuple(draw(st.lists(st.sampled_from(sources), max_size=2))) if sources else ()
        fact = shape.fact(**fields)
        found[fact.key] = fact
    return list(found.values())


@st.composite
def graphs(draw: st.DrawFn) -> list[Fact]:
    """A few facts of every class; nodes first, so that edges have ends."""
    found: list[Fact] = []
    known: dict[str, list[str]] = {}
    for shape in sorted(SHAPES, key=lambda shape: (shape.label is None, len(shape.links))):
        facts = draw(facts_of(shape, known))
        found += facts
        if shape.label:
            known[shape.label] = ["\0".join(str(getattr(fact, name)) for name in fact.KEY) for fact in facts]
    return draw(st.permutations(found))


Put = Callable[[Sequence[Fact]], tuple[Store, Store]]
few = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.mark.neo4j
@few
@given(graphs(), days, st.data())
def test_both_stores_hold_and_select_the_same(
    stores_with: Put, facts: list[Fact], day: date, data: st.DataObject
) -> None:
    embedded, server = stores_with(facts)
    for cls in FACTS:
        wanted = sorted((fact for fact in facts if isinstance(fact, cls)), key=lambda fact: fact.key)
        assert list(embedded.facts(Selection(cls))) == wanted
        assert list(server.facts(Selection(cls))) == wanted
        where: dict[str, list[str]] = {}
        if wanted:
            name = data.draw(st.sampled_from(cls.KEY))
            where[name] = [str(getattr(data.draw(st.sampled_from(wanted)), name))]
        selection = Selection(cls, where, day if issubclass(cls, Dated) else None)
        assert list(embedded.facts(selection)) == list(server.facts(selection))
    assert embedded.status() == server.status()
    for body in {fact.key for fact in facts if type(fact).__name__ == "Organisation"}:
        assert embedded.connected([body]) == server.connected([body])
    assert embedded.replace(facts, {}) == server.replace(facts, {}) == {}
    assert server.replace([], {}, dry_run=True) == embedded.replace([], {}, dry_run=True)
