"""`nhs-graph load`, `sources` and `status`: what is in a store."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nhs_graph.cli.options import Session, answering, default_store, full_date
from nhs_graph.cli.output import note
from nhs_graph.graph.errors import RowsRejected, UsageProblem

if TYPE_CHECKING:
    from nhs_graph.graph.store import Store, WriteSummary

app = typer.Typer()
PathsArgument = Annotated[list[Path] | None, typer.Argument(metavar="[FILE]...", help="Files of your own.")]
StoreOption = Annotated[
    str | None, typer.Option("--store", envvar="NHS_GRAPH_STORE", metavar="URL", help="sqlite:PATH or neo4j://HOST.")
]


@app.command()
def load(
    paths: PathsArgument = None,
    store: StoreOption = None,
    source: Annotated[str | None, typer.Option("--source", metavar="NAME", help="What kind of file it is.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what would change, write nothing.")] = False,
    max_rejects: Annotated[int, typer.Option("--max-rejects", min=0, metavar="N", help="Bad rows to allow.")] = 0,
    day: Annotated[
        str | None, typer.Option("--day", metavar="DATE", help="The day that a report of the register speaks of.")
    ] = None,
    fetch: Annotated[
        str | None, typer.Option("--fetch", metavar="NAME", help="ods, ods-csv, ods-succession or ods-api.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="Fetch only records changed from this day on.")
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Of the register: name every code that is left out.")
    ] = False,
    cache: Annotated[
        Path | None, typer.Option("--cache", metavar="DIR", help="Where fetched files are kept.", file_okay=False)
    ] = None,
) -> None:
    """Load the bundle, or files of your own on top of it, all or nothing; a second time nothing changes.

    Files of the national register (ODS: the full release, reports, answers of its services), lookups, lists of leaders
    and polygons are known by their content; what of the register is public is fetched with --fetch, never otherwise.

    Example: nhs-graph load --store sqlite:nhs.db
    """
    from nhs_graph.cli.releases import fetched, load_register, register_files
    from nhs_graph.graph.store import open_store
    from nhs_graph.loaders.loading import load_bundle

    if (since or cache) and not fetch:
        raise UsageProblem("--since and --cache are about --fetch", hint="nhs-graph load --fetch ods")
    if fetch and (paths or source):
        raise UsageProblem("--fetch takes no files and no --source", hint=f"nhs-graph load --fetch {fetch}")
    if fetch == "ods-succession" and (day or verbose):
        raise UsageProblem(
            "--day and --verbose are about releases of the register", hint=f"nhs-graph load --fetch {fetch}"
        )
    if day:
        full_date(day)
    given = fetched(fetch, since, cache) if fetch else []
    if not (paths or given) and (source or max_rejects):
        raise UsageProblem("--source and --max-rejects are about files of your own", hint="nhs-graph load FILE")
    registers = [(path, kind) for path, kind, _ in given if kind != "ods-succession"]
    registers += register_files(paths or [], source)
    paths = paths or [path for path, kind, _ in given if kind == "ods-succession"]
    if day and not registers:
        raise UsageProblem("--day is about files of the register", hint="nhs-graph load FILE --day DATE")
    if verbose and not registers:
        raise UsageProblem("--verbose is about files of the register", hint="nhs-graph load FILE --dry-run --verbose")
    url = store or default_store()
    absent = url.startswith("sqlite:") and not Path(url.removeprefix("sqlite:")).exists()
    # Opening a store makes its file: a dry run against none compares with an empty one in memory.
    opened = open_store("sqlite::memory:" if dry_run and absent else url, read_only=False)
    try:
        if registers:
            days = {path: served for path, _, served in given if served}
            load_register(opened, registers, day, dry_run=dry_run, max_rejects=max_rejects, days=days, verbose=verbose)
        elif paths:
            _load_files(opened, paths, source, dry_run=dry_run, max_rejects=max_rejects)
        else:
            _tell(load_bundle(opened, dry_run=dry_run), url, dry_run=dry_run)
    finally:
        opened.close()


def _load_files(opened: "Store", paths: list[Path], source: str | None, *, dry_run: bool, max_rejects: int) -> None:
    """Load files, say what each was taken for, and list the rows that were rejected."""
    from nhs_graph.cli.rejects import tell_rejects
    from nhs_graph.loaders.loading import load_files

    done = load_files(opened, paths, source, dry_run=dry_run, max_rejects=max_rejects)
    for file in done.files:
        tally = done.report.of(file.id)
        note(f"{file.name}: {file.reader}, {tally.read} rows read, {tally.used} used")
        for reason, count in sorted(tally.left_out.items()):
            note(f"  {count} left out: {reason}")
    for line in done.notes:
        note(line)
    if done.rejects:
        tell_rejects(paths[0], done.rejects)
    if done.summary is None:
        raise RowsRejected(done.rejects, max_rejects)
    _tell(done.summary, opened.url, dry_run=dry_run)
    if (told := done.summary.get("Conflict")) and told.added:
        note(f"{told.added} conflicts and oddities more; they are listed by: nhs-graph lineage conflicts")
    if not dry_run:
        for file in done.files:
            if file.reader == "polygons":
                note("now ask: nhs-graph boundaries overlaps --system own --measure area (or --council own)")
            note(f"to take {file.name} out again: nhs-graph sources remove {file.id}")


def _tell(summary: "WriteSummary", url: str, *, dry_run: bool) -> None:
    from nhs_graph.loaders.bundle_io import release

    for name, change in summary.items():
        print(f"{name}: {change.added} added, {change.changed} changed, {change.removed} removed")
    total = sum(change.added + change.changed + change.removed for change in summary.values())
    done = "would change" if dry_run else "changed"
    note(f"bundle {release()}: {total} facts {done} in {url}")


@app.command()
@answering(as_of=False)
def sources(
    session: Session,
    ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...|remove ID", help="Only these.")] = None,
) -> None:
    """Where the facts come from, and how many rest on each; `sources remove ID` takes a file of yours out again.

    Example: nhs-graph sources ons-chd-2024-07
    """
    from nhs_graph.queries import holdings as q

    if ids and ids[0] == "remove":
        _remove(session.opened, ids[1:])
    else:
        session.show(q.sources(session.opened, ids or []), q.SourceRow)


def _remove(opened: "Store", ids: list[str]) -> None:
    from nhs_graph.loaders.loading import remove_file

    if len(ids) != 1:
        raise UsageProblem("one file can be removed at a time", hint="nhs-graph sources remove ID")
    _tell(remove_file(opened, ids[0]), opened.url, dry_run=False)


@app.command()
@answering(as_of=False)
def status(session: Session) -> None:
    """How many facts of each class the store holds, and from when to when.

    Example: nhs-graph status
    """
    from nhs_graph.queries import holdings as q

    session.show(q.status(session.opened), q.StatusRow)
