"""Councils x systems: how much of each council lies in each system."""

from collections.abc import Sequence

from nhs_graph.cli.pictures.boundary_words import (
    basis_told,
    councils_told,
    day_told,
    level_told,
    measure_told,
    percent,
    short,
)
from nhs_graph.cli.pictures.canvas import MARGIN, Picture
from nhs_graph.cli.pictures.palette import HAIR, INK, QUIET, Fill, ink_on, shade
from nhs_graph.cli.pictures.text import fitted
from nhs_graph.queries.boundaries import BoundaryParams, CouncilRow, SystemPart

SLIVER = Fill("#ffffff", "hatch", "#b8b8b8")
NAMES, ROW, WIDEST = 210.0, 22.0, 56.0
"""Pixels: the column of names, the height of a row, the widest column of a system."""
KEY_COLUMNS = 3


def matrix(rows: Sequence[CouncilRow], params: BoundaryParams) -> Picture:
    """One row a council, split ones first; one column a system that holds a part of any."""
    ordered = sorted(rows, key=lambda row: (row.verdict != "split", row.council_name))
    columns = _columns(ordered)
    split = sum(row.verdict == "split" for row in ordered)
    above = sum(row.systems_above_floor > 1 for row in ordered)
    whole = any(row.verdict == "whole" for row in ordered)
    both = f"and {level_told(params, 2)}" if whole else f"in more than one {level_told(params)}"
    picture = Picture(
        f"{councils_told(params, 2).capitalize()} {both} on {day_told(params.as_of)}",
        f"as of {params.as_of} · {basis_told(ordered[0], params)} · {measure_told(params)}",
        f"A table of {len(ordered)} councils and {len(columns)} systems. {split} councils are split, {above} of them "
        f"above the floor. Darker cells are larger shares of the council.",
    )
    left, cell = MARGIN + NAMES, min(WIDEST, (picture.width - 2 * MARGIN - NAMES) / len(columns))
    y = picture.top + 46
    for i, code in enumerate(columns):
        picture.text(left + (i + 0.5) * cell + 4, y - 6, code, size=11, bold=True, upright=True, tip=columns[code])
    for row in ordered:
        _row(picture, row, list(columns), left, cell, y)
        y += ROW
    entries = [(shade(share), f"{share:.0%} of the council") for share in (0.1, 0.5, 0.9)]
    end = picture.legend(MARGIN, y + 18, [*entries, (SLIVER, "sliver")])
    _key(picture, columns, end + 26)
    return picture


def _columns(rows: Sequence[CouncilRow]) -> dict[str, str]:
    """Code to name, in the order in which the rows first need them, so that what belongs together stands together."""
    return {part.system_id: part.system_name for row in rows for part in row.parts}


def _row(picture: Picture, row: CouncilRow, columns: list[str], left: float, cell: float, y: float) -> None:
    name = fitted(row.council_name, NAMES - 10, 12, bold=row.verdict == "split")
    picture.text(MARGIN, y + 15, name, size=12, bold=row.verdict == "split", tip=f"{row.council_name}: {row.verdict}")
    picture.line([(MARGIN, y + ROW), (left + cell * len(columns), y + ROW)], colour=HAIR, thick=0.5)
    for part in row.parts:
        _cell(picture, row, part, left + columns.index(part.system_id) * cell, cell, y)


def _cell(picture: Picture, row: CouncilRow, part: SystemPart, x: float, cell: float, y: float) -> None:
    fill = SLIVER if part.sliver else shade(part.share)
    sliver = ", a sliver" if part.sliver else ""
    tip = f"{row.council_name} in {part.system_id} {short(part.system_name)}\n"
    tip += f"{percent(part.share)} of the council, {part.people or 0:,} people{sliver}"
    picture.rect(x + 0.5, y + 0.5, cell - 1, ROW - 1, fill, stroke=QUIET if part.sliver else "none", tip=tip)
    told = percent(part.share).removesuffix("%") if cell >= 36 else f"{100 * part.share:.0f}"
    ink = INK if part.sliver else ink_on(fill)
    picture.text(
        x + cell / 2, y + 15, told, size=11 if cell >= 36 else 9, anchor="middle", colour=ink, halo=part.sliver
    )


def _key(picture: Picture, columns: dict[str, str], top: float) -> None:
    """What the codes mean, in columns."""
    room = (picture.width - 2 * MARGIN) / KEY_COLUMNS
    lines = -(-len(columns) // KEY_COLUMNS)
    for i, (code, name) in enumerate(sorted(columns.items())):
        x, y = MARGIN + (i // lines) * room, top + (i % lines) * 18
        picture.text(x, y, code, size=11, bold=True)
        picture.text(x + 52, y, fitted(short(name), room - 60, 11), size=11, colour=QUIET)
