"""Councils, health systems, regions and the areas that they cover, from the ONS code history and the registers."""

from collections.abc import Iterator

from nhs_graph.graph.facts import Area, Coverage, Fact
from nhs_graph.graph.interval import Interval
from nhs_graph.graph.kinds import COUNCIL_KIND_BY_PREFIX
from nhs_graph.loaders import combined_authorities, council_orders, councils, hierarchy, regions, systems
from nhs_graph.loaders.base import Data, Report, Spec
from nhs_graph.loaders.ons_codes import Codes, Spell, history, in_force

_KINDS = {
    **COUNCIL_KIND_BY_PREFIX,
    "E12": "region",
    "E38": "ccg",
    "E39": "area_team",
    "E40": "nhs_region",
    "E54": "system",
}


def read(spec: Spec, data: Data, report: Report) -> Iterator[Fact]:
    """Areas by GSS code, then the bodies that cover them, then what was part of what and what became of it."""
    chd = spec.file(systems.CHD)
    codes = history(chd, data, report, frozenset(_KINDS))
    _extend(codes, spec)
    later = systems.codes_of_2026(spec, data, report, codes)
    _close(codes, later)
    for gss, spells in sorted(codes.names.items()):
        period = in_force(spells)
        yield Area(
            gss=gss,
            kind=_KINDS[gss[:3]],
            name=spells[-1].name,
            start_date=period.start,
            end_date=period.end,
            source_ids=_sources(gss, period, later, spec),
        )
    orders = council_orders.read(spec, data, report)
    bodies: list[Fact] = [
        *councils.facts(spec, data, report, codes.names, {order.old for order in orders}),
        *systems.facts(spec, data, report, codes.names),
        *regions.facts(spec, data, report, codes.names),
    ]
    covered = [fact for fact in bodies if isinstance(fact, Coverage)]
    yield from bodies
    yield from hierarchy.facts(codes.parents, covered, hierarchy.seen(spec, data, report))
    yield from combined_authorities.facts(spec, data, report, covered)
    yield from council_orders.facts(spec, orders, covered)


def _sources(gss: str, period: Interval, later: dict[str, Spell], spec: Spec) -> tuple[str, ...]:
    """The code history, and the list that says what it could not: the codes of 2025 and of April 2026."""
    if gss in {change["new"] for change in spec.settings["recode"]}:
        return (councils.RECODED,)
    if gss in {area["gss"] for area in spec.settings["younger"]}:
        return (councils.REGISTER,)
    if gss in later and period.start == systems.MERGED:
        return (systems.BOARDS_2026,)
    ended = gss.startswith("E54") and period.end == systems.MERGED
    return tuple(sorted((systems.CHD, systems.BOARDS_2026))) if ended else (systems.CHD,)


def _extend(codes: Codes, spec: Spec) -> None:
    """Codes that changed or were made after the code history was published, from the spec (rulings 2 and 7)."""
    for change in spec.settings["recode"]:
        (*earlier, last) = codes.names[change["old"]]
        codes.names[change["old"]] = [*earlier, Spell(last.name, Interval(last.period.start, change["date"]))]
        codes.names[change["new"]] = [Spell(last.name, Interval(change["date"], None))]
        codes.parents[change["new"]] = list(codes.parents[change["old"]])
    for area in spec.settings["younger"]:
        codes.names[area["gss"]] = [Spell(area["name"], Interval(area["date"], None))]


def _close(codes: Codes, later: dict[str, Spell]) -> None:
    """The system codes of April 2026: those that are new open, those that are no longer listed close."""
    opened = next(iter(later.values())).period.start
    for gss, spells in codes.names.items():
        if gss.startswith("E54") and spells[-1].period.end is None and gss not in later:
            codes.names[gss] = [*spells[:-1], Spell(spells[-1].name, Interval(spells[-1].period.start, opened))]
    for gss, spell in later.items():
        codes.names.setdefault(gss, [spell])
