"""Releases of the register in a store: one after the other, in any order, beside the bundle."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from nhs_graph.graph import register
from nhs_graph.graph.errors import SourceProblem
from nhs_graph.graph.facts import (
    FACTS,
    ChangeEvent,
    Classification,
    Conflict,
    Fact,
    Name,
    Organisation,
    Party,
    Relation,
    Succession,
)
from nhs_graph.graph.register import Merged
from nhs_graph.graph.schema import SHAPE_OF, value_type
from nhs_graph.graph.store import Selection, Store, by_spelling, every_fact, open_store
from nhs_graph.loaders import releases
from nhs_graph.queries import organisations
from tests import ods

TODAY = date(2026, 11, 1)
BUNDLE = [
    Organisation(id="REM", name="Aintree", start_date=date(1992, 4, 1), source_ids=()),
    Name(organisation_id="REM", name="Aintree", source_ids=()),
]


@pytest.fixture(params=["sqlite", pytest.param("neo4j", marks=[pytest.mark.neo4j, pytest.mark.slow])])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """A store of each kind with a bundle of one body; test_register_server.py has the quick tests of the server."""
    if request.param == "sqlite":
        url = f"sqlite:{tmp_path / 'nhs.db'}"
    else:
        url = request.getfixturevalue("empty_server_url")
        for name, value in request.getfixturevalue("server_credentials").items():
            monkeypatch.setenv(name, value)
    opened = open_store(url, read_only=False)
    opened.replace(BUNDLE, {})
    yield opened
    opened.close()


@pytest.fixture
def load(store: Store, tmp_path: Path) -> "Load":
    return Load(store, tmp_path)


class Load:
    """Loads releases with the given records."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.folder = store, folder

    def __call__(self, published: str, *records: str, kind: str = "Full", dry_run: bool = False) -> Merged:
        path = ods.written(self.folder, f"{kind}-{published}.xml", ods.release(records, published, kind))
        return releases.load(self.store, [(path, "ods-xml")], dry_run=dry_run).merged[0]


def names(store: Store, code: str) -> dict[str, str | None]:
    found = store.facts(Selection(Name, {"organisation_id": {code}}))
    return {name.name: name.window.certainty(TODAY) for name in found}


def body(store: Store, code: str) -> Organisation:
    (found,) = store.facts(Selection(Organisation, {"id": {code}}))
    return found


def differences(merged: Merged) -> set[tuple[str, str, str, str]]:
    return {(found.change, found.code, found.before, found.after) for found in merged.examples}


def test_a_view_gives_every_column_and_a_value_where_one_must_be() -> None:
    for fact in FACTS:
        if register.view_of(fact):
            needed = {name for name, info in fact.model_fields.items() if info.is_required()}
            given = register.given_columns(fact)
            assert needed <= given, fact
            assert given <= {*SHAPE_OF[fact].columns, "place"}, fact
            assert all(value_type(fact, name) for name in needed)


def test_a_second_load_of_the_same_release_changes_nothing(load: Load) -> None:
    records = [
        ods.practice("A81001", "A", rels=[ods.rel("RE4", "15E", ods.date("2013-04-01"))]),
        ods.practice("A81002", "B", succs=[ods.succ("Successor", "A81001", "2010-04-01")]),
    ]
    first = load("2026-01-01", *records)
    before = list(every_fact(load.store))
    second = load("2026-01-01", *records)
    assert first.added["Organisation"] == 3  # 15E is only mentioned
    assert second.total == 0
    assert not second.examples
    assert list(every_fact(load.store)) == before


def test_a_later_release_tells_what_differs_and_keeps_what_vanished(load: Load) -> None:
    parent = [ods.rel("RE5", "QHM", ods.date("2020-04-01"))]
    load(
        "2026-01-01",
        ods.practice("A81001", "OLD NAME", rels=parent),
        ods.practice("A81002", "CLOSES"),
        ods.practice("A81003", "RE-DATED", "2001-01-01"),
        ods.practice("A81004", "VANISHES", rels=parent),
    )
    moved = [
        ods.rel("RE5", "QHM", ods.date("2020-04-01", "2026-03-31")),
        ods.rel("RE5", "QOQ", ods.date("2026-04-01")),
    ]
    merged = load(
        "2026-06-01",
        ods.practice("A81001", "NEW NAME", rels=moved),
        ods.practice("A81002", "CLOSES", end="2026-05-31"),
        ods.practice("A81003", "RE-DATED", "2002-02-02"),
        ods.practice("A81005", "OPENS", "2026-02-01"),
    )
    assert differences(merged) == {
        ("renamed", "A81001", "OLD NAME", "NEW NAME"),
        ("re-parented", "A81001", "QHM", "QOQ"),
        ("closed", "A81002", "", "2026-06-01"),
        ("re-dated", "A81003", "2001-01-01..", "2002-02-02.."),
        ("vanished", "A81004", "", ""),
        ("opened", "A81005", "", "2026-02-01"),
    }
    assert names(load.store, "A81001") == {"NEW NAME": "last_known", "OLD NAME": None}
    (link,) = load.store.facts(Selection(Relation, {"subject_id": {"A81004"}}))
    # No longer published: known from its last sighting only.
    assert (link.last_seen, link.window.certainty(date(2025, 1, 1)), link.window.certainty(TODAY)) == (
        "2026-01-01",
        "stated",
        "last_known",
    )


def test_an_older_release_adds_history_and_changes_nothing_about_today(load: Load) -> None:
    load("2026-06-01", ods.practice("A81001", "NEW NAME", end="2026-05-31"))
    kinds = list(load.store.facts(Selection(Classification)))
    merged = load("2020-01-01", ods.practice("A81001", "OLD NAME"), ods.practice("A81009", "GONE SINCE"))
    assert not differences(merged)
    assert body(load.store, "A81001").end_date == date(2026, 6, 1)
    assert body(load.store, "A81001").name == "NEW NAME"
    assert [kind.end_date for kind in kinds] == [
        kind.end_date for kind in load.store.facts(Selection(Classification, {"organisation_id": {"A81001"}}))
    ]
    found = {name.name: name for name in load.store.facts(Selection(Name, {"organisation_id": {"A81001"}}))}
    assert found["OLD NAME"].window.certainty(date(2020, 1, 1)) == "stated"
    assert found["OLD NAME"].window.certainty(date(2022, 1, 1)) == "inferred"
    assert found["NEW NAME"].window.certainty(date(2022, 1, 1)) is None
    assert names(load.store, "A81001") == {"NEW NAME": "last_known", "OLD NAME": None}
    # What only the older one shows is no longer published.
    assert {
        kind.window.certainty(TODAY)
        for kind in load.store.facts(Selection(Classification, {"organisation_id": {"A81009"}}))
    } == {"last_known"}


def test_releases_in_any_order_give_the_same_facts(load: Load, tmp_path: Path) -> None:
    given = [
        ("2024-01-01", [ods.practice("A81001", "ONE"), ods.practice("A81002", "TWO")]),
        ("2025-01-01", [ods.practice("A81001", "UNO", end="2024-12-31"), ods.practice("A81003", "THREE")]),
        ("2026-01-01", [ods.practice("A81001", "EIN", end="2024-11-30"), ods.practice("A81003", "TROIS")]),
    ]
    for published, records in given:
        load(published, *records)
    other = open_store(f"sqlite:{tmp_path / 'other.db'}", read_only=False)
    other.replace(BUNDLE, {})
    for place in (2, 0, 1):
        Load(other, tmp_path)(given[place][0], *given[place][1])
    assert list(every_fact(other)) == list(every_fact(load.store))
    other.close()


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 1, 2, 0), (1, 3, 0, 2), (2, 0, 3, 1)])
def test_a_body_that_others_name_is_seen_from_first_to_last_unless_it_has_a_record(
    load: Load, order: tuple[int, ...]
) -> None:
    to_15e = [ods.rel("RE4", "15E", ods.date("2013-04-01"))]
    to_15n = [ods.rel("RE4", "15N", ods.date("2013-04-01"))]
    given = [
        ("2023-01-01", [ods.practice("A81001", "A", succs=[ods.succ("Successor", "15E", "2013-04-01")])]),
        ("2024-01-01", [ods.practice("A81001", "A", rels=to_15e), ods.practice("A81002", "B", rels=to_15n)]),
        ("2025-01-01", [ods.practice("15N", "N", "2013-04-01"), ods.practice("A81002", "B")]),
        ("2026-01-01", [ods.practice("A81003", "C", rels=to_15e), ods.practice("A81002", "B", rels=to_15n)]),
    ]
    for place in order:
        load(given[place][0], *given[place][1])
    named, recorded = body(load.store, "15E"), body(load.store, "15N")
    assert (named.name, named.source_ids) == (None, ("ods-xml-full-2023-01-01", "ods-xml-full-2026-01-01"))
    assert (recorded.name, recorded.start_date) == ("N", date(2013, 4, 1))
    assert recorded.source_ids == ("ods-xml-full-2025-01-01",)


@pytest.mark.parametrize("order", [("Full", "Archive"), ("Archive", "Full")])
def test_a_full_record_wins_over_a_stub_and_the_full_file_over_the_archive(load: Load, order: tuple[str, str]) -> None:
    life = ods.date("2000-01-01", "2010-03-31")
    stub = ods.record("A81001", "A", ods.date("2000-01-01"), [ods.role("RO177", life, primary=True)], stub=True)
    whole = ods.record("A81001", "A", life, [ods.role("RO177", life, primary=True)])
    both = {
        "Full": [stub, ods.practice("A81002", "FULL", "2001-01-01")],
        "Archive": [whole, ods.practice("A81002", "ARCHIVE", "2002-02-02")],
    }
    for kind in order:
        load("2026-01-01", *both[kind], kind=kind)
    assert body(load.store, "A81001").end_date == date(2010, 4, 1)
    assert body(load.store, "A81002").start_date == date(2001, 1, 1)
    assert body(load.store, "A81002").name == "FULL"


def test_a_body_of_the_bundle_keeps_its_facts_and_gains_what_leads_outside(load: Load) -> None:
    site = ods.record(
        "REM21",
        "FAZAKERLEY SITE",
        ods.date("2000-04-01"),
        [ods.role("RO198", ods.date("2000-04-01"), primary=True)],
        [ods.rel("RE6", "REM", ods.date("2000-04-01"))],
    )
    trust = ods.record("REM", "OTHER NAME", ods.date("1999-01-01"), [ods.role("RO197", ods.date("1999-01-01"))])
    merged = load("2026-01-01", site, trust)
    assert merged.inside == 1
    assert body(load.store, "REM") == BUNDLE[0]
    assert list(load.store.facts(Selection(Name, {"organisation_id": {"REM"}}))) == [BUNDLE[1]]
    (link,) = load.store.facts(Selection(Relation, {"subject_id": {"REM"}}))
    assert (link.type, link.object_id, link.start_date) == ("OPERATES", "REM21", date(2000, 4, 1))
    # Both stay, and what is said otherwise is listed (MODEL section 6, rule 2); both starts differ by seven years.
    told = {(c.fact, c.value_a, c.value_b) for c in load.store.facts(Selection(Conflict, {"organisation_id": {"REM"}}))}
    assert told == {("name", "Aintree", "OTHER NAME"), ("start_date", "1992-04-01", "1999-01-01")}
    assert merged.contradicted == 2
    load("2026-02-01", site, ods.record("REM", "AINTREE", ods.date("1992-04-01", "2026-01-31"), []))
    told = {(c.fact, c.value_a, c.value_b) for c in load.store.facts(Selection(Conflict, {"organisation_id": {"REM"}}))}
    assert told == {("end_date", "open", "2026-02-01")}
    # The bundle can be loaded again: the register stays.
    assert load.store.replace(BUNDLE, {}) == {}
    assert body(load.store, "REM21").name == "FAZAKERLEY SITE"


def test_a_pair_becomes_an_event_by_the_rules_and_connects_its_bodies(load: Load) -> None:
    load(
        "2026-01-01",
        ods.practice("A81001", "A", end="2010-03-31", succs=[ods.succ("Successor", "A81003", "2010-04-01")]),
        ods.practice("A81002", "B", end="2010-03-31"),
        ods.practice("A81003", "C", "2010-04-01", succs=[ods.succ("Predecessor", "A81002", "2010-04-01")]),
        ods.practice("A81004", "D", "1990-01-01", succs=[ods.succ("Predecessor", "A81003", "2015-01-01")]),
        ods.practice("A81005", "E", succs=[ods.succ("Successor", "A81004", "2016-01-01", target_role="RO198")]),
    )
    events = {event.effective_date: event for event in load.store.facts(Selection(ChangeEvent))}
    told = {str(day): (event.kind, event.rule) for day, event in events.items()}
    assert told == {
        "2010-04-01": ("merger", "opened_on_the_day"),
        "2015-01-01": ("acquisition", "older_than_the_day"),
        "2016-01-01": ("transfer", "other_kind_of_body"),
    }
    pairs = {(pair.predecessor_id, pair.successor_id): pair for pair in load.store.facts(Selection(Succession))}
    assert set(pairs) == {("A81001", "A81003"), ("A81002", "A81003"), ("A81003", "A81004")}
    assert load.store.connected(["A81001"]) == {"A81001", "A81002", "A81003", "A81004"}
    parties = {(party.event_id, party.organisation_id) for party in load.store.facts(Selection(Party))}
    assert all(
        (pair.event_id, end) in parties for pair in pairs.values() for end in (pair.predecessor_id, pair.successor_id)
    )


def test_every_end_of_every_fact_is_there(load: Load) -> None:
    load(
        "2026-01-01",
        ods.practice(
            "A81001",
            "A",
            rels=[ods.rel("RE4", "15E", ods.date("2013-04-01")), ods.rel("RE6", "5K7", ods.date("2001-04-01"))],
            succs=[ods.succ("Predecessor", "A81002", "2010-04-01")],
        ),
    )
    found = list(every_fact(load.store))
    keys: dict[str, set[str]] = {}
    for fact in found:
        if label := SHAPE_OF[type(fact)].label:
            keys.setdefault(label, set()).add(fact.key)
    for fact in found:
        shape = SHAPE_OF[type(fact)]
        for end in (*(link.other for link in shape.links), *filter(None, (shape.start, shape.end))):
            assert "/".join(str(getattr(fact, name)) for name in end.fields) in keys[end.label], fact
        assert set(fact.source_ids) <= keys["Source"]


def test_an_error_in_the_middle_leaves_the_store_as_it_was(load: Load, tmp_path: Path) -> None:
    load("2026-01-01", ods.practice("A81001", "A"))
    before = list(every_fact(load.store))
    text = ods.release([ods.practice("A81001", "B")], "2026-06-01")
    good = ods.written(tmp_path, "good.xml", text)
    cut = ods.written(tmp_path, "cut.xml", text[:-60])
    with pytest.raises(SourceProblem):
        releases.load(load.store, [(good, "ods-xml"), (cut, "ods-xml")])
    assert list(every_fact(load.store)) == before


def test_a_dry_run_tells_and_writes_nothing(load: Load) -> None:
    load("2026-01-01", ods.practice("A81001", "A"))
    before = list(every_fact(load.store))
    merged = load("2026-06-01", ods.practice("A81001", "B"), dry_run=True)
    assert ("renamed", "A81001", "A", "B") in differences(merged)
    assert list(every_fact(load.store)) == before


def test_a_search_gives_what_looking_through_all_names_gives(load: Load) -> None:
    words = ["HIGH", "STREET", "SURGERY", "THE", "ST. JOHN'S", "HEALTH", "CENTRE", "NHS"]
    records = [
        ods.practice(f"A{number:05}", " ".join(words[(number * step) % 8] for step in (1, 3, 5)[: 1 + number % 3]))
        for number in range(200)
    ]
    load("2026-01-01", *records)
    every: list[Fact] = list(load.store.facts(Selection(Name)))
    assert len(every) == 201
    for text in ("high", "street surgery", "st johns", "th", "h", "centre health", "aintree"):
        groups = [
            [n for n in every if isinstance(n, Name) and text in (n.folded, n.bare)],
            [n for n in every if isinstance(n, Name) and (n.folded.startswith(text) or n.bare.startswith(text))],
            [n for n in every if isinstance(n, Name) and set(text.split()) <= set(n.folded.split())],
        ]
        wanted = [name for group in groups for name in sorted(group, key=by_spelling)]
        assert list(load.store.candidates(text)) == wanted, text


def test_a_search_finds_former_names_last(load: Load) -> None:
    load("2020-01-01", ods.practice("A81001", "MILL LANE"), ods.practice("A81002", "MILL ROAD"))
    load("2026-01-01", ods.practice("A81001", "BRIDGE STREET"), ods.practice("A81002", "MILL ROAD"))
    found = organisations.search(load.store, "mill", TODAY)
    assert [(row.id, row.name, row.matched) for row in found] == [
        ("A81002", "MILL ROAD", "MILL ROAD"),
        ("A81001", "BRIDGE STREET", "MILL LANE"),
    ]
