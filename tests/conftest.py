"""Fixtures for all tests, and what a run says at its end about tests that did not run."""

import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import settings
from neo4j import Driver, GraphDatabase

from nhs_graph.graph.facts import Fact
from nhs_graph.graph.store import Store, open_store
from nhs_graph.loaders.loading import load_bundle
from tests.asking import Ask
from tests.server import neo4j_server

ROOT = Path(__file__).parent.parent
# A machine may be slow; what CI says depends on the change alone, and everyone else's runs go on searching.
settings.register_profile("patient", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "patient")
_EMPTY = "MATCH (n) DETACH DELETE n"
REQUIRED = frozenset(os.environ.get("NHS_GRAPH_REQUIRE", "").split(",")) - {""}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Where tests run side by side, those that need a server stay together: it is started and filled once."""
    for item in items:
        if item.get_closest_marker("neo4j"):
            item.add_marker(pytest.mark.xdist_group("neo4j"))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of source files beside the checkout; without it the test is skipped, or fails where required."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        reason = "the source files ../shared/data are not here"
        if "shared" in REQUIRED:
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


def _server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[neo4j_server.Server]:
    if reason := neo4j_server.unavailable_reason():
        told = f"no Neo4j server can be started: {reason} (tests/server/README.md)"
        if "neo4j" in REQUIRED:
            pytest.fail(told)
        pytest.skip(told)
    server = neo4j_server.start(tmp_path_factory.mktemp("neo4j"), "for-tests-only")
    yield server
    server.stop()


@pytest.fixture(scope="session")
def neo4j_scratch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[neo4j_server.Server]:
    """A real server that any test may fill and empty."""
    yield from _server(tmp_path_factory)


@pytest.fixture(scope="session")
def neo4j_bundle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[neo4j_server.Server]:
    """A second real server, with the bundle loaded, that tests only read."""
    for server in _server(tmp_path_factory):
        store = _open(server)
        load_bundle(store)
        store.close()
        yield server


def _open(server: neo4j_server.Server) -> Store:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in server.credentials.items():
            patch.setenv(name, value)
        return open_store(server.uri, read_only=False)


@pytest.fixture(scope="session")
def bundle_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of an embedded store that holds the bundle."""
    url = f"sqlite:{tmp_path_factory.mktemp('bundle') / 'nhs.db'}"
    store = open_store(url, read_only=False)
    load_bundle(store)
    store.close()
    return url


@pytest.fixture(scope="session")
def bundle_store(bundle_url: str) -> Iterator[Store]:
    """The bundle in the embedded store."""
    store = open_store(bundle_url)
    yield store
    store.close()


@pytest.fixture(scope="session")
def bundle_server(neo4j_bundle: neo4j_server.Server) -> Iterator[Store]:
    """The bundle in a real Neo4j."""
    store = _open(neo4j_bundle)
    yield store
    store.close()


@pytest.fixture(
    params=[
        "sqlite-networkx",
        pytest.param("neo4j-cypher", marks=pytest.mark.neo4j),
        pytest.param("neo4j-networkx", marks=pytest.mark.neo4j),
    ]
)
def ask(request: pytest.FixtureRequest) -> Ask:
    """Asks a question of the bundle, once a store and engine."""
    store, _, engine = request.param.partition("-")
    name = "bundle_store" if store == "sqlite" else "bundle_server"
    return Ask(request.getfixturevalue(name), engine)


@pytest.fixture(scope="session")
def scratch_store(neo4j_scratch: neo4j_server.Server, scratch_driver: Driver) -> Iterator[Store]:
    """A real Neo4j store to fill and empty."""
    scratch_driver.execute_query(_EMPTY)  # an earlier test may have left a store that this program refuses
    store = _open(neo4j_scratch)
    yield store
    store.close()


@pytest.fixture
def stores_with(
    tmp_path_factory: pytest.TempPathFactory, scratch_store: Store, scratch_driver: Driver
) -> Iterator[Callable[[Sequence[Fact]], tuple[Store, Store]]]:
    """Puts the same facts into an embedded store and into a real server."""
    embedded = open_store(f"sqlite:{tmp_path_factory.mktemp('random') / 'nhs.db'}", read_only=False)

    def put(found: Sequence[Fact]) -> tuple[Store, Store]:
        for store in (embedded, scratch_store):
            store.replace(found, {})
        return embedded, scratch_store

    scratch_driver.execute_query(_EMPTY)
    yield put
    scratch_driver.execute_query(_EMPTY)  # also of what `replace` leaves alone: releases of the register
    embedded.close()


@pytest.fixture(scope="session")
def scratch_driver(neo4j_scratch: neo4j_server.Server) -> Iterator[Driver]:
    """What somebody else does on the server, past the store."""
    driver: Driver = GraphDatabase.driver(  # pyright: ignore[reportUnknownMemberType]
        neo4j_scratch.uri, auth=("neo4j", neo4j_scratch.password), notifications_min_severity="OFF"
    )
    with driver:
        yield driver


@pytest.fixture
def empty_server_url(neo4j_scratch: neo4j_server.Server, scratch_driver: Driver) -> Iterator[str]:
    """The address of a real server without data."""
    scratch_driver.execute_query(_EMPTY)
    yield neo4j_scratch.uri
    scratch_driver.execute_query(_EMPTY)


@pytest.fixture(params=["sqlite", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of an empty store of each kind; the environment holds what opens it."""
    if request.param == "sqlite":
        return f"sqlite:{tmp_path / 'nhs.db'}"
    for name, value in request.getfixturevalue("server_credentials").items():
        monkeypatch.setenv(name, value)
    url: str = request.getfixturevalue("empty_server_url")
    return url


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An empty store of each kind, open for writing."""
    opened = open_store(store_url, read_only=False)
    yield opened
    opened.close()


@pytest.fixture
def server_credentials(neo4j_scratch: neo4j_server.Server) -> dict[str, str]:
    """The environment variables that open the server."""
    return neo4j_scratch.credentials


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests were not run, and why."""
    skipped: list[pytest.TestReport] = terminalreporter.stats.get("skipped", [])
    reasons = Counter(
        str(report.longrepr[2]).removeprefix("Skipped: ") for report in skipped if isinstance(report.longrepr, tuple)
    )
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"not run: {count} tests, because {reason}")
