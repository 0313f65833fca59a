"""Bodies of which a list gives the code, the name and at most the first day: NHS England, primary care trusts."""

from collections.abc import Iterator
from datetime import date

from nhs_graph.graph.errors import RowProblem
from nhs_graph.graph.facts import Classification, Fact, Identifier, Name, Organisation
from nhs_graph.loaders.base import Data, Report, SourceFile, Spec


def read(spec: Spec, data: Data, report: Report) -> Iterator[Fact]:
    """One body a code; a code that the list repeats is one body."""
    for file in spec.files:
        columns: dict[str, str] = file.settings["columns"]
        for line, row in data.rows(file):
            report.used(file.id)
            start = _day(file, line, columns["start"], row) if "start" in columns else None
            yield from _body(row[columns["code"]], row[columns["name"]], start, file)


def _body(code: str, name: str, start: date | None, file: SourceFile) -> Iterator[Fact]:
    """With a first day the facts are dated by it; without one the list has only seen the body."""
    seen = None if start else file.source.vintage
    sources = (file.id,)
    yield Organisation(id=code, start_date=start, source_ids=sources)
    yield Identifier(organisation_id=code, scheme="ods", value=code, source_ids=sources)
    yield Name(organisation_id=code, name=name, start_date=start, first_seen=seen, last_seen=seen, source_ids=sources)
    yield Classification(
        organisation_id=code,
        kind=file.settings["body_kind"],
        role_code=file.settings.get("role_code"),
        start_date=start,
        first_seen=seen,
        last_seen=seen,
        source_ids=sources,
    )


def _day(file: SourceFile, line: int, column: str, row: dict[str, str]) -> date:
    try:
        return date.fromisoformat(row[column])
    except ValueError as error:
        raise RowProblem(file.path, line, column, row[column], "a day as YYYY-MM-DD") from error
