"""Pictures of boundaries: what they say, that no text lies on another, and how two small ones look."""

import re
import subprocess
import sys
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from nhs_graph.cli.pictures.boundary_map import one_day, two_days
from nhs_graph.cli.pictures.boundary_words import percent
from nhs_graph.cli.pictures.matrix import matrix
from nhs_graph.graph.errors import UsageProblem
from nhs_graph.graph.store import Store
from nhs_graph.queries.boundaries import COUNCILS, CouncilParams, CouncilRow
from tests.cli.test_program import call
from tests.pictures import SVG, outside, overlapping, text_boxes

SNAPSHOTS = Path(__file__).parent / "pictures"
APRIL_2021 = date(2021, 4, 1)


def asked(day: date, **options: object) -> CouncilParams:
    return CouncilParams.model_validate({"as_of": day, "include_all": True, **options})


def answer(store: Store, params: CouncilParams) -> list[CouncilRow]:
    return COUNCILS.run(store, params)


def texts(svg: str) -> list[str]:
    return [box.text for box in text_boxes(svg)]


@pytest.mark.parametrize(
    "options",
    [
        {"as_of": "2021-04-01", "include_all": False},
        {"as_of": "2021-04-01"},
        {"as_of": "2026-11-01", "include_all": False},
        {"as_of": "2023-04-01", "council": "lower", "include_all": False},
        {"as_of": "2021-04-01", "system": "ccg", "include_all": False, "measure": "lsoas"},
        {"as_of": "2018-04-01", "floor_share": None, "floor_people": 10_000},
    ],
    ids=str,
)
def test_no_text_of_a_matrix_lies_on_another(bundle_store: Store, options: dict[str, object]) -> None:
    params = CouncilParams.model_validate({"include_all": True, **options})
    svg = matrix(answer(bundle_store, params), params).svg()
    assert len(texts(svg)) > 30
    assert overlapping(svg) == []
    assert outside(svg) == []


@pytest.mark.parametrize("tier", ["upper", "lower"])
@pytest.mark.parametrize("day", [date(2021, 4, 1), date(2022, 7, 1), date(2023, 4, 1), date(2026, 11, 1)], ids=str)
def test_no_text_of_a_map_lies_on_another(bundle_store: Store, day: date, tier: str) -> None:
    params = asked(day, council=tier)
    svg = one_day(answer(bundle_store, params), params).svg()
    assert len(texts(svg)) > 30
    assert overlapping(svg) == []
    assert outside(svg) == []


def test_before_and_after_tell_what_became_whole(bundle_store: Store) -> None:
    days = asked(date(2026, 3, 31)), asked(date(2026, 4, 1))
    svg = two_days(answer(bundle_store, days[0]), answer(bundle_store, days[1]), days).svg()
    # ODS successions of 2026-04-01, as in tests/golden/test_boundary_changes.py
    assert "Whole since: Essex, Hampshire, Hertfordshire, Suffolk, Surrey" in texts(svg)
    assert overlapping(svg) == []
    assert outside(svg) == []
    described = ElementTree.fromstring(svg).find(f"{SVG}desc")
    assert described is not None
    assert "Whole since then: Essex" in (described.text or "")


def test_a_matrix_shows_split_councils_first_and_their_shares(bundle_store: Store) -> None:
    params = asked(APRIL_2021)
    svg = matrix(answer(bundle_store, params), params).svg()
    # B1 and B3 of the questions: 14 councils; Cumbria 64.0 and 36.0 per cent
    bold = re.findall(r'font-size="12" fill="#1a1a1a" font-weight="bold"[^>]*><title>[^<]*: split</title>', svg)
    assert len(bold) == 14
    assert "Cumbria in QHM Cumbria and North East\n64.0% of the council" in svg
    names = [name for name in texts(svg) if name in {"Westmorland", "West Sussex", "Barnet", "Cumbria"}]
    assert names == ["Cumbria", "West Sussex", "Barnet"]


@pytest.mark.parametrize(("share", "told"), [(1, "100%"), (0.99999, ">99.9%"), (0.0001, "<0.1%"), (0.64, "64.0%")])
def test_what_is_not_all_is_never_told_as_all(share: float, told: str) -> None:
    assert percent(share) == told


def test_a_map_with_holes_is_refused(bundle_store: Store) -> None:
    params = asked(date(2017, 4, 1))
    with pytest.raises(UsageProblem, match="no outline is shipped"):
        one_day(answer(bundle_store, params), params)


@pytest.mark.parametrize("name", ["matrix", "map"])
def test_small_pictures_look_as_they_did(bundle_store: Store, name: str) -> None:
    # To renew them after a change that was looked at: write `svg` to the file that the test names.
    params = asked(APRIL_2021)
    rows = [row for row in answer(bundle_store, params) if row.council_name in {"Cumbria", "Blackpool"}]
    svg = (matrix if name == "matrix" else one_day)(rows, params).svg()
    assert svg == (SNAPSHOTS / f"{name}.svg").read_text(encoding="utf-8")


def test_a_file_is_written_and_stdout_stays_empty(bundle_url: str, tmp_path: Path) -> None:
    target = tmp_path / "map.html"
    done = call("boundaries", "map", "2022-06-30", "2022-07-01", "-o", str(target), store=bundle_url)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert "STP21 x LAD21" in done.stderr
    page = target.read_text(encoding="utf-8")
    assert page.count('class="tip"') > 80
    assert "Open Government Licence" in page


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ("map -o map.pdf", 2, ".svg"),
        ("map", 2, "--output"),
        ("map 2022-06-30 -o map.svg", 2, "--as-of 2022-06-30"),
        ("map 2022-06-30 2022-07-01 --as-of 2022-07-01 -o map.svg", 2, "--as-of"),
        ("map --as-of 2019-04-01 -o map.svg", 2, "2020-04-01"),
        ("matrix --as-of 2010-04-01 -o matrix.svg", 2, "no boundary vintage"),
        ("matrix -o /nowhere/matrix.svg", 5, "/nowhere/matrix.svg"),
    ],
)
def test_pictures_that_cannot_be_drawn(bundle_url: str, tmp_path: Path, words: str, code: int, told: str) -> None:
    command = [sys.executable, "-m", "nhs_graph.cli.main", "boundaries", *words.split(), "--store", bundle_url]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert told in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--system", "ccg", "--as-of", "2021-04-01"), "councils in more than one commissioning group"),
        (("--system", "sicbl", "--as-of", "2026-03-31"), "councils in more than one sub-ICB location"),
        # Combined authorities have no outlines: they are drawn from those of their members.
        (("--council", "combined", "--as-of", "2021-04-01"), "2 combined authorities in more than one health system"),
        (("--council", "combined", "--as-of", "2024-05-02"), "combined authorities in more than one health system"),
        (("--council", "combined", "--as-of", "2026-11-01"), "combined authorities in more than one health system"),
    ],
)
def test_maps_of_commissioners_and_combined_authorities(
    bundle_url: str, tmp_path: Path, words: tuple[str, ...], told: str
) -> None:
    target = tmp_path / "map.svg"
    done = call("boundaries", "map", *words, "-o", str(target), store=bundle_url)
    assert done.returncode == 0, done.stderr
    svg = target.read_text(encoding="utf-8")
    assert any(told in text for text in texts(svg))
    assert overlapping(svg) == []
    assert outside(svg) == []


def test_a_map_that_cannot_be_drawn_says_which_can(bundle_url: str, tmp_path: Path) -> None:
    words = ("--system", "ccg", "--as-of", "2019-06-01", "-o", str(tmp_path / "map.svg"))
    done = call("boundaries", "map", *words, store=bundle_url)
    assert done.returncode == 2
    assert "no outline is shipped of" in done.stderr
    assert "--system ccg or sicbl from 2021-04-01 to 2026-03-31" in done.stderr


def test_a_whole_council_tells_where_it_lies(bundle_store: Store) -> None:
    params = asked(APRIL_2021)
    svg = ElementTree.fromstring(one_day(answer(bundle_store, params), params).svg())
    tips = {path.findtext(f"{SVG}title"): path for path in svg.iter(f"{SVG}path")}
    # ONS lookup of April 2021: Norfolk lies whole in Norfolk and Waveney.
    (norfolk,) = [path for tip, path in tips.items() if tip and tip.startswith("Norfolk\nwhole in QMM")]
    assert norfolk.get("pointer-events") == "all"
