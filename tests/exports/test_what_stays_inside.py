"""No export for others says what a store notes for itself: a user's own files as they were read, marks for dates."""

import csv
import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from shutil import copyfile

import pytest

from nhs_graph.graph.facts import OwnFile, Relation
from nhs_graph.graph.flat_files import write_tables
from nhs_graph.graph.graphml import write_graphml
from nhs_graph.graph.leader_files import leaders_csv, popolo_json
from nhs_graph.graph.neo4j_import import write_import
from nhs_graph.graph.rdf import BASE
from nhs_graph.graph.rdf_folder import write_folder
from nhs_graph.graph.rdf_text import FORMATS
from nhs_graph.graph.store import Selection, Store, every_fact, open_store, public_facts
from nhs_graph.loaders.loading import load_files
from nhs_graph.loaders.outlines import atlas
from nhs_graph.queries.explorer import explorer_page

HEAD = "person,org_code,role,start,end,seen_on,source_title,source_url_or_repo_path,note\n"
ROW = "Ann Lee,REM,chair,2025,,,A page,https://www.example.nhs.uk/a,a remark for myself\n"


@pytest.fixture(scope="module")
def store(bundle_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The bundle and a list of a user's own, from a folder whose name is nobody's business."""
    folder = tmp_path_factory.mktemp("private-folder")
    copyfile(bundle_url.removeprefix("sqlite:"), folder / "own.db")
    (folder / "mine.csv").write_text(HEAD + ROW, encoding="utf-8")
    opened = open_store(f"sqlite:{folder / 'own.db'}", read_only=False)
    assert not load_files(opened, [folder / "mine.csv"]).rejects
    yield opened
    opened.close()


def _rdf(store: Store, folder: Path) -> None:
    write_folder(store, folder, FORMATS, BASE, "A test", None)


def _rdf_of_a_day(store: Store, folder: Path) -> None:
    write_folder(store, folder, ("ttl",), BASE, "A test", date(2026, 11, 1))


def _texts(store: Store, folder: Path) -> None:
    for name, text in (
        ("leaders.csv", leaders_csv(store)),
        ("popolo.json", popolo_json(store)),
        ("explorer.html", explorer_page(store, atlas())),
    ):
        (folder / name).write_text(text, encoding="utf-8")


EXPORTS: dict[str, Callable[[Store, Path], object]] = {
    "csv": lambda store, folder: write_tables(store, folder, "csv"),
    "jsonl": lambda store, folder: write_tables(store, folder, "jsonl"),
    "graphml": lambda store, folder: write_graphml(public_facts(store), folder / "nhs.graphml"),
    "rdf": _rdf,
    "rdf of a day": _rdf_of_a_day,
    "leaders, popolo and explorer": _texts,
}


@pytest.mark.parametrize("export", EXPORTS.values(), ids=EXPORTS)
def test_no_export_says_what_is_kept_for_the_store(
    store: Store, folder: Path, export: Callable[[Store, Path], object]
) -> None:
    (own,) = store.facts(Selection(OwnFile))
    assert own.content
    export(store, folder)
    found = [path for path in folder.iterdir() if path.suffix != ".cypher"]  # constraints name every label
    said = "\n".join(path.read_text(encoding="utf-8") for path in found)
    assert "Ann Lee" in said  # what the file states is a fact like any other
    for hidden in ("private-folder", own.content, "OwnFile,", '"OwnFile"', "OwnFile/", "9999-"):
        assert hidden not in said, hidden


def test_a_database_made_of_a_store_has_its_notes_of_files_and_no_date_for_never(store: Store, folder: Path) -> None:
    write_import(store, folder)
    with (folder / "OwnFile.csv").open(encoding="utf-8", newline="") as file:
        _, row = csv.reader(file)
    (own,) = store.facts(Selection(OwnFile))
    assert own.content in row
    said = "\n".join(path.read_text(encoding="utf-8") for path in folder.iterdir())
    for hidden in ("private-folder", "9999-"):
        assert hidden not in said, hidden


def test_what_nobody_states_is_inferred_for_all_its_time_and_no_date_says_so(bundle_store: Store) -> None:
    """MODEL section 1: 06H went to the board founded on 2026-04-01 by what the orders say of systems, not of it."""
    (link,) = [r for r in bundle_store.facts(Selection(Relation, {"subject_id": ("06H",)})) if r.object_id == "S1Y5D"]
    assert link.window.never_stated
    assert [link.window.certainty(day) for day in (date(2026, 3, 31), date(2026, 4, 1), date(2126, 4, 1))] == [
        None,
        "inferred",
        "inferred",
    ]
    dates = {value for fact in every_fact(bundle_store) for value in vars(fact).values() if isinstance(value, date)}
    assert max(dates) < date(2100, 1, 1)


def test_the_two_plain_forms_hold_the_same_columns(store: Store, folder: Path) -> None:
    for form in ("csv", "jsonl"):
        write_tables(store, folder, form)
    with (folder / "tenure.csv").open(encoding="utf-8", newline="") as file:
        names = next(csv.reader(file))
    first = (folder / "tenure.jsonl").read_text(encoding="utf-8").split("\n", 1)[0]
    assert list(json.loads(first)) == names
