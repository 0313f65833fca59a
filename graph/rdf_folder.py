"""A folder of RDF to publish as it is: data, ontology, shapes, descriptions, pages, the report of a check."""

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import cast, get_args

from nhs_graph.graph.errors import UsageProblem
from nhs_graph.graph.rdf import write_rdf
from nhs_graph.graph.rdf_catalog import Publication, write_catalog
from nhs_graph.graph.rdf_check import Violation, check_files, ontology_text, shapes_text
from nhs_graph.graph.rdf_pages import write_pages
from nhs_graph.graph.rdf_text import Format
from nhs_graph.graph.store import Store

_ADDRESS = re.compile(r"https?://[A-Za-z0-9.-]+(:\d+)?/([A-Za-z0-9._~/-]*/)?")


def chosen_formats(words: str) -> tuple[Format, ...]:
    """The formats of `ttl,nt`, each once, in the order of the program.

    Raises UsageProblem for another word.
    """
    known = get_args(Format)
    chosen = [word.strip() for word in words.split(",")]
    for word in chosen:
        if word not in known:
            raise UsageProblem(f"{word!r} is no format of RDF", hint=f"formats: {','.join(known)}")
    return tuple(cast("Format", name) for name in known if name in chosen)


def valid_base(address: str) -> str:
    """A base address, as it is.

    Raises UsageProblem for one that does not end in `/`, is no web address, or is the NHS's own.
    """
    if not _ADDRESS.fullmatch(address):
        raise UsageProblem(
            f"{address!r} is no base address",
            hint="write it like https://data.example.org/nhs-graph/, with / at the end",
        )
    host = address.split("/")[2].split(":")[0].lower()
    if host == "nhs.uk" or host.endswith(".nhs.uk"):
        raise UsageProblem(
            f"{address} is not yours: nothing is minted under nhs.uk", hint="name an address of your own"
        )
    return address


def write_folder(
    store: Store,
    folder: Path,
    formats: Iterable[Format],
    base: str,
    publisher: str,
    as_of: date | None,
    *,
    check: bool = False,
) -> tuple[dict[str, int], list[Violation]]:
    """Write everything; the triples by file name, and what a check finds (nothing without one)."""
    formats = tuple(formats)
    writer = write_rdf(store, folder, formats, base, as_of)
    release = store.meta().get("release", "unknown")
    about = Publication(
        base, publisher, release, formats, as_of, writer.triples, writer.subjects, dict(sorted(writer.classes.items()))
    )
    for name, text in (("ontology.ttl", ontology_text(base)), ("shapes.ttl", shapes_text(base))):
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    write_catalog(store, folder, about)
    write_pages(store, folder, about)
    counts = {f"nhs-graph.{name}": writer.triples for name in formats}
    if not check:
        return counts, []
    data = folder / f"nhs-graph.{'nt' if 'nt' in formats else formats[0]}"
    violations = check_files([data, folder / "catalog.ttl"], base)
    lines = [f"{violation}\n" for violation in violations] or ["conforms\n"]
    (folder / "shacl-report.txt").write_text("".join(lines), encoding="utf-8", newline="\n")
    return counts, violations
