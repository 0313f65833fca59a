"""What somebody led, one post after the other: who moved where, who stayed through a hand-over (MODEL, Tenure).

A post leads on to a later one when nothing stands between them: no post begun in between, none held on longer. A
post that is surely held beside another (an interim chief at a neighbour, the chair of two trusts) is no move to it
or from it. Dates known to the month or year count as far as they are sure. Where neither the end of the earlier post
nor the start of the later one is known, nothing says which came first, and nothing is told.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from nhs_graph.graph.facts import Classification, Fact, Person, Succession, Tenure
from nhs_graph.graph.interval import DAY, PartialDate, end_text, start_text
from nhs_graph.graph.kinds import FOUNDED_ANEW
from nhs_graph.graph.store import Selection, Store
from nhs_graph.queries.leaders import TenureRow, told
from nhs_graph.queries.lineage import steps
from nhs_graph.queries.question import Params, Question, Row, Sources

if TYPE_CHECKING:
    from nhs_graph.graph.projection import Graph

MoveKind = Literal["move", "successor_body", "promotion", "return"]
MovedHow = Literal["appointed", "successor_body", "same_post"]
UNKNOWN = Field(json_schema_extra={"none": "unknown"})


class Span:
    """A tenure on the time line.

    `begun` puts it in order: the start, else the first sighting, else the day before the first possible end.
    """

    __slots__ = ("begun", "body", "surely_from", "surely_until", "tenure")

    def __init__(self, tenure: Tenure, begun: date, surely_from: date, surely_until: date) -> None:
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


def span_of(tenure: Tenure) -> Span | None:
    """The tenure on the time line; None when nothing is known of its time."""
    start, end = tenure.start_date, tenure.end_date
    left = _first_end(end, tenure) if end else None
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


def _until(start: date, precision: str) -> date:
    return PartialDate.parse(start.isoformat()[: 7 if precision == "month" else 4]).until


def _first_end(end: date, tenure: Tenure) -> date:
    """The earliest day that the end can be."""
    if tenure.end_precision == "day":
        return end
    return PartialDate.parse(end_text(end, tenure.end_precision) or "").first


def left_for(new: Span, spans: Iterable[Span]) -> list[Span]:
    """The posts out of which a person came into a new one: those that lead on to it with nothing in between."""
    # What is surely held on beyond the day stands beside the new post.
    earlier = [span for span in spans if span.begun < new.begun]
    ended = [span for span in earlier if span.surely_until <= new.surely_from]
    return [old for old in ended if _ordered(old, new) and not _passed(old, earlier, ended)]


def _ordered(old: Span, new: Span) -> bool:
    """Whether something says that the new post came after the old one, rather than beside it."""
    if new.tenure.start_date:
        return True
    return new.tenure.first_seen is not None and (old.tenure.end_date is not None or known_left(old, new))


def known_left(old: Span, new: Span) -> bool:
    """Whether the old post is no longer shown when the new one begins: its next holder or the body's end says so."""
    until = old.tenure.shown_until
    return until is not None and until <= new.surely_from


def _passed(old: Span, earlier: Iterable[Span], ended: Iterable[Span]) -> bool:
    """Whether another post began after this one was left, or was surely held on after its end and then left."""
    end = old.tenure.end_date
    return any(other.begun > old.begun and old.surely_until <= other.surely_from for other in earlier) or (
        end is not None and any(other.surely_until > end for other in ended)
    )


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

    def joins(self, old: Span, new: Span) -> bool:
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


def same_post(old: Span, new: Span) -> bool:
    """Whether the new tenure goes on in the post of the old one: with no day between them that is surely free."""
    return old.post == new.post and not away(old, new)


def away(old: Span, new: Span) -> bool:
    """Whether there is a day between the two tenures on which neither can have been held."""
    end = old.tenure.end_date
    return end is not None and end < new.begun


def spans_by_person(graph: "Graph", as_of: date) -> dict[str, list[Span]]:
    """The posts begun by a day, by person, in no order; appointments that were not taken up are none."""
    # One pass over the edges: asking the graph for those of each person takes twice as long.
    held: dict[str, list[Span]] = {}
    for start, _, data in graph.edges(data=True):
        key, fact = start[1], data.get("fact")
        if isinstance(fact, Tenure) and fact.taken_up and (span := span_of(fact)) and span.begun <= as_of:
            held.setdefault(key, []).append(span)
    return held


class CareerParams(Params):
    """The person, and the day: later posts had not begun by then, and certainty is that on it."""

    person_id: str
    as_of: date


class CareerRow(TenureRow):
    """A tenure, and how the person came into it: appointed, with the body's hand-over, or staying in the post."""

    moved_how: MovedHow
    sources: Sources


def _facts_of_careers(store: Store, person_id: str | None, kinds: frozenset[str]) -> Iterator[Fact]:
    """Tenures, people, who carried on whom, and when bodies were of the kinds that matter."""
    mine = {"person_id": (person_id,)} if person_id else {}
    tenures = list(store.facts(Selection(Tenure, mine)))
    bodies = {tenure.organisation_id for tenure in tenures}
    yield from tenures
    yield from store.facts(Selection(Person, {"id": (person_id,)} if person_id else {}))
    yield from store.facts(Selection(Succession, {"predecessor_id": store.connected(bodies)} if person_id else {}))
    yield from store.facts(Selection(Classification, {"organisation_id": bodies, "kind": kinds}))


def _career(graph: "Graph", params: CareerParams) -> list[CareerRow]:
    from nhs_graph.graph.projection import node

    heirs, person = Heirs(graph), node(graph, Person, params.person_id)
    spans = spans_by_person(graph, params.as_of).get(params.person_id, [])
    return [
        CareerRow(
            **told(person, span.tenure, span.tenure.window.certainty(params.as_of)),
            moved_how=_moved_how(span, left_for(span, spans), heirs),
        )
        for span in sorted(spans, key=lambda s: (s.begun, s.body, s.tenure.role, s.tenure.basis, s.surely_until))
        if person
    ]


def _moved_how(new: Span, left: list[Span], heirs: Heirs) -> MovedHow:
    if any(same_post(old, new) and not heirs.joins(old, new) for old in left):
        return "same_post"
    return "successor_body" if any(heirs.joins(old, new) for old in left) else "appointed"


def not_taken_up(store: Store, person_id: str) -> int:
    """How many appointments of a person were not taken up, and are no part of the career."""
    return sum(not tenure.taken_up for tenure in store.facts(Selection(Tenure, {"person_id": (person_id,)})))


class MoveParams(Params):
    """Posts begun by a day, and the filters: joined from `since` to `until`, kinds of the bodies then, person, body.

    Empty kinds are all; `organisation_id` is the body left or joined.
    """

    as_of: date
    since: date | None = None
    until: date | None = None
    from_kinds: tuple[str, ...] = ()
    to_kinds: tuple[str, ...] = ()
    person_id: str | None = None
    organisation_id: str | None = None


class MoveRow(Row):
    """Somebody left one post for another. `gap_days` only where both dates are known to the day.

    `kind`: `promotion` is another role in the same body, or in several bodies of which it is one; `return` goes back
    to a body led before. `certainty`: stated when both dates are; inferred when one is not, or their order is not
    sure; last_known when nobody says that the earlier post was left.
    """

    person_id: str
    person: str
    from_organisation_id: str
    from_organisation_name: str
    from_role: str
    to_organisation_id: str
    to_organisation_name: str
    to_role: str
    left: str | None = UNKNOWN
    joined: str | None = UNKNOWN
    gap_days: int | None
    kind: MoveKind
    certainty: str
    sources: Sources


def _moves(graph: "Graph", params: MoveParams) -> list[MoveRow]:
    from nhs_graph.graph.projection import node

    heirs = Heirs(graph)
    rows: list[tuple[tuple[object, ...], MoveRow]] = []
    for key, spans in spans_by_person(graph, params.as_of).items():
        if len(spans) < 2 or params.person_id not in (None, key):
            continue
        person = node(graph, Person, key)
        for new in spans if person else ():
            for old in left_for(new, spans):
                kind = _kind(old, new, spans, heirs)
                if person and kind and _wanted(graph, old, new, params):
                    rows.append((_order(person, old, new), _move(person, old, new, kind)))
    return [row for _, row in sorted(rows, key=lambda pair: pair[0])]


def _kind(old: Span, new: Span, spans: list[Span], heirs: Heirs) -> MoveKind | None:
    """What a change of post is called; None when it is none."""
    if old.body == new.body and away(old, new):
        return "return"
    if heirs.joins(old, new):
        return "successor_body"
    if old.body in _bodies(new, spans):
        return None if old.tenure.role == new.tenure.role else "promotion"
    was_there = any(span.body == new.body and span.begun < old.begun for span in spans)
    return "return" if was_there else "move"


def _bodies(new: Span, spans: list[Span]) -> set[str]:
    """All bodies of the appointment that a tenure is part of."""
    appointment = new.tenure.appointment_id
    return {new.body} | {span.body for span in spans if appointment and span.tenure.appointment_id == appointment}


def _wanted(graph: "Graph", old: Span, new: Span, params: MoveParams) -> bool:
    if params.organisation_id not in (None, old.body, new.body):
        return False
    if (params.since and new.begun < params.since) or (params.until and new.begun > params.until):
        return False
    return _of_kind(graph, old.body, params.from_kinds, old.last_day) and _of_kind(
        graph, new.body, params.to_kinds, new.surely_from
    )


def _of_kind(graph: "Graph", body: str, kinds: tuple[str, ...], day: date) -> bool:
    from nhs_graph.graph.projection import linked

    found = linked(graph, ("Organisation", body), Classification) if kinds else ()
    return not kinds or any(k.kind in kinds and k.window.certainty(day) for k in found)


def _certainty(old: Span, new: Span) -> str:
    left, joined = old.tenure.end_date, new.tenure.start_date
    if left and joined and left <= joined:
        return "stated"
    return "inferred" if left or known_left(old, new) else "last_known"


def _move(person: Person, old: Span, new: Span, kind: MoveKind) -> MoveRow:
    a, b = old.tenure, new.tenure
    exact = a.end_date and b.start_date and (a.end_precision, b.start_precision) == ("day", "day")
    return MoveRow(
        person_id=person.id,
        person=person.name,
        from_organisation_id=a.organisation_id,
        from_organisation_name=a.organisation_name,
        from_role=a.role,
        to_organisation_id=b.organisation_id,
        to_organisation_name=b.organisation_name,
        to_role=b.role,
        left=end_text(a.end_date, a.end_precision),
        joined=start_text(b.start_date, b.start_precision),
        gap_days=(b.start_date - a.end_date).days if exact and b.start_date and a.end_date else None,
        kind=kind,
        certainty=_certainty(old, new),
        sources=a.source_ids + b.source_ids,
    )


def _order(person: Person, old: Span, new: Span) -> tuple[object, ...]:
    return (person.id, new.begun, *new.post, new.surely_until, old.begun, *old.post, old.surely_until)


CAREER = Question(
    "leaders_career",
    CareerParams,
    CareerRow,
    lambda store, params: _facts_of_careers(store, params.person_id, FOUNDED_ANEW),
    _career,
)
MOVES = Question(
    "leaders_moves",
    MoveParams,
    MoveRow,
    lambda store, params: _facts_of_careers(
        store, params.person_id, FOUNDED_ANEW.union(params.from_kinds, params.to_kinds)
    ),
    _moves,
)
