"""Each command on the bundle: the keys of its rows, the words it refuses, what it says beside the answer."""

import json
import re
import shlex
from pathlib import Path

import pytest

from tests.cli.test_program import COUNCILS, call

DAY = ("--as-of", "2021-04-01")
# From the contract of the command line: keys, in this order; further ones may follow.
KEYS = {
    "boundaries overlaps --council-id Cumbria": (
        "council_id council_gss council_name system_id system_gss system_name lsoas people share_of_council "
        "share_of_system measure sliver relation vintage"
    ),
    "boundaries systems": (
        "system_id system_gss system_name verdict verdict_above_floor split_councils split_councils_above_floor "
        "parts vintage"
    ),
    "boundaries coterminous QHM": "system_id council_id verdict reason vintage",
    "boundaries whatif --merge QHM,QE1": "council_id council_gss council_name change before after",
    "organisation show REM": (
        "id name kind statutory start_date end_date names kinds identifiers part_of located_in successors predecessors"
    ),
    "organisation search Aintree": "id name kind start_date end_date matched",
    "organisation list --kind trust": "id name kind start_date end_date parent_id parent_name",
    "lineage show REM": (
        "predecessor_id predecessor_name successor_id successor_name effective_date kind press_kind relation weight "
        "weight_basis event_id depth"
    ),
    "lineage origins REM": "id name start_date end_date depth root relation",
    "lineage heirs 06F": "id name share share_basis path",
    "lineage events REM": (
        "event_id kind press_kind status effective_date announced_date predecessors successors legal_basis rule"
    ),
    "lineage conflicts": "organisation_id name fact value_a source_a value_b source_b",
    "lineage gaps": "id name end_date",
    "lineage path 06F M1J4Y": (
        "predecessor_id predecessor_name successor_id successor_name effective_date kind press_kind relation weight "
        "weight_basis event_id depth"
    ),
    "leaders list RMC --all-dates": (
        "person_id person role role_label organisation_id organisation_name basis start_date end_date first_seen "
        "last_seen certainty taken_up appointment_id"
    ),
    "leaders career 'Steve Warburton'": (
        "person_id person role role_label organisation_id organisation_name basis start_date end_date first_seen "
        "last_seen certainty taken_up appointment_id moved_how"
    ),
    "leaders moves": (
        "person_id person from_organisation_id from_organisation_name from_role to_organisation_id "
        "to_organisation_name to_role left joined gap_days kind certainty"
    ),
    "leaders joint": "person posts",
    "leaders succession REM --role chief_executive": "person basis start_date end_date gap_days certainty",
    "leaders bridges": "event_id person before after",
    "leaders central": "person organisations betweenness",
}
PLAIN = {
    "claims list": "id claim said_on expected query said_by topic subject_ids sources",
    "sources": "source title publisher licence vintage rows url published_on retrieved_on",
    "status": "fact rows earliest latest",
}


@pytest.mark.parametrize("command", KEYS)
def test_answers_have_the_promised_keys_in_order_and_end_with_sources(bundle_url: str, command: str) -> None:
    done = call(*shlex.split(command), *DAY, "-f", "json", store=bundle_url)
    assert done.returncode == (1 if "coterminous" in command else 0), done.stderr
    found = list(json.loads(done.stdout)[0])
    wanted = KEYS[command].split()
    assert [name for name in found if name in wanted] == wanted
    assert found[-1] == "sources"


@pytest.mark.parametrize("command", PLAIN)
def test_what_a_store_holds_has_exactly_the_promised_keys(bundle_url: str, command: str) -> None:
    done = call(*command.split(), "-f", "json", store=bundle_url)
    assert list(json.loads(done.stdout)[0]) == PLAIN[command].split()


@pytest.mark.parametrize(
    "words",
    [
        "leaders list REM --role chiar",
        "leaders list --kind trsut",
        "leaders career Felicity_Coks",
        "organisation list --kind icbs",
        "organisation show Cumbira",
        "boundaries councils Cumbira",
        "boundries councils",
    ],
)
def test_a_word_that_is_nearly_right_is_told_the_right_one(bundle_url: str, words: str) -> None:
    done = call(*words.split(), store=bundle_url)
    assert (done.returncode, done.stdout) == (2, "")
    assert "did you mean: " in done.stderr


@pytest.mark.parametrize("day", ["2021", "2021-04", "2021-13", "2021-W13", "20210401", "0000", "tomorrow"])
def test_only_a_full_date_is_taken_and_the_hint_names_one(bundle_url: str, day: str) -> None:
    done = call("boundaries", "councils", "--as-of", day, store=bundle_url)
    assert done.returncode == 2
    hint = re.search(r"for example (\S+)$", done.stderr)
    assert hint
    assert call("organisation", "search", "REM", "--as-of", hint[1], store=bundle_url).returncode == 0


@pytest.mark.parametrize(
    "words",
    [
        "boundaries councils --measure area",
        "boundaries councils --floor 3km",
        "boundaries councils --floor 150%",
        "leaders list REM --organisation RA7",
        "leaders bridges nothing",
        "claims check nothing",
        "leaders draw felicity-cox --role chair -o x.svg",
        "leaders draw Nobody -o x.svg",
        "leaders network -o x.pdf",
        "leaders network --kind trsut -o x.svg",
        "leaders network --as-of 1950-01-01 -o x.svg",
        "lineage show REM --back --both",
        "lineage show REM --back --forward",
        "lineage show REM --limit 1",
        "load --source leaders",
        "cypher RETURN",
        "query run lineage_show -p organisation_id=REM",
        "query run lineage_show -p organisation",
        "query show lineage_shows",
        "sources nothing",
        "status --as-of 2021-04-01",
    ],
)
def test_what_cannot_be_done_is_refused_with_a_hint(bundle_url: str, words: str) -> None:
    done = call(*words.split(), store=bundle_url)
    assert (done.returncode, done.stdout) == (2, ""), done.stderr
    assert [line.split(":")[0] for line in done.stderr.splitlines() if not line.startswith(" ")] == ["error", "hint"]


def test_a_day_that_no_map_covers_is_no_empty_answer(bundle_url: str) -> None:
    done = call("boundaries", "councils", "--as-of", "2010-01-01", store=bundle_url)
    assert done.returncode == 2
    assert "no boundary vintage covers 2010-01-01" in done.stderr


def test_tenures_that_cannot_be_placed_are_counted_on_stderr(bundle_url: str) -> None:
    words = ("leaders", "list", "RMC", "--as-of", "2019-01-01")
    done = call(*words, store=bundle_url)
    told = re.search(r"^(\d+) tenures with unknown start not shown; --all-dates lists them$", done.stderr, re.MULTILINE)
    assert told
    rows = json.loads(call(*words, "--all-dates", "-f", "json", store=bundle_url).stdout)
    assert int(told[1]) == len([row for row in rows if row["start_date"] is None and row["certainty"] is None]) > 0


def test_a_floor_in_people_or_percent_and_the_measure_change_the_answer(bundle_url: str) -> None:
    def slivers(*words: str) -> int:
        done = call("boundaries", "overlaps", *DAY, *words, "-f", "json", store=bundle_url)
        return sum(row["sliver"] for row in json.loads(done.stdout))

    assert slivers("--floor", "0") == 0 < slivers("--floor", "10000people")
    assert slivers("--floor", "2%") == slivers("--floor", "0.02") == slivers()


def test_footnotes_are_numbered_in_the_rows_and_below(bundle_url: str) -> None:
    done = call(*COUNCILS, "--cite", "--limit", "1", "-f", "md", store=bundle_url)
    table, notes = done.stdout.split("\n\n")
    used = re.findall(r"\[(\d+)\]", table)
    assert used
    assert used == re.findall(r"^\[(\d+)\]", notes, re.MULTILINE)


def test_the_lineage_of_a_body_is_a_tree_with_its_earlier_self(bundle_url: str) -> None:
    # ODS successions: RQ6 into REM on 2019-10-01; the code was Aintree's.
    tree = call("lineage", "show", "REM", *DAY, store=bundle_url).stdout.splitlines()
    assert tree[0] == "REM Liverpool University Hospitals NHS Foundation Trust"
    assert any("RQ6 Royal Liverpool" in line and "2019-10-01 acquisition" in line for line in tree)
    assert any("REM Aintree" in line and "same code, earlier name" in line for line in tree)


def test_a_file_of_no_known_kind_is_refused(bundle_url: str, tmp_path: Path) -> None:
    strange = tmp_path / "strange.csv"
    strange.write_text("colour,taste\nred,sweet\n")
    done = call("load", str(strange), store=bundle_url)
    assert (done.returncode, done.stdout) == (3, "")
    assert "strange.csv is no file of a known kind; it begins 'colour,taste" in done.stderr
    missing = call("load", str(tmp_path / "missing.csv"), store=bundle_url)
    assert missing.returncode == 3
    assert "missing.csv cannot be read: No such file" in missing.stderr


def test_rejected_rows_are_listed_and_nothing_is_loaded(
    bundle_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bad.csv").write_text("LSOA11CD,STP21CD\nE01000001,E38000001\nE0100000,E54000029\n")
    before = call("status", "-f", "csv", store=bundle_url).stdout
    done = call("load", "bad.csv", store=bundle_url)
    assert (done.returncode, done.stdout) == (3, "")
    assert "bad.csv: ons-lsoa-lookup, 2 rows read, 0 used" in done.stderr
    assert "error: 2 rows were rejected and 0 are allowed; nothing was loaded" in done.stderr
    header, *rows = Path("bad.rejects.csv").read_text().splitlines()
    assert header == "file,line,column,value,expected"
    assert [row.split(",")[:4] for row in rows] == [
        ["bad.csv", "2", "system", "E38000001"],
        ["bad.csv", "3", "LSOA", "E0100000"],
    ]
    assert call("status", "-f", "csv", store=bundle_url).stdout == before
    unknown = call("sources", "remove", "own-bad", store=bundle_url)
    assert unknown.returncode == 2
    assert "error: no file of yours is called 'own-bad'" in unknown.stderr


def test_a_diff_has_days_of_its_own(bundle_url: str) -> None:
    words = ("boundaries", "diff", "2022-06-30", "2022-07-01")
    done = call(*words, "-f", "json", store=bundle_url)
    rows = json.loads(done.stdout)
    wanted = ["council_id", "council_gss", "council_name", "change", "before", "after", "moved"]
    assert list(rows[0])[: len(wanted)] == wanted
    assert list(rows[0])[-1] == "sources"
    assert [list(row["moved"][0]) for row in rows] == [["from_system", "to_system", "lsoas", "people"]] * 4
    assert "4 fixed" in done.stderr
    assert "as of" not in done.stderr
    assert "[1] " in call(*words, "--cite", store=bundle_url).stdout
    assert call(*words, "--as-of", "2022-07-01", store=bundle_url).returncode == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("boundaries diff 2022-07-01 2022-06-30", "hint: nhs-graph boundaries diff 2022-06-30 2022-07-01"),
        ("boundaries diff 2010-01-01 2022-07-01", "no boundary vintage covers 2010-01-01"),
        ("boundaries diff 2022-07 2022-08-01", "2022-07-01"),
        ("boundaries whatif", "--merge"),
        ("boundaries whatif --move Essex", "COUNCIL:SYSTEM"),
        ("boundaries whatif --merge QHG,QUE --as-of 2010-01-01", "no boundary vintage covers 2010-01-01"),
        ("boundaries whatif --merge QHG,REM --as-of 2024-04-01", "REM holds no land"),
    ],
)
def test_changes_that_cannot_be_asked_for(bundle_url: str, words: str, told: str) -> None:
    done = call(*words.split(), store=bundle_url)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr


def test_a_moved_council_may_be_named_by_its_code(bundle_url: str) -> None:
    day = ("--as-of", "2024-04-01", "-f", "json")
    by_name = call("boundaries", "whatif", "--move", "Essex:QH8", *day, store=bundle_url)
    by_code = call("boundaries", "whatif", "--move", "la:ESS:QH8", *day, store=bundle_url)
    assert [row["change"] for row in json.loads(by_name.stdout)] == ["fixed"]
    assert by_code.stdout == by_name.stdout


def test_counts_floor_and_base_stand_beside_the_answer(bundle_url: str) -> None:
    councils = call("boundaries", "councils", *DAY, store=bundle_url).stderr
    assert "14 councils split, 10 above the floor (floor 2%)" in councils
    systems = call("boundaries", "systems", *DAY, "--floor", "10000people", store=bundle_url).stderr
    assert "23 systems cross, 19 above the floor (floor 10,000 people)" in systems
    assert "people (mid-2020) · official lookup" in systems


def test_a_check_that_finds_something_exits_with_one(bundle_url: str, tmp_path: Path) -> None:
    done = call("claims", "check", "claim-2022-42-systems", "-f", "json", store=bundle_url)
    (row,) = json.loads(done.stdout)
    assert list(row)[:7] == ["id", "claim", "said_on", "expected", "found", "verdict", "query"]
    assert (done.returncode, row["verdict"]) == (0, "supported")
    words = ("claims", "check", "claim-2022-42-systems", "--as-of", "2026-11-01")
    assert call(*words, store=bundle_url).returncode == 1
    done = call("leaders", "check", "-f", "json", store=bundle_url)
    assert done.returncode == 1
    assert list(json.loads(done.stdout)[0]) == ["rule", "person_id", "organisation_id", "detail", "sources"]
    # Data guide, ruling 12: the list has two chairs of RWP in 2018.
    assert any(row["organisation_id"] == "RWP" for row in json.loads(done.stdout))


def test_a_list_of_ones_own_is_checked_without_loading_it(bundle_url: str, tmp_path: Path) -> None:
    mine = tmp_path / "mine.csv"
    head = "person,org_code,role,start,end,source_title,source_url_or_repo_path"
    page = "A page,https://www.example.nhs.uk/a"
    mine.write_text(
        f"{head}\nAnn Lee,RMC,chair,2020-01,2021-06,{page}\nBo Ek,XYZ9,chair,2020,,{page}\n", encoding="utf-8"
    )
    done = call("leaders", "check", str(mine), "-f", "json", store=bundle_url)
    assert done.returncode == 1
    rows = {row["rule"]: row["detail"] for row in json.loads(done.stdout)}
    assert rows.keys() == {"bad_row", "two_holders"}
    assert f"{mine}:3: column org_code holds 'XYZ9'" in rows["bad_row"]
    assert "ann-lee" in rows["two_holders"]
    assert "donna-hall" in rows["two_holders"]
    assert "Ann Lee" not in call("leaders", "list", "RMC", "--all-dates", store=bundle_url).stdout


def test_a_merger_that_fixes_nothing_says_so(bundle_url: str) -> None:
    # QUESTIONS B6: QHG and QUE alone make no council whole
    done = call("boundaries", "whatif", "--merge", "QHG,QUE", "--as-of", "2024-04-01", "-f", "json", store=bundle_url)
    assert (done.returncode, json.loads(done.stdout)) == (0, [])
    assert "no council becomes whole or split" in done.stderr
