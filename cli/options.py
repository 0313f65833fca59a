"""The options that commands share, in groups; a command takes only the groups that it uses."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, is_dataclass
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, Literal

from typer import Option

from nhs_graph.graph.errors import UsageProblem

Format = Literal["table", "json", "ndjson", "csv", "tsv", "md"]
Engine = Literal["auto", "cypher", "networkx"]


def _today() -> str:
    # The only place where the program reads the clock.
    return date.today().isoformat()


def full_date(text: str) -> date:
    """A full ISO date.

    Raises UsageProblem for a month or year alone: an answer holds for one day.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        partial = text if len(text) in (4, 7) and text.replace("-", "").isdigit() else ""
        told = "a month or year; an answer holds for one full day" if partial else "no date"
        day = f"{partial}-01-01"[:10] if partial else "2021-04-01"
        raise UsageProblem(f"{text!r} is {told}", hint=f"write it as YYYY-MM-DD, for example {day}") from None


@dataclass(frozen=True, kw_only=True)
class Shown:
    """How rows are printed."""

    format: Annotated[Format, Option("--format", "-f", help="How to print the answer.")] = "table"
    output: Annotated[
        Path | None, Option("--output", "-o", metavar="FILE", help="Write to a file instead, all or nothing.")
    ] = None
    no_header: Annotated[bool, Option("--no-header", help="Leave out the line of column names.")] = False

    def __post_init__(self) -> None:
        """Refuse an option that would be ignored."""
        if self.no_header and self.format in {"json", "ndjson", "md"}:
            raise UsageProblem(f"{self.format} has no header line to leave out", hint="leave out --no-header")


@dataclass(frozen=True, kw_only=True)
class Stored(Shown):
    """Rows of a store."""

    store: Annotated[
        str | None,
        Option(
            "--store",
            envvar="NHS_GRAPH_STORE",
            metavar="URL",
            help="sqlite:FILE or neo4j://HOST; default: a file of your own, filled on first use.",
        ),
    ] = None


@dataclass(frozen=True, kw_only=True)
class Asked(Stored):
    """Rows that hold for a day and carry source ids."""

    as_of: Annotated[
        date,
        Option(
            "--as-of", parser=full_date, metavar="DATE", default_factory=_today, show_default="today", help="The day."
        ),
    ]
    cite: Annotated[bool, Option("--cite", help="Print the sources as footnotes; table and md only.")] = False

    def __post_init__(self) -> None:
        """Refuse an option that would be ignored."""
        super().__post_init__()
        if self.cite and self.format not in {"table", "md"}:
            raise UsageProblem(
                f"{self.format} has no footnotes; its rows end with the ids of their sources",
                hint="leave out --cite, or see nhs-graph sources",
            )


@dataclass(frozen=True, kw_only=True)
class Limited(Asked):
    """The first rows only."""

    limit: Annotated[int | None, Option("--limit", min=1, metavar="N", help="At most N rows.")] = None


@dataclass(frozen=True, kw_only=True)
class GraphAsked(Limited):
    """A graph question: it has Cypher and a networkx answer."""

    engine: Annotated[Engine, Option("--engine", help="auto: Cypher on Neo4j, networkx on SQLite.")] = "auto"
    show_query: Annotated[bool, Option("--show-query", help="Print the Cypher to stderr, ready for the Browser.")] = (
        False
    )


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """Spread a command's option groups over its command line: one option for each field of the dataclass."""
    own = inspect.signature(command).parameters
    groups: dict[str, Any] = {name: p.annotation for name, p in own.items() if is_dataclass(p.annotation)}
    fields = {name: inspect.signature(group).parameters for name, group in groups.items()}

    @wraps(command)
    def call(**given: Any) -> None:
        built = {name: group(**{field: given.pop(field) for field in fields[name]}) for name, group in groups.items()}
        command(**built, **given)

    plain = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for name, p in own.items() if name not in groups]
    spread = [p for name in groups for p in fields[name].values()]
    call.__dict__["__signature__"] = inspect.Signature([*plain, *spread])
    return call


def one(subject: str | None, alias: str | None, option: str) -> str | None:
    """A command's subject: its argument, or the option that is another word for it.

    Raises UsageProblem when both are given and differ.
    """
    if subject and alias and subject != alias:
        raise UsageProblem(f"{subject!r} and {option} {alias!r} are two subjects", hint=f"leave out {option}")
    return subject or alias
