"""The claims of curated/claims.csv and what becomes of each; the answers are those of QUESTIONS, section Claims."""

from datetime import date

import pytest

from nhs_graph.graph.facts import Claim, Party, Succession, Tenure
from nhs_graph.graph.store import Selection, Store
from nhs_graph.queries.claims import CheckedRow, check, claims


def checked(store: Store, claim: str, day: date | None = None) -> CheckedRow:
    (row,) = check(store, claim, day)
    return row


@pytest.mark.parametrize(
    ("claim", "verdict", "told"),
    [
        # 19 of 42 above a floor of 2%, 23 by the strict rule: the ONS lookups of April 2021 (B2).
        ("claim-2021-almost-20", "supported", "19 above the floor of 0.02, 23 by the strict rule"),
        ("claim-2021-five-counties", "supported", "Cumbria split"),
        ("claim-2022-42-systems", "supported", "42"),
        ("claim-2022-liverpool-2019", "supported", "RQ6 to REM on 2019-10-01, acquisition in law"),
        ("claim-2023-hall-bolton", "supported", "Donna Hall, stated"),
        ("claim-2021-bedfordshire-merger", "supported", "acquisition in law, called merger in the press"),
        ("claim-2021-staffordshire-six", "supported", "none"),
        ("claim-2024-turnaround-third", "supported", "13 of 42 = 31.0%; which ones is unknown"),
        ("claim-2022-five-no-break-even", "cannot_be_checked", "the five are not named"),
        ("claim-2023-fourteen-deficit", "cannot_be_checked", "the systems are not named"),
        ("claim-2024-first-community-merger", "cannot_be_checked", "before trusts' sectors are dated"),
    ],
)
def test_each_claim_on_its_day(bundle_store: Store, claim: str, verdict: str, told: str) -> None:
    row = checked(bundle_store, claim)
    assert row.verdict == verdict
    assert told in row.found
    assert row.sources


def test_today_there_are_36_boards(bundle_store: Store) -> None:
    row = checked(bundle_store, "claim-2022-42-systems", date(2026, 11, 1))
    assert (row.found, row.verdict, row.as_of) == ("36", "contradicted", date(2026, 11, 1))


def test_the_strict_rule_would_contradict_almost_twenty(bundle_store: Store) -> None:
    # 23 is outside 17 to 20: the range alone decides, so that a wrong number would be told.
    row = checked(bundle_store, "claim-2021-almost-20", date(2026, 11, 1))
    assert row.verdict == "contradicted"


def test_a_holder_who_is_only_last_known_is_no_proof(bundle_store: Store) -> None:
    row = checked(bundle_store, "claim-2023-hall-bolton", date(2026, 11, 1))
    assert row.verdict == "cannot_be_checked"


def test_no_structure_rests_on_a_claim(bundle_store: Store) -> None:
    found = list(bundle_store.facts(Selection(Claim)))
    assert len(found) == 11
    assert all(len(claim.text.split()) <= 25 for claim in found)
    events = {claim.id for claim in found}
    for cls in (Succession, Party):
        assert not events & {fact.event_id for fact in bundle_store.facts(Selection(cls))}
    # The six Staffordshire groups were said to merge: they stayed six.
    pairs = bundle_store.facts(Selection(Succession, {"predecessor_id": ("05W",)}))
    assert {pair.successor_id for pair in pairs} == {"QNC"}
    assert all(tenure.source_ids for tenure in bundle_store.facts(Selection(Tenure)))


def test_claims_are_found_by_topic_and_body(bundle_store: Store) -> None:
    assert {row.topic for row in claims(bundle_store, "finance")} == {"finance"}
    assert "claim-2023-hall-bolton" in {row.id for row in claims(bundle_store, organisation_id="RMC")}
    assert claims(bundle_store, "finance", "RMC") == []
