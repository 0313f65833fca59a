"""How pairs of the register become events and successions (MODEL "Change events"), on small cases made by hand."""

from datetime import date

import pytest

from nhs_graph.graph.facts import (
    ChangeEvent,
    Classification,
    Conflict,
    EventKind,
    EventStatus,
    Fact,
    Organisation,
    Party,
    Source,
    Succession,
)
from nhs_graph.graph.interval import Precision
from nhs_graph.loaders import checks, derive_events, derive_names
from nhs_graph.loaders.base import RegisterPair, Report
from nhs_graph.loaders.factset import FactSet
from nhs_graph.loaders.pair_scope import is_within

DAY = date(2019, 10, 1)
OLD = date(1992, 4, 1)
ETR = ("ods-etr-2026-07",)
SUCC = ("ods-succ",)
NEWS = ("news",)
SOURCES = [
    Source(id=name, title=name, publisher="p", licence="OGL-UK-3.0", kind="register") for name in (*ETR, *SUCC, *NEWS)
]


def body(code: str, start: date | None = OLD, end: date | None = None) -> Organisation:
    return Organisation(id=code, start_date=start, end_date=end, source_ids=ETR)


def pair(old: str, new: str, day: date = DAY, sources: tuple[str, ...] = SUCC) -> RegisterPair:
    return RegisterPair(predecessor_id=old, successor_id=new, effective_date=day.isoformat(), source_ids=sources)


def row(
    kind: EventKind,
    originals: str,
    results: str,
    day: date = DAY,
    *,
    status: EventStatus = "completed",
    precision: Precision = "day",
    press_kind: str | None = None,
) -> list[Fact]:
    """An event of the curated list."""
    key = f"{kind}-{originals}-{results}".replace(" ", "")
    event = ChangeEvent(
        id=key,
        kind=kind,
        status=status,
        effective_date=day,
        effective_precision=precision,
        press_kind=press_kind,
        rule="curated",
        source_ids=NEWS,
    )
    sides = [("original", code) for code in originals.split()] + [("result", code) for code in results.split()]
    return [
        event,
        *(
            Party.model_validate({"event_id": key, "organisation_id": code, "side": side, "source_ids": NEWS})
            for side, code in sides
        ),
    ]


def typed(*facts: Fact | list[Fact]) -> FactSet:
    flat = [fact for item in facts for fact in (item if isinstance(item, list) else [item])]
    found, report = FactSet([*SOURCES, *flat]), Report()
    for stated in found.of(RegisterPair):
        for source in stated.source_ids:
            report.of(source).read += 1
            report.used(source)
    derive_events.apply(found, report)
    derive_names.apply(found)
    assert checks.problems(found, report) == []
    return found


def edges(found: FactSet) -> dict[tuple[str, str], float | None]:
    return {(edge.predecessor_id, edge.successor_id): edge.weight for edge in found.of(Succession)}


def the_event(found: FactSet) -> ChangeEvent:
    (event,) = found.of(ChangeEvent)
    return event


def sides(found: FactSet, event: ChangeEvent) -> tuple[set[str], set[str]]:
    parties = [party for party in found.of(Party) if party.event_id == event.id]
    return (
        {party.organisation_id for party in parties if party.side == "original"},
        {party.organisation_id for party in parties if party.side == "result"},
    )


def test_a_successor_older_than_the_day_acquired_and_stands_on_both_sides() -> None:
    found = typed(body("REM"), body("RQ6", end=DAY), pair("RQ6", "REM"))
    event = the_event(found)
    assert (event.id, event.kind, event.rule) == ("ods-2019-10-01-rem", "acquisition", "older_than_the_day")
    assert sides(found, event) == ({"RQ6", "REM"}, {"REM"})
    assert edges(found) == {("RQ6", "REM"): 1.0}


def test_a_start_that_is_a_filler_makes_a_body_older() -> None:
    found = typed(body("RA7", None), body("RA3", end=DAY), pair("RA3", "RA7"))
    assert the_event(found).kind == "acquisition"


def test_a_successor_that_opened_on_the_day_with_two_predecessors_is_a_merger() -> None:
    found = typed(body("R0A", DAY), body("RM2", end=DAY), body("RW3", end=DAY), pair("RM2", "R0A"), pair("RW3", "R0A"))
    event = the_event(found)
    assert (event.kind, event.rule) == ("merger", "opened_on_the_day")
    assert sides(found, event) == ({"RM2", "RW3"}, {"R0A"})
    assert edges(found) == {("RM2", "R0A"): 1.0, ("RW3", "R0A"): 1.0}


def test_one_body_that_ended_and_one_new_code_is_a_recode() -> None:
    found = typed(body("RX1", DAY), body("RE1", end=DAY), pair("RE1", "RX1"))
    assert the_event(found).kind == "recode"


@pytest.mark.parametrize("end", [None, DAY])
def test_two_new_codes_from_one_body_are_one_split_without_weights(end: date | None) -> None:
    found = typed(body("R1", end=end), body("R2", DAY), body("R3", DAY), pair("R1", "R2"), pair("R1", "R3"))
    event = the_event(found)
    assert (event.kind, event.id) == ("split", "ods-2019-10-01-r1")
    assert sides(found, event) == ({"R1"}, {"R2", "R3"})
    assert edges(found) == {("R1", "R2"): None, ("R1", "R3"): None}


def test_a_body_with_several_heirs_has_no_weight_though_both_acquired() -> None:
    """RW6 went to R0A and to RM3: the register does not say what part."""
    found = typed(body("RW6", end=DAY), body("R0A"), body("RM3"), pair("RW6", "R0A"), pair("RW6", "RM3"))
    assert [event.kind for event in found.of(ChangeEvent)] == ["acquisition", "acquisition"]
    assert edges(found) == {("RW6", "R0A"): None, ("RW6", "RM3"): None}


def test_an_heir_outside_the_bundle_is_an_heir_too() -> None:
    found = typed(body("REH", end=DAY), body("RX1", DAY), pair("REH", "RX1"), pair("REH", "4YX78"))
    assert edges(found) == {("REH", "RX1"): None}
    assert found.get(Organisation, "4YX78") is None


def test_a_body_that_ends_into_another_kind_is_dissolved_with_edges() -> None:
    found = typed(body("RWL", end=DAY), pair("RWL", "5M1"), pair("RWL", "5MX"))
    event = the_event(found)
    assert (event.kind, event.rule) == ("dissolution", "other_kind_of_body")
    assert edges(found) == {("RWL", "5M1"): None, ("RWL", "5MX"): None}


def test_a_body_that_goes_on_passed_something_to_another_kind_and_has_no_heir() -> None:
    seen = Classification(
        organisation_id="RK6", kind="nhs_trust", first_seen="2021-01", last_seen="2026-07", source_ids=ETR
    )
    found = typed(body("RK6"), seen, pair("RK6", "5EM"))
    assert the_event(found).kind == "transfer"
    assert edges(found) == {}


def test_a_body_with_an_heir_of_its_own_kind_only_transfers_to_the_other() -> None:
    found = typed(body("RME", end=DAY), body("RX1", DAY), pair("RME", "RX1"), pair("RME", "5CC"))
    assert {event.kind for event in found.of(ChangeEvent)} == {"recode", "transfer"}
    assert set(edges(found)) == {("RME", "RX1")}


def test_groups_give_way_to_their_board_though_their_codes_live_on() -> None:
    day = date(2022, 7, 1)
    found = typed(
        body("QHG"),
        body("M1J4Y", date(2021, 4, 1)),
        Classification(organisation_id="M1J4Y", kind="ccg", end_date=day, source_ids=ETR),
        Classification(organisation_id="M1J4Y", kind="sicbl", start_date=day, source_ids=ETR),
        Classification(organisation_id="QHG", kind="icb", start_date=day, source_ids=ETR),
        pair("M1J4Y", "QHG", day),
    )
    event = the_event(found)
    assert (event.kind, event.rule, event.legal_basis) == (
        "dissolution",
        "ccg_to_icb_2022",
        "Health and Care Act 2022",
    )
    assert edges(found) == {("M1J4Y", "QHG"): 1.0}


def test_a_curated_row_gives_its_words_and_the_register_its_day() -> None:
    found = typed(
        body("RC9"),
        body("RC1", end=DAY),
        pair("RC1", "RC9"),
        row("acquisition", "RC9 RC1", "RC9", date(2019, 1, 1), precision="year", press_kind="merger"),
    )
    event = the_event(found)
    assert (event.id, event.press_kind) == ("acquisition-RC9RC1-RC9", "merger")
    assert (event.effective_date, event.effective_precision, event.rule) == (DAY, "day", "older_than_the_day")
    assert event.source_ids == ("news", "ods-succ")
    assert edges(found) == {("RC1", "RC9"): 1.0}


def test_a_curated_row_overrides_the_rule_and_both_stay_visible() -> None:
    found = typed(body("RW4"), body("RES", end=DAY), pair("RES", "RW4"), row("merger", "RES", "RW4"))
    assert (the_event(found).kind, the_event(found).rule) == ("merger", "curated")
    (conflict,) = found.of(Conflict)
    assert (conflict.organisation_id, conflict.fact) == ("RW4", "event kind 2019-10-01")
    assert (conflict.value_a, conflict.value_b) == ("merger", "acquisition (older_than_the_day)")


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("merger", "proposed"),
        ("merger", "abandoned"),
        ("formation", "completed"),
        ("transfer", "completed"),
        ("boundary_change", "completed"),
        ("rename", "completed"),
    ],
)
def test_rows_that_never_make_a_succession(kind: EventKind, status: EventStatus) -> None:
    """Plans, groups, moved services and areas, new names (traps 39 and 40)."""
    found = typed(body("R1", end=DAY), body("R2"), row(kind, "R1 R2", "R2", status=status))
    assert edges(found) == {}
    assert the_event(found).kind == kind


def test_a_plan_stands_beside_what_came_of_it() -> None:
    found = typed(
        body("RC9"), body("RC1", end=DAY), pair("RC1", "RC9"), row("merger", "RC9 RC1", "RC9", status="proposed")
    )
    assert {event.status for event in found.of(ChangeEvent)} == {"proposed", "completed"}
    assert [edge.event_id for edge in found.of(Succession)] == ["ods-2019-10-01-rc9"]


def test_a_curated_row_without_a_pair_makes_the_edges_of_a_body_that_ended() -> None:
    found = typed(body("R1", end=DAY), body("R2"), row("acquisition", "R1 R2", "R2"))
    assert edges(found) == {("R1", "R2"): 1.0}
    assert found.of(Succession)[0].source_ids == NEWS


def test_a_body_that_goes_on_by_the_register_has_no_heir_yet() -> None:
    """RYK by the curated list ended in 2020, by the register in 2024."""
    found = typed(body("RYK", end=date(2024, 10, 1)), body("TAJ"), row("acquisition", "RYK TAJ", "TAJ"))
    assert edges(found) == {}
    (conflict,) = found.of(Conflict)
    assert (conflict.organisation_id, conflict.value_a, conflict.value_b) == ("RYK", "2024-10-01", "2019-10-01")


def test_a_split_that_says_again_what_two_mergers_say_makes_no_third_event() -> None:
    """The list has a split of QM7 beside the mergers into S1Y5D and D7T5G (trap 40)."""
    opened = [body(code, DAY) for code in ("R8", "R9")]
    ended = [body(code, end=DAY) for code in ("R1", "R2", "R3")]
    found = typed(
        *opened,
        *ended,
        pair("R1", "R8"),
        pair("R2", "R8"),
        pair("R2", "R9"),
        pair("R3", "R9"),
        row("merger", "R1 R2", "R8"),
        row("merger", "R2 R3", "R9"),
        row("split", "R2", "R8 R9"),
    )
    assert {event.id for event in found.of(ChangeEvent)} == {"merger-R1R2-R8", "merger-R2R3-R9"}
    assert edges(found) == {("R1", "R8"): 1.0, ("R2", "R8"): None, ("R2", "R9"): None, ("R3", "R9"): 1.0}


def test_rows_of_pairs_outside_the_bundle_are_counted_as_left_out() -> None:
    found, report = FactSet([pair("RD9", "4CJ51"), body("RD9")]), Report()
    report.of("ods-succ").read = 1
    report.used("ods-succ")
    derive_events.apply(found, report)
    tally = report.of("ods-succ")
    assert (tally.used, tally.left_out.total(), tally.adds_up) == (0, 1, True)
    assert found.of(Succession) == []


@pytest.mark.parametrize(
    ("old", "new", "day", "kept"),
    [
        ("RQ6", "REM", DAY, True),
        ("5AA", "5BB", DAY, True),
        ("MV1", "RR1", date(1996, 4, 1), True),  # a unit into a trust, on the last day of such hand-overs
        ("MV1", "RR1", date(1997, 4, 1), False),
        ("MV1", "5BB", date(1994, 4, 1), False),  # a unit into anything else
        ("4CG71", "5CJ", DAY, False),
        ("RPX", "RT302", DAY, False),  # a site
        ("506", "507", DAY, False),  # councils
        ("00C", "84H", DAY, True),  # bodies of the bundle by their own report
    ],
)
def test_the_scope_of_pairs(old: str, new: str, day: date, kept: bool) -> None:
    assert is_within(pair(old, new, day), {"00C", "84H"}) is kept
