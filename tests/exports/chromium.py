"""Chromium, driven by Playwright: the browser of the machine, none is fetched. Without it tests are skipped."""

import os
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

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
