"""Polygons against the exact lookups of the same vintage: the same pairs, none missed, none false."""

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from nhs_graph.graph.errors import SourceProblem, UsageProblem
from nhs_graph.graph.store import Store
from nhs_graph.queries.boundaries import OVERLAPS, OverlapParams
from nhs_graph.queries.polygons import read, shared_land
from tests.cli.test_program import call

FOLDER = "ons/boundaries"
ICB23 = "ICB_APR_2023_EN_BSC/ICB_APR_2023_EN_BSC.shp"


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
