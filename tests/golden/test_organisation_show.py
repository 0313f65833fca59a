"""`organisation show` tells all that the bundle holds of a body, each part with its sources and how sure it is."""

from datetime import date
from typing import cast

from pydantic import BaseModel

from nhs_graph.graph.store import Store
from nhs_graph.queries import organisations

TODAY = date(2026, 11, 1)


def nested(row: BaseModel) -> list[BaseModel]:
    lists = [cast("tuple[object, ...]", value) for value in row.__dict__.values() if isinstance(value, tuple)]
    return [item for items in lists for item in items if isinstance(item, BaseModel)]


def test_a_board_with_codes_parent_cluster_and_events(bundle_store: Store) -> None:
    """QJ2: E54000012, then E54000058 from 2022-07-01 (trap 16); in the cluster DLN since 2025 (mergers.csv)."""
    row = organisations.show(bundle_store, "QJ2", TODAY)
    codes = [(c.value, c.start_date, c.end_date) for c in row.identifiers if c.scheme == "gss"]
    assert codes == [("E54000012", "2016-04-01", "2022-07-01"), ("E54000058", "2022-07-01", None)]
    assert [(p.id, p.certainty) for p in row.part_of] == [("Y60", "stated")]
    assert [(m.id, m.start_date, m.certainty) for m in row.member_of] == [("cluster:dln", "2025", "stated")]
    moved = [e for e in row.events if e.kind == "boundary_change"]
    assert [(e.effective_date, e.others) for e in moved] == [("2022-07-01", ("QOP",))]


def test_a_combined_authority_with_its_members(bundle_store: Store) -> None:
    """Ruling 7: the members of the North East since 2024-05-02 are inferred."""
    row = organisations.show(bundle_store, "gss:E47000014", TODAY)
    assert {member.certainty for member in row.members} == {"inferred"}
    assert len(row.members) == 7
    assert [(event.kind, event.side) for event in row.events] == [("merger", "result")]
    assert row.predecessors == ("la:NECA", "la:NTCA")


def test_a_primary_care_trust_with_the_basis_of_its_link(bundle_store: Store) -> None:
    """Ruling 8: the groups that had postcodes in common, by a published list; no heir."""
    row = organisations.show(bundle_store, "5A3", TODAY)
    assert [(e.rule, e.others, e.sources) for e in row.events] == [
        ("postcodes_in_common_2013", ("12A",), ("ods-pct-ccg-2013",))
    ]
    assert row.successors == ()
    assert row.kind is None


def test_every_nested_row_has_sources(bundle_store: Store) -> None:
    for body in ("QJ2", "REM", "la:CMA", "gss:E47000014", "cluster:dln", "5A3", "Q74", "02P", "gss:E12000001"):
        row = organisations.show(bundle_store, body, TODAY)
        parts = nested(row)
        assert parts
        for part in parts:
            sources = set(part.__dict__["sources"])
            assert sources, part
            assert sources <= set(row.sources)
