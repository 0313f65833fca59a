"""A user's own list of leaders: a CSV file in the form of the hand-kept one, with rows that corroborate ours.

Within the file and with the bundle, rows about the same tenure become one with all sources; a date that another row
gives otherwise is shown as a Conflict (corroborate.py). Rows in another order give the same facts.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from nhs_graph.graph.errors import RowProblem
from nhs_graph.graph.facts import Fact, Person, Post, Source, Tenure
from nhs_graph.loaders.base import Report, Spec, specs
from nhs_graph.loaders.corroborate import Statement, together
from nhs_graph.loaders.factset import FactSet
from nhs_graph.loaders.leader_cells import KNOWN, NEEDED, Bodies, checked, person_of
from nhs_graph.loaders.leaders import ADDRESS, CONFIDENCE, cited, tenures_of
from nhs_graph.loaders.own_files import Head
from nhs_graph.loaders.own_rows import Numbered, hold_columns, table


def recognises(head: Head) -> bool:
    """Whether the first line names people, bodies and roles."""
    return {"person", "org_code", "role"} <= set(head.columns)


def read_own(spec: Spec, path: Path, source: Source, base: FactSet, report: Report) -> Iterator[Fact | RowProblem]:
    """The people, posts, tenures and sources of the file; rejected rows as problems.

    Raises SourceProblem for a column that is missing or of no known meaning.
    """
    columns, rows = table(path)
    hold_columns(path, columns, NEEDED, KNOWN, ": about a person only posts, dates and sources")
    yield from stated(rows, path, source, base, report)


def stated(
    rows: Iterable[Numbered | RowProblem], path: Path, source: Source, base: FactSet, report: Report
) -> Iterator[Fact | RowProblem]:
    """What rows of the form state, each row of the file counted; those that cannot be read as problems."""
    hosts = next(spec for spec in specs() if spec.name == "leaders").settings
    bodies, tally = Bodies.of(base), report.of(source.id)
    found = FactSet()
    people: dict[str, list[Person]] = {}
    statements: list[Statement] = []
    for item in rows:
        tally.read += 1
        try:
            if isinstance(item, RowProblem):
                raise item
            line, row = item[0], bodies.named(checked(item[1], str(path), item[0], bodies))
        except RowProblem as problem:
            tally.left_out["rejected"] += 1
            yield problem
            continue
        tally.used += 1
        page = cited(row["source_title"], row[ADDRESS], hosts)
        found.add(base.get(Source, page.id) or page)
        said = (page.id, source.id)
        person = person_of(row, said)
        people.setdefault(person.id, []).append(person)
        for tenure in tenures_of(row, person, said, str(path), line):
            found.add(Post(organisation_id=tenure.organisation_id, role=tenure.role, source_ids=said))
            statements.append(Statement(line, CONFIDENCE.get(row["confidence"], 1), tenure))
    for same in people.values():
        found.add(_one(same))
    for fact in together(statements, report):
        found.add(fact)
    yield from found


def _one(same: list[Person]) -> Person:
    """One person out of the rows that name them, whatever their order; other spellings are other names."""
    names = sorted({person.name for person in same})
    honorifics = sorted({person.honorific for person in same if person.honorific})
    others = {name for person in same for name in person.other_names} | set(names[1:])
    return Person(
        id=same[0].id,
        name=names[0],
        honorific=honorifics[0] if honorifics else None,
        other_names=tuple(sorted(others - {names[0]})),
        source_ids=tuple(sorted({key for person in same for key in person.source_ids})),
    )


def add_own(found: FactSet, facts: list[Fact], report: Report) -> None:
    """Join the file's facts with those of the bundle: tenures of the same post and person corroborate each other."""
    own = [fact for fact in facts if isinstance(fact, Tenure)]
    for fact in facts:
        if not isinstance(fact, Tenure):
            found.add(fact)
    touched = {_post(tenure) for tenure in own}
    kept = found.of(Tenure)
    joined = [Statement(0, 0, tenure) for tenure in kept if _post(tenure) in touched]
    joined += [Statement(1, 1, tenure) for tenure in own]
    found.put(Tenure, (tenure for tenure in kept if _post(tenure) not in touched))
    for fact in together(joined, report):
        found.add(fact)


def _post(tenure: Tenure) -> tuple[str, str, str]:
    return tenure.person_id, tenure.organisation_id, tenure.role
