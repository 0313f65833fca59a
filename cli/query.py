"""`nhs-graph query` and `cypher`: the shipped questions as Cypher, and questions of your own."""

import json
from datetime import date
from typing import Annotated, Any

import typer

from nhs_graph.cli.options import Session, answering
from nhs_graph.cli.output import note
from nhs_graph.graph.errors import UsageProblem

app = typer.Typer(no_args_is_help=True)
ParamOption = Annotated[list[str] | None, typer.Option("--param", "-p", metavar="KEY=VALUE", help="A parameter.")]


@app.command(name="list")
def list_() -> None:
    """The shipped questions.

    Example: nhs-graph query list
    """
    from nhs_graph.queries.saved import all_saved

    for item in all_saved():
        print(f"{item.name:<24}{item.title}  ({', '.join('$' + name for name in item.params)})")


@app.command()
def show(name: Annotated[str, typer.Argument(help="A name that `query list` gives.")]) -> None:
    """The Cypher of a shipped question, ready for Neo4j Browser.

    Example: nhs-graph query show lineage_show
    """
    from nhs_graph.queries.saved import saved

    print(saved(name).text, end="")


@app.command()
@answering(as_of=False)
def run(
    session: Session,
    name: Annotated[str, typer.Argument(help="A name that `query list` gives.")],
    param: ParamOption = None,
) -> None:
    """Run a shipped question on a Neo4j store; `as_of` is today and the rest as in its command, unless given.

    Example: nhs-graph query run lineage_show -p organisation_id=REM -p direction=back
    """
    from nhs_graph.queries.catalogue import defaults
    from nhs_graph.queries.saved import saved

    query = saved(name)
    told = _values(param or [])
    if unknown := sorted(told.keys() - {*query.params}):
        raise UsageProblem(f"{name} has no parameter {unknown[0]!r}", hint=f"its parameters: {', '.join(query.params)}")
    given = {"as_of": session.day, **defaults(name), **told}
    if missing := [key for key in query.params if key not in given]:
        raise UsageProblem(f"{name} needs the parameter {missing[0]}", hint=f"add -p {missing[0]}=VALUE")
    _print(session, session.opened.query(query.text, {key: given[key] for key in query.params}))


@app.command()
@answering(as_of=False)
def cypher(
    session: Session,
    text: Annotated[str, typer.Argument(help="A read-only query.")],
    param: ParamOption = None,
    timeout: Annotated[float, typer.Option("--timeout", help="Seconds after which the query is ended.")] = 30,
) -> None:
    """Ask a Neo4j store a read-only Cypher query; whatever could write, read files or call out is refused.

    Example: nhs-graph cypher 'MATCH (o:Organisation) RETURN count(o) AS n'
    """
    _print(session, session.opened.guarded(text, _values(param or []), timeout))


def _values(words: list[str]) -> dict[str, Any]:
    """`key=value` words; values are JSON where they read as JSON, days as dates, else text."""
    values: dict[str, Any] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals:
            raise UsageProblem(f"{word!r} is no parameter", hint="write -p key=value")
        values[key] = _value(value)
    return values


def _value(text: str) -> Any:
    for read in (date.fromisoformat, json.loads):
        try:
            return read(text)
        except ValueError:
            continue
    return text


def _print(session: Session, records: list[dict[str, Any]]) -> None:
    from nhs_graph.cli.render import show_records

    show_records(records, session)
    if not records:
        note("no rows: nothing in the graph answers to this")
    elif session.limit and session.limit < len(records):
        note(f"{session.limit} of {len(records)} rows shown")
