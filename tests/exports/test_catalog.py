"""The descriptions of an RDF folder: DCAT-AP term by term, VoID counts, checksums, licences, and the two pages."""

import json
import re
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from rdflib import DCTERMS, FOAF, RDF, RDFS, VOID, Graph, Literal, Namespace, URIRef
from rdflib.namespace import XSD

from nhs_graph.graph.facts import Source
from nhs_graph.graph.licences import LICENCES, ODS, ONS, OS
from nhs_graph.graph.rdf_folder import write_folder
from nhs_graph.graph.store import Selection, Store
from tests.cli.test_program import call
from tests.exports import hostile

BASE = "https://data.example.org/nhs/"
DCAT = Namespace("http://www.w3.org/ns/dcat#")  # version 3; that of rdflib is 2
SPDX = Namespace("http://spdx.org/rdf/terms#")
SPACES = {"dct": DCTERMS, "dcat": DCAT, "foaf": FOAF, "spdx": SPDX, "dcatap": Namespace("http://data.europa.eu/r5r/")}
# The terms of DCAT-AP 3.0.0: what its shapes Catalog_Shape, Dataset_Shape, Distribution_Shape, Agent_Shape,
# Checksum_Shape, PeriodOfTime_Shape and LicenceDocument_Shape ask for or recommend, and of which they allow one value
# only (SEMICeu/DCAT-AP, releases/3.0.0/html/shacl: shapes.ttl and shapes_recommended.ttl).
WANTED = {
    DCAT.Catalog: """dct:title dct:description dct:publisher dct:language dct:issued dct:license dct:spatial
        dct:modified
        dcat:themeTaxonomy foaf:homepage dcat:dataset""",
    DCAT.Dataset: """dct:title dct:description dcat:contactPoint dcat:distribution dcat:keyword dct:publisher
        dct:spatial
        dct:temporal dcat:theme""",
    DCAT.Distribution: "dcat:accessURL dct:description dct:format dct:license dcatap:availability",
    FOAF.Agent: "foaf:name",
    SPDX.Checksum: "spdx:algorithm spdx:checksumValue",
    DCTERMS.PeriodOfTime: "dcat:startDate dcat:endDate",
    DCTERMS.LicenseDocument: "dct:type",
}
ONE = {
    DCAT.Catalog: "dct:publisher dct:license dct:rights dct:issued dct:modified dct:isPartOf foaf:homepage",
    DCAT.Dataset: "dct:publisher dct:accessRights dct:accrualPeriodicity dct:issued dct:modified",
    DCAT.Distribution: """dct:issued dct:modified dct:rights dct:license dct:format dcat:mediaType dcat:byteSize
        spdx:checksum dcatap:availability""",
    FOAF.Agent: "dct:type",
    SPDX.Checksum: "spdx:algorithm spdx:checksumValue",
    DCTERMS.PeriodOfTime: "dcat:startDate dcat:endDate",
    DCTERMS.LicenseDocument: "",
}
NOT_SAID = {(FOAF.Agent, "dct:type"): "recommended: what kind of body the publisher is, which only they know"}


@pytest.fixture(scope="module")
def published(bundle_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published")
    write_folder(bundle_store, folder, ("ttl", "jsonld"), BASE, "A publisher <&>", None)
    return folder


@pytest.fixture(scope="module")
def catalog(published: Path) -> Graph:
    return Graph().parse(published / "catalog.ttl")


def of(term: str) -> URIRef:
    prefix, _, name = term.partition(":")
    return URIRef(SPACES[prefix][name])


@pytest.mark.parametrize("kind", WANTED, ids=lambda kind: re.split("[/#]", kind)[-1])
def test_the_record_has_the_terms_of_dcat_ap_as_often_as_allowed(catalog: Graph, kind: URIRef) -> None:
    found = list(catalog.subjects(RDF.type, kind))
    assert found
    for node in found:
        for term in WANTED[kind].split():
            assert (kind, term) in NOT_SAID or (node, of(term), None) in catalog, (node, term)
        for term in ONE[kind].split():
            assert len(list(catalog.objects(node, of(term)))) <= 1, (node, term)


def test_dates_of_the_record_have_a_type_that_dcat_ap_allows(catalog: Graph) -> None:
    # DateOrDateTimeDataType_Shape of the same file.
    allowed = {XSD.date, XSD.dateTime, XSD.gYear, XSD.gYearMonth}
    dates = [
        value
        for term in ("dct:issued", "dct:modified", "dcat:startDate", "dcat:endDate")
        for value in catalog.objects(None, of(term))
    ]
    assert len(dates) > 5
    assert {value.datatype for value in dates if isinstance(value, Literal)} <= allowed
    assert all(isinstance(value, Literal) for value in dates)


def test_the_licence_of_the_whole_names_those_of_the_sources(catalog: Graph, bundle_store: Store) -> None:
    used = {LICENCES[source.licence].url for source in bundle_store.facts(Selection(Source))}
    assert {str(part) for part in catalog.objects(URIRef(f"{BASE}licence"), DCTERMS.hasPart)} == used
    lines = {str(line) for line in catalog.objects(URIRef(f"{BASE}rights"), RDFS.label)}
    assert any(ODS in line for line in lines)


def test_dates_are_those_of_the_data_and_typed(catalog: Graph, bundle_store: Store) -> None:
    release = bundle_store.meta()["release"]
    assert (URIRef(f"{BASE}dataset"), DCTERMS.issued, Literal(release, datatype=XSD.gYearMonth)) in catalog


def test_checksums_and_sizes_are_those_of_the_files(published: Path, catalog: Graph) -> None:
    for node in catalog.subjects(RDF.type, DCAT.Distribution):
        file = published / str(catalog.value(node, DCAT.downloadURL)).removeprefix(BASE)
        content = file.read_bytes()
        checksum = catalog.value(catalog.value(node, SPDX.checksum), SPDX.checksumValue)
        assert (str(checksum), str(catalog.value(node, DCAT.byteSize))) == (
            sha256(content).hexdigest(),
            str(len(content)),
        )
    package = json.loads((published / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        content = (published / resource["path"]).read_bytes()
        assert resource["hash"] == f"sha256:{sha256(content).hexdigest()}"


def test_void_counts_what_is_there(published: Path) -> None:
    data, void = Graph().parse(published / "nhs-graph.ttl"), Graph().parse(published / "void.ttl")
    assert int(str(void.value(URIRef(f"{BASE}dataset"), VOID.triples))) == len(data)
    for part in void.objects(URIRef(f"{BASE}dataset"), VOID.classPartition):
        members = set(data.subjects(RDF.type, void.value(part, VOID["class"])))
        assert int(str(void.value(part, VOID.entities))) == len(members) > 0


def test_every_source_has_its_licence_and_what_must_be_said(published: Path, bundle_store: Store) -> None:
    data = Graph().parse(published / "nhs-graph.ttl")
    for source in bundle_store.facts(Selection(Source)):
        node = URIRef(f"{BASE}source/{source.id}")
        assert str(data.value(node, DCTERMS.license)) == LICENCES[source.licence].url
        rights = str(data.value(node, DCTERMS.rights))
        # Data guide, licence lines.
        if source.publisher == "NHS England, Organisation Data Service":
            assert rights == ODS
        elif source.publisher == "Office for National Statistics":
            assert rights == f"{ONS} {OS}"
        else:
            assert source.publisher in rights


def test_the_pages_are_whole_and_every_link_in_them_leads_to_a_file(published: Path) -> None:
    for name in ("index.html", "terms.html"):
        text = (published / name).read_text(encoding="utf-8")
        assert "A publisher &lt;&amp;&gt;" in text or name == "terms.html"
        assert "<script" not in text
        for link in re.findall(r'href="([^"]+)"', text):
            assert (published / link).exists(), link
    ontology = (published / "ontology.ttl").read_text(encoding="utf-8")
    for term in re.findall(r"^nhs:(\w+) a ", ontology, re.MULTILINE):
        assert f'id="{term}"' in text


class Seen(HTMLParser):
    """The tags and texts of a page, as a browser would take them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags, self.texts = set[str](), set[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.texts.add(data)


def test_hostile_texts_stay_texts_in_the_descriptions_and_pages(hostile_store: Store, folder: Path) -> None:
    write_folder(hostile_store, folder, ("ttl",), BASE, hostile.TEXTS[1], None)
    page = Seen()
    page.feed((folder / "index.html").read_text(encoding="utf-8"))
    assert not page.tags & {"script", "img", "b"}
    assert {hostile.SOURCE.title, hostile.SOURCE.publisher, hostile.SOURCE.licence} <= page.texts
    catalog = Graph().parse(folder / "catalog.ttl")
    assert hostile.TEXTS[1] in {str(name) for name in catalog.objects(None, FOAF.name)}


def test_no_address_of_the_placeholder_is_left(published: Path) -> None:
    for file in published.iterdir():
        assert "https://example.org/nhs-graph/" not in file.read_text(encoding="utf-8"), file.name


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--formats", "xml"], "'xml' is no format"),
        (["--base", "https://www.england.nhs.uk/graph/"], "nothing is minted under nhs.uk"),
        (["--base", "https://data.example.org/nhs"], "no base address"),
        (["--base", "https://example.org/<script>/"], "no base address"),
        (["--as-of", "2022"], "a month or year"),
        (["--check", "--formats", "jsonld"], "reads ttl or nt"),
    ],
    ids=str,
)
def test_what_cannot_be_published_is_refused(bundle_url: str, tmp_path: Path, words: list[str], told: str) -> None:
    done = call("export", "rdf", "-o", str(tmp_path / "out"), *words, store=bundle_url)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert not list(tmp_path.iterdir())
