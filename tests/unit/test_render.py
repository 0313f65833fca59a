"""Rows as text: what each format says of a missing, nested, dangerous or true value."""

import csv
import io
import json
import os
import pty
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import Field

from nhs_graph.cli.options import Format, Session
from nhs_graph.cli.render import cypher_with_params, footer, show, show_records
from nhs_graph.graph.errors import ExportProblem
from nhs_graph.graph.facts import Source
from nhs_graph.graph.store import Store, open_store
from nhs_graph.queries.question import Row, Sources

SOURCES = [
    Source(id=key, title=f"Title {key}", publisher="P", licence="CC0-1.0", kind="curated") for key in ("s1", "s2")
]


class Part(Row):
    system_id: str
    share: float
    sliver: bool


class Line(Row):
    name: str
    share: float | None = Field(json_schema_extra={"none": "unknown"})
    whole: bool
    end_date: str | None
    others: tuple[str, ...]
    parts: tuple[Part, ...]
    sources: Sources


FULL = Line(
    name="=A | B",
    share=0.64,
    whole=True,
    end_date="2021",
    others=("=x", "y"),
    parts=(Part(system_id="QHM", share=0.64, sliver=False), Part(system_id="QE1", share=0.01, sliver=True)),
    sources=("s2", "s1"),
)
BARE = Line(name="C", share=None, whole=False, end_date=None, others=(), parts=(), sources=("s2",))


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    opened = open_store("sqlite::memory:", read_only=False)
    opened.replace(SOURCES, {})
    yield opened
    opened.close()


def session(store: Store, name: str, **more: Any) -> Session:
    common: dict[str, Any] = {"output": None, "no_header": False, **more}
    return Session(opened=store, day=date(2021, 4, 1), format_=Format(name), **common)


@pytest.fixture
def told(store: Store, capsys: pytest.CaptureFixture[str]) -> Any:
    def tell(rows: Sequence[Row], name: str, **more: Any) -> str:
        show(rows, Line, session(store, name, **more))
        return capsys.readouterr().out

    return tell


def test_json_is_one_array_with_every_field_in_order(told: Any) -> None:
    full, bare = json.loads(told([FULL, BARE], "json"))
    assert list(full) == list(Line.model_fields)
    assert full["parts"][0] == {"system_id": "QHM", "share": 0.64, "sliver": False}
    assert (bare["share"], bare["end_date"], bare["others"], bare["whole"]) == (None, None, [], False)
    assert [json.loads(line) for line in told([FULL, BARE], "ndjson").splitlines()] == [full, bare]


@pytest.mark.parametrize(("name", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_delimited_cells_are_flat_and_start_no_formula(told: Any, name: str, delimiter: str) -> None:
    head, full, bare = csv.reader(io.StringIO(told([FULL, BARE], name)), delimiter=delimiter)
    assert head == list(Line.model_fields)
    assert full[:5] == ["'=A | B", "0.64", "true", "2021", "'=x;y"]
    assert json.loads(full[5])[1]["system_id"] == "QE1"
    assert ", " not in full[5]
    assert full[6] == "s1;s2"
    assert bare == ["C", "", "false", "", "", "", "s2"]


def test_a_plain_table_is_aligned_and_cut_nowhere(told: Any) -> None:
    head, full, bare = told([FULL, BARE], "table").splitlines()
    assert head.split() == ["name", "share", "whole", "until", "others", "parts"]
    assert full.split()[:6] == ["=A", "|", "B", "64.0%", "yes", "2021"]
    assert full.endswith("QHM 64.0% · QE1 1.0% (sliver)")
    assert bare.split() == ["C", "unknown", "no"]
    assert head.index("share") == full.index("64.0%") == bare.index("unknown")


def test_footnote_numbers_stand_in_rows_and_below_tables_only_with_cite(told: Any) -> None:
    table, notes = told([FULL, BARE], "table", cite=True).split("\n\n")
    head, full, bare = table.splitlines()
    assert (head.split()[-1], full[-7:], bare[-3:]) == ("sources", "[1] [2]", "[2]")
    assert notes.splitlines() == ["[1] Title s1. P. (s1)", "[2] Title s2. P. (s2)"]
    assert "[1]" not in told([FULL], "table")


def test_markdown_escapes_the_bar(told: Any) -> None:
    head, rule, full = told([FULL], "md").splitlines()
    assert head == "| name | share | whole | until | others | parts |"
    assert rule.count("---") == 6
    assert full.startswith("| =A \\| B | 64.0% | yes |")


@pytest.mark.parametrize(("name", "empty"), [("json", "[]\n"), ("ndjson", ""), ("table", "")])
def test_no_rows(told: Any, name: str, empty: str) -> None:
    assert told([], name) == empty


def test_the_header_can_be_left_out(told: Any) -> None:
    for name in ("csv", "tsv", "table"):
        assert len(told([FULL], name, no_header=True).splitlines()) == 1


def test_the_source_line_names_day_vintage_and_sources(store: Store) -> None:
    asked = session(store, "table")
    assert footer([FULL, BARE], 2, asked) == ["as of 2021-04-01 · 2 sources: s1, s2"]
    assert footer([BARE, BARE], 1, asked) == ["1 of 2 rows shown", "as of 2021-04-01 · 1 source: s2"]
    assert footer([], 0, asked)[0].startswith("no rows")


COLUMNS = ["_x", "json", "share", "sources", "count(*)", "n.name", "model_fields"]
values = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.dates(), st.lists(st.integers()))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(values, min_size=len(COLUMNS), max_size=len(COLUMNS)), min_size=1, max_size=3))
def test_columns_of_a_users_query_may_be_called_anything(
    store: Store, capsys: pytest.CaptureFixture[str], rows: list[list[Any]]
) -> None:
    records = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    for name in Format:
        show_records(records, session(store, name.value))
        out = capsys.readouterr().out
        if name is Format.json:
            assert [list(record) for record in json.loads(out)] == [COLUMNS] * len(records)
        elif name in {Format.csv, Format.table, Format.md}:
            assert all(column in out.splitlines()[0] for column in COLUMNS)


def test_maps_and_lists_of_a_users_query_are_json_in_a_cell(store: Store, capsys: pytest.CaptureFixture[str]) -> None:
    show_records([{"a": {"day": date(2021, 4, 1)}, "b": [True, 1]}], session(store, "csv"))
    assert list(csv.reader(io.StringIO(capsys.readouterr().out)))[1] == ['{"day":"2021-04-01"}', "[true,1]"]


def test_a_file_is_replaced_whole_and_a_wrong_folder_is_told(store: Store, tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    target.write_text("old")
    show([BARE], Line, session(store, "csv", output=target))
    assert target.read_text().startswith("name,share")
    assert list(tmp_path.iterdir()) == [target]
    with pytest.raises(ExportProblem, match="cannot be written"):
        show([BARE], Line, session(store, "csv", output=tmp_path / "none" / "a.csv"))


def test_a_query_is_told_with_its_parameters_for_neo4j_browser() -> None:
    told = cypher_with_params("RETURN $day\n", {"day": date(2021, 4, 1), "ids": ("a", "b'"), "none": None})
    assert told.splitlines() == [
        ":param day => date('2021-04-01');",
        ':param ids => ["a", "b\'"];',
        ":param none => null;",
        "RETURN $day;",
    ]


def test_a_terminal_gets_a_table_that_shows_brackets_as_they_are() -> None:
    script = (
        "from datetime import date\n"
        "from nhs_graph.cli.options import Format, Session\n"
        "from nhs_graph.cli.render import show_records\n"
        "asked = Session(opened=None, day=date.min, format_=Format.table, output=None, no_header=False)\n"
        "show_records([{'name': 'St [bold]Mary[/bold] [1]'}], asked)\n"
    )
    ours, terminal = pty.openpty()
    subprocess.run([sys.executable, "-c", script], stdout=terminal, check=True, env={**os.environ, "NO_COLOR": "1"})
    os.close(terminal)
    shown = os.read(ours, 10_000).decode()
    os.close(ours)
    assert "St [bold]Mary[/bold] [1]" in shown
