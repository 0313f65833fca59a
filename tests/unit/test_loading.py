"""The bundle and what is worked out over it."""

from nhs_graph.loaders.base import Report
from nhs_graph.loaders.bundle_io import read_bundle
from nhs_graph.loaders.factset import FactSet
from nhs_graph.loaders.pipeline import work_out


def test_working_out_the_shipped_bundle_again_changes_nothing() -> None:
    shipped = FactSet(read_bundle())
    before = list(shipped)
    work_out(shipped, Report())
    assert list(shipped) == before
