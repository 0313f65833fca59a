"""Areas of a user's own, such as a proposed footprint, from a file of polygons: what land of whom they share, and when.

Each area is held against the councils and systems whose land is packaged (land.py), as a system of councils and as a
council of systems: overlaps by area alone, since nobody counted its people. A pair holds while the council or system
has its GSS code: a code changes whenever its boundary does (MODEL section 2).
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from nhs_graph.graph.errors import RowProblem, SourceProblem
from nhs_graph.graph.facts import Area, Coverage, Fact, Name, Organisation, Overlap, Source
from nhs_graph.graph.interval import Interval
from nhs_graph.graph.kinds import TIERS
from nhs_graph.graph.people import slug
from nhs_graph.loaders import land
from nhs_graph.loaders.base import Report, Spec
from nhs_graph.loaders.factset import FactSet
from nhs_graph.loaders.own_files import Head, add_all

if TYPE_CHECKING:
    from nhs_graph.graph.polygons import Common, Layer, Sliver

add_own = add_all
SINCE = date(2021, 4, 1)
"""From this day on the packaged land holds every council and system, and finds the pairs of the exact lookups."""
DIGITS = 6
"""Of a share by area: a millionth of a council is a few hundred square metres."""
SHOWN = 3
"""Slivers that are named, the largest first."""
_COUNCILS = TIERS["upper"] | TIERS["lower"]
_SHAPEFILE, _GEOPACKAGE = b"\x00\x00\x27\x0a", b"SQLite format 3\x00"


def recognises(head: Head) -> bool:
    """Whether a file is GeoJSON, a shapefile or a GeoPackage."""
    return head.start.startswith((_SHAPEFILE, _GEOPACKAGE)) or '"FeatureCollection"' in head.text


def read_own(_spec: Spec, path: Path, source: Source, base: FactSet, report: Report) -> Iterator[Fact | RowProblem]:
    """The areas of the file, and what land each shares with whom.

    Raises UsageProblem without the extra `[geo]`, SourceProblem for a file that holds no polygons or shares no land.
    """
    from nhs_graph.graph.polygons import EROSION, read

    mine = read(path)
    ids = [_id(path.stem, code, len(mine.ids)) for code in mine.ids]
    if twice := [code for code, number in Counter(ids).items() if number > 1]:
        raise SourceProblem(f"{path} has two areas that would be called {twice[0]}", hint="give them other codes")
    tally = report.of(source.id)
    tally.read, tally.used = len(ids), len(ids)
    known, layers = _known(base)
    pairs, slivers = _measured(mine, known)
    if not pairs:
        raise SourceProblem(
            f"{path} shares no land with any council or system of England", hint="check its coordinate system"
        )
    names = {code: area.name for code in mine.ids if (area := base.get(Area, code))}
    for code, name, body in zip(mine.ids, mine.names, ids, strict=True):
        yield from _body(body, names.get(code, name), source)
    yield from (land.source_of(name) for name in sorted(set(layers.values())))
    for pair in pairs:
        area = base.get(Area, known.ids[pair.right])
        if area:
            yield _overlap(ids[pair.left], area, pair, layers[area.gss], path.stem, source)
    told = ", ".join(f"{s.left_id} x {s.right_id} {100 * s.share_of_left:.2g}%" for s in slivers[:SHOWN])
    if slivers:
        report.notes.append(
            f"{path.name}: {len(slivers)} slivers dropped, of which nothing is left {EROSION} m inside; largest: {told}"
        )
    report.notes.append(
        f"{path.name}: held against published polygons of {', '.join(sorted(set(layers.values())))}, generalised to "
        f"200 or 500 m; shares by area are as exact as those, and say nothing about people"
    )


def _id(stem: str, code: str, number: int) -> str:
    """`own:FILE`, or `own:FILE:CODE` where the file has several areas."""
    return f"own:{slug(stem)}" if number == 1 else f"own:{slug(stem)}:{slug(code)}"


def _known(base: FactSet) -> "tuple[Layer, dict[str, str]]":
    """Councils and systems of the days that are covered, and from which layer each is."""
    from nhs_graph.graph.polygons import Layer, geo, on_grid

    areas = [area for area in base.of(Area) if area.kind in _COUNCILS or area.kind == "system"]
    codes = [area.gss for area in areas if not area.interval.clipped(Interval(SINCE, None)).empty]
    found = land.land(codes)
    shapes = geo("numpy").array([on_grid(found[code].rings) for code in sorted(found)], dtype=object)
    ids = sorted(found)
    return Layer("the packaged land", ids, ids, shapes), {code: found[code].layer for code in ids}


def _measured(mine: "Layer", known: "Layer") -> "tuple[list[Common], list[Sliver]]":
    """The pairs; an area of which only slivers lie outside the other has a share of exactly 1."""
    from nhs_graph.graph.polygons import common_land, whole

    pairs, slivers = common_land(mine, known)
    lefts, rights = mine.shapes[[pair.left for pair in pairs]], known.shapes[[pair.right for pair in pairs]]
    return [
        pair._replace(
            share_of_left=1.0 if inside else round(min(pair.share_of_left, 1), DIGITS),
            share_of_right=1.0 if around else round(min(pair.share_of_right, 1), DIGITS),
        )
        for pair, inside, around in zip(pairs, whole(lefts, rights), whole(rights, lefts), strict=True)
    ], slivers


def _body(body: str, name: str, source: Source) -> Iterator[Fact]:
    """An area of one's own, and a body of its name that covers it: rows name bodies."""
    said = (source.id,)
    yield Organisation(id=body, name=name, source_ids=said)
    yield Name(organisation_id=body, name=name, source_ids=said)
    yield Area(gss=body, kind="own", name=name, source_ids=said)
    yield Coverage(organisation_id=body, gss=body, source_ids=said)


def _overlap(body: str, area: Area, pair: "Common", layer: str, stem: str, source: Source) -> Overlap:
    """Of a council the area of one's own is the system, of a system it is the council."""
    period = area.interval.clipped(Interval(SINCE, None))
    system = area.kind == "system"
    mine, theirs = pair.share_of_left, pair.share_of_right
    return Overlap(
        left_gss=body if system else area.gss,
        right_gss=area.gss if system else body,
        area_km2=round(pair.km2, 3),
        area_share_of_left=mine if system else theirs,
        area_share_of_right=theirs if system else mine,
        population_base="people not counted",
        vintage=f"{layer.upper()} x {stem}" if system else f"{stem} x {layer.upper()}",
        basis="polygons",
        start_date=period.start,
        end_date=period.end,
        source_ids=(source.id, land.source_of(layer).id),
    )
