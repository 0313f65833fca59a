"""Rows of a table that agree in all but their figures, summed into one; what memory should not hold waits on disk."""

import marshal
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from nhs_graph.graph.errors import ExportProblem
from nhs_graph.queries.apportion import Number, added, number, printed

KEPT = 20_000
_DISK = "CREATE TABLE held (key TEXT, place INTEGER, sum BLOB)"
_SAME_KEY_TOGETHER = "SELECT min(place) OVER (PARTITION BY key) AS first, sum FROM held ORDER BY first, place"


@dataclass(slots=True)
class _Sum:
    """Its place among all, the line and the cells of its first row, and the figures once a second row came."""

    place: int
    line: int
    row: list[str]
    figures: list[Number | None] | None = None


class Sums:
    """Takes rows; iterated, gives each sum where the first of its rows stood.

    `places` are those of the figures, `line` tells the line of the row that is being taken. A figure that no other is
    added to stays as it is printed, whatever it is; `wrong` makes the error of one that is to be added and is no
    number, from its line, place and text. At most `kept` sums are in memory at once.
    """

    def __init__(
        self,
        width: int,
        places: Sequence[int],
        line: Callable[[], int],
        wrong: Callable[[int, int, str], Exception],
        kept: int = KEPT,
    ) -> None:
        self._width, self._places, self._line, self._wrong, self._kept = width, places, line, wrong, kept
        self._held: dict[object, _Sum] = {}
        self._begun = 0
        self._disk: sqlite3.Connection | None = None

    def take(self, rows: Iterable[list[str]]) -> None:
        """Add rows of at least the width; raises what `wrong` makes."""
        others = itemgetter(*(at for at in range(self._width) if at not in self._places))
        numbered = tuple(enumerate(self._places))
        for row in rows:
            key = others(row) if len(row) == self._width else (others(row), *row[self._width :])
            held = self._held.get(key)
            if held is None:
                self._begin(key, row)
                continue
            figures = held.figures
            if figures is None:
                figures = held.figures = self._figures(held)
            for i, at in numbered:
                new, old = number(row[at]) or self._figure(self._line(), row, at), figures[i]
                if new and old and new[1] == old[1]:
                    figures[i] = (old[0] + new[0], old[1])
                elif new:
                    figures[i] = added(old, new) if old else new

    def __iter__(self) -> Iterator[list[str]]:
        """The sums; nothing can be added afterwards."""
        if self._disk is None:
            yield from map(self._printed, self._held.values())
            return
        self._put_away()
        with _disk_told():
            for _, same in groupby(self._disk.execute(_SAME_KEY_TOGETHER), itemgetter(0)):
                first, *others = (_Sum(*marshal.loads(found)) for _, found in same)
                for other in others:
                    mine, more = (held.figures or self._figures(held) for held in (first, other))
                    first.figures = [added(a, b) if a and b else a or b for a, b in zip(mine, more, strict=True)]
                yield self._printed(first)

    def close(self) -> None:
        """Let go of what waits on disk."""
        if self._disk is not None:
            self._disk.close()

    def _begin(self, key: object, row: list[str]) -> None:
        self._begun += 1
        self._held[key] = _Sum(self._begun, self._line(), row)
        if len(self._held) > self._kept:
            self._put_away()

    def _put_away(self) -> None:
        rows = (
            (repr(key), held.place, marshal.dumps((held.place, held.line, held.row, held.figures)))
            for key, held in self._held.items()
        )
        with _disk_told():
            if self._disk is None:
                self._disk = sqlite3.connect("", isolation_level=None)  # a file without a name, gone when it is closed
                self._disk.execute(_DISK)
                self._disk.execute("BEGIN")
            self._disk.executemany("INSERT INTO held VALUES (?, ?, ?)", rows)
        self._held.clear()

    def _figures(self, held: _Sum) -> list[Number | None]:
        return [self._figure(held.line, held.row, at) for at in self._places]

    def _figure(self, line: int, row: list[str], at: int) -> Number | None:
        """What a cell adds: nothing if it is empty."""
        found = number(row[at])
        if found is None and row[at].strip():
            raise self._wrong(line, at, row[at])
        return found

    def _printed(self, held: _Sum) -> list[str]:
        for at, figure in zip(self._places, held.figures or (), strict=False):
            held.row[at] = printed(*figure) if figure else ""
        return held.row


@contextmanager
def _disk_told() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise ExportProblem(
            f"the sums find no room on the disk: {error}", hint="set SQLITE_TMPDIR to a folder with more room"
        ) from error
