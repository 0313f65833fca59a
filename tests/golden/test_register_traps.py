"""Each trap of the data guide (section 6) has a test with the row that shows it; those of no other file stand here.

TRAPS names the tests: `FILE::TEST`, files under tests/ without `test_` and ending.
"""

import csv
import re
from datetime import date
from pathlib import Path

import pytest

from nhs_graph.graph.facts import Name, Organisation, Relation
from nhs_graph.graph.store import Selection, Store, open_store
from nhs_graph.loaders import releases
from nhs_graph.loaders.not_used import not_used
from nhs_graph.loaders.ods_record import Record, Rows
from nhs_graph.loaders.own_files import Head

HERE = "golden/register_traps"
TRAPS = {
    1: "golden/register_reports::test_branches_say_what_the_sample_release_says",
    2: "unit/ods_reports::test_the_first_row_is_data_and_a_quoted_comma_is_no_end",
    3: f"{HERE}::test_a_mark_before_the_first_column_is_no_part_of_its_name",
    4: "golden/register_snapshots::test_a_hand_edited_row_in_mixed_case_is_no_rename",
    5: "golden/register_snapshots::test_renames_are_named_with_both_names",
    6: "golden/questions::test_ra7_had_three_names",
    7: "golden/questions::test_l1_liverpool_university_hospitals_has_two_parents",
    8: "golden/bodies_bundle::test_dates_of_the_register_are_half_open_and_fillers_unknown",
    9: "golden/changes::test_l4_two_days_of_one_hand_over",
    10: "golden/own_successions::test_each_pair_with_two_days_is_named_with_both",
    11: "golden/own_successions::test_each_second_life_of_a_code_is_named",
    12: "golden/changes::test_the_boards_of_april_2026",
    13: "golden/changes::test_trusts_that_closed_without_a_known_heir",
    14: "golden/questions::test_l7_the_six_staffordshire_ccgs_did_not_merge",
    15: "golden/bodies_bundle::test_trusts_are_in_systems_only_when_a_snapshot_shows_them_open",
    16: "golden/systems_bundle::test_the_codes_of_a_body_follow_each_other",
    17: "golden/regions_bundle::test_every_group_has_an_office_and_every_office_a_region",
    18: "golden/vintages_table::test_every_vintage_counts_to_the_same_from_the_source_files",
    19: "golden/boundary_bundle::test_a_vintage_holds_every_council_area_and_person",
    20: "golden/own_lookups::test_a_published_lookup_supports_the_vintage_of_the_bundle",
    21: "golden/boundary_bundle::test_a_best_fit_lookup_is_nowhere_used",
    22: "unit/lsoa_lookups::test_over_a_census_split_lsoas_move_and_merged_ones_are_only_counted",
    23: "golden/boundary_changes::test_a_council_ends_and_others_begin",
    24: f"{HERE}::test_files_that_mislead_are_not_read",
    25: "golden/councils_bundle::test_districts_are_in_the_county_of_their_time",
    26: "golden/councils_bundle::test_barnsley_changes_its_code_and_nothing_else",
    27: "golden/systems_bundle::test_every_system_has_one_name_a_day",
    28: "golden/councils_bundle::test_names_by_period",
    29: "golden/polygons::test_the_largest_sliver_is_larger_than_real_parts",
    30: f"{HERE}::test_files_that_mislead_are_not_read",
    31: f"{HERE}::test_files_that_mislead_are_not_read",
    32: "golden/bodies_bundle::test_open_trusts_of_july_2026",
    33: f"{HERE}::test_a_start_of_the_record_is_no_start_of_the_body",
    34: f"{HERE}::test_the_commissioner_is_in_column_15_and_in_no_other",
    35: f"{HERE}::test_a_trust_that_is_listed_but_opens_later_is_not_open",
    36: "golden/changes::test_the_boards_of_april_2026",
    37: f"{HERE}::test_a_comma_in_quotes_ends_no_cell",
    38: "golden/councils_bundle::test_names_by_period",
    39: "golden/questions::test_l13_a_group_is_no_merger",
    40: "unit/derive_events::test_a_split_that_says_again_what_two_mergers_say_makes_no_third_event",
    41: "golden/leaders_bundle::test_mason_fitzgerald_never_took_up_the_post",
    42: "unit/leaders::test_a_joint_appointment_is_one_tenure_at_each_body",
    43: "golden/leaders_bundle::test_p3_chief_executives_of_rem_in_order",
}


def test_every_trap_has_a_test_that_is_there() -> None:
    assert sorted(TRAPS) == list(range(1, 44))
    tests = Path(__file__).parent.parent
    for place in TRAPS.values():
        folder, file, test = re.split("/|::", place)
        assert f"\ndef {test}(" in (tests / folder / f"test_{file}.py").read_text(encoding="utf-8"), place


@pytest.mark.shared
def test_a_start_of_the_record_is_no_start_of_the_body(practices: dict[str, Record]) -> None:
    # A81001 opens 19740401, as 6,648 rows do (three proposed ones do not); A81630 opens 20010401.
    filled = {code for code, record in practices.items() if record.periods[0][1] == "1974-04-01"}
    assert len(filled) == 6648
    starts = {row[0]: row[4] for row in Rows().batch(practices.values()).bodies}
    assert {starts[code] for code in filled} == {""}
    assert starts["A81630"] == "2001-04-01"
    # Y04620 opens 20140515 and joined its commissioner 20140501: both days are kept as they are.
    assert starts["Y04620"] == "2014-05-15"
    (link,) = [rel for rel in practices["Y04620"].rels if rel.code == "RE4"]
    assert (link.target, link.periods) == ("92A", (("Operational", "2014-05-01", None),))


@pytest.mark.shared
def test_the_commissioner_is_in_column_15_and_in_no_other(shared: Path, practices: dict[str, Record]) -> None:
    (link,) = practices["A81630"].rels
    # 16C in column 15, 112 in column 24; it left on the day that it closed, 20241031.
    assert (link.target, link.periods) == ("16C", (("Operational", "2013-04-01", "2024-10-31"),))
    with (shared / "ods/csv/epraccur_2025-11.csv").open(encoding="utf-8", newline="") as handle:
        rows = [row for row in csv.reader(handle) if row[12] != "P"]
    told = {record.code: {rel.target for rel in record.rels if rel.code == "RE4"} for record in practices.values()}
    assert told == {row[0]: {row[14]} - {""} for row in rows}


@pytest.mark.shared
def test_a_trust_that_is_listed_but_opens_later_is_not_open(shared: Path, bundle_store: Store) -> None:
    # K0N6A opens 20260601 in the report of April 2026.
    store = open_store("sqlite::memory:", read_only=False)
    releases.load(store, [(shared / "ods/csv/etr_2026-04.csv", "ods-csv")])
    for opened in (store, bundle_store):
        (body,) = opened.facts(Selection(Organisation, {"id": ("K0N6A",)}))
        assert body.start_date == date(2026, 6, 1)
        assert not body.interval.holds(date(2026, 4, 30))
    store.close()


@pytest.mark.shared
def test_a_comma_in_quotes_ends_no_cell(bundle_store: Store) -> None:
    # Quoted in the lookups: "NHS Airedale, Wharfedale and Craven CCG" and "Bristol, City of".
    names = {name.name for name in bundle_store.facts(Selection(Name, {"organisation_id": ("02N",)}))}
    assert "NHS Airedale, Wharfedale and Craven CCG" in names
    assert not list(bundle_store.facts(Selection(Relation, {"object_id": ("City of",)})))


@pytest.mark.shared
def test_a_mark_before_the_first_column_is_no_part_of_its_name(shared: Path) -> None:
    path = shared / "ons/lookups_admin/CCG21_STP21_CAL21_EN_LU.csv"
    start = path.read_bytes()
    assert start.startswith(b"\xef\xbb\xbf")
    assert Head(path, start).columns[0] == "CCG21CD"


@pytest.mark.shared
def test_files_that_mislead_are_not_read(shared: Path) -> None:
    """A chain that fans out (24), polygons too simple for overlaps (30), hexagons of mixed vintages (31)."""
    left = dict(not_used(shared, set()))
    for name, why in {
        "ons/lookups_admin/lookup_ltla_ltla.csv": "crosswise",
        "ons/lookups_admin/lookup_ltla24_csp24_pfa24.csv": "no kind of the graph",
        "ons/boundaries/boundaries_icb22.geojson": "LSOAs tell which areas share land",
        "ons/hex/nhs-icb-2022.hexjson": "LSOAs tell which areas share land",
        "ons/trusts/HF_Trust-STP-lookup.csv": "licence",
    }.items():
        assert why in (left[name] or "")
