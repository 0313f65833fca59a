"""Numbers shared out by largest remainder."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhs_graph.queries.apportion import added, apportioned, number, printed, scaled

weights = st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=6)


@given(st.integers(-(10**15), 10**15), weights)
def test_the_parts_sum_to_the_whole_and_are_within_one_of_the_exact_share(value: int, shares: list[float]) -> None:
    parts = apportioned(value, scaled(shares))
    assert sum(parts) == value
    exact = [value * share / sum(shares) for share in shares]
    assert all(abs(part - ideal) <= 1 + abs(value) * 1e-12 for part, ideal in zip(parts, exact, strict=True))


@given(st.integers(0, 10**6), st.lists(st.integers(1, 100), min_size=1, max_size=6), st.integers(1, 50))
def test_the_scale_of_the_weights_does_not_matter(value: int, shares: list[int], factor: int) -> None:
    assert apportioned(value, shares) == apportioned(value, [share * factor for share in shares])


def test_the_largest_remainder_gets_what_is_left() -> None:
    # 10 by 0.571, 0.228, 0.201: 5.71, 2.28, 2.01; the one left over goes to 5.71.
    assert apportioned(10, scaled([0.571, 0.228, 0.201])) == [6, 2, 2]
    assert apportioned(-10, scaled([0.571, 0.228, 0.201])) == [-6, -2, -2]
    assert apportioned(1, [1, 1]) == [1, 0]


@pytest.mark.parametrize("text", ["0", "12", "-3", "0.50", "-0.05", "100.0"])
def test_a_number_is_printed_as_it_was(text: str) -> None:
    value = number(text)
    assert value is not None
    assert printed(*value) == text


@pytest.mark.parametrize("text", ["", "*", "1,234", "1e5", "12%", "٣", "1.2.3", "nan", "-"])
def test_what_is_no_plain_number_is_none(text: str) -> None:
    assert number(text) is None


@given(st.integers(-(10**9), 10**9), st.integers(0, 4), st.integers(-(10**9), 10**9), st.integers(0, 4))
def test_a_sum_has_the_digits_of_the_finer_number(a: int, a_places: int, b: int, b_places: int) -> None:
    value, places = added((a, a_places), (b, b_places))
    assert places == max(a_places, b_places)
    assert value * 10**8 == (a * 10 ** (8 - a_places) + b * 10 ** (8 - b_places)) * 10**places
