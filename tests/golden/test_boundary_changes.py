"""What changed and what would have changed, on every engine; the answers come from the things named beside them."""

from datetime import date

import pytest

from nhs_graph.graph.errors import UsageProblem
from nhs_graph.graph.store import Store
from nhs_graph.queries.boundary_diff import DIFF, DiffParams, DiffRow
from nhs_graph.queries.boundary_whatif import WHAT_IF, WhatIfParams, WhatIfRow, check_named
from nhs_graph.queries.coterminous import CoterminousParams, coterminous
from tests.asking import Ask

APRIL_2024, MARCH_2026, APRIL_2026 = date(2024, 4, 1), date(2026, 3, 31), date(2026, 4, 1)


def changes(ask: Ask, since: date, day: date, **options: object) -> dict[str, DiffRow]:
    rows = ask(DIFF, DiffParams.model_validate({"since": since, "as_of": day, **options}))
    return {row.council_name: row for row in rows}


def would(ask: Ask, day: date, merges: list[str], **options: object) -> dict[str, WhatIfRow]:
    groups = [merge.split(",") for merge in merges]
    rows = ask(WHAT_IF, WhatIfParams.model_validate({"as_of": day, "merges": groups, **options}))
    return {row.council_name: row for row in rows}


def test_b4_what_the_first_of_july_2022_fixed_and_what_moved(ask: Ask) -> None:
    # LSOAs by council: QUESTIONS B4; the systems: the boundary decision of 22 July 2021; people: the mid-2020 estimates
    # of the LSOAs whose system differs in ONS's lookups of April 2021 and July 2022.
    found = changes(ask, date(2022, 6, 30), date(2022, 7, 1))
    assert {name: row.change for name, row in found.items()} == dict.fromkeys(
        ["Birmingham", "Derbyshire", "North Northamptonshire", "Nottinghamshire"], "fixed"
    )
    moved = {name: [tuple(step.__dict__.values()) for step in row.moved or ()] for name, row in found.items()}
    assert moved == {
        "Birmingham": [("QUA", "QHL", 92, 178_281)],
        "Derbyshire": [("QOP", "QJ2", 21, 33_604)],
        "North Northamptonshire": [("QUE", "QPM", 9, 17_070)],
        "Nottinghamshire": [("QF7", "QT1", 70, 118_280)],
    }


def test_the_mergers_of_2026_fixed_five_councils(ask: Ask) -> None:
    # ODS successions of 2026-04-01: Essex into D7T5G, Frimley's parts of Hampshire and Surrey to QRL and S9B9J,
    # Hertfordshire into S1Y5D with QUE, Suffolk into T6Y0W.
    found = changes(ask, MARCH_2026, APRIL_2026)
    assert {name: row.change for name, row in found.items()} == dict.fromkeys(
        ["Essex", "Hampshire", "Hertfordshire", "Suffolk", "Surrey"], "fixed"
    )
    assert {name: row.after[0].system_id for name, row in found.items()} == {
        "Essex": "D7T5G",
        "Hampshire": "QRL",
        "Hertfordshire": "S1Y5D",
        "Suffolk": "T6Y0W",
        "Surrey": "S9B9J",
    }


def test_a_council_of_a_merged_system_is_unchanged(ask: Ask) -> None:
    # ODS: QMJ and QRV became Z9B2Z on 2026-04-01, all heirs; London's boroughs lie whole in it.
    camden = changes(ask, MARCH_2026, APRIL_2026, include_all=True)["Camden"]
    assert camden.change == "unchanged"
    assert [step.to_system for step in camden.moved or ()] == ["Z9B2Z"]


def test_a_council_that_went_to_another_system_has_moved(ask: Ask) -> None:
    # Data guide, ruling 5: on 2020-04-01 Harrogate (104 LSOAs) left West Yorkshire and Harrogate for QOQ, and no body
    # ended.
    harrogate = changes(ask, date(2020, 3, 31), date(2020, 4, 1), council="lower")["Harrogate"]
    assert harrogate.change == "moved"
    assert [(step.from_system, step.to_system, step.lsoas) for step in harrogate.moved or ()] == [("QWO", "QOQ", 104)]


def test_a_council_ends_and_others_begin(ask: Ask) -> None:
    # Cumbria became two councils on 2023-04-01 (the Cumbria (Structural Changes) Order 2022).
    found = changes(ask, date(2023, 3, 31), date(2023, 4, 1))
    assert found["Cumbria"].change == "ended"
    assert found["Cumbria"].after == ()
    assert {found[name].change for name in ("Cumberland", "Westmorland and Furness")} == {"began"}
    # ruling 5: four LSOAs of Chichester made West Sussex whole again
    assert found["West Sussex"].change == "fixed"
    assert [step.lsoas for step in found["West Sussex"].moved or ()] == [4]
    assert found["West Sussex"].population_base == "mid-2020 to Census 2021"


def test_over_several_hand_overs_the_moves_add_up(ask: Ask) -> None:
    surrey = changes(ask, date(2020, 3, 31), date(2026, 11, 1))["Surrey"]
    steps = {(step.from_system, step.to_system): step.lsoas for step in surrey.moved or ()}
    assert steps["QNX", "QXU"] == 105  # East Surrey, 2020 (ruling 5)
    assert steps["QNQ", "S9B9J"] == 95  # Frimley, 2026


def test_what_moved_is_unknown_where_nobody_counted_it(ask: Ask) -> None:
    found = changes(ask, date(2021, 4, 1), date(2022, 7, 1), system="ccg")
    assert {row.change for row in found.values()} == {"fixed"}
    assert {row.moved for row in found.values()} == {None}
    assert all("between systems only" in (row.moved_unknown or "") for row in found.values())


def test_b6_a_merger_of_three_would_make_hertfordshire_whole(ask: Ask) -> None:
    # QUESTIONS B6; people: Census 2021
    found = would(ask, APRIL_2024, ["QHG,QUE,QM7"])
    assert {name: row.change for name, row in found.items()} == {"Hertfordshire": "fixed"}
    assert [part.people for part in found["Hertfordshire"].before] == [1_178_601, 20_231]
    assert [(part.system_id, part.share) for part in found["Hertfordshire"].after] == [("QHG+QUE+QM7", 1.0)]
    assert set(would(ask, APRIL_2024, ["QHG,QUE,QM7"], council="lower")) == {"North Hertfordshire"}


def test_b6_suffolk_and_a_merger_that_fixes_none(ask: Ask) -> None:
    found = would(ask, APRIL_2024, ["QMM,QJG"])
    assert {name: row.change for name, row in found.items()} == {"Suffolk": "fixed"}
    assert [part.people for part in found["Suffolk"].before] == [644_316, 116_361]
    assert would(ask, APRIL_2024, ["QHG,QUE"]) == {}
    assert set(would(ask, APRIL_2024, ["QHG,QUE,QM7", "QMM,QJG"])) == {"Hertfordshire", "Suffolk"}


# The successions of 2026-04-01 (ODS), and where the parts of the three systems that were divided went.
MERGED = ["QHG,QUE,QM7", "QMM,QJG", "QXU,QNX", "QMJ,QRV"]
GIVEN_ON = {
    "upper": {
        "QH8": ["Essex"],
        "QRL": ["Hampshire"],
        "QXU": ["Surrey"],
        "QU9": ["Bracknell Forest", "Slough", "Windsor and Maidenhead"],
    },
    "lower": {
        "QH8": ["Epping Forest", "Harlow", "Uttlesford", "Colchester", "Tendring"],
        "QRL": ["Hart", "Rushmoor"],
        "QXU": ["Guildford", "Runnymede", "Surrey Heath", "Waverley"],
        "QU9": ["Bracknell Forest", "Slough", "Windsor and Maidenhead"],
    },
}
NOW = {
    "QHG+QUE+QM7": "S1Y5D",
    "QMM+QJG": "T6Y0W",
    "QXU+QNX": "S9B9J",
    "QMJ+QRV": "Z9B2Z",
    "QH8": "D7T5G",
    "QU9": "S0E4D",
}


@pytest.mark.parametrize("tier", GIVEN_ON)
def test_what_if_of_the_mergers_of_2026_is_what_happened(ask: Ask, tier: str) -> None:
    real = changes(ask, MARCH_2026, APRIL_2026, include_all=True, council=tier)
    moves = [(real[name].council_id, system) for system, names in GIVEN_ON[tier].items() for name in names]
    found = would(ask, MARCH_2026, MERGED, moves=moves, include_all=True, council=tier)
    assert len(found) == len(real) > 150
    for name, row in found.items():
        then = [(NOW.get(part.system_id, part.system_id), part.share, part.people) for part in row.after]
        assert then == [(part.system_id, part.share, part.people) for part in real[name].after], name
        assert row.change == real[name].change, name


def test_what_leaves_a_system_that_goes_on_has_moved(ask: Ask) -> None:
    # The hand-over of 2020-04-01 (ruling 5) asked for in advance: Harrogate leaves QWO, which goes on.
    day = date(2020, 3, 31)
    real = changes(ask, day, date(2020, 4, 1), council="lower")["Harrogate"]
    found = would(ask, day, [], moves=[(real.council_id, "QOQ")], council="lower")
    assert {name: row.change for name, row in found.items()} == {"Harrogate": real.change} == {"Harrogate": "moved"}


def test_the_last_council_of_a_system_goes_to_its_heir(ask: Ask) -> None:
    # ONS lookups: Gloucestershire's board and county hold the same LSOAs, so nothing would be left of QR1.
    found = would(ask, APRIL_2024, [], moves=[("la:GLS", "QOX")], include_all=True)
    assert [part.system_id for part in found["Gloucestershire"].after] == ["QOX"]
    assert found["Gloucestershire"].change == "unchanged"


@pytest.mark.parametrize(
    ("params", "told"),
    [
        ({"merges": [["QHG", "S1Y5D"]]}, "S1Y5D"),
        ({"merges": [["QHG", "QUE"], ["QM7", "QUE"]]}, "QUE"),
        ({"merges": [["QHG"]]}, "two systems"),
        ({"moves": [("la:EPP", "QH8")]}, "la:EPP"),
        ({"moves": [("la:ESS", "REM")]}, "REM"),
    ],
)
def test_what_is_not_on_the_map_cannot_merge_or_move(bundle_store: Store, params: dict[str, object], told: str) -> None:
    with pytest.raises(UsageProblem, match=told):
        check_named(bundle_store, WhatIfParams.model_validate({"as_of": APRIL_2024, **params}))


@pytest.mark.parametrize(
    ("system", "council", "day", "verdict"),
    [
        # ONS lookups: Gloucestershire's board and county hold the same LSOAs; Norfolk and Suffolk are whole since 2026.
        ("QR1", "la:GLS", date(2022, 7, 1), "coterminous"),
        ("T6Y0W", None, APRIL_2026, "coterminous"),
        ("QMM", None, MARCH_2026, "crosses"),
        ("QMM", "la:SFK", MARCH_2026, "partial"),
        ("QHM", "la:CMA", date(2021, 4, 1), "partial"),
        ("QUE", "la:HRT", APRIL_2024, "sliver"),
        ("T6Y0W", "la:NFK", APRIL_2026, "council_within_system"),
        ("QE1", "la:CON", date(2021, 4, 1), "apart"),
    ],
)
def test_whether_borders_agree(bundle_store: Store, system: str, council: str | None, day: date, verdict: str) -> None:
    row = coterminous(bundle_store, CoterminousParams(as_of=day, system_id=system, council_id=council))
    assert row.verdict == verdict
    assert row.reason


def test_a_body_without_land_is_refused(bundle_store: Store) -> None:
    with pytest.raises(UsageProblem, match="S1Y5D holds no land"):
        coterminous(bundle_store, CoterminousParams(as_of=MARCH_2026, system_id="S1Y5D"))
