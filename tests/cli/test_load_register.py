"""Loading files of the register as a user does."""

from pathlib import Path

import pytest

from tests import ods
from tests.cli.test_program import call


def test_a_release_is_recognised_loaded_and_found(tmp_path: Path) -> None:
    store = f"sqlite:{tmp_path / 'nhs.db'}"
    path = ods.written(
        tmp_path, "anything.txt", ods.release([ods.practice("A81001", "MILL LANE SURGERY")], "2026-01-01")
    )
    done = call("load", str(path), store=store)
    assert done.returncode == 0, done.stderr
    assert "ods-xml, report full of 2026-01-01 (its manifest), 1 records" in done.stderr
    assert "Organisation: 1 added, 0 changed, 0 removed" in done.stdout
    again = call("load", str(path), store=store)
    assert (again.returncode, again.stdout) == (0, "")
    assert "0 facts changed" in again.stderr
    found = call("organisation", "search", "mill lane", "--format", "csv", store=store)
    assert found.stdout.splitlines()[1] == (
        "A81001,MILL LANE SURGERY,practice,2000-01-01,,MILL LANE SURGERY,ods-xml-full-2026-01-01"
    )


def test_the_explorer_leaves_the_register_out_and_says_so(tmp_path: Path) -> None:
    store = f"sqlite:{tmp_path / 'nhs.db'}"
    path = ods.written(tmp_path, "full.xml", ods.release([ods.practice("A81001", "MILL LANE SURGERY")], "2026-01-01"))
    call("load", str(path), store=store)
    done = call("export", "explorer", str(tmp_path / "nhs.html"), store=store)
    assert done.returncode == 0, done.stderr
    assert "left out is what only ods-xml-full-2026-01-01 says" in done.stderr
    page = (tmp_path / "nhs.html").read_text(encoding="utf-8")
    assert "MILL LANE" not in page
    assert "Aintree University Hospital" in page


def test_differences_are_printed_by_name(tmp_path: Path) -> None:
    store = f"sqlite:{tmp_path / 'nhs.db'}"
    for day, name in (("2025-01-01", "OLD"), ("2026-01-01", "NEW")):
        path = ods.written(tmp_path, f"{day}.xml", ods.release([ods.practice("A81001", name)], day))
        done = call("load", str(path), store=store)
    assert "renamed: A81001 NEW, OLD -> NEW" in done.stdout
    # What it says to undo the load does so, once; the release before it is not the last any more.
    undo = done.stderr.rpartition("nhs-graph ")[2].split()
    assert undo == ["sources", "remove", "ods-xml-full-2026-01-01"]
    gone = call(*undo, store=store)
    assert (gone.returncode, "Name: 0 added, 0 changed, 1 removed" in gone.stdout) == (0, True), gone.stderr
    found = call("organisation", "show", "A81001", "--format", "json", store=store)
    assert '"name": "OLD"' in found.stdout
    again = call(*undo, store=store)
    assert again.returncode == 2
    assert "ods-xml-full-2025-01-01" in again.stderr


@pytest.mark.parametrize(
    ("text", "words", "code", "said"),
    [
        (
            ods.release([ods.practice("A81001", "A")], "2026-01-01")[:-50],
            (),
            3,
            "broken.xml:6: the file is not well-formed",
        ),
        (ods.release([ods.practice("A81001", "A", "01/02/2003")], "2026-01-01"), (), 3, "broken.xml:6: column Date"),
        (ods.release([], "soon"), (), 3, "the manifest gives 'soon' as the day of publication"),
        ("R0A,A NHS TRUST,Y62,QOP,,,,,,,20171001,,,,,,,,,,,0,,B", (), 2, "does not say of what day it speaks"),
        ("colour,taste\n", ("--day", "2026-01-01"), 2, "--day is about files of the register"),
        ("R0A,A NHS TRUST,Y62,QOP,,,,,,,20171001,,,,,,,,,,,0,,B", ("--day", "2026-01"), 2, "2026-01"),
    ],
)
def test_a_wrong_file_is_an_error_with_its_place(
    tmp_path: Path,
    bundle_url: str,
    monkeypatch: pytest.MonkeyPatch,
    text: str,
    words: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    path = ods.written(tmp_path, "broken.xml", text)
    done = call("load", str(path), *words, store=bundle_url)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_report_of_successions_is_a_file_of_ones_own(bundle_url: str, tmp_path: Path) -> None:
    path = tmp_path / "succ.csv"
    path.write_text('"06F","M1J4Y","","20210401","0"\n"X26","X24","","20230201","0"\n', encoding="utf-8")
    done = call("load", str(path), "--dry-run", store=bundle_url)
    assert done.returncode == 0, done.stderr
    assert "succ.csv: ods-succession, 2 rows read, 2 used" in done.stderr
    forced = call("load", str(path), "--source", "ods-csv", "--day", "2026-07-01", "--dry-run", store=bundle_url)
    assert forced.returncode == 0, forced.stderr
    assert "ods-csv, report succ of 2026-07-01" in forced.stderr


TRUST_ROW = "R0A,A NHS TRUST,Y62,QOP,,,,,,,20171001,,,,,,,,,,,0,,B\n"


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        (
            "etr_2026-07",
            TRUST_ROW + TRUST_ROW.replace("20171001", "1/10/2017").replace("R0A", "R0B") + TRUST_ROW,
            '2,11,1/10/2017,"a day as YYYYMMDD, or nothing"',
        ),
        (
            "full",
            ods.release([ods.practice("A81001", "A"), ods.practice("A81002", "B", "1/10/2017")], "2026-07-01"),
            "7,Date of A81002,1/10/2017,a day as YYYY-MM-DD",
        ),
    ],
)
def test_what_cannot_be_read_is_listed_and_the_rest_loads_only_when_allowed(
    bundle_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path(f"{name}.csv").write_text(text)
    done = call("load", f"{name}.csv", "--dry-run", store=bundle_url)
    assert (done.returncode, done.stdout) == (3, "")
    assert "error: 1 row was rejected and 0 are allowed; nothing was loaded" in done.stderr
    assert "hint: correct them, or add --max-rejects 1" in done.stderr
    _, row = Path(f"{name}.rejects.csv").read_text().splitlines()
    assert row == f"{name}.csv,{told}"
    allowed = call("load", f"{name}.csv", "--max-rejects", "1", "--dry-run", store=bundle_url)
    assert allowed.returncode == 0, allowed.stderr
    line, column, value, _ = told.split(",", 3)
    assert f"{name}.csv:{line}: column {column} holds {value!r}" in allowed.stderr
    assert "1 rejected: what only these show counts as no longer published" in allowed.stderr


def test_codes_that_are_left_out_are_told_in_one_line_and_named_on_request(bundle_url: str, tmp_path: Path) -> None:
    life = ods.date("2000-04-01")
    roles = [ods.role(f"RO90{number}", life) for number in range(7)]
    records = [ods.record(f"ZZ{number}", "A", life, roles[number:]) for number in range(7)]
    path = ods.written(tmp_path, "full.xml", ods.release(records, "2026-01-01"))
    told, verbose = (
        [line for line in done.stderr.splitlines() if "role that is no kind" in line]
        for words in ((), ("--verbose",))
        for done in [call("load", str(path), "--dry-run", *words, store=bundle_url)]
    )
    # The first record has all seven roles, the last one has one.
    all_of_them = [f"RO90{number} ({number + 1})" for number in range(6, -1, -1)]
    said = "  28 left out: role that is no kind of the model: "
    assert told == [f"{said}{', '.join(all_of_them[:5])} and 2 more codes, named by --dry-run --verbose"]
    assert verbose == [f"{said}{', '.join(all_of_them)}"]
    refused = call("load", "--verbose", "--dry-run", store=bundle_url)
    assert (refused.returncode, "--verbose is about files of the register" in refused.stderr) == (2, True)


@pytest.mark.parametrize("source", ["bundle", "councils", "ons-codes"])
def test_what_only_the_bundle_is_built_from_is_no_file_of_ones_own(
    bundle_url: str, tmp_path: Path, source: str
) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("local-authority-code,official-name\nXYZ,New Council\n", encoding="utf-8")
    done = call("load", str(path), "--source", source, store=bundle_url)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"error: {source} is built into the bundle and no file of your own" in done.stderr
    assert "hint: nhs-graph " in done.stderr
