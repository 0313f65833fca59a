"""The embedded store: one SQLite file, one table a fact class, one transaction a load."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from pydantic import TypeAdapter

from nhs_graph.graph import register, schema, sqlite_names, sqlite_undo
from nhs_graph.graph.errors import StoreIsNewer, StoreLocked, StoreProblem, StoreUnavailable, UsageProblem
from nhs_graph.graph.facts import Fact, Name, Seen
from nhs_graph.graph.register import Batch, Merged, Release
from nhs_graph.graph.register_pages import Page, pages
from nhs_graph.graph.schema import SHAPE_OF, SHAPES, Shape
from nhs_graph.graph.sqlite_register import Intake
from nhs_graph.graph.store import C, F, Selection, WriteSummary, difference, silent

BUSY_SECONDS = 30
_AT_ONCE = 10_000
"""How many rows are held at once: the whole register has a million links."""
_NEIGHBOURS = """
WITH RECURSIVE reached(id) AS (
    SELECT value FROM json_each(?)
    UNION
    SELECT s.successor_id FROM succession s JOIN reached r ON s.predecessor_id = r.id
    UNION
    SELECT s.predecessor_id FROM succession s JOIN reached r ON s.successor_id = r.id
    UNION
    SELECT s.successor_id FROM register_succession s JOIN reached r ON s.predecessor_id = r.id
    UNION
    SELECT s.predecessor_id FROM register_succession s JOIN reached r ON s.successor_id = r.id
) SELECT id FROM reached"""


class SqliteStore:
    """A store in one file. Readers see the state before or after a load, never a mixture (WAL)."""

    cypher = False

    def __init__(self, path: Path, *, read_only: bool = True) -> None:
        self.path = path
        self.url = f"sqlite:{path}"
        if read_only and not path.exists():
            raise StoreUnavailable(
                f"the store {path} does not exist", hint=f"nhs-graph load --store sqlite:{path}", path=path
            )
        try:
            if not read_only:
                path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
            self._check_format()
        except (OSError, sqlite3.Error) as error:
            raise _problem(path, error) from error

    def _check_format(self) -> None:
        tables = {row[0] for row in self._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not tables:
            return
        if "meta" not in tables:
            raise StoreProblem(
                f"{self.path} is a database, but no nhs-graph store", hint="name another file with --store"
            )
        found = int(self.meta().get("format", "0"))
        if found > schema.FORMAT:
            raise StoreIsNewer(
                f"the store {self.path} has format {found}, this program knows formats up to {schema.FORMAT}",
                hint="pip install --upgrade nhs-graph",
            )
        if found < schema.FORMAT:
            raise StoreProblem(f"the store {self.path} has the old format {found}", hint=_anew(self.path))

    @property
    def empty(self) -> bool:
        """Whether nothing was ever loaded."""
        return not self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]

    def facts(self, selection: Selection[F]) -> Iterator[F]:
        """The selected facts, in order of their key."""
        shape = SHAPE_OF[selection.fact]
        conditions, values = _conditions(shape, selection)
        tables = _tables(shape, selection.register)
        if not tables:
            return
        parts = [f"SELECT {', '.join(shape.fields)}, id AS key FROM {table}{conditions}" for table in tables]
        with _reading(self.path):
            cursor = self._db.execute(f"{' UNION ALL '.join(parts)} ORDER BY key", values * len(parts))
            while rows := cursor.fetchmany(_AT_ONCE):
                yield from _facts(shape, rows, selection.fact)

    def columns(self, selection: Selection[F], wanted: type[C]) -> list[C]:
        """Some columns of the selected facts, in no order."""
        shape, names = SHAPE_OF[selection.fact], wanted._fields
        conditions, values = _conditions(shape, selection)
        tables = _tables(shape, selection.register)
        if not tables:
            return []
        parts = [f"SELECT {', '.join(names)} FROM {table}{conditions}" for table in tables]
        with _reading(self.path):
            rows = self._db.execute(" UNION ALL ".join(parts), values * len(parts)).fetchall()
        readers = [_READERS.get(schema.value_type(selection.fact, name)) for name in names]
        # Column by column, and the same value once: few days and few sources stand in many rows.
        columns = [
            map(lru_cache(maxsize=None)(read), column) if read else column
            for read, column in zip(readers, zip(*rows, strict=True), strict=False)
        ]
        return list(map(wanted._make, zip(*columns, strict=True)))

    def connected(self, ids: Collection[str]) -> frozenset[str]:
        """These bodies and all that successions connect with them."""
        with _reading(self.path):
            return frozenset(row[0] for row in self._db.execute(_NEIGHBOURS, (json.dumps(sorted(ids)),)))

    def replace(self, facts: Iterable[Fact], meta: Mapping[str, str], *, dry_run: bool = False) -> WriteSummary:
        """Make the store hold exactly these facts, in one transaction."""
        with self._transaction(dry_run=dry_run):
            fresh = self.empty
            if fresh:
                self._make_tables()
            existing: dict[type[Fact], dict[str, Fact]] = {}
            if not fresh:
                existing = {
                    shape.fact: {fact.key: fact for fact in self.facts(Selection(shape.fact, register=False))}
                    for shape in SHAPES
                }
            upserts, deletes, summary = difference(facts, existing)
            self._write(upserts, deletes, {"format": str(schema.FORMAT), **meta})
        return summary

    def load_releases(
        self,
        releases: Iterable[tuple[Release, Iterable[Batch]]],
        *,
        dry_run: bool = False,
        tell: Callable[[str], None] = silent,
    ) -> list[Merged]:
        """Bring releases of the national register in, all of them or none; a dry run only tells what they would do."""
        merged: list[Merged] = []
        with self._transaction(dry_run=dry_run):
            if self.empty:
                self._make_tables()
            for release, batches in releases:
                intake = Intake(self._db, release)
                intake.stage(batches)
                sqlite_undo.keep(self._db, release.source_id)
                tell(f"{release.title}: bringing it together with what the store holds")
                merged.append(intake.merge())
        return merged

    def remove_release(self, source_id: str) -> WriteSummary:
        """Take the release that was loaded last out again, and leave the register as it was before."""
        with self._transaction(dry_run=False):
            return sqlite_undo.take_back(self._db, source_id)

    def register_pages(self) -> Iterator[Page]:
        """What the releases said, as rows; none for a store without a register."""
        with _reading(self.path):
            yield from pages(self._db)

    @contextmanager
    def _transaction(self, *, dry_run: bool) -> Generator[None, None, None]:
        """One transaction, all or nothing; a dry run takes it back."""
        try:
            if not dry_run:
                self._keep_a_log()
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("ROLLBACK" if dry_run else "COMMIT")
            finally:
                # After an error, and after Ctrl-C, the old data must be there.
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise _problem(self.path, error) from error

    def _make_tables(self) -> None:
        for statement in (*schema.sqlite_ddl(), *register.ddl()):
            self._db.execute(statement)
        self._db.execute("INSERT INTO meta VALUES ('format', ?)", (str(schema.FORMAT),))

    def _keep_a_log(self) -> None:
        """Readers go on while a load writes (WAL). Two first loads may ask for it at the same moment."""
        until = monotonic() + BUSY_SECONDS
        while True:
            try:
                self._db.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                # The timeout of the connection does not cover a change of the journal's mode.
                if "locked" not in str(error) or monotonic() > until:
                    raise
                sleep(0.05)

    def _write(
        self, upserts: Mapping[type[Fact], list[Fact]], deletes: Mapping[type[Fact], list[str]], meta: Mapping[str, str]
    ) -> None:
        for cls, keys in deletes.items():
            self._db.executemany(f"DELETE FROM {SHAPE_OF[cls].table} WHERE id = ?", [(key,) for key in keys])
        for cls, facts in upserts.items():
            shape = SHAPE_OF[cls]
            columns = shape.columns if shape.columns[0] == "id" else ("id", *(c for c in shape.columns if c != "id"))
            sql = (
                f"INSERT OR REPLACE INTO {shape.table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"
            )
            rows = (schema.row(fact) for fact in facts)
            self._db.executemany(sql, ([_stored(row[name]) for name in columns] for row in rows))
        self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", meta.items())

    def candidates(self, text: str) -> Iterator[Name]:
        """Names that are like a folded text, in groups: equal to it, beginning with it, with all its words."""
        with _reading(self.path):
            yield from sqlite_names.candidates(self._db, text, lambda rows: iter(_facts(SHAPE_OF[Name], rows, Name)))

    def guarded(self, text: str, params: Mapping[str, Any], timeout_seconds: float) -> list[dict[str, Any]]:
        """SQLite answers no Cypher."""
        return self.query(text, params)

    def query(self, text: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        """SQLite answers no Cypher."""
        raise UsageProblem(
            f"the store {self.url} answers no Cypher",
            hint="add --store neo4j://localhost, after `make neo4j` or `docker compose up -d`",
        )

    def status(self) -> list[tuple[str, int, str | None, str | None]]:
        """Per fact class: its table, rows, earliest and latest date."""
        answer: list[tuple[str, int, str | None, str | None]] = []
        for shape in SHAPES:
            days = [name for name in shape.fields if name in {"start_date", "end_date", "effective_date", "said_on"}]
            ends = (
                f"(SELECT min(d) FROM ({_union(shape, days)})), (SELECT max(d) FROM ({_union(shape, days)}))"
                if days
                else "NULL, NULL"
            )
            with _reading(self.path):
                rows = sum(self._db.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in _tables(shape))
                first, last = self._db.execute(f"SELECT {ends}").fetchone()
            answer.append((shape.table, rows, first, last))
        return answer

    def cited(self) -> dict[str, int]:
        """How many facts rest on each source; a source on which none rests may be missing."""
        found: Counter[str] = Counter()
        tables = [table for shape in SHAPES for table in _tables(shape)]
        with _reading(self.path):
            for table in tables:
                for ids, rows in self._db.execute(f"SELECT source_ids, count(*) FROM {table} GROUP BY source_ids"):
                    found.update(dict.fromkeys(json.loads(ids), rows))
        return dict(found)

    def meta(self) -> dict[str, str]:
        """What the last load noted."""
        if self.empty:
            return {}
        return dict(self._db.execute("SELECT key, value FROM meta"))

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()


def _tables(shape: Shape, wanted: bool | None = None) -> list[str]:
    """Where a class's facts are: its table, and the view of the register; only one of them where one is wanted."""
    own = [] if wanted else [shape.table]
    view = None if wanted is False else register.view_of(shape.fact)
    return [*own, view] if view else own


def _union(shape: Shape, days: list[str]) -> str:
    return " UNION ALL ".join(f"SELECT {name} AS d FROM {table}" for name in days for table in _tables(shape))


def _conditions(shape: Shape, selection: Selection[F]) -> tuple[str, list[str]]:
    parts: list[str] = []
    values: list[str] = []
    for name, allowed in selection.where.items():
        if name not in shape.columns:
            raise ValueError(f"{shape.fact.__name__} has no column {name}")
        parts.append(f"{name} IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(sorted(allowed)))
    if selection.as_of:
        first, until = ("shown_from", "shown_until") if issubclass(shape.fact, Seen) else ("start_date", "end_date")
        parts.append(f"({first} IS NULL OR {first} <= ?) AND ({until} IS NULL OR {until} > ?)")
        values += [selection.as_of.isoformat()] * 2
    for compared, day in ((">=", selection.during.start), ("<", selection.during.end)):
        if day:
            parts.append(f"(effective_date IS NULL OR effective_precision <> 'day' OR effective_date {compared} ?)")
            values.append(day.isoformat())
    return (f" WHERE {' AND '.join(parts)}" if parts else ""), values


def _facts(shape: Shape, rows: list[tuple[Any, ...]], fact: type[F]) -> list[F]:
    lists, validated = _reading_of(fact)
    read = lru_cache(maxsize=None)(json.loads)  # the same few sources stand in many rows
    records = [dict(zip(shape.fields, row, strict=False)) for row in rows]  # a key may follow that only sorts them
    for name in lists:
        for record in records:
            record[name] = read(record[name])
    return validated(records)


@cache
def _reading_of(fact: type[F]) -> tuple[list[str], Callable[[object], list[F]]]:
    """The fields that hold lists, and what makes facts of records: built once, for it takes longer than a query."""
    lists = [name for name in SHAPE_OF[fact].fields if "tuple" in str(fact.model_fields[name].annotation)]
    adapter: TypeAdapter[list[F]] = TypeAdapter(list[fact])  # type: ignore[valid-type]  # a class from the schema
    return lists, adapter.validate_python


_READERS: dict[type, Callable[[Any], object]] = {
    date: lambda text: date.fromisoformat(text) if text else None,
    tuple: lambda text: tuple(json.loads(text)),
    bool: bool,
}
"""What makes the value of a field out of what a column holds, where that is not the same."""


def _stored(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return json.dumps(value)
    return value


class _reading:  # noqa: N801 - used as a function
    """Turns SQLite's errors while reading into ours."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, sqlite3.Error):
            raise _problem(self.path, error) from error


def _problem(path: Path, error: Exception) -> StoreProblem:
    text = str(error)
    if "locked" in text or "busy" in text:
        return StoreLocked(f"another process is writing to {path}", hint="try again when it has finished", path=path)
    if "not a database" in text or "malformed" in text:
        return StoreProblem(f"{path} is no nhs-graph store ({text})", hint="name another file with --store", path=path)
    if isinstance(error, OSError) or "unable to open" in text or "readonly" in text:
        return StoreUnavailable(
            f"the store {path} cannot be written or opened: {text}",
            hint="name a file in a folder of yours, for example --store sqlite:nhs.db",
            path=path,
        )
    if "no such" in text:
        return StoreProblem(
            f"the store {path} lacks what this program keeps in one ({text})", hint=_anew(path), path=path
        )
    return StoreProblem(f"the store {path} failed: {text}", hint="nhs-graph status", path=path)


def _anew(path: Path) -> str:
    return f"delete {path}, then nhs-graph load --store sqlite:{path}, and load your own files again"
