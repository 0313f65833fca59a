"""Readable names. The expected spellings are the bodies' own, as their web sites and the ONS lookups write them."""

import pytest

from nhs_graph.graph.names import fold
from nhs_graph.loaders.casing import Spellings, readable


@pytest.mark.parametrize(
    "expected",
    [
        "Liverpool University Hospitals NHS Foundation Trust",
        "The Shrewsbury and Telford Hospital NHS Trust",
        "Birmingham Women's and Children's NHS Foundation Trust",
        "University Hospitals of Derby and Burton NHS Foundation Trust",
        "NHS Bath and North East Somerset, Swindon and Wiltshire ICB - 92G",
        "NHS Southend CCG",
        "NHS Stoke-on-Trent CCG",
        "St. Helens and Knowsley Teaching Hospitals NHS Trust",
        "Kent and Medway NHS and Social Care Partnership Trust",
        "2gether NHS Foundation Trust",
        "Midlands - H&J Commissioning Hub",
        "BHB Community Health Care NHS Trust",
    ],
)
def test_upper_case_becomes_readable(expected: str) -> None:
    assert readable(expected.upper()) == expected


def test_a_copy_with_altered_case_is_read_alike() -> None:
    assert readable("Queen's medical centre, nottingham university hospital NHS trust") == (
        "Queen's Medical Centre, Nottingham University Hospital NHS Trust"
    )


def test_one_text_for_spellings_that_fold_equal() -> None:
    spellings = Spellings(["NHS Fylde and Wyre CCG"])
    assert spellings.of("NHS Fylde & Wyre CCG") == "NHS Fylde and Wyre CCG"
    assert spellings.of("NHS FYLDE & WYRE CCG") == "NHS Fylde and Wyre CCG"


def test_the_first_spelling_stays_where_no_list_has_one() -> None:
    spellings = Spellings()
    first = spellings.of("LANCASHIRE & SOUTH CUMBRIA NHS FOUNDATION TRUST")
    assert spellings.of("Lancashire and South Cumbria NHS Foundation Trust") == first


def test_a_name_that_only_resembles_a_listed_one_is_not_replaced() -> None:
    assert Spellings(["Royal Surrey NHS Foundation Trust"]).of("ROYAL SURREY COUNTY HOSPITAL NHS FOUNDATION TRUST") == (
        "Royal Surrey County Hospital NHS Foundation Trust"
    )


def test_casing_never_makes_another_name() -> None:
    name = "EAST AND NORTH HERTFORDSHIRE TEACHING NHS TRUST"
    assert fold(readable(name)) == fold(name)
