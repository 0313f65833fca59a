"""`lineage show` in process, against the recursive CTE that returns the same columns, on bundle and full files."""

import sqlite3
import statistics
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from nhs_graph.graph.store import Store, open_store
from nhs_graph.loaders.loading import load_bundle, load_files
from nhs_graph.queries.lineage import SHOW, LineageParams
from tests.golden.test_raw_successions import FILES

pytestmark = pytest.mark.slow

DAY = date(2026, 11, 1)
BODIES = ["REM", "R0A", "RRK", "S1Y5D", "QHG", "06F", "RA7", "T6Y0W", "RW6", "D7T5G"]
CTE = """
WITH RECURSIVE
  back(key, body, day, depth) AS (
    SELECT id, predecessor_id, effective_date, 1 FROM succession WHERE successor_id = :body AND effective_date <= :day
    UNION SELECT s.id, s.predecessor_id, s.effective_date, b.depth + 1 FROM succession s JOIN back b
      ON s.successor_id = b.body AND s.effective_date <= b.day),
  forward(key, body, day, depth) AS (
    SELECT id, successor_id, effective_date, 1 FROM succession WHERE predecessor_id = :body AND effective_date <= :day
    UNION SELECT s.id, s.successor_id, s.effective_date, f.depth + 1 FROM succession s JOIN forward f
      ON s.predecessor_id = f.body AND s.effective_date >= f.day AND s.effective_date <= :day),
  found AS (SELECT key, min(depth) AS depth FROM (SELECT * FROM back UNION ALL SELECT * FROM forward) GROUP BY key)
SELECT s.predecessor_id,
  (SELECT name FROM name n WHERE n.organisation_id = s.predecessor_id
     AND (shown_from IS NULL OR shown_from <= date(s.effective_date, '-1 day'))
     AND (shown_until IS NULL OR shown_until > date(s.effective_date, '-1 day')) ORDER BY n.id LIMIT 1),
  s.successor_id,
  (SELECT name FROM name n WHERE n.organisation_id = s.successor_id
     AND (shown_from IS NULL OR shown_from <= s.effective_date)
     AND (shown_until IS NULL OR shown_until > s.effective_date) ORDER BY n.id LIMIT 1),
  s.effective_date, e.kind, e.press_kind, s.weight, s.weight_basis, e.id, f.depth, s.source_ids, e.source_ids
FROM found f JOIN succession s ON s.id = f.key JOIN change_event e ON e.id = s.event_id
ORDER BY f.depth, s.effective_date DESC, s.successor_id, s.predecessor_id, e.id
"""


def stored(folder: Path, *files: Path) -> tuple[Path, Store]:
    path = folder / "nhs.db"
    store = open_store(f"sqlite:{path}", read_only=False)
    load_files(store, files) if files else load_bundle(store)
    return path, store


def seconds(work: Callable[[], object]) -> float:
    """Of this process alone: what others do on the machine would weigh on the longer work more."""
    start = time.process_time()
    work()
    return time.process_time() - start


def show(store: Store) -> list[tuple[str, str]]:
    asks = [LineageParams(organisation_id=body, as_of=DAY) for body in BODIES]
    rows = [row for ask in asks for row in SHOW.run(store, ask) if row.relation == "succession"]
    return [(row.predecessor_id, row.successor_id) for row in rows]


def by_cte(db: sqlite3.Connection) -> list[tuple[str, str]]:
    rows = [row for body in BODIES for row in db.execute(CTE, {"body": body, "day": DAY.isoformat()}).fetchall()]
    return [(row[0], row[2]) for row in rows]


def test_lineage_show_is_near_the_bare_recursive_query(tmp_path: Path) -> None:
    path, store = stored(tmp_path)
    db = sqlite3.connect(path)
    assert sorted(show(store)) == sorted(by_cte(db))
    pairs = [(seconds(lambda: show(store)), seconds(lambda: by_cte(db))) for _ in range(15)]
    median = statistics.median(ours / base for ours, base in pairs)
    ours, base = (statistics.median(times) * 1000 / len(BODIES) for times in zip(*pairs, strict=True))
    print(f"\nlineage show / recursive CTE: {ours:.2f} ms / {base:.2f} ms = {median:.1f} (budget 20)")
    assert median <= 20


def test_lineage_show_costs_the_same_on_the_full_files(tmp_path: Path, shared: Path) -> None:
    (tmp_path / "bundle").mkdir()
    (tmp_path / "full").mkdir()
    _, small = stored(tmp_path / "bundle")
    _, big = stored(tmp_path / "full", *(shared / path for path, _ in FILES[:2]))
    assert set(show(small)) <= set(show(big))
    pairs = [(seconds(lambda: show(big)), seconds(lambda: show(small))) for _ in range(15)]
    median = statistics.median(full / bundle for full, bundle in pairs)
    full, bundle = (statistics.median(times) * 1000 / len(BODIES) for times in zip(*pairs, strict=True))
    print(
        f"\nlineage show on the full files / on the bundle: {full:.2f} ms / {bundle:.2f} ms = {median:.2f} (budget 1.5)"
    )
    assert median <= 1.5
