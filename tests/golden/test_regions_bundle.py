"""NHS regions, area teams, health authorities, primary care trusts and groups of bodies, in the bundle.

Regions and offices: the ONS code history and lookups of 2017 and 2018. Health authorities and trusts: the register's
successions (data guide, ruling 8). Clusters and groups: the curated list (ruling 10).
"""

from collections import defaultdict
from datetime import date

import pytest

from nhs_graph.graph.facts import ChangeEvent, Classification, Coverage, Name, Party, Relation, Succession
from nhs_graph.graph.kinds import with_sub_kinds
from nhs_graph.graph.store import Selection, Store
from nhs_graph.queries import organisations


def links(store: Store, kind: str, day: date, **where: set[str]) -> dict[str, str]:
    found = store.facts(Selection(Relation, {"type": {kind}, **where}, day))
    return {link.subject_id: link.object_id for link in found}


@pytest.mark.parametrize(
    ("day", "regions"),
    [
        (date(2013, 4, 1), {"Y54", "Y55", "Y56", "Y57"}),
        (date(2018, 4, 1), {"Y54", "Y55", "Y56", "Y58", "Y59"}),
        (date(2019, 4, 1), {"Y56", "Y58", "Y59", "Y60", "Y61", "Y62", "Y63"}),
        (date(2026, 4, 1), {"Y56", "Y58", "Y59", "Y60", "Y61", "Y62", "Y63"}),
    ],
)
def test_nhs_regions_by_period(bundle_store: Store, day: date, regions: set[str]) -> None:
    listed = organisations.list_of(bundle_store, {"nhs_region"}, day)
    assert {row.id for row in listed} == regions
    covered = list(bundle_store.facts(Selection(Coverage, {"organisation_id": regions}, day)))
    assert {c.organisation_id for c in covered} == regions
    assert len(covered) == len(regions)


@pytest.mark.parametrize(("day", "teams"), [(date(2013, 4, 1), 25), (date(2015, 4, 1), 13), (date(2018, 4, 1), 14)])
def test_every_group_has_an_office_and_every_office_a_region(bundle_store: Store, day: date, teams: int) -> None:
    offices = {row.id for row in organisations.list_of(bundle_store, {"area_team"}, day)}
    assert len(offices) == teams
    groups = {row.id for row in organisations.list_of(bundle_store, {"ccg"}, day)}
    here = links(bundle_store, "PART_OF", day, object_id=offices)
    assert here.keys() == groups
    assert links(bundle_store, "PART_OF", day, subject_id=offices).keys() == offices


def test_area_teams_are_told_by_order_and_their_heirs_by_their_groups(bundle_store: Store) -> None:
    """The codes that sources/geography.toml gives the teams of 2013: their heirs took over their groups in 2015."""
    before = links(bundle_store, "PART_OF", date(2015, 3, 31))
    after = links(bundle_store, "PART_OF", date(2015, 4, 1))
    offices: dict[str, set[str]] = defaultdict(set)
    for group in before.keys() & after.keys():
        if before[group].startswith("Q"):
            offices[before[group]].add(after[group])
    steps = [s for s in bundle_store.facts(Selection(Succession)) if s.effective_date == date(2015, 4, 1)]
    heirs = {step.predecessor_id: {step.successor_id} for step in steps if step.predecessor_id in offices}
    assert len(heirs) == 23
    assert {team: offices[team] for team in heirs} == heirs
    names = {n.organisation_id: n.name for n in bundle_store.facts(Selection(Name, {}, date(2014, 1, 1)))}
    codes = [f"Q{number}" for number in [*range(44, 61), *range(64, 71)]]
    listed = [
        c.gss
        for code in codes
        for c in bundle_store.facts(Selection(Coverage, {"organisation_id": {code}}, date(2014, 1, 1)))
    ]
    assert listed == sorted(listed)
    assert names["Q50"] == "North Yorkshire and Humber (area team)"


def test_a_trust_is_in_one_system_and_one_region(bundle_store: Store) -> None:
    """RA7 (Bristol) in the reports of 2015 and 2026: South of England, then South West (data guide, 2.1)."""
    for day, places in ((date(2015, 7, 1), {"Y57"}), (date(2026, 7, 1), {"QUY", "Y58"})):
        found = bundle_store.facts(Selection(Relation, {"subject_id": {"RA7"}, "type": {"LOCATED_IN"}}, day))
        assert {link.object_id for link in found} == places
    day = date(2026, 7, 1)
    trusts = {row.id for row in organisations.list_of(bundle_store, with_sub_kinds("trust"), day)}
    located: dict[str, list[str]] = defaultdict(list)
    for link in bundle_store.facts(Selection(Relation, {"type": {"LOCATED_IN"}}, day)):
        located[link.subject_id].append(link.object_id)
    # Care trusts are in no report (data guide, section 7).
    assert all(len(located[code]) == 2 for code in trusts - {"TAD", "TAH", "TAJ"})


def test_a_list_names_the_system_of_a_trust_and_the_county_of_a_district(bundle_store: Store) -> None:
    rows = {row.id: row for row in organisations.list_of(bundle_store, with_sub_kinds("trust"), date(2026, 7, 1))}
    assert (rows["RA7"].parent_id, rows["RCF"].parent_id) == ("QUY", "QWO")
    within = organisations.list_of(bundle_store, {"ccg"}, date(2014, 6, 1), within="Y54")
    assert {row.parent_id for row in within} >= {"Q44", "Q52"}
    districts = organisations.list_of(bundle_store, {"district"}, date(2022, 6, 1), within="gss:E12000002")
    assert {row.parent_id for row in districts} == {"la:CMA", "la:LAN"}


@pytest.mark.parametrize(("day", "number"), [(date(2005, 1, 1), 28), (date(2006, 7, 1), 10)])
def test_strategic_health_authorities_by_code(bundle_store: Store, day: date, number: int) -> None:
    """28 authorities merged into ten on 2006-07-01 (succ.csv, sha rows of mergers.csv); no file names them."""
    rows = organisations.list_of(bundle_store, {"sha"}, day)
    assert len(rows) == number
    assert {row.name for row in rows} == {None}


def test_primary_care_trusts_end_in_a_published_link_and_have_no_heir_in_it(bundle_store: Store) -> None:
    """151 trusts and 209 groups of pct_ccg_2013.csv: postcodes in common, no share of people (ruling 8)."""
    events = {
        event.id: event
        for event in bundle_store.facts(Selection(ChangeEvent))
        if event.rule == "postcodes_in_common_2013"
    }
    parties = list(bundle_store.facts(Selection(Party, {"event_id": events.keys()})))
    assert len({p.organisation_id for p in parties if p.side == "original"}) == 151
    assert len({p.organisation_id for p in parties if p.side == "result"}) == 209
    trusts = {p.organisation_id for p in parties if p.side == "original"}
    steps = list(bundle_store.facts(Selection(Succession, {"predecessor_id": trusts})))
    # The register itself gives one trust's services to R1J on the day.
    assert {(s.predecessor_id, s.successor_id) for s in steps if s.effective_date >= date(2013, 4, 1)} == {
        ("5QH", "R1J")
    }
    assert len(organisations.list_of(bundle_store, {"pct"}, date(2013, 3, 31))) == 151
    assert organisations.list_of(bundle_store, {"pct"}, date(2013, 4, 1)) == []


def test_nine_clusters_of_boards(bundle_store: Store) -> None:
    """Ruling 10, confirmed by the list of August 2026: twenty boards (data guide, section 2.4)."""
    day = date(2026, 9, 1)
    clusters = {row.id for row in organisations.list_of(bundle_store, {"icb_cluster"}, day)}
    here = links(bundle_store, "MEMBER_OF", day, object_id=clusters)
    assert (len(clusters), len(here)) == (9, 20)
    assert {member for member, cluster in here.items() if cluster == "cluster:dln"} == {"QJ2", "QJM", "QT1"}
    # Its date is only known to the year 2025: inside it the membership is inferred at best.
    (link,) = bundle_store.facts(Selection(Relation, {"subject_id": {"QJ2"}, "object_id": {"cluster:dln"}}))
    assert [link.window.certainty(d) for d in (date(2025, 6, 1), date(2026, 1, 1))] == ["inferred", "stated"]


def test_groups_end_when_their_trusts_merge_and_never_succeed(bundle_store: Store) -> None:
    """Liverpool's group is no merger (L13); Bristol's group ended in the merger of 2026-07-01."""
    group = "group:university-hospitals-of-liverpool-group"
    assert links(bundle_store, "MEMBER_OF", date(2026, 7, 1), object_id={group}).keys() == {"REM", "REP", "RBQ"}
    bristol = {"group:bristol-nhs-group"}
    assert links(bundle_store, "MEMBER_OF", date(2026, 6, 30), object_id=bristol).keys() == {"RA7", "RVJ"}
    assert links(bundle_store, "MEMBER_OF", date(2026, 7, 1), object_id=bristol) == {}
    kinds = with_sub_kinds("grouping")
    groupings = {c.organisation_id for c in bundle_store.facts(Selection(Classification, {"kind": kinds}))}
    assert len(groupings) > 9
    parties = {p for s in bundle_store.facts(Selection(Succession)) for p in (s.predecessor_id, s.successor_id)}
    assert not groupings & parties


def test_foundation_group_was_joined_later(bundle_store: Store) -> None:
    """mergers.csv: South Warwickshire and Wye Valley on 2017-08-04, Worcestershire on 2023-08-01."""
    group = {"group:foundation-group"}
    assert links(bundle_store, "MEMBER_OF", date(2018, 1, 1), object_id=group).keys() == {"RJC", "RLQ"}
    assert links(bundle_store, "MEMBER_OF", date(2023, 8, 1), object_id=group).keys() == {"RJC", "RLQ", "RLT", "RWP"}


def test_locations_of_2026_are_inferred_where_their_board_changed(bundle_store: Store) -> None:
    """Ruling 6: the map of April 2026 rests on one script and on the successions of the boards."""
    day = date(2026, 5, 1)
    found = bundle_store.facts(Selection(Relation, {"type": {"PART_OF"}}, day))
    told = {link.subject_id: link.window.certainty(day) for link in found if link.subject_id in {"U2G6B", "06L", "02P"}}
    assert told == {"U2G6B": "inferred", "06L": "inferred", "02P": "stated"}
    assert "D4U1Y" not in {row.id for row in organisations.list_of(bundle_store, {"sicbl"}, day)}
