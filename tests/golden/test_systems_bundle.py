"""Councils, systems and commissioners with their codes, names and kinds in time, from the shared files.

Codes and dates are those of the ONS code history and of the rulings in the data guide (section 11).
"""

from collections import defaultdict
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from nhs_graph.graph.facts import Classification, Coverage, Identifier, Name, Organisation, Relation
from nhs_graph.loaders import geography
from nhs_graph.loaders.base import Data, Report, specs
from nhs_graph.loaders.factset import FactSet

pytestmark = pytest.mark.shared

OPENED = date(2026, 4, 1)


@pytest.fixture(scope="module")
def loaded(shared: Path) -> tuple[FactSet, Report]:
    report = Report()
    spec = next(spec for spec in specs() if spec.name == "geography")
    return FactSet(geography.read(spec, Data(shared, report), report)), report


@pytest.fixture(scope="module")
def found(loaded: tuple[FactSet, Report]) -> FactSet:
    return loaded[0]


def test_no_body_covers_two_areas_at_once_and_no_area_has_two_bodies(found: FactSet) -> None:
    for name in ("organisation_id", "gss"):
        groups: dict[str, list[Coverage]] = defaultdict(list)
        for coverage in found.of(Coverage):
            groups[getattr(coverage, name)].append(coverage)
        for key, mine in groups.items():
            clashes = [b for i, a in enumerate(mine) for b in mine[i + 1 :] if a.interval.overlaps(b.interval)]
            assert not clashes, key


def areas_of(found: FactSet, body: str) -> list[tuple[str, str | None, str | None]]:
    told = [(c.start_date, c.gss, c.end_date) for c in found.of(Coverage) if c.organisation_id == body]
    order = sorted(told, key=lambda item: item[0] or date.min)
    return [(gss, start and start.isoformat(), end and end.isoformat()) for start, gss, end in order]


@pytest.mark.parametrize(
    ("body", "areas"),
    [
        ("QOP", ["E54000007 until 2022-07-01", "E54000057"]),  # trap 16
        ("QXU", ["E54000035 until 2020-04-01", "E54000052 until 2023-04-01", "E54000063 until 2026-04-01"]),
        ("QNX", ["E54000033 until 2020-04-01", "E54000053 until 2023-04-01", "E54000064 until 2026-04-01"]),
        ("QRL", ["E54000042 until 2026-04-01", "E54000067"]),
        ("QHM", ["E54000049 until 2020-04-01", "E54000050"]),
        ("92A", ["E38000246 until 2023-04-01", "E38000264"]),
        ("Y60", ["E40000008 until 2022-07-01", "E40000011"]),
        ("Y61", ["E40000007 until 2024-04-01", "E40000013"]),
        ("la:BNS", ["E08000016 until 2025-04-01", "E08000038"]),  # ruling 2
        ("la:SHF", ["E08000019 until 2025-04-01", "E08000039"]),
        ("la:GAT", ["E08000020 until 2013-04-01", "E08000037"]),
        ("la:NBL", ["E06000048 until 2013-04-01", "E06000057"]),
        ("la:EHE", ["E07000097 until 2013-04-01", "E07000242"]),
        ("la:STV", ["E07000101 until 2013-04-01", "E07000243"]),
        ("la:SAL", ["E07000100 until 2012-04-01", "E07000240"]),
        ("la:WEW", ["E07000104 until 2012-04-01", "E07000241"]),
        ("la:CMA", ["E10000006 until 2023-04-01"]),
        ("la:WAF", ["E06000064"]),
        ("la:BKM", ["E10000002 until 2020-04-01"]),
        ("la:BUC", ["E06000060"]),
        ("la:SOM", ["E10000027 until 2023-04-01"]),
        ("la:SMT", ["E06000066"]),
    ],
)
def test_the_codes_of_a_body_follow_each_other(found: FactSet, body: str, areas: list[str]) -> None:
    mine = areas_of(found, body)
    assert [f"{gss} until {end}" if end else gss for gss, _, end in mine] == areas
    assert all(before[2] == after[1] for before, after in pairwise(mine))


@pytest.mark.parametrize(
    ("name", "gss", "kind"),
    [
        ("Cumbria County Council", "E10000006", "county"),
        ("Essex County Council", "E10000012", "county"),
        ("Leeds City Council", "E08000035", "metropolitan_district"),
        ("Dorset Council", "E06000059", "unitary"),
        ("Bournemouth, Christchurch and Poole Council", "E06000058", "unitary"),
    ],
)
def test_councils_are_named_as_the_register_does(found: FactSet, name: str, gss: str, kind: str) -> None:
    (body,) = {coverage.organisation_id for coverage in found.of(Coverage) if coverage.gss == gss}
    assert [n.name for n in found.of(Name) if n.organisation_id == body] == [name]
    assert [c.kind for c in found.of(Classification) if c.organisation_id == body] == [kind]
    register = [i.value for i in found.of(Identifier) if i.organisation_id == body and i.scheme == "la-register"]
    assert [f"la:{value}" for value in register] == [body]


@pytest.mark.parametrize(
    ("kind", "day", "number"),
    [
        ("stp", date(2017, 4, 1), 44),
        ("stp", date(2018, 4, 1), 42),
        ("ics", date(2021, 4, 1), 42),
        ("icb", date(2022, 6, 30), 0),
        ("icb", date(2022, 7, 1), 42),
        ("icb", date(2026, 3, 31), 42),
        ("icb", OPENED, 36),
    ],
)
def test_systems_by_kind_and_date(found: FactSet, kind: str, day: date, number: int) -> None:
    assert len([c for c in found.of(Classification) if c.kind == kind and c.interval.holds(day)]) == number


def test_every_system_has_one_name_a_day(found: FactSet) -> None:
    bodies = {c.organisation_id for c in found.of(Classification) if c.kind in {"stp", "ics", "icb"}}
    for body in bodies:
        organisation = found.get(Organisation, body)
        assert organisation is not None
        for day in (date(2017, 4, 1), date(2021, 4, 1), date(2022, 7, 1), OPENED):
            if organisation.interval.holds(day):
                names = [n.name for n in found.of(Name) if n.organisation_id == body and n.interval.holds(day)]
                assert len(names) == 1, (body, day, names)
                if day >= date(2022, 7, 1):
                    assert names[0].startswith("NHS ")
                    assert names[0].endswith(" Integrated Care Board")


def test_bodies_that_ended_on_2026_04_01_name_the_list_that_says_so(found: FactSet) -> None:
    ended = [body for body in found.of(Organisation) if body.end_date == OPENED]
    assert len(ended) == 12  # the predecessors of icb_successions_2026-04-01.csv
    assert all("ods-icb-2026-04" in body.source_ids for body in ended)


def members(found: FactSet, day: date) -> dict[str, set[str]]:
    told: dict[str, set[str]] = defaultdict(set)
    for link in found.of(Relation):
        board = link.object_id[0] not in "Ylg" and not link.object_id.startswith(("Q4", "Q5", "Q6", "Q7", "Q8"))
        if link.type == "PART_OF" and link.start_date and link.interval.holds(day) and board:
            told[link.object_id].add(link.subject_id)
    return told


def test_sub_icb_locations_belong_to_one_board_each(found: FactSet) -> None:
    for day, boards in ((date(2022, 7, 1), 42), (date(2026, 3, 31), 42), (OPENED, 36)):
        told = members(found, day)
        assert len(told) == boards
        assert sum(len(mine) for mine in told.values()) == 106
        assert len(set[str]().union(*told.values())) == 106
    # Frimley was shared out between three boards: its one location ends.
    assert members(found, date(2026, 3, 31))["QNQ"] == {"D4U1Y"}
    assert "D4U1Y" not in set[str]().union(*members(found, OPENED).values())


def test_commissioners_of_2017_to_2021_are_only_seen_in_their_systems(found: FactSet) -> None:
    links = [r for r in found.of(Relation) if r.type == "PART_OF" and r.start_date is None and ":" not in r.subject_id]
    assert all(r.first_seen and r.last_seen and r.end_date is None for r in links)
    kernow = [(r.object_id, r.first_seen, r.last_seen) for r in links if r.subject_id == "11N"]
    assert kernow == [("QT6", "2017-04", "2021-04")]


def test_boards_belong_to_seven_regions(found: FactSet) -> None:
    boards = {c.organisation_id for c in found.of(Classification) if c.kind == "icb"}
    regions = [r for r in found.of(Relation) if r.object_id.startswith("Y") and r.subject_id in boards]
    for day, number in ((date(2022, 7, 1), 42), (date(2026, 3, 31), 42), (OPENED, 36)):
        here = {r.subject_id: r.object_id for r in regions if r.interval.holds(day)}
        assert (len(here), len(set(here.values()))) == (number, 7)


def test_every_row_is_counted(loaded: tuple[FactSet, Report]) -> None:
    report = loaded[1]
    assert all(tally.adds_up for tally in report.tallies.values())
