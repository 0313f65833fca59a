"""The import files, read by the real `neo4j-admin database import`; the server then holds what the store held."""

import os
import subprocess
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from shutil import copyfile

import pytest
from neo4j import Driver, GraphDatabase

from nhs_graph.graph.facts import OwnFile
from nhs_graph.graph.neo4j_import import write_import
from nhs_graph.graph.neo4j_read import run
from nhs_graph.graph.store import Store, every_fact, open_store
from nhs_graph.loaders import releases
from nhs_graph.loaders.loading import load_bundle, load_files, remove_file
from nhs_graph.queries import boundaries, lineage, organisations
from tests import ods
from tests.server import jars, neo4j_server

PASSWORD = "for-tests-only"


@contextmanager
def imported(store: Store, folder: Path) -> Generator[Store, None, None]:
    """A server that was filled by the import tool, with the arguments that the export wrote."""
    files = folder / "files"
    files.mkdir()
    write_import(store, files)
    home = folder / "home"
    (home / "conf").mkdir(parents=True)
    environment = {**os.environ, "NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}
    tool = [str(jars.java()), "-Xmx512m", "-cp", f"{jars.fetch()}/*", "org.neo4j.cli.AdminTool"]
    for words in (
        ["dbms", "set-initial-password", PASSWORD],
        ["database", "import", "full", "neo4j", "@import.args"],
    ):
        done = subprocess.run([*tool, *words], cwd=files, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    statements = (files / "schema.cypher").read_text(encoding="utf-8").split(";\n")[:-1]
    with neo4j_server.start(home, PASSWORD) as server, pytest.MonkeyPatch.context() as patch:
        for name, value in server.credentials.items():
            patch.setenv(name, value)
        driver: Driver = GraphDatabase.driver(  # pyright: ignore[reportUnknownMemberType]
            server.uri, auth=("neo4j", PASSWORD), notifications_min_severity="OFF"
        )
        with driver, driver.session() as session:  # pyright: ignore[reportUnknownMemberType]
            for statement in statements:
                session.execute_write(run, statement)
        opened = open_store(server.uri, read_only=False)
        yield opened
        opened.close()


@pytest.fixture
def needs_server() -> None:
    if reason := neo4j_server.unavailable_reason():
        told = f"no Neo4j server can be started: {reason} (tests/server/README.md)"
        if "neo4j" in os.environ.get("NHS_GRAPH_REQUIRE", ""):
            pytest.fail(told)
        pytest.skip(told)


@pytest.mark.neo4j
@pytest.mark.usefixtures("needs_server")
def test_the_import_tool_makes_the_same_graph_as_a_load(
    bundle_store: Store, bundle_server: Store, tmp_path: Path
) -> None:
    labels = "MATCH (n) UNWIND labels(n) AS label RETURN label, count(*) AS n ORDER BY label"
    types = "MATCH ()-[r]->() RETURN type(r) AS type, count(*) AS n ORDER BY type"
    with imported(bundle_store, tmp_path) as found:
        assert found.meta() == bundle_server.meta()
        assert list(every_fact(found)) == list(every_fact(bundle_store))
        for count in (labels, types):
            assert found.query(count, {}) == bundle_server.query(count, {})
        params = boundaries.CouncilParams(as_of=date(2021, 4, 1))
        assert boundaries.COUNCILS.run(found, params) == boundaries.COUNCILS.run(bundle_store, params)
        statements = (tmp_path / "files" / "schema.cypher").read_text(encoding="utf-8").split(";\n")
        assert len(statements) > 20
        assert found.replace(every_fact(bundle_store), found.meta()) == {}


@pytest.mark.neo4j
@pytest.mark.usefixtures("needs_server")
def test_a_file_of_ones_own_stays_with_an_imported_server_until_it_is_taken_out(
    bundle_url: str, bundle_store: Store, tmp_path: Path
) -> None:
    path, mine = tmp_path / "nhs.db", tmp_path / "mine.csv"
    copyfile(bundle_url.removeprefix("sqlite:"), path)
    mine.write_text(
        "person,org_code,role,start,end,source_title,source_url_or_repo_path\n"
        "Ann Lee,QOP,icb_chair,2025-05-01,,A page,https://www.example.nhs.uk/a\n"
    )
    store = open_store(f"sqlite:{path}", read_only=False)
    (file,) = load_files(store, [mine]).files
    with imported(store, tmp_path) as found:
        assert load_bundle(found) == {}
        assert list(every_fact(found)) == list(every_fact(store)) != list(every_fact(bundle_store))
        remove_file(found, file.id)
        assert list(every_fact(found)) == list(every_fact(bundle_store))
    store.close()


@pytest.fixture
def with_register(hostile_url: str, tmp_path: Path) -> Iterator[Store]:
    """The store whose texts mean harm, and two releases of the register beside them."""
    path = tmp_path / "nhs.db"
    copyfile(hostile_url.removeprefix("sqlite:"), path)
    store = open_store(f"sqlite:{path}", read_only=False)
    # A file of the user's own, with more than the import tool's buffer holds unless it is told.
    content = '["Source", "one"]\n' * 300_000
    own = OwnFile(id="own-mine", name="mine.csv", reader="leaders", sha256="0", content=content, source_ids=())
    store.replace([*every_fact(store), own], {})
    for published, name in (("2026-01-01", "OLD &quot;HALL&quot;, SURGERY"), ("2026-02-01", "NEW 'HALL' SURGERY")):
        load(store, release(tmp_path, published, name))
    yield store
    store.close()


def release(folder: Path, published: str, name: str) -> Path:
    records = [
        ods.practice("A81001", name, rels=[ods.rel("RE4", "15E", ods.date("2013-04-01"))]),
        ods.practice("A81002", "B", end="2010-03-31", succs=[ods.succ("Successor", "A81001", "2010-04-01")]),
    ]
    return ods.written(folder, f"{published}.xml", ods.release(records, published))


def load(store: Store, path: Path) -> int:
    return releases.load(store, [(path, "ods-xml")]).merged[0].total


@pytest.mark.neo4j
@pytest.mark.usefixtures("needs_server")
def test_a_register_and_hostile_texts_come_back_as_they_were(with_register: Store, tmp_path: Path) -> None:
    day = date(2026, 11, 1)
    with imported(with_register, tmp_path) as found:
        assert list(every_fact(found)) == list(every_fact(with_register))
        assert sorted(found.register_pages()) == sorted(with_register.register_pages())
        asked = lineage.LineageParams(organisation_id="A81001", as_of=day)
        assert lineage.SHOW.run(found, asked) == lineage.SHOW.run(with_register, asked) != []
        for text in ("hall surgery", "old hall"):
            assert organisations.search(found, text, day) == organisations.search(with_register, text, day) != []
        # The next release goes on from there.
        assert load(found, tmp_path / "2026-02-01.xml") == 0
        later = release(tmp_path, "2026-03-01", "HALL")
        assert load(found, later) == load(with_register, later) > 0
        assert list(every_fact(found)) == list(every_fact(with_register))
