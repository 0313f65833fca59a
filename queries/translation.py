"""From a code on one day to the codes that stand for the same on another: the ground under `lineage remap`.

A code still in force stays as it is, whatever its kind then. Forwards, a body is followed to the first bodies in force,
with its shares (trails.py). Backwards, a body that took others in is a split, by the people whom each had on that day;
of bodies without an area no source says what part of today's figures each would have had.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date

from nhs_graph.graph.facts import ChangeEvent, Succession
from nhs_graph.graph.kinds import TIERS, with_sub_kinds
from nhs_graph.graph.projection import edges_in, node
from nhs_graph.queries.codes import Codes, Weights
from nhs_graph.queries.trails import Trail, as_one, bases_of, onward, share_of, total, trails_to

TAKEN_IN = ("merger", "acquisition")
COUNCIL = with_sub_kinds("council")
SIDE_BY_SIDE = (TIERS["upper"], TIERS["lower"], with_sub_kinds("system"), {"ccg", "sicbl"})
"""Kinds of body whose areas do not overlap, so that their people add up."""


@dataclass(frozen=True)
class Target:
    """A code that carries on (part of) another; `share` is None where it is not known."""

    code: str
    share: float | None


@dataclass(frozen=True)
class Translation:
    """What became of a code: nothing, for a `reason`, or targets. `merged` says that others came to one of them too.

    `basis` says what the shares of a split rest on, or why they are not known.
    """

    targets: tuple[Target, ...] = ()
    reason: str = ""
    merged: bool = False
    basis: str | None = None

    @property
    def unknown(self) -> bool:
        """Whether it is a split of which some share is not known."""
        return any(target.share is None for target in self.targets)


class Translator:
    """Translates codes to a day, ODS and GSS codes alike, each in its own scheme.

    `kinds` asks for the heirs of these kinds. A user's `weights`, else `equal` ones, fill in what no source says.
    """

    def __init__(
        self,
        codes: Codes,
        to: date,
        kinds: Collection[str] = (),
        weights: Weights | None = None,
        *,
        equal: bool = False,
    ) -> None:
        self.codes, self.to, self.kinds, self.weights, self.equal = codes, to, kinds, weights or {}, equal

    def translate(self, code: str, on: date | None = None) -> Translation:
        """What a code of a day, the day of the translation if none is given, is on that day."""
        body = self.codes.body(code)
        if body is None:
            return Translation(reason="unknown code")
        is_area = self.codes.is_area(code)
        found = self._body_to(body, on or self.to)
        if not found.targets:
            return found
        named = [
            Target(self.codes.area(target.code, self.to) if is_area else target.code, target.share)
            for target in found.targets
        ]
        if not all(target.code for target in named):
            return Translation(reason=f"no area code of its heir is known on {self.to}")
        return self._weighed(code, replace(found, targets=tuple(named)))

    def _in_force(self, body: str) -> bool:
        return self.codes.in_force(body, self.to)

    def _is_kind(self, body: str) -> bool:
        return self.codes.is_kind(body, self.kinds, self.to)

    def _body_to(self, body: str, on: date) -> Translation:
        there = self._in_force(body)
        found = self.codes.organisation(body)
        unborn = found is not None and found.start_date is not None and self.to < found.start_date
        if on > self.to or unborn:
            return self._backward(body, date.max if unborn else on)
        if there and self._is_kind(body):
            return Translation((Target(body, 1.0),))
        after = on if self.codes.in_force(body, on) and on < self.to else None
        return self._forward(body, after)

    def _forward(self, body: str, after: date | None) -> Translation:
        ends: dict[str, list[Trail]] = defaultdict(list)
        for trail in self._trails(body, after, ()):
            ends[trail[-1].successor_id].append(trail)
        shares = {
            code: total(share_of(self.codes.graph, trail, self.to, after) for trail in trails)
            for code, trails in ends.items()
        }
        targets = tuple(Target(code, share) for code, share in sorted(shares.items()) if share != 0)
        walked = [trail for trails in ends.values() for trail in trails]
        joined = any(self._joined(step) for trail in walked for step in trail)
        found = self._of_kind(targets, "closed, and no heir is known", merged=joined)
        bases = None if found.unknown else as_one(basis for trail in walked for basis in bases_of(trail))
        return replace(found, basis=bases)

    def _trails(self, body: str, after: date | None, trail: Trail) -> Iterator[Trail]:
        """Trails of one step or more to the first bodies in force on the day, of the asked kind."""
        for step in onward(self.codes.graph, body, trail, self.to, after):
            longer = (*trail, step)
            heir = step.successor_id
            further = onward(self.codes.graph, heir, longer, self.to, after)
            if not further or (self._in_force(heir) and self._is_kind(heir)):
                yield longer
            else:
                yield from self._trails(heir, after, longer)

    def _joined(self, step: Succession) -> bool:
        event = node(self.codes.graph, ChangeEvent, step.event_id)
        others = edges_in(self.codes.graph, ("Organisation", step.successor_id), Succession)
        same_day = sum(other.effective_date == step.effective_date for _, other in others)
        return same_day > 1 or (event is not None and event.kind in TAKEN_IN)

    def _backward(self, body: str, until: date) -> Translation:
        sources = sorted(self._back(body, until, frozenset()))
        if self.kinds and all(self.codes.is_kind(code, COUNCIL, self.to) for code in sources):
            # A council that took over from both tiers has figures of each: only one tier is asked for.
            sources = [code for code in sources if self._is_kind(code)] or sources
        shares, basis = self._shares_back(body, sources, until)
        targets = tuple(Target(code, shares.get(code)) for code in sources if shares.get(code) != 0)
        found = self._of_kind(targets, "not yet open, and nothing older is known", merged=sources != [body])
        return replace(found, basis=basis)

    def _shares_back(self, body: str, sources: list[str], until: date) -> tuple[dict[str, float], str | None]:
        """The part of a body's people that each of its sources had on the day, and its basis; or {}, and why."""
        if len(sources) == 1:
            return dict.fromkeys(sources, 1.0), None
        if not any(all(self.codes.is_kind(code, kinds, self.to) for code in sources) for kinds in SIDE_BY_SIDE):
            councils = all(self.codes.is_kind(code, COUNCIL, self.to) for code in sources)
            return {}, "the same land twice: ask for one tier, --to-kind upper_tier or lower_tier" if councils else None
        had: dict[str, float] = {}
        bases: set[str] = set()
        for code in sources:
            people, came = self.codes.residents(code, self.to), self._came(code, body, until)
            if people is None or came is None:
                return {}, None
            had[code] = people[0] * came
            bases.add(people[1])
        whole = sum(had.values())
        if len(bases) > 1 or not whole:
            return {}, None
        return {code: part / whole for code, part in had.items()}, f"people of their areas on {self.to} ({bases.pop()})"

    def _came(self, source: str, body: str, until: date) -> float | None:
        """What part of a body in force on the day came to a later one."""
        if source == body:
            return 1.0
        return total(
            share_of(self.codes.graph, trail, until, self.to)
            for trail in trails_to(self.codes.graph, body, until)
            if trail[0].predecessor_id == source and trail[0].effective_date > self.to
        )

    def _back(self, body: str, until: date, passed: frozenset[str]) -> set[str]:
        """The bodies in force on the day whose figures are in a later body's; others than itself only if it took in."""
        there = self._in_force(body)
        found = {body} if there else set[str]()
        for _, step in edges_in(self.codes.graph, ("Organisation", body), Succession):
            event = node(self.codes.graph, ChangeEvent, step.event_id)
            took_in = event is not None and event.kind in TAKEN_IN
            if self.to < step.effective_date <= until and step.key not in passed and (took_in or not there):
                found |= self._back(step.predecessor_id, step.effective_date, passed | {step.key})
        return found

    def _of_kind(self, targets: tuple[Target, ...], reason: str, *, merged: bool) -> Translation:
        if self.kinds and not targets:
            return Translation(reason="no heir of the asked kind is known")
        if not targets or not all(self._in_force(target.code) for target in targets):
            return Translation(reason=reason)
        if not all(self._is_kind(target.code) for target in targets):
            return Translation(reason="no heir of the asked kind is known")
        return Translation(targets, merged=merged)

    def _weighed(self, code: str, found: Translation) -> Translation:
        """With the user's weights, or equal ones, where they are wanted."""
        if len(found.targets) < 2:
            return found
        given = self.weights.get(code, {})
        if given.keys() == {target.code for target in found.targets}:
            shares = [given[target.code] / sum(given.values()) for target in found.targets]
            basis = "your weights"
        elif found.unknown and self.equal:
            shares = [1 / len(found.targets)] * len(found.targets)
            basis = "equal parts, as you asked"
        else:
            return found
        pairs = zip(found.targets, shares, strict=True)
        return replace(found, targets=tuple(Target(target.code, share) for target, share in pairs), basis=basis)
