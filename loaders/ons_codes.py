"""The ONS Code History Database: every GSS code with its names and the days from which to which each was in force."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby, pairwise
from typing import NamedTuple

from nhs_graph.graph.errors import RowProblem
from nhs_graph.graph.interval import Interval
from nhs_graph.loaders.base import Data, Report, SourceFile

CODING_DATE = date(2009, 1, 1)
"""The day GSS codes were introduced: older areas carry it as a start, which says nothing of the area (ruling 1)."""


@dataclass(frozen=True)
class Spell:
    """One name of a code and the period in which it was in force."""

    name: str
    period: Interval


History = dict[str, list[Spell]]
"""GSS code to its spells in order of time."""
Parents = dict[str, list[tuple[str, Interval]]]
"""GSS code to the codes of the areas that it was part of, as the database says of each row (trap 25)."""


class Codes(NamedTuple):
    """The names of every code in time, and its parents in time."""

    names: History
    parents: Parents


def history(file: SourceFile, data: Data, report: Report, prefixes: frozenset[str]) -> Codes:
    """Names and parents of all codes with these prefixes; other rows are counted as left out.

    Rows that only repeat a name in the next period (a new Order, trap 27) are merged. Rows of a single day, with
    which some codes were opened before they came into force, are dropped.
    """
    found: dict[str, list[Spell]] = {}
    parents: Parents = {}
    for line, row in data.rows(file):
        if row["entity"] not in prefixes:
            report.left_out(file.id, f"codes of a kind that is not in the graph ({row['entity']})")
            continue
        report.used(file.id)
        start, last = (_day(file.path, line, name, row[name]) for name in ("OPER_DATE", "TERM_DATE"))
        if start == last:
            continue
        period = Interval.from_inclusive(None if start == CODING_DATE else start, last)
        found.setdefault(row["GEOGCD"], []).append(Spell(row["GEOGNM"], period))
        if row["PARENTCD"]:
            parents.setdefault(row["GEOGCD"], []).append((row["PARENTCD"], period))
    return Codes({gss: list(_merged(sorted(spells, key=_first))) for gss, spells in found.items()}, parents)


def _day(path: str, line: int, column: str, value: str) -> date | None:
    try:
        return date.fromisoformat(value) if value else None
    except ValueError as error:
        raise RowProblem(path, line, column, value, "a day as YYYY-MM-DD") from error


def _first(spell: Spell) -> date:
    return spell.period.start or date.min


def _merged(spells: list[Spell]) -> Iterator[Spell]:
    for name, run in groupby(spells, key=lambda spell: spell.name):
        same = list(run)
        yield Spell(name, Interval(same[0].period.start, same[-1].period.end))


def in_force(spells: list[Spell]) -> Interval:
    """The whole period of a code."""
    return Interval(spells[0].period.start, spells[-1].period.end)


def contiguous(periods: dict[str, Interval]) -> dict[str, Interval]:
    """The periods of the codes of one body, each until the next one starts where the gap is a single day.

    A later code counts from the day after the earlier one's last (MODEL section 2); where ONS closed one code on
    the last day but one of a year (E54000033, 2020-03-30), the body did not vanish for that day.
    """
    order = sorted(periods, key=lambda gss: periods[gss].start or date.min)
    told = dict(periods)
    for gss, after in pairwise(order):
        end, start = periods[gss].end, periods[after].start
        if end and start and (start - end).days in (1, -1):
            told[gss] = Interval(periods[gss].start, start)
    return told
