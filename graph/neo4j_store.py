"""The server store: one Neo4j database, on a single server, a cluster or Aura alike.

The bundle is loaded in one transaction, a release of the register in many, with a mark that readers respect.
"""

import logging
import os
from collections import Counter
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar
from urllib.parse import urlsplit

import neo4j
from neo4j.exceptions import ConfigurationError, DriverError, Neo4jError

from nhs_graph.graph import cypher_gate, neo4j_marker, neo4j_names, neo4j_read, neo4j_register, neo4j_write, schema
from nhs_graph.graph.errors import HalfLoaded, StoreIsNewer, StoreProblem, UsageProblem
from nhs_graph.graph.facts import Fact, Name
from nhs_graph.graph.neo4j_problems import problem
from nhs_graph.graph.neo4j_read import run
from nhs_graph.graph.register import BESIDE, Batch, Merged, Release, view_of
from nhs_graph.graph.register_pages import Page
from nhs_graph.graph.schema import SHAPES
from nhs_graph.graph.store import C, F, Selection, WriteSummary, difference, silent

T = TypeVar("T")
_DAYS = {"start_date", "end_date", "effective_date", "said_on"}
_META = "OPTIONAL MATCH (m:Meta {id: 'meta'}) RETURN properties(m) AS meta, EXISTS { MATCH () } AS filled"
_NOTE = "MERGE (m:Meta {id: 'meta'}) SET m += $meta"
_NEIGHBOURS = """
UNWIND $ids AS id
MATCH (:Organisation {id: id})-[:SUCCEEDED_BY]-(next:Organisation)
RETURN DISTINCT next.id"""

# Python prints the warnings of a logger without a handler: stderr has only our own lines.
logging.getLogger("neo4j").addHandler(logging.NullHandler())


class Neo4jStore:
    """A store on a server. Readers see the state before or after a load, or are refused while one is under way.

    Opening it connects, so that a wrong address or password shows at once. Raises StoreProblem.
    """

    cypher = True

    def __init__(self, url: str, user: str = "neo4j", password: str | None = None, database: str | None = None) -> None:
        self.url = url
        self._user, self._password, self._database = user, password, database
        try:
            address = urlsplit(url)
            if address.username or address.password or (address.port is not None and address.port < 1):
                raise ValueError("the address holds more than host and port")
            # The driver leaves the types of its options open, here and below.
            self._driver: neo4j.Driver = neo4j.GraphDatabase.driver(  # pyright: ignore[reportUnknownMemberType]
                url,
                auth=(user, password) if password else None,
                notifications_min_severity="OFF",
                connection_timeout=10,
            )
        except (ConfigurationError, ValueError) as error:
            said = str(error).partition(" Given URI")[0].rstrip(".")
            self.url = f"{url.partition('://')[0]}://{url.rpartition('@')[2].rpartition('://')[2]}"
            raise UsageProblem(
                f"no Neo4j server is named by {self.url}: {said if self.url == url else 'it names a user'}",
                hint="use neo4j://HOST:PORT, with the user in NEO4J_USERNAME and the password in NEO4J_PASSWORD",
            ) from error
        try:
            with self._speaking():
                self._driver.verify_connectivity()  # pyright: ignore[reportUnknownMemberType]
            self._check_format()
        except BaseException:  # also Ctrl-C while waiting for the server; raised again at once
            self._driver.close()
            raise

    @classmethod
    def from_environment(cls, url: str) -> "Neo4jStore":
        """The store at this address with the credentials of NEO4J_USERNAME, NEO4J_PASSWORD and NEO4J_DATABASE.

        The lines of an Aura credentials file set just these. Without a password none is sent.
        """
        given = {name: os.environ.get(f"NEO4J_{name}") or None for name in ("USERNAME", "PASSWORD", "DATABASE")}
        return cls(url, given["USERNAME"] or "neo4j", given["PASSWORD"], given["DATABASE"])

    def _check_format(self) -> None:
        meta, filled = self._state()
        self._loads = int((meta or {}).get("loads", 0))
        if meta is None:
            if filled:
                raise StoreProblem(
                    f"the database at {self.url} holds other data, and no nhs-graph store",
                    hint="name another database with NEO4J_DATABASE, or empty this one",
                )
            return
        found = int(meta["format"])
        if found > schema.FORMAT:
            raise StoreIsNewer(
                f"the store {self.url} has format {found}, this program knows formats up to {schema.FORMAT}",
                hint="pip install --upgrade nhs-graph",
            )
        if found < schema.FORMAT:
            raise StoreProblem(
                f"the store {self.url} has the old format {found}",
                hint="empty the database with MATCH (n) DETACH DELETE n and load again",
            )

    def _state(self) -> tuple[dict[str, str] | None, bool]:
        meta, filled = self._look(lambda tx: run(tx, _META))[0]
        return meta, filled

    @property
    def empty(self) -> bool:
        """Whether nothing was ever loaded."""
        return self._state()[0] is None

    def facts(self, selection: Selection[F]) -> Iterator[F]:
        """The selected facts, in order of their key."""
        # Of some classes a release has none: they are whole at any time, and a load needs the user's own files.
        ask = self._read if view_of(selection.fact) else self._look
        yield from ask(lambda tx: neo4j_read.facts(tx, selection))

    def columns(self, selection: Selection[F], wanted: type[C]) -> list[C]:
        """Some columns of the selected facts, in no order."""
        return self._read(lambda tx: neo4j_read.columns(tx, selection, wanted))

    def connected(self, ids: Collection[str]) -> frozenset[str]:
        """These bodies and all that successions connect with them, in either direction, at any distance."""

        def reach(tx: neo4j.ManagedTransaction) -> frozenset[str]:
            reached = set(ids)
            frontier = sorted(reached)
            while frontier:
                found: set[str] = {row[0] for row in run(tx, _NEIGHBOURS, {"ids": frontier})}
                frontier = sorted(found - reached)
                reached |= found
            return frozenset(reached)

        return self._read(reach)

    def replace(self, facts: Iterable[Fact], meta: Mapping[str, str], *, dry_run: bool = False) -> WriteSummary:
        """Make the store hold exactly these facts, in one transaction; indexes come first, in another."""
        wanted = list(facts)
        if dry_run:
            return self._read(lambda tx: difference(wanted, neo4j_read.stored(tx)))[2]
        noted = {"format": str(schema.FORMAT), **meta}

        def load(tx: neo4j.ManagedTransaction) -> WriteSummary:
            run(tx, neo4j_marker.LOCK)
            loads = neo4j_marker.whole(tx, self.url)
            stored = neo4j_read.stored(tx)
            upserts, deletes, summary = difference(wanted, stored)
            with neo4j_register.beside(tx, loads, stored, wanted, {*upserts, *deletes}):
                neo4j_write.write(tx, wanted, stored, upserts, deletes)
            run(tx, _NOTE, {"meta": noted})
            return summary

        self._prepare()
        with self._session() as session:
            try:
                return session.execute_write(load)
            except HalfLoaded:
                self.load_releases([])  # takes back what a load that was cut off has written
                return session.execute_write(load)

    def load_releases(
        self,
        releases: Iterable[tuple[Release, Iterable[Batch]]],
        *,
        dry_run: bool = False,
        tell: Callable[[str], None] = silent,
    ) -> list[Merged]:
        """Bring releases of the national register in, in batches; a dry run only tells what they would do.

        Until the last batch is written, readers are refused (neo4j_marker.py). After a load that was cut off, the next
        one writes all facts of the register anew; without releases it goes back to what was there before.
        """
        if dry_run:
            with self._workbench() as work:
                return work.store.load_releases(releases, dry_run=True, tell=tell)
        if self.empty:
            self.replace([], {})
        self._prepare()
        with self._session() as holding, self._session() as session, neo4j_marker.alone(holding) as lock:
            state = neo4j_marker.state(lock)
            with self._workbench() as work:
                what = list[str]()
                merged = work.store.load_releases(_noted(releases, what), tell=tell)
                if state.loading is not None:
                    tell(f"the load of {state.loading} was cut off: all facts of the register are written anew")
                    work.forget(session.execute_read(neo4j_register.written_keys))
                if state.loading is not None or work.changed():
                    session.execute_write(neo4j_marker.put, ", ".join(what) or state.loading or "")
                    load = state.loads + 1
                    neo4j_register.write(session, work, load, lambda: neo4j_marker.state(lock), tell)
                    neo4j_marker.take_away(lock, load)
                    neo4j_register.tidy(session, load)
        return merged

    def remove_release(self, source_id: str) -> WriteSummary:
        """A database does not keep what was before a release."""
        raise UsageProblem(
            f"{source_id} cannot be taken out of {self.url}: only an embedded store keeps what was before a release",
            hint="empty the database with MATCH (n) DETACH DELETE n and load the others again",
        )

    def register_pages(self) -> Iterator[Page]:
        """What the releases said, as rows; none for a store without a register."""
        yield from self._read(lambda tx: neo4j_register.kept_pages(tx, neo4j_marker.state(tx).loads))

    @contextmanager
    def _workbench(self) -> Generator[neo4j_register.Work, None, None]:
        """The register as the loads that came to their end left it, in an embedded store."""

        def read(tx: neo4j.ManagedTransaction) -> tuple[list[Fact], list[Page]]:
            own = [fact for cls in BESIDE for fact in neo4j_read.facts(tx, Selection(cls, register=False))]
            return own, neo4j_register.kept_pages(tx, neo4j_marker.state(tx).loads)

        with neo4j_register.workbench(*self._look(read)) as work:
            yield work

    def _prepare(self) -> None:
        """Make the constraints and indexes, and wait for them."""
        with self._session() as session:
            session.execute_write(neo4j_write.prepare)
            session.execute_read(lambda tx: run(tx, "CALL db.awaitIndexes(300)"))

    def candidates(self, text: str) -> Iterator[Name]:
        """Names that are like a folded text, in groups: equal to it, beginning with it, with all its words."""
        yield from neo4j_names.candidates(self._read, text)

    def query(self, text: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Rows of a read-only Cypher query, dates as `datetime.date`."""

        def ask(tx: neo4j.ManagedTransaction) -> list[dict[str, Any]]:
            # As in neo4j_read.run: the text is a shipped file or the user's own, and the session only reads.
            answer = tx.run(text, dict(params))  # pyright: ignore[reportArgumentType]
            return [{name: neo4j_read.plain(value) for name, value in row.items()} for row in answer.data()]

        return self._read(ask)

    def guarded(self, text: str, params: Mapping[str, Any], timeout_seconds: float) -> list[dict[str, Any]]:
        """Rows of a query that a user typed, through the gate of cypher_gate.py."""
        while True:
            before = self._loads
            with self._speaking():
                rows = cypher_gate.run(self._driver, self._database, text, params, timeout_seconds)
            self._read(lambda _: None)
            if self._loads == before:
                break
        return [{name: neo4j_read.plain(value) for name, value in row.items()} for row in rows]

    def status(self) -> list[tuple[str, int, str | None, str | None]]:
        """Per fact class: its table, rows, earliest and latest date."""

        def count(tx: neo4j.ManagedTransaction) -> list[tuple[str, int, str | None, str | None]]:
            answer: list[tuple[str, int, str | None, str | None]] = []
            for shape in SHAPES:
                days = [name for name in shape.fields if name in _DAYS]
                ends = "".join(f", toString(min(f.{name})), toString(max(f.{name}))" for name in days)
                rows, *found = run(tx, f"{neo4j_read.pattern(shape)} RETURN count(f){ends}")[0]
                known: list[str] = [day for day in found if day]
                answer.append((shape.table, rows, min(known, default=None), max(known, default=None)))
            return answer

        return self._read(count)

    def cited(self) -> dict[str, int]:
        """How many facts rest on each source; a source on which none rests may be missing."""

        def count(tx: neo4j.ManagedTransaction) -> dict[str, int]:
            found: Counter[str] = Counter()
            for shape in SHAPES:
                text = f"{neo4j_read.pattern(shape)} UNWIND f.source_ids AS id RETURN id, count(*)"
                found.update({str(source): int(rows) for source, rows in run(tx, text)})
            return dict(found)

        return self._read(count)

    def meta(self) -> dict[str, str]:
        """What the last load noted; empty for a store without a load."""
        return {name: value for name, value in (self._state()[0] or {}).items() if name not in {"id", "loads"}}

    def close(self) -> None:
        """Let go of the connections."""
        self._driver.close()

    def _read(self, work: Callable[[neo4j.ManagedTransaction], T]) -> T:
        """What a reading finds in a database where no load goes on. Raises HalfLoaded."""
        while True:
            answer, loads = self._look(lambda tx: (work(tx), neo4j_marker.whole(tx, self.url)))
            if loads == self._loads:
                return answer
            self._loads = loads  # a load came to its end: the answer may hold some of both states

    def _look(self, work: Callable[[neo4j.ManagedTransaction], T]) -> T:
        with self._session() as session:
            return session.execute_read(work)

    @contextmanager
    def _session(self) -> Generator[neo4j.Session, None, None]:
        with self._speaking():
            opened: neo4j.Session = self._driver.session(database=self._database)  # pyright: ignore[reportUnknownMemberType]
            with opened as session:
                yield session

    @contextmanager
    def _speaking(self) -> Generator[None, None, None]:
        """Turns the driver's errors into ours."""
        try:
            yield
        except (Neo4jError, DriverError) as error:
            raise problem(error, self.url, self._user, self._password, self._database) from error


def _noted(
    releases: Iterable[tuple[Release, Iterable[Batch]]], names: list[str]
) -> Iterator[tuple[Release, Iterable[Batch]]]:
    """The releases as they come; what they are called is added to the names."""
    for release, batches in releases:
        names.append(release.source_id)
        yield release, batches
