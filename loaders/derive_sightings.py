"""As-of windows of kinds and relations that only snapshots show (MODEL section 1).

They answer inside the life of their body only. Between two values the earlier one goes on, `inferred`; the last one
is `last_known` after its last sighting. Dated ones answer in their own period and nowhere else.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from datetime import date
from typing import TypeVar

from nhs_graph.graph.facts import Classification, Conflict, Relation, Seen
from nhs_graph.graph.interval import DAY, Interval, PartialDate, Window, earliest, latest, start_text
from nhs_graph.graph.kinds import KINDS, group_of
from nhs_graph.loaders.factset import FactSet

S = TypeVar("S", bound=Seen)
K = TypeVar("K", bound=Hashable)


def seen_window(fact: Seen, life: Interval) -> Interval:
    """Where a fact is stated by its own dates and sightings; a sighting after the end of a body is of its last day.

    A fact of which only the end is known is stated of its last day.
    """
    start, end = fact.start_date, fact.end_date
    if end and start is None and fact.first_seen is None:
        start = end - DAY
    if start is None and fact.first_seen:
        start = PartialDate.parse(fact.first_seen).first
        if life.end and start >= life.end:
            start = life.end - DAY
    if end is None and fact.last_seen:
        end = PartialDate.parse(fact.last_seen).until
        end = life.end if life.end and end > life.end else end
    return Interval(start, end)


def is_dated(fact: Seen) -> bool:
    """Whether the fact has a period of its own, or no sign of time at all."""
    return fact.start_date is not None or fact.end_date is not None or fact.first_seen is None


def drop_contradicted(found: FactSet) -> None:
    """A value seen only between two sightings of another one is left as a conflict: the newer snapshots win.

    RPG (Oxleas) is under QKS in all snapshots but that of March 2022, which has QKK (truth rule 2).
    """
    singles = [r for r in found.of(Relation) if r.type != "MEMBER_OF" and not is_dated(r)]
    dropped: set[str] = set()
    for mine in _grouped(singles, _one_at_a_time(found)).values():
        for inner in mine:
            for outer in mine:
                if inner is not outer and _encloses(outer, inner):
                    dropped.add(inner.key)
                    found.add(_conflict(outer, inner))
    found.put(Relation, [r for r in found.of(Relation) if r.key not in dropped])


def _one_at_a_time(found: FactSet) -> Callable[[Relation], tuple[str, str, str]]:
    """What tells the links of a body of which one holds at a time: a trust lies in one system and in one region."""
    groups = {c.organisation_id: group_of(c.kind) for c in found.of(Classification) if c.kind in KINDS}
    return lambda r: (r.subject_id, r.type, groups.get(r.object_id, ""))


def _encloses(outer: Seen, inner: Seen) -> bool:
    a, b = seen_window(outer, Interval()), seen_window(inner, Interval())
    return bool(a.start and b.start and a.end and b.end and a.start <= b.start and b.end < a.end)


def _conflict(used: Relation, dropped: Relation) -> Conflict:
    return Conflict(
        organisation_id=used.subject_id,
        fact=used.type,
        value_a=used.object_id,
        source_a=used.source_ids[-1],
        value_b=dropped.object_id,
        source_b=dropped.source_ids[0],
        source_ids=tuple(sorted({*used.source_ids, *dropped.source_ids})),
    )


def classifications(found: FactSet, lives: dict[str, Interval]) -> None:
    """Kinds. The first one seen reaches back to the start of the body, except a foundation trust's.

    Authorisation dates are in no file: before the first snapshot of the register such a body is a `trust`. Nor does a
    group of bodies reach back: they may have been on their own.
    """
    facts = found.of(Classification)
    floor = earliest(PartialDate.parse(c.first_seen).first for c in facts if c.first_seen)
    done: list[Classification] = []
    for body, mine in _grouped(facts, lambda c: c.organisation_id).items():
        life = lives.get(body, Interval())
        chain = list(_sequence(mine, life))
        if chain and chain[0].kind == "foundation_trust" and floor and (life.start is None or life.start < floor):
            chain.insert(0, _form_unknown(chain[0], life.start))
        elif chain and group_of(chain[0].kind) != "grouping":
            chain[0] = chain[0].model_copy(update={"shown_from": life.start})
        done += chain + [kind for item in _dated(mine) for kind in _within(item, life)]
    found.put(Classification, done)


def _form_unknown(first: Classification, start: date | None) -> Classification:
    window = {"shown_from": start, "stated_from": first.shown_from, "stated_until": first.shown_from}
    return first.model_copy(
        update={"kind": "trust", "role_code": "RO197", "shown_until": first.shown_from, **window}
        | {"first_seen": None, "last_seen": None}
    )


def relations(found: FactSet, lives: dict[str, Interval]) -> None:
    """Relations. Before the first sighting a parent is unknown; memberships may be several and never end each other."""
    facts = found.of(Relation)
    single = _grouped((r for r in facts if r.type != "MEMBER_OF"), _one_at_a_time(found))
    several = _grouped((r for r in facts if r.type == "MEMBER_OF"), lambda r: (r.subject_id, r.type, r.object_id))
    done: list[Relation] = []
    for (subject, *_), mine in [*single.items(), *several.items()]:
        life = lives.get(subject, Interval())
        for relation in _sequence(mine, life):
            done += _within(relation, lives.get(relation.object_id, Interval()))
        for relation in _dated(mine):
            if relation.type == "MEMBER_OF":
                done += _within(relation, life.clipped(lives.get(relation.object_id, Interval())))
            else:
                done.append(relation)
    found.put(Relation, done)


def _grouped(facts: Iterable[S], key: Callable[[S], K]) -> dict[K, list[S]]:
    groups: dict[K, list[S]] = defaultdict(list)
    for fact in facts:
        groups[key(fact)].append(fact)
    return groups


def _dated(facts: list[S]) -> list[S]:
    """Facts with a period of their own: stated in it, and nothing outside.

    Where only the month or the year of the start is known, they are stated from its end on. A fact that its loader
    inferred stays so.
    """
    return [_shown(fact, _own_window(fact)) for fact in facts if is_dated(fact)]


def _own_window(fact: Seen) -> Window:
    if fact.window.never_stated:
        return Window(fact.start_date, None, fact.stated_until, fact.end_date)
    text = start_text(fact.start_date, fact.start_precision)
    stated = PartialDate.parse(text).until if text and fact.start_precision != "day" else fact.start_date
    return Window(fact.start_date, stated, fact.end_date, fact.end_date)


def _sequence(facts: list[S], life: Interval) -> Iterator[S]:
    """Sightings in order, each shown from its first one until the next value begins, within the life of the body."""
    chain = sorted((f for f in facts if not is_dated(f)), key=lambda f: seen_window(f, life).start or date.min)
    starts = sorted(f.start_date for f in facts if f.start_date)
    for i, fact in enumerate(chain):
        seen = seen_window(fact, life)
        start = latest([seen.start, life.start])
        following = seen_window(chain[i + 1], life).start if i + 1 < len(chain) else None
        cut = earliest([following, next((day for day in starts if start and day > start), None)])
        until = earliest([cut, life.end])
        yield _shown(fact, Window(start, start, earliest([seen.end, until]), until))


def _within(fact: S, life: Interval) -> Iterator[S]:
    """The fact only as long as the body at its other end exists; nothing when they never met."""
    shown = Interval(fact.shown_from, fact.shown_until).clipped(life)
    if not shown.empty:
        stated_from, stated_until = latest([fact.stated_from, shown.start]), earliest([fact.stated_until, shown.end])
        yield _shown(fact, Window(shown.start, stated_from, stated_until, shown.end))


def _shown(fact: S, window: Window) -> S:
    names = ("shown_from", "stated_from", "stated_until", "shown_until")
    return fact.model_copy(update={name: getattr(window, name) for name in names})
