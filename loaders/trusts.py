"""NHS trusts: six snapshots of the register, a list in mixed case, and names of trusts closed long ago.

A snapshot states names, foundation status, the system and the region of its own day only: they are sightings, never
starts (MODEL section 1). A closed row keeps the last name; its geography is today's and no fact (data guide, trap 15).
"""

import re
from collections.abc import Iterator

from nhs_graph.graph.facts import Classification, Fact, Identifier, Name, Organisation, Relation
from nhs_graph.graph.interval import Interval, PartialDate
from nhs_graph.graph.names import fold
from nhs_graph.loaders.base import Data, Report, SourceFile, Spec
from nhs_graph.loaders.casing import Spellings, readable
from nhs_graph.loaders.register_rows import register_rows

_TRUST_CODE = re.compile(r"[RT][0-9A-Z]{2}")


def read(spec: Spec, data: Data, report: Report) -> Iterator[Fact]:
    """Trusts with names, kinds, systems and regions by snapshot, newest first; then names of codes in no snapshot."""
    listed = {file.id: list(data.rows(file)) for file in _files(spec, "spelling")}
    spellings = Spellings(row["name"] for rows in listed.values() for _, row in rows)
    known: dict[str, Interval] = {}
    names: set[tuple[str, str]] = set()
    for file in _files(spec, "snapshot"):
        for row in register_rows(file, data, spec.settings["filler_starts"]):
            if row.code in file.settings.get("added_by_hand", ()):
                report.left_out(file.id, "row added by hand later, without dates")
                continue
            report.used(file.id)
            period = known.setdefault(row.code, row.period)
            names.add((row.code, fold(row.name)))
            yield from _trust(row.code, spellings.of(row.name), row.period, file, spec)
            if row.code not in spec.settings["welsh"] and _was_open(period, file):
                yield _located(row.code, row.region, file)
                if file.settings["systems"]:
                    yield _located(row.code, row.system, file)
    for file in _files(spec, "spelling"):
        for _, entry in listed[file.id]:
            code, name = entry["ods_code"], entry["name"]
            if code in known and (code, fold(name)) not in names:
                report.left_out(file.id, "name in no snapshot of the register")
                continue
            report.used(file.id)
            if code in known:
                yield _sighting(code, name, file)
            else:
                yield from _trust(code, name, Interval(), file, spec)
                known[code] = Interval()
    yield from _closed_long_ago(spec, data, report, known)


def kind_of(name: str) -> str:
    """The form of a trust by its name: the register's second role is not in the reports."""
    return "foundation_trust" if name.upper().endswith("NHS FOUNDATION TRUST") else "nhs_trust"


def _files(spec: Spec, role: str) -> list[SourceFile]:
    return [file for file in spec.files if file.settings["role"] == role]


def _trust(code: str, name: str, period: Interval, file: SourceFile, spec: Spec) -> Iterator[Fact]:
    yield Organisation(id=code, start_date=period.start, end_date=period.end, source_ids=(file.id,))
    yield Identifier(organisation_id=code, scheme="ods", value=code, source_ids=(file.id,))
    yield _sighting(code, name, file)
    kind = "welsh_trust" if code in spec.settings["welsh"] else kind_of(name)
    yield Classification(
        organisation_id=code,
        kind=kind,
        role_code="RO57" if kind == "foundation_trust" else "RO197",
        first_seen=file.source.vintage,
        last_seen=file.source.vintage,
        source_ids=(file.id,),
    )


def _sighting(code: str, name: str, file: SourceFile) -> Name:
    seen = file.source.vintage
    return Name(organisation_id=code, name=name, first_seen=seen, last_seen=seen, source_ids=(file.id,))


def _was_open(period: Interval, file: SourceFile) -> bool:
    """Whether the newest snapshot says that the body existed at this one: the newest wins (rulings, no. 9)."""
    vintage = PartialDate.parse(file.source.vintage or "")
    return period.overlaps(Interval(vintage.first, vintage.until))


def _located(code: str, place: str, file: SourceFile) -> Relation:
    seen = file.source.vintage
    return Relation(
        subject_id=code,
        type="LOCATED_IN",
        object_id=place,
        first_seen=seen,
        last_seen=seen,
        source_ids=(file.id,),
    )


def _closed_long_ago(spec: Spec, data: Data, report: Report, known: dict[str, Interval]) -> Iterator[Fact]:
    """Codes and names only: when these trusts existed is in no file, so they get no kind with a period."""
    named: dict[str, str] = {}
    for file in _files(spec, "names"):
        for _, row in data.rows(file):
            code, name = row["ods_code"], readable(row[file.settings["column"]])
            if code in known:
                report.left_out(file.id, "trust of a newer register file")
            elif not _TRUST_CODE.fullmatch(code):
                report.left_out(file.id, "site, region or pharmacy, no trust")
            elif fold(named.setdefault(code, name)) != fold(name):
                report.left_out(file.id, "another name than in the stronger file")
            else:
                report.used(file.id)
                yield Organisation(id=code, source_ids=(file.id,))
                yield Identifier(organisation_id=code, scheme="ods", value=code, source_ids=(file.id,))
                yield _sighting(code, named[code], file)
