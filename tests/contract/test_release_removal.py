"""A release is taken out of a store again: what is left is what was there before it came."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from nhs_graph.graph.errors import UsageProblem
from nhs_graph.graph.facts import Fact, Name, Organisation
from nhs_graph.graph.store import Change, Selection, Store, every_fact, open_store
from nhs_graph.loaders import releases
from nhs_graph.loaders.loading import load_bundle, remove_file
from nhs_graph.queries import organisations
from tests import ods

JANUARY = [
    ods.practice("A81001", "OLD NAME", rels=[ods.rel("RE4", "15E", ods.date("2013-04-01"))]),
    ods.practice("A81002", "VANISHES", succs=[ods.succ("Successor", "A81001", "2010-04-01")]),
]
JUNE = [
    ods.practice("A81001", "NEW NAME", rels=[ods.rel("RE4", "15N", ods.date("2026-04-01"))]),
    ods.practice("A81003", "OPENS", succs=[ods.succ("Predecessor", "A81001", "2026-05-01")]),
]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:{tmp_path / 'nhs.db'}", read_only=False)
    opened.replace([Organisation(id="REM", name="Aintree", source_ids=())], {})
    yield opened
    opened.close()


def load(store: Store, folder: Path, published: str, records: list[str]) -> str:
    path = ods.written(folder, f"{published}.xml", ods.release(records, published))
    return releases.load(store, [(path, "ods-xml")]).files[0].source_id


def state(store: Store) -> tuple[list[Fact], list[str]]:
    """All facts, and what a search finds by the index of words."""
    found = organisations.search(store, "name", date(2026, 11, 1))
    return list(every_fact(store)), [row.matched for row in found]


def test_the_last_release_goes_and_leaves_what_was_before(store: Store, tmp_path: Path) -> None:
    empty = state(store)
    january = load(store, tmp_path, "2026-01-01", JANUARY)
    before = state(store)
    june = load(store, tmp_path, "2026-06-01", JUNE)
    assert state(store) != before
    summary = remove_file(store, june)
    assert summary["Source"] == Change(removed=1)
    assert summary["Organisation"] == Change(changed=1, removed=2)  # 15N was only mentioned
    assert summary["Relation"] == Change(removed=1)
    assert state(store) == before
    # Loaded again it is as if it had never gone, and the only release leaves an empty register.
    load(store, tmp_path, "2026-06-01", JUNE)
    remove_file(store, june)
    remove_file(store, january)
    assert state(store) == empty


def test_an_older_release_that_came_last_goes_as_well(store: Store, tmp_path: Path) -> None:
    load(store, tmp_path, "2026-06-01", JUNE)
    before = state(store)
    january = load(store, tmp_path, "2026-01-01", JANUARY)
    remove_file(store, january)
    assert state(store) == before


def test_a_release_that_came_twice_goes_whole(store: Store, tmp_path: Path) -> None:
    load(store, tmp_path, "2026-01-01", JANUARY)
    before = state(store)
    load(store, tmp_path, "2026-06-01", JUNE)
    june = load(store, tmp_path, "2026-06-01", JUNE)
    remove_file(store, june)
    assert state(store) == before


def test_a_release_under_a_later_one_is_refused_and_all_stays(store: Store, tmp_path: Path) -> None:
    january = load(store, tmp_path, "2026-01-01", JANUARY)
    load(store, tmp_path, "2026-06-01", JUNE)
    before = state(store)
    with pytest.raises(UsageProblem, match="only the release that was loaded last") as caught:
        remove_file(store, january)
    assert "new store" in caught.value.hint
    assert state(store) == before
    # After an earlier one came again, nobody knows any more what there was without it.
    load(store, tmp_path, "2026-01-01", JANUARY)
    with pytest.raises(UsageProblem, match="only the release that was loaded last"):
        remove_file(store, january)


def test_the_bundle_may_come_again_in_between(tmp_path: Path) -> None:
    opened = open_store(f"sqlite:{tmp_path / 'nhs.db'}", read_only=False)
    load_bundle(opened)
    names = list(opened.facts(Selection(Name)))
    january = load(opened, tmp_path, "2026-01-01", JANUARY)
    load_bundle(opened)
    remove_file(opened, january)
    assert list(opened.facts(Selection(Name))) == names
    opened.close()


def test_an_unknown_id_is_told_what_there_is(store: Store, tmp_path: Path) -> None:
    january = load(store, tmp_path, "2026-01-01", JANUARY)
    with pytest.raises(UsageProblem) as caught:
        remove_file(store, "nothing")
    assert january in caught.value.hint
    with pytest.raises(UsageProblem, match="no release is called"):
        store.remove_release("nothing")


@pytest.mark.neo4j
def test_a_server_says_that_it_does_not_keep_what_was_before(scratch_store: Store) -> None:
    with pytest.raises(UsageProblem, match="only an embedded store keeps"):
        scratch_store.remove_release("ods-xml-full-2026-01-01")
