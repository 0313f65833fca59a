"""The kinds of organisation, as one small tree (MODEL section 3).

A kind's definition and source stand here and nowhere else: the docs, the RDF scheme of kinds and the Neo4j
labels are made from this table. Asking for a kind includes its sub-kinds.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One kind: its broader kind, whether such a body exists by statute, what it is, and who says so."""

    name: str
    broader: str | None
    statutory: bool
    definition: str
    source: str


ACT_2006, ACT_2012, ACT_2022 = "NHS Act 2006", "Health and Social Care Act 2012", "Health and Care Act 2022"
LGA_1972, LDEDC = "Local Government Act 1972", "Local Democracy, Economic Development and Construction Act 2009"

_ROWS: list[Kind] = [
    Kind("provider", None, False, "A body that provides NHS care", "ODS"),
    Kind("trust", "provider", True, "An NHS trust of any form in England", ACT_2006),
    Kind("nhs_trust", "trust", True, "An NHS trust that is not a foundation trust (ODS role RO197)", ACT_2006),
    Kind("foundation_trust", "trust", True, "An NHS foundation trust (ODS role RO57)", ACT_2006),
    Kind("care_trust", "trust", True, "An NHS body with delegated council functions (ODS role RO107)", ACT_2006),
    Kind("welsh_trust", "provider", True, "An NHS trust in Wales, as far as ODS lists it", "ODS"),
    Kind("site", "provider", False, "A place where a body gives care (ODS role RO198 and others)", "ODS"),
    Kind("prescribing_cost_centre", "provider", False, "A unit whose prescriptions are counted (RO177)", "ODS"),
    Kind("practice", "prescribing_cost_centre", False, "General practice (ODS role RO76)", "ODS"),
    Kind("branch", "provider", False, "Branch surgery of a practice (ODS role RO96)", "ODS"),
    Kind("pcn", "provider", False, "Primary care network of practices (ODS role RO272), from 2019", "ODS"),
    Kind("pharmacy", "provider", False, "Community pharmacy (ODS role RO182)", "ODS"),
    Kind("pharmacy_headquarters", "provider", False, "Owner of pharmacies (ODS role RO181)", "ODS"),
    Kind("dispensing_appliance_contractor", "provider", False, "Supplier of appliances (ODS role RO94)", "ODS"),
    Kind("dental_practice", "provider", False, "General dental practice (ODS role RO110)", "ODS"),
    Kind("optician", "provider", False, "Optical headquarters or site (ODS roles RO166, RO167)", "ODS"),
    Kind("care_home", "provider", False, "Care home (ODS role RO269)", "ODS"),
    Kind("social_care_provider", "provider", False, "Provider of social or domiciliary care (ODS role RO104)", "ODS"),
    Kind("hospice", "provider", False, "Hospice (ODS role RO7)", "ODS"),
    Kind("independent_provider", "provider", False, "Independent healthcare provider (ODS role RO172)", "ODS"),
    Kind("local_health_board", "provider", True, "Local health board in Wales, as far as ODS lists it", "ODS"),
    Kind("system", None, False, "Whatever the health footprint's body was on the day", "NHS England"),
    Kind("stp", "system", False, "Sustainability and transformation partnership: a plan footprint", "NHS England"),
    Kind("ics", "system", False, "Integrated care system before it had statutory powers", "NHS England"),
    Kind("icb", "system", True, "Integrated care board (ODS role RO318)", ACT_2022),
    Kind("commissioner", None, False, "A body or place that buys NHS care", "ODS"),
    Kind("ha", "commissioner", True, "Health authority (ODS role RO132)", "ODS"),
    Kind("pct", "commissioner", True, "Primary care trust (ODS role RO179), to 2013", "ODS"),
    Kind("pcg", "commissioner", False, "Primary care group, 1999 to 2002", "ODS"),
    Kind("ccg", "commissioner", True, "Clinical commissioning group (ODS role RO98), 2013 to 2022", ACT_2012),
    Kind("sicbl", "commissioner", False, "Sub-ICB location (ODS role RO319), from 2022-07-01", "ODS"),
    Kind("commissioning_hub", "commissioner", False, "Commissioning hub (ODS role RO218)", "ODS"),
    Kind("support_unit", "commissioner", False, "Commissioning support unit (ODS role RO213)", "ODS"),
    Kind("regional", None, False, "An intermediate tier above commissioners", "ODS"),
    Kind("nhs_region", "regional", False, "NHS England region (ODS role RO209)", "ODS"),
    Kind("region_office", "regional", False, "Regional office of the Department of Health", "ODS"),
    Kind("sha", "regional", True, "Strategic health authority, 2002 to 2013", "ODS"),
    Kind("area_team", "regional", False, "Area team or local office of NHS England", "ODS"),
    Kind("region", None, False, "A region of England in official statistics (GSS E12): land, no body", "ONS"),
    Kind("council", None, True, "A principal local authority in England", LGA_1972),
    Kind("county", "council", True, "County council: upper tier of a two-tier area (GSS E10)", LGA_1972),
    Kind("unitary", "council", True, "Unitary authority (GSS E06)", LGA_1972),
    Kind("metropolitan_district", "council", True, "Metropolitan borough or city (GSS E08)", LGA_1972),
    Kind("london_borough", "council", True, "London borough, and the City (GSS E09)", "London Government Act 1963"),
    Kind("district", "council", True, "District council: lower tier of a two-tier area (GSS E07)", LGA_1972),
    Kind("strategic", None, True, "A body of several councils", LDEDC),
    Kind("combined_authority", "strategic", True, "Combined authority (GSS E47)", LDEDC),
    Kind("national", None, True, "A body for the whole of England", "ODS"),
    Kind("department", "national", True, "A department of state", "ODS"),
    Kind("national_body", "national", True, "A national NHS body, such as NHS England", "ODS"),
    Kind("other", None, False, "A body that ODS lists and that gives no NHS care", "ODS"),
    Kind("school", "other", False, "School or college (ODS role RO221 and others)", "ODS"),
    Kind("prison", "other", False, "Prison or other secure place (ODS role RO175 and others)", "ODS"),
    Kind("grouping", None, False, "Shared leadership of several bodies; never their successor", "curated"),
    Kind("trust_group", "grouping", False, "Several trusts under shared leadership", "curated"),
    Kind("icb_cluster", "grouping", False, "Several boards under shared leadership", "curated"),
]
KINDS: dict[str, Kind] = {kind.name: kind for kind in _ROWS}

TIERS: dict[str, frozenset[str]] = {
    "upper": frozenset({"county", "unitary", "metropolitan_district", "london_borough"}),
    "lower": frozenset({"district", "unitary", "metropolitan_district", "london_borough"}),
    "combined": frozenset({"combined_authority"}),
}
"""The area kinds that `--council upper|lower|combined` asks for."""

FOUNDED_ANEW = frozenset({"icb", "sicbl"})
"""Kinds of body that took over the code of an earlier one on the day they were founded."""

COUNCIL_KIND_BY_PREFIX = {
    "E06": "unitary",
    "E07": "district",
    "E08": "metropolitan_district",
    "E09": "london_borough",
    "E10": "county",
    "E47": "combined_authority",
}
"""GSS prefix to kind (ONS register of geographic codes)."""


def with_sub_kinds(kind: str) -> frozenset[str]:
    """The kind and all below it; empty for a word that is no kind."""
    if kind in {"upper_tier", "lower_tier"}:
        return TIERS[kind.removesuffix("_tier")]
    found = {kind} & KINDS.keys()
    while more := {k.name for k in _ROWS if k.broader in found} - found:
        found |= more
    return frozenset(found)


def group_of(kind: str) -> str:
    """The root of the tree above a kind: `system` for `icb`."""
    while (broader := KINDS[kind].broader) is not None:
        kind = broader
    return kind


def depth(kind: str) -> int:
    """How many kinds are broader: 0 for `system`, 1 for `icb`."""
    broader = KINDS[kind].broader
    return 0 if broader is None else 1 + depth(broader)


def label(kind: str) -> str:
    """The Neo4j label: `foundation_trust` -> `FoundationTrust`; short forms are acronyms: `icb` -> `ICB`."""
    if kind in {"ha", "pct", "pcg", "pcn", "ccg", "sicbl", "stp", "ics", "icb", "sha"}:
        return kind.upper()
    return "".join(part.capitalize() for part in kind.split("_"))


def labels(kind: str) -> frozenset[str]:
    """The Neo4j labels of a body that was ever of this kind: its own and that of its group; none for another word."""
    return frozenset({label(kind), label(group_of(kind))}) if kind in KINDS else frozenset()
