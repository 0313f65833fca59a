"""The national register in a store: every body of the Organisation Data Service, release after release.

The bundle's two thousand bodies are facts that are put together in memory. The register has 370,000 bodies and two
million facts: it lives in narrow tables of its own (`ods_*`), where each row keeps the first and the last release that
shows it, and is read as facts through one view a fact class (`register_*`). A body of the bundle keeps the bundle's
facts: the register adds what leads to bodies outside it, and what it says otherwise is a conflict (docs/decisions, "The
register beside the bundle" and "Where the register contradicts the bundle").

Days are ISO texts, ends are half-open, and an empty text is an unknown start or an open end. The start of what only a
snapshot shows is the word `seen`: it holds from the first release to the last, and was never dated.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from nhs_graph.graph.facts import (
    ChangeEvent,
    Classification,
    Conflict,
    Fact,
    Identifier,
    Name,
    Organisation,
    Party,
    Relation,
    Source,
    Succession,
)
from nhs_graph.graph.schema import SHAPE_OF, value_type

SEEN = "seen"
BY_SUCCESSOR = ("merger", "recode", "acquisition")
"""Kinds of event with one successor, whose code names them; others have one predecessor, and its code."""


Row = tuple[str | int | None, ...]
BODY = ("code", "name", "folded", "bare", "start", "end", "operational_start", "operational_end", "complete")
"""A body as a release shows it, and how much that is (`complete`); `start` to `end` is its legal existence."""
COMPLETE, STUB, UNDATED = 1, 0, -1
"""A whole record; one that is there to be referred to, without links; one of a list that gives no dates."""
KIND = ("code", "kind", "start", "end", "role_code")
"""A kind (kinds.py) of a body, and the role code that says so."""
LINK = ("subject", "type", "object", "start", "end", "reporter")
"""A relation (facts.RelationType) between two bodies, and the body whose record says so."""
PAIR = ("predecessor", "successor", "day", "same_kind")
"""A succession; `same_kind` is 1 when both bodies have the same primary role, else it is a transfer."""


@dataclass
class Batch:
    """Rows of some records, ready to be staged: plain tuples, since they cross from one process to another."""

    bodies: list[Row] = field(default_factory=list[Row])
    kinds: list[Row] = field(default_factory=list[Row])
    links: list[Row] = field(default_factory=list[Row])
    pairs: list[Row] = field(default_factory=list[Row])


@dataclass
class Release:
    """One file of the register: what it reports on (`full`, `archive`, `etr` ...) and the day that it speaks of.

    What the newest of the `whole` releases of a report does not show is no longer published; other releases are parts.
    The checksum is known when the rows of the release have come to their end.
    """

    source_id: str
    report: str
    published: str
    title: str
    url: str | None = None
    sha256: str | None = None
    whole: bool = True


class Difference(NamedTuple):
    """What a release says otherwise than the ones before it."""

    change: Literal["opened", "closed", "renamed", "re-dated", "re-parented", "vanished"]
    code: str
    name: str | None
    before: str
    after: str


@dataclass
class Merged:
    """What a release did: rows added and changed by table, and its differences, each kind of them counted."""

    added: dict[str, int] = field(default_factory=dict[str, int])
    changed: dict[str, int] = field(default_factory=dict[str, int])
    differences: dict[str, int] = field(default_factory=dict[str, int])
    examples: list[Difference] = field(default_factory=list[Difference])
    inside: int = 0
    """How many bodies are the bundle's, which keep its facts."""
    contradicted: int = 0
    """How many names and days of the bundle's bodies the register now gives otherwise."""

    @property
    def total(self) -> int:
        """How many rows were added or changed."""
        return sum(self.added.values()) + sum(self.changed.values())


TABLES = (
    "CREATE TABLE ods_release (id INTEGER PRIMARY KEY, source_id TEXT UNIQUE, report TEXT, published TEXT, title TEXT, "
    "url TEXT, sha256 TEXT, whole INTEGER, superseded INTEGER NOT NULL DEFAULT 0)",
    # `said` is the release that its values are of; a body without a name is only mentioned by others.
    "CREATE TABLE ods_body (code TEXT PRIMARY KEY, name TEXT, start TEXT, end TEXT, operational_start TEXT, "
    "operational_end TEXT, complete INTEGER, said INTEGER, first INTEGER, last INTEGER) WITHOUT ROWID",
    "CREATE TABLE ods_name (place INTEGER PRIMARY KEY, code TEXT, name TEXT, folded TEXT, bare TEXT, first INTEGER, "
    "last INTEGER)",
    "CREATE TABLE ods_kind (code TEXT, kind TEXT, start TEXT, end TEXT, role_code TEXT, first INTEGER, last INTEGER, "
    "PRIMARY KEY (code, kind, start)) WITHOUT ROWID",
    "CREATE TABLE ods_link (subject TEXT, type TEXT, object TEXT, start TEXT, end TEXT, reporter TEXT, first INTEGER, "
    "last INTEGER, PRIMARY KEY (subject, type, object, start)) WITHOUT ROWID",
    "CREATE TABLE ods_pair (predecessor TEXT, successor TEXT, day TEXT, same_kind INTEGER, event_id TEXT, "
    "kind TEXT, first INTEGER, last INTEGER, PRIMARY KEY (predecessor, successor)) WITHOUT ROWID",
    "CREATE TABLE ods_event (id TEXT PRIMARY KEY, kind TEXT, rule TEXT, day TEXT, code TEXT, first INTEGER, "
    "last INTEGER) WITHOUT ROWID",
    # Rowids follow the spelling of the names: an answer of the index comes out in order without sorting.
    "CREATE VIRTUAL TABLE ods_words USING fts5(folded, content='ods_name', content_rowid='place', detail='none', "
    "columnsize=0)",
)
INDEXES = {
    "ods_name_code": "ods_name (code)",
    "ods_name_folded": "ods_name (folded)",
    "ods_name_bare": "ods_name (bare)",
    "ods_kind_kind": "ods_kind (kind)",
    "ods_link_object": "ods_link (object)",
    "ods_pair_successor": "ods_pair (successor)",
    "ods_pair_event": "ods_pair (event_id)",
    "ods_event_code": "ods_event (code)",
}
"""Made anew after each release: rows in the order of their key are written three times as fast without them."""

# Releases are few and rows are many: CROSS JOIN keeps the planner from starting with the releases.
_SEEN_BY = "CROSS JOIN ods_release f ON f.id = t.first CROSS JOIN ods_release l ON l.id = t.last"
_SOURCES = (
    "CASE WHEN f.id = l.id THEN json_array(l.source_id) "
    "ELSE json_array(min(f.source_id, l.source_id), max(f.source_id, l.source_id)) END"
)
_OUTSIDE = "NOT EXISTS (SELECT 1 FROM organisation o WHERE o.id = t.{0})"
_AFTER_LAST = "date(l.published, '+1 day')"
_START = "nullif(nullif(t.start, ''), 'seen')"
_DAY = "'day'"
_PRECISE = {"start_precision": _DAY, "end_precision": _DAY, "source_ids": _SOURCES}
_WHEN_SEEN = "CASE WHEN t.start = 'seen' OR l.superseded THEN {0}.published END"
_SHOWN = f"CASE t.start WHEN 'seen' THEN f.published ELSE {_START} END"
# What the newest report of its kind no longer shows is last known from its last sighting on.
_PERIOD = _PRECISE | {
    "start_date": _START,
    "end_date": "nullif(t.end, '')",
    "first_seen": _WHEN_SEEN.format("f"),
    "last_seen": _WHEN_SEEN.format("l"),
    "shown_from": _SHOWN,
    "stated_from": _SHOWN,
    "stated_until": f"coalesce(nullif(t.end, ''), CASE WHEN t.start = 'seen' OR l.superseded THEN {_AFTER_LAST} END)",
    "shown_until": "nullif(t.end, '')",
}
_OTHER_NAMES = "SELECT min(g.published) FROM ods_name o JOIN ods_release g ON g.id = o.first WHERE o.code = t.code"
# A start that is known to be unknown and one that only sightings tell would make two facts of one key.
_NOT_TWICE = "NOT (t.start = 'seen' AND EXISTS (SELECT 1 FROM {0} u WHERE {1} AND u.start = ''))"
_ONLY_HEIR = "(SELECT count(*) FROM ods_pair o WHERE o.predecessor = t.predecessor) = 1"
_SIDE = f"CASE WHEN t.kind IN {BY_SUCCESSOR} THEN 'result' ELSE 'original' END"
_EVENT_DAYS = {"effective_precision": _DAY, "announced_precision": _DAY}

_OWN = "coalesce(json_extract(own.source_ids, '$[0]'), '')"
_BOTH = f"CASE {_OWN} WHEN '' THEN json_array(l.source_id) ELSE json_array({_OWN}, l.source_id) END"
_UNKNOWN_NAME = (
    "t.name IS NOT NULL AND own.name IS NOT NULL AND NOT EXISTS (SELECT 1 FROM ods_name r CROSS JOIN name n "
    "ON n.organisation_id = r.code AND n.folded = r.folded WHERE r.code = t.code AND r.name = t.name)"
)
_CONTRADICTIONS = (
    ("name", "own.name", "t.name", _UNKNOWN_NAME),
    ("start_date", "own.start_date", "t.start", "t.start <> '' AND t.start <> own.start_date"),
    # An older release may not know the end, and says nothing against it.
    ("end_date", "coalesce(own.end_date, 'open')", "t.end", "t.end <> '' AND t.end IS NOT own.end_date"),
)

Columns = dict[str, str]
"""Per column of a class's table, the SQL that gives it; a column that is not named is unknown."""

_VIEWS: dict[type[Fact], list[tuple[str, Columns]]] = {
    Source: [
        (
            "ods_release t WHERE NOT EXISTS (SELECT 1 FROM source s WHERE s.id = t.source_id)",
            {
                "id": "t.source_id",
                "title": "t.title",
                "publisher": "'NHS England, Organisation Data Service'",
                "url": "t.url",
                "published_on": "t.published",
                "licence": "'OGL-UK-3.0'",
                "kind": "'register'",
                "vintage": "t.published",
                "sha256": "t.sha256",
                "source_ids": "'[]'",
            },
        )
    ],
    Organisation: [
        (
            f"ods_body t {_SEEN_BY} WHERE {_OUTSIDE.format('code')}",
            _PRECISE
            | {
                "id": "t.code",
                "name": "t.name",
                "start_date": "nullif(t.start, '')",
                "end_date": "nullif(t.end, '')",
            },
        )
    ],
    Name: [
        (
            f"ods_name t {_SEEN_BY} WHERE {_OUTSIDE.format('code')}",
            _PRECISE
            | {
                "id": "t.code || '/' || t.name || '/'",
                "organisation_id": "t.code",
                "name": "t.name",
                "folded": "t.folded",
                "bare": "t.bare",
                "first_seen": "f.published",
                "last_seen": "l.published",
                "shown_from": f"CASE WHEN ({_OTHER_NAMES}) < f.published THEN f.published END",
                "stated_from": "f.published",
                "stated_until": _AFTER_LAST,
                "shown_until": f"({_OTHER_NAMES} AND g.published > f.published)",
                "place": "t.place",
            },
        )
    ],
    Identifier: [
        (
            f"ods_body t {_SEEN_BY} WHERE {_OUTSIDE.format('code')}",
            {
                "id": "t.code || '/ods/' || t.code || '/'",
                "organisation_id": "t.code",
                "scheme": "'ods'",
                "value": "t.code",
                "source_ids": _SOURCES,
            },
        )
    ],
    Classification: [
        (
            f"ods_kind t {_SEEN_BY} WHERE {_OUTSIDE.format('code')} "
            f"AND {_NOT_TWICE.format('ods_kind', 'u.code = t.code AND u.kind = t.kind')}",
            _PERIOD
            | {
                "id": f"t.code || '/' || t.kind || '/' || coalesce({_START}, '')",
                "organisation_id": "t.code",
                "kind": "t.kind",
                "role_code": "t.role_code",
            },
        )
    ],
    Relation: [
        (
            f"ods_link t {_SEEN_BY} WHERE ({_OUTSIDE.format('subject')} OR {_OUTSIDE.format('object')}) AND "
            + _NOT_TWICE.format("ods_link", "u.subject = t.subject AND u.type = t.type AND u.object = t.object"),
            _PERIOD
            | {
                "id": f"t.subject || '/' || t.type || '/' || t.object || '/' || coalesce({_START}, '')",
                "subject_id": "t.subject",
                "type": "t.type",
                "object_id": "t.object",
            },
        )
    ],
    ChangeEvent: [
        (
            f"ods_event t {_SEEN_BY}",
            _EVENT_DAYS
            | {
                "id": "t.id",
                "kind": "t.kind",
                "status": "'completed'",
                "effective_date": "t.day",
                "rule": "t.rule",
                "source_ids": _SOURCES,
            },
        )
    ],
    Party: [
        (
            rows,
            {
                "id": f"{event} || '/' || {body} || '/' || {side}",
                "event_id": event,
                "organisation_id": body,
                "side": side,
                "source_ids": _SOURCES,
            },
        )
        for rows, event, body, side in (
            (f"ods_pair t {_SEEN_BY} WHERE t.kind IN {BY_SUCCESSOR}", "t.event_id", "t.predecessor", "'original'"),
            (f"ods_pair t {_SEEN_BY} WHERE t.kind NOT IN {BY_SUCCESSOR}", "t.event_id", "t.successor", "'result'"),
            (f"ods_event t {_SEEN_BY}", "t.id", "t.code", _SIDE),
            (f"ods_event t {_SEEN_BY} WHERE t.kind = 'acquisition'", "t.id", "t.code", "'original'"),
        )
    ],
    Succession: [
        (
            f"ods_pair t {_SEEN_BY} WHERE t.kind <> 'transfer'",
            {
                "id": "t.predecessor || '/' || t.successor",
                "predecessor_id": "t.predecessor",
                "successor_id": "t.successor",
                "effective_date": "t.day",
                "event_id": "t.event_id",
                "weight": f"CASE WHEN {_ONLY_HEIR} THEN 1.0 END",
                "weight_basis": f"CASE WHEN {_ONLY_HEIR} THEN 'only heir' END",
                "source_ids": _SOURCES,
            },
        )
    ],
    Conflict: [
        (
            f"organisation own CROSS JOIN ods_body t ON t.code = own.id {_SEEN_BY} WHERE {otherwise} "
            f"AND NOT EXISTS (SELECT 1 FROM conflict c WHERE c.id = t.code || '/{fact}/' || {ours} || '/' || {theirs})",
            {
                "id": f"t.code || '/{fact}/' || {ours} || '/' || {theirs}",
                "organisation_id": "t.code",
                "fact": f"'{fact}'",
                "value_a": ours,
                "value_b": theirs,
                "source_a": _OWN,
                "source_b": "l.source_id",
                "source_ids": _BOTH,
            },
        )
        for fact, ours, theirs, otherwise in _CONTRADICTIONS
    ],
}
"""The fact classes that the register has, and where their columns come from. A pair inside the bundle has no event."""


BESIDE: tuple[type[Fact], ...] = (Source, Organisation, Name, Conflict)
"""The classes of the bundle's facts that the views look at."""


def view_of(fact: type[Fact]) -> str | None:
    """The view with a class's facts of the register; None for a class that it does not have."""
    return f"register_{SHAPE_OF[fact].table}" if fact in _VIEWS else None


def given_columns(fact: type[Fact]) -> set[str]:
    """The columns that every part of a view says where to find."""
    return set.intersection(*(set(columns) for _, columns in _VIEWS[fact]))


def select_of(fact: type[Fact]) -> str:
    """The query behind the view: every column of the class's table, in order, and what else is named."""
    selects: list[str] = []
    for rows, columns in _VIEWS[fact]:
        names = dict.fromkeys((*SHAPE_OF[fact].columns, *columns))
        unknown = {name: "'[]'" for name in SHAPE_OF[fact].fields if value_type(fact, name) is tuple}
        shown = ", ".join(f"{columns.get(name, unknown.get(name, 'NULL'))} AS {name}" for name in names)
        selects.append(f"SELECT {shown} FROM {rows}")
    return " UNION ALL ".join(selects)


def ddl() -> Iterator[str]:
    """The statements that make the empty tables, their indexes and the views over them."""
    yield from TABLES
    for name, columns in INDEXES.items():
        yield f"CREATE INDEX {name} ON {columns}"
    for fact in _VIEWS:
        yield f"CREATE VIEW {view_of(fact)} AS {select_of(fact)}"
