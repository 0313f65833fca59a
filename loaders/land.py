"""The land of councils and systems as published, for areas of a user's own: which of them share land with it.

`loaders/reference/land-<layer>.json.gz` is TopoJSON in longitude and latitude with all points of the published file, on
a grid of a ten-thousandth of a degree (7 to 11 metres): coarse against the 300 metres of the erosion rule in no place.
The published polygons themselves are generalised to 200 or 500 metres.
"""

import gzip
from collections.abc import Collection
from functools import cache
from importlib import resources
from pathlib import Path
from typing import NamedTuple

from nhs_graph.graph.facts import Source
from nhs_graph.loaders.outlines import LAYERS, SAME_OUTLINE, published, rings_in, topojson
from nhs_graph.loaders.topology import Point, simplified

UNIT = 0.0001
"""Degrees: the grid."""
BEST_FIRST = ("icb24", "icb26", "utla23", "ltla24", "stp21", "utla21", "ltla21")
"""Layers by how finely they were drawn: an area that two of them hold is taken from the first."""
RECODED = {code: SAME_OUTLINE[code] for code in ("E08000038", "E08000039")}
"""Codes of 2025 that no layer holds; dwellings moved, no LSOA did."""


def write(data: Path, folder: Path) -> None:
    """Package the published polygons of every layer below `data`: the same files give the same bytes."""
    for layer in (layer for layer in LAYERS if layer.name in BEST_FIRST):
        arcs, rings = simplified(published(data, layer, _on_grid), 0)
        packed = gzip.compress(topojson(arcs, rings, UNIT).encode(), compresslevel=9, mtime=0)
        (folder / _file(layer.name)).write_bytes(packed)


def _file(name: str) -> str:
    return f"land-{name}.json.gz"


def _on_grid(longitude: float, latitude: float) -> Point:
    return round(longitude / UNIT), round(latitude / UNIT)


class Land(NamedTuple):
    """The land of an area: which layer it is from, and its borders and holes as longitudes and latitudes."""

    layer: str
    rings: list[list[tuple[float, float]]]


def land(codes: Collection[str]) -> dict[str, Land]:
    """The land of these areas; codes that no layer holds are absent."""
    found: dict[str, Land] = {}
    for name in BEST_FIRST:
        held = _layer(name)
        for code in codes:
            if code not in found and (same := RECODED.get(code, code)) in held:
                rings = [[(x * UNIT, y * UNIT) for x, y in ring] for ring in held[same]]
                found[code] = Land(name, rings)
    return found


def source_of(layer: str) -> Source:
    """Where the land of a layer is from."""
    path = next(one.path for one in LAYERS if one.name == layer)
    return Source(
        id=f"ons-land-{layer}",
        title=f"Boundaries {layer.upper()}, generalised{' (dissolved from LSOAs)' if 'derived' in path else ''}",
        publisher="Office for National Statistics. Contains OS data (c) Crown copyright and database right",
        licence="OGL-UK-3.0",
        kind="official",
    )


@cache
def _layer(name: str) -> dict[str, list[list[Point]]]:
    packed = resources.files("nhs_graph.loaders.reference").joinpath(_file(name)).read_bytes()
    return rings_in(gzip.decompress(packed).decode())
