"""A post through time: its holders one after the other, and the posts that nobody substantive is known to hold.

One answer in Python over facts from either store.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from typing import Literal

from nhs_graph.graph.facts import Classification, Organisation, Person, Post, Tenure
from nhs_graph.graph.interval import DAY, end_text, start_text
from nhs_graph.graph.roles import is_single
from nhs_graph.graph.store import Selection, Store
from nhs_graph.queries.question import UNKNOWN, Row, Sources
from nhs_graph.queries.spans import Span, spans_of


class HolderRow(Row):
    """A holder of a post. `gap_days` is counted from the end of the one before, negative where both held it.

    It is None unless both dates are known to the day. `certainty` is that of the last day on which the holder is
    shown: `inferred` where only the next holder or the body's end says that the post was left.
    """

    person: str
    basis: str
    start_date: str | None = UNKNOWN
    end_date: str | None = UNKNOWN
    gap_days: int | None
    certainty: str | None
    person_id: str
    role: str
    role_label: str
    organisation_name: str
    first_seen: str | None
    last_seen: str | None
    sources: Sources


def succession(store: Store, organisation_id: str, roles: Collection[str], as_of: date) -> list[HolderRow]:
    """The holders of a body's posts with these roles, role by role, in the order in which they came by a day."""
    where = {"organisation_id": (organisation_id,), "role": roles}
    spans = _in_order(store.facts(Selection(Tenure, where)), as_of)
    people = _people(store, spans)
    rows: list[HolderRow] = []
    before: Span[Tenure] | None = None
    for span in spans:
        held = span.tenure
        previous = before.tenure if before and before.post == span.post else None
        rows.append(
            HolderRow(
                person=people[held.person_id].name,
                basis=held.basis,
                start_date=start_text(held.start_date, held.start_precision),
                end_date=end_text(held.end_date, held.end_precision),
                gap_days=_gap(previous, held) if previous else None,
                certainty=_certainty(held, as_of),
                person_id=held.person_id,
                role=held.role,
                role_label=held.role_label,
                organisation_name=held.organisation_name,
                first_seen=held.first_seen,
                last_seen=held.last_seen,
                sources=held.source_ids,
            )
        )
        before = span
    return rows


def _in_order(tenures: Iterable[Tenure], as_of: date) -> list[Span[Tenure]]:
    spans = spans_of(tenures, as_of)
    return sorted(spans, key=lambda span: (span.post, span.begun, span.surely_until, span.tenure.key))


def _people(store: Store, spans: Iterable[Span[Tenure]]) -> dict[str, Person]:
    ids = {span.tenure.person_id for span in spans}
    return {person.id: person for person in store.facts(Selection(Person, {"id": ids}))}


def _gap(before: Tenure, after: Tenure) -> int | None:
    if before.end_date and after.start_date and (before.end_precision, after.start_precision) == ("day", "day"):
        return (after.start_date - before.end_date).days
    return None


def _certainty(held: Tenure, as_of: date) -> str | None:
    shown_until = held.window.shown_until
    return held.window.certainty(min(as_of, shown_until - DAY) if shown_until else as_of)


Vacancy = Literal["acting_only", "none_known", "unknown"]


class VacancyRow(Row):
    """A post without a known substantive holder on a day.

    `acting_only`: somebody interim or acting holds it. `none_known`: the last known holder left, and no next one is
    known; the post may be empty, or the list may lack a row. `unknown`: nobody is known to have held it by then, or
    nothing says when. `person` is the acting or the last holder, `since` the start of the one or the end of the other.
    """

    organisation_id: str
    organisation_name: str | None = UNKNOWN
    role: str
    state: Vacancy
    person: str | None = UNKNOWN
    since: str | None = UNKNOWN
    certainty: str | None
    person_id: str | None
    sources: Sources


def vacancies(
    store: Store,
    as_of: date,
    organisation_id: str | None = None,
    roles: Collection[str] = (),
    kinds: Collection[str] = (),
) -> list[VacancyRow]:
    """Posts of which a body has one holder at a time, at bodies open on a day, without a substantive holder then."""
    where: dict[str, Collection[str]] = {"organisation_id": (organisation_id,)} if organisation_id else {}
    posts = [
        post
        for post in store.facts(Selection(Post, where | ({"role": roles} if roles else {})))
        if is_single(post.role)
    ]
    there = {"organisation_id": {post.organisation_id for post in posts}} | ({"kind": kinds} if kinds else {})
    open_ = {kind.organisation_id for kind in store.facts(Selection(Classification, there, as_of))}
    names = {body.id: body.name for body in store.facts(Selection(Organisation, {"id": open_}))}
    held: dict[tuple[str, str], list[Tenure]] = defaultdict(list)
    for tenure in store.facts(Selection(Tenure, where)):
        if tenure.taken_up:
            held[tenure.organisation_id, tenure.role].append(tenure)
    people = {person.id: person.name for person in store.facts(Selection(Person))}
    rows = [
        _vacancy(post, names[post.organisation_id], held[post.organisation_id, post.role], people, as_of)
        for post in sorted(posts, key=lambda post: (post.organisation_id, post.role))
        if post.organisation_id in open_
    ]
    return [row for row in rows if row]


def _vacancy(
    post: Post, name: str | None, tenures: list[Tenure], people: dict[str, str], as_of: date
) -> VacancyRow | None:
    """The row of a post; None when a substantive holder is shown on the day."""
    on_the_day = [t for t in tenures if t.window.certainty(as_of) and t.basis != "designate"]
    if any(t.basis == "substantive" for t in on_the_day):
        return None
    state, holder = _state(on_the_day, tenures, as_of)
    since = None
    if holder and state == "acting_only":
        since = start_text(holder.start_date, holder.start_precision)
    elif holder:
        since = end_text(holder.end_date, holder.end_precision)
    return VacancyRow(
        organisation_id=post.organisation_id,
        organisation_name=name,
        role=post.role,
        state=state,
        person=people[holder.person_id] if holder else None,
        since=since,
        certainty=holder.window.certainty(as_of) if holder else None,
        person_id=holder.person_id if holder else None,
        sources=holder.source_ids if holder else post.source_ids,
    )


def _state(on_the_day: list[Tenure], tenures: list[Tenure], as_of: date) -> tuple[Vacancy, Tenure | None]:
    if on_the_day:
        return "acting_only", max(on_the_day, key=lambda t: (t.start_date or date.min, t.key))
    left = [t for t in tenures if t.end_date and t.end_date <= as_of]
    if not left:
        return "unknown", None
    last = max(left, key=lambda t: (t.end_date or date.min, t.key))
    # Somebody without dates may have held the post since: then nothing is known of the day.
    undated = any(not t.end_date and not t.start_date and not t.first_seen for t in tenures)
    return ("unknown", None) if undated else ("none_known", last)
