"""Fetching from a server with faults: what is asked, how often, and what lies in the cache afterwards."""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from time import monotonic

import pytest

from nhs_graph.graph.errors import SourceProblem
from nhs_graph.loaders.web import NotThere, Web
from tests.server.replay import Answer, Replay, serving

BODY = b"".join(b"row %06d\n" % number for number in range(40_000))
TAG = {"ETag": '"one"', "Last-Modified": "Wed, 01 Jul 2026 06:00:00 GMT"}


@pytest.fixture
def server() -> Iterator[Replay]:
    with serving() as replay:
        yield replay


@pytest.fixture
def web() -> Web:
    return Web(pause=0, wait=0.001, tries=3, timeout=5)


def left(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_file_comes_with_its_checksum_and_day_and_leaves_nothing_else(
    server: Replay, web: Web, tmp_path: Path
) -> None:
    found = web.fetch(server.give("/a", Answer(BODY, headers=TAG)), tmp_path / "a.csv")
    assert (tmp_path / "a.csv").read_bytes() == BODY
    assert (found.sha256, found.day) == (hashlib.sha256(BODY).hexdigest(), "2026-07-01")
    assert left(tmp_path) == {"a.csv", "a.csv.json"}
    assert server.requests("/a")[0]["User-Agent"].startswith("nhs-graph/")


def test_what_has_not_changed_is_not_sent_again(server: Replay, web: Web, tmp_path: Path) -> None:
    url = server.give("/a", Answer(BODY, headers=TAG))
    first, second = (web.fetch(url, tmp_path / "a") for _ in range(2))
    assert (first.unchanged, second.unchanged) == (False, True)
    assert (first.sha256, first.day) == (second.sha256, second.day)
    asked = server.requests("/a")[1]
    assert (asked["If-None-Match"], asked["If-Modified-Since"]) == (TAG["ETag"], TAG["Last-Modified"])
    server.give("/a", Answer(b"new", headers={"ETag": '"two"'}))
    assert not web.fetch(url, tmp_path / "a").unchanged
    assert (tmp_path / "a").read_bytes() == b"new"


def test_a_file_that_was_changed_in_the_cache_is_fetched_anew(server: Replay, web: Web, tmp_path: Path) -> None:
    url = server.give("/a", Answer(BODY, headers=TAG))
    web.fetch(url, tmp_path / "a")
    (tmp_path / "a").write_bytes(b"damaged")
    assert not web.fetch(url, tmp_path / "a").unchanged
    assert (tmp_path / "a").read_bytes() == BODY


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_busy_server_is_asked_again(server: Replay, web: Web, tmp_path: Path, status: int) -> None:
    web.fetch(server.give("/a", Answer(status=status), Answer(status=status), Answer(BODY)), tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == BODY
    assert len(server.asked) == 3


def test_waits_double(server: Replay, tmp_path: Path) -> None:
    told: list[str] = []
    web = Web(pause=0, wait=0.01, tries=4, tell=told.append)
    with pytest.raises(SourceProblem, match="could not be fetched in 4 tries: the server answers 500"):
        web.fetch(server.give("/a", Answer(status=500)), tmp_path / "a")
    assert [line.rpartition(" in ")[2] for line in told] == ["0.01 s", "0.02 s", "0.04 s"]
    assert left(tmp_path) == set()


@pytest.mark.parametrize("as_a_date", [False, True])
def test_a_server_that_says_how_long_to_wait_is_obeyed(
    server: Replay, web: Web, tmp_path: Path, as_a_date: bool
) -> None:
    # A date has whole seconds: two from now is at least one.
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=2), usegmt=True)
    busy, begun = Answer(status=429, headers={"Retry-After": soon if as_a_date else "1"}), monotonic()
    web.fetch(server.give("/a", busy, Answer(BODY)), tmp_path / "a")
    assert monotonic() - begun >= 0.8


def test_a_wait_of_an_hour_is_an_error_and_not_slept(server: Replay, web: Web, tmp_path: Path) -> None:
    url = server.give("/a", Answer(status=429, headers={"Retry-After": "3600"}))
    with pytest.raises(SourceProblem, match="asks to wait 3600 seconds"):
        web.fetch(url, tmp_path / "a")
    assert len(server.asked) == 1


def test_a_cut_file_goes_on_where_it_stopped(server: Replay, web: Web, tmp_path: Path) -> None:
    url = server.give("/a", Answer(BODY, headers=TAG, cut=200_000), Answer(BODY, headers=TAG))
    web.fetch(url, tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == BODY
    asked = server.requests("/a")[1]
    assert asked["If-Range"] == TAG["ETag"]
    assert 0 < int(asked["Range"].removeprefix("bytes=").removesuffix("-")) <= 200_000


def test_a_cut_file_goes_on_in_the_next_run(server: Replay, web: Web, tmp_path: Path) -> None:
    url = server.give("/a", Answer(BODY, headers=TAG, cut=200_000))
    with pytest.raises(SourceProblem, match="the connection broke"):
        Web(pause=0, tries=1).fetch(url, tmp_path / "a")
    assert not (tmp_path / "a").exists()
    server.give("/a", Answer(BODY, headers=TAG))
    web.fetch(url, tmp_path / "a")
    assert "Range" in server.requests("/a")[1]
    assert (tmp_path / "a").read_bytes() == BODY
    assert left(tmp_path) == {"a", "a.json"}


def test_a_cut_file_that_changed_meanwhile_is_fetched_whole(server: Replay, web: Web, tmp_path: Path) -> None:
    other = Answer(BODY[::-1], headers={"ETag": '"two"'})
    web.fetch(server.give("/a", Answer(BODY, headers=TAG, cut=200_000), other), tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == BODY[::-1]


def test_a_cut_file_without_a_version_is_fetched_whole(server: Replay, web: Web, tmp_path: Path) -> None:
    web.fetch(server.give("/a", Answer(BODY, cut=200_000), Answer(BODY)), tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == BODY
    assert "Range" not in server.requests("/a")[1]


@pytest.mark.parametrize("place", ["bytes 5-9/10", "nonsense"])
def test_a_server_that_goes_on_elsewhere_is_not_believed(server: Replay, web: Web, tmp_path: Path, place: str) -> None:
    wrong = Answer(b"wrong", 206, {"Content-Range": place})
    web.fetch(
        server.give("/a", Answer(BODY, headers=TAG, cut=200_000), wrong, Answer(BODY, headers=TAG)), tmp_path / "a"
    )
    assert (tmp_path / "a").read_bytes() == BODY


def test_a_range_that_is_none_begins_anew(server: Replay, web: Web, tmp_path: Path) -> None:
    web.fetch(
        server.give("/a", Answer(BODY, headers=TAG, cut=200_000), Answer(status=416), Answer(BODY)), tmp_path / "a"
    )
    assert (tmp_path / "a").read_bytes() == BODY


def test_a_wrong_length_leaves_the_file_of_before(server: Replay, web: Web, tmp_path: Path) -> None:
    url = server.give("/a", Answer(BODY, headers=TAG))
    web.fetch(url, tmp_path / "a")
    server.give("/a", Answer(b"short", headers={"ETag": '"two"'}, announced=5_000))
    with pytest.raises(SourceProblem) as caught:
        web.fetch(url, tmp_path / "a")
    assert caught.value.exit_code == 3
    assert (tmp_path / "a").read_bytes() == BODY


def test_a_slow_answer_is_given_up(server: Replay, tmp_path: Path) -> None:
    web = Web(pause=0, wait=0.001, tries=2, timeout=0.1)
    with pytest.raises(SourceProblem, match="in 2 tries"):
        web.fetch(server.give("/a", Answer(BODY, slow=0.4)), tmp_path / "a")
    assert not (tmp_path / "a").exists()


def test_a_file_that_never_ends_is_given_up(server: Replay, tmp_path: Path) -> None:
    with pytest.raises(SourceProblem, match="is larger than 1000 bytes"):
        Web(pause=0, most=1000).fetch(server.give("/a", Answer(BODY)), tmp_path / "a")
    assert not (tmp_path / "a").exists()


def test_a_redirect_is_followed(server: Replay, web: Web, tmp_path: Path) -> None:
    server.give("/new", Answer(BODY))
    web.fetch(server.give("/a", Answer(status=302, headers={"Location": "/new"})), tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == BODY


@pytest.mark.parametrize(("status", "kind"), [(404, NotThere), (410, NotThere), (403, SourceProblem)])
def test_what_is_not_there_is_asked_once(
    server: Replay, web: Web, tmp_path: Path, status: int, kind: type[SourceProblem]
) -> None:
    with pytest.raises(kind, match=str(status)):
        web.fetch(server.give("/a", Answer(status=status)), tmp_path / "a")
    assert len(server.asked) == 1


def test_a_server_that_is_not_there_is_an_error(web: Web, tmp_path: Path) -> None:
    with serving() as gone:
        url = gone.url
    with pytest.raises(SourceProblem, match="in 3 tries: the connection broke"):
        web.fetch(url, tmp_path / "a")


def test_requests_keep_their_distance(server: Replay, tmp_path: Path) -> None:
    web, url = Web(pause=0.05), server.give("/a", Answer(b"x"))
    begun = monotonic()
    for number in range(4):
        web.fetch(url, tmp_path / str(number))
    assert monotonic() - begun >= 0.15


def test_a_folder_that_cannot_be_written_is_an_error(server: Replay, web: Web, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SourceProblem, match="cannot be written"):
        web.fetch(server.give("/a", Answer(BODY)), tmp_path / "file" / "a")
