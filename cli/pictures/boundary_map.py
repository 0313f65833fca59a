"""England with its health systems, the councils split between them hatched: on one day, or before and after."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from nhs_graph.cli.pictures.boundary_words import (
    basis_told,
    councils_told,
    day_told,
    level_told,
    measure_told,
    parts_told,
    short,
)
from nhs_graph.cli.pictures.canvas import MARGIN, Picture
from nhs_graph.cli.pictures.england import England, colours
from nhs_graph.cli.pictures.palette import HAIR, INK, PAPER, QUIET, Fill
from nhs_graph.cli.pictures.text import fitted, wrapped
from nhs_graph.queries.boundaries import BoundaryParams, CouncilRow, SystemPart

TINTS = tuple(Fill(colour) for colour in ("#dcebf7", "#fdebcb", "#d9efe6", "#f7e3ee", "#f4f1c9", "#ececec"))
"""Neighbouring systems differ; borders and codes tell them apart without any colour."""
SPLIT = Fill("none", "hatch", INK)
SLIVERS = Fill("none", "dots", INK)
NOW_WHOLE = Fill("none", "level", "#0b4076")
LINE = 16.0
Members = Mapping[str, Collection[str]]
"""GSS codes of the councils of each combined authority."""


def one_day(rows: Sequence[CouncilRow], params: BoundaryParams, members: Members | None = None) -> Picture:
    """A map of one day with the split councils listed beside it; `members` are those of combined authorities."""
    split = [row for row in rows if row.verdict == "split"]
    systems = {part.system_id for row in rows for part in row.parts}
    picture = Picture(
        f"{len(split)} {councils_told(params, len(split))} in more than one {level_told(params)}, "
        f"{day_told(params.as_of)}",
        f"as of {params.as_of} · {basis_told(rows[0], params)} · {measure_told(params)}",
        f"A map of England with {len(systems)} {level_told(params, len(systems))}. Hatched are the "
        f"{councils_told(params, 2)} that lie in more than one: "
        f"{', '.join(row.council_name for row in split) or 'none'}.",
    )
    land = _panel(picture, rows, MARGIN, picture.top, 720, {}, members=members)
    x, y = MARGIN + 760, picture.top + 20
    room = picture.width - MARGIN - x
    for row in split:
        y = _listed(picture, row, x, y, room)
    picture.legend(MARGIN, max(land.bottom, y) + 16, _entries(split, params))
    return picture


def two_days(
    before: Sequence[CouncilRow],
    after: Sequence[CouncilRow],
    days: tuple[BoundaryParams, BoundaryParams],
    members: tuple[Members, Members] | None = None,
) -> Picture:
    """Before and after, side by side; councils that are split no more are marked on the later map."""
    split = [[row for row in rows if row.verdict == "split"] for rows in (before, after)]
    ids = [{row.council_id for row in rows} for rows in split]
    fixed = {row.council_id for row in after if row.verdict == "whole" and row.council_id in ids[0]}
    picture = Picture(
        f"{councils_told(days[0], 2).capitalize()} in more than one {level_told(days[0])}: {len(split[0])} on "
        f"{day_told(days[0].as_of)}, "
        f"{len(split[1])} on {day_told(days[1].as_of)}",
        measure_told(days[1]),
        f"Two maps of England. Whole since then: {_names(row for row in after if row.council_id in fixed)}. "
        f"Split on the later day: {_names(split[1])}.",
    )
    room = (picture.width - 3 * MARGIN) / 2
    ends: list[float] = []
    tints: dict[str, int] = {}
    for i, rows in enumerate((before, after)):
        x = MARGIN + i * (room + MARGIN)
        picture.text(x, picture.top + 14, day_told(days[i].as_of), size=15, bold=True)
        told = f"as of {days[i].as_of} · {basis_told(rows[0], days[i])}"
        picture.text(x, picture.top + 32, told, size=11, colour=QUIET)
        land = _panel(picture, rows, x, picture.top + 46, room, tints, fixed if i else set(), members and members[i])
        y = land.bottom + 24
        since = [row for row in rows if i and row.council_id in fixed]
        for head, listed in (("Split", split[i]), *([("Whole since", since)] if since else [])):
            for line in wrapped(f"{head}: {_names(listed)}", room, 12):
                picture.text(x, y, line, size=12)
                y += LINE
        ends.append(y)
    entries = _entries([*split[0], *split[1]], days[0])
    picture.legend(MARGIN, max(ends) + 8, [*entries, (NOW_WHOLE, "whole since")] if fixed else entries)
    return picture


def _names(rows: Iterable[CouncilRow]) -> str:
    return ", ".join(sorted(row.council_name for row in rows)) or "none"


def _panel(
    picture: Picture,
    rows: Sequence[CouncilRow],
    left: float,
    top: float,
    wide: float,
    tints: dict[str, int],
    fixed: Collection[str] = (),
    members: Members | None = None,
) -> England:
    """Systems in tints, borders of councils as hair lines, split councils hatched, codes where there is room.

    `tints` is by system id: a system keeps its tint on the next map.
    """
    systems: Mapping[str, SystemPart] = {part.system_gss: part for row in rows for part in row.parts}
    land = England([*systems, *(row.council_gss for row in rows)], left, top, wide, members)
    kept = {gss: tints[part.system_id] for gss, part in systems.items() if part.system_id in tints}
    chosen = colours({gss: land.found[gss] for gss in systems}, len(TINTS), kept)
    tints |= {part.system_id: chosen[gss] for gss, part in systems.items()}
    for gss, part in sorted(systems.items()):
        tip = f"{part.system_id} {short(part.system_name)}"
        picture.polygon(land.rings(gss), TINTS[chosen[gss]], tip=tip)
    for row in rows:
        picture.polygon(land.rings(row.council_gss), stroke=HAIR, thick=0.4, tip=_told(row))
    for row in rows:
        if row.verdict == "split" or row.council_id in fixed:
            fill = NOW_WHOLE if row.verdict == "whole" else SPLIT if row.systems_above_floor > 1 else SLIVERS
            picture.polygon(land.rings(row.council_gss), fill, stroke=INK, thick=0.8, tip=_told(row))
    for gss in sorted(systems):
        picture.polygon(land.rings(gss), stroke=QUIET, thick=1.2)
    for gss, part in sorted(systems.items()):
        land.label(picture, gss, part.system_id, size=10, bold=True)
    return land


def _told(row: CouncilRow) -> str:
    """A council and where it lies, for a tooltip."""
    if row.verdict == "whole":
        return f"{row.council_name}\nwhole in {row.parts[0].system_id} {short(row.parts[0].system_name)}"
    return f"{row.council_name}\n{parts_told(row.parts)}"


def _listed(picture: Picture, row: CouncilRow, x: float, y: float, room: float) -> float:
    """A split council and its parts as text; the y of the next."""
    picture.text(x, y, fitted(row.council_name, room, 12, bold=True), size=12, bold=True)
    for part in row.parts:
        y += LINE
        told = f"{parts_told((part,))} {short(part.system_name)}"
        picture.text(x + 10, y, fitted(told, room - 10, 11), size=11, colour=QUIET)
    return y + LINE + 6


def _entries(split: Sequence[CouncilRow], params: BoundaryParams) -> list[tuple[Fill, str]]:
    entries: list[tuple[Fill, str]] = []
    levels = level_told(params, 2).removeprefix("health ")
    if any(row.systems_above_floor > 1 for row in split):
        entries.append((SPLIT, f"{councils_told(params, 1)} in two or more {levels}"))
    if any(row.systems_above_floor < 2 for row in split):
        entries.append((SLIVERS, "only slivers lie elsewhere"))
    lines = f"thick lines: {levels}, with their codes; thin lines: {councils_told(params, 2)}"
    return [*entries, (Fill(PAPER), lines)]
