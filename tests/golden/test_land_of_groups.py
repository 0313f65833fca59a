"""Where the land of commissioning groups went, counted anew from the lookups of small areas by a reader of its own.

ONS: LSOA (2011) to CCG 2020, to CCG 2021, to sub-ICB location and ICB July 2022; LSOA (2011) to LSOA (2021), exact.
"""

import csv
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pytest

from nhs_graph.graph.projection import project
from nhs_graph.graph.store import Store
from nhs_graph.queries.inheritance import HEIRS, BodyParams
from nhs_graph.queries.lineage import facts_of_lineage

pytestmark = pytest.mark.shared

LOOKUPS = "ons/lookups_lsoa"
Shares = dict[str, dict[str, float]]


def column(file: Path, key: str, value: str) -> dict[str, str]:
    with file.open(encoding="utf-8-sig", newline="") as handle:
        return {row[key]: row[value] for row in csv.DictReader(handle) if row[key].startswith("E01")}


def people(shared: Path, name: str, key: str) -> dict[str, int]:
    found = column(shared / "ons/population" / name, key, "population")
    return {lsoa: int(persons) for lsoa, persons in found.items()}


def counted(groups: dict[str, str], boards: dict[str, str], persons: dict[str, int]) -> Shares:
    """What share of each group's people had which board."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for lsoa, group in groups.items():
        if lsoa in boards:
            found[group][boards[lsoa]] += persons[lsoa]
    return {group: {board: n / went.total() for board, n in went.items()} for group, went in found.items()}


def asked(store: Store, group: str, day: date) -> dict[str, float | None]:
    graph = project(facts_of_lineage(store, [group]))
    return {row.id: row.share for row in HEIRS.answer(graph, BodyParams(organisation_id=group, as_of=day))}


def test_the_heirs_of_every_group_on_the_day_of_the_boards_have_its_land(bundle_store: Store, shared: Path) -> None:
    boards = column(shared / LOOKUPS / "lookup_lsoa11_sicbl22_icb22_ltla22.csv", "lsoa11_code", "icb22_code_h")
    areas = column(shared / LOOKUPS / "lookup_lsoa11_ccg21_stp21_ltla21.csv", "lsoa11_code", "ccg21_code")
    with (shared / "ons/lookups_admin/samuelbook_ccg_stp_sicbl_icb.csv").open(encoding="utf-8-sig") as handle:
        codes = {row["CCG21CD"]: row["CCG21CDH"] for row in csv.DictReader(handle)}
    groups_2020 = column(shared / LOOKUPS / "LSOA11_CCG20_LAD20_EN_LU.csv", "LSOA11CD", "CCG20CDH")
    persons = people(shared, "LSOA11_population_mid2020.csv", "LSOA11CD")
    expected = counted(groups_2020, boards, persons)
    expected |= counted({lsoa: codes[area] for lsoa, area in areas.items()}, boards, persons)
    assert sorted(code for code, shares in expected.items() if len(shares) > 1) == ["01Y", "05L", "06H", "D2P2L"]
    for group, shares in expected.items():
        assert asked(bundle_store, group, date(2022, 7, 1)) == pytest.approx(shares, abs=1e-6), group


def test_the_groups_before_frimley_went_each_its_own_way_in_2026(bundle_store: Store, shared: Path) -> None:
    # Of small areas that the census of 2021 merged or redrew it is not known in which older one they lie.
    changes = shared / LOOKUPS / "lookup_lsoa11_lsoa21_ltla22.csv"
    kind = column(changes, "lsoa21_code", "change_code")
    lies_in = {new: old for new, old in column(changes, "lsoa21_code", "lsoa11_code").items() if kind[new] in "US"}
    boards = column(shared / "ons/derived/LSOA21_ICB24_ICB26_derived.csv", "lsoa21_code", "icb26_ods")
    groups = column(shared / LOOKUPS / "LSOA11_CCG20_LAD20_EN_LU.csv", "LSOA11CD", "CCG20CDH")
    persons = people(shared, "LSOA21_usual_residents_census2021.csv", "LSOA21CD")
    known = {new: groups[old] for new, old in lies_in.items() if old in groups}
    expected = counted(known, boards, persons)
    assert {group: len(expected[group]) for group in ("15D", "10C", "99M")} == {"15D": 2, "10C": 1, "99M": 2}
    for group in ("15D", "10C", "99M"):
        assert asked(bundle_store, group, date(2026, 4, 1)) == pytest.approx(expected[group], abs=1e-6), group
