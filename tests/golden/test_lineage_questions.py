"""Origins, heirs and paths of real bodies, on every engine; each answer from the published thing named beside it."""

from datetime import date

import pytest

from nhs_graph.graph.facts import ChangeEvent, Conflict, Party
from nhs_graph.graph.store import Selection, Store
from nhs_graph.queries import organisations
from nhs_graph.queries.inheritance import HEIRS, ORIGINS, PATH, BodyParams, HeirRow, OriginRow, PathParams
from tests.asking import Ask

TODAY = date(2026, 11, 24)


def origins(ask: Ask, body: str, day: date = TODAY) -> dict[str, OriginRow]:
    return {row.id: row for row in ask(ORIGINS, BodyParams(organisation_id=body, as_of=day)) if row.id != body}


def heirs(ask: Ask, body: str, day: date = TODAY) -> dict[str, HeirRow]:
    return {row.id: row for row in ask(HEIRS, BodyParams(organisation_id=body, as_of=day))}


def test_l1_the_earlier_self_of_rem_is_an_origin_of_its_own(ask: Ask) -> None:
    # ODS: RQ6 to REM 2019-10-01; the code was Aintree's until then (trust snapshots).
    rows = ask(ORIGINS, BodyParams(organisation_id="REM", as_of=TODAY))
    parents = {(row.id, row.relation, row.end_date) for row in rows if row.depth == 1 and row.end_date}
    assert parents == {("RQ6", "succession", "2019-10-01"), ("REM", "same_code_earlier_name", "2019-10-01")}


def test_l5_all_ancestors_of_manchester_university(ask: Ask) -> None:
    # ODS succession files: RM2, RW3 2017; RM4 2012, RQ7 and RBU 2001 of RW3; RW6 2021, and its own of 2002.
    rows = origins(ask, "R0A")
    assert {code: row.depth for code, row in rows.items() if row.depth < 3} == {
        "RM2": 1,
        "RW3": 1,
        "RW6": 1,
        "RM4": 2,
        "RQ7": 2,
        "RBU": 2,
        "REX": 2,
        "REZ": 2,
        "RMK": 2,
        "RMN": 2,
        "PM1": 2,
        "PM2": 2,
    }
    # Units of before 1996: the register has their codes only.
    assert {code for code, row in rows.items() if row.name is None} == {"PM1", "PM2", "PU1", "PR5"}
    assert not rows["RW3"].root
    assert rows["PU1"].root
    # RW6 went to R0A and RM3; no source says what part.
    assert (rows["RW6"].share, rows["RW3"].share) == (None, 1.0)
    (edge,) = ask(PATH, PathParams(from_id="RW6", to_id="R0A", as_of=TODAY))
    assert edge.effective_date == date(2021, 10, 1)  # the services that moved on 2021-04-01 make no second edge


def test_l6_from_three_groups_to_todays_board(ask: Ask) -> None:
    # ODS: 2021-04-01 and 2026-04-01; statute: 2022-07-01. People: Census 2021 by the LSOAs that moved.
    for code in ("06F", "06P", "04F"):
        rows = ask(PATH, PathParams(from_id=code, to_id="S1Y5D", as_of=TODAY))
        assert [(row.successor_id, row.effective_date.isoformat()) for row in rows] == [
            ("M1J4Y", "2021-04-01"),
            ("QHG", "2022-07-01"),
            ("S1Y5D", "2026-04-01"),
        ]
        (heir,) = heirs(ask, code).values()
        assert (heir.id, heir.share, heir.path) == ("S1Y5D", 1.0, (code, "M1J4Y", "QHG", "S1Y5D"))
        assert heir.locations == ("M1J4Y",)
    shares = {code: row.share for code, row in heirs(ask, "QM7").items()}
    assert {code: round(share or 0, 3) for code, share in shares.items()} == {"S1Y5D": 0.787, "D7T5G": 0.213}
    found = origins(ask, "S1Y5D")
    assert {code for code, row in found.items() if row.depth == 1} == {"QHG", "QUE", "QM7"}
    # West Essex lay in QM7; its area went to Essex.
    assert (found["07H"].share, found["06K"].share) == (0.0, 1.0)
    assert set(heirs(ask, "07H")) == {"D7T5G"}


def test_l7_the_six_staffordshire_groups_are_carried_on_by_their_board(ask: Ask) -> None:
    for code in ("04Y", "05D", "05G", "05Q", "05V", "05W"):
        assert set(heirs(ask, code, date(2022, 6, 30))) == {code}
        (heir,) = heirs(ask, code, date(2022, 7, 1)).values()
        assert (heir.id, heir.locations) == ("QNC", (code,))


def test_l8_two_community_trusts_that_planned_a_merger(ask: Ask, bundle_store: Store) -> None:
    # ODS: RYV to RY3 2026-04-01; RY3 is older than the day.
    (row,) = ask(PATH, PathParams(from_id="RYV", to_id="RY3", as_of=TODAY))
    assert (row.effective_date, row.kind) == (date(2026, 4, 1), "acquisition")
    names = [organisations.name_of(bundle_store, "RY3", day) for day in (date(2026, 3, 31), TODAY)]
    assert names[0] != names[1]
    plans = parties(bundle_store, "RY3") & parties(bundle_store, "RYV")
    announced = [event for event in events(bundle_store) if event.id in plans and event.status == "proposed"]
    assert [event.announced_date.year for event in announced if event.announced_date] == [2024]


def test_l9_the_oldest_ancestors_of_norfolk_and_suffolk(ask: Ask) -> None:
    # ODS: five groups to 26A 2020; statute 2022; ODS 2026. People: Census 2021 by the LSOAs that moved.
    rows = origins(ask, "T6Y0W")
    assert {code for code, row in rows.items() if row.root} == {"06M", "06V", "06W", "06Y", "07J", "06L", "07K", "06T"}
    assert {code for code, row in rows.items() if not row.root} == {"26A", "QMM", "QJG"}
    assert round(rows["QJG"].share or 0, 3) == 0.654
    assert (rows["06L"].share, rows["07K"].share, rows["06T"].share) == (1.0, 1.0, 0.0)
    assert round(heirs(ask, "QJG")["D7T5G"].share or 0, 3) == 0.346


def test_l10_north_east_london(ask: Ask) -> None:
    # ODS: seven groups to A3A8R 2021-04-01; statute: A3A8R to QMF 2022-07-01.
    rows = origins(ask, "QMF")
    assert rows["A3A8R"].depth == 1
    assert {code for code, row in rows.items() if row.depth == 2} == {"07L", "07T", "08F", "08M", "08N", "08V", "08W"}


def test_l13_members_of_a_group_carry_themselves_on(ask: Ask) -> None:
    for code in ("REM", "REP", "RBQ"):
        assert set(heirs(ask, code)) == {code}


def test_frimley_by_people_and_what_the_script_says(ask: Ask, bundle_store: Store) -> None:
    # Census 2021 by LSOAs; the script's own shares (sub-ICB split of April 2026) stand beside them.
    rows = heirs(ask, "QNQ")
    assert {code: round(row.share or 0, 3) for code, row in rows.items()} == {
        "S0E4D": 0.571,
        "QRL": 0.228,
        "S9B9J": 0.201,
    }
    assert {row.share_basis for row in rows.values()} == {"people of the areas that moved (Census 2021)"}
    said = {
        conflict.fact: (conflict.value_a, conflict.value_b)
        for conflict in bundle_store.facts(Selection(Conflict, {"organisation_id": {"QNQ"}}))
    }
    assert said == {
        "share of S0E4D": ("0.571", "0.589"),
        "share of QRL": ("0.228", "0.229"),
        "share of S9B9J": ("0.201", "0.182"),
    }


def test_l4_the_older_copy_of_the_register_gives_another_day(bundle_store: Store) -> None:
    # succ.csv 2018-04-02; succarc of October 2022: 2018-04-01.
    (conflict,) = bundle_store.facts(Selection(Conflict, {"organisation_id": {"RR1"}}))
    assert (conflict.fact, conflict.value_a, conflict.value_b) == ("succession to RRK", "2018-04-02", "2018-04-01")


def test_a_county_in_two_by_the_people_of_its_districts(ask: Ask) -> None:
    # Cumbria (Structural Changes) Order 2022: Allerdale, Carlisle and Copeland became Cumberland. ONS mid-2020 people.
    assert {code: round(row.share or 0, 2) for code, row in heirs(ask, "la:CMA").items()} == {
        "la:CBD": 0.55,
        "la:WAF": 0.45,
    }
    assert sum(row.share or 0 for row in heirs(ask, "la:NTH").values()) == pytest.approx(1)


@pytest.mark.parametrize("code", ["R0C", "RYH"])
def test_a_body_that_closed_without_heir_has_none(ask: Ask, code: str) -> None:
    # Closed in the trust report, in no succession file (data guide, trap 13).
    assert heirs(ask, code) == {}


def events(store: Store) -> list[ChangeEvent]:
    return list(store.facts(Selection(ChangeEvent)))


def parties(store: Store, body: str) -> set[str]:
    return {party.event_id for party in store.facts(Selection(Party, {"organisation_id": {body}}))}
