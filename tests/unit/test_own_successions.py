"""A user's succession file on top of the bundle: what is recognised, typed, listed, and taken out again."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from nhs_graph.graph.errors import RowProblem, SourceProblem
from nhs_graph.graph.facts import ChangeEvent, Conflict, Fact, OwnFile, Party, Source, Succession
from nhs_graph.graph.store import Selection, Store, open_store
from nhs_graph.loaders.loading import load_bundle, load_files, remove_file
from nhs_graph.loaders.own_files import recognised


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = open_store(f"sqlite:{tmp_path_factory.mktemp('own') / 'nhs.db'}", read_only=False)
    load_bundle(store)
    return store


@pytest.fixture(autouse=True)
def without_files(loaded: Store) -> Iterator[None]:
    yield
    for file in list(loaded.facts(Selection(OwnFile))):
        remove_file(loaded, file.id)


def written(folder: Path, *rows: str) -> Path:
    file = folder / "succ.csv"
    file.write_text("\r\n".join(rows) + "\r\n", encoding="utf-8")
    return file


def steps(store: Store, *codes: str) -> dict[tuple[str, str], Succession]:
    found = store.facts(Selection(Succession, {"predecessor_id": codes}))
    return {(step.predecessor_id, step.successor_id): step for step in found}


def kinds(store: Store, *codes: str) -> set[tuple[str, str]]:
    events = {step.event_id for step in steps(store, *codes).values()}
    return {(event.kind, event.rule) for event in store.facts(Selection(ChangeEvent, {"id": events}))}


@pytest.mark.parametrize(
    "first",
    ['"RXX01","RXX02","","20200401","0"', "old_code,new_code,date", "predecessor_code,successor_code,legal_start"],
)
def test_a_succession_file_is_recognised_with_and_without_a_header(tmp_path: Path, first: str) -> None:
    assert recognised(written(tmp_path, first)) == "ods-succession"


def test_sites_and_practices_are_typed_by_the_same_rules(loaded: Store, tmp_path: Path) -> None:
    file = written(
        tmp_path,
        '"RZZ01","RZZ09","","20200401","0"',
        '"RZZ02","RZZ09","","20200401","0"',
        '"A99001","A99002","","20210401","0"',
        '"RZZ05","RZZ06","","20210401","0"',
        '"RZZ05","RZZ07","","20210401","0"',
    )
    done = load_files(loaded, [file])
    assert done.rejects == []
    assert kinds(loaded, "RZZ01", "RZZ02") == {("merger", "opened_on_the_day")}
    assert kinds(loaded, "A99001") == {("recode", "new_code_for_one_body")}
    assert kinds(loaded, "RZZ05") == {("split", "part_of_one_body")}
    assert {step.weight for step in steps(loaded, "RZZ01", "A99001").values()} == {1.0}
    assert {step.weight for step in steps(loaded, "RZZ05").values()} == {None}


def test_what_the_bundle_knows_is_corroborated_and_another_day_is_a_conflict(loaded: Store, tmp_path: Path) -> None:
    # ODS: RQ6 to REM 2019-10-01, RC1 to RC9 2020-04-01.
    load_files(loaded, [written(tmp_path, "old_code,new_code,date", "RQ6,REM,2019-10-01", "RC1,RC9,2020-05-01")])
    (same,) = steps(loaded, "RQ6").values()
    assert "own-succ" in same.source_ids
    assert same.weight == 1.0
    (other,) = steps(loaded, "RC1").values()
    assert other.effective_date.isoformat() == "2020-04-01"
    (conflict,) = loaded.facts(Selection(Conflict, {"organisation_id": {"RC1"}}))
    assert (conflict.value_a, conflict.value_b, conflict.source_b) == ("2020-04-01", "2020-05-01", "own-succ")


def test_another_heir_leaves_no_share_known(loaded: Store, tmp_path: Path) -> None:
    load_files(loaded, [written(tmp_path, "old_code,new_code,date", "RQ6,RZZ10,2019-10-01")])
    assert {step.weight for step in steps(loaded, "RQ6").values()} == {None}


def whole(store: Store) -> list[list[Fact]]:
    classes: tuple[type[Fact], ...] = (Succession, ChangeEvent, Party, Conflict)
    return [list(store.facts(Selection(cls))) for cls in classes]


def test_a_pair_of_the_file_is_typed_with_the_pairs_of_the_bundle_of_its_day(loaded: Store, tmp_path: Path) -> None:
    # By the register EAA alone became RC1 on 1992-04-01: a new code. With a second predecessor it was a merger.
    before = whole(loaded)
    assert kinds(loaded, "EAA") == {("recode", "new_code_for_one_body")}
    file = written(tmp_path, "old_code,new_code,date", "RZX,RC1,1992-04-01")
    load_files(loaded, [file])
    assert kinds(loaded, "EAA") == kinds(loaded, "RZX") == {("merger", "opened_on_the_day")}
    assert {step.event_id for step in steps(loaded, "EAA", "RZX").values()} == {"ods-1992-04-01-rc1"}
    assert {step.weight for step in steps(loaded, "EAA", "RZX").values()} == {1.0}
    assert load_files(loaded, [file]).summary == {}
    remove_file(loaded, "own-succ")
    assert whole(loaded) == before


def test_a_second_heir_on_the_day_makes_a_new_code_a_split(loaded: Store, tmp_path: Path) -> None:
    load_files(loaded, [written(tmp_path, "old_code,new_code,date", "EAA,RZX,1992-04-01")])
    assert kinds(loaded, "EAA") == {("split", "part_of_one_body")}
    assert len({step.event_id for step in steps(loaded, "EAA").values()}) == 1
    assert {step.weight for step in steps(loaded, "EAA").values()} == {None}


def test_the_rules_may_then_differ_from_a_curated_row_whose_kind_stays(loaded: Store, tmp_path: Path) -> None:
    # mergers.csv: RLH took the code RW9 on 2002-04-01.
    load_files(loaded, [written(tmp_path, "old_code,new_code,date", "RZX,RW9,2002-04-01")])
    assert kinds(loaded, "RLH", "RZX") == {("recode", "curated")}
    (conflict,) = loaded.facts(Selection(Conflict, {"organisation_id": {"RW9"}}))
    assert (conflict.value_a, conflict.value_b) == ("recode", "merger (opened_on_the_day)")


def test_a_curated_row_keeps_its_words_where_the_file_adds_a_pair(loaded: Store, tmp_path: Path) -> None:
    # mergers.csv: RC9 took over RC1 on 2020-04-01, which the press called a merger; the rule says acquisition too.
    load_files(loaded, [written(tmp_path, "old_code,new_code,date", "RZX,RC9,2020-04-01")])
    found = steps(loaded, "RC1", "RZX")
    assert {step.event_id for step in found.values()} == {"trust-2020-04-01-rc9"}
    (event,) = loaded.facts(Selection(ChangeEvent, {"id": {"trust-2020-04-01-rc9"}}))
    assert (event.kind, event.press_kind, event.rule) == ("acquisition", "merger", "older_than_the_day")


def test_a_further_heir_of_a_body_with_known_shares_leaves_none_known(loaded: Store, tmp_path: Path) -> None:
    # QM7 went to two boards by the people of its areas; nobody knows what part a third would have had.
    load_files(loaded, [written(tmp_path, "old_code,new_code,date", "QM7,QRL,2026-04-01")])
    assert {pair: step.weight for pair, step in steps(loaded, "QM7").items()} == {
        ("QM7", "D7T5G"): None,
        ("QM7", "QRL"): None,
        ("QM7", "S1Y5D"): None,
    }
    assert {step.weight for step in steps(loaded, "QUE").values()} == {1.0}


def test_second_lives_and_pairs_with_two_days_are_listed(loaded: Store, tmp_path: Path) -> None:
    rows = ["old_code,new_code,date", "RZZ01,RZZ01,2000-10-01", "RZZ02,RZZ03,2001-04-01", "RZZ02,RZZ03,2002-04-01"]
    done = load_files(loaded, [written(tmp_path, *rows)])
    tally = done.report.of("own-succ")
    assert (tally.read, tally.used, tally.adds_up) == (3, 1, True)
    said = {c.fact: (c.value_a, c.value_b) for c in loaded.facts(Selection(Conflict)) if "own-succ" in c.source_ids}
    assert said == {
        "second life": ("one body", "succeeded itself on 2000-10-01"),
        "succession to RZZ03": ("2002-04-01", "2001-04-01"),
    }
    assert steps(loaded, "RZZ01") == {}


def test_transfers_of_the_bundle_do_not_become_successions(loaded: Store, tmp_path: Path) -> None:
    # RK6 went on after 2001-04-01, when services went to 5EM: a transfer by rule, no heir.
    before = steps(loaded, "RK6")
    load_files(loaded, [written(tmp_path, "old_code,new_code,date", "RK6,5EM,2001-04-01")])
    assert steps(loaded, "RK6").keys() == before.keys()


def test_all_bad_rows_are_told_at_once_and_nothing_is_written(loaded: Store, tmp_path: Path) -> None:
    before = list(loaded.facts(Selection(Succession)))
    rows = ["old_code,new_code,date", "RZZ01,RZZ02,2020-04", "rzz01,RZZ02,2020-04-01", "RZZ01,,2020-04-01"]
    done = load_files(loaded, [written(tmp_path, *rows)])
    assert done.summary is None
    assert [(problem.facts["line"], problem.facts["column"]) for problem in done.rejects] == [
        (2, "date"),
        (3, "old"),
        (4, "new"),
    ]
    assert all(isinstance(problem, RowProblem) for problem in done.rejects)
    assert list(loaded.facts(Selection(Succession))) == before


def test_a_bad_first_row_is_told_like_any_other(loaded: Store, tmp_path: Path) -> None:
    good = '"RZZ01","RZZ0{}","","20200401","0"'
    file = written(tmp_path, '"RZZ01","RZZ02","","1/4/2020","0"', good.format(3), good.format(4))
    assert recognised(file) == "ods-succession"
    done = load_files(loaded, [file], dry_run=True, max_rejects=1)
    assert [problem.facts["line"] for problem in done.rejects] == [1]
    assert done.report.of("own-succ").used == 2


def test_a_quotation_mark_that_is_never_closed_is_an_error_and_no_crash(loaded: Store, tmp_path: Path) -> None:
    file = written(tmp_path, "old_code,new_code,date", '"RZZ01,RZZ02,2020-04-01', *["RZZ01,RZZ03,2020-04-01"] * 9000)
    with pytest.raises(SourceProblem, match=r"succ\.csv holds a row that is none"):
        load_files(loaded, [file])


def test_taking_the_file_out_again_leaves_nothing_behind(loaded: Store, tmp_path: Path) -> None:
    classes: tuple[type[Fact], ...] = (Succession, ChangeEvent, Conflict, Source)
    before = [list(loaded.facts(Selection(cls))) for cls in classes]
    load_files(loaded, [written(tmp_path, "old_code,new_code,date", "RQ6,RZZ10,2019-10-01")])
    assert [list(loaded.facts(Selection(cls))) for cls in classes] != before
    assert load_files(loaded, [written(tmp_path, "old_code,new_code,date", "RQ6,RZZ10,2019-10-01")]).summary == {}
    remove_file(loaded, "own-succ")
    assert [list(loaded.facts(Selection(cls))) for cls in classes] == before
