"""Tenures on a line of time: when somebody surely was in post, and which posts led on to which (MODEL, Tenure).

A post leads on to a later one when nothing stands between them: no post begun in between, none held on longer. A
post that is surely held beside another (an interim chief at a neighbour, the chair of two trusts) is no move to it
or from it. Dates known to the month or year count as far as they are sure. Where neither the end of the earlier post
nor the start of the later one is known, nothing says which came first, and nothing is told.
"""

from collections.abc import Iterable
from datetime import date
from typing import Generic, NamedTuple, TypeVar

from nhs_graph.graph.facts import Basis, Tenure
from nhs_graph.graph.interval import DAY, PartialDate, Precision, end_text


class Held(NamedTuple):
    """What moves are worked out from: these columns of a tenure, read without the others."""

    person_id: str
    organisation_id: str
    role: str
    organisation_name: str
    basis: Basis
    start_date: date | None
    start_precision: Precision
    end_date: date | None
    end_precision: Precision
    first_seen: str | None
    last_seen: str | None
    shown_until: date | None
    appointment_id: str | None
    taken_up: bool
    source_ids: tuple[str, ...]


T = TypeVar("T", bound=Tenure | Held)


class Span(Generic[T]):
    """A tenure on the line of time.

    `begun` puts it in order: the start, else the first sighting, else the day before the first possible end.
    """

    __slots__ = ("begun", "body", "surely_from", "surely_until", "tenure")

    def __init__(self, tenure: T, begun: date, surely_from: date, surely_until: date) -> None:
        self.tenure = tenure
        self.body = tenure.organisation_id
        self.begun = begun
        self.surely_from = surely_from
        """The last day on which the person can have come into post."""
        self.surely_until = surely_until
        """The first day on which the person can have left; without a known end the day after the last sighting."""

    @property
    def post(self) -> tuple[str, str]:
        """Body and role."""
        return self.tenure.organisation_id, self.tenure.role

    @property
    def last_day(self) -> date:
        """A day on which the person was surely in post, as late as one is known."""
        return max(self.begun, self.surely_until - DAY)


def span_of(tenure: T) -> Span[T] | None:
    """The tenure on the line of time; None when nothing is known of its time."""
    start, end = tenure.start_date, tenure.end_date
    left = _first_end(end, tenure.end_precision) if end else None
    if start:
        begun = start
        surely_from = start if tenure.start_precision == "day" else _until(start, tenure.start_precision) - DAY
    elif tenure.first_seen:
        seen = PartialDate.parse(tenure.first_seen)
        begun, surely_from = seen.first, seen.until - DAY
    elif left:
        begun = surely_from = left - DAY
    else:
        return None
    if not left:
        seen_last = PartialDate.parse(tenure.last_seen).first if tenure.last_seen else surely_from
        left = max(surely_from, seen_last) + DAY
    return Span(tenure, begun, surely_from, left)


def _until(start: date, precision: Precision) -> date:
    return PartialDate.parse(start.isoformat()[: 7 if precision == "month" else 4]).until


def _first_end(end: date, precision: Precision) -> date:
    """The earliest day that the end can be."""
    return end if precision == "day" else PartialDate.parse(end_text(end, precision) or "").first


def spans_of(tenures: Iterable[T], as_of: date) -> list[Span[T]]:
    """The posts begun by a day; appointments that were not taken up are none."""
    return [span for held in tenures if held.taken_up and (span := span_of(held)) and span.begun <= as_of]


def left_for(new: Span[T], spans: Iterable[Span[T]]) -> list[Span[T]]:
    """The posts out of which a person came into a new one: those that lead on to it with nothing in between."""
    # What is surely held on beyond the day stands beside the new post.
    earlier = [span for span in spans if span.begun < new.begun]
    ended = [span for span in earlier if span.surely_until <= new.surely_from]
    if not new.tenure.start_date:  # something else must say that it came after the old one, rather than beside it
        seen = new.tenure.first_seen is not None
        left = [old for old in ended if seen and (old.tenure.end_date is not None or known_left(old, new))]
    else:
        left = ended
    return [old for old in left if not _passed(old, earlier, ended)]


def known_left(old: Span[T], new: Span[T]) -> bool:
    """Whether the old post is no longer shown when the new one begins: its next holder or the body's end says so."""
    until = old.tenure.shown_until
    return until is not None and until <= new.surely_from


def _passed(old: Span[T], earlier: list[Span[T]], ended: list[Span[T]]) -> bool:
    """Whether another post began after this one was left, or was surely held on after its end and then left."""
    if len(earlier) == 1:
        return False
    begun, left, end = old.begun, old.surely_until, old.tenure.end_date
    # Loops, for they run for every two posts of everybody: a generator costs more than what it looks at.
    for other in earlier:
        if other.begun > begun and left <= other.surely_from:
            return True
    if end is not None:
        for other in ended:
            if other.surely_until > end:
                return True
    return False


def same_post(old: Span[T], new: Span[T]) -> bool:
    """Whether the new tenure goes on in the post of the old one: with no day between them that is surely free."""
    return old.post == new.post and not away(old, new)


def away(old: Span[T], new: Span[T]) -> bool:
    """Whether there is a day between the two tenures on which neither can have been held."""
    end = old.tenure.end_date
    return end is not None and end < new.begun
