"""Fixtures for all tests, and what a run says at its end about tests that did not run."""

import os
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
REQUIRED = frozenset(os.environ.get("NHS_GRAPH_REQUIRE", "").split(",")) - {""}


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of source files beside the checkout; without it the test is skipped, or fails where required."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        reason = "the source files ../shared/data are not here"
        if "shared" in REQUIRED:
            pytest.fail(reason)
        pytest.skip(reason)
    return folder


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests were not run, and why."""
    reasons = Counter(
        report.longrepr[2].removeprefix("Skipped: ")
        for report in terminalreporter.stats.get("skipped", [])
        if isinstance(report.longrepr, tuple)
    )
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"not run: {count} tests, because {reason}")
