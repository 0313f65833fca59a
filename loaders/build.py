"""`python -m nhs_graph.loaders.build DATA [FOLDER]`: compile the bundle and print the build report.

Without FOLDER the package's own bundle is written, and with it what users' lookup files need (census.py) and the
outlines that maps draw (outlines.py), and the land that areas of a user's own are held against (land.py)."""

import sys
from pathlib import Path

from nhs_graph.graph.errors import NhsGraphError
from nhs_graph.graph.facts import Fact, Source
from nhs_graph.loaders import census, land, outlines
from nhs_graph.loaders.base import Report, specs
from nhs_graph.loaders.bundle_io import write_bundle
from nhs_graph.loaders.not_used import not_used
from nhs_graph.loaders.pipeline import compile_facts


def lines(report: Report) -> list[str]:
    """Rows read, used and left out by reason, per file; then the notes."""
    told: list[str] = []
    for source, tally in sorted(report.tallies.items()):
        told.append(f"{source}: {tally.read} rows read, {tally.used} used, {tally.left_out.total()} left out")
        told += [f"    {count} {reason}" for reason, count in sorted(tally.left_out.items())]
    return told + [f"note: {note}" for note in sorted(report.notes)]


def newest(facts: list[Fact]) -> str:
    """The data release: the newest day, month or year that a register file speaks of. No clock is read."""
    vintages = [fact.vintage or "" for fact in facts if isinstance(fact, Source) and fact.kind == "register"]
    return max(vintages)


def main(arguments: list[str]) -> int:
    """Compile into FOLDER, the package's own bundle if none is named."""
    root = Path(arguments[0])
    folder = Path(arguments[1]) if len(arguments) > 1 else Path(__file__).parent / "bundle"
    try:
        facts, report = compile_facts(root)
        write_bundle(facts, folder, newest(facts))
        if len(arguments) == 1:
            census.write(root, folder.parent / "reference")
            outlines.write(root, folder.parent / "reference")
            land.write(root, folder.parent / "reference")
    except NhsGraphError as error:
        print(f"error: {error.message}\nhint: {error.hint}", file=sys.stderr)
        return error.exit_code
    print("\n".join(lines(report)))
    used = {file.path for spec in specs() for file in spec.files}
    print("\n".join(f"not used: {name}: {reason or 'no reason is known'}" for name, reason in not_used(root, used)))
    counts: dict[str, int] = {}
    for fact in facts:
        counts[type(fact).__name__] = counts.get(type(fact).__name__, 0) + 1
    print("\n".join(f"{name}: {number} facts" for name, number in sorted(counts.items())))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
