"""Pictures of leaders: every text readable, every post and person there, what is not sure drawn as such."""

import re
from datetime import date
from typing import Any
from xml.etree import ElementTree

import pytest

from nhs_graph.cli.pictures.network import network
from nhs_graph.cli.pictures.springs import components, placed
from nhs_graph.cli.pictures.timeline import timeline
from nhs_graph.graph.store import Store
from nhs_graph.queries import connections, timelines
from tests.pictures import SVG, outside, overlapping

DAY = date(2026, 11, 1)


def tips(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter(f"{SVG}title")]


@pytest.mark.parametrize("person", ["felicity-cox", "toby-sanders", "david-nicholson", "steve-warburton", "adam-doyle"])
def test_the_timeline_of_a_person_shows_every_post(bundle_store: Store, person: str) -> None:
    lanes = timelines.of_person(bundle_store, person, DAY)
    svg = timeline("Posts", lanes, DAY, of_person=True).svg()
    assert not overlapping(svg)
    assert not outside(svg)
    for lane in lanes:
        for row in lane:
            known = row.start_date or row.end_date or row.first_seen or "nothing"
            assert any(f"({row.organisation_id})" in tip and known in tip for tip in tips(svg))


@pytest.mark.parametrize("body", ["REM", "RWP", "QHG", "QOP", "X24"])
def test_the_timeline_of_a_body_shows_every_holder(bundle_store: Store, body: str) -> None:
    lanes = timelines.of_body(bundle_store, body, (), DAY)
    svg = timeline("Holders", lanes, DAY, of_person=False).svg()
    assert not overlapping(svg)
    assert not outside(svg)
    assert {row.person for lane in lanes for row in lane} <= {tip.split(":")[0] for tip in tips(svg)}


def test_a_last_known_holder_is_a_dashed_line_and_no_bar_to_today(bundle_store: Store) -> None:
    # Richard Leese chairs QOP from 2022-07-01; no later page sees him (QUESTIONS P2).
    lanes = [
        lane for lane in timelines.of_body(bundle_store, "QOP", ("chair",), DAY) if lane[0].person == "Richard Leese"
    ]
    svg = timeline("Holder", lanes, DAY, of_person=False).svg()
    bars = [float(wide) for wide in re.findall(r'<rect [^>]*width="([\d.]+)"[^>]*class="tip"', svg)]
    assert bars
    assert max(bars) < 10
    assert 'stroke-dasharray="6 4"' in svg


def test_lanes_are_in_the_order_of_time(bundle_store: Store) -> None:
    lanes = timelines.of_body(bundle_store, "REM", ("chief_executive",), DAY)
    assert [lane[0].person for lane in lanes] == ["Steve Warburton", "David Dalton", "James Sumner"]
    assert len(lanes[0]) == 2


def test_the_network_has_every_body_and_person_once_and_no_text_on_another(bundle_store: Store) -> None:
    rows = connections.network(bundle_store, DAY)
    svg = network(rows, DAY).svg()
    assert not overlapping(svg)
    assert not outside(svg)
    shown = [
        element[0].tail for element in ElementTree.fromstring(svg).iter(f"{SVG}text") if element.get("class") == "tip"
    ]
    bodies = {body.id for row in rows for body in row.organisations}
    assert sorted(text or "" for text in shown) == sorted([*bodies, *(row.person for row in rows)])
    assert svg == network(rows, DAY).svg()


def test_before_the_first_tenure_nobody_joins_anything(bundle_store: Store) -> None:
    assert connections.network(bundle_store, date(1950, 1, 1)) == []


def test_a_scope_keeps_the_posts_that_it_names(bundle_store: Store) -> None:
    everything = connections.network(bundle_store, DAY)

    def bodies(**scope: Any) -> dict[str, set[str]]:
        rows = connections.network(bundle_store, DAY, connections.Scope(**scope))
        return {row.person_id: {body.id for body in row.organisations} for row in rows}

    whole = bodies()
    assert whole == {row.person_id: {body.id for body in row.organisations} for row in everything}
    assert bodies(organisation_id="QHG") == {person: led for person, led in whole.items() if "QHG" in led} != {}
    for scope in ({"kinds": ("icb",)}, {"within": "Y62"}, {"roles": ("chair",)}, {"since": date(2022, 7, 1)}):
        found = bodies(**scope)
        assert 0 < len(found) < len(whole)
        assert all(len(led) > 1 and led <= whole[person] for person, led in found.items())
    # Steve Warburton led Aintree, then the trust of its code (P1 of the questions): one body, joined to none by him.
    assert "steve-warburton" not in whole
    north_west = {body for led in bodies(within="Y62").values() for body in led}
    assert {"RXN", "REM"} <= north_west
    assert "QHG" not in north_west
    old = bodies(until=date(2015, 1, 1))
    assert old == {
        row.person_id: {body.id for body in row.organisations}
        for row in connections.network(bundle_store, date(2015, 1, 1))
    }


def test_parts_are_told_apart_and_boxes_do_not_meet() -> None:
    edges = {"a": ["b", "c"], "b": ["a"], "c": ["a"], "x": ["y"], "y": ["x"]}
    parts = components(edges)
    assert [sorted(part) for part in parts] == [["a", "b", "c"], ["x", "y"]]
    places = placed(parts[0], edges, dict.fromkeys("abc", (100.0, 20.0)), 10)
    for one in "abc":
        for other in "abc".replace(one, ""):
            dx, dy = (abs(places[one][i] - places[other][i]) for i in (0, 1))
            assert dx >= 100 or dy >= 20
