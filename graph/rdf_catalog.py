"""What a publisher's folder says about itself: a DCAT catalogue, a VoID description and a Data Package.

The terms are those of DCAT-AP 3.0 that can be filled truthfully; dates are those of the data release, so that two
exports of one store are the same bytes.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from nhs_graph.graph.facts import Source
from nhs_graph.graph.flat_files import data_package, file_entry
from nhs_graph.graph.licences import ATTRIBUTION, LICENCES
from nhs_graph.graph.rdf import prefixes
from nhs_graph.graph.rdf_text import (
    FORMATS,
    Format,
    Statement,
    literal,
    partial,
    path,
    turtle_block,
    turtle_head,
    typed,
)
from nhs_graph.graph.store import Selection, Store

TITLE = "nhs-graph: NHS organisations in England in time"
DESCRIPTION = (
    "Trusts, integrated care boards, councils and other organisations of the NHS in England: their names, kinds, "
    "codes, boundaries, mergers and leaders. Every fact has a period and a source."
)
KEYWORDS = ("NHS", "England", "organisations", "integrated care boards", "boundaries", "mergers", "leaders")
ENGLAND = "http://statistics.data.gov.uk/id/statistical-geography/E92000001"
_EU = "http://publications.europa.eu/resource/authority/"
_FILE_TYPES: dict[Format, str] = {
    "ttl": "RDF_TURTLE",
    "nt": "RDF_N_TRIPLES",
    "jsonld": "JSON_LD",
    "trig": "RDF_TRIG",
}


@dataclass(frozen=True)
class Publication:
    """What the descriptions speak of: where it will be, whose it is, and how much there is."""

    base: str
    publisher: str
    release: str
    formats: tuple[Format, ...]
    as_of: date | None
    triples: int
    subjects: int
    classes: Mapping[str, int]


def write_catalog(store: Store, folder: Path, about: Publication) -> None:
    """Write catalog.ttl, void.ttl and datapackage.json beside the data files."""
    files = [(name, folder / f"nhs-graph.{name}") for name in about.formats]
    licences = sorted({source.licence for source in store.facts(Selection(Source))} & LICENCES.keys())
    _write(
        folder / "catalog.ttl", about, [*_catalog(about), *_distributions(about, files), *_rights(about.base, licences)]
    )
    _write(folder / "void.ttl", about, _void(about, files))
    resources = [_resource(file, FORMATS[name]) for name, file in files]
    resources += [_resource(folder / name, FORMATS["ttl"]) for name in ("ontology.ttl", "shapes.ttl", "catalog.ttl")]
    resources.append(_resource(folder / "void.ttl", FORMATS["ttl"]))
    package = data_package(store, resources, "nhs-graph-rdf")
    text = json.dumps(package, ensure_ascii=False, indent=1) + "\n"
    (folder / "datapackage.json").write_text(text, encoding="utf-8", newline="\n")


def _write(target: Path, about: Publication, subjects: Iterable[tuple[str, list[Statement]]]) -> None:
    blocks = [turtle_block(iri, sorted(set(statements))) for iri, statements in subjects]
    target.write_text(turtle_head(prefixes(about.base)) + "\n".join(blocks), encoding="utf-8", newline="\n")


def _resource(file: Path, media_type: str) -> dict[str, Any]:
    return {"name": file.name.lower(), **file_entry(file), "format": file.suffix[1:], "mediatype": media_type}


def _said(predicate: str, text: str) -> Statement:
    return predicate, f"{literal(text)}@en"


def _licensed(base: str) -> list[Statement]:
    """The one licence and the one rights statement that DCAT-AP allows; both have parts (`_rights`)."""
    return [("dct:license", f"<{base}licence>"), ("dct:rights", f"<{base}rights>")]


def _rights(base: str, licences: Iterable[str]) -> Iterator[tuple[str, list[Statement]]]:
    """Each licence of a source in the data, and what must be said with it."""
    told = "The sources have different licences, all of which let anyone use the data; each source names its own."
    yield (
        f"<{base}licence>",
        [
            ("a", "dct:LicenseDocument"),
            ("dct:type", "<http://purl.org/adms/licencetype/Attribution>"),
            _said("dct:title", "The licences of the sources"),
            _said("dct:description", told),
            *(("dct:hasPart", f"<{LICENCES[name].url}>") for name in licences),
        ],
    )
    yield f"<{base}rights>", [("a", "dct:RightsStatement"), *(_said("rdfs:label", line) for line in ATTRIBUTION)]


def _catalog(about: Publication) -> list[tuple[str, list[Statement]]]:
    base = about.base
    publisher, dataset = f"<{base}agent/{path(about.publisher)}>", f"<{base}dataset>"
    dated: list[Statement] = [("dct:issued", partial(about.release)), ("dct:modified", partial(about.release))]
    common: list[Statement] = [
        _said("dct:description", DESCRIPTION),
        ("dct:publisher", publisher),
        ("dct:language", f"<{_EU}language/ENG>"),
        ("dct:spatial", f"<{ENGLAND}>"),
        *dated,
        *_licensed(base),
    ]
    when = _temporal(about)
    themes = [("dcat:theme", f"<{_EU}data-theme/{name}>") for name in ("HEAL", "GOVE")]
    return [
        (
            f"<{base}catalog>",
            [
                ("a", "dcat:Catalog"),
                _said("dct:title", "Open data of nhs-graph"),
                ("foaf:homepage", f"<{base}index.html>"),
                ("dcat:dataset", dataset),
                ("dcat:themeTaxonomy", f"<{_EU}data-theme>"),
                *common,
            ],
        ),
        (
            dataset,
            [
                ("a", "dcat:Dataset"),
                _said("dct:title", TITLE),
                ("dct:identifier", literal(f"{base}dataset")),
                ("dcat:version", literal(about.release)),
                ("dcat:landingPage", f"<{base}index.html>"),
                ("dcat:contactPoint", f"<{base}contact>"),
                ("dct:conformsTo", f"<{base}terms>"),
                ("dct:accrualPeriodicity", f"<{_EU}frequency/IRREG>"),
                ("dct:accessRights", f"<{_EU}access-right/PUBLIC>"),
                ("dct:temporal", f"<{base}dataset/temporal>"),
                ("dct:provenance", f"<{base}dataset/provenance>"),
                *(("dcat:distribution", f"<{base}distribution/{name}>") for name in about.formats),
                *(_said("dcat:keyword", word) for word in KEYWORDS),
                *themes,
                *common,
            ],
        ),
        (f"<{base}dataset/temporal>", [("a", "dct:PeriodOfTime"), *when]),
        (
            f"<{base}dataset/provenance>",
            [
                ("a", "dct:ProvenanceStatement"),
                _said(
                    "rdfs:label", "Each fact names its sources by prov:hadPrimarySource; each source has its licence."
                ),
            ],
        ),
        (publisher, [("a", "foaf:Agent"), ("foaf:name", literal(about.publisher))]),
        (
            f"<{base}contact>",
            [("a", "vcard:Kind"), ("vcard:fn", literal(about.publisher)), ("vcard:hasURL", f"<{base}index.html>")],
        ),
    ]


def _temporal(about: Publication) -> list[Statement]:
    if about.as_of:
        day = typed(about.as_of.isoformat(), "date")
        return [("dcat:startDate", day), ("dcat:endDate", day)]
    # The oldest succession of the register, and the month that the newest register file speaks of.
    return [("dcat:startDate", typed("1992-04-01", "date")), ("dcat:endDate", partial(about.release))]


def _distributions(about: Publication, files: Iterable[tuple[Format, Path]]) -> Iterable[tuple[str, list[Statement]]]:
    for name, file in files:
        content = file.read_bytes()
        address, checksum = f"{about.base}{file.name}", f"<{about.base}distribution/{name}/checksum>"
        yield (
            f"<{about.base}distribution/{name}>",
            [
                ("a", "dcat:Distribution"),
                _said("dct:title", f"The whole graph as {FORMATS[name]}"),
                _said("dct:description", DESCRIPTION),
                ("dcat:accessURL", f"<{address}>"),
                ("dcat:downloadURL", f"<{address}>"),
                ("dcat:mediaType", f"<https://www.iana.org/assignments/media-types/{FORMATS[name]}>"),
                ("dct:format", f"<{_EU}file-type/{_FILE_TYPES[name]}>"),
                ("dcat:byteSize", typed(str(len(content)), "nonNegativeInteger")),
                ("dct:conformsTo", f"<{about.base}terms>"),
                ("dct:issued", partial(about.release)),
                ("spdx:checksum", checksum),
                *_licensed(about.base),
                ("dcatap:availability", f"<{_EU}planned-availability/AVAILABLE>"),
            ],
        )
        yield (
            checksum,
            [
                ("a", "spdx:Checksum"),
                ("spdx:algorithm", "spdx:checksumAlgorithm_sha256"),
                ("spdx:checksumValue", typed(sha256(content).hexdigest(), "hexBinary")),
            ],
        )


def _void(about: Publication, files: Iterable[tuple[Format, Path]]) -> list[tuple[str, list[Statement]]]:
    dataset = f"<{about.base}dataset>"
    used = sorted(
        address
        for name, address in prefixes(about.base).items()
        if name not in {"dcat", "dcatap", "sh", "vcard", "void"}
    )
    return [
        (
            dataset,
            [
                ("a", "void:Dataset"),
                _said("dct:title", TITLE),
                ("void:triples", typed(str(about.triples), "integer")),
                ("void:entities", typed(str(about.subjects), "integer")),
                ("void:uriSpace", literal(about.base)),
                ("void:exampleResource", f"<{about.base}organisation/REM>"),
                ("void:rootResource", f"<{about.base}catalog>"),
                *(("void:vocabulary", f"<{address}>") for address in used),
                *(("void:dataDump", f"<{about.base}{file.name}>") for _, file in files),
                *(("void:classPartition", f"<{about.base}dataset/{_slug(name)}>") for name in about.classes),
            ],
        ),
        *(
            (
                f"<{about.base}dataset/{_slug(name)}>",
                [("void:class", name), ("void:entities", typed(str(count), "integer"))],
            )
            for name, count in sorted(about.classes.items())
        ),
    ]


def _slug(name: str) -> str:
    return name.replace(":", "-").lower()
