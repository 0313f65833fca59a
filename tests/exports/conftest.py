"""Stores, folders and the explorer's page that the tests of exports share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from nhs_graph.graph.store import Store, open_store
from nhs_graph.loaders.outlines import atlas
from nhs_graph.queries.explorer import explorer_page
from tests.exports import hostile
from tests.exports.chromium import Open, browser


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


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A browser that the tests of one file share."""
    with browser() as opened:
        yield opened


@pytest.fixture(scope="session")
def page_file(bundle_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The explorer of the bundle."""
    file = tmp_path_factory.mktemp("explorer") / "nhs.html"
    file.write_text(explorer_page(bundle_store, atlas()), encoding="utf-8")
    return file


@pytest.fixture
def opened(chromium: Browser, page_file: Path) -> Iterator[Open]:
    """Opens the page at an address; at the end nothing was requested and nothing went wrong."""
    requests: list[str] = []
    problems: list[str] = []
    contexts: list[BrowserContext] = []

    def open_page(where: str = "", *, width: int = 1200, dark: bool = False, file: Path = page_file) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light", reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: problems.append(message.text))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("dialog", lambda dialog: problems.append(f"ran: {dialog.message}"))
        page.goto(f"{file.as_uri()}{where}")
        return page

    yield open_page
    assert not [url for url in requests if not url.startswith("file:")]
    assert problems == []
    for context in contexts:
        context.close()
