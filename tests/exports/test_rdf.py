"""RDF: parsed by rdflib and pyoxigraph to the same triples, and back to the facts that were stored."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Dataset, Graph, URIRef

from nhs_graph.graph.facts import FACTS, Fact, OwnFile
from nhs_graph.graph.rdf import BASE, write_rdf
from nhs_graph.graph.rdf_terms import TERMS
from nhs_graph.graph.rdf_text import FORMATS, Format
from nhs_graph.graph.store import Selection, Store
from tests.exports import hostile
from tests.exports.rdf_reading import Reader, comparable

OX = {
    "ttl": ox.RdfFormat.TURTLE,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
    "trig": ox.RdfFormat.TRIG,
}
Triples = set[tuple[str, str, str]]


@pytest.fixture(scope="session")
def bundle_rdf(bundle_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole bundle in all formats."""
    folder = tmp_path_factory.mktemp("rdf")
    write_rdf(bundle_store, folder, FORMATS, BASE, None)
    return folder


@pytest.fixture(scope="session")
def hostile_rdf(hostile_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile_rdf")
    write_rdf(hostile_store, folder, FORMATS, BASE, None)
    return folder


def by_oxigraph(file: Path) -> ox.Store:
    store = ox.Store()
    store.bulk_load(path=str(file), format=OX[file.suffix[1:]])
    return store


def triples_of_oxigraph(file: Path) -> Triples:
    # Not through a store, which would write numbers in its own way.
    quads = ox.parse(path=str(file), format=OX[file.suffix[1:]])
    return {(str(q.subject), str(q.predicate), str(q.object)) for q in quads}


def lost(store: ox.Store) -> set[object]:
    """Addresses of ours that something names and nothing describes; terms are described by the ontology."""
    described = {q.subject for q in store}
    objects = {q.object for q in store if isinstance(q.object, ox.NamedNode)}
    own = {o for o in objects if o.value.startswith(BASE) and not o.value.startswith(f"{BASE}terms#")}
    return {*own - described}


def test_the_whole_bundle_is_the_same_triples_in_every_format(bundle_rdf: Path) -> None:
    found = {name: triples_of_oxigraph(bundle_rdf / f"nhs-graph.{name}") for name in FORMATS}
    assert len(found["nt"]) > 200_000
    assert len(found["nt"]) == len((bundle_rdf / "nhs-graph.nt").read_bytes().splitlines())
    for name in FORMATS:
        assert found[name] == found["nt"], name


def test_rdflib_reads_the_whole_bundle_as_pyoxigraph_does(bundle_rdf: Path) -> None:
    graph = Graph().parse(bundle_rdf / "nhs-graph.nt", format="nt")
    quads = ox.parse(path=str(bundle_rdf / "nhs-graph.ttl"), format=ox.RdfFormat.TURTLE)
    wanted = {(q.subject.value, q.predicate.value, q.object.value) for q in quads}
    assert {(str(s), str(p), str(o)) for s, p, o in graph} == wanted


# rdflib 7.6 warns of its own parsers' calls.
@pytest.mark.filterwarnings("ignore:(Dataset.default_context|ConjunctiveGraph) is deprecated:DeprecationWarning")
@pytest.mark.parametrize("name", FORMATS)
def test_rdflib_reads_every_format_with_hostile_texts_in_it(hostile_rdf: Path, name: Format) -> None:
    file = hostile_rdf / f"nhs-graph.{name}"
    graph = Dataset(default_union=True)
    graph.parse(file, format={"ttl": "turtle", "nt": "nt", "jsonld": "json-ld", "trig": "trig"}[name])
    names = {str(o) for o in graph.objects(None, URIRef("http://xmlns.com/foaf/0.1/name"))}
    assert names == {*hostile.TEXTS}
    assert len({(s, p, o) for s, p, o, _ in graph.quads()}) == len(triples_of_oxigraph(file))


@pytest.mark.parametrize("fact", TERMS, ids=lambda fact: fact.__name__)
@pytest.mark.parametrize("which", ["bundle", "hostile"])
def test_facts_read_back_are_the_facts_stored(
    which: str, fact: type[Fact], request: pytest.FixtureRequest, readers: Callable[[str], Reader]
) -> None:
    store: Store = request.getfixturevalue(f"{which}_store")
    wanted = [comparable(item) for item in store.facts(Selection(fact))]
    assert [comparable(item) for item in readers(which).facts(fact)] == wanted


@pytest.fixture(scope="session")
def readers(bundle_rdf: Path, hostile_rdf: Path) -> Callable[[str], Reader]:
    folders = {"bundle": bundle_rdf, "hostile": hostile_rdf}
    made: dict[str, Reader] = {}

    def reader(which: str) -> Reader:
        if which not in made:
            made[which] = Reader(by_oxigraph(folders[which] / "nhs-graph.ttl"))
        return made[which]

    return reader


@pytest.mark.parametrize("which", ["bundle", "hostile"])
def test_two_exports_are_the_same_bytes(which: str, request: pytest.FixtureRequest, folder: Path) -> None:
    store: Store = request.getfixturevalue(f"{which}_store")
    first: Path = request.getfixturevalue(f"{which}_rdf")
    write_rdf(store, folder, FORMATS, BASE, None)
    for name in FORMATS:
        assert (folder / f"nhs-graph.{name}").read_bytes() == (first / f"nhs-graph.{name}").read_bytes()


def test_every_statement_of_a_fact_is_in_the_graphs_of_its_sources(bundle_rdf: Path) -> None:
    store = by_oxigraph(bundle_rdf / "nhs-graph.trig")
    body = ox.NamedNode(f"{BASE}organisation/REM")
    (preferred,) = {q.object for q in store.quads_for_pattern(body, ox.NamedNode(f"{SKOS}prefLabel"), None)}
    said = {q.graph_name for q in store.quads_for_pattern(body, ox.NamedNode(f"{SKOS}prefLabel"), preferred)}
    sources = {q.object for q in store.quads_for_pattern(body, ox.NamedNode(f"{PROV}hadPrimarySource"), None)}
    assert said <= sources
    assert said


SKOS, PROV = "http://www.w3.org/2004/02/skos/core#", "http://www.w3.org/ns/prov#"
ORG = "http://www.w3.org/ns/org#"


def test_a_day_has_plain_links_and_its_own_names_and_leads_nowhere(bundle_store: Store, folder: Path) -> None:
    # MODEL: on 2022-07-01 there are 42 boards; REM was renamed on 2019-10-01, and Aintree is no present name.
    write_rdf(bundle_store, folder, ["ttl"], BASE, date(2022, 7, 1))
    store = by_oxigraph(folder / "nhs-graph.ttl")
    kind = ox.NamedNode(f"{BASE}kind/icb")
    boards = {q.subject for q in store.quads_for_pattern(None, ox.NamedNode(f"{ORG}classification"), kind)}
    assert len(boards) == 42
    parents = {q.subject for q in store.quads_for_pattern(None, ox.NamedNode(f"{ORG}subOrganizationOf"), None)}
    assert boards <= parents
    assert not lost(store)
    past = folder / "past"
    past.mkdir()
    write_rdf(bundle_store, past, ["ttl"], BASE, date(2018, 6, 1))
    assert preferred_name(by_oxigraph(past / "nhs-graph.ttl"), "REM").startswith("Aintree")
    assert preferred_name(store, "REM").startswith("Liverpool")


def preferred_name(store: ox.Store, body: str) -> str:
    label = ox.NamedNode(f"{SKOS}prefLabel")
    (quad,) = store.quads_for_pattern(ox.NamedNode(f"{BASE}organisation/{body}"), label, None)
    assert isinstance(quad.object, ox.Literal)
    return quad.object.value


def test_all_references_lead_to_a_description(bundle_rdf: Path) -> None:
    assert not lost(by_oxigraph(bundle_rdf / "nhs-graph.nt"))


def test_every_fact_class_has_its_terms() -> None:
    assert {*TERMS, OwnFile} == {*FACTS}
