"""The window of a tenure, one rule of MODEL section 1 at a time."""

from datetime import date
from typing import Any

import pytest

from nhs_graph.graph.facts import Classification, Organisation, Tenure
from nhs_graph.graph.interval import PartialDate
from nhs_graph.loaders.base import Report
from nhs_graph.loaders.derive_tenures import Neighbours, apply, window
from nhs_graph.loaders.factset import FactSet


def tenure(person: str, dates: str = "/", seen: str = "", role: str = "chair", **other: Any) -> Tenure:
    """A tenure from `start/end` as a source says them, the end inclusive, and `first..last` sightings."""
    start, end = (PartialDate.parse(text) if text else None for text in dates.split("/"))
    first, _, last = seen.partition("..")
    values: dict[str, Any] = {
        "person_id": person,
        "organisation_id": "R0X",
        "role": role,
        "role_label": role,
        "organisation_name": "A trust",
        "basis": "substantive",
        "start_date": start.first if start else None,
        "start_precision": start.precision if start else "day",
        "end_date": end.until if end else None,
        "end_precision": end.precision if end else "day",
        "first_seen": first or None,
        "last_seen": last or first or None,
        "source_ids": ("s",),
    }
    return Tenure(**(values | other))


def certainty(held: Tenure, day: str, near: Neighbours | None = None) -> str | None:
    return window(held, near or Neighbours()).certainty(date.fromisoformat(day))


@pytest.mark.parametrize(
    ("dates", "seen", "day", "expected"),
    [
        ("2019-04-01/2021-03-31", "", "2019-03-31", None),
        ("2019-04-01/2021-03-31", "", "2019-04-01", "stated"),
        ("2019-04-01/2021-03-31", "", "2021-03-31", "stated"),
        ("2019-04-01/2021-03-31", "", "2021-04-01", None),
        # a start or end known to the month or year is inferred inside it
        ("2019/2021-03", "", "2018-12-31", None),
        ("2019/2021-03", "", "2019-06-30", "inferred"),
        ("2019/2021-03", "", "2020-01-01", "stated"),
        ("2019/2021-03", "", "2021-03-01", "inferred"),
        ("2019/2021-03", "", "2021-04-01", None),
        ("2021/2021", "", "2021-06-30", "inferred"),
        # a shorter sighting inside the uncertain stretch makes it shorter; one as long says nothing
        ("2019/2023", "2019-05..2023-01", "2019-04-30", "inferred"),
        ("2019/2023", "2019-05..2023-01", "2019-05-01", "stated"),
        ("2019/2023", "2019-05..2023-01", "2023-01-31", "stated"),
        ("2019/2023", "2019-05..2023-01", "2023-02-01", "inferred"),
        ("2019/2023", "2019..2023", "2019-12-31", "inferred"),
        # end unknown: the first day, then up to the last sighting, then last known
        ("2022-07-01/", "", "2022-06-30", None),
        ("2022-07-01/", "", "2022-07-01", "stated"),
        ("2022-07-01/", "", "2022-07-02", "last_known"),
        ("2022-07-01/", "2023-01", "2023-01-31", "stated"),
        ("2022-07-01/", "2023-01", "2023-02-01", "last_known"),
        ("2022/", "", "2022-12-31", "inferred"),
        ("2022/", "", "2023-01-01", "last_known"),
        # start unknown: from the first sighting, without one never
        ("/2020-03-31", "", "2020-03-31", None),
        ("/2020-03-31", "2018-01", "2017-12-31", None),
        ("/2020-03-31", "2018-01", "2018-01-01", "stated"),
        ("/2020-03-31", "2018-01", "2020-03-31", "stated"),
        ("/2020", "2018-01", "2020-01-01", "inferred"),
        # neither known
        ("/", "2016-03", "2016-02-29", None),
        ("/", "2016-03", "2016-03-31", "stated"),
        ("/", "2016-03", "2016-04-01", "last_known"),
        ("/", "", "2016-04-01", None),
    ],
)
def test_certainty_of_a_tenure_alone(dates: str, seen: str, day: str, expected: str | None) -> None:
    assert certainty(tenure("a", dates, seen), day) == expected


def test_an_unknown_end_is_inferred_until_the_next_substantive_holder() -> None:
    near = Neighbours(
        (tenure("deputy", "2020-06-01/", basis="interim"), tenure("b", "2021-05/"), tenure("c", "2023-01-01/"))
    )
    held = tenure("a", "2019-04-01/")
    assert certainty(held, "2021-04-30", near) == "inferred"
    assert certainty(held, "2021-05-01", near) is None


def test_a_holder_who_came_before_the_last_sighting_is_no_next_one() -> None:
    assert certainty(tenure("a", "/", "2022"), "2024-01-01", Neighbours((tenure("b", "2021/"),))) == "last_known"


def test_a_coarse_sighting_ends_where_the_next_holder_starts() -> None:
    near = Neighbours((tenure("b", "2021-03-01/"),))
    assert certainty(tenure("a", "2015/", "2021"), "2021-02-28", near) == "stated"
    assert certainty(tenure("a", "2015/", "2021"), "2021-03-01", near) is None


def test_an_unknown_start_is_inferred_from_the_previous_holders_end() -> None:
    near = Neighbours((tenure("a", "2012/2015-06-30"), tenure("z", "/2010")))
    held = tenure("b", "/2019-12-31", "2017-01")
    assert certainty(held, "2015-06-30", near) is None
    assert certainty(held, "2015-07-01", near) == "inferred"
    assert certainty(held, "2017-01-01", near) == "stated"
    assert certainty(tenure("b", "/2019-12-31"), "2019-12-31", near) == "inferred"


def test_a_body_that_closes_ends_its_posts() -> None:
    near = Neighbours(closed=date(2020, 4, 1))
    assert certainty(tenure("a", "2019/"), "2020-03-31", near) == "inferred"
    assert certainty(tenure("a", "2019/"), "2020-04-01", near) is None
    assert certainty(tenure("a", "2018-01-01/2020"), "2020-04-01", near) is None


def test_a_board_founded_under_the_code_ends_the_posts_of_the_system_before_it() -> None:
    near = Neighbours(founded_anew=date(2022, 7, 1))
    assert certainty(tenure("lead", "2016-03/"), "2022-06-30", near) == "inferred"
    assert certainty(tenure("lead", "2016-03/"), "2022-07-01", near) is None
    assert certainty(tenure("chair", "2022-07-01/"), "2023-01-01", near) == "last_known"
    assert certainty(tenure("chair", "2022/"), "2023-01-01", near) == "last_known"  # may be the board's first


def test_an_appointment_not_taken_up_is_never_shown() -> None:
    for day in ("0001-01-01", "2021-04-01", "9999-12-31"):
        assert certainty(tenure("a", taken_up=False), day) is None


def test_apply_reads_neighbours_and_bodies_from_the_facts() -> None:
    source = ("s",)
    found = FactSet(
        [
            Organisation(id="R0X", end_date=date(2024, 4, 1), source_ids=source),
            Organisation(id="Q0X", source_ids=source),
            Classification(organisation_id="Q0X", kind="icb", start_date=date(2022, 7, 1), source_ids=source),
            tenure("a", "2019-04-01/"),
            tenure("b", "2021-05-01/"),
            tenure("withdrew", "2020-01-01/", taken_up=False),
            tenure("lead", "2016-03/", organisation_id="Q0X", role="system_lead"),
            tenure("one", "2020-01-01/", role="director"),
            tenure("two", "2021-01-01/", role="director"),
        ]
    )
    report = Report()
    apply(found, report)
    until = {held.person_id: held.shown_until for held in found.of(Tenure) if held.taken_up}
    assert until == {
        "a": date(2021, 5, 1),
        "b": date(2024, 4, 1),
        "lead": date(2022, 7, 1),
        "one": date(2024, 4, 1),  # a body has several directors at a time
        "two": date(2024, 4, 1),
    }
    again = list(found)
    apply(found, report)
    assert list(found) == again
