"""What is to be seen in an SVG: its text boxes, and which of them lie on each other."""

import re
from dataclasses import dataclass
from itertools import combinations
from xml.etree import ElementTree

from nhs_graph.cli.pictures.text import ASCENT, DESCENT, width

SVG = "{http://www.w3.org/2000/svg}"


@dataclass(frozen=True)
class Box:
    """A line of text and the rectangle it takes."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: "Box") -> bool:
        # A pixel of slack: ascent and descent are more than any letter of a line really takes.
        return (
            self.left < other.right - 1
            and other.left < self.right - 1
            and self.top < other.bottom - 1
            and other.top < self.bottom - 1
        )


def text_boxes(svg: str) -> list[Box]:
    """The box of every text, by the table of widths."""
    return [_box(element) for element in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def _box(element: ElementTree.Element) -> Box:
    text = "".join(element.itertext()) if element.find(f"{SVG}title") is None else element[0].tail or ""
    x, y, size = (float(element.attrib[name]) for name in ("x", "y", "font-size"))
    long = width(text, size, bold=element.get("font-weight") == "bold")
    before = long * {"start": 0, "middle": 0.5, "end": 1}[element.get("text-anchor", "start")]
    if turned := element.get("transform"):
        assert re.match(r"rotate\(-90 ", turned), turned
        return Box(text, x - ASCENT * size, y - long + before, x + DESCENT * size, y + before)
    return Box(text, x - before, y - ASCENT * size, x - before + long, y + DESCENT * size)


def overlapping(svg: str) -> list[tuple[str, str]]:
    """Pairs of texts that lie on each other."""
    return [(a.text, b.text) for a, b in combinations(text_boxes(svg), 2) if a.meets(b)]


def outside(svg: str) -> list[str]:
    """Texts that reach beyond the edges of the picture."""
    root = ElementTree.fromstring(svg)
    wide, high = float(root.attrib["width"]), float(root.attrib["height"])
    return [box.text for box in text_boxes(svg) if box.left < 0 or box.top < 0 or box.right > wide or box.bottom > high]
