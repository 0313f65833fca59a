"""Chromium, driven by Playwright: the browser of the machine, none is fetched. Without it tests are skipped."""

import os
import shutil
from collections.abc import Callable, Generator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

Open = Callable[..., Page]
"""Opens the explorer at an address; width, dark and file are its options."""
PROGRAM = os.environ.get("NHS_GRAPH_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


def need_chromium() -> str:
    """The program; skips the test without it, or fails it where NHS_GRAPH_REQUIRE names chromium."""
    if PROGRAM and Path(PROGRAM).exists():
        return PROGRAM
    reason = "Chromium is not installed (apt-get install chromium)"
    if "chromium" in os.environ.get("NHS_GRAPH_REQUIRE", "").split(","):
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def browser() -> Generator[Browser, None, None]:
    """A browser without a window."""
    program = need_chromium()
    with sync_playwright() as driver:
        # Chromium's own sandbox does not work for root, as whom containers run.
        opened = driver.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()


def serious(page: Page) -> list[tuple[str, str]]:
    """The serious accessibility problems that axe-core finds: its rule, and the first element."""
    page.evaluate(resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    found: list[list[str]] = page.evaluate(
        """() => axe.run().then(result => result.violations
            .filter(v => ["serious", "critical"].includes(v.impact)).map(v => [v.id, v.nodes[0].html]))"""
    )
    return [(rule, element) for rule, element in found]
