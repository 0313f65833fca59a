"""Every graph question, on every engine, gives the same rows: on the bundle at several dates and on random graphs."""

from collections.abc import Callable, Iterable
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nhs_graph.graph.facts import Area, Coverage, Fact, Name, Organisation, Overlap
from nhs_graph.graph.store import Selection, Store
from nhs_graph.queries import (
    boundaries,
    boundary_diff,
    boundary_whatif,
    careers,
    connections,
    inheritance,
    leaders,
    lineage,
    moves,
)
from nhs_graph.queries.question import Params, Question, Row
from tests import strategies

AnyQuestion = Question[Any, Any, Any]
Ask = tuple[AnyQuestion, Params]

DATES = [date(2021, 4, 1), date(2022, 6, 30), date(2022, 7, 1), date(2026, 3, 31), date(2026, 4, 1), date(2026, 11, 1)]
FLOORS: list[dict[str, Any]] = [{}, {"floor_share": None, "floor_people": 10_000}, {"measure": "lsoas"}]
LAND: dict[str, Any] = {"measure": "area"}
random_graphs = settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


def boundary_asks(day: date, options: dict[str, Any]) -> list[Ask]:
    common: dict[str, Any] = {"as_of": day, **options}
    return [
        (boundaries.OVERLAPS, boundaries.OverlapParams(**common)),
        (boundaries.COUNCILS, boundaries.CouncilParams(**common, include_all=True)),
        (boundaries.COUNCILS, boundaries.CouncilParams(**common)),
        (boundaries.SYSTEMS, boundaries.SystemParams(**common, include_all=True)),
        (boundaries.SYSTEMS, boundaries.SystemParams(**common)),
    ]


def change_asks(since: date, day: date, options: dict[str, Any]) -> list[Ask]:
    common: dict[str, Any] = {"since": since, "as_of": day, **options}
    return [
        (boundary_diff.DIFF, boundary_diff.DiffParams(**common, include_all=everything)) for everything in (True, False)
    ]


def what_if_asks(
    day: date, merges: list[list[str]], moves: list[tuple[str, str]], options: dict[str, Any]
) -> list[Ask]:
    common: dict[str, Any] = {"as_of": day, "merges": merges, "moves": moves, **options}
    return [
        (boundary_whatif.WHAT_IF, boundary_whatif.WhatIfParams(**common, include_all=everything))
        for everything in (True, False)
    ]


def lineage_asks(day: date, bodies: Iterable[str]) -> list[Ask]:
    codes = list(bodies)
    ends = [inheritance.BodyParams(organisation_id=body, as_of=day) for body in codes]
    paths = [inheritance.PathParams(from_id=old, to_id=new, as_of=day) for old, new in pairwise(codes)]
    return [
        *((inheritance.HEIRS, params) for params in ends),
        *((inheritance.ORIGINS, params) for params in ends),
        *((inheritance.PATH, params) for params in paths),
        *(
            (lineage.SHOW, lineage.LineageParams(organisation_id=body, direction=direction, as_of=day))
            for body in codes
            for direction in ("both", "back", "forward")
        ),
    ]


def leader_asks(day: date, people: Iterable[str], bodies: Iterable[str]) -> list[Ask]:
    return [
        *((careers.CAREER, careers.CareerParams(person_id=person, as_of=day)) for person in people),
        *((moves.MOVES, moves.MoveParams(as_of=day, organisation_id=body)) for body in bodies),
        (moves.MOVES, moves.MoveParams(as_of=day)),
        (moves.MOVES, moves.MoveParams(as_of=day, since=date(2019, 1, 1), until=date(2021, 4, 1))),
        (moves.MOVES, moves.MoveParams(as_of=day, from_kinds=("ccg", "nhs_trust"), to_kinds=("icb",))),
        (connections.JOINT, connections.JointParams(as_of=day)),
        (leaders.LIST, leaders.LeaderParams(as_of=day)),
        (leaders.LIST, leaders.LeaderParams(as_of=day, all_dates=True)),
        (leaders.LIST, leaders.LeaderParams(as_of=day, roles=("chair",), kinds=("icb", "nhs_trust"))),
    ]


def agree(embedded: Store, server: Store, asks: list[Ask]) -> int:
    """Compare all engines; the number of rows seen, so that a test can tell that it compared something."""
    seen = 0
    for question, params in asks:
        expected: list[Row] = question.run(embedded, params, "networkx")
        assert question.run(server, params, "cypher") == expected, (question.name, params)
        assert question.run(server, params, "networkx") == expected, (question.name, params)
        seen += len(expected)
    return seen


@pytest.mark.neo4j
@pytest.mark.parametrize("day", DATES, ids=str)
def test_engines_agree_on_the_bundle(bundle_store: Store, bundle_server: Store, day: date) -> None:
    asks = [ask for options in FLOORS for ask in boundary_asks(day, options)]
    asks += boundary_asks(day, {"council": "lower"})
    asks += lineage_asks(
        day, ["REM", "RRK", "R0A", "RW6", "QHG", "06F", "S1Y5D", "RA7", "T6Y0W", "A3A8R", "D7T5G", "07H", "D7T5G"]
    )
    asks += leader_asks(day, ["felicity-cox", "steve-warburton", "toby-sanders", "david-nicholson"], ["REM", "QHG"])
    assert agree(bundle_store, bundle_server, asks) > 100


@pytest.mark.neo4j
def test_engines_agree_at_a_date_of_every_vintage(bundle_store: Store, bundle_server: Store) -> None:
    """The first day of each boundary vintage, for the tiers and the health areas that it has."""
    vintages = {(o.start_date, o.left_gss[:3], o.right_gss[:3]) for o in bundle_store.facts(Selection(Overlap))}
    assert len({day for day, _, _ in vintages}) > 10
    tiers = {"E06": ("upper", "lower"), "E47": ("combined",)}
    levels = {"E54": "system", "E38": "ccg"}
    for day, left, right in sorted(vintages, key=str):
        for tier in tiers.get(left, ()):
            common: dict[str, Any] = {"as_of": day, "council": tier, "system": levels[right]}
            asks: list[Ask] = [
                (boundaries.OVERLAPS, boundaries.OverlapParams(**common)),
                (boundaries.COUNCILS, boundaries.CouncilParams(**common, include_all=True)),
                (boundaries.SYSTEMS, boundaries.SystemParams(**common, include_all=True)),
            ]
            assert agree(bundle_store, bundle_server, asks) > 10


@pytest.mark.neo4j
def test_engines_agree_on_what_changed_and_what_would(bundle_store: Store, bundle_server: Store) -> None:
    asks = [ask for a, b in [*pairwise(DATES), (DATES[0], DATES[-1])] for ask in change_asks(a, b, {})]
    asks += [ask for options in FLOORS for ask in change_asks(date(2017, 4, 1), DATES[-1], options)]
    asks += [ask for tier in ("lower", "combined") for ask in change_asks(DATES[1], DATES[2], {"council": tier})]
    asks += change_asks(date(2021, 4, 1), date(2022, 7, 1), {"system": "sicbl"})
    merges, moves = [["QHG", "QUE", "QM7"], ["QMM", "QJG"]], [("la:ESS", "QH8"), ("la:SFK", "QUE"), ("la:ESS", "QM7")]
    asks += [ask for options in FLOORS for ask in what_if_asks(date(2024, 4, 1), merges, moves, options)]
    assert agree(bundle_store, bundle_server, asks) > 1000


@pytest.mark.neo4j
def test_engines_agree_on_areas_of_ones_own(stores_with: "Graphs") -> None:
    """A footprint with all of one council, part of another, and a system that is half in it."""
    said: dict[str, Any] = {"source_ids": ("said",)}
    land: dict[str, Any] = {
        "vintage": "plan",
        "basis": "polygons",
        "population_base": "-",
        "start_date": DATES[0],
        **said,
    }
    found: list[Fact] = [strategies.SOURCE]
    for gss, kind in (("own:plan", "own"), ("E06000001", "unitary"), ("E06000002", "unitary"), ("E54000001", "system")):
        found.append(Organisation(id=f"o{gss}", **said))
        found.append(Name(organisation_id=f"o{gss}", name=gss, **said))
        found.append(Area(gss=gss, kind=kind, name=gss, **said))
        found.append(Coverage(organisation_id=f"o{gss}", gss=gss, **said))
    for left, right, shares in (
        ("E06000001", "own:plan", (1.0, 0.4)),
        ("E06000002", "own:plan", (0.3, 0.6)),
        ("own:plan", "E54000001", (0.5, 0.5)),
    ):
        measured = {"area_km2": 1.5, "area_share_of_left": shares[0], "area_share_of_right": shares[1]}
        found.append(Overlap(left_gss=left, right_gss=right, **measured, **land))
    stores = stores_with(found)
    assert agree(*stores, boundary_asks(DATES[0], {**LAND, "system": "own"})) == 2 + 2 + 1 + 1 + 1
    assert agree(*stores, boundary_asks(DATES[0], {**LAND, "council": "own"})) == 1 + 1 + 1 + 1 + 1


Graphs = Callable[[list[Fact]], tuple[Store, Store]]


@pytest.mark.neo4j
@random_graphs
@given(strategies.boundaries(), strategies.as_of, st.sampled_from([*FLOORS, LAND]))
def test_engines_agree_on_random_boundaries(
    stores_with: Graphs, found: list[Fact], day: date, options: dict[str, Any]
) -> None:
    agree(*stores_with(found), boundary_asks(day, options))
    agree(*stores_with(found), boundary_asks(day, {**options, "council": "lower"}))


@pytest.mark.neo4j
@random_graphs
@given(strategies.boundaries(), strategies.as_of, strategies.as_of, st.sampled_from(FLOORS), st.data())
def test_engines_agree_on_random_changes(
    stores_with: Graphs, found: list[Fact], day: date, other: date, options: dict[str, Any], data: st.DataObject
) -> None:
    stores = stores_with(found)
    agree(*stores, change_asks(min(day, other), max(day, other), options))
    bodies = [fact.organisation_id for fact in found if isinstance(fact, Coverage)]
    systems = [body for body in bodies if body.startswith("oE54")]
    merges = [systems[:-1]] if len(systems) > 2 else [systems] if len(systems) > 1 else []
    moves = data.draw(st.lists(st.tuples(st.sampled_from(bodies), st.sampled_from(systems)), max_size=3))
    agree(*stores, what_if_asks(day, merges, moves, options))


@pytest.mark.neo4j
@random_graphs
@given(strategies.lineages(), strategies.as_of)
def test_engines_agree_on_random_lineages(stores_with: Graphs, found: list[Fact], day: date) -> None:
    bodies = [fact.key for fact in found if type(fact).__name__ == "Organisation"]
    agree(*stores_with(found), lineage_asks(day, bodies))


@pytest.mark.neo4j
@random_graphs
@given(strategies.tenures(), strategies.as_of)
def test_engines_agree_on_random_tenures(stores_with: Graphs, found: list[Fact], day: date) -> None:
    people = [fact.key for fact in found if type(fact).__name__ == "Person"]
    agree(*stores_with(found), leader_asks(day, people, ["RA", "QC"]))
