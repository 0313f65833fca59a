"""Under which licence the facts may be used, and what must be said with them (data guide, licence lines)."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # --help prints these lines, and does without pydantic
    from nhs_graph.graph.facts import Source


@dataclass(frozen=True)
class Licence:
    """A licence by its SPDX id: its name, and the page that holds its text."""

    id: str
    title: str
    url: str


LICENCES: dict[str, Licence] = {
    licence.id: licence
    for licence in (
        Licence(
            "OGL-UK-3.0",
            "Open Government Licence v3.0",
            "https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/",
        ),
        Licence(
            "CC-BY-4.0",
            "Creative Commons Attribution 4.0 International",
            "https://creativecommons.org/licenses/by/4.0/",
        ),
        Licence(
            "CC0-1.0", "Creative Commons Zero v1.0 Universal", "https://creativecommons.org/publicdomain/zero/1.0/"
        ),
    )
}
ODS = (
    "Contains public sector information licensed under the Open Government Licence v3.0. "
    "Source: NHS England, Organisation Data Service."
)
ONS = "Source: Office for National Statistics licensed under the Open Government Licence v.3.0."
OS = "Contains OS data (c) Crown copyright and database right 2026."
COMPILED = "Mergers, leaders and designations as compiled by the nhs-graph developers: CC BY 4.0."
ATTRIBUTION = (ODS, ONS, OS, COMPILED)
"""The lines that go with every export of the whole graph."""


def licence_url(source: "Source") -> str | None:
    """The page of the source's licence; None for a licence that is not listed here."""
    licence = LICENCES.get(source.licence)
    return licence.url if licence else None


def attribution(source: "Source") -> str:
    """What must be said with facts of this source."""
    if source.publisher.startswith("NHS England, Organisation Data Service"):
        return ODS
    if source.publisher == "Office for National Statistics":
        return f"{ONS} {OS}"
    if source.licence == "CC-BY-4.0":
        return f"{COMPILED} Facts from: {source.title}, {source.publisher}."
    return f"Source: {source.publisher}, {source.title} ({source.licence})."
