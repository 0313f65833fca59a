"""A million rows moved across mergers, against a bare copy of them by the csv module."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.timing import ratio

pytestmark = pytest.mark.slow

PROGRAM = [sys.executable, "-m", "nhs_graph.cli.main"]
COPY = """
import csv, sys
with open(sys.argv[1], newline="") as old, open(sys.argv[2], "w", newline="") as new:
    csv.writer(new).writerows(csv.reader(old))
"""
# A process of its own: a child counts as big as its parent was when it was forked, and pytest is big.
PEAK = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stderr=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
WAYS = pytest.mark.parametrize("words", [(), ("--aggregate",)])
CODES = ["06F", "06P", "04F", "QNQ", "RQ6", "REM", "QM7", "06K", "07H", "RC1", "RC9", "RR1", "RRK", "RM2", "RW3"]


@pytest.fixture(scope="module", params=[7, 1_000_000], ids=["few measures", "each row its own measure"])
def million(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A million rows; no two of them can be summed where each has its own measure."""
    file = tmp_path_factory.mktemp("few" if request.param == 7 else "each_its_own") / "in.csv"
    dice = random.Random(1)
    with file.open("w") as out:
        out.write("org,month,measure,spells,days\n")
        for i in range(1_000_000):
            month = f"{dice.randint(2012, 2017)}-{dice.randint(1, 12):02d}"
            measure, spells, days = i % request.param, dice.randint(0, 5000), dice.randint(0, 99999) / 100
            out.write(f"{dice.choice(CODES)},{month},m{measure},{spells},{days:.2f}\n")
    return file


def command(million: Path, *words: str) -> list[str]:
    columns = ["--code", "org", "--date", "month", "--value", "spells", "--value", "days", "--to", "2026-04-01"]
    out = str(million.with_name("out.csv"))
    return [*PROGRAM, "lineage", "remap", str(million), *columns, "-o", out, *words]


@WAYS
def test_a_million_rows_take_at_most_six_bare_copies(bundle_url: str, million: Path, words: tuple[str, ...]) -> None:
    copy = [sys.executable, "-c", COPY, str(million), str(million.with_name("copy.csv"))]
    env = {"NHS_GRAPH_STORE": bundle_url}
    name = f"lineage remap {' '.join(words)} of a million rows, {million.parent.name} / a bare csv copy"
    # Where no two rows can be summed, all wait on disk, and are sorted there twice.
    budget = 20 if words and "own" in million.parent.name else 6
    assert ratio(name, command(million, *words), copy, budget=budget, runs=5, env=env) <= budget


@WAYS
def test_memory_does_not_grow_with_the_rows(bundle_url: str, million: Path, words: tuple[str, ...]) -> None:
    asked = [sys.executable, "-c", PEAK, *command(million, *words, "--store", bundle_url)]
    peak = int(subprocess.run(asked, check=True, capture_output=True, text=True).stdout) / 1024
    print(f"\nlineage remap {' '.join(words)} of a million rows: {peak:.0f} MB at most (budget 100 MB)")
    assert peak <= 100
