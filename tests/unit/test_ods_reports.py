"""Reports and answers of the register: recognised by content, read with their traps (data guide, sections 2 and 6)."""

import json
import threading
from pathlib import Path
from typing import Any

import pytest

from nhs_graph.graph.errors import RowsRejected, SourceProblem, UsageProblem
from nhs_graph.graph.store import open_store
from nhs_graph.loaders import ods_api, ods_csv, ods_fhir, releases
from nhs_graph.loaders.ods_record import Read, Record, Rel, Role, Rows, Succ

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
        ([PAIR.replace("19960401", "1/4/1996"), PAIR, PAIR], "succ"),
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


BAD = ("Legal", "2001-02-30", None)


@pytest.mark.parametrize(
    "changed",
    [
        {"periods": (BAD,)},
        {"roles": (Role("RO177", True, ()), Role("RO999", False, ()), Role("RO76", False, (BAD,)))},
        {"rels": (Rel("RE4", "15E", None, ()), Rel("RE3", "15E", None, ()), Rel("RE6", "15E", None, (BAD,)))},
        {"succs": (Succ("Successor", "A1", None, "2001-04-01"), Succ("Successor", "A3", None, "soon"))},
    ],
)
def test_a_record_with_a_bad_date_makes_no_rows_and_counts_for_nothing(changed: dict[str, Any]) -> None:
    before = Record("A1", "ONE", succs=(Succ("Successor", "A2", None, "2001-04-01"),))
    after = Record("A3", "THREE", roles=(Role("RO999", True, ()),), rels=(Rel("RE3", "A2", None, ()),))
    bad = Record("A2", "TWO", roles=before.roles, succs=(Succ("Successor", "A2", None, "2001-04-01"),))
    without, with_it = Rows(), Rows()
    assert with_it.batch([before, bad._replace(**changed), after]) == without.batch([before, after])
    assert with_it.left_out == without.left_out
    assert [code for code, _ in with_it.rejects] == ["A2"]


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


def members() -> tuple[str, str]:
    """Five members of an answer of each interface on five lines; the first and the last can be read."""
    whole = [json.dumps(api(OrgId={"extension": code})["Organisation"]) for code in ("RWR", "RWX")]
    listed = [
        whole[0],
        json.dumps(api(OrgId={"extension": ""})["Organisation"]),
        '"RWS"',
        json.dumps(api(Date={"Type": "Legal", "Start": 20010401})["Organisation"]),
        whole[1],
    ]
    number = {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "RWR"}
    resource: dict[str, object] = {"resourceType": "Organization", "identifier": [number], "name": "A"}
    entries = [resource, {"resourceType": "Organization"}, None, resource | {"name": 5}, resource]
    entries[2] = {
        "resourceType": "OrganizationAffiliation",
        "organization": {"identifier": number},
        "participatingOrganization": {"identifier": number},
        "code": [{"coding": [{"code": "RE4"}]}],
        "period": {"start": "2001"},
    }
    bundle = [json.dumps({"fullUrl": "x", "resource": entry}) for entry in entries]
    return (
        '{"Organisations": [\n' + ",\n".join(listed) + "\n]}",
        '{"resourceType": "Bundle", "link": [{"entry": [\n]}],\n "entry":\n[' + ",\n".join(bundle) + "]}",
    )


@pytest.mark.parametrize(
    ("text", "kind", "told"),
    [
        (
            members()[0],
            "ods-api",
            [
                (3, "record 2", "extension is missing or of another form"),
                (4, "record 3", "its form is another"),
                (5, "record 4", "a day as YYYY-MM-DD"),
            ],
        ),
        (
            members()[1],
            "ods-fhir",
            [
                (5, "record 2", "identifier is missing or of another form"),
                (6, "record 3", "a day as YYYY-MM-DD"),
                (7, "record 4", "name is missing or of another form"),
            ],
        ),
    ],
)
def test_members_of_an_answer_that_cannot_be_read_are_rejected_with_their_lines(
    tmp_path: Path, text: str, kind: str, told: list[tuple[int, str, str]]
) -> None:
    path = tmp_path / "answer.json"
    path.write_text(text)
    store = open_store("sqlite::memory:", read_only=False)
    with pytest.raises(RowsRejected, match="3 rows were rejected and 2 are allowed; nothing was loaded") as caught:
        releases.load(store, [(path, kind)], "2026-01-01", max_rejects=2)
    found = [problem.facts for problem in caught.value.rejects]
    assert [(facts["line"], facts["column"]) for facts in found] == [(line, column) for line, column, _ in told]
    for facts, (_, _, expected) in zip(found, told, strict=True):
        assert str(facts["expected"]).endswith(expected)
    assert store.meta() == {}
    done = releases.load(store, [(path, kind)], "2026-01-01", max_rejects=3)
    assert (len(done.files[0].rejects), done.files[0].records) == (3, 2)
    store.close()


def test_a_file_of_bad_rows_is_not_read_to_its_end_and_leaves_nothing_running(tmp_path: Path) -> None:
    path = tmp_path / "etr.csv"
    path.write_text(f"{TRUST}\n{TRUST.replace('20171001', 'soon')}\n" * 5000)
    store = open_store("sqlite::memory:", read_only=False)
    running = threading.active_count()
    with pytest.raises(RowsRejected, match="the reading ended when 1999 rows were rejected") as caught:
        releases.load(store, [(path, "ods-csv")], "2026-01-01", max_rejects=1)
    assert threading.active_count() == running  # the error, which holds what was being done, is still at hand
    assert "check that the file is of the kind" in caught.value.hint
    # The last day of all has none after it, so that it cannot be the last of a body that another follows.
    path.write_text(f"{TRUST}\n{TRUST.replace('R0A', 'R0B').replace('20171001,', '20171001,99991231', 1)}\n")
    with pytest.raises(RowsRejected, match=r"etr\.csv:2: column Date of R0B holds '9999-12-31'"):
        releases.load(store, [(path, "ods-csv")], "2026-01-01")
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
