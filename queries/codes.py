"""What a code names, and whether it was in use on a day: read once, asked for every row of a table.

A store may hold the whole register, and a table a few of its codes: only these are read, with all that successions
connect with them, for some rows of the table at once.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import cache, partial
from itertools import islice
from typing import TYPE_CHECKING

from nhs_graph.graph.facts import ChangeEvent, Classification, Identifier, Organisation, Succession
from nhs_graph.graph.projection import edges_out, node, project
from nhs_graph.graph.store import Selection, Store
from nhs_graph.queries.residents import Residents, residents_on

if TYPE_CHECKING:
    from nhs_graph.graph.projection import Graph

Weights = Mapping[str, Mapping[str, float]]
"""A user's own: from a code to its heirs, on any positive scale."""


ROWS_AHEAD = 200


def _none(_: str) -> Iterable[str]:
    return ()


class Codes:
    """The codes of a store, with the successions between their bodies; these may carry a user's weights.

    What was not asked for ahead (`ahead`) is read when it is asked for. The store stays open meanwhile.
    """

    def __init__(self, store: Store, weights: Weights | None = None) -> None:
        self._store, self._weights = store, weights or {}
        self._residents_on = cache(partial(residents_on, store))
        self.graph: Graph = project(())
        self._known: set[str] = set()
        self._kinds: dict[str, list[Classification]] = defaultdict(list)
        self._by_value: dict[str, list[Identifier]] = defaultdict(list)
        self._areas: dict[str, list[Identifier]] = defaultdict(list)

    def ahead(
        self, rows: Iterable[list[str]], place: int, others: Callable[[str], Iterable[str]] = _none
    ) -> Iterator[list[str]]:
        """The rows of a table, for many of which the codes in a column are read at once.

        `others` are further codes that will be asked for where one names no body.
        """
        coming = iter(rows)
        while some := list(islice(coming, ROWS_AHEAD)):
            cells = {row[place] for row in some if place < len(row)}
            codes = {cell.strip() for cell in cells}
            self._read(codes)
            self._read({other for code in codes if not self.body(code) for other in others(code)})
            yield from some

    def _read(self, codes: Collection[str]) -> None:
        new = {*codes} - self._known
        if not new:
            return
        for identifier in self._store.facts(Selection(Identifier, {"value": new})):
            self._by_value[identifier.value].append(identifier)
        owners = {item.organisation_id for code in new for item in self._by_value.get(code, ())}
        ids = self._store.connected(new | owners) - self._known
        self._known |= ids
        bodies = list(self._store.facts(Selection(Organisation, {"id": ids})))
        if not bodies:
            return
        here = {"organisation_id": {body.id for body in bodies}}
        steps = list(self._store.facts(Selection(Succession, {"predecessor_id": here["organisation_id"]})))
        events = self._store.facts(Selection(ChangeEvent, {"id": {step.event_id for step in steps}}))
        self.graph.update(project([*bodies, *_reweighed(steps, self._weights), *events]))
        for item in self._store.facts(Selection(Classification, here)):
            self._kinds[item.organisation_id].append(item)
        for identifier in self._store.facts(Selection(Identifier, here | {"scheme": {"gss"}})):
            self._areas[identifier.organisation_id].append(identifier)

    def _named(self, code: str) -> list[Identifier]:
        self._read((code,))
        return self._by_value.get(code, [])

    def body(self, code: str) -> str | None:
        """The id of the body that a code names; None when none or several do."""
        if self.organisation(code):
            return code
        owners = {item.organisation_id for item in self._named(code)}
        return owners.pop() if len(owners) == 1 else None

    def organisation(self, body: str) -> Organisation | None:
        """The body with an id."""
        self._read((body,))
        return node(self.graph, Organisation, body)

    def is_area(self, code: str) -> bool:
        """Whether a code is that of an area."""
        return not self.organisation(code) and any(item.scheme == "gss" for item in self._named(code))

    def names(self, code: str, day: date) -> bool:
        """Whether a body or area went by a code on a day."""
        return self.organisation(code) is not None or any(item.interval.holds(day) for item in self._named(code))

    def area(self, body: str, day: date) -> str:
        """The GSS code of a body's area on a day; empty when none is known."""
        return next((item.value for item in self._areas.get(body, ()) if item.interval.holds(day)), "")

    def residents(self, body: str, day: date) -> Residents | None:
        """The people of a body's area on a day; None when its area or they are not known."""
        return self._residents_on(day).get(self.area(body, day))

    def in_force(self, body: str, day: date) -> bool:
        """Whether a body's code was in use on a day: open, and not passed on unless for a new kind (a location)."""
        found = self.organisation(body)
        if found is None or not found.interval.holds(day):
            return False
        passed = [step.effective_date for _, step in edges_out(self.graph, ("Organisation", body), Succession)]
        last = max((when for when in passed if when <= day), default=None)
        if last is None or found.end_date:
            return True
        return any(item.start_date == last and item.window.certainty(day) for item in self._kinds[body])

    def is_kind(self, body: str, kinds: Collection[str], day: date) -> bool:
        """Whether a body was of one of these kinds on a day; of any when none is asked."""
        return not kinds or any(item.kind in kinds and item.window.certainty(day) for item in self._kinds[body])


def _reweighed(steps: list[Succession], weights: Weights) -> list[Succession]:
    """Successions with the user's weights, for bodies all of whose heirs these weigh."""
    heirs: dict[str, set[str]] = defaultdict(set)
    for step in steps:
        heirs[step.predecessor_id].add(step.successor_id)
    whole = {code: sum(given.values()) for code, given in weights.items() if set(given) == heirs.get(code)}
    return [
        step.model_copy(
            update={
                "weight": weights[step.predecessor_id][step.successor_id] / whole[step.predecessor_id],
                "weight_basis": "your weights",
                "whole_parts": (),
                "other_parts": (),
                "part_shares": (),
            }
        )
        if step.predecessor_id in whole
        else step
        for step in steps
    ]
