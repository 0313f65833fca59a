"""The store that a command speaks to; one's own SQLite file is filled on first use."""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from nhs_graph.cli.output import note
from nhs_graph.graph.errors import StoreUnavailable

if TYPE_CHECKING:
    from nhs_graph.graph.store import Store


def default_file() -> Path:
    """The store of a user who names none: in XDG_DATA_HOME, or where the platform keeps a user's data."""
    homes = {"darwin": "Library/Application Support", "win32": "AppData/Local"}
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / homes.get(sys.platform, ".local/share")
    return Path(base) / "nhs-graph" / "nhs.db"


def default_cache() -> Path:
    """The folder of fetched files of a user who names none: in XDG_CACHE_HOME, or where the platform keeps a cache."""
    homes = {"darwin": "Library/Caches", "win32": "AppData/Local"}
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / homes.get(sys.platform, ".cache")
    return Path(base) / "nhs-graph" / "fetched"


def address(url: str | None) -> str:
    """The address of the named store, or of the default one."""
    return url or f"sqlite:{default_file()}"


@contextmanager
def opened(url: str | None) -> Generator["Store", None, None]:
    """The store, filled if it is the default one and new; a note if it holds another bundle than this program's.

    Raises StoreUnavailable for any other store that is empty.
    """
    from nhs_graph.graph.store import open_store
    from nhs_graph.loaders.bundle_io import identity

    store = open_store(address(url), read_only=url is not None)
    try:
        held, ours = store.meta(), identity()
        if not held and url is None:
            note(f"first use: loading the bundle, release {ours['release']}, into {default_file()}")
            from nhs_graph.loaders.loading import load_bundle

            # The store's own lock: of two first commands one loads, the other waits and finds nothing to do.
            load_bundle(store)
        elif not held:
            raise StoreUnavailable(f"the store {store.url} is empty", hint=f"nhs-graph load --store {store.url}")
        elif held.get("bundle", ours["bundle"]) != ours["bundle"]:
            option = f" --store {url}" if url else ""
            note(f"the store holds release {held['release']}, the program {ours['release']}: nhs-graph load{option}")
        yield store
    finally:
        store.close()
