"""What a store can do, and which one an address names."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

from nhs_graph.graph.errors import StoreProblem, UsageProblem
from nhs_graph.graph.facts import Fact, Name
from nhs_graph.graph.interval import Interval
from nhs_graph.graph.register import Batch, Merged, Release
from nhs_graph.graph.register_pages import Page
from nhs_graph.graph.schema import SHAPE_OF, SHAPES, End

F = TypeVar("F", bound=Fact)
C = TypeVar("C", bound=NamedTuple)


@dataclass(frozen=True)
class Selection(Generic[F]):
    """Facts of one class: those whose columns hold one of the given values, and that answer for a day.

    `as_of` keeps what is shown on the day (facts with an as-of window), else what is in force on it. `register` keeps
    what only the register's releases say, or (False) what the bundle and files of the user's own say. `during` is for
    change events: it leaves out those that surely fall on a day outside, and keeps those not known to the day.
    """

    fact: type[F]
    where: Mapping[str, Collection[str]] = field(default_factory=dict[str, Collection[str]])
    as_of: date | None = None
    register: bool | None = None
    during: Interval = field(default_factory=Interval)


@dataclass
class Change:
    """How many facts of one class a load added, changed and removed."""

    added: int = 0
    changed: int = 0
    removed: int = 0


def silent(_: str) -> None:
    """Tell nobody."""


WriteSummary = dict[str, Change]
"""Per fact class name; classes without a change are absent."""


class Store(Protocol):
    """The embedded store and the server store behave alike; tests/contract holds them to it."""

    url: str
    cypher: bool
    """Whether the store answers Cypher itself."""

    def facts(self, selection: Selection[F]) -> Iterator[F]:
        """The selected facts, in order of their key."""
        ...

    def columns(self, selection: Selection[F], wanted: type[C]) -> list[C]:
        """Some columns of the selected facts, in no order: those that a named tuple has as its fields.

        For questions that read very many facts: a tuple takes a fifth of the time of a fact.
        """
        ...

    def connected(self, ids: Collection[str]) -> frozenset[str]:
        """These bodies and all that successions connect with them, in either direction, at any distance."""
        ...

    def replace(self, facts: Iterable[Fact], meta: Mapping[str, str], *, dry_run: bool = False) -> WriteSummary:
        """Make the store hold exactly these facts, all or nothing; a dry run only tells the difference."""
        ...

    def load_releases(
        self,
        releases: Iterable[tuple[Release, Iterable[Batch]]],
        *,
        dry_run: bool = False,
        tell: Callable[[str], None] = silent,
    ) -> list[Merged]:
        """Bring releases of the national register in, all of them or none; a dry run only tells what they would do.

        `tell` is told what the store is at.
        """
        ...

    def remove_release(self, source_id: str) -> WriteSummary:
        """Take the release that was loaded last out again, and leave the register as it was before.

        Raises UsageProblem for another release, or for a store that does not keep what was before.
        """
        ...

    def register_pages(self) -> Iterator[Page]:
        """What the releases said, as rows (register_pages.py); none for a store without a register."""
        ...

    def candidates(self, text: str) -> Iterator[Name]:
        """Names that are like a folded text, in groups: equal to it, beginning with it, with all its words.

        `folded` or `bare` (graph/names.py) is compared; each group comes in the order of `by_spelling`. A name may come
        once in each group.
        """
        ...

    def query(self, text: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Rows of a read-only Cypher query, dates as `datetime.date`."""
        ...

    def guarded(self, text: str, params: Mapping[str, Any], timeout_seconds: float) -> list[dict[str, Any]]:
        """Rows of a query that a user typed, through the gate that lets nothing but reading pass."""
        ...

    def status(self) -> list[tuple[str, int, str | None, str | None]]:
        """Per fact class: its table, rows, earliest and latest date."""
        ...

    def cited(self) -> dict[str, int]:
        """How many facts rest on each source; a source on which none rests may be missing."""
        ...

    def meta(self) -> dict[str, str]:
        """What the last load noted: the data release among it; empty for a store without a load."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


def open_store(url: str, *, read_only: bool = True) -> Store:
    """The store behind `sqlite:PATH`, `neo4j://host`, `neo4j+s://host` or `bolt://host`.

    Raises UsageProblem for another address, StoreProblem for a store that cannot be opened.
    """
    scheme, _, rest = url.partition(":")
    if scheme == "sqlite":
        from nhs_graph.graph.sqlite_store import SqliteStore

        return SqliteStore(Path(rest), read_only=read_only)
    if scheme in {"neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc"}:
        from nhs_graph.graph.neo4j_store import Neo4jStore

        return Neo4jStore.from_environment(url)
    raise UsageProblem(
        f"no kind of store is named by {url!r}", hint="use sqlite:PATH or neo4j://HOST, for example sqlite:nhs.db"
    )


def every_fact(store: Store) -> Iterator[Fact]:
    """All facts of a store, class by class in the order of the schema, each in order of its key."""
    for shape in SHAPES:
        yield from store.facts(Selection(shape.fact))


def public_facts(store: Store) -> Iterator[Fact]:
    """What exports say: every fact but what the store notes about a user's own files."""
    for shape in SHAPES:
        if shape.shipped:
            yield from store.facts(Selection(shape.fact))


def by_spelling(name: Name) -> tuple[str, str, str]:
    """The order of names in answers: by spelling, whatever the case, then by code."""
    return name.folded, name.name, name.organisation_id


def difference(
    wanted: Iterable[Fact], existing: Mapping[type[Fact], Mapping[str, Fact]]
) -> tuple[dict[type[Fact], list[Fact]], dict[type[Fact], list[str]], WriteSummary]:
    """What a store must write and delete so that it holds exactly the wanted facts, and the counts.

    Raises ValueError when two wanted facts share class and key, StoreProblem when one leads to nothing.
    """
    wanted = list(wanted)
    upserts: dict[type[Fact], list[Fact]] = {}
    summary: WriteSummary = {}
    seen: dict[type[Fact], set[str]] = {}
    for fact in wanted:
        cls, key = type(fact), fact.key
        keys = seen.setdefault(cls, set())
        if key in keys:
            raise ValueError(f"two {cls.__name__} facts share the key {key}")
        keys.add(key)
        old = existing.get(cls, {}).get(key)
        if old == fact:
            continue
        change = summary.setdefault(cls.__name__, Change())
        change.added += old is None
        change.changed += old is not None
        upserts.setdefault(cls, []).append(fact)
    check_ends(wanted, seen)
    deletes: dict[type[Fact], list[str]] = {}
    for cls, facts in existing.items():
        if gone := sorted(facts.keys() - seen.get(cls, set())):
            deletes[cls] = gone
            summary.setdefault(cls.__name__, Change()).removed += len(gone)
    return upserts, deletes, summary


def end_key(end: End, fact: Fact) -> str:
    """The key of the node where an edge of this fact begins or ends."""
    return "/".join(str(getattr(fact, name)) for name in end.fields)


def check_ends(facts: Iterable[Fact], keys: Mapping[type[Fact], Collection[str]]) -> None:
    """Hold every edge, link and source id of the facts to a node among them; `keys` are theirs by class.

    Raises StoreProblem that names the first facts whose node is missing: in no store may an edge be lost silently.
    """
    known = {label: keys.get(cls, ()) for cls, shape in SHAPE_OF.items() if (label := shape.label)}
    lost: list[str] = []
    for fact in facts:
        shape = SHAPE_OF[type(fact)]
        ends = [link.other for link in shape.links] + [end for end in (shape.start, shape.end) if end]
        needed = [(end.label, end_key(end, fact)) for end in ends] + [("Source", id) for id in fact.source_ids]
        for label, key in needed:
            if key not in known[label]:
                lost.append(f"{type(fact).__name__} {fact.key} names the {label} {key}")
    if lost:
        more = f" (and {len(lost) - 3} more)" if len(lost) > 3 else ""
        raise StoreProblem(
            f"{'; '.join(lost[:3])}{more}, which {'is' if len(lost) == 1 else 'are'} not among the facts",
            hint="add the missing facts, or leave out those that name them, and load again",
            lost=lost,
        )
