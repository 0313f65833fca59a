"""What goes wrong with a store is one sentence and one hint, and of the right class."""

import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from neo4j import Driver

from nhs_graph.graph import register, register_pages, schema
from nhs_graph.graph.errors import (
    NhsGraphError,
    QueryFailed,
    StoreIsNewer,
    StoreProblem,
    StoreUnavailable,
    UsageProblem,
)
from nhs_graph.graph.facts import Source
from nhs_graph.graph.store import Selection, Store, open_store
from tests.server.neo4j_server import Server

SOURCE = Source(id="s", title="t", publisher="p", licence="CC0-1.0", kind="curated")
Use = Callable[[Store], object]


def load(store: Store) -> object:
    return store.replace([SOURCE], {})


def read(store: Store) -> object:
    return list(store.facts(Selection(Source)))


def fails(url: str, expected: type[NhsGraphError], use: Use = read, *, read_only: bool = False) -> NhsGraphError:
    """Open and use a store; what it says must be one sentence and one hint that show no password."""
    with pytest.raises(expected) as caught, closing(open_store(url, read_only=read_only)) as store:
        use(store)
    for line in (caught.value.message, caught.value.hint):
        assert line
        assert "\n" not in line
        assert "secret" not in line
    return caught.value


@pytest.fixture
def free_port() -> int:
    """A port where nothing listens."""
    with socket.socket() as opened:
        opened.bind(("127.0.0.1", 0))
        port: int = opened.getsockname()[1]
        return port


@pytest.fixture
def credentials(neo4j_scratch: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in neo4j_scratch.credentials.items():
        monkeypatch.setenv(name, value)


def test_an_address_of_no_store() -> None:
    fails("postgres://localhost", UsageProblem)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    problem = fails(f"sqlite:{tmp_path / 'none.db'}", StoreUnavailable, read_only=True)
    assert "none.db" in problem.message
    assert problem.hint.startswith("nhs-graph load")


@pytest.mark.parametrize("read_only", [False, True])
def test_a_file_that_is_no_database(tmp_path: Path, read_only: bool) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear reader, this is no database, but a letter of more than a hundred bytes. " * 3)
    fails(f"sqlite:{path}", StoreProblem, read_only=read_only)
    assert path.read_text().startswith("Dear reader")


def test_a_folder_in_place_of_a_file(tmp_path: Path) -> None:
    fails(f"sqlite:{tmp_path}", StoreUnavailable)


def test_a_folder_where_nothing_can_be_written() -> None:
    fails("sqlite:/dev/null/x/nhs.db", StoreUnavailable, load)


def test_a_store_of_a_later_version(store_url: str) -> None:
    with closing(open_store(store_url, read_only=False)) as store:
        store.replace([SOURCE], {"format": str(schema.FORMAT + 1)})
    problem = fails(store_url, StoreIsNewer)
    assert str(schema.FORMAT + 1) in problem.message


def test_a_store_of_an_earlier_version(store_url: str) -> None:
    with closing(open_store(store_url, read_only=False)) as store:
        store.replace([SOURCE], {"format": "0"})
    fails(store_url, StoreProblem)


def test_a_store_that_lacks_a_table(tmp_path: Path) -> None:
    path = tmp_path / "nhs.db"
    with closing(open_store(f"sqlite:{path}", read_only=False)) as store:
        store.replace([SOURCE], {})
    with closing(sqlite3.connect(path)) as db:
        db.execute("DROP TABLE claim")
    problem = fails(f"sqlite:{path}", StoreProblem, lambda store: store.status())
    assert "no such table: claim" in problem.message
    assert f"delete {path}, then nhs-graph load --store sqlite:{path}" in problem.hint


def test_a_change_of_what_a_store_keeps_has_a_number_of_its_own() -> None:
    # Tables, views and pages of one format are the same in every program: an old store of others answers wrongly.
    laid_out = [*schema.sqlite_ddl(), *register.ddl(), *map(str, register_pages.KEPT.items())]
    found = sha256("\n".join([*laid_out, *schema.neo4j_constraints()]).encode()).hexdigest()[:16]
    assert (schema.FORMAT, found) == (8, "801375b8a2f72b1e"), "raise schema.FORMAT, and write both down here"


@pytest.mark.parametrize("scheme", ["neo4j", "bolt", "neo4j+s", "bolt+ssc"])
def test_a_server_that_is_down(scheme: str, free_port: int) -> None:
    problem = fails(f"{scheme}://127.0.0.1:{free_port}", StoreUnavailable)
    assert "no Neo4j server answers" in problem.message


def test_a_machine_without_a_name() -> None:
    assert "name" in fails("neo4j://no-such-host.invalid", StoreUnavailable).message


@pytest.mark.parametrize(
    "address",
    ["neo4j://me:secret@localhost", "bolt://me:secret@localhost:7687", "neo4j://localhost:port", "neo4j://localhost:0"],
)
def test_an_address_that_no_driver_takes(address: str) -> None:
    assert "NEO4J_PASSWORD" in fails(address, UsageProblem).hint


@pytest.mark.neo4j
@pytest.mark.parametrize("scheme", ["neo4j", "bolt"])
def test_a_wrong_password(neo4j_scratch: Server, monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    # Not the user that other tests need: three wrong passwords lock a user out for some seconds.
    monkeypatch.setenv("NEO4J_USERNAME", "nobody")
    monkeypatch.setenv("NEO4J_PASSWORD", "a-wrong-secret")
    problem = fails(neo4j_scratch.uri.replace("neo4j", scheme, 1), StoreUnavailable)
    assert "refuses the user nobody" in problem.message
    assert "NEO4J_PASSWORD" in problem.hint


@pytest.mark.neo4j
def test_no_password(neo4j_scratch: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NEO4J_PASSWORD", raising=False)
    assert "NEO4J_PASSWORD is not set" in fails(neo4j_scratch.uri, StoreUnavailable).message


@pytest.mark.neo4j
def test_a_password_that_must_be_changed_first(
    neo4j_scratch: Server, scratch_driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "CREATE USER fresh IF NOT EXISTS SET PASSWORD 'first-secret' CHANGE REQUIRED"
    scratch_driver.execute_query(text, database_="system")
    monkeypatch.setenv("NEO4J_USERNAME", "fresh")
    monkeypatch.setenv("NEO4J_PASSWORD", "first-secret")
    problem = fails(neo4j_scratch.uri, StoreUnavailable)
    assert "must be changed" in problem.message
    assert "ALTER CURRENT USER" in problem.hint


@pytest.mark.neo4j
@pytest.mark.usefixtures("credentials")
def test_a_database_that_is_not_there(neo4j_scratch: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_DATABASE", "elsewhere")
    assert "elsewhere" in fails(neo4j_scratch.uri, StoreUnavailable).message


@pytest.mark.neo4j
@pytest.mark.usefixtures("credentials")
@pytest.mark.parametrize("scheme", ["neo4j+s", "bolt+s", "bolt+ssc"])
def test_a_server_without_tls(neo4j_scratch: Server, scheme: str) -> None:
    problem = fails(neo4j_scratch.uri.replace("neo4j", scheme, 1), StoreUnavailable)
    assert "does not speak TLS" in problem.message
    assert f"--store {scheme.partition('+')[0]}://" in problem.hint


@pytest.mark.neo4j
@pytest.mark.usefixtures("credentials")
def test_a_database_with_other_data(empty_server_url: str, scratch_driver: Driver) -> None:
    scratch_driver.execute_query("CREATE (:Person {name: 'Keanu Reeves'})")
    fails(empty_server_url, StoreProblem, load)
    scratch_driver.execute_query("MATCH (n) DETACH DELETE n")


@pytest.mark.neo4j
@pytest.mark.usefixtures("credentials")
@pytest.mark.parametrize(
    ("text", "said"), [("MATCH (n RETURN n", "line 1"), ("RETURN $x", "x"), ("CREATE ()", "read access"), ("", "")]
)
def test_a_query_that_the_server_refuses(empty_server_url: str, text: str, said: str) -> None:
    problem = fails(empty_server_url, QueryFailed, lambda store: store.query(text, {}))
    assert said in problem.message


def test_an_embedded_store_answers_no_cypher(tmp_path: Path) -> None:
    fails(f"sqlite:{tmp_path / 'nhs.db'}", UsageProblem, lambda store: store.query("RETURN 1", {}))


@pytest.mark.neo4j
@pytest.mark.usefixtures("credentials")
def test_nothing_of_the_driver_reaches_stderr(empty_server_url: str, capfd: pytest.CaptureFixture[str]) -> None:
    with closing(open_store(empty_server_url)) as store:
        store.query("MATCH (n:NoSuchLabel {nope: 1}) RETURN id(n) AS deprecated", {})
    with pytest.raises(StoreUnavailable):
        open_store("neo4j://127.0.0.1:1")
    assert capfd.readouterr() == ("", "")
