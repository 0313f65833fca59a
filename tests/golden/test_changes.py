"""Events, conflicts and gaps of the bundle; each answer from the published thing named beside it."""

from datetime import date

import pytest

from nhs_graph.graph.kinds import with_sub_kinds
from nhs_graph.graph.store import Store
from nhs_graph.queries import changes
from nhs_graph.queries.changes import EventFilter, EventRow, conflicts, events, gaps

TODAY = date(2026, 11, 24)
MERGED = date(2026, 4, 1)


def found(store: Store, day: date = TODAY, **asked: object) -> dict[str, EventRow]:
    return {row.event_id: row for row in events(store, EventFilter(**asked), day)}  # type: ignore[arg-type]


def test_the_boards_of_april_2026(bundle_store: Store) -> None:
    # ODS succession file 2026-04-01: six new boards; QRL is older than the day and acquired a part of QNQ.
    rows = found(bundle_store, since=MERGED, until=MERGED, organisation_kinds=("icb",)).values()
    assert {row.successors: (row.kind, row.predecessors) for row in rows} == {
        ("D7T5G",): ("merger", ("QH8", "QJG", "QM7")),
        ("S0E4D",): ("merger", ("QNQ", "QU9")),
        ("S1Y5D",): ("merger", ("QHG", "QM7", "QUE")),
        ("S9B9J",): ("merger", ("QNQ", "QNX", "QXU")),
        ("T6Y0W",): ("merger", ("QJG", "QMM")),
        ("Z9B2Z",): ("merger", ("QMJ", "QRV")),
        ("QRL",): ("acquisition", ("QNQ", "QRL")),
    }
    eve = found(bundle_store, date(2026, 3, 31), since=MERGED, organisation_kinds=("icb",), statuses=("completed",))
    assert eve == {}


def test_l3_the_plan_for_bedfordshire_and_what_came_of_it(bundle_store: Store) -> None:
    # Bedford Hospital's page of 2017-09-13; ODS: RC1 to RC9 2020-04-01.
    rows = found(bundle_store, organisation_id="RC1").values()
    told = [(row.status, row.effective_date, row.announced_date) for row in rows if "RC9" in row.predecessors]
    assert sorted(told, key=str) == [("completed", "2020-04-01", None), ("proposed", None, "2017-09-13")]
    before = found(bundle_store, date(2017, 9, 12), organisation_id="RC1").values()
    assert not [row for row in before if row.status == "proposed"]


def test_boards_took_over_from_106_groups_on_one_day(bundle_store: Store) -> None:
    # Health and Care Act 2022; ONS lookup of July 2022: 106 locations, 42 boards.
    rows = [row for row in found(bundle_store).values() if row.rule == "ccg_to_icb_2022"]
    assert {row.effective_date for row in rows} == {"2022-07-01"}
    assert (len(rows), len({code for row in rows for code in row.predecessors})) == (42, 106)
    assert {row.legal_basis for row in rows} == {"Health and Care Act 2022"}


def test_l13_a_group_is_an_event_without_heir(bundle_store: Store) -> None:
    (row,) = (row for row in found(bundle_store, organisation_id="RBQ").values() if "REM" in row.predecessors)
    assert (row.kind, row.successors) == ("formation", ())


@pytest.mark.parametrize(
    ("since", "until", "shown"),
    [
        (date(2015, 1, 1), date(2015, 12, 31), True),
        (date(2015, 6, 1), date(2015, 6, 1), True),  # "2015": may have been on any of its days
        (date(2016, 1, 1), None, False),
        (None, date(2014, 12, 31), False),
    ],
)
def test_an_event_of_a_year_is_found_on_all_its_days(
    bundle_store: Store, since: date | None, until: date | None, shown: bool
) -> None:
    # Weston (RA3) and Taunton and Somerset (RBA): a plan of 2015, given up.
    rows = found(bundle_store, since=since, until=until, statuses=("abandoned",))
    assert ("trust-2015-ra3" in rows) is shown


@pytest.mark.parametrize(
    "asked",
    [
        {"kinds": ("acquisition",), "organisation_kinds": with_sub_kinds("trust")},
        {"statuses": ("proposed",), "organisation_kinds": with_sub_kinds("trust")},
        {"since": date(2022, 7, 1), "until": date(2022, 7, 1), "organisation_kinds": ("ccg",)},
    ],
)
def test_events_or_bodies_first_is_no_matter(
    bundle_store: Store, monkeypatch: pytest.MonkeyPatch, asked: dict[str, object]
) -> None:
    whole = found(bundle_store, TODAY, **{name: value for name, value in asked.items() if name != "organisation_kinds"})
    events_first = found(bundle_store, TODAY, **asked)
    monkeypatch.setattr(changes, "FEW", 0)
    assert found(bundle_store, TODAY, **asked) == events_first
    assert events_first.items() <= whole.items()
    assert 0 < len(events_first) < len(whole)


def test_l4_two_days_of_one_hand_over(bundle_store: Store) -> None:
    # succ.csv and the archive of October 2022 (data guide, trap 9).
    rows = conflicts(bundle_store, "RR1", TODAY)
    assert [(row.fact, row.value_a, row.value_b) for row in rows] == [("succession to RRK", "2018-04-02", "2018-04-01")]
    assert rows[0].name == "Heart of England NHS Foundation Trust"


def test_trusts_that_closed_without_a_known_heir(bundle_store: Store) -> None:
    # Data guide, trap 13: closed in the report of July 2026 and in no succession file. R0C was a field hospital's;
    # the heirs of RJD, RVJ and RYQ are in the curated list or the supplement.
    # Local offices and regions of NHS England ended in 2018 and 2020 too: no file says who followed them.
    codes = {row.id for row in gaps(bundle_store, TODAY) if not row.id.startswith(("la:", "Q", "Y"))}
    assert codes == {"R0C", "RYH", "RYK"}
    assert "RYK" not in {row.id for row in gaps(bundle_store, date(2024, 9, 30))}
