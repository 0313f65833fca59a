"""Ancestors and heirs of all trusts, against recursive SQL over the raw succession files.

The SQL is written apart from the loaders: own reader, own rules, no graph. What the graph leaves out or adds is named
and counted here.
"""

import csv
import sqlite3
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from nhs_graph.graph.facts import ChangeEvent, Party, Succession
from nhs_graph.graph.projection import project
from nhs_graph.graph.store import Selection, Store
from nhs_graph.queries.lineage import steps
from tests.golden.test_lineage_questions import TODAY

pytestmark = pytest.mark.shared

Pair = tuple[str, str]
FILES = (
    ("ods/succ/succ.csv", ("0", "1", "3")),
    ("ods/succ/succ_succarc_2022-10.csv", ("old_code", "new_code", "date")),
    ("ods/succ/trust_successions_supplement_2017-2026.csv", ("predecessor_code", "successor_code", "legal_start")),
)
# A row that the supplement's compiler inferred, and no file of the register has (data guide, section 8).
INFERRED = {("RYK", "TAJ")}
# Splits that only the curated list states: no pair of the register leads out of these bodies (data guide, trap 13).
CURATED_ONLY = {("RJD", "RJE"), ("RJD", "RL4"), ("RYQ", "RJ2"), ("RYQ", "RJZ"), ("RYQ", "RPG")}


def raw(shared: Path, files: tuple[tuple[str, tuple[str, ...]], ...] = FILES) -> dict[Pair, str]:
    """Each pair with its date: the first file that has it, its latest date."""
    found: dict[Pair, str] = {}
    for path, columns in files:
        with (shared / path).open(encoding="utf-8-sig", newline="") as handle:
            rows = list(csv.reader(handle))
        header = [str(i) for i in range(len(rows[0]))] if columns[0] == "0" else rows.pop(0)
        places = [header.index(name) for name in columns]
        here: dict[Pair, str] = {}
        for row in rows:
            old, new, day = (row[place].strip() for place in places)
            day = day if "-" in day else f"{day[:4]}-{day[4:6]}-{day[6:]}"
            here[old, new] = max(day, here.get((old, new), ""))
        found = here | found
    return found


def is_trust(code: str) -> bool:
    return (len(code) == 3 and (code[0] == "R" or code[:2] == "TA")) or code == "G6V2S"


@pytest.fixture(scope="module")
def pairs(shared: Path) -> dict[Pair, str]:
    return raw(shared)


@pytest.fixture(scope="module")
def edges(bundle_store: Store) -> dict[Pair, Succession]:
    return {(e.predecessor_id, e.successor_id): e for e in bundle_store.facts(Selection(Succession))}


def transfers(store: Store) -> set[Pair]:
    """Pairs that a rule typed as transfers: the predecessor goes on, or has an heir of its own kind."""
    sides: dict[tuple[str, str], set[str]] = defaultdict(set)
    for party in store.facts(Selection(Party)):
        sides[party.event_id, party.side].add(party.organisation_id)
    events = [e for e in store.facts(Selection(ChangeEvent, {"kind": {"transfer"}})) if e.rule != "curated"]
    return {(old, new) for e in events for old in sides[e.id, "original"] for new in sides[e.id, "result"]}


def test_every_trust_pair_is_in_the_graph_or_left_out_for_a_named_reason(
    pairs: dict[Pair, str], edges: dict[Pair, Succession], bundle_store: Store
) -> None:
    moved, bodies = transfers(bundle_store), {code for pair in edges for code in pair}
    reasons: Counter[str] = Counter()
    unexplained: list[Pair] = []
    for pair in pairs:
        old, new = pair
        if not (is_trust(old) or is_trust(new)):
            continue
        if pair in edges:
            reasons["in the graph"] += 1
        elif pair in INFERRED:
            reasons["inferred by a compiler"] += 1
        elif pair in moved:
            reasons["a transfer: no heir"] += 1
        elif any(len(code) > 3 and code not in bodies for code in pair):
            reasons["into or out of a site or another unit"] += 1
        elif not is_trust(old) and old not in bodies:
            reasons["a unit into a trust after April 1996, or of an unknown kind"] += 1
        elif not is_trust(new) and new not in bodies:
            reasons["into a body of another kind, not in the bundle"] += 1
        else:
            unexplained.append(pair)
    assert unexplained == []
    # Data guide, ruling 11: 461 pairs of trusts, and 146 from units of before 1996 into trusts.
    assert reasons["in the graph"] > 461 + 146
    page = (Path(__file__).parent.parent.parent / "docs" / "mergers.md").read_text(encoding="utf-8")
    assert [reason for reason, n in reasons.items() if f"| {reason} | {n} |" not in page] == [], dict(reasons)


def test_the_days_of_the_graph_are_those_of_the_files(pairs: dict[Pair, str], edges: dict[Pair, Succession]) -> None:
    both = [pair for pair in pairs if pair in edges]
    assert [pair for pair in both if edges[pair].effective_date.isoformat() != pairs[pair]] == []
    only_here = {pair for pair in edges if pair not in pairs and is_trust(pair[0]) and is_trust(pair[1])}
    assert only_here == CURATED_ONLY


@pytest.mark.parametrize("back", [True, False], ids=["ancestors", "heirs"])
def test_ancestors_and_heirs_of_all_trusts_are_those_of_recursive_sql(
    pairs: dict[Pair, str], edges: dict[Pair, Succession], bundle_store: Store, back: bool
) -> None:
    left_out = transfers(bundle_store) | INFERRED
    within = {pair: day for pair, day in pairs.items() if pair[0] != pair[1] and pair not in left_out}
    bodies = {code for pair in edges for code in pair}
    db = sqlite3.connect(":memory:")
    db.execute("CREATE TABLE pair (old TEXT, new TEXT, day TEXT)")
    rows = [(old, new, day) for (old, new), day in within.items() if {old, new} <= bodies]
    rows += [(old, new, edges[old, new].effective_date.isoformat()) for old, new in CURATED_ONLY]
    # What the register has no pair for: boards took over from groups by statute, systems by area codes.
    rows += [(o, n, e.effective_date.isoformat()) for (o, n), e in edges.items() if not (is_trust(o) or is_trust(n))]
    db.executemany("INSERT INTO pair VALUES (?, ?, ?)", rows)
    here, there, order = ("new", "old", "<=") if back else ("old", "new", ">=")
    query = f"""
        WITH RECURSIVE reached(code, day) AS (
            SELECT {there}, day FROM pair WHERE {here} = ?
            UNION
            SELECT p.{there}, p.day FROM pair p JOIN reached r ON p.{here} = r.code AND p.day {order} r.day
        ) SELECT DISTINCT code FROM reached"""
    graph = project(list(edges.values()))
    trusts = sorted(code for code in bodies if is_trust(code))
    assert len(trusts) > 600
    seen = 0
    for code in trusts:
        expected = {row[0] for row in db.execute(query, (code,))}
        found = steps(graph, code, TODAY, back=back).values()
        assert {step.predecessor_id if back else step.successor_id for step, _ in found} == expected, code
        seen += len(expected)
    assert seen > len(trusts)
