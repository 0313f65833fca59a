"""Commands shown in Markdown: ```console blocks, `$ command` lines, each followed by what it prints on stdout.

`python -m tests.cli.shown_commands README.md` fills in the outputs anew; the test compares them.
"""

import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
_BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


@dataclass(frozen=True)
class Shown:
    """A command as shown, and the output shown under it."""

    command: str
    output: str


def shown_in(text: str) -> list[Shown]:
    """All commands of a page, in order."""
    found: list[Shown] = []
    for block in _BLOCK.findall(text):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            found.append(Shown(command, output.strip("\n")))
    return found


def run(command: str, store: str) -> str:
    """What `nhs-graph ...` prints on stdout, on the bundle, as of the fixed day that the page was written for.

    Only commands with an as-of date are shown, so that no page depends on today.
    """
    done = run_in(ROOT, command, store)
    assert done.returncode == 0, done.stderr
    return "\n".join(line.rstrip() for line in done.stdout.strip("\n").splitlines())


def run_in(folder: Path, command: str, store: str) -> "subprocess.CompletedProcess[str]":
    """`nhs-graph ...` run in a folder."""
    words = shlex.split(command)
    assert words[0] == "nhs-graph", command
    env = {**os.environ, "NHS_GRAPH_STORE": store, "COLUMNS": "100", "NO_COLOR": "1"}
    return subprocess.run(
        [sys.executable, "-m", "nhs_graph.cli.main", *words[1:]],
        capture_output=True,
        text=True,
        env=env,
        check=False,
        cwd=folder,
    )


def refill(page: Path, store: str) -> None:
    """Write the outputs of all shown commands into the page."""
    text = page.read_text(encoding="utf-8")

    def block(match: re.Match[str]) -> str:
        shown = shown_in(match.group(0))
        body = "".join(f"$ {item.command}\n{run(item.command, store)}\n" for item in shown)
        return f"```console\n{body}```"

    page.write_text(_BLOCK.sub(block, text), encoding="utf-8")


if __name__ == "__main__":
    for name in sys.argv[1:]:
        refill(Path(name), os.environ["NHS_GRAPH_STORE"])
