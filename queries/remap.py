"""A table of figures by code, row by row, as if its codes were those of another day.

One-to-one and merged codes change in place; the figures of a split body are shared out so that nothing is lost
(apportion.py), and rows that became equal are summed if that is asked (sums.py). Memory grows with the codes only.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from itertools import chain
from typing import Literal

from nhs_graph.graph.errors import RowProblem, UsageProblem
from nhs_graph.graph.interval import PartialDate
from nhs_graph.queries.apportion import Number, apportioned, number, printed, scaled
from nhs_graph.queries.sums import Sums
from nhs_graph.queries.translation import Translation, Translator

Outcome = Literal["unchanged", "renamed", "merged", "split", "ambiguous", "unmapped"]
OUTCOMES: tuple[Outcome, ...] = ("unchanged", "renamed", "merged", "split", "unmapped")
NUMBER = "a number, such as 12 or 0.5, where it is split or summed"
KEPT = 50_000
"""Translations kept at hand: a table by day has one for each code and day."""


@dataclass
class Plan:
    """What is done with the rows of one code: how it is told, and how many rows there were."""

    code: str
    outcome: Outcome
    translation: Translation
    rows: int = 0

    @cached_property
    def shares(self) -> list[int]:
        """The shares of the targets as whole numbers."""
        return scaled([target.share or 0.0 for target in self.translation.targets])

    @cached_property
    def renames(self) -> bool:
        """Whether its rows get another code, and only that."""
        return self.outcome in {"renamed", "merged"}

    @property
    def told(self) -> str:
        """`QM7 -> D7T5G 21.3%, S1Y5D 78.7%: split, 12 rows (basis)`."""
        targets = self.translation.targets
        names = ", ".join(f"{t.code} {_percent(t.share)}".rstrip() if len(targets) > 1 else t.code for t in targets)
        rows = f"{self.rows:,} row{'s' if self.rows != 1 else ''}"
        if self.outcome == "unmapped":
            return f"{self.code or '(empty)'}: {self.translation.reason}, {rows}"
        why = self.translation.basis if len(targets) > 1 else None
        basis = f" ({why})" if why else ""
        return f"{self.code} -> {names}: {self.outcome}, {rows}{basis}"


def _percent(share: float | None) -> str:
    return "?" if share is None else f"{100 * share:.1f}%"


@dataclass
class Remap:
    """Rows in, rows out; afterwards `plans` tells what became of each code."""

    translator: Translator
    code: str
    values: Sequence[str]
    date: str | None = None
    aggregate: bool = False
    file: str = "-"
    _header: list[str] = field(default_factory=list[str], init=False)
    _values: list[int] = field(default_factory=list[int], init=False)
    _line: int = field(default=1, init=False)
    plans: dict[tuple[str, Translation], Plan] = field(default_factory=dict[tuple[str, Translation], Plan], init=False)

    def rows(self, table: Iterable[list[str]]) -> Iterator[list[str]]:
        """The header, then the rows with the codes of the day.

        Raises UsageProblem for a column that is not there or means two things, RowProblem for a row that is short, a
        date that is none, and a value that is no number where it would have to be shared out or summed.
        """
        reader = iter(table)
        self._header = next(reader, [])
        self._values = [self._place(name) for name in self.values]
        if twice := {self.code, self.date} & {*self.values}:
            raise UsageProblem(f"column {twice.pop()!r} cannot be a figure too", hint="give --value columns of numbers")
        changed = self._changed(reader, self._place(self.code), self._place(self.date) if self.date else None)
        return chain([self._header], self._summed(changed) if self.aggregate else changed)

    def counts(self) -> dict[Outcome, int]:
        """Rows of the table by what became of them."""
        found: dict[Outcome, int] = dict.fromkeys(OUTCOMES, 0)
        for plan in self.plans.values():
            found[plan.outcome] = found.get(plan.outcome, 0) + plan.rows
        return found

    def of(self, outcome: Outcome) -> list[Plan]:
        """The codes with one outcome, in order."""
        return sorted((plan for plan in self.plans.values() if plan.outcome == outcome), key=lambda plan: plan.code)

    def _place(self, name: str) -> int:
        if name not in self._header:
            raise UsageProblem(f"{self.file} has no column {name!r}", hint=f"its columns: {', '.join(self._header)}")
        return self._header.index(name)

    def _changed(self, reader: Iterator[list[str]], place: int, when: int | None) -> Iterator[list[str]]:
        plan_of, cells = lru_cache(KEPT)(self._plan), len(self._header)
        rows = self.translator.codes.ahead(reader, place)
        for self._line, row in enumerate(rows, start=2):
            if len(row) < cells:
                if not row:
                    continue
                raise self._problem(len(row), "", "as many cells as the header has")
            try:
                plan = plan_of(row[place], row[when] if when is not None else "")
            except ValueError as error:
                raise self._problem(when or 0, row[when or 0], "YYYY-MM-DD or YYYY-MM") from error
            plan.rows += 1
            if plan.outcome == "split":
                yield from self._parts(plan, row, place)
            else:
                if plan.renames:
                    row[place] = plan.translation.targets[0].code
                yield row

    def _plan(self, cell: str, day: str) -> Plan:
        code = cell.strip()
        found = self.translator.translate(code, _day(day.strip())) if code else Translation(reason="no code")
        return self.plans.setdefault((code, found), Plan(code, _outcome(code, found), found))

    def _parts(self, plan: Plan, row: list[str], place: int) -> Iterator[list[str]]:
        parts = [(at, self._shared(row[at], plan.shares, at)) for at in self._values]
        for i, target in enumerate(plan.translation.targets):
            new = row.copy()
            new[place] = target.code
            for at, texts in parts:
                new[at] = texts[i]
            yield new

    def _shared(self, text: str, shares: list[int], at: int) -> list[str]:
        if not text.strip():
            return [text] * len(shares)
        value, places = self._number(text, at)
        return [printed(part, places) for part in apportioned(value, shares)]

    def _number(self, text: str, at: int) -> Number:
        found = number(text)
        if found is None:
            raise self._problem(at, text, NUMBER)
        return found

    def _problem(self, at: int, value: str, expected: str) -> RowProblem:
        return RowProblem(self.file, self._line, self._header[at], value, expected)

    def _summed(self, rows: Iterator[list[str]]) -> Iterator[list[str]]:
        with closing(Sums(len(self._header), self._values, lambda: self._line, self._not_summed)) as sums:
            sums.take(rows)
            yield from sums

    def _not_summed(self, line: int, at: int, text: str) -> RowProblem:
        return RowProblem(self.file, line, self._header[at], text, NUMBER)


def _day(text: str) -> date | None:
    """The first day that a row may speak of. Raises ValueError for what is neither a day nor a month."""
    if not text:
        return None
    found = PartialDate.parse(text)
    if found.precision == "year":
        raise ValueError
    return found.first


def _outcome(code: str, found: Translation) -> Outcome:
    if not found.targets:
        return "unmapped"
    if len(found.targets) > 1:
        return "ambiguous" if found.unknown else "split"
    if found.targets[0].code == code:
        return "unchanged"
    return "merged" if found.merged else "renamed"


def read_weights(table: Iterable[list[str]], file: str) -> dict[str, dict[str, float]]:
    """A user's weights: columns `from`, `to` and `weight`, which is positive, on any scale.

    Raises UsageProblem for a missing column, RowProblem for a weight that is none.
    """
    reader = iter(table)
    header = [name.strip() for name in next(reader, [])]
    if missing := {"from", "to", "weight"} - set(header):
        raise UsageProblem(f"{file} has no column {min(missing)!r}", hint="its header must hold from,to,weight")
    found: dict[str, dict[str, float]] = {}
    for line, row in enumerate(reader, start=2):
        if not row:
            continue
        cells = dict(zip(header, (cell.strip() for cell in row), strict=False))
        try:
            weight = float(cells["weight"])
        except (KeyError, ValueError):
            weight = 0.0
        if not 0 < weight < float("inf"):
            raise RowProblem(file, line, "weight", cells.get("weight", ""), "a number above 0")
        found.setdefault(cells["from"], {})[cells["to"]] = weight
    return found
