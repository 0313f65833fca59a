"""Reports and answers of the register: recognised by content, read with their traps (data guide, sections 2 and 6)."""

import json
from pathlib import Path

import pytest

from nhs_graph.graph.errors import SourceProblem, UsageProblem
from nhs_graph.graph.store import open_store
from nhs_graph.loaders import ods_api, ods_csv, ods_fhir, releases
from nhs_graph.loaders.ods_record import Read, Record, Rel, Role, Succ

TRUST = (
    'R0A,MANCHESTER UNIVERSITY NHS FOUNDATION TRUST,Y62,QOP,"COBBETT HOUSE, EAST",OXFORD ROAD,,MANCHESTER,,M13 9WL,'
    "20171001,,,,,,,,,,,0,,B"
)
CLOSED = (
    '"RC1","BEDFORD HOSPITAL NHS TRUST","Y61","S1Y5D","","","","","","","19920401","20200331"'
    + ',""' * 11
    + ',"F"'
    + ',""' * 3
)
GROUP = '"00C","NHS DARLINGTON CCG","Y63","QHM","","","","","","","20130401","20200331"' + ',""' * 15
LOCATION = '"15E","NHS BIRMINGHAM","Y60","QHL","","","","","","","20180401","","","RO319|RO326"' + ',""' * 13
PRACTICE = (
    '"A81001","THE DENSHAM SURGERY","Y63","QHM","","","","","","","19740401","","A","B","16C","20200401",""'
    ',"01642 672351","","","","0","","16C","","4",""'
)
PAIR = '"001","016","","19960401","0"'


def read(report: str) -> Read:
    return Read("file.csv", "ods-csv", report, "2026-01-01", "a test")


@pytest.mark.parametrize(
    ("rows", "report"),
    [
        ([TRUST], "etr"),
        ([CLOSED, TRUST], "etr"),
        ([GROUP, LOCATION], "eccg"),
        ([PRACTICE], "epraccur"),
        ([PAIR, '"06F","M1J4Y","","20210401","0"'], "succ"),
        (["code,name", "RA7,Bristol"], None),
        (['"001","016","19960401"'], None),
        ([], None),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_report_is_recognised_by_its_content(rows: list[str], report: str | None, end: str) -> None:
    assert ods_csv.report_of(end.join(rows)) == report
    assert ods_csv.report_of(end.join([*rows, ""])) == report


def test_the_first_row_is_data_and_a_quoted_comma_is_no_end(tmp_path: Path) -> None:
    (record,) = ods_csv.records(TRUST, read("etr"))
    assert (record.code, record.name) == ("R0A", "MANCHESTER UNIVERSITY NHS FOUNDATION TRUST")
    assert record.periods == (("Operational", "2017-10-01", None),)
    assert record.roles[1] == Role("RO57", False, (), seen=True)
    assert record.rels == (Rel("RE5", "QOP", None, (), seen=True),)


def test_the_geography_of_a_closed_row_is_no_fact() -> None:
    (record,) = ods_csv.records(CLOSED, read("etr"))
    assert record.rels == ()


def test_roles_of_a_location_come_from_column_14() -> None:
    _, record = ods_csv.records(f"{GROUP}\n{LOCATION}\n", read("eccg"))
    assert [role.code for role in record.roles] == ["RO98", "RO319", "RO326"]


def test_a_practice_is_one_by_its_setting_and_has_a_dated_commissioner() -> None:
    (record,) = ods_csv.records(PRACTICE, read("epraccur"))
    assert [role.code for role in record.roles] == ["RO177", "RO76"]
    assert record.rels[1] == Rel("RE4", "16C", None, (("Operational", "2020-04-01", None),))


def test_a_proposed_practice_is_counted_and_left_out() -> None:
    found = read("epraccur")
    assert list(ods_csv.records(PRACTICE.replace('"A","B"', '"P","B"'), found)) == []
    assert found.left_out["proposed, not open yet"] == 1


def test_a_pair_says_nothing_else_of_its_bodies() -> None:
    (record,) = ods_csv.records(PAIR, read("succ"))
    assert record == Record("001", "", succs=(Succ("Successor", "016", None, "1996-04-01"),))


@pytest.mark.parametrize(
    ("text", "column"),
    [
        (TRUST.replace("20171001", "2017-10-1"), "11"),
        (TRUST.replace("20171001", "20171301"), "11"),
        (TRUST.replace("R0A", "R0 A"), "1"),
        (TRUST.replace("MANCHESTER UNIVERSITY NHS FOUNDATION TRUST", ""), "2"),
        (TRUST + ",,,,,", "all"),
    ],
)
def test_a_wrong_cell_is_named_with_file_line_and_value_and_the_others_are_read(text: str, column: str) -> None:
    found = read("etr")
    assert len(list(ods_csv.records(f"{TRUST}\n{text}\n{TRUST}\n", found))) == 2
    (problem,) = found.rejects
    assert (problem.facts["line"], problem.facts["column"]) == (2, column)


def api(**changed: object) -> dict[str, object]:
    given: dict[str, object] = {
        "Name": "A TRUST",
        "Date": {"Type": "Operational", "Start": "2001-04-01"},
        "OrgId": {"extension": "RWR"},
        "Status": "Active",
        "Roles": {"Role": {"id": "RO197", "primaryRole": "true", "Date": [{"Type": "Legal", "Start": "2001-04-01"}]}},
    }
    return {"Organisation": given | changed}


def test_collections_of_one_and_booleans_as_text_are_read() -> None:
    (record,) = ods_api.records(api(refOnly="true"), read("answer"))
    assert record.periods == (("Operational", "2001-04-01", None),)
    assert record.roles == (Role("RO197", True, (("Legal", "2001-04-01", None),)),)
    assert record.reference_only
    (record,) = ods_api.records(api(refOnly="false"), read("answer"))
    assert not record.reference_only


def test_an_unknown_member_is_reported() -> None:
    found = read("answer")
    list(ods_api.records(api(Colour="red"), found))
    assert found.unknown["Organisation/Colour"] == 1


@pytest.mark.shared
def test_the_published_answers_are_read(shared: Path) -> None:
    folder = shared / "ods/api"
    (trust,) = ods_api.records(json.loads((folder / "ord_RWR_trust.json").read_text()), read("answer"))
    assert {role.code for role in trust.roles} == {"RO197", "RO57"}
    assert ("QM7", "RE5") in {(rel.target, rel.code) for rel in trust.rels}
    assert {(succ.type, succ.target) for succ in trust.succs} == {("Predecessor", "RQJ"), ("Predecessor", "RC8")}
    (site,) = ods_api.records(json.loads((folder / "ord_RVVKC_site_with_predecessor.json").read_text()), read("answer"))
    assert site.succs == (Succ("Predecessor", "RGWKC", "RO198", "1999-04-01"),)
    (stub,) = ods_api.records(json.loads((folder / "ord_RJY_refonly_trust.json").read_text()), read("answer"))
    assert stub.reference_only
    (leeds,) = ods_fhir.records(json.loads((folder / "fhir_r4_Organization_RR8.json").read_text()), read("answer"))
    assert leeds.periods[0] == ("Legal", "1998-04-01", None)
    assert leeds.roles[0].primary
    (link,) = ods_fhir.records(
        json.loads((folder / "fhir_r4_OrganizationAffiliation_one.json").read_text()), read("answer")
    )
    assert (link.code, link.name, link.rels[0].target) == ("G81086", "", "U36842")
    found = list(
        ods_fhir.records(json.loads((folder / "fhir_r4_Organization_search.json").read_text()), read("answer"))
    )
    assert [record.code for record in found] == ["AQN", "C4O9I"]


@pytest.mark.shared
def test_every_kind_of_file_is_recognised_by_its_content(shared: Path) -> None:
    found = {
        path.relative_to(shared / "ods").as_posix(): releases.recognised(path)
        for folder in ("csv", "api", "xml", "lists2026", "mappings")
        for path in (shared / "ods" / folder).iterdir()
        if path.suffix in {".csv", ".json", ".xml"}
    }
    wanted = {name: "ods-csv" for name in found if name.startswith("csv/")}
    wanted |= {name: "ods-fhir" if "fhir" in name else "ods-api" for name in found if name.startswith("api/")}
    wanted |= {name: "ods-xml" for name in found if name.startswith("xml/")}
    assert {name: kind for name, kind in found.items() if kind} == wanted


def test_a_report_without_a_day_asks_for_one(tmp_path: Path) -> None:
    path = tmp_path / "etr.csv"
    path.write_text(TRUST)
    store = open_store("sqlite::memory:", read_only=False)
    with pytest.raises(UsageProblem, match="does not say of what day"):
        releases.load(store, [(path, "ods-csv")])
    assert releases.load(store, [(path, "ods-csv")], "2021-01-31").files[0].published == "2021-01-31"
    store.close()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", '{"Organisation": {"Name": "X"}}'),
        ("a.json", '{"Organisation": 5}'),
        ("a.json", '{"Organisation": {"Name": "X", "OrgId": {"extension": "X"}, "Date": [{"Start": "2001-13-01"}]}}'),
        ("a.json", '{"Organisation": ' + "[" * 100000),
        ("a.json", '{"Organisation": {"Name": "X"'),
        ("a.json", '{"resourceType": "Organization", "id": "X"}'),
        ("a.json", '{"resourceType": "Organization", "id": "X", "name": "X", "identifier": []}'),
    ],
)
def test_an_answer_that_is_not_as_described_is_refused(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    store = open_store("sqlite::memory:", read_only=False)
    kind = "ods-fhir" if "resourceType" in text else "ods-api"
    assert releases.recognised(path) == kind
    with pytest.raises(SourceProblem):
        releases.load(store, [(path, kind)], "2026-01-01")
    store.close()
