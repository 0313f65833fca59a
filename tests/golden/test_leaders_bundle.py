"""The leaders that users ask for (QUESTIONS.md, section Leaders), from the list itself."""

import csv
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from nhs_graph.graph.facts import Classification, Conflict, Person, Post, Tenure
from nhs_graph.graph.interval import end_text, start_text
from nhs_graph.loaders import derive_tenures, leaders
from nhs_graph.loaders.base import Data, Report, specs
from nhs_graph.loaders.factset import FactSet

pytestmark = pytest.mark.shared

BOARDS = ("QHG", "QMM", "QOP", "QE1")


@pytest.fixture(scope="module")
def loaded(shared: Path) -> tuple[FactSet, Report]:
    """The list's facts with windows; the four boards asked for exist from 2022-07-01 (Health and Care Act 2022)."""
    report = Report()
    spec = next(spec for spec in specs() if spec.name == "leaders")
    found = FactSet(leaders.read(spec, Data(shared, report), report))
    for code in BOARDS:
        found.add(
            Classification(organisation_id=code, kind="icb", start_date=date(2022, 7, 1), source_ids=("act-2022",))
        )
    derive_tenures.apply(found, report)
    return found, report


@pytest.fixture(scope="module")
def found(loaded: tuple[FactSet, Report]) -> FactSet:
    return loaded[0]


def on(found: FactSet, day: str, body: str) -> set[tuple[str, str, str | None]]:
    """Person, role and certainty of those in post at a body on a day."""
    asked = date.fromisoformat(day)
    return {
        (t.person_id, t.role, t.window.certainty(asked))
        for t in found.of(Tenure)
        if t.organisation_id == body and t.window.certainty(asked)
    }


def held(found: FactSet, person: str) -> list[tuple[str, str, str | None, str | None]]:
    """Body, role, start and end of a person's tenures as the sources say them."""
    return [
        (
            t.organisation_id,
            t.role,
            start_text(t.start_date, t.start_precision),
            end_text(t.end_date, t.end_precision),
        )
        for t in found.of(Tenure)
        if t.person_id == person
    ]


def test_p1_chair_of_bolton_in_january_2023(found: FactSet) -> None:
    assert ("donna-hall", "chair", "stated") in on(found, "2023-01-15", "RMC")
    assert ("RMC", "chair", "2019-04-01", "2023") in held(found, "donna-hall")
    assert ("david-wakefield", "chair", "stated") in on(found, "2019-03-31", "RMC")
    assert not any(role == "chair" and person != "donna-hall" for person, role, _ in on(found, "2019-04-01", "RMC"))


def test_p2_greater_manchester_in_january_2023(found: FactSet) -> None:
    assert on(found, "2023-01-15", "QOP") == {
        ("mark-fisher", "chief_executive", "stated"),
        ("richard-leese", "chair", "last_known"),
    }
    assert on(found, "2022-07-01", "QOP") == {
        ("mark-fisher", "chief_executive", "stated"),
        ("richard-leese", "chair", "stated"),
    }


def test_p3_chief_executives_of_rem_in_order(found: FactSet) -> None:
    rows = [
        (t.person_id, t.basis, start_text(t.start_date, t.start_precision), end_text(t.end_date, t.end_precision))
        for t in sorted(found.of(Tenure), key=lambda t: t.start_date or date.min)
        if (t.organisation_id, t.role) == ("REM", "chief_executive")
    ]
    assert rows == [
        ("steve-warburton", "substantive", "2015", "2019-10-01"),
        ("steve-warburton", "substantive", "2019-10-01", "2021-09"),
        ("david-dalton", "interim", "2021-09", "2022"),
        ("james-sumner", "substantive", "2022", None),
    ]


def test_p4_career_of_felicity_cox(found: FactSet) -> None:
    assert sorted(held(found, "felicity-cox")) == [
        ("04F", "accountable_officer", "2021-01", "2021-04-01"),
        ("06F", "accountable_officer", "2021-01", "2021-04-01"),
        ("06P", "accountable_officer", "2021-01", "2021-04-01"),
        ("M1J4Y", "accountable_officer", "2021-04-01", "2022-07-01"),
        ("QHG", "chief_executive", "2022-07-01", "2025"),
        ("QHG", "system_lead", "2020-12", "2022-07-01"),
        ("X24", "director", None, "2020-12"),
    ]
    joint = {
        t.appointment_id for t in found.of(Tenure) if (t.person_id, t.role) == ("felicity-cox", "accountable_officer")
    }
    assert len(joint - {None}) == 1
    [conflict] = [c for c in found.of(Conflict) if c.fact == "felicity-cox system_lead start_date"]
    assert (conflict.organisation_id, {conflict.value_a, conflict.value_b}) == ("QHG", {"2020-12", "2020-09"})


def test_p5_patricia_davies(found: FactSet) -> None:
    assert ("R1D", "chief_executive", "2021-04-01", "2025-09-01") in held(found, "patricia-davies")


def test_p6_chairs_of_a_trust_and_a_board(found: FactSet) -> None:
    assert ("david-flory", "chair", "last_known") in on(found, "2023-06-01", "QE1")
    assert ("david-flory", "chair", "last_known") in on(found, "2023-06-01", "REM")
    assert {("QHG", "chair"), ("RH5", "chair")} <= {row[:2] for row in held(found, "rima-makarem")}


def test_p7_patricia_hewitt(found: FactSet) -> None:
    assert ("patricia-hewitt", "chair", "stated") in on(found, "2023-01-15", "QMM")


def test_p8_leaders_of_both_sides_of_a_merger(found: FactSet, shared: Path) -> None:
    pairs: set[tuple[str, str]] = set()
    with (shared / "ods/succ/succ.csv").open(encoding="utf-8", newline="") as handle:
        pairs |= {(row[0], row[1]) for row in csv.reader(handle) if row[0] != row[1] and row[0].startswith("R")}
    with (shared / "ods/succ/trust_successions_supplement_2017-2026.csv").open(encoding="utf-8", newline="") as handle:
        pairs |= {(row["predecessor_code"], row["successor_code"]) for row in csv.DictReader(handle)}
    at: dict[str, set[str]] = {}
    for tenure in found.of(Tenure):
        at.setdefault(tenure.organisation_id, set()).add(tenure.person_id)
    both = {(person, a, b) for a, b in pairs for person in at.get(a, set()) & at.get(b, set())}
    assert len(both) == 18
    assert ("matthew-winn", "RYV", "RY3") in both
    assert not any(person == "joe-harrison" for person, _, _ in both)


def test_carter_and_woolley_have_one_tenure_before_and_one_after_the_hand_over(found: FactSet) -> None:
    for person, body in (("david-carter", "RC9"), ("robert-woolley", "RA7")):
        rows = {row[2:] for row in held(found, person) if row[0] == body}
        assert rows == {(None, "2020-04-01"), ("2020-04-01", None)}


def test_mason_fitzgerald_never_took_up_the_post(found: FactSet) -> None:
    [tenure] = [t for t in found.of(Tenure) if t.person_id == "mason-fitzgerald"]
    assert not tenure.taken_up
    assert tenure.window.certainty(date(2021, 4, 15)) is None


def test_a_start_that_only_the_compiler_knows_is_no_fact(found: FactSet) -> None:
    assert ("QUY", "chief_executive", None, None) in held(found, "shane-devlin")
    assert ("QMM", "chair", "2017", "2022-07-01") in held(found, "patricia-hewitt")
    assert not held(found, "gavin-boyle")[1:]
    assert {"ian-smith", "ian-smith-rjz"} <= {person.id for person in found.of(Person)}


def test_every_row_is_used_or_left_out_for_a_reason(loaded: tuple[FactSet, Report]) -> None:
    """Data guide, sections 4 and 8: 721 rows, 17 background, 47 without address, 5 without a body."""
    tally = loaded[1].of("nhs-graph-leaders")
    assert tally.adds_up
    assert tally.read == 721
    assert tally.left_out["the source is background knowledge"] == 17
    assert tally.left_out["the source's address was not kept"] == 47
    assert tally.left_out["the body is in no register"] == 5


def test_corroborations_are_merged(loaded: tuple[FactSet, Report]) -> None:
    """Ruling 12: four pairs and ten sightings among the first 716 rows; of the last five, a pair and two sightings."""
    assert "leaders: 17 rows merged into others as corroboration" in loaded[1].notes


def test_tenures_rest_on_sources_posts_people_and_codes(found: FactSet) -> None:
    posts = {(post.organisation_id, post.role) for post in found.of(Post)}
    people = {person.id for person in found.of(Person)}
    for tenure in found.of(Tenure):
        assert tenure.source_ids
        assert (tenure.organisation_id, tenure.role) in posts
        assert tenure.person_id in people
        assert tenure.organisation_id.startswith("la:") or tenure.organisation_id.isalnum()


def test_nobody_is_stated_beside_another_substantive_chair_or_chief_executive(found: FactSet) -> None:
    by_post: dict[tuple[str, str], list[Tenure]] = {}
    for tenure in found.of(Tenure):
        if tenure.basis == "substantive" and tenure.role in {"chair", "chief_executive"}:
            by_post.setdefault((tenure.organisation_id, tenure.role), []).append(tenure)
    for tenures in by_post.values():
        stated = sorted(
            (t.stated_from, t.stated_until, t.person_id) for t in tenures if t.stated_from and t.stated_until
        )
        real = [row for row in stated if row[0] < row[1]]
        assert all(a[1] <= b[0] for a, b in pairwise(real)), real
