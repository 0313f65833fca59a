"""Every command shown in a page is run, and prints what the page shows."""

from pathlib import Path

import pytest

from tests.cli.shown_commands import ROOT, Shown, run, run_in, shown_in

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
SHOWN = [(page, shown) for page in PAGES if page.exists() for shown in shown_in(page.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(("page", "shown"), SHOWN, ids=[f"{page.name}: {shown.command}" for page, shown in SHOWN])
def test_a_shown_command_prints_what_is_shown(bundle_url: str, page: Path, shown: Shown) -> None:
    assert run(shown.command, bundle_url) == shown.output


def test_the_readme_shows_three_questions_and_the_two_commands() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert len(shown_in(text)) >= 3
    assert text.index("$ nhs-graph") < text.index("make demo") < text.index("make test") < text.index("neo4j://")


def further_commands() -> list[str]:
    """The `nhs-graph ...` lines before the set-up, without their remarks."""
    start = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Two commands")[0]
    block = start.rpartition("```sh\n")[2].partition("```")[0]
    return [line.partition("  #")[0].strip() for line in block.splitlines()]


@pytest.mark.parametrize("command", further_commands())
def test_the_further_commands_of_the_readme_work(bundle_url: str, tmp_path: Path, command: str) -> None:
    assert command.startswith("nhs-graph ")
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    done = run_in(tmp_path, command, bundle_url)
    assert done.returncode == 0, done.stderr
    assert done.stdout or list(tmp_path.iterdir()) != [tmp_path / "docs"]
