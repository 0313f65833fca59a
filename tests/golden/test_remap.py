"""Figures moved across real mergers; each expected figure is counted anew from the published lookups."""

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from nhs_graph.graph.facts import Coverage, Overlap
from nhs_graph.graph.kinds import with_sub_kinds
from nhs_graph.graph.store import Selection, Store
from nhs_graph.queries.code_check import CodeCheck
from nhs_graph.queries.codes import Codes, Weights
from nhs_graph.queries.remap import Remap
from nhs_graph.queries.translation import Translator

EXAMPLE = Path(__file__).parent.parent.parent / "docs" / "examples" / "people.csv"
TO = date(2026, 4, 1)
SYSTEM = with_sub_kinds("system")


@pytest.fixture(scope="module")
def codes(bundle_store: Store) -> Codes:
    return Codes(bundle_store)


def moved(codes: Codes, code: str, to: date, on: date | None = None, **options: object) -> dict[str, float | None]:
    found = Translator(codes, to, **options).translate(code, on)  # type: ignore[arg-type]
    return {target.code: target.share and round(target.share, 3) for target in found.targets}


def people(store: Store, day: date, prefix: str = "E54") -> Counter[str]:
    """People of each system, or group, on a day: the overlaps of one tier of councils, summed."""
    bodies = {c.gss: c.organisation_id for c in store.facts(Selection(Coverage, {}, day)) if c.gss.startswith(prefix)}
    found: Counter[str] = Counter()
    for overlap in store.facts(Selection(Overlap, {}, day)):
        if overlap.right_gss in bodies and overlap.left_gss[:3] in {"E06", "E07", "E08", "E09"}:
            found[bodies[overlap.right_gss]] += overlap.people or 0
    return found


def test_the_worked_example_gives_the_people_that_the_lookup_of_2026_counts(bundle_store: Store, codes: Codes) -> None:
    work = Remap(Translator(codes, TO, SYSTEM), "org", ["people"], "day", aggregate=True)
    with EXAMPLE.open(newline="", encoding="utf-8") as table:
        header, *rows = work.rows(csv.reader(table))
    assert header == ["org", "day", "people"]
    found = {(code, day): int(n) for code, day, n in rows}
    counted = people(bundle_store, TO)
    assert found["S1Y5D", "2024-04-01"] == counted["S1Y5D"]
    # The same land has the same people, whether its groups had merged by then or not.
    assert found["S1Y5D", "2020-04-01"] == found["S1Y5D", "2021-04-01"]


def test_all_42_boards_of_2024_moved_to_the_36_of_2026(bundle_store: Store, codes: Codes) -> None:
    before, after = people(bundle_store, date(2024, 4, 1)), people(bundle_store, TO)
    assert (len(before), len(after)) == (42, 36)
    work = Remap(Translator(codes, TO), "org", ["people"], aggregate=True)
    rows = list(work.rows([["org", "people"], *([code, str(n)] for code, n in sorted(before.items()))]))[1:]
    assert {code: int(n) for code, n in rows} == after


def test_a_code_that_is_still_in_force_stays_whatever_its_kind(codes: Codes) -> None:
    # 06K was a group and is a location of the same area (ONS: LOC22); QHG passed to S1Y5D.
    assert moved(codes, "06K", TO) == {"06K": 1.0}
    assert moved(codes, "06K", TO, kinds=SYSTEM) == {"S1Y5D": 1.0}
    assert moved(codes, "06F", date(2024, 1, 1)) == {"M1J4Y": 1.0}
    assert moved(codes, "06F", date(2024, 1, 1), kinds=SYSTEM) == {"QHG": 1.0}


def test_back_before_a_merger_is_a_split_that_no_source_weighs(codes: Codes) -> None:
    # ODS: RQ6 to REM 2019-10-01.
    assert moved(codes, "REM", date(2018, 1, 1), date(2020, 1, 1)) == {"REM": None, "RQ6": None}
    assert moved(codes, "REM", date(2018, 1, 1), date(2018, 6, 1)) == {"REM": 1.0}
    # A system took over from its groups, and had been there: no figures of 2018 are in two places.
    assert moved(codes, "QHG", date(2018, 1, 1), date(2024, 1, 1)) == {"QHG": 1.0}


def test_back_before_a_merger_of_groups_each_has_the_people_of_its_area_then(bundle_store: Store, codes: Codes) -> None:
    # ODS: the groups that merged on 2021-04-01, 04F, 06F and 06P to M1J4Y among them. Moved forwards and back again,
    # the people of every group are those that the lookup of 2020 counts.
    before = people(bundle_store, day := date(2021, 3, 1), "E38")
    there = Remap(Translator(codes, date(2021, 5, 1)), "org", ["people"], aggregate=True)
    merged = list(there.rows([["org", "people"], *([code, str(n)] for code, n in sorted(before.items()))]))
    assert (len(before), len(merged[1:])) == (135, 106)
    assert [code for code, _ in merged if code in before] != [code for code, _ in merged]
    back = Remap(Translator(codes, day), "org", ["people"], "day")
    dated = [[*merged[0], "day"], *([*row, "2021-05-01"] for row in merged[1:])]
    assert {code: int(n) for code, n, _ in list(back.rows(dated))[1:]} == before
    assert {plan.translation.basis for plan in back.of("split")} == {"people of their areas on 2021-03-01 (mid-2020)"}


def test_back_before_a_new_council_is_one_tier_or_unknown(bundle_store: Store, codes: Codes) -> None:
    # ONS code history: Cumberland took over from Cumbria and from three districts on 2023-04-01: the same land twice.
    there, on, day = "E06000063", date(2024, 1, 1), date(2022, 1, 1)
    both = moved(codes, there, day, on)
    assert both == dict.fromkeys(["E07000026", "E07000028", "E10000006", "E07000029"])
    assert "--to-kind upper_tier or lower_tier" in (Translator(codes, day).translate(there, on).basis or "")
    assert moved(codes, there, day, on, kinds=with_sub_kinds("upper_tier")) == {"E10000006": 1.0}
    districts = moved(codes, there, day, on, kinds=with_sub_kinds("lower_tier"))
    assert districts.keys() == both.keys() - {"E10000006"}
    # The ranks of ONS mid-2020: Carlisle, Allerdale, Copeland.
    assert sorted(districts, key=lambda code: -(districts[code] or 0)) == ["E07000028", "E07000026", "E07000029"]
    assert sum(share or 0 for share in districts.values()) == pytest.approx(1, abs=0.002)


def test_area_codes_stay_area_codes(codes: Codes) -> None:
    # ONS code history: Greater Manchester changed its code with its border, Frimley was split by people.
    assert moved(codes, "E54000007", TO) == {"E54000057": 1.0}
    assert moved(codes, "E54000034", TO) == {"E54000070": 0.571, "E54000067": 0.228, "E54000069": 0.201}


WEIGHTS: Weights = {"RW6": {"R0A": 30, "RM3": 70}}


def test_a_users_weights_share_out_a_trust(bundle_store: Store, codes: Codes) -> None:
    assert moved(codes, "RW6", TO) == {"R0A": None, "RM3": None}
    assert moved(Codes(bundle_store, WEIGHTS), "RW6", TO, weights=WEIGHTS) == {"R0A": 0.3, "RM3": 0.7}
    assert moved(codes, "RW6", TO, equal=True) == {"R0A": 0.5, "RM3": 0.5}
    partly: Weights = {"RW6": {"R0A": 1}}
    assert moved(Codes(bundle_store, partly), "RW6", TO, weights=partly) == {"R0A": None, "RM3": None}


@pytest.mark.parametrize(
    ("cell", "day", "problem", "suggestion"),
    [
        ("06F", "2020-05", None, None),
        ("06F", "2022-01-01", "closed", "M1J4Y"),  # ODS 2021-04-01
        ("QNQ", "2026-05", "ambiguous", "QRL or S0E4D or S9B9J"),  # ODS 2026-04-01
        ("S1Y5D", "2020-01", "not_yet_open", None),
        ("E54000007", "2023-01", "gss_vintage", "E54000057"),  # ONS code history, 2022-07-01
        ("6F", "2020-05", "lost_zero", "06F"),
        ("2.00E+00", "2020-05", "lost_zero", "02E"),
        ("rem", "2020-05", "lower_case", "REM"),
        (" REM", "2020-05", "blanks", "REM"),
        ("QUX", "2020-05", "unknown", None),
        ("", "2020-05", "empty", None),
        ("R0C", "2021-01", "closed", None),
    ],
)
def test_a_code_and_its_day(codes: Codes, cell: str, day: str, problem: str | None, suggestion: str | None) -> None:
    rows = list(CodeCheck(codes).rows([["org", "day"], [cell, day]], "org", "day", TO, "x.csv"))
    assert [(row.line, row.problem, row.suggestion) for row in rows] == ([(2, problem, suggestion)] if problem else [])


def test_a_code_of_another_kind_than_wanted(codes: Codes) -> None:
    check = CodeCheck(codes, SYSTEM)
    rows = list(check.rows([["org"], ["06K"], ["QM7"], ["REM"]], "org", None, date(2024, 1, 1), "x.csv"))
    assert [(row.value, row.problem, row.suggestion) for row in rows] == [
        ("06K", "wrong_kind", "QM7"),
        ("REM", "wrong_kind", None),
    ]
