"""The shares of a body's heirs, from the people of the areas that moved (MODEL "Change events").

The register has no shares. Where a body with an area ends and every heir took some of it, an heir's weight is the
share of the people there, by the land that passed on that day (land_passed.py). A county whose districts each passed
to one of its heirs is shared out by the people of the districts. A location of the body that became part of one heir
went there whole: its own share is 1, whatever the weight. Every other split stays unknown.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from nhs_graph.graph.facts import AreaMove, Conflict, Overlap, Relation, Succession
from nhs_graph.graph.interval import DAY
from nhs_graph.loaders.base import Passed, Report, StatedWeight
from nhs_graph.loaders.factset import FactSet
from nhs_graph.loaders.land_passed import LandPassed, with_ancestors


def apply(found: FactSet, report: Report) -> None:
    """Weigh the successions of each body with several heirs, and list what another source says of a weight."""
    land = LandPassed(found)
    heirs: dict[str, list[Succession]] = defaultdict(list)
    for step in found.of(Succession):
        heirs[step.predecessor_id].append(step)
    parts = _Parts(found, land)
    weighed = [step for steps in heirs.values() for step in (_weighed(steps, land, parts) if len(steps) > 1 else steps)]
    found.put(Succession, with_ancestors(_with_locations(weighed, found.of(Relation)), land))
    stated = {weight.key: weight for weight in found.of(StatedWeight)}
    for step in found.of(Succession):
        if (other := stated.get(step.key)) and step.weight is not None:
            found.add(_conflict(step, step.weight, other, land.moved(step)[0].source_ids[0]))
    several = [steps for steps in heirs.values() if len(steps) > 1]
    known = {step.predecessor_id for step in found.of(Succession) if step.weight is not None}
    report.notes.append(
        f"successions: {len(several)} bodies with several heirs, "
        f"{sum(steps[0].predecessor_id in known for steps in several)} of them with known shares"
    )


class _Parts:
    """The districts of a county on its last day, by the heir of the county to which each passed."""

    def __init__(self, found: FactSet, land: LandPassed) -> None:
        self._land = land
        self._of: dict[tuple[str, date], set[str]] = defaultdict(set)
        for link in found.of(Relation):
            if link.type == "PART_OF" and link.end_date and link.object_id.startswith("la:"):
                self._of[link.object_id, link.end_date].add(link.subject_id)
        self._went: dict[tuple[str, date], set[str]] = defaultdict(set)
        for step in found.of(Succession):
            self._went[step.predecessor_id, step.effective_date].add(step.successor_id)
        self._people: dict[str, list[Overlap]] = defaultdict(list)
        for overlap in found.of(Overlap):
            if overlap.right_gss.startswith("E54"):
                self._people[overlap.left_gss].append(overlap)

    def passed(self, step: Succession, heirs: set[str]) -> list[Overlap]:
        """What was counted in the districts that went to a successor; nothing where one went to no or to two heirs."""
        day = step.effective_date
        districts = self._of[step.predecessor_id, day]
        if not all(len(self._went[code, day]) == 1 and self._went[code, day] <= heirs for code in districts):
            return []
        mine = [code for code in districts if step.successor_id in self._went[code, day]]
        areas = [gss for code in mine for gss in self._land.on(code, day - DAY)]
        return [overlap for gss in areas for overlap in self._people[gss] if overlap.interval.holds(day - DAY)]


def _weighed(steps: list[Succession], land: LandPassed, parts: _Parts) -> list[Succession]:
    heirs = {step.successor_id for step in steps}
    moves: list[list[AreaMove | Passed] | list[Overlap]] = [
        land.moved(step) or parts.passed(step, heirs) for step in steps
    ]
    people = [sum(move.people or 0 for move in moved) for moved in moves]
    bases = {move.population_base for moved in moves for move in moved}
    if not all(people) or len(bases) > 1 or len({step.effective_date for step in steps}) > 1:
        return steps
    (base,) = bases
    return [
        step.model_copy(
            update={
                "weight": part / sum(people),
                "weight_basis": f"people of the areas that moved ({base})",
                "source_ids": tuple(sorted({*step.source_ids, *(s for move in moved for s in move.source_ids)})),
            }
        )
        for step, part, moved in zip(steps, people, moves, strict=True)
    ]


def _with_locations(steps: list[Succession], relations: Iterable[Relation]) -> list[Succession]:
    """Say on the successions of a split which locations of the body went where."""
    left: dict[tuple[str, date], set[str]] = defaultdict(set)
    joined: dict[tuple[str, str, date], Relation] = {}
    for link in relations:
        if link.type == "PART_OF" and link.end_date:
            left[link.object_id, link.end_date].add(link.subject_id)
        if link.type == "PART_OF" and link.start_date:
            joined[link.subject_id, link.object_id, link.start_date] = link
    heirs: dict[tuple[str, date], list[Succession]] = defaultdict(list)
    for step in steps:
        heirs[step.predecessor_id, step.effective_date].append(step)
    found: list[Succession] = []
    for (body, day), mine in heirs.items():
        went = {
            step.successor_id: {code for code in left[body, day] if (code, step.successor_id, day) in joined}
            for step in mine
        }
        for step in mine:
            here = went[step.successor_id] | {*step.whole_parts}
            elsewhere = {code for codes in went.values() for code in codes} | {*step.other_parts}
            cited = {s for code in went[step.successor_id] for s in joined[code, step.successor_id, day].source_ids}
            found.append(
                step.model_copy(
                    update={
                        "whole_parts": tuple(sorted(here)),
                        "other_parts": tuple(sorted(elsewhere - here)),
                        "source_ids": tuple(sorted({*step.source_ids, *cited})),
                    }
                )
                if len(mine) > 1
                else step
            )
    return found


def _conflict(step: Succession, weight: float, other: StatedWeight, source: str) -> Conflict:
    return Conflict(
        organisation_id=step.predecessor_id,
        fact=f"share of {step.successor_id}",
        value_a=f"{weight:.3f}",
        source_a=source,
        value_b=f"{other.weight:.3f}",
        source_b=other.source_ids[0],
        source_ids=tuple(sorted({*step.source_ids, *other.source_ids})),
    )
