"""Who leads what on a day, and how sure we are (MODEL section 1, Tenure).

The as-of window of each tenure is worked out at load; a holder after the last sighting is `last_known`, never
stated.
"""

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

from nhs_graph.graph.facts import Classification, Fact, Person, Post, Tenure
from nhs_graph.graph.interval import end_text, start_text
from nhs_graph.graph.store import Selection, Store
from nhs_graph.queries.question import UNKNOWN, Params, Question, Row, Sources, on_graph

if TYPE_CHECKING:
    from nhs_graph.graph.projection import Graph


class LeaderParams(Params):
    """The day, and which body, roles (with narrower ones) and kinds of body; empty is all.

    `all_dates` lists every tenure of any time; its certainty is then that on the day, or None.
    """

    as_of: date
    organisation_id: str | None = None
    roles: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    all_dates: bool = False


class TenureRow(Row):
    """A tenure at one body. Dates are as the source said them; an empty end is unknown, not "in post"."""

    person_id: str
    person: str
    role: str
    role_label: str
    organisation_id: str
    organisation_name: str
    basis: str
    start_date: str | None = UNKNOWN
    end_date: str | None = UNKNOWN
    first_seen: str | None
    last_seen: str | None
    certainty: str | None
    taken_up: bool
    appointment_id: str | None


class LeaderRow(TenureRow):
    """A tenure and its sources."""

    sources: Sources


def _facts(store: Store, params: LeaderParams) -> Iterator[Fact]:
    where: dict[str, tuple[str, ...]] = {}
    if params.organisation_id:
        where["organisation_id"] = (params.organisation_id,)
    if params.roles:
        where["role"] = params.roles
    tenures = list(store.facts(Selection(Tenure, where, None if params.all_dates else params.as_of)))
    bodies = {tenure.organisation_id for tenure in tenures}
    yield from tenures
    yield from store.facts(Selection(Person, {"id": {tenure.person_id for tenure in tenures}}))
    yield from store.facts(Selection(Post, {"organisation_id": bodies}))
    if params.kinds:
        day = None if params.all_dates else params.as_of
        kinds = {"organisation_id": bodies, "kind": params.kinds}
        yield from store.facts(Selection(Classification, kinds, day))


def _list(graph: "Graph", params: LeaderParams) -> list[LeaderRow]:
    from nhs_graph.graph.projection import edges_out, linked, nodes

    rows: list[LeaderRow] = []
    for person in nodes(graph, Person):
        for _, tenure in edges_out(graph, ("Person", person.id), Tenure):
            certainty = tenure.window.certainty(params.as_of)
            body = ("Organisation", tenure.organisation_id)
            if not (params.all_dates or certainty):
                continue
            if params.organisation_id not in (None, tenure.organisation_id):
                continue
            if params.roles and tenure.role not in params.roles:
                continue
            if params.kinds and not any(_of_kind(c, params) for c in linked(graph, body, Classification)):
                continue
            rows.append(LeaderRow(**told(person, tenure, certainty)))
    return sorted(rows, key=_order)


def _of_kind(classification: Classification, params: LeaderParams) -> bool:
    on_the_day = params.all_dates or classification.window.certainty(params.as_of) is not None
    return classification.kind in params.kinds and on_the_day


def told(person: Person, tenure: Tenure, certainty: str | None) -> dict[str, Any]:
    """The fields of a tenure as rows print them, dates as the source said them."""
    return {
        "person_id": person.id,
        "person": person.name,
        "role": tenure.role,
        "role_label": tenure.role_label,
        "organisation_id": tenure.organisation_id,
        "organisation_name": tenure.organisation_name,
        "basis": tenure.basis,
        "start_date": start_text(tenure.start_date, tenure.start_precision),
        "end_date": end_text(tenure.end_date, tenure.end_precision),
        "first_seen": tenure.first_seen,
        "last_seen": tenure.last_seen,
        "certainty": certainty,
        "taken_up": tenure.taken_up,
        "appointment_id": tenure.appointment_id,
        "sources": tenure.source_ids,
    }


def _order(row: LeaderRow) -> tuple[str, ...]:
    # Within a post by time: the start, else the first sighting, else (only the end known) the end.
    when = row.start_date or row.first_seen or row.end_date or ""
    dates = row.end_date or "", row.start_date or "", row.first_seen or ""
    return row.organisation_id, row.role, when, row.person_id, row.basis, *dates


LIST = Question("leaders_list", LeaderParams, LeaderRow, on_graph(_facts), _list)


def not_shown(store: Store, params: LeaderParams) -> int:
    """How many tenures of the same body and roles an as-of answer leaves out because their start is unknown."""
    where: dict[str, tuple[str, ...]] = {}
    if params.organisation_id:
        where["organisation_id"] = (params.organisation_id,)
    if params.roles:
        where["role"] = params.roles
    if params.all_dates:
        return 0
    return sum(
        tenure.start_date is None and tenure.taken_up and tenure.window.certainty(params.as_of) is None
        for tenure in store.facts(Selection(Tenure, where))
    )
