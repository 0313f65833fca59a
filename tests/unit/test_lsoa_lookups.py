"""Overlaps from small lookups: what is counted, and what is refused."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from nhs_graph.graph.errors import ChecksFailed, RowProblem, SourceProblem
from nhs_graph.graph.facts import AreaMove, Fact, Overlap, Source
from nhs_graph.loaders import lsoa_lookups
from nhs_graph.loaders.base import Data, Report, SourceFile, Spec

LOOKUP = """lsoa,name,lad,ccg,stp
E01000001,One,E07000001,E38000001,E54000001
E01000002,Two,E07000001,E38000002,E54000002
E01000003,Three,E07000002,E38000002,E54000002
E01000004,Four,E06000001,E38000002,E54000002
"""
UPPER = "lad,utla\nE07000001,E10000001\nE07000002,E10000001\nE06000001,E06000001\nW06000001,W06000001\n"
PEOPLE = "lsoa,population\nW01000001,9\nE01000001,100\nE01000002,300\nE01000003,200\nE01000004,400\n"
LATER = """lsoa,lad,stp
E01000011,E07000001,E54000002
E01000012,E07000001,E54000002
E01000013,E07000002,E54000001
E01000014,E06000001,E54000002
"""
PEOPLE_LATER = "lsoa,population\nE01000011,50\nE01000012,60\nE01000013,500\nE01000014,400\n"
# One split in two of the same system; two, three and four: two and three merged, four unchanged.
CHANGES = """old,new,change
E01000001,E01000011,S
E01000001,E01000012,S
E01000002,E01000013,M
E01000003,E01000013,M
E01000004,E01000014,U
"""
FILES = {"lookup": LOOKUP, "upper": UPPER, "people": PEOPLE}
WALES = {"upper", "people"}


def vintage(**changes: Any) -> dict[str, Any]:
    return {
        "name": "STP x LAD",
        "census": "2011",
        "start": date(2021, 4, 1),
        "end": date(2022, 7, 1),
        "base": "mid-2020",
        "basis": "official",
        "population": "people",
        "areas": {
            "lower": [["lookup", "lsoa", "lad"]],
            "upper": [["lookup", "lsoa", "lad"], ["upper", "lad", "utla"]],
            "ccg": [["lookup", "lsoa", "ccg"]],
            "system": [["lookup", "lsoa", "stp"]],
        },
    } | changes


def later() -> dict[str, Any]:
    return vintage(
        name="ICB x LAD",
        census="2021",
        start=date(2022, 7, 1),
        end=None,
        population="people-later",
        areas={
            "lower": [["later", "lsoa", "lad"]],
            "upper": [["later", "lsoa", "lad"], ["upper", "lad", "utla"]],
            "system": [["later", "lsoa", "stp"]],
        },
    )


def load(folder: Path, texts: dict[str, str], *vintages: dict[str, Any], **settings: Any) -> tuple[list[Fact], Report]:
    files: list[SourceFile] = []
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
        source = Source(id=name, title=name, publisher="ONS", licence="OGL-UK-3.0", kind="register")
        files.append(SourceFile(f"{name}.csv", source, {"lsoa": "lsoa", "wales": name in WALES}))
    base = {
        "vintage": list(vintages),
        "lsoas": {"2011": 4, "2021": 4},
        "same_body": {},
        "recodes": {},
        "census_change": {"step": ["changes", "new", "old"], "column": "change", "exact": ["U", "S"]},
    }
    spec = Spec("small", "lsoa_lookups", 1, tuple(files), base | settings)
    report = Report()
    return list(lsoa_lookups.read(spec, Data(folder, report), report)), report


def overlaps(facts: list[Fact]) -> dict[tuple[str, str], Overlap]:
    return {(fact.left_gss, fact.right_gss): fact for fact in facts if isinstance(fact, Overlap)}


def test_a_split_district_and_its_county_are_told_with_shares_both_ways(tmp_path: Path) -> None:
    found = overlaps(load(tmp_path, FILES, vintage())[0])
    district = found["E07000001", "E54000001"]
    assert (district.lsoas, district.people) == (1, 100)
    assert (district.people_share_of_left, district.lsoas_share_of_left) == (0.25, 0.5)
    assert (district.people_share_of_right, district.lsoas_share_of_right) == (1.0, 1.0)
    county = found["E10000001", "E54000002"]
    assert (county.lsoas, county.people) == (2, 500)
    assert county.people_share_of_left == round(500 / 600, 9)
    assert county.lsoas_share_of_right == round(2 / 3, 9)


def test_a_unitary_council_is_told_once_for_both_tiers(tmp_path: Path) -> None:
    facts, _ = load(tmp_path, FILES, vintage())
    assert len([fact for fact in facts if isinstance(fact, Overlap)]) == len(overlaps(facts))
    assert ("E06000001", "E54000002") in overlaps(facts)


def test_facts_carry_the_sources_of_their_vintage_and_every_row_is_counted(tmp_path: Path) -> None:
    facts, report = load(tmp_path, FILES, vintage())
    assert {fact.source_ids for fact in facts} == {("lookup", "people", "upper")}
    assert all(tally.adds_up for tally in report.tallies.values())
    assert report.tallies["people"].left_out == {"outside England": 1}


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "column", "value"),
    [
        ("lookup", "", "E01000004,Four,E06000001,E38000002,E54000001\n", 6, "stp", "E54000001"),
        ("lookup", "Three,E07000002", "Three,W06000002", 4, "lad", "W06000002"),
        ("lookup", "E38000001,E54000001", "E38000001,S08000001", 2, "stp", "S08000001"),
        ("lookup", "E54000001", "", 2, "stp", ""),
        # The Welsh row before it counts as a line, although it is left out.
        ("people", "E01000001,100", "E01000001,1e2", 3, "population", "1e2"),
        ("people", "", "E01000004,7\n", 7, "population", "7"),
    ],
)
def test_a_wrong_cell_is_refused_with_file_and_line(
    tmp_path: Path, file: str, old: str, new: str, line: int, column: str, value: str
) -> None:
    text = FILES[file].replace(old, new) if old else FILES[file] + new
    with pytest.raises(RowProblem) as problem:
        load(tmp_path, FILES | {file: text}, vintage())
    told = problem.value.facts
    assert (told["file"], told["line"], told["column"], told["value"]) == (f"{file}.csv", line, column, value)


def test_all_missing_lsoas_are_told_at_once(tmp_path: Path) -> None:
    lost = LOOKUP.replace("E01000002,Two,E07000001,E38000002,E54000002\n", "")
    with pytest.raises(ChecksFailed) as failed:
        load(tmp_path, FILES | {"lookup": lost}, vintage())
    levels = ("lower", "upper", "ccg", "system")
    assert failed.value.problems == [
        f"the {level} areas of STP x LAD lack 1 LSOAs, E01000002 first" for level in levels
    ]


def test_an_lsoa_without_population_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ChecksFailed) as failed:
        load(tmp_path, FILES | {"people": PEOPLE.replace("E01000003,200\n", "")}, vintage())
    assert "the population of STP x LAD holds 3 LSOAs of census 2011, not 4" in failed.value.problems
    assert "1 LSOAs in the system areas of STP x LAD have no population, E01000003 first" in failed.value.problems


def test_a_missing_column_is_named_with_those_that_are_there(tmp_path: Path) -> None:
    areas = {"lower": [["lookup", "lsoa", "ltla"]]}
    with pytest.raises(SourceProblem, match=r"lookup\.csv has no column ltla") as problem:
        load(tmp_path, FILES, vintage(areas=areas))
    assert problem.value.hint == "its columns: lsoa, name, lad, ccg, stp"


def test_a_code_that_the_next_lookup_does_not_know_is_refused(tmp_path: Path) -> None:
    short = UPPER.replace("E07000002,E10000001\n", "")
    with pytest.raises(SourceProblem, match=r"upper\.csv has no row for 1 codes of lookup, E07000002 first"):
        load(tmp_path, FILES | {"upper": short}, vintage())


def test_a_recode_names_only_what_it_changes(tmp_path: Path) -> None:
    areas = vintage()["areas"] | {"lower": [["lookup", "lsoa", "lad"], ["recodes"]]}
    facts, _ = load(tmp_path, FILES, vintage(areas=areas), recodes={"E06000001": "E06000099"})
    assert {left for left, _ in overlaps(facts) if left[:3] == "E06"} == {"E06000099"}
    assert ("E07000001", "E54000001") in overlaps(facts)


FILES_LATER = FILES | {"later": LATER, "people-later": PEOPLE_LATER, "changes": CHANGES}


def test_over_a_census_split_lsoas_move_and_merged_ones_are_only_counted(tmp_path: Path) -> None:
    facts, report = load(tmp_path, FILES_LATER, vintage(), later())
    moves = {fact.council_gss: fact for fact in facts if isinstance(fact, AreaMove)}
    assert set(moves) == {"E07000001", "E10000001"}
    assert (moves["E10000001"].lsoas, moves["E10000001"].people) == (2, 110)
    assert (moves["E10000001"].from_gss, moves["E10000001"].to_gss) == ("E54000001", "E54000002")
    assert moves["E10000001"].effective_date == date(2022, 7, 1)
    assert "changes" in moves["E10000001"].source_ids
    assert report.notes == ["ICB x LAD: 1 LSOAs merged or redrawn between censuses are in no area move of 2022-07-01"]


def test_a_new_code_of_the_same_body_is_no_move(tmp_path: Path) -> None:
    same = {"E54000001": "QAA", "E54000002": "QAA"}
    facts, _ = load(tmp_path, FILES_LATER, vintage(), later(), same_body=same)
    assert not [fact for fact in facts if isinstance(fact, AreaMove)]


def test_vintages_that_do_not_meet_give_no_moves(tmp_path: Path) -> None:
    facts, report = load(tmp_path, FILES_LATER, vintage(end=date(2022, 6, 1)), later())
    assert not [fact for fact in facts if isinstance(fact, AreaMove)]
    assert report.notes == []
