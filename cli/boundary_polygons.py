"""`nhs-graph boundaries polygons`: files of a user's own, where no lookup exists."""

from pathlib import Path
from typing import Annotated

import typer

from nhs_graph.cli.options import Session, answering

File = Annotated[Path, typer.Argument(exists=True, help="GeoJSON, a shapefile, or what else GDAL reads.")]
SHOWN = 3
"""Slivers that are named on stderr, the largest first."""


@answering(as_of=False)
def polygons(session: Session, left: File, right: File) -> None:
    """Areas of two polygon files that share land, by area, without slivers of drawing: where no lookup exists.

    Example: nhs-graph boundaries polygons footprint.geojson places.geojson
    """
    from nhs_graph.graph.facts import Area
    from nhs_graph.graph.polygons import EROSION, read
    from nhs_graph.graph.store import Selection
    from nhs_graph.queries import polygons as q

    rows, slivers = q.shared_land(read(left), read(right))
    codes = {code for row in rows for code in (row.left_id, row.right_id)}
    # An area that the graph knows by its code is named as everywhere else.
    names = {area.gss: area.name for area in session.opened.facts(Selection(Area, {"gss": codes}))}
    known = [
        row.model_copy(
            update={
                "left_name": names.get(row.left_id, row.left_name),
                "right_name": names.get(row.right_id, row.right_name),
            }
        )
        for row in rows
    ]
    told = ", ".join(f"{s.left_id} x {s.right_id} {100 * s.share_of_left:.1f}%" for s in slivers[:SHOWN])
    if slivers:
        session.notes.append(f"{len(slivers)} slivers left out: nothing is left of them {EROSION} m inside; {told} ...")
    session.notes.append("shares by area say nothing about people; where a lookup exists, boundaries overlaps is exact")
    session.show(known, q.PolygonRow)
