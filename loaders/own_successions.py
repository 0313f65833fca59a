"""The register's whole succession files, loaded by a user: sites, practices and all other kinds of body.

A file is the report as downloaded (five columns without a header: old code, new code, reason, day, flag) or a copy with
a header. What the bundle says of a pair stays; every other pair is typed by the same rules. A code that succeeds itself
had a second life: that is no succession, and each is listed among the conflicts, as are pairs with two days.
"""

import csv
import io
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from nhs_graph.graph.errors import RowProblem
from nhs_graph.graph.facts import ChangeEvent, Conflict, Fact, Organisation, Party, Source, Succession
from nhs_graph.loaders.base import RegisterPair, Report, Spec, specs
from nhs_graph.loaders.derive_events import add_pairs
from nhs_graph.loaders.factset import FactSet
from nhs_graph.loaders.own_files import Head, text_of

_CODE = re.compile(r"[0-9A-Z]{2,9}")
_COUNCIL = re.compile(r"[0-9]{3}")
_DAY = re.compile(r"(\d{4})-?([01]\d)-?([0-3]\d)")
_REPORT = {"old": 0, "new": 1, "date": 3}
Places = dict[str, int]
_CLAIM = "succession to "
_SAMPLE = 200


def recognises(head: Head) -> bool:
    """Whether the first line names the columns, or most of the first rows are rows of the report."""
    return _places(head.text, _spec()) is not None


def read_own(spec: Spec, path: Path, source: Source, base: FactSet, report: Report) -> Iterator[Fact | RowProblem]:
    """Pairs of codes with their day, and what the file says twice in different ways."""
    text = text_of(path)
    places = _places(text, spec)
    if places is None:
        first = text.partition("\n")[0].strip()[:60]
        yield RowProblem(path.name, 1, "1", first, "a pair of codes with its day, or the names of columns")
        return
    days: dict[tuple[str, str], set[str]] = {}
    rows = csv.reader(io.StringIO(text, newline=""))
    if places is not _REPORT:
        next(rows)
    for row in rows:
        if row:
            yield from _row(row, rows.line_num, places, path, source, days, report)
    for (old, new), found in days.items():
        used, *others = sorted(found, reverse=True)
        yield RegisterPair(predecessor_id=old, successor_id=new, effective_date=used, source_ids=(source.id,))
        yield from (_conflict(old, _CLAIM + new, used, other, source.id) for other in others)


def _spec() -> Spec:
    return next(spec for spec in specs() if spec.own == "ods-succession")


def _places(text: str, spec: Spec) -> Places | None:
    """Where each cell stands; half of the first rows decide on a report, so that bad ones among them are told."""
    rows = list(islice(filter(None, csv.reader(io.StringIO(text, newline=""))), _SAMPLE))
    names = [name.strip().casefold() for name in (rows or [[]])[0]]
    words: dict[str, list[str]] = spec.settings["columns"]
    found = {key: names.index(word) for key, known in words.items() for word in known if word in names}
    if found.keys() == words.keys():
        return found
    return _REPORT if rows and 2 * sum(map(_is_row, rows)) >= len(rows) else None


def _is_row(row: list[str]) -> bool:
    return len(row) == 5 and bool(_CODE.fullmatch(row[0]) and _CODE.fullmatch(row[1]) and _DAY.fullmatch(row[3]))


def _row(
    row: list[str],
    line: int,
    places: Places,
    path: Path,
    source: Source,
    days: dict[tuple[str, str], set[str]],
    report: Report,
) -> Iterator[Fact | RowProblem]:
    """Note the day of a pair; what is said besides pairs is yielded."""
    report.of(source.id).read += 1
    cells = {key: row[place].strip() if place < len(row) else "" for key, place in places.items()}
    old, new, found = cells["old"], cells["new"], _DAY.fullmatch(cells["date"])
    for key in ("old", "new"):
        if not _CODE.fullmatch(cells[key]):
            report.left_out(source.id, "rejected")
            yield RowProblem(path.name, line, key, cells[key], "a code of the register")
            return
    if not found:
        report.left_out(source.id, "rejected")
        yield RowProblem(path.name, line, "date", cells["date"], "a day as YYYYMMDD or YYYY-MM-DD")
        return
    day = "-".join(found.groups())
    if old == new:
        report.left_out(source.id, "a code that succeeds itself (listed by `lineage conflicts --fact 'second life'`)")
        yield _conflict(old, "second life", "one body", f"succeeded itself on {day}", source.id)
    elif _COUNCIL.fullmatch(old) or _COUNCIL.fullmatch(new):
        report.left_out(source.id, "a council under the register's own three digits: no crosswalk to other codes")
    elif (old, new) in days:
        report.left_out(source.id, "the same pair again in the same file")
        days[old, new].add(day)
    else:
        report.used(source.id)
        days[old, new] = {day}


def add_own(found: FactSet, facts: list[Fact], report: Report) -> None:
    """Add what the bundle does not know of; a pair that it knows is corroborated, and another day is a conflict."""
    known = {step.key: step for step in found.of(Succession)}
    settled = _transfers(found) | _known_by_area(found)
    fresh: list[RegisterPair] = []
    for fact in facts:
        if isinstance(fact, RegisterPair):
            if step := known.get(fact.key):
                _compare(found, step, fact.effective_date, fact.source_ids)
            elif fact.key not in settled:
                fresh.append(fact)
        elif isinstance(fact, Conflict) and (step := known.get(_pair_of(fact))):
            _compare(found, step, fact.value_b, fact.source_ids)
        else:
            found.add(fact)
    events = add_pairs(found, fresh)
    report.notes.append(f"{len(fresh)} pairs that the bundle lacks, typed as {len(events)} events")


def _compare(found: FactSet, step: Succession, day: str, sources: tuple[str, ...]) -> None:
    """A file's day of a succession that is known: the same is support, another one a conflict."""
    used = step.effective_date.isoformat()
    if day == used:
        found.add(step.model_copy(update={"source_ids": sources}))
    else:
        claim = f"{_CLAIM}{step.successor_id}"
        found.add(_conflict(step.predecessor_id, claim, used, day, sources[0], step.source_ids[0]))


def _pair_of(conflict: Conflict) -> str:
    """The pair that a disagreement about a day speaks of."""
    return f"{conflict.organisation_id}/{conflict.fact.removeprefix(_CLAIM)}"


def _transfers(found: FactSet) -> set[str]:
    """Pairs of the bundle that a rule typed as a transfer: they make no succession."""
    moved = {event.id for event in found.of(ChangeEvent) if event.kind == "transfer"}
    sides: dict[tuple[str, str], list[str]] = {}
    for party in found.of(Party):
        if party.event_id in moved:
            sides.setdefault((party.event_id, party.side), []).append(party.organisation_id)
    return {
        f"{old}/{new}"
        for event in moved
        for old in sides.get((event, "original"), [])
        for new in sides.get((event, "result"), [])
    }


def _known_by_area(found: FactSet) -> set[str]:
    """Pairs of partnerships that the bundle knows by their area codes (data guide, ruling 3)."""
    codes = [code for spec in specs() for code in spec.settings.get("known_by_area_code", [])]
    return {f"{code}/{body.id}" for code in codes for body in found.of(Organisation)}


def _conflict(body: str, fact: str, used: str, other: str, source: str, used_source: str | None = None) -> Conflict:
    return Conflict(
        organisation_id=body,
        fact=fact,
        value_a=used,
        source_a=used_source or source,
        value_b=other,
        source_b=source,
        source_ids=tuple(sorted({used_source or source, source})),
    )
