"""Loading files of the national register: what each was taken for, what it changed, what is left out."""

import os
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from nhs_graph.cli.options import day as day_of
from nhs_graph.cli.options import full_date
from nhs_graph.cli.output import note
from nhs_graph.graph.errors import RowsRejected, UsageProblem

if TYPE_CHECKING:
    from nhs_graph.graph.register import Merged
    from nhs_graph.graph.store import Store
    from nhs_graph.loaders.fetch import Given
    from nhs_graph.loaders.ods_record import Read

_CODES = 5
"""Codes named without `--verbose`: a full release has a hundred and fifty roles that are no kind of the model."""


def register_files(paths: list[Path], source: str | None) -> list[tuple[Path, str]]:
    """The files with the kind of register file that each is; empty when they are none.

    Raises UsageProblem when some are and some are not, SourceProblem for a file that cannot be read.
    """
    from nhs_graph.loaders.releases import SOURCES, recognised

    if source:
        return [(path, source) for path in paths] if source in SOURCES else []
    found = [(path, kind) for path in paths if (kind := recognised(path))]
    if found and len(found) < len(paths):
        others = ", ".join(path.name for path in paths if path not in dict(found))
        raise UsageProblem(f"{others} and files of the register cannot be loaded at once", hint="load them in turn")
    return found


def fetched(name: str, since: str | None, cache: Path | None) -> list["Given"]:
    """The files of a source, fetched from their publisher, or from the mirror that NHS_GRAPH_MIRROR names.

    Raises UsageProblem for what cannot be fetched, SourceProblem for what did not come whole.
    """
    from nhs_graph.cli.stores import default_cache
    from nhs_graph.loaders.fetch import Fetcher
    from nhs_graph.loaders.web import Web

    first, today = full_date(since) if since else None, day_of(None)
    mirror = os.environ.get("NHS_GRAPH_MIRROR")
    return Fetcher(cache or default_cache(), Web(tell=note), mirror, note).fetch(name, first, today)


def load_register(
    opened: "Store",
    files: list[tuple[Path, str]],
    day: str | None,
    *,
    dry_run: bool,
    max_rejects: int = 0,
    days: Mapping[Path, str] | None = None,
    verbose: bool = False,
) -> None:
    """Load them, the bundle first where the store is empty, and say what that changed; `verbose`: with every code."""
    from nhs_graph.cli.rejects import tell_rejects
    from nhs_graph.loaders.loading import load_bundle
    from nhs_graph.loaders.releases import load

    if not opened.meta():
        note("the store is empty: loading the bundle first")
        load_bundle(opened)
    try:
        done = load(opened, files, day, days=days, dry_run=dry_run, max_rejects=max_rejects, tell=note)
    except RowsRejected as problem:
        tell_rejects(files[0][0], problem.rejects)
        raise
    if rejects := [problem for read in done.files for problem in read.rejects]:
        tell_rejects(files[0][0], rejects)
    for read, merged in zip(done.files, done.merged, strict=True):
        _describe(read, verbose=verbose)
        _show(merged)
    total = sum(merged.total for merged in done.merged)
    note(f"{total} facts {'would change' if dry_run else 'changed'} in {opened.url}")
    if not dry_run and not opened.cypher:
        last = done.files[-1]
        note(f"to take {last.name} out again: nhs-graph sources remove {last.source_id}")


def _describe(read: "Read", *, verbose: bool) -> None:
    note(
        f"{read.name}: {read.source}, report {read.report} of {read.published} ({read.said_by}), {read.records} records"
    )
    if read.rejects:
        gone = ": what only these show counts as no longer published" if read.whole else ""
        note(f"  {len(read.rejects)} rejected{gone}")
    for line in read.notes:
        note(f"  {line}")
    for line in left_out_lines(read.left_out, verbose=verbose):
        note(f"  {line}")
    for path, count in sorted(read.unknown.items()):
        note(f"  {count} unknown and not read: {path}")


def left_out_lines(left_out: Mapping[str, int], *, verbose: bool) -> list[str]:
    """What is not used, a line a reason; of many codes of one reason the most frequent, all when `verbose`."""
    together: dict[str, Counter[str]] = {}
    for told, count in sorted(left_out.items()):
        reason, _, code = told.partition(": ")
        together.setdefault(reason, Counter())[code] += count
    lines: list[str] = []
    for reason, codes in together.items():
        if not (rows := codes.total()):
            continue
        shown = codes.most_common(None if verbose else _CODES)
        named = ", ".join(f"{code} ({count})" for code, count in shown if code)
        more = (
            f" and {len(codes) - len(shown)} more codes, named by --dry-run --verbose"
            if len(codes) > len(shown)
            else ""
        )
        lines.append(f"{rows} left out: {reason}{f': {named}' if named else ''}{more}")
    return lines


def _show(merged: "Merged") -> None:
    """Counts by class of facts, then the differences from the release before, by name."""
    for name in dict.fromkeys((*merged.added, *merged.changed)):
        print(f"{name}: {merged.added.get(name, 0)} added, {merged.changed.get(name, 0)} changed, 0 removed")
    for found in merged.examples:
        told = f"{found.before} -> {found.after}" if found.before else found.after
        print(f"{found.change}: {found.code} {found.name}{f', {told}' if told else ''}")
    if merged.inside:
        note(f"{merged.inside} of the bodies are in the bundle, and keep the facts that it has of them")
    if merged.contradicted:
        note(f"{merged.contradicted} of those facts the register gives otherwise: nhs-graph lineage conflicts")
    for change, count in sorted(merged.differences.items()):
        note(f"{count} {change}")
    if (more := sum(merged.differences.values()) - len(merged.examples)) > 0:
        note(f"{more} more differences are not listed")
