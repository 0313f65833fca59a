"""A user's own list of changes to bodies: a CSV file in the form of the hand-kept one.

A completed merger, acquisition, split, recode or dissolution makes successions that the bundle lacks. A row that says
what is known again is a further source of it; another day or kind is a conflict, and what the bundle says stays in use.
Groups, clusters and changes to councils need more than such a row says: they are counted and left out.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from re import fullmatch
from typing import cast

from nhs_graph.graph.errors import RowProblem
from nhs_graph.graph.facts import ChangeEvent, Conflict, EventKind, Fact, Party, Source, Succession
from nhs_graph.graph.interval import LENGTH, PartialDate, Precision, start_text
from nhs_graph.graph.people import slug
from nhs_graph.loaders.base import Report, Spec, specs
from nhs_graph.loaders.curated_events import HAND_OVERS, Row
from nhs_graph.loaders.derive_events import add_rows
from nhs_graph.loaders.factset import FactSet
from nhs_graph.loaders.leader_cells import Bodies
from nhs_graph.loaders.leaders import ADDRESS, cited, without_source
from nhs_graph.loaders.own_files import Head
from nhs_graph.loaders.own_rows import hold_columns, table

NEEDED = ("event_id", "kind", "effective_date", "predecessors", "successors", "source_title", ADDRESS)
KNOWN = (*NEEDED, "precision", "press_kind", "legal_basis", "scope", "predecessor_names", "successor_name")
KEPT = ("confidence", "note", "provenance")
"""Columns of the keeper's own, which are never loaded; nor are the names, which the bodies have."""
KINDS: dict[str, EventKind] = {
    "merger": "merger",
    "acquisition": "acquisition",
    "split": "split",
    "dissolution": "dissolution",
    "formation": "formation",
    "rename": "rename",
    "recode": "recode",
    "boundary_change": "boundary_change",
    "transfer": "transfer",
    "service_transfer": "transfer",
    "proposed": "merger",
}
"""The words of the form, and what each is called here."""
_ELSEWHERE = frozenset({"group", "cluster", "la"})
_DATE = "YYYY, YYYY-MM or YYYY-MM-DD"


def recognises(head: Head) -> bool:
    """Whether the first line names events and the bodies on both sides."""
    return {"event_id", "predecessors", "successors"} <= set(head.columns)


def read_own(spec: Spec, path: Path, source: Source, base: FactSet, report: Report) -> Iterator[Fact | RowProblem]:
    """The events of the file with their parties and sources; rejected rows as problems.

    Raises SourceProblem for a column that is missing or of no known meaning.
    """
    columns, rows = table(path)
    known = (*KNOWN, *KEPT)
    hold_columns(path, columns, NEEDED, known)
    hosts = next(spec for spec in specs() if spec.name == "mergers").settings
    bodies, tally, ids = Bodies.of(base), report.of(source.id), set[str]()
    for item in rows:
        tally.read += 1
        try:
            if isinstance(item, RowProblem):
                raise item
            line, row = item[0], dict.fromkeys(known, "") | item[1]
            if row["scope"] in _ELSEWHERE:
                tally.left_out["a group, cluster or council: more is needed than such a row says"] += 1
                continue
            event = _event(row, str(path), line, bodies, ids, source)
        except RowProblem as problem:
            tally.left_out["rejected"] += 1
            yield problem
            continue
        tally.used += 1
        page = cited(row["source_title"], row[ADDRESS], hosts)
        yield base.get(Source, page.id) or page
        event = event.model_copy(update={"source_ids": tuple(sorted({page.id, source.id}))})
        yield event
        for side, column in (("original", "predecessors"), ("result", "successors")):
            for code in _codes(row[column]):
                said = {"event_id": event.id, "organisation_id": code, "side": side, "source_ids": event.source_ids}
                yield Party.model_validate(said)


def _event(row: dict[str, str], path: str, line: int, bodies: Bodies, ids: set[str], source: Source) -> ChangeEvent:
    """The event of a row. Raises RowProblem for the first cell that is wrong."""

    def hold(column: str, expected: str | None) -> None:
        if expected:
            raise RowProblem(path, line, column, row[column], expected)

    hold("event_id", None if fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row["event_id"]) else "an id like trust-2019-rem")
    hold("event_id", "an id once in the file" if row["event_id"] in ids else None)
    ids.add(row["event_id"])
    hold("kind", None if row["kind"] in KINDS else f"one of {', '.join(KINDS)}")
    hold("effective_date", None if _date(row["effective_date"]) else _DATE)
    day = PartialDate.parse(row["effective_date"])
    if row["precision"]:
        hold("precision", None if row["precision"] in LENGTH else f"one of {', '.join(LENGTH)}")
        length = LENGTH[cast("Precision", row["precision"])]
        hold("effective_date", None if len(row["effective_date"]) == length else f"a date to the {row['precision']}")
    for column in ("predecessors", "successors"):
        for code in _codes(row[column]):
            hold(column, bodies.expected_code(code))
    kind = KINDS[row["kind"]]
    _hold_sides(kind, row, hold)
    hold("source_title", None if row["source_title"] else "the title of a published page")
    hold(ADDRESS, None if row[ADDRESS] else "the address of the page that says so: no source, no fact")
    hold(ADDRESS, f"the address of a page ({reason})" if (reason := without_source(row[ADDRESS])) else None)
    plan = row["kind"] == "proposed"
    return ChangeEvent(
        id=f"{source.id}-{slug(row['event_id'])}",
        kind=kind,
        status="proposed" if plan else "completed",
        effective_date=None if plan else day.first,
        effective_precision="day" if plan else day.precision,
        announced_date=day.first if plan else None,
        announced_precision=day.precision if plan else "day",
        legal_basis=row["legal_basis"] or None,
        press_kind=row["press_kind"] or None,
        rule="curated",
        source_ids=(source.id,),
    )


def _hold_sides(kind: EventKind, row: dict[str, str], hold: Callable[[str, str | None], None]) -> None:
    """What each kind of change needs on its two sides."""
    old, new = set(_codes(row["predecessors"])), set(_codes(row["successors"]))
    if kind in HAND_OVERS:
        hold("predecessors", None if old else f"the bodies of before, of a {kind}")
        wanted = "at least two bodies, or one and the body that takes it over"
        hold("predecessors", wanted if kind in {"merger", "acquisition"} and len(old | new) < 2 else None)
    hold("successors", f"the bodies after the {kind}" if kind != "dissolution" and not new else None)
    if kind == "acquisition":
        hold("successors", "one body, which took over the others" if len(new) != 1 else None)


def _codes(text: str) -> list[str]:
    return [code.strip() for code in text.split(";") if code.strip()]


def _date(text: str) -> PartialDate | None:
    try:
        return PartialDate.parse(text)
    except ValueError:
        return None


def add_own(found: FactSet, facts: list[Fact], report: Report) -> None:
    """Join the file's events with what is known: a row that only says it again is a further source."""
    known = {(step.predecessor_id, step.successor_id): step for step in found.of(Succession)}
    sides: dict[tuple[str, str], set[str]] = {}
    for fact in facts:
        if isinstance(fact, Party):
            sides.setdefault((fact.event_id, fact.side), set()).add(fact.organisation_id)
    again: set[str] = set()
    for event in (fact for fact in facts if isinstance(fact, ChangeEvent)):
        ends = [frozenset(sides.get((event.id, side), ())) for side in ("original", "result")]
        row = Row(event, ends[0], ends[1])
        if event.status != "completed" or event.kind not in HAND_OVERS or not row.pairs:
            continue
        steps = [known[pair] for pair in sorted(row.pairs) if pair in known]
        for step in steps:
            _corroborate(found, step, row)
        if len(steps) == len(row.pairs):
            again.add(event.id)
    for fact in facts:
        if not (
            (isinstance(fact, ChangeEvent) and fact.id in again) or (isinstance(fact, Party) and fact.event_id in again)
        ):
            found.add(fact)
    add_rows(found, {fact.id for fact in facts if isinstance(fact, ChangeEvent)} - again)


def _corroborate(found: FactSet, step: Succession, row: Row) -> None:
    """The row is a source of a known step and its event; a day or a kind that differs is a conflict."""
    event = found.get(ChangeEvent, step.event_id)
    said = row.event
    sources = said.source_ids
    if row.same_time(step.effective_date):
        found.add(step.model_copy(update={"source_ids": sources}))
        if event:
            found.add(event.model_copy(update={"source_ids": sources}))
        if event and event.kind != said.kind:
            found.add(
                _conflict(step.successor_id, f"event kind {step.effective_date}", event.kind, said.kind, step, row)
            )
        return
    day = start_text(said.effective_date, said.effective_precision) or "unknown"
    told = (f"succession to {step.successor_id}", step.effective_date.isoformat(), day)
    found.add(_conflict(step.predecessor_id, *told, step, row))


def _conflict(body: str, fact: str, used: str, other: str, step: Succession, row: Row) -> Conflict:
    ours, theirs = step.source_ids[0], row.event.source_ids[-1]
    return Conflict(
        organisation_id=body,
        fact=fact,
        value_a=used,
        source_a=ours,
        value_b=other,
        source_b=theirs,
        source_ids=tuple(sorted({ours, *row.event.source_ids})),
    )
