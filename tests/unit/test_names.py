import pytest

from nhs_graph.graph.kinds import KINDS, group_of, label, with_sub_kinds
from nhs_graph.graph.names import bare, fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("AINTREE UNIVERSITY HOSPITAL NHS FOUNDATION TRUST", "Aintree University Hospital"),
        ("NHS Bedfordshire, Luton & Milton Keynes ICB", "Bedfordshire Luton and Milton Keynes"),
        ("Cumbria County Council", "cumbria"),
        ("Leeds City Council", "LEEDS"),
        ("King's Lynn", "Kings Lynn"),
        ("NHS Greater Manchester Integrated Care Board", "Greater Manchester"),
    ],
)
def test_spellings_of_the_same_bare_name(one: str, other: str) -> None:
    assert bare(one) == bare(other)


def test_an_exact_full_name_keeps_its_legal_ending() -> None:
    assert fold("Bolton NHS Foundation Trust") != fold("Bolton")
    assert fold("A & B") == fold("a and b")


def test_kinds_form_a_tree() -> None:
    assert with_sub_kinds("system") == {"system", "stp", "ics", "icb"}
    assert with_sub_kinds("trust") == {"trust", "nhs_trust", "foundation_trust", "care_trust"}
    assert "district" not in with_sub_kinds("upper_tier")
    assert "county" not in with_sub_kinds("lower_tier")
    assert with_sub_kinds("no such kind") == frozenset()
    assert group_of("icb") == "system"
    assert all(group_of(kind) in KINDS for kind in KINDS)


def test_labels_are_pascal_case_and_distinct() -> None:
    assert label("foundation_trust") == "FoundationTrust"
    assert label("icb") == "ICB"
    assert len({label(kind) for kind in KINDS}) == len(KINDS)
