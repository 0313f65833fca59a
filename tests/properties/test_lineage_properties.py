"""Lineage on random graphs, cycles and same-day chains included."""

from datetime import date
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from nhs_graph.graph.facts import Fact, Organisation, Succession
from nhs_graph.graph.projection import project
from nhs_graph.queries.inheritance import HEIRS, ORIGINS, PATH, BodyParams, PathParams
from nhs_graph.queries.lineage import SHOW, LineageParams
from nhs_graph.queries.trails import share_of, trails_from
from tests import strategies

some = settings(deadline=None)


def bodies(found: list[Fact]) -> list[str]:
    return [fact.id for fact in found if isinstance(fact, Organisation)]


@some
@given(strategies.lineages(), strategies.as_of)
def test_back_is_the_inverse_of_forward(found: list[Fact], day: date) -> None:
    graph = project(found)
    forward = {
        (old, new)
        for old in bodies(found)
        for new in bodies(found)
        if PATH.answer(graph, PathParams(from_id=old, to_id=new, as_of=day))
    }
    back = {
        (row.id, new)
        for new in bodies(found)
        for row in ORIGINS.answer(graph, BodyParams(organisation_id=new, as_of=day))
        if row.relation == "succession"
    }
    assert forward == back


@some
@given(strategies.lineages(), strategies.as_of)
def test_every_step_shown_lies_on_a_path_to_or_from_the_body(found: list[Fact], day: date) -> None:
    graph = project(found)
    for body in bodies(found):
        rows = SHOW.answer(graph, LineageParams(organisation_id=body, direction="back", as_of=day))
        shown = {(row.predecessor_id, row.successor_id) for row in rows if row.relation == "succession"}
        on_paths = {
            (row.predecessor_id, row.successor_id)
            for old in bodies(found)
            for row in PATH.answer(graph, PathParams(from_id=old, to_id=body, as_of=day))
        }
        assert shown == on_paths


@some
@given(strategies.whole_lineages(), strategies.as_of)
def test_shares_along_all_trails_from_a_body_sum_to_one(found: list[Fact], day: date) -> None:
    graph = project(found)
    for body in bodies(found):
        shares = [share_of(graph, trail, day) for trail in trails_from(graph, body, day)]
        assert None not in shares
        assert abs(sum(share or 0 for share in shares) - 1) < 1e-6


@some
@given(strategies.lineages(), strategies.as_of)
def test_known_shares_of_a_body_never_exceed_the_whole(found: list[Fact], day: date) -> None:
    graph = project(found)
    for body in bodies(found):
        rows = HEIRS.answer(graph, BodyParams(organisation_id=body, as_of=day))
        assert sum(row.share or 0 for row in rows) <= 1 + 1e-6
        assert all(row.share_basis is None for row in rows if row.share is None)


@some
@given(strategies.lineages(), strategies.as_of, st.randoms(use_true_random=False))
def test_the_order_of_facts_does_not_matter(found: list[Fact], day: date, random: Random) -> None:
    mixed = list(found)
    random.shuffle(mixed)
    for body in bodies(found):
        params = BodyParams(organisation_id=body, as_of=day)
        assert HEIRS.answer(project(found), params) == HEIRS.answer(project(mixed), params)
        assert ORIGINS.answer(project(found), params) == ORIGINS.answer(project(mixed), params)


@some
@given(strategies.lineages(), strategies.as_of)
def test_nothing_that_had_not_happened_yet_counts(found: list[Fact], day: date) -> None:
    past = [fact for fact in found if not isinstance(fact, Succession) or fact.effective_date <= day]
    for body in bodies(found):
        params = BodyParams(organisation_id=body, as_of=day)
        assert HEIRS.answer(project(found), params) == HEIRS.answer(project(past), params)
