"""The facts as RDF: streamed subject by subject in a fixed order, so that two exports are the same bytes.

Every dated fact is a node of its own, with its period (`nhs:during`) and its sources; plain triples such as
`org:subOrganizationOf` know no dates and are written only for a day (`as_of`). Every node has an address: areas the
official one of the Office for National Statistics, all others one under the publisher's base; nothing under nhs.uk.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from nhs_graph.graph import facts as f
from nhs_graph.graph.interval import end_text, start_text
from nhs_graph.graph.licences import attribution, licence_url
from nhs_graph.graph.rdf_day import Day
from nhs_graph.graph.rdf_plain import Extras, link_triples
from nhs_graph.graph.rdf_scheme import Common
from nhs_graph.graph.rdf_terms import PATHS, PREFIXES, SOURCE_IDS, TERMS, TYPES, Form, Term
from nhs_graph.graph.rdf_text import Format, Statement, Subject, Writer, literal, partial, path, typed
from nhs_graph.graph.schema import precision_of
from nhs_graph.graph.store import F, Selection

BASE = "https://example.org/nhs-graph/"
"""The address under which a publisher who names none puts everything: a placeholder by RFC 2606."""
AREAS = "http://statistics.data.gov.uk/id/statistical-geography/"
CHUNK = 500
"""Bodies or events that are gathered with what belongs to them at once."""
_DATED: tuple[type[f.Fact], ...] = (f.Name, f.Identifier, f.Classification, f.Relation, f.Coverage)
_OTHERS: tuple[type[f.Fact], ...] = (
    f.Overlap,
    f.AreaMove,
    f.Party,
    f.Succession,
    f.Person,
    f.Post,
    f.Tenure,
    f.Claim,
    f.Conflict,
)


class Facts(Protocol):
    """Where facts come from: a store, or the part of one that holds on a day."""

    def facts(self, selection: Selection[F]) -> Iterator[F]:
        """The selected facts, in order of their key."""
        ...


def prefixes(base: str) -> dict[str, str]:
    """All prefixes, `nhs:` among them, for a base address."""
    return {**PREFIXES, "nhs": f"{base}terms#"}


def write_rdf(store: Facts, folder: Path, formats: Iterable[Format], base: str, as_of: date | None) -> Writer:
    """Write `nhs-graph.<format>` for each format; the writer knows how many triples and subjects."""
    with ExitStack() as stack:
        files = {
            name: stack.enter_context((folder / f"nhs-graph.{name}").open("w", encoding="utf-8", newline="\n"))
            for name in formats
        }
        writer = Writer(files, prefixes(base))
        writer.write(Exporter(base, as_of).subjects(Day(store, as_of) if as_of else store))
        writer.finish()
    return writer


class Exporter:
    """Facts to subjects for one base address."""

    def __init__(self, base: str, as_of: date | None) -> None:
        self.base = base
        self.as_of = as_of
        self._common = Common(base)
        self._values: dict[Form, Callable[[Any], str]] = {
            "agent": self._common.agent,
            "anyuri": lambda value: typed(literal(value)[1:-1], "anyURI"),
            "area": self.area,
            "body": self._address(f.Organisation),
            "bool": lambda value: typed("true" if value else "false", "boolean"),
            "checksum": self._common.checksum,
            "day": lambda value: typed(value.isoformat(), "date"),
            "event": self._address(f.ChangeEvent),
            "int": lambda value: typed(str(value), "integer"),
            "kind": lambda value: f"<{base}kind/{path(value)}>",
            "licence": self._common.licence,
            "number": lambda value: typed(repr(value), "double"),
            "partial": partial,
            "person": self._address(f.Person),
            "role": self._common.role,
            "source": self._address(f.Source),
            "text": literal,
        }
        self._own = {fact: self._readers(fact) for fact in TERMS}

    def subjects(self, store: Facts) -> Iterator[Subject]:
        """Every subject once: the facts by class and key, then what they share."""
        source = self._values["source"]
        for fact in store.facts(Selection(f.Source)):
            yield Subject(source(fact.id), [((), [*self.statements(fact), *_of_source(fact)])])
        yield from self._gathered(store, f.Organisation)
        yield from self._gathered(store, f.ChangeEvent)
        for dated in _DATED:
            yield from self._plainly(store.facts(Selection(dated)))
        yield from self._areas(store)
        for other in _OTHERS:
            yield from self._plainly(store.facts(Selection(other)))
        yield from self._common.subjects()

    def area(self, gss: str) -> str:
        """The official address of an area."""
        return f"<{AREAS}{path(gss)}>"

    def iri(self, fact: f.Fact) -> str:
        """The address of a fact's node."""
        if isinstance(fact, f.Area):
            return self.area(fact.gss)
        return f"<{self.base}{PATHS[type(fact)]}/{path(fact.key)}>"

    def statements(self, fact: f.Fact) -> list[Statement]:
        """What the fact's own fields say, by the table of rdf_terms.py."""
        types, readers = self._own[type(fact)]
        found = list(types)
        values = fact.__dict__
        for predicate, name, told in readers:
            value = values[name]
            if value is None:
                continue
            if type(value) is tuple:
                found += [(predicate, told(item)) for item in value]
            else:
                found.append((predicate, told(value)))
        for predicate, dated in self._dates(fact):
            found.append((predicate, dated))
        return found

    def _plainly(self, facts: Iterable[f.Fact]) -> Iterator[Subject]:
        for fact in facts:
            statements = self.statements(fact)
            if isinstance(fact, f.Identifier) and fact.scheme == "ods":
                # The prefix of ODS codes in the list of organisation registers, org-id.guide.
                statements.append(("nhs:orgId", literal(f"GB-NHS-{fact.value}")))
            yield Subject(self.iri(fact), [(self.sources(fact), statements)])

    def sources(self, fact: f.Fact) -> tuple[str, ...]:
        """The addresses of a fact's sources."""
        return tuple(map(self._values["source"], fact.source_ids))

    def _gathered(self, store: Facts, fact_class: type[f.Organisation] | type[f.ChangeEvent]) -> Iterator[Subject]:
        """Bodies or events with what other facts say of them, some at a time."""
        chunk: list[f.Organisation | f.ChangeEvent] = []
        for fact in store.facts(Selection(fact_class)):
            chunk.append(fact)
            if len(chunk) == CHUNK:
                yield from self._with_extras(store, chunk)
                chunk = []
        if chunk:
            yield from self._with_extras(store, chunk)

    def _with_extras(self, store: Facts, chunk: list[f.Organisation | f.ChangeEvent]) -> Iterator[Subject]:
        extras = Extras(self, store, {fact.id for fact in chunk})
        for fact in chunk:
            own = self.statements(fact)
            if isinstance(fact, f.Organisation):
                found = extras.of_body(fact)
                if extras.name_on_the_day(fact):
                    own = [statement for statement in own if statement[0] != "skos:prefLabel"]
            else:
                found = extras.of_event(fact)
                if fact.effective_date and fact.effective_precision == "day":
                    own.append(("prov:endedAtTime", typed(f"{fact.effective_date}T00:00:00+00:00", "dateTime")))
            yield Subject(self.iri(fact), [(self.sources(fact), own), *found])

    def _areas(self, store: Facts) -> Iterator[Subject]:
        links = link_triples(self, store) if self.as_of else {}
        for area in store.facts(Selection(f.Area)):
            yield Subject(self.iri(area), [(self.sources(area), self.statements(area)), *links.get(area.gss, [])])

    def _address(self, fact: type[f.Fact]) -> Callable[[str], str]:
        start = f"<{self.base}{PATHS[fact]}/"
        return lambda key: f"{start}{path(key)}>"

    def value(self, form: Form, value: object) -> str:
        """A value in a form of rdf_terms.py."""
        return self._values[form](value)

    def _readers(self, fact: type[f.Fact]) -> tuple[list[Statement], list[tuple[str, str, Callable[[Any], str]]]]:
        terms: Mapping[str, Term] = {**TERMS[fact], "source_ids": SOURCE_IDS}
        readers = [
            (term.predicate, name, self._values[term.form])
            for name, term in terms.items()
            if term.form not in {"interval", "dated"}
        ]
        return [("a", name) for name in TYPES[fact]], readers

    def _dates(self, fact: f.Fact) -> Iterator[Statement]:
        """The period of a dated fact, and dates with a precision of their own."""
        if isinstance(fact, f.Dated):
            unknown = isinstance(fact, f.Tenure) and not fact.end_date
            if fact.start_date or fact.end_date or unknown:
                exact = fact if isinstance(fact, f.Partial) else None
                start = start_text(fact.start_date, exact.start_precision if exact else "day")
                end = end_text(fact.end_date, exact.end_precision if exact else "day")
                yield TERMS[type(fact)]["start_date"].predicate, self._common.interval(start, end, unknown)
            return
        for name, term in TERMS[type(fact)].items():
            day = getattr(fact, name)
            if term.form == "dated" and isinstance(day, date):
                precision = precision_of(type(fact), name)
                text = start_text(day, getattr(fact, precision) if precision else "day")
                yield term.predicate, partial(str(text))


def _of_source(source: f.Source) -> Iterator[Statement]:
    """The licence as a rights statement with its attribution line, and the page as a link where it is one."""
    yield "dct:rights", literal(attribution(source))
    if source.url and source.url.isascii() and not set(source.url) & set(' <>"{}|\\^`') and licence_url(source):
        yield "dcat:landingPage", f"<{source.url}>"
