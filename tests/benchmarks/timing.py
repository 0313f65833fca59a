"""Two commands in turn, A B A B ..., so that a machine whose speed drifts slows both."""

import os
import statistics
import subprocess
import time
from collections.abc import Sequence


def seconds(command: Sequence[str], env: dict[str, str] | None = None) -> float:
    """Wall seconds of one whole process; its output is thrown away."""
    start = time.perf_counter()
    subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env={**os.environ, **(env or {})}
    )
    return time.perf_counter() - start


def ratio(
    name: str,
    command: Sequence[str],
    baseline: Sequence[str],
    *,
    budget: float,
    runs: int = 15,
    env: dict[str, str] | None = None,
) -> float:
    """The median of the pairwise ratios command / baseline, printed beside its budget."""
    seconds(command, env)
    seconds(baseline)
    pairs = [(seconds(command, env), seconds(baseline)) for _ in range(runs)]
    median = statistics.median(a / b for a, b in pairs)
    ours, base = (statistics.median(times) for times in zip(*pairs, strict=True))
    print(f"\n{name}: {ours * 1000:.0f} ms / {base * 1000:.0f} ms = {median:.2f} (budget {budget})")
    return median
