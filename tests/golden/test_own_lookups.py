"""Lookups as the Office for National Statistics publishes them, loaded by a user, one file alone."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from nhs_graph.graph.errors import UsageProblem
from nhs_graph.graph.facts import FACTS, Overlap, OwnFile, Source
from nhs_graph.graph.store import Selection, Store, open_store
from nhs_graph.loaders.base import Report
from nhs_graph.loaders.bundle_io import read_bundle
from nhs_graph.loaders.factset import FactSet
from nhs_graph.loaders.loading import load_bundle, load_files, remove_file
from nhs_graph.loaders.own_files import read_file
from nhs_graph.queries.boundaries import COUNCILS, CouncilParams
from nhs_graph.queries.boundary_days import check_covered

pytestmark = pytest.mark.shared
FOLDER = "ons/lookups_lsoa"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:{tmp_path / 'nhs.db'}", read_only=False)
    load_bundle(opened)
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("name", "vintage"),
    [
        ("LSOA11_CCG17_STP17_LAD17_EN_LU.csv", "STP17 x LAD17"),
        ("LSOA11_CCG19_LAD19_EN_LU.csv", "STP19 x LAD19"),
        ("LSOA11_CCG20_LAD20_EN_LU.csv", "STP20 x LAD20"),
        ("lookup_lsoa11_ccg21_stp21_ltla21.csv", "STP21 x LAD21"),
        ("lookup_lsoa11_sicbl22_icb22_ltla22.csv", "ICB22 x LAD22"),
        ("lookup_lsoa21_icb24.csv", "ICB23 x LAD23"),
    ],
)
def test_a_published_lookup_supports_the_vintage_of_the_bundle(
    shared: Path, store: Store, name: str, vintage: str
) -> None:
    """The same numbers as the bundle's, here with the councils and people that are packaged."""
    before = {o.key: (o.lsoas, o.people) for o in store.facts(Selection(Overlap))}
    done = load_files(store, [shared / FOLDER / name])
    assert not done.rejects
    after = list(store.facts(Selection(Overlap)))
    assert {o.key: (o.lsoas, o.people) for o in after} == before
    mine = [overlap for overlap in after if done.files[0].id in overlap.source_ids]
    assert {overlap.vintage for overlap in mine} == {vintage}
    assert {overlap.basis for overlap in mine} == {"official"}
    tally = done.report.of(done.files[0].id)
    assert (tally.read, tally.used) == (32844 if "lsoa11" in name.lower() else 33755,) * 2


def test_blanks_repeated_rows_and_rows_of_wales_change_nothing(shared: Path, tmp_path: Path) -> None:
    published = shared / FOLDER / "lookup_lsoa21_icb24.csv"
    header, first, *rest = published.read_text(encoding="utf-8").splitlines()
    # W01000003 lies in Wales: the register of geographic codes gives W01 to the LSOAs of Wales.
    wales = "Isle of Anglesey 001A,W01000003,,,,,,"
    odd = tmp_path / published.name
    odd.write_text("\n".join([header, first.replace(",E01", ", E01"), wales, *rest, first, ""]), encoding="utf-8")
    base, report = FactSet(read_bundle()), Report()
    plain, read = (read_file(path, "ons-lsoa-lookup", base, report) for path in (published, odd))
    assert not read.rejects
    assert [f for f in read.facts if isinstance(f, Overlap)] == [f for f in plain.facts if isinstance(f, Overlap)]
    tally = report.of(read.file.id)
    assert tally.left_out == {"outside England": 1, "the same LSOA again": 1}
    assert (tally.read, tally.used) == (2 * 33755 + 2, 2 * 33755)


def test_a_year_that_the_bundle_lacks_is_answered_and_taken_out_again(
    shared: Path, store: Store, tmp_path: Path
) -> None:
    # No lookup of 2016 is at hand (data guide, section 7): that of 2015 under the header of 2016 stands for one.
    text = (shared / FOLDER / "LSOA11_CCG15_LAD15_EN_LU.csv").read_text(encoding="utf-8-sig")
    path = tmp_path / "LSOA11_CCG16_LAD16.csv"
    path.write_text(text.replace("CCG15", "CCG16", 3).replace("LAD15", "LAD16", 2), encoding="utf-8")
    params = CouncilParams(as_of=date(2016, 6, 1), council="lower", system="ccg", include_all=True)
    before = {cls: list(store.facts(Selection(cls))) for cls in FACTS}
    assert COUNCILS.run(store, params) == []
    with pytest.raises(UsageProblem, match="no boundary vintage covers 2016-06-01"):
        check_covered(store, params)
    done = load_files(store, [path])
    rows = COUNCILS.run(store, params)
    assert len(rows) == 326
    assert {(row.vintage, row.population_base) for row in rows} == {("CCG16 x LAD15", "mid-2017")}
    added = [o for o in store.facts(Selection(Overlap)) if o.vintage == "CCG16 x LAD15"]
    assert {(o.start_date, o.end_date) for o in added} == {(date(2016, 4, 1), date(2017, 4, 1))}
    again = load_files(store, [path])
    assert again.summary == {}
    remove_file(store, done.files[0].id)
    assert {cls: list(store.facts(Selection(cls))) for cls in FACTS} == before
    assert not list(store.facts(Selection(OwnFile)))
    assert done.files[0].id not in {source.id for source in store.facts(Selection(Source))}


def test_a_new_bundle_keeps_the_users_files(shared: Path, store: Store) -> None:
    done = load_files(store, [shared / FOLDER / "LSOA11_CCG15_LAD15_EN_LU.csv"])
    assert load_bundle(store) == {}
    assert [file.id for file in store.facts(Selection(OwnFile))] == [done.files[0].id]
