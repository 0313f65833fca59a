"""The register's rows as pages of text, to keep them where there are no tables: in a Neo4j database.

What the releases said is more than the facts that follow from it: what the next release changes depends on who said
what, and when. A page holds the rows of all bodies whose codes differ only in their last two characters, a thousand
bodies at most, as one JSON object: table name to rows. One more page holds the releases. The same rows make the same
text, so that a page that did not change is known by it.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Page(NamedTuple):
    """Some rows, by the beginning of the code that they are about."""

    id: str
    rows: str


RELEASES = "releases"
KEPT = {
    "ods_body": ("code", "name, start, end, operational_start, operational_end, complete, said, first, last"),
    "ods_name": ("code", "name, folded, bare, first, last"),
    "ods_kind": ("code", "kind, start, end, role_code, first, last"),
    "ods_link": ("subject", "type, object, start, end, reporter, first, last"),
    "ods_pair": ("predecessor", "successor, day, same_kind, event_id, kind, first, last"),
    "ods_event": ("code", "id, kind, rule, day, first, last"),
}
"""Per table the code whose page its rows are on, and the other columns; a name's place follows from its spelling."""
_RELEASE = "source_id", "id, report, published, title, url, sha256, whole, superseded"


def pages(db: sqlite3.Connection) -> Iterator[Page]:
    """All pages of an embedded store's register, the releases first; none for one without a register."""
    select = "SELECT '{0}' AS page, json_group_array(json_array({1})) AS rows FROM (SELECT * FROM {2} ORDER BY {1})"
    (releases,) = db.execute(select.format(RELEASES, ", ".join(_RELEASE), "ods_release")).fetchall()
    if releases[1] == "[]":
        return
    yield Page(RELEASES, f'{{"ods_release":{releases[1]}}}')
    parts = [
        f"SELECT substr({code}, 1, max(length({code}) - 2, 1)) AS page, '{table}' AS name, "
        f"json_group_array(json_array({code}, {others})) AS rows "
        f"FROM (SELECT * FROM {table} ORDER BY {code}, {others}) GROUP BY page"
        for table, (code, others) in KEPT.items()
    ]
    together = f"SELECT page, name, rows FROM ({' UNION ALL '.join(parts)}) ORDER BY page, name"
    place, tables = "", list[str]()
    for here, name, rows in db.execute(together):
        if here != place and tables:
            yield Page(place, f"{{{','.join(tables)}}}")
            tables = []
        place = here
        tables.append(f'"{name}":{rows}')
    if tables:
        yield Page(place, f"{{{','.join(tables)}}}")


def fill(db: sqlite3.Connection, kept: Iterable[str]) -> None:
    """Put the rows of pages into the empty tables of an embedded store; the caller commits."""
    statements = {
        table: f"INSERT INTO {table} ({code}, {others}) VALUES ({', '.join('?' * (others.count(',') + 2))})"
        for table, (code, others) in (*KEPT.items(), ("ods_release", _RELEASE))
    }
    for text in kept:
        for table, rows in json.loads(text).items():
            db.executemany(statements[table], rows)
