"""Each check finds what it is for, and stays silent over sound facts."""

from datetime import date

from nhs_graph.graph.facts import Classification, Fact, Name, Organisation, Relation, Source, Succession
from nhs_graph.loaders import checks
from nhs_graph.loaders.base import Report
from nhs_graph.loaders.factset import FactSet

SOURCE = Source(id="s", title="t", publisher="p", licence="OGL-UK-3.0", kind="register")
BODY = Organisation(id="R1", source_ids=("s",))


def found(*facts: Fact) -> list[str]:
    return checks.problems(FactSet([SOURCE, BODY, *facts]), Report())


def test_sound_facts_have_no_problem() -> None:
    assert found(Name(organisation_id="R1", name="A", source_ids=("s",))) == []


def test_an_unknown_end() -> None:
    relation = Relation(subject_id="R1", type="LOCATED_IN", object_id="Q1", source_ids=("s",))
    assert found(relation) == ["Relation R1/LOCATED_IN/Q1/ points to the unknown Organisation Q1"]


def test_two_names_on_one_day() -> None:
    names = [Name(organisation_id="R1", name=name, source_ids=("s",)) for name in "AB"]
    assert found(*names) == ["R1 has two names on one day: 'A' and 'B'"]


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
