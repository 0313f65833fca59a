"""Polygons on the National Grid and the land that they share (extra `[geo]`; MODEL "Boundary measures").

Two maps of one country never draw a common border alike: they overlap by slivers of drawing. A pair counts only if
something of its common land is left after an erosion of 300 metres (data guide, trap 29).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from nhs_graph.graph.errors import SourceProblem, UsageProblem

EROSION = 300
"""Metres that are taken off the common land from all sides."""
GRID = 27700
"""EPSG code of the British National Grid: metres, true to area in England."""
_GSS = re.compile(r"[A-Z]\d{8}")


@dataclass(frozen=True)
class Sliver:
    """Common land that is none: how much of the left area it would have been."""

    left_id: str
    right_id: str
    share_of_left: float


class Common(NamedTuple):
    """Land that two areas share: their places in the two layers, square kilometres, and shares of each area."""

    left: int
    right: int
    km2: float
    share_of_left: float
    share_of_right: float


@dataclass(frozen=True)
class Layer:
    """The areas of one file: codes, names, and polygons in metres of the National Grid (a numpy array of shapely)."""

    file: str
    ids: Sequence[str]
    names: Sequence[str]
    shapes: Any


def read(path: Path) -> Layer:
    """The polygons of a GeoJSON file, a shapefile or any other that GDAL reads.

    Raises UsageProblem without the extra, SourceProblem for a file without polygons, columns or coordinate system.
    """
    pyogrio, pyproj, shapely = (geo(name) for name in ("pyogrio", "pyproj", "shapely"))
    try:
        told, _, shapes, columns = pyogrio.raw.read(path)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        raise SourceProblem(f"{path} holds no polygons that can be read", hint="GeoJSON or a shapefile") from error
    fields = dict(zip((str(name) for name in told["fields"]), columns, strict=True))
    ids, names = _named(path, fields, len(shapes))
    if told["crs"] is None:
        raise SourceProblem(f"{path} names no coordinate system", hint="add its .prj file, or convert it to GeoJSON")
    grid = pyproj.Transformer.from_crs(told["crs"], GRID, always_xy=True)
    found = shapely.transform(shapely.make_valid(shapely.from_wkb(shapes)), grid.transform, interleaved=False)
    if any(kind not in {3, 6, 7} for kind in shapely.get_type_id(found)):
        raise SourceProblem(f"{path} holds something else than polygons", hint="keep only its polygons")
    return Layer(path.name, ids, names, shapely.make_valid(found))


def geo(name: str) -> Any:
    """A library of the extra; none of them tells its types.

    Raises UsageProblem when it is not installed.
    """
    try:
        return import_module(name)
    except ImportError as error:
        raise UsageProblem(f"polygons need {name}", hint="pip install 'nhs-graph[geo]'") from error


def _named(path: Path, fields: dict[str, Any], number: int) -> tuple[list[str], list[str]]:
    """The column of GSS codes, else the first in which all values differ; and the next such column that holds names."""
    texts = {name: [str(value) for value in column] for name, column in fields.items()}
    single = [name for name, values in texts.items() if len(set(values)) == number]
    codes = [name for name in single if all(_GSS.fullmatch(value) for value in texts[name])] or single
    if not codes:
        raise SourceProblem(
            f"{path} has no column that tells its areas apart",
            hint=f"its columns: {', '.join(texts) or 'none'}; add one with a different code for each area",
        )
    words = [name for name in single if name != codes[0] and re.search("(?i)name|nm$", name)]
    return texts[codes[0]], texts[words[0] if words else codes[0]]


def common_land(left: Layer, right: Layer) -> tuple[list[Common], list[Sliver]]:
    """The pairs that share land, and the slivers that are left out, the largest first."""
    shapely = geo("shapely")
    pairs: list[Common] = []
    slivers: list[Sliver] = []
    sizes = [shapely.area(layer.shapes) for layer in (left, right)]
    lefts, rights = shapely.STRtree(right.shapes).query(left.shapes, predicate="intersects")
    common = shapely.intersection(left.shapes[lefts], right.shapes[rights])
    kept = ~_gone(common)
    for i, j, size, real in zip(lefts, rights, shapely.area(common), kept, strict=True):
        share = float(size / sizes[0][i])
        if real:
            pairs.append(Common(int(i), int(j), float(size) / 1e6, share, float(size / sizes[1][j])))
        elif size > 0:
            slivers.append(Sliver(left.ids[i], right.ids[j], share))
    return pairs, sorted(slivers, key=lambda sliver: (-sliver.share_of_left, sliver.left_id, sliver.right_id))


def whole(inner: Any, outer: Any) -> Any:
    """Of each shape in one array, whether what lies outside its counterpart in the other is a sliver."""
    return _gone(geo("shapely").difference(inner, outer))


def _gone(shapes: Any) -> Any:
    """Of each shape, whether nothing is left of it after the erosion."""
    shapely = geo("shapely")
    return shapely.is_empty(shapely.buffer(shapes, -EROSION))


def on_grid(rings: Sequence[Sequence[tuple[float, float]]]) -> Any:
    """One shape on the National Grid from rings of longitude and latitude, borders and holes as they come."""
    shapely = geo("shapely")
    shape = shapely.Polygon()
    for ring in sorted((shapely.make_valid(shapely.Polygon(ring)) for ring in rings), key=lambda ring: -ring.area):
        shape = shape.symmetric_difference(ring)  # what lies in a hole is out, what lies in an island of a hole is in
    return shapely.make_valid(shapely.transform(shape, _grid().transform, interleaved=False))


@cache
def _grid() -> Any:
    """From longitude and latitude to the National Grid; making it takes longer than using it."""
    return geo("pyproj").Transformer.from_crs(4326, GRID, always_xy=True)
