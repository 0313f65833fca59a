"""What is doubtful in the list of leaders: each finding is a rule, whom and where it is about, and what was found.

One answer in Python over facts from either store. A finding is no error of the store: sources disagree, or know only
the year. It is for whoever keeps the list.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Literal

from nhs_graph.graph.facts import Organisation, Person, Tenure
from nhs_graph.graph.interval import Interval, end_text, start_text
from nhs_graph.graph.names import fold
from nhs_graph.graph.roles import is_single
from nhs_graph.graph.store import Selection, Store
from nhs_graph.queries.question import Row, Sources
from nhs_graph.queries.spans import Span, span_of

Rule = Literal[
    "possible_homonym", "two_posts_at_once", "two_holders", "outside_body", "end_before_start", "no_source", "bad_row"
]


class FindingRow(Row):
    """One finding.

    - `possible_homonym`: two people of one name, kept apart because no source says that they are one.
    - `two_posts_at_once`: one person is chief executive of two bodies on the same days, in no joint appointment: one
      person, or two of the same name?
    - `two_holders`: two substantive holders of a post that has one are shown on the same days.
    - `outside_body`: a tenure surely begins before its body, or surely goes on after it.
    - `end_before_start`, `no_source`: as they say. `bad_row`: a row of a file that cannot be read.
    """

    rule: Rule
    person_id: str | None
    organisation_id: str | None
    detail: str
    sources: Sources


def findings(store: Store) -> list[FindingRow]:
    """All findings, by rule, person and body."""
    tenures = [tenure for tenure in store.facts(Selection(Tenure)) if tenure.taken_up]
    spans = [span for tenure in tenures if (span := span_of(tenure))]
    bodies = store.facts(Selection(Organisation, {"id": {span.body for span in spans}}))
    found = [
        *_homonyms(store.facts(Selection(Person))),
        *_two_posts(spans),
        *_two_holders(tenures),
        *_outside(spans, {body.id: body for body in bodies}),
        *_ends(tenures),
        *_sources(tenures),
    ]
    return sorted(found, key=lambda row: (row.rule, row.person_id or "", row.organisation_id or "", row.detail))


def bad_row(message: str) -> FindingRow:
    """The finding for a row of a file that cannot be read; the message names file, line, column and value."""
    return _row("bad_row", message)


def _homonyms(people: Iterable[Person]) -> Iterator[FindingRow]:
    by_name: dict[str, dict[str, Person]] = defaultdict(dict)
    for person in people:
        for name in (person.name, *person.other_names):
            by_name[fold(name)][person.id] = person
    for same in by_name.values():
        for a, b in combinations(sorted(same.values(), key=lambda person: person.id), 2):
            detail = f"{a.name} ({a.id}) and {b.name} ({b.id}) share a name and are kept apart"
            yield _row("possible_homonym", detail, person=a.id, sources=a.source_ids + b.source_ids)


def _two_posts(spans: Iterable[Span[Tenure]]) -> Iterator[FindingRow]:
    by_person: dict[str, list[Span[Tenure]]] = defaultdict(list)
    for span in spans:
        if span.tenure.role == "chief_executive" and span.tenure.basis == "substantive":
            by_person[span.tenure.person_id].append(span)
    for person, held in sorted(by_person.items()):
        for a, b in combinations(held, 2):
            together = _surely(a).clipped(_surely(b))
            joint = a.tenure.appointment_id is not None and a.tenure.appointment_id == b.tenure.appointment_id
            if a.body != b.body and not joint and not together.empty:
                detail = f"{_told(a.tenure)} and {_told(b.tenure)}, both from {together.start} until {together.end}"
                cited = a.tenure.source_ids + b.tenure.source_ids
                yield _row("two_posts_at_once", detail, person=person, body=a.body, sources=cited)


def _surely(span: Span[Tenure]) -> Interval:
    return Interval(span.surely_from, span.surely_until)


def _two_holders(tenures: Iterable[Tenure]) -> Iterator[FindingRow]:
    by_post: dict[tuple[str, str], list[Tenure]] = defaultdict(list)
    for tenure in tenures:
        if tenure.basis == "substantive" and is_single(tenure.role):
            by_post[tenure.organisation_id, tenure.role].append(tenure)
    for (body, role), held in sorted(by_post.items()):
        for a, b in combinations(held, 2):
            together = _shown(a).clipped(_shown(b))
            if a.person_id == b.person_id or together.empty or _shown(a).empty or _shown(b).empty:
                continue
            detail = f"{role}: {_dates(a)} and {_dates(b)} are both shown {_from(together)}, {_how(a, b)}"
            yield _row("two_holders", detail, person=a.person_id, body=body, sources=a.source_ids + b.source_ids)


def _shown(tenure: Tenure) -> Interval:
    return Interval(tenure.window.shown_from, tenure.window.shown_until)


def _from(period: Interval) -> str:
    start = f"from {period.start}" if period.start else "from an unknown day"
    return f"{start} until {period.end}" if period.end else start


def _how(a: Tenure, b: Tenure) -> str:
    stated = Interval(a.window.stated_from, a.window.stated_until).clipped(
        Interval(b.window.stated_from, b.window.stated_until)
    )
    return "at least one of them never stated" if stated.empty else f"both stated {_from(stated)}"


def _outside(spans: Iterable[Span[Tenure]], bodies: dict[str, Organisation]) -> Iterator[FindingRow]:
    for span in spans:
        body, held = bodies[span.body], span.tenure
        if held.basis == "designate":
            continue  # appointed ahead of the body's first day
        if body.start_date and (held.start_date or held.first_seen) and span.surely_from < body.start_date:
            detail = f"{_told(held)} begins before the body, {start_text(body.start_date, body.start_precision)}"
            yield _row("outside_body", detail, person=held.person_id, body=body.id, sources=held.source_ids)
        if body.end_date and span.surely_until > body.end_date:
            detail = f"{_told(held)} goes on after the body's end, {end_text(body.end_date, body.end_precision)}"
            yield _row("outside_body", detail, person=held.person_id, body=body.id, sources=held.source_ids)


def _ends(tenures: Iterable[Tenure]) -> Iterator[FindingRow]:
    for held in tenures:
        if held.interval.empty:
            detail = f"{_told(held)} does not end after its start"
            yield _row(
                "end_before_start",
                detail,
                person=held.person_id,
                body=held.organisation_id,
                sources=held.source_ids,
            )


def _sources(tenures: Iterable[Tenure]) -> Iterator[FindingRow]:
    for held in tenures:
        if not held.source_ids:
            yield _row("no_source", f"{_told(held)} has no source", person=held.person_id, body=held.organisation_id)


def _told(held: Tenure) -> str:
    return f"{held.role} of {held.organisation_id} {_period(held)}"


def _dates(held: Tenure) -> str:
    return f"{held.person_id} {_period(held)}"


def _period(held: Tenure) -> str:
    start = start_text(held.start_date, held.start_precision) or "unknown"
    end = end_text(held.end_date, held.end_precision) or "unknown"
    seen = f", seen {held.first_seen}" if held.first_seen else ""
    return f"({start} to {end}{seen})"


def _row(
    rule: Rule, detail: str, person: str | None = None, body: str | None = None, sources: tuple[str, ...] = ()
) -> FindingRow:
    return FindingRow(rule=rule, person_id=person, organisation_id=body, detail=detail, sources=sources)
