"""A picture as it is drawn: shapes and texts in pixels, within a frame of title, subtitle and licence line."""

from collections.abc import Iterable, Sequence
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from nhs_graph.cli.pictures.palette import HAIR, INK, PAPER, PATTERNS, QUIET, Fill
from nhs_graph.cli.pictures.text import DESCENT, FAMILY, fitted, width, wrapped

Point = tuple[float, float]
Anchor = Literal["start", "middle", "end"]

LICENCE = (
    "Contains public sector information licensed under the Open Government Licence v3.0. Source: NHS England, "
    "Organisation Data Service; Office for National Statistics. Contains OS data © Crown copyright and database "
    "right 2026. Made with nhs-graph."
)
"""What NOTICE asks of those who show the facts; a picture of facts of another licence brings its own line."""

MARGIN = 24.0
_XML_FORBIDS = {code: None for code in range(32) if chr(code) not in "\t\n\r"}


class Picture:
    """Draw with the methods, then `svg()` is the whole.

    `description` tells in a sentence or two what is to be seen, for those who cannot see it.
    """

    def __init__(
        self, title: str, subtitle: str, description: str, *, licence: str = LICENCE, page_width: float = 1200
    ) -> None:
        self.title, self.description, self.licence, self.width = title, description, licence, page_width
        self._body: list[str] = []
        self._fills: dict[str, Fill] = {}
        self.bottom = 0.0
        """How far down the picture is drawn."""
        room = page_width - 2 * MARGIN
        self.text(MARGIN, 38, fitted(title, room, 22, bold=True), size=22, bold=True)
        for number, line in enumerate(wrapped(subtitle, room, 13)):
            self.text(MARGIN, 60 + 18 * number, line, size=13, colour=QUIET)
        self.top = self.bottom + 16
        """Where the caller begins."""

    def rect(
        self,
        x: float,
        y: float,
        wide: float,
        high: float,
        fill: Fill | None = None,
        *,
        stroke: str = "none",
        thick: float = 1,
        round_: float = 0,
        tip: str = "",
    ) -> None:
        """A rectangle from its top left corner; `tip` is shown when pointed at."""
        corner = f' rx="{_n(round_)}"' if round_ else ""
        shape = f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(wide)}" height="{_n(high)}"{corner}'
        self._shape("rect", f"{shape}{self._paint(fill, stroke, thick)}", tip)
        self._reach(y + high)

    def polygon(
        self,
        rings: Iterable[Sequence[Point]],
        fill: Fill | None = None,
        *,
        stroke: str = "none",
        thick: float = 1,
        tip: str = "",
    ) -> None:
        """An area of closed rings; a ring inside another is a hole. The tip is shown inside, with or without a fill."""
        parts: list[str] = []
        for ring in rings:
            parts.append("M" + "L".join(f"{_n(x)},{_n(y)}" for x, y in ring) + "Z")
            self._reach(max(y for _, y in ring))
        hover = ' pointer-events="all"' if tip and fill is None else ""
        joined = f' fill-rule="evenodd" stroke-linejoin="round"{hover}{self._paint(fill, stroke, thick)}'
        self._shape("path", f'<path d="{"".join(parts)}"{joined}', tip)

    def line(
        self,
        points: Sequence[Point],
        *,
        colour: str = QUIET,
        thick: float = 1,
        dash: str = "",
        arrow: bool = False,
        tip: str = "",
    ) -> None:
        """A line through the points; `dash` such as `4 3`; `arrow` puts a head on its end, in INK."""
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        head = ' marker-end="url(#arrow)"' if arrow else ""
        path = "M" + "L".join(f"{_n(x)},{_n(y)}" for x, y in points)
        self._shape("path", f'<path d="{path}"{dashed}{head}{self._paint(None, colour, thick)}', tip)
        self._reach(max(y for _, y in points))

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: float = 12,
        anchor: Anchor = "start",
        bold: bool = False,
        colour: str = INK,
        halo: bool = False,
        upright: bool = False,
        tip: str = "",
        link: str = "",
    ) -> None:
        """One line of text on the baseline y; `upright` reads from bottom to top, `halo` keeps it clear of what is
        beneath, `link` is where a click leads.
        """
        options = f' font-size="{_n(size)}" fill="{colour}"'
        options += f' text-anchor="{anchor}"' if anchor != "start" else ""
        options += ' font-weight="bold"' if bold else ""
        options += f' stroke="{PAPER}" stroke-width="3" paint-order="stroke" stroke-linejoin="round"' if halo else ""
        options += f' transform="rotate(-90 {_n(x)} {_n(y)})"' if upright else ""
        inside = f"<title>{_clean(tip)}</title>{_clean(text)}" if tip else _clean(text)
        named = ' class="tip"' if tip else ""
        opened, closed = (f"<a href={quoteattr(link)}>", "</a>") if link else ("", "")
        self._body.append(f'{opened}<text x="{_n(x)}" y="{_n(y)}"{options}{named}>{inside}</text>{closed}')
        below = width(text, size, bold=bold) * {"start": 0, "middle": 0.5, "end": 1}[anchor]
        self._reach(y + (below if upright else DESCENT * size))

    def legend(self, x: float, y: float, entries: Iterable[tuple[Fill, str]], *, size: float = 12) -> float:
        """A swatch and a label each, side by side, in as many lines as needed; the y below the last."""
        left, high = x, size + 4
        for fill, label in entries:
            wide = 28 + width(label, size) + 22
            if left > x and left + wide > self.width - MARGIN:
                left, y = x, y + high + 8
            self.rect(left, y, 22, high, fill, stroke=HAIR)
            self.text(left + 28, y + size, label, size=size)
            left += wide
        return y + high

    def svg(self) -> str:
        """The whole picture, ready to be written."""
        lines = wrapped(self.licence, self.width - 2 * MARGIN, 10)
        footer = self.bottom + 30
        high = footer + 13 * (len(lines) - 1) + 16
        told = [
            f'<text x="{_n(MARGIN)}" y="{_n(footer + 13 * i)}" font-size="10" fill="{QUIET}">{_clean(line)}</text>'
            for i, line in enumerate(lines)
        ]
        size = f'width="{_n(self.width)}" height="{_n(high)}" viewBox="0 0 {_n(self.width)} {_n(high)}"'
        named = f'role="img" aria-labelledby="title desc" font-family={quoteattr(FAMILY)}'
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" {size} {named}>',
                f'<title id="title">{_clean(self.title)}</title>',
                f'<desc id="desc">{_clean(self.description)}</desc>',
                f"<defs>{''.join(_pattern(fill) for fill in self._fills.values())}{_ARROW}</defs>",
                f'<rect width="100%" height="100%" fill="{PAPER}"/>',
                *self._body,
                *told,
                "</svg>\n",
            ]
        )

    def _paint(self, fill: Fill | None, stroke: str, thick: float) -> str:
        if fill and fill.pattern:
            self._fills[fill.id] = fill
        painted = "none" if fill is None else f"url(#{fill.id})" if fill.pattern else fill.colour
        lined = "" if stroke == "none" else f' stroke="{stroke}" stroke-width="{_n(thick)}"'
        return f' fill="{painted}"{lined}'

    def _shape(self, name: str, opened: str, tip: str) -> None:
        ending = f' class="tip"><title>{_clean(tip)}</title></{name}>' if tip else "/>"
        self._body.append(opened + ending)

    def _reach(self, y: float) -> None:
        self.bottom = max(self.bottom, y)


_ARROW = (
    '<marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
    f'<path d="M0,0L8,4L0,8Z" fill="{INK}"/></marker>'
)


def _pattern(fill: Fill) -> str:
    thick = 2 if fill.pattern == "dots" else 1
    return (
        f'<pattern id="{fill.id}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<rect width="8" height="8" fill="{fill.colour}"/>'
        f'<path d="{PATTERNS[fill.pattern]}" stroke="{fill.stroke}" stroke-width="{thick}" fill="none"/></pattern>'
    )


def _clean(text: str) -> str:
    """A text as XML holds it; control characters, which XML forbids, are left out."""
    return escape(text.translate(_XML_FORBIDS))


def _n(value: float) -> str:
    """A coordinate: a tenth of a pixel is as fine as is seen."""
    return f"{value:.1f}".removesuffix(".0")
