"""Statements that follow from several facts: links that the W3C vocabularies know, without dates of their own.

What is true of a body for ever (its codes, the events that changed it) is always written; what holds only for a time
(its kind, what it is part of) only for the day of the export.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

from nhs_graph.graph import facts as f
from nhs_graph.graph.kinds import KINDS
from nhs_graph.graph.rdf_text import Statement, literal
from nhs_graph.graph.store import Selection

if TYPE_CHECKING:
    from nhs_graph.graph.rdf import Exporter, Facts

F = TypeVar("F", bound=f.Fact)
Part = tuple[tuple[str, ...], list[Statement]]
"""The sources of some statements, and the statements."""

_LINKS = {
    "PART_OF": "org:subOrganizationOf",
    "LOCATED_IN": "org:linkedTo",
    "MEMBER_OF": "org:linkedTo",
    "COMMISSIONED_BY": "org:linkedTo",
    "OPERATES": "org:hasSite",
}


class Extras:
    """What other facts say of some bodies or events, read from the store once."""

    def __init__(self, exporter: "Exporter", store: "Facts", ids: set[str]) -> None:
        self._exporter = exporter
        body = {"organisation_id": ids}
        self._names = _by(store.facts(Selection(f.Name, body)), "organisation_id")
        self._codes = _by(store.facts(Selection(f.Identifier, body)), "organisation_id")
        self._kinds = _by(store.facts(Selection(f.Classification, body)), "organisation_id")
        self._links = _by(store.facts(Selection(f.Relation, {"subject_id": ids})), "subject_id")
        self._changes = _by(store.facts(Selection(f.Party, body)), "organisation_id")
        self._parties = _by(store.facts(Selection(f.Party, {"event_id": ids})), "event_id")
        self._heirs = _by(store.facts(Selection(f.Succession, {"predecessor_id": ids})), "predecessor_id")
        self._heritage = _by(store.facts(Selection(f.Succession, {"successor_id": ids})), "successor_id")

    def name_on_the_day(self, body: f.Organisation) -> f.Name | None:
        """What the body was called on the day of the export; None without a day or without a name."""
        return next(iter(self._names[body.id]), None) if self._exporter.as_of else None

    def of_body(self, body: f.Organisation) -> list[Part]:
        """Codes, names, statutory form, events, heirs; on a day also kind and wider bodies."""
        return [(self._exporter.sources(fact), list(said)) for fact, said in self._of_body(body) if said]

    def of_event(self, event: f.ChangeEvent) -> list[Part]:
        """The bodies that it started from and led to."""
        exporter = self._exporter
        predicates = {"original": "org:originalOrganization", "result": "org:resultingOrganization"}
        return [
            (exporter.sources(party), [(predicates[party.side], exporter.value("body", party.organisation_id))])
            for party in self._parties[event.id]
        ]

    def _of_body(self, body: f.Organisation) -> Iterator[tuple[f.Fact, list[Statement]]]:
        tell, day = self._exporter.value, self._exporter.as_of
        preferred = self.name_on_the_day(body)
        if preferred:
            yield preferred, [("skos:prefLabel", literal(preferred.name))]
        for name in self._names[body.id]:
            if name.name != (preferred.name if preferred else body.name):
                yield name, [("skos:altLabel", literal(name.name))]
        for code in self._codes[body.id]:
            yield code, [("adms:identifier", self._exporter.iri(code))]
        for kind in self._kinds[body.id]:
            formal = kind.kind in KINDS and KINDS[kind.kind].statutory
            yield kind, [("a", "org:FormalOrganization")] if formal else []
            yield kind, [("org:classification", tell("kind", kind.kind))] if day else []
        for link in self._links[body.id]:
            yield link, [(_LINKS[link.type], tell("body", link.object_id))] if day else []
        for party in self._changes[body.id]:
            predicate = "org:changedBy" if party.side == "original" else "org:resultedFrom"
            yield party, [(predicate, tell("event", party.event_id))]
        for heir in self._heirs[body.id]:
            yield heir, [("dct:isReplacedBy", tell("body", heir.successor_id))]
        for older in self._heritage[body.id]:
            yield older, [("dct:replaces", tell("body", older.predecessor_id))]


def link_triples(exporter: "Exporter", store: "Facts") -> dict[str, list[Part]]:
    """How areas lie to each other on the day of the export, by the code of the left one."""
    found: dict[str, list[Part]] = defaultdict(list)
    for overlap in store.facts(Selection(f.Overlap)):
        whole = (overlap.lsoas_share_of_left == 1, overlap.lsoas_share_of_right == 1)
        name = {(True, True): "sfEquals", (True, False): "sfWithin", (False, True): "sfContains"}.get(
            whole, "sfOverlaps"
        )
        link = (f"geo:{name}", exporter.area(overlap.right_gss))
        found[overlap.left_gss].append((exporter.sources(overlap), [link]))
    return found


def _by(facts: Iterable[F], name: str) -> dict[str, list[F]]:
    found: dict[str, list[F]] = defaultdict(list)
    for fact in facts:
        found[getattr(fact, name)].append(fact)
    return found
