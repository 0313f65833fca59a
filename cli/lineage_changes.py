"""`nhs-graph lineage events|conflicts|gaps`: what happened, where sources disagree, who closed without an heir."""

from datetime import date
from enum import Enum
from typing import Annotated

import typer

from nhs_graph.cli.options import Session, answering, full_date

app = typer.Typer()


class Kind(Enum):
    """The legal kinds of change."""

    merger = "merger"
    acquisition = "acquisition"
    split = "split"
    dissolution = "dissolution"
    formation = "formation"
    rename = "rename"
    recode = "recode"
    boundary_change = "boundary_change"
    transfer = "transfer"


class Status(Enum):
    """What became of it."""

    proposed = "proposed"
    completed = "completed"
    abandoned = "abandoned"


Since = Annotated[date | None, typer.Option("--since", parser=full_date, metavar="DATE", help="From this day on.")]
Until = Annotated[date | None, typer.Option("--until", parser=full_date, metavar="DATE", help="To this day, included.")]


@app.command()
@answering()
def events(
    session: Session,
    organisation: Annotated[str | None, typer.Argument(metavar="[ID]", help="Only changes of this body.")] = None,
    kind: Annotated[list[Kind] | None, typer.Option("--kind", help="Only this kind; may be repeated.")] = None,
    status: Annotated[Status | None, typer.Option("--status", help="Only plans, or what came of them.")] = None,
    since: Since = None,
    until: Until = None,
    organisation_kind: Annotated[str | None, typer.Option("--organisation-kind", help="Only of such bodies.")] = None,
) -> None:
    """Mergers, acquisitions, splits and other changes, plans among them, each with the rule that typed it.

    Example: nhs-graph lineage events --kind merger --organisation-kind icb --since 2026-04-01
    """
    from nhs_graph.cli.words import kinds_of
    from nhs_graph.queries import changes as q
    from nhs_graph.queries.resolve import resolve

    asked = q.EventFilter(
        kinds=[item.value for item in kind or []],
        statuses=[status.value] if status else [],
        since=since,
        until=until,
        organisation_kinds=kinds_of(organisation_kind) if organisation_kind else (),
        organisation_id=resolve(session.opened, organisation, session.day) if organisation else None,
    )
    session.show(q.events(session.opened, asked, session.day), q.EventRow)


@app.command()
@answering()
def conflicts(
    session: Session,
    organisation: Annotated[str | None, typer.Argument(metavar="[ID]", help="Only about this body.")] = None,
    fact: Annotated[str, typer.Option("--fact", metavar="TEXT", help="Only facts that begin so: 'event kind'.")] = "",
) -> None:
    """Where two sources say different things; the first value is the one in use.

    Example: nhs-graph lineage conflicts RR1
    """
    from nhs_graph.queries import changes as q
    from nhs_graph.queries.resolve import resolve

    found = resolve(session.opened, organisation, session.day) if organisation else None
    session.show(q.conflicts(session.opened, found, session.day, fact), q.ConflictRow)


@app.command()
@answering()
def gaps(session: Session) -> None:
    """Bodies that closed and of which no heir is known.

    Example: nhs-graph lineage gaps
    """
    from nhs_graph.queries import changes as q

    session.show(q.gaps(session.opened, session.day), q.GapRow)
