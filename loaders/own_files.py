"""Files of a user's own: which reader reads a file, by its content, and what the file states.

A reader is a loader module named by a sources/*.toml with `own = "NAME"`. It recognises its files, reads them, and says
how their facts join those of the bundle. A row that cannot be read is no fact but a RowProblem: it is yielded, not
raised, so that one pass over a file tells all that is wrong with it.
"""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from nhs_graph.graph.errors import RowProblem, SourceProblem, UsageProblem
from nhs_graph.graph.facts import FACTS, Fact, OwnFile, Source
from nhs_graph.graph.people import slug
from nhs_graph.loaders.base import WORKING, Report, Spec, specs
from nhs_graph.loaders.factset import FactSet

_HEAD_BYTES = 65536
_OF_THE_BUNDLE = {
    "bundle": "nhs-graph load, without a file, loads the bundle",
    "councils": "nhs-graph organisation list --kind council shows those of the bundle",
    "ons-codes": "nhs-graph organisation search CODE shows whose code it is",
}
"""Sources that only the bundle is built from (decision 0019), and what to do instead."""
_CLASSES: dict[str, type[Fact]] = {cls.__name__: cls for cls in (*FACTS, *WORKING)}


@dataclass(frozen=True)
class Head:
    """How a file begins: enough to tell what it is."""

    path: Path
    start: bytes

    @cached_property
    def text(self) -> str:
        """The start as text; empty for what is no UTF-8 text."""
        if b"\0" in self.start:
            return ""
        cut = self.start if len(self.start) < _HEAD_BYTES else self.start[: self.start.rfind(b"\n") + 1]
        try:
            return cut.decode("utf-8-sig")
        except UnicodeDecodeError:
            return ""

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The cells of the first line, as a CSV file has them."""
        first = next(csv.reader(io.StringIO(self.text, newline="")), [])
        return tuple(cell.strip() for cell in first)


class Reader(Protocol):
    """What a loader module offers for files of a user's own."""

    def recognises(self, head: Head) -> bool:
        """Whether a file that begins like this is of this kind."""
        ...

    def read_own(
        self, spec: Spec, path: Path, source: Source, base: FactSet, report: Report
    ) -> Iterator[Fact | RowProblem]:
        """What the file states, each fact with the source; rows are counted in the report under the source's id.

        `base` holds the facts of the bundle, to know bodies and codes by; it is not to be changed. Raises SourceProblem
        for a file that cannot be read at all.
        """
        ...

    def add_own(self, found: FactSet, facts: list[Fact], report: Report) -> None:
        """Join the facts of a file with those of the bundle and other files: `add_all`, unless more is to be said."""
        ...


def add_all(found: FactSet, facts: list[Fact], report: Report) -> None:
    """Each fact joins the one with its key; what the bundle says wins (MODEL truth rule 2)."""
    for fact in facts:
        found.add(fact)


def reader_of(name: str) -> tuple[Spec, Reader]:
    """The reader of this name, with its spec.

    Raises UsageProblem for another name, and for one of a source that is read only for the bundle.
    """
    known = {spec.own: spec for spec in specs() if spec.own}
    if name in _OF_THE_BUNDLE:
        raise UsageProblem(f"{name} is built into the bundle and no file of your own", hint=_OF_THE_BUNDLE[name])
    if name not in known:
        names = ", ".join(sorted(filter(None, known)))
        raise UsageProblem(f"no kind of file is called {name!r}", hint=f"--source takes {names}")
    return known[name], cast("Reader", import_module(f"nhs_graph.loaders.{known[name].loader}"))


def recognised(path: Path) -> str:
    """The name of the reader that knows a file by its content.

    Raises SourceProblem for a file that cannot be opened, or that no or more than one reader knows.
    """
    head = Head(path, _opened(path, lambda handle: handle.read(_HEAD_BYTES)))
    names = sorted(name for spec in specs() if (name := spec.own) and reader_of(name)[1].recognises(head))
    if len(names) == 1:
        return names[0]
    if names:
        raise SourceProblem(f"{path} could be {' or '.join(names)}", hint=f"add --source {names[0]}")
    known = sorted(spec.own for spec in specs() if spec.own)
    raise SourceProblem(
        f"{path} is no file of a known kind; it begins {head.text[:60]!r}",
        hint=f"name its kind with --source: {', '.join(known)}",
    )


def _opened(path: Path, use: Callable[[io.BufferedReader], bytes]) -> bytes:
    try:
        with path.open("rb") as handle:
            return use(handle)
    except OSError as error:
        raise SourceProblem(f"{path} cannot be read: {error.strerror}", hint="check the path") from error


def text_of(path: Path) -> str:
    """The whole file as text, without a byte order mark.

    Raises SourceProblem for a file that is no UTF-8 text, with the place of the first byte that is none.
    """
    content = _opened(path, lambda handle: handle.read())
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise SourceProblem(f"{path}:{line}: the file is no UTF-8 text", hint="save it as UTF-8") from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise SourceProblem(f"{path}:{line}: the file holds a NUL character", hint="save it as UTF-8 text")
    return text


@dataclass(frozen=True)
class Read:
    """What came of reading a file: its facts, and the rows that were rejected."""

    file: OwnFile
    facts: list[Fact]
    rejects: list[RowProblem]


def read_file(path: Path, name: str, base: FactSet, report: Report) -> Read:
    """Read a file with the reader of a name. Its id comes from the file's name: a new version replaces the old one.

    Raises SourceProblem for a file that cannot be read at all.
    """
    spec, reader = reader_of(name)
    checksum = hashlib.sha256(_opened(path, lambda handle: handle.read())).hexdigest()
    source = Source(
        id=f"own-{slug(path.stem)}",
        title=path.name,
        publisher="a file of your own",
        licence="not stated",
        kind="curated",
        sha256=checksum,
    )
    facts: list[Fact] = [source]
    rejects: list[RowProblem] = []
    try:
        for item in reader.read_own(spec, path, source, base, report):
            rejects.append(item) if isinstance(item, RowProblem) else facts.append(item)
    except csv.Error as error:
        raise SourceProblem(
            f"{path} holds a row that is none: {error}", hint="look for a quotation mark that is not closed"
        ) from error
    file = OwnFile(
        id=source.id, name=path.name, reader=name, sha256=checksum, content=_written(facts), source_ids=(source.id,)
    )
    return Read(file, facts, rejects)


def facts_of(file: OwnFile) -> list[Fact]:
    """The facts that a file states, as they were read."""
    lines = (json.loads(line) for line in file.content.splitlines())
    return [_CLASSES[name].model_validate_json(json.dumps(values)) for name, values in lines]


def _written(facts: Iterable[Fact]) -> str:
    return "\n".join(
        json.dumps([type(fact).__name__, fact.model_dump(mode="json", exclude_computed_fields=True)], sort_keys=True)
        for fact in facts
    )
