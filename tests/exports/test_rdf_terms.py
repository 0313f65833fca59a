"""The table of terms, the ontology and facts.py say the same."""

from pathlib import Path

import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, Graph, URIRef

from nhs_graph.graph.facts import FACTS, Fact, OwnFile
from nhs_graph.graph.rdf import BASE
from nhs_graph.graph.rdf_check import ontology_text
from nhs_graph.graph.rdf_terms import LEFT_OUT, PATHS, SOURCE_IDS, TERMS, TYPES

NHS = f"{BASE}terms#"
# Terms that no field carries alone: a flag of a period, a second way to write a code, a mark of kinds.
BESIDES = {"endUnknown", "orgId", "statutory"}


@pytest.fixture(scope="module")
def ontology() -> Graph:
    return Graph().parse(data=ontology_text(), format="turtle")


@pytest.mark.parametrize("fact", [fact for fact in FACTS if fact is not OwnFile], ids=lambda fact: fact.__name__)
def test_every_field_has_a_term_or_is_left_out_with_a_reason(fact: type[Fact]) -> None:
    fields = {*fact.model_fields, *fact.model_computed_fields} - {"source_ids"}
    left_out = {name for name in fields if LEFT_OUT.get(f"{fact.__name__}.{name}")}
    assert {*TERMS[fact]} | left_out == fields
    assert not {*TERMS[fact]} & left_out


def test_what_is_left_out_exists_and_the_reasons_are_sentences() -> None:
    known = {fact.__name__: {*fact.model_fields, *fact.model_computed_fields} for fact in FACTS}
    for name, reason in LEFT_OUT.items():
        fact, _, field = name.partition(".")
        assert fact in known
        assert not field or field in known[fact]
        assert len(reason.split()) > 3


def test_the_terms_used_are_the_terms_of_the_ontology(ontology: Graph) -> None:
    used = {term.predicate for fields in TERMS.values() for term in fields.values()} | {SOURCE_IDS.predicate}
    used |= {name for types in TYPES.values() for name in types}
    ours = {name.removeprefix("nhs:") for name in used if name.startswith("nhs:")} | BESIDES
    described = {str(term).removeprefix(NHS) for term in ontology.subjects(RDFS.isDefinedBy)}
    assert described == ours


def test_every_term_has_label_comment_source_and_type(ontology: Graph) -> None:
    kinds = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty}
    for term in ontology.subjects(RDFS.isDefinedBy):
        assert set(ontology.objects(term, RDF.type)) <= kinds
        for predicate in (RDFS.label, RDFS.comment, DCTERMS.source):
            assert ontology.value(term, predicate, any=True), (term, predicate)
    (version,) = ontology.objects(URIRef(f"{BASE}terms"), OWL.versionInfo)
    assert str(version)


def test_the_source_of_a_term_is_a_field(ontology: Graph) -> None:
    fields = {f"facts.{fact.__name__}.{name}" for fact in FACTS for name in fact.model_fields}
    fields |= {f"facts.{fact.__name__}" for fact in FACTS} | {"kinds.Kind.statutory"}
    fields |= {f"facts.{name}" for name in ("Dated.start_date", "Dated.end_date")}
    fields |= {f"facts.Seen.{name}" for name in ("first_seen", "last_seen", "shown_from", "shown_until")}
    fields |= {f"facts.Seen.{name}" for name in ("stated_from", "stated_until")}
    told = {
        str(source) for term in ontology.subjects(RDFS.isDefinedBy) for source in ontology.objects(term, DCTERMS.source)
    }
    assert not told - fields


def test_addresses_of_different_facts_never_meet() -> None:
    assert len(set(PATHS.values())) == len(PATHS)
    assert Path(PATHS[FACTS[0]]).name == PATHS[FACTS[0]]
