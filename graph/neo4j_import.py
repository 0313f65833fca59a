"""The graph as files for `neo4j-admin database import full`: the same nodes and edges that a load writes.

One CSV file a label or edge type, with the header that the import tool reads; `import.args` holds the arguments and
`schema.cypher` the constraints and indexes, which the tool does not make. Every text is quoted, so that an empty one
differs from none; the items of a list are parted by the unit separator, which no name holds. The new database stands
for the store: unlike the exports for others it also has what a store notes of a user's own files, without which the
next load would take what they state out, and nobody could on purpose.
"""

from collections.abc import Generator, Iterable, Mapping
from contextlib import ExitStack, contextmanager
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import IO, Any, cast

from nhs_graph.graph import kinds, schema
from nhs_graph.graph.errors import ExportProblem
from nhs_graph.graph.facts import Classification, Fact
from nhs_graph.graph.neo4j_register import CONSTRAINT
from nhs_graph.graph.register import view_of
from nhs_graph.graph.schema import SHAPES, End, Shape, value_type
from nhs_graph.graph.store import Selection, Store, end_key

SEPARATOR = "\x1f"
_TYPES = {int: ":long", float: ":double", bool: ":boolean", date: ":date", tuple: ":string[]", str: ""}
_BUFFER_MB = 4
"""The import tool's own."""
_ARGUMENTS = ("--array-delimiter=U+001F", "--multiline-fields=true", "--bad-tolerance=0")


def write_import(store: Store, folder: Path) -> dict[str, int]:
    """Write the files; the number of nodes or edges by file name."""
    labels = _labels(store)
    with _tables(folder) as table:
        for shape in SHAPES:
            for register in (False, True):
                facts = store.facts(Selection(shape.fact, register=register))
                if shape.label:
                    _write_nodes(table, shape, facts, register, labels if shape.label == "Organisation" else {})
                else:
                    _write_edges(table, shape, facts, register)
        for page in store.register_pages():
            table.row("nodes", "RegisterPage", ["page:ID(RegisterPage)", "rows", "load:long"], [*page, 1])
        meta = {"id": "meta", "format": str(schema.FORMAT), **store.meta()}
        names = ["id:ID(Meta)" if name == "id" else name for name in meta]
        loads = int("RegisterPage.csv" in table.counts)
        table.row("nodes", "Meta", [*names, "loads:long"], [*meta.values(), loads])
        counts, arguments, longest = table.counts, table.arguments, table.longest
    lines = [*arguments, *_ARGUMENTS]
    # A file of the user's own is one text, which must fit into the tool's buffer; a character has up to four bytes.
    if 4 * longest > _BUFFER_MB << 20:
        lines.append(f"--read-buffer-size={(4 * longest >> 20) + 1}m")
    (folder / "import.args").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    statements = ["CREATE CONSTRAINT meta_id IF NOT EXISTS FOR (n:Meta) REQUIRE n.id IS UNIQUE"]
    statements += [*schema.neo4j_constraints(), CONSTRAINT]
    (folder / "schema.cypher").write_text("".join(f"{line};\n" for line in statements), encoding="utf-8")
    return counts


def _labels(store: Store) -> dict[str, frozenset[str]]:
    """The labels of each body, from all kinds that it ever had; equal ones are kept once, for bodies are many."""
    labels: dict[str, frozenset[str]] = {}
    together = lru_cache(maxsize=None)(frozenset[str].union)
    for kind in store.facts(Selection(Classification)):
        body = kind.organisation_id
        labels[body] = together(labels.get(body, frozenset()), kinds.labels(kind.kind))
    return labels


class _Tables:
    """The open files of an export, each begun with its header by its first row."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        self._files: dict[str, IO[str]] = {}
        self.counts: dict[str, int] = {}
        self.longest = 0
        """The characters of the longest row."""
        self.arguments: list[str] = []

    def row(self, what: str, name: str, header: list[str], values: list[object]) -> None:
        """Add a row to the file of a label (`nodes`) or edge type (`relationships`)."""
        file_name = f"{name}.csv"
        if file_name not in self._files:
            file = (self._folder / file_name).open("w", encoding="utf-8", newline="")
            self._files[file_name] = self._stack.enter_context(file)
            file.write(",".join(header) + "\n")
            self.counts[file_name] = 0
            self.arguments.append(f"--{what}={name.split('.')[0]}={file_name}")
        line = ",".join(map(_cell, values))
        self._files[file_name].write(line + "\n")
        self.longest = max(self.longest, len(line))
        self.counts[file_name] += 1


@contextmanager
def _tables(folder: Path) -> Generator[_Tables, None, None]:
    with ExitStack() as stack:
        yield _Tables(folder, stack)


def _write_nodes(
    table: _Tables, shape: Shape, facts: Iterable[Fact], register: bool, labels: Mapping[str, frozenset[str]]
) -> None:
    label = str(shape.label)
    names = [name for name in schema_columns(shape) if name != "id"]
    header = [f"id:ID({label})", *(_head(shape, name) for name in names), *_register(shape), ":LABEL"]
    flags = [register or None] * len(_register(shape))
    for fact in facts:
        key = fact.key
        values = schema.row(fact)
        # With a :LABEL column the tool adds these to the label that the argument names.
        more = tuple(sorted(labels.get(key, ())))
        table.row("nodes", label, header, [key, *(values[name] for name in names), *flags, more])
        for source in dict.fromkeys(fact.source_ids):
            ends = [f":START_ID({label})", ":END_ID(Source)"]
            table.row("relationships", f"SUPPORTED_BY.{label}", ends, [key, source])
        for link in shape.links:
            here, there = (label, key), (link.other.label, end_key(link.other, fact))
            (a, start), (b, end) = (here, there) if link.out else (there, here)
            table.row("relationships", f"{link.type}.{label}", [f":START_ID({a})", f":END_ID({b})"], [start, end])


def _write_edges(table: _Tables, shape: Shape, facts: Iterable[Fact], register: bool) -> None:
    names = schema_columns(shape)
    start, end = cast("tuple[End, End]", (shape.start, shape.end))
    header = [f":START_ID({start.label})", f":END_ID({end.label})", *(_head(shape, name) for name in names)]
    header += _register(shape)
    flags = [register or None] * len(_register(shape))
    for fact in facts:
        values = schema.row(fact)
        cells = [end_key(start, fact), end_key(end, fact), *(values[name] for name in names), *flags]
        table.row("relationships", shape.edge_type(fact), header, cells)


def _register(shape: Shape) -> list[str]:
    """The column that tells facts of the register, in classes that it has."""
    return ["register:boolean"] if view_of(shape.fact) else []


def schema_columns(shape: Shape) -> list[str]:
    """What a node or edge of this shape holds, `id` first."""
    return ["id", *(name for name in shape.columns if name != "id")]


def _head(shape: Shape, name: str) -> str:
    known = name in shape.fact.model_fields
    return f"{name}{_TYPES[value_type(shape.fact, name)] if known else ''}"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        items = cast("tuple[str, ...]", value)
        if any(SEPARATOR in item for item in items):
            raise ExportProblem(
                f"the list {items!r} holds the character that parts lists", hint="correct that fact and load again"
            )
        return _quoted(SEPARATOR.join(items)) if items else ""  # the tool knows no empty list: no property
    if isinstance(value, (bool, int, float, date)):
        return schema.text(value)
    return _quoted(str(value))


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
