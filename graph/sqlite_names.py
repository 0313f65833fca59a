"""Names like a text in an embedded store, in the order of their spelling.

The names of the register stand in that order in their table (`ods_name.place`), and their index of words gives places
in order: the first twenty of a hundred thousand come out without sorting. The bundle's few names are looked through.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from heapq import merge
from itertools import groupby, islice
from typing import Any

from nhs_graph.graph.facts import Name
from nhs_graph.graph.schema import SHAPE_OF
from nhs_graph.graph.store import by_spelling

Facts = Callable[[list[tuple[Any, ...]]], Iterator[Name]]
"""Turns rows of a name table into facts."""
_AT_ONCE = 50
_AFTER = "{"
"""Comes after every letter, digit and blank that a folded name has."""
_FIELDS = ", ".join(SHAPE_OF[Name].fields)


def candidates(db: sqlite3.Connection, wanted: str, facts: Facts) -> Iterator[Name]:
    """Names equal to a folded text, then those beginning with it, then those with all its words."""
    words = wanted.split()
    if not words:
        return
    until = wanted + _AFTER
    word = " AND ".join("' ' || folded || ' ' LIKE ?" for _ in words)
    quoted = " ".join(f'"{item}"' for item in words)
    groups: tuple[tuple[str, list[str], Iterable[Iterator[int]]], ...] = (
        (
            "folded = ? OR bare = ?",
            [wanted, wanted],
            [
                _places(db, "ods_name WHERE folded = ? ORDER BY place", wanted),
                _places(db, "ods_name WHERE bare = ? ORDER BY place", wanted),
            ],
        ),
        (
            "(folded >= ? AND folded < ?) OR (bare >= ? AND bare < ?)",
            [wanted, until, wanted, until],
            [
                _places(db, "ods_name WHERE folded >= ? AND folded < ? ORDER BY folded, place", wanted, until),
                _places(db, "ods_name WHERE bare >= ? AND bare < ? AND bare <> folded ORDER BY place", wanted, until),
            ],
        ),
        (
            word,
            [f"% {item} %" for item in words],
            [_places(db, "ods_words WHERE ods_words MATCH ? ORDER BY rowid", quoted, column="rowid")],
        ),
    )
    for condition, values, places in groups:
        own = facts(db.execute(f"SELECT {_FIELDS} FROM name WHERE {condition}", values).fetchall())
        yield from merge(sorted(own, key=by_spelling), _at(db, merge(*places), facts), key=by_spelling)


def _places(db: sqlite3.Connection, rest: str, *values: str, column: str = "place") -> Iterator[int]:
    # A query starts when the first place is asked for: most answers never come to the last group.
    for (place,) in db.execute(f"SELECT {column} FROM {rest}", values):
        yield place


def _at(db: sqlite3.Connection, places: Iterator[int], facts: Facts) -> Iterator[Name]:
    """The names at these places, a few at once."""
    once = (place for place, _ in groupby(places))
    while some := list(islice(once, _AT_ONCE)):
        marks = ", ".join("?" * len(some))
        rows = db.execute(f"SELECT {_FIELDS} FROM register_name WHERE place IN ({marks}) ORDER BY place", some)
        yield from facts(rows.fetchall())
