"""Places for the nodes of a graph: springs along the edges, boxes that push each other away; the same graph, the same
places.

The start is a tree drawn in rings around the middle; then forces as of Fruchterman and Reingold (1991), with pushing
only between near nodes, so that some hundred nodes take about a second.
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations, product

Place = tuple[float, float]
Size = tuple[float, float]
Edges = Mapping[str, Sequence[str]]

_ROUNDS = 150
_GAP = 6.0
"""Pixels between two boxes."""


def components(edges: Edges) -> list[list[str]]:
    """The nodes that edges connect, the largest part first."""
    left = set(edges)
    found: list[list[str]] = []
    for start in sorted(edges):
        if start not in left:
            continue
        part, frontier = [start], {start}
        while frontier:
            left -= frontier
            frontier = {other for node in frontier for other in edges[node]} & left
            part += sorted(frontier)
        found.append(part)
    return sorted(found, key=lambda part: (-len(part), part[0]))


def placed(part: Sequence[str], edges: Edges, sizes: Mapping[str, Size], length: float) -> dict[str, Place]:
    """The middle of each node's box, none on another; `length` is about that of an edge."""
    places = _rings(part, edges, length)
    for number in range(_ROUNDS):
        heat = length * (1 - number / _ROUNDS)
        pull = _forces(places, edges, length)
        for node, (x, y) in pull.items():
            far = math.hypot(x, y)
            if far > 0:
                step = min(far, heat) / far
                places[node] = (places[node][0] + x * step, places[node][1] + y * step)
    return _apart(places, sizes)


def _rings(part: Sequence[str], edges: Edges, length: float) -> dict[str, Place]:
    """A tree of shortest ways from the node with most edges, each ring one step further out."""
    root = max(part, key=lambda node: (len(edges[node]), node))
    children: dict[str, list[str]] = defaultdict(list)
    order, seen = [root], {root}
    for node in order:
        for other in sorted(edges[node]):
            if other not in seen:
                seen.add(other)
                children[node].append(other)
                order.append(other)
    leaves: dict[str, int] = {}
    for node in reversed(order):
        leaves[node] = sum(leaves[child] for child in children[node]) or 1
    places = {root: (0.0, 0.0)}
    turns = {root: (0.0, math.tau, 0)}
    for node in order:
        start, end, ring = turns[node]
        for child in children[node]:
            wide = (end - start) * leaves[child] / sum(leaves[other] for other in children[node])
            turns[child] = (start, start + wide, ring + 1)
            angle, radius = start + wide / 2, (ring + 1) * length
            places[child] = (radius * math.cos(angle), radius * math.sin(angle))
            start += wide
    return places


def _forces(places: dict[str, Place], edges: Edges, length: float) -> dict[str, Place]:
    reach = 3 * length
    cells: dict[tuple[int, int], list[str]] = defaultdict(list)
    for node, (x, y) in places.items():
        cells[int(x // reach), int(y // reach)].append(node)
    forces: dict[str, Place] = {}
    for node, (x, y) in places.items():
        column, row = int(x // reach), int(y // reach)
        fx = fy = 0.0
        for dx, dy in product((-1, 0, 1), repeat=2):
            for other in cells.get((column + dx, row + dy), ()):
                if other == node:
                    continue
                ax, ay = x - places[other][0], y - places[other][1]
                square = max(ax * ax + ay * ay, 1.0)
                fx += ax * length * length / square
                fy += ay * length * length / square
        for other in edges[node]:
            ax, ay = places[other][0] - x, places[other][1] - y
            far = math.hypot(ax, ay)
            fx += ax * far / length
            fy += ay * far / length
        # A weak pull to the middle keeps the picture together.
        forces[node] = (fx - 0.02 * x, fy - 0.05 * y)
    return forces


def _apart(places: dict[str, Place], sizes: Mapping[str, Size]) -> dict[str, Place]:
    """Push boxes that lie on each other apart, along the way that is shorter, until none do."""
    found = {node: list(place) for node, place in places.items()}
    for _ in range(300):
        moved = False
        for a, b in combinations(sorted(found, key=lambda node: found[node][0]), 2):
            dx, dy = found[b][0] - found[a][0], found[b][1] - found[a][1]
            over_x = (sizes[a][0] + sizes[b][0]) / 2 + _GAP - abs(dx)
            over_y = (sizes[a][1] + sizes[b][1]) / 2 + _GAP - abs(dy)
            if over_x <= 0 or over_y <= 0:
                continue
            moved = True
            axis, over, way = (0, over_x, dx) if over_x < over_y else (1, over_y, dy)
            push = (over / 2 + 0.5) * (1 if way >= 0 else -1)
            found[a][axis] -= push
            found[b][axis] += push
        if not moved:
            break
    return {node: (x, y) for node, (x, y) in found.items()}
