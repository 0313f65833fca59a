"""Names like a text come in the same order from both stores, and sources are counted alike."""

from collections import Counter

import pytest

from nhs_graph.graph.store import Store, every_fact

pytestmark = pytest.mark.neo4j


@pytest.mark.parametrize(
    "text",
    ["aintree", "university hospitals", "north", "essex", "st", "trust", "kings college", "derby and", "2gether", "zz"],
)
def test_both_stores_give_the_same_names_in_the_same_order(
    bundle_store: Store, bundle_server: Store, text: str
) -> None:
    assert list(bundle_server.candidates(text)) == list(bundle_store.candidates(text))


def test_no_words_give_no_names(bundle_store: Store, bundle_server: Store) -> None:
    assert list(bundle_server.candidates("")) == list(bundle_store.candidates("")) == []


def test_both_stores_count_the_facts_of_each_source_alike(bundle_store: Store, bundle_server: Store) -> None:
    counted = Counter(source for fact in every_fact(bundle_store) for source in fact.source_ids)
    assert bundle_store.cited() == bundle_server.cited() == dict(counted)
