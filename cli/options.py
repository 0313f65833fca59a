"""The options that answering commands share, and the session that they make: one store, one day, one way to print."""

import inspect
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import wraps
from pathlib import Path
from re import fullmatch
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from typer import Option

from nhs_graph.cli.output import note
from nhs_graph.graph.errors import UsageProblem

if TYPE_CHECKING:
    from nhs_graph.cli.pictures.canvas import Picture
    from nhs_graph.graph.store import Store
    from nhs_graph.queries.question import Params, Question, Row

P = TypeVar("P", bound="Params")
R = TypeVar("R", bound="Row")
W = TypeVar("W")


class Format(StrEnum):
    """How rows are printed."""

    table = "table"
    json = "json"
    ndjson = "ndjson"
    csv = "csv"
    tsv = "tsv"
    md = "md"


class Engine(StrEnum):
    """Which engine answers a graph question."""

    auto = "auto"
    cypher = "cypher"
    networkx = "networkx"


def day(given: date | None) -> date:
    """The day asked for, or today; the program reads the clock nowhere else."""
    return given or date.today()


def full_date(text: str) -> date:
    """A full ISO date, YYYY-MM-DD.

    Raises UsageProblem for a month, week or year alone: an answer holds for one day.
    """
    # fromisoformat also takes 2021-W13 and means its Monday: only what it would write itself is a day.
    with suppress(ValueError):
        if (found := date.fromisoformat(text)).isoformat() == text:
            return found
    part = fullmatch(r"[12]\d{3}(-(0[1-9]|1[0-2]))?", text)
    told = "a month or year; an answer holds for one full day" if part else "no date"
    example = f"{text}-01-01"[:10] if part else "2021-04-01"
    raise UsageProblem(f"{text!r} is {told}", hint=f"write it as YYYY-MM-DD, for example {example}")


def default_store() -> str:
    """The address of the store of a user who names none."""
    from nhs_graph.cli.stores import default_file

    return f"sqlite:{default_file()}"


@dataclass(kw_only=True)
class Session:
    """What the shared options say, the store they name once it is opened, and the notes for stderr."""

    opened: "Store"
    day: date
    format_: Format = Format.table
    output: Path | None = None
    no_header: bool = False
    dated: bool = True
    as_of: date | None = None
    cite: bool = False
    limit: int | None = None
    engine: Engine = Engine.auto
    show_query: bool = False
    notes: list[str] = field(default_factory=list[str])

    def ask(self, question: "Question[P, R, W]", params: "P") -> "list[R]":
        """The rows of a graph question; its Cypher on stderr with --show-query."""
        if self.show_query:
            from nhs_graph.cli.render import cypher_with_params

            note(cypher_with_params(question.text, dict(params)))
        return question.run(self.opened, params, self.engine.value)

    def show(self, rows: "Sequence[R]", row_type: "type[R]", *, text: str | None = None) -> None:
        """The rows on stdout, and what they rest on on stderr; `text` is a table of the command's own making."""
        from nhs_graph.cli.render import footer, show

        if text is not None and self.format_ is Format.table and (self.no_header or self.limit):
            raise UsageProblem(
                "this table is one piece, without header line or rows to count",
                hint="add --format csv, or leave it out",
            )
        shown = rows[: self.limit]
        show(shown, row_type, self, text=text if shown else "")
        for line in [*self.notes, *footer(rows, len(shown), self)]:
            note(line)

    def draw(self, picture: "Picture", rows: "Sequence[Row]") -> None:
        """The picture into the file that -o names, and what its rows rest on on stderr.

        Only for a command that draws: `answering` made sure that a file is named.
        """
        from nhs_graph.cli.pictures.files import save
        from nhs_graph.cli.render import footer

        assert self.output
        save(picture, self.output)
        for line in [*self.notes, *footer(rows, len(rows), self), f"written: {self.output}"]:
            note(line)


_FORMAT = Annotated[Format, Option("--format", "-f", help="How to print the answer.")]
_OUTPUT = Annotated[Path | None, Option("--output", "-o", metavar="FILE", help="Write a file, all or nothing.")]
_NO_HEADER = Annotated[bool, Option("--no-header", help="Leave out the column names (table, csv, tsv).")]
_STORE = Annotated[
    str | None,
    Option("--store", envvar="NHS_GRAPH_STORE", metavar="URL", help="sqlite:FILE or neo4j://HOST; default: your own."),
]
_LIMIT = Annotated[int | None, Option("--limit", min=1, metavar="N", help="At most N rows.")]
_AS_OF = Annotated[date | None, Option("--as-of", parser=full_date, metavar="DATE", help="The day; default today.")]
_CITE = Annotated[bool, Option("--cite", help="Print the sources as footnotes (table, md).")]
_ENGINE = Annotated[Engine, Option("--engine", help="auto: Cypher on Neo4j, networkx on SQLite.")]
_SHOW_QUERY = Annotated[bool, Option("--show-query", help="Print the Cypher to stderr.")]

_SHOWN: dict[str, tuple[Any, Any]] = {
    "store": (_STORE, None),
    "format_": (_FORMAT, Format.table),
    "output": (_OUTPUT, None),
    "no_header": (_NO_HEADER, False),
    "limit": (_LIMIT, None),
}
_GRAPH: dict[str, tuple[Any, Any]] = {"engine": (_ENGINE, Engine.auto), "show_query": (_SHOW_QUERY, False)}


def answering(
    *, graph: bool = False, as_of: bool = True, cite: bool | None = None, picture: tuple[str, ...] = ()
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command its session: the shared options join its own, but only those that it uses.

    `cite` is for rows with sources that have dates of their own. A command that draws names the suffixes of its
    `picture`, such as `(".svg", ".png", ".html")`; they take the place of --format, and the file must be named.
    """
    cited = not picture and (as_of if cite is None else cite)
    shared = {
        **({"as_of": (_AS_OF, None)} if as_of else {}),
        **({"cite": (_CITE, False)} if cited else {}),
        **(_GRAPH if graph else {}),
        **(_drawn(picture) if picture else _SHOWN),
    }

    def wrap(command: Callable[..., None]) -> Callable[..., None]:
        own = [p for name, p in inspect.signature(command).parameters.items() if name != "session"]

        @wraps(command)
        def call(**given: Any) -> None:
            from nhs_graph.cli.stores import opened

            options = {name: given.pop(name) for name in shared}
            url = options.pop("store")
            _refuse_ignored(options)
            with opened(url) as store:
                command(Session(opened=store, day=day(options.get("as_of")), dated=as_of, **options), **given)

        kind = inspect.Parameter.KEYWORD_ONLY
        added = [
            inspect.Parameter(name, kind, default=default, annotation=told) for name, (told, default) in shared.items()
        ]
        call.__dict__["__signature__"] = inspect.Signature([*(p.replace(kind=kind) for p in own), *added])
        return call

    return wrap


def _drawn(suffixes: tuple[str, ...]) -> dict[str, tuple[Any, Any]]:
    """The options of a command that draws: its file ends in one of the suffixes."""

    def parser(text: str) -> Path:
        from nhs_graph.cli.pictures.files import picture_file

        return picture_file(text, suffixes)

    told = f"A file ending in {', '.join(suffixes[:-1])} or {suffixes[-1]}."
    output = Annotated[Path, Option("--output", "-o", parser=parser, metavar="FILE", help=told)]
    return {"store": _SHOWN["store"], "output": (output, inspect.Parameter.empty)}


def _refuse_ignored(options: dict[str, Any]) -> None:
    """Raise UsageProblem for an option that the format would ignore."""
    name = options.get("format_", Format.table).value
    if options.get("no_header") and name not in {"table", "csv", "tsv"}:
        raise UsageProblem(f"{name} has no header line to leave out", hint="leave out --no-header")
    if options.get("cite") and name not in {"table", "md"}:
        raise UsageProblem(
            f"{name} has no footnotes; its rows end with the ids of their sources", hint="leave out --cite"
        )
