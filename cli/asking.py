"""From a typed question to printed rows: the steps that all answering commands share."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from nhs_graph.cli.output import note
from nhs_graph.cli.render import Answer, answer_of, show

if TYPE_CHECKING:
    from pydantic import BaseModel

    from nhs_graph.cli.options import Asked, GraphAsked
    from nhs_graph.graph.facts import Source
    from nhs_graph.graph.store import Store
    from nhs_graph.queries.question import Params, Question, Row

P = TypeVar("P", bound="Params")
R = TypeVar("R", bound="Row")

_NAMED = 12
"""So many source ids fit the line on stderr."""


def found(store: "Store", text: str | None, ask: "Asked") -> str | None:
    """The id of the body that a code or name means; None for none.

    Raises UnknownName when it means none or several.
    """
    from nhs_graph.queries.resolve import resolve

    return resolve(store, text, ask.as_of) if text else None


def asked(ask: "GraphAsked", store: "Store", question: "Question[P, R]", params: P) -> "list[R]":
    """The rows of a graph question on the engine asked for; its Cypher on stderr with --show-query."""
    if ask.show_query:
        from nhs_graph.cli.cypher_text import pasteable

        note(pasteable(question.text, dict(params)))
    return question.run(store, params, ask.engine)


def tell(
    ask: "Asked",
    store: "Store",
    rows: "Sequence[BaseModel]",
    row: "type[BaseModel]",
    notes: Iterable[str] = (),
    *,
    record: bool = False,
) -> None:
    """Print the rows on stdout, and on stderr what they rest on."""
    limit = getattr(ask, "limit", None)
    answer = answer_of(rows[:limit], row)
    show(answer, ask, cited(ask, store, answer), record=record)
    if len(answer.records) < len(rows):
        note(f"{len(answer.records)} of {len(rows)} rows shown")
    close(ask, answer, notes)


def cited(ask: "Asked", store: "Store", answer: Answer) -> "dict[str, Source]":
    """The sources of an answer, for its footnotes; none without --cite."""
    if not ask.cite:
        return {}
    from nhs_graph.graph.facts import Source
    from nhs_graph.graph.store import Selection

    ids = {source for record in answer.records for source in record["sources"]}
    return {source.id: source for source in store.facts(Selection(Source, {"id": ids}))}


def close(ask: "Asked", answer: Answer, notes: Iterable[str] = ()) -> None:
    """The lines on stderr after an answer: notes, then the day, the vintages and the sources."""
    if not answer.records:
        note("nothing found")
    for text in notes:
        note(text)
    note(" · ".join([f"as of {ask.as_of}", *_context(answer), *_sources(answer)]))


def _context(answer: Answer) -> list[str]:
    from nhs_graph.cli.table import CONTEXT

    values: dict[str, Any] = {name: {row[name] for row in answer.records} for name in CONTEXT if name in answer.columns}
    return [f"{name.replace('_', ' ')} {', '.join(sorted(found))}" for name, found in values.items() if found]


def _sources(answer: Answer) -> list[str]:
    from nhs_graph.cli.table import marks_of

    marks = marks_of(answer.records, "table", cited=False)
    if not marks:
        return []
    named = ", ".join(f"{number} {source}" for source, number in list(marks.items())[:_NAMED])
    more = f" and {len(marks) - _NAMED} more, which --cite lists" if len(marks) > _NAMED else ""
    return [f"sources: {named}{more}"]
