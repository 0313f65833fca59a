"""Circles and same-day hops of successions, each named, on small cases and on any graph."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from nhs_graph.graph.facts import Conflict, Succession
from nhs_graph.loaders import derive_oddities
from nhs_graph.loaders.derive_oddities import CIRCLE, HOP
from nhs_graph.loaders.factset import FactSet


def went(old: str, new: str, day: str = "2001-04-01") -> Succession:
    return Succession(
        predecessor_id=old, successor_id=new, effective_date=date.fromisoformat(day), event_id="e", source_ids=(old,)
    )


def named(*steps: Succession) -> list[Conflict]:
    found = FactSet(steps)
    derive_oddities.apply(found)
    once = found.of(Conflict)
    derive_oddities.apply(found)
    assert found.of(Conflict) == once
    return once


def test_a_body_that_passed_on_on_its_first_day_is_named_with_day_and_sources() -> None:
    (hop,) = named(went("A", "B"), went("B", "C"), went("C", "D", "2002-04-01"))
    assert (hop.organisation_id, hop.fact) == ("B", HOP)
    assert (hop.value_a, hop.value_b) == ("A to B on 2001-04-01", "B to C on 2001-04-01")
    assert (hop.source_a, hop.source_b, hop.source_ids) == ("A", "B", ("A", "B"))


def test_a_circle_is_named_with_all_its_successions_the_closing_one_last() -> None:
    steps = went("A", "B"), went("B", "C", "2002-04-01"), went("C", "A", "2003-04-01"), went("C", "X", "2003-04-01")
    (circle,) = named(*steps)
    assert (circle.organisation_id, circle.fact) == ("A", CIRCLE)
    assert circle.value_a == "A to B on 2001-04-01; B to C on 2002-04-01"
    assert circle.value_b == "C to A on 2003-04-01"
    assert circle.source_ids == ("A", "B", "C")


def test_circles_that_share_a_body_are_one_row() -> None:
    steps = went("A", "B"), went("B", "A", "2002-04-01"), went("B", "C", "2003-04-01"), went("C", "B", "2004-04-01")
    (circle,) = named(*steps)
    assert circle.value_a.count(" to ") == 3


def test_what_goes_one_way_is_not_named() -> None:
    assert named(went("A", "B"), went("A", "C"), went("B", "D", "2002-04-01"), went("C", "D", "2002-04-01")) == []


@given(st.sets(st.tuples(st.sampled_from("ABCDE"), st.sampled_from("ABCDE"), st.integers(1, 3)), max_size=20))
def test_every_body_that_can_come_back_to_itself_is_named_and_no_other(edges: set[tuple[str, str, int]]) -> None:
    steps = {(old, new): went(old, new, f"2001-04-0{day}") for old, new, day in sorted(edges) if old != new}
    ahead = {body: {new for old, new in steps if old == body} for body in "ABCDE"}
    for _ in ahead:  # a walk visits no more bodies than there are
        ahead = {body: seen.union(*(ahead[other] for other in seen)) for body, seen in ahead.items()}
    back = {(old, new) for old, new in steps if old in ahead[new]}
    texts = " ".join(f"{c.value_a}; {c.value_b};" for c in named(*steps.values()) if c.fact == CIRCLE)
    assert {pair for pair in steps if "{} to {} on".format(*pair) in texts} == back
