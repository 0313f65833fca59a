"""Fetching public files politely: few requests, tries with longer and longer waits, and nothing that is half there.

A fetched file lies in a cache with a note of where it comes from, its checksum and what its server calls this version;
asked again, the server may say that it has not changed. What was cut off goes on where it stopped, if the server still
has the same version. A server that says how long to wait is obeyed.
"""

import hashlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib import metadata
from pathlib import Path
from re import fullmatch
from typing import TYPE_CHECKING

from nhs_graph.graph.errors import SourceProblem, UsageProblem

if TYPE_CHECKING:
    from requests import Response, Session

_BUSY = frozenset({408, 429, 500, 502, 503, 504})
"""Answers after which it is worth asking again."""
_GONE = frozenset({404, 410})
_BLOCK = 1 << 16


class NotThere(SourceProblem):
    """The server has nothing at an address."""


class _Again(Exception):
    """This try failed; `wait` are the seconds that the server asks for, if it does."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


@dataclass(frozen=True)
class Fetched:
    """A file in the cache, and what its server said of it. `day` is the day that the server last changed it, else gave
    it."""

    path: Path
    url: str
    sha256: str
    day: str
    etag: str | None = None
    last_modified: str | None = None
    unchanged: bool = False
    """Whether the server said that the file of the cache is still right."""


@dataclass
class Web:
    """How to ask: seconds between two requests, tries, the first wait (doubled each time), the longest one to accept,
    seconds without an answer, and the most bytes of a file."""

    pause: float = 0.2
    tries: int = 5
    wait: float = 1.0
    longest_wait: float = 120
    timeout: float = 60
    most: int = 1 << 28
    tell: Callable[[str], None] = lambda _: None
    _session: "Session | None" = None
    _last: float = field(default=0.0, repr=False)

    def fetch(self, url: str, target: Path) -> Fetched:
        """The file at an address, as `target` in the cache.

        Raises NotThere where the server has none, SourceProblem where no try brought the whole file; what `target` held
        before stays then.
        """
        trouble = ""
        for number in range(self.tries):
            try:
                return self._tried(url, target)
            except _Again as again:
                trouble = str(again)
                wait = self.wait * 2**number if again.wait is None else again.wait
                if wait > self.longest_wait:
                    raise SourceProblem(
                        f"{url}: {trouble}, and asks to wait {wait:.0f} seconds", hint="try again after that time"
                    ) from again
                if number + 1 < self.tries:
                    self.tell(f"{url}: {trouble}; trying again in {wait:g} s")
                    time.sleep(wait)
            except OSError as error:
                raise SourceProblem(
                    f"{target.parent} cannot be written: {error.strerror or error}", hint="name a folder with --cache"
                ) from error
        raise SourceProblem(
            f"{url} could not be fetched in {self.tries} tries: {trouble}",
            hint="try again later, or load a file that you have: nhs-graph load FILE",
        )

    def _tried(self, url: str, target: Path) -> Fetched:
        from requests import ConnectionError, RequestException, Timeout
        from requests.exceptions import ChunkedEncodingError

        target.parent.mkdir(parents=True, exist_ok=True)
        known, part = noted(target, url), _Part(target, url)
        headers = {"Accept-Encoding": "identity"}
        if part.version:
            headers |= {"Range": f"bytes={part.size}-", "If-Range": part.version}
        elif known:
            headers |= _conditions(known)
        time.sleep(max(0.0, self._last + self.pause - time.monotonic()))
        try:
            with self._asking().get(url, headers=headers, stream=True, timeout=self.timeout) as answer:
                if answer.status_code == 304 and known:
                    return replace(known, unchanged=True)
                self._hold(answer, url, part)
                part.receive(answer, self.most)
        except (ConnectionError, Timeout, ChunkedEncodingError) as error:
            raise _Again(f"the connection broke ({type(error).__name__})") from error
        except RequestException as error:
            raise SourceProblem(f"{url} cannot be fetched: {error}", hint="check the address") from error
        finally:
            self._last = time.monotonic()
        return part.finished(answer)

    def _asking(self) -> "Session":
        """One connection is kept for all requests to a server."""
        if self._session is None:
            try:
                from requests import Session
            except ImportError as error:
                raise UsageProblem("fetching needs requests", hint="pip install 'nhs-graph[fetch]'") from error
            self._session = Session()
            about = "https://github.com/nhs-graph/nhs-graph"
            self._session.headers["User-Agent"] = f"nhs-graph/{metadata.version('nhs-graph')} (+{about})"
        return self._session

    @staticmethod
    def _hold(answer: "Response", url: str, part: "_Part") -> None:
        """Let only the file itself pass."""
        status = answer.status_code
        if url.startswith("https:") and not answer.url.startswith("https:"):
            raise SourceProblem(f"{url} leads to {answer.url}, which is not encrypted", hint="fetch it by hand")
        if status in _BUSY:
            raise _Again(f"the server answers {status}", _asked_wait(answer.headers.get("Retry-After")))
        if status == 416:
            part.drop()
            raise _Again("the server has another version now", 0)
        if status in _GONE:
            raise NotThere(f"there is nothing at {url} (answer {status})", hint="the publisher may have moved it")
        if status not in {200, 206}:
            raise SourceProblem(f"{url} answers {status} {answer.reason}", hint="try again later")


class _Part:
    """What came of a file so far, beside it in the cache; `version` is what its server calls it, empty if nothing."""

    def __init__(self, target: Path, url: str) -> None:
        self._target, self._url = target, url
        self._path = target.with_name(f"{target.name}.part")
        self._note = target.with_name(f"{target.name}.part.json")
        said = _read(self._note)
        kept = said.get("url") == url and self._path.exists() and self._path.stat().st_size > 0
        self.version = (said.get("version") or "") if kept else ""

    @property
    def size(self) -> int:
        return self._path.stat().st_size

    def drop(self) -> None:
        self._path.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)

    def receive(self, answer: "Response", most: int) -> None:
        """Write what comes, after what is there where the server goes on from it."""
        total = _length(answer)
        going_on = answer.status_code == 206
        if going_on:
            place = fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", answer.headers.get("Content-Range", ""))
            if not self.version or not place or int(place[1]) != self.size:
                self.drop()
                raise _Again("the server goes on from another place", 0)
            total = int(place[2]) if place[2] != "*" else None
        else:
            self.drop()
            tag, changed = answer.headers.get("ETag", ""), answer.headers.get("Last-Modified", "")
            # A weak tag promises the same meaning, not the same bytes.
            version = tag if tag and not tag.startswith("W/") else changed
            _write(self._note, {"url": self._url, "version": version})
        with self._path.open("ab" if going_on else "wb") as file:
            for block in answer.iter_content(_BLOCK):
                file.write(block)
                if file.tell() > most:
                    file.truncate(0)
                    raise SourceProblem(f"{self._url} is larger than {most} bytes", hint="fetch it by hand")
            file.flush()
            os.fsync(file.fileno())
        if total is not None and self.size != total:
            found = self.size
            self.drop()
            raise _Again(f"{found} bytes came, {total} were announced")

    def finished(self, answer: "Response") -> Fetched:
        """Put the file in its place, with its note."""
        with self._path.open("rb") as file:
            checksum = hashlib.file_digest(file, "sha256").hexdigest()
        told = answer.headers
        day = _day(told.get("Last-Modified")) or _day(told.get("Date")) or datetime.now(UTC).date().isoformat()
        found = Fetched(self._target, self._url, checksum, day, told.get("ETag"), told.get("Last-Modified"))
        self._path.replace(self._target)
        _write(_note_of(self._target), {k: v for k, v in asdict(found).items() if k not in {"path", "unchanged"}})
        self.drop()
        return found


def noted(target: Path, url: str) -> Fetched | None:
    """What the cache holds of an address; None where it holds nothing, or the file is not the one that was noted."""
    said = _read(_note_of(target))
    if said.get("url") != url or not target.exists():
        return None
    with target.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != said.get("sha256"):
            return None
    return Fetched(target, url, str(said["sha256"]), str(said["day"]), said.get("etag"), said.get("last_modified"))


def forget(target: Path) -> None:
    """Take a file out of the cache."""
    target.unlink(missing_ok=True)
    _note_of(target).unlink(missing_ok=True)


def _conditions(known: Fetched) -> dict[str, str]:
    wanted = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in wanted.items() if value}


def _asked_wait(text: str | None) -> float | None:
    """Seconds, given as a number or as a date; None for anything else."""
    if text and text.strip().isdigit():
        return float(text)
    day = _moment(text)
    return max(0.0, (day - datetime.now(UTC)).total_seconds()) if day else None


def _moment(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _day(text: str | None) -> str | None:
    found = _moment(text)
    return found.date().isoformat() if found else None


def _length(answer: "Response") -> int | None:
    text = answer.headers.get("Content-Length", "")
    return int(text) if text.isdigit() else None


def _note_of(target: Path) -> Path:
    return target.with_name(f"{target.name}.json")


def _read(path: Path) -> dict[str, str | None]:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def _write(path: Path, said: dict[str, str | None]) -> None:
    draft = path.with_name(f"{path.name}.draft")
    draft.write_text(json.dumps(said), encoding="utf-8")
    draft.replace(path)
