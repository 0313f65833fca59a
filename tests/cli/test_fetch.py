"""`load --fetch` against a server on this machine that stands for the publishers' (NHS_GRAPH_MIRROR)."""

import io
import json
import sqlite3
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from tests.cli.test_program import call
from tests.server.replay import Answer, Replay, serving
from tests.unit.test_ods_reports import GROUP, PAIR, PRACTICE, TRUST, api

SINCE = (datetime.now(UTC).date() - timedelta(days=30)).isoformat()
TOO_OLD = (datetime.now(UTC).date() - timedelta(days=187)).isoformat()
OF_JULY = {"Last-Modified": "Wed, 01 Jul 2026 06:00:00 GMT"}
REPORTS = {"etr": TRUST, "eccg": GROUP, "epraccur": PRACTICE}


def packed(name: str, text: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(name, text)
    return made.getvalue()


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Replay]:
    with serving() as replay:
        monkeypatch.setenv("NHS_GRAPH_MIRROR", replay.url)
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
        for name, row in REPORTS.items():
            replay.give(f"/api/getReport?report={name}", Answer(f"{row}\n".encode(), headers=OF_JULY))
        for name in ("succ", "succarc"):
            zipped = packed(f"{name}.csv", f"{PAIR}\n")
            replay.give(f"/assets/ods/current/{name}.zip", Answer(zipped, headers=OF_JULY))
        yield replay


def changed(server: Replay, *codes: str) -> None:
    links = [{"OrgLink": f"https://elsewhere.example/ORD/2-0-0/organisations/{code}"} for code in codes]
    listed = json.dumps({"Organisations": links}).encode()
    server.give(f"/ORD/2-0-0/sync?LastChangeDate={SINCE}", Answer(listed))


def record(server: Replay, code: str, name: str, day: str) -> None:
    said = api(Name=name, OrgId={"extension": code}, LastChangeDate=day)
    server.give(f"/ORD/2-0-0/organisations/{code}", Answer(json.dumps(said).encode()))


def test_the_register_is_fetched_and_loaded_as_of_the_day_of_its_server(mirror: Replay, tmp_path: Path) -> None:
    store = f"sqlite:{tmp_path / 'nhs.db'}"
    done = call("load", "--fetch", "ods", store=store)
    assert done.returncode == 0, done.stderr
    assert "report epraccur of 2026-07-01 (its server), 1 records" in done.stderr
    with sqlite3.connect(tmp_path / "nhs.db") as db:
        found = dict(db.execute("SELECT id, sha256 FROM register_source"))
    db.close()
    assert found["ods-csv-etr-2026-07-01"] == sha256(f"{TRUST}\n".encode()).hexdigest()
    assert {f"ods-csv-{name}-2026-07-01" for name in (*REPORTS, "succ")} == set(found)
    again = call("load", "--fetch", "ods", "--cache", str(tmp_path / "caches/nhs-graph/fetched"), store=store)
    assert "0 facts changed" in again.stderr
    shown = call("organisation", "show", "A81001", "--format", "csv", store=store)
    assert "THE DENSHAM SURGERY" in shown.stdout


def test_a_report_whose_server_names_no_day_is_of_the_day_that_it_came_or_of_the_one_given(
    mirror: Replay, bundle_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    mirror.give("/api/getReport?report=etr", Answer(f"{TRUST}\n{TRUST.replace('20171001', 'soon')}\n".encode()))
    done = call("load", "--fetch", "ods-csv", "--max-rejects", "1", "--dry-run", store=bundle_url)
    assert done.returncode == 0, done.stderr
    today = datetime.now(UTC).date()
    assert any(f"report etr of {day} (its server), 1 records" in done.stderr for day in (today, today - timedelta(1)))
    assert done.stderr.count("its server does not say of what day it is") == 1
    given = ("--max-rejects", "1", "--day", "2026-06-30")
    done = call("load", "--fetch", "ods-csv", *given, "--dry-run", store=bundle_url)
    assert "report etr of 2026-06-30 (--day), 1 records" in done.stderr


def test_successions_alone_are_a_file_that_can_be_taken_out_again(mirror: Replay, bundle_url: str) -> None:
    done = call("load", "--fetch", "ods-succession", "--dry-run", store=bundle_url)
    assert done.returncode == 0, done.stderr
    assert "succ.csv: ods-succession, 1 rows read, 0 used" in done.stderr
    assert "succarc.csv: ods-succession, 1 rows read, 0 used" in done.stderr


def test_changes_since_a_day_are_fetched_record_by_record_and_loaded(mirror: Replay, tmp_path: Path) -> None:
    store = f"sqlite:{tmp_path / 'nhs.db'}"
    changed(mirror, "A81001", "A81002", "A81003")
    record(mirror, "A81001", "MILL LANE SURGERY", "2026-06-30")
    record(mirror, "A81003", "HIGH STREET SURGERY", "2026-07-02")
    done = call("load", "--fetch", "ods", "--since", SINCE, store=store)
    assert done.returncode == 0, done.stderr
    assert "A81002 is listed as changed, but is not there; left out" in done.stderr
    assert "ods-api, report answer of 2026-07-02 (its newest change), 2 records" in done.stderr
    found = call("organisation", "search", "high street surgery", "--format", "csv", store=store)
    assert found.stdout.splitlines()[1].startswith("A81003,HIGH STREET SURGERY,")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--fetch", "ods", "--since", TOO_OLD), "the register knows the changes of 185"),
        (("--fetch", "ods", "--since", "2199-01-01"), "--since 2199-01-01 is in the future"),
        (("--fetch", "ods", "--since", "2026-07"), "'2026-07' is a month or year"),
        (("--fetch", "ods-csv", "--since", SINCE), "ods-csv cannot be fetched since a day"),
        (("--fetch", "ods-api"), "add --since YYYY-MM-DD"),
        (("--fetch", "ods-xml"), "get fullfile.zip and archive.zip of item 341 at TRUD"),
        (("--fetch", "ods-fhir"), "only a sandbox"),
        (("--fetch", "ons-lsoa-lookup"), "https://geoportal.statistics.gov.uk"),
        (("--fetch", "leaders"), "a list of your own"),
        (("--fetch", "everything"), "--fetch takes ods, ods-csv, ods-succession, ods-api"),
        (("--fetch", "ods", "mine.csv"), "--fetch takes no files"),
        (("--fetch", "ods-succession", "--day", "2026-07-01"), "are about releases of the register"),
        (("--fetch", "ods", "--day", "2026-07"), "'2026-07' is a month or year"),
        (("--since", SINCE), "--since and --cache are about --fetch"),
    ],
)
def test_what_cannot_be_fetched_is_refused_before_anything_is(
    mirror: Replay, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    done = call("load", *words, store=f"sqlite:{tmp_path / 'nhs.db'}")
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert mirror.asked == []
    assert not (tmp_path / "nhs.db").exists()


def test_every_source_name_is_fetched_or_refused_with_the_way_to_get_it() -> None:
    # The names of the command line's contract.
    names = (
        "bundle ods-xml ods-csv ods-succession ods-api ods-fhir ons-lsoa-lookup ons-codes councils polygons mergers "
        "leaders popolo"
    )
    from nhs_graph.graph.errors import UsageProblem
    from nhs_graph.loaders.fetch import FETCHABLE, check

    for name in set(names.split()) - set(FETCHABLE):
        with pytest.raises(UsageProblem) as caught:
            check(name, None, date(2026, 7, 1))
        assert "nhs-graph load" in caught.value.hint


@pytest.mark.parametrize(
    ("path", "answer", "said"),
    [
        ("/api/getReport?report=eccg", Answer(b"<html>Sorry</html>"), "gave no report eccg; it begins '<html>Sorry"),
        ("/api/getReport?report=eccg", Answer(f"{PRACTICE}\n".encode()), "gave no report eccg"),
        ("/assets/ods/current/succ.zip", Answer(b"PK\x03\x04broken"), "succ.zip cannot be unpacked"),
        ("/assets/ods/current/succ.zip", Answer(packed("other.csv", "a,b\n")), "holds no report of successions"),
        ("/api/getReport?report=etr", Answer(status=404), "there is nothing at"),
    ],
)
def test_something_else_than_the_file_is_neither_loaded_nor_kept(
    mirror: Replay, tmp_path: Path, path: str, answer: Answer, said: str
) -> None:
    mirror.give(path, answer)
    done = call("load", "--fetch", "ods", store=f"sqlite:{tmp_path / 'nhs.db'}")
    assert done.returncode == 3, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "nhs.db").exists()
    name = path.rpartition("=" if "=" in path else "/")[2]
    kept = {found.name for found in (tmp_path / "caches/nhs-graph/fetched").glob("*")}
    assert not {name, f"{name}.csv", f"{name}.json", f"{name}.part"} & kept


@pytest.mark.parametrize(
    ("listed", "said"),
    [
        (b"[]", "gave no list of records"),
        (b"not json", "gave no JSON"),
        (b'{"Organisations": [{"OrgLink": "https://example.org/../etc/passwd"}]}', "which is no record"),
    ],
)
def test_a_list_of_changes_that_is_none_is_refused(mirror: Replay, tmp_path: Path, listed: bytes, said: str) -> None:
    mirror.give(f"/ORD/2-0-0/sync?LastChangeDate={SINCE}", Answer(listed))
    done = call("load", "--fetch", "ods-api", "--since", SINCE, store=f"sqlite:{tmp_path / 'nhs.db'}")
    assert (done.returncode, said in done.stderr) == (3, True), done.stderr
    assert not (tmp_path / "nhs.db").exists()


def test_nothing_is_fetched_unless_asked(mirror: Replay, tmp_path: Path) -> None:
    assert call("load", "--dry-run", store=f"sqlite:{tmp_path / 'nhs.db'}").returncode == 0
    assert mirror.asked == []
