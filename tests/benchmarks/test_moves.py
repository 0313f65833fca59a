"""What `leaders moves` costs on a list forty times ours, against a bare pass over the same tenures.

Importing the program sets the garbage collector as the program does, for both.
"""

import random
import sqlite3
import statistics
import time
from collections.abc import Callable, Sized
from contextlib import closing
from datetime import date, timedelta
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import pytest

from nhs_graph.graph import facts as f
from nhs_graph.graph.store import Store, open_store
from nhs_graph.queries.careers import MOVES, MoveParams, MoveRow

pytestmark = pytest.mark.slow

TODAY = date(2026, 11, 1)
TENURES, BODIES = 30_000, 600
Bare = tuple[str, date, date, str, str]


def tenures() -> list[f.Tenure]:
    """People with three posts each on average, dates to the day, some beside each other."""
    pick = random.Random(7)
    found: dict[str, f.Tenure] = {}
    while len(found) < TENURES:
        person = f"p{pick.randrange(TENURES // 3)}"
        start = date(2000, 1, 1) + timedelta(days=pick.randrange(9000))
        tenure = f.Tenure(
            person_id=person,
            organisation_id=f"R{pick.randrange(BODIES):03d}",
            role=pick.choice(["chair", "chief_executive"]),
            role_label="chair",
            organisation_name="A body",
            basis="substantive",
            start_date=start,
            end_date=start + timedelta(days=pick.randrange(100, 2500)),
            source_ids=("s",),
        )
        found[tenure.key] = tenure
    return list(found.values())


def filled(folder: Path, held: list[f.Tenure]) -> Store:
    said = ("s",)
    people = {t.person_id for t in held}
    store = open_store(f"sqlite:{folder / 'moves.db'}", read_only=False)
    facts: list[f.Fact] = [f.Source(id="s", title="t", publisher="p", licence="CC0-1.0", kind="curated")]
    facts += [f.Person(id=person, name=person, source_ids=said) for person in sorted(people)]
    for i in range(BODIES):
        body = f"R{i:03d}"
        facts.append(f.Organisation(id=body, name=None, source_ids=said))
        facts += [f.Post(organisation_id=body, role=role, source_ids=said) for role in ("chair", "chief_executive")]
    store.replace([*facts, *held], {})
    return store


def bare_pass(rows: list[Bare]) -> list[tuple[Bare, Bare, int]]:
    """Sort the tuples, and pair each with the next of the same person."""
    return [
        (old, new, (new[1] - old[2]).days)
        for old, new in pairwise(sorted(rows))
        if old[0] == new[0] and old[3] != new[3]
    ]


def bare_rows(path: Path) -> list[Bare]:
    """The tuples as bare sqlite3 reads them out of the store's file."""
    with closing(sqlite3.connect(path)) as db:
        found = db.execute("SELECT person_id, start_date, end_date, organisation_id, role FROM tenure")
        day = date.fromisoformat
        return [(person, day(start), day(end), body, role) for person, start, end, body, role in found]


def cpu_seconds(work: Callable[[], Sized]) -> float:
    """Of this process, so that other programs on the machine do not count."""
    start = time.process_time()
    assert len(work()) > 1000
    return time.process_time() - start


def test_moves_of_thirty_thousand_tenures(tmp_path: Path) -> None:
    """From the store to rows, against a bare pass that reads the same file and pairs sorted tuples: at most 15 times.

    The pass alone, over tuples that are in memory already, is printed too: reading and checking 30,000 facts costs
    about twelve of those by itself.
    """
    import_module("nhs_graph.cli.main")
    store = filled(tmp_path, tenures())
    file = tmp_path / "moves.db"
    rows = bare_rows(file)

    def ask() -> list[MoveRow]:
        return MOVES.run(store, MoveParams(as_of=TODAY))

    ask()
    times = [
        (cpu_seconds(ask), cpu_seconds(lambda: bare_pass(bare_rows(file))), cpu_seconds(lambda: bare_pass(rows)))
        for _ in range(7)
    ]
    store.close()
    ratio, in_memory = (statistics.median(one[0] / one[i] for one in times) for i in (1, 2))
    ours, base, bare = (statistics.median(one[i] for one in times) * 1000 for i in range(3))
    print(f"\nmoves over {TENURES} tenures / bare reading and pairing: ", end="")
    print(f"{ours:.0f} ms / {base:.0f} ms = {ratio:.1f} (budget 15); pairing alone {bare:.0f} ms = {in_memory:.1f}")
    assert ratio <= 15
