"""A list of leaders of a user's own: what it adds and corroborates, what is refused, that it goes out again whole."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from nhs_graph.graph.errors import SourceProblem
from nhs_graph.graph.facts import Conflict, Fact, OwnFile, Person, Tenure
from nhs_graph.graph.leader_files import leaders_csv, popolo_json
from nhs_graph.graph.store import Selection, Store
from nhs_graph.loaders.loading import load_files, remove_file
from nhs_graph.loaders.own_popolo import lines_of

BAD = Path(__file__).with_name("fifty_bad_leaders.csv")
HEAD = "person,org_code,role,start,end,seen_on,source_title,source_url_or_repo_path,note\n"
PAGE = "A page,https://www.example.nhs.uk/a,"


def everything(store: Store) -> dict[str, list[Fact]]:
    return {cls.__name__: list(store.facts(Selection(cls))) for cls in (Person, Tenure, Conflict, OwnFile)}


def listed(folder: Path, *rows: str, head: str = HEAD) -> Path:
    path = folder / "mine.csv"
    path.write_text(head + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def tenures(store: Store, person: str) -> list[Tenure]:
    return list(store.facts(Selection(Tenure, {"person_id": (person,)})))


def test_fifty_bad_rows_give_fifty_messages_and_change_nothing(bundle: Store) -> None:
    before = everything(bundle)
    done = load_files(bundle, [BAD])
    assert done.summary is None
    assert everything(bundle) == before
    with BAD.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert len(rows) == len(done.rejects) == 50
    for line, (row, problem) in enumerate(zip(rows, done.rejects, strict=True), start=2):
        column = row["note"]
        assert (problem.facts["line"], problem.facts["column"]) == (line, column), problem.message
        assert str(problem.facts["value"]) in row[column]
        for part in (BAD.name, f":{line}:", column, repr(problem.facts["value"]), "expected "):
            assert part in problem.message
    tally = done.report.of(done.files[0].id)
    assert (tally.read, tally.used, tally.left_out.total()) == (50, 0, 50)


def test_a_new_appointment_bounds_the_last_holder_and_is_taken_out_whole(bundle: Store, tmp_path: Path) -> None:
    before = everything(bundle)
    (leese,) = [t for t in tenures(bundle, "richard-leese") if t.role == "chair"]
    assert leese.shown_until is None
    done = load_files(bundle, [listed(tmp_path, f"Ann Lee,QOP,icb_chair,2025-05-01,,,{PAGE}")])
    (lee,) = tenures(bundle, "ann-lee")
    assert (lee.role, lee.role_label, len(lee.source_ids)) == ("chair", "icb_chair", 2)
    (leese,) = [t for t in tenures(bundle, "richard-leese") if t.role == "chair"]
    assert str(leese.shown_until) == "2025-05-01"
    remove_file(bundle, done.files[0].id)
    assert everything(bundle) == before


def test_a_row_about_a_known_tenure_corroborates_it_and_a_date_that_differs_is_listed(
    bundle: Store, tmp_path: Path
) -> None:
    # Donna Hall chaired RMC from 2019-04-01 to 2023.
    load_files(bundle, [listed(tmp_path, f"Dr Donna Hall,RMC,chair,2019-05-01,2023,,{PAGE}")])
    (hall,) = [t for t in tenures(bundle, "donna-hall") if t.organisation_id == "RMC"]
    assert str(hall.start_date) == "2019-04-01"
    assert "own-mine" in hall.source_ids
    (conflict,) = [c for c in bundle.facts(Selection(Conflict)) if c.fact == "donna-hall chair start_date"]
    assert (conflict.value_a, conflict.value_b) == ("2019-04-01", "2019-05-01")


def test_the_form_of_the_hand_kept_list_is_taken_as_it_is(bundle: Store, tmp_path: Path) -> None:
    head = (
        "person,org_code,org_name,role,interim,start,end,precision,seen_on,seen_precision,"
        "source_title,source_url_or_repo_path,confidence,note\n"
    )
    row = f"Ann Lee,R1H;RF4,Barts; Barking,chair,true,2021-10,,month/none,,,{PAGE}high,mine alone"
    load_files(bundle, [listed(tmp_path, row, head=head)])
    one, two = tenures(bundle, "ann-lee")
    assert one.appointment_id == two.appointment_id is not None
    assert (one.basis, one.organisation_name, two.organisation_name) == ("interim", "Barts", "Barking")
    assert "mine alone" not in "".join(file.content for file in bundle.facts(Selection(OwnFile)))


@pytest.mark.parametrize(
    ("head", "told"),
    [
        (HEAD.replace("note", "date_of_birth"), "the column 'date_of_birth' is none of the form"),
        (HEAD.replace("source_title,", ""), "the column source_title is missing"),
        (HEAD.replace("note", "person"), "the column person is there twice"),
    ],
)
def test_columns_outside_the_form_are_refused(bundle: Store, tmp_path: Path, head: str, told: str) -> None:
    with pytest.raises(SourceProblem, match=told):
        load_files(bundle, [listed(tmp_path, head=head)])


def test_a_namesake_of_the_bundle_needs_an_id(bundle: Store, tmp_path: Path) -> None:
    path = listed(tmp_path, f"Ian Smith,REM,chair,2025,,,{PAGE}")
    (problem,) = load_files(bundle, [path]).rejects
    assert "one of ian-smith, ian-smith-rjz, or a new id" in problem.message
    path = listed(tmp_path, f"Ian Smith,ian-smith-rem,REM,chair,2025,,,{PAGE}", head="person,person_id," + HEAD[7:])
    assert not load_files(bundle, [path]).rejects
    assert len(tenures(bundle, "ian-smith-rem")) == 1


def test_the_whole_list_goes_out_and_comes_in_again_by_csv_and_by_popolo(bundle: Store, tmp_path: Path) -> None:
    def without_files(store: Store) -> list[tuple[str, Fact]]:
        facts = [fact for cls in (Person, Tenure, Conflict) for fact in store.facts(Selection(cls))]
        own = {file.id for file in store.facts(Selection(OwnFile))}
        kept = (f.model_copy(update={"source_ids": tuple(sorted(set(f.source_ids) - own))}) for f in facts)
        return [(type(fact).__name__, fact) for fact in kept]

    before = without_files(bundle)
    for name, text in (("all.csv", leaders_csv(bundle)), ("all.json", popolo_json(bundle))):
        (tmp_path / name).write_text(text, encoding="utf-8")
        done = load_files(bundle, [tmp_path / name])
        assert not done.rejects
        assert without_files(bundle) == before
        remove_file(bundle, done.files[0].id)


def test_popolo_of_others_is_read_by_code_and_a_bad_membership_names_its_line(bundle: Store, tmp_path: Path) -> None:
    document: dict[str, Any] = {
        "persons": [{"id": "7", "name": "Ann Lee", "honorific_prefix": "Dame", "birth_date": "1960-01-01"}],
        "organizations": [{"id": "o1", "name": "Trust", "identifiers": [{"scheme": "ODS", "identifier": "REM"}]}],
        "posts": [{"id": "p1", "label": "Chief Executive", "organization_id": "o1"}],
        "memberships": [
            {
                "person_id": "7",
                "post_id": "p1",
                "start_date": "2025-05",
                "sources": [{"url": "https://www.example.nhs.uk/a", "note": "A page"}],
            },
            {"person_id": "7", "organization_id": "o1", "role": "chair", "start_date": "May 2025", "sources": []},
            {"person_id": "8", "organization_id": "o1"},
            {"person_id": "7", "organization_id": "o1", "salary": 1},
        ],
    }
    path = tmp_path / "theirs.json"
    path.write_text(json.dumps(document, indent=1), encoding="utf-8")
    text = path.read_text(encoding="utf-8")
    done = load_files(bundle, [path], max_rejects=3)
    (lee,) = tenures(bundle, "7")
    assert (lee.organisation_id, lee.role, str(lee.start_date)) == ("REM", "chief_executive", "2025-05-01")
    (person,) = bundle.facts(Selection(Person, {"id": ("7",)}))
    assert (person.name, person.honorific) == ("Ann Lee", "Dame")
    assert "1960" not in "".join(file.content for file in bundle.facts(Selection(OwnFile)))
    found = {problem.facts["column"]: problem.facts["line"] for problem in done.rejects}
    lines = text.splitlines()
    starts = lines_of(text, "memberships")
    assert [lines[start - 1].strip() for start in starts] == ["{"] * 4
    assert found == {"sources": starts[1], "person_id": starts[2], "salary": starts[3]}


def test_no_json_and_no_object_are_refused(bundle: Store, tmp_path: Path) -> None:
    path = tmp_path / "theirs.json"
    for text, told in (('{"persons": [', "is no JSON"), ('{"persons": 1}', "persons is no list of objects")):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(SourceProblem, match=told):
            load_files(bundle, [path])


def test_the_example_of_the_docs_loads(bundle: Store) -> None:
    done = load_files(bundle, [Path(__file__).parents[2] / "docs" / "examples" / "leaders.csv"])
    assert not done.rejects
    assert len(tenures(bundle, "bo-example")) == 2


def test_a_row_without_a_name_of_the_body_has_the_one_of_its_time(bundle: Store, tmp_path: Path) -> None:
    # REM was Aintree University Hospital until 2019-10-01.
    rows = [f"Ann Lee,REM,chair,{year}-05-01,{year}-06-01,,{PAGE}" for year in (2018, 2022)]
    load_files(bundle, [listed(tmp_path, *rows)])
    names = sorted(tenure.organisation_name for tenure in tenures(bundle, "ann-lee"))
    assert "Aintree" in names[0]
    assert "Liverpool University Hospitals" in names[1]
