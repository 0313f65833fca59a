"""The part of a store that holds on a day: what an export with an as-of date writes.

State (names, kinds, links, areas, overlaps, tenures) is what holds on the day; events are those that had happened by
then. Bodies are all that had begun by then. What these facts name comes along, so that no reference leads nowhere.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from nhs_graph.graph import facts as f
from nhs_graph.graph.store import F, Selection

if TYPE_CHECKING:
    from nhs_graph.graph.rdf import Facts

_STATE = (f.Name, f.Identifier, f.Classification, f.Relation, f.Area, f.Coverage, f.Overlap, f.Tenure)


class Day:
    """The facts of a day, held in memory, as a place where facts come from."""

    def __init__(self, store: "Facts", day: date) -> None:
        held: dict[type[f.Fact], dict[str, f.Fact]] = {}
        self._held = held

        def keep(facts: Iterable[f.Fact]) -> None:
            for fact in facts:
                held.setdefault(type(fact), {})[fact.key] = fact

        for state in _STATE:
            keep(store.facts(Selection(state, {}, day)))
        held[f.Tenure] = {key: t for key, t in held.get(f.Tenure, {}).items() if isinstance(t, f.Tenure) and t.taken_up}
        keep(e for e in store.facts(Selection(f.ChangeEvent)) if e.status == "completed" and _by(e.effective_date, day))
        keep(p for p in store.facts(Selection(f.Party)) if p.event_id in held.get(f.ChangeEvent, {}))
        keep(s for s in store.facts(Selection(f.Succession)) if s.effective_date <= day)
        keep(m for m in store.facts(Selection(f.AreaMove)) if m.effective_date <= day)
        keep(c for c in store.facts(Selection(f.Claim)) if c.said_on <= day)
        keep(store.facts(Selection(f.Conflict)))
        keep(b for b in store.facts(Selection(f.Organisation)) if b.start_date is None or b.start_date <= day)
        self._complete(store)

    def _complete(self, store: "Facts") -> None:
        """Add the bodies, areas, events, people, posts and sources that the kept facts name."""
        tenures = [fact for fact in self._of(f.Tenure) if isinstance(fact, f.Tenure)]
        self._add(store, f.Person, {tenure.person_id for tenure in tenures})
        self._add(store, f.Post, {f"{tenure.organisation_id}/{tenure.role}" for tenure in tenures})
        self._add(store, f.ChangeEvent, self._named("event_id"))
        bodies = self._named("organisation_id", "subject_id", "object_id", "predecessor_id", "successor_id")
        self._add(store, f.Organisation, bodies | self._named("whole_parts", "other_parts", "subject_ids"))
        self._add(store, f.Area, self._named("gss", "left_gss", "right_gss", "council_gss", "from_gss", "to_gss"))
        self._add(store, f.Source, self._named("source_ids"))

    def _of(self, fact: type[f.Fact]) -> Iterator[f.Fact]:
        yield from self._held.get(fact, {}).values()

    def _named(self, *names: str) -> set[str]:
        found: set[str] = set()
        for facts in self._held.values():
            for fact in facts.values():
                for name in names:
                    value = fact.__dict__.get(name)
                    found |= {*value} if isinstance(value, tuple) else {value} if value else set()
        return found

    def _add(self, store: "Facts", fact_class: type[f.Fact], keys: set[str]) -> None:
        held = self._held.setdefault(fact_class, {})
        held.update({fact.key: fact for fact in store.facts(Selection(fact_class)) if fact.key in keys})

    def facts(self, selection: Selection[F]) -> Iterator[F]:
        """The selected facts, in order of their key."""
        for key in sorted(self._held.get(selection.fact, {})):
            fact = self._held[selection.fact][key]
            if isinstance(fact, selection.fact) and all(
                getattr(fact, name) in allowed for name, allowed in selection.where.items()
            ):
                yield fact


def _by(date_: date | None, day: date) -> bool:
    return date_ is not None and date_ <= day
