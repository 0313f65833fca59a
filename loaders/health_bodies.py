"""Clinical commissioning groups, the sub-ICB locations that carry on their codes, and commissioning hubs.

A group's code lives on as a sub-ICB location: kind and name change on 2022-07-01, the day on which the Health and
Care Act 2022 ended the groups; the register's own start of the code stays (data guide, trap 14). The name of a group
that closed earlier is the last one, seen in the register.
"""

from collections.abc import Iterator
from datetime import date

from nhs_graph.graph.facts import Classification, Fact, Identifier, Name, Organisation
from nhs_graph.graph.interval import Interval
from nhs_graph.loaders.base import Data, Report, SourceFile, Spec, StatedWeight
from nhs_graph.loaders.casing import Spellings
from nhs_graph.loaders.register_rows import RegisterRow, register_rows

_HUB, _REPORTING_ENTITY, _SUB_ICB, _GROUP = "RO218", "RO327", "RO319", "RO98"


def read(spec: Spec, data: Data, report: Report) -> Iterator[Fact]:
    """The bodies of the register report, then their names by year."""
    register, *lookups = [file for file in spec.files if "split_on" not in file.settings]
    listed = {file.id: [_named(row, file) for _, row in data.rows(file)] for file in lookups}
    spellings = Spellings(name for rows in reversed(listed.values()) for _, name in rows)
    hand_over: date = spec.settings["hand_over"]
    codes: set[str] = set()
    for row in register_rows(register, data):
        if _REPORTING_ENTITY in row.roles:
            report.left_out(register.id, "sub-ICB reporting entity: no body of its own")
            continue
        report.used(register.id)
        yield from _body(row, spellings.of(row.name), register, hand_over)
        codes.add(row.code)
    yield from _splits(spec, data, report, codes)
    names: set[tuple[str, str]] = set()
    official: set[str] = set()
    for file in lookups:
        for code, name in listed[file.id]:
            text = spellings.of(name)
            if code in official and file.settings["names"].get("only_equal") and (code, text) not in names:
                report.left_out(file.id, "another spelling than in the publisher's own lookup")
                continue
            report.used(file.id)
            official.add(code)
            names.add((code, text))
            yield _name(code, text, file, hand_over)


def _named(row: dict[str, str], file: SourceFile) -> tuple[str, str]:
    columns = file.settings["names"]
    return row[columns["code"]], row[columns["name"]]


def _body(row: RegisterRow, name: str, file: SourceFile, hand_over: date) -> Iterator[Fact]:
    sources = (file.id,)
    yield Organisation(id=row.code, start_date=row.period.start, end_date=row.period.end, source_ids=sources)
    yield Identifier(organisation_id=row.code, scheme="ods", value=row.code, source_ids=sources)
    since = hand_over if _SUB_ICB in row.roles else None
    seen = file.source.vintage
    yield Name(
        organisation_id=row.code, name=name, start_date=since, first_seen=seen, last_seen=seen, source_ids=sources
    )
    for kind, role, period in _kinds(row, hand_over):
        yield Classification(
            organisation_id=row.code,
            kind=kind,
            role_code=role,
            start_date=period.start,
            end_date=period.end,
            source_ids=sources,
        )


def _splits(spec: Spec, data: Data, report: Report, known: set[str]) -> Iterator[Fact]:
    """Locations that a later split made: a code from that day on. The one that was split is listed no more from it.

    Which body they come from is an event's to say.
    """
    for file in spec.files:
        if "split_on" not in file.settings:
            continue
        for _, row in data.rows(file):
            code, since = row["new_sub_icb"], file.settings["split_on"]
            yield Organisation(id=row["old_sub_icb"], end_date=since, source_ids=(file.id,))
            yield StatedWeight(
                predecessor_id=row["old_icb"],
                successor_id=row["new_icb"],
                weight=float(row["population_weight"]),
                source_ids=(file.id,),
            )
            if code in known:
                report.left_out(file.id, "body of the register already")
                continue
            report.used(file.id)
            yield Organisation(id=code, start_date=since, source_ids=(file.id,))
            yield Identifier(organisation_id=code, scheme="ods", value=code, start_date=since, source_ids=(file.id,))
            yield Classification(
                organisation_id=code, kind="sicbl", role_code=_SUB_ICB, start_date=since, source_ids=(file.id,)
            )


def _kinds(row: RegisterRow, hand_over: date) -> Iterator[tuple[str, str, Interval]]:
    if _HUB in row.roles:
        yield "commissioning_hub", _HUB, row.period
        return
    as_group = row.period.clipped(Interval(None, hand_over))
    if not as_group.empty:
        yield "ccg", _GROUP, as_group
    if _SUB_ICB in row.roles:
        yield "sicbl", _SUB_ICB, row.period.clipped(Interval(hand_over, None))


def _name(code: str, name: str, file: SourceFile, hand_over: date) -> Name:
    """A location's name holds from the hand-over; a group's is seen, and gives way to it (derive_names).

    A location is named after its board. Boards merged on 2026-04-01, and no file gives the names from then on: after
    its last sighting a location's name is `last_known` too.
    """
    since = hand_over if file.settings["names"].get("sub_icb") else None
    seen = file.source.vintage
    return Name(
        organisation_id=code, name=name, start_date=since, first_seen=seen, last_seen=seen, source_ids=(file.id,)
    )
