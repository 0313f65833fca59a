"""A panel with the outlines of areas: where each lies in pixels, and where its label finds room."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from nhs_graph.cli.pictures.canvas import Picture
from nhs_graph.cli.pictures.canvas import Point as Pixel
from nhs_graph.cli.pictures.text import ASCENT, DESCENT, width
from nhs_graph.graph.errors import UsageProblem
from nhs_graph.loaders.outlines import outlines
from nhs_graph.loaders.topology import Point, area, joined

Rings = list[list[Pixel]]
Box = tuple[float, float, float, float]
MAPS = (
    "maps reach from 2020-04-01 to today; with --council lower from 2021-04-01, with --system ccg or sicbl from "
    "2021-04-01 to 2026-03-31"
)
GRID = 12
"""Steps each way in which the middle of an area is looked for."""


class England:
    """Areas by GSS code, fitted into a panel from its top left corner.

    `members` are the councils of areas that have no outline of their own, such as combined authorities. Raises
    UsageProblem when the outline of an area is not shipped: a map with holes would be read as a statement.
    """

    def __init__(
        self,
        codes: Collection[str],
        left: float,
        top: float,
        wide: float,
        members: Mapping[str, Collection[str]] | None = None,
    ) -> None:
        parts = {gss: found for gss, found in (members or {}).items() if gss in codes and found}
        self.found = outlines(set(codes) - parts.keys())
        for gss, found in parts.items():
            # Each from one layer, where that is possible: in it neighbours share their edges.
            rings = outlines(found)
            if rings.keys() == set(found):
                self.found[gss] = joined(ring for code in found for ring in rings[code])
        if missing := sorted(set(codes) - self.found.keys()):
            raise UsageProblem(f"no outline is shipped of {len(missing)} areas, {missing[0]} first", hint=MAPS)
        points = [point for rings in self.found.values() for ring in rings for point in ring]
        self.west, self.north = min(x for x, _ in points), max(y for _, y in points)
        self.scale = wide / (max(x for x, _ in points) - self.west)
        self.left, self.top = left, top
        self.bottom = self._pixel((0, min(y for _, y in points)))[1]
        self._taken: list[Box] = []

    def rings(self, gss: str) -> Rings:
        """The rings of an area in pixels."""
        return [[self._pixel(point) for point in ring] for ring in self.found[gss]]

    def middle(self, gss: str) -> Pixel:
        """A place inside the largest ring of an area, as far from its border as a coarse grid finds one."""
        ring = max(self.found[gss], key=lambda ring: abs(area(ring)))
        xs, ys = [x for x, _ in ring], [y for _, y in ring]
        grid = [
            (min(xs) + (max(xs) - min(xs)) * (i + 0.5) / GRID, min(ys) + (max(ys) - min(ys)) * (j + 0.5) / GRID)
            for i in range(GRID)
            for j in range(GRID)
        ]
        inside = [point for point in grid if _inside(point, ring)] or [(sum(xs) / len(xs), sum(ys) / len(ys))]
        return self._pixel(max(inside, key=lambda point: _room(point, ring)))

    def label(self, picture: Picture, gss: str, text: str, *, size: float, bold: bool = False) -> bool:
        """Write a text in the middle of an area, or nothing where another label lies; whether it was written."""
        x, y = self.middle(gss)
        half = width(text, size, bold=bold) / 2
        box = (x - half, y - ASCENT * size, x + half, y + DESCENT * size)
        if any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in self._taken):
            return False
        self._taken.append(box)
        picture.text(x, y, text, size=size, bold=bold, anchor="middle", halo=True)
        return True

    def _pixel(self, point: tuple[float, float]) -> Pixel:
        return self.left + (point[0] - self.west) * self.scale, self.top + (self.north - point[1]) * self.scale


def _room(point: tuple[float, float], ring: Sequence[Point]) -> float:
    """The square of the distance from a point to the nearest edge."""
    x, y = point
    nearest = float("inf")
    ax, ay = ring[-1]
    for bx, by in ring:
        dx, dy = bx - ax, by - ay
        along = max(0.0, min(1.0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy)))
        nearest = min(nearest, (x - ax - along * dx) ** 2 + (y - ay - along * dy) ** 2)
        ax, ay = bx, by
    return nearest


def _inside(point: tuple[float, float], ring: Sequence[Point]) -> bool:
    """Whether a ray to the east crosses the ring an odd number of times."""
    x, y = point
    crossed = False
    for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            crossed = not crossed
    return crossed


def colours(outline: Mapping[str, Iterable[Sequence[Point]]], number: int, kept: Mapping[str, int]) -> dict[str, int]:
    """A number below `number` for each area, another one for each neighbour where that many are enough.

    Areas in `kept` have theirs already.
    """
    holders: dict[Point, set[str]] = defaultdict(set)
    for gss, rings in outline.items():
        for ring in rings:
            for point in ring:
                holders[point].add(gss)
    beside: dict[str, set[str]] = {gss: set() for gss in outline}
    for together in holders.values():
        for gss in together:
            beside[gss] |= together - {gss}
    chosen = {gss: colour for gss, colour in kept.items() if gss in outline}
    for gss in sorted(outline.keys() - chosen.keys(), key=lambda gss: (-len(beside[gss]), gss)):
        used = [chosen[other] for other in beside[gss] if other in chosen]
        chosen[gss] = min(range(number), key=lambda colour: (used.count(colour), colour))
    return chosen
