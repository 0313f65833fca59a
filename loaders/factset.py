"""Facts of many sources, merged by key: what says the same becomes one fact with several sources.

The strongest source is added first and its values win; where a later one knows a date that differs, both stay:
the first in use, the second as a Conflict (MODEL rule 2).
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TypeVar, cast

from nhs_graph.graph.facts import Conflict, Fact, Organisation, Seen
from nhs_graph.graph.interval import PartialDate

F = TypeVar("F", bound=Fact)
_DISPUTED = ("start_date", "end_date", "effective_date")


class FactSet:
    """A mutable collection of facts, one per class and key."""

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        self._facts: dict[type[Fact], dict[str, Fact]] = {}
        for fact in facts:
            self.add(fact)

    def add(self, fact: Fact) -> None:
        """Add a fact, or merge it into the one with the same key."""
        table = self._facts.setdefault(type(fact), {})
        old = table.get(fact.key)
        table[fact.key] = self._merged(old, fact) if old else fact

    def of(self, fact: type[F]) -> list[F]:
        """All facts of a class, in order of their key."""
        table = cast("dict[str, F]", self._facts.get(fact, {}))
        return [table[key] for key in sorted(table)]

    def get(self, fact: type[F], key: str) -> F | None:
        """The fact of a class with this key."""
        return cast("dict[str, F]", self._facts.get(fact, {})).get(key)

    def put(self, fact: type[F], facts: Iterable[F]) -> None:
        """Replace all facts of a class."""
        self._facts[fact] = {}
        for item in facts:
            self.add(item)

    def __iter__(self) -> Iterator[Fact]:
        """All facts, class by class."""
        for cls in self._facts:
            yield from self.of(cls)

    def _merged(self, old: Fact, new: Fact) -> Fact:
        changes: dict[str, object] = {
            name: value
            for name, value in new.__dict__.items()
            if value is not None and value != () and getattr(old, name) is None
        }
        # A precision belongs to the date that it describes.
        for end in ("start", "end", "effective", "announced"):
            if f"{end}_date" in changes and hasattr(new, f"{end}_precision"):
                changes[f"{end}_precision"] = getattr(new, f"{end}_precision")
        if isinstance(old, Seen) and isinstance(new, Seen):
            changes |= {
                "first_seen": _seen([old.first_seen, new.first_seen], first=True),
                "last_seen": _seen([old.last_seen, new.last_seen], first=False),
            }
        if isinstance(old, Organisation):
            self._note_differences(old, new)
        changes["source_ids"] = tuple(sorted({*old.source_ids, *new.source_ids}))
        return old.model_copy(update=changes)

    def _note_differences(self, old: Fact, new: Fact) -> None:
        for name in _DISPUTED:
            a, b = getattr(old, name, None), getattr(new, name, None)
            if isinstance(a, date) and isinstance(b, date) and a != b:
                self.add(
                    Conflict(
                        organisation_id=old.key,
                        fact=name,
                        value_a=a.isoformat(),
                        source_a=old.source_ids[0],
                        value_b=b.isoformat(),
                        source_b=new.source_ids[0],
                        source_ids=tuple(sorted({*old.source_ids, *new.source_ids})),
                    )
                )


def _seen(values: list[str | None], *, first: bool) -> str | None:
    known = [value for value in values if value]
    if not known:
        return None
    if first:
        return min(known, key=lambda text: PartialDate.parse(text).first)
    return max(known, key=lambda text: PartialDate.parse(text).until)
