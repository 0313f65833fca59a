"""The register on a server: what an embedded store holds and answers, and a mark while a load is under way."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from neo4j import Driver

from nhs_graph.graph import neo4j_names
from nhs_graph.graph.errors import HalfLoaded
from nhs_graph.graph.facts import Classification, Fact, Name, Organisation
from nhs_graph.graph.store import Selection, Store, every_fact, open_store
from nhs_graph.loaders import releases
from nhs_graph.queries import changes, inheritance, lineage, organisations
from nhs_graph.queries.catalogue import AnyQuestion
from nhs_graph.queries.codes import Codes
from nhs_graph.queries.question import Params
from nhs_graph.queries.remap import Remap
from nhs_graph.queries.translation import Translator
from tests import ods
from tests.cli.test_program import call

pytestmark = pytest.mark.neo4j

BUNDLE: list[Fact] = [
    Organisation(id="REM", name="Aintree", start_date=date(1992, 4, 1), source_ids=()),
    Name(organisation_id="REM", name="Aintree", source_ids=()),
]
TODAY = date(2026, 11, 1)
LOADER = """
import sys
from pathlib import Path
from nhs_graph.graph.store import open_store
from nhs_graph.loaders.releases import load
if __name__ == "__main__":
    store = open_store(sys.argv[1], read_only=False)
    done = load(store, [(Path(sys.argv[2]), "ods-xml")])
    print(done.merged[0].total)
"""
READINGS: tuple[Callable[[Store], object], ...] = (
    lambda store: list(store.facts(Selection(Name))),
    lambda store: list(store.candidates("aintree")),
    lambda store: store.connected({"REM"}),
    lambda store: store.query("RETURN 1 AS one", {}),
    lambda store: store.guarded("RETURN 1 AS one", {}, 10),
    lambda store: store.status(),
)
Stores = Callable[[Sequence[Fact]], tuple[Store, Store]]


def load(stores: Sequence[Store], path: Path, source: str, day: str | None = None) -> None:
    """Load a file into each store; each must say the same of what that changed."""
    told = [releases.load(store, [(path, source)], day).merged for store in stores]
    assert told[0] == told[1]


def assert_equal(stores: Sequence[Store]) -> list[Fact]:
    found = [list(every_fact(store)) for store in stores]
    assert found[0] == found[1]
    keys = [(type(fact), fact.key) for fact in found[0]]
    assert len(set(keys)) == len(keys)
    return found[0]


@pytest.mark.shared
def test_real_files_give_the_same_facts_and_answers(stores_with: Stores, shared: Path, scratch_driver: Driver) -> None:
    stores = stores_with(BUNDLE)
    load(stores, shared / "ods/csv/etr_2026-04.csv", "ods-csv")
    load(stores, shared / "ods/xml/HSCOrgRefData_sample_v2-0-0.xml", "ods-xml")
    load(stores, shared / "ods/csv/etr_2021-01.csv", "ods-csv")
    load(stores, shared / "ods/api/ord_RWR_trust.json", "ods-api")
    load(stores, shared / "ods/api/fhir_r4_Organization_RR8.json", "ods-fhir")
    found = assert_equal(stores)
    bodies = [fact.id for fact in found if isinstance(fact, Organisation)]
    assert len(bodies) > 300
    embedded, server = stores
    for text in ("university hospital", "nhs", "trust", "leeds", "aintree", "rwr", "zz", "the", "east"):
        assert organisations.search(server, text, TODAY) == organisations.search(embedded, text, TODAY), text
        assert list(server.candidates(text)) == list(embedded.candidates(text)), text
    with scratch_driver.session() as session:  # pyright: ignore[reportUnknownMemberType]
        for text in ("nhs foundation", "east", "of the"):
            walked = neo4j_names.candidates(session.execute_read, text, few=3)  # as among a whole register's names
            assert list(walked) == list(embedded.candidates(text)), text
    for code in bodies[::40]:
        assert organisations.show(server, code, TODAY) == organisations.show(embedded, code, TODAY)
        asked = lineage.LineageParams(organisation_id=code, as_of=TODAY)
        assert lineage.SHOW.run(server, asked, "cypher") == lineage.SHOW.run(embedded, asked, "networkx")
    listed = [organisations.list_of(store, {"nhs_trust", "foundation_trust"}, TODAY, "QOP") for store in stores]
    assert listed[0] == listed[1] != []
    assert server.status() == embedded.status()
    assert server.cited() == embedded.cited()
    assert sorted(server.register_pages()) == sorted(embedded.register_pages())


def test_hand_overs_give_the_same_answers_on_every_engine(stores_with: Stores, tmp_path: Path) -> None:
    stores = stores_with(BUNDLE)
    records = [
        ods.practice("A81001", "A", end="2010-03-31", succs=[ods.succ("Successor", "A81003", "2010-04-01")]),
        ods.practice("A81002", "B", end="2010-03-31"),
        ods.practice("A81003", "C", "2010-04-01", succs=[ods.succ("Predecessor", "A81002", "2010-04-01")]),
        ods.practice("A81004", "D", "1990-01-01", succs=[ods.succ("Predecessor", "A81003", "2015-01-01")]),
        ods.practice("A81005", "E", succs=[ods.succ("Successor", "REM", "2016-01-01")]),
    ]
    load(stores, ods.written(tmp_path, "release.xml", ods.release(records, "2026-01-01")), "ods-xml")
    asks: list[tuple[AnyQuestion, Params]] = []
    for code in ("A81001", "A81003", "A81004", "A81005", "REM"):
        body = inheritance.BodyParams(organisation_id=code, as_of=TODAY)
        asks += [(inheritance.HEIRS, body), (inheritance.ORIGINS, body)]
        asks.append((inheritance.PATH, inheritance.PathParams(from_id="A81001", to_id=code, as_of=TODAY)))
        asks.append((lineage.SHOW, lineage.LineageParams(organisation_id=code, as_of=TODAY)))
    for question, params in asks:
        wanted = question.run(stores[0], params, "networkx")
        assert question.run(stores[1], params, "networkx") == wanted, params
        assert question.run(stores[1], params, "cypher") == wanted, params
    for asked in (
        changes.EventFilter(organisation_kinds=("practice",)),
        changes.EventFilter(organisation_kinds=("practice",), since=date(2012, 1, 1), until=date(2015, 1, 1)),
    ):
        events = [changes.events(store, asked, TODAY) for store in stores]
        assert events[0] == events[1] != []
    for store in stores:
        work = Remap(Translator(Codes(store), TODAY), "code", ["n"])
        table = [["A81001", "1"], ["A81002", "2"], ["none", "4"]]
        assert list(work.rows([["code", "n"], *table])) == [
            ["code", "n"],
            ["A81004", "1"],
            ["A81004", "2"],
            ["none", "4"],
        ]


def test_bodies_have_labels_sources_and_dates_like_all_others(stores_with: Stores, tmp_path: Path) -> None:
    stores = stores_with(BUNDLE)
    for day, kinds in (("2026-01-01", ("RO177", "RO76")), ("2026-02-01", ("RO177",))):
        life = ods.date("2000-01-01")
        roles = [ods.role(kind, life, primary=kind == "RO177") for kind in kinds]
        release = ods.release([ods.record("A81001", "A", life, roles)], day)
        load(stores, ods.written(tmp_path, f"{day}.xml", release), "ods-xml")
    (row,) = stores[1].query(
        "MATCH (o:Organisation {id: 'A81001'}) RETURN labels(o) AS labels, o.start_date AS start", {}
    )
    # Every kind that it ever was, and their group (MODEL section 5).
    assert set(row["labels"]) == {"Organisation", "Provider", "PrescribingCostCentre", "Practice"}
    assert row["start"] == date(2000, 1, 1)
    supported = (
        "MATCH (n) WHERE n.register AND n.source_ids <> [] "
        "WITH n, COUNT { (n)-[:SUPPORTED_BY]->(s) WHERE s.id IN n.source_ids } = size(n.source_ids) AS well "
        "RETURN count(CASE WHEN well THEN 1 END) AS well, count(n) AS every"
    )
    (row,) = stores[1].query(supported, {})
    assert row["well"] == row["every"] > 0


def test_the_bundle_takes_a_body_from_the_register_and_gives_it_back(stores_with: Stores, tmp_path: Path) -> None:
    stores = stores_with(BUNDLE)
    rels = [ods.rel("RE6", "REM", ods.date("2000-04-01"))]
    records = [ods.practice("A81001", "A", rels=rels), ods.practice("REM", "AINTREE HOSPITAL"), ods.practice("B", "B")]
    load(stores, ods.written(tmp_path, "release.xml", ods.release(records, "2026-01-01")), "ods-xml")
    first = assert_equal(stores)
    taken = [
        Organisation(id="A81001", name="Other", source_ids=()),
        Classification(organisation_id="A81001", kind="branch", source_ids=()),
    ]
    renamed = [BUNDLE[0], Name(organisation_id="REM", name="Aintree Hospital", source_ids=())]
    for bundle in ([*BUNDLE, *taken], taken, renamed, BUNDLE):
        summaries = [store.replace(bundle, {}) for store in stores]
        assert summaries[0] == summaries[1]
        assert_equal(stores)
    assert assert_equal(stores) == first
    assert stores[1].replace(BUNDLE, {}) == {}


@pytest.fixture
def server(
    server_credentials: dict[str, str], empty_server_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Store]:
    for name, value in server_credentials.items():
        monkeypatch.setenv(name, value)
    opened = open_store(empty_server_url, read_only=False)
    yield opened
    opened.close()


@pytest.fixture
def process(
    server_credentials: dict[str, str], empty_server_url: str, tmp_path: Path
) -> Callable[[Path], "subprocess.Popen[str]"]:
    """Starts a load into the scratch server in a process of its own."""
    program = ods.written(tmp_path, "load.py", LOADER)
    environment = {**os.environ, **server_credentials}
    command = [sys.executable, str(program), empty_server_url]
    return lambda path: subprocess.Popen(
        [*command, str(path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )


def killed_midway(process: "subprocess.Popen[str]", driver: Driver) -> None:
    """Wait until the load has written some names, and kill it."""
    written = "MATCH (:Loading) MATCH (n:Name) WHERE n.register RETURN count(n)"
    while not driver.execute_query(written).records[0][0]:
        assert process.poll() is None, "the load came to its end before it was killed"
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.communicate()[0] == ""


@pytest.mark.parametrize("way_on", ["load again", pytest.param("go back", marks=pytest.mark.slow)])
def test_a_half_loaded_release_is_never_answered_from(
    server: Store,
    process: Callable[[Path], "subprocess.Popen[str]"],
    scratch_driver: Driver,
    tmp_path: Path,
    way_on: str,
) -> None:
    embedded = open_store(f"sqlite:{tmp_path / 'nhs.db'}", read_only=False)
    old, new = (
        ods.written(tmp_path, f"{day}.xml", ods.release([ods.practice(f"A{i:05}", f"{name} {i}") for i in count], day))
        for day, name, count in (("2026-01-01", "OLD", range(50)), ("2026-02-01", "NEW", range(800)))
    )
    for each in (embedded, server):
        each.replace(BUNDLE, {})
        releases.load(each, [(old, "ods-xml")])
    before = assert_equal((embedded, server))
    killed_midway(process(new), scratch_driver)
    opened_later = open_store(server.url)
    for reader in (server, opened_later):
        for ask in READINGS:
            with pytest.raises(HalfLoaded, match="ods-xml-full-2026-02-01"):
                ask(reader)
    opened_later.close()
    # Its credentials are in the environment (the fixture `server`).
    asked = call("organisation", "search", "aintree", store=server.url)
    assert (asked.returncode, asked.stdout) == (4, "")
    assert "holds a part of ods-xml-full-2026-02-01" in asked.stderr
    if way_on == "go back":
        assert server.replace(BUNDLE, {}) == {}
        assert assert_equal((embedded, server)) == before
    releases.load(embedded, [(new, "ods-xml")])
    again = process(new)
    assert again.communicate()[0] != ""
    assert again.returncode == 0
    assert_equal((embedded, server))
    assert releases.load(server, [(new, "ods-xml")]).merged[0].total == 0
    embedded.close()


@pytest.mark.slow
def test_two_loads_at_once_wait_for_each_other(
    server: Store, process: Callable[[Path], "subprocess.Popen[str]"], tmp_path: Path
) -> None:
    embedded = open_store(f"sqlite:{tmp_path / 'nhs.db'}", read_only=False)
    for each in (embedded, server):
        each.replace(BUNDLE, {})
    paths = [
        ods.written(tmp_path, f"{day}.xml", ods.release([ods.practice(f"A{i:05}", f"{day} {i}") for i in rows], day))
        for day, rows in (("2026-01-01", range(200)), ("2026-02-01", range(100, 300)))
    ]
    running = [process(path) for path in paths]
    for each in running:
        assert each.communicate()[1] == ""
        assert each.returncode == 0
    for path in paths:
        releases.load(embedded, [(path, "ods-xml")])
    assert_equal((embedded, server))
    embedded.close()
