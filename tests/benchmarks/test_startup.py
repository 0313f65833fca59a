"""What a command costs as a whole process, as a ratio against a bare baseline measured in the same run."""

import sys
from pathlib import Path

import pytest

from nhs_graph.graph.store import open_store
from nhs_graph.loaders.loading import load_bundle
from tests.benchmarks.timing import ratio, seconds

pytestmark = pytest.mark.slow

PROGRAM = [sys.executable, "-m", "nhs_graph.cli.main"]


def test_help_costs_little_more_than_a_bare_typer_app(tmp_path: Path) -> None:
    bare = tmp_path / "bare.py"
    bare.write_text("import typer\napp = typer.Typer()\n@app.command()\ndef hello() -> None:\n    'Say hello'\napp()\n")
    assert (
        ratio(
            "nhs-graph --help / bare Typer --help",
            [*PROGRAM, "--help"],
            [sys.executable, str(bare), "--help"],
            budget=1.3,
        )
        <= 1.3
    )


def test_a_question_costs_little_more_than_its_imports(tmp_path: Path) -> None:
    url = f"sqlite:{tmp_path / 'nhs.db'}"
    store = open_store(url, read_only=False)
    load_bundle(store)
    store.close()
    imports = [sys.executable, "-c", "import typer, pydantic, networkx"]
    question = [*PROGRAM, "boundaries", "councils", "--as-of", "2021-04-01", "--store", url]
    assert ratio("boundaries councils / import typer, pydantic, networkx", question, imports, budget=1.5) <= 1.5


def test_the_bundle_loads_into_sqlite_in_three_seconds(tmp_path: Path) -> None:
    took = min(seconds([*PROGRAM, "load", "--store", f"sqlite:{tmp_path / str(i)}.db"]) for i in range(3))
    print(f"\nbundle into SQLite: {took:.2f} s (budget 3 s)")
    assert took < 3


@pytest.mark.neo4j
def test_the_bundle_loads_into_neo4j_in_thirty_seconds(
    empty_server_url: str, server_credentials: dict[str, str]
) -> None:
    took = seconds([*PROGRAM, "load", "--store", empty_server_url], server_credentials)
    print(f"\nbundle into Neo4j: {took:.1f} s (budget 30 s)")
    assert took < 30
