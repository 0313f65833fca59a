"""The full succession files of the register on top of the bundle: every pair is accounted for."""

from collections import Counter
from pathlib import Path

import pytest

from nhs_graph.graph.facts import Conflict, Succession
from nhs_graph.graph.store import Selection, Store, open_store
from nhs_graph.loaders.loading import load_files
from tests.golden.test_raw_successions import FILES, raw, transfers

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def full(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = open_store(f"sqlite:{tmp_path_factory.mktemp('full') / 'nhs.db'}", read_only=False)
    done = load_files(store, [shared / path for path, _ in FILES[:2]])
    assert done.rejects == []
    return store


def test_every_pair_of_both_files_is_an_edge_or_left_out_for_a_named_reason(full: Store, shared: Path) -> None:
    # Data guide, ruling 11: 26,193 pairs, 39 of them of a code with itself; two are in the supplement alone (trap 13).
    pairs = raw(shared, FILES[:2])
    assert len(pairs) == len(raw(shared)) - 2 == 26_193 - 2
    edges = {(step.predecessor_id, step.successor_id): step for step in full.facts(Selection(Succession))}
    moved = transfers(full)
    reasons: Counter[str] = Counter()
    for pair in pairs:
        council = any(len(code) == 3 and code.isdigit() for code in pair)
        partnership = pair[0] in {"QMK", "QT8", "QVP"}
        known = {"edge": pair in edges, "self": pair[0] == pair[1], "council": council, "partnership": partnership}
        reasons[next((name for name, holds in known.items() if holds), "transfer" if pair in moved else "lost")] += 1
    assert reasons["lost"] == 0
    assert reasons["self"] == 39
    assert reasons["edge"] > 24_000
    assert all(edges[pair].effective_date.isoformat() == day for pair, day in pairs.items() if pair in edges)


def test_each_second_life_of_a_code_is_named(full: Store) -> None:
    # The archive file of October 2022 (data guide, trap 11).
    found = [conflict for conflict in full.facts(Selection(Conflict)) if conflict.fact == "second life"]
    assert len({conflict.organisation_id for conflict in found}) == 39
