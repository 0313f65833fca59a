"""A person's posts or a body's holders as stretches of time, ready to be drawn.

One answer in Python over facts from either store.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from itertools import groupby

from nhs_graph.graph.facts import Person, Tenure
from nhs_graph.graph.interval import DAY, end_text, start_text
from nhs_graph.graph.store import Selection, Store
from nhs_graph.queries.question import Row, Sources
from nhs_graph.queries.spans import Span, spans_of


class StretchRow(Row):
    """A tenure in time: inferred from `shown_from`, stated from `stated_from` until `stated_until`, then less sure.

    `shown_until` is None where nobody knows an end by the day asked. A tenure that answers for no day has no
    `shown_from`; `around` is then a day near which it was.
    """

    person: str
    organisation_id: str
    organisation_name: str
    role: str
    basis: str
    start_date: str | None
    end_date: str | None
    first_seen: str | None
    last_seen: str | None
    shown_from: date | None
    stated_from: date | None
    stated_until: date | None
    shown_until: date | None
    around: date
    sources: Sources


Lane = tuple[StretchRow, ...]


def of_person(store: Store, person_id: str, as_of: date) -> list[Lane]:
    """The posts of a person begun by a day, a lane a post, in the order in which they began."""
    spans = _spans(store.facts(Selection(Tenure, {"person_id": (person_id,)})), as_of)
    return _lanes(store, spans, lambda span: span.post)


def of_body(store: Store, organisation_id: str, roles: Collection[str], as_of: date) -> list[Lane]:
    """The holders of a body's posts by a day, role by role, a lane a holder, in the order in which they came."""
    where: dict[str, Collection[str]] = {"organisation_id": (organisation_id,)}
    spans = _spans(store.facts(Selection(Tenure, where | ({"role": roles} if roles else {}))), as_of)
    spans.sort(key=lambda span: span.tenure.role)
    return _lanes(store, spans, lambda span: (span.tenure.role, span.tenure.person_id))


def _spans(tenures: Iterable[Tenure], as_of: date) -> list[Span[Tenure]]:
    spans = spans_of(tenures, as_of)
    return sorted(spans, key=lambda span: (span.begun, span.post, span.surely_until, span.tenure.key))


def _lanes(store: Store, spans: list[Span[Tenure]], key: Callable[[Span[Tenure]], tuple[str, str]]) -> list[Lane]:
    people = {p.id: p.name for p in store.facts(Selection(Person, {"id": {s.tenure.person_id for s in spans}}))}
    order = list(dict.fromkeys(key(span) for span in spans))
    placed = sorted(spans, key=lambda span: order.index(key(span)))
    return [tuple(_row(span, people) for span in lane) for _, lane in groupby(placed, key=key)]


def _row(span: Span[Tenure], people: dict[str, str]) -> StretchRow:
    held, window = span.tenure, span.tenure.window
    # The window of a tenure that answers for no day is empty.
    never = window.shown_from is not None and window.shown_from == window.shown_until
    return StretchRow(
        person=people[held.person_id],
        organisation_id=held.organisation_id,
        organisation_name=held.organisation_name,
        role=held.role,
        basis=held.basis,
        start_date=start_text(held.start_date, held.start_precision),
        end_date=end_text(held.end_date, held.end_precision),
        first_seen=held.first_seen,
        last_seen=held.last_seen,
        shown_from=None if never else window.shown_from,
        stated_from=window.stated_from,
        stated_until=window.stated_until,
        shown_until=window.shown_until,
        around=max(span.begun, span.surely_until - DAY),
        sources=held.source_ids,
    )
