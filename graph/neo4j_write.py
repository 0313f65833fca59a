"""How facts become nodes and edges of a Neo4j database, inside one transaction (MODEL section 5).

Every statement takes its rows in batches and returns the ids that it wrote: a row that found no node is an
error, never a gap.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from neo4j import ManagedTransaction

from nhs_graph.graph import kinds, schema
from nhs_graph.graph.errors import StoreProblem
from nhs_graph.graph.facts import Classification, Fact, Organisation
from nhs_graph.graph.neo4j_read import Stored, run
from nhs_graph.graph.neo4j_register import CONSTRAINT
from nhs_graph.graph.schema import SHAPES, Shape
from nhs_graph.graph.store import end_key

BATCH = 5000
_UNLESS_REGISTER = "FOREACH (gone IN CASE WHEN {0}.register IS NULL THEN [{0}] END | {1} gone)"
"""What the register says of it now stays."""

Row = dict[str, Any]


def prepare(tx: ManagedTransaction) -> None:
    """Make the constraints and indexes that are not there yet; a transaction of its own, as Neo4j wants it."""
    run(tx, "CREATE CONSTRAINT meta_id IF NOT EXISTS FOR (n:Meta) REQUIRE n.id IS UNIQUE")
    for statement in schema.neo4j_constraints():
        run(tx, statement)
    run(tx, CONSTRAINT)


def write(
    tx: ManagedTransaction,
    wanted: Iterable[Fact],
    stored: Stored,
    upserts: Mapping[type[Fact], list[Fact]],
    deletes: Mapping[type[Fact], list[str]],
) -> None:
    """Delete, then write: nodes, what nodes bring along, edges, and the kinds of bodies as labels."""
    _delete(tx, stored, deletes)
    nodes = [(shape, upserts[shape.fact]) for shape in SHAPES if shape.label and shape.fact in upserts]
    for shape, facts in nodes:
        _rows(
            tx,
            f"MERGE (n:{shape.label} {{id: row.id}}) SET n = row.properties",
            [{"id": fact.key, "properties": schema.row(fact)} for fact in facts],
        )
    for shape, facts in nodes:
        _links(tx, shape, facts, stored.get(shape.fact, {}))
    for shape in SHAPES:
        if not shape.label and shape.fact in upserts:
            for ends, edge, rows in _by_type(shape, upserts[shape.fact]):
                _rows(tx, f"{ends} MERGE {edge} SET r = row.properties", rows)
    _relabel(tx, wanted, stored, upserts, deletes)


def _delete(tx: ManagedTransaction, stored: Stored, deletes: Mapping[type[Fact], list[str]]) -> None:
    for shape in sorted(SHAPES, key=lambda shape: shape.label is not None):  # edges first
        keys = deletes.get(shape.fact, [])
        if shape.label:
            text = f"MATCH (n:{shape.label} {{id: row.id}}) {_UNLESS_REGISTER.format('n', 'DETACH DELETE')}"
            _rows(tx, text, [{"id": key} for key in keys])
            continue
        for ends, edge, rows in _by_type(shape, [stored[shape.fact][key] for key in keys]):
            _rows(tx, f"{ends} MATCH {edge} {_UNLESS_REGISTER.format('r', 'DELETE')}", rows)


def _links(tx: ManagedTransaction, shape: Shape, facts: list[Fact], stored: Mapping[str, Fact]) -> None:
    """The edges that follow from a node's own fields. Those of its key never change; its sources may."""
    changed = [{"id": fact.key} for fact in facts if fact.key in stored]
    _rows(tx, f"MATCH (:{shape.label} {{id: row.id}})-[r:SUPPORTED_BY]->() DELETE r", changed, counted=False)
    sources = [{"id": fact.key, "other": source} for fact in facts for source in dict.fromkeys(fact.source_ids)]
    ends = f"MATCH (n:{shape.label} {{id: row.id}}) MATCH (m:%s {{id: row.other}}) "
    _rows(tx, ends % "Source" + "CREATE (n)-[:SUPPORTED_BY]->(m)", sources)
    for link in shape.links:
        edge = f"MERGE (n)-[:{link.type}]->(m)" if link.out else f"MERGE (m)-[:{link.type}]->(n)"
        rows = [{"id": fact.key, "other": end_key(link.other, fact)} for fact in facts]
        _rows(tx, ends % link.other.label + edge, rows)


def _by_type(shape: Shape, facts: list[Fact]) -> Iterator[tuple[str, str, list[Row]]]:
    """The MATCH of both ends, the edge between them, and the rows: once for each type that the facts have."""
    start, end = shape.start, shape.end
    if start is None or end is None:
        raise ValueError(f"{shape.fact.__name__} facts are no edges")
    rows: dict[str, list[Row]] = {}
    for fact in facts:
        row = {"id": fact.key, "a": end_key(start, fact), "b": end_key(end, fact), "properties": schema.row(fact)}
        rows.setdefault(shape.edge_type(fact), []).append(row)
    ends = f"MATCH (a:{start.label} {{id: row.a}}) MATCH (b:{end.label} {{id: row.b}})"
    for kind, batch in rows.items():
        yield ends, f"(a)-[r:{kind} {{id: row.id}}]->(b)", batch


def _relabel(
    tx: ManagedTransaction,
    wanted: Iterable[Fact],
    stored: Stored,
    upserts: Mapping[type[Fact], list[Fact]],
    deletes: Mapping[type[Fact], list[str]],
) -> None:
    """Give each body whose kinds changed one label per kind ever held, and one for the kind's group."""
    gone = [stored[Classification][key] for key in deletes.get(Classification, [])]
    touched = {
        fact.organisation_id for fact in (*upserts.get(Classification, []), *gone) if isinstance(fact, Classification)
    }
    # A body that was the register's has the labels that the register gave it.
    touched |= {fact.key for fact in upserts.get(Organisation, [])} - stored.get(Organisation, {}).keys()
    if not touched:
        return
    held: dict[str, set[str]] = {fact.id: set() for fact in wanted if isinstance(fact, Organisation)}
    for fact in wanted:
        if isinstance(fact, Classification):
            held[fact.organisation_id] |= kinds.labels(fact.kind)
    by_labels: dict[tuple[str, ...], list[Row]] = {}
    for body in sorted(touched & held.keys()):
        by_labels.setdefault(tuple(sorted(held[body])), []).append({"id": body})
    every = ":".join(kinds.label(kind) for kind in kinds.KINDS)
    for labels, rows in by_labels.items():
        gain = f" SET o:{':'.join(labels)}" if labels else ""
        _rows(tx, f"MATCH (o:Organisation {{id: row.id}}) REMOVE o:{every}{gain}", rows)


def _rows(tx: ManagedTransaction, statement: str, rows: Sequence[Row], *, counted: bool = True) -> None:
    """Run a statement for each row, in batches.

    Raises StoreProblem when a counted row wrote nothing, because a node that it names is not in the database.
    """
    for first in range(0, len(rows), BATCH):
        batch = rows[first : first + BATCH]
        found = run(tx, f"UNWIND $rows AS row {statement} RETURN collect(row.id)", {"rows": batch})
        done: list[str] = found[0][0]
        if counted and len(done) != len(batch):
            written = set(done)
            lost = next((row["id"] for row in batch if row["id"] not in written), batch[0]["id"])
            raise StoreProblem(
                f"{len(batch) - len(done)} rows met no node in the database, such as {lost}; nothing was written",
                hint="another program changed the database: empty it and load again",
                statement=statement,
                lost=lost,
            )
