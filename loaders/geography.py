"""Councils, health systems, regions and the areas that they cover, from the ONS code history and the registers."""

from collections.abc import Iterator

from nhs_graph.graph.facts import Area, Fact
from nhs_graph.graph.interval import Interval
from nhs_graph.graph.kinds import COUNCIL_KIND_BY_PREFIX
from nhs_graph.loaders import councils, systems
from nhs_graph.loaders.base import Data, Report, Spec
from nhs_graph.loaders.ons_codes import History, Spell, history, in_force

_KINDS = {**COUNCIL_KIND_BY_PREFIX, "E38": "ccg", "E40": "nhs_region", "E54": "system"}


def read(spec: Spec, data: Data, report: Report) -> Iterator[Fact]:
    """Areas by GSS code, then the bodies that cover them."""
    chd = spec.file("ons-chd-2024-07")
    codes = history(chd, data, report, frozenset(_KINDS))
    _recode(codes, spec)
    later = systems.codes_of_2026(spec, data, report)
    _close(codes, later)
    for gss, spells in sorted(codes.items()):
        period = in_force(spells)
        sources = _sources(gss, period, later, {change["new"] for change in spec.settings["recode"]})
        yield Area(
            gss=gss,
            kind=_KINDS[gss[:3]],
            name=spells[-1].name,
            start_date=period.start,
            end_date=period.end,
            source_ids=sources,
        )
    yield from councils.facts(spec, data, report, codes)
    yield from systems.facts(spec, data, report, codes)


def _sources(gss: str, period: Interval, later: dict[str, Spell], recoded: set[str]) -> tuple[str, ...]:
    """The code history, and the list that says what it could not: the codes of 2025 and of April 2026."""
    if gss in recoded:
        return (councils.RECODED,)
    if period.start == systems.MERGED:
        return (systems.BOARDS_2026,)
    ended = gss.startswith("E54") and period.end == systems.MERGED
    return tuple(sorted((systems.CHD, systems.BOARDS_2026))) if ended else (systems.CHD,)


def _recode(codes: History, spec: Spec) -> None:
    """Codes that changed after the code history was published, from the spec (ruling 2)."""
    for change in spec.settings["recode"]:
        (*earlier, last) = codes[change["old"]]
        codes[change["old"]] = [*earlier, Spell(last.name, Interval(last.period.start, change["date"]))]
        codes[change["new"]] = [Spell(last.name, Interval(change["date"], None))]


def _close(codes: History, later: dict[str, Spell]) -> None:
    """The system codes of April 2026: those that are new open, those that are no longer listed close."""
    opened = next(iter(later.values())).period.start
    for gss, spells in codes.items():
        if gss.startswith("E54") and spells[-1].period.end is None and gss not in later:
            codes[gss] = [*spells[:-1], Spell(spells[-1].name, Interval(spells[-1].period.start, opened))]
    codes |= {gss: [spell] for gss, spell in later.items() if gss not in codes}
