"""The full succession files of the register on top of the bundle: every pair is accounted for."""

from collections import Counter, defaultdict
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


def said(store: Store, fact: str) -> list[Conflict]:
    return [conflict for conflict in store.facts(Selection(Conflict)) if conflict.fact.startswith(fact)]


def days(shared: Path) -> dict[tuple[str, str], set[str]]:
    """Each pair of both files with all of its days, read apart from the loaders."""
    found: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for path, columns in FILES[:2]:
        for row in (shared / path).read_text(encoding="utf-8").replace('"', "").splitlines():
            cells = row.split(",")
            old, new, day = (cells[int(place)] for place in (columns if columns[0] == "0" else "012"))
            found[old, new].add(day.replace("-", ""))
    return found


def test_each_pair_with_two_days_is_named_with_both(full: Store, shared: Path) -> None:
    # 35 are in the archive file twice (data guide, trap 10), nine have another day in each file (trap 9).
    several = {pair: found for pair, found in days(shared).items() if len(found) > 1}
    assert len(several) == 35 + 9
    listed = said(full, "succession to ")
    named = {(c.organisation_id, c.fact.removeprefix("succession to ")): {c.value_a, c.value_b} for c in listed}
    assert len(listed) == len(several)
    assert several == {pair: {day.replace("-", "") for day in named[pair]} for pair in several}


def test_each_chain_of_hops_on_one_day_is_named_by_the_body_between(full: Store, shared: Path) -> None:
    # By a join of the rows of the files with themselves: five bodies began and passed on on one day.
    pairs = {pair: day for pair, day in raw(shared, FILES[:2]).items() if pair[0] != pair[1]}
    left: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for (old, new), day in pairs.items():
        left[old, day].append(new)
    hops = {
        (new, f"{old} to {new} on {day}", f"{new} to {last} on {day}")
        for (old, new), day in pairs.items()
        for last in left[new, day]
    }
    assert len(hops) == 5
    assert {(c.organisation_id, c.value_a, c.value_b) for c in said(full, "same-day hop")} == hops


def test_the_files_hold_no_circle(full: Store, shared: Path) -> None:
    # Bodies that nothing leads out of are struck off until none is left: Kahn's way, over the raw rows.
    pairs = {pair for pair in raw(shared, FILES[:2]) if pair[0] != pair[1]}
    while ends := {new for _, new in pairs} - {old for old, _ in pairs}:
        pairs = {pair for pair in pairs if pair[1] not in ends}
    assert pairs == set()
    assert said(full, "circle") == []


def test_the_bundle_holds_neither(bundle_store: Store) -> None:
    # Only sites and practices were such bodies; the bundle's own edges are joined with themselves.
    steps = list(bundle_store.facts(Selection(Succession)))
    left = {(step.predecessor_id, step.effective_date) for step in steps}
    assert [step for step in steps if (step.successor_id, step.effective_date) in left] == []
    assert said(bundle_store, "same-day hop") + said(bundle_store, "circle") + said(bundle_store, "second life") == []
