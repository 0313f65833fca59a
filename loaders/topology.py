"""Polygons simplified together, so that neighbours go on sharing their edges.

Rings are cut where the set of their neighbours changes; each piece between two such points, an arc, is kept once and
simplified once (Visvalingam and Whyatt, 1993). Points are integers.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

Point = tuple[int, int]
Ring = Sequence[Point]
"""Closed: the last point is not repeated."""
Arc = tuple[Point, ...]


def simplified(areas: Mapping[str, Sequence[Ring]], smallest: float) -> tuple[list[Arc], dict[str, list[list[int]]]]:
    """Arcs, and the rings of each area as numbers of arcs; `~n` is arc n backwards, as in TopoJSON.

    `smallest` is the area, in square units, below which a corner or an island is left out; an area keeps its largest
    ring whatever its size.
    """
    cuts = _cuts(areas)
    arcs: dict[Arc, int] = {}
    found: dict[str, list[list[int]]] = {}
    for name, rings in areas.items():
        largest = max(rings, key=lambda ring: abs(area(ring)))
        kept = [ring for ring in rings if ring is largest or abs(area(ring)) >= smallest]
        found[name] = [[_number(piece, arcs) for piece in _pieces(ring, cuts)] for ring in kept]
    lone = {
        index if index >= 0 else ~index for rings in found.values() for ring in rings if len(ring) < 3 for index in ring
    }
    return [_fewer(arc, smallest, corner=number in lone) for number, arc in enumerate(arcs)], found


def ring_of(arcs: Sequence[Arc], numbers: Sequence[int]) -> list[Point]:
    """The points of a ring that is told as numbers of arcs."""
    points: list[Point] = []
    for number in numbers:
        arc = arcs[number] if number >= 0 else arcs[~number][::-1]
        points += arc[:-1]
    return points


def joined(rings: Iterable[Ring]) -> list[list[Point]]:
    """The rings around several areas together: a border between two of them is told both ways and falls away."""
    edges: dict[tuple[Point, Point], None] = {}
    for ring in rings:
        for edge in zip(ring, [*ring[1:], ring[0]], strict=True):
            if edge[::-1] in edges:
                del edges[edge[::-1]]
            else:
                edges[edge] = None
    leads: dict[Point, list[Point]] = defaultdict(list)
    for start, end in edges:
        leads[start].append(end)
    found: list[list[Point]] = []
    while leads:
        ring = [next(iter(leads))]
        while ends := leads.get(ring[-1]):
            step = ends.pop()
            if not ends:
                del leads[ring[-1]]
            if step == ring[0]:
                break
            ring.append(step)
        found.append(ring)
    return [ring for ring in found if len(ring) > 2]


def area(ring: Ring) -> float:
    """The signed area that a ring encloses."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)) / 2


def _cuts(areas: Mapping[str, Sequence[Ring]]) -> set[Point]:
    """Points at which rings meet or part: those between which a border has the same areas on its sides."""
    sides: dict[tuple[Point, Point], list[str]] = defaultdict(list)
    for name, rings in areas.items():
        for ring in rings:
            for a, b in zip(ring, [*ring[1:], ring[0]], strict=True):
                sides[min(a, b), max(a, b)].append(name)
    at: dict[Point, list[list[str]]] = defaultdict(list)
    for edge, names in sides.items():
        for point in edge:
            at[point].append(sorted(names))
    return {point for point, edges in at.items() if len(edges) != 2 or edges[0] != edges[1]}


def _pieces(ring: Ring, cuts: set[Point]) -> list[Arc]:
    """A ring as arcs from cut to cut; one without cuts starts at its least point, so that both its sides agree."""
    starts = [i for i, point in enumerate(ring) if point in cuts] or [min(range(len(ring)), key=lambda i: ring[i])]
    turned = [*ring[starts[0] :], *ring[: starts[0]], ring[starts[0]]]
    ends = [i - starts[0] for i in starts[1:]] + [len(ring)]
    return [tuple(turned[a : b + 1]) for a, b in zip([0, *ends[:-1]], ends, strict=True)]


def _number(piece: Arc, arcs: dict[Arc, int]) -> int:
    back = piece[::-1]
    return ~arcs[back] if back in arcs else arcs.setdefault(piece, len(arcs))


def _fewer(arc: Arc, smallest: float, *, corner: bool) -> Arc:
    """The arc without the points whose triangle with their neighbours is small; its ends stay.

    With `corner` two points between the ends stay too, so that a ring of one or two arcs does not collapse.
    """
    before = list(range(-1, len(arc) - 1))
    after = list(range(1, len(arc) + 1))

    def size(i: int) -> float:
        return abs(area((arc[before[i]], arc[i], arc[after[i]])))

    current = {i: size(i) for i in range(1, len(arc) - 1)}
    heap = [(value, i) for i, value in current.items()]
    heapq.heapify(heap)
    least = 2 if corner else 0
    while heap and heap[0][0] < smallest and len(current) > least:
        value, i = heapq.heappop(heap)
        if current.get(i) != value:
            continue
        del current[i]
        after[before[i]], before[after[i]] = after[i], before[i]
        for j in (before[i], after[i]):
            if j in current:
                # Never less than what was just removed: a point must not outlive a corner that hung on it.
                current[j] = max(size(j), value)
                heapq.heappush(heap, (current[j], j))
    return tuple(point for i, point in enumerate(arc) if i in current or i in (0, len(arc) - 1))
