"""How a release of the register gets into a Neo4j database: brought together beside it, then written in batches.

What a release changes is worked out in an embedded store, by the SQL of sqlite_register.py: the server's register is
read into it (`RegisterPage` nodes, register_pages.py), the release merged, and the facts before and after compared.
Only the difference is written. Facts of the register have the shape of all others (MODEL section 5) and the property
`register`, so that loading the bundle leaves them alone.
"""

import json
import sqlite3
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import date
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from neo4j import ManagedTransaction, Session

from nhs_graph.graph import kinds
from nhs_graph.graph.errors import StoreProblem
from nhs_graph.graph.facts import Fact, Organisation
from nhs_graph.graph.neo4j_read import Stored, edge_types, run
from nhs_graph.graph.register import BESIDE, view_of
from nhs_graph.graph.register_pages import Page, fill, pages
from nhs_graph.graph.schema import SHAPES, Shape, value_type
from nhs_graph.graph.sqlite_store import SqliteStore

BATCH = 5000
CONSTRAINT = "CREATE CONSTRAINT register_page_id IF NOT EXISTS FOR (p:RegisterPage) REQUIRE (p.page, p.load) IS UNIQUE"
_STEP = 50_000
_PAGES_AT_ONCE = 500
_SHAPES = tuple(shape for shape in SHAPES if view_of(shape.fact))
_EVERY_LABEL = ":".join(kinds.label(kind) for kind in kinds.KINDS)
_PAGES = """
MATCH (p:RegisterPage) WHERE p.load <= $loads
WITH p ORDER BY p.load WITH p.page AS page, collect(p) AS versions
WITH page, versions[-1] AS newest RETURN page, newest.rows"""
_OLD_PAGES = """
MATCH (q:RegisterPage) WHERE q.load = $load MATCH (p:RegisterPage {page: q.page}) WHERE p.load < q.load
WITH p LIMIT 5000 DELETE p RETURN count(*)"""
_CUT_OFF_PAGES = "MATCH (p:RegisterPage) WHERE p.load > $loads WITH p LIMIT 5000 DELETE p RETURN count(*)"

Row = dict[str, Any]


class Step(NamedTuple):
    """A statement, the rows of one batch, and how many it must give back, so that none is lost."""

    statement: str
    rows: list[Row]
    wanted: int | None = None
    of: str = ""
    """The class of facts that it writes."""


@contextmanager
def workbench(others: Iterable[Fact], kept: Iterable[Page]) -> Generator["Work", None, None]:
    """The register of a database in an embedded file, which is gone afterwards."""
    with TemporaryDirectory(prefix="nhs-graph-") as folder:
        path = Path(folder) / "register.db"
        with closing(SqliteStore(path, read_only=False)) as store:
            store.replace(others, {})
            with closing(sqlite3.connect(path, isolation_level=None)) as db:
                yield Work(store, db, kept)


class Work:
    """The register before and after releases come in; `others` of `workbench` are the bundle's facts BESIDE it."""

    def __init__(self, store: SqliteStore, db: sqlite3.Connection, kept: Iterable[Page]) -> None:
        self.store, self._db = store, db
        db.execute("CREATE TABLE was_page (id TEXT PRIMARY KEY, rows TEXT) WITHOUT ROWID")
        with _transaction(db):
            db.executemany("INSERT INTO was_page VALUES (?, ?)", kept)
            fill(db, (rows for (rows,) in db.execute("SELECT rows FROM was_page")))
        self.fresh = not self._some("was_page")
        for shape in _SHAPES:
            db.execute(f"CREATE TABLE was_{shape.table} AS {_facts(shape)}")

    def forget(self, keys: Mapping[type[Fact], Iterable[str]]) -> None:
        """Only these keys of facts are known to be there, and nothing of what the facts say: write all of them anew."""
        self.fresh = False
        with _transaction(self._db):
            for shape in _SHAPES:
                self._db.execute(f"DELETE FROM was_{shape.table}")
                self._db.executemany(
                    f"INSERT INTO was_{shape.table} (id) VALUES (?)", ([key] for key in keys[shape.fact])
                )

    def upserts(self) -> Iterator[Step]:
        """What is new or otherwise: nodes before edges."""
        for shape in sorted(_SHAPES, key=lambda shape: shape.label is None):
            made = _maker(shape)
            for kind in edge_types(shape):
                difference = _facts(shape) if self.fresh else f"{_facts(shape)} EXCEPT SELECT * FROM was_{shape.table}"
                field = "" if shape.type or shape.label else f" WHERE upper({_KIND_OF[shape.fact.__name__]}) = '{kind}'"
                cursor = self._db.execute(f"SELECT * FROM ({difference}){field}")
                while found := cursor.fetchmany(BATCH):
                    rows = [made(values) for values in found]
                    if shape.label and not self.fresh:
                        yield Step(_unsupported(shape.label), rows)
                    wanted = (
                        sum(len(row["properties"]["source_ids"]) or 1 for row in rows) if shape.label else len(rows)
                    )
                    yield Step(_writing(shape, kind, fresh=self.fresh), rows, wanted, shape.fact.__name__)

    def deletes(self) -> Iterator[Step]:
        """What is no longer said, unless the bundle says it now: edges before nodes."""
        for shape in sorted(_SHAPES, key=lambda shape: shape.label is not None):
            gone = f"SELECT id FROM was_{shape.table} EXCEPT SELECT id FROM {view_of(shape.fact)}"
            cursor = self._db.execute(gone)
            while found := cursor.fetchmany(BATCH):
                rows: list[Row] = [{"id": key} for (key,) in found]
                for kind in edge_types(shape):
                    edge = f"MATCH ()-[f:{kind} {{id: row.id}}]->() WHERE f.register DELETE f"
                    node = f"MATCH (f:{shape.label} {{id: row.id}}) WHERE f.register DETACH DELETE f"
                    yield Step(f"UNWIND $rows AS row {node if shape.label else edge}", rows)

    def pages(self, load: int) -> Iterator[Step]:
        """The pages that differ, as nodes of this load beside those of earlier ones."""
        statement = (
            "UNWIND $rows AS row MERGE (p:RegisterPage {page: row.id, load: row.load}) "
            "SET p.rows = row.rows RETURN count(*)"
        )
        waiting = list[Row]()
        for page in pages(self._db):
            if self._db.execute("SELECT 1 FROM was_page WHERE id = ? AND rows = ?", page).fetchone():
                continue
            waiting.append({"id": page.id, "load": load, "rows": page.rows})
            if len(waiting) == _PAGES_AT_ONCE:
                yield Step(statement, waiting, len(waiting))
                waiting = []
        if waiting:
            yield Step(statement, waiting, len(waiting))

    def changed(self) -> bool:
        """Whether anything must be written at all."""
        return any(True for steps in (self.upserts(), self.deletes(), self.pages(0)) for _ in steps)

    def _some(self, table: str) -> bool:
        return self._db.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() is not None


def write(session: Session, work: Work, load: int, holds: Callable[[], object], tell: Callable[[str], None]) -> None:
    """Write what differs, a transaction a batch; `holds` asks whether the load still holds its lock."""
    while session.execute_write(lambda tx: run(tx, _CUT_OFF_PAGES, {"loads": load - 1}))[0][0]:
        pass
    told: dict[str, int] = {}
    for steps in (work.upserts(), work.deletes(), work.pages(load)):
        for step in steps:
            holds()
            session.execute_write(apply, step)
            before = told.get(step.of, 0)
            told[step.of] = before + len(step.rows)
            if step.of and before // _STEP != told[step.of] // _STEP:
                tell(f"{told[step.of]} facts of the class {step.of} written")


def tidy(session: Session, load: int) -> None:
    """Take out the pages that those of this load replace."""
    while session.execute_write(lambda tx: run(tx, _OLD_PAGES, {"load": load}))[0][0]:
        pass


@contextmanager
def beside(
    tx: ManagedTransaction,
    loads: int,
    stored: Stored,
    wanted: Iterable[Fact],
    changed: Collection[type[Fact]],
) -> Generator[None, None, None]:
    """Around a load of the bundle: what the register says of bodies that the bundle has no more, and not of new ones.

    What it says besides is written before the bundle's facts go, what it does not say any more is deleted after.
    """
    if not loads or not set(BESIDE) & set(changed):
        yield
        return
    before = [fact for cls in BESIDE for fact in stored[cls].values()]
    with workbench(before, kept_pages(tx, loads)) as work:
        work.store.replace([fact for fact in wanted if isinstance(fact, BESIDE)], {})
        for step in work.upserts():
            apply(tx, step)
        yield
        for step in work.deletes():
            apply(tx, step)


def apply(tx: ManagedTransaction, step: Step) -> None:
    """Run one batch. Raises StoreProblem when some of its rows met no node."""
    found = run(tx, step.statement, {"rows": step.rows})
    if step.wanted is not None and found[0][0] != step.wanted:
        raise StoreProblem(
            f"{step.wanted - found[0][0]} of {step.wanted} rows of the class {step.of} met no node in the database",
            hint="another program changed the database: empty it and load again",
            statement=step.statement,
        )


def kept_pages(tx: ManagedTransaction, loads: int) -> list[Page]:
    """What the loads that came to their end left: the newest page of each place."""
    return [Page(*row) for row in run(tx, _PAGES, {"loads": loads})]


def written_keys(tx: ManagedTransaction) -> dict[type[Fact], list[str]]:
    """The keys of all facts of the register that are in the database, whole or not."""
    found: dict[type[Fact], list[str]] = {}
    for shape in _SHAPES:
        ways = [f"(f:{shape.label})" if shape.label else f"()-[f:{kind}]->()" for kind in edge_types(shape)]
        texts = (f"MATCH {way} WHERE f.register RETURN f.id" for way in ways)
        found[shape.fact] = [row[0] for text in texts for row in run(tx, text)]
    return found


_KIND_OF = {"Relation": "type", "Party": "side"}
_KINDS = "(SELECT group_concat(kind, ' ') FROM (SELECT DISTINCT kind FROM ods_kind WHERE code = f.id ORDER BY kind))"


def _facts(shape: Shape) -> str:
    """The query for a class's facts of the register: its columns, and the kinds of a body, which are its labels."""
    more = f", {_KINDS} AS kinds" if shape.fact is Organisation else ""
    return f"SELECT {', '.join(shape.columns)}{more} FROM {view_of(shape.fact)} f"


def _maker(shape: Shape) -> Callable[[tuple[Any, ...]], Row]:
    """What makes a batch's row of a view's row: `schema.row` without a fact in between, for there are millions."""
    # The same days and lists of sources stand in many rows.
    day, items = lru_cache(maxsize=None)(date.fromisoformat), lru_cache(maxsize=None)(json.loads)
    reads: dict[type, Callable[[Any], Any]] = {date: day, tuple: items}
    names = shape.columns
    known = shape.fact.model_fields
    special = [
        (place, reads[value_type(shape.fact, name)])
        for place, name in enumerate(names)
        if name in known and value_type(shape.fact, name) in reads
    ]
    labels = lru_cache(maxsize=None)(_labels)

    def made(values: tuple[Any, ...]) -> Row:
        properties = dict(zip(names, values, strict=False))
        for place, read in special:
            if values[place] is not None:
                properties[names[place]] = read(values[place])
        properties["register"] = True
        row: Row = {"id": properties["id"], "properties": properties}
        if shape.fact is Organisation:
            row["labels"] = labels(values[-1] or "")
        return row

    return made


def _labels(held: str) -> list[str]:
    return sorted({label for kind in held.split() for label in kinds.labels(kind)})


def _writing(shape: Shape, kind: str, *, fresh: bool) -> str:
    """The statement that writes facts of a class: a node with its links and sources, or an edge."""
    parts = ["UNWIND $rows AS row"]
    if shape.start and shape.end:
        for name, end in (("a", shape.start), ("b", shape.end)):
            parts.append(f"MATCH ({name}:{end.label} {{id: row.properties.{end.fields[0]}}})")
        parts.append(f"MERGE (a)-[f:{kind} {{id: row.id}}]->(b) SET f = row.properties")
        return " ".join([*parts, "RETURN count(*)"])
    parts.append(f"MERGE (f:{shape.label} {{id: row.id}}) SET f = row.properties")
    if shape.fact is Organisation:
        parts.append(f"{'' if fresh else f'REMOVE f:{_EVERY_LABEL} '}SET f:$(row.labels)")
    for link in shape.links:
        edge = f"(f)-[:{link.type}]->(m)" if link.out else f"(m)-[:{link.type}]->(f)"
        other = f"MATCH (m:{link.other.label} {{id: row.properties.{link.other.fields[0]}}})"
        parts.append(f"WITH f, row {other} MERGE {edge}")
    if shape.label != "Source":
        parts.append("WITH f, row UNWIND row.properties.source_ids AS source MATCH (s:Source {id: source})")
        parts.append("MERGE (f)-[:SUPPORTED_BY]->(s)")
    return " ".join([*parts, "RETURN count(*)"])


def _unsupported(label: str) -> str:
    """Take away the edges to sources that no longer support a node."""
    return (
        f"UNWIND $rows AS row MATCH (:{label} {{id: row.id}})-[r:SUPPORTED_BY]->(s) "
        "WHERE NOT s.id IN row.properties.source_ids DELETE r"
    )


@contextmanager
def _transaction(db: sqlite3.Connection) -> Generator[None, None, None]:
    db.execute("BEGIN")
    yield
    db.execute("COMMIT")
