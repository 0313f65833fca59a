"""Councils, combined authorities and what they were part of, in the bundle, against the Orders and the data guide.

Structural changes are those of the Orders in gsscoder_lad_code_changes.csv; counts of councils are those of the
publisher's lookups by year; members of combined authorities are those of the lookups and of ruling 7.
"""

from collections import Counter, defaultdict
from datetime import date

import pytest

from nhs_graph.graph.facts import ChangeEvent, Classification, Conflict, Coverage, Name, Party, Relation, Succession
from nhs_graph.graph.kinds import KINDS, TIERS, with_sub_kinds
from nhs_graph.graph.store import Selection, Store
from nhs_graph.queries import organisations


def listed(store: Store, kind: str, day: date) -> set[str]:
    return {row.id for row in organisations.list_of(store, with_sub_kinds(kind), day)}


@pytest.mark.parametrize(
    ("day", "upper", "lower"),
    [
        # Districts and unitary councils of the lookups LAD15 to LTLA24 (data guide, section 3.2), and the councils that
        # the upper tier lookups of the same years name in England.
        (date(2017, 4, 1), 152, 326),
        (date(2018, 4, 1), 152, 326),
        (date(2019, 4, 1), 151, 317),
        (date(2020, 4, 1), 151, 314),
        (date(2021, 4, 1), 152, 309),
        (date(2022, 4, 1), 152, 309),
        (date(2023, 4, 1), 153, 296),
        (date(2024, 4, 1), 153, 296),
        (date(2025, 4, 1), 153, 296),
        (date(2026, 4, 1), 153, 296),
    ],
)
def test_councils_of_both_tiers_by_year(bundle_store: Store, day: date, upper: int, lower: int) -> None:
    assert len(listed(bundle_store, "upper_tier", day)) == upper
    assert len(listed(bundle_store, "lower_tier", day)) == lower


@pytest.mark.parametrize(
    ("day", "number"),
    [
        # E47 rows of the code history; the two of 2025 are in the register only (ruling 7).
        (date(2011, 4, 1), 1),
        (date(2015, 5, 1), 5),
        (date(2017, 4, 1), 9),
        (date(2019, 4, 1), 10),
        (date(2023, 4, 1), 10),
        (date(2024, 5, 2), 11),
        (date(2025, 5, 1), 13),
    ],
)
def test_combined_authorities_by_year(bundle_store: Store, day: date, number: int) -> None:
    assert len(listed(bundle_store, "combined_authority", day)) == number


def heirs(store: Store, day: date) -> dict[str, set[str]]:
    told: dict[str, set[str]] = defaultdict(set)
    for step in store.facts(Selection(Succession)):
        if step.effective_date == day and step.successor_id.startswith("la:"):
            told[step.successor_id].add(step.predecessor_id)
    return told


@pytest.mark.parametrize(
    ("day", "new", "originals"),
    [
        # The Cheshire (Structural Changes) Order 2008; a council of before 2009-04-01 has no register code (ruling 1).
        (date(2009, 4, 1), "la:CHE", {"gss:E07000014", "gss:E07000015", "gss:E07000017"}),
        # The Bournemouth, Dorset and Poole (Structural Changes) Order 2018
        (date(2019, 4, 1), "la:BPC", {"la:BMH", "la:POL", "la:CHC"}),
        (date(2019, 4, 1), "la:DST", {"la:DOR", "la:EDO", "la:NDO", "la:PUR", "la:WDO", "la:WEY"}),
        # The Buckinghamshire (Structural Changes) Order 2019
        (date(2020, 4, 1), "la:BUC", {"la:BKM", "la:AYL", "la:CHN", "la:SBU", "la:WYO"}),
        # The Cumbria (Structural Changes) Order 2022: the county went to both
        (date(2023, 4, 1), "la:CBD", {"la:CMA", "la:ALL", "la:CAR", "la:COP"}),
        (date(2023, 4, 1), "la:WAF", {"la:CMA", "la:BAR", "la:EDN", "la:SLA"}),
    ],
)
def test_who_went_into_a_new_council(bundle_store: Store, day: date, new: str, originals: set[str]) -> None:
    assert heirs(bundle_store, day)[new] == originals


def test_every_council_that_ended_since_2009_has_an_heir(bundle_store: Store) -> None:
    """27 counties of the register, of which six were replaced, and all districts and unitary councils."""
    kinds = with_sub_kinds("council")
    ended = {
        c.organisation_id
        for c in bundle_store.facts(Selection(Classification, {"kind": kinds}))
        if c.end_date is not None
    }
    went = {step.predecessor_id for step in bundle_store.facts(Selection(Succession))}
    assert len(ended & {c for c in ended if c.startswith("la:")}) > 40
    assert ended <= went


def test_an_order_is_the_legal_basis_of_each_structural_change(bundle_store: Store) -> None:
    events = [e for e in bundle_store.facts(Selection(ChangeEvent)) if e.rule == "order"]
    assert all(event.legal_basis and "Order 20" in event.legal_basis for event in events)
    bounds = {event.id: event.legal_basis for event in events if event.kind == "boundary_change"}
    assert bounds["la-2025-04-01-bns"] == "The Barnsley and Sheffield (Boundary Change) Order 2024"
    parties = bundle_store.facts(Selection(Party, {"event_id": {"la-2025-04-01-bns"}}))
    assert {(p.organisation_id, p.side) for p in parties} == {
        (code, side) for code in ("la:BNS", "la:SHF") for side in ("original", "result")
    }


def test_the_twelve_council_rows_of_the_curated_list_agree_with_the_orders(bundle_store: Store) -> None:
    """They are joined by their names; each then stands as a further source of its event (issue, deliver 4)."""
    told = [
        event
        for event in bundle_store.facts(Selection(ChangeEvent))
        if event.id.startswith("la-") and "ods-succ" in event.source_ids
    ]
    assert len(told) == 12
    assert not [c for c in bundle_store.facts(Selection(Conflict)) if c.organisation_id.startswith("la:")]


@pytest.mark.parametrize(
    ("body", "day", "name"),
    [
        ("la:SHE", date(2018, 3, 31), "Shepway District Council"),
        ("la:SHE", date(2018, 4, 1), "Folkestone and Hythe District Council"),
        ("la:SCR", date(2021, 8, 31), "Sheffield City Region"),  # trap 28
        ("la:SCR", date(2021, 9, 1), "South Yorkshire Mayoral Combined Authority"),
        (
            "la:WYCA",
            date(2015, 6, 1),
            "West Yorkshire Combined Authority",
        ),  # trap 38: the same name, spelled in two ways
        ("la:WYCA", date(2024, 6, 1), "West Yorkshire Combined Authority"),
    ],
)
def test_names_by_period(bundle_store: Store, body: str, day: date, name: str) -> None:
    assert [n.name for n in bundle_store.facts(Selection(Name, {"organisation_id": {body}}, day))] == [name]


def parents(store: Store, body: str, day: date) -> set[str]:
    links = store.facts(Selection(Relation, {"subject_id": {body}, "type": {"PART_OF"}}, day))
    return {link.object_id for link in links}


def test_districts_are_in_the_county_of_their_time(bundle_store: Store) -> None:
    """Trap 25: today's lists put Allerdale under Cumberland, which followed it."""
    assert parents(bundle_store, "la:ALL", date(2023, 3, 31)) == {"la:CMA"}
    assert parents(bundle_store, "la:ALL", date(2023, 4, 1)) == set()
    assert parents(bundle_store, "la:FOR", date(2018, 1, 1)) == {"la:SFK"}  # the register says Surrey (ruling 1)
    for day in (date(2017, 4, 1), date(2021, 4, 1), date(2026, 4, 1)):
        counties = listed(bundle_store, "county", day)
        for district in listed(bundle_store, "district", day):
            assert len(parents(bundle_store, district, day) & counties) == 1, (district, day)


def test_every_upper_tier_council_is_in_one_region(bundle_store: Store) -> None:
    for day in (date(2017, 4, 1), date(2024, 4, 1), date(2026, 4, 1)):
        found = Counter(r for c in listed(bundle_store, "upper_tier", day) for r in parents(bundle_store, c, day))
        assert len(found) == 9
        assert found["gss:E12000007"] == 33  # 32 boroughs and the City of London
        assert sum(found.values()) == len(listed(bundle_store, "upper_tier", day))


def members(store: Store, body: str, day: date) -> dict[str, str | None]:
    links = store.facts(Selection(Relation, {"object_id": {body}, "type": {"MEMBER_OF"}}, day))
    return {link.subject_id: link.window.certainty(day) for link in links}


def test_members_of_combined_authorities(bundle_store: Store) -> None:
    """Ruling 7: seen in 2019, 2020, 2021 and 2023 and in July 2025; those of the North East of 2024 are inferred."""
    assert len(members(bundle_store, "la:GMCA", date(2020, 6, 1))) == 10
    assert set(members(bundle_store, "la:GMCA", date(2020, 6, 1)).values()) == {"stated"}
    before, after = date(2024, 5, 1), date(2024, 5, 2)
    former = members(bundle_store, "la:NECA", before) | members(bundle_store, "la:NTCA", before)
    assert (len(former), members(bundle_store, "la:NECA", after)) == (7, {})
    assert members(bundle_store, "gss:E47000014", after) == dict.fromkeys(former, "inferred")
    # No file dates these memberships: the register of July 2025 is the first to show them.
    for body, number in (("la:YNYC", 2), ("la:EMCA", 4), ("la:HYCA", 2), ("la:GLCA", 3)):
        assert members(bundle_store, body, date(2025, 6, 30)) == {}
        assert len(members(bundle_store, body, date(2025, 7, 1))) == number


def test_every_kind_of_a_tier_is_a_kind(bundle_store: Store) -> None:
    assert all(kind in KINDS for kinds in TIERS.values() for kind in kinds)


def test_barnsley_changes_its_code_and_nothing_else(bundle_store: Store) -> None:
    """Ruling 2."""
    for day, code in ((date(2024, 5, 1), "E08000016"), (date(2025, 5, 1), "E08000038")):
        assert {c.gss for c in bundle_store.facts(Selection(Coverage, {"organisation_id": {"la:BNS"}}, day))} == {code}
        assert parents(bundle_store, "la:BNS", day) == {"gss:E12000003"}
