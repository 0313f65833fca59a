"""Bodies that people connect: several posts at once, both sides of a merger, the people who connect most.

`joint` is a graph question; the others have one answer in Python over facts from either store. An appointment that
was not taken up connects nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from nhs_graph.graph.facts import ChangeEvent, Classification, Fact, Organisation, Person, Relation, Succession, Tenure
from nhs_graph.graph.interval import end_text, start_text
from nhs_graph.graph.kinds import group_of
from nhs_graph.graph.store import Selection, Store
from nhs_graph.queries.organisations import below
from nhs_graph.queries.question import Params, Question, Row, Sources, on_graph
from nhs_graph.queries.spans import spans_of

if TYPE_CHECKING:
    from nhs_graph.graph.projection import Graph


class HeldPost(Row):
    """A post as part of a row: dates as the source said them."""

    role: str
    organisation_id: str
    organisation_name: str
    basis: str
    start_date: str | None
    end_date: str | None
    certainty: str | None
    appointment_id: str | None


class JointParams(Params):
    """The day."""

    as_of: date


class JointRow(Row):
    """A person with posts in two bodies or more on one day; `groups` are the groups and clusters that join these."""

    person: str
    posts: tuple[HeldPost, ...]
    person_id: str
    groups: tuple[str, ...]
    sources: Sources


def held_post(tenure: Tenure, as_of: date) -> HeldPost:
    """A tenure as part of a row, with its certainty on a day."""
    return HeldPost(
        role=tenure.role,
        organisation_id=tenure.organisation_id,
        organisation_name=tenure.organisation_name,
        basis=tenure.basis,
        start_date=start_text(tenure.start_date, tenure.start_precision),
        end_date=end_text(tenure.end_date, tenure.end_precision),
        certainty=tenure.window.certainty(as_of),
        appointment_id=tenure.appointment_id,
    )


def _joint_facts(store: Store, params: JointParams) -> Iterator[Fact]:
    tenures = list(store.facts(Selection(Tenure, {}, params.as_of)))
    bodies = {tenure.organisation_id for tenure in tenures}
    yield from tenures
    yield from store.facts(Selection(Person))
    yield from store.facts(Selection(Relation, {"subject_id": bodies, "type": {"MEMBER_OF"}}, params.as_of))


def _joint(graph: "Graph", params: JointParams) -> list[JointRow]:
    from nhs_graph.graph.projection import edges_out, nodes

    rows: list[JointRow] = []
    for person in nodes(graph, Person):
        held = [t for _, t in edges_out(graph, ("Person", person.id), Tenure) if t.window.certainty(params.as_of)]
        bodies = {tenure.organisation_id for tenure in held}
        if len(bodies) > 1:
            held.sort(key=lambda t: (t.organisation_id, t.role, t.basis, t.key))
            memberships = _shared(graph, bodies, params.as_of)
            rows.append(
                JointRow(
                    person=person.name,
                    posts=tuple(held_post(tenure, params.as_of) for tenure in held),
                    person_id=person.id,
                    groups=tuple(sorted({relation.object_id for relation in memberships})),
                    sources=tuple(source for fact in (*held, *memberships) for source in fact.source_ids),
                )
            )
    return sorted(rows, key=lambda row: (row.person, row.person_id))


def _shared(graph: "Graph", bodies: Iterable[str], as_of: date) -> list[Relation]:
    """The memberships of these bodies, on a day, in groups that two of them or more are members of."""
    from nhs_graph.graph.projection import edges_out

    found: dict[str, list[Relation]] = defaultdict(list)
    for body in bodies:
        for _, relation in edges_out(graph, ("Organisation", body), Relation):
            if relation.type == "MEMBER_OF" and relation.window.certainty(as_of):
                found[relation.object_id].append(relation)
    several = (relations for relations in found.values() if len({r.subject_id for r in relations}) > 1)
    return [relation for relations in several for relation in relations]


JOINT = Question("leaders_joint", JointParams, JointRow, on_graph(_joint_facts), _joint)


class BridgeRow(Row):
    """Somebody who held posts on both sides of a hand-over, at any time: in the body that ended and in its heir."""

    event_id: str
    person: str
    before: tuple[HeldPost, ...]
    after: tuple[HeldPost, ...]
    person_id: str
    effective_date: date
    sources: Sources


def bridges(store: Store, as_of: date, event_id: str | None = None) -> list[BridgeRow]:
    """Who led a predecessor and the successor, for one event or all that had happened by a day; by day and person."""
    where = {"event_id": (event_id,)} if event_id else {}
    led = _by_body(begun(store, as_of))
    handed_over = store.facts(Selection(Succession, {"predecessor_id": set(led)}))
    pairs = [pair for pair in handed_over if pair.effective_date <= as_of]
    names = {person.id: person.name for person in store.facts(Selection(Person))}
    sides: dict[tuple[date, str, str], tuple[dict[str, Tenure], dict[str, Tenure], set[str]]] = {}
    for pair in pairs:
        if where and pair.event_id != event_id:
            continue
        before, after = led[pair.predecessor_id], led[pair.successor_id]
        for person in before.keys() & after.keys():
            found = sides.setdefault((pair.effective_date, pair.event_id, person), ({}, {}, set()))
            found[0].update({tenure.key: tenure for tenure in before[person]})
            found[1].update({tenure.key: tenure for tenure in after[person]})
            found[2].update(pair.source_ids)
    return [
        BridgeRow(
            event_id=event,
            person=names[person],
            before=_posts(before.values(), as_of),
            after=_posts(after.values(), as_of),
            person_id=person,
            effective_date=day,
            sources=(*cited, *(s for t in (*before.values(), *after.values()) for s in t.source_ids)),
        )
        for (day, event, person), (before, after, cited) in sorted(sides.items(), key=lambda item: item[0])
    ]


def begun(store: Store, as_of: date) -> list[Tenure]:
    """The tenures that had begun by a day and were taken up."""
    found = store.facts(Selection(Tenure))
    return [span.tenure for span in spans_of(found, as_of)]


def _by_body(tenures: Iterable[Tenure]) -> dict[str, dict[str, list[Tenure]]]:
    led: dict[str, dict[str, list[Tenure]]] = defaultdict(lambda: defaultdict(list))
    for tenure in tenures:
        led[tenure.organisation_id][tenure.person_id].append(tenure)
    return led


def _posts(tenures: Iterable[Tenure], as_of: date) -> tuple[HeldPost, ...]:
    return tuple(held_post(t, as_of) for t in sorted(tenures, key=lambda t: (t.start_date or date.min, t.key)))


def known_event(store: Store, event_id: str) -> bool:
    """Whether an event goes by this id."""
    return any(True for _ in store.facts(Selection(ChangeEvent, {"id": (event_id,)})))


class CentralRow(Row):
    """A person, how many bodies they led, and how many shortest ways between others lead through them (0 to 1)."""

    person: str
    organisations: int
    betweenness: float
    person_id: str
    sources: Sources


def central(store: Store, as_of: date) -> list[CentralRow]:
    """People who led two bodies or more by a day, those who connect most first.

    Betweenness is that of networkx in the graph of people and bodies, without directions or weights.
    """
    import networkx as nx

    tenures = begun(store, as_of)
    graph: nx.Graph[tuple[str, str]] = nx.Graph()
    graph.add_edges_from((("Person", t.person_id), ("Organisation", t.organisation_id)) for t in tenures)
    between = nx.betweenness_centrality(graph)
    cited: dict[str, list[str]] = defaultdict(list)
    for tenure in tenures:
        cited[tenure.person_id] += tenure.source_ids
    rows = [
        CentralRow(
            person=person.name,
            organisations=graph.degree(("Person", person.id)),
            betweenness=round(between["Person", person.id], 6),
            person_id=person.id,
            sources=tuple(cited[person.id]),
        )
        for person in store.facts(Selection(Person, {"id": cited.keys()}))
        if graph.degree(("Person", person.id)) > 1
    ]
    return sorted(rows, key=lambda row: (-row.organisations, -row.betweenness, row.person_id))


class Joined(Row):
    """A body in the network: its latest name, and the group of kinds that it is or last was of."""

    id: str
    name: str
    group: str


class NetworkRow(Row):
    """A person who joins two bodies or more by the posts they held there, at any time."""

    person_id: str
    person: str
    organisations: tuple[Joined, ...]
    sources: Sources


@dataclass(frozen=True)
class Scope:
    """Which posts make the network: of some roles, in bodies ever of some kinds or under another, in some years.

    `since` and `until` keep posts held on that day or after it, and begun by that day. `organisation_id` keeps the
    people who led that body, with all else they led. Empty is all.
    """

    roles: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    within: str | None = None
    since: date | None = None
    until: date | None = None
    organisation_id: str | None = None


EVERYWHERE = Scope()


def network(store: Store, as_of: date, scope: Scope = EVERYWHERE) -> list[NetworkRow]:
    """Everybody who had led two bodies or more by a day, with the bodies, by person."""
    held: dict[str, list[Tenure]] = defaultdict(list)
    for tenure in _posts_of(store, min(as_of, scope.until or as_of), scope):
        held[tenure.person_id].append(tenure)
    led = {person: {tenure.organisation_id for tenure in found} for person, found in held.items()}
    joining = {
        person: held[person]
        for person, bodies in led.items()
        if len(bodies) > 1 and scope.organisation_id in (None, *bodies)
    }
    people = {person.id: person.name for person in store.facts(Selection(Person, {"id": joining.keys()}))}
    ids = {tenure.organisation_id for found in joining.values() for tenure in found}
    names = {body.id: body.name or body.id for body in store.facts(Selection(Organisation, {"id": ids}))}
    kinds = {c.organisation_id: c.kind for c in sorted(_classified(store, ids), key=lambda c: c.start_date or date.min)}
    return [
        NetworkRow(
            person_id=person,
            person=people[person],
            organisations=tuple(
                Joined(id=body, name=names[body], group=group_of(kinds[body]) if body in kinds else "unknown")
                for body in sorted({tenure.organisation_id for tenure in joining[person]})
            ),
            sources=tuple(source for tenure in joining[person] for source in tenure.source_ids),
        )
        for person in sorted(joining)
    ]


def _posts_of(store: Store, as_of: date, scope: Scope) -> list[Tenure]:
    where = {"role": scope.roles} if scope.roles else {}
    spans = spans_of(store.facts(Selection(Tenure, where)), as_of)
    under = below(store, scope.within, None) if scope.within else None
    ever = {"kind": scope.kinds, "organisation_id": {span.body for span in spans}}
    of_kind = {kind.organisation_id for kind in store.facts(Selection(Classification, ever))}
    return [
        span.tenure
        for span in spans
        if (under is None or span.body in under)
        and (not scope.kinds or span.body in of_kind)
        and (scope.since is None or span.surely_until > scope.since)
    ]


def _classified(store: Store, ids: Collection[str]) -> Iterable[Classification]:
    return store.facts(Selection(Classification, {"organisation_id": ids}))
