"""The SHACL shapes: the bundle conforms, and each broken fixture is caught at its node and path, with a cure."""

import re
from pathlib import Path

import pytest
from rdflib import Graph

from nhs_graph.graph.rdf import BASE
from nhs_graph.graph.rdf_check import Violation, check_files, check_graph, shapes_text, validated
from nhs_graph.graph.rdf_folder import write_folder
from nhs_graph.graph.store import Store
from tests.exports.broken import BROKEN, PREFIXES, SOUND, Broken


def parsed(text: str) -> Graph:
    return Graph().parse(data=PREFIXES + text, format="turtle")


def in_one_run(graph: Graph) -> list[Violation]:
    """What pyshacl says with all shapes at once, as any other validator would run them."""
    return sorted(set(validated(graph, Graph().parse(data=shapes_text(), format="turtle"))))


def test_the_sound_graph_conforms() -> None:
    assert check_graph(parsed(SOUND)) == in_one_run(parsed(SOUND)) == []


@pytest.mark.parametrize("broken", BROKEN, ids=lambda broken: f"{broken.shape} {broken.path}")
def test_a_broken_graph_is_caught_with_node_path_and_cure(broken: Broken) -> None:
    assert SOUND.count(broken.old) >= 1
    graph = parsed(SOUND.replace(broken.old, broken.new, 1))
    found = check_graph(graph)
    assert found == in_one_run(graph)
    (told,) = [v for v in found if v.node == f"{BASE}{broken.node}" and re.split("[/#]", v.path)[-1] == broken.path]
    assert broken.cure in told.cure
    assert ";" in told.cure


def test_every_shape_has_a_broken_fixture() -> None:
    shapes = {*re.findall(r"^nhs:(\w+)Shape a sh:NodeShape", shapes_text(), re.MULTILINE)}
    assert {broken.shape for broken in BROKEN} == shapes


def test_the_whole_bundle_conforms_and_the_folder_is_complete(bundle_store: Store, folder: Path) -> None:
    counts, violations = write_folder(bundle_store, folder, ("ttl", "nt"), BASE, "A test", None, check=True)
    assert violations == []
    assert (folder / "shacl-report.txt").read_text(encoding="utf-8") == "conforms\n"
    assert counts["nhs-graph.ttl"] > 200_000
    names = (
        "catalog.ttl datapackage.json index.html nhs-graph.nt nhs-graph.ttl ontology.ttl shacl-report.txt shapes.ttl"
    )
    assert sorted(path.name for path in folder.iterdir()) == [*names.split(), "terms.html", "void.ttl"]


def test_a_violation_is_one_line(folder: Path) -> None:
    broken = BROKEN[0]
    file = folder / "nhs-graph.ttl"
    file.write_text(PREFIXES + SOUND.replace(broken.old, broken.new), encoding="utf-8")
    (told,) = map(str, check_files([file], BASE))
    assert told.startswith(f"{BASE}A http://purl.org/dc/terms/identifier raa !: ")
