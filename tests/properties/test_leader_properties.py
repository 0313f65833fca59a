"""What must hold of any list of leaders: no loss on the way out and in, no matter of order, no doubt left unlisted."""

import csv
import io
import random
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from nhs_graph.graph.errors import RowProblem
from nhs_graph.graph.facts import Conflict, Fact, Organisation, OwnFile, Person, Post, Source, Tenure
from nhs_graph.graph.interval import PartialDate, start_text
from nhs_graph.graph.leader_files import leaders_csv, popolo_json
from nhs_graph.graph.leader_rows import COLUMNS, LeaderText
from nhs_graph.graph.roles import is_single
from nhs_graph.graph.store import open_store
from nhs_graph.loaders import derive_tenures, own_leaders, own_popolo
from nhs_graph.loaders.base import Report, specs
from nhs_graph.loaders.factset import FactSet
from nhs_graph.queries.leader_checks import findings
from tests.strategies import AS_OF, PARTIAL

OWN = Source(id="own-list", title="list.csv", publisher="a file of your own", licence="not stated", kind="curated")
LOADED = OwnFile(id=OWN.id, name="list.csv", reader="leaders", sha256="0", content="", source_ids=(OWN.id,))
BODIES = ("REM", "RMC", "QHG")
KNOWN = FactSet(Organisation(id=body, name=None, source_ids=("s",)) for body in BODIES)
KNOWN_FACTS = [*KNOWN, Source(id="s", title="t", publisher="p", licence="CC0-1.0", kind="curated")]
# Partial dates in order, so that any earlier one ends before a later one begins or lies inside it.
DATES = sorted(PARTIAL, key=lambda text: (PartialDate.parse(text).first, PartialDate.parse(text).until))
some = settings(max_examples=60, deadline=None)


@st.composite
def leader_rows(draw: st.DrawFn) -> list[LeaderText]:
    """Up to eight rows of the form that a reader takes: few people, bodies and pages, so that they often meet."""
    rows: list[LeaderText] = []
    for _ in range(draw(st.integers(1, 8))):
        page = draw(st.integers(1, 3))
        start, seen, last, end = sorted(draw(st.lists(st.sampled_from(DATES), min_size=4, max_size=4)), key=DATES.index)
        known = draw(st.sets(st.sampled_from(["start", "end", "seen"]), min_size=1))
        rows.append(
            {
                "person": draw(st.sampled_from(["Ann Lee", "Dame Ann Lee", "Bo Ek OBE"])),
                "org_code": draw(st.sampled_from(BODIES)),
                "org_name": draw(st.sampled_from(["A body", "Another"])),
                "role": draw(st.sampled_from(["chair", "icb_chair", "chief_executive"])),
                "basis": draw(st.sampled_from(["substantive", "substantive", "interim"])),
                "start": start if "start" in known else "",
                "end": end if "end" in known else "",
                "seen_on": seen if "seen" in known else "",
                "last_seen": last if "seen" in known else "",
                "source_title": f"Page {page}",
                "source_url_or_repo_path": f"https://www.example.nhs.uk/{page}",
                "confidence": draw(st.sampled_from(["high", "low"])),
            }
        )
    return rows


def as_csv(rows: list[LeaderText]) -> str:
    lines = io.StringIO()
    writer = csv.DictWriter(lines, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return lines.getvalue()


def read(text: str, suffix: str = "csv") -> list[Fact | RowProblem]:
    reader = own_leaders if suffix == "csv" else own_popolo
    spec = next(spec for spec in specs() if spec.own == ("leaders" if suffix == "csv" else "popolo"))
    with TemporaryDirectory() as folder:
        path = Path(folder, f"list.{suffix}")
        path.write_text(text, encoding="utf-8")
        return list(reader.read_own(spec, path, OWN, KNOWN, Report()))


def facts_in(found: list[Fact | RowProblem]) -> list[Fact]:
    facts = [item for item in found if isinstance(item, Fact)]
    return sorted(facts, key=lambda fact: (type(fact).__name__, fact.key))


@some
@given(leader_rows(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: list[LeaderText], shuffle: random.Random) -> None:
    other = shuffle.sample(rows, len(rows))
    assert facts_in(read(as_csv(rows))) == facts_in(read(as_csv(other)))


@some
@given(leader_rows())
def test_csv_and_popolo_lose_nothing(rows: list[LeaderText]) -> None:
    facts = facts_in(read(as_csv(rows)))
    store = open_store("sqlite::memory:", read_only=False)
    store.replace([OWN, LOADED, *facts, *KNOWN_FACTS], {})
    for text, suffix in ((leaders_csv(store), "csv"), (popolo_json(store), "json")):
        again = facts_in(read(text, suffix))
        for cls in (Source, Person, Post, Tenure, Conflict):
            assert [said(f) for f in again if isinstance(f, cls)] == [said(f) for f in facts if isinstance(f, cls)]
    store.close()


def said(fact: Fact) -> Fact:
    """The fact with its sources in order: which of the agreeing rows came first says nothing."""
    return fact.model_copy(update={"source_ids": tuple(sorted(set(fact.source_ids)))})


def settled(rows: list[LeaderText]) -> list[Fact]:
    """The facts of the rows with the windows in which they answer."""
    found = FactSet([OWN, *KNOWN_FACTS, *facts_in(read(as_csv(rows)))])
    derive_tenures.apply(found, Report())
    return list(found)


@some
@given(leader_rows(), st.sampled_from(AS_OF))
def test_two_stated_holders_of_a_post_are_never_unlisted(rows: list[LeaderText], day: date) -> None:
    facts = settled(rows)
    stated = [
        fact
        for fact in facts
        if isinstance(fact, Tenure)
        and fact.basis == "substantive"
        and is_single(fact.role)
        and fact.window.certainty(day) == "stated"
    ]
    at_once = {
        (a.organisation_id, frozenset((a.person_id, b.person_id)))
        for a in stated
        for b in stated
        if (a.organisation_id, a.role) == (b.organisation_id, b.role) and a.person_id != b.person_id
    }
    store = open_store("sqlite::memory:", read_only=False)
    store.replace(facts, {})
    listed = [row for row in findings(store) if row.rule == "two_holders" and "both stated" in row.detail]
    store.close()
    for body, people in at_once:
        assert any(row.organisation_id == body and all(person in row.detail for person in people) for row in listed)


@some
@given(leader_rows(), st.sampled_from(AS_OF))
def test_nobody_is_stated_after_the_last_day_that_anybody_knows(rows: list[LeaderText], day: date) -> None:
    for tenure in (fact for fact in settled(rows) if isinstance(fact, Tenure) and not fact.end_date):
        texts = [tenure.last_seen, start_text(tenure.start_date, tenure.start_precision)]
        known = [PartialDate.parse(text).until for text in texts if text]
        if known and day > max(known):
            assert tenure.window.certainty(day) != "stated"
