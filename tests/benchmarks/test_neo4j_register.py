"""A release of the register into Neo4j, both ways: time as a ratio against a bare loop that sends the same batches.

The loop has its batches ready on disk: what it does not do is read the release, work out what it changes, mark the
database and check what was written.
"""

import os
import pickle
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from neo4j import Driver, GraphDatabase

from nhs_graph.graph import neo4j_register, neo4j_write
from nhs_graph.graph.neo4j_read import run
from nhs_graph.graph.register import Merged
from nhs_graph.graph.store import Store, open_store
from nhs_graph.loaders import releases
from nhs_graph.loaders.loading import load_bundle
from nhs_graph.queries import lineage, organisations
from tests.exports.test_neo4j_import import imported
from tests.server import neo4j_server

pytestmark = [pytest.mark.slow, pytest.mark.shared, pytest.mark.neo4j]

BUDGET = 2.5
TODAY = date(2026, 11, 1)
PASSWORD = "for-tests-only"


@pytest.fixture(scope="module", params=[30_000, 300_000])
def release(request: pytest.FixtureRequest, shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    size: int = request.param
    path = tmp_path_factory.mktemp("release") / f"{size}.xml"
    subprocess.run([sys.executable, str(shared.parent / "tools/make_ods_xml.py"), str(size), str(path)], check=True)
    return path


@pytest.fixture(scope="module")
def embedded(release: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The bundle and the release in an embedded store."""
    store = open_store(f"sqlite:{tmp_path_factory.mktemp('store') / 'nhs.db'}", read_only=False)
    load_bundle(store)
    load(store, release)
    yield store
    store.close()


def load(store: Store, path: Path) -> Merged:
    return releases.load(store, [(path, "ods-xml")], tell=lambda text: print(text, file=sys.stderr)).merged[0]


def fresh_server(home: Path) -> neo4j_server.Server:
    return neo4j_server.start(home, PASSWORD, heap="1g", options=())


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A server with the bundle."""
    with fresh_server(tmp_path / "server") as server:
        for name, value in server.credentials.items():
            monkeypatch.setenv(name, value)
        store = open_store(server.uri, read_only=False)
        load_bundle(store)
        yield store
        store.close()


def bare_loop(batches: Path, home: Path) -> float:
    """Seconds that a loop takes to send the batches to an empty server with constraints."""
    with fresh_server(home) as server:
        driver: Driver = GraphDatabase.driver(  # pyright: ignore[reportUnknownMemberType]
            server.uri, auth=("neo4j", PASSWORD), notifications_min_severity="OFF"
        )
        with driver, driver.session() as session, batches.open("rb") as file:  # pyright: ignore[reportUnknownMemberType]
            session.execute_write(neo4j_write.prepare)
            session.execute_read(lambda tx: run(tx, "CALL db.awaitIndexes(300)"))
            start = time.perf_counter()
            while step := pickle.load(file):
                statement, rows = step
                session.execute_write(lambda tx: run(tx, statement, {"rows": rows}))  # noqa: B023 - run at once
            return time.perf_counter() - start


def write_batches(release: Path, target: Path) -> int:
    """The batches of a first load, one after the other; how many rows they have."""
    count = 0
    with neo4j_register.workbench([], []) as work, target.open("wb") as file:
        load(work.store, release)
        for steps in (work.upserts(), work.pages(1)):
            for step in steps:
                count += len(step.rows)
                pickle.dump((step.statement, step.rows), file)
        pickle.dump(None, file)
    return count


def test_a_release_takes_little_longer_than_a_bare_loop(
    release: Path, embedded: Store, opened: Store, tmp_path: Path
) -> None:
    rows = write_batches(release, tmp_path / "batches")
    base = bare_loop(tmp_path / "batches", tmp_path / "bare")
    start, cpu = time.perf_counter(), os.times()
    merged = load(opened, release)
    took, used = time.perf_counter() - start, os.times()
    ours = sum(used[:4]) - sum(cpu[:4])
    speeds = f"{rows / took:.0f} rows a second, bare loop {rows / base:.0f}"
    print(
        f"\n{release.stem} bodies into Neo4j, {rows} rows: {took:.0f} s / {base:.0f} s = {took / base:.2f} ({speeds})"
    )
    print(f"processor time of our own {ours:.0f} s; budget {BUDGET}")
    assert merged.added["Organisation"] >= release.read_bytes().count(b"</Organisation>")
    assert opened.status() == embedded.status()
    for text in ("guildford", "organisation", "york organisation", "o", "leeds organisation 29999"):
        times: list[float] = []
        for _ in range(16):
            start = time.perf_counter()
            found = organisations.search(opened, text, TODAY)
            times.append((time.perf_counter() - start) * 1000)
            assert found == organisations.search(embedded, text, TODAY)
        # At first the server plans statements, and compiles itself.
        print(f"search {text!r}: {times[0]:.0f} ms, then {median(times[6:]):.0f} ms")
    start = time.perf_counter()
    again = load(opened, release)
    print(f"a second time: {again.total} changes in {time.perf_counter() - start:.0f} s")
    assert again.total == 0
    assert took / base <= BUDGET


def test_the_import_tool_takes_the_whole_register(release: Path, embedded: Store, tmp_path: Path) -> None:
    start = time.perf_counter()
    with imported(embedded, tmp_path) as found:
        print(f"\n{release.stem} bodies exported, imported, started and indexed in {time.perf_counter() - start:.0f} s")
        assert found.status() == embedded.status()
        some = (
            "MATCH (o:Organisation)-[:SUCCEEDED_BY]->() WHERE o.register RETURN DISTINCT o.id AS id ORDER BY id LIMIT 5"
        )
        bodies: list[dict[str, Any]] = found.query(some, {})
        for body in bodies:
            asked = lineage.LineageParams(organisation_id=body["id"], as_of=TODAY)
            assert lineage.SHOW.run(found, asked) == lineage.SHOW.run(embedded, asked) != []
            assert organisations.show(found, body["id"], TODAY) == organisations.show(embedded, body["id"], TODAY)
        assert len(bodies) == 5
