"""Records of the full release: what is taken, reported and refused. The shapes are those of the data guide."""

import io
from pathlib import Path

import pytest

from nhs_graph.graph.errors import SourceProblem
from nhs_graph.graph.register import Batch
from nhs_graph.loaders import ods_xml_pieces
from nhs_graph.loaders.ods_xml_pieces import Document
from tests import ods


def read(text: str | bytes) -> tuple[Document, Batch]:
    document = Document("release.xml", io.BytesIO(text if isinstance(text, bytes) else text.encode()))
    whole = Batch()
    for batch in document.batches():
        for ours, theirs in zip(
            (whole.bodies, whole.kinds, whole.links, whole.pairs),
            (batch.bodies, batch.kinds, batch.links, batch.pairs),
            strict=True,
        ):
            ours += theirs
    return document, whole


@pytest.fixture
def sample(shared: Path) -> tuple[Document, Batch]:
    return read((shared / "ods/xml/HSCOrgRefData_sample_v2-0-0.xml").read_bytes())


@pytest.mark.shared
def test_the_legal_dates_decide_and_the_operational_ones_are_kept(sample: tuple[Document, Batch]) -> None:
    # 5N424 is open in operation and closed in law: Legal 1980-01-01 to 2013-03-31, Operational from 2012-04-02.
    body = next(row for row in sample[1].bodies if row[0] == "5N424")
    assert body[4:8] == ("1980-01-01", "2013-04-01", "2012-04-02", "")
    assert ("5N4", "OPERATES", "5N424", "2012-04-01", "2013-04-01", "5N424") in sample[1].links


@pytest.mark.shared
def test_every_record_of_the_sample_is_read(sample: tuple[Document, Batch]) -> None:
    document, batch = sample
    assert document.manifest["PublicationDate"] == "2019-06-12"
    assert [row[0] for row in batch.bodies] == ["C84714001", "C88032001", "YGM10", "5N424", "J82028", "F83004"]
    assert not document.unknown
    assert document.left_out["GeoLoc"] == 6
    assert document.left_out["Contacts"] == 4
    # An ampersand is one letter of the name, and the same word as "and".
    assert ("F83004", "ARCHWAY & CO MEDICAL CENTRE", "archway and co medical centre") in {
        row[:3] for row in batch.bodies
    }


@pytest.mark.shared
def test_both_sides_of_a_succession_and_a_network_are_read(sample: tuple[Document, Batch]) -> None:
    # The successor has the record's own primary role, RO92; the predecessor is of another kind, RO157.
    assert ("YGM10", "YGM41", "2015-06-30", 1) in sample[1].pairs
    assert ("8GW80", "YGM10", "2012-02-01", 0) in sample[1].pairs
    assert ("F83004", "MEMBER_OF", "U02795", "2021-05-01", "", "F83004") in sample[1].links


@pytest.mark.parametrize("filler", ["1900-01-01", "1974-04-01"])
def test_a_filler_start_is_unknown(filler: str) -> None:
    _, batch = read(ods.release([ods.practice("A81001", "A", filler)], "2026-01-01"))
    assert batch.bodies[0][4] == ""
    assert {row[2] for row in batch.kinds} == {""}


def test_a_relationship_without_a_place_in_the_model_is_counted() -> None:
    rels = [ods.rel("RE3", "X", ods.date("2000-01-01")), ods.rel("RE4", "15E", ods.date("2000-01-01"))]
    document, batch = read(ods.release([ods.practice("A81001", "A", rels=rels)], "2026-01-01"))
    assert document.left_out["relationship that is no relation of the model: RE3"] == 1
    assert batch.links == [("A81001", "COMMISSIONED_BY", "15E", "2000-01-01", "", "A81001")]


@pytest.mark.parametrize(
    ("old", "new", "path"),
    [
        ("<Roles>", "<Motto>Hello</Motto><Roles>", "Organisation/Motto"),
        ('orgRecordClass="RC1"', 'orgRecordClass="RC1" colour="red"', "Organisation/@colour"),
        ('uniqueRoleId="1"', 'uniqueRoleId="1" since="1"', "Role/@since"),
        ("<Type value", "<Note/><Type value", "Date/Note"),
        ("<CodeSystems/>", "<CodeSystems/><Colours/>", "Colours"),
        ('<Version value="2-0-0"/>', '<Version value="2-0-0"/><Mood/>', "Manifest/Mood"),
        ("</Organisations>", "<Group/></Organisations>", "Organisations/Group"),
    ],
)
def test_what_is_neither_used_nor_left_out_on_purpose_is_reported(old: str, new: str, path: str) -> None:
    text = ods.release([ods.practice("A81001", "A")], "2026-01-01")
    document, batch = read(text.replace(old, new))
    assert len(batch.bodies) == 1
    assert path in document.unknown


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("</HSCOrgRefData:OrgRefData>\n", "", "no element found"),
        ("</Organisations>", "", "mismatched tag"),
        ("<Name>A</Name>", "<Name>A</Label>", "release.xml:6: the file is not well-formed"),
        ("<Name>A</Name>", "<Name>&who;</Name>", "release.xml:6: the file is not well-formed: undefined entity"),
        ("<HSCOrgRefData:OrgRefData", "<!DOCTYPE x [<!ENTITY a 'b'>]><HSCOrgRefData:OrgRefData", "document type"),
        ("HSCOrgRefData:OrgRefData", "HSCOrgRefData:Other", "its root is HSCOrgRefData:Other"),
    ],
)
def test_a_file_that_breaks_the_format_is_refused(old: str, new: str, said: str) -> None:
    text = ods.release([ods.practice("A81001", "A")], "2026-01-01").replace(old, new)
    with pytest.raises(SourceProblem, match=said):
        read(text)


def test_records_that_cannot_be_read_are_rejected_with_their_lines_and_the_others_are_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    to_b = [ods.rel("RE4", "A00002", ods.date("2000-01-01"))]
    records = [ods.practice(f"A{number:05}", f"PRACTICE {number}", rels=to_b) for number in range(30)]
    records[2] = ods.practice("A00002", "B", "2001-02-30")  # others before it name it, which is not its line
    records[7] = ods.practice("", "NOBODY")
    records[8] = ods.practice("A00008", "C", rels=[ods.rel("RE4", "", ods.date("2000-01-01"))])
    records[20] = ods.practice("A00020", "D", succs=[ods.succ("Heir", "A00001", "2001-01-01")])
    records[29] = ods.practice("A00029", "E", succs=[ods.succ("Successor", "A00001", "2001")])
    text = ods.release(records, "2026-01-01")
    rejected = [
        (8, "Date of A00002", "2001-02-30", "a day as YYYY-MM-DD"),
        (13, "Organisation", "NOBODY", "a record with a code"),
        (14, "Organisation", "RE4", "a relationship with the code of its target"),
        (26, "Organisation", "Heir A00001", "a succession with its type, target and day"),
        (35, "Date of A00029", "2001", "a day as YYYY-MM-DD"),
    ]
    for piece in (ods_xml_pieces.PIECE_BYTES, 2000):
        monkeypatch.setattr(ods_xml_pieces, "PIECE_BYTES", piece)
        document, batch = read(text)
        facts = [problem.facts for problem in document.rejects]
        assert [(told["line"], told["column"], told["value"], told["expected"]) for told in facts] == rejected
        assert {row[0] for row in batch.bodies} == {f"A{n:05}" for n in range(30) if n not in {2, 7, 8, 20, 29}}
        assert {row[0] for row in batch.kinds} == {row[0] for row in batch.links} == {row[0] for row in batch.bodies}
        assert (batch.pairs, document.records) == ([], 30)


def test_a_file_in_utf_16_is_refused() -> None:
    with pytest.raises(SourceProblem, match="not written in UTF-8"):
        read(ods.release([], "2026-01-01").encode("utf-16"))


def test_worker_processes_give_the_same_rows_in_the_same_order(monkeypatch: pytest.MonkeyPatch) -> None:
    records = [ods.practice(f"A{number:05}", f"PRACTICE {number}") for number in range(60)]
    text = ods.release(records, "2026-01-01")
    _, whole = read(text)
    monkeypatch.setattr(ods_xml_pieces, "PIECE_BYTES", 2000)
    document, pieces = read(text)
    assert pieces == whole
    assert document.records == 60


def test_an_error_in_a_worker_names_the_line_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    records = [ods.practice(f"A{number:05}", f"PRACTICE {number}") for number in range(60)]
    text = ods.release(records, "2026-01-01").replace("<Name>PRACTICE 50<", "<Name><b>PRACTICE 50<")
    monkeypatch.setattr(ods_xml_pieces, "PIECE_BYTES", 2000)
    with pytest.raises(SourceProblem, match=r"release\.xml:56: the file is not well-formed"):
        read(text)
