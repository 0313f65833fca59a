"""Changes to bodies, compiled by hand: curated/mergers.csv.

One row is one event that its sources state. Rows without a usable source are left out and counted (data guide,
section 8). Groups and clusters are shared leadership, told as memberships, and proposals are plans: none makes a
succession. Changes to councils are told by names alone and compared with the Orders (derive_councils.py). What the
list's compiler chose or remembered himself (legal sections, names) is not loaded; working notes are never shipped.
Names come only from a new name under the same code of which the row's source states all.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import cast
from urllib.parse import urlparse

from nhs_graph.graph.errors import RowProblem, SourceProblem
from nhs_graph.graph.facts import (
    ChangeEvent,
    Classification,
    EventKind,
    EventStatus,
    Fact,
    Name,
    Organisation,
    Party,
    Source,
)
from nhs_graph.graph.interval import DAY, PartialDate
from nhs_graph.loaders import groupings
from nhs_graph.loaders.base import Data, NamedChange, Report, SourceFile, Spec
from nhs_graph.loaders.leaders import cited

Row = dict[str, str]
_ADDRESS = "source_url_or_repo_path"
_NEWS = "(news item, no public address)"
_FILE = re.compile(r"github (?P<repository>[^/\s]+/[^:\s]+):(?P<path>\S+)")
_OF_THE_COMPILER = ("(inferred", "inferred)", "inferred from", "(background)", "not found", "not looked up", "none")


def read(spec: Spec, data: Data, report: Report) -> Iterator[Fact]:
    """Sources, events and parties of the list."""
    file = spec.files[0]
    named = {*spec.settings["abandoned"], *spec.settings["planned"], *spec.settings["left_out"]}
    for line, row in data.rows(file):
        named.discard(row["event_id"])
        sources, new = _sources(row, spec)
        reason = _left_out(row, sources, spec)
        if reason:
            report.left_out(file.id, reason)
            continue
        report.used(file.id)
        yield from new
        if row["scope"] == "la":
            yield NamedChange(
                event_id=row["event_id"],
                effective_date=row["effective_date"],
                originals=tuple(row["predecessor_names"].split("; ")),
                result=row["successor_name"],
                source_ids=sources,
            )
            continue
        yield from groupings.facts(row, sources, spec)
        if row["scope"] == "cluster":
            continue
        event = _event(row, sources, spec, file, line)
        yield event
        if row["scope"] == "sha":
            yield from _authorities(row, file)
        if event.kind == "rename" and row["provenance"] == "sourced":
            yield from _renamed(row, event)
        for side, column in (("original", "predecessors"), ("result", "successors")):
            for code in _codes(row, column):
                yield Party.model_validate(
                    {"event_id": row["event_id"], "organisation_id": code, "side": side, "source_ids": sources}
                )
    if named:
        raise SourceProblem(f"sources/{spec.name}.toml speaks of rows that {file.path} does not have: {sorted(named)}")


def _left_out(row: Row, sources: tuple[str, ...], spec: Spec) -> str | None:
    if row["provenance"] == "background" or row[_ADDRESS] == "background":
        return "the source is background knowledge"
    if not sources:
        return "no usable address"
    if row["kind"] == "proposed" and not row["predecessors"]:
        return "a plan that names no body"
    if not (row["predecessors"] or row["successors"]):
        return "an aggregate of many events"
    return cast("str | None", spec.settings["left_out"].get(row["event_id"]))


def _sources(row: Row, spec: Spec) -> tuple[tuple[str, ...], list[Source]]:
    """The usable addresses of a row: files that are sources of their own by id, pages and other files as facts."""
    ids: list[str] = []
    made: list[Source] = []
    titles = [part.strip() for part in row["source_title"].split(";")]
    parts = [part.strip() for part in row[_ADDRESS].split(" | ")]
    for i, part in enumerate(parts):
        own = spec.settings["same_file"].get(part.removeprefix("github ").split(" ")[0])
        address = _usable(part)
        if own:
            ids.append(own)
        elif address:
            title = titles[i] if len(titles) == len(parts) else _title(row, parts, address)
            made.append(cited(title, address, spec.settings))
            ids.append(made[-1].id)
    return tuple(sorted(set(ids))), made


def _title(row: Row, parts: list[str], address: str) -> str:
    """A single address has the row's title; of several, each is called by its host and last part."""
    if len(parts) == 1 or address.endswith(_NEWS):
        return row["source_title"]
    if address.startswith("github:"):
        return address.removeprefix("github:").replace("@HEAD:", ": ")
    return urlparse(address).netloc.removeprefix("www.")


def _usable(part: str) -> str | None:
    """An address of a page (not only of a host) or of a file in a repository, or a news item by title; else None."""
    if part.endswith(_NEWS):
        return part
    if found := _FILE.match(part):
        return f"github:{found['repository']}@HEAD:{found['path']}"
    address = part.split(" ")[0]
    if address.startswith(("http://", "https://")) and urlparse(address).path.strip("/"):
        return address
    return None


def _event(row: Row, sources: tuple[str, ...], spec: Spec, file: SourceFile, line: int) -> ChangeEvent:
    try:
        day = PartialDate.parse(row["effective_date"])
    except ValueError as error:
        raise RowProblem(
            file.path, line, "effective_date", row["effective_date"], "YYYY, YYYY-MM or YYYY-MM-DD"
        ) from error
    status = _status(row, spec)
    announced = status != "completed" and row["event_id"] not in spec.settings["planned"]
    return ChangeEvent(
        id=row["event_id"],
        kind=_kind(row),
        status=status,
        effective_date=None if announced else day.first,
        effective_precision="day" if announced else day.precision,
        announced_date=day.first if announced else None,
        announced_precision=day.precision if announced else "day",
        legal_basis=_legal_basis(row),
        press_kind=row["press_kind"] or None,
        rule="curated",
        source_ids=sources,
    )


def _renamed(row: Row, event: ChangeEvent) -> Iterator[Name]:
    """The old name until the day and the new one from it; a day that is not known dates nothing."""
    day, sources = event.effective_date, event.source_ids
    if event.status == "completed" and day and event.effective_precision == "day":
        body = row["successors"]
        yield Name(organisation_id=body, name=row["predecessor_names"], end_date=day, source_ids=sources)
        yield Name(organisation_id=body, name=row["successor_name"], start_date=day, source_ids=sources)


def _authorities(row: Row, file: SourceFile) -> Iterator[Fact]:
    """The list says that these codes are strategic health authorities, new on the day; no file says when one ended."""
    day = date.fromisoformat(row["effective_date"])
    yield Organisation(id=row["successors"], start_date=day, source_ids=(file.id,))
    for column, seen in (("predecessors", day - DAY), ("successors", day)):
        for code in _codes(row, column):
            yield Classification(
                organisation_id=code,
                kind="sha",
                first_seen=seen.isoformat(),
                last_seen=seen.isoformat(),
                source_ids=(file.id,),
            )


def _kind(row: Row) -> EventKind:
    """A plan is one for a merger; a new name under a new code is a recode (trap 40)."""
    if row["kind"] == "proposed":
        return "merger"
    if row["kind"] == "service_transfer":
        return "transfer"
    if row["kind"] == "rename" and row["predecessors"] != row["successors"]:
        return "recode"
    return cast("EventKind", row["kind"])


def _status(row: Row, spec: Spec) -> EventStatus:
    if row["event_id"] in spec.settings["abandoned"]:
        return "abandoned"
    return "proposed" if row["kind"] == "proposed" else "completed"


def _legal_basis(row: Row) -> str | None:
    """The law as the source names it. Where details are from background, only an order that a source title names."""
    text = row["legal_basis"]
    if not text or any(words in text for words in _OF_THE_COMPILER):
        return None
    if "background" in row["provenance"] and text.removeprefix("SI ") not in row["source_title"] + row[_ADDRESS]:
        return None
    return text


def _codes(row: Row, column: str) -> list[str]:
    return [code.strip() for code in row[column].split(";") if code.strip()]
