"""Which RDF term says each field of facts.py (RDF vocabulary: W3C ORG, PROV, DCAT, SKOS, OWL-Time; else `nhs:`).

One row a field: the predicate, and the form in which its value is written (rdf.py). A test holds this table to
facts.py and to ontology.ttl: a new field without a row fails it. LEFT_OUT lists what is not said, with the reason.
"""

from dataclasses import dataclass
from typing import Literal

from nhs_graph.graph import facts as f

PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "time": "http://www.w3.org/2006/time#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""All prefixes but `nhs:`, whose namespace follows from the publisher's base address."""

Form = Literal[
    "agent",
    "anyuri",
    "area",
    "body",
    "bool",
    "checksum",
    "dated",
    "day",
    "event",
    "int",
    "interval",
    "kind",
    "licence",
    "number",
    "partial",
    "person",
    "role",
    "source",
    "text",
]


@dataclass(frozen=True)
class Term:
    """The predicate of a field, and how its value is written."""

    predicate: str
    form: Form


def _interval(predicate: str = "nhs:during") -> dict[str, Term]:
    return dict.fromkeys(("start_date", "end_date"), Term(predicate, "interval"))


def _partial_interval(predicate: str = "nhs:during") -> dict[str, Term]:
    return _interval(predicate) | dict.fromkeys(("start_precision", "end_precision"), Term(predicate, "interval"))


_SUBJECT = Term("nhs:subject", "body")
_SEEN = {
    "first_seen": Term("nhs:firstSeen", "partial"),
    "last_seen": Term("nhs:lastSeen", "partial"),
    "shown_from": Term("nhs:shownFrom", "day"),
    "stated_from": Term("nhs:statedFrom", "day"),
    "stated_until": Term("nhs:statedUntil", "day"),
    "shown_until": Term("nhs:shownUntil", "day"),
}
_EFFECTIVE = Term("nhs:effectiveDate", "dated")
_ANNOUNCED = Term("nhs:announcedDate", "dated")
_SAID_ON = Term("nhs:saidOn", "dated")
_ID = Term("dct:identifier", "text")

TERMS: dict[type[f.Fact], dict[str, Term]] = {
    f.Source: {
        "id": _ID,
        "title": Term("dct:title", "text"),
        "publisher": Term("dct:publisher", "agent"),
        "url": Term("nhs:url", "anyuri"),
        "published_on": Term("dct:issued", "partial"),
        "retrieved_on": Term("nhs:retrievedOn", "partial"),
        "licence": Term("dct:license", "licence"),
        "kind": Term("nhs:sourceKind", "text"),
        "vintage": Term("nhs:vintage", "text"),
        "sha256": Term("spdx:checksum", "checksum"),
    },
    f.Organisation: {"id": _ID, "name": Term("skos:prefLabel", "text"), **_partial_interval()},
    f.Name: {"organisation_id": _SUBJECT, "name": Term("nhs:value", "text"), **_partial_interval(), **_SEEN},
    f.Identifier: {
        "organisation_id": _SUBJECT,
        "scheme": Term("nhs:scheme", "text"),
        "value": Term("skos:notation", "text"),
        **_interval(),
    },
    f.Classification: {
        "organisation_id": _SUBJECT,
        "kind": Term("nhs:kind", "kind"),
        "role_code": Term("nhs:roleCode", "text"),
        **_partial_interval(),
        **_SEEN,
    },
    f.Relation: {
        "subject_id": _SUBJECT,
        "type": Term("nhs:relationType", "text"),
        "object_id": Term("nhs:object", "body"),
        **_partial_interval(),
        **_SEEN,
    },
    f.Area: {
        "gss": _ID,
        "kind": Term("nhs:kind", "kind"),
        "name": Term("skos:prefLabel", "text"),
        **_interval(),
    },
    f.Coverage: {"organisation_id": _SUBJECT, "gss": Term("nhs:area", "area"), **_interval()},
    f.Overlap: {
        "left_gss": Term("nhs:left", "area"),
        "right_gss": Term("nhs:right", "area"),
        "lsoas": Term("nhs:lsoaCount", "int"),
        "people": Term("nhs:population", "int"),
        "area_km2": Term("nhs:areaKm2", "number"),
        "people_share_of_left": Term("nhs:peopleShareOfLeft", "number"),
        "people_share_of_right": Term("nhs:peopleShareOfRight", "number"),
        "lsoas_share_of_left": Term("nhs:lsoasShareOfLeft", "number"),
        "lsoas_share_of_right": Term("nhs:lsoasShareOfRight", "number"),
        "area_share_of_left": Term("nhs:areaShareOfLeft", "number"),
        "area_share_of_right": Term("nhs:areaShareOfRight", "number"),
        "population_base": Term("nhs:populationBase", "text"),
        "vintage": Term("nhs:vintage", "text"),
        "basis": Term("nhs:lookupBasis", "text"),
        **_interval(),
    },
    f.AreaMove: {
        "council_gss": Term("nhs:council", "area"),
        "from_gss": Term("nhs:fromArea", "area"),
        "to_gss": Term("nhs:toArea", "area"),
        "lsoas": Term("nhs:lsoaCount", "int"),
        "people": Term("nhs:population", "int"),
        "population_base": Term("nhs:populationBase", "text"),
        "effective_date": _EFFECTIVE,
    },
    f.ChangeEvent: {
        "id": _ID,
        "kind": Term("nhs:eventType", "text"),
        "status": Term("nhs:status", "text"),
        "effective_date": _EFFECTIVE,
        "effective_precision": _EFFECTIVE,
        "announced_date": _ANNOUNCED,
        "announced_precision": _ANNOUNCED,
        "legal_basis": Term("nhs:legalBasis", "text"),
        "press_kind": Term("nhs:pressKind", "text"),
        "rule": Term("nhs:rule", "text"),
    },
    f.Party: {
        "event_id": Term("nhs:event", "event"),
        "organisation_id": _SUBJECT,
        "side": Term("nhs:side", "text"),
    },
    f.Succession: {
        "predecessor_id": Term("nhs:predecessor", "body"),
        "successor_id": Term("nhs:successor", "body"),
        "effective_date": _EFFECTIVE,
        "event_id": Term("nhs:event", "event"),
        "weight": Term("nhs:weight", "number"),
        "weight_basis": Term("nhs:weightBasis", "text"),
        "whole_parts": Term("nhs:wholePart", "body"),
        "other_parts": Term("nhs:otherPart", "body"),
        "part_shares": Term("nhs:partShare", "text"),
    },
    f.Person: {
        "id": _ID,
        "name": Term("foaf:name", "text"),
        "honorific": Term("foaf:title", "text"),
        "other_names": Term("nhs:otherName", "text"),
    },
    f.Post: {"organisation_id": Term("org:postIn", "body"), "role": Term("org:role", "role")},
    f.Tenure: {
        "person_id": Term("org:member", "person"),
        "organisation_id": Term("org:organization", "body"),
        "role": Term("org:role", "role"),
        "role_label": Term("nhs:roleLabel", "text"),
        "organisation_name": Term("nhs:organisationName", "text"),
        "basis": Term("nhs:basis", "text"),
        "appointment_id": Term("nhs:appointment", "text"),
        "taken_up": Term("nhs:takenUp", "bool"),
        **_partial_interval("org:memberDuring"),
        **_SEEN,
    },
    f.Claim: {
        "id": _ID,
        "text": Term("schema:text", "text"),
        "said_by": Term("prov:wasAttributedTo", "agent"),
        "said_on": _SAID_ON,
        "said_precision": _SAID_ON,
        "subject_ids": Term("schema:about", "body"),
        "topic": Term("nhs:topic", "text"),
        "query": Term("nhs:query", "text"),
        "params": Term("nhs:params", "text"),
        "expected": Term("nhs:expected", "text"),
    },
    f.Conflict: {
        "organisation_id": _SUBJECT,
        "fact": Term("nhs:fact", "text"),
        "value_a": Term("nhs:valueA", "text"),
        "value_b": Term("nhs:valueB", "text"),
        "source_a": Term("nhs:sourceA", "text"),
        "source_b": Term("nhs:sourceB", "text"),
    },
}
SOURCE_IDS = Term("prov:hadPrimarySource", "source")
"""The field that all facts have."""

LEFT_OUT: dict[str, str] = {
    "Name.folded": "computed from the name, for searches",
    "Name.bare": "computed from the name, for searches",
    "OwnFile": "a user's file as it was read; the facts that it states are said themselves",
}
"""`Class` or `Class.field` -> why no term says it."""

TYPES: dict[type[f.Fact], tuple[str, ...]] = {
    f.Source: ("dct:BibliographicResource", "prov:Entity"),
    f.Organisation: ("org:Organization",),
    f.Name: ("nhs:Name",),
    f.Identifier: ("adms:Identifier",),
    f.Classification: ("nhs:Classification",),
    f.Relation: ("nhs:Relationship",),
    f.Area: ("geo:Feature",),
    f.Coverage: ("nhs:Coverage",),
    f.Overlap: ("nhs:BoundaryOverlap",),
    f.AreaMove: ("nhs:AreaMove",),
    f.ChangeEvent: ("org:ChangeEvent", "prov:Activity"),
    f.Party: ("nhs:Party",),
    f.Succession: ("nhs:Succession",),
    f.Person: ("foaf:Person",),
    f.Post: ("org:Post",),
    f.Tenure: ("org:Membership",),
    f.Claim: ("nhs:Claim", "schema:Claim"),
    f.Conflict: ("nhs:Conflict",),
}
"""The classes of each fact's node."""

PATHS: dict[type[f.Fact], str] = {fact: fact.__name__.lower() for fact in TYPES}
"""The part of an address between the base and the key; areas have the official address instead."""
