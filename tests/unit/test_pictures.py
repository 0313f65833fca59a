"""The toolkit of pictures: nothing overlaps, nothing breaks the file, the suffix decides, all or nothing."""

import re
import sys
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhs_graph.cli.pictures import PICTURES
from nhs_graph.cli.pictures.canvas import Picture
from nhs_graph.cli.pictures.files import picture_file, save
from nhs_graph.cli.pictures.palette import FILLS, INK, PAPER, ink_on, shade
from nhs_graph.cli.pictures.text import fitted, width, wrapped
from nhs_graph.graph.errors import ExportProblem, UsageProblem
from tests.exports import hostile
from tests.pictures import SVG, outside, overlapping, text_boxes

texts = st.text(max_size=80)


def drawn(title: str = "Councils & systems <2021>", tip: str = "64.0% & more") -> Picture:
    picture = Picture(title, "as of 2021-04-01", "One council.")
    picture.rect(40, picture.top, 200, 30, FILLS[1], tip=tip)
    picture.text(50, picture.top + 20, "Cumbria")
    return picture


@given(texts, st.floats(20, 400), st.booleans())
def test_a_fitted_text_fits(text: str, room: float, bold: bool) -> None:
    told = fitted(text, room, 12, bold=bold)
    assert width(told, 12, bold=bold) <= room
    assert told == text or text.startswith(told[:-1])


@given(texts, st.floats(20, 400))
def test_wrapped_lines_fit_and_lose_no_word_that_fits(text: str, room: float) -> None:
    lines = wrapped(text, room, 12)
    assert all(width(line, 12) <= room for line in lines)
    if all(width(word, 12) <= room for word in text.split()):
        assert " ".join(lines).split() == text.split()


def test_no_face_is_wider_than_the_table() -> None:
    # Advance widths of Arial Bold and Arial (thousandths of the size), Adobe's Helvetica metrics.
    assert width("W", 1000) >= 944
    assert width("i", 1000) >= 222
    assert width("W", 1000, bold=True) >= 944
    assert width("m", 1000, bold=True) >= 889


@pytest.mark.parametrize("text", hostile.TEXTS, ids=ascii)
def test_a_hostile_text_stays_a_text_of_the_picture(text: str) -> None:
    kinds, names = set[str](), set[str]()
    for node in ElementTree.fromstring(drawn(text, text).svg()).iter():
        kinds.add(node.tag)
        names |= node.attrib.keys()
    assert kinds == {node.tag for node in ElementTree.fromstring(drawn().svg()).iter()}
    assert not [name for name in names if name.startswith("on")]


@given(texts, texts)
def test_any_text_makes_a_well_formed_picture(title: str, tip: str) -> None:
    root = ElementTree.fromstring(drawn(title, tip).svg())
    assert root.find(f"{SVG}title") is not None
    assert root.find(f"{SVG}desc") is not None


def test_title_licence_and_texts_do_not_overlap() -> None:
    svg = drawn("A title that is much too long for a line of a page " * 3).svg()
    assert len(text_boxes(svg)) >= 4
    assert overlapping(svg) == []
    assert outside(svg) == []
    assert "Open Government Licence v3.0" in svg


def test_overlaps_are_found_where_they_are() -> None:
    picture = drawn()
    picture.text(60, picture.top + 22, "on top of it")
    assert overlapping(picture.svg()) == [("Cumbria", "on top of it")]
    picture.text(-30, 200, "beyond")
    assert outside(picture.svg()) == ["beyond"]


def test_a_legend_breaks_its_lines_and_tells_where_it_ends() -> None:
    picture = Picture("Legend", "", "A legend.", page_width=400)
    end = picture.legend(24, picture.top, [(fill, f"system number {i}") for i, fill in enumerate(FILLS)])
    assert end > picture.top + 40
    assert overlapping(picture.svg()) == []
    assert outside(picture.svg()) == []


def _contrast(ink: str, colour: str) -> float:
    def light(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((light(colour), light(ink)))
    return (high + 0.05) / (low + 0.05)


def test_text_on_every_fill_has_the_contrast_that_wcag_asks_for() -> None:
    fills = [*FILLS, *(shade(i / 20) for i in range(21))]
    assert {ink_on(fill) for fill in fills} == {INK, PAPER}
    assert min(_contrast(ink_on(fill), fill.colour) for fill in fills) >= 4.5
    assert min(_contrast(INK, fill.stroke) for fill in FILLS if fill.pattern) >= 4.5


def test_fills_differ_by_pattern_and_not_by_colour_alone() -> None:
    assert all(a.pattern != b.pattern and a.colour != b.colour for a, b in combinations(FILLS, 2))


@pytest.mark.parametrize("suffix", PICTURES)
def test_the_suffix_decides_and_no_draft_is_left(tmp_path: Path, suffix: str) -> None:
    target = picture_file(str(tmp_path / f"picture{suffix}"), PICTURES)
    save(drawn(), target)
    start = {".svg": b"<svg ", ".png": b"\x89PNG", ".html": b"<!doctype html>"}[suffix]
    assert target.read_bytes().startswith(start)
    assert list(tmp_path.iterdir()) == [target]


def test_a_page_asks_nothing_of_the_network(tmp_path: Path) -> None:
    save(drawn(), tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert set(re.findall(r"https?://[^\"' <]+", page)) == {"http://www.w3.org/2000/svg"}  # a name, not an address
    assert "default-src 'none'" in page
    assert "<title>Councils &amp; systems &lt;2021&gt;</title>" in page


def test_another_suffix_is_refused() -> None:
    with pytest.raises(UsageProblem, match=r"picture\.pdf") as caught:
        picture_file("picture.pdf", PICTURES)
    assert ".svg, .png, .html" in caught.value.hint


def test_png_without_the_extra_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    with pytest.raises(ExportProblem) as caught:
        picture_file("picture.png", PICTURES)
    assert "nhs-graph[png]" in caught.value.hint
