"""`nhs-graph lineage`: where bodies came from and who carried them on."""

from typing import Annotated

import typer

from nhs_graph.cli import lineage_changes, lineage_remap
from nhs_graph.cli.options import Session, answering
from nhs_graph.cli.output import note, write
from nhs_graph.cli.pictures import PICTURES
from nhs_graph.graph.errors import UsageProblem

app = typer.Typer(no_args_is_help=True)
app.add_typer(lineage_changes.app)
app.add_typer(lineage_remap.app)
BodyArgument = Annotated[str, typer.Argument(metavar="ID", help="A body, by code or name.")]


@app.callback()
def group() -> None:
    """Where a body came from, and who carried it on."""


@app.command()
@answering(graph=True)
def show(
    session: Session,
    organisation: BodyArgument,
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


@app.command()
@answering(graph=True)
def heirs(session: Session, organisation: BodyArgument) -> None:
    """The bodies that carry a body on, each with its share, what that rests on, and the way there.

    Example: nhs-graph lineage heirs 06F
    """
    from nhs_graph.queries import inheritance as q
    from nhs_graph.queries.resolve import resolve

    found = resolve(session.opened, organisation, session.day)
    rows = session.ask(q.HEIRS, q.BodyParams(organisation_id=found, as_of=session.day))
    for code in sorted({code for row in rows for code in row.locations}):
        session.notes.append(f"{code} is still in use, as the code of a sub-ICB location, which is no body of its own")
    session.show(rows, q.HeirRow)


@app.command()
@answering(graph=True)
def origins(session: Session, organisation: BodyArgument) -> None:
    """All ancestors of a body, and what share of each came to it.

    Example: nhs-graph lineage origins R0A
    """
    from nhs_graph.queries import inheritance as q
    from nhs_graph.queries.resolve import resolve

    found = resolve(session.opened, organisation, session.day)
    session.show(session.ask(q.ORIGINS, q.BodyParams(organisation_id=found, as_of=session.day)), q.OriginRow)


@app.command()
@answering(graph=True)
def path(
    session: Session,
    older: Annotated[str, typer.Argument(metavar="FROM", help="The older body, by code or name.")],
    younger: Annotated[str, typer.Argument(metavar="TO", help="The younger body, by code or name.")],
) -> None:
    """The hand-overs by which one body came to another.

    Example: nhs-graph lineage path 06F S1Y5D
    """
    from nhs_graph.queries import inheritance as q
    from nhs_graph.queries.lineage import LineageRow
    from nhs_graph.queries.resolve import resolve

    ends = {
        "from_id": resolve(session.opened, older, session.day),
        "to_id": resolve(session.opened, younger, session.day),
    }
    session.show(session.ask(q.PATH, q.PathParams(**ends, as_of=session.day)), LineageRow)


@app.command()
@answering(graph=True, picture=(*PICTURES, ".mmd", ".dot"))
def draw(session: Session, organisation: BodyArgument) -> None:
    """A body's ancestors and heirs in time: as a picture, or as text for Mermaid and Graphviz.

    Example: nhs-graph lineage draw REM -o rem.svg
    """
    from nhs_graph.cli.pictures.lineage import LineagePicture
    from nhs_graph.cli.pictures.lineage_text import dot, mermaid
    from nhs_graph.queries import lineage as q
    from nhs_graph.queries.lifelines import lifelines
    from nhs_graph.queries.resolve import resolve

    found = resolve(session.opened, organisation, session.day)
    rows = session.ask(q.SHOW, q.LineageParams(organisation_id=found, as_of=session.day))
    lives = lifelines(session.opened, found, rows, session.day)
    texts = {".mmd": mermaid, ".dot": dot}
    if session.output and (told := texts.get(session.output.suffix.lower())):
        write(told(found, lives, rows), session.output)
        note(f"written: {session.output}")
    else:
        session.draw(LineagePicture(found, lives, rows, session.day).drawn(), rows)
