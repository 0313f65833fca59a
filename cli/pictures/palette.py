"""Colours that differ also for colour-blind readers, each with a pattern as a second channel.

The colours are those of Okabe and Ito (Color Universal Design, 2008), made light enough to write on; the scale of
shares is one hue from light to dark, so that it reads the same in grey.
"""

from dataclasses import dataclass

PAPER, INK, QUIET, HAIR = "#ffffff", "#1a1a1a", "#595959", "#b8b8b8"
"""Background, text and strong lines, secondary text, thin lines."""

PATTERNS = {
    "hatch": "M-2,2 l4,-4 M0,8 l8,-8 M6,10 l4,-4",
    "back": "M-2,6 l4,4 M0,0 l8,8 M6,-2 l4,4",
    "level": "M0,4 h8",
    "upright": "M4,0 v8",
    "grid": "M0,4 h8 M4,0 v8",
    "cross": "M0,8 l8,-8 M0,0 l8,8",
    "dots": "M3,4 h2",
}
"""Name to the strokes of one tile of 8 x 8 pixels."""


@dataclass(frozen=True)
class Fill:
    """A colour, and a pattern of PATTERNS in `stroke` upon it unless `pattern` is empty."""

    colour: str
    pattern: str = ""
    stroke: str = QUIET

    @property
    def id(self) -> str:
        """The name of its pattern in the SVG."""
        return f"{self.pattern}-{self.colour.strip('#')}-{self.stroke.strip('#')}"


FILLS = (
    Fill("#9ccfee"),
    Fill("#f5c56b", "hatch", "#cf9c3f"),
    Fill("#8fd3bd", "dots", "#4d9c84"),
    Fill("#f0aa85", "back", "#c9805a"),
    Fill("#e3b9d1", "level", "#bf8fab"),
    Fill("#f3eb8e", "upright", "#c4b94f"),
    Fill("#8fb4d9", "cross", "#6089b3"),
    Fill("#d4d4d4", "grid", "#a6a6a6"),
)
"""Eight fills for things of eight kinds; text in INK is readable on each and on its pattern."""

_SCALE = ("#f1f6fb", "#d5e5f3", "#afcde6", "#7fb0d6", "#4b8dc0", "#1f65a0", "#0b4076")


def shade(share: float) -> Fill:
    """The fill of a share between 0 and 1, the darker the more."""
    return Fill(_SCALE[min(int(share * len(_SCALE)), len(_SCALE) - 1)])


def ink_on(fill: Fill) -> str:
    """INK or PAPER, whichever has more contrast on the fill (relative luminance of WCAG 2)."""
    red, green, blue = (int(fill.colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (red, green, blue)]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return INK if luminance > 0.18 else PAPER
