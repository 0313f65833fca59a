"""In which stretch each tenure answers an as-of question, worked out once, at load (MODEL section 1).

- Start and end known: stated between them; inferred in the month or year that the source does not narrow down.
- End unknown: stated on the first day and up to the last sighting; then inferred until the next substantive holder
  starts or the body ends; with neither, last known.
- Start unknown, end known: stated from the first sighting; inferred from the previous holder's end; else not shown.
- Neither known: stated on the day, month or year seen, then as with an unknown end; not shown before.

A sighting within an uncertain month or year, and shorter than it, narrows it down. A body also ends for its posts
when another is founded under its code: the board after the system without statutory powers, the location after
the clinical commissioning group. An appointment that was not taken up is never shown.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from nhs_graph.graph.facts import Classification, Organisation, Tenure
from nhs_graph.graph.interval import DAY, PartialDate, Window, earliest, latest, start_text
from nhs_graph.graph.kinds import FOUNDED_ANEW
from nhs_graph.graph.roles import is_single
from nhs_graph.loaders.base import Report
from nhs_graph.loaders.factset import FactSet


@dataclass(frozen=True)
class Neighbours:
    """What stands around a tenure: the other holders of its post, and the days on which its body ends."""

    holders: tuple[Tenure, ...] = ()
    closed: date | None = None
    founded_anew: date | None = None

    def body_ends(self, known: PartialDate | None) -> list[date]:
        """The end of the body that someone worked for who is known in post at a time."""
        ends = [self.closed] if self.closed else []
        if known and self.founded_anew and known.until <= self.founded_anew:
            ends.append(self.founded_anew)
        return ends

    def next_start(self, known: PartialDate) -> date | None:
        """The start of the next substantive holder."""
        starts = [t.start_date for t in self.holders if t.basis == "substantive"]
        return earliest(day for day in starts if day and day > known.first)

    def previous_end(self, day: date) -> date | None:
        """The end of the previous holder: the last known one not after a day."""
        return latest(t.end_date for t in self.holders if t.end_date and t.end_date <= day)


def apply(found: FactSet, report: Report) -> None:
    """Give every tenure its window."""
    tenures = found.of(Tenure)
    holders: dict[tuple[str, str], list[Tenure]] = defaultdict(list)
    for tenure in tenures:
        if tenure.taken_up and is_single(tenure.role):
            holders[tenure.organisation_id, tenure.role].append(tenure)
    closed = {body.id: body.end_date for body in found.of(Organisation)}
    anew = {c.organisation_id: c.start_date for c in found.of(Classification) if c.kind in FOUNDED_ANEW}
    done: list[Tenure] = []
    for tenure in tenures:
        others = tuple(t for t in holders[tenure.organisation_id, tenure.role] if t.key != tenure.key)
        body = tenure.organisation_id
        done.append(_with(tenure, window(tenure, Neighbours(others, closed.get(body), anew.get(body)))))
    found.put(Tenure, done)
    report.notes.append(_summary(done))


def window(tenure: Tenure, near: Neighbours) -> Window:
    """The window of one tenure among its neighbours."""
    if not tenure.taken_up:
        return _never(tenure)
    if tenure.end_date:
        return _ending(tenure, tenure.end_date, near)
    known, certain_from = _last_known(tenure), _certain_from(tenure)
    if not (known and certain_from):
        return _never(tenure)
    shown_until = earliest([near.next_start(known), *(day for day in near.body_ends(known) if day > known.first)])
    seen = _parsed(tenure.last_seen) or known
    shown_from = tenure.start_date or certain_from
    return _window(shown_from, certain_from, max(certain_from, seen.until), shown_until)


def _ending(tenure: Tenure, end: date, near: Neighbours) -> Window:
    """The window of a tenure whose end is known, at least to the month or year."""
    certain_from, certain_until = _certain_from(tenure), _certain_until(tenure, end)
    body_ends = near.body_ends(_last_known(tenure))
    shown_until = earliest([end, *(day for day in body_ends if day > certain_until)]) or end
    shown_from = tenure.start_date or near.previous_end(min(certain_from or end, end - DAY)) or certain_from
    if not shown_from:
        return _never(tenure)
    return _window(shown_from, certain_from or shown_until, certain_until, shown_until)


def _window(shown_from: date, certain_from: date, certain_until: date, shown_until: date | None) -> Window:
    """The stated stretch clipped to the shown one; an empty one where nothing is stated."""
    until = max(shown_from, min(certain_until, shown_until or date.max))
    return Window(shown_from, min(certain_from, until), until, shown_until)


def _never(tenure: Tenure) -> Window:
    """The empty window of a tenure that no as-of question shows; where in time it stands does not matter."""
    day = tenure.end_date or tenure.start_date or date.min
    return Window(day, day, day, day)


def _last_known(tenure: Tenure) -> PartialDate | None:
    """The latest day, month or year of which a source says that the person was in post or came into it."""
    known = [day for day in (_start(tenure), _parsed(tenure.last_seen)) if day]
    return max(known, key=lambda day: (day.first, day.until), default=None)


def _certain_from(tenure: Tenure) -> date | None:
    """The first day on which the person was surely in post."""
    start, seen = _start(tenure), _parsed(tenure.first_seen)
    if not start:
        return seen.first if seen else None
    if start.precision == "day":
        return start.first
    return seen.first if seen and _narrows(seen, start) else start.until


def _certain_until(tenure: Tenure, end: date) -> date:
    """The day after the last one on which the person was surely in post."""
    if tenure.end_precision == "day":
        return end
    last = PartialDate.parse(start_text(end - DAY, tenure.end_precision) or "")
    seen = _parsed(tenure.last_seen)
    return seen.until if seen and _narrows(seen, last) else last.first


def _narrows(seen: PartialDate, uncertain: PartialDate) -> bool:
    return uncertain.first <= seen.first and seen.until <= uncertain.until and seen.precision != uncertain.precision


def _start(tenure: Tenure) -> PartialDate | None:
    return _parsed(start_text(tenure.start_date, tenure.start_precision))


def _parsed(text: str | None) -> PartialDate | None:
    return PartialDate.parse(text) if text else None


def _with(tenure: Tenure, window: Window) -> Tenure:
    return tenure.model_copy(update=dict(vars(window)))


def _summary(tenures: list[Tenure]) -> str:
    never = sum(1 for t in tenures if t.taken_up and t.shown_from == t.shown_until is not None)
    untaken = sum(1 for t in tenures if not t.taken_up)
    return f"tenures: {len(tenures)}, of them {never} with unknown dates and {untaken} not taken up never shown as-of"
