"""Leaders of NHS bodies and councils: the hand-kept list curated/leaders.csv.

One row is one appointment that one source states; a joint appointment makes a tenure at each of its bodies. Rows
without a usable source, body or date are left out and counted (data guide, sections 6 and 8, ruling 12). Where a
part of a row is not in its source, the spec says what is. The list's working notes are never shipped: a person
is a name, posts, dates and sources. Ends are inclusive in the list and half-open here.
"""

import hashlib
import re
from collections.abc import Iterator
from typing import Any, Literal, cast
from urllib.parse import urlparse

from nhs_graph.graph.errors import RowProblem, SourceProblem
from nhs_graph.graph.facts import Basis, Fact, Person, Post, Source, Tenure
from nhs_graph.graph.interval import LENGTH, PartialDate, Precision
from nhs_graph.graph.leader_rows import NO_ADDRESS, UNTAKEN
from nhs_graph.graph.people import slug, split_honorific
from nhs_graph.graph.roles import role_of
from nhs_graph.loaders.base import Data, Report, SourceFile, Spec
from nhs_graph.loaders.corroborate import Statement, together

Row = dict[str, str]
ADDRESS = "source_url_or_repo_path"


CONFIDENCE = {"high": 0, "medium": 1, "low": 2}
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def read(spec: Spec, data: Data, report: Report) -> Iterator[Fact]:
    """Sources, people, posts and tenures of the list, rows that corroborate each other merged."""
    file = spec.files[0]
    statements: list[Statement] = []
    for line, row in _used_rows(spec, file, data, report):
        source = cited(row["source_title"], row[ADDRESS], spec.settings)
        person = _person(row, source, spec.settings["kept_apart"])
        yield source
        yield person
        for tenure in tenures_of(row, person, (source.id,), file.path, line):
            yield Post(organisation_id=tenure.organisation_id, role=tenure.role, source_ids=(source.id,))
            statements.append(Statement(line, CONFIDENCE[row["confidence"]], tenure))
    yield from together(statements, report)
    report.notes.append(f"leaders: possible namesakes kept apart: {', '.join(spec.settings['kept_apart'])}")


def _used_rows(spec: Spec, file: SourceFile, data: Data, report: Report) -> Iterator[tuple[int, Row]]:
    """The rows that make facts, each with only what its source says; the others are counted by reason."""
    parts = {part["row"]: part for part in spec.settings["sourced_part"]}
    unsourced = set(spec.settings["unsourced_rows"])
    met: set[str] = set()
    for line, row in data.rows(file):
        key = "/".join((row["person"], row["org_code"], row["role"]))
        reason = without_source(row[ADDRESS])
        if not reason and key in unsourced:
            met.add(key)
            reason = "the source does not name the person in the post"
        if not reason and key in parts:
            met.add(key)
            row = row | parts[key]
        else:
            row = row | cut_to_precision(row, file.path, line, report)
        reason = reason or _without_body_or_date(row)
        if reason:
            report.left_out(file.id, reason)
        else:
            report.used(file.id)
            yield line, row
    if missing := {*parts, *unsourced} - met:
        raise SourceProblem(
            f"sources/{spec.name}.toml speaks of rows that {file.path} does not have: {sorted(missing)}"
        )
    report.notes.append(f"leaders: {len(parts)} rows loaded without the part that their source does not state")


def without_source(address: str) -> str | None:
    """Why a row has no source that can be shown, if so."""
    if address == "background":
        return "the source is background knowledge"
    if "not kept" in address:
        return "the source's address was not kept"
    if address.startswith(("http://", "https://", "github:")) or address.endswith(NO_ADDRESS):
        return None
    return "the source is no address"


def _without_body_or_date(row: Row) -> str | None:
    if not row["org_code"]:
        return "the body is in no register"
    if not (row["start"] or row["end"] or row["seen_on"]) and row["precision"] == "asof":
        return "a former office of unknown date"
    return None


def cut_to_precision(row: Row, path: str, line: int, report: Report) -> Row:
    """Start and end no finer than the precision column says; the coarser of the two is what the source knows."""
    if "/" not in row["precision"]:
        return {}
    cut: Row = {}
    for column, word in zip(("start", "end"), row["precision"].split("/"), strict=True):
        length = 0 if word == "none" else LENGTH[cast("Precision", word)]
        if len(row[column]) < length:
            raise RowProblem(path, line, column, row[column], f"a date to the {word}")
        cut[column] = row[column][:length]
        if cut[column] != row[column]:
            report.notes.append(
                f"leaders: {path}:{line}: {column} {row[column]} read to the {word}, as its precision says"
            )
    return cut


def cited(title: str, address: str, settings: dict[str, Any]) -> Source:
    """The page or news item behind a row; its id is the host and a hash of the address, or the title's words."""
    published = _ISO_DAY.search(title)
    url = None if address.endswith(NO_ADDRESS) else _url(address)
    host = urlparse(url).netloc.removeprefix("www.") if url else ""
    return Source(
        id=f"{slug(host)}-{hashlib.sha256(url.encode()).hexdigest()[:8]}" if url else slug(title),
        title=title,
        publisher=host or title.split(",")[0],
        url=url,
        published_on=published.group() if published else None,
        licence="CC-BY-4.0",
        kind=_kind(host, settings),
    )


def _url(address: str) -> str:
    """A page address, without remarks after it; `github:OWNER/REPO@COMMIT:PATH` is a file of a repository."""
    if address.startswith("github:"):
        repository, _, path = address.removeprefix("github:").partition(":")
        return f"https://github.com/{repository.replace('@', '/blob/')}/{path}"
    return address.split(" ")[0]


def _kind(host: str, settings: dict[str, Any]) -> Literal["official", "curated", "news"]:
    def one_of(known: list[str]) -> bool:
        return any(host == name or host.endswith(f".{name}") for name in known)

    if one_of(settings["official_hosts"]):
        return "official"
    return "curated" if one_of(settings["compiled_hosts"]) else "news"


def _person(row: Row, source: Source, kept_apart: list[str]) -> Person:
    name, honorific = split_honorific(row["person"])
    apart = [code for code in row["org_code"].split(";") if f"{row['person']}/{code}" in kept_apart]
    return Person(id=slug(" ".join([name, *apart])), name=name, honorific=honorific, source_ids=(source.id,))


def tenures_of(row: Row, person: Person, sources: tuple[str, ...], path: str, line: int) -> Iterator[Tenure]:
    """A tenure at each body of the appointment; those of a joint one share an appointment id.

    Raises RowProblem for a cell that is no date.
    """
    start, end, seen = (_date(row, column, path, line) for column in ("start", "end", "seen_on"))
    last_seen = _date(row, "last_seen", path, line) or seen
    codes = row["org_code"].split(";")
    names = [name.strip() for name in row["org_name"].split(";")]
    role = role_of(row["role"])
    appointment = row.get("appointment_id") or None
    if len(codes) > 1 and not appointment:
        appointment = slug(f"{person.id} {role} {start or seen or end or ''} {codes[0]}")
    for i, code in enumerate(codes):
        yield Tenure(
            person_id=person.id,
            organisation_id=code,
            role=role,
            role_label=row["role"],
            organisation_name=names[i] if len(names) == len(codes) else row["org_name"],
            basis=_basis(row),
            start_date=start.first if start else None,
            start_precision=start.precision if start else "day",
            end_date=end.until if end else None,
            end_precision=end.precision if end else "day",
            first_seen=str(seen) if seen else None,
            last_seen=str(last_seen) if last_seen else None,
            appointment_id=appointment,
            taken_up=row["precision"] != UNTAKEN,
            source_ids=sources,
        )


def _basis(row: Row) -> Basis:
    return cast("Basis", row.get("basis") or ("interim" if row["interim"] == "true" else "substantive"))


def _date(row: Row, column: str, path: str, line: int) -> PartialDate | None:
    if not row.get(column):
        return None
    try:
        return PartialDate.parse(row[column])
    except ValueError as error:
        raise RowProblem(path, line, column, row[column], "YYYY, YYYY-MM or YYYY-MM-DD") from error
