"""A picture as a file: SVG as it is, PNG by resvg (extra `[png]`), HTML with tooltips and no word to the network."""

from html import escape
from importlib import resources
from importlib.util import find_spec
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from nhs_graph.cli.output import write_file
from nhs_graph.graph.errors import ExportProblem, UsageProblem

if TYPE_CHECKING:
    from nhs_graph.cli.pictures.canvas import Picture

PNG_ZOOM = 2
"""Pixels of a PNG for each of the SVG: sharp on paper and on screens of double density."""


def picture_file(text: str, suffixes: tuple[str, ...]) -> Path:
    """The file that a user names for a picture, which must end in one of the suffixes.

    Raises UsageProblem for another suffix, and ExportProblem for PNG without the extra: before any work is done.
    """
    path = Path(text)
    if path.suffix.lower() not in suffixes:
        raise UsageProblem(
            f"the ending of {text!r} says no kind of picture", hint=f"end the name in {', '.join(suffixes)}"
        )
    if path.suffix.lower() == ".png" and not find_spec("resvg_py"):
        raise ExportProblem(
            f"{text} cannot be written: PNG needs resvg-py", hint="pip install 'nhs-graph[png]', or write .svg"
        )
    return path


def save(picture: "Picture", target: Path) -> None:
    """Write the picture, all or nothing, as the file's suffix says.

    Raises ExportProblem when the file cannot be written.
    """
    svg = picture.svg()
    if target.suffix.lower() == ".png":
        write_file(target, _png(svg))
    elif target.suffix.lower() == ".html":
        page = Template(resources.files(__package__).joinpath("page.html").read_text(encoding="utf-8"))
        write_file(target, page.substitute(title=escape(picture.title), svg=svg).encode())
    else:
        write_file(target, svg.encode())


def _png(svg: str) -> bytes:
    """Raises ExportProblem on a machine without fonts, where all text would be missing without a word."""
    from resvg_py import svg_to_bytes

    head = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20">'
    if svg_to_bytes(f'{head}<text y="15">M</text></svg>') == svg_to_bytes(f"{head}</svg>"):
        raise ExportProblem("this machine has no font to draw text with", hint="write .svg, or install DejaVu Sans")
    return svg_to_bytes(svg, zoom=PNG_ZOOM)
