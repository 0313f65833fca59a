"""Health systems (partnerships, then boards), and which commissioner belonged to which system.

A partnership, the integrated care system after it and the board have one ODS code and are one body with dated
kinds (MODEL section 2): `stp` until 2021-04-01, by when all 42 were designated; `ics` until 2022-07-01; `icb` since.
"""

from collections.abc import Iterator
from datetime import date

from nhs_graph.graph.errors import RowProblem
from nhs_graph.graph.facts import Classification, Coverage, Fact, Identifier, Name, Organisation, Relation
from nhs_graph.graph.interval import Interval
from nhs_graph.loaders.base import Data, RegisterPair, Report, Spec
from nhs_graph.loaders.ons_codes import Codes, History, Spell, contiguous, in_force

ALL_DESIGNATED, STATUTORY, MERGED = date(2021, 4, 1), date(2022, 7, 1), date(2026, 4, 1)
CHD, BOARDS_2026, SICBL_2026 = "ons-chd-2024-07", "ods-icb-2026-04", "sicbl-icb-2026"
DESIGNATIONS, COMPOSED = "ics-designations", ("ons-ccg17-stp17", "ons-ccg18-stp18")


def codes_of_2026(spec: Spec, data: Data, report: Report, codes: Codes) -> dict[str, Spell]:
    """The GSS codes of the boards of 2026-04-01 (transcribed, not yet checked against ONS), and their regions."""
    found: dict[str, Spell] = {}
    for _, row in data.rows(spec.file(BOARDS_2026)):
        report.used(BOARDS_2026)
        gss, period = row["icb26_gss"], Interval(MERGED, None)
        found[gss] = Spell(row["name"], period)
        spec.settings["body_of"][gss] = row["ods_code"]
        codes.parents.setdefault(gss, []).append((spec.settings["region_area"][row["region_ods"]], period))
    return found


def facts(spec: Spec, data: Data, report: Report, codes: History) -> Iterator[Fact]:
    """Systems with names, kinds and areas; membership of commissioners."""
    body_of: dict[str, str] = spec.settings["body_of"]
    members = list(_memberships(spec, data, report, body_of))
    bodies: dict[str, set[str]] = {}
    for gss in codes:
        if gss.startswith("E54") and gss not in spec.settings["superseded"]:
            bodies.setdefault(body_of.get(gss, f"gss:{gss}"), set()).add(gss)
    for line, row in data.rows(spec.file(DESIGNATIONS)):
        if row["ods_code"] not in bodies or row["date"] > ALL_DESIGNATED.isoformat():
            path = spec.file(DESIGNATIONS).path
            raise RowProblem(path, line, "ods_code", row["ods_code"], f"a system designated by {ALL_DESIGNATED}")
        report.used(DESIGNATIONS)
    for body, areas in sorted(bodies.items()):
        yield from _system(body, areas, codes)
    for old, new in spec.settings["composed"].items():
        yield RegisterPair(
            predecessor_id=f"gss:{old}", successor_id=new, effective_date="2018-04-01", source_ids=COMPOSED
        )
    yield from members
    yield from _commissioner_areas(spec, codes)


def _system(body: str, areas: set[str], codes: History) -> Iterator[Fact]:
    periods = contiguous({gss: in_force(codes[gss]) for gss in areas})
    order = sorted(periods, key=lambda gss: periods[gss].start or date.min)
    start, end = periods[order[0]].start, periods[order[-1]].end
    sources = (BOARDS_2026,) if start == MERGED else (CHD,)
    yield Organisation(id=body, start_date=start, end_date=end, source_ids=_stating(start, end))
    if not body.startswith("gss:"):
        yield Identifier(organisation_id=body, scheme="ods", value=body, source_ids=sources)
    spells = [spell for gss in order for spell in codes[gss]]
    yield from _names(body, spells, sources)
    for kind, since, until in (
        ("stp", None, ALL_DESIGNATED),
        ("ics", ALL_DESIGNATED, STATUTORY),
        ("icb", STATUTORY, None),
    ):
        period = Interval(since, until).clipped(Interval(start, end))
        if not period.empty:
            yield Classification(
                organisation_id=body,
                kind=kind,
                role_code="RO318" if kind == "icb" else "RO261",
                start_date=period.start,
                end_date=period.end,
                source_ids=(DESIGNATIONS, *sources) if kind == "ics" else _stating(period.start, period.end),
            )
    for gss in order:
        period = periods[gss]
        own = _stating(period.start, period.end)
        ends = {"start_date": period.start, "end_date": period.end}
        yield Identifier(organisation_id=body, scheme="gss", value=gss, source_ids=own, **ends)
        yield Coverage(organisation_id=body, gss=gss, source_ids=own, **ends)


def _stating(start: date | None, end: date | None) -> tuple[str, ...]:
    """The sources of a period: what opened or closed on 2026-04-01 is younger than the code history."""
    return ((CHD,) if start != MERGED else ()) + ((BOARDS_2026,) if MERGED in (start, end) else ())


def _names(body: str, spells: list[Spell], sources: tuple[str, ...]) -> Iterator[Fact]:
    """One dated name a change; the same name under the next code goes on."""
    changes = [spell for i, spell in enumerate(spells) if i == 0 or spell.name != spells[i - 1].name]
    for i, spell in enumerate(changes):
        after = changes[i + 1].period.start if i + 1 < len(changes) else None
        yield Name(
            organisation_id=body,
            name=spell.name.strip(),
            start_date=spell.period.start,
            end_date=after,
            source_ids=sources,
        )


def _memberships(spec: Spec, data: Data, report: Report, body_of: dict[str, str]) -> Iterator[Fact]:
    """Which commissioner belonged to which system; the lookups also tell which body covers which area.

    Where a location's board of April 2026 is another one, its list is inferred from the successions of the boards.
    """
    latest = [row for _, row in _all(SICBL_2026, data, spec, report)]
    heirs = {row["sub_icb"]: row["icb_2026"] for row in latest}
    pairs: list[tuple[str, str, str, dict[str, object], str]] = []
    areas: dict[tuple[str, str], set[str]] = {(code, gss): set() for gss, code in spec.settings["group_code"].items()}
    for file in spec.files:
        if named := file.settings.get("codes"):
            for _, row in data.rows(file):
                report.used(file.id)
                areas.setdefault((row[named["code"]], row[named["gss"]]), set()).add(file.id)
        columns = file.settings.get("membership")
        if not columns:
            continue
        for _, row in data.rows(file):
            report.used(file.id)
            code, gss = row[columns["code"]], row[columns["gss"]]
            if "system_code" in columns:
                body_of[row[columns["system_gss"]]] = row[columns["system_code"]]
            areas.setdefault((code, gss), set()).add(file.id)
            pairs.append((code, row[columns["system_gss"]], file.id, columns, file.source.vintage or ""))
    # The lookups of 2017 to 2019 give no ODS codes of systems; those of later years tell most of them.
    pairs = [(pair[0], body_of.get(pair[1], f"gss:{pair[1]}"), *pair[2:]) for pair in pairs]
    for code, system, source, columns, vintage in pairs:
        link: dict[str, object] = {"subject_id": code, "type": "PART_OF", "object_id": system}
        if "start_date" in columns:
            end = None if heirs.get(code) == system else MERGED
            sources = (source, SICBL_2026) if end else (source,)
            yield Relation.model_validate(
                {**link, "start_date": columns["start_date"], "end_date": end, "source_ids": sources}
            )
        else:
            yield Relation.model_validate(
                {**link, "first_seen": vintage, "last_seen": vintage, "source_ids": (source,)}
            )
    before = {(code, system) for code, system, _, columns, _ in pairs if "start_date" in columns}
    for code, system in sorted(heirs.items()):
        if (code, system) not in before:
            yield Relation(
                subject_id=code,
                type="PART_OF",
                object_id=system,
                start_date=MERGED,
                shown_from=MERGED,
                stated_until=MERGED,
                source_ids=(SICBL_2026,),
            )
    spec.settings["commissioner_areas"] = areas


def _all(source_id: str, data: Data, spec: Spec, report: Report) -> Iterator[tuple[int, dict[str, str]]]:
    for line, row in data.rows(spec.file(source_id)):
        report.used(source_id)
        yield line, row


def _commissioner_areas(spec: Spec, codes: History) -> Iterator[Fact]:
    """The areas of commissioning groups, then sub-ICB locations, each code in its own period."""
    areas: dict[tuple[str, str], set[str]] = spec.settings["commissioner_areas"]
    bodies: dict[str, set[str]] = {}
    for code, gss in areas:
        bodies.setdefault(code, set()).add(gss)
    for code, mine in sorted(bodies.items()):
        periods = contiguous({gss: in_force(codes[gss]) for gss in mine})
        for gss, period in sorted(periods.items()):
            sources = (CHD, *sorted(areas[code, gss]))
            ends = {"start_date": period.start, "end_date": period.end}
            yield Identifier(organisation_id=code, scheme="gss", value=gss, source_ids=sources, **ends)
            yield Coverage(organisation_id=code, gss=gss, source_ids=sources, **ends)
