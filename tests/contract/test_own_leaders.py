"""A list of leaders of a user's own on a real server: refused whole, loaded, answered by Cypher, taken out again."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest

from nhs_graph.graph.facts import Fact
from nhs_graph.graph.store import Store, every_fact
from nhs_graph.loaders.loading import load_bundle, load_files, remove_file
from nhs_graph.queries.leaders import LIST, LeaderParams
from nhs_graph.queries.question import Engine
from tests.asking import Ask

pytestmark = pytest.mark.neo4j
ROWS = """person,org_code,role,start,end,source_title,source_url_or_repo_path
Ann Lee,QOP,icb_chair,2025-05-01,,A page,https://www.example.nhs.uk/a
"""


def told(facts: Sequence[Fact]) -> list[str]:
    return sorted(repr(fact) for fact in facts)


def test_a_list_of_ones_own_comes_and_goes_on_a_server(
    scratch_store: Store, bundle_store: Store, tmp_path: Path
) -> None:
    load_bundle(scratch_store)
    shipped = told(list(every_fact(bundle_store)))
    bad = Path(__file__).parent.parent / "unit" / "fifty_bad_leaders.csv"
    assert load_files(scratch_store, [bad]).summary is None
    assert told(list(every_fact(scratch_store))) == shipped
    mine = tmp_path / "mine.csv"
    mine.write_text(ROWS, encoding="utf-8")
    done = load_files(scratch_store, [mine])
    params = LeaderParams(as_of=date(2025, 6, 1), organisation_id="QOP", roles=("chair",))
    engines: tuple[Engine, ...] = ("cypher", "networkx")
    for engine in engines:
        (row,) = Ask(scratch_store, engine)(LIST, params)
        assert (row.person, row.certainty, row.start_date) == ("Ann Lee", "last_known", "2025-05-01")
    remove_file(scratch_store, done.files[0].id)
    assert told(list(every_fact(scratch_store))) == shipped
