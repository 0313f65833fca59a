"""Claims: what somebody said of NHS bodies, in our words, and the question that can test it (curated/claims.csv).

A claim is a statement and never structure: no edge, date or name follows from it. A row without a source is left out.
"""

from collections.abc import Iterator

from nhs_graph.graph.errors import RowProblem
from nhs_graph.graph.facts import Claim, Fact
from nhs_graph.graph.interval import PartialDate
from nhs_graph.loaders.base import Data, Report, Spec
from nhs_graph.loaders.leaders import Row, cited, without_source

WORDS = 25
"""The most words that a claim may have: what was said, not how."""


def read(spec: Spec, data: Data, report: Report) -> Iterator[Fact]:
    """The claims and the news items that they are from.

    Raises RowProblem for a claim that is too long, or whose date is none.
    """
    (file,) = spec.files
    for line, row in data.rows(file):
        if reason := without_source(row["source_url"]):
            report.left_out(file.id, reason)
            continue
        report.used(file.id)
        source = cited(row["source_title"], row["source_url"], spec.settings)
        yield source
        yield _claim(row, source.id, file.path, line)


def _claim(row: Row, source_id: str, path: str, line: int) -> Claim:
    if len(row["text"].split()) > WORDS:
        raise RowProblem(path, line, "text", row["text"], f"at most {WORDS} words")
    try:
        said_on = PartialDate.parse(row["said_on"])
    except ValueError as error:
        raise RowProblem(path, line, "said_on", row["said_on"], "YYYY, YYYY-MM or YYYY-MM-DD") from error
    if said_on.precision != row["precision"]:
        raise RowProblem(path, line, "precision", row["precision"], said_on.precision)
    return Claim(
        id=row["claim_id"],
        text=row["text"],
        said_by=row["said_by"],
        said_on=said_on.first,
        said_precision=said_on.precision,
        subject_ids=tuple(row["org_codes"].split(";")) if row["org_codes"] else (),
        topic=row["topic"],
        query=row["query"] or None,
        params=row["params"] or None,
        expected=row["expected"] or None,
        source_ids=(source_id,),
    )
