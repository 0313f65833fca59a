"""`nhs-graph lineage`: where bodies came from and who carried them on."""

from typing import Annotated

import typer

from nhs_graph.cli.options import Session, answering
from nhs_graph.graph.errors import UsageProblem

app = typer.Typer(no_args_is_help=True)


@app.callback()
def group() -> None:
    """Where a body came from, and who carried it on."""


@app.command()
@answering(graph=True)
def show(
    session: Session,
    organisation: Annotated[str, typer.Argument(metavar="ID", help="A body, by code or name.")],
    back: Annotated[bool, typer.Option("--back", help="Only where it came from.")] = False,
    forward: Annotated[bool, typer.Option("--forward", help="Only who carried it on.")] = False,
    both: Annotated[bool, typer.Option("--both", help="Both ways (the default).")] = False,
) -> None:
    """A body's parents and heirs, the same code under an earlier name among the parents.

    Example: nhs-graph lineage show REM
    """
    from nhs_graph.cli.tree import lineage_tree
    from nhs_graph.queries import lineage as q
    from nhs_graph.queries.organisations import name_of
    from nhs_graph.queries.resolve import resolve

    if back + forward + both > 1:
        raise UsageProblem("--back, --forward and --both exclude each other", hint="leave out all but one")
    found = resolve(session.opened, organisation, session.day)
    direction = "back" if back else "forward" if forward else "both"
    params = q.LineageParams(organisation_id=found, direction=direction, as_of=session.day)
    rows = session.ask(q.SHOW, params)
    tree = lineage_tree(found, rows, name_of(session.opened, found, session.day))
    session.show(rows, q.LineageRow, text="\n".join(tree) + "\n")
