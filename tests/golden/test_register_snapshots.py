"""Three snapshots of the trusts in a row, and what changed between them (data guide, sections 2.1 and 6; ods/csv)."""

from pathlib import Path

import pytest

from nhs_graph.graph.facts import Fact, Identifier, Organisation
from nhs_graph.graph.register import Merged
from nhs_graph.graph.store import every_fact, open_store
from nhs_graph.loaders import releases

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def merged(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Merged]:
    store = open_store(f"sqlite:{tmp_path_factory.mktemp('snapshots') / 'nhs.db'}", read_only=False)
    names = ("etr_2021-01.csv", "etr_2022-03.csv", "etr_2025-12.csv")
    done = [releases.load(store, [(shared / "ods/csv" / name, "ods-csv")]).merged[0] for name in names]
    store.close()
    return done


def told(merged: Merged, change: str) -> dict[str, tuple[str, str]]:
    return {found.code: (found.before, found.after) for found in merged.examples if found.change == change}


def test_the_first_snapshot_has_nothing_to_differ_from(merged: list[Merged]) -> None:
    assert merged[0].added["Name"] == 228
    assert not merged[0].differences


def test_renames_are_named_with_both_names(merged: list[Merged]) -> None:
    # RQX: the old name in etr_2022-03, the new one in etr_2025-12. RHU: trap 5.
    assert told(merged[2], "renamed")["RQX"] == (
        "HOMERTON UNIVERSITY HOSPITAL NHS FOUNDATION TRUST",
        "HOMERTON HEALTHCARE NHS FOUNDATION TRUST",
    )
    assert told(merged[2], "renamed")["RHU"] == (
        "PORTSMOUTH HOSPITALS UNIVERSITY NATIONAL HEALTH SERVICE TRUST",
        "PORTSMOUTH HOSPITALS UNIVERSITY NHS TRUST",
    )


def test_a_hand_edited_row_in_mixed_case_is_no_rename(merged: list[Merged]) -> None:
    # Trap 4: R0D is "University Hospitals Dorset NHS Foundation Trust" in the file of 2021.
    assert "R0D" not in told(merged[1], "renamed")


def test_closures_are_half_open(merged: list[Merged]) -> None:
    # Trap 12: RW6 went to RM3 and R0A on 2021-10-01; its last day in the register is the day before.
    assert told(merged[1], "closed")["RW6"] == ("", "2021-10-01")


def test_trusts_that_the_register_lists_again_are_openings_of_the_list(merged: list[Merged]) -> None:
    # G6V2S opened on 2024-11-01 (data guide, trap 7); RQ6 left the list in between.
    assert told(merged[2], "opened")["G6V2S"] == ("", "2024-11-01")
    assert "RQ6" in told(merged[1], "vanished")


def without_source(fact: Fact) -> Fact:
    """A body that only a link names rests on whichever release was loaded first; all else is compared."""
    bare = isinstance(fact, Identifier) or (isinstance(fact, Organisation) and not fact.name)
    return fact.model_copy(update={"source_ids": ()}) if bare else fact


def test_the_order_of_loading_changes_nothing_about_any_day(shared: Path, tmp_path: Path) -> None:
    """An older snapshot after a newer one adds history: the facts are those of the snapshots in their order."""
    names = ("etr_2021-01.csv", "etr_2022-03.csv", "etr_2025-12.csv")
    told: list[list[Fact]] = []
    for number, order in enumerate(((0, 1, 2), (2, 1, 0), (1, 2, 0))):
        store = open_store(f"sqlite:{tmp_path / f'{number}.db'}", read_only=False)
        for place in order:
            releases.load(store, [(shared / "ods/csv" / names[place], "ods-csv")])
        told.append(sorted(map(without_source, every_fact(store)), key=lambda fact: (type(fact).__name__, fact.key)))
        store.close()
    assert told[1] == told[0]
    assert told[2] == told[0]
