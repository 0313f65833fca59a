"""The graph as one GraphML file, as networkx, Gephi and yEd read it: the nodes and edges of projection.py.

A node's id is `Label/key`. Lists are joined by `;`, a value that is not known has no entry, and characters that no
XML file can hold are written U+FFFD.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nhs_graph.graph.facts import Fact
from nhs_graph.graph.projection import Node, project
from nhs_graph.graph.schema import said

_NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_graphml(facts: Iterable[Fact], target: Path) -> tuple[int, int]:
    """Write the graph; the numbers of its nodes and edges."""
    import networkx as nx

    graph = project(facts)
    plain: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for node, data in graph.nodes(data=True):
        plain.add_node(_id(node), label=node[0], **_properties(data["fact"]))
    for start, end, key, data in graph.edges(keys=True, data=True):
        fact = data.get("fact")
        properties = _properties(fact) if fact else {}
        # The fact of an edge may have a type of its own (Relation): it is the same word.
        plain.add_edge(_id(start), _id(end), key=str(key), **{**properties, "type": data["type"]})
    nx.write_graphml(plain, target)
    return plain.number_of_nodes(), plain.number_of_edges()


def _id(node: Node) -> str:
    return _printable(f"{node[0]}/{node[1]}")


def _properties(fact: Fact) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in said(fact).items():
        told = ";".join(value) if isinstance(value, list) else value
        if told not in (None, ""):
            found[name] = _printable(told) if isinstance(told, str) else told
    return found


def _printable(text: str) -> str:
    return _NO_XML.sub("\ufffd", text)
