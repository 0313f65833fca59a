"""The rows of the register's reports that show their traps; which test shows which: TRAPS of test_register_traps.py."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from nhs_graph.graph.register import SEEN, Batch
from nhs_graph.loaders import ods_csv
from nhs_graph.loaders.ods_record import Read, Record, Rows

pytestmark = pytest.mark.shared


def text_of(shared: Path, name: str) -> str:
    return (shared / "ods/csv" / name).read_bytes().decode("utf-8-sig")


def records(shared: Path, name: str) -> Iterator[Record]:
    text = text_of(shared, name)
    report = ods_csv.report_of(text)
    assert report
    assert report == name.partition("_")[0]
    return ods_csv.records(text, Read(name, "ods-csv", report, "2026-01-01", "a test"))


def record(shared: Path, name: str, code: str) -> Record:
    (found,) = (item for item in records(shared, name) if item.code == code)
    return found


def made(*items: Record) -> Batch:
    return Rows().batch(list(items))


@pytest.fixture(scope="module")
def batch(practices: dict[str, Record]) -> Batch:
    """The rows that the report of practices makes."""
    return made(*practices.values())


@pytest.fixture(scope="module")
def raw(shared: Path) -> list[list[str]]:
    """The report of practices, read apart from the loaders."""
    return list(csv.reader(text_of(shared, "epraccur_2025-11.csv").splitlines()))


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        # The table of section 2.1: 24 or 27 columns, both quotings, both line ends, one last line without an end.
        ("etr_pre2018_nhsparse.csv", 241),
        ("etr_2021-01.csv", 228),
        ("etr_2022-03.csv", 218),
        ("etr_2025-12.csv", 273),
        ("etr_2026-04.csv", 274),
        ("etr_2026-07.csv", 274),
        ("eccg_2025-12.csv", 320),
    ],
)
def test_traps_1_and_2_every_row_of_every_form_is_a_record_the_first_too(shared: Path, name: str, rows: int) -> None:
    found = list(records(shared, name))
    assert len(found) == rows
    assert text_of(shared, name).replace('"', "").startswith(f"{found[0].code},")


def test_trap_2_the_first_pair_is_data(shared: Path) -> None:
    text = (shared / "ods/succ/succ.csv").read_text(encoding="utf-8")
    first = next(ods_csv.records(text, Read("succ.csv", "ods-csv", "succ", "2026-07-01", "a test")))
    assert (first.code, first.succs[0].target, first.succs[0].day) == ("001", "016", "1996-04-01")


def test_trap_4_a_row_without_dates_and_address_has_unknown_dates(shared: Path) -> None:
    (body,) = made(record(shared, "etr_pre2018_nhsparse.csv", "R0A")).bodies
    assert body[4:6] == ("", "")
    assert record(shared, "etr_2021-01.csv", "R0D").rels[0].target == "QVV"


def test_trap_8_an_end_is_the_first_day_no_longer_in_force(shared: Path) -> None:
    # RQ6 closes 20190930 and its succession is of 2019-10-01.
    (body,) = made(record(shared, "etr_2026-07.csv", "RQ6")).bodies
    assert body[5] == "2019-10-01"


def test_trap_14_a_group_that_became_a_location_was_no_location_in_2013(shared: Path) -> None:
    # 06K opens 20130401; nothing in the report says when its code became a location's, only that it is one.
    kinds = {kind[1]: kind[2] for kind in made(record(shared, "eccg_2025-12.csv", "06K")).kinds}
    assert kinds == {"ccg": "2013-04-01", "sicbl": SEEN}


@pytest.mark.parametrize("name", ["etr_2025-12.csv", "etr_2026-07.csv"])
def test_trap_15_the_geography_of_a_closed_row_is_no_link(shared: Path, name: str) -> None:
    # RC1 closed in 2020 and shows QHG, then S1Y5D, born in 2026.
    assert made(record(shared, name, "RC1")).links == []


@pytest.mark.parametrize("code", ["RQF", "RT4", "RYT"])
def test_trap_32_welsh_trusts_lie_in_no_system_of_the_later_files(shared: Path, code: str) -> None:
    assert made(record(shared, "etr_2026-07.csv", code)).links == []


def test_trap_33_default_dates_are_unknown(shared: Path, batch: Batch, raw: list[list[str]]) -> None:
    filler = {row[0] for row in raw if row[10] == "19740401"}
    assert len(filler) == 6648
    starts = {body[0]: body[4] for body in batch.bodies}
    assert {starts[code] for code in filler & starts.keys()} == {""}
    trusts = [row[0] for row in csv.reader(text_of(shared, "etr_2026-07.csv").splitlines()) if row[10] == "19910401"]
    assert len(trusts) == 24
    assert {body[4] for body in made(*records(shared, "etr_2026-07.csv")).bodies if body[0] in trusts} == {""}


@pytest.mark.parametrize(
    ("code", "opened", "joined"), [("Y04620", "2014-05-15", "2014-05-01"), ("Y06658", "2020-03-13", "2020-03-01")]
)
def test_trap_33_who_joined_before_opening_keeps_both_days(batch: Batch, code: str, opened: str, joined: str) -> None:
    (start,) = (body[4] for body in batch.bodies if body[0] == code)
    (link,) = (link for link in batch.links if link[:2] == (code, "COMMISSIONED_BY"))
    assert (start, link[3]) == (opened, joined)


def test_trap_34_the_commissioner_is_column_15_and_not_column_24(batch: Batch, raw: list[list[str]]) -> None:
    told = {row[0]: (row[14], row[23]) for row in raw if row[14] != row[23]}
    assert len(told) == 3581
    assert told["A81630"] == ("16C", "112")
    links = {link[0]: link[2] for link in batch.links if link[1] == "COMMISSIONED_BY"}
    assert all(links[code] == told[code][0] for code in told if code in links and told[code][0])
    assert links["A81630"] == "16C"


def test_trap_35_a_trust_that_is_listed_opens_on_its_day(shared: Path) -> None:
    # In the file of early April 2026, with the first day 20260601.
    (body,) = made(record(shared, "etr_2026-04.csv", "K0N6A")).bodies
    assert (body[1], body[4], body[5]) == ("THE ONLINE NHS TRUST", "2026-06-01", "")


def test_trap_37_a_comma_in_quotes_is_no_end_of_a_cell(batch: Batch) -> None:
    # The address before the dates holds "ACKLAM ROAD, ACKLAM".
    (body,) = (body for body in batch.bodies if body[0] == "A81630")
    assert (body[1], body[4], body[5]) == ("FOUNDATIONS", "2001-04-01", "2024-11-01")
