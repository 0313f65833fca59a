"""Manners of the program as a whole: exit codes, what goes to which stream, what is imported, how it ends."""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

from tests.server.neo4j_server import Server

ROOT = Path(__file__).parent.parent.parent
PROGRAM = [sys.executable, "-m", "nhs_graph.cli.main"]
COUNCILS = ("boundaries", "councils", "--as-of", "2021-04-01")
GROUPS = {
    "organisation": ["show", "search", "list"],
    "boundaries": ["overlaps", "councils", "systems", "coterminous", "diff", "whatif", "matrix", "map", "polygons"],
    "lineage": ["show", "heirs", "origins", "path", "events", "conflicts", "gaps", "remap", "check", "draw"],
    "leaders": ["list", "career", "moves", "joint", "succession", "vacancies", "bridges", "central"],
    "claims": ["list", "check"],
    "query": ["list", "show"],
    "export": ["csv", "jsonl", "graphml", "neo4j-import", "popolo", "leaders", "rdf", "explorer", "browser-kit"],
}
GROUPS["leaders"] += ["check", "draw", "network"]
SINGLE = ["load", "sources", "status", "demo"]
COMMANDS = [[], *([group, name] for group, names in GROUPS.items() for name in names), *([name] for name in SINGLE)]


def call(
    *words: str, store: str | None = None, stdin: IO[str] | None = None, **env: str
) -> subprocess.CompletedProcess[str]:
    given = {**os.environ, "NO_COLOR": "1", "COLUMNS": "200", **env}
    given.pop("NHS_GRAPH_STORE", None)
    if store:
        given["NHS_GRAPH_STORE"] = store
    return subprocess.run([*PROGRAM, *words], capture_output=True, text=True, env=given, check=False, stdin=stdin)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (COUNCILS, 0),
        (("boundaries", "councils", "--as-of", "2021-04"), 2),
        (("boundaries", "councils", "--as-of", "2021"), 2),
        (("boundaries", "councils", "--format", "xml"), 2),
        (("boundaries", "councils", "--wrong"), 2),
        (("boundaries",), 2),
        (("boundries",), 2),
        (("lineage", "show", "Cumbira"), 2),
        ((*COUNCILS, "--cite", "-f", "json"), 2),
        ((*COUNCILS, "--no-header", "-f", "json"), 2),
        ((*COUNCILS, "--store", "sqlite:/nowhere/nhs.db"), 4),
        ((*COUNCILS, "-o", "/nowhere/answer.csv"), 5),
        ((*COUNCILS, "--engine", "cypher"), 2),
    ],
    ids=str,
)
def test_exit_codes_and_the_two_lines_of_an_error(bundle_url: str, words: tuple[str, ...], code: int) -> None:
    done = call(*words, store=bundle_url)
    assert done.returncode == code, done.stderr
    if code:
        assert done.stdout == ""
        lines = done.stderr.splitlines()
        assert [sum(line.startswith(f"{word}: ") for line in lines) for word in ("error", "hint")] == [1, 1]
        assert "Traceback" not in done.stderr


def test_an_unknown_name_comes_with_a_suggestion(bundle_url: str) -> None:
    assert "la:CMA Cumbria" in call("lineage", "show", "Cumbira", store=bundle_url).stderr


def test_debug_shows_the_traceback_anywhere_on_the_line(bundle_url: str) -> None:
    assert "Traceback" in call("lineage", "show", "Cumbira", "--debug", store=bundle_url).stderr


def test_stdout_holds_the_answer_and_stderr_the_rest(bundle_url: str) -> None:
    done = call(*COUNCILS, "-f", "json", store=bundle_url)
    rows = json.loads(done.stdout)
    names = [
        "council_id",
        "council_gss",
        "council_name",
        "verdict",
        "systems",
        "systems_above_floor",
        "parts",
        "vintage",
    ]
    assert list(rows[0])[: len(names)] == names
    assert list(rows[0])[-1] == "sources"
    assert "as of 2021-04-01" in done.stderr
    assert "STP21 x LAD21" in done.stderr


def test_an_empty_answer_is_zero_and_says_so(bundle_url: str) -> None:
    done = call("organisation", "search", "qqqqq", "-f", "json", store=bundle_url)
    assert (done.returncode, json.loads(done.stdout)) == (0, [])
    assert "no rows" in done.stderr


def test_show_query_goes_to_stderr(bundle_url: str) -> None:
    done = call(*COUNCILS, "--show-query", "-f", "csv", store=bundle_url)
    assert "MATCH" in done.stderr
    assert "date('2021-04-01')" in done.stderr
    assert "MATCH" not in done.stdout


def test_output_is_whole_and_leaves_no_draft(bundle_url: str, tmp_path: Path) -> None:
    target = tmp_path / "answer.json"
    assert call(*COUNCILS, "-f", "json", "-o", str(target), store=bundle_url).stdout == ""
    assert len(json.loads(target.read_text())) == 14
    assert list(tmp_path.iterdir()) == [target]


def run_example(words: list[str], folder: Path, **env: str) -> None:
    told = call(*words, "--help")
    assert told.returncode == 0
    found = re.search(r"Example: nhs-graph (.+)", told.stdout)
    assert found, told.stdout
    # Away from the checkout: `load` and `demo` write where they are called. What examples read is there.
    shutil.copytree(ROOT / "docs" / "examples", folder, dirs_exist_ok=True)
    given = set(folder.iterdir())
    command = [*PROGRAM, *shlex.split(found[1])]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env={**os.environ, **env}, check=False)
    # The list of leaders is known to hold doubtful dates: `leaders check` finds them.
    assert done.returncode == (1 if words == ["leaders", "check"] else 0), done.stderr
    assert done.stdout or set(folder.iterdir()) - given  # a picture goes into a file


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words) or "nhs-graph")
def test_every_help_has_an_example_that_works(bundle_url: str, tmp_path: Path, words: list[str]) -> None:
    run_example(words, tmp_path, NHS_GRAPH_STORE=bundle_url)


@pytest.mark.neo4j
@pytest.mark.parametrize("words", [["query", "run"], ["cypher"]], ids=" ".join)
def test_the_examples_of_cypher_work_on_a_server(neo4j_bundle: Server, tmp_path: Path, words: list[str]) -> None:
    run_example(words, tmp_path, NHS_GRAPH_STORE=neo4j_bundle.uri, **neo4j_bundle.credentials)


def imported(*words: str, store: str) -> set[str]:
    env = {**os.environ, "NHS_GRAPH_STORE": store}
    command = [sys.executable, "-X", "importtime", "-m", "nhs_graph.cli.main", *words]
    done = subprocess.run(command, capture_output=True, text=True, env=env, check=True)
    return {line.rsplit("|", 1)[1].strip().split(".")[0] for line in done.stderr.splitlines() if "|" in line}


def test_help_imports_nothing_heavy(bundle_url: str) -> None:
    heavy = {"networkx", "neo4j", "rdflib", "lxml", "pydantic", "rich"}
    assert not imported("--help", store=bundle_url) & heavy
    assert not imported("boundaries", "councils", "--help", store=bundle_url) & heavy


def test_an_answer_from_sqlite_imports_no_server_or_table_code(bundle_url: str) -> None:
    assert not imported(*COUNCILS, store=bundle_url) & {"neo4j", "rdflib", "lxml", "rich"}


def test_a_reader_who_has_seen_enough_is_no_error(bundle_url: str) -> None:
    program = f"{sys.executable} -m nhs_graph.cli.main"
    command = f"{program} organisation list --kind trust -f ndjson | true; echo ${{PIPESTATUS[0]}}"
    env = {**os.environ, "NHS_GRAPH_STORE": bundle_url}
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, env=env, check=True)
    assert done.stdout == "0\n"
    assert "Broken" not in done.stderr
    assert "Traceback" not in done.stderr


def test_ctrl_c_ends_with_130_and_leaves_nothing_half_written(tmp_path: Path) -> None:
    script = (
        "import os, signal, sys\n"
        "from nhs_graph.cli import main\n"
        "from nhs_graph.graph.sqlite_store import SqliteStore\n"
        "write = SqliteStore._write\n"
        # A shell lets what it runs in the background ignore the signal, and that is handed on.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "SqliteStore._write = lambda *a: (write(*a), os.kill(os.getpid(), signal.SIGINT))\n"
        "sys.argv = ['nhs-graph', 'load', '--store', sys.argv[1]]\n"
        "main.run()\n"
    )
    url = f"sqlite:{tmp_path / 'nhs.db'}"
    done = subprocess.run([sys.executable, "-c", script, url], capture_output=True, text=True, check=False)
    assert done.returncode == 128 + signal.SIGINT, done.stderr
    assert "Traceback" not in done.stderr
    assert call("status", "--store", url).returncode == 4


def test_two_first_commands_at_once_both_answer(tmp_path: Path) -> None:
    env = {**os.environ, "XDG_DATA_HOME": str(tmp_path)}
    env.pop("NHS_GRAPH_STORE", None)
    command = [*PROGRAM, *COUNCILS, "-f", "json"]
    pipe = subprocess.PIPE
    both = [subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=env) for _ in range(2)]
    for process in both:
        out, err = process.communicate(timeout=60)
        assert process.returncode == 0, err
        assert len(json.loads(out)) == 14


def test_only_the_default_store_is_filled_by_itself(tmp_path: Path) -> None:
    path = tmp_path / "nhs.db"
    path.touch()
    done = call("status", "--store", f"sqlite:{path}")
    assert done.returncode == 4
    assert f"hint: nhs-graph load --store sqlite:{path}" in done.stderr
    assert path.stat().st_size == 0


def test_a_second_load_changes_nothing_and_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "nhs.db"
    url = f"sqlite:{path}"
    dry = call("load", "--dry-run", "--store", url)
    assert dry.returncode == 0, dry.stderr
    assert "added" in dry.stdout
    assert not path.exists()
    assert call("load", "--store", url).returncode == 0
    again = call("load", "--store", url)
    assert again.stdout == ""
    assert " 0 facts changed" in again.stderr


def test_version_names_the_data_release() -> None:
    assert re.fullmatch(r"nhs-graph \S+, data release \d{4}(-\d\d)*\n", call("--version").stdout)
