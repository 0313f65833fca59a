"""Overlaps of councils and health areas from the shared files, against published counts.

B1 to B6 are answers of QUESTIONS.md, "Boundaries"; counts of codes and of people are those of the publisher's files
(data guide, sections 3 and 6); hand-overs are those of its ruling 5.
"""

from collections import Counter, defaultdict
from datetime import date
from pathlib import Path

import pytest

from nhs_graph.graph.facts import Area, AreaMove, Coverage, Overlap
from nhs_graph.graph.kinds import COUNCIL_KIND_BY_PREFIX, TIERS
from nhs_graph.loaders import geography, lsoa_lookups
from nhs_graph.loaders.base import Data, Report, specs
from nhs_graph.loaders.factset import FactSet

pytestmark = pytest.mark.shared

LOADERS = {"geography": geography, "lsoa_lookups": lsoa_lookups}
FRIMLEY = "E54000034"


@pytest.fixture(scope="module")
def loaded(shared: Path) -> tuple[FactSet, Report]:
    report = Report()
    found = FactSet()
    for spec in specs():
        if spec.loader in LOADERS:
            for fact in LOADERS[spec.loader].read(spec, Data(shared, report), report):
                found.add(fact)
    return found, report


@pytest.fixture(scope="module")
def found(loaded: tuple[FactSet, Report]) -> FactSet:
    return loaded[0]


Parts = dict[str, dict[str, Overlap]]


def parts(found: FactSet, vintage: str, tier: str = "upper", prefix: str = "E54") -> Parts:
    """Council to health area to overlap, at one tier of one vintage."""
    told: Parts = defaultdict(dict)
    for overlap in found.of(Overlap):
        kind = COUNCIL_KIND_BY_PREFIX[overlap.left_gss[:3]]
        if overlap.vintage == vintage and kind in TIERS[tier] and overlap.right_gss.startswith(prefix):
            told[overlap.left_gss][overlap.right_gss] = overlap
    return told


def named(found: FactSet, gss: str) -> str:
    area = found.get(Area, gss)
    assert area is not None
    return area.name


def split(found: FactSet, vintage: str, tier: str = "upper") -> set[str]:
    return {named(found, gss) for gss, mine in parts(found, vintage, tier).items() if len(mine) > 1}


def crossing(told: Parts, floor: float) -> set[str]:
    """Systems that hold a part, no sliver, of a council with two or more such parts."""
    real = {
        gss: [right for right, part in mine.items() if (part.people_share_of_left or 0) >= floor]
        for gss, mine in told.items()
    }
    return {right for mine in real.values() if len(mine) > 1 for right in mine}


def test_b1_fourteen_councils_were_split_on_2021_04_01(found: FactSet) -> None:
    assert split(found, "STP21 x LAD21") == {
        *("Birmingham", "Buckinghamshire", "Cumbria", "Derbyshire", "Essex", "Hampshire", "Hertfordshire"),
        *("North Northamptonshire", "North Yorkshire", "Nottinghamshire", "Oxfordshire", "Suffolk", "Surrey"),
        "West Sussex",
    }


def test_b2_twenty_three_systems_were_not_coterminous_and_nineteen_above_the_floor(found: FactSet) -> None:
    told = parts(found, "STP21 x LAD21")
    assert len(crossing(told, 0)) == 23
    assert len(crossing(told, 0.02)) == 19


def test_b3_parts_of_cumbria_and_of_four_counties(found: FactSet) -> None:
    told = {named(found, gss): mine for gss, mine in parts(found, "STP21 x LAD21").items()}
    cumbria = sorted(
        (round(100 * (part.people_share_of_left or 0), 1) for part in told["Cumbria"].values()), reverse=True
    )
    assert cumbria == [64.0, 36.0]
    assert [len(told[name]) for name in ("North Yorkshire", "Essex", "Surrey", "Hampshire")] == [3, 3, 2, 2]


def test_b4_what_the_first_of_july_2022_made_whole(found: FactSet) -> None:
    assert split(found, "STP21 x LAD21") - split(found, "ICB22 x LAD22") == {
        *("Birmingham", "Nottinghamshire", "Derbyshire", "North Northamptonshire")
    }
    assert moved(found, date(2022, 7, 1)) == {
        *(("Birmingham", 92), ("Nottinghamshire", 70), ("Derbyshire", 21), ("North Northamptonshire", 9))
    }


def test_b6_the_parts_of_hertfordshire_and_suffolk_in_2024(found: FactSet) -> None:
    told = {named(found, gss): mine for gss, mine in parts(found, "ICB23 x LAD23").items()}
    assert {part.people for part in told["Hertfordshire"].values()} == {1_178_601, 20_231}
    assert {part.people for part in told["Suffolk"].values()} == {644_316, 116_361}


def moved(found: FactSet, day: date) -> set[tuple[str, int]]:
    """Upper-tier councils and how many of their LSOAs changed system on a day."""
    told: Counter[str] = Counter()
    for move in found.of(AreaMove):
        if move.effective_date == day and COUNCIL_KIND_BY_PREFIX[move.council_gss[:3]] in TIERS["upper"]:
            told[named(found, move.council_gss)] += move.lsoas
    return set(told.items())


def test_the_hand_over_of_2020(found: FactSet) -> None:
    assert moved(found, date(2020, 4, 1)) == {("North Yorkshire", 104 + 95), ("Surrey", 105), ("West Sussex", 4)}
    districts = {m.council_gss: m.lsoas for m in found.of(AreaMove) if m.effective_date == date(2020, 4, 1)}
    assert districts["E07000165"] == 104  # Harrogate


def test_four_lsoas_of_chichester_made_west_sussex_whole_in_2023(found: FactSet) -> None:
    (district, county) = [m for m in found.of(AreaMove) if m.effective_date == date(2023, 4, 1)]
    assert (district.council_gss, district.lsoas) == ("E07000225", 4)
    assert (county.council_gss, county.lsoas) == ("E10000032", 4)
    assert (named(found, county.from_gss), named(found, county.to_gss)) == (
        "NHS Surrey Heartlands Integrated Care Board",
        "NHS Sussex Integrated Care Board",
    )
    assert "West Sussex" in split(found, "ICB22 x LAD22")
    assert "West Sussex" not in split(found, "ICB23 x LAD23")


def test_frimley_of_2026_by_people_of_the_census(found: FactSet) -> None:
    people: Counter[str] = Counter()
    for move in found.of(AreaMove):
        if move.from_gss == FRIMLEY and COUNCIL_KIND_BY_PREFIX[move.council_gss[:3]] in TIERS["lower"]:
            people[move.to_gss] += move.people
    shares = {gss: round(number / people.total(), 3) for gss, number in people.items()}
    assert shares == {"E54000070": 0.571, "E54000067": 0.228, "E54000069": 0.201}


@pytest.mark.parametrize(
    ("vintage", "start", "councils", "systems", "commissioners", "people"),
    [
        ("STP17 x LAD17", "2017-04-01", 326, 44, 207, 55_619_430),
        ("STP18 x LAD18", "2018-04-01", 326, 42, 195, 55_619_430),
        ("STP19 x LAD19", "2019-04-01", 317, 42, 191, 56_286_961),
        ("STP20 x LAD20", "2020-04-01", 314, 42, 135, 56_550_138),
        ("STP21 x LAD21", "2021-04-01", 309, 42, 106, 56_550_138),
        ("ICB22 x LAD22", "2022-07-01", 309, 42, 106, 56_550_138),
        ("ICB23 x LAD23", "2023-04-01", 296, 42, 106, 56_490_108),
        ("ICB24 x LAD25", "2025-04-01", 296, 42, 106, 56_490_108),
        ("ICB26 x LAD25", "2026-04-01", 296, 36, 0, 56_490_108),
    ],
)
def test_a_vintage_holds_every_council_area_and_person(
    found: FactSet, vintage: str, start: str, councils: int, systems: int, commissioners: int, people: int
) -> None:
    for prefix, number in (("E54", systems), ("E38", commissioners)):
        told = parts(found, vintage, "lower", prefix)
        assert len({right for mine in told.values() for right in mine}) == number
        if number:
            assert len(told) == councils
            assert sum(part.people or 0 for mine in told.values() for part in mine.values()) == people
            assert {part.start_date for mine in told.values() for part in mine.values()} == {date.fromisoformat(start)}


def test_shares_add_up_on_both_sides(found: FactSet) -> None:
    lefts: Counter[tuple[str, str, str]] = Counter()
    rights: dict[tuple[str, str], float] = defaultdict(float)
    people: dict[tuple[str, str, str], float] = defaultdict(float)
    for part in found.of(Overlap):
        people[part.vintage, part.left_gss, part.right_gss[:3]] += part.people_share_of_left or 0
        lefts[part.vintage, part.left_gss, part.right_gss[:3]] += 1
        if not part.left_gss.startswith(("E10", "E47")):
            rights[part.vintage, part.right_gss] += part.people_share_of_right or 0
    assert all(abs(total - 1) < 1e-7 for total in people.values())
    assert all(abs(total - 1) < 1e-7 for total in rights.values())


def test_every_area_of_a_vintage_is_in_force_and_covered_on_its_first_day(found: FactSet) -> None:
    covered = defaultdict[str, list[Coverage]](list)
    for coverage in found.of(Coverage):
        covered[coverage.gss].append(coverage)
    for part in found.of(Overlap):
        day = part.start_date
        assert day is not None
        for gss in (part.left_gss, part.right_gss):
            area = found.get(Area, gss)
            assert area is not None, gss
            assert area.interval.holds(day), (part.vintage, gss)
            assert sum(coverage.interval.holds(day) for coverage in covered[gss]) == 1, (part.vintage, gss)


def test_west_sussex_was_split_from_2020_to_2023(found: FactSet) -> None:
    told = {v: len(parts(found, v)["E10000032"]) > 1 for v in {o.vintage for o in found.of(Overlap)} if "x LAD" in v}
    named = {vintage for vintage, is_split in told.items() if is_split}
    assert named == {"STP20 x LAD20", "STP21 x LAD21", "ICB22 x LAD22"}


def test_the_vintages_follow_each_other_without_a_gap_since_2017(found: FactSet) -> None:
    """For councils of both tiers since 2017-04-01, for combined authorities since 2019-04-01 (rulings 4 and 7)."""
    for tier, first in (("lower", "2017-04-01"), ("upper", "2017-04-01"), ("combined", "2019-04-01")):
        prefixes = {prefix for prefix, kind in COUNCIL_KIND_BY_PREFIX.items() if kind in TIERS[tier]}
        mine = [o for o in found.of(Overlap) if o.left_gss[:3] in prefixes and o.right_gss.startswith("E54")]
        periods = sorted({(o.start_date, o.end_date) for o in mine if o.start_date}, key=lambda p: p[0])
        assert periods[0][0] == date.fromisoformat(first)
        assert [end for _, end in periods[:-1]] == [start for start, _ in periods[1:]]
        assert periods[-1][1] is None


def test_a_best_fit_lookup_is_nowhere_used(found: FactSet) -> None:
    # Trap 21: by best fit E01027305 of West Northamptonshire lies in Cherwell.
    told = parts(found, "ICB23 x LAD23", "lower")
    assert set(told["E06000062"]) == {"E54000059"}
    assert "E54000059" not in told["E07000177"]


def test_all_365_council_codes_of_all_vintages_have_one_register_code(found: FactSet) -> None:
    codes = {part.left_gss for part in found.of(Overlap) if not part.left_gss.startswith("E47")}
    bodies = {coverage.gss: coverage.organisation_id for coverage in found.of(Coverage)}
    assert {bodies[gss][:3] for gss in codes} == {"la:"}
    assert len(codes - {"E08000038", "E08000039"}) == 365  # ruling 1; the codes of 2025 are in a list of their own


def test_every_row_is_counted(loaded: tuple[FactSet, Report]) -> None:
    assert all(tally.adds_up for tally in loaded[1].tallies.values())
