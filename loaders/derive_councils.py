"""Changes to councils that the curated list tells by names, compared with the Orders.

The register's own three digits of a council have no crosswalk, so the list's rows are joined by the names that they
carry. A row that agrees is a further source of the event; where it does not, both stay: the Orders in use, the list as
a conflict (MODEL truth rule 2).
"""

from collections import defaultdict
from datetime import date

from nhs_graph.graph.facts import ChangeEvent, Conflict, Name, Party
from nhs_graph.graph.names import bare, fold
from nhs_graph.loaders.base import NamedChange, Report
from nhs_graph.loaders.factset import FactSet


def apply(found: FactSet, report: Report) -> None:
    """Join every named change with its event; afterwards none is left."""
    spelled: dict[str, set[str]] = defaultdict(set)
    for name in found.of(Name):
        if name.organisation_id.startswith("la:"):
            for spelling in (fold(name.name), _key(name.name)):
                spelled[spelling].add(name.organisation_id)
    sides: dict[tuple[str, str], set[str]] = defaultdict(set)
    for party in found.of(Party):
        sides[party.event_id, party.side].add(party.organisation_id)
    agreed = 0
    for change in found.of(NamedChange):
        event = _event(change, found, sides, spelled)
        if event is None:
            report.notes.append(f"councils: {change.event_id} of the curated list is no change by an Order")
            continue
        told = {code for name in change.originals for code in _called(name, spelled)}
        lost = [name for name in change.originals if not _called(name, spelled)]
        stated = sides[event.id, "original"]
        if told == stated and not lost:
            agreed += 1
            sources = tuple(sorted({*event.source_ids, *change.source_ids}))
            found.put(
                ChangeEvent,
                [e.model_copy(update={"source_ids": sources}) if e is event else e for e in found.of(ChangeEvent)],
            )
        else:
            found.add(_conflict(event, sides, sorted(stated), [*sorted(told), *lost], change))
    report.notes.append(f"councils: {agreed} changes of the curated list agree with the Orders by their names")
    found.put(NamedChange, [])


def _key(name: str) -> str:
    """A council's name without what kind of council it is: `Borough of Poole` and `Poole Borough Council` agree."""
    return bare(name.removeprefix("Borough of "))


def _called(name: str, spelled: dict[str, set[str]]) -> set[str]:
    """The councils of a name: in full, else without the kind of council, so that a county is not its district."""
    return spelled[fold(name)] or spelled[_key(name)]


def _event(
    change: NamedChange, found: FactSet, sides: dict[tuple[str, str], set[str]], spelled: dict[str, set[str]]
) -> ChangeEvent | None:
    """The event of the day whose result has the name."""
    day = date.fromisoformat(change.effective_date)
    named = _called(change.result, spelled)
    return next((e for e in found.of(ChangeEvent) if e.effective_date == day and sides[e.id, "result"] & named), None)


def _conflict(
    event: ChangeEvent, sides: dict[tuple[str, str], set[str]], stated: list[str], told: list[str], change: NamedChange
) -> Conflict:
    return Conflict(
        organisation_id=min(sides[event.id, "result"]),
        fact=f"councils before {event.effective_date}",
        value_a=", ".join(stated),
        source_a=event.source_ids[0],
        value_b=", ".join(told),
        source_b=change.source_ids[0],
        source_ids=tuple(sorted({*event.source_ids, *change.source_ids})),
    )
