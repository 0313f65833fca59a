"""A load that is killed leaves the old data or the new, whole, and the next load works."""

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from nhs_graph.graph.facts import FACTS, Fact, Organisation
from nhs_graph.graph.store import Selection, open_store

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
