"""Areas that share land, from polygons: only where no lookup exists (extra `[geo]`; MODEL "Boundary measures").

Two maps of one country never draw a common border alike: they overlap by slivers of drawing. A pair counts only if
something of its common land is left after an erosion of 300 metres (data guide, trap 29); shares are by area.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from nhs_graph.graph.errors import SourceProblem, UsageProblem
from nhs_graph.queries.question import Row, Sources

EROSION = 300
"""Metres that are taken off the common land from all sides."""
GRID = 27700
"""EPSG code of the British National Grid: metres, true to area in England."""
_GSS = re.compile(r"[A-Z]\d{8}")


class PolygonRow(Row):
    """Two areas that share land; shares are of the area, between 0 and 1. `sources` are the files."""

    left_id: str
    left_name: str
    right_id: str
    right_name: str
    area_km2: float
    share_of_left: float
    share_of_right: float
    measure: str
    sources: Sources


@dataclass(frozen=True)
class Sliver:
    """Common land that is none: how much of the left area it would have been."""

    left_id: str
    right_id: str
    share_of_left: float


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
    pyogrio, pyproj, shapely = (_geo(name) for name in ("pyogrio", "pyproj", "shapely"))
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


def _geo(name: str) -> Any:
    """A library of the extra; none of them tells its types."""
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


def shared_land(left: Layer, right: Layer) -> tuple[list[PolygonRow], list[Sliver]]:
    """The pairs that share land, by left area, the largest part first; and the slivers that were left out."""
    shapely = _geo("shapely")
    rows: list[PolygonRow] = []
    slivers: list[Sliver] = []
    sizes = [shapely.area(layer.shapes) for layer in (left, right)]
    lefts, rights = shapely.STRtree(right.shapes).query(left.shapes, predicate="intersects")
    common = shapely.intersection(left.shapes[lefts], right.shapes[rights])
    kept = ~shapely.is_empty(shapely.buffer(common, -EROSION))
    for i, j, size, real in zip(lefts, rights, shapely.area(common), kept, strict=True):
        share = float(size / sizes[0][i])
        if not real:
            if size > 0:
                slivers.append(Sliver(left.ids[i], right.ids[j], share))
            continue
        rows.append(
            PolygonRow(
                left_id=left.ids[i],
                left_name=left.names[i],
                right_id=right.ids[j],
                right_name=right.names[j],
                area_km2=round(float(size) / 1e6, 3),
                share_of_left=round(share, 6),
                share_of_right=round(float(size / sizes[1][j]), 6),
                measure="area",
                sources=(left.file, right.file),
            )
        )
    rows.sort(key=lambda row: (row.left_name, row.left_id, -row.share_of_left, row.right_id))
    return rows, sorted(slivers, key=lambda sliver: (-sliver.share_of_left, sliver.left_id, sliver.right_id))
