"""How facts are read back from a Neo4j database, equal to what was written."""

from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import Any, cast

from neo4j import ManagedTransaction, Transaction
from neo4j.time import Date, DateTime, Duration, Time
from pydantic import TypeAdapter

from nhs_graph.graph.facts import Dated, Fact, Seen
from nhs_graph.graph.schema import EDGE_TYPES, SHAPE_OF, SHAPES, Shape, value_type
from nhs_graph.graph.store import C, F, Selection

Stored = Mapping[type[Fact], Mapping[str, Fact]]
"""All facts of a database, by class and key."""


def run(tx: ManagedTransaction | Transaction, text: str, params: Mapping[str, Any] | None = None) -> list[list[Any]]:
    """The rows of one statement, read to the end."""
    # The driver's type asks for literal text. Ours is made from facts.py, or is the user's own query in READ mode.
    return tx.run(text, dict(params or {})).values()  # pyright: ignore[reportArgumentType]


def pattern(shape: Shape) -> str:
    """The MATCH that finds all facts of a shape, as `f`."""
    if shape.start and shape.end:
        return f"MATCH (a:{shape.start.label})-[f:{'|'.join(edge_types(shape))}]->(b:{shape.end.label})"
    return f"MATCH (f:{shape.label})"


def edge_types(shape: Shape) -> tuple[str, ...]:
    """The types of a shape's edges; for a node its label."""
    return (shape.type or shape.label or "",) if shape.type or shape.label else EDGE_TYPES[shape.fact.__name__]


def stored(tx: ManagedTransaction) -> Stored:
    """All that the bundle and files of the user's own say."""
    selections = [Selection(shape.fact, register=False) for shape in SHAPES]
    return {selection.fact: {fact.key: fact for fact in facts(tx, selection)} for selection in selections}


def facts(tx: ManagedTransaction, selection: Selection[F]) -> list[F]:
    """The selected facts, in order of their key."""
    shape = SHAPE_OF[selection.fact]
    where, params = _conditions(shape, selection)
    columns = ", ".join(_column(shape, name) for name in shape.fields)
    rows = run(tx, f"{pattern(shape)}{where} RETURN f.id AS key, {columns}", params)
    rows.sort(key=itemgetter(0))  # Python's order of text is SQLite's; a server's may differ
    adapter = TypeAdapter(selection.fact)
    return [adapter.validate_python(dict(zip(shape.fields, map(plain, values[1:]), strict=True))) for values in rows]


def columns(tx: ManagedTransaction, selection: Selection[F], wanted: type[C]) -> list[C]:
    """Some columns of the selected facts, in no order."""
    shape = SHAPE_OF[selection.fact]
    where, params = _conditions(shape, selection)
    names = ", ".join(_column(shape, name) for name in wanted._fields)
    rows = run(tx, f"{pattern(shape)}{where} RETURN {names}", params)
    return [wanted._make(tuple(value) if isinstance(value, list) else plain(value) for value in row) for row in rows]


def _column(shape: Shape, name: str) -> str:
    # The import tool writes no empty list: there the property is missing.
    return f"coalesce(f.{name}, [])" if value_type(shape.fact, name) is tuple else f"f.{name}"


def _conditions(shape: Shape, selection: Selection[F]) -> tuple[str, dict[str, Any]]:
    parts: list[str] = []
    params: dict[str, Any] = {}
    ends = {end.fields: f"{node}.id" for node, end in (("a", shape.start), ("b", shape.end)) if end}
    for name, allowed in selection.where.items():
        if name not in shape.columns:
            raise ValueError(f"{shape.fact.__name__} has no column {name}")
        info = shape.fact.model_fields.get(name)
        column = ends.get((name,), f"f.{name}")  # the node's key has an index
        text = info is None or "str" in str(info.annotation) or "Literal" in str(info.annotation)
        parts.append(f"{column if text else f'toString({column})'} IN ${name}")
        params[name] = sorted(allowed)
    if selection.as_of:
        if not issubclass(shape.fact, Dated):
            raise ValueError(f"{shape.fact.__name__} has no period")
        first, until = ("shown_from", "shown_until") if issubclass(shape.fact, Seen) else ("start_date", "end_date")
        parts.append(f"(f.{first} IS NULL OR f.{first} <= $as_of) AND (f.{until} IS NULL OR f.{until} > $as_of)")
        params["as_of"] = selection.as_of
    for name, compared, day in (("since", ">=", selection.during.start), ("until", "<", selection.during.end)):
        if day:
            column = "f.effective_date"
            parts.append(f"({column} IS NULL OR f.effective_precision <> 'day' OR {column} {compared} ${name})")
            params[name] = day
    if selection.register is not None:
        parts.append("f.register" if selection.register else "f.register IS NULL")
    return (f" WHERE {' AND '.join(parts)}" if parts else ""), params


def plain(value: object) -> Any:
    """A value of the driver as Python has it, also inside lists and maps."""
    if isinstance(value, (Date, DateTime, Time)):
        return value.to_native()
    if isinstance(value, Duration):
        return value.iso_format()
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in cast("Iterable[object]", value)]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in cast("dict[str, object]", value).items()}
    return value
