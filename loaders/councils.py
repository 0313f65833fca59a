"""Councils and combined authorities of England from the register of local authorities, with their GSS codes in time.

A body keeps its register code when its GSS code changes with its boundary; a structural change makes a new body
(`BKM` Buckinghamshire County Council, `BUC` Buckinghamshire Council). Periods come from the ONS code history, not
from the register, whose start dates are partly fillers (ruling 1).
"""

from collections.abc import Iterator
from datetime import date

from nhs_graph.graph.errors import ChecksFailed, SourceProblem
from nhs_graph.graph.facts import Classification, Coverage, Fact, Identifier, Name, Organisation
from nhs_graph.graph.interval import Interval
from nhs_graph.graph.kinds import COUNCIL_KIND_BY_PREFIX
from nhs_graph.loaders.base import Data, Report, Spec
from nhs_graph.loaders.ons_codes import History, contiguous, in_force

REGISTER, GSS_OF, RECODED, CHD = "la-register-2025-07", "la-register-gss", "la-orgid-gss", "ons-chd-2024-07"


def facts(spec: Spec, data: Data, report: Report, codes: History) -> Iterator[Fact]:
    """Every English council and combined authority that the register lists, by register code."""
    areas = _areas_by_body(spec, data, report)
    covered: set[str] = set()
    recoded = {change["new"] for change in spec.settings["recode"]}
    for _, row in data.rows(spec.file(REGISTER)):
        if row["nation"] != "England" or row["local-authority-type"] == "SRA":
            report.left_out(REGISTER, "not a council of England")
            continue
        mine = areas.get(row["local-authority-code"], set()) | {row["gss-code"]} & codes.keys()
        mine |= {code for code in row["former-gss-codes"].split(",") if code in codes}
        mine &= codes.keys()
        if not mine:
            report.left_out(REGISTER, "its GSS code is younger than the code history")
            continue
        if shared := mine & covered:
            raise ChecksFailed([f"{gss} belongs to {row['official-name']} and to another council" for gss in shared])
        report.used(REGISTER)
        covered |= mine
        yield from _body(f"la:{row['local-authority-code']}", row["official-name"], mine, codes, recoded)
    missing = {gss for gss in codes if gss[:3] in COUNCIL_KIND_BY_PREFIX} - covered
    # Councils that ended on 2009-04-01 have no register code: the graph begins after that day's changes.
    for gss, code in spec.settings["unregistered"].items():
        yield from _body(code, codes[gss][-1].name, {gss}, codes, recoded)
        missing.discard(gss)
    if lost := sorted(gss for gss in missing if (end := in_force(codes[gss]).end) is None or end.year > 2009):
        raise SourceProblem(f"no register code for the councils {', '.join(lost)}", hint="see sources/geography.toml")


def _areas_by_body(spec: Spec, data: Data, report: Report) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for _, row in data.rows(spec.file(GSS_OF)):
        english = row["gss-code"][:3] in COUNCIL_KIND_BY_PREFIX
        report.used(GSS_OF) if english else report.left_out(GSS_OF, "not a council of England")
        if english:
            found.setdefault(row["local-authority-code"], set()).add(row["gss-code"])
    recoded = {change["new"] for change in spec.settings["recode"]}
    for _, row in data.rows(spec.file(RECODED)):
        if row["gss_code"] in recoded:
            report.used(RECODED)
            found.setdefault(row["org_id"].removeprefix("GB-LAE-"), set()).add(row["gss_code"])
        else:
            report.left_out(RECODED, "the register itself gives this code")
    return found


def _body(organisation_id: str, name: str, mine: set[str], codes: History, recoded: set[str]) -> Iterator[Fact]:
    periods = contiguous({gss: in_force(codes[gss]) for gss in mine})
    order = sorted(periods, key=lambda gss: periods[gss].start or date.min)
    life = Interval(periods[order[0]].start, periods[order[-1]].end)
    named = (REGISTER,) if organisation_id.startswith("la:") else (CHD,)
    dated = tuple(sorted({*named, CHD}))
    ends = {"start_date": life.start, "end_date": life.end}
    yield Organisation(id=organisation_id, name=name, source_ids=dated, **ends)
    yield Name(organisation_id=organisation_id, name=name, source_ids=named)
    scheme, _, code = organisation_id.partition(":")
    if scheme == "la":
        yield Identifier(organisation_id=organisation_id, scheme="la-register", value=code, source_ids=named)
    kind = COUNCIL_KIND_BY_PREFIX[order[0][:3]]
    yield Classification(organisation_id=organisation_id, kind=kind, source_ids=dated, **ends)
    for gss in order:
        period = {"start_date": periods[gss].start, "end_date": periods[gss].end}
        sources = (RECODED,) if gss in recoded else dated
        yield Identifier(organisation_id=organisation_id, scheme="gss", value=gss, source_ids=sources, **period)
        yield Coverage(organisation_id=organisation_id, gss=gss, source_ids=sources, **period)
