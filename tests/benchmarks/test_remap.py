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
CODES = ["06F", "06P", "04F", "QNQ", "RQ6", "REM", "QM7", "06K", "07H", "RC1", "RC9", "RR1", "RRK", "RM2", "RW3"]


@pytest.fixture(scope="module")
def million(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("million") / "in.csv"
    dice = random.Random(1)
    with file.open("w") as out:
        out.write("org,month,measure,spells,days\n")
        for i in range(1_000_000):
            month = f"{dice.randint(2012, 2017)}-{dice.randint(1, 12):02d}"
            out.write(
                f"{dice.choice(CODES)},{month},m{i % 7},{dice.randint(0, 5000)},{dice.randint(0, 99999) / 100:.2f}\n"
            )
    return file


def command(million: Path, *words: str) -> list[str]:
    columns = ["--code", "org", "--date", "month", "--value", "spells", "--value", "days", "--to", "2026-04-01"]
    out = str(million.with_name("out.csv"))
    return [*PROGRAM, "lineage", "remap", str(million), *columns, "-o", out, *words]


def test_a_million_rows_take_at_most_six_bare_copies(bundle_url: str, million: Path) -> None:
    copy = [sys.executable, "-c", COPY, str(million), str(million.with_name("copy.csv"))]
    env = {"NHS_GRAPH_STORE": bundle_url}
    name = "lineage remap of a million rows / a bare csv copy"
    assert ratio(name, command(million), copy, budget=6, runs=5, env=env) <= 6


def test_memory_does_not_grow_with_the_rows(bundle_url: str, million: Path) -> None:
    words = [sys.executable, "-c", PEAK, *command(million, "--store", bundle_url)]
    peak = int(subprocess.run(words, check=True, capture_output=True, text=True).stdout) / 1024
    print(f"\nlineage remap of a million rows: {peak:.0f} MB at most (budget 100 MB)")
    assert peak <= 100
