"""What each hand-over of the register is in law, in SQL: the rules of the bundle's own pairs (loaders/event_rules.py).

The rules stand twice, since a full release has tens of thousands of pairs, most of them between bodies that nobody
holds in memory; a property test holds both against each other. All pairs are looked at together, and those between two
bodies of the bundle get no event: they have the bundle's.
"""

import sqlite3

from nhs_graph.graph.register import STUB

_CASES = ("acquisition", "merger", "split", "recode", "dissolution", "transfer")
_RULES = (
    "older_than_the_day",
    "opened_on_the_day",
    "part_of_one_body",
    "new_code_for_one_body",
    "other_kind_of_body",
    "other_kind_of_body",
)
# Reports of the bundle that give every body a start: where it is unknown, the report has a filler.
_DATED = "EXISTS (SELECT 1 FROM json_each(o.source_ids) WHERE value GLOB 'ods-etr-*' OR value GLOB 'ods-eccg-*')"
_OLDER = f"""CASE
    WHEN o.start_date NOT NULL THEN o.start_date < p.day
    WHEN o.id NOT NULL AND {_DATED} THEN 1
    WHEN o.id IS NULL AND b.start <> '' THEN b.start < p.day
    WHEN o.id IS NULL AND b.name NOT NULL AND b.complete >= {STUB} THEN 1
    ELSE (SELECT first < p.day FROM named WHERE code = p.successor) END"""
_SEEN = """EXISTS (SELECT 1 FROM classification c WHERE c.organisation_id = w.id
    AND substr(c.last_seen || '-01-01', 1, 10) >= p.day)"""
_ENDS = f"""CASE
    WHEN w.end_date NOT NULL THEN w.end_date <= p.day
    WHEN w.id IS NULL AND v.end <> '' THEN v.end <= p.day
    WHEN w.id NOT NULL AND {_SEEN} THEN 0
    WHEN w.id IS NULL AND v.name NOT NULL AND v.complete >= {STUB}
        AND (SELECT published FROM ods_release WHERE id = v.last) >= p.day THEN 0
    ELSE (SELECT last <= p.day FROM named WHERE code = p.predecessor) END"""
_STATEMENTS = (
    "DROP TABLE IF EXISTS temp.named",
    "DROP TABLE IF EXISTS temp.typed",
    "CREATE TEMP TABLE named (code PRIMARY KEY, first, last) WITHOUT ROWID",
    """INSERT INTO named SELECT code, min(day), max(day) FROM (
        SELECT predecessor AS code, day FROM ods_pair UNION ALL SELECT successor, day FROM ods_pair
        UNION ALL SELECT predecessor_id, effective_date FROM succession
        UNION ALL SELECT successor_id, effective_date FROM succession) GROUP BY code ORDER BY code""",
    "CREATE TEMP TABLE typed (old, new, kind, rule, event_id, code, PRIMARY KEY (old, new)) WITHOUT ROWID",
    f"""INSERT INTO typed
    WITH looked_at AS (
        SELECT p.predecessor AS old, p.successor AS new, p.day, p.same_kind AS same,
            p.same_kind AND {_OLDER} AS older, {_ENDS} AS ends, w.id IS NULL OR o.id IS NULL AS outside,
            sum(p.same_kind) OVER (PARTITION BY p.successor, p.day) AS originals,
            sum(p.same_kind) OVER (PARTITION BY p.predecessor, p.day) AS heirs,
            max(p.same_kind) OVER (PARTITION BY p.predecessor)
                OR EXISTS (SELECT 1 FROM succession s WHERE s.predecessor_id = p.predecessor) AS carried_on
        FROM ods_pair p LEFT JOIN organisation w ON w.id = p.predecessor LEFT JOIN ods_body v ON v.code = p.predecessor
        LEFT JOIN organisation o ON o.id = p.successor LEFT JOIN ods_body b ON b.code = p.successor),
    chosen AS (
        SELECT *, CASE
            WHEN same AND older THEN 0 WHEN same AND originals > 1 THEN 1 WHEN same AND (heirs > 1 OR NOT ends) THEN 2
            WHEN same THEN 3 WHEN ends AND NOT carried_on THEN 4 ELSE 5 END AS choice
        FROM looked_at),
    named_by AS (SELECT *, CASE WHEN choice IN (0, 1, 3) THEN new ELSE old END AS code FROM chosen)
    SELECT old, new,
        CASE choice {" ".join(f"WHEN {place} THEN '{kind}'" for place, kind in enumerate(_CASES))} END AS kind,
        CASE choice {" ".join(f"WHEN {place} THEN '{rule}'" for place, rule in enumerate(_RULES))} END,
        CASE WHEN outside THEN 'ods-register-' || day || '-' || lower(code)
            || CASE choice WHEN 2 THEN '-split' WHEN 4 THEN '-dissolution' WHEN 5 THEN '-transfer' ELSE '' END END,
        code
    FROM named_by ORDER BY old, new""",
    "DELETE FROM ods_event",
    """INSERT INTO ods_event (id, kind, rule, day, code, first, last)
    SELECT event_id, kind, rule, day, code, f.id, l.id FROM (
        SELECT t.event_id, t.kind, t.rule, p.day, t.code, min(s.turn) AS first, max(e.turn) AS last
        FROM typed t JOIN ods_pair p ON p.predecessor = t.old AND p.successor = t.new
        JOIN in_turn s ON s.id = p.first JOIN in_turn e ON e.id = p.last
        WHERE t.event_id NOT NULL GROUP BY t.event_id)
    JOIN in_turn f ON f.turn = first JOIN in_turn l ON l.turn = last""",
    """UPDATE ods_pair SET event_id = t.event_id, kind = CASE WHEN t.event_id NOT NULL THEN t.kind END FROM typed t
    WHERE t.old = predecessor AND t.new = successor
        AND (ods_pair.event_id IS NOT t.event_id OR ods_pair.kind IS NOT t.kind)""",
)


def derive(db: sqlite3.Connection) -> None:
    """Make the events of all pairs anew; `in_turn` has the releases in the order of their days. The caller commits."""
    for statement in _STATEMENTS:
        db.execute(statement)
