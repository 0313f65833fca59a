"""Polygons simplified together: neighbours keep their common edge, nothing collapses."""

from hypothesis import given
from hypothesis import strategies as st

from nhs_graph.loaders.outlines import LAYERS, SAME_OUTLINE, outlines
from nhs_graph.loaders.topology import Point, area, joined, ring_of, simplified

# A border with a wiggle between two squares, and an enclave inside the left one.
WIGGLE: list[Point] = [(100, 0), (101, 20), (99, 40), (130, 50), (100, 60), (101, 80), (100, 100)]
ENCLAVE: list[Point] = [(40, 40), (60, 40), (61, 50), (60, 60), (40, 60)]
AREAS: dict[str, list[list[Point]]] = {
    "left": [[(0, 0), *WIGGLE, (0, 100)], ENCLAVE[::-1]],
    "right": [[(200, 0), (200, 100), *WIGGLE[::-1]]],
    "enclave": [ENCLAVE],
}


def test_a_common_border_is_one_arc_and_is_simplified_once() -> None:
    arcs, rings = simplified(AREAS, 50)
    used = [number if number >= 0 else ~number for areas in rings.values() for ring in areas for number in ring]
    assert sorted(used.count(number) for number in set(used)) == [1, 1, 2, 2]
    left, right = (set(ring_of(arcs, rings[name][0])) for name in ("left", "right"))
    assert left & right == {(100, 0), (99, 40), (130, 50), (100, 60), (100, 100)}
    hole, enclave = ring_of(arcs, rings["left"][1]), ring_of(arcs, rings["enclave"][0])
    assert set(hole) == set(enclave)
    assert area(hole) == -area(enclave) != 0


def test_areas_joined_have_no_border_between_them() -> None:
    (around,) = joined(ring for rings in AREAS.values() for ring in rings)
    assert area(around) == 200 * 100
    assert set(around) == {(0, 0), (100, 0), (200, 0), (200, 100), (100, 100), (0, 100)}
    # Without the enclave its border stays, as that of a hole.
    assert sorted(map(area, joined([*AREAS["left"], *AREAS["right"]]))) == [-area(ENCLAVE), 200 * 100]


def test_small_islands_go_but_no_area_does() -> None:
    island: list[Point] = [(500, 500), (503, 500), (503, 503), (500, 503)]
    _, rings = simplified({"land": [AREAS["right"][0], island], "islands": [island]}, 50)
    assert [len(found) for found in rings.values()] == [1, 1]


@given(st.integers(0, 10_000))
def test_without_a_threshold_rings_stay_as_they_are(smallest: int) -> None:
    arcs, rings = simplified(AREAS, 0)
    for name, found in AREAS.items():
        for ring, numbers in zip(found, rings[name], strict=True):
            points = ring_of(arcs, numbers)
            start = points.index(ring[0])
            assert [*points[start:], *points[:start]] == ring
    arcs, rings = simplified(AREAS, smallest)
    assert all(abs(area(ring_of(arcs, ring))) > 0 for found in rings.values() for ring in found)


def test_every_packaged_outline_encloses_land() -> None:
    codes = {"E54000052", "E06000052", "E06000053", *SAME_OUTLINE}  # Cornwall, and the Isles of Scilly
    found = outlines(codes)
    assert set(found) == codes
    assert all(max(abs(area(ring)) for ring in rings) > 0 for rings in found.values())
    assert len(LAYERS) == 9


def test_neighbours_of_a_layer_share_their_edges() -> None:
    # Greater Manchester and Derbyshire, STPs of 2021
    manchester, derbyshire = outlines({"E54000007", "E54000012"}).values()
    common = {point for ring in manchester for point in ring} & {point for ring in derbyshire for point in ring}
    assert len(common) > 5


def test_an_area_without_an_outline_is_absent() -> None:
    assert set(outlines({"E54000045", "E54000007"})) == {"E54000007"}
