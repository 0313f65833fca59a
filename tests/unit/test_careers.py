"""When a change of post is a move: one rule at a time, on a person's few tenures."""

from datetime import date
from typing import Any

import pytest

from nhs_graph.graph.facts import Classification, Fact, Person, Succession, Tenure
from nhs_graph.graph.interval import PartialDate
from nhs_graph.graph.projection import project
from nhs_graph.queries.careers import CAREER, CareerParams
from nhs_graph.queries.moves import MOVES, Careers, MoveParams, MoveRow, Named
from nhs_graph.queries.spans import Held

SAID = ("said",)
TODAY = date(2026, 1, 1)
MERGED = Succession(
    predecessor_id="06F", successor_id="M1J4Y", effective_date=date(2021, 4, 1), event_id="e", source_ids=SAID
)
FOUNDED = Classification(organisation_id="QHG", kind="icb", start_date=date(2022, 7, 1), source_ids=SAID)


def held(body: str, dates: str, seen: str = "", role: str = "chief_executive", **other: Any) -> Tenure:
    """A tenure from `start/end` as a source says them, the end inclusive, and one sighting."""
    start, end = (PartialDate.parse(text) if text else None for text in dates.split("/"))
    values: dict[str, Any] = {
        "start_date": start.first if start else None,
        "start_precision": start.precision if start else "day",
        "end_date": end.until if end else None,
        "end_precision": end.precision if end else "day",
        "first_seen": seen or None,
        "last_seen": seen or None,
    }
    return Tenure(
        person_id="ann",
        organisation_id=body,
        role=role,
        role_label=role,
        organisation_name=body,
        basis=other.pop("basis", "substantive"),
        source_ids=SAID,
        **(values | other),
    )


def moved(*facts: Fact, **params: Any) -> list[MoveRow]:
    tenures = [Held(*(getattr(fact, name) for name in Held._fields)) for fact in facts if isinstance(fact, Tenure)]
    careers = Careers(tenures, [Named("ann", "Ann Lee")], project(facts))
    return MOVES.answer(careers, MoveParams(as_of=TODAY, **params))


def told(*facts: Fact) -> list[tuple[str, str, str, str]]:
    return [(row.from_organisation_id, row.to_organisation_id, row.kind, row.certainty) for row in moved(*facts)]


def came(*facts: Fact) -> list[str]:
    graph = project([Person(id="ann", name="Ann Lee", source_ids=SAID), *facts])
    return [row.moved_how for row in CAREER.answer(graph, CareerParams(person_id="ann", as_of=TODAY))]


@pytest.mark.parametrize(
    ("left", "joined", "gap", "certainty"),
    [
        ("2015-01-01/2018-03-31", "2018-04-01/", 0, "stated"),
        ("2015-01-01/2018-03-31", "2018-05-01/", 30, "stated"),
        ("2015-01-01/2018-03", "2018-04-01/", None, "stated"),
        ("2015/2018-03-31", "2018/", None, "inferred"),  # in which order is not sure
        ("2015/2018", "2018/", None, "inferred"),
        ("2015/", "2018-04-01/", None, "last_known"),
        ("/2018-03-31", "2018-04-01/", 0, "stated"),
    ],
)
def test_gaps_are_counted_only_between_full_dates(left: str, joined: str, gap: int | None, certainty: str) -> None:
    [row] = moved(held("RA", left), held("RB", joined))
    assert (row.kind, row.gap_days, row.certainty) == ("move", gap, certainty)


def test_an_interim_post_beside_another_is_no_move_to_it_and_none_from_it() -> None:
    home, beside = held("RA", "2015-01-01/2019-12-31"), held("RB", "2017-01-01/2017-06-30", basis="interim")
    assert told(home, beside) == []
    assert told(home, beside, held("RC", "2020-01-01/")) == [("RA", "RC", "move", "stated")]


def test_a_post_kept_beside_a_new_one_was_not_left() -> None:
    chair = held("RA", "2015-01-01/", seen="2020-06-01", role="chair")
    assert told(chair, held("RB", "2018-01-01/", role="chair")) == []


def test_without_the_end_of_one_and_the_start_of_the_other_nothing_is_told() -> None:
    assert told(held("RA", "2015/"), held("RB", "/", seen="2019")) == []
    assert told(held("RA", "2015/", shown_until=date(2018, 1, 1)), held("RB", "/", seen="2019")) == [
        ("RA", "RB", "move", "inferred")
    ]


def test_only_the_last_post_before_is_the_one_left() -> None:
    rows = told(held("RA", "2010/2015"), held("RB", "2015/"), held("RC", "2020/"))
    assert rows == [("RA", "RB", "move", "inferred"), ("RB", "RC", "move", "last_known")]


def test_a_post_in_the_successor_of_ones_body_is_no_move() -> None:
    group, merged = held("06F", "2019-01-01/2021-03-31"), held("M1J4Y", "2021-04-01/2022-06-30")
    assert told(group, merged, MERGED) == [("06F", "M1J4Y", "successor_body", "stated")]
    assert came(group, merged, MERGED) == ["appointed", "successor_body"]
    assert told(group, merged) == [("06F", "M1J4Y", "move", "stated")]
    # before the hand-over it is a move like any other
    early = held("M1J4Y", "2020-01-01/")
    assert told(held("06F", "2019-01-01/2019-12-31"), early, MERGED) == [("06F", "M1J4Y", "move", "stated")]


def test_a_board_founded_under_the_code_of_the_system_is_its_successor() -> None:
    lead, chief = held("QHG", "2020-01-01/2022-06-30", role="system_lead"), held("QHG", "2022-07-01/")
    assert told(lead, chief, FOUNDED) == [("QHG", "QHG", "successor_body", "stated")]
    assert told(lead, chief) == [("QHG", "QHG", "promotion", "stated")]


def test_an_acquirers_chief_stays_in_one_post() -> None:
    before, after = held("REM", "2015/2019-09-30"), held("REM", "2019-10-01/2021-09")
    assert told(before, after) == []
    assert came(before, after) == ["appointed", "same_post"]


def test_from_interim_to_substantive_is_the_same_post() -> None:
    rows = (held("RA", "2023-01/2023-09", basis="interim"), held("RA", "2023-10/"))
    assert told(*rows) == []
    assert came(*rows) == ["appointed", "same_post"]


def test_a_return_after_another_post_or_after_a_gap() -> None:
    first, other = held("RA", "2010-01-01/2014-12-31"), held("RB", "2015-01-01/2019-12-31")
    assert told(first, other, held("RA", "2020-01-01/"))[1] == ("RB", "RA", "return", "stated")
    assert told(first, held("RA", "2020-01-01/")) == [("RA", "RA", "return", "stated")]


def test_a_group_post_that_takes_in_ones_own_body_is_a_promotion() -> None:
    own = held("RA", "2015-01-01/")
    group = [held(b, "2024-01-01/", role="group_chief_executive", appointment_id="g") for b in ("RA", "RB")]
    assert {row[1:3] for row in told(own, *group)} == {("RA", "promotion"), ("RB", "promotion")}
    cluster = [held(b, "2024-01-01/", appointment_id="c") for b in ("RA", "RB")]
    assert told(own, *cluster) == []  # the same role at one more body: a joint post


def test_an_appointment_not_taken_up_is_no_post() -> None:
    assert told(held("RA", "2015/2018"), held("RB", "2019/", taken_up=False)) == []


def test_filters_keep_moves_by_day_kind_and_body() -> None:
    facts = (held("06F", "2015-01-01/2018-03-31"), held("RB", "2018-04-01/"), held("RC", "2020-01-01/"))
    kinds = [
        Classification(organisation_id="06F", kind="ccg", shown_until=date(2021, 4, 1), source_ids=SAID),
        Classification(organisation_id="RB", kind="nhs_trust", source_ids=SAID),
    ]
    assert len(moved(*facts, *kinds)) == 2
    assert [row.to_organisation_id for row in moved(*facts, *kinds, from_kinds=("ccg",))] == ["RB"]
    assert moved(*facts, *kinds, to_kinds=("ccg",)) == []
    assert [row.to_organisation_id for row in moved(*facts, since=date(2020, 1, 1))] == ["RC"]
    assert [row.to_organisation_id for row in moved(*facts, until=date(2019, 12, 31))] == ["RB"]
    assert len(moved(*facts, organisation_id="RB")) == 2
    assert [row.to_organisation_id for row in moved(*facts, organisation_id="RC")] == ["RC"]
