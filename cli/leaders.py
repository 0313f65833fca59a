"""`nhs-graph leaders`: who leads what, and how sure we are."""

from typing import Annotated

import typer

from nhs_graph.cli.options import Session, answering
from nhs_graph.graph.errors import UsageProblem

app = typer.Typer(no_args_is_help=True)


@app.callback()
def group() -> None:
    """Who leads what, since when, and how sure we are."""


@app.command(name="list")
@answering(graph=True)
def list_(
    session: Session,
    name: Annotated[str | None, typer.Argument(metavar="[ORGANISATION]", help="One body, by code or name.")] = None,
    organisation: Annotated[str | None, typer.Option("--organisation", help="The same as the argument.")] = None,
    role: Annotated[str | None, typer.Option("--role", help="chair, chief_executive, any_chair, chief ...")] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="Bodies of a kind: icb, trust ...")] = None,
    all_dates: Annotated[bool, typer.Option("--all-dates", help="Every tenure of any time.")] = False,
) -> None:
    """Who leads which body on a day: stated, inferred, or last known.

    Example: nhs-graph leaders list RMC --as-of 2023-01-15
    """
    from nhs_graph.cli.words import kinds_of, roles_of
    from nhs_graph.queries import leaders as q
    from nhs_graph.queries.resolve import resolve

    if name and organisation:
        raise UsageProblem("the organisation is named twice", hint="leave out --organisation")
    text = name or organisation
    params = q.LeaderParams(
        as_of=session.day,
        organisation_id=resolve(session.opened, text, session.day) if text else None,
        roles=roles_of(session.opened, role) if role else (),
        kinds=kinds_of(kind) if kind else (),
        all_dates=all_dates,
    )
    rows = session.ask(q.LIST, params)
    if hidden := q.not_shown(session.opened, params):
        session.notes.append(f"{hidden} tenures with unknown start not shown; --all-dates lists them")
    session.show(rows, q.LeaderRow)
