"""How each fact is stored: its table, its place in the graph, its indexes. All of it derived from facts.py.

A fact is a node or an edge. A node may bring links along: edges that follow from its own fields, such as
`(:Organisation)-[:HAS_NAME]->(:Name)`. The same shapes make the Neo4j graph and the networkx graph.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import Any, cast, get_args, get_origin

from nhs_graph.graph import facts as f
from nhs_graph.graph.interval import end_text, start_text


@dataclass(frozen=True)
class End:
    """Where an edge begins or ends: the label of the node and the fact's fields that make its key."""

    label: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Link:
    """An edge between a node and another one that the node's own fields name; `out` leaves the node."""

    type: str
    other: End
    out: bool


@dataclass(frozen=True)
class Shape:
    """One fact class in the stores: a node with `label` and `links`, or an edge from `start` to `end`.

    `type` is the edge's type; None means that the fact's own field `type` (Relation) or `side` (Party) says it.
    """

    fact: type[f.Fact]
    label: str | None = None
    links: tuple[Link, ...] = ()
    type: str | None = None
    start: End | None = None
    end: End | None = None
    indexes: tuple[str, ...] = ()
    shipped: bool = True
    """Whether the bundle and the exports for others have such facts; what a store notes about a user's own files stays
    in it, and in a database that is made of it (neo4j_import.py)."""

    def edge_type(self, fact: f.Fact) -> str:
        """The type of this edge fact's edge."""
        return self.type or str(getattr(fact, "type", None) or getattr(fact, "side", "")).upper()

    @property
    def table(self) -> str:
        """The SQLite table and the bundle file: `ChangeEvent` -> `change_event`."""
        name = self.fact.__name__
        return "".join(f"_{c.lower()}" if c.isupper() else c for c in name).lstrip("_")

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """The fact's own fields in order, sources last."""
        names = [name for name in self.fact.model_fields if name != "source_ids"]
        order = {name: i for i, name in enumerate(self.fact.KEY)}
        return (*sorted(names, key=lambda name: order.get(name, len(order))), "source_ids")

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """What a store keeps: the key as `id`, the fields, and what is computed from them for searches."""
        own_id = () if "id" in self.fact.model_fields else ("id",)
        return (*own_id, *self.fields, *self.fact.model_computed_fields)


def _body(field: str = "organisation_id") -> End:
    return End("Organisation", (field,))


def _area(field: str) -> End:
    return End("Area", (field,))


def _from_body(kind: str) -> Link:
    return Link(kind, _body(), out=False)


EDGE_TYPES: dict[str, tuple[str, ...]] = {
    "Relation": ("PART_OF", "LOCATED_IN", "MEMBER_OF", "OPERATES", "COMMISSIONED_BY"),
    "Party": ("ORIGINAL", "RESULT"),
}
"""The edge types of facts that say their type in a field."""

SHAPES: tuple[Shape, ...] = (
    Shape(f.Source, label="Source"),
    Shape(f.Organisation, label="Organisation"),
    Shape(f.Name, label="Name", links=(_from_body("HAS_NAME"),), indexes=("organisation_id", "folded", "bare")),
    Shape(
        f.Identifier, label="Identifier", links=(_from_body("HAS_IDENTIFIER"),), indexes=("organisation_id", "value")
    ),
    Shape(
        f.Classification, label="Classification", links=(_from_body("HAS_KIND"),), indexes=("organisation_id", "kind")
    ),
    Shape(f.Relation, start=_body("subject_id"), end=_body("object_id"), indexes=("subject_id", "object_id")),
    Shape(f.Area, label="Area", indexes=("kind",)),
    Shape(f.Coverage, type="COVERS", start=_body(), end=_area("gss"), indexes=("organisation_id", "gss")),
    Shape(
        f.Overlap,
        type="OVERLAPS",
        start=_area("left_gss"),
        end=_area("right_gss"),
        indexes=("left_gss", "right_gss", "start_date"),
    ),
    Shape(
        f.AreaMove,
        label="AreaMove",
        links=(
            Link("WITHIN", _area("council_gss"), out=True),
            Link("FROM", _area("from_gss"), out=True),
            Link("TO", _area("to_gss"), out=True),
        ),
        indexes=("effective_date",),
    ),
    Shape(f.ChangeEvent, label="ChangeEvent", indexes=("effective_date",)),
    Shape(f.Party, start=End("ChangeEvent", ("event_id",)), end=_body(), indexes=("event_id", "organisation_id")),
    Shape(
        f.Succession,
        type="SUCCEEDED_BY",
        start=_body("predecessor_id"),
        end=_body("successor_id"),
        indexes=("predecessor_id", "successor_id"),
    ),
    Shape(f.Person, label="Person"),
    Shape(f.Post, label="Post", links=(Link("AT", _body(), out=True),), indexes=("organisation_id", "role")),
    Shape(
        f.Tenure,
        type="HELD",
        start=End("Person", ("person_id",)),
        end=End("Post", ("organisation_id", "role")),
        indexes=("person_id", "organisation_id"),
    ),
    Shape(f.Claim, label="Claim"),
    Shape(f.Conflict, label="Conflict", indexes=("organisation_id",)),
    Shape(f.OwnFile, label="OwnFile", shipped=False),
)

SHAPE_OF: dict[type[f.Fact], Shape] = {shape.fact: shape for shape in SHAPES}
FORMAT = 8
"""The number of this storage layout, to be raised with each change of it (tests/contract/test_store_errors.py notices).

A store with a higher one was written by a later version, one with a lower one has to be made anew.
"""


@cache
def sqlite_ddl() -> tuple[str, ...]:
    """The statements that make an empty SQLite store."""
    statements = ["CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"]
    for shape in SHAPES:
        columns = ", ".join(
            f"{name} {_sqlite_type(shape.fact, name)}{' PRIMARY KEY' if name == 'id' else ''}" for name in shape.columns
        )
        statements.append(f"CREATE TABLE {shape.table} ({columns})")
        statements += [f"CREATE INDEX {shape.table}_{name} ON {shape.table} ({name})" for name in shape.indexes]
    return tuple(statements)


def _sqlite_type(fact: type[f.Fact], name: str) -> str:
    kind = value_type(fact, name) if name in fact.model_fields else str
    return {float: "REAL", int: "INTEGER", bool: "INTEGER"}.get(kind, "TEXT")


def value_type(fact: type[f.Fact], name: str) -> type:
    """What a field holds where it holds something: `str`, `int`, `float`, `bool`, `date`, or `tuple` (of texts)."""
    annotation: Any = fact.model_fields[name].annotation
    parts: tuple[Any, ...] = (annotation, *get_args(annotation))
    for kind in (bool, int, float, date):
        if kind in parts:
            return kind
    return tuple if tuple in {get_origin(part) for part in parts} else str


def precision_of(fact: type[f.Fact], name: str) -> str | None:
    """The field that says how exactly a date field is known; None for a date that is always a day."""
    precision = f"{name.removesuffix('_date').removesuffix('_on')}_precision"
    return precision if precision in fact.model_fields and value_type(fact, name) is date else None


def said(fact: f.Fact) -> dict[str, Any]:
    """A fact as exports print it: the key as `id`, dates as the source said them (MODEL section 1), lists as lists."""
    values: dict[str, Any] = {"id": fact.key}
    cls = type(fact)
    for name in SHAPE_OF[cls].fields:
        value = getattr(fact, name)
        if isinstance(value, date):
            precision = precision_of(cls, name)
            told = end_text if name == "end_date" else start_text
            value = told(value, getattr(fact, precision) if precision else "day")
        values[name] = list(cast("tuple[str, ...]", value)) if isinstance(value, tuple) else value
    return values


def neo4j_constraints() -> Iterator[str]:
    """Uniqueness of every key, indexes on what queries filter by, and the full-text index over names."""
    for shape in SHAPES:
        if shape.label:
            yield f"CREATE CONSTRAINT {shape.table}_id IF NOT EXISTS FOR (n:{shape.label}) REQUIRE n.id IS UNIQUE"
            for name in shape.indexes:
                yield f"CREATE INDEX {shape.table}_{name} IF NOT EXISTS FOR (n:{shape.label}) ON (n.{name})"
        else:
            for kind in (shape.type,) if shape.type else EDGE_TYPES[shape.fact.__name__]:
                yield f"CREATE INDEX {kind.lower()}_id IF NOT EXISTS FOR ()-[r:{kind}]-() ON (r.id)"
    yield "CREATE FULLTEXT INDEX names IF NOT EXISTS FOR (n:Name) ON EACH [n.name]"
    # Of folded names, split at blanks: the words that every engine compares (names.fold).
    yield (
        "CREATE FULLTEXT INDEX words IF NOT EXISTS FOR (n:Name) ON EACH [n.folded] "
        "OPTIONS {indexConfig: {`fulltext.analyzer`: 'whitespace'}}"
    )


def row(fact: f.Fact) -> dict[str, Any]:
    """A fact as stored: the key as `id`, dates as dates, lists as lists."""
    values: Mapping[str, Any] = fact.__dict__
    shape = SHAPE_OF[type(fact)]
    computed = {name: getattr(fact, name) for name in fact.__class__.model_computed_fields}
    return {"id": fact.key, **{name: values[name] for name in shape.fields}, **computed}


def text(value: object) -> str:
    """A value in a bundle file: empty for None, ISO dates, lists joined by `;`."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, tuple):
        return ";".join(str(item) for item in cast("tuple[object, ...]", value))
    return str(value)
