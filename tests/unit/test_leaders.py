"""The list of leaders: which rows are used, what a row makes, which rows are one tenure."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from nhs_graph.graph.errors import RowProblem, SourceProblem
from nhs_graph.graph.facts import Conflict, Fact, Person, Post, Source, Tenure
from nhs_graph.graph.people import slug, split_honorific
from nhs_graph.graph.roles import ROLES, is_single, role_of, with_narrower
from nhs_graph.loaders import leaders
from nhs_graph.loaders.base import Data, Report, SourceFile, Spec

HEADER = (
    "person,org_code,org_name,role,interim,start,end,precision,"
    "seen_on,seen_precision,source_title,source_url_or_repo_path,confidence,note"
)
PAGE = "A page,https://www.example.nhs.uk/a,high,a working note"
NEWS = "Another page,https://news.example.com/b,medium,"


def load(folder: Path, rows: Iterable[str], **settings: Any) -> tuple[list[Fact], Report]:
    (folder / "leaders.csv").write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    source = Source(id="list", title="The list", publisher="us", licence="CC-BY-4.0", kind="curated")
    defaults: dict[str, Any] = {
        "official_hosts": ["nhs.uk"],
        "compiled_hosts": ["wikipedia.org", "github.com"],
        "kept_apart": [],
        "unsourced_rows": [],
        "sourced_part": [],
    }
    spec = Spec("leaders", "leaders", 60, (SourceFile("leaders.csv", source, {}),), defaults | settings)
    report = Report()
    return list(leaders.read(spec, Data(folder, report), report)), report


def tenures(facts: list[Fact]) -> list[Tenure]:
    return [fact for fact in facts if isinstance(fact, Tenure)]


def test_a_row_makes_a_person_a_post_a_tenure_and_a_source(tmp_path: Path) -> None:
    facts, report = load(tmp_path, [f"Ann O'Neil,REM,Aintree,chief_executive,false,2015,2019-09-30,year/day,,,{PAGE}"])
    [held] = tenures(facts)
    assert (held.person_id, held.organisation_id, held.role, held.basis) == (
        "ann-oneil",
        "REM",
        "chief_executive",
        "substantive",
    )
    assert (held.start_date, held.start_precision) == (date(2015, 1, 1), "year")
    assert (held.end_date, held.end_precision) == (date(2019, 10, 1), "day")  # the last day is inclusive in the list
    assert Person(id="ann-oneil", name="Ann O'Neil", source_ids=held.source_ids) in facts
    assert Post(organisation_id="REM", role="chief_executive", source_ids=held.source_ids) in facts
    [source] = [fact for fact in facts if isinstance(fact, Source)]
    assert (source.id, source.kind, source.publisher) == (held.source_ids[0], "official", "example.nhs.uk")
    assert report.of("list").adds_up
    assert "a working note" not in "".join(fact.model_dump_json() for fact in facts)


def test_a_joint_appointment_is_one_tenure_at_each_body(tmp_path: Path) -> None:
    facts, _ = load(tmp_path, [f"Ann Lee,R1H;RF4,Barts; Barking,chair,true,2021-10,,month/none,,,{PAGE}"])
    one, two = tenures(facts)
    assert [(t.organisation_id, t.organisation_name, t.basis) for t in (one, two)] == [
        ("R1H", "Barts", "interim"),
        ("RF4", "Barking", "interim"),
    ]
    assert one.appointment_id == two.appointment_id is not None


def test_a_name_for_several_bodies_stands_at_each(tmp_path: Path) -> None:
    facts, _ = load(
        tmp_path, [f"Ann Lee,07N;07Q,South East London CCGs,accountable_officer,false,2019,,year/none,,,{PAGE}"]
    )
    assert {t.organisation_name for t in tenures(facts)} == {"South East London CCGs"}


def test_rows_that_cannot_be_used_are_counted_by_reason(tmp_path: Path) -> None:
    facts, report = load(
        tmp_path,
        [
            "A A,REM,Aintree,chair,false,2015,,year/none,,,background,background,low,",
            'B B,REM,Aintree,chair,false,2015,,year/none,,,Page,"bbc.co.uk (page read, address not kept)",low,',
            "C C,REM,Aintree,chair,false,2015,,year/none,,,Page,bbc.co.uk,low,",
            f"D D,,Nowhere,chair,false,2015,,year/none,,,{PAGE}",
            f"E E,REM,Aintree,chair,false,,,asof,,,{PAGE}",
            f"F F,REM,Aintree,chair,false,,,asof,2016-03,month,{PAGE}",
            f"G G,RMY,NSFT,chief_executive,false,,,appointed_not_taken_up,,,{PAGE}",
        ],
    )
    assert report.of("list").left_out == {
        "the source is background knowledge": 1,
        "the source's address was not kept": 1,
        "the source is no address": 1,
        "the body is in no register": 1,
        "a former office of unknown date": 1,
    }
    assert report.of("list").adds_up
    seen, untaken = tenures(facts)
    assert (seen.first_seen, seen.last_seen, seen.start_date) == ("2016-03", "2016-03", None)
    assert not untaken.taken_up


def test_a_sighting_and_a_second_source_join_the_dated_tenure(tmp_path: Path) -> None:
    facts, report = load(
        tmp_path,
        [
            f"Ann Lee,RMC,Bolton,chair,false,,2023,none/year,,,{NEWS}",
            f"Ann Lee,RMC,Bolton,chair,false,2019-04-01,2023,day/year,,,{PAGE}",
            "Ann Lee,RMC,Bolton,chair,false,,,asof,2023-01,month,A news item 2023,"
            '"A news item 2023 (news item, no public address)",medium,',
        ],
    )
    [held] = tenures(facts)
    assert (held.start_date, held.last_seen, len(held.source_ids)) == (date(2019, 4, 1), "2023-01", 3)
    assert "a-news-item-2023" in held.source_ids
    assert "leaders: 2 rows merged into others as corroboration" in report.notes


def test_sources_that_disagree_are_one_tenure_and_a_conflict(tmp_path: Path) -> None:
    facts, _ = load(
        tmp_path,
        [
            f"Ann Lee,QHG,BLMK,ics_executive_lead,true,2020-09,2022-06-30,month/day,,,{NEWS}",
            f"Ann Lee,QHG,BLMK,ics_executive_lead,true,2020-12,2022-06-30,month/day,,,{PAGE}",
        ],
    )
    [held] = tenures(facts)
    [conflict] = [fact for fact in facts if isinstance(fact, Conflict)]
    assert held.start_date == date(2020, 12, 1)  # the row of higher confidence
    assert (conflict.value_a, conflict.value_b) == ("2020-12", "2020-09")


def test_one_row_before_and_one_after_a_hand_over_stay_two(tmp_path: Path) -> None:
    facts, _ = load(
        tmp_path,
        [
            f"Ann Lee,RC9,Luton,chief_executive,false,,2020-03-31,none/day,,,{PAGE}",
            f"Ann Lee,RC9,Bedfordshire,chief_executive,false,2020-04-01,,day/none,,,{NEWS}",
        ],
    )
    assert len(tenures(facts)) == 2


def test_only_the_part_that_the_source_says_is_loaded(tmp_path: Path) -> None:
    rows = [f"Ann Lee,QUY,BNSSG,icb_chair,false,2022-07-01,,day/none,,,{PAGE}"]
    part = {"row": "Ann Lee/QUY/icb_chair", "start": "", "seen_on": "2023-02"}
    facts, _ = load(tmp_path, rows, sourced_part=[part])
    [held] = tenures(facts)
    assert (held.start_date, held.first_seen) == (None, "2023-02")
    _, report = load(tmp_path, rows, unsourced_rows=["Ann Lee/QUY/icb_chair"])
    assert report.of("list").used == 0
    with pytest.raises(SourceProblem, match="Nobody/QUY/icb_chair"):
        load(tmp_path, rows, unsourced_rows=["Nobody/QUY/icb_chair"])


def test_namesakes_without_evidence_are_kept_apart(tmp_path: Path) -> None:
    rows = [f"Ian Smith,{code},Body,chair,false,2017,,year/none,,,{PAGE}" for code in ("RJZ", "QNX")]
    facts, _ = load(tmp_path, rows, kept_apart=["Ian Smith/RJZ"])
    assert {fact.id for fact in facts if isinstance(fact, Person)} == {"ian-smith-rjz", "ian-smith"}


def test_a_date_finer_than_its_precision_is_cut_and_noted(tmp_path: Path) -> None:
    facts, report = load(tmp_path, [f"Ann Lee,RX7,NWAS,chair,false,2019-02,2025-01-31,month/month,,,{PAGE}"])
    [held] = tenures(facts)
    assert (held.end_date, held.end_precision) == (date(2025, 2, 1), "month")
    assert any("2025-01-31 read to the month" in note for note in report.notes)


@pytest.mark.parametrize(("start", "precision"), [("2019", "month/none"), ("2019-13", "month/none")])
def test_a_wrong_date_is_an_error_with_its_line(tmp_path: Path, start: str, precision: str) -> None:
    with pytest.raises(RowProblem, match=r"leaders\.csv:2: column start"):
        load(tmp_path, [f"Ann Lee,RX7,NWAS,chair,false,{start},,{precision},,,{PAGE}"])


def test_an_address_in_a_repository_is_a_page() -> None:
    source = leaders.cited(
        "Lists (2026-08-22)", "github:a/b@c1:x.json", {"official_hosts": [], "compiled_hosts": ["github.com"]}
    )
    assert (source.url, source.kind, source.published_on) == (
        "https://github.com/a/b/blob/c1/x.json",
        "curated",
        "2026-08-22",
    )


@pytest.mark.parametrize(
    ("text", "name", "honorific"),
    [
        ("Sir David Dalton", "David Dalton", "Sir"),
        ("Professor Dame Jane Dacre, DBE", "Jane Dacre", "Professor Dame DBE"),
        ("Dr. Kathy McLean OBE", "Kathy McLean", "Dr OBE"),
        ("Paul von der Heyde", "Paul von der Heyde", None),
    ],
)
def test_honorifics_are_no_part_of_the_name(text: str, name: str, honorific: str | None) -> None:
    assert split_honorific(text) == (name, honorific)


def test_slugs_are_plain() -> None:
    assert slug("Marie-Noëlle O'Kane") == "marie-noelle-okane"


@pytest.mark.parametrize(
    ("word", "role"),
    [
        ("icb_chair", "chair"),
        ("ics_chair", "chair"),
        ("stp_independent_chair", "chair"),
        ("stp_lead", "system_lead"),
        ("ics_lead", "system_lead"),
        ("ics_executive_lead", "system_lead"),
        ("icb_chief_executive", "chief_executive"),
        ("council_chief_executive", "chief_executive"),
        ("managing_director", "managing_director"),
    ],
)
def test_the_sources_words_have_one_role(word: str, role: str) -> None:
    assert role_of(word) == role


def test_broader_terms_take_in_their_roles() -> None:
    assert {"chief_executive", "accountable_officer", "system_lead"} < with_narrower("chief")
    assert "chair" in with_narrower("any_chair")
    assert is_single("chair")
    assert not is_single("director")
    words = [word for role in ROLES.values() for word in role.words]
    assert len(words) == len(set(words))
