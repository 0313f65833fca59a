"""Each check finds what it is for, and stays silent over sound facts."""

from datetime import date

from nhs_graph.graph.facts import (
    Area,
    Classification,
    Coverage,
    Fact,
    Name,
    Organisation,
    Overlap,
    Relation,
    Source,
    Succession,
)
from nhs_graph.loaders import checks
from nhs_graph.loaders.base import Report
from nhs_graph.loaders.factset import FactSet

SOURCE = Source(id="s", title="t", publisher="p", licence="OGL-UK-3.0", kind="register")
BODY = Organisation(id="R1", source_ids=("s",))


def found(*facts: Fact) -> list[str]:
    return checks.problems(FactSet([SOURCE, BODY, *facts]), Report())


def found_in_bundle(*facts: Fact) -> list[str]:
    return checks.of_bundle(FactSet([SOURCE, BODY, *facts]))


def test_sound_facts_have_no_problem() -> None:
    assert found(Name(organisation_id="R1", name="A", source_ids=("s",))) == []


def test_an_unknown_end() -> None:
    relation = Relation(subject_id="R1", type="LOCATED_IN", object_id="Q1", source_ids=("s",))
    assert found(relation) == ["Relation R1/LOCATED_IN/Q1/ points to the unknown Organisation Q1"]


def test_two_names_on_one_day() -> None:
    names = [Name(organisation_id="R1", name=name, source_ids=("s",)) for name in "AB"]
    assert found(*names) == ["R1 has two names on one day: 'A' and 'B'"]


def test_two_kinds_on_one_day() -> None:
    kinds = [Classification(organisation_id="R1", kind=kind, source_ids=("s",)) for kind in ("ccg", "sicbl")]
    assert found_in_bundle(*kinds) == ["R1 is of two kinds on one day: ccg and sicbl"]


def test_two_systems_on_one_day_but_a_system_and_a_region() -> None:
    bodies = {"Q1": "icb", "Q2": "icb", "Y1": "nhs_region"}
    facts: list[Fact] = []
    for code, kind in bodies.items():
        facts += [Organisation(id=code, source_ids=("s",))]
        facts += [Classification(organisation_id=code, kind=kind, source_ids=("s",))]
    links = [Relation(subject_id="R1", type="LOCATED_IN", object_id=code, source_ids=("s",)) for code in bodies]
    assert found_in_bundle(*facts, links[0], links[2]) == []
    assert found_in_bundle(*facts, *links) == ["R1 LOCATED_IN system: two on one day: Q1 and Q2"]


def test_an_area_used_after_its_end_and_one_of_no_body() -> None:
    day = date(2021, 4, 1)
    areas = [
        Area(gss="E10000001", kind="county", name="A", end_date=day, source_ids=("s",)),
        Area(gss="E54000001", kind="system", name="B", source_ids=("s",)),
    ]
    covers = Coverage(organisation_id="R1", gss="E10000001", source_ids=("s",))
    overlap = Overlap(
        left_gss="E10000001",
        right_gss="E54000001",
        lsoas=1,
        people=1,
        people_share_of_left=1,
        people_share_of_right=1,
        lsoas_share_of_left=1,
        lsoas_share_of_right=1,
        population_base="mid-2020",
        vintage="v",
        basis="official",
        start_date=day,
        source_ids=("s",),
    )
    assert found_in_bundle(*areas, covers, overlap) == [
        "the area E10000001 is used in a boundary vintage of 2021-04-01 but was not in force",
        "the area E54000001 of a boundary vintage of 2021-04-01 belongs to 0 bodies, not to one",
    ]


def test_a_kind_that_is_none_and_a_period_that_is_empty() -> None:
    day = date(2020, 4, 1)
    fact = Classification(organisation_id="R1", kind="club", start_date=day, end_date=day, source_ids=("s",))
    assert found(fact) == [
        "Classification R1/club/2020-04-01 ends on 2020-04-01, not after its start 2020-04-01",
        "Classification R1/club/2020-04-01 has the unknown kind club",
    ]


def test_a_fact_without_a_source_or_with_an_unknown_one() -> None:
    assert found(Name(organisation_id="R1", name="A", source_ids=())) == ["Name R1/A/ has no source"]
    assert found(Name(organisation_id="R1", name="A", source_ids=("x",))) == [
        "Name R1/A/ rests on the unknown source x"
    ]


def test_a_succession_between_bodies_that_are_no_parties() -> None:
    pair = Succession(
        predecessor_id="R1", successor_id="R1", effective_date=date(2020, 4, 1), event_id="e", source_ids=("s",)
    )
    assert "Succession R1/R1: R1 is no party of the event e" in found(pair)
    assert "Succession R1/R1: a body does not succeed itself" in found(pair)


def test_rows_that_vanished() -> None:
    report = Report()
    report.of("s").read = 2
    report.used("s")
    assert checks.problems(FactSet([SOURCE]), report) == ["s: 2 rows read, but 1 used and 0 left out"]
