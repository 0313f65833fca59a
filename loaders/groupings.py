"""Groups of trusts and clusters of boards: shared leadership of bodies that stay apart, told as memberships.

A row of the curated list that calls it a plan (`proposed`) but has the scope `cluster` is in force (data guide, ruling
10). A management agreement is no group: one body runs another. A group ends when fewer than two of its members are left
(`ends`); no source dates that.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from re import fullmatch

from nhs_graph.graph.facts import Classification, Fact, Name, Organisation, Relation
from nhs_graph.graph.interval import Interval, PartialDate, earliest
from nhs_graph.graph.kinds import with_sub_kinds
from nhs_graph.graph.people import slug
from nhs_graph.loaders.base import Spec
from nhs_graph.loaders.factset import FactSet

Row = dict[str, str]


def facts(row: Row, sources: tuple[str, ...], spec: Spec) -> Iterator[Fact]:
    """The grouping of a row with its members, from the row's date on or, where that is not sourced, seen on a day.

    A later row of a group that exists already names who joined; it has seen the others in it.
    """
    if row["scope"] not in {"group", "cluster"} or row["legal_basis"].startswith("management agreement"):
        return
    event = row["event_id"]
    body, name = _named(row, spec)
    seen: str | None = spec.settings["seen_on"].get(event)
    joined: list[str] | None = spec.settings["joined"].get(event)
    start = {} if seen else _start(row["effective_date"])
    if not joined:
        yield from _body(body, name, sources, start or _seen(seen))
    for code in (part.strip() for part in row["predecessors"].split(";")):
        own = _seen(row["effective_date"]) if joined and code not in joined else start or _seen(seen)
        yield Relation.model_validate(
            {"subject_id": code, "type": "MEMBER_OF", "object_id": body, "source_ids": sources, **own}
        )


def _body(body: str, name: str, sources: tuple[str, ...], when: dict[str, object]) -> Iterator[Fact]:
    """A grouping as a body with name and kind; `when` is its start or its sightings."""
    start = {key: value for key, value in when.items() if key.startswith("start")}
    yield Organisation.model_validate({"id": body, "source_ids": sources, **start})
    yield Name.model_validate({"organisation_id": body, "name": name, "source_ids": sources, **when})
    kind = "icb_cluster" if body.startswith("cluster:") else "trust_group"
    yield Classification.model_validate({"organisation_id": body, "kind": kind, "source_ids": sources, **when})


def cluster_id(code: str) -> str:
    """The id of a cluster by its short code: `BSW-DOR-SOM` -> `cluster:bsw-dor-som`."""
    return f"cluster:{slug(code)}"


def group_id(name: str) -> str:
    """The id of a group by its name, without what stands in brackets after it."""
    return f"group:{slug(name.split(' (')[0])}"


def _named(row: Row, spec: Spec) -> tuple[str, str]:
    if found := fullmatch(r"ICB cluster (\S+) \(.*", row["successor_name"]):
        return cluster_id(found[1]), f"ICB cluster {found[1]}"
    name = row["successor_name"].split(" (")[0]
    if row["event_id"] in spec.settings["unnamed"]:
        name = f"{name}: {row['predecessor_names'].replace(';', ',')}"
    return group_id(name), name


def _start(text: str) -> dict[str, object]:
    day = PartialDate.parse(text)
    return {"start_date": day.first, "start_precision": day.precision}


def _seen(text: str | None) -> dict[str, object]:
    return {"first_seen": text, "last_seen": text} if text else {}


def join_sightings(found: FactSet) -> None:
    """A membership that one source dates and another has only seen is one membership, last seen by the other."""
    dated = {(r.subject_id, r.object_id): r for r in found.of(Relation) if r.type == "MEMBER_OF" and r.start_date}
    kept: list[Relation] = []
    for relation in found.of(Relation):
        key = relation.subject_id, relation.object_id
        if relation.type == "MEMBER_OF" and relation.start_date is None and key in dated:
            old = dated[key]
            sources = tuple(sorted({*old.source_ids, *relation.source_ids}))
            dated[key] = old.model_copy(update={"last_seen": relation.last_seen, "source_ids": sources})
        else:
            kept.append(relation)
    joined = {relation.key: relation for relation in dated.values()}
    found.put(Relation, [joined.get(relation.key, relation) for relation in kept])


def ends(found: FactSet, lives: dict[str, Interval]) -> dict[str, Interval]:
    """The lives of groupings, each until fewer than two of its members exist."""
    kinds = with_sub_kinds("grouping")
    bodies = {c.organisation_id for c in found.of(Classification) if c.kind in kinds}
    members: dict[str, set[str]] = defaultdict(set)
    for relation in found.of(Relation):
        if relation.object_id in bodies:
            members[relation.object_id].add(relation.subject_id)
    told: dict[str, Interval] = {}
    for body in bodies:
        last = sorted((lives[code].end or date.max for code in members[body]), reverse=True)
        end = last[1] if len(last) > 1 and last[1] != date.max else None
        told[body] = Interval(lives[body].start, earliest([lives[body].end, end]))
    return told
