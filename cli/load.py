"""`nhs-graph load`, `sources` and `status`: what is in a store."""

from pathlib import Path
from typing import Annotated

import typer

from nhs_graph.cli.options import Session, answering, default_store
from nhs_graph.cli.output import note
from nhs_graph.graph.errors import UsageProblem

app = typer.Typer()


@app.command()
def load(
    paths: Annotated[list[Path] | None, typer.Argument(help="Files of your own (not yet).")] = None,
    store: Annotated[
        str | None, typer.Option("--store", envvar="NHS_GRAPH_STORE", help="sqlite:PATH or neo4j://HOST.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would change, write nothing.")] = False,
) -> None:
    """Load the bundle, all or nothing; a second time nothing changes.

    Example: nhs-graph load --store sqlite:nhs.db
    """
    from nhs_graph.graph.store import open_store
    from nhs_graph.loaders.bundle_io import load_bundle, release

    if paths:
        raise UsageProblem(f"{paths[0]} cannot be loaded: only the bundle can be, yet", hint="nhs-graph load")
    url = store or default_store()
    absent = url.startswith("sqlite:") and not Path(url.removeprefix("sqlite:")).exists()
    # Opening a store makes its file: a dry run against none compares with an empty one in memory.
    opened = open_store("sqlite::memory:" if dry_run and absent else url, read_only=False)
    try:
        summary = load_bundle(opened, dry_run=dry_run)
    finally:
        opened.close()
    for name, change in summary.items():
        print(f"{name}: {change.added} added, {change.changed} changed, {change.removed} removed")
    total = sum(change.added + change.changed + change.removed for change in summary.values())
    done = "would change" if dry_run else "changed"
    note(f"bundle {release()}: {total} facts {done} in {url}")


@app.command()
@answering(as_of=False)
def sources(
    session: Session, ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Only these.")] = None
) -> None:
    """Where the facts come from: title, publisher, licence, vintage, and how many facts rest on each.

    Example: nhs-graph sources ons-chd-2024-07
    """
    from nhs_graph.queries import holdings as q

    session.show(q.sources(session.opened, ids or []), q.SourceRow)


@app.command()
@answering(as_of=False)
def status(session: Session) -> None:
    """How many facts of each class the store holds, and from when to when.

    Example: nhs-graph status
    """
    from nhs_graph.queries import holdings as q

    session.show(q.status(session.opened), q.StatusRow)
