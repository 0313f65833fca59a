"""GraphML, read back by networkx."""

from collections import Counter
from pathlib import Path
from typing import Any

import networkx as nx

from nhs_graph.graph.graphml import write_graphml
from nhs_graph.graph.projection import project
from nhs_graph.graph.schema import said
from nhs_graph.graph.store import Store, every_fact
from tests.exports import hostile


def read(path: Path) -> "nx.MultiDiGraph[str]":
    graph = nx.read_graphml(path, force_multigraph=True)
    assert isinstance(graph, nx.MultiDiGraph)
    return graph


def told(value: Any) -> Any:
    return ";".join(value) if isinstance(value, list) else value  # pyright: ignore[reportUnknownArgumentType]


def test_networkx_reads_back_every_node_edge_and_field(bundle_store: Store, folder: Path) -> None:
    target = folder / "graph.graphml"
    graph = project(every_fact(bundle_store))
    assert write_graphml(every_fact(bundle_store), target) == (graph.number_of_nodes(), graph.number_of_edges())
    again = read(target)
    for (label, key), data in graph.nodes(data=True):
        fields = {name: told(value) for name, value in said(data["fact"]).items()}
        wanted = {name: value for name, value in fields.items() if value not in (None, "")}
        assert again.nodes[f"{label}/{key}"] == {"label": label, **wanted}
    assert Counter(data["type"] for *_, data in again.edges(data=True)) == Counter(
        data["type"] for *_, data in graph.edges(data=True)
    )
    edge = next(data for *_, data in again.edges(data=True) if data.get("id") == "REM/LOCATED_IN/QYG/")
    assert edge["source_ids"].count(";") > 0


def test_hostile_texts_come_back_as_they_were_but_for_what_xml_cannot_hold(hostile_store: Store, folder: Path) -> None:
    write_graphml(every_fact(hostile_store), folder / "graph.graphml")
    graph = read(folder / "graph.graphml")
    names = {data["name"] for _, data in graph.nodes(data=True) if data["label"] == "Person"}
    assert names == {text.replace("\x01", "\ufffd") for text in hostile.TEXTS}
