"""Names like a text in a Neo4j database, in the order of their spelling, a few at once.

The index on folded names gives them in that order; the full-text index knows which names have all words of a text, but
not in order. Where it finds few they are sorted; where it finds many the names are walked in order, since some of them
come soon.
"""

from collections.abc import Callable, Iterator
from functools import partial
from heapq import merge
from itertools import groupby
from typing import Any

from neo4j import ManagedTransaction

from nhs_graph.graph.facts import Name
from nhs_graph.graph.neo4j_read import plain, run
from nhs_graph.graph.schema import SHAPE_OF
from nhs_graph.graph.store import by_spelling

Reading = Callable[[Callable[[ManagedTransaction], list[list[Any]]]], list[list[Any]]]
"""Runs a piece of reading in a transaction."""
_AT_ONCE = 50
_FEW = 1000
_SAME = "MATCH (f:Name) WHERE f.folded = $text OR f.bare = $text"
_BEGINNING = (
    "MATCH (f:Name) WHERE f.folded STARTS WITH $text",
    "MATCH (f:Name) WHERE f.bare STARTS WITH $text AND f.bare <> f.folded",
)
_INDEXED = "CALL db.index.fulltext.queryNodes('words', $words{}) YIELD node AS f"
_HOW_MANY = f"{_INDEXED.format(', {limit: $few}')} RETURN count(*)"
_WALKED = "MATCH (f:Name) WHERE f.folded >= '' AND all(word IN $all WHERE ' ' + f.folded + ' ' CONTAINS word)"
_ROWS = (
    " WITH f ORDER BY f.folded, f.name, f.organisation_id SKIP $place LIMIT $some "
    f"RETURN {', '.join(f'f.{name}' for name in SHAPE_OF[Name].fields)}"
)


def candidates(read: Reading, wanted: str, few: int = _FEW) -> Iterator[Name]:
    """Names equal to a folded text, then those beginning with it, then those with all its words.

    Up to `few` names with all the words are sorted; of more the names of the database are walked.
    """
    words = wanted.split()
    if not words:
        return
    params = {
        "text": wanted,
        "words": " AND ".join(f'"{word}"' for word in words),
        "all": [f" {word} " for word in words],
        "some": _AT_ONCE,
        "few": few + 1,
    }
    texts = (_SAME, *_BEGINNING)
    # At once: each transaction takes as long as what it asks.
    pages = read(lambda tx: [_page(tx, text, params, 0) for text in texts])
    same, *beginning = (_names(read, text, params, page) for text, page in zip(texts, pages, strict=True))
    yield from same
    yield from _together(beginning)
    ((found,),) = read(lambda tx: run(tx, _HOW_MANY, params))
    yield from _names(read, _INDEXED.format("") if found <= few else _WALKED, params)


def _together(streams: list[Iterator[Name]]) -> Iterator[Name]:
    """Names of several streams in order, each once."""
    for _, same in groupby(merge(*streams, key=by_spelling), key=by_spelling):
        yield from {name.key: name for name in same}.values()


def _names(read: Reading, text: str, params: dict[str, Any], page: list[list[Any]] | None = None) -> Iterator[Name]:
    """The names that a statement finds, page by page, of which the first may be there; the last one is not full."""
    place, fields = 0, SHAPE_OF[Name].fields
    while True:
        rows = read(partial(_page, text=text, params=params, place=place)) if page is None else page
        yield from (Name.model_validate(dict(zip(fields, map(plain, row), strict=True))) for row in rows)
        if len(rows) < _AT_ONCE:
            return
        place, page = place + len(rows), None


def _page(tx: ManagedTransaction, text: str, params: dict[str, Any], place: int) -> list[list[Any]]:
    return run(tx, text + _ROWS, {**params, "place": place})
