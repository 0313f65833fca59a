"""What every store promises, on each of them: facts come back as they went in, a load is all or nothing."""

import inspect
import threading
from collections.abc import Sequence
from datetime import date

import pytest

from nhs_graph.graph import facts as f
from nhs_graph.graph.errors import NhsGraphError, StoreProblem
from nhs_graph.graph.facts import FACTS, Fact
from nhs_graph.graph.neo4j_store import Neo4jStore
from nhs_graph.graph.schema import SHAPE_OF
from nhs_graph.graph.sqlite_store import SqliteStore
from nhs_graph.graph.store import Change, Selection, Store, open_store

S1 = f.Source(id="ods", title="Organisation data", publisher="NHS England", licence="OGL-UK-3.0", kind="register")
S2 = f.Source(
    id="presse",
    title="Zürich & “Ynys Môn” — 東京 🏥",
    publisher="O'Neill; \\ Söhne",
    url="https://example.org/a?b=c",
    published_on="2019",
    retrieved_on="2019-04-01",
    licence="CC-BY-4.0",
    kind="news",
    vintage="2019-04",
    sha256="0" * 64,
)
ODS, BOTH = ("ods",), ("presse", "ods")
DAY = date(2019, 10, 1)


def body(code: str, name: str | None = None) -> f.Organisation:
    return f.Organisation(id=code, name=name, source_ids=ODS)


def succession(old: str, new: str) -> f.Succession:
    return f.Succession(predecessor_id=old, successor_id=new, effective_date=DAY, event_id="e", source_ids=ODS)


EVERYTHING: list[Fact] = [
    S1,
    S2,
    body("REM"),
    f.Organisation(
        id="la:CMA",
        name="Cumbria\tCounty\nCouncil",
        start_date=date(1, 1, 1),
        end_date=date(9999, 12, 31),
        start_precision="year",
        end_precision="month",
        source_ids=BOTH,
    ),
    f.Name(organisation_id="REM", name="Ysbyty Môn & Söhne NHS Trust", source_ids=ODS),
    f.Name(
        organisation_id="REM",
        name="NHS Cumbria ICB",
        start_date=DAY,
        first_seen="2016-03",
        last_seen="2025",
        shown_from=DAY,
        stated_from=DAY,
        stated_until=date(2025, 12, 31),
        source_ids=BOTH,
    ),
    f.Identifier(organisation_id="la:CMA", scheme="la-register", value="CMA", source_ids=ODS),
    f.Identifier(organisation_id="REM", scheme="gss", value="007", start_date=DAY, end_date=DAY, source_ids=BOTH),
    f.Classification(organisation_id="REM", kind="nhs_trust", role_code="RO197", shown_until=DAY, source_ids=ODS),
    f.Classification(organisation_id="REM", kind="foundation_trust", start_date=DAY, shown_from=DAY, source_ids=BOTH),
    f.Relation(subject_id="REM", type="LOCATED_IN", object_id="la:CMA", source_ids=ODS),
    f.Relation(subject_id="REM", type="MEMBER_OF", object_id="REM", shown_from=DAY, source_ids=BOTH),
    f.Area(gss="E10000006", kind="county", name="Cumbria", end_date=date(2023, 4, 1), source_ids=ODS),
    f.Area(gss="E54000048", kind="system", name="Lancashire", source_ids=ODS),
    f.Area(gss="E54000050", kind="system", name="North East", source_ids=()),
    f.Coverage(organisation_id="la:CMA", gss="E10000006", start_date=DAY, source_ids=ODS),
    f.Overlap(
        left_gss="E10000006",
        right_gss="E54000048",
        lsoas=3,
        people=2**40,
        area_km2=0.1 + 0.2,
        people_share_of_left=1 / 3,
        people_share_of_right=1e-300,
        lsoas_share_of_left=1.0,
        lsoas_share_of_right=0.0,
        population_base="mid-2020",
        vintage="STP21 x LAD21",
        basis="official",
        source_ids=BOTH,
    ),
    f.AreaMove(
        council_gss="E10000006",
        from_gss="E54000048",
        to_gss="E54000050",
        lsoas=0,
        people=0,
        population_base="mid-2020",
        effective_date=DAY,
        source_ids=ODS,
    ),
    f.ChangeEvent(id="e", kind="merger", status="proposed", rule="curated", source_ids=BOTH),
    f.ChangeEvent(
        id="f",
        kind="acquisition",
        status="completed",
        effective_date=DAY,
        effective_precision="month",
        announced_date=date(2018, 1, 1),
        announced_precision="year",
        legal_basis="SI 2019/1",
        press_kind="merger",
        rule="older than the day",
        source_ids=ODS,
    ),
    f.Party(event_id="f", organisation_id="REM", side="original", source_ids=ODS),
    f.Party(event_id="f", organisation_id="REM", side="result", source_ids=BOTH),
    succession("REM", "la:CMA"),
    f.Succession(
        predecessor_id="la:CMA",
        successor_id="REM",
        effective_date=DAY,
        event_id="f",
        weight=0.25,
        weight_basis="sites",
        source_ids=BOTH,
    ),
    f.Person(id="siân-o-neill", name="Siân O'Neill", source_ids=ODS),
    f.Person(id="x", name="X", honorific="Dame", other_names=("Y; Z", "", "Ł"), source_ids=BOTH),
    f.Post(organisation_id="REM", role="chair", source_ids=ODS),
    f.Tenure(
        person_id="x",
        organisation_id="REM",
        role="chair",
        role_label="Cadeirydd",
        organisation_name="Môn",
        basis="interim",
        source_ids=ODS,
    ),
    f.Tenure(
        person_id="x",
        organisation_id="REM",
        role="chair",
        role_label="Chair",
        organisation_name="Môn",
        basis="substantive",
        start_date=date(2019, 1, 1),
        start_precision="year",
        end_date=date(2019, 11, 1),
        end_precision="month",
        first_seen="2019",
        last_seen="2019-10",
        shown_from=date(2019, 1, 1),
        stated_from=DAY,
        stated_until=DAY,
        shown_until=date(2019, 11, 1),
        appointment_id="joint",
        taken_up=False,
        source_ids=BOTH,
    ),
    f.Claim(id="c1", text="Said.", said_by="Someone", said_on=DAY, topic="finance", source_ids=ODS),
    f.Claim(
        id="c2",
        text="“Quoted”",
        said_by="The paper",
        said_on=date(2019, 1, 1),
        said_precision="year",
        subject_ids=("REM", "la:CMA"),
        topic="boundaries",
        query="boundaries_councils",
        params='{"as_of": "2021-04-01"}',
        expected="20..25",
        source_ids=BOTH,
    ),
    f.Conflict(
        organisation_id="REM",
        fact="start_date",
        value_a="2018-04-02",
        source_a="ods",
        value_b="2018-04-01",
        source_b="presse",
        source_ids=BOTH,
    ),
    f.OwnFile(
        id="own-leaders",
        name="leaders.csv",
        reader="leaders",
        sha256="0" * 64,
        content='["Source", {}]\n["Person", {"name": "Ω"}]',
        source_ids=ODS,
    ),
]


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
        (date(2019, 9, 30), {"old", "always"}),
        (DAY, {"new", "always"}),
        (date(2020, 3, 31), {"new", "always"}),
        (date(2020, 4, 1), {"always"}),
    ],
    ids=str,
)
def test_as_of_is_half_open(store: Store, day: date, expected: set[str]) -> None:
    facts = [S1, body("W"), f.Area(gss="E1", kind="system", name="One", source_ids=ODS)]
    facts += relation(None, DAY, "old") + relation(DAY, date(2020, 4, 1), "new") + relation(None, None, "always")
    facts += relation(DAY, DAY, "never")
    store.replace(facts, {})
    assert {fact.subject_id for fact in store.facts(Selection(f.Relation, as_of=day))} == expected
    assert {fact.organisation_id for fact in store.facts(Selection(f.Coverage, as_of=day))} == expected


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
