"""Facts out of RDF again, by the table of rdf_terms.py; pyoxigraph parses it, no code of ours."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pyoxigraph as ox

from nhs_graph.graph.facts import Fact, Tenure
from nhs_graph.graph.interval import PartialDate
from nhs_graph.graph.rdf import AREAS, BASE, prefixes
from nhs_graph.graph.rdf_terms import SOURCE_IDS, TERMS, TYPES, Term
from nhs_graph.graph.schema import SHAPE_OF, precision_of, value_type

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
TIME = "http://www.w3.org/2006/time#"
Node = dict[str, list[Any]]


class Reader:
    """All nodes of a store by address, and the facts that they are."""

    def __init__(self, store: ox.Store, base: str = BASE) -> None:
        self._prefixes = prefixes(base)
        self._nodes: dict[str, Node] = defaultdict(lambda: defaultdict(list))
        for quad in store:
            assert isinstance(quad.subject, ox.NamedNode), "a blank node would have another name in the next export"
            self._nodes[quad.subject.value][quad.predicate.value].append(quad.object)

    def facts(self, fact: type[Fact]) -> Iterator[Fact]:
        """The facts of a class, by key."""
        wanted = {self._full(name) for name in TYPES[fact]}
        found = [
            self._fact(fact, node)
            for node in self._nodes.values()
            if wanted <= {value.value for value in node.get(RDF_TYPE, ())}
        ]
        yield from sorted(found, key=lambda item: item.key)

    def _full(self, name: str) -> str:
        prefix, _, local = name.partition(":")
        return f"{self._prefixes[prefix]}{local}"

    def _fact(self, fact: type[Fact], node: Node) -> Fact:
        values: dict[str, Any] = {}
        for name, term in {**TERMS[fact], "source_ids": SOURCE_IDS}.items():
            found = node.get(self._full(term.predicate), [])
            if value_type(fact, name) is tuple:
                values[name] = tuple(self._value(term, item) for item in found)
            elif term.form not in {"interval", "dated"} and found:
                assert len(found) == 1, (name, found)
                values[name] = self._value(term, found[0])
            elif term.form == "dated" and found and not name.endswith("_precision"):
                values |= _dated(fact, name, found[0].value)
        if "start_date" in fact.model_fields:
            values |= self._period(fact, node)
        return fact.model_validate(values)

    def _value(self, term: Term, item: Any) -> Any:
        value: str = item.value
        if term.form in {"agent", "licence", "checksum"}:
            names = {"agent": "foaf:name", "licence": "dct:identifier", "checksum": "spdx:checksumValue"}
            (found,) = self._nodes[value][self._full(names[term.form])]
            return found.value
        if term.form in {"body", "event", "kind", "person", "role", "source"}:
            return unquote(value.removeprefix(BASE).partition("/")[2])
        return unquote(value.removeprefix(AREAS)) if term.form == "area" else value

    def _period(self, fact: type[Fact], node: Node) -> dict[str, Any]:
        periods = node.get(self._full(TERMS[fact]["start_date"].predicate), [])
        if not periods:
            assert fact is not Tenure
            return {}
        period = self._nodes[periods[0].value]
        values: dict[str, Any] = {}
        for name, predicate in (("start_date", "hasBeginning"), ("end_date", "hasEnd")):
            for instant in period.get(f"{TIME}{predicate}", ()):
                (text,) = [v.value for p, vs in self._nodes[instant.value].items() if p != RDF_TYPE for v in vs]
                values |= _dated(fact, name, text)
        unknown = bool(period.get(self._full("nhs:endUnknown")))
        assert unknown == (fact is Tenure and "end_date" not in values)
        return values


def _dated(fact: type[Fact], name: str, text: str) -> dict[str, Any]:
    parsed = PartialDate.parse(text)
    late = name == "end_date" and parsed.precision != "day"
    precision = precision_of(fact, name)
    assert precision or parsed.precision == "day"
    return {name: parsed.until if late else parsed.first, **({precision: parsed.precision} if precision else {})}


def comparable(fact: Fact) -> dict[str, Any]:
    """What RDF can say of a fact: lists have no order, and the precision of a date that is not known says nothing."""
    values: dict[str, Any] = {}
    for name in SHAPE_OF[type(fact)].fields:
        value: Any = getattr(fact, name)
        values[name] = sorted(set(value)) if value_type(type(fact), name) is tuple else value
    for name in SHAPE_OF[type(fact)].fields:
        precision = precision_of(type(fact), name)
        if precision and getattr(fact, name) is None:
            values[precision] = "day"
    return values
