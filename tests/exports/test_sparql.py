"""The shipped SPARQL questions, asked of an export by pyoxigraph, give what the store answers."""

from datetime import date
from importlib import resources
from pathlib import Path

import pyoxigraph as ox
import pytest

from nhs_graph.graph import facts as f
from nhs_graph.graph.interval import Interval
from nhs_graph.graph.projection import project
from nhs_graph.graph.rdf import BASE, write_rdf
from nhs_graph.graph.store import Selection, Store
from nhs_graph.queries import boundaries, organisations
from nhs_graph.queries.lineage import facts_of_lineage, steps

QUERIES = resources.files("nhs_graph.queries.sparql")


@pytest.fixture(scope="module")
def graph(bundle_store: Store, tmp_path_factory: pytest.TempPathFactory) -> ox.Store:
    folder = tmp_path_factory.mktemp("sparql")
    write_rdf(bundle_store, folder, ["nt"], BASE, None)
    store = ox.Store()
    store.bulk_load(path=str(folder / "nhs-graph.nt"), format=ox.RdfFormat.N_TRIPLES)
    return store


def ask(graph: ox.Store, name: str) -> list[tuple[str | None, ...]]:
    answer = graph.query(QUERIES.joinpath(f"{name}.rq").read_text(encoding="utf-8"))
    assert isinstance(answer, ox.QuerySolutions)
    return [tuple(row[v].value if row[v] is not None else None for v in answer.variables) for row in answer]


def test_boards_on_a_day(graph: ox.Store, bundle_store: Store) -> None:
    rows = organisations.list_of(bundle_store, ["icb"], date(2022, 7, 1))
    assert len(rows) == 42  # MODEL section 1
    assert ask(graph, "boards_on_a_day") == sorted((row.id, row.name) for row in rows)


def test_ancestors(graph: ox.Store, bundle_store: Store) -> None:
    lineage = project(facts_of_lineage(bundle_store, ["REM"]))
    found = {step.predecessor_id for step, _ in steps(lineage, "REM", date(2026, 11, 1), back=True).values()}
    assert {"RQ6"} < found  # ODS successions: RQ6 into REM, 2019-10-01
    assert [row[0] for row in ask(graph, "ancestors")] == sorted(found)


def test_split_councils(graph: ox.Store, bundle_store: Store) -> None:
    rows = boundaries.COUNCILS.run(bundle_store, boundaries.CouncilParams(as_of=date(2021, 4, 1)))
    wanted = sorted((row.council_gss, str(row.systems)) for row in rows)
    assert [(gss, systems) for gss, _, systems in ask(graph, "split_councils")] == wanted


def test_leaders_in_a_year(graph: ox.Store, bundle_store: Store) -> None:
    people = {person.id: person.name for person in bundle_store.facts(Selection(f.Person))}
    year = Interval(date(2023, 1, 1), date(2024, 1, 1))
    held = bundle_store.facts(Selection(f.Tenure, {"organisation_id": {"QHG"}}))
    wanted = sorted(
        (people[t.person_id], t.role_label, t.basis)
        for t in held
        if t.taken_up and Interval(t.shown_from, t.shown_until).overlaps(year)
    )
    assert wanted
    assert ask(graph, "leaders_in_a_year") == wanted


def test_events_of_a_day(graph: ox.Store, bundle_store: Store) -> None:
    day = "2026-04-01"
    events = [
        e for e in bundle_store.facts(Selection(f.ChangeEvent, {"effective_date": {day}})) if e.status == "completed"
    ]
    sides: dict[tuple[str, str], set[str]] = {}
    for party in bundle_store.facts(Selection(f.Party, {"event_id": {event.id for event in events}})):
        sides.setdefault((party.event_id, party.side), set()).add(party.organisation_id)
    found = [
        (event, kind, {*(old or "").split()}, {*(new or "").split()})
        for event, kind, old, new in ask(graph, "events_of_a_day")
    ]
    assert found == [
        (e.id, e.kind, sides.get((e.id, "original"), set()), sides.get((e.id, "result"), set())) for e in events
    ]
    assert found


def test_every_question_has_a_title_and_a_test() -> None:
    names = {Path(item.name).stem for item in QUERIES.iterdir() if item.name.endswith(".rq")}
    assert {f"test_{name}" for name in names} <= {*globals()}
    for name in names:
        title, sentence, *_ = QUERIES.joinpath(f"{name}.rq").read_text(encoding="utf-8").splitlines()
        assert title.startswith("# ")
        assert title.rstrip(".").split("?")[0]
        assert sentence.startswith("# One row")
