"""What every loader shares: a source's spec, reading its files, and the count of what happened to each row.

A loader is a module with one function, `read(spec, data, report) -> Iterator[Fact]`. It knows nothing of other
loaders: what belongs together is merged by key afterwards (factset.py) and worked out once (derive modules).
Every row read is either used or left out for a named reason; the build report adds up or the build fails.
"""

import csv
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from importlib import resources
from pathlib import Path
from typing import Any, Protocol

from nhs_graph.graph.errors import SourceProblem
from nhs_graph.graph.facts import Fact, Source


@dataclass(frozen=True)
class SourceFile:
    """One file of a source: where it lies under the data folder, and the Source fact that it makes."""

    path: str
    source: Source
    settings: dict[str, Any]
    """What the spec says of this file besides: columns, vintages, periods."""

    @property
    def id(self) -> str:
        """The source id that facts of this file carry."""
        return self.source.id


@dataclass(frozen=True)
class Spec:
    """One sources/*.toml: which loader reads which files, at what precedence (lower wins).

    `own` is the name under which a user loads files of this kind; its loader is then an own_files.Reader too.
    """

    name: str
    loader: str
    priority: int
    files: tuple[SourceFile, ...]
    settings: dict[str, Any]
    own: str | None = None

    def file(self, source_id: str) -> SourceFile:
        """The file with this source id."""
        return next(file for file in self.files if file.id == source_id)


class RegisterPair(Fact):
    """A register's own pair of codes, old and new, with its date; typed into an event later, never stored."""

    KEY = ("predecessor_id", "successor_id")

    predecessor_id: str
    successor_id: str
    effective_date: str
    """ISO day; the first day of the new state."""


class StatedWeight(Fact):
    """What a source says is the share of an heir; weighed against the area moves later, never stored."""

    KEY = ("predecessor_id", "successor_id")

    predecessor_id: str
    successor_id: str
    weight: float


class Passed(Fact):
    """People of a commissioner's area, of the last vintage that has it, by their system on a day; never stored."""

    KEY = ("from_gss", "to_gss", "effective_date")

    from_gss: str
    to_gss: str
    effective_date: date
    people: int
    population_base: str


class NamedChange(Fact):
    """A change to councils that a list tells by names alone; compared with the Orders later, never stored."""

    KEY = ("event_id",)

    event_id: str
    effective_date: str
    """ISO day; the first day of the new state."""
    originals: tuple[str, ...]
    result: str


WORKING: tuple[type[Fact], ...] = (RegisterPair, StatedWeight, Passed, NamedChange)
"""Facts that others are worked out from; no store holds them."""


@dataclass
class Tally:
    """What became of the rows of one file."""

    read: int = 0
    used: int = 0
    left_out: Counter[str] = field(default_factory=Counter[str])

    @property
    def adds_up(self) -> bool:
        """Whether every row read was used or left out for a reason."""
        return self.read == self.used + self.left_out.total()


@dataclass
class Report:
    """The build report: a tally per file, and notes on what was resolved or stays unresolved."""

    tallies: dict[str, Tally] = field(default_factory=dict[str, Tally])
    notes: list[str] = field(default_factory=list[str])

    def of(self, source_id: str) -> Tally:
        """The tally of one file."""
        return self.tallies.setdefault(source_id, Tally())

    def used(self, source_id: str, rows: int = 1) -> None:
        """Count rows that made or supported a fact."""
        self.of(source_id).used += rows

    def left_out(self, source_id: str, reason: str, rows: int = 1) -> None:
        """Count rows that made no fact, and why."""
        self.of(source_id).left_out[reason] += rows


@dataclass(frozen=True)
class Data:
    """The folder of source files; opening a file counts its rows in the report."""

    root: Path
    report: Report

    def rows(self, file: SourceFile, columns: list[str] | None = None) -> Iterator[tuple[int, dict[str, str]]]:
        """Line number and row of a CSV file; `columns` names those of a file without header.

        Short rows are padded, a byte order mark is dropped, values are stripped of blanks at both ends.
        Raises SourceProblem when the file is missing.
        """
        path = self.root / file.path
        try:
            handle = path.open(encoding="utf-8-sig", newline="")
        except FileNotFoundError as error:
            raise SourceProblem(
                f"the source file {file.path} is missing", hint="make bundle DATA=FOLDER names the data folder"
            ) from error
        tally = self.report.of(file.id)
        with handle:
            reader = csv.reader(handle)
            names = columns or next(reader)
            for row in reader:
                if row:
                    tally.read += 1
                    padded = row + [""] * (len(names) - len(row))
                    yield reader.line_num, dict(zip(names, (cell.strip() for cell in padded), strict=False))


class Loader(Protocol):
    """What a loader module offers."""

    def read(self, spec: Spec, data: Data, report: Report) -> Iterator[Fact]:
        """The facts that the spec's files state, each with its source id."""
        ...


def specs() -> list[Spec]:
    """Every source in sources/*.toml, strongest first; adding a file adds a source."""
    folder = resources.files("nhs_graph.loaders.sources")
    found = [
        _spec(item.name.removesuffix(".toml"), tomllib.loads(item.read_text(encoding="utf-8")))
        for item in folder.iterdir()
        if item.name.endswith(".toml")
    ]
    return sorted(found, key=lambda spec: (spec.priority, spec.name))


def _spec(name: str, table: dict[str, Any]) -> Spec:
    files: list[SourceFile] = []
    for entry in table.pop("file", []):
        merged = table.get("defaults", {}) | entry
        path = merged.pop("path")
        known = {key: merged.pop(key) for key in list(merged) if key in Source.model_fields}
        files.append(SourceFile(path, Source(**known), merged))
    table.pop("defaults", None)
    own = table.pop("own", None)
    return Spec(name, table.pop("loader"), table.pop("priority"), tuple(files), table, own)
