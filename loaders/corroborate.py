"""Rows that speak of the same tenure become one tenure with several sources.

Two dated rows of one person in one post on one footing are the same tenure when they share their start or their
end; a sighting belongs to the tenure whose dates it lies in. A date that a second row gives otherwise is shown as
a Conflict, and the row with the higher confidence is used. One row before and one after a hand-over share no
date and stay two tenures (data guide, ruling 12).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from nhs_graph.graph.facts import Conflict, Tenure
from nhs_graph.graph.interval import DAY, PartialDate, start_text
from nhs_graph.loaders.base import Report


@dataclass(frozen=True)
class Statement:
    """A tenure as one row states it; the lower the rank, the higher the confidence."""

    line: int
    rank: int
    tenure: Tenure


def together(statements: Iterable[Statement], report: Report) -> Iterator[Tenure | Conflict]:
    """The tenures, each once, and the dates on which rows disagree."""
    merged: set[int] = set()
    for _, group in groupby(sorted(statements, key=_order), key=lambda statement: _post(statement.tenure)):
        kept: list[Tenure] = []
        for statement in group:
            same = next((i for i, tenure in enumerate(kept) if _is_same(tenure, statement.tenure)), None)
            if same is None:
                kept.append(statement.tenure)
            else:
                merged.add(statement.line)
                yield from _conflicts(kept[same], statement.tenure)
                kept[same] = _with(kept[same], statement.tenure)
        yield from kept
    report.notes.append(f"leaders: {len(merged)} rows merged into others as corroboration")


def _post(tenure: Tenure) -> tuple[str, str, str, str, bool]:
    return (tenure.person_id, tenure.organisation_id, tenure.role, tenure.basis, tenure.taken_up)


def _order(statement: Statement) -> tuple[object, ...]:
    """Dated rows first, by confidence, fuller ones before others; the order of lines does not matter."""
    tenure = statement.tenure
    unknown = [tenure.start_date, tenure.end_date].count(None)
    return (_post(tenure), unknown == 2, statement.rank, unknown, tenure.key, tenure.source_ids, repr(tenure))


def _dates(tenure: Tenure) -> dict[str, PartialDate | None]:
    """First and last day, month or year in post, as the source said them."""
    last = tenure.end_date - DAY if tenure.end_date else None
    texts = {"start_date": start_text(tenure.start_date, tenure.start_precision)}
    texts["end_date"] = start_text(last, tenure.end_precision)
    return {name: PartialDate.parse(text) if text else None for name, text in texts.items()}


def _agree(a: PartialDate, b: PartialDate) -> bool:
    """Whether one date is the other, or only less exact."""
    return (a.first <= b.first and b.until <= a.until) or (b.first <= a.first and a.until <= b.until)


def _is_same(old: Tenure, new: Tenure) -> bool:
    if new.start_date is None and new.end_date is None:
        return _saw(old, new)
    a, b = _dates(old), _dates(new)
    return any(_agree(x, y) for name in a if (x := a[name]) and (y := b[name]))


def _saw(old: Tenure, sighting: Tenure) -> bool:
    """Whether the sighting lies inside the dates of the tenure, as far as they are known."""
    if not (sighting.first_seen and sighting.last_seen):
        return False
    first, until = PartialDate.parse(sighting.first_seen).first, PartialDate.parse(sighting.last_seen).until
    return (old.start_date is None or old.start_date < until) and (old.end_date is None or first < old.end_date)


def _conflicts(old: Tenure, new: Tenure) -> Iterator[Conflict]:
    a, b = _dates(old), _dates(new)
    for name in a:
        if (x := a[name]) and (y := b[name]) and not _agree(x, y):
            yield Conflict(
                organisation_id=old.organisation_id,
                fact=f"{old.person_id} {old.role} {name}",
                value_a=str(x),
                source_a=old.source_ids[0],
                value_b=str(y),
                source_b=new.source_ids[0],
                source_ids=(old.source_ids[0], new.source_ids[0]),
            )


def _with(old: Tenure, new: Tenure) -> Tenure:
    """The old tenure with the dates it lacks, both sources, and the sightings that lie within the dates in use."""
    changes: dict[str, object] = {"source_ids": tuple(dict.fromkeys((*old.source_ids, *new.source_ids)))}
    for end in ("start", "end"):
        if getattr(old, f"{end}_date") is None:
            changes |= {name: getattr(new, name) for name in (f"{end}_date", f"{end}_precision")}
    dated = old.model_copy(update=changes)
    texts = (old.first_seen, old.last_seen, new.first_seen, new.last_seen)
    seen = [day for text in texts if text and _holds(dated, day := PartialDate.parse(text))]
    if seen:
        changes["first_seen"] = str(min(seen, key=lambda day: (day.first, day.until)))
        changes["last_seen"] = str(max(seen, key=lambda day: (day.until, day.first)))
    return old.model_copy(update=changes)


def _holds(tenure: Tenure, day: PartialDate) -> bool:
    return (tenure.start_date is None or tenure.start_date < day.until) and (
        tenure.end_date is None or day.first < tenure.end_date
    )
