from collections.abc import Iterator
from datetime import date

import pytest

from nhs_graph.graph.errors import UnknownName
from nhs_graph.graph.facts import Classification, Fact, Identifier, Name, Organisation
from nhs_graph.graph.store import Store, open_store
from nhs_graph.queries.resolve import resolve

TODAY = date(2026, 11, 24)
CHANGED = date(2019, 10, 1)


def body(organisation_id: str, *names: str) -> Iterator[Fact]:
    """A body whose second name, if any, took over on CHANGED."""
    yield Organisation(id=organisation_id, name=names[-1], source_ids=())
    yield Identifier(organisation_id=organisation_id, scheme="ods", value=organisation_id, source_ids=())
    for i, name in enumerate(names):
        yield Name(
            organisation_id=organisation_id,
            name=name,
            shown_from=CHANGED if i else None,
            shown_until=CHANGED if i < len(names) - 1 else None,
            source_ids=(),
        )


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = open_store(f"sqlite:{tmp_path_factory.mktemp('store') / 'nhs.db'}", read_only=False)
    facts = [
        *body(
            "REM",
            "Aintree University Hospital NHS Foundation Trust",
            "Liverpool University Hospitals NHS Foundation Trust",
        ),
        *body("RYE", "South Central Ambulance Service NHS Foundation Trust"),
        *body("RR8", "Leeds Teaching Hospitals NHS Trust"),
        *body("la:RYE", "Ryedale District Council"),
        *body("la:LDS", "Leeds City Council"),
        *body("la:ESS", "Essex County Council"),
        *body("D7T5G", "NHS Essex Integrated Care Board"),
        *body("la:CMA", "Cumbria County Council"),
        Classification(organisation_id="la:ESS", kind="county", source_ids=()),
        Classification(organisation_id="D7T5G", kind="icb", source_ids=()),
        Identifier(organisation_id="la:CMA", scheme="la-register", value="CMA", source_ids=()),
        Identifier(organisation_id="la:RYE", scheme="la-register", value="RYE", source_ids=()),
        Identifier(organisation_id="la:CMA", scheme="gss", value="E10000006", source_ids=()),
    ]
    store.replace(facts, {})
    yield store
    store.close()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("REM", "REM"),
        ("rem", "REM"),
        ("la:cma", "la:CMA"),
        ("CMA", "la:CMA"),
        ("E10000006", "la:CMA"),
        ("Cumbria", "la:CMA"),
        ("Leeds", "la:LDS"),
        ("RYE", "RYE"),
        ("Aintree University Hospital", "REM"),
        ("liverpool university hospitals", "REM"),
        ("Essex County Council", "la:ESS"),
    ],
)
def test_a_code_or_name_means_one_body(store: Store, text: str, expected: str) -> None:
    assert resolve(store, text, TODAY) == expected


def test_an_ambiguous_name_lists_what_it_may_mean(store: Store) -> None:
    with pytest.raises(UnknownName) as caught:
        resolve(store, "Essex", TODAY)
    assert caught.value.exit_code == 2
    assert caught.value.facts["suggestions"] == ["D7T5G NHS Essex Integrated Care Board", "la:ESS Essex County Council"]


def test_where_a_kind_is_meant_others_do_not_count(store: Store) -> None:
    assert resolve(store, "Essex", TODAY, {"county", "unitary"}) == "la:ESS"
    assert resolve(store, "Essex", TODAY, {"icb"}) == "D7T5G"
    with pytest.raises(UnknownName, match="2 organisations"):
        resolve(store, "Essex", TODAY, {"foundation_trust"})
    assert resolve(store, "Leeds", TODAY, {"icb"}) == "la:LDS"  # one answer needs no choice


def test_an_unknown_name_suggests_close_ones(store: Store) -> None:
    with pytest.raises(UnknownName) as caught:
        resolve(store, "Cumbira", TODAY)
    assert caught.value.facts["suggestions"] == ["la:CMA Cumbria County Council"]


def test_other_nations_are_told_so(store: Store) -> None:
    with pytest.raises(UnknownName, match="covers England"):
        resolve(store, "S12000033", TODAY)
