"""People of an area on a day: summed over its parts, and unknown where not all parts were counted once."""

from datetime import date

import pytest

from nhs_graph.graph import facts as f
from nhs_graph.graph.store import open_store
from nhs_graph.queries.residents import residents_on

SAID = ("s",)


def part(council: str, system: str, people: int | None, vintage: str = "ICB23 x LAD23") -> f.Overlap:
    return f.Overlap(
        left_gss=council,
        right_gss=system,
        people=people,
        population_base="mid-2020",
        vintage=vintage,
        basis="derived",
        start_date=date(2023, 4, 1),
        source_ids=SAID,
    )


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (part("E07000002", "E54000001", 5), (12, "mid-2020")),
        (part("E07000002", "E54000001", None), None),
        (part("E07000001", "E54000001", 7, "mine"), None),
    ],
    ids=["counted", "a part that nobody counted", "two lookups"],
)
def test_an_area_has_the_people_of_all_its_parts_or_nobody_knows(
    second: f.Overlap, expected: tuple[int, str] | None
) -> None:
    kinds = {"E07000001": "district", "E07000002": "district", "E10000001": "county", "E54000001": "system"}
    areas = [f.Area(gss=gss, kind=kind, name=gss, source_ids=SAID) for gss, kind in kinds.items()]
    store = open_store("sqlite::memory:", read_only=False)
    source = f.Source(id="s", title="t", publisher="p", licence="CC0-1.0", kind="curated")
    # The county is the same land as its districts, and does not count again.
    store.replace([source, *areas, part("E07000001", "E54000001", 7), part("E10000001", "E54000001", 12), second], {})
    assert residents_on(store, date(2024, 1, 1)).get("E54000001") == expected
    assert residents_on(store, date(2023, 1, 1)) == {}
    store.close()
