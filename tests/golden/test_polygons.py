"""Polygons against the exact lookups of the same vintage: the same pairs, none missed, none false."""

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from nhs_graph.graph.errors import SourceProblem, UsageProblem
from nhs_graph.graph.facts import FACTS, Area, Fact, Overlap
from nhs_graph.graph.interval import Interval
from nhs_graph.graph.kinds import TIERS
from nhs_graph.graph.polygons import read
from nhs_graph.graph.store import Selection, Store, open_store
from nhs_graph.loaders.base import Report
from nhs_graph.loaders.bundle_io import read_bundle
from nhs_graph.loaders.factset import FactSet
from nhs_graph.loaders.land import land
from nhs_graph.loaders.own_files import read_file, recognised
from nhs_graph.loaders.own_polygons import SINCE
from nhs_graph.queries.boundaries import OVERLAPS, OverlapParams
from nhs_graph.queries.polygons import shared_land
from tests.cli.test_program import call

FOLDER = "ons/boundaries"
ICB23 = "ICB_APR_2023_EN_BSC/ICB_APR_2023_EN_BSC.shp"


@pytest.fixture(scope="module")
def bundle_facts() -> FactSet:
    return FactSet(read_bundle())


@pytest.mark.shared
@pytest.mark.parametrize(
    ("councils", "systems", "tier", "day"),
    [
        ("boundaries_utla21.geojson", "boundaries_stp21.geojson", "upper", date(2021, 4, 1)),
        ("boundaries_ltla21.geojson", "boundaries_stp21.geojson", "lower", date(2021, 4, 1)),
        ("boundaries_ltla24.geojson", ICB23, "lower", date(2023, 4, 1)),
    ],
)
def test_polygons_find_the_pairs_of_the_lookup(
    shared: Path, bundle_store: Store, councils: str, systems: str, tier: str, day: date
) -> None:
    rows, slivers = shared_land(read(shared / FOLDER / councils), read(shared / FOLDER / systems))
    lookup = OVERLAPS.run(bundle_store, OverlapParams.model_validate({"as_of": day, "council": tier}))
    assert {(row.left_id, row.right_id) for row in rows} == {(row.council_gss, row.system_gss) for row in lookup}
    assert len(slivers) > 200
    assert all(0 < row.share_of_left <= 1 and 0 < row.share_of_right <= 1 for row in rows)


@pytest.mark.shared
def test_the_largest_sliver_is_larger_than_real_parts(shared: Path) -> None:
    # Data guide, trap 29: Islington overlaps East London by 3.3% of its area, with no LSOA there.
    layers = [read(shared / FOLDER / f"boundaries_{name}.geojson") for name in ("utla21", "stp21")]
    rows, slivers = shared_land(layers[0], layers[1])
    assert (slivers[0].left_id, slivers[0].right_id) == ("E09000019", "E54000029")
    assert round(slivers[0].share_of_left, 3) == 0.033
    assert min(row.share_of_left for row in rows if row.left_id.startswith("E")) < slivers[0].share_of_left


def square(name: str, west: float, south: float, east: float, north: float) -> dict[str, object]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {
        "type": "Feature",
        "properties": {"plan": name},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }


def written(path: Path, *features: Mapping[str, object]) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    return path


def test_an_area_of_a_users_own(bundle_url: str, tmp_path: Path) -> None:
    # 0.1 degrees of latitude are 11.1 km; the second square lies half in the first, the third only touches it.
    mine = written(tmp_path / "mine.geojson", square("footprint", -1.2, 52.0, -1.0, 52.1))
    others = written(
        tmp_path / "others.geojson",
        square("half", -1.1, 52.0, -0.9, 52.1),
        square("touches", -1.4, 52.0, -1.199, 52.1),
    )
    done = call("boundaries", "polygons", str(mine), str(others), "-f", "json", store=bundle_url)
    (row,) = json.loads(done.stdout)
    assert (row["left_id"], row["right_id"], row["measure"]) == ("footprint", "half", "area")
    assert row["share_of_left"] == pytest.approx(0.5, abs=0.001)
    assert row["sources"] == ["mine.geojson", "others.geojson"]
    assert "1 slivers left out" in done.stderr


def test_files_that_hold_no_areas_are_refused(tmp_path: Path) -> None:
    text = tmp_path / "words.geojson"
    text.write_text("no polygons", encoding="utf-8")
    with pytest.raises(SourceProblem, match="no polygons"):
        read(text)
    point = {"type": "Feature", "properties": {"id": "a"}, "geometry": {"type": "Point", "coordinates": [0, 52]}}
    with pytest.raises(SourceProblem, match="something else"):
        read(written(tmp_path / "points.geojson", point))
    twice = [square("same", -1, 52, -0.9, 52.1), square("same", -0.9, 52, -0.8, 52.1)]
    with pytest.raises(SourceProblem, match="tells its areas apart"):
        read(written(tmp_path / "twice.geojson", *twice))


def test_without_the_extra_the_hint_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "pyogrio", None)
    with pytest.raises(UsageProblem) as caught:
        read(tmp_path / "any.geojson")
    assert "nhs-graph[geo]" in caught.value.hint


def test_an_answer_without_polygons_imports_none_of_it(bundle_url: str) -> None:
    code = "import sys; from nhs_graph.cli import boundaries; print('shapely' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def taken(path: Path, base: FactSet) -> tuple[list[Fact], Report]:
    """What the loader makes of a file of polygons."""
    report = Report()
    done = read_file(path, recognised(path), base, report)
    assert not done.rejects
    return done.facts, report


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "side", "day"),
    [
        ("boundaries_stp21.geojson", "right", date(2021, 4, 1)),
        (ICB23, "right", date(2023, 4, 1)),
        ("boundaries_utla21.geojson", "left", date(2021, 4, 1)),
    ],
)
def test_areas_of_ones_own_share_land_with_whom_the_lookup_says(
    shared: Path, bundle_facts: FactSet, name: str, side: str, day: date
) -> None:
    """Published polygons loaded as one's own against the packaged land: the pairs of the exact lookup of the day."""
    facts, report = taken(shared / FOLDER / name, bundle_facts)
    mine = {fact.gss: fact.gss.rpartition(":")[2].upper() for fact in facts if isinstance(fact, Area)}
    kinds = {area.gss: area.kind for area in bundle_facts.of(Area)}
    found = {
        (mine.get(o.left_gss, o.left_gss), mine.get(o.right_gss, o.right_gss))
        for o in facts
        if isinstance(o, Overlap) and o.interval.holds(day) and (o.left_gss in mine) == (side == "left")
    }
    told = {
        (o.left_gss, o.right_gss)
        for o in bundle_facts.of(Overlap)
        if o.interval.holds(day) and kinds[o.right_gss] == "system" and kinds[o.left_gss] != "combined_authority"
    }
    if side == "left":  # the file holds councils of the upper tier, and those of Wales and Scotland
        found, told = ({pair for pair in pairs if pair[0] in told_of(mine)} for pairs in (found, told))
    assert found == told
    assert any("slivers dropped" in note for note in report.notes)


def told_of(mine: Mapping[str, str]) -> set[str]:
    return {code for code in mine.values() if code.startswith("E")}


def test_the_packaged_land_holds_every_area_of_the_days_that_are_covered(bundle_facts: FactSet) -> None:
    wanted = TIERS["upper"] | TIERS["lower"] | {"system"}
    covered = Interval(SINCE, None)
    codes = [a.gss for a in bundle_facts.of(Area) if a.kind in wanted and not a.interval.clipped(covered).empty]
    assert set(codes) == land(codes).keys()


def test_a_footprint_is_loaded_asked_and_taken_out_again(bundle_url: str, tmp_path: Path) -> None:
    url = f"sqlite:{tmp_path / 'own.db'}"
    plan = written(tmp_path / "plan.geojson", square("Great Midland", -2.4, 52.2, -1.4, 52.9))
    loaded = call("load", str(plan), store=url)
    assert "generalised to 200 or 500 m" in loaded.stderr
    land = ("--measure", "area", "--as-of", "2026-11-01", "-f", "json")
    pairs = json.loads(call("boundaries", "overlaps", "--system", "own", *land, store=url).stdout)
    told = {row["council_name"]: row for row in pairs}
    # The square is drawn round Birmingham (52.48 N, 1.90 W) and Coventry; Warwickshire and Derby reach beyond it.
    assert {told[name]["relation"] for name in ("Birmingham", "Coventry", "Walsall")} == {"council_within_system"}
    assert {told[name]["relation"] for name in ("Warwickshire", "Derby")} == {"partial"}
    assert {(row["lsoas"], row["people"], row["basis"]) for row in pairs} == {(None, None, "polygons")}
    parts = json.loads(call("boundaries", "overlaps", "--council", "own", *land, store=url).stdout)
    assert sum(row["share_of_council"] for row in parts) == pytest.approx(1, abs=0.02)
    (crossing,) = json.loads(call("boundaries", "systems", "--system", "own", *land, store=url).stdout)
    split = {row["council_name"] for row in pairs if row["relation"] not in {"council_within_system", "equal"}}
    assert (crossing["verdict"], crossing["split_councils"]) == ("crosses", len(split))
    councils = json.loads(call("boundaries", "councils", "--system", "own", *land, store=url).stdout)
    assert {row["council_name"] for row in councils} == split
    checked = call("boundaries", "coterminous", "Great Midland", "Birmingham", "--system", "own", *land, store=url)
    assert checked.returncode == 1
    assert json.loads(checked.stdout)[0]["verdict"] == "council_within_system"
    call("sources", "remove", "own-plan", store=url)
    gone = call("boundaries", "overlaps", "--system", "own", *land, store=url)
    assert "holds no areas of your own" in gone.stderr
    facts = {cls: sorted(fact.key for fact in store_facts(url, cls)) for cls in FACTS}
    assert facts == {cls: sorted(fact.key for fact in store_facts(bundle_url, cls)) for cls in FACTS}


def store_facts(url: str, cls: type[Fact]) -> list[Fact]:
    opened = open_store(url)
    try:
        return list(opened.facts(Selection(cls)))
    finally:
        opened.close()


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--system", "own"], "nobody counted the people"),
        (["--measure", "area"], "only for areas of your own"),
        (["--council", "own", "--system", "own", "--measure", "area"], "boundaries polygons"),
        (["--council", "own", "--system", "ccg", "--measure", "area"], "held against systems"),
        (["--council", "combined", "--system", "own", "--measure", "area"], "held against systems"),
        (["--council", "own", "--measure", "area", "--floor", "10000people"], "nobody counted the people"),
    ],
)
def test_what_nobody_measured_is_refused(bundle_url: str, options: list[str], told: str) -> None:
    assert told in call("boundaries", "overlaps", *options, store=bundle_url).stderr


def test_a_file_outside_england_is_refused(bundle_facts: FactSet, tmp_path: Path) -> None:
    path = written(tmp_path / "sea.geojson", square("sea", 2.5, 54.0, 3.0, 54.5))
    with pytest.raises(SourceProblem, match="shares no land"):
        taken(path, bundle_facts)
