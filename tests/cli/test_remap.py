"""`lineage remap` and `lineage check` as programs: what is written, what is told, exit codes."""

from pathlib import Path

import pytest

from tests.cli.test_program import call

WORDS = ("--code", "org", "--value", "n", "--to", "2026-04-01")


def table(folder: Path, *rows: str) -> str:
    file = folder / "in.csv"
    file.write_text("\n".join(["org,n,note", *rows]) + "\n", encoding="utf-8-sig")
    return str(file)


def test_a_split_that_nobody_weighs_writes_nothing_and_says_how_to_go_on(bundle_url: str, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("old")
    done = call("lineage", "remap", table(tmp_path, "RW6,9,a", "REM,1,b"), *WORDS, "-o", str(target), store=bundle_url)
    assert (done.returncode, done.stdout, target.read_text()) == (1, "", "old")
    assert "RW6 -> R0A ?, RM3 ?: ambiguous, 1 row" in done.stderr
    assert "--weights FILE" in done.stderr
    assert "--equal" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv"]


def test_weights_from_a_file_share_out_and_conserve(bundle_url: str, tmp_path: Path) -> None:
    shares = tmp_path / "weights.csv"
    shares.write_text("from,to,weight\nRW6,R0A,1\nRW6,RM3,2\n")
    done = call("lineage", "remap", table(tmp_path, "RW6,10,a"), *WORDS, "--weights", str(shares), store=bundle_url)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == ["org,n,note", "R0A,3,a", "RM3,7,a"]
    assert "your weights" in done.stderr


def test_what_cannot_be_moved_is_kept_listed_and_exit_1(bundle_url: str, tmp_path: Path) -> None:
    done = call("lineage", "remap", table(tmp_path, "XXX,*,a", "RQ6,5,b", "R0C,1,c"), *WORDS, store=bundle_url)
    assert done.returncode == 1
    assert done.stdout.splitlines() == ["org,n,note", "XXX,*,a", "REM,5,b", "R0C,1,c"]
    assert "XXX: unknown code, 1 row" in done.stderr
    assert "R0C: closed, and no heir is known, 1 row" in done.stderr
    assert "3 rows to 2026-04-01: 0 unchanged, 0 renamed, 1 merged, 0 split, 2 unmapped" in done.stderr


def test_stdin_is_read_and_equal_rows_are_summed(bundle_url: str, tmp_path: Path) -> None:
    file = Path(table(tmp_path, "RQ6,1.5,a", "REM,2,a", "REM,7,b"))
    with file.open() as handle:
        done = call("lineage", "remap", "-", *WORDS, "--aggregate", store=bundle_url, stdin=handle)
    assert done.stdout.splitlines() == ["org,n,note", "REM,3.5,a", "REM,7,b"]


@pytest.mark.parametrize(
    ("rows", "words", "code", "told"),
    [
        (["REM,1,a"], ("--weights", "w.csv", "--equal"), 2, "exclude each other"),
        (["REM,1,a"], ("--value", "spells"), 2, "no column 'spells'"),
        (["REM,1,a"], ("--to-kind", "systems"), 2, "no kind of organisation"),
        (["REM,1,a", "QNQ,*,b"], (), 3, "in.csv:3: column n holds '*'"),
        (["REM,1"], (), 3, "in.csv:2: column note holds ''"),
        (["REM,1,2021"], ("--date", "note"), 3, "expected YYYY-MM-DD or YYYY-MM"),
        (["REM,1,a"], ("--weights", "absent.csv"), 3, "absent.csv does not exist"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(
    bundle_url: str, tmp_path: Path, rows: list[str], words: tuple[str, ...], code: int, told: str
) -> None:
    done = call("lineage", "remap", table(tmp_path, *rows), *WORDS, *words, store=bundle_url)
    assert (done.returncode, done.stdout) == (code, "")
    assert told in done.stderr
    assert done.stderr.count("hint:") == 1


def test_an_unwritable_target_is_an_export_error(bundle_url: str, tmp_path: Path) -> None:
    target = tmp_path / "absent" / "out.csv"
    done = call("lineage", "remap", table(tmp_path, "REM,1,a"), *WORDS, "-o", str(target), store=bundle_url)
    assert done.returncode == 5


def test_check_is_1_where_it_finds_something(bundle_url: str, tmp_path: Path) -> None:
    found = call(
        "lineage", "check", table(tmp_path, "REM,1,a", "rem,1,a"), "--column", "org", "-f", "csv", store=bundle_url
    )
    assert found.returncode == 1
    assert found.stdout.splitlines() == ["line,value,problem,suggestion,sources", "3,rem,lower_case,REM,"]
    good = call("lineage", "check", table(tmp_path, "REM,1,a"), "--column", "org", "-f", "csv", store=bundle_url)
    assert good.returncode == 0
