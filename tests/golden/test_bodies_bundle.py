"""Trusts and commissioners in the source files. Expected values: the data guide (sections 2.1, 8, 11) and the Acts."""

from collections import Counter, defaultdict
from datetime import date
from importlib import import_module
from pathlib import Path

import pytest

from nhs_graph.graph.facts import Classification, Name, Organisation, Relation
from nhs_graph.graph.kinds import with_sub_kinds
from nhs_graph.loaders import derive_names
from nhs_graph.loaders.base import Data, Report, specs
from nhs_graph.loaders.factset import FactSet

pytestmark = pytest.mark.shared
SOURCES = {"ods_etr", "ods_commissioners", "national"}


@pytest.fixture(scope="module")
def loaded(shared: Path) -> tuple[FactSet, Report]:
    """The facts of the bodies, with their windows; events are another loader's."""
    report, found = Report(), FactSet()
    data = Data(shared, report)
    for spec in specs():
        if spec.name in SOURCES:
            for fact in import_module(f"nhs_graph.loaders.{spec.loader}").read(spec, data, report):
                found.add(fact)
    derive_names.apply(found)
    return found, report


@pytest.fixture
def found(loaded: tuple[FactSet, Report]) -> FactSet:
    return loaded[0]


def bodies_of(found: FactSet, kind: str, day: date) -> set[str]:
    kinds = with_sub_kinds(kind)
    return {c.organisation_id for c in found.of(Classification) if c.kind in kinds and c.window.certainty(day)}


@pytest.mark.parametrize(
    ("day", "groups", "locations"),
    [
        (date(2013, 4, 1), 211, 0),
        (date(2020, 4, 1), 135, 0),
        (date(2021, 4, 1), 106, 0),
        (date(2022, 6, 30), 106, 0),
        (date(2022, 7, 1), 0, 106),
    ],
)
def test_commissioning_groups_give_way_to_locations(found: FactSet, day: date, groups: int, locations: int) -> None:
    assert (len(bodies_of(found, "ccg", day)), len(bodies_of(found, "sicbl", day))) == (groups, locations)


def test_open_trusts_of_july_2026(found: FactSet) -> None:
    """199 open English trusts in the report, and the three care trusts that it does not list (section 5)."""
    trusts = bodies_of(found, "trust", date(2026, 7, 31))
    assert len(trusts - {"TAD", "TAH", "TAJ"}) == 199
    assert trusts >= {"TAD", "TAH", "TAJ"}
    assert bodies_of(found, "welsh_trust", date(2026, 7, 31)) == {"RQF", "RT4", "RYT"}


def test_54_renames_in_49_trusts(found: FactSet) -> None:
    """Ruling 9, trap 6."""
    by_body = Counter(name.organisation_id for name in found.of(Name) if name.organisation_id[0] in "RGK")
    renames = [count - 1 for count in by_body.values() if count > 1]
    assert (sum(renames), len(renames)) == (54, 49)


@pytest.mark.parametrize(
    ("code", "names"),
    [
        (
            "RA7",
            [
                "University Hospitals Bristol NHS Foundation Trust",
                "University Hospitals Bristol and Weston NHS Foundation Trust",
                "Bristol NHS Foundation Trust",
            ],
        ),
        (
            "REM",
            [
                "Aintree University Hospital NHS Foundation Trust",
                "Liverpool University Hospitals NHS Foundation Trust",
            ],
        ),
        ("02P", ["NHS Barnsley CCG", "NHS South Yorkshire ICB - 02P"]),
        ("02M", ["NHS Fylde and Wyre CCG", "NHS Lancashire and South Cumbria ICB - 02M"]),
        ("X24", ["NHS England"]),
    ],
)
def test_names_in_order(found: FactSet, code: str, names: list[str]) -> None:
    mine = [name for name in found.of(Name) if name.organisation_id == code]
    assert [name.name for name in sorted(mine, key=lambda n: n.shown_from or date.min)] == names


def test_every_body_has_one_name_on_each_day(found: FactSet) -> None:
    by_body: dict[str, list[Name]] = defaultdict(list)
    for name in found.of(Name):
        by_body[name.organisation_id].append(name)
    for day in (date(1990, 1, 1), date(2013, 4, 1), date(2019, 10, 1), date(2022, 7, 1), date(2026, 7, 1)):
        for names in by_body.values():
            assert sum(name.window.certainty(day) is not None for name in names) == 1


def test_dates_of_the_register_are_half_open_and_fillers_unknown(found: FactSet) -> None:
    """RQ6 closes 20190930 (trap 8); 24 rows open on 19910401, a filler (trap 33)."""
    bodies = {body.id: body for body in found.of(Organisation)}
    assert bodies["RQ6"].end_date == date(2019, 10, 1)
    assert bodies["R0A"].start_date == date(2017, 10, 1)
    assert date(1991, 4, 1) not in {body.start_date for body in bodies.values()}


def test_trusts_are_in_systems_only_when_a_snapshot_shows_them_open(found: FactSet) -> None:
    """Nothing for 2017 to 2020 (ruling 9); geography of closed rows is today's (trap 15: RC1 closed in 2020)."""
    relations = found.of(Relation)
    systems = [r for r in relations if not r.object_id.startswith("Y")]
    assert {r.first_seen for r in systems if r.first_seen} <= {"2021-01", "2022-03", "2025-12", "2026-04", "2026-07"}
    # Regions are in the report of 2015 too: Y54 to Y57 (data guide, section 2.1).
    old = Counter(r.object_id for r in relations if r.first_seen == "2015")
    assert old.keys() == {"Y54", "Y55", "Y56", "Y57"}
    assert "RC1" not in {r.subject_id for r in systems}
    assert not {"RQF", "RT4", "RYT"} & {r.subject_id for r in relations}


def test_the_location_that_the_split_of_frimley_made(found: FactSet) -> None:
    """U2G6B, from 2026-04-01; no name is published yet (ruling 6)."""
    assert "U2G6B" not in bodies_of(found, "sicbl", date(2026, 3, 31))
    assert "U2G6B" in bodies_of(found, "sicbl", date(2026, 4, 1))


def test_hubs_and_primary_care_trusts(found: FactSet) -> None:
    """35 hubs (section 2.1), 151 PCTs (section 2.3)."""
    kinds = Counter(c.kind for c in found.of(Classification))
    assert (kinds["commissioning_hub"], kinds["pct"]) == (35, 151)


def test_every_row_is_accounted_for(loaded: tuple[FactSet, Report]) -> None:
    report = loaded[1]
    assert all(tally.adds_up for tally in report.tallies.values())
    assert report.of("ods-etr-2015").left_out == {"row added by hand later, without dates": 2}
    assert report.of("ods-eccg-2025-12").left_out.total() == 37
