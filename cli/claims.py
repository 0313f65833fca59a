"""`nhs-graph claims`: what somebody said of NHS bodies, held against the graph."""

from typing import Annotated

import typer

from nhs_graph.cli.options import Session, answering

app = typer.Typer(no_args_is_help=True)


@app.callback()
def group() -> None:
    """What somebody said of NHS bodies, tested by the graph on the day it was said."""


@app.command(name="list")
@answering(as_of=False)
def list_(
    session: Session,
    topic: Annotated[str | None, typer.Option("--topic", help="boundaries, counts, finance, leaders, mergers.")] = None,
    organisation: Annotated[str | None, typer.Option("--organisation", help="About one body.")] = None,
) -> None:
    """Statements, in our words, with who said them when and the question that can test each.

    Example: nhs-graph claims list --topic mergers
    """
    from nhs_graph.queries import claims as q
    from nhs_graph.queries.resolve import resolve

    body = resolve(session.opened, organisation, session.day) if organisation else None
    session.show(q.claims(session.opened, topic, body), q.ClaimRow)


@app.command()
@answering()
def check(
    session: Session,
    claim: Annotated[str | None, typer.Argument(metavar="[ID]", help="One claim; default all.")] = None,
) -> None:
    """Supported, contradicted, or cannot be checked; as of the day each was said. Exit 1 if one is contradicted.

    Example: nhs-graph claims check claim-2022-42-systems
    """
    from nhs_graph.queries import claims as q

    rows = q.check(session.opened, claim, session.as_of)
    session.show(rows, q.CheckedRow)
    if any(row.verdict == "contradicted" for row in rows):
        raise typer.Exit(1)
