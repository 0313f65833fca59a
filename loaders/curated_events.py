"""Which rows of the curated list speak of which events that a rule typed from the register's pairs."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from nhs_graph.graph.facts import ChangeEvent, EventKind, Party
from nhs_graph.graph.interval import DAY, PartialDate, start_text
from nhs_graph.loaders.event_rules import Pair, Typed
from nhs_graph.loaders.factset import FactSet

HAND_OVERS: frozenset[EventKind] = frozenset({"merger", "acquisition", "split", "recode", "dissolution"})
"""Kinds of event that can make successions."""
WHOLE: frozenset[EventKind] = HAND_OVERS - {"split"}
"""Kinds of event after which a predecessor is gone."""


@dataclass(frozen=True)
class Row:
    """A completed event of the curated list, with its bodies."""

    event: ChangeEvent
    originals: frozenset[str]
    results: frozenset[str]

    @property
    def pairs(self) -> set[Pair]:
        """Each original with each result; the acquirer's own code is no pair."""
        return {(old, new) for old in self.originals for new in self.results if old != new}

    def same_time(self, day: date) -> bool:
        """Whether the row's date, at its precision, is a day, or the day before or after it."""
        text = start_text(self.event.effective_date, self.event.effective_precision)
        if not text:
            return False
        period = PartialDate.parse(text)
        return period.first - DAY <= day < period.until + DAY

    def speaks_of(self, event: Typed) -> bool:
        """Whether the row can be about an event; a split over several events says again what they say."""
        if event.rule in {"ccg_to_icb_2022", "postcodes_in_common_2013"} or not self.same_time(event.day):
            return False
        if self.event.kind == "split":
            return self.pairs <= set(event.pairs)
        return self.event.kind != "boundary_change"


def completed_rows(found: FactSet) -> list[Row]:
    """The rows that may speak of a hand-over of the register."""
    sides: dict[tuple[str, str], set[str]] = defaultdict(set)
    for party in found.of(Party):
        sides[party.event_id, party.side].add(party.organisation_id)
    return [
        Row(event, frozenset(sides[event.id, "original"]), frozenset(sides[event.id, "result"]))
        for event in found.of(ChangeEvent)
        if event.status == "completed" and event.kind in {*HAND_OVERS, "transfer", "boundary_change"}
    ]


def matched(events: list[Typed], rows: list[Row]) -> dict[int, Row]:
    """The row for an event, by the event's place: of the same kind if there is one, then by most shared pairs."""
    by_pair = {pair: place for place, event in enumerate(events) for pair in event.pairs}
    shared: Counter[tuple[int, int]] = Counter()
    for number, row in enumerate(rows):
        for pair in row.pairs & by_pair.keys():
            if row.speaks_of(events[by_pair[pair]]):
                shared[by_pair[pair], number] += 1
    found: dict[int, Row] = {}
    taken: set[int] = set()
    for place, number in sorted(shared, key=lambda at: (events[at[0]].kind != rows[at[1]].event.kind, -shared[at], at)):
        if place not in found and number not in taken:
            found[place] = rows[number]
            taken.add(number)
    return found


def said_again(events: list[Typed], rows: list[Row]) -> list[Row]:
    """Of the rows left over, those whose every pair is in an event already: some are listed twice (trap 40)."""
    days = {pair: event.day for event in events for pair in event.pairs if event.edges}
    return [row for row in rows if row.pairs and all(pair in days and row.same_time(days[pair]) for pair in row.pairs)]
