"""The register's releases, whatever they say and in whatever order they come."""

from collections.abc import Iterable
from contextlib import closing
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from nhs_graph.graph.facts import ChangeEvent, Classification, Fact, Name, Organisation, Party, Source, Succession
from nhs_graph.graph.names import bare, fold
from nhs_graph.graph.register import COMPLETE, SEEN, STUB, UNDATED, Batch, Release
from nhs_graph.graph.store import Selection, every_fact, open_store
from nhs_graph.loaders.base import RegisterPair
from nhs_graph.loaders.event_rules import Bodies, typed
from nhs_graph.loaders.factset import FactSet

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
        found = list(every_fact(store))
        assert len({(type(fact), fact.key) for fact in found}) == len(found)
        return found, store.status(), store.cited()


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_the_same_releases_in_every_order_make_the_same_store(data: st.DataObject) -> None:
    given_ones = data.draw(releases())
    other = data.draw(st.permutations(given_ones))
    assert held(other) == held(given_ones)


OUTSIDE = ["A1", "A2", "A3"]
KIND_OF = {"REM": "trust", "RBQ": "trust", "A1": "trust", "A2": "trust", "A3": "practice"}
REPORTS = ["ods-etr-2020-01", "ons-chd-2024"]
late = st.sampled_from(DAYS[1:])
SHOWN_ON = "2012-01-01"
life = st.sampled_from(["", *DAYS]), st.sampled_from(["", "", *DAYS])
Told = dict[frozenset[tuple[str, str]], tuple[str, str, bool]]
"""Per event its pairs, and what it is: kind, rule, and whether they are successions."""


@st.composite
def bundles(draw: st.DrawFn) -> list[Fact]:
    """Bodies of a bundle: from a report that dates all or not, with or without days, seen later or not."""
    made_of = {"title": "A report", "publisher": "nobody", "licence": "CC0-1.0", "kind": "register"}
    found: list[Fact] = [Source.model_validate({"id": id, **made_of}) for id in REPORTS]
    for code in ("REM", "RBQ"):
        start, end = (draw(st.sampled_from([None, None, *DAYS])) for _ in range(2))
        sources = (draw(st.sampled_from(REPORTS)),)
        days_of = {"start_date": start, "end_date": end}
        found.append(Organisation.model_validate({"id": code, **days_of, "source_ids": sources}))
        seen = draw(st.sampled_from([None, "2009", "2010-04", "2015-04-01"]))
        found.append(Classification(organisation_id=code, kind=KIND_OF[code], last_seen=seen, source_ids=sources))
    if draw(st.sampled_from([True, True, False])):
        step = {"predecessor_id": "REM", "successor_id": "RBQ", "effective_date": draw(days), "event_id": "e"}
        found.append(Succession.model_validate({**step, "source_ids": ()}))
    return found


def by_the_store(bundle: list[Fact], batch: Batch) -> Told:
    with closing(open_store("sqlite::memory:", read_only=False)) as store:
        store.replace(bundle, {})
        store.load_releases([(Release("ods-full", "full", SHOWN_ON, "A release"), [batch])])
        parties = list(store.facts(Selection(Party, register=True)))
        edges = {(s.predecessor_id, s.successor_id) for s in store.facts(Selection(Succession, register=True))}
        told: Told = {}
        for event in store.facts(Selection(ChangeEvent, register=True)):
            old, new = (
                [party.organisation_id for party in parties if (party.event_id, party.side) == (event.id, side)]
                for side in ("original", "result")
            )
            pairs = frozenset((a, b) for a in old for b in new if a != b)
            assert pairs & edges in (frozenset(), pairs)
            told[pairs] = event.kind, str(event.rule), bool(pairs & edges)
        return told


def by_the_rules(bundle: list[Fact], batch: Batch) -> Told:
    """The same of facts in memory: a record dates its body, and one without an end shows it on the release's day."""
    found = FactSet(bundle)
    for code, _, _, _, start, end, *_ in batch.bodies:
        if code in OUTSIDE:
            body = {"id": code, "start_date": start or None, "end_date": end or None}
            found.add(Organisation.model_validate({**body, "source_ids": ("ods-etr-records",)}))
            seen = None if end else SHOWN_ON
            found.add(Classification(organisation_id=str(code), kind=KIND_OF[str(code)], last_seen=seen, source_ids=()))
    for code in OUTSIDE:
        found.add(Classification(organisation_id=code, kind=KIND_OF[code], source_ids=()))
    signs = [
        RegisterPair(
            predecessor_id=s.predecessor_id,
            successor_id=s.successor_id,
            effective_date=str(s.effective_date),
            source_ids=(),
        )
        for s in found.of(Succession)
    ]
    pairs = [
        RegisterPair.model_validate({"predecessor_id": a, "successor_id": b, "effective_date": day, "source_ids": ()})
        for a, b, day, _ in batch.pairs
    ]
    events = typed(pairs, Bodies(found, [*signs, *pairs]), {sign.predecessor_id for sign in signs})
    told: Told = {}
    for event in events:
        if outside := frozenset(pair for pair in event.pairs if set(pair) & set(OUTSIDE)):
            told[outside] = event.kind, event.rule, event.edges
    return told


@settings(max_examples=100, deadline=None)
@given(bundles(), st.data())
def test_the_rules_in_sql_are_those_of_the_bundle(bundle: list[Fact], data: st.DataObject) -> None:
    batch = Batch()
    for code in data.draw(st.sets(st.sampled_from(OUTSIDE)), "with a record"):
        start, end = (data.draw(day) for day in life)
        batch.bodies.append((code, code, code.lower(), code.lower(), start, end, "", "", COMPLETE))
    ends_of = st.lists(st.sampled_from(list(KIND_OF)), min_size=2, max_size=2, unique=True)
    for old, new in data.draw(st.lists(ends_of, min_size=2, max_size=7, unique_by=tuple), "pairs"):
        batch.pairs.append((old, new, data.draw(late), int(KIND_OF[old] == KIND_OF[new])))
    assert by_the_store(bundle, batch) == by_the_rules(bundle, batch)
