"""What `leaders moves` costs on a list forty times ours, against a bare pass over the same tenures."""

import random
import statistics
import time
from datetime import date, timedelta
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


def seconds_of(work: "list[Bare] | Store") -> tuple[float, int]:
    start = time.perf_counter()
    found: list[MoveRow] | list[tuple[Bare, Bare, int]]
    found = bare_pass(work) if isinstance(work, list) else MOVES.run(work, MoveParams(as_of=TODAY))
    return time.perf_counter() - start, len(found)


def test_moves_of_thirty_thousand_tenures(tmp_path: Path) -> None:
    held = tenures()
    store = filled(tmp_path, held)
    rows: list[Bare] = [
        (t.person_id, t.start_date or date.min, t.end_date or date.max, t.organisation_id, t.role) for t in held
    ]
    seconds_of(store)
    pairs = [(seconds_of(store), seconds_of(rows)) for _ in range(7)]
    ratio = statistics.median(a[0] / b[0] for a, b in pairs)
    ours, base = (statistics.median(times) for times in ([a[0] for a, _ in pairs], [b[0] for _, b in pairs]))
    print(f"\nmoves over {TENURES} tenures ({pairs[0][0][1]} rows) / bare pairing of sorted tuples: ", end="")
    print(f"{ours * 1000:.0f} ms / {base * 1000:.0f} ms = {ratio:.1f} (budget 15)")
    store.close()
    assert ratio <= 15
