"""The bundle's store, for tests that load a user's own files into it."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copyfile

import pytest

from nhs_graph.graph.store import Store, open_store


@pytest.fixture
def bundle(bundle_url: str, tmp_path: Path) -> Iterator[Store]:
    """A copy of the bundle's store, to write to."""
    copy = tmp_path / "own.db"
    copyfile(bundle_url.removeprefix("sqlite:"), copy)
    store = open_store(f"sqlite:{copy}", read_only=False)
    yield store
    store.close()
