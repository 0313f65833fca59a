"""Files of the national register: what they are, by their content, and how they get into a store.

A file is a full or archive release (XML, also inside zip files), a report (CSV), or answers of the register's services
(ORD JSON, FHIR R4). Each is read as records (ods_record.py) of one day; the store brings releases of all days together
(graph/register.py).
"""

import hashlib
import json
import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, cast

from nhs_graph.graph.errors import RowsRejected, SourceProblem, UsageProblem
from nhs_graph.graph.interval import PartialDate
from nhs_graph.graph.register import Batch, Merged, Release
from nhs_graph.graph.store import Store
from nhs_graph.loaders import archives, ods_api, ods_csv, ods_fhir
from nhs_graph.loaders.ods_record import Read, Record, Rows, bad_day
from nhs_graph.loaders.ods_xml_pieces import Document

SOURCES = ("ods-xml", "ods-csv", "ods-api", "ods-fhir")
_HEAD_BYTES = 65536
_BATCH = 2000
_STEP = 50_000
_MOST = 1 << 28
_LISTS = frozenset({"Organisations", "entry"})
_ENOUGH = 1000
"""Bad rows beyond those allowed that are listed: a file that holds more is another one than it was taken for."""
_DATED = re.compile(r"(?<!\d)(20\d\d)[-_]?(0[1-9]|1[0-2])(?:[-_]?([0-3]\d))?(?!\d)")
_ROOT = re.compile(rb"<(?:[A-Za-z]+:)?OrgRefData[\s>]")
_URLS = {
    "ods-xml": "https://isd.digital.nhs.uk/trud/users/guest/filters/0/categories/5/items/341",
    "ods-csv": "https://www.odsdatasearchandexport.nhs.uk/api/getReport?report={report}",
    "ods-api": "https://directory.spineservices.nhs.uk/ORD/2-0-0/organisations",
    "ods-fhir": "https://sandbox.api.service.nhs.uk/organisation-data-terminology-api/fhir/Organization",
}


@dataclass
class Loaded:
    """What a load did, file by file."""

    files: list[Read]
    merged: list[Merged]


def recognised(path: Path) -> str | None:
    """Which of SOURCES a file is by its content; None for a file of another kind.

    A report of successions alone is a file of the user's own (`ods-succession`), which can be taken out again.
    Raises SourceProblem for a file that cannot be opened.
    """
    for name, stream in archives.members(path, lambda inner: inner.lower().endswith(".xml")):
        head = stream.read(_HEAD_BYTES)
        if _ROOT.search(head):
            return "ods-xml"
        if name != str(path):
            continue
        text = head.decode("utf-8-sig", errors="replace")
        if ods_fhir.recognises(text):
            return "ods-fhir"
        if ods_api.recognises(text):
            return "ods-api"
        if ods_csv.report_of(text) not in {None, "succ"}:
            return "ods-csv"
    return None


def load(
    store: Store,
    paths: Sequence[tuple[Path, str]],
    day: str | None = None,
    *,
    days: Mapping[Path, str] | None = None,
    dry_run: bool = False,
    max_rejects: int = 0,
    tell: Callable[[str], None] = lambda _: None,
) -> Loaded:
    """Bring files into a store, all or none; each path comes with the source that it is.

    `day` is the day that reports without a day of their own speak of, `days` that of single fetched ones, as their
    server says; `tell` is told how far it is. Raises SourceProblem for a file that cannot be read, RowsRejected for
    more rows or records that cannot be read than `max_rejects`, UsageProblem when a day is missing.
    """
    files: list[Read] = []

    def held(batches: Iterator[Batch]) -> Iterator[Batch]:
        for batch in batches:
            if sum(len(read.rejects) for read in files) >= max_rejects + _ENOUGH:
                break
            yield batch
        rejects = [problem for read in files for problem in read.rejects]
        if len(rejects) > max_rejects:
            raise RowsRejected(rejects, max_rejects, enough=max_rejects + _ENOUGH)

    def releases(aside: Executor) -> Generator[tuple[Release, Iterable[Batch]], None, None]:
        for path, source in paths:
            for read, batches in _read(path, source, day, (days or {}).get(path)):
                files.append(read)
                release = _release(read)
                checksum = aside.submit(_checksum, path)  # while the file is read, which takes longer
                with closing(batches):
                    yield release, _summed(held(_told(batches, read, tell)), release, checksum)

    # Closed here whatever happens: left to the collector of garbage, files, processes and threads end at any moment.
    with ThreadPoolExecutor(1) as aside, closing(releases(aside)) as found:
        return Loaded(files, store.load_releases(found, dry_run=dry_run, tell=tell))


def _read(
    path: Path, source: str, day: str | None, served: str | None
) -> Iterator[tuple[Read, Generator[Batch, None, None]]]:
    """Each release in a file, and its rows; `served` is the day on which a server gave the file."""
    if source == "ods-xml":
        found = False
        for name, stream in archives.members(path, lambda inner: inner.lower().endswith(".xml")):
            document = Document(name, stream)
            found = True
            read = _of_document(document, day)
            yield read, _counted(document, read)
        if not found:
            raise SourceProblem(f"{path} holds no XML file", hint="name the release's own zip file")
    elif source == "ods-csv":
        text = _text(path)
        report = ods_csv.report_of(text)
        if not report:
            raise SourceProblem(f"{path} is no report that is known", hint=f"known: {', '.join(ods_csv.REPORTS)}")
        read = Read(str(path), source, report, *_day_of(path, day, None, served))
        yield read, _batches(ods_csv.records(text, read), read, text)
    else:
        text = _text(path)
        answer = _answer(path, text)
        reader = ods_api if source == "ods-api" else ods_fhir
        told = _day_of(path, day, _newest(path, reader.members, reader.days, answer), served)
        read = Read(str(path), source, "answer", *told, whole=False)
        yield read, _batches(reader.records(answer, read, partial(_line_of_member, text)), read, text)


def _told(batches: Iterator[Batch], read: Read, tell: Callable[[str], None]) -> Iterator[Batch]:
    """Say how far it is, every fifty thousand bodies."""
    done = 0
    for batch in batches:
        before, done = done, done + len(batch.bodies)
        if before // _STEP != done // _STEP:
            tell(f"{read.name}: {done} bodies read")
        yield batch


def _answer(path: Path, text: str) -> dict[str, Any]:
    try:
        answer = json.loads(text)
    except json.JSONDecodeError as error:
        raise SourceProblem(
            f"{path}:{error.lineno}: the file is no JSON: {error.msg}", hint="fetch the answer again"
        ) from error
    except RecursionError as error:
        raise SourceProblem(f"{path} is nested too deep for an answer", hint="fetch the answer again") from error
    if not isinstance(answer, dict):
        raise SourceProblem(f"{path} is no answer of the register", hint="fetch it again")
    return cast("dict[str, Any]", answer)


def _newest(
    path: Path,
    members: Callable[[dict[str, Any]], list[dict[str, Any]]],
    days: Callable[[dict[str, Any]], list[str]],
    answer: dict[str, Any],
) -> str | None:
    """The newest change in an answer: the answer speaks of no earlier day."""
    found: list[str] = []
    try:
        for member in members(answer):
            with suppress(AttributeError, TypeError):  # what is no record is rejected when records are read
                found += days(member)
    except (AttributeError, TypeError) as error:
        raise SourceProblem(f"{path} is no answer of the register: {error}", hint="fetch it again") from error
    return max(filter(_is_day, found), default=None)


@lru_cache(1)
def _lines_of(text: str) -> list[int]:
    """The line on which each member of an answer's list begins; none for an answer that is a record itself."""
    decoder, lines, line, counted = json.JSONDecoder(), list[int](), 1, 0
    at = _after(text, text.index("{") + 1)
    while text[at] != "}":
        key, at = decoder.raw_decode(text, at)
        at = _after(text, at)
        if key in _LISTS and text[at] == "[":
            at = _after(text, at + 1)
            while text[at] != "]":
                line, counted = line + text.count("\n", counted, at), at
                lines.append(line)
                at = _after(text, decoder.raw_decode(text, at)[1])
            return lines
        at = _after(text, decoder.raw_decode(text, at)[1])
    return lines


def _after(text: str, at: int) -> int:
    """Where the next value of a JSON text begins, or what it stands in ends."""
    while text[at] in " \t\r\n,:":
        at += 1
    return at


def _line_of_member(text: str, place: int) -> int:
    lines = _lines_of(text)
    return lines[place - 1] if place <= len(lines) else 1


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _MOST:
            raise SourceProblem(f"{path} is larger than {_MOST} bytes, as no report is", hint="check the file")
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise SourceProblem(f"{path}:{line}: the file is no UTF-8 text", hint="convert it to UTF-8") from error
    except OSError as error:
        raise SourceProblem(f"{path} cannot be read: {error.strerror}", hint="check the path") from error


def _of_document(document: Document, day: str | None) -> Read:
    manifest = document.manifest
    published, said_by = manifest.get("PublicationDate", ""), "its manifest"
    if not published and day:
        published, said_by = day, "--day"
    if not _is_day(published):
        raise SourceProblem(
            f"{document.name}: the manifest gives {published!r} as the day of publication", hint="add --day YYYY-MM-DD"
        )
    kind = manifest.get("PublicationType", "").lower()
    told = " ".join([kind, manifest.get("ContentDescription", ""), *document.name.split("/")[-2:]])
    report = "archive" if "archive" in told.lower() else "full"
    return Read(
        document.name, "ods-xml", report, published, said_by, whole="sync" not in kind, rejects=document.rejects
    )


def _counted(document: Document, read: Read) -> Generator[Batch, None, None]:
    yield from document.batches()
    read.records, read.left_out, read.unknown = document.records, document.left_out, document.unknown
    announced = document.manifest.get("RecordCount", "")
    if announced.isdigit() and int(announced) != read.records:
        read.notes.append(f"the manifest announces {announced} records, the file holds {read.records}")


def _batches(records: Iterable[Record], read: Read, text: str) -> Generator[Batch, None, None]:
    rows, waiting = Rows(), list[Record]()
    for record in records:
        read.records += 1
        waiting.append(record)
        if len(waiting) == _BATCH:
            yield rows.batch(waiting)
            waiting = []
    yield rows.batch(waiting)
    for code, value in rows.rejects:
        found = re.search(rf'^"?{re.escape(code)}\b', text, re.MULTILINE)
        read.rejects.append(bad_day(read.name, text.count("\n", 0, found.start() if found else 0) + 1, code, value))
    read.left_out += rows.left_out


def _day_of(path: Path, day: str | None, newest: str | None, served: str | None) -> tuple[str, str]:
    """The day that a file without a manifest speaks of, and who says so."""
    if day:
        return day, "--day"
    if newest:
        return newest, "its newest change"
    if served:
        return served, "its server"
    if named := _DATED.search(path.stem):
        return f"{named[1]}-{named[2]}-{named[3] or '01'}", "its name"
    raise UsageProblem(
        f"{path.name} does not say of what day it speaks", hint=f"nhs-graph load {path} --day YYYY-MM-DD"
    )


def _is_day(text: str) -> bool:
    try:
        return PartialDate.parse(text).precision == "day"
    except ValueError:
        return False


def _summed(batches: Iterator[Batch], release: Release, checksum: Future[str]) -> Iterator[Batch]:
    yield from batches
    release.sha256 = checksum.result()


def _release(read: Read) -> Release:
    return Release(
        source_id=read.source_id,
        report=read.report,
        published=read.published,
        title=f"Organisation Data Service, {read.report}, {read.published}",
        url=_URLS[read.source].format(report=read.report),
        whole=read.whole,
    )


def _checksum(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
