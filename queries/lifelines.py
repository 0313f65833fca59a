"""The lives of bodies that a picture of a lineage shows: from when to when, under which names."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from nhs_graph.graph.facts import Name, Organisation
from nhs_graph.graph.interval import Interval, earliest, latest
from nhs_graph.graph.store import Selection, Store
from nhs_graph.queries.lineage import LineageRow

NEW = ("merger", "recode", "split")
"""Kinds of event whose results begin with it."""
LEAD = 16
"""Where a start is not known, the picture begins earlier than its first day by this part of its days."""


@dataclass(frozen=True)
class Called:
    """A name and the days on which it is shown, within the life of its body.

    `start_known` is False for the name with which a body of unknown start begins.
    """

    name: str
    start: date
    end: date
    start_known: bool


@dataclass(frozen=True)
class Lifeline:
    """A body from its start to the day on which it was carried on, ended, or is looked at.

    Where no start is known the line begins with the picture, and `start_known` is False.
    """

    id: str
    start: date
    end: date
    start_known: bool
    names: tuple[Called, ...]


def lifelines(store: Store, subject: str, rows: Sequence[LineageRow], as_of: date) -> dict[str, Lifeline]:
    """The lives of the subject and of all bodies that hand-overs name, by id."""
    steps = [row for row in rows if row.relation == "succession"]
    ids = {subject} | {row.predecessor_id for row in steps} | {row.successor_id for row in steps}
    bodies = {body.id: body for body in store.facts(Selection(Organisation, {"id": ids}))}
    names: dict[str, list[Name]] = {code: [] for code in ids}
    for name in store.facts(Selection(Name, {"organisation_id": ids})):
        names[name.organisation_id].append(name)
    days = [row.effective_date for row in steps] + [body.start_date for body in bodies.values() if body.start_date]
    first = min([day for day in days if day <= as_of], default=as_of.replace(month=1, day=1))
    # A body of unknown start that ended on the first day would have no line, and no name to show on it.
    before = first - timedelta(days=1 + (as_of - first).days // LEAD)
    found: dict[str, Lifeline] = {}
    for code in sorted(ids):
        body = bodies.get(code)
        began = [row.effective_date for row in steps if row.successor_id == code and row.kind in NEW]
        passed_on = latest(row.effective_date for row in steps if row.predecessor_id == code)
        start = body.start_date if body and body.start_date else earliest(began)
        end = passed_on or (body.end_date if body and body.end_date and body.end_date <= as_of else as_of)
        begins = start or before
        life = Interval(begins, max(end, begins))
        called = _names(names[code], life, start_known=start is not None)
        found[code] = Lifeline(code, begins, max(end, begins), start is not None, called)
    return found


def _names(names: list[Name], life: Interval, *, start_known: bool) -> tuple[Called, ...]:
    """Names in the order of time, cut to the life of the body; one name after the other is one."""
    shown = [(Interval(name.shown_from, name.shown_until).clipped(life), name.name) for name in names]
    found: list[Called] = []
    for period, name in sorted(shown, key=lambda pair: (pair[0].start or date.min, pair[1])):
        if period.empty or not period.start or not period.end:
            continue
        if found and found[-1].name == name:
            found[-1] = replace(found[-1], end=period.end)
        else:
            found.append(Called(name, period.start, period.end, start_known or period.start != life.start))
    return tuple(found)
