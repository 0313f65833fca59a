"""What is wrong with a user's LSOA lookup is told by file, line and value; nothing of it is used."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from nhs_graph.graph.errors import SourceProblem
from nhs_graph.graph.facts import Overlap
from nhs_graph.loaders.base import Report
from nhs_graph.loaders.bundle_io import read_bundle
from nhs_graph.loaders.census import of_year
from nhs_graph.loaders.factset import FactSet
from nhs_graph.loaders.own_files import Read, read_file, recognised

HEADER = ["FID", "LSOA11CD", "LSOA11NM", "STP21CD", "STP21NM", "LAD21CD"]


@pytest.fixture(scope="module")
def base() -> FactSet:
    return FactSet(read_bundle())


@pytest.fixture(scope="module")
def rows(base: FactSet) -> list[list[str]]:
    """A lookup of April 2021 in which every council lies whole in the system that holds most of it."""
    largest: dict[str, tuple[int, str]] = {}
    for overlap in base.of(Overlap):
        if overlap.vintage == "STP21 x LAD21" and overlap.right_gss.startswith("E54"):
            entry = (overlap.lsoas or 0, overlap.right_gss)
            largest[overlap.left_gss] = max(entry, largest.get(overlap.left_gss, entry))
    councils = of_year("2011", 2021)
    council_of = {lsoa: councils.lower[place] for lsoa, place in councils.places.items()}
    return [
        [str(i), lsoa, "a name", largest[council][1], "a system", council]
        for i, (lsoa, council) in enumerate(sorted(council_of.items()), start=1)
    ]


Reading = Callable[..., Read]


@pytest.fixture
def reading(tmp_path: Path, base: FactSet) -> Reading:
    def read(rows: list[list[str]], header: list[str] = HEADER) -> Read:
        path = tmp_path / "lookup.csv"
        with path.open("w", encoding="utf-8", newline="") as handle:
            csv.writer(handle).writerows([header, *rows])
        return read_file(path, recognised(path), base, Report())

    return read


def changed(rows: list[list[str]], place: int, column: int, value: str) -> list[list[str]]:
    copy = list(rows)
    copy[place] = [*rows[place][:column], value, *rows[place][column + 1 :]]
    return copy


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        (1, "E01999999", "column LSOA holds 'E01999999', expected an LSOA of England of the census"),
        (1, "E01000000 ", "column LSOA holds 'E01000000'"),
        (3, "E38000001", "column system holds 'E38000001', expected a GSS code of a system area (E54)"),
        (3, "E54999999", "column system holds 'E54999999', expected a GSS code that the bundle knows"),
        (3, "", "column system holds '', expected a GSS code of a system area (E54)"),
        (5, "E54000008", "column lower holds 'E54000008', expected a GSS code of a lower area"),
    ],
)
def test_a_wrong_cell_is_told_by_line_and_value(
    reading: Reading, rows: list[list[str]], column: int, value: str, told: str
) -> None:
    done = reading(changed(rows, 1000, column, value))
    assert len(done.rejects) == 1
    assert f"lookup.csv:1002: {told}" in done.rejects[0].message


def test_an_lsoa_twice_in_different_areas_names_both_lines(reading: Reading, rows: list[list[str]]) -> None:
    other = "E54000008" if rows[7][3] != "E54000008" else "E54000010"
    done = reading([*rows, [*rows[7][:3], other, *rows[7][4:]]])
    assert [problem.facts["line"] for problem in done.rejects] == [len(rows) + 2]
    assert f"{rows[7][3]}, as line 9 says of {rows[7][1]}" in done.rejects[0].message


def test_missing_lsoas_are_counted(reading: Reading, rows: list[list[str]]) -> None:
    with pytest.raises(SourceProblem, match=f"lacks 12 of the 32844 LSOAs of England, {rows[40][1]} first"):
        reading([*rows[:40], *rows[52:]])


def test_a_best_fit_is_refused_lsoa_by_lsoa(reading: Reading, rows: list[list[str]]) -> None:
    neighbour = next(row for row in rows if row[5] != rows[300][5])
    done = reading(changed(rows, 300, 5, neighbour[5]))
    assert len(done.rejects) == 1
    assert f"lookup.csv:302: column lower holds '{neighbour[5]}'" in done.rejects[0].message
    assert "a best fit cannot be used" in done.rejects[0].message


@pytest.mark.parametrize(
    ("header", "told"),
    [
        (["FID", "LSOA11CD", "WD21CD", "STP21CD", "STP21NM", "LAD21CD"], "a lookup of wards is a best fit"),
        (["FID", "LSOA11CD", "colour", "STP21CD", "STP21NM", "LAD21CD"], "'colour' is of no known meaning"),
    ],
)
def test_a_header_that_cannot_be_used(reading: Reading, rows: list[list[str]], header: list[str], told: str) -> None:
    with pytest.raises(SourceProblem, match=told):
        reading(rows, header)


def test_another_map_of_an_official_vintage_is_refused(reading: Reading, rows: list[list[str]]) -> None:
    # In truth Birmingham lay in two systems on that day (QUESTIONS B1): the made-up map has no such part.
    with pytest.raises(SourceProblem, match="the official STP21 x LAD21 has"):
        reading(rows)


def test_codes_of_different_times_are_refused(reading: Reading, rows: list[list[str]]) -> None:
    with pytest.raises(SourceProblem, match="codes of different times: E54000007 ended on 2022-07-01, E54000063"):
        reading(changed(changed(rows, 5, 3, "E54000007"), 6, 3, "E54000063"))
