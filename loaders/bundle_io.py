"""The bundle: the facts that ship with the program, one CSV file a fact class, sorted, readable in a diff.

An empty cell is None, an empty list or an empty text, whichever the field allows first; lists are joined by `;`.
What a cell cannot say exactly is refused when the bundle is written, never changed. `release.csv` names the data
release and the checksum of the other files, so that a store can tell whether it holds this bundle.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from hashlib import sha256
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, cast

from pydantic import TypeAdapter, ValidationError

from nhs_graph.graph.errors import RowProblem, SourceProblem
from nhs_graph.graph.facts import Fact
from nhs_graph.graph.schema import SHAPES, Shape, text

_REBUILD = "make bundle"
_SHIPPED = tuple(shape for shape in SHAPES if shape.shipped)


def bundle_folder() -> Traversable:
    """Where the shipped bundle lies."""
    return resources.files("nhs_graph.loaders.bundle")


def write_bundle(facts: Iterable[Fact], folder: Path, release: str) -> None:
    """Write all facts to `folder`: the same facts give the same bytes.

    Raises ValueError for a fact that does not come back from its file as it was.
    """
    tables: dict[type[Fact], list[Fact]] = {shape.fact: [] for shape in _SHIPPED}
    for fact in facts:
        tables[type(fact)].append(fact)
    for shape in _SHIPPED:
        wanted = sorted(tables[shape.fact], key=lambda fact: fact.key)
        content = _csv([shape.fields, *([text(getattr(fact, name)) for name in shape.fields] for fact in wanted)])
        (folder / _file(shape)).write_bytes(content)
        for fact, again in zip(wanted, _facts(shape, content), strict=True):
            if fact != again:
                raise ValueError(f"{_file(shape)} cannot say exactly: {fact!r}")
    rows = [("release", "sha256"), (release, _checksum(folder))]
    (folder / "release.csv").write_bytes(_csv(rows))


def read_bundle(folder: Traversable | None = None) -> Iterator[Fact]:
    """All facts of a bundle; of the shipped one unless a folder is given.

    Raises SourceProblem for a missing file, RowProblem for a cell that is not what its field promises.
    """
    folder = folder or bundle_folder()
    for shape in _SHIPPED:
        yield from _facts(shape, _bytes(folder, _file(shape)))


def release() -> str:
    """The data release of the shipped bundle: the newest day, month or year that a register file speaks of."""
    return identity()["release"]


def identity(folder: Traversable | None = None) -> dict[str, str]:
    """The data release (`release`) and the checksum (`bundle`) of a bundle, as a store notes them."""
    header, row = csv.reader(io.StringIO(_bytes(folder or bundle_folder(), "release.csv").decode()))
    noted = dict(zip(header, row, strict=True))
    return {"release": noted["release"], "bundle": noted["sha256"]}


def checked_identity() -> dict[str, str]:
    """The identity of the shipped bundle.

    Raises SourceProblem when its files are not those that the release was built from.
    """
    noted = identity()
    if _checksum(bundle_folder()) != noted["bundle"]:
        raise SourceProblem("the files of the bundle were changed since it was built", hint=_REBUILD)
    return noted


def _file(shape: Shape) -> str:
    return f"{shape.table}.csv"


def _bytes(folder: Traversable, name: str) -> bytes:
    try:
        return folder.joinpath(name).read_bytes()
    except FileNotFoundError as error:
        raise SourceProblem(f"the bundle has no file {name}", hint=_REBUILD, file=name) from error


def _checksum(folder: Traversable) -> str:
    total = sha256()
    for shape in _SHIPPED:
        total.update(_bytes(folder, _file(shape)))
    return total.hexdigest()


def _csv(rows: Iterable[Iterable[str]]) -> bytes:
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\n").writerows(rows)
    return lines.getvalue().encode()


def _facts(shape: Shape, content: bytes) -> list[Fact]:
    reader = csv.reader(io.StringIO(content.decode(), newline=""))
    if tuple(next(reader, ())) != shape.fields:
        raise SourceProblem(f"the columns of {_file(shape)} are not {', '.join(shape.fields)}", hint=_REBUILD)
    rows: list[dict[str, Any]] = [dict(zip(shape.fields, row, strict=False)) for row in reader]
    for name, read in _readers(shape):
        for row in rows:
            row[name] = read(row.get(name, ""))
    try:
        return _adapter(shape.fact).validate_python(rows)
    except ValidationError as error:
        raise _problem(shape, error) from error


@cache
def _adapter(fact: type[Fact]) -> "TypeAdapter[list[Fact]]":
    adapter: TypeAdapter[list[Fact]] = TypeAdapter(list[fact])  # type: ignore[valid-type]  # a class from the schema
    return adapter


def _readers(shape: Shape) -> Iterator[tuple[str, Callable[[str], object]]]:
    """How to read the cells that are not plain text; pydantic reads dates, numbers and booleans itself."""
    for name in shape.fields:
        kind = str(shape.fact.model_fields[name].annotation)
        if "tuple" in kind:
            yield name, lambda cell: tuple(cell.split(";")) if cell else ()
        elif "None" in kind:
            yield name, lambda cell: cell or None


def _problem(shape: Shape, error: ValidationError) -> RowProblem:
    first = error.errors()[0]
    row, column = cast("tuple[int, str]", first["loc"][:2])
    return RowProblem(_file(shape), row + 2, str(column), str(first["input"]), first["msg"])
