"""Areas of two polygon files that share land, by area: only where no lookup exists (extra `[geo]`)."""

from nhs_graph.graph.polygons import Layer, Sliver, common_land
from nhs_graph.queries.question import Row, Sources


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


def shared_land(left: Layer, right: Layer) -> tuple[list[PolygonRow], list[Sliver]]:
    """The pairs that share land, by left area, the largest part first; and the slivers that were left out."""
    pairs, slivers = common_land(left, right)
    rows = [
        PolygonRow(
            left_id=left.ids[pair.left],
            left_name=left.names[pair.left],
            right_id=right.ids[pair.right],
            right_name=right.names[pair.right],
            area_km2=round(pair.km2, 3),
            share_of_left=round(pair.share_of_left, 6),
            share_of_right=round(pair.share_of_right, 6),
            measure="area",
            sources=(left.file, right.file),
        )
        for pair in pairs
    ]
    return sorted(rows, key=lambda row: (row.left_name, row.left_id, -row.share_of_left, row.right_id)), slivers
