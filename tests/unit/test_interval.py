from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhs_graph.graph.interval import DAY, Interval, PartialDate, Window, end_text, start_text

days = st.dates(date(1990, 1, 1), date(2030, 1, 1))


def test_a_hand_over_day_belongs_to_the_new_state_only() -> None:
    day = date(2022, 7, 1)
    old, new = Interval(date(2013, 4, 1), day), Interval(day)
    assert not old.holds(day)
    assert new.holds(day)
    assert old.holds(day - DAY)
    assert not old.overlaps(new)


@given(days, days, days)
def test_inclusive_and_half_open_agree(start: date, last: date, day: date) -> None:
    assert Interval.from_inclusive(start, last).holds(day) == (start <= day <= last)


@given(days, days, days, days)
def test_overlap_is_a_shared_day(a: date, b: date, c: date, d: date) -> None:
    one, two = Interval(min(a, b), max(a, b)), Interval(min(c, d), max(c, d))
    shared = one.clipped(two)
    assert one.overlaps(two) == (not shared.empty or one.empty or two.empty) or one.empty or two.empty
    assert one.overlaps(two) == two.overlaps(one)


@pytest.mark.parametrize(
    ("text", "first", "until", "precision"),
    [
        ("2019", date(2019, 1, 1), date(2020, 1, 1), "year"),
        ("2019-04", date(2019, 4, 1), date(2019, 5, 1), "month"),
        ("2019-12", date(2019, 12, 1), date(2020, 1, 1), "month"),
        ("2019-04-30", date(2019, 4, 30), date(2019, 5, 1), "day"),
    ],
)
def test_partial_dates(text: str, first: date, until: date, precision: str) -> None:
    partial = PartialDate.parse(text)
    assert (partial.first, partial.until, partial.precision) == (first, until, precision)
    assert str(partial) == text
    assert start_text(first, partial.precision) == text


@pytest.mark.parametrize("text", ["", "19", "2019-13", "2019-02-30", "April 2019", "2019-4"])
def test_other_spellings_are_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any of datetime's own sentences will do
        PartialDate.parse(text)


def test_ends_are_printed_as_the_source_said_them() -> None:
    assert end_text(date(2020, 1, 1), "year") == "2019"
    assert end_text(date(2019, 5, 1), "month") == "2019-04"
    assert end_text(date(2019, 10, 1), "day") == "2019-10-01"
    assert end_text(None, "day") is None


def test_a_window_tells_stated_inferred_and_last_known_apart() -> None:
    seen = Window(date(2019, 1, 1), date(2019, 6, 1), date(2020, 1, 1), None)
    assert seen.certainty(date(2018, 12, 31)) is None
    assert seen.certainty(date(2019, 3, 1)) == "inferred"
    assert seen.certainty(date(2019, 6, 1)) == "stated"
    assert seen.certainty(date(2019, 12, 31)) == "stated"
    assert seen.certainty(date(2020, 1, 1)) == "last_known"
    bounded = Window(date(2019, 1, 1), date(2019, 1, 1), date(2020, 1, 1), date(2021, 1, 1))
    assert bounded.certainty(date(2020, 1, 1)) == "inferred"
    assert bounded.certainty(date(2021, 1, 1)) is None
    assert Window().certainty(date(1900, 1, 1)) == "stated"
