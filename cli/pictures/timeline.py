"""Posts in time, a lane each: filled where it is stated, framed where it is inferred, dashed where it is last known."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from nhs_graph.cli.pictures.canvas import MARGIN, Picture
from nhs_graph.cli.pictures.palette import FILLS, HAIR, INK, PAPER, QUIET, Fill
from nhs_graph.cli.pictures.text import fitted, width

if TYPE_CHECKING:
    from nhs_graph.queries.timelines import Lane, StretchRow

LICENCE = (
    "Posts and dates compiled from published pages, CC BY 4.0: `nhs-graph sources` names them. Contains public sector "
    "information licensed under the Open Government Licence v3.0. Source: NHS England, Organisation Data Service. Made "
    "with nhs-graph."
)
_LABEL = 400.0
_ROW, _BAR = 46.0, 20.0
_BASIS = {"substantive": FILLS[0], "interim": FILLS[1], "acting": FILLS[3], "designate": FILLS[2]}
_UNSURE = Fill(PAPER)
_STEPS = (1, 2, 5, 10, 20)
_SHORTEST = 3.0
"""Pixels that a stretch of a day still takes."""


class _Axis:
    """Years to pixels."""

    def __init__(self, lanes: Sequence["Lane"], until: date, left: float, right: float) -> None:
        days = [day for lane in lanes for row in lane for day in (row.shown_from, row.around) if day]
        ends = [day for lane in lanes for row in lane for day in (row.shown_until, row.around) if day]
        self.first, self.last = min(days).year, max([until, *ends]).year + 1
        self.left, self.right = left, right

    def x(self, day: date) -> float:
        start, end = date(self.first, 1, 1).toordinal(), date(self.last, 1, 1).toordinal()
        return self.left + (self.right - self.left) * (day.toordinal() - start) / (end - start)

    @property
    def years(self) -> range:
        """The years that have a line: every one, or every second, fifth ... where they would stand too close."""
        span = self.last - self.first
        step = next((step for step in _STEPS if (self.right - self.left) / span * step >= 40), _STEPS[-1])
        return range(-(-self.first // step) * step, self.last + 1, step)


def timeline(title: str, lanes: Sequence["Lane"], as_of: date, *, of_person: bool) -> Picture:
    """The lanes under each other; labels name the body for a person, the person for a body."""
    shown = f"As of {as_of}. A frame without fill is inferred, a dashed line last known: nobody says when it ended."
    described = "; ".join(_told(row, of_person=of_person) for lane in lanes for row in lane)
    picture = Picture(title, shown, described, licence=LICENCE)
    axis = _Axis(lanes, as_of, MARGIN + _LABEL, picture.width - MARGIN)
    top = picture.top + 22
    _years(picture, axis, top, len(lanes))
    role = None
    for number, lane in enumerate(lanes):
        y = top + 10 + _ROW * number
        if number and not of_person and lane[0].role != role:
            picture.line([(MARGIN, y - 5), (picture.width - MARGIN, y - 5)], colour=QUIET)
        role = lane[0].role
        _label(picture, lane, y, of_person=of_person)
        for row in lane:
            _bar(picture, axis, row, y, as_of, of_person=of_person)
    today = axis.x(as_of)
    picture.line([(today, top), (today, top + 10 + _ROW * len(lanes))], colour=INK, dash="2 3", tip=f"as of {as_of}")
    bases = {row.basis for lane in lanes for row in lane}
    entries = [(fill, basis) for basis, fill in _BASIS.items() if basis in bases]
    picture.legend(MARGIN, picture.bottom + 22, [*entries, (_UNSURE, "inferred")])
    return picture


def _years(picture: Picture, axis: _Axis, top: float, lanes: int) -> None:
    for year in axis.years:
        x = axis.x(date(year, 1, 1))
        picture.line([(x, top), (x, top + 10 + _ROW * lanes)], colour=HAIR, thick=0.6)
        picture.text(x, top - 6, str(year), size=11, anchor="middle" if year < axis.last else "end", colour=QUIET)


def _label(picture: Picture, lane: "Lane", y: float, *, of_person: bool) -> None:
    first = lane[0]
    code = f" ({first.organisation_id})" if of_person else ""
    name = first.organisation_name if of_person else first.person
    room = _LABEL - 16 - width(code, 12, bold=True)
    shown = f"{fitted(name, room, 12, bold=True)}{code}"
    picture.text(MARGIN, y + 13, shown, size=12, bold=True, tip=f"{name}{code}")
    dates = ", ".join(f"{_basis(row)}{_dates(row)}" for row in lane)
    below = f"{first.role.replace('_', ' ')}, {dates}"
    picture.text(MARGIN, y + 29, fitted(below, _LABEL - 16, 11), size=11, colour=QUIET, tip=below)


def _bar(picture: Picture, axis: _Axis, row: "StretchRow", y: float, as_of: date, *, of_person: bool) -> None:
    fill, tip, middle = _BASIS[row.basis], _told(row, of_person=of_person), y + 4 + _BAR / 2
    if row.shown_from is None or row.stated_from is None or row.stated_until is None:
        # Nothing says when it began: a mark on a day on which it was.
        x = axis.x(row.around)
        picture.line([(x - 14, middle), (x, middle)], colour=QUIET, thick=1.5, dash="3 3", tip=tip)
        picture.rect(x, y + 4, _SHORTEST, _BAR, fill, stroke=INK, tip=tip)
        return
    start, sure, doubt = (axis.x(day) for day in (row.shown_from, row.stated_from, row.stated_until))
    end = axis.x(row.shown_until or max(as_of, row.stated_until))
    if sure > start:
        picture.rect(start, y + 4, sure - start, _BAR, _UNSURE, stroke=QUIET, tip=tip)
    if row.shown_until and end > doubt:
        picture.rect(doubt, y + 4, end - doubt, _BAR, _UNSURE, stroke=QUIET, tip=tip)
    elif end > doubt:
        picture.line([(doubt, middle), (end, middle)], colour=QUIET, thick=2, dash="6 4", tip=tip)
    if doubt > sure or not (sure > start or end > doubt):
        picture.rect(sure, y + 4, max(doubt - sure, _SHORTEST), _BAR, fill, stroke=INK, tip=tip)


def _basis(row: "StretchRow") -> str:
    return "" if row.basis == "substantive" else f"{row.basis} "


def _dates(row: "StretchRow") -> str:
    if not row.start_date and not row.end_date:
        seen = row.first_seen if row.first_seen == row.last_seen else f"{row.first_seen} to {row.last_seen}"
        return f"seen {seen}"
    return f"{row.start_date or 'unknown'} to {row.end_date or 'unknown'}"


def _told(row: "StretchRow", *, of_person: bool) -> str:
    where = f"{row.organisation_name} ({row.organisation_id})" if of_person else row.person
    return f"{where}: {row.role.replace('_', ' ')}, {_basis(row)}{_dates(row)}"
