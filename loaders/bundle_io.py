"""The bundle: the facts that ship, one CSV file a fact class, sorted, readable in a diff, the same bytes each build."""

import csv
import hashlib
import io
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, get_args

from pydantic import TypeAdapter

from nhs_graph.graph import schema
from nhs_graph.graph.facts import Fact, Source
from nhs_graph.graph.schema import SHAPES, Shape
from nhs_graph.graph.store import Store, WriteSummary

PACKAGE = "nhs_graph.loaders.bundle"
RELEASE = "release.txt"


def write_bundle(facts: Iterable[Fact], folder: Path) -> None:
    """Write all facts, and the release that names them, into a folder."""
    by_class: dict[type[Fact], list[Fact]] = {shape.fact: [] for shape in SHAPES}
    for fact in facts:
        by_class[type(fact)].append(fact)
    digest = hashlib.sha256()
    for shape in SHAPES:
        content = _csv(shape, sorted(by_class[shape.fact], key=lambda fact: fact.key))
        digest.update(content)
        (folder / f"{shape.table}.csv").write_bytes(content)
    sources = [source for source in by_class[Source] if isinstance(source, Source)]
    newest = max((source.vintage or "" for source in sources if source.kind == "register"), default="")
    (folder / RELEASE).write_text(f"{newest}.{digest.hexdigest()[:8]}\n", encoding="utf-8")


def _csv(shape: Shape, facts: list[Fact]) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(shape.fields)
    for fact in facts:
        writer.writerow([schema.text(getattr(fact, name)) for name in shape.fields])
    return out.getvalue().encode()


def read_bundle(folder: Path | None = None) -> Iterator[Fact]:
    """The facts of a bundle folder, of the packaged one if none is named."""
    for shape in SHAPES:
        name = f"{shape.table}.csv"
        text = (folder / name).read_text(encoding="utf-8") if folder else _packaged(name)
        yield from _facts(shape, text)


def _packaged(name: str) -> str:
    return resources.files(PACKAGE).joinpath(name).read_text(encoding="utf-8")


def _facts(shape: Shape, text: str) -> list[Fact]:
    reader = csv.reader(io.StringIO(text))
    names = next(reader)
    lists = {name for name in names if "tuple" in str(shape.fact.model_fields[name].annotation)}
    optional = {name for name in names if type(None) in get_args(shape.fact.model_fields[name].annotation)}
    rows: list[dict[str, Any]] = [
        {
            name: (tuple(cell.split(";")) if cell else ()) if name in lists else cell
            for name, cell in zip(names, row, strict=True)
            if cell or name not in optional
        }
        for row in reader
    ]
    adapter: TypeAdapter[list[Fact]] = TypeAdapter(list[shape.fact])  # type: ignore[name-defined]  # a class from the schema
    return adapter.validate_python(rows)


@cache
def release() -> str:
    """The packaged data release: the newest register vintage and the start of the content's checksum."""
    return _packaged(RELEASE).strip()


def load_bundle(store: Store, *, dry_run: bool = False) -> WriteSummary:
    """Make a store hold the packaged bundle, all or nothing; a second time nothing changes."""
    return store.replace(read_bundle(), {"release": release()}, dry_run=dry_run)
