"""Facts to a networkx graph of the same shape as the Neo4j graph; the only place that builds one.

Nodes are `(label, key)`, with the node's fact as attribute `fact` (absent where only an edge names the node).
Edges carry their type as attribute `type`, and their fact as `fact`.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

import networkx as nx

from nhs_graph.graph.facts import Fact
from nhs_graph.graph.schema import SHAPE_OF, End

Node = tuple[str, str]
if TYPE_CHECKING:
    Graph = nx.MultiDiGraph[Node]  # a class without parameters at run time
F = TypeVar("F", bound=Fact)


def project(facts: Iterable[Fact]) -> "Graph":
    """The graph of these facts: nodes, their links, and edges."""
    graph: Graph = nx.MultiDiGraph()
    for number, fact in enumerate(facts):
        shape = SHAPE_OF[type(fact)]
        if shape.label:
            here = (shape.label, fact.key)
            graph.add_node(here, fact=fact)
            for link in shape.links:
                there = _end(link.other, fact)
                ends = (here, there) if link.out else (there, here)
                graph.add_edge(*ends, key=f"{link.type} {number}", type=link.type)
        elif shape.start and shape.end:
            ends = (_end(shape.start, fact), _end(shape.end, fact))
            graph.add_edge(*ends, key=number, type=shape.edge_type(fact), fact=fact)
    return graph


def _end(end: End, fact: Fact) -> Node:
    values = fact.__dict__
    if len(end.fields) == 1:  # most are; joining one costs a third of the whole
        return end.label, values[end.fields[0]]
    return end.label, "/".join([values[name] for name in end.fields])


def nodes(graph: "Graph", fact: type[F]) -> Iterator[F]:
    """All node facts of a class, in order of their key."""
    label = SHAPE_OF[fact].label
    found: list[F] = [data["fact"] for (kind, _), data in graph.nodes(data=True) if kind == label and "fact" in data]
    yield from sorted(found, key=lambda item: item.key)


def node(graph: "Graph", fact: type[F], key: str) -> F | None:
    """One node fact, or None when the graph does not hold it."""
    here = (str(SHAPE_OF[fact].label), key)
    found = graph.nodes[here].get("fact") if here in graph else None
    return found if isinstance(found, fact) else None


def edges_out(graph: "Graph", start: Node, fact: type[F]) -> Iterator[tuple[Node, F]]:
    """The edge facts of a class that leave a node, with where they lead."""
    if start in graph:
        for _, end, data in graph.out_edges(start, data=True):
            if isinstance(found := data.get("fact"), fact):
                yield end, found


def edges_in(graph: "Graph", end: Node, fact: type[F]) -> Iterator[tuple[Node, F]]:
    """The edge facts of a class that reach a node, with where they come from."""
    if end in graph:
        for start, _, data in graph.in_edges(end, data=True):
            if isinstance(found := data.get("fact"), fact):
                yield start, found


def linked(graph: "Graph", start: Node, fact: type[F]) -> Iterator[F]:
    """The node facts of a class at the far end of links that leave a node."""
    if start in graph:
        for _, end in graph.out_edges(start):
            found = graph.nodes[end].get("fact")
            if isinstance(found, fact):
                yield found
