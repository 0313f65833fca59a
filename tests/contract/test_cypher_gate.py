"""What users type into `nhs-graph cypher` reads the graph and does nothing else, on a real server."""

from collections.abc import Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from neo4j import Driver, GraphDatabase

from nhs_graph.graph import cypher_gate
from nhs_graph.graph.errors import NhsGraphError, QueryFailed, UsageProblem
from tests.server.neo4j_server import Server

pytestmark = pytest.mark.neo4j

READS = [
    "RETURN 1 AS one",
    "RETURN 1 AS one;",
    "CYPHER 5 MATCH (n) RETURN n",
    "CYPHER runtime=slotted MATCH (n) RETURN count(n) AS n",
    "// a comment\nMATCH (n:Organisation) WHERE n.id = $id RETURN n.name AS name /* and its end */",
    "MATCH (a:Organisation)-[r:SUCCEEDED_BY]->(b) RETURN a.id AS a, r.effective_date AS day ORDER BY a LIMIT 5",
    "MATCH (a:Organisation)-[rels:SUCCEEDED_BY*1..12]->(b) WHERE all(r IN rels WHERE r.weight > 0) RETURN b",
    "MATCH p = shortestPath((a:Organisation {id: 'A'})-[:SUCCEEDED_BY*]-(b:Organisation {id: 'B'})) RETURN p",
    "MATCH p = SHORTEST 1 (a:Organisation {id: 'A'})-[:SUCCEEDED_BY]-+(b:Organisation {id: 'B'}) RETURN p",
    "MATCH p = (a:Organisation) ((x)-[:SUCCEEDED_BY]->(y)){1,5} (b:Organisation) RETURN p",
    "MATCH (n) WHERE EXISTS { (n)--() } OR NOT (n)-->(:Area) RETURN COUNT { (n)--() } AS links",
    "MATCH (n) RETURN COLLECT { MATCH (n)--(m) RETURN m.id } AS ids",
    "MATCH (n) CALL (n) { MATCH (n)--(m) RETURN m UNION MATCH (n)--(m) RETURN m } RETURN n { .id, m: m.id } AS row",
    "OPTIONAL MATCH (n)--(m) WITH n, count(DISTINCT m) AS ms WHERE ms > 1 RETURN ms ORDER BY ms SKIP 1 LIMIT 2",
    "UNWIND [1, 2] AS x WITH x ORDER BY x RETURN collect(x) AS xs UNION ALL RETURN [] AS xs",
    "MATCH (n) RETURN [x IN [1, 2] | [(n)-->(m) | m.id]] AS ids",
    "MATCH (n:Organisation) RETURN 'LOAD CSV and CALL db.ping()' AS words, n.`load csv` AS column // CALL db.ping()",
    "RETURN date('2022-07-01') - duration('P1D') AS eve",
    "CALL db.labels() YIELD label RETURN label",
    "CALL `db` . `labels`",
    "RETURN [x IN [1] | COLLECT { CALL db.labels() YIELD label RETURN label }] AS labels",
    "CALL db.relationshipTypes()",
    "CALL db.schema.visualization()",
]

WRITES = [
    "CREATE (n:Gate)",
    "MERGE (n:Gate {id: 1}) RETURN n",
    "MATCH (n) SET n.gate = 1",
    "MATCH (n) SET n:Gate",
    "MATCH (n) REMOVE n.id",
    "MATCH (n) DETACH DELETE n",
    "FOREACH (x IN [1] | CREATE (:Gate))",
    "CALL () { CREATE (n:Gate) RETURN n } RETURN n",
    "UNWIND [1] AS x CALL (x) { CREATE (:Gate) } IN TRANSACTIONS",
    "// only reads\nCREATE /* RETURN */ (n:Gate)",
    "CYPHER 5 CREATE (n:Gate)",
    "CREATE INDEX gate IF NOT EXISTS FOR (n:Gate) ON (n.id)",
    "DROP CONSTRAINT gate IF EXISTS",
]

FILES = [
    "LOAD CSV FROM 'file:///etc/passwd' AS line RETURN line",
    "LOAD CSV FROM 'http://127.0.0.1:9/x.csv' AS line RETURN line",
    "LOAD CSV WITH HEADERS FROM $url AS line RETURN line",
    "load /* */ csv // x\n FROM $url AS line RETURN line",
    "LOAD//\rCSV FROM $url AS line RETURN line",
    "UNWIND [1] AS x CALL (x) { LOAD CSV FROM $url AS line RETURN line } RETURN line",
    "RETURN COLLECT { LOAD CSV FROM $url AS line RETURN line } AS lines",
]

HIDDEN_FILES = [  # the plan does not show these
    "RETURN [x IN [1] | COLLECT { LOAD CSV FROM $url AS line RETURN line }] AS lines",
    "RETURN CASE WHEN $url = 'x' THEN [] ELSE COLLECT { LOAD CSV FROM $url AS line RETURN line } END AS lines",
    "MATCH (n) WHERE any(x IN n.list WHERE EXISTS { LOAD/**/CSV FROM $url AS line RETURN line }) RETURN n",
    "RETURN reduce(a = 0, x IN [1] | a + COUNT { LOAD CSV FROM $url AS line RETURN line }) AS lines",
    "RETURN '//' AS a, '\\'' AS b, [x IN [1] | COLLECT { LOAD CSV FROM $url AS line RETURN line }] AS lines",
    "WITH 1 AS `//` RETURN `//`, [x IN [1] | COLLECT { LOAD CSV FROM $url AS line RETURN line }] AS lines",
]

ADMINISTRATION = [
    "CALL dbms.killConnection('bolt-1')",
    "CALL db.clearQueryCaches()",
    "CALL dbms.listConfig()",
    "RETURN [x IN [1] | COLLECT { CALL db.clearQueryCaches() YIELD value RETURN value }] AS x",
    "SHOW USERS",
    "SHOW DATABASES",
    "SHOW SETTINGS",
    "SHOW TRANSACTIONS",
    "SHOW FUNCTIONS YIELD name RETURN name",
    "TERMINATE TRANSACTIONS 'neo4j-transaction-1'",
    "ALTER CURRENT USER SET PASSWORD FROM 'for-tests-only' TO 'for-nobody-at-all'",
    "CREATE USER gate SET PASSWORD 'for-nobody-at-all'",
    "DROP DATABASE neo4j",
    "STOP DATABASE neo4j",
]

SHIPPED = sorted((Path(__file__).parents[2] / "queries" / "cypher").glob("*.cypher"))

PROCEDURES = [
    "CALL db.ping()",
    "CALL dbms.components()",
    "CALL db.prepareForReplanning(1)",
    "CALL tx.setMetaData({app: 'gate'})",
    "RETURN [x IN [1] | COLLECT { CALL db.ping() YIELD success RETURN success }] AS x",
    "RETURN [x IN [1] | COLLECT { OPTIONAL call/**/`db`. ping() YIELD success RETURN success }] AS x",
]

NO_QUERIES = [
    "",
    "MATCH (n) RETURN",
    "RETURN 1 AS one; RETURN 2 AS two",
    "RETURN 1 AS one; CREATE (n:Gate)",
    "PROFILE MATCH (n) RETURN n",
    "CYPHER 5 PROFILE RETURN 1 AS one",
    "/* */ PROFILE CREATE (n:Gate)",
    "USE system SHOW USERS",
    "CALL db.noSuchProcedure()",
    "RETURN noSuchFunction() AS x",
    "RETURN [x IN [1] | '\\u0027 + COLLECT { RETURN 1 }] AS x, '",
]


@pytest.fixture(scope="module")
def driver(neo4j_scratch: Server) -> Iterator[Driver]:
    credentials = neo4j_scratch.credentials
    auth = (credentials["NEO4J_USERNAME"], credentials["NEO4J_PASSWORD"])
    with GraphDatabase.driver(  # pyright: ignore[reportUnknownMemberType]  # the driver does not type its options
        neo4j_scratch.uri, auth=auth, notifications_min_severity="OFF"
    ) as opened:
        yield opened


def ask(driver: Driver, text: str, seconds: float = 30) -> list[dict[str, Any]]:
    return cypher_gate.run(driver, None, text, {"id": "A", "url": "file:///x.csv"}, seconds)


def refused(driver: Driver, text: str) -> NhsGraphError:
    """What is said of a text, by the check alone and on running it."""
    with pytest.raises(UsageProblem) as checked:
        cypher_gate.check(driver, None, text, {"id": "A", "url": "file:///x.csv"})
    with pytest.raises(UsageProblem) as ran:
        ask(driver, text)
    assert ran.value.message == checked.value.message
    assert "\n" not in ran.value.message
    assert ran.value.hint
    return ran.value


@pytest.mark.parametrize("text", READS)
def test_what_reads_is_answered(driver: Driver, text: str) -> None:
    assert isinstance(ask(driver, text), list)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_question_passes(driver: Driver, path: Path) -> None:
    cypher_gate.check(driver, None, path.read_text(encoding="utf-8"), {})


def test_rows_are_dictionaries_with_the_values(driver: Driver) -> None:
    assert ask(driver, "UNWIND [1, 2] AS x RETURN x, $id AS id") == [{"x": 1, "id": "A"}, {"x": 2, "id": "A"}]


@pytest.mark.parametrize("text", WRITES)
def test_nothing_is_written(driver: Driver, text: str) -> None:
    before = ask(driver, "MATCH (n) RETURN count(n) AS nodes")
    refused(driver, text)
    assert ask(driver, "MATCH (n) RETURN count(n) AS nodes") == before


@pytest.mark.parametrize("text", FILES + HIDDEN_FILES)
def test_no_file_or_address_is_read(driver: Driver, text: str) -> None:
    assert "LoadCSV" in refused(driver, text).message


def test_an_escape_cannot_hide_the_end_of_a_string(driver: Driver) -> None:
    text = "RETURN '\\u0027 + head([x IN [1] | COLLECT { LOAD CSV FROM $url AS line RETURN line[0] }][0]) AS x // '"
    assert "hides a character" in refused(driver, text).message


@pytest.mark.parametrize("text", ADMINISTRATION)
def test_the_server_is_not_administered(driver: Driver, text: str) -> None:
    refused(driver, text)


@pytest.mark.parametrize("text", PROCEDURES)
def test_only_known_procedures_are_called(driver: Driver, text: str) -> None:
    assert "procedure" in refused(driver, text).message


@pytest.mark.parametrize("text", NO_QUERIES)
def test_what_is_not_one_query_is_refused(driver: Driver, text: str) -> None:
    refused(driver, text)


def test_a_read_in_transactions_is_refused_by_the_name_of_its_operator(driver: Driver) -> None:
    text = "UNWIND [1] AS x CALL (x) { RETURN x AS y } IN TRANSACTIONS RETURN y"
    assert "TransactionApply" in refused(driver, text).message


def test_a_mistake_is_placed_in_the_text_as_typed(driver: Driver) -> None:
    assert "(line 2, column 10)" in refused(driver, "MATCH (n)\nRETURN n n").message


def test_an_operator_that_writes_is_refused_by_the_type_of_the_query_too(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cypher_gate, "OPERATORS", cypher_gate.OPERATORS | {"Create"})
    assert "more than that" in refused(driver, "CREATE (n:Gate)").message


def test_without_the_gate_the_session_still_refuses_to_write(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    def open_gate(*_: object) -> None:
        """Let everything pass."""

    monkeypatch.setattr(cypher_gate, "check", open_gate)
    with pytest.raises(UsageProblem, match="read access mode"):
        ask(driver, "CREATE (n:Gate)")


def test_a_missing_parameter_is_a_mistake_of_the_asker(driver: Driver) -> None:
    with pytest.raises(UsageProblem, match="none_such"):
        ask(driver, "RETURN $none_such AS x")


def test_explain_answers_with_what_to_do(driver: Driver) -> None:
    with pytest.raises(UsageProblem, match="EXPLAIN"):
        ask(driver, "EXPLAIN MATCH (n) RETURN n")


def test_a_query_without_end_is_stopped(driver: Driver) -> None:
    began = monotonic()
    with pytest.raises(QueryFailed, match="stopped after 1 second"):
        ask(driver, "UNWIND range(1, 1000000000000) AS x WITH x WHERE x < 0 RETURN count(x) AS n", seconds=1)
    assert monotonic() - began < 20


def test_no_time_limit_is_none(driver: Driver) -> None:
    with pytest.raises(UsageProblem, match="0 seconds"):
        ask(driver, "RETURN 1 AS one", seconds=0)
