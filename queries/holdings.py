"""What a store holds: facts by class, and the sources that they rest on."""

from collections.abc import Collection

from nhs_graph.graph.errors import UsageProblem
from nhs_graph.graph.facts import Source
from nhs_graph.graph.store import Selection, Store
from nhs_graph.queries.question import Row


class SourceRow(Row):
    """A source; `rows` is the number of facts that rest on it."""

    source: str
    title: str
    publisher: str
    licence: str
    vintage: str | None
    rows: int
    url: str | None
    published_on: str | None
    retrieved_on: str | None


class StatusRow(Row):
    """A class of facts with its number and its earliest and latest date."""

    fact: str
    rows: int
    earliest: str | None
    latest: str | None


def sources(store: Store, ids: Collection[str]) -> list[SourceRow]:
    """These sources, or all, by id. The rows of all are counted: that takes as long as the store is large.

    Raises UsageProblem for an id that is no source.
    """
    found = {source.id: source for source in store.facts(Selection(Source))}
    if unknown := sorted(set(ids) - found.keys()):
        raise UsageProblem(f"no source is called {unknown[0]!r}", hint="nhs-graph sources")
    cited = store.cited()
    return [
        SourceRow(
            source=source.id,
            title=source.title,
            publisher=source.publisher,
            licence=source.licence,
            vintage=source.vintage,
            rows=cited.get(source.id, 0),
            url=source.url,
            published_on=source.published_on,
            retrieved_on=source.retrieved_on,
        )
        for key, source in sorted(found.items())
        if not ids or key in ids
    ]


def status(store: Store) -> list[StatusRow]:
    """Every class of facts, in the order of the model. All facts are counted, as in `sources`."""
    return [
        StatusRow(fact=table, rows=rows, earliest=first, latest=last) for table, rows, first, last in store.status()
    ]
