"""The rules that type the register's pairs, against what instruments and pages say happened.

Kinds that the curated list took from the register itself prove nothing; each kind here comes from elsewhere.
"""

from datetime import date

import pytest

from nhs_graph.graph.facts import ChangeEvent, Succession
from nhs_graph.graph.store import Selection, Store

# Statutory instruments that the curated rows name: each dissolved trusts and established others in their place.
BY_INSTRUMENT = {
    "RAT": ("2001-04-01", "merger", "SI 2000/1416"),
    "RF4": ("2001-04-01", "merger", "SI 2000/1416"),
    "RGC": ("2001-04-01", "split", "SI 2000/1416: Redbridge out of RDF"),
    "RRE": ("2001-04-01", "merger", "SI 2001/44"),
    "RTE": ("2002-04-01", "merger", "SI 2001/4119"),
    "RTQ": ("2002-04-01", "merger", "SI 2001/4119"),
    "RXN": ("2002-08-01", "merger", "SI 2002/2025"),
    "RXP": ("2002-10-01", "merger", "SI 2002/2420"),
    "RX6": ("2006-07-01", "merger", "SI 2006/1618"),
    "RX7": ("2006-07-01", "merger", "SI 2006/1618"),
    "RX8": ("2006-07-01", "merger", "SI 2006/1618"),
    "RX9": ("2006-07-01", "merger", "SI 2006/1618"),
    "RYA": ("2006-07-01", "merger", "SI 2006/1618"),
    "RYC": ("2006-07-01", "merger", "SI 2006/1618"),
    "RYD": ("2006-07-01", "merger", "SI 2006/1618"),
    "RYE": ("2006-07-01", "merger", "SI 2006/1618"),
    "RYF": ("2006-07-01", "merger", "SI 2006/1618"),
    "RYQ": ("2009-04-01", "merger", "SI 2009/772"),
    "R1K": ("2014-10-01", "merger", "SI 2014/2524"),
}
_RCPCH = "rcpch/rcpch-nhs-organisations: known_acquisitions.py (d43540eb), 'acquired'; a merger makes a new code there"
BY_PAGE = {
    "REM": ("2019-10-01", "acquisition", f"L1; {_RCPCH}"),
    "RC9": ("2020-04-01", "acquisition", f"L3; {_RCPCH}"),
    "RRK": ("2018-04-02", "acquisition", f"L4; {_RCPCH}"),
    "R0A": ("2017-10-01", "merger", "L5; new trust, both others dissolved"),
    "RY3": ("2026-04-01", "acquisition", f"L8; {_RCPCH}"),
    "RDE": ("2018-07-01", "acquisition", _RCPCH),
    "RRE": ("2018-06-01", "acquisition", _RCPCH),
    "RTG": ("2018-07-01", "acquisition", _RCPCH),
    "RH8": ("2022-04-01", "acquisition", _RCPCH),
    "RA7": ("2020-04-01", "acquisition", _RCPCH),
    "RQM": ("2015-09-01", "acquisition", f"chiswickw4.com conwestmid032: the CMA cleared the acquisition; {_RCPCH}"),
    "RJ1": ("2021-02-01", "acquisition", _RCPCH),
    "RYR": ("2021-04-01", "acquisition", _RCPCH),
    "RBN": ("2023-07-01", "acquisition", _RCPCH),
    "RDU": ("2014-10-01", "acquisition", "gov.uk, CMA clears foundation trust hospitals merger: 'takeover' of RD7"),
    "R0D": ("2020-10-01", "merger", "hsj.co.uk 7027502: Bournemouth and Poole merge"),
}


def events_into(store: Store, body: str, day: str) -> list[ChangeEvent]:
    steps = store.facts(Selection(Succession, {"successor_id": {body}, "effective_date": {day}}))
    return list(store.facts(Selection(ChangeEvent, {"id": {step.event_id for step in steps}})))


@pytest.mark.parametrize("body", BY_INSTRUMENT)
def test_the_rules_agree_with_the_instruments(bundle_store: Store, body: str) -> None:
    day, kind, _ = BY_INSTRUMENT[body]
    (event,) = events_into(bundle_store, body, day)
    assert event.kind == kind
    assert event.rule != "curated"


@pytest.mark.parametrize("body", BY_PAGE)
def test_the_rules_agree_with_the_pages(bundle_store: Store, body: str) -> None:
    day, kind, _ = BY_PAGE[body]
    (event,) = events_into(bundle_store, body, day)
    assert event.kind == kind
    assert event.rule != "curated"


def test_press_and_law_stand_apart(bundle_store: Store) -> None:
    # The press says merger of Bedfordshire Hospitals (HSJ, early 2021); in law RC9 acquired RC1.
    (event,) = events_into(bundle_store, "RC9", "2020-04-01")
    assert (event.kind, event.press_kind, event.effective_date) == ("acquisition", "merger", date(2020, 4, 1))
