"""The register's releases, whatever they say and in whatever order they come."""

from collections.abc import Iterable
from contextlib import closing
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from nhs_graph.graph.facts import Fact, Name, Organisation
from nhs_graph.graph.names import bare, fold
from nhs_graph.graph.register import COMPLETE, SEEN, STUB, UNDATED, Batch, Release
from nhs_graph.graph.store import every_fact, open_store

BUNDLE: list[Fact] = [
    Organisation(id="REM", name="Aintree", start_date=date(2002, 4, 1), source_ids=()),
    Organisation(id="RBQ", name="Heart", start_date=None, source_ids=()),
    Name(organisation_id="REM", name="Aintree", source_ids=()),
]
CODES = ["REM", "RBQ", "A1", "A2", "A3"]
PUBLISHED = ["2024-01-01", "2026-01-01"]
DAYS = ["2002-04-01", "2010-04-01", "2015-04-01"]

codes, days = st.sampled_from(CODES), st.sampled_from(DAYS)
starts, ends = st.sampled_from(["", SEEN, *DAYS]), st.sampled_from(["", "2020-04-01"])
two = st.lists(codes, min_size=2, max_size=2, unique=True)


@st.composite
def batches(draw: st.DrawFn) -> Batch:
    """What one release says: a few records, and links and pairs that also name bodies without one."""
    made = Batch()
    for code in draw(st.sets(codes, max_size=4)):
        name = draw(st.sampled_from(["Mill Lane", "MILL LANE", "High Street"]))
        life = draw(st.sampled_from(["", *DAYS])), draw(ends), "", ""
        made.bodies.append(
            (code, name, fold(name), bare(name), *life, draw(st.sampled_from([COMPLETE, STUB, UNDATED])))
        )
        made.kinds.append((code, "practice", draw(starts), draw(ends), "RO177"))
    for subject, target in draw(st.lists(two, max_size=3, unique_by=tuple)):
        made.links.append((subject, "PART_OF", target, draw(starts), draw(ends), subject))
    for old, new in draw(st.lists(two, max_size=3, unique_by=tuple)):
        made.pairs.append((old, new, draw(days), draw(st.sampled_from([0, 1]))))
    return made


@st.composite
def releases(draw: st.DrawFn) -> list[tuple[Release, Batch]]:
    """Some releases, of reports and days that may be the same for two of them, but not both."""
    reports = st.tuples(st.sampled_from(PUBLISHED), st.sampled_from(["archive", "etr", "full"]))
    return [
        (Release(f"ods-{report}-{day}", report, day, "A release", whole=draw(st.booleans())), draw(batches()))
        for day, report in draw(st.lists(reports, min_size=2, max_size=5, unique=True))
    ]


def held(loaded: Iterable[tuple[Release, Batch]]) -> Any:
    """All that a store tells after these releases."""
    with closing(open_store("sqlite::memory:", read_only=False)) as store:
        store.replace(BUNDLE, {})
        for release, batch in loaded:
            store.load_releases([(release, [batch])])
        return list(every_fact(store)), store.status(), store.cited()


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_the_same_releases_in_every_order_make_the_same_store(data: st.DataObject) -> None:
    given_ones = data.draw(releases())
    other = data.draw(st.permutations(given_ones))
    assert held(other) == held(given_ones)
