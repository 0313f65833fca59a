"""Rows summed into one: the same whether they fit in memory or wait on disk."""

from collections.abc import Iterable, Iterator
from contextlib import closing
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhs_graph.queries.sums import Sums

figures = st.one_of(st.just(""), st.integers(-99, 99).map(str), st.decimals(-9, 9, places=2).map(str))
rows = st.lists(st.tuples(st.sampled_from(["a", "b,", "c'"]), figures, st.sampled_from(["x", "y"]), figures))
PLACES = (1, 3)


def wrong(line: int, at: int, text: str) -> ValueError:
    return ValueError(f"line {line}, cell {at}: {text}")


def summed(table: Iterable[Iterable[str]], kept: int) -> list[list[str]]:
    line = 1  # that of the header

    def rows() -> Iterator[list[str]]:
        nonlocal line
        for row in table:
            line += 1
            yield list(row)

    with closing(Sums(4, PLACES, lambda: line, wrong, kept)) as sums:
        sums.take(rows())
        return list(sums)


@given(rows, st.integers(1, 3))
def test_what_waits_on_disk_is_summed_as_in_memory(table: list[tuple[str, ...]], kept: int) -> None:
    found = summed(table, kept)
    assert found == summed(table, 100)
    keys = [(row[0], row[2]) for row in table]
    assert [(row[0], row[2]) for row in found] == list(dict.fromkeys(keys))
    for row in found:
        same = [other for other in table if (other[0], other[2]) == (row[0], row[2])]
        for at in PLACES:
            added = [Decimal(other[at]) for other in same if other[at]]
            assert row[at] == (same[0][at] if len(same) == 1 else str(sum(added)) if added else "")


@pytest.mark.parametrize("kept", [1, 100])
def test_what_is_no_number_is_wrong_at_its_line_only_where_it_is_added(kept: int) -> None:
    alone = [["a", "*", "x", "1"], ["b", "2", "x", "1"]]
    assert summed(alone, kept) == alone
    with pytest.raises(ValueError, match=r"line 2, cell 1: \*"):
        summed([*alone, ["a", "1", "x", "1"]], kept)


def test_cells_beyond_the_header_keep_rows_apart() -> None:
    table = [["a", "1", "x", "1", "left"], ["a", "1", "x", "1", "right"], ["a", "1", "x", "1"]]
    assert summed(table, 1) == table
