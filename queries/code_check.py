"""Codes that a table should not hold: not known, not in force on the day, mangled by a spreadsheet."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from functools import lru_cache
from typing import Literal

from nhs_graph.graph.errors import RowProblem, UsageProblem
from nhs_graph.graph.interval import DAY, PartialDate
from nhs_graph.queries.codes import Codes
from nhs_graph.queries.question import Row, Sources
from nhs_graph.queries.translation import Translator

Problem = Literal[
    "empty",
    "unknown",
    "lower_case",
    "blanks",
    "lost_zero",
    "closed",
    "ambiguous",
    "not_yet_open",
    "gss_vintage",
    "wrong_kind",
]
Finding = tuple[Problem, str | None, tuple[str, ...]]
KEPT = 50_000


class CodeRow(Row):
    """A cell that is no good code for its row; the suggestion is a code, or several where figures were split."""

    line: int
    value: str
    problem: Problem
    suggestion: str | None
    sources: Sources


class CodeCheck:
    """Checks codes for the day or month that their row speaks of; `kinds` are the kinds wanted, empty is any."""

    def __init__(self, codes: Codes, kinds: Collection[str] = ()) -> None:
        self._codes, self._kinds = codes, kinds

    def rows(
        self, table: Iterable[list[str]], column: str, day: str | None, today: date, file: str
    ) -> Iterator[CodeRow]:
        """A row for each bad cell of a column, in order; without a column of days the codes are checked for today.

        Raises UsageProblem for a column that is not there, RowProblem for a cell that is no day or month.
        """
        reader = iter(table)
        header = next(reader, [])
        for name in (column, day):
            if name and name not in header:
                raise UsageProblem(f"{file} has no column {name!r}", hint=f"its columns: {', '.join(header)}")
        place, when = header.index(column), header.index(day) if day else None
        finding = lru_cache(KEPT)(self._finding)
        for line, row in enumerate(self._codes.ahead(reader, place, _spellings), start=2):
            if not row:
                continue
            value = row[place] if place < len(row) else ""
            text = row[when].strip() if when is not None and when < len(row) else ""
            try:
                found = finding(value, text or today.isoformat())
            except ValueError as error:
                raise RowProblem(file, line, day or "", text, "YYYY-MM-DD or YYYY-MM") from error
            if found:
                problem, suggestion, sources = found
                yield CodeRow(line=line, value=value, problem=problem, suggestion=suggestion, sources=sources)

    def _finding(self, value: str, text: str) -> Finding | None:
        days = PartialDate.parse(text)
        if days.precision == "year":
            raise ValueError(text)
        first, last = days.first, days.until - DAY
        code = value.strip()
        if not code:
            return "empty", None, ()
        body = self._codes.body(code)
        if body is None:
            return self._misspelt(code)
        here = self._codes.organisation(body)
        sources = here.source_ids if here else ()
        in_use = [day for day in (first, last) if self._codes.in_force(body, day)]
        if not in_use:
            if here and here.start_date and last < here.start_date:
                return "not_yet_open", None, sources
            heirs = self._heirs(code, first)
            return ("ambiguous" if len(heirs) > 1 else "closed"), " or ".join(heirs) or None, sources
        if not any(self._codes.names(code, day) for day in in_use):
            return "gss_vintage", self._codes.area(body, in_use[0]) or None, sources
        if not any(self._codes.is_kind(body, self._kinds, day) for day in in_use):
            return "wrong_kind", " or ".join(self._heirs(code, in_use[0], self._kinds)) or None, sources
        return ("blanks", code, sources) if code != value else None

    def _heirs(self, code: str, day: date, kinds: Collection[str] = ()) -> list[str]:
        return [target.code for target in Translator(self._codes, day, kinds).translate(code).targets]

    def _misspelt(self, code: str) -> Finding:
        upper, *restored = _spellings(code)
        if self._codes.body(upper):
            return "lower_case", upper, ()
        found = [other for other in restored if self._codes.body(other)]
        return ("lost_zero", " or ".join(found), ()) if found else ("unknown", None, ())


def _spellings(code: str) -> list[str]:
    upper = code.upper() if ":" not in code else code
    return [upper, *restorations(upper)]


def restorations(code: str) -> list[str]:
    """What a code may have been before a spreadsheet took it for a number: `6F` was `06F`, `2.00E+00` was `02E`."""
    mantissa, exponent, power = code.partition("E")
    found = {code.rjust(3, "0"), code.rjust(5, "0")}
    try:
        value = float(code) if exponent and power else float(mantissa or "x")
    except ValueError:
        return sorted(found - {code})
    if value.is_integer() and 0 <= value < 100:
        found.add(f"{int(value):02d}E")
    return sorted(found - {code})
