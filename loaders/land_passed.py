"""Which land bodies had, and to whom it passed: the ground under the shares of heirs.

On 2022-07-01 each commissioning group ended and a board took over its land, but of three groups a part went to another
board: Glossop, West Birmingham, and nine LSOAs of North Northamptonshire. No register says so: the pairs come from
the lookups of that day and the day before. Of a body that merged before, the land may have gone another way than that
of the whole.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date

from nhs_graph.graph.facts import AreaMove, Coverage, Succession
from nhs_graph.graph.interval import DAY
from nhs_graph.graph.kinds import COUNCIL_KIND_BY_PREFIX, TIERS
from nhs_graph.loaders.base import Passed, RegisterPair
from nhs_graph.loaders.event_rules import CCGS_ENDED
from nhs_graph.loaders.factset import FactSet

DIGITS = 9
TOLERANCE = 1e-6


class LandPassed:
    """Which areas bodies had on a day, and the people of the land that passed between areas."""

    def __init__(self, found: FactSet) -> None:
        self._areas: dict[str, list[Coverage]] = defaultdict(list)
        for coverage in found.of(Coverage):
            self._areas[coverage.organisation_id].append(coverage)
        self._moves: dict[tuple[str, str, date], list[AreaMove | Passed]] = defaultdict(list)
        for move in found.of(AreaMove):
            # One tier of councils, so that nobody is counted in a county and in its district.
            if COUNCIL_KIND_BY_PREFIX.get(move.council_gss[:3]) in TIERS["lower"]:
                self._moves[move.from_gss, move.to_gss, move.effective_date].append(move)
        for passed in found.of(Passed):
            self._moves[passed.from_gss, passed.to_gss, passed.effective_date].append(passed)

    def on(self, body: str, day: date) -> list[str]:
        """The areas of a body on a day."""
        return [coverage.gss for coverage in self._areas[body] if coverage.interval.holds(day)]

    def moved(self, step: Succession) -> list[AreaMove | Passed]:
        """What went from the predecessor's areas to the successor's on the day."""
        return self.between(self.on(step.predecessor_id, step.effective_date - DAY), step)

    def between(self, areas: Iterable[str], step: Succession) -> list[AreaMove | Passed]:
        """What went from these areas to the successor's on the day of a step."""
        day = step.effective_date
        return [move for old in areas for new in self.on(step.successor_id, day) for move in self._moves[old, new, day]]

    def last(self, body: str, before: date) -> list[str]:
        """The area that a body had last before a day, as a list of one or none."""
        had = [c for c in self._areas[body] if c.start_date is None or c.start_date < before]
        return [max(had, key=lambda c: c.start_date or date.min).gss] if had else []


def add_heirs(found: FactSet) -> None:
    """Add the pairs of groups whose land passed to more than one board when they ended on 2022-07-01."""
    groups, boards = _bodies(found, CCGS_ENDED - DAY), _bodies(found, CCGS_ENDED)
    ended = [passed for passed in found.of(Passed) if passed.effective_date == CCGS_ENDED]
    heirs = Counter(passed.from_gss for passed in ended)
    for passed in ended:
        if heirs[passed.from_gss] > 1 and (group := groups.get(passed.from_gss)):
            found.add(
                RegisterPair(
                    predecessor_id=group,
                    successor_id=boards[passed.to_gss],
                    effective_date=CCGS_ENDED.isoformat(),
                    source_ids=passed.source_ids,
                )
            )


def _bodies(found: FactSet, day: date) -> dict[str, str]:
    return {c.gss: c.organisation_id for c in found.of(Coverage) if c.interval.holds(day)}


def with_ancestors(steps: list[Succession], land: LandPassed) -> list[Succession]:
    """Say on the successions of a split what part of the land of each earlier body of the group went where."""
    older: dict[str, list[Succession]] = defaultdict(list)
    splits: dict[tuple[str, date], list[Succession]] = defaultdict(list)
    for step in steps:
        older[step.successor_id].append(step)
        splits[step.predecessor_id, step.effective_date].append(step)
    return [
        step for (body, day), mine in splits.items() for step in _told(mine, sorted(_before(body, day, older)), land)
    ]


def _before(body: str, day: date, older: dict[str, list[Succession]]) -> set[str]:
    """All ancestors of a body that had reached it by a day."""
    found: set[str] = set()
    for step in older[body]:
        if step.effective_date <= day and step.predecessor_id not in found:
            found |= {step.predecessor_id} | _before(step.predecessor_id, step.effective_date, older)
    return found


def _told(mine: list[Succession], ancestors: list[str], land: LandPassed) -> list[Succession]:
    if len(mine) < 2 or any(step.weight is None for step in mine):
        return mine
    parts: list[tuple[set[str], set[str], set[str]]] = [
        (set(step.whole_parts), set(step.other_parts), set(step.part_shares)) for step in mine
    ]
    for code in ancestors:
        areas = land.last(code, mine[0].effective_date)
        people = [sum(move.people or 0 for move in land.between(areas, step)) for step in mine]
        whole = sum(people)
        for step, (all_of_it, none, some), here in zip(mine, parts, people, strict=True):
            if whole and here == whole:
                all_of_it.add(code)
            elif whole and not here:
                none.add(code)
            elif whole and abs(here / whole - (step.weight or 0)) > TOLERANCE:
                some.add(f"{code}={round(here / whole, DIGITS)}")
    return [
        step.model_copy(
            update={
                "whole_parts": tuple(sorted(all_of_it)),
                "other_parts": tuple(sorted(none)),
                "part_shares": tuple(sorted(some)),
            }
        )
        for step, (all_of_it, none, some) in zip(mine, parts, strict=True)
    ]
