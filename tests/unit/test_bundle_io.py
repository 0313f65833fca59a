"""A bundle says exactly what it was given, in the same bytes each time."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nhs_graph.graph.errors import RowProblem, SourceProblem
from nhs_graph.graph.facts import Fact, Person
from nhs_graph.loaders.bundle_io import identity, read_bundle, write_bundle
from tests import strategies

on_disk = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
graphs = st.one_of(strategies.boundaries(), strategies.lineages(), strategies.tenures())


def unique(facts: Sequence[Fact]) -> list[Fact]:
    return list({(type(fact), fact.key): fact for fact in facts}.values())


def in_order(facts: Sequence[Fact]) -> list[Fact]:
    return sorted(facts, key=lambda fact: (type(fact).__name__, fact.key))


@on_disk
@given(graphs)
def test_facts_come_back_as_they_were(tmp_path: Path, facts: list[Fact]) -> None:
    facts = unique(facts)
    write_bundle(facts, tmp_path, "2026-07")
    assert in_order(list(read_bundle(tmp_path))) == in_order(facts)


@on_disk
@given(graphs)
def test_the_order_of_facts_does_not_change_a_byte(tmp_path: Path, facts: list[Fact]) -> None:
    facts = unique(facts)
    write_bundle(facts, tmp_path, "2026-07")
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    write_bundle(facts[::-1], tmp_path, "2026-07")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == first
    assert not any(b"\r" in content for content in first.values())


@given(st.text(max_size=8), st.lists(st.text(max_size=4), max_size=3))
@on_disk
def test_what_a_cell_cannot_say_is_refused_never_changed(tmp_path: Path, name: str, others: list[str]) -> None:
    person = Person(id="p", name=name, other_names=tuple(others), source_ids=("s",))
    try:
        write_bundle([person], tmp_path, "2026-07")
    except ValueError:
        return
    assert list(read_bundle(tmp_path)) == [person]


def test_a_semicolon_in_a_list_and_an_empty_optional_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="cannot say exactly"):
        write_bundle([Person(id="p", name="P", other_names=("a;b",), source_ids=())], tmp_path, "2026")
    with pytest.raises(ValueError, match="cannot say exactly"):
        write_bundle([Person(id="p", name="P", honorific="", source_ids=())], tmp_path, "2026")


def test_a_wrong_cell_is_named_by_file_line_and_column(tmp_path: Path) -> None:
    write_bundle([Person(id="p", name="P", source_ids=())], tmp_path, "2026")
    path = tmp_path / "tenure.csv"
    columns = path.read_text().strip().split(",")
    cells = ["x" if name == "basis" else "" for name in columns]
    path.write_text(f"{','.join(columns)}\n{','.join(cells)}\n")
    with pytest.raises(RowProblem) as caught:
        list(read_bundle(tmp_path))
    assert caught.value.facts["file"] == "tenure.csv"
    assert caught.value.facts["line"] == 2


def test_a_missing_file_and_other_columns_are_told(tmp_path: Path) -> None:
    write_bundle([], tmp_path, "2026")
    (tmp_path / "claim.csv").write_text("id,other\n")
    with pytest.raises(SourceProblem, match=r"columns of claim\.csv"):
        list(read_bundle(tmp_path))
    (tmp_path / "claim.csv").unlink()
    with pytest.raises(SourceProblem, match=r"no file claim\.csv"):
        list(read_bundle(tmp_path))


def test_the_checksum_follows_the_facts(tmp_path: Path) -> None:
    write_bundle([], tmp_path, "2026")
    empty = identity(tmp_path)
    write_bundle([Person(id="p", name="P", source_ids=())], tmp_path, "2026")
    assert identity(tmp_path)["release"] == empty["release"]
    assert identity(tmp_path)["bundle"] != empty["bundle"]
