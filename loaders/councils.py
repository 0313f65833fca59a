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
from nhs_graph.graph.names import fold
from nhs_graph.loaders.base import Data, Report, Spec
from nhs_graph.loaders.ons_codes import History, contiguous, in_force

REGISTER, GSS_OF, RECODED, CHD = "la-register-2025-07", "la-register-gss", "la-orgid-gss", "ons-chd-2024-07"


def facts(spec: Spec, data: Data, report: Report, codes: History, ordered: set[str]) -> Iterator[Fact]:
    """Every English council and combined authority that the register lists, by register code.

    `ordered` are the codes that an Order says were replaced: a council of before 2009-04-01, which has no register
    code, is among the facts when its code is one of them.
    """
    areas = _areas_by_body(spec, data, report)
    covered: set[str] = set()
    stated = {change["new"]: RECODED for change in spec.settings["recode"]}
    stated |= {area["gss"]: REGISTER for area in spec.settings["younger"]}
    for _, row in data.rows(spec.file(REGISTER)):
        if row["nation"] != "England" or row["local-authority-type"] == "SRA":
            report.left_out(REGISTER, "not a council of England")
            continue
        mine = areas.get(row["local-authority-code"], set()) | {row["gss-code"]} & codes.keys()
        mine |= {code for code in row["former-gss-codes"].split(",") if code in codes}
        mine &= codes.keys()
        if shared := mine & covered:
            raise ChecksFailed([f"{gss} belongs to {row['official-name']} and to another council" for gss in shared])
        report.used(REGISTER)
        covered |= mine
        body = f"la:{row['local-authority-code']}"
        yield from _body(body, mine, codes, stated)
        yield from _names(body, row, sorted(mine, key=lambda gss: in_force(codes[gss]).start or date.min), codes)
    missing = {gss for gss in codes if gss[:3] in COUNCIL_KIND_BY_PREFIX} - covered
    # Councils that ended on 2009-04-01 have no register code: the graph begins after that day's changes.
    for gss, code in spec.settings["unregistered"].items():
        yield from _unregistered(code, gss, codes)
        missing.discard(gss)
    for gss in sorted(missing & ordered):
        yield from _unregistered(f"gss:{gss}", gss, codes)
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


def _unregistered(body: str, gss: str, codes: History) -> Iterator[Fact]:
    yield from _body(body, {gss}, codes, {})
    yield Name(organisation_id=body, name=codes[gss][-1].name, source_ids=(CHD,))


def _body(body: str, mine: set[str], codes: History, stated: dict[str, str]) -> Iterator[Fact]:
    """A body with the areas it covered; `stated` names the source of codes that the history does not have."""
    periods = contiguous({gss: in_force(codes[gss]) for gss in mine})
    order = sorted(periods, key=lambda gss: periods[gss].start or date.min)
    life = Interval(periods[order[0]].start, periods[order[-1]].end)
    scheme, _, code = body.partition(":")
    named = (REGISTER,) if scheme == "la" else (CHD,)
    dated = tuple(sorted({*named, stated.get(order[0], CHD)}))
    ends = {"start_date": life.start, "end_date": life.end}
    yield Organisation(id=body, source_ids=dated, **ends)
    if scheme == "la":
        yield Identifier(organisation_id=body, scheme="la-register", value=code, source_ids=named)
    kind = COUNCIL_KIND_BY_PREFIX[order[0][:3]]
    yield Classification(organisation_id=body, kind=kind, source_ids=dated, **ends)
    for gss in order:
        period = {"start_date": periods[gss].start, "end_date": periods[gss].end}
        sources = (stated[gss],) if gss in stated else tuple(sorted({*named, CHD}))
        yield Identifier(organisation_id=body, scheme="gss", value=gss, source_ids=sources, **period)
        yield Coverage(organisation_id=body, gss=gss, source_ids=sources, **period)


def _names(body: str, row: dict[str, str], order: list[str], codes: History) -> Iterator[Name]:
    """The register's name, and before it those of the code history that are another name, not another spelling.

    The history names areas: where the register lists the former name of the council in full, that is used.
    """
    official, since = row["official-name"], None
    spells = [spell for gss in order for spell in codes[gss]]
    for i, spell in enumerate(spells[:-1]):
        if fold(spell.name) not in fold(official) and spell.name != spells[i + 1].name:
            full = [name for name in row["alt-names"].split(",") if name == f"{spell.name} District Council"]
            yield Name(
                organisation_id=body,
                name=full[0] if full else spell.name,
                start_date=since or spell.period.start,
                end_date=spells[i + 1].period.start,
                source_ids=(CHD, REGISTER) if full else (CHD,),
            )
            since = spells[i + 1].period.start
    yield Name(
        organisation_id=body, name=official, start_date=since, source_ids=(CHD, REGISTER) if since else (REGISTER,)
    )
