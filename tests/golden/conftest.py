"""The report of practices, which takes a second to read."""

from pathlib import Path

import pytest

from nhs_graph.loaders import ods_csv
from nhs_graph.loaders.ods_record import Read, Record


@pytest.fixture(scope="session")
def practices(shared: Path) -> dict[str, Record]:
    """The records of the real report, by code."""
    text = (shared / "ods/csv/epraccur_2025-11.csv").read_text(encoding="utf-8")
    assert ods_csv.report_of(text) == "epraccur"
    read = Read("epraccur", "ods-csv", "epraccur", "2025-11-01", "a test")
    found = {record.code: record for record in ods_csv.records(text, read)}
    assert not read.rejects
    # 16,685 rows, three of them proposed (data guide, section 2.1).
    assert (len(found), read.left_out["proposed, not open yet"]) == (16_682, 3)
    return found
