"""Regions and local offices of the NHS, and the regions of official statistics, with their codes and names in time.

The regions of NHS England changed in 2018 and 2019, its area teams became local offices in 2015. Their areas, names
and dates are in the ONS code history; which register code each had is in a lookup of 2018, in a list of the regions,
or follows from the order and composition of the areas (the spec says which).
"""

from collections.abc import Iterator
from datetime import date

from nhs_graph.graph.facts import Classification, Coverage, Fact, Identifier, Name, Organisation
from nhs_graph.graph.interval import Interval, earliest, latest
from nhs_graph.loaders.base import Data, Report, Spec
from nhs_graph.loaders.ons_codes import History, Spell, contiguous, in_force

CHD = "ons-chd-2024-07"
OFFICES_2018 = "ons-ccg18-nhsrlo18-nhser18"
REGIONS = "ods-regions"


def facts(spec: Spec, data: Data, report: Report, codes: History) -> Iterator[Fact]:
    """NHS regions, area teams and local offices, then the nine regions of England."""
    bodies, named = _codes(spec, data, report)
    for body, areas in sorted(_areas(bodies, codes).items()):
        kind = "nhs_region" if body.startswith("Y") else "area_team"
        yield from _body(body, kind, areas, codes, named.get(body), _sources(body, kind, named))
    for gss in sorted(codes):
        if gss.startswith("E12"):
            yield from _region(gss, codes[gss][-1].name)


def _codes(spec: Spec, data: Data, report: Report) -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
    """The register code of each area; and the name of a region with the file that gives it."""
    bodies: dict[str, str] = dict(spec.settings["register_code"])
    named: dict[str, tuple[str, str]] = {}
    file = spec.file(REGIONS)
    for _, row in data.rows(file):
        report.used(file.id)
        bodies |= {row["gss_2022"]: row["region_ods"], row["gss_2024"]: row["region_ods"]}
        named[row["region_ods"]] = (row["region_name"], file.id)
    file = spec.file(OFFICES_2018)
    for _, row in data.rows(file):
        report.used(file.id)
        bodies |= {row["NHSRLO18CD"]: row["NHSRLO18CDH"], row["NHSER18CD"]: row["NHSER18CDH"]}
        named.setdefault(row["NHSER18CDH"], (row["NHSER18NM"], file.id))
    return bodies, named


def _areas(bodies: dict[str, str], codes: History) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for gss in codes:
        if gss[:3] in {"E39", "E40"}:
            found.setdefault(bodies[gss], set()).add(gss)
    return found


def _sources(body: str, kind: str, named: dict[str, tuple[str, str]]) -> tuple[str, ...]:
    if kind == "area_team":
        return (CHD, OFFICES_2018) if body >= "Q7" else (CHD,)
    return tuple(sorted({CHD, named[body][1]})) if body in named else (CHD,)


def _body(
    body: str, kind: str, areas: set[str], codes: History, named: tuple[str, str] | None, sources: tuple[str, ...]
) -> Iterator[Fact]:
    periods = _in_turn(contiguous({gss: in_force(codes[gss]) for gss in areas}))
    ends = [period.end for period in periods.values()]
    life = {
        "start_date": earliest(period.start for period in periods.values()),
        "end_date": None if None in ends else latest(ends),
    }
    yield Organisation(id=body, source_ids=sources, **life)
    yield Identifier(organisation_id=body, scheme="ods", value=body, source_ids=sources)
    yield Classification(
        organisation_id=body,
        kind=kind,
        role_code="RO209" if kind == "nhs_region" else None,
        source_ids=sources,
        **life,
    )
    if named:
        yield Name(organisation_id=body, name=named[0], source_ids=(named[1],))
    else:
        yield from _names(body, [spell for gss in periods for spell in codes[gss]], (CHD,))
    for gss, period in periods.items():
        own = {"start_date": period.start, "end_date": period.end}
        yield Identifier(organisation_id=body, scheme="gss", value=gss, source_ids=sources, **own)
        yield Coverage(organisation_id=body, gss=gss, source_ids=sources, **own)


def _names(body: str, spells: list[Spell], sources: tuple[str, ...]) -> Iterator[Name]:
    """A dated name a change. The code history calls an area team of 2013 by its land alone: what it is, is added."""
    changes = [spell for i, spell in enumerate(spells) if i == 0 or spell.name != spells[i - 1].name]
    for i, spell in enumerate(changes):
        after = changes[i + 1].period.start if i + 1 < len(changes) else None
        plain = spell.name.startswith("NHS England ") or body.startswith("Y")
        name = spell.name if plain else f"{spell.name} (area team)"
        yield Name(organisation_id=body, name=name, start_date=spell.period.start, end_date=after, source_ids=sources)


def _in_turn(periods: dict[str, Interval]) -> dict[str, Interval]:
    """A later code counts from the day after the earlier one's last (MODEL section 2).

    ONS opened E40000013 on 2024-01-01 and closed E40000007 on 2024-03-31.
    """
    told: dict[str, Interval] = {}
    until: date | None = None
    for gss, period in sorted(periods.items(), key=lambda item: item[1].start or date.min):
        start = max(until, period.start) if until and period.start else period.start
        told[gss] = Interval(start, period.end)
        until = period.end
    return told


def _region(gss: str, name: str) -> Iterator[Fact]:
    """A region of England: an area of official statistics, told apart by its name from NHS regions of equal name."""
    body = f"gss:{gss}"
    yield Organisation(id=body, source_ids=(CHD,))
    yield Name(organisation_id=body, name=f"{name} (region of England)", source_ids=(CHD,))
    yield Identifier(organisation_id=body, scheme="gss", value=gss, source_ids=(CHD,))
    yield Classification(organisation_id=body, kind="region", source_ids=(CHD,))
    yield Coverage(organisation_id=body, gss=gss, source_ids=(CHD,))
