"""Who moved from which post to which, and who stayed through a hand-over (docs/decisions, "What counts as a move").

The list may be long, and every post of everybody counts. So tenures are read as plain columns and grouped by person;
only who carried on whom is asked of a graph.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from pydantic import TypeAdapter

from nhs_graph.graph.facts import Classification, Person, Tenure
from nhs_graph.graph.interval import end_text, start_text
from nhs_graph.graph.kinds import FOUNDED_ANEW
from nhs_graph.graph.store import Selection, Store
from nhs_graph.queries.careers import Heirs, facts_of_heirs
from nhs_graph.queries.question import UNKNOWN, Params, Question, Row, Sources
from nhs_graph.queries.spans import Held, Span, away, known_left, left_for, spans_of

if TYPE_CHECKING:
    from nhs_graph.graph.projection import Graph

MoveKind = Literal["move", "successor_body", "promotion", "return"]
Post = Span[Held]


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


class Named(NamedTuple):
    """A person's id and name."""

    id: str
    name: str


@dataclass(frozen=True)
class Careers:
    """Tenures, the people who held them, and the graph of who carried on whom and of what kind bodies were."""

    tenures: Iterable[Held]
    people: Iterable[Named]
    graph: "Graph"


def _read(store: Store, params: MoveParams) -> Careers:
    from nhs_graph.graph.projection import project

    one = params.person_id
    tenures = store.columns(Selection(Tenure, {"person_id": (one,)} if one else {}), Held)
    people = store.columns(Selection(Person, {"id": (one,)} if one else {}), Named)
    bodies = {tenure.organisation_id for tenure in tenures}
    kinds = FOUNDED_ANEW.union(params.from_kinds, params.to_kinds)
    return Careers(tenures, people, project(facts_of_heirs(store, bodies, kinds)))


def _moves(careers: Careers, params: MoveParams) -> list[MoveRow]:
    heirs = Heirs(careers.graph)
    wanted = partial(_wanted, careers.graph, params)
    posts: dict[str, list[Post]] = defaultdict(list)
    for span in spans_of(careers.tenures, params.as_of):
        posts[span.tenure.person_id].append(span)
    rows = (
        _told(person, old, new, kind)
        for person in sorted(careers.people)
        if len(posts[person.id]) > 1
        for old, new, kind in _changes(sorted(posts[person.id], key=_order), heirs)
        if wanted(old, new)
    )
    return TypeAdapter(list[MoveRow]).validate_python(list(rows))


def _order(post: Post) -> tuple[date | str, ...]:
    held = post.tenure
    key = (held.basis, str(held.start_date or ""), str(held.end_date or ""), held.first_seen or "")
    return post.begun, post.body, held.role, post.surely_until, *key


def _changes(posts: list[Post], heirs: Heirs) -> Iterator[tuple[Post, Post, MoveKind]]:
    """The posts that a person left, and those joined out of them, in the order of both."""
    for new in posts:
        for old in left_for(new, posts):
            if kind := _kind(old, new, posts, heirs):
                yield old, new, kind


def _kind(old: Post, new: Post, posts: list[Post], heirs: Heirs) -> MoveKind | None:
    """What a change of post is called; None when it is none."""
    if old.body == new.body and away(old, new):
        return "return"
    if heirs.joins(old, new):
        return "successor_body"
    if old.body in _bodies(new, posts):
        return None if old.tenure.role == new.tenure.role else "promotion"
    was_there = any(post.body == new.body and post.begun < old.begun for post in posts)
    return "return" if was_there else "move"


def _bodies(new: Post, posts: list[Post]) -> set[str]:
    """All bodies of the appointment that a tenure is part of."""
    appointment = new.tenure.appointment_id
    if appointment is None:
        return {new.body}
    return {post.body for post in posts if post.tenure.appointment_id == appointment}


def _wanted(graph: "Graph", params: MoveParams, old: Post, new: Post) -> bool:
    if params.organisation_id not in (None, old.body, new.body):
        return False
    if (params.since and new.begun < params.since) or (params.until and new.begun > params.until):
        return False
    return (not params.from_kinds or _of_kind(graph, old.body, params.from_kinds, old.last_day)) and (
        not params.to_kinds or _of_kind(graph, new.body, params.to_kinds, new.surely_from)
    )


def _of_kind(graph: "Graph", body: str, kinds: tuple[str, ...], day: date) -> bool:
    from nhs_graph.graph.projection import linked

    found = linked(graph, ("Organisation", body), Classification)
    return any(kind.kind in kinds and kind.window.certainty(day) for kind in found)


def _certainty(old: Post, new: Post) -> str:
    left, joined = old.tenure.end_date, new.tenure.start_date
    if left and joined and left <= joined:
        return "stated"
    return "inferred" if left or known_left(old, new) else "last_known"


def _told(person: Named, old: Post, new: Post, kind: MoveKind) -> Mapping[str, Any]:
    """The fields of a row, dates as the source said them."""
    a, b = old.tenure, new.tenure
    exact = a.end_precision == b.start_precision == "day"
    return {
        "person_id": person.id,
        "person": person.name,
        "from_organisation_id": a.organisation_id,
        "from_organisation_name": a.organisation_name,
        "from_role": a.role,
        "to_organisation_id": b.organisation_id,
        "to_organisation_name": b.organisation_name,
        "to_role": b.role,
        "left": end_text(a.end_date, a.end_precision),
        "joined": start_text(b.start_date, b.start_precision),
        "gap_days": (b.start_date - a.end_date).days if exact and b.start_date and a.end_date else None,
        "kind": kind,
        "certainty": _certainty(old, new),
        "sources": a.source_ids + b.source_ids,
    }


MOVES = Question("leaders_moves", MoveParams, MoveRow, _read, _moves)
