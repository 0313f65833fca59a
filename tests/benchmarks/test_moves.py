"""What `leaders moves` costs on a list forty times ours, against a bare pass over the same tenures.

Importing the program sets the garbage collector as the program does, for both.
"""

import random
import statistics
import time
from collections.abc import Callable, Sized
from datetime import date, timedelta
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from nhs_graph.graph import facts as f
from nhs_graph.graph.store import Store, open_store
from nhs_graph.queries.moves import MOVES, MoveParams, MoveRow

pytestmark = pytest.mark.slow

TODAY = date(2026, 11, 1)
TENURES, BODIES = 30_000, 600
Bare = tuple[str, Any, Any, str, str]


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


def cpu_seconds(work: Callable[[], Sized]) -> float:
    """Of this process, so that other programs on the machine do not count."""
    start = time.process_time()
    assert len(work()) > 1000
    return time.process_time() - start


def test_moves_of_thirty_thousand_tenures(tmp_path: Path) -> None:
    """From the store to rows, against a bare pass over tuples that are in memory already: at most 15 times."""
    import_module("nhs_graph.cli.main")
    held = tenures()
    store = filled(tmp_path, held)
    rows = [(t.person_id, t.start_date, t.end_date, t.organisation_id, t.role) for t in held]

    def ask() -> list[MoveRow]:
        return MOVES.run(store, MoveParams(as_of=TODAY))

    ask()
    times = [(cpu_seconds(ask), cpu_seconds(lambda: bare_pass(rows))) for _ in range(9)]
    store.close()
    ratio = statistics.median(ours / bare for ours, bare in times)
    ours, bare = (statistics.median(one[i] for one in times) * 1000 for i in (0, 1))
    print(f"\nmoves over {TENURES} tenures / bare pairing: {ours:.0f} ms / {bare:.0f} ms = {ratio:.1f} (budget 15)")
    assert ratio <= 15
