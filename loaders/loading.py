"""What is put into a store: the bundle, and on top of it files of the user's own, each of which can be taken out again.

A store keeps what each file said (OwnFile). Whenever a file comes, goes or is replaced, all is put together anew from
the bundle and the files that remain: nothing of a file stays behind (MODEL truth rule 6).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from nhs_graph.graph.errors import RowProblem, UsageProblem
from nhs_graph.graph.facts import Fact, OwnFile, Source
from nhs_graph.graph.store import Selection, Store, WriteSummary
from nhs_graph.loaders.base import Report
from nhs_graph.loaders.bundle_io import checked_identity, read_bundle


@dataclass(frozen=True)
class Loaded:
    """What a load did: the changes per class of facts, or the rows for whose sake nothing was changed."""

    summary: WriteSummary | None
    files: list[OwnFile]
    rejects: list[RowProblem]
    report: Report = field(default_factory=Report)
    notes: tuple[str, ...] = ()
    """What the readers have to say of the files."""


def load_bundle(store: Store, *, dry_run: bool = False) -> WriteSummary:
    """Make a store hold the shipped bundle and the user's files that it held; the summary counts what that changed.

    Raises SourceProblem when the bundle's files are not those that the release was built from.
    """
    return store.replace(_together(_own(store), Report()), checked_identity(), dry_run=dry_run)


def load_files(
    store: Store, paths: Sequence[Path], source: str | None = None, *, dry_run: bool = False, max_rejects: int = 0
) -> Loaded:
    """Put files on top of the bundle, all or nothing; a file of the same name gives way to the new one.

    With more rejected rows than allowed nothing is written. Raises SourceProblem for a file that cannot be read,
    ChecksFailed for facts that contradict each other.
    """
    from nhs_graph.loaders.factset import FactSet
    from nhs_graph.loaders.own_files import read_file, recognised

    base, report = FactSet(read_bundle()), Report()
    read = [read_file(path, source or recognised(path), base, report) for path in paths]
    files, rejects = [item.file for item in read], [problem for item in read for problem in item.rejects]
    if len({file.id for file in files}) < len(files):
        raise UsageProblem("two of the files have the same name", hint="rename one, or load them one after the other")
    notes = tuple(report.notes)
    if len(rejects) > max_rejects:
        return Loaded(None, files, rejects, report, notes)
    kept = [file for file in _own(store) if file.id not in {new.id for new in files}]
    summary = store.replace(_together([*kept, *files], report), checked_identity(), dry_run=dry_run)
    return Loaded(summary, files, rejects, report, notes)


def remove_file(store: Store, file_id: str) -> WriteSummary:
    """Take a user's file, or the last release of the register, out again, with all that only it said.

    Raises UsageProblem for an id that no file of the store has, and for a release that others were loaded on top of.
    """
    releases = [source.id for source in store.facts(Selection(Source, register=True))] if store.meta() else []
    if file_id in releases:
        return store.remove_release(file_id)
    files = _own(store)
    kept = [file for file in files if file.id != file_id]
    if len(kept) == len(files):
        known = ", ".join([*(file.id for file in files), *releases]) or "none"
        raise UsageProblem(f"no file of yours is called {file_id!r}", hint=f"files of yours in {store.url}: {known}")
    return store.replace(_together(kept, Report()), checked_identity())


def _own(store: Store) -> list[OwnFile]:
    return list(store.facts(Selection(OwnFile))) if store.meta() else []


def _together(files: Iterable[OwnFile], report: Report) -> Iterable[Fact]:
    """All facts: the bundle as it ships, or with the files joined and what depends on all facts worked out anew."""
    ordered = sorted(files, key=lambda file: file.id)
    if not ordered:
        return read_bundle()
    from nhs_graph.loaders.base import WORKING
    from nhs_graph.loaders.factset import FactSet
    from nhs_graph.loaders.own_files import facts_of, reader_of
    from nhs_graph.loaders.pipeline import work_out

    found = FactSet(read_bundle())
    for file in ordered:
        reader_of(file.reader)[1].add_own(found, facts_of(file), report)
        found.add(file)
    work_out(found, report)
    return [fact for fact in found if not isinstance(fact, WORKING)]
