"""Shares of heirs from the people of the areas that moved, on small cases made by hand."""

from datetime import date

import pytest

from nhs_graph.graph.facts import AreaMove, Conflict, Coverage, Fact, Overlap, Relation, Succession
from nhs_graph.loaders import checks, derive_weights
from nhs_graph.loaders.base import Passed, Report, StatedWeight
from nhs_graph.loaders.factset import FactSet

DAY = date(2026, 4, 1)
SAID = ("lookup",)


def went(old: str, new: str) -> Succession:
    return Succession(predecessor_id=old, successor_id=new, effective_date=DAY, event_id="e", source_ids=("register",))


def covers(body: str, gss: str) -> Coverage:
    return Coverage(organisation_id=body, gss=gss, source_ids=SAID)


def moved(council: str, new: str, people: int, old: str = "E1") -> AreaMove:
    return AreaMove(
        council_gss=council,
        from_gss=old,
        to_gss=new,
        lsoas=1,
        people=people,
        population_base="mid-2020",
        effective_date=DAY,
        source_ids=SAID,
    )


def counted(gss: str, people: int) -> Overlap:
    return Overlap(
        left_gss=gss,
        right_gss="E54000001",
        lsoas=1,
        people=people,
        people_share_of_left=1,
        people_share_of_right=1,
        lsoas_share_of_left=1,
        lsoas_share_of_right=1,
        population_base="mid-2020",
        vintage="v",
        basis="official",
        end_date=DAY,
        source_ids=SAID,
    )


SPLIT: list[Fact] = [went("A", "B"), went("A", "C"), covers("A", "E1"), covers("B", "E2"), covers("C", "E3")]
MOVES: list[Fact] = [moved("E07000001", "E2", 300), moved("E08000001", "E3", 100)]


def weighed(*facts: Fact) -> dict[str, Succession]:
    found = FactSet(facts)
    derive_weights.apply(found, Report())
    return {step.successor_id: step for step in found.of(Succession)}


def test_the_weights_are_the_shares_of_the_people_and_say_so() -> None:
    steps = weighed(*SPLIT, *MOVES)
    assert (steps["B"].weight, steps["C"].weight) == (0.75, 0.25)
    assert steps["B"].weight_basis == "people of the areas that moved (mid-2020)"
    assert steps["B"].source_ids == ("lookup", "register")


def test_a_county_is_shared_out_by_the_people_of_its_districts() -> None:
    districts = {
        "la:X": ("E07000001", "la:B", 300),
        "la:Y": ("E07000002", "la:C", 60),
        "la:Z": ("E07000003", "la:C", 40),
    }
    facts: list[Fact] = [went("la:A", "la:B"), went("la:A", "la:C")]
    for code, (gss, heir, people) in districts.items():
        facts += [went(code, heir), covers(code, gss), counted(gss, people)]
        facts.append(Relation(subject_id=code, type="PART_OF", object_id="la:A", end_date=DAY, source_ids=SAID))
    found = FactSet(facts)
    derive_weights.apply(found, Report())
    mine = {step.successor_id: step for step in found.of(Succession) if step.predecessor_id == "la:A"}
    assert (mine["la:B"].weight, mine["la:C"].weight) == (0.75, 0.25)
    # A district with two heirs: what part of the county each had is not known.
    again = FactSet([*facts, went("la:Z", "la:B")])
    derive_weights.apply(again, Report())
    assert {step.weight for step in again.of(Succession) if step.predecessor_id == "la:A"} == {None}


def test_nobody_is_counted_in_a_county_and_in_its_district() -> None:
    steps = weighed(*SPLIT, *MOVES, moved("E10000001", "E2", 300))
    assert steps["B"].weight == 0.75


@pytest.mark.parametrize("lost", [0, 1, 2, 3])
def test_an_heir_without_area_or_people_leaves_all_shares_unknown(lost: int) -> None:
    facts = [*SPLIT[2:], *MOVES]
    del facts[lost + (lost > 2)]
    assert {step.weight for step in weighed(*SPLIT[:2], *facts).values()} == {None}


def test_a_location_that_joined_one_heir_went_there_whole() -> None:
    left = Relation(subject_id="X", type="PART_OF", object_id="A", end_date=DAY, source_ids=SAID)
    joined = Relation(subject_id="X", type="PART_OF", object_id="C", start_date=DAY, source_ids=("list",))
    steps = weighed(*SPLIT, *MOVES, left, joined)
    assert (steps["B"].whole_parts, steps["B"].other_parts) == ((), ("X",))
    assert (steps["C"].whole_parts, steps["C"].other_parts) == (("X",), ())
    assert "list" in steps["C"].source_ids


def passed(old: str, new: str, people: int) -> Passed:
    return Passed(
        from_gss=old, to_gss=new, effective_date=DAY, people=people, population_base="mid-2020", source_ids=SAID
    )


def test_a_body_that_merged_before_the_split_went_with_its_own_land() -> None:
    def merged(body: str, gss: str) -> list[Fact]:
        step = went(body, "A").model_copy(update={"effective_date": date(2021, 4, 1)})
        return [step, covers(body, gss).model_copy(update={"end_date": date(2021, 4, 1)})]

    land = [passed("E1", "E2", 300), passed("E1", "E3", 100)]
    older = [passed("E7", "E2", 200), passed("E8", "E2", 100), passed("E8", "E3", 100)]
    steps = weighed(*SPLIT, *merged("X", "E7"), *merged("Y", "E8"), *merged("Z", "E9"), *land, *older)
    assert (steps["B"].weight, steps["C"].weight) == (0.75, 0.25)
    assert (steps["B"].whole_parts, steps["B"].other_parts, steps["B"].part_shares) == (("X",), (), ("Y=0.5",))
    assert (steps["C"].whole_parts, steps["C"].other_parts, steps["C"].part_shares) == ((), ("X",), ("Y=0.5",))
    # A later load without the lookups works out the same.
    again = FactSet(steps.values())
    derive_weights.apply(again, Report())
    assert {step.successor_id: step for step in again.of(Succession)} == steps


def test_what_another_source_says_of_a_share_is_a_conflict_and_changes_nothing() -> None:
    said = StatedWeight(predecessor_id="A", successor_id="B", weight=0.8, source_ids=("script",))
    found = FactSet([*SPLIT, *MOVES, said])
    derive_weights.apply(found, Report())
    (conflict,) = found.of(Conflict)
    assert (conflict.value_a, conflict.source_a, conflict.value_b, conflict.source_b) == (
        "0.750",
        "lookup",
        "0.800",
        "script",
    )


def test_shares_that_do_not_make_up_the_whole_fail_the_check() -> None:
    half = [went("A", code).model_copy(update={"weight": 0.4}) for code in ("B", "C")]
    assert any("do not make up the whole" in problem for problem in checks.problems(FactSet(half), Report()))
