"""Laws of boundaries, on random overlaps: they hold whatever the map."""

from collections.abc import Iterable
from datetime import date

from hypothesis import assume, given
from hypothesis import strategies as st

from nhs_graph.graph.facts import Fact
from nhs_graph.graph.projection import project
from nhs_graph.queries.boundaries import COUNCILS, SYSTEMS, CouncilParams, CouncilRow, SystemParams
from nhs_graph.queries.boundary_diff import DIFF, DiffParams
from nhs_graph.queries.boundary_whatif import WHAT_IF, WhatIfParams, WhatIfRow
from tests import strategies

DAY = date(2020, 6, 1)
floors = st.sampled_from([0.0, 0.01, 0.05, 0.2, 0.5, 0.9])


def councils(found: Iterable[Fact], floor: float = 0.02) -> dict[str, CouncilRow]:
    params = CouncilParams(as_of=DAY, include_all=True, floor_share=floor)
    return {row.council_id: row for row in COUNCILS.answer(project(found), params)}


def would(found: Iterable[Fact], merges: list[list[str]], moves: list[tuple[str, str]]) -> list[WhatIfRow]:
    params = WhatIfParams.model_validate({"as_of": DAY, "merges": merges, "moves": moves, "include_all": True})
    return WHAT_IF.answer(project(found), params)


@given(strategies.boundaries())
def test_merging_all_systems_makes_every_council_whole(found: list[Fact]) -> None:
    systems = [row.system_id for row in SYSTEMS.answer(project(found), SystemParams(as_of=DAY, include_all=True))]
    rows = would(found, [systems], [])
    assert {row.council_id for row in rows} == set(councils(found))
    assert all(len(row.after) == 1 and row.after[0].share == 1 and not row.after[0].sliver for row in rows)
    assert all(row.change == ("fixed" if len(row.before) > 1 else "unchanged") for row in rows)


@given(strategies.boundaries(), floors, floors)
def test_a_higher_floor_never_makes_more_parts_count(found: list[Fact], one: float, other: float) -> None:
    low, high = councils(found, min(one, other)), councils(found, max(one, other))
    assert all(low[council].systems_above_floor >= high[council].systems_above_floor for council in low)
    assert all(low[council].verdict == high[council].verdict for council in low)
    params = [SystemParams(as_of=DAY, include_all=True, floor_share=floor) for floor in sorted((one, other))]
    lower, higher = ({row.system_id: row for row in SYSTEMS.answer(project(found), p)} for p in params)
    assert all(lower[s].split_councils_above_floor >= higher[s].split_councils_above_floor for s in lower)


@given(strategies.boundaries())
def test_nothing_happens_when_nothing_is_asked(found: list[Fact]) -> None:
    rows = would(found, [], [])
    assert {row.change for row in rows} <= {"unchanged"}
    assert all(row.before == row.after for row in rows)


@given(strategies.boundaries(), st.data())
def test_a_move_and_its_reverse_change_nothing(found: list[Fact], data: st.DataObject) -> None:
    now = councils(found)
    whole = [row for row in now.values() if row.verdict == "whole"]
    assume(whole)
    council = data.draw(st.sampled_from(whole))
    home = council.parts[0].system_id
    away = data.draw(st.sampled_from(sorted({part.system_id for row in now.values() for part in row.parts})))
    there, back = (council.council_id, away), (council.council_id, home)
    assert {row.change for row in would(found, [], [there, back])} == {"unchanged"}
    (moved,) = [row for row in would(found, [], [there]) if row.council_id == council.council_id]
    # With its last land a system ends, and who takes it is its heir.
    alone = SYSTEMS.answer(project(found), SystemParams(as_of=DAY, system_id=home))[0].parts
    last = [part.council_id for part in alone] == [council.council_id]
    assert moved.change == ("unchanged" if away == home or last else "moved")


@given(strategies.boundaries(), st.data())
def test_people_are_neither_lost_nor_made(found: list[Fact], data: st.DataObject) -> None:
    now = councils(found)
    assume(now)
    systems = sorted({part.system_id for row in now.values() for part in row.parts})
    pairs = st.tuples(st.sampled_from(sorted(now)), st.sampled_from(systems))
    rows = would(found, [systems[:2]] if len(systems) > 1 else [], data.draw(st.lists(pairs, max_size=3)))
    assert all(sum(p.people or 0 for p in row.before) == sum(p.people or 0 for p in row.after) for row in rows)


@given(strategies.boundaries(), strategies.as_of)
def test_from_a_day_to_itself_nothing_changes(found: list[Fact], day: date) -> None:
    rows = DIFF.answer(project(found), DiffParams(since=day, as_of=day, include_all=True))
    assert {row.change for row in rows} <= {"unchanged"}
    assert all(row.before == row.after and row.moved == () for row in rows)


@given(strategies.boundaries(), strategies.as_of, strategies.as_of)
def test_began_is_ended_read_backwards_and_fixed_is_broken(found: list[Fact], day: date, other: date) -> None:
    mirror = {"began": "ended", "ended": "began", "fixed": "broken", "broken": "fixed"}
    there, back = (
        {row.council_id: row.change for row in DIFF.answer(project(found), params)}
        for params in (DiffParams(since=a, as_of=b) for a, b in ((day, other), (other, day)))
    )
    for council, change in there.items():
        if change in mirror:
            assert back[council] == mirror[change]
