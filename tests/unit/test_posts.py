"""A post through time: gaps and overlaps of its holders, and when it counts as vacant; which person a name means."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from nhs_graph.graph.errors import UnknownName
from nhs_graph.graph.facts import Classification, Fact, Organisation, Person, Post, Source, Tenure
from nhs_graph.graph.interval import PartialDate
from nhs_graph.graph.store import Store, open_store
from nhs_graph.loaders import derive_tenures
from nhs_graph.loaders.base import Report
from nhs_graph.loaders.factset import FactSet
from nhs_graph.queries.people import resolve_person
from nhs_graph.queries.posts import VacancyRow, succession, vacancies

SAID = ("said",)
DAY = date(2024, 1, 1)
NAMES = {"ann": "Ann Lee", "bo": "Bo Ek", "cy": "Cy Orr", "bo-ra": "Bo Ek"}


def held(person: str, dates: str, seen: str = "", **other: Any) -> Tenure:
    """A tenure of the chair of RA from `start/end` as a source says them, the end inclusive, and one sighting."""
    start, end = (PartialDate.parse(text) if text else None for text in dates.split("/"))
    values: dict[str, Any] = {
        "basis": "substantive",
        "start_date": start.first if start else None,
        "start_precision": start.precision if start else "day",
        "end_date": end.until if end else None,
        "end_precision": end.precision if end else "day",
        "first_seen": seen or None,
        "last_seen": seen or None,
    }
    return Tenure(
        person_id=person,
        organisation_id="RA",
        role="chair",
        role_label="chair",
        organisation_name="A trust",
        source_ids=SAID,
        **(values | other),
    )


@pytest.fixture
def store() -> Iterator[Store]:
    opened = open_store("sqlite::memory:", read_only=False)
    yield opened
    opened.close()


def fill(store: Store, *tenures: Tenure) -> None:
    facts: list[Fact] = [
        Source(id="said", title="t", publisher="p", licence="CC0-1.0", kind="curated"),
        Organisation(id="RA", name="A trust", source_ids=SAID),
        Classification(organisation_id="RA", kind="nhs_trust", source_ids=SAID),
        Post(organisation_id="RA", role="chair", source_ids=SAID),
        *(Person(id=key, name=name, source_ids=SAID) for key, name in NAMES.items()),
    ]
    found = FactSet([*facts, *tenures])
    derive_tenures.apply(found, Report())
    store.replace(found, {})


def order(store: Store) -> list[tuple[str, int | None, str | None]]:
    return [(row.person_id, row.gap_days, row.certainty) for row in succession(store, "RA", ("chair",), DAY)]


def test_gaps_and_overlaps_are_counted_between_full_dates_only(store: Store) -> None:
    fill(
        store,
        held("ann", "2015-01-01/2018-03-31"),
        held("bo", "2018-04-11/2020-05-31"),
        held("cy", "2020-05-22/2021"),
        held("ann", "2022-01-01/"),
    )
    assert order(store) == [
        ("ann", None, "stated"),
        ("bo", 10, "stated"),
        ("cy", -10, "inferred"),
        ("ann", None, "last_known"),
    ]


def test_a_post_left_to_the_next_holder_is_inferred_to_have_ended(store: Store) -> None:
    fill(store, held("ann", "2015-01-01/"), held("bo", "2018-04-01/"))
    assert [certainty for _, _, certainty in order(store)] == ["inferred", "last_known"]


def test_only_tenures_begun_by_the_day_are_told(store: Store) -> None:
    fill(store, held("ann", "2015-01-01/"), held("bo", "2024-01-02/"))
    assert [person for person, _, _ in order(store)] == ["ann"]


def vacant(store: Store) -> list[tuple[str, str | None, str | None]]:
    rows: list[VacancyRow] = vacancies(store, DAY)
    return [(row.state, row.person, row.since) for row in rows]


@pytest.mark.parametrize(
    ("tenures", "expected"),
    [
        ([held("ann", "2020-01-01/")], []),
        ([held("ann", "2020-01-01/2023-06-30")], [("none_known", "Ann Lee", "2023-07-01")]),
        (
            [held("ann", "2020-01-01/2023-06-30"), held("bo", "2023-07-01/", basis="interim")],
            [("acting_only", "Bo Ek", "2023-07-01")],
        ),
        # a substantive holder beside an interim one: not vacant
        ([held("ann", "2020-01-01/"), held("bo", "2023-07-01/", basis="acting")], []),
        # nobody is known by the day
        ([], [("unknown", None, None)]),
        ([held("ann", "2025-01-01/")], [("unknown", None, None)]),
        # appointed and not in post yet, or never
        ([held("ann", "2023-10-01/", basis="designate")], [("unknown", None, None)]),
        ([held("ann", "2023-10-01/", taken_up=False)], [("unknown", None, None)]),
    ],
)
def test_when_a_post_counts_as_vacant(
    store: Store, tenures: list[Tenure], expected: list[tuple[str, str | None, str | None]]
) -> None:
    fill(store, *tenures)
    assert vacant(store) == expected


def test_vacancies_are_asked_by_body_role_and_kind(store: Store) -> None:
    fill(store, held("ann", "2020-01-01/2023-06-30"))
    assert vacancies(store, DAY, kinds=("icb",)) == []
    assert vacancies(store, DAY, "RB") == []
    assert vacancies(store, DAY, roles=("chief_executive",)) == []
    assert len(vacancies(store, DAY, "RA", ("chair",), ("nhs_trust",))) == 1


def test_a_person_is_known_by_id_or_name_whatever_the_titles(store: Store) -> None:
    fill(store)
    assert resolve_person(store, "ann") == resolve_person(store, "Dame Ann LEE, DBE") == "ann"
    assert resolve_person(store, "bo-ra") == "bo-ra"
    with pytest.raises(UnknownName, match="means 2 people") as several:
        resolve_person(store, "Bo Ek")
    assert several.value.facts["suggestions"] == ["bo Bo Ek", "bo-ra Bo Ek"]
    with pytest.raises(UnknownName, match="no person is called 'An Lee'") as none:
        resolve_person(store, "An Lee")
    assert none.value.facts["suggestions"] == ["ann Ann Lee"]
