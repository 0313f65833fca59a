"""What every store promises, on each of them: facts come back as they went in, a load is all or nothing."""

import inspect
import threading
from collections import namedtuple
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

import pytest

from nhs_graph.graph import facts as f
from nhs_graph.graph.errors import NhsGraphError, StoreProblem
from nhs_graph.graph.facts import FACTS, Fact
from nhs_graph.graph.interval import Interval
from nhs_graph.graph.neo4j_store import Neo4jStore
from nhs_graph.graph.schema import SHAPE_OF
from nhs_graph.graph.sqlite_store import SqliteStore
from nhs_graph.graph.store import Change, Selection, Store, open_store
from tests.samples import DAY, EVERYTHING, ODS, S1, S2, body, succession


class Coded(NamedTuple):
    id: str


def contents(store: Store) -> list[Fact]:
    return [fact for cls in FACTS for fact in store.facts(Selection(cls))]


def in_order(facts: Sequence[Fact]) -> list[Fact]:
    return sorted(facts, key=lambda fact: (FACTS.index(type(fact)), fact.key))


def test_all_stores_have_the_same_public_methods() -> None:
    promised = {name for name in vars(Store) if not name.startswith("_") and callable(getattr(Store, name, None))}
    assert promised >= {"facts", "connected", "replace", "query", "status", "meta", "close"}
    for name in promised:
        embedded, server = (inspect.signature(getattr(cls, name)) for cls in (SqliteStore, Neo4jStore))
        assert embedded == server == inspect.signature(getattr(Store, name)), name
    public = [
        {n for n in vars(cls) if not n.startswith("_")} - {"from_environment"} for cls in (SqliteStore, Neo4jStore)
    ]
    assert public[0] == public[1]


def test_the_samples_hold_every_class() -> None:
    assert {type(fact) for fact in EVERYTHING} == set(FACTS)


def test_every_fact_comes_back_as_it_went_in(store: Store) -> None:
    summary = store.replace(EVERYTHING, {"release": "2026.11"})
    assert sum(change.added for change in summary.values()) == len(EVERYTHING)
    assert contents(store) == in_order(EVERYTHING)
    assert store.meta()["release"] == "2026.11"


def test_columns_hold_what_the_facts_hold(store: Store) -> None:
    store.replace(EVERYTHING, {})
    for cls in FACTS:
        wanted: type[Any] = namedtuple(cls.__name__, SHAPE_OF[cls].fields)  # type: ignore[misc]  # made from the schema
        expected = {tuple(getattr(fact, name) for name in wanted._fields) for fact in store.facts(Selection(cls))}
        found = store.columns(Selection(cls), wanted)
        assert set(found) == expected
        assert len(found) == len(expected) > 0
    [one] = store.columns(Selection(f.Organisation, {"id": ("REM",)}), Coded)
    assert one == Coded("REM")
    assert store.columns(Selection(f.Organisation, {"id": ()}), Coded) == []


def test_events_of_a_period_are_selected_and_those_not_known_to_the_day_stay(store: Store) -> None:
    days = {
        "before": date(2020, 3, 31),
        "first": date(2020, 4, 1),
        "last": date(2020, 4, 30),
        "after": date(2020, 5, 1),
    }
    common = {"kind": "merger", "status": "completed", "rule": "curated", "source_ids": ("ods",)}
    made = [f.ChangeEvent.model_validate(common | {"id": id, "effective_date": day}) for id, day in days.items()]
    month = {"id": "month", "effective_date": date(2020, 3, 1), "effective_precision": "month"}
    plan = {"id": "plan", "announced_date": date(2030, 1, 1)}
    store.replace([S1, *made, *(f.ChangeEvent.model_validate(common | given) for given in (month, plan))], {})

    def found(during: Interval) -> set[str]:
        selection = Selection(f.ChangeEvent, {"kind": {"merger"}}, during=during)
        ids = [event.id for event in store.facts(selection)]
        assert sorted(ids) == sorted(coded.id for coded in store.columns(selection, Coded))
        return set(ids) - {"month", "plan"} if {"month", "plan"} <= set(ids) else set()

    april = Interval(days["first"], days["after"])
    assert found(april) == {"first", "last"}
    assert found(Interval(april.start, None)) == {"first", "last", "after"}
    assert found(Interval(None, april.end)) == {"before", "first", "last"}
    assert found(Interval()) == set(days)


def test_the_same_facts_again_change_nothing(store: Store) -> None:
    store.replace(EVERYTHING, {"release": "1"})
    assert store.replace(reversed(EVERYTHING), {"release": "2"}) == {}
    assert contents(store) == in_order(EVERYTHING)
    assert store.meta()["release"] == "2"


def test_another_process_sees_the_load(store: Store, store_url: str) -> None:
    store.replace(EVERYTHING, {})
    other = open_store(store_url)
    assert contents(other) == in_order(EVERYTHING)
    assert other.url == store.url
    other.close()


def test_changed_and_removed_facts_are_counted(store: Store) -> None:
    store.replace([S1, S2, body("A"), body("B"), body("C"), succession("A", "B"), succession("B", "C")], {})
    wanted = [S1, body("A", "now named"), body("B"), succession("A", "B").model_copy(update={"weight": 0.5})]
    summary = store.replace(wanted, {})
    assert summary == {
        "Source": Change(removed=1),
        "Organisation": Change(changed=1, removed=1),
        "Succession": Change(changed=1, removed=1),
    }
    assert contents(store) == in_order(wanted)
    assert store.replace([], {})["Organisation"] == Change(removed=2)
    assert contents(store) == []


def test_each_sample_can_be_changed_and_taken_away(store: Store) -> None:
    store.replace(EVERYTHING, {})
    fewer = [
        fact.model_copy(update={"source_ids": ("presse",)}) for fact in EVERYTHING if not isinstance(fact, f.Source)
    ]
    summary = store.replace([S2, *fewer], {})
    assert contents(store) == in_order([S2, *fewer])
    assert summary["Source"] == Change(removed=1)
    assert all(change.changed for name, change in summary.items() if name != "Source")


def test_a_dry_run_tells_and_changes_nothing(store: Store) -> None:
    store.replace([S1, body("A"), body("B")], {"release": "1"})
    summary = store.replace([S1, body("A", "new"), body("C")], {"release": "2"}, dry_run=True)
    assert summary == {"Organisation": Change(added=1, changed=1, removed=1)}
    assert contents(store) == in_order([S1, body("A"), body("B")])
    assert store.meta()["release"] == "1"


def test_a_dry_run_on_an_empty_store_leaves_it_empty(store: SqliteStore | Neo4jStore) -> None:
    assert store.empty
    assert store.replace([S1], {}, dry_run=True) == {"Source": Change(added=1)}
    assert store.empty
    assert store.meta() == {}
    store.replace([], {})
    assert not store.empty


def test_two_facts_with_one_key_are_refused(store: Store) -> None:
    store.replace(EVERYTHING, {"release": "1"})
    with pytest.raises(ValueError, match="two Organisation facts share the key A"):
        store.replace([S1, body("A"), body("A", "again")], {"release": "2"})
    assert contents(store) == in_order(EVERYTHING)
    assert store.meta()["release"] == "1"


DANGLING: dict[str, tuple[Fact, str]] = {
    "an edge": (succession("A", "GONE"), "Succession A/GONE names the Organisation GONE"),
    "an edge to a node of two fields": (
        f.Tenure(
            person_id="x",
            organisation_id="A",
            role="chair",
            role_label="",
            organisation_name="",
            basis="acting",
            source_ids=ODS,
        ),
        "names the Person x; .* names the Post A/chair",
    ),
    "a link": (f.Name(organisation_id="GONE", name="Gone", source_ids=ODS), "Name GONE/Gone/ names the Organisation"),
    "a source": (f.Organisation(id="B", source_ids=("ods", "hearsay")), "Organisation B names the Source hearsay"),
    "a source of an edge": (
        f.Relation(subject_id="A", type="PART_OF", object_id="A", source_ids=("hearsay",)),
        "Relation A/PART_OF/A/ names the Source hearsay",
    ),
}


@pytest.mark.parametrize("case", DANGLING)
@pytest.mark.parametrize("dry_run", [False, True], ids=["load", "dry-run"])
def test_what_leads_to_nothing_is_refused(store: Store, case: str, dry_run: bool) -> None:
    fact, message = DANGLING[case]
    store.replace(EVERYTHING, {"release": "1"})
    with pytest.raises(StoreProblem, match=message) as caught:
        store.replace([S1, body("A"), fact], {"release": "2"}, dry_run=dry_run)
    assert caught.value.hint
    assert contents(store) == in_order(EVERYTHING)
    assert store.meta()["release"] == "1"


def relation(start: date | None, end: date | None, name: str) -> list[Fact]:
    return [
        f.Relation(subject_id=name, type="PART_OF", object_id="W", shown_from=start, shown_until=end, source_ids=ODS),
        f.Coverage(organisation_id=name, gss="E1", start_date=start, end_date=end, source_ids=ODS),
        body(name),
    ]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2019, 9, 30), ["always", "old"]),
        (DAY, ["always", "new"]),
        (date(2020, 3, 31), ["always", "new"]),
        (date(2020, 4, 1), ["always"]),
    ],
    ids=str,
)
def test_as_of_is_half_open(store: Store, day: date, expected: list[str]) -> None:
    facts = [S1, body("W"), f.Area(gss="E1", kind="system", name="One", source_ids=ODS)]
    facts += relation(None, DAY, "old") + relation(DAY, date(2020, 4, 1), "new") + relation(None, None, "always")
    facts += relation(DAY, DAY, "never")
    store.replace(facts, {})
    assert sorted(fact.subject_id for fact in store.facts(Selection(f.Relation, as_of=day))) == expected
    assert sorted(fact.organisation_id for fact in store.facts(Selection(f.Coverage, as_of=day))) == expected


def test_where_selects_by_any_column(store: Store) -> None:
    store.replace(EVERYTHING, {})

    def keys(cls: type[Fact], **where: Sequence[str]) -> list[str]:
        return [fact.key for fact in store.facts(Selection(cls, where))]

    assert keys(f.Organisation, id=["REM", "nothing"]) == ["REM"]
    assert keys(f.Organisation, id=[]) == []
    assert keys(f.Name, organisation_id=["REM"], bare=["cumbria"]) == ["REM/NHS Cumbria ICB/2019-10-01"]
    assert keys(f.Name, folded=["nhs cumbria icb"]) == ["REM/NHS Cumbria ICB/2019-10-01"]
    assert keys(f.Relation, type=["MEMBER_OF"]) == ["REM/MEMBER_OF/REM/"]
    assert keys(f.Relation, object_id=["la:CMA"]) == ["REM/LOCATED_IN/la:CMA/"]
    assert keys(f.Party, side=["result"], event_id=["f"]) == ["f/REM/result"]
    assert keys(f.Succession, predecessor_id=["REM"]) == ["REM/la:CMA"]
    assert keys(f.Tenure, organisation_id=["REM"], basis=["interim"]) == ["x/REM/chair/interim///"]
    assert keys(f.Area, kind=["system"]) == ["E54000048", "E54000050"]
    assert keys(f.ChangeEvent, effective_date=["2019-10-01"]) == ["f"]
    assert keys(f.Source, id=[S2.id]) == [S2.id]
    with pytest.raises(ValueError, match="Organisation has no column id OR 1=1"):
        keys(f.Organisation, **{"id OR 1=1": ["x"]})


def test_facts_come_in_order_of_their_key(store: Store) -> None:
    codes = ["b", "B", "a-", "a", "Z", "é", "\uffee", "🏥", "10", "9", "la:A", "a b"]
    store.replace([S1, *(body(code) for code in codes)], {})
    assert [fact.key for fact in store.facts(Selection(f.Organisation))] == sorted(codes)


def test_connected_follows_lineage_both_ways_and_ends_on_cycles(store: Store) -> None:
    pairs = [("A", "B"), ("C", "B"), ("C", "D"), ("P", "Q"), ("Q", "P"), ("L", "L"), ("L", "M")]
    codes = sorted({code for pair in pairs for code in pair} | {"ALONE"})
    store.replace([S1, *(body(code) for code in codes), *(succession(*pair) for pair in pairs)], {})
    for code in "ABCD":
        assert store.connected([code]) == set("ABCD")
    assert store.connected(["P"]) == {"P", "Q"}
    assert store.connected(["L"]) == {"L", "M"}
    assert store.connected(["A", "Q", "ALONE", "unknown"]) == {*"ABCDPQ", "ALONE", "unknown"}
    assert store.connected([]) == frozenset()


def test_connected_ends_on_a_dense_component_and_a_long_chain(store: Store) -> None:
    dense = [(f"A{i}", f"A{(i * i + step) % 300}") for i in range(300) for step in (1, 7, 13)]
    chain = [(f"C{i}", f"C{i + 1}") for i in range(60)]
    pairs = sorted({*dense, *chain})
    codes = sorted({code for pair in pairs for code in pair})
    store.replace([S1, *(body(code) for code in codes), *(succession(*pair) for pair in pairs)], {})
    assert len(store.connected(["C0"])) == 61
    assert store.connected(["A0"]) == store.connected(["A0", "A1"]) == {c for c in codes if c.startswith("A")}


def test_status_counts_and_dates_every_class(store: Store) -> None:
    store.replace(EVERYTHING, {})
    told = {table: rest for table, *rest in store.status()}
    assert list(told) == [SHAPE_OF[cls].table for cls in SHAPE_OF]
    assert told["organisation"] == [2, "0001-01-01", "9999-12-31"]
    assert told["succession"] == [2, "2019-10-01", "2019-10-01"]
    assert told["relation"] == [2, None, None]
    assert told["post"] == [1, None, None]


def test_two_loads_at_once_leave_one_of_them_whole(store: Store, store_url: str) -> None:
    loads = [[S1, *(body(f"{letter}{i}", letter) for i in range(400))] for letter in "AB"]
    store.replace([S1], {})
    problems: list[NhsGraphError] = []

    def load(facts: list[Fact]) -> None:
        own = open_store(store_url, read_only=False)
        try:
            own.replace(facts, {})
        except NhsGraphError as problem:
            problems.append(problem)
        finally:
            own.close()

    threads = [threading.Thread(target=load, args=(facts,)) for facts in loads]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert contents(store) in [in_order(facts) for facts in loads]
