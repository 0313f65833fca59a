"""`nhs-graph organisation`: bodies by code or name."""

from typing import Annotated

import typer

from nhs_graph.cli.options import Session, answering

app = typer.Typer(no_args_is_help=True)


@app.command()
@answering()
def show(
    session: Session,
    organisation: Annotated[str, typer.Argument(metavar="ID", help="A body, by any code or name.")],
) -> None:
    """All that is known about one body: names, kinds, codes and links, each with its period.

    Example: nhs-graph organisation show RA7 --as-of 2018-01-01
    """
    from nhs_graph.cli.render import record
    from nhs_graph.queries import organisations as q
    from nhs_graph.queries.resolve import resolve

    row = q.show(session.opened, resolve(session.opened, organisation, session.day), session.day)
    session.show([row], q.OrganisationRow, text=record(row))


@app.command()
@answering()
def search(session: Session, text: Annotated[str, typer.Argument(help="A code, a name, or words of one.")]) -> None:
    """Bodies whose code or name, present or former, answers to a text.

    Example: nhs-graph organisation search Aintree
    """
    from nhs_graph.queries import organisations as q

    session.show(q.search(session.opened, text, session.day), q.FoundRow)


@app.command(name="list")
@answering()
def list_(
    session: Session,
    kind: Annotated[str, typer.Option("--kind", help="trust, icb, ccg, council, county ...; sub-kinds are included.")],
    within: Annotated[str | None, typer.Option("--within", help="Only bodies under this one.")] = None,
) -> None:
    """All bodies of a kind on a day.

    Example: nhs-graph organisation list --kind icb --as-of 2026-04-01
    """
    from nhs_graph.cli.words import kinds_of
    from nhs_graph.queries import organisations as q
    from nhs_graph.queries.resolve import resolve

    kinds = kinds_of(kind)
    above = resolve(session.opened, within, session.day) if within else None
    session.show(q.list_of(session.opened, kinds, session.day, above), q.ListedRow)
