"""Small graphs, each with one thing wrong: what a shape must catch, at which node, on which path."""

from typing import NamedTuple

PREFIXES = """
@prefix adms: <http://www.w3.org/ns/adms#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> . @prefix nhs: <https://example.org/nhs-graph/terms#> .
@prefix org: <http://www.w3.org/ns/org#> . @prefix prov: <http://www.w3.org/ns/prov#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix time: <http://www.w3.org/2006/time#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @prefix : <https://example.org/nhs-graph/> .
"""
SOUND = """
:said a prov:Entity . :chair a skos:Concept . :ann a foaf:Person ; foaf:name "Ann" .
:A a org:Organization ; dct:identifier "RAA" ; skos:prefLabel "A" ; prov:hadPrimarySource :said .
:B a org:Organization ; dct:identifier "RBB" ; skos:prefLabel "B" ; prov:hadPrimarySource :said .
:day a time:Instant ; time:inXSDDate "2019-10-01"^^xsd:date . :year a time:Instant ; time:inXSDgYear "2019"^^xsd:gYear .
:period a time:ProperInterval ; time:hasBeginning :day ; time:hasEnd :year .
:name a nhs:Name ; nhs:subject :A ; nhs:value "A" ; nhs:during :period ; prov:hadPrimarySource :said .
:event a org:ChangeEvent ; nhs:eventType "acquisition" ; nhs:status "completed" ; prov:hadPrimarySource :said ;
    nhs:effectiveDate "2019-10-01"^^xsd:date ; org:originalOrganization :A , :B ; org:resultingOrganization :A .
:heir a nhs:Succession ; nhs:predecessor :B ; nhs:successor :A ; nhs:event :event ; nhs:weight 1.0 .
:held a org:Membership ; org:member :ann ; org:organization :A ; org:role :chair ; nhs:basis "interim" ;
    org:memberDuring :period ; prov:hadPrimarySource :said .
:council a geo:Feature . :system a geo:Feature ; nhs:kind :kind . :other a geo:Feature ; nhs:kind :kind .
:overlap a nhs:BoundaryOverlap ; nhs:left :council ; nhs:right :system ; nhs:vintage "STP21 x LAD21" ;
    nhs:peopleShareOfLeft 0.75 ; nhs:peopleShareOfRight 0.5 ; nhs:lsoasShareOfLeft 0.5 ; nhs:lsoasShareOfRight 0.25 .
:overlap2 a nhs:BoundaryOverlap ; nhs:left :council ; nhs:right :other ; nhs:vintage "STP21 x LAD21" ;
    nhs:peopleShareOfLeft 0.25 ; nhs:peopleShareOfRight 1.0 ; nhs:lsoasShareOfLeft 0.5 ; nhs:lsoasShareOfRight 1.0 .
:dataset a dcat:Dataset ; dct:license :ogl ; dct:issued "2026-07"^^xsd:gYearMonth ; dct:publisher :us ;
    dcat:distribution :file . :file a dcat:Distribution .
"""


class Broken(NamedTuple):
    """One change to SOUND: what is put in place of what, and the violation that must come of it."""

    shape: str
    old: str
    new: str
    node: str
    path: str
    cure: str


BROKEN = (
    Broken("Organisation", '"RAA"', '"raa !"', "A", "identifier", "correct the code"),
    Broken("Organisation", 'skos:prefLabel "A"', 'skos:prefLabel "A" , "A2"', "A", "prefLabel", "keep the others"),
    Broken("Organisation", '"B" ; prov:hadPrimarySource :said', '"B"', "B", "hadPrimarySource", "add the source"),
    Broken("Period", '"2019"^^xsd:gYear', '"2018"^^xsd:gYear', "period", "hasEnd", "correct the start or the end"),
    Broken("Period", "time:hasBeginning :day", "time:hasBeginning :day , :year", "period", "hasBeginning", "split"),
    Broken("DatedFact", "nhs:subject :A", "nhs:subject :Z", "name", "subject", "correct its code"),
    Broken("ChangeEvent", '"acquisition"', '"takeover"', "event", "eventType", "correct the type"),
    Broken("ChangeEvent", ":A , :B", ":A", "event", "eventType", "correct the parties"),
    Broken(
        "ChangeEvent", 'nhs:effectiveDate "2019-10-01"^^xsd:date ;', "", "event", "effectiveDate", "add nhs:effective"
    ),
    Broken(
        "ChangeEvent",
        "org:originalOrganization :A , :B ; org:resultingOrganization :A",
        "skos:note 1",
        "event",
        "originalOrganization",
        "add org:original",
    ),
    Broken("Succession", "nhs:predecessor :B", "nhs:predecessor :A", "heir", "predecessor", "from one described"),
    Broken("Succession", "nhs:weight 1.0", "nhs:weight 1.5", "heir", "weight", "leave it out"),
    Broken("Membership", "org:member :ann", "org:member :bob", "held", "member", "add the person"),
    Broken("Membership", '"interim"', '"temporary"', "held", "basis", "correct the basis"),
    Broken("Overlap", "nhs:right :other", "nhs:right :lost", "overlap2", "right", "correct its GSS code"),
    Broken(
        "Overlap", "nhs:peopleShareOfRight 0.5", "nhs:peopleShareOfRight 0.0", "overlap", "peopleShareOfRight", "again"
    ),
    Broken(
        "WholeCouncil", "nhs:peopleShareOfLeft 0.75", "nhs:peopleShareOfLeft 0.7", "council", "peopleShareOfLeft", "sum"
    ),
    Broken("Dataset", "dct:license :ogl ;", "", "dataset", "license", "add dct:license"),
    Broken("Dataset", ":file a dcat:Distribution", ":file a dcat:Dataset2", "dataset", "distribution", "add them"),
)
