"""`nhs-graph export`: the whole graph for other tools, as files that are there whole or not at all."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from nhs_graph.cli.options import full_date
from nhs_graph.cli.output import note
from nhs_graph.graph.errors import ExportProblem
from nhs_graph.graph.licences import ATTRIBUTION

if TYPE_CHECKING:
    from nhs_graph.graph.store import Store

app = typer.Typer(no_args_is_help=True)

LICENCE_LINES = " ".join(ATTRIBUTION)
StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store", envvar="NHS_GRAPH_STORE", metavar="URL", help="sqlite:FILE or neo4j://HOST; default: yours."
    ),
]
FolderOption = Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="The folder to write.")]
FileOption = Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The file to write.")]


@app.callback()
def group() -> None:
    """The whole graph for other tools, with licences and sources."""


@app.command(name="csv", epilog=LICENCE_LINES)
def csv_(output: FolderOption, store: StoreOption = None) -> None:
    """One CSV file a fact class, and datapackage.json with their columns, keys, licences and sources.

    Example: nhs-graph export csv -o nhs-graph-csv
    """
    _write_tables("csv", output, store)


@app.command(epilog=LICENCE_LINES)
def jsonl(output: FolderOption, store: StoreOption = None) -> None:
    """One JSON Lines file a fact class, and datapackage.json with their fields, keys, licences and sources.

    Example: nhs-graph export jsonl -o nhs-graph-jsonl
    """
    _write_tables("jsonl", output, store)


@app.command(epilog=LICENCE_LINES)
def graphml(output: FileOption, store: StoreOption = None) -> None:
    """One GraphML file with every node and edge, for networkx, Gephi or yEd.

    Example: nhs-graph export graphml -o nhs-graph.graphml
    """
    from nhs_graph.cli.stores import opened
    from nhs_graph.graph.drafts import new_file
    from nhs_graph.graph.graphml import write_graphml
    from nhs_graph.graph.store import public_facts

    with opened(store) as source, new_file(output) as draft:
        nodes, edges = write_graphml(public_facts(source), draft)
    _told({f"{output.name} nodes": nodes, f"{output.name} edges": edges}, output)


@app.command(epilog=LICENCE_LINES)
def rdf(
    output: FolderOption,
    formats: Annotated[str, typer.Option("--formats", help="Some of ttl,nt,jsonld,trig.")] = "ttl,nt,jsonld,trig",
    as_of: Annotated[
        date | None,
        typer.Option(
            "--as-of", parser=full_date, metavar="DATE", help="Only what holds on a day, with plain org: links."
        ),
    ] = None,
    base: Annotated[
        str | None, typer.Option("--base", metavar="URL", help="The address it will be published at.")
    ] = None,
    publisher: Annotated[str, typer.Option("--publisher", metavar="NAME", help="Who publishes it.")] = "nhs-graph",
    check: Annotated[
        bool, typer.Option("--check", help="Hold it against the SHACL shapes; exit 1 if any fails.")
    ] = False,
    store: StoreOption = None,
) -> None:
    """RDF with a DCAT catalogue, VoID, SHACL shapes, ontology and web pages: a folder to publish as it is.

    Example: nhs-graph export rdf -o nhs-graph-rdf --formats ttl --as-of 2022-07-01
    """
    from nhs_graph.cli.stores import opened
    from nhs_graph.graph.drafts import new_folder
    from nhs_graph.graph.rdf import BASE
    from nhs_graph.graph.rdf_check import require_validator
    from nhs_graph.graph.rdf_folder import chosen_formats, valid_base, write_folder

    if check:
        require_validator(formats)
    wanted, address = chosen_formats(formats), valid_base(base or BASE)
    with opened(store) as source, new_folder(output) as draft:
        counts, violations = write_folder(source, draft, wanted, address, publisher, as_of, check=check)
    _told(counts, output)
    if not base:
        note(f"addresses begin with the placeholder {BASE}; name your own with --base")
    if check:
        for violation in violations:
            print(violation)
        note(f"{len(violations)} violations of shapes.ttl" if violations else "conforms to shapes.ttl")
        raise typer.Exit(1 if violations else 0)


@app.command(epilog=LICENCE_LINES)
def explorer(
    file: Annotated[Path, typer.Argument(metavar="FILE.html", help="The file to write.")], store: StoreOption = None
) -> None:
    """One HTML file to look around in, offline: bodies, people, lineage, network, maps and sources on any day.

    Example: nhs-graph export explorer nhs-graph.html
    """
    from nhs_graph.cli.output import write
    from nhs_graph.cli.stores import opened
    from nhs_graph.graph.facts import Source
    from nhs_graph.graph.store import Selection
    from nhs_graph.loaders.outlines import atlas
    from nhs_graph.queries.explorer import explorer_page

    with opened(store) as source:
        page = explorer_page(source, atlas())
        releases = [release.id for release in source.facts(Selection(Source, register=True))]
    write(page, file)
    if releases:
        note(f"left out is what only {', '.join(releases)} says: a page cannot hold the whole register")
    _told({f"{file.name} bytes": len(page.encode())}, file)


@app.command(name="browser-kit", epilog=LICENCE_LINES)
def browser_kit(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write.")],
    serve: Annotated[bool, typer.Option("--serve", help="Then serve it on localhost until Ctrl-C.")] = False,
    port: Annotated[int, typer.Option("--port", help="With --serve: the port, 0 for any free one.")] = 8001,
) -> None:
    """A style, the shipped questions as favourites, and a guide for Neo4j Browser.

    Example: nhs-graph export browser-kit nhs-graph-kit
    """
    from nhs_graph.cli.kit_server import server
    from nhs_graph.graph.drafts import new_folder
    from nhs_graph.queries.browser_kit import GUIDE, STYLE, write_kit

    with new_folder(folder) as draft:
        counts = write_kit(draft)
    _told(counts, folder)
    if not serve:
        return
    try:
        running = server(folder, port)
    except OSError as error:
        raise ExportProblem(f"port {port} cannot be used: {error.strerror}", hint="add --port 0") from error
    with running:
        address = f"http://localhost:{running.server_address[1]}"
        note(f"in Neo4j Browser: :style {address}/{STYLE}")
        note(f"and then: :guide {address}/{GUIDE}")
        note("end with Ctrl-C")
        running.serve_forever()


@app.command(name="neo4j-import", epilog=LICENCE_LINES)
def neo4j_import(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write.")], store: StoreOption = None
) -> None:
    """Files for `neo4j-admin database import full`, which fills a stopped server faster than any load.

    Files of your own come along and can be taken out of the server again; a release of the register cannot.

    Example: nhs-graph export neo4j-import nhs-graph-import
    """
    from nhs_graph.cli.stores import opened
    from nhs_graph.graph.drafts import new_folder
    from nhs_graph.graph.neo4j_import import write_import

    with opened(store) as source, new_folder(folder) as draft:
        counts = write_import(source, draft)
    _told(counts, folder)
    note(f"with the server stopped: cd {folder} && neo4j-admin database import full neo4j @import.args")
    note("then start it and run schema.cypher, which makes the constraints and indexes")


@app.command(epilog=LICENCE_LINES)
def popolo(output: FileOption, store: StoreOption = None) -> None:
    """All leaders as one Popolo JSON document: persons, organizations, posts, memberships with partial dates.

    Example: nhs-graph export popolo -o leaders.json
    """
    from nhs_graph.graph.leader_files import popolo_json

    _write_leaders(popolo_json, output, store)


@app.command(epilog=LICENCE_LINES)
def leaders(output: FileOption, store: StoreOption = None) -> None:
    """All leaders as a CSV file in the form that `load` takes: keep it, correct it, load it again.

    Example: nhs-graph export leaders -o leaders.csv
    """
    from nhs_graph.graph.leader_files import leaders_csv

    _write_leaders(leaders_csv, output, store)


def _write_leaders(text_of: "Callable[[Store], str]", output: Path, store: str | None) -> None:
    from nhs_graph.cli.output import write
    from nhs_graph.cli.stores import opened
    from nhs_graph.graph.facts import Person, Tenure
    from nhs_graph.graph.store import Selection

    with opened(store) as source:
        write(text_of(source), output)
        people, tenures = list(source.facts(Selection(Person))), list(source.facts(Selection(Tenure)))
    _told({"people": len(people), "tenures": len(tenures)}, output)


def _write_tables(form: Literal["csv", "jsonl"], output: Path, store: str | None) -> None:
    from nhs_graph.cli.stores import opened
    from nhs_graph.graph.drafts import new_folder
    from nhs_graph.graph.flat_files import write_tables

    with opened(store) as source, new_folder(output) as draft:
        counts = write_tables(source, draft, form)
    _told(counts, output)


def _told(counts: Mapping[str, int], target: Path) -> None:
    """What was written, on stdout; where, on stderr."""
    width = max(map(len, counts))
    for name, count in counts.items():
        print(f"{name.ljust(width)}  {count}")
    note(f"written to {target}")
