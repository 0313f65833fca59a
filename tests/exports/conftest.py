"""Stores and folders that the tests of exports share."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nhs_graph.graph.store import Store, open_store
from tests.exports import hostile


@pytest.fixture(scope="session")
def hostile_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of an embedded store whose texts mean harm."""
    url = f"sqlite:{tmp_path_factory.mktemp('hostile') / 'nhs.db'}"
    store = open_store(url, read_only=False)
    store.replace(hostile.facts(), {"release": "2026-07"})
    store.close()
    return url


@pytest.fixture(scope="session")
def hostile_store(hostile_url: str) -> Iterator[Store]:
    """That store."""
    store = open_store(hostile_url)
    yield store
    store.close()


@pytest.fixture(params=["bundle", "hostile"])
def any_store(request: pytest.FixtureRequest) -> Store:
    """The bundle, and the store whose texts mean harm."""
    store: Store = request.getfixturevalue(f"{request.param}_store")
    return store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An empty folder."""
    made = tmp_path / "out"
    made.mkdir()
    return made
