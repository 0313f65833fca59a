"""What the register held before the last release came in, kept beside it so that the release can be taken out again.

A release gives nearly every row another last sighting, and some of them other values: from the rows alone nobody could
tell what there was before. So the tables are copied first, without indexes. A second load of the same release leaves
the copy alone; the next release takes its place.
"""

import sqlite3

from nhs_graph.graph.errors import UsageProblem
from nhs_graph.graph.register import INDEXES
from nhs_graph.graph.store import Change, WriteSummary

_TABLES = {
    "ods_release": ("Source", "source_id", "published"),
    "ods_body": ("Organisation", "code", "name, start, end"),
    "ods_name": ("Name", "code, folded", "name"),
    "ods_kind": ("Classification", "code, kind, start", "end, role_code"),
    "ods_link": ("Relation", "subject, type, object, start", "end, reporter"),
    "ods_pair": ("Succession", "predecessor, successor", "day, same_kind"),
    "ods_event": ("ChangeEvent", "id", "kind, rule"),
}
"""Per table the class of facts that it makes, its key, and what it says besides."""
_LAST = "SELECT source_id FROM ods_release EXCEPT SELECT source_id FROM before_ods_release"


def keep(db: sqlite3.Connection, source_id: str) -> None:
    """Copy the register as it is before this release comes in; the caller commits."""
    known = source_id in _releases(db)
    if known and _last(db) == source_id:
        return
    for table in _TABLES:
        db.execute(f"DROP TABLE IF EXISTS before_{table}")
        if not known:
            db.execute(f"CREATE TABLE before_{table} AS SELECT * FROM {table}")


def take_back(db: sqlite3.Connection, source_id: str) -> WriteSummary:
    """Make the register what it was before this release, and tell what that changed; the caller commits.

    Raises UsageProblem for a release that is not there, or that others were loaded on top of.
    """
    releases = _releases(db)
    if source_id not in releases:
        raise UsageProblem(
            f"no release is called {source_id!r}", hint=f"releases in the store: {', '.join(releases) or 'none'}"
        )
    if releases == [source_id]:
        _forget(db)
        for table in _TABLES:
            db.execute(f"CREATE TABLE before_{table} AS SELECT * FROM {table} WHERE false")
    elif _last(db) != source_id:
        raise UsageProblem(
            f"{source_id} cannot be taken out: only the release that was loaded last can, and only once",
            hint="load the others into a new store: nhs-graph load FILE... --store sqlite:new.db",
        )
    summary = {name: change for table in _TABLES for name, change in [_difference(db, table)] if change != Change()}
    for index in INDEXES:
        db.execute(f"DROP INDEX IF EXISTS {index}")
    for table in _TABLES:
        db.execute(f"DELETE FROM {table}")
        db.execute(f"INSERT INTO {table} SELECT * FROM before_{table}")
    for index, columns in INDEXES.items():
        db.execute(f"CREATE INDEX {index} ON {columns}")
    db.execute("INSERT INTO ods_words (ods_words) VALUES ('rebuild')")
    _forget(db)
    return summary


def _releases(db: sqlite3.Connection) -> list[str]:
    return [row[0] for row in db.execute("SELECT source_id FROM ods_release ORDER BY source_id")]


def _last(db: sqlite3.Connection) -> str | None:
    """The release that the copy is without."""
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'before_ods_release'").fetchone():
        return None
    found = db.execute(_LAST).fetchone()
    return found[0] if found else None


def _forget(db: sqlite3.Connection) -> None:
    for table in _TABLES:
        db.execute(f"DROP TABLE IF EXISTS before_{table}")


def _difference(db: sqlite3.Connection, table: str) -> tuple[str, Change]:
    """How many rows come back, say again what they said, and go."""
    name, key, said = _TABLES[table]

    def count(columns: str, first: str, second: str) -> int:
        rows = f"SELECT {columns} FROM {first} EXCEPT SELECT {columns} FROM {second}"
        return int(db.execute(f"SELECT count(*) FROM ({rows})").fetchone()[0])

    before = f"before_{table}"
    added, removed = count(key, before, table), count(key, table, before)
    return name, Change(added, count(f"{key}, {said}", before, table) - added, removed)
