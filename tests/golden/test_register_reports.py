"""Reports of sites, branches, regions and care trusts say what the register's own answers say of the same bodies.

No copy of these four reports is at hand. Each row here is a record of the register (the published ORD answer, the
assembled sample release, the trust report) written in the register's standard layout of 27 columns: the one that
spec_epraccur_2017.pdf gives, with the body that runs it in column 15.
"""

import csv
import io
import json
from pathlib import Path
from typing import TypeVar

import pytest

from nhs_graph.graph.facts import Classification, Fact, Organisation, Relation
from nhs_graph.graph.store import Selection, Store, open_store
from nhs_graph.loaders import ods_api, ods_csv, releases
from nhs_graph.loaders.ods_record import Read, Rows

pytestmark = pytest.mark.shared

# api/ord_RVVKC_site_with_predecessor.json
SITE = [
    "RVVKC",
    "KENT & CANTERBURY HOSPITAL",
    "Y59",
    "QKS",
    "ETHELBERT ROAD",
    "",
    "",
    "CANTERBURY",
    "KENT",
    "CT1 3NG",
    "19990401",
    "",
    "",
    "",
    "RVV",
    "",
    "",
    "",
    "",
    "",
    "",
    "0",
    "",
    "J",
]
# xml/HSCOrgRefData_sample_v2-0-0.xml: one open branch, one that closed on its last day of June 2014.
OPEN = [
    "C84714001",
    "GHATTAORA AS",
    "Y60",
    "QT1",
    "SUNRISE MEDICAL PRACTICE",
    "",
    "",
    "NOTTINGHAM",
    "",
    "NG11 8NS",
    "20040401",
    "",
    "",
    "",
    "C84714",
    "20040401",
    "",
    "01158483100",
    "",
    "",
    "",
    "0",
    "",
    "E",
]
SHUT = [
    "C88032001",
    "DERBYSHIRE LANE SURGERY",
    "Y63",
    "QF7",
    "213 DERBYSHIRE LANE",
    "",
    "",
    "SHEFFIELD",
    "",
    "S8 8SA",
    "20040401",
    "20140630",
    "",
    "",
    "C88032",
    "20040401",
    "20140630",
    "",
    "",
    "",
    "",
    "0",
    "",
    "D",
]
# mappings/nhs_region_ods_gss.csv; a local office of the trust report before 2018; a system.
REGION = ["Y56", "LONDON", *[""] * 22]
OFFICE = ["Q71", "LONDON", "Y56", *[""] * 21]
SYSTEM = ["QMF", "NORTH EAST LONDON", "Y56", *[""] * 21]
# lists2026/trust_urls.csv
CARE_TRUST = ["TAJ", "BLACK COUNTRY HEALTHCARE NHS FOUNDATION TRUST", "Y60", "QUA", *[""] * 19, "F"]

F = TypeVar("F", bound=Fact)
FORMS: dict[str, tuple[int, bool, str]] = {
    "legacy": (24, False, "\n"),
    "legacy, Windows": (24, False, "\r\n"),
    "some nulls cut": (26, False, "\n"),
    "Data Search and Export": (27, True, "\r\n"),
}
"""Columns, whether all cells are quoted, and the end of a line."""


def written(rows: list[list[str]], form: str) -> str:
    """The rows as a report in one of its forms; the last line has no end."""
    columns, quoted, end = FORMS[form]
    lines = io.StringIO()
    writer = csv.writer(lines, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL, lineterminator=end)
    writer.writerows([*row, "", "", ""][:columns] for row in rows)
    return lines.getvalue().removesuffix(end)


def loaded(folder: Path, name: str, rows: list[list[str]], form: str) -> Store:
    path = folder / name
    path.write_bytes(written(rows, form).encode())
    assert releases.recognised(path) == "ods-csv"
    store = open_store("sqlite::memory:", read_only=False)
    done = releases.load(store, [(path, "ods-csv")])
    assert done.files[0].report == name.partition("_")[0]
    return store


def of(store: Store, cls: type[F], **wanted: tuple[str, ...]) -> list[F]:
    return list(store.facts(Selection(cls, wanted)))


@pytest.mark.parametrize("form", FORMS)
def test_a_site_says_what_the_registers_answer_says(shared: Path, form: str) -> None:
    read = Read("ets.csv", "ods-csv", "ets", "2026-07-01", "a test")
    mine = Rows().batch(ods_csv.records(written([SITE], form), read))
    answer = json.loads((shared / "ods/api/ord_RVVKC_site_with_predecessor.json").read_text())
    theirs = Rows().batch(ods_api.records(answer, read))
    assert (mine.bodies, mine.kinds) == (theirs.bodies, theirs.kinds)
    # The report has no day on which the trust took the site over: it is seen there, and its system with it.
    assert [row[:3] for row in mine.links if row[1] == "OPERATES"] == [row[:3] for row in theirs.links]
    assert ("RVVKC", "LOCATED_IN", "QKS") in {row[:3] for row in mine.links}


@pytest.mark.parametrize("form", FORMS)
def test_branches_say_what_the_sample_release_says(shared: Path, tmp_path: Path, form: str) -> None:
    report = loaded(tmp_path, "ebranchs_2026-07.csv", [OPEN, SHUT], form)
    release = open_store("sqlite::memory:", read_only=False)
    releases.load(release, [(shared / "ods/xml/HSCOrgRefData_sample_v2-0-0.xml", "ods-xml")], "2026-07-01")
    codes = ("C84714001", "C88032001")

    def told(store: Store) -> list[tuple[object, ...]]:
        bodies = of(store, Organisation, id=codes)
        kinds = of(store, Classification, organisation_id=codes)
        links = of(store, Relation, object_id=codes)
        return [tuple(getattr(fact, name, None) for name in FIELDS) for fact in (*bodies, *kinds, *links)]

    assert told(report) == told(release)
    assert len(told(report)) == 6
    for store in (report, release):
        store.close()


FIELDS = ("key", "name", "kind", "type", "start_date", "end_date")


def test_regions_and_offices_have_a_kind_and_systems_none(tmp_path: Path) -> None:
    store = loaded(tmp_path, "eauth_2026-07.csv", [REGION, OFFICE, SYSTEM], "Data Search and Export")
    kinds = {fact.organisation_id: fact.kind for fact in of(store, Classification)}
    assert kinds == {"Y56": "nhs_region", "Q71": "area_team"}
    assert {fact.id for fact in of(store, Organisation)} == {"Y56", "Q71", "QMF"}
    store.close()


def test_a_care_trust_is_none_of_the_other_trusts(tmp_path: Path) -> None:
    store = loaded(tmp_path, "ect_2026-07.csv", [CARE_TRUST], "legacy")
    assert [fact.kind for fact in of(store, Classification)] == ["care_trust"]
    store.close()


def test_a_mixed_report_of_trusts_is_one_of_trusts(shared: Path) -> None:
    for path in sorted((shared / "ods/csv").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as handle:
            assert ods_csv.report_of(handle.read(65536)) == path.name.partition("_")[0]
