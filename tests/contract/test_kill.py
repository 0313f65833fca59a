"""A load that is killed leaves the old data or the new, whole, and the next load works."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from nhs_graph.graph.facts import FACTS, Fact, Organisation
from nhs_graph.graph.store import Selection, open_store
from tests import ods

LOADER = """
import sys
from pathlib import Path
from nhs_graph.graph.facts import Organisation
from nhs_graph.graph.store import open_store
store = open_store(sys.argv[1], read_only=False)
print("ready", flush=True)
for round in range(1000):
    store.replace(
        [Organisation(id=f"X{i}", name=f"round {round}", source_ids=()) for i in range(3000)], {"round": str(round)}
    )
"""
MOMENTS = 20


def contents(url: str) -> list[Fact]:
    store = open_store(url)
    try:
        return [fact for cls in FACTS for fact in store.facts(Selection(cls))]
    finally:
        store.close()


def test_a_killed_load_leaves_old_or_new_never_a_mixture(tmp_path: Path) -> None:
    url = f"sqlite:{tmp_path / 'nhs.db'}"
    chance = random.Random(20220701)
    rounds_seen: set[str | None] = set()
    for _ in range(MOMENTS):
        process = subprocess.Popen([sys.executable, "-c", LOADER, url], stdout=subprocess.PIPE)
        assert process.stdout
        process.stdout.readline()
        time.sleep(chance.uniform(0.05, 0.4))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        store = open_store(url)
        noted = store.meta().get("round")
        store.close()
        if noted is None:
            continue
        found = contents(url)
        assert len(found) == 3000
        names = {fact.name for fact in found if isinstance(fact, Organisation)}
        assert names == {f"round {noted}"}
        rounds_seen |= names
    assert len(rounds_seen) > 1, "no load came through between the kills: the test showed nothing"
    store = open_store(url, read_only=False)
    store.replace([Organisation(id="X", name="after", source_ids=())], {})
    store.close()
    assert len(contents(url)) == 1


RELEASE_LOADER = """
import sys
from pathlib import Path
from nhs_graph.graph.store import open_store
from nhs_graph.loaders.releases import load
if __name__ == "__main__":
    store = open_store(sys.argv[1], read_only=False)
    print("ready", flush=True)
    load(store, [(Path(sys.argv[2]), "ods-xml")])
    print("done", flush=True)
"""


def test_a_killed_load_of_a_release_leaves_nothing_of_it(tmp_path: Path) -> None:
    url = f"sqlite:{tmp_path / 'nhs.db'}"
    store = open_store(url, read_only=False)
    store.replace([Organisation(id="REM", name="Aintree", source_ids=())], {})
    store.close()
    records = [ods.practice(f"A{number:05}", f"PRACTICE {number}") for number in range(6000)]
    release = ods.written(tmp_path, "release.xml", ods.release(records, "2026-01-01"))
    program = ods.written(tmp_path, "load.py", RELEASE_LOADER)  # worker processes start from a file
    command = [sys.executable, str(program)]
    other = f"sqlite:{tmp_path / 'whole.db'}"  # how long a whole load takes here: the others are killed before
    whole = subprocess.Popen([*command, other, str(release)], stdout=subprocess.PIPE, text=True)
    assert whole.stdout
    assert whole.stdout.readline() == "ready\n"
    started = time.monotonic()
    assert whole.stdout.readline() == "done\n"
    took = time.monotonic() - started
    assert whole.wait() == 0
    whole.stdout.close()
    chance = random.Random(20220701)
    sizes: set[int] = set()
    for _ in range(6):
        process = subprocess.Popen([*command, url, str(release)], stdout=subprocess.PIPE)
        assert process.stdout
        process.stdout.readline()
        time.sleep(took * chance.uniform(0.05, 0.8))
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        sizes.add(len(contents(url)))
    again = subprocess.run([*command, url, str(release)], capture_output=True, text=True, check=True)
    assert again.stdout == "ready\ndone\n"
    assert sizes <= {1, len(contents(url))}
    assert 1 in sizes, "no load was killed in time: the test showed nothing"
