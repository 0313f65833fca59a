"""A million triples of facts as Turtle, against rdflib's own graph and serialiser in the same run."""

import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow

FACTS = 62_500
OURS = f"""
import sys, time
from datetime import date, timedelta
from nhs_graph.graph.facts import Tenure
from nhs_graph.graph.rdf import BASE, Exporter, prefixes
from nhs_graph.graph.rdf_text import Writer

class Synthetic:
    def facts(self, selection):
        if selection.fact is not Tenure:
            return
        day = date(2000, 1, 1)
        for number in range({FACTS}):
            start = day + timedelta(days=number % 9000)
            yield Tenure.model_construct(
                person_id=f"person-{{number}}", organisation_id=f"R{{number % 5000}}", role="chair",
                role_label="icb_chair", organisation_name=f"Trust number {{number % 5000}}", basis="interim",
                start_date=start, end_date=None, start_precision="day", end_precision="day",
                first_seen="2019-10", last_seen="2020-01", shown_from=start, stated_from=start, stated_until=start,
                shown_until=None, appointment_id=None, taken_up=True, source_ids=("said", "also said"))

def peak():
    # Of this program alone: ru_maxrss would begin with that of the process that started it.
    return next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1024

before = peak()
with open(sys.argv[1], "w", encoding="utf-8", newline="\\n") as file:
    start = time.perf_counter()
    writer = Writer({{"ttl": file}}, prefixes(BASE))
    writer.write(Exporter(BASE, None).subjects(Synthetic()))
    writer.finish()
    took = time.perf_counter() - start
print(writer.triples, took, peak() - before)
"""
THEIRS = """
import sys, time
import pyoxigraph
from rdflib import Graph, Literal, URIRef

def term(node):
    if isinstance(node, pyoxigraph.NamedNode):
        return URIRef(node.value)
    return Literal(node.value, datatype=URIRef(node.datatype.value))

triples = [tuple(map(term, (q.subject, q.predicate, q.object))) for q in pyoxigraph.parse(path=sys.argv[1])]
start = time.perf_counter()
graph = Graph()
for triple in triples:
    graph.add(triple)
graph.serialize(sys.argv[1] + ".rdflib", format="turtle")
print(len(graph), time.perf_counter() - start)
"""


def run(script: str, path: str) -> list[float]:
    done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True, check=True)
    return [float(word) for word in done.stdout.split()]


def test_a_million_triples_stream_to_turtle(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = str(tmp_path_factory.mktemp("rdf") / "synthetic.ttl")
    triples, ours, grown = run(OURS, path)
    same, theirs = run(THEIRS, path)
    print(
        f"\n{triples:,.0f} triples to Turtle: {ours:.2f} s / rdflib {theirs:.1f} s = {ours / theirs:.3f}, "
        f"budget 0.05; memory grew by {grown:.0f} MB (budget 64 MB)"
    )
    assert triples == same >= 1_000_000
    assert ours / theirs <= 0.05
    assert grown <= 64
