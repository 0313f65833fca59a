"""`nhs-graph lineage remap|check`: figures moved across mergers, and codes that a table should not hold."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from nhs_graph.cli.options import Session, answering, full_date
from nhs_graph.cli.output import drafted, note
from nhs_graph.graph.errors import AmbiguousSplit, SourceProblem, UsageProblem

if TYPE_CHECKING:
    from nhs_graph.graph.store import Store
    from nhs_graph.queries.remap import Plan, Remap
    from nhs_graph.queries.translation import Translator

app = typer.Typer()
TOLD = 20
"""Codes listed of each outcome; the counts are of all."""

FileArgument = Annotated[str, typer.Argument(metavar="FILE|-", help="A CSV file with a header; - is stdin.")]
DateOption = Annotated[
    str | None, typer.Option("--date", metavar="COL", help="The column of the day or month that a row speaks of.")
]
StoreOption = Annotated[
    str | None, typer.Option("--store", envvar="NHS_GRAPH_STORE", metavar="URL", help="sqlite:FILE or neo4j://HOST.")
]
ToOption = Annotated[
    date, typer.Option("--to", parser=full_date, metavar="DATE", help="The day whose codes are wanted.")
]
KindOption = Annotated[str | None, typer.Option("--to-kind", metavar="KIND", help="Roll up to heirs of this kind.")]
WeightsOption = Annotated[Path | None, typer.Option("--weights", metavar="FILE", help="Your shares: from,to,weight.")]
EqualOption = Annotated[bool, typer.Option("--equal", help="Equal shares where no source says.")]
SumOption = Annotated[bool, typer.Option("--aggregate", help="Sum rows that became equal.")]
OutputOption = Annotated[Path | None, typer.Option("--output", "-o", metavar="FILE", help="All or nothing.")]


@app.command()
def remap(
    file: FileArgument,
    code: Annotated[str, typer.Option("--code", metavar="COL", help="The column of ODS or GSS codes.")],
    value: Annotated[list[str], typer.Option("--value", metavar="COL", help="A column of figures; repeatable.")],
    to: ToOption,
    date_: DateOption = None,
    to_kind: KindOption = None,
    weights: WeightsOption = None,
    equal: EqualOption = False,
    aggregate: SumOption = False,
    output: OutputOption = None,
    store: StoreOption = None,
) -> None:
    """Rewrite a table by code as if its codes were those of another day; totals stay what they were.

    Example: nhs-graph lineage remap people.csv --code org --date day --value people --to 2026-04-01
    """
    from nhs_graph.cli.stores import opened
    from nhs_graph.queries.remap import Remap

    if weights and equal:
        raise UsageProblem("--weights and --equal exclude each other", hint="leave out one")
    with opened(store) as found, _table(file) as table, drafted(output) as draft:
        work = Remap(_translator(found, to, to_kind, weights, equal=equal), code, value, date_, aggregate, file)
        writer = csv.writer(draft, lineterminator="\n")
        writer.writerows(work.rows(csv.reader(table, strict=True)))
        _refuse_ambiguous(work)
    _report(work)
    if work.of("unmapped"):
        raise typer.Exit(1)


@app.command()
@answering(as_of=False)
def check(
    session: Session,
    file: FileArgument,
    column: Annotated[str, typer.Option("--column", metavar="COL", help="The column of ODS or GSS codes.")],
    date_: DateOption = None,
    kind: Annotated[
        str | None, typer.Option("--kind", metavar="KIND", help="The kind that all codes should be.")
    ] = None,
) -> None:
    """Codes of a table that are unknown, not in force on their day, mangled or of the wrong kind; exit 1 if any.

    Example: nhs-graph lineage check people.csv --column org --date day -f csv
    """
    from nhs_graph.cli.words import kinds_of
    from nhs_graph.queries.code_check import CodeCheck, CodeRow
    from nhs_graph.queries.codes import Codes

    with _table(file) as table:
        checks = CodeCheck(Codes(session.opened), kinds_of(kind) if kind else ())
        rows = list(checks.rows(csv.reader(table, strict=True), column, date_, session.day, file))
    session.show(rows, CodeRow)
    if rows:
        raise typer.Exit(1)


@contextmanager
def _table(file: str) -> Iterator[TextIO]:
    """The text of a CSV file, or of stdin. Raises SourceProblem for what cannot be read."""
    try:
        with open(0 if file == "-" else file, encoding="utf-8-sig", newline="", closefd=file != "-") as table:
            yield table
    except FileNotFoundError as error:
        raise SourceProblem(f"{file} does not exist", hint="check the path") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise SourceProblem(f"{file} is no CSV file in UTF-8: {error}", hint="save it as CSV, UTF-8") from error


def _translator(
    store: "Store", to: date, to_kind: str | None, weights: Path | None, *, equal: bool = False
) -> "Translator":
    from nhs_graph.cli.words import kinds_of
    from nhs_graph.queries.codes import Codes
    from nhs_graph.queries.remap import read_weights
    from nhs_graph.queries.translation import Translator

    given: dict[str, dict[str, float]] = {}
    if weights:
        with _table(str(weights)) as table:
            given = read_weights(csv.reader(table), weights.name)
    return Translator(Codes(store, given), to, kinds_of(to_kind) if to_kind else (), given, equal=equal)


def _refuse_ambiguous(work: "Remap") -> None:
    """Raise AmbiguousSplit, before anything is written, for codes whose heirs' shares nobody gave."""
    plans = work.of("ambiguous")
    if not plans:
        return
    _tell(plans)
    for plan in plans:
        if given := work.translator.weights.get(plan.code):
            note(f"your weights for {plan.code} are about {', '.join(sorted(given))}; all its heirs are needed")
    codes = ", ".join(plan.code for plan in plans[:5]) + (f" and {len(plans) - 5} more" if len(plans) > 5 else "")
    raise AmbiguousSplit(
        f"nothing was written: no source says how to share out the figures of {codes}",
        hint="add --weights FILE with columns from,to,weight; or --equal; "
        f"nhs-graph lineage show {plans[0].code} says what is known",
    )


def _report(work: "Remap") -> None:
    """What became of the rows, on stderr."""
    counts = work.counts()
    total = sum(counts.values())
    note(f"{total:,} rows to {work.translator.to}: {', '.join(f'{n:,} {name}' for name, n in counts.items())}")
    for outcome in ("renamed", "merged", "split", "unmapped"):
        _tell(work.of(outcome))


def _tell(plans: list["Plan"]) -> None:
    for plan in plans[:TOLD]:
        note(f"  {plan.told}")
    if len(plans) > TOLD:
        note(f"  and {len(plans) - TOLD} more codes {plans[0].outcome}")
