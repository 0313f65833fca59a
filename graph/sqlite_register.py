"""How a release of the register gets into an embedded store: staged in a temporary file, then merged by SQL.

Staging takes rows in the order of the file. Merging lets the best record of each body win, gives known rows their
sighting, adds new ones in the order of their key, and makes the indexes last. Memory is the cache of SQLite, whatever
the size of the release. Who wins is settled by the days that releases speak of, never by when they were loaded: the
same releases in any order make the same facts.
"""

import sqlite3
from collections.abc import Iterable, Sequence

from nhs_graph.graph import sqlite_typing
from nhs_graph.graph.register import BODY, INDEXES, KIND, LINK, PAIR, STUB, Batch, Difference, Merged, Release

CACHE_KB = 12288
EXAMPLES = 1000
_STAGES = {"in_body": BODY, "in_kind": KIND, "in_link": LINK, "in_pair": PAIR}
_NAMING = (("subject", "ods_link"), ("object", "ods_link"), ("predecessor", "ods_pair"), ("successor", "ods_pair"))
"""Columns with the codes that bodies are named by."""
_CLASSES = {"ods_body": "Organisation", "ods_name": "Name", "ods_kind": "Classification", "ods_link": "Relation"}
_BODY = "name, start, end, operational_start, operational_end, complete"


class Intake:
    """One release on its way into a database: `stage` batches, then `merge` inside a transaction."""

    def __init__(self, db: sqlite3.Connection, release: Release) -> None:
        self._db, self._release = db, release
        for name in ("main", "temp"):
            db.execute(f"PRAGMA {name}.cache_size = -{CACHE_KB}")
        for table, columns in _STAGES.items():
            db.execute(f"DROP TABLE IF EXISTS temp.{table}")
            db.execute(f"CREATE TEMP TABLE {table} ({', '.join(columns)})")
        db.execute("DROP TABLE IF EXISTS temp.in_turn")
        db.execute("CREATE TEMP TABLE in_turn (turn INTEGER PRIMARY KEY, id INTEGER UNIQUE)")
        db.execute("DROP TABLE IF EXISTS temp.difference")
        db.execute("CREATE TEMP TABLE difference (change, code, name, before, after)")

    def stage(self, batches: Iterable[Batch]) -> None:
        """Take the rows of a release as they come."""
        for batch in batches:
            for table, rows in zip(_STAGES, (batch.bodies, batch.kinds, batch.links, batch.pairs), strict=True):
                self._db.executemany(f"INSERT INTO {table} VALUES ({_marks(_STAGES[table])})", rows)

    def merge(self) -> Merged:
        """Bring the staged rows together with those of other releases; the caller commits."""
        self._enter()
        fresh = not self._value("SELECT count(*) FROM ods_body")
        merged = Merged()
        if not fresh:
            self._differ()
            merged = self._counted()
        merged.inside = self._value(
            "SELECT count(DISTINCT code) FROM in_body i WHERE EXISTS (SELECT 1 FROM organisation o WHERE o.id = i.code)"
        )
        for index in INDEXES:
            self._db.execute(f"DROP INDEX IF EXISTS {index}")
        self._merge_bodies()
        self._merge_names(fresh)
        self._upsert("ods_kind", "in_kind", ("code", "kind", "start"), ("end", "role_code"))
        self._upsert("ods_link", "in_link", ("subject", "type", "object", "start"), ("end", "reporter"))
        self._merge_pairs()
        sqlite_typing.derive(self._db)
        for index, columns in INDEXES.items():
            self._db.execute(f"CREATE INDEX {index} ON {columns}")
        self._add_mentioned(fresh)
        if fresh:
            merged.added = {name: self._value(f"SELECT count(*) FROM {table}") for table, name in _CLASSES.items()}
            merged.added["Succession"] = self._value("SELECT count(*) FROM ods_pair")
        merged.contradicted = self._value("SELECT count(*) FROM register_conflict")
        self._db.execute("INSERT INTO ods_words (ods_words) VALUES ('rebuild')")
        return merged

    def _enter(self) -> None:
        """Write the release down, and work out which rows it may change: those that no later release shows."""
        new = self._release
        self._db.execute(
            "INSERT INTO ods_release (source_id, report, published, title, url, sha256, whole) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (source_id) DO UPDATE SET sha256 = excluded.sha256",
            (new.source_id, new.report, new.published, new.title, new.url, new.sha256, new.whole),
        )
        self._db.execute(
            "UPDATE ods_release SET superseded = EXISTS (SELECT 1 FROM ods_release n "
            "WHERE n.report = ods_release.report AND n.whole AND n.published > ods_release.published)"
        )
        # Of two files of one day the full one is right, not the archive (data guide, section 9); of others any order
        # will do that is not the order in which they were loaded.
        releases = self._db.execute(
            "SELECT id, report, published FROM ods_release ORDER BY published, report = 'full', source_id"
        ).fetchall()
        self._id = self._value("SELECT id FROM ods_release WHERE source_id = ?", new.source_id)
        turns = [id for id, _, _ in releases]
        turn = turns.index(self._id)
        self._older, self._later = _ids(turns[: turn + 1]), _ids(turns[turn + 1 :])
        self._before = _ids(id for id, _, day in releases if day < new.published)
        self._until = _ids(id for id, _, day in releases if day <= new.published)
        self._db.execute("DELETE FROM in_turn")
        self._db.executemany("INSERT INTO in_turn VALUES (?, ?)", enumerate(turns))
        same = [(day, id) for id, report, day in releases if report == new.report and day < new.published and new.whole]
        self._previous = max(same)[1] if same else None

    def _merge_bodies(self) -> None:
        # What only others name is worked out anew: a record, whatever its day, tells more.
        self._db.execute("DELETE FROM ods_body WHERE name IS NULL")
        known = self._better("excluded", "ods_body")
        self._db.execute(
            f"INSERT INTO ods_body SELECT code, {_BODY}, {self._id}, {self._id}, {self._id} FROM ("
            f"SELECT code, {_BODY}, max(complete) FROM in_body GROUP BY code) WHERE true "
            f"ON CONFLICT (code) DO UPDATE SET {self._sets((*_BODY.split(', '), 'said'), known)}"
        )

    def _better(self, new: str, old: str) -> str:
        """Whether a record counts: a dated one over any other, then the newer one, of one day the more complete one."""
        dated, was_dated = f"({new}.complete >= {STUB})", f"({old}.complete >= {STUB})"
        more, turn = f"{new}.complete > {old}.complete", f"{old}.said IN {self._older}"
        newer = (
            f"{old}.said IN {self._before} "
            f"OR ({old}.said IN {self._until} AND ({more} OR ({new}.complete = {old}.complete AND {turn})))"
        )
        return f"({old}.name IS NULL OR {dated} > {was_dated} OR ({dated} = {was_dated} AND ({newer})))"

    def _merge_names(self, fresh: bool) -> None:
        seen = f"SELECT code, name, folded, bare, {self._id} AS first, {self._id} AS last FROM in_body"
        if not fresh:
            self._db.execute("DROP TABLE IF EXISTS temp.known_name")
            self._db.execute(
                "CREATE TEMP TABLE known_name (code, name, folded, bare, first, last, PRIMARY KEY (code, folded)) "
                "WITHOUT ROWID"
            )
            self._db.execute("INSERT INTO known_name SELECT code, name, folded, bare, first, last FROM ods_name")
            self._db.execute(
                f"INSERT INTO known_name {seen} WHERE name IS NOT NULL "
                f"ON CONFLICT (code, folded) DO UPDATE SET {self._sets(('name',), f'last IN {self._older}')}"
            )
            self._db.execute("DELETE FROM ods_name")
            seen = "SELECT * FROM known_name"
        self._db.execute(
            f"INSERT INTO ods_name (code, name, folded, bare, first, last) SELECT * FROM ({seen}) "
            "WHERE name IS NOT NULL GROUP BY folded, code ORDER BY folded, name, code"
        )

    def _upsert(self, table: str, stage: str, key: Sequence[str], values: Sequence[str]) -> None:
        columns = ", ".join((*key, *values))
        self._db.execute(
            f"INSERT INTO {table} ({columns}, first, last) SELECT {columns}, {self._id}, {self._id} FROM {stage} "
            f"WHERE true ORDER BY {', '.join(key)} "
            f"ON CONFLICT ({', '.join(key)}) DO UPDATE SET {self._sets(values, f'last IN {self._older}')}"
        )

    def _merge_pairs(self) -> None:
        """The newest file wins, then the later date."""
        later = "(excluded.day, excluded.same_kind) > (day, same_kind)"
        known = f"last IN {self._before} OR (last IN {self._until} AND {later})"
        self._db.execute(
            "INSERT INTO ods_pair (predecessor, successor, day, same_kind, first, last) "
            f"SELECT predecessor, successor, day, same_kind, {self._id}, {self._id} "
            "FROM in_pair WHERE predecessor <> successor ORDER BY 1, 2 "
            f"ON CONFLICT (predecessor, successor) DO UPDATE SET {self._sets(('day', 'same_kind'), known)}"
        )

    def _add_mentioned(self, fresh: bool) -> None:
        """A body that only others name is a code without a name, so that no link leads to nothing.

        Its sightings are the first and the last of all rows that name it.
        """
        # Codes come out of an index in their order: to look them up in it takes a third of the time.
        for column, table in _NAMING:
            self._db.execute(
                f"INSERT OR IGNORE INTO ods_body (code, start, end, operational_start, operational_end, complete, "
                f"first, last) SELECT code, '', '', '', '', 0, {self._id}, {self._id} "
                f"FROM (SELECT DISTINCT {column} AS code FROM {table}) e "
                f"WHERE NOT EXISTS (SELECT 1 FROM ods_body b WHERE b.code = e.code) "
                f"AND NOT EXISTS (SELECT 1 FROM organisation o WHERE o.id = e.code)"
            )
        if fresh:
            return
        first, last = (
            f"(SELECT t.id FROM ({rows}) m JOIN in_turn t ON t.id = m.{end} ORDER BY t.turn {order} LIMIT 1)"
            for end, order in (("first", "ASC"), ("last", "DESC"))
            for rows in [
                " UNION ALL ".join(f"SELECT {end} FROM {table} WHERE {column} = code" for column, table in _NAMING)
            ]
        )
        self._db.execute(f"UPDATE ods_body SET first = {first}, last = {last} WHERE name IS NULL")

    def _sets(self, values: Iterable[str], newer: str) -> str:
        """The SET of an upsert: values of the newer sighting, the first and last release of both."""
        taken = [f"{name} = CASE WHEN {newer} THEN excluded.{name} ELSE {name} END" for name in values]
        first = f"first = CASE WHEN first IN {self._later} THEN {self._id} ELSE first END"
        last = f"last = CASE WHEN last IN {self._older} THEN {self._id} ELSE last END"
        return ", ".join([*taken, first, last])

    def _differ(self) -> None:
        """Find what this release says otherwise; of an older one only what nobody has seen yet."""
        known = f"FROM in_body i JOIN ods_body b ON b.code = i.code WHERE b.last IN {self._older} AND b.name NOT NULL"
        told = [
            f"SELECT 'closed', i.code, i.name, '', i.end {known} AND b.end = '' AND i.end <> ''",
            f"SELECT 'renamed', i.code, i.name, b.name, i.name {known} AND upper(i.name) <> upper(b.name)",
            f"SELECT 're-dated', i.code, i.name, b.start || '..' || b.end, i.start || '..' || i.end {known} "
            "AND (i.start <> b.start OR (i.end <> b.end AND NOT (b.end = '' AND i.end <> '')))",
        ]
        if self._previous:
            told += [
                "SELECT 'opened', i.code, i.name, '', i.start FROM in_body i "
                "WHERE NOT EXISTS (SELECT 1 FROM ods_body b WHERE b.code = i.code AND b.name NOT NULL)",
                f"SELECT 'vanished', b.code, b.name, '', '' FROM ods_body b WHERE b.last = {self._previous} "
                "AND b.name NOT NULL AND NOT EXISTS (SELECT 1 FROM in_body i WHERE i.code = b.code)",
                self._parents(),
            ]
        self._db.execute("CREATE INDEX temp.in_body_code ON in_body (code)")
        self._db.execute("CREATE INDEX temp.in_link_subject ON in_link (subject, type)")
        for select in told:
            self._db.execute(f"INSERT INTO difference {select}")

    def _parents(self) -> str:
        """Links that a body has now and had otherwise in the same report: one row a body and type of link."""
        parents = "SELECT group_concat(object, ' ') FROM (SELECT object FROM {0} WHERE subject = p.subject "
        parents += "AND type = p.type AND end = ''{1} ORDER BY object)"
        now, had = parents.format("in_link", ""), parents.format("ods_link", f" AND last = {self._previous}")
        return (
            "SELECT 're-parented', subject, (SELECT name FROM in_body WHERE code = subject), had, now FROM ("
            f"SELECT subject, ({had}) AS had, ({now}) AS now FROM ("
            "SELECT DISTINCT subject, type FROM in_link WHERE type <> 'OPERATES') p) "
            "WHERE had <> now"
        )

    def _counted(self) -> Merged:
        """What the merge will add and change, and the differences found."""
        older = f"t.last IN {self._older}"
        better = self._better("i", "t")
        changes = (
            ("Organisation", "ods_body", "in_body", ("code",), ("name", "start", "end"), better),
            ("Classification", "ods_kind", "in_kind", ("code", "kind", "start"), ("end",), older),
            ("Relation", "ods_link", "in_link", ("subject", "type", "object", "start"), ("end",), older),
            ("Succession", "ods_pair", "in_pair", ("predecessor", "successor"), ("day",), f"t.last IN {self._before}"),
        )
        merged = Merged()
        for name, table, stage, key, values, newer in changes:
            same = " AND ".join(f"t.{column} = i.{column}" for column in key)
            other = " OR ".join(f"t.{column} IS NOT i.{column}" for column in values)
            stand = " WHERE i.predecessor <> i.successor" if stage == "in_pair" else " WHERE true"
            best = ", max(complete)" if stage == "in_body" else ""
            rows = f"(SELECT i.*{best} FROM {stage} i{stand} GROUP BY {', '.join(key)}) i"
            absent = f"FROM {rows} WHERE NOT EXISTS (SELECT 1 FROM {table} t WHERE {same})"
            merged.added[name] = self._value(f"SELECT count(*) {absent}")
            merged.changed[name] = self._value(
                f"SELECT count(*) FROM {rows} JOIN {table} t ON {same} WHERE ({other}) AND {newer}"
            )
        merged.added["Name"] = self._value(
            "SELECT count(DISTINCT code || '/' || folded) FROM in_body i WHERE name NOT NULL AND NOT EXISTS ("
            "SELECT 1 FROM ods_name n WHERE n.code = i.code AND n.folded = i.folded)"
        )
        merged.differences = dict(self._db.execute("SELECT change, count(*) FROM difference GROUP BY change"))
        found = self._db.execute("SELECT * FROM difference ORDER BY change, code LIMIT ?", (EXAMPLES,))
        merged.examples = [Difference(*row) for row in found]
        merged.added, merged.changed = (
            {name: count for name, count in counts.items() if count} for counts in (merged.added, merged.changed)
        )
        return merged

    def _value(self, sql: str, *params: object) -> int:
        return int(self._db.execute(sql, params).fetchone()[0])


def _marks(columns: Sequence[str]) -> str:
    return ", ".join("?" * len(columns))


def _ids(ids: Iterable[int]) -> str:
    return f"({', '.join(map(str, ids))})"
