"""Pictures of lineages: every body and hand-over is there, nothing lies on anything else, texts parse."""

import re
from datetime import date
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

from nhs_graph.cli.pictures.lineage import LineagePicture
from nhs_graph.cli.pictures.lineage_text import dot, mermaid
from nhs_graph.graph.facts import Fact, Organisation
from nhs_graph.graph.projection import project
from nhs_graph.graph.store import Store, open_store
from nhs_graph.queries.lifelines import Lifeline, lifelines
from nhs_graph.queries.lineage import SHOW, LineageParams, LineageRow
from tests import strategies
from tests.pictures import SVG, Box, outside, overlapping, text_boxes

DAY = date(2026, 11, 1)


def parts(store: Store, body: str, day: date = DAY) -> tuple[dict[str, Lifeline], list[LineageRow]]:
    rows = SHOW.run(store, LineageParams(organisation_id=body, as_of=day))
    return lifelines(store, body, rows, day), rows


@pytest.mark.parametrize("body", ["REM", "R0A", "RRK", "S1Y5D", "QNQ", "RW6", "06F", "RA7", "R0C", "la:NYE"])
def test_nothing_overlaps_or_leaves_the_picture(bundle_store: Store, body: str) -> None:
    svg = LineagePicture(body, *parts(bundle_store, body), DAY).drawn().svg()
    assert overlapping(svg) == []
    assert outside(svg) == []


def test_every_body_and_hand_over_is_drawn(bundle_store: Store) -> None:
    lives, rows = parts(bundle_store, "R0A")
    svg = LineagePicture("R0A", lives, rows, DAY).drawn().svg()
    assert set(lives) <= {box.text for box in text_boxes(svg)}
    arrows = [path for path in ElementTree.fromstring(svg).iter(f"{SVG}path") if path.get("marker-end")]
    assert len(arrows) == len(rows)
    dashed = [path for path in arrows if path.get("stroke-dasharray")]
    assert len(dashed) == sum(row.weight is None for row in rows)


def test_a_part_of_a_body_has_its_share_also_where_the_other_heirs_are_not_drawn(bundle_store: Store) -> None:
    # QM7 went to S1Y5D and to D7T5G; of RW6 nobody says how much went where.
    for body, told in (("S1Y5D", r"2026-04-01 merger, 7\d\.\d%"), ("R0A", "2021-10-01 .*, share unknown")):
        texts = {box.text for box in text_boxes(LineagePicture(body, *parts(bundle_store, body), DAY).drawn().svg())}
        assert any(re.fullmatch(told, text) for text in texts)


def test_time_runs_from_left_to_right(bundle_store: Store) -> None:
    lives, rows = parts(bundle_store, "REM")
    svg = LineagePicture("REM", lives, rows, DAY).drawn().svg()
    years = [(float(box.left), int(box.text)) for box in text_boxes(svg) if re.fullmatch(r"(19|20)\d\d", box.text)]
    assert len(years) > 5
    assert years == sorted(years, key=lambda pair: pair[1])


def test_names_by_period_follow_each_other(bundle_store: Store) -> None:
    # Trust snapshots and dated events: RA7 had three names (2020-04-01, 2026-07-01).
    lives, _ = parts(bundle_store, "RA7")
    assert [called.start.isoformat() for called in lives["RA7"].names][1:] == ["2020-04-01", "2026-07-01"]
    assert [called.end for called in lives["RA7"].names][:-1] == [called.start for called in lives["RA7"].names][1:]


def test_a_start_that_is_not_known_is_said_to_be_unknown(bundle_store: Store) -> None:
    lives, _ = parts(bundle_store, "REM")
    assert not lives["NJ1"].start_known
    assert lives["RQ6"].start_known


def test_the_legend_names_only_what_is_drawn(bundle_store: Store) -> None:
    # 06F ended on 2021-04-01 under its only name; REM was Aintree University Hospital before 2019-10-01.
    told = {
        body: {box.text for box in text_boxes(LineagePicture(body, *parts(bundle_store, body), DAY).drawn().svg())}
        for body in ("06F", "REM")
    }
    assert {"06F, latest name", "other bodies"} <= told["06F"]
    assert "under earlier names" not in told["06F"]
    assert {"REM, latest name", "under earlier names"} <= told["REM"]


def test_a_body_of_unknown_start_that_ended_on_the_first_day_has_a_bar_and_its_name(bundle_store: Store) -> None:
    # The council register names Craven District Council, abolished on 2023-04-01, and no day on which it began.
    lives, rows = parts(bundle_store, "la:NYE")
    craven = lives["la:CRA"]
    assert (craven.end - craven.start).days > 30
    assert [(called.name, called.start_known) for called in craven.names] == [("Craven District Council", False)]
    svg = LineagePicture("la:NYE", lives, rows, DAY).drawn().svg()
    assert "Craven District Council" in {box.text for box in text_boxes(svg)}
    assert "Craven District Council: start unknown to 2023-04-01" in svg


@pytest.mark.parametrize("body", ["R0A", "06F", "RRK", "S9B9J"])
def test_labels_lie_at_their_bars_and_leave_the_heads_of_arrows_free(bundle_store: Store, body: str) -> None:
    lives, rows = parts(bundle_store, body)
    svg = LineagePicture(body, lives, rows, DAY).drawn().svg()
    boxes, root = text_boxes(svg), ElementTree.fromstring(svg)
    ends = [path.attrib["d"].split("L")[-1].split(",") for path in root.iter(f"{SVG}path") if path.get("marker-end")]
    heads = [Box("", float(x) - 4, float(y) - 7, float(x) + 4, float(y)) for x, y in ends]
    assert [(box.text, head) for box in boxes for head in heads if box.meets(head)] == []
    bars = sorted({float(bar.attrib["y"]) for bar in root.iter(f"{SVG}rect") if bar.get("height") == "12"})
    for label in (box for box in boxes if box.text in lives):
        below = min(bar - label.bottom for bar in bars if bar > label.bottom)
        above = [label.top - bar - 12 for bar in bars if bar < label.top]
        assert below < min(above, default=below + 1)


def test_mermaid_and_graphviz_hold_all_bodies_and_hand_overs(bundle_store: Store) -> None:
    lives, rows = parts(bundle_store, "RW6")
    text, graph = mermaid("RW6", lives, rows), dot("RW6", lives, rows)
    assert text.startswith("flowchart LR\n")
    assert len(re.findall(r"-\.->\||-->\|", text)) == len(rows) == graph.count(" -> ")
    for code in lives:
        assert f'["{code}<br/>' in text
        assert f'"{code}" [label=' in graph
    assert "share unknown" in text


def test_a_name_cannot_break_out_of_its_label() -> None:
    life = Lifeline('R"1', DAY, DAY, True, ())
    assert '"]' in mermaid('R"1', {'R"1': life}, [])
    assert 'n0["R#quot;1<br/>name unknown"]' in mermaid('R"1', {'R"1': life}, [])
    assert '"R\\"1" [label="R\\"1\\nname unknown", penwidth=3];' in dot('R"1', {'R"1': life}, [])


@settings(deadline=None, max_examples=40)
@given(strategies.lineages(), strategies.as_of)
def test_any_lineage_can_be_drawn_cycles_too(found: list[Fact], day: date) -> None:
    store = open_store("sqlite::memory:", read_only=False)
    store.replace(found, {})
    for body in (fact.id for fact in found if isinstance(fact, Organisation)):
        rows = SHOW.answer(project(found), LineageParams(organisation_id=body, as_of=day))
        lives = lifelines(store, body, rows, day)
        svg = LineagePicture(body, lives, rows, day).drawn().svg()
        assert ElementTree.fromstring(svg).tag == f"{SVG}svg"
        assert set(lives) <= {box.text for box in text_boxes(svg)}
    store.close()
