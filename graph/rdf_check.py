"""An export held against the shapes of shapes.ttl: each violation with its node, its path and what to do.

pyshacl checks the core constraints. Those that are queries it would ask once a node, which takes minutes on the whole
graph: here each is asked once for all nodes, which gives the same answers (a test compares them with pyshacl's).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nhs_graph.graph.errors import ExportProblem, UsageProblem
from nhs_graph.graph.rdf import BASE
from nhs_graph.graph.rdf_terms import PREFIXES

if TYPE_CHECKING:
    from rdflib import Graph
    from rdflib.term import Node

SH = PREFIXES["sh"]


@dataclass(frozen=True, order=True)
class Violation:
    """One thing that does not hold: where, of which property, which value, and what to do about it."""

    node: str
    path: str
    value: str
    cure: str

    def __str__(self) -> str:
        """One line."""
        return f"{self.node} {self.path}{f' {self.value}' if self.value else ''}: {self.cure}"


def shapes_text(base: str = BASE) -> str:
    """shapes.ttl for a base address."""
    return shipped("shapes.ttl", base)


def ontology_text(base: str = BASE) -> str:
    """ontology.ttl for a base address."""
    return shipped("ontology.ttl", base)


def shipped(name: str, base: str) -> str:
    """A shipped Turtle file with another base address in place of the default one."""
    return resources.files("nhs_graph.graph").joinpath(name).read_text(encoding="utf-8").replace(BASE, base)


def require_validator(formats: str) -> None:
    """Before any work is done: raises ExportProblem without pyshacl, UsageProblem without a file that it reads."""
    if not {"ttl", "nt"} & set(formats.split(",")):
        raise UsageProblem("checking RDF reads ttl or nt", hint="add nt to --formats, or leave out --check")
    if not find_spec("pyshacl"):
        raise ExportProblem("checking RDF needs pyshacl", hint="pip install 'nhs-graph[rdf]', or leave out --check")


def check_files(paths: list[Path], base: str) -> list[Violation]:
    """The violations in these files together, sorted."""
    from rdflib import Graph

    data = Graph()
    for file in paths:
        data.parse(file, format="nt" if file.suffix == ".nt" else "turtle")
    return check_graph(data, base)


def check_graph(data: "Graph", base: str = BASE) -> list[Violation]:
    """The violations in a graph, sorted."""
    from rdflib import Graph

    shapes = Graph().parse(data=shapes_text(base), format="turtle")
    found = set(_asked(data, shapes))
    for constraint in list(shapes.subject_objects(_sh("sparql"))):
        shapes.remove((constraint[0], _sh("sparql"), constraint[1]))
    return sorted(found | set(validated(data, shapes)))


def validated(data: "Graph", shapes: "Graph") -> Iterator[Violation]:
    """What pyshacl finds."""
    from pyshacl import validate
    from rdflib import RDF, Graph

    _, report, _ = validate(data, shacl_graph=shapes, inference="none", inplace=True)
    assert isinstance(report, Graph)
    for result in report.subjects(RDF.type, _sh("ValidationResult")):
        told = [report.value(result, _sh(name)) for name in ("focusNode", "resultPath", "value", "resultMessage")]
        yield _violation(*told)


def _asked(data: "Graph", shapes: "Graph") -> Iterator[Violation]:
    """What the constraints that are queries find, each asked once without a node given."""
    from rdflib import RDF

    names = {str(prefix): str(address) for prefix, address in shapes.namespaces()}
    for shape, constraint in shapes.subject_objects(_sh("sparql")):
        targets: set[Node] = set()
        for target in shapes.objects(shape, _sh("targetClass")):
            targets |= set(data.subjects(RDF.type, target))
        for predicate in shapes.objects(shape, _sh("targetObjectsOf")):
            targets |= set(data.objects(None, predicate))
        message = shapes.value(constraint, _sh("message"))
        for row in data.query(str(shapes.value(constraint, _sh("select"))), initNs=names):
            values: dict[str, Any] = row.asdict()  # type: ignore[union-attr]  # a SELECT gives rows
            if values.get("this") in targets:
                yield _violation(values["this"], values.get("path"), values.get("value"), message)


def _violation(node: object, path: object, value: object, message: object) -> Violation:
    # SHACL reports the node itself as the value of a query that names none.
    told = "" if value is None or value == node else str(value)
    return Violation(str(node), str(path or ""), told, str(message))


def _sh(name: str) -> Any:
    from rdflib import URIRef

    return URIRef(f"{SH}{name}")
