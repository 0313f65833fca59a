"""The outlines that `boundaries map` draws, made from published polygons by `make bundle`.

`loaders/reference/outlines-<layer>.json` is TopoJSON: arcs on a grid of 100 metres, each told once, so that neighbours
share their edges. They are for pictures only: whether areas overlap is never read from them (data guide, traps 29, 30).
"""

import csv
import json
import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from nhs_graph.loaders.topology import Arc, Point, Ring, ring_of, simplified


@dataclass(frozen=True)
class Layer:
    """One file of polygons, and which of its properties is the code."""

    name: str
    path: str
    code: str


LAYERS = (
    Layer("stp21", "ons/boundaries/boundaries_stp21.geojson", "stp21_code"),
    Layer("icb24", "ons/derived/ICB24_from_LSOA21_simplified.geojson", "icb24_code"),
    Layer("icb26", "ons/derived/ICB26_derived_from_LSOA21_simplified.geojson", "icb26_ods"),
    Layer("utla21", "ons/boundaries/boundaries_utla21.geojson", "utla21_code"),
    Layer("utla23", "ons/derived/UTLA23_from_LSOA21_simplified.geojson", "utla23_code"),
    Layer("ltla21", "ons/boundaries/boundaries_ltla21.geojson", "ltla21_code"),
    Layer("ltla24", "ons/boundaries/boundaries_ltla24.geojson", "ltla24_code"),
    Layer("ccg21", "ons/boundaries/boundaries_ccg21.geojson", "ccg21_code"),
    Layer("sicbl22", "ons/boundaries/boundaries_sicbl22.geojson", "icb22_code"),  # so it names them (trap 30)
)
COMMISSIONERS = {"ccg21", "sicbl22"}
"""Layers of commissioning groups and sub-ICB locations."""
BOARDS_OF_2026 = "ods/mappings/icb_2026-04_gss_ods_region.csv"
SAME_OUTLINE = {
    "E54000052": "E54000063",  # four LSOAs of Chichester moved between these two on 2023-04-01
    "E54000053": "E54000064",
    "E38000264": "E38000246",
    "E38000265": "E38000248",
    "E08000038": "E08000016",  # new codes of 2025 for some dwellings; no LSOA moved (SI 2024/1328)
    "E08000039": "E08000019",
}
"""Codes without an outline of their time, and the code of the outline that a picture cannot tell from theirs."""

UNIT = 100
"""Metres: the grid of the outlines."""
SMALLEST = 100
"""Square units, a triangle of a square kilometre: about two pixels of a map of England 1000 pixels high."""
RADIUS, SCALE, CENTRE = 6_378_000, 0.9996, (49.0, -2.0)
"""Metres of the earth; scale and true origin of the British National Grid."""


def write(data: Path, folder: Path) -> None:
    """Make the outlines of every layer from the files below `data`."""
    for layer in LAYERS:
        arcs, rings = simplified(published(data, layer, projected), SMALLEST)
        told = topojson(arcs, rings, UNIT)
        (folder / f"outlines-{layer.name}.json").write_text(told, encoding="utf-8", newline="\n")


def published(data: Path, layer: Layer, place: Callable[[float, float], Point]) -> dict[str, list[Ring]]:
    """The rings of the areas of England in a layer; `place` puts longitude and latitude on a grid."""
    with (data / BOARDS_OF_2026).open(encoding="utf-8-sig", newline="") as file:
        gss_of = {row["ods_code"]: row["icb26_gss"] for row in csv.DictReader(file)}
    table = json.loads((data / layer.path).read_text(encoding="utf-8"))
    areas: dict[str, list[Ring]] = {}
    for feature in table["features"]:
        code = str(feature["properties"][layer.code])
        if (gss := gss_of.get(code, code)).startswith("E"):
            areas.setdefault(gss, []).extend(_rings(feature["geometry"], place))
    return areas


def _rings(geometry: Mapping[str, Any], place: Callable[[float, float], Point]) -> Iterator[Ring]:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    for polygon in polygons:
        for ring in polygon:
            points = list(dict.fromkeys(place(longitude, latitude) for longitude, latitude, *_ in ring))
            if len(points) > 2:
                yield points


def projected(longitude: float, latitude: float) -> Point:
    """Units east and north on a sphere with the origin of the British National Grid: within a pixel of it.

    Transverse Mercator (Snyder, Map projections, 1987, page 58).
    """
    phi, lam = math.radians(latitude), math.radians(longitude - CENTRE[1])
    across = math.cos(phi) * math.sin(lam)
    east = math.atanh(across)
    north = math.atan2(math.tan(phi), math.cos(lam)) - math.radians(CENTRE[0])
    metres = RADIUS * SCALE / UNIT
    return round(metres * east), round(metres * north)


def topojson(arcs: Sequence[Arc], rings: Mapping[str, list[list[int]]], unit: float) -> str:
    """One line an arc and an area, so that a change can be read."""
    told: list[str] = []
    for arc in arcs:
        steps = [arc[0], *((b[0] - a[0], b[1] - a[1]) for a, b in pairwise(arc))]
        told.append(json.dumps(steps, separators=(",", ":")))
    areas = [
        json.dumps({"type": "Polygon", "id": gss, "arcs": rings[gss]}, separators=(",", ":")) for gss in sorted(rings)
    ]
    return (
        f'{{"type":"Topology","transform":{{"scale":[{unit},{unit}],"translate":[0,0]}},"arcs":[\n'
        + ",\n".join(told)
        + '\n],"objects":{"areas":{"type":"GeometryCollection","geometries":[\n'
        + ",\n".join(areas)
        + "\n]}}}\n"
    )


def outlines(codes: Collection[str]) -> dict[str, list[list[Point]]]:
    """The rings of these areas, in units east and north, from as few layers as can be; unknown codes are absent."""
    wanted = {code: SAME_OUTLINE.get(code, code) for code in codes}
    found: dict[str, list[list[Point]]] = {}
    layers = [_layer(layer.name) for layer in LAYERS]
    while layers and len(found) < len(wanted):
        # The layer that holds most of what is still missing: neighbours share their edges within a layer.
        layers.sort(key=lambda held: sum(wanted[code] in held for code in wanted.keys() - found.keys()))
        best = layers.pop()
        found |= {code: best[same] for code, same in wanted.items() if code not in found and same in best}
    return found


def atlas() -> dict[str, Any]:
    """Councils and systems as shipped, and whose outline stands for which code: for a page with its own maps."""
    shown = [layer.name for layer in LAYERS if layer.name not in COMMISSIONERS]
    return {"layers": [_topology(name) for name in shown], "same": SAME_OUTLINE}


def _topology(name: str) -> dict[str, Any]:
    text = resources.files("nhs_graph.loaders.reference").joinpath(f"outlines-{name}.json").read_text(encoding="utf-8")
    table: dict[str, Any] = json.loads(text)
    return table


@cache
def _layer(name: str) -> dict[str, list[list[Point]]]:
    folder = resources.files("nhs_graph.loaders.reference")
    return rings_in(folder.joinpath(f"outlines-{name}.json").read_text(encoding="utf-8"))


def rings_in(text: str) -> dict[str, list[list[Point]]]:
    """The rings of each area in a topology, on its grid."""
    table = json.loads(text)
    arcs: list[Arc] = []
    for steps in table["arcs"]:
        east, north = accumulate(x for x, _ in steps), accumulate(y for _, y in steps)
        arcs.append(tuple(zip(east, north, strict=True)))
    areas = table["objects"]["areas"]["geometries"]
    return {area["id"]: [ring_of(arcs, ring) for ring in area["arcs"]] for area in areas}
