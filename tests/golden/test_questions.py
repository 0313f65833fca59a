"""Questions that users ask, with the answers that must come out, on every engine.

Each answer comes from the published thing named beside it, never from our own output. `ask` runs a question on
SQLite with networkx, on Neo4j with Cypher and on Neo4j with networkx (tests/conftest.py).
"""

from datetime import date
from re import fullmatch

import pytest

from nhs_graph.graph.facts import Classification, Tenure
from nhs_graph.graph.kinds import with_sub_kinds
from nhs_graph.graph.store import Selection, Store
from nhs_graph.queries import boundaries, careers, connections, leaders, lineage, moves, organisations, posts
from nhs_graph.queries.boundaries import CouncilParams, CouncilRow, OverlapParams, SystemParams
from nhs_graph.queries.leaders import LeaderParams, LeaderRow
from nhs_graph.queries.lineage import LineageParams, LineageRow
from nhs_graph.queries.resolve import resolve
from tests.asking import Ask

APRIL_2021 = date(2021, 4, 1)
TODAY = date(2026, 11, 24)

# B1: ONS lookup LSOA (2011) to CCG, STP and LAD, April 2021, joined with LTLA to UTLA 2021.
SPLIT_2021 = {
    "Birmingham",
    "Buckinghamshire",
    "Cumbria",
    "Derbyshire",
    "Essex",
    "Hampshire",
    "Hertfordshire",
    "North Northamptonshire",
    "North Yorkshire",
    "Nottinghamshire",
    "Oxfordshire",
    "Suffolk",
    "Surrey",
    "West Sussex",
}


def split(ask: Ask, day: date, **options: object) -> dict[str, CouncilRow]:
    rows = ask(boundaries.COUNCILS, CouncilParams.model_validate({"as_of": day, **options}))
    return {row.council_name: row for row in rows}


def test_b1_fourteen_councils_were_split_in_april_2021(ask: Ask) -> None:
    assert set(split(ask, APRIL_2021)) == SPLIT_2021


@pytest.mark.parametrize("floor", [{"floor_share": 0.02}, {"floor_share": None, "floor_people": 10_000}])
def test_b2_systems_that_cross_strictly_and_above_the_floor(ask: Ask, floor: dict[str, object]) -> None:
    rows = ask(boundaries.SYSTEMS, SystemParams.model_validate({"as_of": APRIL_2021, "include_all": True, **floor}))
    assert len(rows) == 42
    assert sum(row.verdict == "crosses" for row in rows) == 23
    assert sum(row.verdict_above_floor == "crosses" for row in rows) == 19


def test_b3_parts_of_five_counties(ask: Ask) -> None:
    found = split(ask, APRIL_2021)
    names = ("Cumbria", "North Yorkshire", "Essex", "Surrey", "Hampshire")
    assert [found[name].systems for name in names] == [2, 3, 3, 2, 2]
    assert [round(100 * part.share, 1) for part in found["Cumbria"].parts] == [64.0, 36.0]
    assert found["Cumbria"].population_base == "mid-2020"


def test_b4_the_first_of_july_2022_made_four_councils_whole(ask: Ask) -> None:
    # The LSOAs that moved: West Birmingham 92, Bassetlaw 70, Glossop 21, North Northamptonshire 9.
    before, after = split(ask, date(2022, 6, 30)), split(ask, date(2022, 7, 1))
    fixed = {"Birmingham", "Nottinghamshire", "Derbyshire", "North Northamptonshire"}
    assert set(before) - set(after) == fixed
    assert set(after) <= set(before)
    pairs = ask(boundaries.OVERLAPS, OverlapParams(as_of=date(2022, 6, 30)))
    lesser = {name: min(row.lsoas or 0 for row in pairs if row.council_name == name) for name in fixed}
    assert lesser == {"Birmingham": 92, "Nottinghamshire": 70, "Derbyshire": 21, "North Northamptonshire": 9}


def test_b5_no_system_was_statutory_before_july_2022(bundle_store: Store) -> None:
    # Health and Care Act 2022: integrated care boards are established on 1 July 2022.
    before = organisations.list_of(bundle_store, with_sub_kinds("system"), date(2021, 2, 1))
    assert len(before) == 42
    assert {row.kind for row in before} <= {"stp", "ics"}
    assert not any(organisations.show(bundle_store, row.id, date(2021, 2, 1)).statutory for row in before)
    after = organisations.list_of(bundle_store, with_sub_kinds("system"), date(2022, 7, 1))
    assert {row.kind for row in after} == {"icb"}


def parents(rows: list[LineageRow], depth: int | None = None) -> set[tuple[str, str, str]]:
    return {
        (row.predecessor_id, row.successor_id, row.effective_date.isoformat())
        for row in rows
        if depth in (None, row.depth)
    }


def back(ask: Ask, body: str, day: date = TODAY) -> list[LineageRow]:
    return ask(lineage.SHOW, LineageParams(organisation_id=body, direction="back", as_of=day))


def test_l1_liverpool_university_hospitals_has_two_parents(ask: Ask) -> None:
    # ODS succession file: RQ6 to REM 2019-10-01; REM was Aintree University Hospital until then (trust snapshots).
    rows = [row for row in back(ask, "REM") if row.depth == 1 and row.effective_date == date(2019, 10, 1)]
    by_relation = {row.relation: row for row in rows}
    assert set(by_relation) == {"succession", "same_code_earlier_name"}
    assert by_relation["succession"].predecessor_id == "RQ6"
    earlier = by_relation["same_code_earlier_name"]
    assert (earlier.predecessor_id, earlier.successor_id) == ("REM", "REM")
    assert earlier.predecessor_name
    assert "Aintree" in earlier.predecessor_name
    assert earlier.successor_name
    assert "Liverpool University Hospitals" in earlier.successor_name
    assert {row.kind for row in rows} == {"acquisition"}


def test_l1_before_the_day_nothing_had_happened(ask: Ask) -> None:
    assert ("RQ6", "REM", "2019-10-01") not in parents(back(ask, "REM", date(2019, 9, 30)))
    assert ("RQ6", "REM", "2019-10-01") in parents(back(ask, "REM", date(2019, 10, 1)))


def test_l2_royal_liverpool_did_not_survive(bundle_store: Store) -> None:
    row = organisations.show(bundle_store, "RQ6", date(2019, 10, 1))
    assert row.end_date == "2019-10-01"
    assert row.successors == ("REM",)
    assert row.kind is None


def test_l3_bedfordshire_hospitals_was_an_acquisition_that_the_press_called_a_merger(ask: Ask) -> None:
    # ODS: RC1 to RC9 2020-04-01. The proposal of 2017-09-13 (Bedford Hospital's page) makes no edge.
    rows = {(row.predecessor_id, row.relation): row for row in back(ask, "RC9") if row.depth == 1}
    taken_over = rows["RC1", "succession"]
    assert (taken_over.effective_date, taken_over.kind, taken_over.press_kind) == (
        date(2020, 4, 1),
        "acquisition",
        "merger",
    )
    earlier = rows["RC9", "same_code_earlier_name"].predecessor_name
    assert earlier
    assert "Luton and Dunstable" in earlier


def test_l4_the_line_of_university_hospitals_birmingham(ask: Ask) -> None:
    # ODS succession file, and for REG the archive file only.
    found = parents(back(ask, "RRK"))
    assert {
        ("RR1", "RRK", "2018-04-02"),
        ("RJH", "RR1", "2007-04-08"),
        ("MV1", "RR1", "1996-04-01"),
        ("REG", "RL7", "1994-04-01"),
    } <= found
    assert ("MQ4", "RRK", "1995-04-01") in found
    names = {row.predecessor_id: row.predecessor_name for row in back(ask, "RRK")}
    assert names["MQ4"] is None
    assert names["MV1"] is None
    assert names["REG"] is None


def test_l6_from_three_ccgs_to_todays_board(ask: Ask) -> None:
    # ODS: 06F, 06P, 04F to M1J4Y 2021-04-01; statute: M1J4Y to QHG 2022-07-01; ODS: QHG to S1Y5D 2026-04-01.
    found = parents(back(ask, "S1Y5D"))
    assert {
        ("06F", "M1J4Y", "2021-04-01"),
        ("06P", "M1J4Y", "2021-04-01"),
        ("04F", "M1J4Y", "2021-04-01"),
        ("M1J4Y", "QHG", "2022-07-01"),
        ("QHG", "S1Y5D", "2026-04-01"),
        ("QUE", "S1Y5D", "2026-04-01"),
        ("QM7", "S1Y5D", "2026-04-01"),
    } <= found
    heirs = ask(lineage.SHOW, LineageParams(organisation_id="QM7", direction="forward", as_of=TODAY))
    assert {row.successor_id for row in heirs} == {"S1Y5D", "D7T5G"}


def test_l7_the_six_staffordshire_ccgs_did_not_merge(ask: Ask, bundle_store: Store) -> None:
    for code in ("04Y", "05D", "05G", "05Q", "05V", "05W"):
        rows = ask(lineage.SHOW, LineageParams(organisation_id=code, direction="forward", as_of=date(2022, 6, 30)))
        assert rows == []
        later = organisations.show(bundle_store, code, date(2022, 7, 1))
        assert later.kind == "sicbl"
        assert "QNC" in {link.id for link in later.part_of}


def test_l10_north_east_london_ccg_was_formed_of_seven(ask: Ask) -> None:
    rows = [row for row in back(ask, "QMF") if row.effective_date == date(2022, 7, 1)]
    assert [row.predecessor_id for row in rows] == ["A3A8R"]
    seven = {row.predecessor_id for row in back(ask, "A3A8R") if row.depth == 1}
    assert seven == {"07L", "07T", "08F", "08M", "08N", "08V", "08W"}


@pytest.mark.parametrize(
    ("kind", "day", "number"),
    [
        ("icb", date(2022, 10, 1), 42),
        ("icb", date(2026, 3, 31), 42),
        ("icb", date(2026, 5, 1), 36),
        ("icb", date(2022, 6, 30), 0),
        ("ccg", date(2013, 4, 1), 211),
        ("ccg", date(2020, 4, 1), 135),
        ("ccg", date(2021, 4, 1), 106),
        ("ccg", date(2022, 6, 30), 106),
        ("ccg", date(2022, 7, 1), 0),
    ],
)
def test_l11_boards_and_ccgs_by_date(bundle_store: Store, kind: str, day: date, number: int) -> None:
    assert len(organisations.list_of(bundle_store, {kind}, day)) == number


def test_l12_a_service_move_inside_a_trust_makes_no_edge(ask: Ask) -> None:
    # The haematology change of University Hospitals Birmingham: one body on both sides.
    rows = ask(lineage.SHOW, LineageParams(organisation_id="RRK", direction="both", as_of=TODAY))
    assert all(row.predecessor_id != row.successor_id for row in rows if row.relation == "succession")
    assert {row.kind for row in rows} <= {"merger", "acquisition", "dissolution", "recode", "split"}


def test_l13_a_group_is_no_merger(ask: Ask) -> None:
    # University Hospitals of Liverpool Group: REM, REP and RBQ stay three bodies under shared leadership.
    for body in ("REP", "RBQ"):
        rows = ask(lineage.SHOW, LineageParams(organisation_id=body, direction="forward", as_of=TODAY))
        assert "REM" not in {row.successor_id for row in rows}


def who(ask: Ask, body: str, role: str, day: date, *, all_dates: bool = False) -> list[LeaderRow]:
    return ask(leaders.LIST, LeaderParams(as_of=day, organisation_id=body, roles=(role,), all_dates=all_dates))


def test_p1_who_chaired_bolton_in_january_2023(ask: Ask) -> None:
    (holder,) = who(ask, "RMC", "chair", date(2023, 1, 15))
    assert (holder.person, holder.start_date, holder.certainty) == ("Donna Hall", "2019-04-01", "stated")
    earlier = [row.person for row in who(ask, "RMC", "chair", date(2023, 1, 15), all_dates=True)]
    assert earlier.index("David Wakefield") == earlier.index("Donna Hall") - 1


def test_p2_who_led_greater_manchester_in_january_2023(ask: Ask) -> None:
    (chief,) = who(ask, "QOP", "chief_executive", date(2023, 1, 15))
    assert (chief.person, chief.start_date, chief.certainty) == ("Mark Fisher", "2022-07-01", "stated")
    (chair,) = who(ask, "QOP", "chair", date(2023, 1, 15))
    assert (chair.person, chair.start_date, chair.certainty) == ("Richard Leese", "2022-07-01", "last_known")


def test_p3_the_chief_executives_of_rem_in_order(ask: Ask) -> None:
    rows = who(ask, "REM", "chief_executive", TODAY, all_dates=True)
    people = list(dict.fromkeys(row.person for row in rows))
    assert people == ["Steve Warburton", "David Dalton", "James Sumner"]
    dalton = next(row for row in rows if row.person == "David Dalton")
    assert (dalton.basis, dalton.start_date, dalton.end_date) == ("interim", "2021-09", "2022")
    assert rows[-1].start_date == "2022"


def test_p3_one_post_across_the_hand_over_of_2019(ask: Ask, bundle_store: Store) -> None:
    # rlbuht.nhs.uk, chief executive to stand down: six and a half years at Aintree, then Liverpool, to September 2021.
    rows = posts.succession(bundle_store, "REM", ("chief_executive",), TODAY)
    told = [(row.person, row.start_date, row.end_date, row.gap_days) for row in rows]
    assert told[0] == ("Steve Warburton", "2015", "2019-10-01", None)
    assert told[1] == ("Steve Warburton", "2019-10-01", "2021-09", 0)
    assert [row.certainty for row in rows] == ["stated", "inferred", "inferred", "last_known"]
    career = ask(careers.CAREER, careers.CareerParams(person_id="steve-warburton", as_of=TODAY))
    assert [row.moved_how for row in career] == ["appointed", "same_post"]
    assert ask(moves.MOVES, moves.MoveParams(as_of=TODAY, person_id="steve-warburton")) == []


def test_p4_the_career_of_felicity_cox(ask: Ask) -> None:
    # bedfordindependent.co.uk and mkfm.com of December 2020, integratedhlth.co.uk; 06F, 06P and 04F merged into M1J4Y.
    rows = ask(careers.CAREER, careers.CareerParams(person_id="felicity-cox", as_of=TODAY))
    assert [(row.organisation_id, row.role, row.start_date, row.end_date, row.moved_how) for row in rows] == [
        ("X24", "director", None, "2020-12", "appointed"),
        ("QHG", "system_lead", "2020-12", "2022-07-01", "appointed"),
        ("04F", "accountable_officer", "2021-01", "2021-04-01", "appointed"),
        ("06F", "accountable_officer", "2021-01", "2021-04-01", "appointed"),
        ("06P", "accountable_officer", "2021-01", "2021-04-01", "appointed"),
        ("M1J4Y", "accountable_officer", "2021-04-01", "2022-07-01", "successor_body"),
        ("QHG", "chief_executive", "2022-07-01", "2025", "successor_body"),
    ]
    assert len({row.appointment_id for row in rows[2:5]} - {None}) == 1
    assert rows[1].basis == "interim"
    moved = ask(moves.MOVES, moves.MoveParams(as_of=TODAY, person_id="felicity-cox"))
    assert [row.to_organisation_id for row in moved if row.kind == "move"] == ["QHG"]
    assert {row.gap_days for row in moved if row.kind == "successor_body"} == {0}


def test_p5_where_patricia_davies_went(ask: Ask) -> None:
    # shropshirestar.com: chief executive of Shropshire Community Health from 2021-04-01.
    rows = ask(moves.MOVES, moves.MoveParams(as_of=TODAY, person_id="patricia-davies"))
    assert {row.from_organisation_id for row in rows} == {"04F", "06F", "06P"}
    assert {(row.to_organisation_id, row.to_role, row.joined, row.left, row.gap_days, row.kind) for row in rows} == {
        ("R1D", "chief_executive", "2021-04-01", "2021-01", None, "move")
    }


def test_p6_chairs_of_a_trust_and_a_board_at_once_or_in_turn(ask: Ask) -> None:
    # hsjjobs.com 2023-02-02: the chair of the board keeps that post beside the trust's.
    joint = {row.person: row for row in ask(connections.JOINT, connections.JointParams(as_of=date(2023, 6, 1)))}
    held = {(post.organisation_id, post.role, post.certainty) for post in joint["David Flory"].posts}
    assert held == {("QE1", "chair", "last_known"), ("REM", "chair", "last_known")}
    assert all(row.from_organisation_id != "QE1" for row in moves_of(ask, "david-flory"))
    makarem = [(row.from_organisation_id, row.to_organisation_id, row.kind) for row in moves_of(ask, "rima-makarem")]
    assert makarem == [("QHG", "RH5", "move")]


def test_a_shared_chief_executive_shows_the_cluster(ask: Ask) -> None:
    # lists2026/icb_urls: South East London and South West London are one cluster from December 2025.
    joint = {row.person: row for row in ask(connections.JOINT, connections.JointParams(as_of=date(2026, 2, 10)))}
    assert joint["Andrew Bland"].groups == ("cluster:sel-swl",)
    assert joint["Andy Trotter"].groups == ()


def moves_of(ask: Ask, person: str) -> list[moves.MoveRow]:
    return ask(moves.MOVES, moves.MoveParams(as_of=TODAY, person_id=person))


def test_p7_which_body_patricia_hewitt_chaired_in_january_2023(ask: Ask) -> None:
    rows = ask(leaders.LIST, LeaderParams(as_of=date(2023, 1, 15)))
    assert [(r.organisation_id, r.certainty) for r in rows if r.person == "Patricia Hewitt"] == [("QMM", "stated")]


def test_p8_who_led_both_sides_of_a_merger(bundle_store: Store) -> None:
    # ODS succession file and the supplement of 2017 to 2026, joined with the list of leaders (QUESTIONS.md).
    rows = connections.bridges(bundle_store, TODAY)
    trusts = {
        (row.person_id, before.organisation_id, after.organisation_id)
        for row in rows
        if row.event_id.startswith("trust-")
        for before in row.before
        for after in row.after
    }
    assert len(trusts) == 18
    assert ("matthew-winn", "RYV", "RY3") in trusts
    assert not any(person == "joe-harrison" for person, _, _ in trusts)
    assert [row.person_id for row in connections.bridges(bundle_store, TODAY, "trust-2026-04-01-ry3")] == [
        "matthew-winn"
    ]
    assert connections.bridges(bundle_store, date(2026, 3, 31), "trust-2026-04-01-ry3") == []


def test_no_tenure_of_a_system_hangs_on_a_slug(bundle_store: Store) -> None:
    systems = {
        c.organisation_id for c in bundle_store.facts(Selection(Classification, {"kind": {"stp", "ics", "icb"}}))
    }
    held = {tenure.organisation_id for tenure in bundle_store.facts(Selection(Tenure))}
    assert len(held & systems) > 30
    assert all(fullmatch(r"[A-Z0-9]{3,5}", body) for body in held & systems)
    assert all(fullmatch(r"[A-Z0-9]{3,5}|la:[A-Z]{3,4}", body) for body in held)


def test_ra7_had_three_names(bundle_store: Store) -> None:
    # Trust snapshots of 2015 to July 2026; renamed on the acquisitions of 2020-04-01 and 2026-07-01.
    told = [
        (organisations.show(bundle_store, "RA7", day).name, organisations.show(bundle_store, "RA7", day).name_certainty)
        for day in (date(2018, 1, 1), date(2023, 1, 1), TODAY)
    ]
    names = [name or "" for name, _ in told]
    assert "Weston" not in names[0]
    assert "Weston" in names[1]
    assert names[2].casefold() == "bristol nhs foundation trust"
    assert [certainty for _, certainty in told] == ["stated", "stated", "last_known"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Cumbria", "la:CMA"),
        ("Leeds", "la:LDS"),
        ("RYE", "RYE"),
        ("Aintree University Hospital", "REM"),
        ("E10000006", "la:CMA"),
        ("E54000034", "QNQ"),
        ("la:RYE", "la:RYE"),
        ("Liverpool University Hospitals", "REM"),
    ],
)
def test_bodies_are_found_by_any_code_or_name(bundle_store: Store, text: str, expected: str) -> None:
    assert resolve(bundle_store, text, TODAY) == expected
