"""The one path from source files to facts: read, merge, work out, check."""

from importlib import import_module
from pathlib import Path
from typing import cast

from nhs_graph.graph.errors import ChecksFailed
from nhs_graph.graph.facts import Fact
from nhs_graph.loaders import (
    checks,
    derive_councils,
    derive_events,
    derive_names,
    derive_oddities,
    derive_tenures,
    derive_weights,
    land_passed,
)
from nhs_graph.loaders.base import WORKING, Data, Loader, Report, specs
from nhs_graph.loaders.factset import FactSet


def compile_facts(root: Path) -> tuple[list[Fact], Report]:
    """All facts of the data folder, and the build report.

    Raises SourceProblem for a missing or wrong file and ChecksFailed for facts that contradict each other.
    """
    report = Report()
    data = Data(root, report)
    found = FactSet()
    for spec in (spec for spec in specs() if spec.files):
        loader = cast("Loader", import_module(f"nhs_graph.loaders.{spec.loader}"))
        for file in spec.files:
            found.add(file.source)
        for fact in loader.read(spec, data, report):
            found.add(fact)
    derive_councils.apply(found, report)
    land_passed.add_heirs(found)
    derive_events.apply(found, report)
    work_out(found, report)
    if problems := checks.of_bundle(found):
        raise ChecksFailed(problems)
    return [fact for fact in found if not isinstance(fact, WORKING)], report


def work_out(found: FactSet, report: Report) -> None:
    """Set what depends on all facts together, the as-of windows, and hold the facts to the checks.

    Doing it again changes nothing. Raises ChecksFailed for facts that contradict each other.
    """
    derive_weights.apply(found, report)
    derive_oddities.apply(found)
    derive_names.apply(found)
    derive_tenures.apply(found, report)
    if problems := checks.problems(found, report):
        raise ChecksFailed(problems)
