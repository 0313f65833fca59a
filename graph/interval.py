"""Time: half-open intervals, dates known only to the month or year, and how sure an as-of answer is.

A hand-over day belongs to the new state only: on 2022-07-01 there are 42 integrated care boards and no
clinical commissioning group (MODEL section 1).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Precision = Literal["day", "month", "year"]
Certainty = Literal["stated", "inferred", "last_known"]

DAY = timedelta(days=1)
LENGTH: dict[Precision, int] = {"year": 4, "month": 7, "day": 10}


@dataclass(frozen=True)
class Interval:
    """A half-open period `[start, end)`; `None` is open on that side."""

    start: date | None = None
    end: date | None = None

    @classmethod
    def from_inclusive(cls, start: date | None, last: date | None) -> "Interval":
        """Period from a register that states the last day itself, as ODS and ONS do."""
        return cls(start, last + DAY if last else None)

    def holds(self, day: date) -> bool:
        """Whether the day lies inside."""
        return (self.start is None or self.start <= day) and (self.end is None or day < self.end)

    def overlaps(self, other: "Interval") -> bool:
        """Whether the two share at least one day."""
        return (self.start is None or other.end is None or self.start < other.end) and (
            other.start is None or self.end is None or other.start < self.end
        )

    def clipped(self, other: "Interval") -> "Interval":
        """What both share; empty (start >= end) when they share nothing."""
        starts = [d for d in (self.start, other.start) if d]
        ends = [d for d in (self.end, other.end) if d]
        return Interval(max(starts) if starts else None, min(ends) if ends else None)

    @property
    def empty(self) -> bool:
        """Whether no day lies inside."""
        return self.start is not None and self.end is not None and self.start >= self.end


@dataclass(frozen=True)
class PartialDate:
    """A day, month or year: the first possible day and the day after the last possible one."""

    first: date
    until: date
    precision: Precision

    @classmethod
    def parse(cls, text: str) -> "PartialDate":
        """Read `2019`, `2019-04` or `2019-04-01`.

        Raises ValueError for anything else.
        """
        if len(text) == 4 and text.isascii() and text.isdigit():
            year = int(text)
            return cls(date(year, 1, 1), date(year + 1, 1, 1), "year")
        if len(text) == 7:
            first = date.fromisoformat(f"{text}-01")
            later = first + 31 * DAY
            return cls(first, later.replace(day=1), "month")
        first = date.fromisoformat(text)
        # fromisoformat also takes 20190401 and 2019-W13-1.
        if first.isoformat() != text:
            raise ValueError(f"{text!r} is no date")
        return cls(first, first + DAY, "day")

    def __str__(self) -> str:
        """As the source said it."""
        return self.first.isoformat()[: LENGTH[self.precision]]


def start_text(day: date | None, precision: Precision) -> str | None:
    """A stored start as its source said it: `2019`, `2019-04`, `2019-04-01`."""
    return day.isoformat()[: LENGTH[precision]] if day else None


def end_text(day: date | None, precision: Precision) -> str | None:
    """A stored end as its source said it; a full day is printed half-open (first day no longer in force)."""
    if day is None:
        return None
    return (day if precision == "day" else day - DAY).isoformat()[: LENGTH[precision]]


@dataclass(frozen=True)
class Window:
    """In which stretch a fact answers an as-of question, and in which part of it that is stated.

    Worked out once, at load, from dates, precisions, sightings and neighbours (MODEL rule 7), so that every
    engine only compares: stated inside `[stated_from, stated_until)`; inferred between `shown_from` and
    `stated_from`, and between `stated_until` and `shown_until`; last known after `stated_until` when
    `shown_until` is open. `None` is open on that side. Where the stated stretch ends before the fact is shown, nobody
    states it, and the whole of its window is inferred.
    """

    shown_from: date | None = None
    stated_from: date | None = None
    stated_until: date | None = None
    shown_until: date | None = None

    def certainty(self, day: date) -> Certainty | None:
        """How sure the fact is on a day; None when it does not answer for that day."""
        if not Interval(self.shown_from, self.shown_until).holds(day):
            return None
        if Interval(self.stated_from, self.stated_until).holds(day):
            return "stated"
        if self.stated_from and day < self.stated_from:
            return "inferred"
        return "inferred" if self.shown_until or self.never_stated else "last_known"

    @property
    def never_stated(self) -> bool:
        """Whether all of the window is inferred."""
        return self.shown_from is not None and self.stated_until is not None and self.stated_until <= self.shown_from


def earliest(days: Iterable[date | None]) -> date | None:
    """The first of the known days; None when none is known."""
    return min((d for d in days if d), default=None)


def latest(days: Iterable[date | None]) -> date | None:
    """The last of the known days; None when none is known."""
    return max((d for d in days if d), default=None)
