"""Figures moved across random lineages: nothing is lost, nothing depends on the order of rows."""

from collections import Counter
from datetime import date
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nhs_graph.graph.facts import Fact, Organisation
from nhs_graph.graph.store import open_store
from nhs_graph.queries.codes import Codes
from nhs_graph.queries.remap import Remap
from nhs_graph.queries.translation import Translator
from tests import strategies

HEADER = ["code", "day", "n", "d"]
some = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
graphs = st.one_of(strategies.lineages(), strategies.whole_lineages())


@st.composite
def tables(draw: st.DrawFn) -> list[list[str]]:
    codes = st.sampled_from([*(f"R{i}" for i in range(6)), "none"])
    days = st.sampled_from(strategies.AS_OF).map(str)
    row = st.tuples(codes, days, st.integers(-50, 500).map(str), st.decimals(0, 99, places=2).map(str))
    return [list(cells) for cells in draw(st.lists(row, max_size=12))]


def codes_of(found: list[Fact]) -> Codes:
    store = open_store("sqlite::memory:", read_only=False)
    store.replace([fact for fact in found if type(fact).__name__ != "Party"], {})
    return Codes(store)


def remapped(
    codes: Codes, table: list[list[str]], to: date, *, aggregate: bool = False
) -> tuple[list[list[str]], Remap]:
    work = Remap(Translator(codes, to, equal=True), "code", ["n", "d"], "day", aggregate)
    return list(work.rows([HEADER, *(list(row) for row in table)]))[1:], work


def totals(rows: list[list[str]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for row in rows:
        found["n"] += int(row[2])
        found["d"] += round(float(row[3]) * 100)
    return found


@some
@given(graphs, tables(), strategies.as_of, st.booleans())
def test_totals_are_conserved(found: list[Fact], table: list[list[str]], to: date, aggregate: bool) -> None:
    rows, work = remapped(codes_of(found), table, to, aggregate=aggregate)
    assert totals(rows) == totals(table)
    assert sum(work.counts().values()) == len(table)
    assert not work.of("ambiguous")


@some
@given(graphs, tables(), strategies.as_of)
def test_codes_in_force_on_the_day_of_their_row_stay_when_moved_to_that_day(
    found: list[Fact], table: list[list[str]], to: date
) -> None:
    codes = codes_of(found)
    table = [[row[0], to.isoformat(), *row[2:]] for row in table if codes.in_force(row[0], to)]
    rows, work = remapped(codes, table, to)
    assert rows == table
    assert work.counts()["unchanged"] == len(table)


@some
@given(graphs, tables(), strategies.as_of, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(found: list[Fact], table: list[list[str]], to: date, random: Random) -> None:
    codes = codes_of(found)
    mixed = list(table)
    random.shuffle(mixed)
    for aggregate in (False, True):
        here, there = (remapped(codes, rows, to, aggregate=aggregate)[0] for rows in (table, mixed))
        assert sorted(here) == sorted(there)


@some
@given(graphs, tables(), strategies.as_of)
def test_every_code_that_comes_out_is_in_force_or_was_not_moved(
    found: list[Fact], table: list[list[str]], to: date
) -> None:
    codes = codes_of(found)
    rows, work = remapped(codes, table, to)
    kept = {plan.code for plan in work.of("unmapped")}
    assert all(codes.in_force(row[0], to) or row[0] in kept for row in rows)


@some
@given(strategies.lineages(), strategies.as_of)
def test_without_weights_no_heir_of_a_split_is_picked(found: list[Fact], to: date) -> None:
    codes = codes_of(found)
    for fact in found:
        if isinstance(fact, Organisation):
            targets = Translator(codes, to).translate(fact.id).targets
            known = [target.share for target in targets if target.share is not None]
            assert len(known) < len(targets) or not targets or abs(sum(known) - 1) < 1e-6


@some
@given(graphs, strategies.as_of, st.randoms(use_true_random=False))
def test_codes_read_ahead_or_one_by_one_say_the_same(found: list[Fact], to: date, random: Random) -> None:
    bodies = [fact.id for fact in found if isinstance(fact, Organisation)] + ["none"]
    random.shuffle(bodies)
    ahead, one_by_one = codes_of(found), codes_of(found)
    assert len(list(ahead.ahead([[body] for body in bodies], 0))) == len(bodies)
    whole = set(ahead.graph.edges(keys=False))
    for body in bodies:
        told = [Translator(codes, to, equal=True).translate(body) for codes in (ahead, one_by_one)]
        assert told[0] == told[1]
        assert len({codes.in_force(body, to) for codes in (ahead, one_by_one)}) == 1
    assert set(one_by_one.graph.edges(keys=False)) == whole
    assert len(one_by_one.graph.edges) == len(ahead.graph.edges)
