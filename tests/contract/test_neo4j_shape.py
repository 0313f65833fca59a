"""The graph that Neo4j Browser shows: labels, edges, properties (MODEL section 5)."""

from collections.abc import Iterator, Sequence
from datetime import date

import pytest
from neo4j import Driver, Session

from nhs_graph.graph import facts as f
from nhs_graph.graph import neo4j_write
from nhs_graph.graph.errors import NhsGraphError, QueryFailed, StoreProblem
from nhs_graph.graph.facts import Fact
from nhs_graph.graph.neo4j_store import Neo4jStore
from nhs_graph.graph.schema import SHAPES
from nhs_graph.graph.store import Change, open_store
from tests.contract.test_stores import contents, in_order
from tests.samples import EVERYTHING, ODS, S1, body

pytestmark = pytest.mark.neo4j


@pytest.fixture
def server(
    server_credentials: dict[str, str], empty_server_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Neo4jStore]:
    for name, value in server_credentials.items():
        monkeypatch.setenv(name, value)
    store = open_store(empty_server_url, read_only=False)
    assert isinstance(store, Neo4jStore)
    yield store
    store.close()


def part_of(narrow: str, wide: str) -> f.Relation:
    return f.Relation(subject_id=narrow, type="PART_OF", object_id=wide, source_ids=ODS)


def kind(code: str, name: str) -> f.Classification:
    return f.Classification(organisation_id=code, kind=name, source_ids=ODS)


def labels(store: Neo4jStore, code: str) -> set[str]:
    rows = store.query("MATCH (o:Organisation {id: $code}) RETURN labels(o) AS labels", {"code": code})
    return set(rows[0]["labels"])


def test_a_body_has_a_label_for_each_kind_it_ever_was_and_for_their_group(server: Neo4jStore) -> None:
    bodies: Sequence[Fact] = [S1, body("QHG"), body("REM"), body("X")]
    stp, ics, icb, trust = kind("QHG", "stp"), kind("QHG", "ics"), kind("QHG", "icb"), kind("REM", "foundation_trust")
    server.replace([*bodies, stp, ics, icb, trust, kind("X", "no kind of ours")], {})
    assert labels(server, "QHG") == {"Organisation", "System", "STP", "ICS", "ICB"}
    assert labels(server, "REM") == {"Organisation", "Provider", "FoundationTrust"}
    assert labels(server, "X") == {"Organisation"}
    server.replace([*bodies, ics, kind("REM", "sha")], {})
    assert labels(server, "QHG") == {"Organisation", "System", "ICS"}
    assert labels(server, "REM") == {"Organisation", "Regional", "SHA"}
    server.replace(bodies, {})
    assert labels(server, "QHG") == labels(server, "REM") == {"Organisation"}


def test_sources_support_nodes_and_follow_their_changes(server: Neo4jStore) -> None:
    text = "MATCH (n {id: 'A'})-[:SUPPORTED_BY]->(s:Source) RETURN s.id AS id ORDER BY id"
    sources = [S1.model_copy(update={"id": id}) for id in ("ods", "s2", "s3")]
    for ids in (("ods", "s2"), ("s3", "s3"), (), ("ods",)):
        server.replace([*sources, f.Organisation(id="A", source_ids=ids)], {})
        assert [row["id"] for row in server.query(text, {})] == sorted(set(ids))


def test_links_and_edges_are_those_of_the_model(server: Neo4jStore) -> None:
    server.replace(EVERYTHING, {})
    text = """
        MATCH (a)-[r]->(b) WHERE type(r) <> 'SUPPORTED_BY'
        RETURN DISTINCT head([l IN labels(a) WHERE l IN $own]) AS a, type(r) AS r,
          head([l IN labels(b) WHERE l IN $own]) AS b"""
    rows = server.query(text, {"own": [shape.label for shape in SHAPES if shape.label]})
    assert {(row["a"], row["r"], row["b"]) for row in rows} == {
        ("Organisation", "HAS_NAME", "Name"),
        ("Organisation", "HAS_IDENTIFIER", "Identifier"),
        ("Organisation", "HAS_KIND", "Classification"),
        ("Organisation", "LOCATED_IN", "Organisation"),
        ("Organisation", "MEMBER_OF", "Organisation"),
        ("Organisation", "COVERS", "Area"),
        ("Area", "OVERLAPS", "Area"),
        ("AreaMove", "WITHIN", "Area"),
        ("AreaMove", "FROM", "Area"),
        ("AreaMove", "TO", "Area"),
        ("ChangeEvent", "ORIGINAL", "Organisation"),
        ("ChangeEvent", "RESULT", "Organisation"),
        ("Organisation", "SUCCEEDED_BY", "Organisation"),
        ("Person", "HELD", "Post"),
        ("Post", "AT", "Organisation"),
    }


def test_dates_are_dates_and_no_property_is_called_end(server: Neo4jStore) -> None:
    server.replace(EVERYTHING, {})
    nodes = server.query("MATCH (n) UNWIND keys(n) AS key RETURN DISTINCT key", {})
    edges = server.query("MATCH ()-[r]->() UNWIND keys(r) AS key RETURN DISTINCT key", {})
    keys = {row["key"] for row in nodes + edges}
    assert "end" not in keys
    text = "MATCH ()-[r:SUCCEEDED_BY]->() WHERE r.effective_date IS :: DATE RETURN r.effective_date AS day"
    assert {row["day"] for row in server.query(text, {})} == {date(2019, 10, 1)}
    rows = server.query("RETURN [date('2020-01-01'), {a: [date('2020-01-02')]}] AS x, $days AS y", {"days": [date.max]})
    assert rows == [{"x": [date(2020, 1, 1), {"a": [date(2020, 1, 2)]}], "y": [date.max]}]


def test_a_write_that_fails_half_way_leaves_the_old_data(server: Neo4jStore) -> None:
    server.replace(EVERYTHING, {"release": "1"})
    too_long = body("A" * 40_000)  # longer than an index of Neo4j takes
    with pytest.raises(NhsGraphError):
        server.replace([S1, body("A"), too_long], {"release": "2"})
    assert contents(server) == in_order(EVERYTHING)
    assert server.meta()["release"] == "1"
    assert server.replace([S1, body("A")], {})["Organisation"].added == 1


def test_a_body_that_somebody_took_out_is_written_again(server: Neo4jStore, scratch_driver: Driver) -> None:
    facts = [S1, body("A"), body("B"), part_of("A", "B")]
    server.replace(facts, {})
    scratch_driver.execute_query("MATCH (n:Organisation {id: 'B'}) DETACH DELETE n")
    assert server.replace(facts, {}) == {"Organisation": Change(added=1), "Relation": Change(added=1)}
    assert contents(server) == in_order(facts)


def test_an_edge_that_meets_no_node_at_the_time_of_writing_is_an_error(
    server: Neo4jStore, scratch_driver: Driver
) -> None:
    """Somebody deletes a body after the load has looked: nothing is written, and the fact is named."""
    server.replace([S1, body("A")], {})
    lost = part_of("A", "B")
    session: Session = scratch_driver.session()  # pyright: ignore[reportUnknownMemberType]
    with session, pytest.raises(StoreProblem, match="A/PART_OF/B/"):
        session.execute_write(neo4j_write.write, [lost], {}, {f.Organisation: [body("C")], f.Relation: [lost]}, {})
    assert contents(server) == in_order([S1, body("A")])


@pytest.mark.parametrize(
    "text", ["CREATE (n:X) RETURN n", "MATCH (n) DETACH DELETE n", "CREATE INDEX FOR (n:X) ON n.y"]
)
def test_a_query_cannot_write(server: Neo4jStore, text: str) -> None:
    server.replace(EVERYTHING, {})
    with pytest.raises(QueryFailed) as caught:
        server.query(text, {})
    assert caught.value.hint
    assert contents(server) == in_order(EVERYTHING)


@pytest.mark.parametrize("scheme", ["neo4j", "bolt"])
def test_both_schemes_work_on_a_single_server(server: Neo4jStore, scheme: str) -> None:
    server.replace([S1], {})
    other = open_store(server.url.replace("neo4j", scheme, 1), read_only=False)
    assert contents(other) == [S1]
    assert other.replace([S1, body("A")], {})["Organisation"].added == 1
    other.close()
