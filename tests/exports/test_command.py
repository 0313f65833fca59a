"""`nhs-graph export`: what it says, and that a failure leaves nothing."""

from pathlib import Path

import pytest

from nhs_graph.graph.licences import ATTRIBUTION
from tests.cli.test_program import GROUPS, call


def test_the_help_of_every_export_says_what_must_be_said() -> None:
    for name in GROUPS["export"]:
        told = " ".join(call("export", name, "--help").stdout.split())
        assert " ".join(ATTRIBUTION) in told


@pytest.mark.parametrize("words", [["csv", "-o"], ["jsonl", "-o"], ["graphml", "-o"], ["neo4j-import"]])
def test_a_place_that_cannot_be_written_is_an_error_that_leaves_nothing(
    bundle_url: str, tmp_path: Path, words: list[str]
) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    done = call("export", *words, str(tmp_path / "file" / "out"), store=bundle_url)
    assert (done.returncode, done.stdout) == (5, "")
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == ["error", "hint"]
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_folder_that_is_there_keeps_its_other_files(bundle_url: str, tmp_path: Path) -> None:
    target = tmp_path / "out"
    target.mkdir()
    for name, text in (("mine.txt", "mine"), ("name.csv", "old")):
        (target / name).write_text(text, encoding="utf-8")
    assert call("export", "csv", "-o", str(target), store=bundle_url).returncode == 0
    assert (target / "mine.txt").read_text(encoding="utf-8") == "mine"
    assert (target / "name.csv").read_text(encoding="utf-8").startswith("id,organisation_id,name,")
    assert list(tmp_path.iterdir()) == [target]
