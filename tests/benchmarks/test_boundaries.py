"""Boundaries in one process, as ratios against what sqlite3 and csv alone need for the same rows."""

import csv
import sqlite3
import statistics
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from nhs_graph.graph.facts import Overlap, Source
from nhs_graph.graph.store import Store
from nhs_graph.loaders import census, own_lsoa_lookup
from nhs_graph.loaders.base import Report
from nhs_graph.loaders.bundle_io import read_bundle
from nhs_graph.loaders.factset import FactSet
from nhs_graph.loaders.own_files import reader_of
from nhs_graph.queries.boundaries import OVERLAPS, OverlapParams

pytestmark = pytest.mark.slow

# The tables one by one in the order that is fastest: sqlite3 is given its best.
SAME_ROWS = """
SELECT c.organisation_id AS council_id, o.left_gss, a.name AS council_name, s.organisation_id AS system_id, o.right_gss,
  n.name AS system_name, o.lsoas, o.people, o.people_share_of_left, o.people_share_of_right, o.vintage, o.basis,
  o.population_base, o.source_ids, c.source_ids AS council_ids, s.source_ids AS system_ids, n.source_ids AS name_ids
FROM overlap o CROSS JOIN area b ON b.gss = o.right_gss AND b.kind = 'system'
  CROSS JOIN area a ON a.gss = o.left_gss AND a.kind IN ('county', 'unitary', 'metropolitan_district', 'london_borough')
  CROSS JOIN coverage c ON c.gss = o.left_gss
    AND coalesce(c.start_date, '') <= :day AND coalesce(c.end_date, '9') > :day
  CROSS JOIN coverage s ON s.gss = o.right_gss
    AND coalesce(s.start_date, '') <= :day AND coalesce(s.end_date, '9') > :day
  CROSS JOIN name n ON n.organisation_id = s.organisation_id
    AND coalesce(n.shown_from, '') <= :day AND coalesce(n.shown_until, '9') > :day
WHERE o.start_date <= :day AND coalesce(o.end_date, '9') > :day
ORDER BY a.name
"""


def compared(
    name: str, ours: Callable[[], int], baseline: Callable[[], int], *, budget: float, rows: int, runs: int = 15
) -> float:
    """The median of the pairwise ratios of CPU time, printed; both must come to `rows` rows."""
    pairs: list[tuple[float, float]] = []
    for number in range(runs + 1):
        took: list[float] = []
        for work in (ours, baseline):
            start = time.process_time()
            assert work() == rows
            took.append(time.process_time() - start)
        if number:  # the first round warms both
            pairs.append((took[0], took[1]))
    median = statistics.median(a / b for a, b in pairs)
    mine, base = (statistics.median(times) * 1000 for times in zip(*pairs, strict=True))
    print(f"\n{name}: {mine:.1f} ms / {base:.1f} ms = {median:.2f} (budget {budget})")
    return median


def test_all_pairs_of_a_day_against_the_same_rows_by_sqlite3(bundle_store: Store, bundle_url: str) -> None:
    connection = sqlite3.connect(bundle_url.removeprefix("sqlite:"))
    connection.row_factory = sqlite3.Row
    params = OverlapParams(as_of=date(2021, 4, 1))

    def ours() -> int:
        return len(OVERLAPS.run(bundle_store, params))

    def baseline() -> int:
        return len([dict(row) for row in connection.execute(SAME_ROWS, {"day": "2021-04-01"})])

    assert compared("pairs of a day / sqlite3 to dicts", ours, baseline, budget=8, rows=ours()) <= 8
    connection.close()


@pytest.mark.shared
def test_a_lookup_of_35000_rows_to_overlaps_against_csv(shared: Path) -> None:
    """From the path of the file to its overlaps with the councils of both tiers, every code and LSOA checked.

    The packaged councils and people are unpacked anew each time, as in a first load; the baseline reads the same file
    and keeps nothing of it. What the store and the bundle cost is no part of either.
    """
    path = shared / "ons/lookups_lsoa/lookup_lsoa21_icb24.csv"
    spec, _ = reader_of("ons-lsoa-lookup")
    base = FactSet(read_bundle())
    source = Source(id="own", title=path.name, publisher="ONS", licence="OGL-UK-3.0", kind="register")

    def ours() -> int:
        report = Report()
        census.of_year.cache_clear()
        facts = list(own_lsoa_lookup.read_own(spec, path, source, base, report))
        # Pairs of an integrated care board or a sub-location with a council.
        assert len(facts) > 600
        assert all(isinstance(fact, Overlap) for fact in facts)
        return report.of("own").used

    def baseline() -> int:
        with path.open(newline="", encoding="utf-8") as file:
            return sum(1 for _ in csv.reader(file)) - 1

    assert compared("lookup to overlaps / csv.reader", ours, baseline, budget=3, rows=33_755) <= 3
