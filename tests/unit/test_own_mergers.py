"""A list of mergers of a user's own: what it adds and corroborates, what is refused, that it goes out again whole."""

from pathlib import Path
from shutil import copyfile

import pytest

from nhs_graph.graph.errors import SourceProblem
from nhs_graph.graph.facts import ChangeEvent, Conflict, Fact, Party, Source, Succession
from nhs_graph.graph.store import Selection, Store, every_fact
from nhs_graph.loaders.loading import load_files, remove_file

HEAD = "event_id,kind,effective_date,predecessors,successors,source_title,source_url_or_repo_path\n"
PAGE = "A page,https://www.example.nhs.uk/a"
NEW = f"my-1,acquisition,2027-04-01,RCF;RAE,RAE,{PAGE}"
# ODS succ.csv: RQ6 to REM on 2019-10-01 (data guide, trap 7).
KNOWN = f"my-2,acquisition,2019-10-01,RQ6;REM,REM,{PAGE}"


def listed(folder: Path, *rows: str, head: str = HEAD) -> Path:
    path = folder / "mine.csv"
    path.write_text(head + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return path


def everything(store: Store) -> list[Fact]:
    return list(every_fact(store))


def step(store: Store, old: str, new: str) -> Succession:
    (found,) = (fact for fact in store.facts(Selection(Succession)) if fact.key == f"{old}/{new}")
    return found


def test_a_new_hand_over_is_an_event_with_parties_and_a_succession(bundle: Store, tmp_path: Path) -> None:
    done = load_files(bundle, [listed(tmp_path, NEW)])
    assert done.rejects == []
    assert (done.files[0].reader, done.report.of("own-mine").used) == ("mergers", 1)
    found = step(bundle, "RCF", "RAE")
    assert found.effective_date.isoformat() == "2027-04-01"
    assert set(found.source_ids) == {
        "own-mine",
        *(s.id for s in bundle.facts(Selection(Source)) if s.title == "A page"),
    }
    (event,) = bundle.facts(Selection(ChangeEvent, {"id": ("own-mine-my-1",)}))
    assert (event.kind, event.status, event.rule) == ("acquisition", "completed", "curated")
    sides = {(p.organisation_id, p.side) for p in bundle.facts(Selection(Party)) if p.event_id == event.id}
    assert sides == {("RCF", "original"), ("RAE", "original"), ("RAE", "result")}


def test_what_is_known_gets_a_source_and_no_second_event(bundle: Store, tmp_path: Path) -> None:
    events = {event.id for event in bundle.facts(Selection(ChangeEvent))}
    before = step(bundle, "RQ6", "REM")
    load_files(bundle, [listed(tmp_path, KNOWN)])
    after = step(bundle, "RQ6", "REM")
    assert {event.id for event in bundle.facts(Selection(ChangeEvent))} == events
    assert set(after.source_ids) > set(before.source_ids)
    assert after.model_copy(update={"source_ids": before.source_ids}) == before


@pytest.mark.parametrize(
    ("row", "fact", "values"),
    [
        (KNOWN.replace("2019-10-01", "2019-12-01"), "succession to REM", ("2019-10-01", "2019-12-01")),
        (KNOWN.replace("acquisition", "merger"), "event kind 2019-10-01", ("acquisition", "merger")),
    ],
)
def test_another_day_or_kind_is_a_conflict_and_the_bundle_stays_in_use(
    bundle: Store, tmp_path: Path, row: str, fact: str, values: tuple[str, str]
) -> None:
    def found() -> dict[str, Conflict]:
        return {c.key: c for c in bundle.facts(Selection(Conflict)) if c.fact == fact}

    before = found()
    load_files(bundle, [listed(tmp_path, row)])
    (fresh,) = (found()[key] for key in found().keys() - before.keys())
    assert (fresh.value_a, fresh.value_b) == values
    assert step(bundle, "RQ6", "REM").effective_date.isoformat() == "2019-10-01"


def test_plans_transfers_and_groups_make_no_succession(bundle: Store, tmp_path: Path) -> None:
    before = len(list(bundle.facts(Selection(Succession))))
    head = HEAD.replace("\n", ",scope\n")
    rows = [
        f"a,proposed,2027-04,RCF;RAE,RAE,{PAGE},trust",
        f"b,service_transfer,2027-04-01,RCF,RAE,{PAGE},trust",
        f"c,formation,2027,RCF;RAE,,{PAGE},group",
    ]
    done = load_files(bundle, [listed(tmp_path, *rows, head=head)])
    assert done.rejects == []
    assert len(list(bundle.facts(Selection(Succession)))) == before
    assert (done.report.of("own-mine").used, done.report.of("own-mine").left_out.total()) == (2, 1)


def test_a_list_goes_out_again_whole_and_a_new_version_replaces_the_old_one(bundle: Store, tmp_path: Path) -> None:
    before = everything(bundle)
    load_files(bundle, [listed(tmp_path, NEW, KNOWN)])
    first = everything(bundle)
    assert first != before
    assert not load_files(bundle, [listed(tmp_path, NEW, KNOWN)]).summary
    load_files(bundle, [listed(tmp_path, KNOWN, NEW.replace("RCF", "RWY"))])
    assert "RCF/RAE" not in {fact.key for fact in bundle.facts(Selection(Succession))}
    remove_file(bundle, "own-mine")
    assert everything(bundle) == before


@pytest.mark.parametrize(
    ("change", "column", "expected"),
    [
        (("my-1", "My 1"), "event_id", "an id like"),
        (("acquisition", "takeover"), "kind", "one of merger"),
        (("2027-04-01", "1/4/2027"), "effective_date", "YYYY"),
        (("2027-04-01", "2027-02-30"), "effective_date", "YYYY"),
        (("RCF;RAE", "RCF;XXX"), "predecessors", "organisation search"),
        (("RCF;RAE", "RCF;rae"), "predecessors", "the code RAE"),
        (("RCF;RAE", "RAE"), "predecessors", "at least two bodies"),
        (("RCF;RAE,", ","), "predecessors", "the bodies of before"),
        (("RAE,A page", "RAE;RCF,A page"), "successors", "one body"),
        (("RAE,A page", ",A page"), "successors", "the bodies after"),
        (("A page", ""), "source_title", "the title"),
        (("https://www.example.nhs.uk/a", "background"), "source_url_or_repo_path", "background knowledge"),
        (("https://www.example.nhs.uk/a", ""), "source_url_or_repo_path", "no source, no fact"),
        ((",A page", ",A page,more"), "-", "7 cells"),
    ],
)
def test_a_wrong_cell_is_rejected_with_its_place_and_nothing_is_loaded(
    bundle: Store, tmp_path: Path, change: tuple[str, str], column: str, expected: str
) -> None:
    before = everything(bundle)
    done = load_files(bundle, [listed(tmp_path, KNOWN, NEW.replace(*change, 1))])
    (problem,) = done.rejects
    assert (problem.facts["line"], problem.facts["column"]) == (3, column)
    assert expected in str(problem.facts["expected"])
    assert done.summary is None
    assert everything(bundle) == before


def test_an_event_twice_is_rejected(bundle: Store, tmp_path: Path) -> None:
    (problem,) = load_files(bundle, [listed(tmp_path, NEW, NEW)]).rejects
    assert (problem.facts["line"], problem.facts["expected"]) == (3, "an id once in the file")


@pytest.mark.parametrize(
    ("head", "said"), [("event_id,predecessors,successors\n", "is missing"), (HEAD[:-1] + ",salary\n", "'salary'")]
)
def test_a_column_that_is_missing_or_unknown_is_an_error(bundle: Store, tmp_path: Path, head: str, said: str) -> None:
    with pytest.raises(SourceProblem, match=said):
        load_files(bundle, [listed(tmp_path, head=head)])


@pytest.mark.shared
def test_our_own_list_says_again_what_the_bundle_says(bundle: Store, tmp_path: Path, shared: Path) -> None:
    steps = {fact.key: fact for fact in bundle.facts(Selection(Succession))}
    copy = tmp_path / "mine.csv"
    copyfile(shared / "curated/mergers.csv", copy)
    done = load_files(bundle, [copy], "mergers", max_rejects=400)
    assert done.summary is not None
    assert all(reject.facts["column"] != "effective_date" for reject in done.rejects)
    after = {fact.key: fact for fact in bundle.facts(Selection(Succession))}
    assert after.keys() == steps.keys()
    assert all(after[key].event_id == fact.event_id for key, fact in steps.items())
