"""Bodies joined by people: boxes with the codes of bodies, and the names of those who led more than one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from nhs_graph.cli.pictures.canvas import MARGIN, Picture
from nhs_graph.cli.pictures.palette import FILLS, HAIR, INK, QUIET
from nhs_graph.cli.pictures.springs import Place, Size, components, placed
from nhs_graph.cli.pictures.text import width
from nhs_graph.cli.pictures.timeline import LICENCE

if TYPE_CHECKING:
    from nhs_graph.queries.connections import Joined, NetworkRow

_GROUPS = {
    "provider": "trust",
    "system": "system or board",
    "commissioner": "commissioning group",
    "council": "council",
    "national": "national body",
}
_FILL = dict(zip(_GROUPS, FILLS, strict=False))
_BODY, _PERSON, _LENGTH = 11, 10, 46.0
_LEAST, _BETWEEN = 1200.0, 40.0


def network(rows: Sequence["NetworkRow"], as_of: date, scope: str = "") -> Picture:
    """All people who led two bodies or more; parts that nobody joins stand beside each other.

    `scope` says in words which bodies and posts are drawn.
    """
    bodies = {body.id: body for row in rows for body in row.organisations}
    names = {f"person {row.person_id}": row.person for row in rows}
    edges: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        for body in row.organisations:
            edges[f"person {row.person_id}"].append(body.id)
            edges[body.id].append(f"person {row.person_id}")
    sizes: dict[str, Size] = {body: (width(body, _BODY, bold=True) + 12, 20) for body in bodies}
    sizes |= {node: (width(name, _PERSON), 13) for node, name in names.items()}
    parts = [_from_corner(placed(part, edges, sizes, _LENGTH), sizes) for part in components(edges)]
    wide = max([_LEAST, *(size[0] + 2 * MARGIN for _, size in parts)])
    told = f"As of {as_of}. {len(names)} people, joined to the {len(bodies)} bodies that they led, at once or in turn."
    most = sorted(rows, key=lambda row: (-len(row.organisations), row.person_id))[:3]
    described = f"{told} Most are joined by {', '.join(row.person for row in most)}."
    picture = Picture(
        f"Bodies joined by people{scope and f', {scope}'}", told, described, licence=LICENCE, page_width=wide
    )
    groups = {body.group for body in bodies.values()}
    entries = [(_FILL[group], word) for group, word in _GROUPS.items() if group in groups]
    x, y, high = MARGIN, picture.legend(MARGIN, picture.top, entries) + _BETWEEN, 0.0
    for places, (part_wide, part_high) in parts:
        if x > MARGIN and x + part_wide > wide - MARGIN:
            x, y, high = MARGIN, y + high + _BETWEEN, 0.0
        here = {node: (x + left, y + top) for node, (left, top) in places.items()}
        _draw(picture, here, edges, sizes, bodies, names)
        x, high = x + part_wide + _BETWEEN, max(high, part_high)
    return picture


def _from_corner(places: dict[str, Place], sizes: Mapping[str, Size]) -> tuple[dict[str, Place], Size]:
    """The places counted from the top left corner of their part, and the size of the part."""
    left = min(x - sizes[node][0] / 2 for node, (x, _) in places.items())
    top = min(y - sizes[node][1] / 2 for node, (_, y) in places.items())
    right = max(x + sizes[node][0] / 2 for node, (x, _) in places.items())
    bottom = max(y + sizes[node][1] / 2 for node, (_, y) in places.items())
    return {node: (x - left, y - top) for node, (x, y) in places.items()}, (right - left, bottom - top)


def _draw(
    picture: Picture,
    places: dict[str, Place],
    edges: Mapping[str, Sequence[str]],
    sizes: Mapping[str, Size],
    bodies: Mapping[str, "Joined"],
    names: Mapping[str, str],
) -> None:
    for node, place in places.items():
        if node in names:
            for body in edges[node]:
                picture.line([place, places[body]], colour=HAIR, tip=f"{names[node]}, {bodies[body].name}")
    for node, (x, y) in places.items():
        wide, high = sizes[node]
        if node in names:
            led = ", ".join(bodies[body].name for body in edges[node])
            picture.text(x, y + 3.5, names[node], size=_PERSON, anchor="middle", halo=True, tip=f"{names[node]}: {led}")
        else:
            joined = bodies[node]
            tip = f"{joined.name} ({node}): {', '.join(names[person] for person in edges[node])}"
            fill = _FILL.get(joined.group)
            picture.rect(x - wide / 2, y - high / 2, wide, high, fill, stroke=QUIET, round_=4, tip=tip)
            picture.text(x, y + 4, node, size=_BODY, anchor="middle", bold=True, colour=INK, tip=tip)
