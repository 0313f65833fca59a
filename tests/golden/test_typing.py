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
# The events of five questions. Pages decide L3 and L4; of the others they say only that trusts merged.
BY_QUESTION = {
    ("REM", "2019-10-01"): ("acquisition", f"L1; {_RCPCH}"),
    ("RC9", "2020-04-01"): ("acquisition", "L3; hsj.co.uk 7024375 and en.wikipedia.org: acquisition of RC1"),
    ("RRK", "2018-04-02"): ("acquisition", "L4; irwinmitchell.com, April 2018, 395989: merger by acquisition"),
    ("R0A", "2017-10-01"): ("merger", "L5; mft.nhs.uk/case-studies: a new trust"),
    ("RY3", "2026-04-01"): ("acquisition", f"L8; {_RCPCH}"),
}
# A page decides if one trust acquired or took over another, if one alone was dissolved, or if all were and a new one
# was made. Press and trusts call all of these mergers: that word decides nothing. Some sixty trust events of 2000 to
# 2026 were searched for, and stored excerpts of pages read, before the kinds were compared. No page that decides
# contradicts a rule; events whose pages do not decide, and pages with the other word, are in docs/mergers.md.
BY_PAGE = {
    ("RR1", "2007-04-08"): ("acquisition", "news.bbc.co.uk 5399130: makes no new trust; RJH dissolved"),
    ("RWN", "2010-04-01"): ("acquisition", "strategicprojectseoe.co.uk/blpt: took over; RV7 alone dissolved by order"),
    ("RMY", "2012-01-01"): ("acquisition", "bbc.com uk-england-15293666: Monitor on the acquisition"),
    ("RN5", "2012-01-10"): ("acquisition", "basingstokegazette.co.uk 9472716: acquisition, RN5 taking over RN1"),
    ("RW3", "2012-04-01"): ("acquisition", "cmft.nhs.uk, Trafford Hospitals - A New Start: acquisition complete"),
    ("RCB", "2012-07-01"): ("acquisition", "pocklingtonpost.co.uk 1896735: formally acquired; RCC ceased to exist"),
    ("RYF", "2013-02-02"): ("acquisition", "salisburyjournal.co.uk 10200569: acquisition of RX5"),
    ("RAL", "2014-07-02"): ("acquisition", "hamhigh.co.uk 3471394: Monitor approved the acquisition, a takeover"),
    ("RDU", "2014-10-01"): ("acquisition", "fhft.nhs.uk, double anniversary: acquisition; CMA ME/6432-14 likewise"),
    ("RD1", "2015-02-01"): ("acquisition", "hsj.co.uk 5081597: taken over, acquisition; RBB's board dissolved"),
    ("RQM", "2015-09-01"): ("acquisition", "chiswickw4.com conwestmid032: the CMA cleared the acquisition"),
    ("RA9", "2015-10-01"): ("acquisition", "hsj.co.uk 5090796: acquired; Monitor approved the acquisition"),
    ("RW4", "2016-07-01"): ("acquisition", "cqc.org.uk, Mersey Care rated Good, June 2017: its acquisition of RJX"),
    ("RXV", "2017-01-01"): ("acquisition", "mhcc.nhs.uk: NHS Improvement names the acquirer of TAE"),
    ("RGN", "2017-04-01"): ("acquisition", "gov.uk groups/peterborough-and-stamford: acquired RQQ; authorised 2004"),
    ("RW4", "2018-04-01"): ("acquisition", "liverpoolcommunityhealth.nhs.uk news 20936: acquired by Mersey Care"),
    ("RRE", "2018-06-01"): ("acquisition", "mpft.nhs.uk, trade union facility time: RRE acquired R1E"),
    ("RDE", "2018-07-01"): ("acquisition", "RGQ's last annual report (docslib.org 6189627): acquisition by RDE"),
    ("RTG", "2018-07-01"): ("acquisition", "democracy.lichfielddc.gov.uk item 555: clearance for the acquisition"),
    ("RTQ", "2019-10-01"): ("acquisition", "2gether, governors' slides, 2018-07-12 (slideserve.com): by section 56A"),
    ("RJ1", "2021-02-01"): ("acquisition", "rbht.nhs.uk, frequently asked questions: acquisition by RJ1"),
    ("RW4", "2021-06-01"): ("acquisition", "merseycare.nhs.uk/nwbh-publications-reports: acquired by Mersey Care"),
    ("RM3", "2021-10-01"): ("acquisition", "northerncarealliance.nhs.uk, 2021-10-01: RW6 dissolved, RM3 renamed"),
    ("RWE", "2000-04-01"): ("merger", "legislation.gov.uk uksi/1999/2921: established; all three dissolved"),
    ("RW6", "2002-04-01"): ("merger", "legislation.gov.uk uksi/2002/308: established, all four dissolved"),
    ("RXC", "2002-04-01"): ("merger", "East Sussex Hospitals (Establishment), two trusts (Dissolution) Order 2002"),
    ("RXR", "2003-04-01"): ("merger", "SI 2002/2073: established, both dissolved on 2003-04-01"),
    ("RX3", "2006-04-01"): ("merger", "legislation.gov.uk uksi/2006/827: established, both dissolved"),
    ("RYR", "2009-04-01"): ("merger", "en.wikipedia.org Western Sussex Hospitals: new; both dissolved"),
    ("R1H", "2012-04-01"): ("merger", "en.wikipedia.org Barts Health: new; all three dissolved"),
    ("R1L", "2017-04-01"): ("merger", "eput.nhs.uk, March 2017: both dissolved, replaced by a new trust"),
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


@pytest.mark.parametrize(("body", "day"), [*BY_QUESTION, *BY_PAGE])
def test_the_rules_agree_with_the_pages(bundle_store: Store, body: str, day: str) -> None:
    kind, _ = (BY_QUESTION | BY_PAGE)[body, day]
    (event,) = events_into(bundle_store, body, day)
    assert event.kind == kind
    assert event.rule != "curated"


def test_press_and_law_stand_apart(bundle_store: Store) -> None:
    # The press says merger of Bedfordshire Hospitals (HSJ, early 2021); in law RC9 acquired RC1.
    (event,) = events_into(bundle_store, "RC9", "2020-04-01")
    assert (event.kind, event.press_kind, event.effective_date) == ("acquisition", "merger", date(2020, 4, 1))
