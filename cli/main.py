"""`nhs-graph`: finds the command, runs it, and turns what goes wrong into one `error:` and one `hint:` line.

A command's module is imported when the command is called, so that `--help` costs no more than Typer itself.
"""

import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any, cast

import typer
import typer.main
from typer.core import TyperGroup

from nhs_graph.graph.errors import NhsGraphError, UsageProblem

# Importing networkx and pydantic leaves a heap that the collector would walk several times before a short command
# ends: a tenth of its time. Long loads still collect.
gc.set_threshold(100_000, 20, 20)

COMMANDS = {
    "organisation": ("organisation", "What is known about a body; which bodies there are."),
    "boundaries": ("boundaries", "Which councils and health systems share land on a day."),
    "lineage": ("lineage", "Where a body came from and who carried it on."),
    "leaders": ("leaders", "Who led what on a day, and how sure that is."),
    "claims": ("claims", "What was said of the NHS, tested by the graph."),
    "demo": ("demo", "Seven short answers, in a minute."),
    "export": ("export", "The whole graph as open data: tables, graph files, Neo4j import."),
    "load": ("load", "Put the shipped facts into a store."),
    "sources": ("load", "The published things that the facts rest on."),
    "status": ("load", "How many facts a store holds."),
    "query": ("query", "The shipped Cypher questions."),
    "cypher": ("query", "Read-only Cypher of your own, on Neo4j."),
}
"""Name -> the module of this folder whose `app` holds it, and its line in `--help`. A new command is one line here."""

# Typer holds its own copy of click since 0.24: the parent of BadParameter is the usage error of both.
_UsageError = cast("type[typer.BadParameter]", typer.BadParameter.__mro__[1])


class Shell(TyperGroup):
    """The commands of COMMANDS; only the one that is called is imported."""

    def list_commands(self, ctx: Any) -> list[str]:
        """All names, in the order of `--help`."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command with this name."""
        if cmd_name not in COMMANDS:
            from difflib import get_close_matches

            close = get_close_matches(cmd_name, COMMANDS, n=3)
            raise UsageProblem(f"there is no command {cmd_name!r}", hint="nhs-graph --help", suggestions=close)
        inner: typer.Typer = import_module(f"nhs_graph.cli.{COMMANDS[cmd_name][0]}").app
        inner.rich_markup_mode = None  # plain help: rich alone would double what --help costs
        inner._add_completion = False  # pyright: ignore[reportPrivateUsage]  # the root offers it once
        command = typer.main.get_command(inner)
        # An app of several top-level commands holds them by name; another app is the group itself.
        return getattr(command, "commands", {}).get(cmd_name, command)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """The list in `--help`, without importing any command."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


# Wide enough for the examples; a narrower terminal still wraps.
app = typer.Typer(cls=Shell, rich_markup_mode=None, context_settings={"max_content_width": 120})


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        from nhs_graph.loaders.bundle_io import release

        print(f"nhs-graph {version('nhs-graph')}, data release {release()}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def root(
    ctx: typer.Context,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="The program's and the data's version.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show the traceback of an error; works after any command.")
    ] = False,
) -> None:
    """NHS organisations in time: boundaries, mergers and leaders, each with a period and a source.

    Example: nhs-graph boundaries councils --as-of 2021-04-01
    """
    if ctx.invoked_subcommand is None:
        print(ctx.get_help())


def run() -> None:
    """The program: answers go to stdout, everything else to stderr; leaves with the exit code of errors.py."""
    words = sys.argv[1:]
    own = words[: words.index("--")] if "--" in words else words
    try:
        code = _called([word for word in own if word != "--debug"] + words[len(own) :], debug="--debug" in own)
        sys.stdout.flush()
    except KeyboardInterrupt:
        code = 130
    except BrokenPipeError:
        from nhs_graph.cli.output import close_pipe

        code = close_pipe()
    sys.stderr.flush()
    # Everything is written and closed by now. Taking the heap of networkx and pydantic apart object by object would
    # take another fifth of a short command's time.
    os._exit(code)


def _called(words: Sequence[str], *, debug: bool) -> int:
    try:
        # Typer returns the code of typer.Exit, also 130 for Ctrl-C; None when the command simply ended.
        return int(typer.main.get_command(app).main(list(words), "nhs-graph", standalone_mode=False) or 0)
    except NhsGraphError as error:
        if debug:
            raise
        suggestions = cast("list[str]", error.facts.get("suggestions", []))
        return _failed(error.message, error.hint, suggestions, error.exit_code)
    except _UsageError as error:
        if debug:
            raise
        command = error.ctx.command_path if error.ctx else "nhs-graph"
        if type(error).__name__ == "NoArgsIsHelpError":
            return _failed(f"{command} needs a command", f"{command} --help", [], 2)
        return _failed(error.format_message(), f"{command} --help", [], 2)


def _failed(message: str, hint: str, suggestions: Sequence[str], code: int) -> int:
    print(f"error: {' '.join(message.split())}", file=sys.stderr)
    for suggestion in suggestions[:3]:
        print(f"  did you mean: {suggestion}", file=sys.stderr)
    print(f"hint: {hint or 'nhs-graph --help'}", file=sys.stderr)
    return code


if __name__ == "__main__":
    run()
