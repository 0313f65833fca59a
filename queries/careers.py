"""What somebody led, one post after the other, and who carried on which body (MODEL, Tenure)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from nhs_graph.graph.facts import Classification, Fact, Person, Succession, Tenure
from nhs_graph.graph.kinds import FOUNDED_ANEW
from nhs_graph.graph.store import Selection, Store
from nhs_graph.queries.leaders import TenureRow, told
from nhs_graph.queries.lineage import steps
from nhs_graph.queries.question import Params, Question, Sources, on_graph
from nhs_graph.queries.spans import Span, left_for, same_post, spans_of

if TYPE_CHECKING:
    from nhs_graph.graph.projection import Graph

MovedHow = Literal["appointed", "successor_body", "same_post"]


@dataclass(frozen=True)
class Heirs:
    """Which bodies carry on which, by statutory succession, and which were founded anew under an old code."""

    graph: "Graph"

    @cached_property
    def _known(self) -> dict[str, dict[str, date]]:
        return {}

    @cached_property
    def _founded(self) -> dict[str, list[date]]:
        from nhs_graph.graph.projection import nodes

        found: dict[str, list[date]] = {}
        for kind in nodes(self.graph, Classification):
            if kind.kind in FOUNDED_ANEW and kind.start_date:
                found.setdefault(kind.organisation_id, []).append(kind.start_date)
        return found

    def joins(self, old: Span[Any], new: Span[Any]) -> bool:
        """Whether the new post is in the heir of the old one's body, or in the board founded under its code."""
        if old.body == new.body:
            founded = self._founded.get(new.body)
            return founded is not None and any(old.begun < day <= new.surely_from for day in founded)
        day = self._of(old.body).get(new.body)
        return day is not None and day <= new.surely_from

    def _of(self, body: str) -> dict[str, date]:
        """The heirs of a body, each with the day on which it first carried on anything of it."""
        if body not in self._known:
            heirs: dict[str, date] = {}
            for step, _ in steps(self.graph, body, date.max, back=False).values():
                heirs[step.successor_id] = min(step.effective_date, heirs.get(step.successor_id, date.max))
            self._known[body] = heirs
        return self._known[body]


def facts_of_heirs(store: Store, bodies: Collection[str], kinds: Collection[str]) -> Iterator[Fact]:
    """Who carried on these bodies, at any distance, and when they were of the kinds."""
    yield from store.facts(Selection(Succession, {"predecessor_id": store.connected(bodies)}))
    yield from store.facts(Selection(Classification, {"organisation_id": bodies, "kind": kinds}))


class CareerParams(Params):
    """The person, and the day: later posts had not begun by then, and certainty is that on it."""

    person_id: str
    as_of: date


class CareerRow(TenureRow):
    """A tenure, and how the person came into it: appointed, with the body's hand-over, or staying in the post."""

    moved_how: MovedHow
    sources: Sources


def _facts(store: Store, params: CareerParams) -> Iterator[Fact]:
    tenures = list(store.facts(Selection(Tenure, {"person_id": (params.person_id,)})))
    yield from tenures
    yield from store.facts(Selection(Person, {"id": (params.person_id,)}))
    yield from facts_of_heirs(store, {tenure.organisation_id for tenure in tenures}, FOUNDED_ANEW)


def _order(span: Span[Tenure]) -> tuple[date, str, str, str, date, str]:
    held = span.tenure
    return span.begun, span.body, held.role, held.basis, span.surely_until, held.key


def _career(graph: "Graph", params: CareerParams) -> list[CareerRow]:
    from nhs_graph.graph.projection import edges_out, node

    heirs, person = Heirs(graph), node(graph, Person, params.person_id)
    spans = spans_of((held for _, held in edges_out(graph, ("Person", params.person_id), Tenure)), params.as_of)
    return [
        CareerRow(
            **told(person, span.tenure, span.tenure.window.certainty(params.as_of)),
            moved_how=_moved_how(span, left_for(span, spans), heirs),
        )
        for span in sorted(spans, key=_order)
        if person
    ]


def _moved_how(new: Span[Tenure], left: list[Span[Tenure]], heirs: Heirs) -> MovedHow:
    if any(same_post(old, new) and not heirs.joins(old, new) for old in left):
        return "same_post"
    return "successor_body" if any(heirs.joins(old, new) for old in left) else "appointed"


def not_taken_up(store: Store, person_id: str) -> int:
    """How many appointments of a person were not taken up, and are no part of the career."""
    return sum(not tenure.taken_up for tenure in store.facts(Selection(Tenure, {"person_id": (person_id,)})))


CAREER = Question("leaders_career", CareerParams, CareerRow, on_graph(_facts), _career)
