"""Leaders as rows of text, the form in which a list is kept by hand: out of a store, to be loaded again as they are.

One row is one tenure at one body by one source; a tenure with several sources is several rows that differ in nothing
else, but for a date on which the sources disagree. Ends are the last day, month or year in post, as people write them.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from nhs_graph.graph.facts import Conflict, OwnFile, Person, Source, Tenure
from nhs_graph.graph.interval import DAY, start_text
from nhs_graph.graph.people import with_honorific
from nhs_graph.graph.store import Selection, Store

COLUMNS: tuple[str, ...] = (
    "person_id",
    "person",
    "other_names",
    "org_code",
    "org_name",
    "role",
    "basis",
    "start",
    "end",
    "precision",
    "seen_on",
    "last_seen",
    "appointment_id",
    "source_title",
    "source_url_or_repo_path",
    "confidence",
)
NO_ADDRESS = "(news item, no public address)"
UNTAKEN = "appointed_not_taken_up"
"""The precision of an appointment that was not taken up."""
LeaderText = dict[str, str]


@dataclass(frozen=True)
class Leaders:
    """The facts about leaders that a store holds, by id."""

    people: dict[str, Person]
    tenures: list[Tenure]
    sources: dict[str, Source]
    conflicts: list[Conflict]


def leaders_of(store: Store) -> Leaders:
    """All leaders of a store. A user's own file is no source: the rows of it name theirs."""
    files = {file.id for file in store.facts(Selection(OwnFile))}
    sources = {source.id: source for source in store.facts(Selection(Source)) if source.id not in files}
    return Leaders(
        {person.id: person for person in store.facts(Selection(Person))},
        list(store.facts(Selection(Tenure))),
        sources,
        list(store.facts(Selection(Conflict))),
    )


def rows_of(found: Leaders) -> Iterator[LeaderText]:
    """A row for each source of each tenure; a source that gives a date otherwise has that date, and low confidence.

    The first source of a tenure is the one whose dates are in use.
    """
    conflicts: dict[tuple[str, str], list[Conflict]] = defaultdict(list)
    for conflict in found.conflicts:
        conflicts[conflict.organisation_id, conflict.fact].append(conflict)
    for tenure in sorted(found.tenures, key=lambda tenure: tenure.key):
        row = _row(tenure, found.people[tenure.person_id])
        otherwise: dict[str, list[LeaderText]] = defaultdict(list)
        for name in ("start", "end"):
            for conflict in conflicts[tenure.organisation_id, _disputed(tenure, name)]:
                if conflict.value_a == row[name]:
                    otherwise[conflict.source_b].append({name: conflict.value_b, "confidence": "low"})
        sources = [key for key in tenure.source_ids if key in found.sources]
        for place, key in enumerate(sources):
            cited = row | _cited(found.sources[key])
            if place == 0 or not otherwise[key]:
                yield cited | {"confidence": "medium" if place else "high"}
            for dates in otherwise[key]:
                # The sightings lie within the dates in use, and stand on their row.
                yield cited | dates | {"seen_on": "", "last_seen": ""}


def _disputed(tenure: Tenure, name: str) -> str:
    return f"{tenure.person_id} {tenure.role} {name}_date"


def _row(tenure: Tenure, person: Person) -> LeaderText:
    last = tenure.end_date - DAY if tenure.end_date else None
    return {
        "person_id": person.id,
        "person": with_honorific(person.name, person.honorific),
        "other_names": ";".join(person.other_names),
        "org_code": tenure.organisation_id,
        "org_name": tenure.organisation_name,
        "role": tenure.role_label,
        "basis": tenure.basis,
        "start": start_text(tenure.start_date, tenure.start_precision) or "",
        "end": start_text(last, tenure.end_precision) or "",
        "precision": "" if tenure.taken_up else UNTAKEN,
        "seen_on": tenure.first_seen or "",
        "last_seen": tenure.last_seen or "",
        "appointment_id": tenure.appointment_id or "",
    }


def _cited(source: Source) -> LeaderText:
    return {"source_title": source.title, "source_url_or_repo_path": source.url or f"{source.title} {NO_ADDRESS}"}
