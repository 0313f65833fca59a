"""What can be fetched from the register's public addresses, and what has to be got by hand (data guide, section 9).

Nothing is fetched unless a user asks. What comes is a file in the cache that is then loaded like any other.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from re import fullmatch
from typing import Any, NamedTuple, cast
from urllib.parse import urlsplit

from nhs_graph.graph.errors import SourceProblem, UsageProblem
from nhs_graph.loaders import archives, ods_csv
from nhs_graph.loaders.web import Fetched, NotThere, Web, forget

DAYS_BACK = 185
"""The register's sync endpoint knows no older changes."""
REPORTS = ("etr", "eccg", "epraccur")
"""Those whose published files the reader was held against; others are loaded from a file that a user has."""
FETCHABLE = ("ods", "ods-csv", "ods-succession", "ods-api")
_REPORT = "https://www.odsdatasearchandexport.nhs.uk/api/getReport?report={0}"
_SUCCESSIONS = "https://files.digital.nhs.uk/assets/ods/current/{0}.zip"
_RECORDS = "https://directory.spineservices.nhs.uk/ORD/2-0-0"
_PORTAL = "download it at https://geoportal.statistics.gov.uk, then nhs-graph load FILE"
_BY_HAND = {
    "bundle": "it comes with the program: nhs-graph load",
    "ods-xml": "it needs an account: get fullfile.zip and archive.zip of item 341 at TRUD, then nhs-graph load FILE",
    "ods-fhir": "only a sandbox with examples is public: nhs-graph load --fetch ods",
    "ons-lsoa-lookup": _PORTAL,
    "ons-codes": "the bundle has them: nhs-graph load",
    "polygons": _PORTAL,
    "councils": "the bundle has them: nhs-graph load",
    "mergers": "it is a list of your own: nhs-graph load FILE",
    "leaders": "it is a list of your own: nhs-graph load FILE",
    "popolo": "it is a list of your own: nhs-graph load FILE",
}


class Given(NamedTuple):
    """A file to load: its source, and the day that it speaks of where it does not say so itself."""

    path: Path
    source: str
    day: str | None = None


@dataclass(frozen=True)
class Fetcher:
    """Where to keep files, how to ask, and the address of a mirror that holds copies under the same paths."""

    cache: Path
    web: Web
    mirror: str | None = None
    tell: Callable[[str], None] = lambda _: None

    def fetch(self, name: str, since: date | None, today: date) -> list[Given]:
        """The files of a source; with `since` the records that changed from that day on.

        Raises UsageProblem for what cannot be fetched, SourceProblem for what did not come whole.
        """
        check(name, since, today)
        if since:
            return [self._changes(since)]
        given: list[Given] = []
        if name in {"ods", "ods-csv"}:
            given += map(self._report, REPORTS)
        if name == "ods":
            given.append(self._successions("succ")._replace(source="ods-csv"))
        if name == "ods-succession":
            given += map(self._successions, ("succ", "succarc"))
        return given

    def _get(self, url: str, target: Path) -> Fetched:
        if self.mirror:
            parts = urlsplit(url)
            url = self.mirror.rstrip("/") + parts.path + (f"?{parts.query}" if parts.query else "")
        return self.web.fetch(url, target)

    def _report(self, name: str) -> Given:
        found = self._get(_REPORT.format(name), self.cache / f"{name}.csv")
        self._told(found)
        text = found.path.read_bytes().decode("utf-8-sig", errors="replace")
        if ods_csv.report_of(text) != name:
            forget(found.path)
            raise SourceProblem(
                f"{found.url} gave no report {name}; it begins {text[:40]!r}", hint="try again later; nothing was kept"
            )
        return Given(found.path, "ods-csv", found.day)

    def _successions(self, name: str) -> Given:
        """A report of successions, out of its zip file."""
        found = self._get(_SUCCESSIONS.format(name), self.cache / f"{name}.zip")
        self._told(found)
        text = b""
        try:
            for inner, stream in archives.members(found.path, lambda inner: inner.lower().endswith(".csv")):
                text = b"" if inner == str(found.path) else stream.read()
        except SourceProblem:
            forget(found.path)
            raise
        if ods_csv.report_of(text.decode("utf-8-sig", errors="replace")) != "succ":
            forget(found.path)
            raise SourceProblem(f"{found.url} holds no report of successions", hint="try again later; it was not kept")
        path = self.cache / f"{name}.csv"
        _replace(path, text)
        return Given(path, "ods-succession", found.day)

    def _changes(self, since: date) -> Given:
        """All records that changed from a day on, as one answer of the interface."""
        found = self._get(f"{_RECORDS}/sync?LastChangeDate={since}", self.cache / f"sync-{since}.json")
        links: Any = _json(found).get("Organisations")
        if not isinstance(links, list):
            forget(found.path)
            raise SourceProblem(f"{found.url} gave no list of records", hint="try again later; nothing was kept")
        codes = sorted({_code(link, found.url) for link in cast("list[object]", links)})
        self.tell(f"{len(codes)} records changed since {since}")
        records: list[Any] = []
        for place, code in enumerate(codes, start=1):
            try:
                record = self._get(f"{_RECORDS}/organisations/{code}", self.cache / "records" / f"{code}.json")
            except NotThere:
                self.tell(f"  {code} is listed as changed, but is not there; left out")
                continue
            said = _json(record)
            if not isinstance(said.get("Organisation"), dict):
                forget(record.path)
                raise SourceProblem(f"{record.url} gave no record", hint="try again later; what came so far is kept")
            records.append(said["Organisation"])
            if place % 100 == 0:
                self.tell(f"{place} of {len(codes)} records fetched")
        path = self.cache / f"changes-{since}.json"
        _replace(path, json.dumps({"Organisations": records}).encode())
        return Given(path, "ods-api", found.day)

    def _told(self, found: Fetched) -> None:
        how = "not changed since it was fetched" if found.unchanged else "fetched"
        self.tell(f"{found.url}: {how}, of {found.day}, sha256 {found.sha256}")
        if not found.last_modified:
            self.tell(f"  its server does not say of what day it is: {found.day} is when it came; --day names another")


def check(name: str, since: date | None, today: date) -> None:
    """Hold a request to what can be fetched, before anything is.

    Raises UsageProblem.
    """
    if name not in FETCHABLE:
        why = _BY_HAND.get(name)
        told = f"{name} cannot be fetched" if why else f"no source is called {name!r}"
        raise UsageProblem(told, hint=why or f"--fetch takes {', '.join(FETCHABLE)}")
    if since and name not in {"ods", "ods-api"}:
        raise UsageProblem(f"{name} cannot be fetched since a day", hint=f"nhs-graph load --fetch ods --since {since}")
    if name == "ods-api" and not since:
        raise UsageProblem("ods-api gives only what changed since a day", hint="add --since YYYY-MM-DD")
    if since and since > today:
        raise UsageProblem(f"--since {since} is in the future", hint=f"a day up to {today}")
    if since and (today - since).days > DAYS_BACK:
        raise UsageProblem(
            f"--since {since} is {(today - since).days} days ago, and the register knows the changes of {DAYS_BACK}",
            hint="load the reports, nhs-graph load --fetch ods, or a full release",
        )


def _code(link: object, url: str) -> str:
    """The code at the end of a link; the link itself is not followed, whatever server it names."""
    place = str(cast("dict[str, object]", link).get("OrgLink", "")) if isinstance(link, dict) else ""
    code = place.rstrip("/").rpartition("/")[2]
    if not fullmatch(r"[0-9A-Z]{3,12}", code):
        raise SourceProblem(f"{url} lists {place!r}, which is no record", hint="try again later")
    return code


def _json(found: Fetched) -> dict[str, Any]:
    try:
        said = json.loads(found.path.read_bytes())
    except (ValueError, RecursionError) as error:
        forget(found.path)
        raise SourceProblem(f"{found.url} gave no JSON: {error}", hint="try again later; it was not kept") from error
    return cast("dict[str, Any]", said) if isinstance(said, dict) else {}


def _replace(path: Path, content: bytes) -> None:
    """The whole file or the one before."""
    draft = path.with_name(f"{path.name}.draft")
    draft.write_bytes(content)
    draft.replace(path)
