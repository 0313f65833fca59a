"""CSV and JSON Lines, read back by DuckDB and checked against their Data Package."""

import csv
import io
import json
import re
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import pytest

from nhs_graph.graph.facts import Fact
from nhs_graph.graph.flat_files import TABLES, Form, columns, write_tables
from nhs_graph.graph.interval import PartialDate
from nhs_graph.graph.schema import Shape, precision_of, value_type
from nhs_graph.graph.store import Selection, Store
from tests.exports import hostile

FORMULA = re.compile("[=+\\-@\t\r]")


def restored(shape: Shape, row: Mapping[str, Any]) -> Fact:
    """The fact behind a row: dates of a month or year are the first day, for an end the day after the last."""
    values = {name: row[name] for name in shape.fields}
    for name, value in values.items():
        precision = precision_of(shape.fact, name)
        if value and precision and values[precision] != "day":
            parsed = PartialDate.parse(value)
            assert parsed.precision == values[precision]
            values[name] = parsed.until if name == "end_date" else parsed.first
    return shape.fact.model_validate(values)


def csv_values(shape: Shape, row: Mapping[str, str]) -> dict[str, Any]:
    """What the cells say, by the rules that the Data Package states."""
    values: dict[str, Any] = {}
    for name, cell in row.items():
        text = cell[1:] if re.match(r"'+[=+\-@\t\r]", cell) else cell
        if name in shape.fact.model_fields and value_type(shape.fact, name) is tuple:
            items = re.findall(r"((?:\\.|[^;\\])+)", text, re.DOTALL)
            values[name] = tuple(re.sub(r"\\(.)", r"\1", item, flags=re.DOTALL) for item in items)
        else:
            values[name] = text or None
    return values


def duck(sql: str, path: Path) -> list[dict[str, Any]]:
    with duckdb.connect() as database:
        answer = database.execute(sql, [str(path)])
        names = [column[0] for column in answer.description or []]
        return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


@pytest.mark.parametrize("shape", TABLES, ids=lambda shape: shape.table)
def test_csv_read_by_duckdb_gives_the_stored_facts(any_store: Store, folder: Path, shape: Shape) -> None:
    write_tables(any_store, folder, "csv")
    sql = "SELECT * FROM read_csv(?, header = true, all_varchar = true, nullstr = '', quote = '\"', escape = '\"')"
    rows = duck(sql, folder / f"{shape.table}.csv")
    found = [restored(shape, csv_values(shape, {k: v or "" for k, v in row.items()})) for row in rows]
    assert found == list(any_store.facts(Selection(shape.fact)))


@pytest.mark.parametrize("shape", TABLES, ids=lambda shape: shape.table)
def test_json_lines_read_by_duckdb_give_the_stored_facts(any_store: Store, folder: Path, shape: Shape) -> None:
    write_tables(any_store, folder, "jsonl")
    rows = duck("SELECT json FROM read_ndjson_objects(?)", folder / f"{shape.table}.jsonl")
    found = [restored(shape, json.loads(row["json"])) for row in rows]
    assert found == list(any_store.facts(Selection(shape.fact)))


def test_no_cell_is_run_as_a_formula(hostile_store: Store, folder: Path) -> None:
    write_tables(hostile_store, folder, "csv")
    cells = [
        cell
        for path in folder.glob("*.csv")
        for row in csv.reader(io.StringIO(path.read_bytes().decode(), newline=""))
        for cell in row
    ]
    assert not [cell for cell in cells if FORMULA.match(cell)]
    assert f"'{hostile.TEXTS[2]}" in cells


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_the_data_package_describes_every_file(bundle_store: Store, folder: Path, form: Form) -> None:
    write_tables(bundle_store, folder, form)
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert {path.name for path in folder.iterdir()} == {"datapackage.json", *(r["path"] for r in package["resources"])}
    tables = {resource["name"]: resource["schema"] for resource in package["resources"]}
    for shape, resource in zip(TABLES, package["resources"], strict=True):
        content = (folder / resource["path"]).read_bytes()
        assert (resource["bytes"], resource["hash"]) == (len(content), f"sha256:{sha256(content).hexdigest()}")
        assert [field["name"] for field in resource["schema"]["fields"]] == list(columns(shape))
        for key in resource["schema"]["foreignKeys"]:
            other = {field["name"] for field in tables[key["reference"]["resource"]]["fields"]}
            assert set(key["reference"]["fields"]) <= other
    # Data guide, licence lines: OGL for the registers, CC BY for what was compiled, CC0 for one list.
    assert {licence["name"] for licence in package["licenses"]} == {"OGL-UK-3.0", "CC-BY-4.0", "CC0-1.0"}
    assert any("Organisation Data Service" in line for line in package["attribution"])


def test_partial_dates_are_said_as_their_source_said_them(hostile_store: Store, folder: Path) -> None:
    write_tables(hostile_store, folder, "jsonl")
    tenures = [json.loads(line) for line in (folder / "tenure.jsonl").read_text(encoding="utf-8").split("\n") if line]
    assert {row["end_date"] for row in tenures} == {"2020"}  # stored as 2021-01-01: the year 2020 is over
    bodies = [json.loads(line) for line in (folder / "organisation.jsonl").read_text("utf-8").split("\n") if line]
    assert {len(row["start_date"]) for row in bodies} == {len("2019-01")}
